//! S3 and S4: the portal's own account, made once.

use super::PortalError;
use crate::texts;
use crate::visit::{Visit, redirect};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens, ReadOnlyField};
use ontario_language::Language;
use serde::Deserialize;

/// Raised when the terms change in substance.
const TERMS_VERSION: i32 = 1;

/// The fields of the terms page.
#[derive(Deserialize)]
pub(crate) struct TermsForm {
    #[serde(rename = "_csrf", default)]
    csrf: String,
    accept: Option<String>,
}

#[derive(Template)]
#[template(path = "setup/terms.html")]
struct TermsPage {
    frame: Frame,
    tokens: FormTokens,
    email: ReadOnlyField,
    accept: Checkbox,
    exit: String,
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage {
    frame: Frame,
    text: &'static str,
    next: String,
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsTextPage {
    frame: Frame,
}

/// GET `/{l}/setup/terms`
pub(crate) async fn terms(visit: Visit) -> Result<HttpResponse, PortalError> {
    match visit.live_session() {
        None => Ok(visit.turn_away()),
        Some((session, _)) if session.account_id.is_some() => Ok(redirect(&visit.path("home"))),
        Some(_) => terms_page(&visit, StatusCode::OK, ErrorSummary::new(visit.language)),
    }
}

/// POST `/{l}/setup/terms`
pub(crate) async fn accept_terms(
    visit: Visit,
    form: web::Form<TermsForm>,
) -> Result<HttpResponse, PortalError> {
    let Some((session, secret)) = visit.live_session() else { return super::session::refuse_post(&visit) };
    if !secret.csrf_matches(&form.csrf) {
        return Err(PortalError::Forbidden);
    }
    // A double click: the second one gets the first one's answer.
    if session.account_id.is_some() {
        return Ok(redirect(&visit.path("setup/done")));
    }
    if form.accept.as_deref() != Some("yes") {
        let mut errors = ErrorSummary::new(visit.language);
        errors.add("accept", texts::terms_required(visit.language));
        return terms_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, errors);
    }
    visit.portal.store.create_account(secret.hash(), visit.language, TERMS_VERSION, visit.now).await?;
    Ok(redirect(&visit.path("setup/done")))
}

fn terms_page(visit: &Visit, status: StatusCode, errors: ErrorSummary) -> Result<HttpResponse, PortalError> {
    let Some((session, secret)) = visit.live_session() else { return Ok(visit.turn_away()) };
    let language = visit.language;
    let page = TermsPage {
        tokens: FormTokens::new(secret.csrf_token()),
        email: ReadOnlyField::text(language, "email", texts::email(language), &session.email)
            .hint(texts::email_hint(language)),
        accept: Checkbox::new(language, "accept", texts::terms_accept(language))
            .required()
            .errors_of(&errors),
        exit: visit.path("sign-out"),
        frame: visit
            .frame(texts::set_up_title(language))
            .heading(texts::set_up_heading(language))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// GET `/{l}/setup/done`
pub(crate) async fn done(visit: Visit) -> Result<HttpResponse, PortalError> {
    let Some((session, _)) = visit.live_session() else { return Ok(visit.turn_away()) };
    if session.account_id.is_none() {
        return Ok(redirect(&visit.path("setup/terms")));
    }
    let language = visit.language;
    let page = DonePage {
        frame: visit.frame(texts::done_title(language)).heading(texts::done_heading(language)),
        text: texts::done_text(language),
        next: in_language(&session.destination, language),
    };
    visit.html(StatusCode::OK, &page)
}

/// The destination was kept in the language of the sign-in; the person may have changed it since.
fn in_language(destination: &str, language: Language) -> String {
    match destination.get(3..) {
        Some(rest) if rest.starts_with('/') => format!("/{}{rest}", language.code()),
        _ => format!("/{}/home", language.code()),
    }
}

/// GET `/{l}/terms`: the terms to read again.
pub(crate) async fn terms_text(visit: Visit) -> Result<HttpResponse, PortalError> {
    let language = visit.language;
    let page = TermsTextPage { frame: visit.frame(texts::terms_title(language)) };
    visit.html(StatusCode::OK, &page)
}
