//! J1 to J3: registering with Justice Services Online.

use super::contact_form::{ContactFields, rows};
use super::random_reference;
use super::terms::{SectionText, sections, version};
use crate::contact::TypedContact;
use crate::{Justice, store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens, StepIndicator};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, PortalError, Visit, redirect};

#[derive(Template)]
#[template(path = "register/terms.html")]
struct TermsPage {
    frame: Frame,
    step: StepIndicator,
    tokens: FormTokens,
    version: String,
    sections: Vec<SectionText>,
    civil: String,
    family: String,
    accept: Checkbox,
    exit: String,
}

#[derive(Template)]
#[template(path = "register/contact.html")]
struct ContactPage {
    frame: Frame,
    step: StepIndicator,
    tokens: FormTokens,
    fields: ContactFields,
    exit: String,
}

#[derive(Template)]
#[template(path = "register/done.html")]
struct DonePage {
    frame: Frame,
    text: String,
    mail: String,
    rows: Vec<(&'static str, String)>,
    account: String,
}

/// How far this person's registration is.
enum Progress {
    Nothing,
    TermsAccepted,
    Registered,
}

async fn progress(visit: &Visit, member: Member<'_>) -> Result<Progress, PortalError> {
    let version = visit.data::<Justice>()?.terms.version;
    let person = member.session.person.clone();
    let account = visit.front.database.read(move |c| store::find_account(c, &person)).await?;
    Ok(match account.filter(|account| account.terms_version >= version) {
        None => Progress::Nothing,
        Some(account) if account.registration.is_some() => Progress::Registered,
        Some(_) => Progress::TermsAccepted,
    })
}

/// GET `/{l}/register/terms` (J1)
pub(crate) async fn terms(visit: &Visit, member: Member<'_>) -> Answer {
    match progress(visit, member).await? {
        Progress::Registered => Ok(redirect(&visit.path("account"))),
        Progress::TermsAccepted => terms_page(visit, StatusCode::OK, ErrorSummary::new(visit.language), true),
        Progress::Nothing => terms_page(visit, StatusCode::OK, ErrorSummary::new(visit.language), false),
    }
}

/// POST `/{l}/register/terms`
pub(crate) async fn accept_terms(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let language = visit.language;
    if !form.is_checked("accept") {
        let mut errors = ErrorSummary::new(language);
        errors.add("accept", texts::terms_required(language));
        return terms_page(visit, StatusCode::UNPROCESSABLE_ENTITY, errors, false);
    }
    let (person, version, now) =
        (member.session.person.clone(), visit.data::<Justice>()?.terms.version, visit.now);
    visit.front.database.write(move |c| store::accept_terms(c, &person, language, version, now)).await?;
    match progress(visit, member).await? {
        // The terms had changed, the registration stands.
        Progress::Registered => Ok(redirect(&visit.path("account"))),
        Progress::Nothing | Progress::TermsAccepted => Ok(redirect(&visit.path("register/contact?held=1"))),
    }
}

fn terms_page(visit: &Visit, status: StatusCode, errors: ErrorSummary, accepted: bool) -> Answer {
    let language = visit.language;
    let terms = &visit.data::<Justice>()?.terms;
    let page = TermsPage {
        step: StepIndicator::new(language, 1, 2),
        tokens: visit.form_tokens()?,
        version: version(language, terms),
        sections: sections(language, &terms.general),
        civil: visit.path("terms/civil"),
        family: visit.path("terms/family"),
        accept: Checkbox::new(language, "accept", texts::terms_accept(language))
            .required()
            .checked(accepted)
            .errors_of(&errors),
        exit: visit.path("exit"),
        frame: visit
            .frame(&format!("{} – {}", texts::terms_of_use(language), texts::register_title(language)))
            .heading(texts::welcome(language))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// GET `/{l}/register/contact` (J2)
pub(crate) async fn contact(visit: &Visit, member: Member<'_>) -> Answer {
    match progress(visit, member).await? {
        Progress::Nothing => Ok(redirect(&visit.path("register/terms"))),
        Progress::Registered => Ok(redirect(&visit.path("account"))),
        Progress::TermsAccepted => {
            let held = visit.held().await?.map(|form| TypedContact::typed(&form));
            let shown = held.unwrap_or_else(|| TypedContact::new(member.session.person.email.clone()));
            contact_page(visit, StatusCode::OK, &shown, ErrorSummary::new(visit.language))
        }
    }
}

/// POST `/{l}/register/contact`. A double click finds the registration confirmed, under its first reference.
pub(crate) async fn confirm(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    match progress(visit, member).await? {
        Progress::Nothing => return Ok(redirect(&visit.path("register/terms"))),
        Progress::Registered => return Ok(redirect(&visit.path("register/done"))),
        Progress::TermsAccepted => {}
    }
    if form.is_checked("_back") {
        visit.hold(form).await?;
        return Ok(redirect(&visit.path("register/terms")));
    }
    let typed = TypedContact::typed(form);
    let contact = match typed.checked(visit.language) {
        Ok(contact) => contact,
        Err(errors) => return contact_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, errors),
    };
    let (person, language, now) = (member.session.person.clone(), visit.language, visit.now);
    let reference = random_reference("JSO");
    let save = move |c: &mut _| store::save_contact(c, &person, &contact, (language, &reference), now);
    visit.front.database.write(save).await?;
    Ok(redirect(&visit.path("register/done")))
}

fn contact_page(visit: &Visit, status: StatusCode, typed: &TypedContact, errors: ErrorSummary) -> Answer {
    let language = visit.language;
    let page = ContactPage {
        step: StepIndicator::new(language, 2, 2),
        tokens: visit.form_tokens()?,
        fields: ContactFields::new(language, typed, &errors),
        exit: visit.path("exit"),
        frame: visit
            .frame(&format!("{} – {}", texts::contact_title(language), texts::register_title(language)))
            .heading(texts::contact_title(language))
            .language_button()
            .errors(errors),
    };
    visit.html(status, &page)
}

/// GET `/{l}/register/done` (J3)
pub(crate) async fn done(visit: &Visit, member: Member<'_>) -> Answer {
    let account = super::registered(visit, member).await?;
    let language = visit.language;
    let registration = account.registration;
    let page = DonePage {
        frame: visit.frame(texts::registered_title(language)),
        text: texts::registered_text(language, &registration.reference),
        mail: texts::registered_mail(language, &registration.contact.email),
        rows: rows(language, &registration.contact),
        account: visit.path("account"),
    };
    visit.html(StatusCode::OK, &page)
}
