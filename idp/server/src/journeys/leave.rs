//! Leaving for the relying service: its answer in the redirect's query, or in a form that the browser posts (M12); signed
//! where the request asks for that (JARM).

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::authorization::AuthorizationError;
use idp_domain::authorization::destination::{Destination, ResponseMode};
use idp_domain::client::Client;
use idp_domain::ids::ClientId;
use idp_domain::secret::Secret;
use idp_domain::time::Timestamp;
use ontario_design::Frame;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Where the page is again, after the language.
pub const PATH: &str = "/continue";
/// The longest address that a page leads to.
const MOST_ADDRESS: usize = 6000;
/// How long a signed answer is good (JARM section 2.1 advises ten minutes at most).
const SIGNED_ANSWER_LIFE: Duration = Duration::from_mins(10);

/// M12. The form is sent by a script, or by its button.
#[derive(Template)]
#[template(path = "continue_/page.html")]
struct ContinuePage {
    frame: Frame,
    action: String,
    fields: Vec<(String, String)>,
    label: String,
}

/// What the sealed part of the page's address holds: the answer to a service's request.
#[derive(Serialize, Deserialize)]
struct Leaving {
    client: ClientId,
    action: String,
    fields: Vec<(String, String)>,
    until: Timestamp,
}

/// Answers a request with a code (RFC 6749 section 4.1.2).
///
/// # Errors
/// The page can't be rendered.
pub fn with_code(visit: &Visit, client: &Client, to: &Destination, code: &Secret) -> Result<Answer, Problem> {
    leave(visit, client, to, vec![("code", code.expose().to_owned())])
}

/// Answers a request with an error (RFC 6749 section 4.1.2.1).
///
/// # Errors
/// The page can't be rendered.
pub fn with_error(
    visit: &Visit,
    client: &Client,
    to: &Destination,
    error: &AuthorizationError,
) -> Result<Answer, Problem> {
    let description = ("error_description", error.description.to_owned());
    leave(visit, client, to, vec![("error", error.code.to_string()), description])
}

fn leave(
    visit: &Visit,
    client: &Client,
    to: &Destination,
    mut fields: Vec<(&'static str, String)>,
) -> Result<Answer, Problem> {
    fields.extend(to.state.clone().map(|state| ("state", state)));
    // RFC 9207: the issuer in every answer, success or error, defeats mix-up attacks.
    fields.push(("iss", visit.app.issuer().to_owned()));
    if to.response_mode.is_signed() {
        fields = vec![("response", sign(visit, client, &fields)?)];
    }
    match to.response_mode {
        ResponseMode::Query | ResponseMode::QueryJwt => {
            Ok(visit.dress(Answer::see_other(with_query(&to.redirect_uri, &fields))))
        }
        ResponseMode::FormPost | ResponseMode::FormPostJwt => {
            let leaving = Leaving {
                client: client.id.clone(),
                action: to.redirect_uri.clone(),
                fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                until: visit.now.plus(visit.in_force.lifetimes.authorization_code),
            };
            page(visit, client, leaving)
        }
    }
}

/// M12. The page is an answer to the request; in the other language it has an address, for as long as the code lives.
fn page(visit: &Visit, client: &Client, leaving: Leaving) -> Result<Answer, Problem> {
    let l = visit.language;
    let label = t::continue_to(l, client.name.get(l));
    let frame = visit.frame(label.clone()).script("continue.js");
    let other = format!("/{}{PATH}?answer={}", l.other().code(), seal(visit, &leaving)?);
    // A longer address may be cut on the way.
    let frame = if other.len() <= MOST_ADDRESS { frame.language_link(other) } else { frame };
    let page = ContinuePage { frame, action: leaving.action, fields: leaving.fields, label };
    Ok(visit.page(200, &page)?.form_may_end_at(Some(&page.action)))
}

/// `GET /{l}/continue`
///
/// # Errors
/// The answer is another browser's, or its time is over; the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let sealed = visit.query.get("answer").ok().flatten();
    let Some(leaving) = sealed.and_then(|sealed| open(visit, sealed)) else { return Err(Problem::StepDone) };
    let service = visit.app.find_service(&leaving.client).await?;
    let service = service.ok_or(Problem::StepDone)?;
    page(visit, &service.client, leaving)
}

/// Bound to the browser: the address alone shows nothing elsewhere.
fn purpose(visit: &Visit) -> String {
    format!("continue\n{}", visit.browser.expose())
}

fn seal(visit: &Visit, leaving: &Leaving) -> Result<String, Problem> {
    let plain = serde_json::to_vec(leaving).map_err(|error| Problem::internal(&error))?;
    let sealed = visit.app.data_keys.content.seal(&purpose(visit), &plain);
    Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Problem::internal(&error))?))
}

fn open(visit: &Visit, sealed: &str) -> Option<Leaving> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = visit.app.data_keys.content.open(&purpose(visit), &sealed).ok()?;
    let leaving: Leaving = serde_json::from_slice(&plain).ok()?;
    (visit.now <= leaving.until).then_some(leaving)
}

/// JARM section 2.1: the answer's parameters as one signed token for this client.
fn sign(visit: &Visit, client: &Client, fields: &[(&'static str, String)]) -> Result<String, Problem> {
    let members = fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    let about = [
        ("aud".to_owned(), json!(client.id)),
        ("exp".to_owned(), json!(visit.now.plus(SIGNED_ANSWER_LIFE).seconds())),
    ];
    let claims: Map<String, Value> = members.chain(about).collect();
    let algorithm = client.tokens.authorization_response_algorithm.unwrap_or(client.id_token_algorithm);
    let key = visit.app.keys.active(algorithm).map_err(|error| Problem::internal(&error))?;
    key.sign_jwt("JWT", &claims).map_err(|error| Problem::internal(&error))
}

/// Adds parameters to an address and leaves its own query as it is, to the letter.
#[must_use]
pub fn with_query(uri: &str, fields: &[(&'static str, String)]) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields.iter().map(|(name, value)| (name, value)))
        .finish();
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn an_address_keeps_its_own_query() {
        let fields = [("code", "a b".to_owned()), ("state", "&=".to_owned())];
        assert_eq!(
            with_query("https://rp.example.ca/cb?a=1", &fields),
            "https://rp.example.ca/cb?a=1&code=a+b&state=%26%3D"
        );
        assert_eq!(with_query("https://rp.example.ca/cb", &fields[..1]), "https://rp.example.ca/cb?code=a+b");
    }
}
