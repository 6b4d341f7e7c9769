//! The rules of an authorization request, in order. The first that is broken is the error that the client is told.

use super::destination::{Destination, response_mode};
use super::parameters::Parameters;
use super::pkce::CodeChallenge;
use super::scope::Scope;
use super::{AuthorizationError, AuthorizationErrorCode as Code, AuthorizationRequest, Prompt};
use crate::client::Client;
use crate::time::Timestamp;
use ontario_language::Language;

type Check = fn(&Parameters, &Client) -> Result<(), AuthorizationError>;

/// Every rule, in the order in which they are looked at.
const CHECKS: [Check; 9] = [
    no_parameter_is_repeated,
    nothing_unsupported_is_relied_on,
    the_response_type_is_code,
    the_response_mode_is_offered,
    the_scope_has_openid,
    the_challenge_is_s256,
    the_prompt_makes_sense,
    the_max_age_is_a_number,
    the_free_texts_are_readable,
];

/// Checks a request whose destination is verified. `hinted_subject` is what its `id_token_hint` was found to say.
///
/// # Errors
/// The first broken rule.
pub fn check(
    parameters: &Parameters,
    client: &Client,
    destination: Destination,
    hinted_subject: Option<String>,
    now: Timestamp,
) -> Result<AuthorizationRequest, AuthorizationError> {
    for rule in CHECKS {
        rule(parameters, client)?;
    }
    let get = |name| parameters.get(name).unwrap_or_default();
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        destination,
        scope: granted_scope(parameters, client)?,
        nonce: get("nonce").map(str::to_owned),
        code_challenge: get("code_challenge").and_then(CodeChallenge::parse),
        prompt: prompt(parameters)?,
        max_age: get("max_age").and_then(|age| age.parse().ok()),
        ui_locale: get("ui_locales").and_then(Language::from_ui_locales),
        login_hint: get("login_hint").filter(|hint| hint.len() <= 254).map(str::to_owned),
        hinted_subject,
        received_at: now,
    })
}

fn error<T>(code: Code, description: &'static str) -> Result<T, AuthorizationError> {
    Err(AuthorizationError { code, description })
}

/// RFC 6749 section 3.1: request parameters MUST NOT be included more than once.
fn no_parameter_is_repeated(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    if parameters.has_repeated() {
        return error(Code::InvalidRequest, "a parameter appears more than once");
    }
    Ok(())
}

/// OIDC Core 6.1 and 7.2.1: what isn't supported is refused by name, never silently ignored.
fn nothing_unsupported_is_relied_on(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    let sent = |name| !matches!(parameters.get(name), Ok(None));
    if sent("request") {
        return error(Code::RequestNotSupported, "request objects are not supported");
    }
    if sent("request_uri") {
        return error(Code::RequestUriNotSupported, "request_uri is not supported");
    }
    if sent("registration") {
        return error(Code::RegistrationNotSupported, "registration is not supported");
    }
    Ok(())
}

/// RFC 9700 section 2.1.2: no token leaves the authorization endpoint.
fn the_response_type_is_code(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    match parameters.get("response_type") {
        Ok(Some("code")) => Ok(()),
        Ok(None) => error(Code::InvalidRequest, "response_type is missing"),
        _ => error(Code::UnsupportedResponseType, "only response_type=code is supported"),
    }
}

/// OAuth 2.0 Multiple Response Types section 2.1.
fn the_response_mode_is_offered(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    match response_mode(parameters) {
        Ok(_) => Ok(()),
        Err(_) => error(Code::InvalidRequest, "response_mode must be query or form_post"),
    }
}

/// OIDC Core 3.1.2.1: scope MUST contain openid.
fn the_scope_has_openid(parameters: &Parameters, client: &Client) -> Result<(), AuthorizationError> {
    granted_scope(parameters, client).map(|_| ())
}

fn granted_scope(parameters: &Parameters, client: &Client) -> Result<Scope, AuthorizationError> {
    let asked = parameters.get("scope").ok().flatten().unwrap_or_default();
    match Scope::grant(asked, &client.scopes) {
        Some(scope) => Ok(scope),
        None => error(Code::InvalidScope, "scope must contain openid"),
    }
}

/// RFC 9700 section 2.1.1: PKCE with S256 for every client, unless a confidential one's registration relaxes it.
fn the_challenge_is_s256(parameters: &Parameters, client: &Client) -> Result<(), AuthorizationError> {
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (Ok(None), Ok(None)) if client.require_pkce => {
            error(Code::InvalidRequest, "code_challenge is required")
        }
        (Ok(None), Ok(None)) => Ok(()),
        (Ok(Some(challenge)), Ok(Some("S256"))) if CodeChallenge::parse(challenge).is_some() => Ok(()),
        (Ok(Some(_)), Ok(Some("S256"))) => error(Code::InvalidRequest, "code_challenge is malformed"),
        (Ok(None), _) => error(Code::InvalidRequest, "code_challenge is missing"),
        _ => error(Code::InvalidRequest, "code_challenge_method must be S256"),
    }
}

/// OIDC Core 3.1.2.1: `none` MUST NOT stand with another value.
fn the_prompt_makes_sense(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    prompt(parameters).map(|_| ())
}

fn prompt(parameters: &Parameters) -> Result<Prompt, AuthorizationError> {
    let text = match parameters.get("prompt") {
        Ok(text) => text.unwrap_or_default(),
        Err(_) => return error(Code::InvalidRequest, "prompt is malformed"),
    };
    let mut prompt = Prompt::default();
    let mut others = false;
    for value in text.split_ascii_whitespace() {
        match value {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            // Every service here is first-party: there is nothing to consent to.
            "consent" => others = true,
            _ => return error(Code::InvalidRequest, "prompt has an unknown value"),
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || others) {
        return error(Code::InvalidRequest, "prompt=none stands alone");
    }
    Ok(prompt)
}

/// OIDC Core 3.1.2.1: seconds.
fn the_max_age_is_a_number(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    match parameters.get("max_age") {
        Ok(None) => Ok(()),
        Ok(Some(age)) if age.len() <= 10 && age.parse::<u64>().is_ok() => Ok(()),
        _ => error(Code::InvalidRequest, "max_age must be a number of seconds"),
    }
}

/// What we hand back or show must be whole: nothing is ever cut.
fn the_free_texts_are_readable(parameters: &Parameters, _: &Client) -> Result<(), AuthorizationError> {
    for name in ["state", "nonce", "ui_locales", "login_hint", "acr_values", "id_token_hint"] {
        if parameters.get(name).is_err() {
            return error(Code::InvalidRequest, "a parameter is too long or malformed");
        }
    }
    Ok(())
}
