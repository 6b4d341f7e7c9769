//! X3: after signing out. Who was told, who could not be, the frames that services asked for (OIDC Front-Channel Logout
//! 1.0), and the way back to the service that asked.
//!
//! What the page needs travels in its address, sealed for this browser: a session's identifier is known to services, and
//! must not open a list of a person's services.

use super::resume::sign_in_path;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::Language;
use idp_domain::account::AccountKind;
use idp_domain::client::Client;
use idp_domain::ids::{ClientId, SessionId};
use idp_domain::logout::frontchannel_address;
use idp_domain::session::Session;
use idp_domain::time::Timestamp;
use idp_store::{DeliveryState, SessionService};
use ontario_design::Frame;
use ontario_design::components::Alert;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long the page can be loaded again.
const LIFE: Duration = Duration::from_mins(10);
/// Most frames of one page.
const MOST_FRAMES: usize = 20;

/// What the sealed part of the page's address holds.
#[derive(Serialize, Deserialize)]
struct Ended {
    session: SessionId,
    /// A registered address with its `state`.
    return_to: Option<String>,
    /// Where the account was closed: the session's services, whose record went with it.
    #[serde(default)]
    closed: Option<Vec<ClientId>>,
    until: Timestamp,
}

/// X3.
#[derive(Template)]
#[template(path = "sign_out/signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    ended: String,
    told: Vec<String>,
    warnings: Vec<Alert>,
    /// The way back to the service that asked, and whether a script may take it.
    go_on: Option<(String, String, bool)>,
    sign_in: String,
    back: Option<(String, String)>,
    frames: Vec<String>,
}

/// What became of the services of a session.
#[derive(Default)]
struct Outcome {
    told: Vec<String>,
    untold: Vec<String>,
    frames: Vec<String>,
}

impl Outcome {
    fn of(
        visit: &Visit,
        session: &SessionId,
        services: &[SessionService],
        asked_by: Option<&ClientId>,
    ) -> Self {
        let mut outcome = Self::default();
        for service in services {
            let client = &service.client;
            let frame = frontchannel_address(client, visit.app.issuer(), session);
            let reached = match service.delivery {
                Some(state) => state == DeliveryState::Acknowledged,
                // A frame is all that can be done, and a service that asks has ended its own session.
                None => frame.is_some() || asked_by == Some(&client.id),
            };
            let names = if reached { &mut outcome.told } else { &mut outcome.untold };
            names.push(client.name.get(visit.language).to_owned());
            outcome.frames.extend(frame.filter(|_| outcome.frames.len() < MOST_FRAMES));
        }
        outcome
    }
}

/// Goes on after an end: straight to the service that asked, where all were told and none needs a frame; else to X3.
///
/// # Errors
/// The database is away.
pub async fn go_on(
    visit: &Visit,
    session: Option<Session>,
    client: Option<&Client>,
    return_to: Option<String>,
) -> Result<Answer, Problem> {
    let client = client.map(|client| client.id.clone());
    let services = match &session {
        Some(session) => visit.app.store.list_session_services(session.id.clone()).await?,
        None => Vec::new(),
    };
    let kind = session.as_ref().map_or(AccountKind::MyOntario, |session| session.account_id.kind());
    let page = || path(visit.language, kind, client.as_ref(), None);
    let Some(session) = session.map(|session| session.id).filter(|_| !services.is_empty()) else {
        return Ok(Answer::see_other(return_to.unwrap_or_else(page)));
    };
    let pending = |service: &SessionService| {
        service.client.logout.frontchannel_uri.is_some()
            || service.delivery.is_some_and(|state| state != DeliveryState::Acknowledged)
    };
    match return_to {
        Some(return_to) if !services.iter().any(pending) => Ok(Answer::see_other(return_to)),
        return_to => {
            let sealed =
                seal(visit, &Ended { session, return_to, closed: None, until: visit.now.plus(LIFE) })?;
            Ok(Answer::see_other(path(visit.language, kind, client.as_ref(), Some(&sealed))))
        }
    }
}

/// X3 after an account was closed.
///
/// # Errors
/// The address can't be sealed, which no value causes.
pub fn closed(visit: &Visit, session: SessionId, services: Vec<ClientId>) -> Result<Answer, Problem> {
    let ended = Ended { session, return_to: None, closed: Some(services), until: visit.now.plus(LIFE) };
    let sealed = seal(visit, &ended)?;
    Ok(Answer::see_other(path(visit.language, AccountKind::MyOntario, None, Some(&sealed))))
}

/// What the page's address says of the account whose session it was.
const ONE_KEY: (&str, &str) = ("account", "one-key");

fn path(language: Language, kind: AccountKind, client: Option<&ClientId>, sealed: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if kind == AccountKind::OneKey {
        query.append_pair(ONE_KEY.0, ONE_KEY.1);
    }
    if let Some(client) = client {
        query.append_pair("client", client.as_str());
    }
    if let Some(sealed) = sealed {
        query.append_pair("ended", sealed);
    }
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("/{}/signed-out{separator}{query}", language.code())
}

/// Bound to the browser: the address alone shows nothing elsewhere.
fn purpose(visit: &Visit) -> String {
    format!("signed-out\n{}", visit.browser.expose())
}

fn seal(visit: &Visit, ended: &Ended) -> Result<String, Problem> {
    let plain = serde_json::to_vec(ended).map_err(|error| Problem::internal(&error))?;
    let sealed = visit.app.data_keys.content.seal(&purpose(visit), &plain);
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Problem::internal(&error))?))
}

fn open(visit: &Visit, sealed: &str) -> Option<Ended> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = visit.app.data_keys.content.open(&purpose(visit), &sealed).ok()?;
    let ended: Ended = serde_json::from_slice(&plain).ok()?;
    (visit.now <= ended.until).then_some(ended)
}

/// `GET /{l}/signed-out`
///
/// # Errors
/// The page can't be rendered, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let named = visit.query.get("client").ok().flatten().and_then(ClientId::parse);
    let client = match &named {
        Some(id) => visit.app.find_service(id).await?,
        None => None,
    };
    let client = client.as_ref().map(|service| &service.client);
    let sealed = visit.query.get("ended").ok().flatten();
    let ended = sealed.and_then(|sealed| open(visit, sealed));
    let outcome = match &ended {
        Some(ended) => {
            let (store, session) = (&visit.app.store, ended.session.clone());
            let services = match &ended.closed {
                Some(clients) => store.list_closed_session_services(session, clients.clone()).await?,
                None => store.list_session_services(session).await?,
            };
            Outcome::of(visit, &ended.session, &services, named.as_ref())
        }
        None => Outcome::default(),
    };
    let is_closed = ended.as_ref().is_some_and(|ended| ended.closed.is_some());
    let one_key = visit.query.get(ONE_KEY.0).ok().flatten() == Some(ONE_KEY.1);
    let kind = if one_key { AccountKind::OneKey } else { AccountKind::MyOntario };
    let other = path(l.other(), kind, named.as_ref(), sealed.filter(|_| ended.is_some()));
    // Only where the service itself registered that a sign-in begins.
    let back = client
        .and_then(|client| Some((t::back_to(l, client.name.get(l)), client.initiate_login_uri.clone()?)));
    let go_on = ended.and_then(|ended| ended.return_to).map(|return_to| {
        let label =
            client.map_or_else(|| t::continue_(l).to_owned(), |client| t::continue_to(l, client.name.get(l)));
        (label, return_to, outcome.untold.is_empty())
    });
    let frame = visit
        .frame_of(kind, t::signed_out_title(l))
        .language_link(other)
        .alert(is_closed.then(|| Alert::success(l, t::account::closed(l)).focused()));
    let page = SignedOutPage {
        frame: if outcome.frames.is_empty() { frame } else { frame.script("signed_out.js") },
        ended: t::signed_out_text(l, t::account_in_a_sentence(l, kind)),
        told: outcome.told,
        warnings: outcome
            .untold
            .iter()
            .map(|name| Alert::warning(l, t::not_signed_out_of(l, name)))
            .collect(),
        back: back.filter(|_| go_on.is_none()),
        go_on,
        sign_in: visit.url(sign_in_path(kind)),
        frames: outcome.frames,
    };
    let answer = visit.page(200, &page)?;
    Ok(page.frames.iter().fold(answer, |answer, address| answer.may_frame(address)))
}
