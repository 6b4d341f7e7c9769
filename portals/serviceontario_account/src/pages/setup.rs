//! S3 and S4: the portal's own account, made once.

use crate::{accounts, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens, ReadOnlyField};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, PortalError, Visit, form_status};

/// Raised when the terms change in substance.
const TERMS_VERSION: i32 = 1;

#[derive(Template)]
#[template(path = "setup/terms.html")]
struct TermsPage {
    frame: Frame,
    tokens: FormTokens,
    email: ReadOnlyField,
    accept: Checkbox,
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsTextPage {
    frame: Frame,
}

/// GET `/{l}/setup/terms`
pub(crate) async fn terms(visit: &Visit, member: Member<'_>) -> Answer {
    if has_account(visit, member).await? {
        return visit.go("home");
    }
    terms_page(visit, member, ErrorSummary::new(visit.language))
}

async fn has_account(visit: &Visit, member: Member<'_>) -> Result<bool, PortalError> {
    let person = member.session.person.clone();
    Ok(visit.front.database.read(move |c| accounts::find(c, &person)).await?.is_some())
}

/// POST `/{l}/setup/terms`. A double click finds the account made.
pub(crate) async fn accept_terms(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    if !form.is_checked("accept") {
        let mut errors = ErrorSummary::new(visit.language);
        errors.add("accept", texts::terms_required(visit.language));
        return terms_page(visit, member, errors);
    }
    let (person, language, now) = (member.session.person.clone(), visit.language, visit.now);
    let create = move |c: &mut _| accounts::create(c, &person, language, TERMS_VERSION, now);
    visit.front.database.write(create).await?;
    visit.go("setup/done")
}

fn terms_page(visit: &Visit, member: Member<'_>, errors: ErrorSummary) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let email = member.session.person.email.as_deref().unwrap_or_default();
    let page = TermsPage {
        tokens: visit.form_tokens()?,
        email: ReadOnlyField::text(language, "email", texts::email(language), email)
            .hint(texts::email_hint(language)),
        accept: Checkbox::new(language, "accept", texts::terms_accept(language))
            .required()
            .errors_of(&errors),
        frame: visit
            .frame(texts::set_up_title(language))
            .heading(texts::set_up_heading(language))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// GET `/{l}/setup/done`
pub(crate) async fn done(visit: &Visit, member: Member<'_>) -> Answer {
    if !has_account(visit, member).await? {
        return visit.go("setup/terms");
    }
    let language = visit.language;
    let frame = visit.frame(texts::done_title(language)).heading(texts::done_heading(language));
    let next = (texts::continue_button(language), member.session.destination.as_str());
    visit.words(StatusCode::OK, frame, texts::done_text(language), Some(next))
}

/// GET `/{l}/terms`: the terms to read again.
pub(crate) async fn terms_text(visit: &Visit) -> Answer {
    let language = visit.language;
    let page = TermsTextPage { frame: visit.frame(texts::terms_title(language)) };
    visit.html(StatusCode::OK, &page)
}
