//! The end session endpoint (OIDC RP-Initiated Logout 1.0).
//!
//! 1. A hint that we signed names the client (and the session); without it `client_id` may.
//! 2. A hint of this browser's own session ends it at once; anything else asks the person first.
//! 3. Services are told: by back channel at once, by frames of the page that follows (`journeys::signed_out`).
//! 4. The browser goes back only to an address that the client registered, to the letter.

use super::id_token_hint;
use crate::journeys::leave::with_query;
use crate::journeys::{sign_out, signed_out};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::client::Client;
use idp_domain::ids::ClientId;

/// A logout request, as far as it can be trusted.
struct Logout {
    client: Option<Client>,
    /// A registered address with its `state`.
    return_to: Option<String>,
    /// Whether the hint is of this browser's session (or there is none to end).
    certain: bool,
}

/// `GET /end-session`
pub async fn get(request: HttpRequest, mut visit: Visit) -> HttpResponse {
    let outcome = match Parameters::parse(request.query_string().as_bytes()) {
        Ok(parameters) => receive(&mut visit, &parameters).await,
        Err(_) => Err(Problem::BadRequest("too many parameters".into())),
    };
    outcome.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

/// `POST /end-session`: a form on a service's page brings no cookie of ours, so the browser is sent once more by GET.
pub async fn post(request: HttpRequest, mut visit: Visit, body: web::Bytes) -> HttpResponse {
    let outcome = match Parameters::parse(&body) {
        Ok(parameters) if visit.browser_is_new && Answer::fits_an_address(&body) => {
            Ok(Answer::again_by_get("/end-session", &parameters))
        }
        Ok(parameters) => {
            // What a page of this request leads to in the other language.
            visit.query.clone_from(&parameters);
            receive(&mut visit, &parameters).await
        }
        Err(_) => Err(Problem::BadRequest("too many parameters".into())),
    };
    outcome.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

async fn receive(visit: &mut Visit, parameters: &Parameters) -> Result<Answer, Problem> {
    if parameters.has_repeated() {
        return Err(Problem::BadRequest("a parameter appears more than once".into()));
    }
    if let Some(language) = parameters.get("ui_locales").ok().flatten().and_then(Language::from_ui_locales) {
        visit.language = language;
    }
    let logout = read(visit, parameters).await?;
    if logout.certain { end(visit, &logout).await } else { ask(visit, &logout, parameters).await }
}

async fn read(visit: &Visit, parameters: &Parameters) -> Result<Logout, Problem> {
    let get = |name| parameters.get(name).ok().flatten();
    let hint = get("id_token_hint").and_then(|hint| id_token_hint::verify(&visit.app, hint));
    let named = get("client_id");
    // RP-Initiated Logout section 2: where both are there, they must agree.
    let contradiction = matches!((&hint, named), (Some(hint), Some(named)) if hint.aud != named);
    let trusted = hint.as_ref().filter(|_| !contradiction);
    let id = trusted
        .map(|hint| hint.aud.as_str())
        .or(named.filter(|_| !contradiction && get("id_token_hint").is_none()));
    let client = match id.and_then(ClientId::parse) {
        Some(id) => visit.app.find_service(&id).await?.map(|service| service.client.clone()),
        None => None,
    };
    let requested = get("post_logout_redirect_uri");
    let registered = requested.and_then(|uri| client.as_ref()?.registered_post_logout_uri(uri));
    let refused_address = requested.is_some() && registered.is_none();
    let return_to = registered.map(|uri| match get("state") {
        Some(state) => with_query(&uri, &[("state", state.to_owned())]),
        None => uri,
    });
    let session = visit.session().await?;
    let same_session = match (&session, trusted) {
        (Some(session), Some(hint)) => hint.sid.as_deref() == Some(session.session.id.as_str()),
        (None, Some(_)) => true,
        (_, None) => false,
    };
    // Section 2: `logout_hint` names the person; an address of somebody else makes nothing certain.
    let somebody_else = match (&session, get("logout_hint").map(EmailAddress::parse)) {
        (Some(session), Some(Ok(named))) => {
            session.account.email().is_none_or(|own| named.key() != own.key())
        }
        _ => false,
    };
    let certain = same_session && client.is_some() && !refused_address && !somebody_else;
    Ok(Logout { client, return_to, certain })
}

async fn end(visit: &Visit, logout: &Logout) -> Result<Answer, Problem> {
    let client = logout.client.as_ref();
    let ended = sign_out::end(visit, client.map(|client| client.id.clone())).await?;
    let answer = signed_out::go_on(visit, ended, client, logout.return_to.clone()).await?;
    Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)))
}

/// Nothing ends before the person says so. What is needed then travels in the form and is checked again.
async fn ask(visit: &Visit, logout: &Logout, parameters: &Parameters) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut fields = Vec::new();
    if logout.return_to.is_some() {
        for name in ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"] {
            if let Ok(Some(value)) = parameters.get(name) {
                fields.push((name, value.to_owned()));
            }
        }
    }
    let kind = sign_out::kind_of(visit).await?;
    let account = t::account_in_a_sentence(l, kind);
    let question = match &logout.client {
        Some(client) => t::sign_out_question_from(l, client.name.get(l), account),
        None => t::sign_out_question(l, account),
    };
    let form =
        ButtonForm { fields, ..visit.button_form("sign-out-form", "/end-session/confirm", t::sign_out(l)) };
    let frame = visit.plain_frame_of(kind, t::sign_out_question_title(l));
    let page = MessagePage::new(frame, "sign-out-page", vec![question])
        .form(form)
        .link(t::stay_signed_in(l), visit.url(sign_out::home_of(kind)))
        .answer(visit, 200)?;
    Ok(page.form_may_end_at(logout.return_to.as_deref()))
}

/// `POST /{l}/end-session/confirm`
///
/// # Errors
/// The database is away.
pub async fn confirm(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let names = ["client_id", "id_token_hint", "post_logout_redirect_uri", "state"];
    let pairs = names.iter().map(|name| ((*name).to_owned(), form.value(name).to_owned()));
    let parameters = Parameters::new(pairs.collect()).unwrap_or_default();
    let logout = read(visit, &parameters).await?;
    end(visit, &logout).await
}
