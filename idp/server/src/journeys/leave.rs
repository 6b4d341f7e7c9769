//! Leaving for the relying service: its answer in the redirect's query, or in a form that the browser posts (M12); signed
//! where the request asks for that (JARM).

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::authorization::AuthorizationError;
use idp_domain::authorization::destination::{Destination, ResponseMode};
use idp_domain::client::Client;
use idp_domain::secret::Secret;
use ontario_design::Frame;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long a signed answer is good (JARM section 2.1 advises ten minutes at most).
const SIGNED_ANSWER_LIFE: Duration = Duration::from_mins(10);

/// M12. The form is sent by a script, or by its button.
#[derive(Template)]
#[template(path = "continue_/page.html")]
struct ContinuePage {
    frame: Frame,
    action: String,
    fields: Vec<(&'static str, String)>,
    label: String,
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
            let name = client.name.get(visit.language);
            let label = t::continue_to(visit.language, name);
            let frame = visit.frame(label.clone()).script("continue.js");
            let page = ContinuePage { frame, action: to.redirect_uri.clone(), fields, label };
            Ok(visit.page(200, &page)?.form_may_end_at(Some(&to.redirect_uri)))
        }
    }
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
