//! The authorization endpoint (RFC 6749 section 3.1, OIDC Core 3.1.2).
//!
//! 1. Whose request is it? A reference to a pushed request stands for all that was checked when it was pushed (RFC 9126
//!    section 4), and step 4 follows at once; a request object is verified and its parameters are taken.
//! 2. Where may the answer go? What fails up to here is told on a page.
//! 3. The ordered checks. What fails here is told by a redirect.
//! 4. `resume` derives the next step: a page, or at once the code.

use super::{id_token_hint, request_object};
use crate::app::App;
use crate::journeys::leave;
use crate::journeys::resume::{self, Pending};
use crate::web::answer::Answer;
use crate::web::form::MAX_BODY;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::Language;
use idp_domain::authorization::checks::{Incoming, check};
use idp_domain::authorization::destination::{Destination, client_id, destination};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode, AuthorizationRequest, pushed};
use idp_domain::client::Client;
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

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
/// (they are `SameSite=Lax`), so the browser is sent once more, by GET, which brings them. What is too long for an address
/// has to be pushed (RFC 9126).
pub async fn post(request: HttpRequest, mut visit: Visit, body: web::Bytes) -> HttpResponse {
    let parameters = if body.len() > MAX_BODY { None } else { Parameters::parse(&body).ok() };
    let outcome = match parameters {
        Some(_) if visit.browser_is_new && !Answer::fits_an_address(&body) => {
            Err(Problem::BadRequest("the form is too long to be sent on by GET: push the request".into()))
        }
        Some(parameters) if visit.browser_is_new => Ok(Answer::again_by_get("/authorize", &parameters)),
        Some(parameters) => {
            // What a page of this request leads to in the other language.
            visit.query.clone_from(&parameters);
            authorize(&mut visit, &parameters).await
        }
        None => Err(Problem::BadRequest("the form can't be read".into())),
    };
    outcome.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

async fn authorize(visit: &mut Visit, parameters: &Parameters) -> Result<Answer, Problem> {
    visit.admit()?;
    speak(visit, parameters);
    let id = client_id(parameters).map_err(|error| Problem::BadRequest(error.to_string()))?;
    let Some(service) = visit.app.find_service(&id).await? else {
        return Err(Problem::BadRequest("client_id is not registered".into()));
    };
    let client = &service.client;
    if let Ok(Some(uri)) = parameters.get("request_uri")
        && pushed::is_reference(uri)
    {
        return take_up(visit, client, uri).await;
    }
    // Whoever must push is refused below by the first check, before anything is verified or fetched.
    let assembled = if client.requests.pushed_only {
        request_object::Assembled { parameters: parameters.clone(), signed: false }
    } else {
        match request_object::assemble(&visit.app, client, parameters, false, visit.now).await {
            Ok(assembled) => assembled,
            Err(error) => return refuse(visit, client, parameters, &error),
        }
    };
    let parameters = &assembled.parameters;
    speak(visit, parameters);
    let to = destination(parameters, client).map_err(|error| Problem::BadRequest(error.to_string()))?;
    let incoming = Incoming { parameters, client, pushed: false, signed: assembled.signed };
    match checked(&visit.app, &incoming, to.clone(), visit.now) {
        Ok(request) => go_on(visit, client, &request, None).await,
        Err(error) => leave::with_error(visit, client, &to, &error),
    }
}

/// The service's language comes before the browser's, already for a page that says what is wrong.
fn speak(visit: &mut Visit, parameters: &Parameters) {
    if let Some(language) = parameters.get("ui_locales").ok().flatten().and_then(Language::from_ui_locales) {
        visit.language = language;
    }
}

/// RFC 9126 section 4: only `client_id` and `request_uri` are used. Unknown, expired, spent and another client's
/// references are told apart by nobody. The person begins now: a proof from before doesn't answer `prompt=login`.
async fn take_up(visit: &mut Visit, client: &Client, request_uri: &str) -> Result<Answer, Problem> {
    let unusable = || Problem::BadRequest("request_uri is unknown, expired, used or another client's".into());
    let reference = pushed::hash_of(request_uri).ok_or_else(unusable)?;
    let found = visit.app.store.find_pushed_request(reference, client.id.clone(), visit.now).await?;
    // The registration may have changed since.
    let request = found.and_then(|request| request.as_registered(client)).ok_or_else(unusable)?;
    let request = AuthorizationRequest { received_at: visit.now, ..request };
    visit.language = request.ui_locale.unwrap_or(visit.language);
    go_on(visit, client, &request, Some(reference)).await
}

async fn go_on(
    visit: &Visit,
    client: &Client,
    request: &AuthorizationRequest,
    pushed: Option<TokenHash>,
) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    let pending = Pending {
        request,
        id: None,
        client,
        account_chosen: false,
        consented_account: None,
        level_declined_by: None,
        pushed,
    };
    resume::decide(visit, pending, session.as_ref()).await
}

/// A request object that can't be used. The client is told where the parameters beside it name a registered address of
/// its own, as any plain request could; else the person is.
fn refuse(
    visit: &Visit,
    client: &Client,
    beside: &Parameters,
    error: &AuthorizationError,
) -> Result<Answer, Problem> {
    match destination(beside, client) {
        Ok(to) => leave::with_error(visit, client, &to, error),
        Err(_) => Err(Problem::BadRequest(error.to_string())),
    }
}

/// The ordered checks, with what the `id_token_hint` says.
///
/// # Errors
/// The first broken rule.
pub fn checked(
    app: &App,
    incoming: &Incoming<'_>,
    to: Destination,
    now: Timestamp,
) -> Result<AuthorizationRequest, AuthorizationError> {
    let hinted = hinted_subject(app, incoming.parameters, incoming.client)?;
    check(incoming, to, hinted, now)
}

/// The person whom an `id_token_hint` names: the token must be one of ours for this client.
fn hinted_subject(
    app: &App,
    parameters: &Parameters,
    client: &Client,
) -> Result<Option<String>, AuthorizationError> {
    let Some(hint) = parameters.get("id_token_hint").ok().flatten() else { return Ok(None) };
    match id_token_hint::verify(app, hint).filter(|claims| claims.aud == client.id.as_str()) {
        Some(claims) => Ok(Some(claims.sub)),
        None => Err(AuthorizationError {
            code: AuthorizationErrorCode::InvalidRequest,
            description: "id_token_hint is no ID token of ours for this client",
        }),
    }
}
