//! J1 to J3: registering with Justice Services Online.

use super::contact_form::{ContactFields, rows};
use super::{Progress, progress};
use crate::contact::Contact;
use crate::{Justice, store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens, StepIndicator};
use portal_front::handlers::Answer;
use portal_front::terms::TermsText;
use portal_front::{Form, Member, Visit, form_status, random_reference};

#[derive(Template)]
#[template(path = "register/terms.html")]
struct TermsPage {
    frame: Frame,
    step: StepIndicator,
    tokens: FormTokens,
    terms: TermsText,
    accept: Checkbox,
}

#[derive(Template)]
#[template(path = "register/contact.html")]
struct ContactPage {
    frame: Frame,
    step: StepIndicator,
    tokens: FormTokens,
    fields: ContactFields,
}

#[derive(Template)]
#[template(path = "register/done.html")]
struct DonePage {
    frame: Frame,
    text: String,
    mail: String,
    rows: Vec<(&'static str, String)>,
}

/// GET `/{l}/register/terms` (J1)
pub(crate) async fn terms(visit: &Visit, member: Member<'_>) -> Answer {
    let errors = ErrorSummary::new(visit.language);
    match progress(visit, member).await? {
        Progress::Registered(_) => visit.go("account"),
        Progress::TermsAccepted => terms_page(visit, errors, true),
        Progress::Nothing => terms_page(visit, errors, false),
    }
}

/// POST `/{l}/register/terms`
pub(crate) async fn accept_terms(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let language = visit.language;
    if !form.is_checked("accept") {
        let mut errors = ErrorSummary::new(language);
        errors.add("accept", texts::terms_required(language));
        return terms_page(visit, errors, false);
    }
    let (person, version, now) =
        (member.session.person.clone(), visit.data::<Justice>()?.terms.version, visit.now);
    visit.front.database.write(move |c| store::accept_terms(c, &person, language, version, now)).await?;
    match progress(visit, member).await? {
        // The terms had changed, the registration stands.
        Progress::Registered(_) => visit.go("account"),
        Progress::Nothing | Progress::TermsAccepted => visit.go("register/contact?held=1"),
    }
}

fn terms_page(visit: &Visit, errors: ErrorSummary, accepted: bool) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let page = TermsPage {
        step: StepIndicator::new(language, 1, 2),
        tokens: visit.form_tokens()?,
        terms: visit.data::<Justice>()?.terms.text(language, "general", 3),
        accept: Checkbox::new(language, "accept", texts::terms_accept(language))
            .required()
            .checked(accepted)
            .errors_of(&errors),
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
        Progress::Nothing => visit.go("register/terms"),
        Progress::Registered(_) => visit.go("account"),
        Progress::TermsAccepted => {
            let held = visit.held().await?.map(|form| Contact::typed(&form));
            let shown = held.unwrap_or_else(|| Contact::new(member.session.person.email.clone()));
            contact_page(visit, &shown, ErrorSummary::new(visit.language))
        }
    }
}

/// POST `/{l}/register/contact`. A double click finds the registration confirmed, under its first reference.
pub(crate) async fn confirm(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    match progress(visit, member).await? {
        Progress::Nothing => return visit.go("register/terms"),
        Progress::Registered(_) => return visit.go("register/done"),
        Progress::TermsAccepted => {}
    }
    if form.is_checked("_back") {
        visit.hold(form).await?;
        return visit.go("register/terms");
    }
    let typed = Contact::typed(form);
    let contact = match typed.checked(visit.language) {
        Ok(contact) => contact,
        Err(errors) => return contact_page(visit, &typed, errors),
    };
    let (person, language, now) = (member.session.person.clone(), visit.language, visit.now);
    let reference = random_reference("JSO");
    let register = move |c: &mut _| store::register(c, &person, &contact, (language, &reference), now);
    visit.front.database.write(register).await?;
    visit.go("register/done")
}

fn contact_page(visit: &Visit, typed: &Contact, errors: ErrorSummary) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let page = ContactPage {
        step: StepIndicator::new(language, 2, 2),
        tokens: visit.form_tokens()?,
        fields: ContactFields::new(language, typed, &errors),
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
    let registration = super::registered(visit, member).await?.registration;
    let language = visit.language;
    let page = DonePage {
        frame: visit.frame(texts::registered_title(language)),
        text: texts::registered_text(language, &registration.reference),
        mail: texts::registered_mail(language, &registration.contact.email),
        rows: rows(language, &registration.contact),
    };
    visit.html(StatusCode::OK, &page)
}
