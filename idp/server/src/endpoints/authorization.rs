//! The authorization endpoint (RFC 6749 section 3.1, OIDC Core 3.1.2).
//!
//! 1. Whose request is it, and where may its answer go? What fails here is told on a page.
//! 2. The ordered checks. What fails here is told by a redirect.
//! 3. `resume` derives the next step: a page, or at once the code.

use super::id_token_hint;
use crate::journeys::leave;
use crate::journeys::resume::{self, Pending};
use crate::web::answer::Answer;
use crate::web::form::MAX_BODY;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::Language;
use idp_domain::authorization::checks::check;
use idp_domain::authorization::destination::{client_id, destination};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode};
use idp_domain::client::Client;

/// `GET /authorize`
pub async fn get(request: HttpRequest, mut visit: Visit) -> HttpResponse {
    let parameters = Parameters::parse(request.query_string().as_bytes());
    let outcome = match parameters {
        Ok(parameters) => authorize(&mut visit, &parameters).await,
        Err(error) => Err(Problem::BadRequest(error.to_string())),
    };
    outcome.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

/// `POST /authorize`: OIDC Core 3.1.2.1 asks for both methods. A form on a service's page brings no cookie of ours
/// (they are `SameSite=Lax`), so the browser is sent once more, by GET, which brings them.
pub async fn post(request: HttpRequest, mut visit: Visit, body: web::Bytes) -> HttpResponse {
    let parameters = if body.len() > MAX_BODY { None } else { Parameters::parse(&body).ok() };
    let outcome = match parameters {
        Some(parameters) if visit.browser_is_new && body.len() <= 8000 => {
            Ok(Answer::again_by_get("/authorize", &parameters))
        }
        Some(parameters) => authorize(&mut visit, &parameters).await,
        None => Err(Problem::BadRequest("the form can't be read".into())),
    };
    outcome.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

async fn authorize(visit: &mut Visit, parameters: &Parameters) -> Result<Answer, Problem> {
    visit.admit()?;
    if let Some(language) = parameters.get("ui_locales").ok().flatten().and_then(Language::from_ui_locales) {
        visit.language = language;
    }
    let refused = |error: &dyn std::fmt::Display| Problem::BadRequest(error.to_string());
    let id = client_id(parameters).map_err(|error| refused(&error))?;
    let Some(service) = visit.app.find_service(&id).await? else {
        return Err(Problem::BadRequest("client_id is not registered".into()));
    };
    let client = &service.client;
    let to = destination(parameters, client).map_err(|error| refused(&error))?;
    let checked = match hinted_subject(visit, parameters, client) {
        Ok(hinted) => check(parameters, client, to.clone(), hinted, visit.now),
        Err(error) => Err(error),
    };
    let request = match checked {
        Ok(request) => request,
        Err(error) => return leave::with_error(visit, client, &to, &error),
    };
    let session = visit.session().await?;
    let pending = Pending { request: &request, id: None, client, account_chosen: false };
    resume::decide(visit, pending, session.as_ref()).await
}

/// The person whom an `id_token_hint` names: the token must be one of ours for this client.
fn hinted_subject(
    visit: &Visit,
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<String>, AuthorizationError> {
    let Some(hint) = parameters.get("id_token_hint").ok().flatten() else { return Ok(None) };
    match id_token_hint::verify(&visit.app, hint).filter(|claims| claims.aud == client.id.as_str()) {
        Some(claims) => Ok(Some(claims.sub)),
        None => Err(AuthorizationError {
            code: AuthorizationErrorCode::InvalidRequest,
            description: "id_token_hint is no ID token of ours for this client",
        }),
    }
}
