//! The rules of an authorization request, in order. The first that is broken is the error that the client is told.

use super::acr::AcrRequest;
use super::claims_request::{self, MAX_CLAIMS, ParsedClaims};
use super::destination::{Destination, response_mode};
use super::parameters::Parameters;
use super::pkce::CodeChallenge;
use super::scope::Scope;
use super::{AuthorizationError, AuthorizationErrorCode as Code, AuthorizationRequest, Prompt};
use crate::client::{Client, Profile};
use crate::jwk::Thumbprint;
use crate::time::Timestamp;
use ontario_language::Language;

/// A request whose parameters are all at hand.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// What it says.
    pub parameters: &'a Parameters,
    /// Whose it is.
    pub client: &'a Client,
    /// Whether the client pushed it (RFC 9126).
    pub pushed: bool,
    /// Whether the client signed it (RFC 9101).
    pub signed: bool,
}

type Check = fn(&Incoming<'_>) -> Result<(), AuthorizationError>;

/// Every rule, in the order in which they are looked at.
const CHECKS: [Check; 15] = [
    the_client_sends_people,
    it_came_as_the_client_registered,
    no_parameter_is_repeated,
    nothing_unsupported_is_relied_on,
    the_response_type_is_code,
    the_response_mode_is_offered,
    the_scope_has_openid,
    the_challenge_is_s256,
    the_prompt_makes_sense,
    the_max_age_is_a_number,
    the_claims_are_readable,
    the_level_can_be_reached,
    the_resources_are_registered,
    the_key_of_the_code_is_a_thumbprint,
    the_free_texts_are_readable,
];

/// Checks a request whose destination is verified. `hinted_subject` is what its `id_token_hint` was found to say.
///
/// # Errors
/// The first broken rule.
pub fn check(
    incoming: &Incoming<'_>,
    destination: Destination,
    hinted_subject: Option<String>,
    now: Timestamp,
) -> Result<AuthorizationRequest, AuthorizationError> {
    for rule in CHECKS {
        rule(incoming)?;
    }
    let Incoming { parameters, client, .. } = *incoming;
    let get = |name| parameters.get(name).unwrap_or_default();
    let claims = claims(incoming)?;
    Ok(AuthorizationRequest {
        client_id: client.id.clone(),
        destination,
        scope: granted_scope(incoming)?,
        nonce: get("nonce").map(str::to_owned),
        code_challenge: get("code_challenge").and_then(CodeChallenge::parse),
        prompt: prompt(parameters)?,
        max_age: get("max_age").and_then(|age| age.parse().ok()).or(client.requests.default_max_age),
        ui_locale: get("ui_locales").and_then(Language::from_ui_locales),
        login_hint: get("login_hint").filter(|hint| hint.len() <= 254).map(str::to_owned),
        hinted_subject: one_subject(hinted_subject, claims.subject.clone())?,
        acr: acr(incoming, &claims)?,
        claims: claims.request,
        resources: resources(parameters),
        dpop_jkt: get("dpop_jkt").and_then(Thumbprint::parse),
        received_at: now,
    })
}

fn error<T>(code: Code, description: &'static str) -> Result<T, AuthorizationError> {
    Err(AuthorizationError { code, description })
}

/// RFC 6749 section 4.1.2.1: the client is not authorized to request a code.
fn the_client_sends_people(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    if incoming.client.may_use_grant("authorization_code") {
        return Ok(());
    }
    error(Code::UnauthorizedClient, "this client may not request a code")
}

/// RFC 9126 section 6 and RFC 9101 section 10.5: a client that registered to push or to sign its requests is protected by
/// that only if no other request is taken. FAPI 2.0 Message Signing section 5.4: its answers are signed too.
fn it_came_as_the_client_registered(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    let rules = &incoming.client.requests;
    if rules.pushed_only && !incoming.pushed {
        return error(Code::InvalidRequest, "this client must push its requests");
    }
    if rules.signed_only && !incoming.signed {
        return error(Code::InvalidRequest, "this client must sign its requests");
    }
    let mode = response_mode(incoming.parameters).ok().flatten();
    let unsigned_answer = !mode.is_some_and(super::destination::ResponseMode::is_signed);
    if incoming.client.profile == Profile::Fapi2 && rules.signed_only && unsigned_answer {
        return error(Code::InvalidRequest, "this client must ask for a signed answer: response_mode=jwt");
    }
    Ok(())
}

/// RFC 6749 section 3.1: request parameters MUST NOT be included more than once.
fn no_parameter_is_repeated(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    if incoming.parameters.has_repeated() {
        return error(Code::InvalidRequest, "a parameter appears more than once");
    }
    Ok(())
}

/// OIDC Core 7.2.1: what isn't supported is refused by name, never silently ignored.
fn nothing_unsupported_is_relied_on(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    match incoming.parameters.get("registration") {
        Ok(None) => Ok(()),
        _ => error(Code::RegistrationNotSupported, "registration is not supported"),
    }
}

/// RFC 9700 section 2.1.2: no token leaves the authorization endpoint.
fn the_response_type_is_code(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    match incoming.parameters.get("response_type") {
        Ok(Some("code")) => Ok(()),
        Ok(None) => error(Code::InvalidRequest, "response_type is missing"),
        _ => error(Code::UnsupportedResponseType, "only response_type=code is supported"),
    }
}

/// OAuth 2.0 Multiple Response Types section 2.1.
fn the_response_mode_is_offered(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    match response_mode(incoming.parameters) {
        Ok(_) => Ok(()),
        Err(_) => error(
            Code::InvalidRequest,
            "response_mode must be query, form_post, jwt, query.jwt or form_post.jwt",
        ),
    }
}

/// OIDC Core 3.1.2.1: scope MUST contain openid.
fn the_scope_has_openid(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    granted_scope(incoming).map(|_| ())
}

fn granted_scope(incoming: &Incoming<'_>) -> Result<Scope, AuthorizationError> {
    let asked = incoming.parameters.get("scope").ok().flatten().unwrap_or_default();
    match Scope::grant(asked, &incoming.client.scopes) {
        Some(scope) if may_stay_offline(incoming.parameters, incoming.client) => Ok(scope),
        Some(scope) => Ok(scope.without_offline_access()),
        None => error(Code::InvalidScope, "scope must contain openid"),
    }
}

/// OIDC Core section 11: only with refresh tokens, and with the person's consent, unless other conditions permit it: the
/// government's own services are such.
fn may_stay_offline(parameters: &Parameters, client: &Client) -> bool {
    let asks = || prompt(parameters).is_ok_and(|prompt| prompt.consent);
    client.may_use_grant("refresh_token") && (client.first_party || asks())
}

/// RFC 9700 section 2.1.1: PKCE with S256 for every client, unless a confidential one's registration relaxes it.
fn the_challenge_is_s256(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    let parameters = incoming.parameters;
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (Ok(None), Ok(None)) if incoming.client.require_pkce => {
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
fn the_prompt_makes_sense(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    prompt(incoming.parameters).map(|_| ())
}

fn prompt(parameters: &Parameters) -> Result<Prompt, AuthorizationError> {
    let text = match parameters.get("prompt") {
        Ok(text) => text.unwrap_or_default(),
        Err(_) => return error(Code::InvalidRequest, "prompt is malformed"),
    };
    let mut prompt = Prompt::default();
    for value in text.split_ascii_whitespace() {
        match value {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.select_account = true,
            "consent" => prompt.consent = true,
            _ => return error(Code::InvalidRequest, "prompt has an unknown value"),
        }
    }
    if prompt.none && (prompt.login || prompt.select_account || prompt.consent) {
        return error(Code::InvalidRequest, "prompt=none stands alone");
    }
    Ok(prompt)
}

/// OIDC Core 3.1.2.1: seconds.
fn the_max_age_is_a_number(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    match incoming.parameters.get("max_age") {
        Ok(None) => Ok(()),
        Ok(Some(age)) if age.len() <= 10 && age.parse::<u64>().is_ok() => Ok(()),
        _ => error(Code::InvalidRequest, "max_age must be a number of seconds"),
    }
}

/// OIDC Core 5.5: a JSON object.
fn the_claims_are_readable(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    claims(incoming).map(|_| ())
}

fn claims(incoming: &Incoming<'_>) -> Result<ParsedClaims, AuthorizationError> {
    let parsed = match incoming.parameters.get_within("claims", MAX_CLAIMS) {
        Ok(None) => return Ok(ParsedClaims::default()),
        Ok(Some(text)) => claims_request::parse(text, incoming.client).ok(),
        Err(_) => None,
    };
    parsed.map_or_else(|| error(Code::InvalidRequest, "claims is malformed"), Ok)
}

/// OIDC Core 3.1.2.1 and 5.5.1: a hint and a requested `sub` are the same person's, or nobody could be answered with.
fn one_subject(hinted: Option<String>, asked: Option<String>) -> Result<Option<String>, AuthorizationError> {
    match (hinted, asked) {
        (Some(hinted), Some(asked)) if hinted != asked => {
            error(Code::InvalidRequest, "id_token_hint and claims name different persons")
        }
        (hinted, asked) => Ok(hinted.or(asked)),
    }
}

/// OIDC Core 5.5.1.1: an essential `acr` that can't be met is a failed sign-in.
fn the_level_can_be_reached(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    acr(incoming, &claims(incoming)?).map(|_| ())
}

/// The claim goes before `acr_values`, which goes before what the client registered.
fn acr(incoming: &Incoming<'_>, claims: &ParsedClaims) -> Result<AcrRequest, AuthorizationError> {
    let Incoming { parameters, client, .. } = *incoming;
    let minimum = client.minimum_level;
    let defaults = || client.requests.default_acr_values.iter().map(String::as_str);
    let asked = parameters.get("acr_values").unwrap_or_default();
    match (&claims.acr, asked) {
        (Some(acr), _) if acr.essential => {
            let essential = AcrRequest::essential(minimum, acr.values.iter().map(String::as_str));
            let unmet = "the requested acr can't be reached";
            essential.or_else(|_| error(Code::UnmetAuthenticationRequirements, unmet))
        }
        (Some(acr), _) => Ok(AcrRequest::voluntary(minimum, acr.values.iter().map(String::as_str))),
        (None, Some(values)) => Ok(AcrRequest::voluntary(minimum, values.split_ascii_whitespace())),
        (None, None) => Ok(AcrRequest::voluntary(minimum, defaults())),
    }
}

/// RFC 8707 section 2: absolute addresses without a fragment, of which only registered ones are known.
fn the_resources_are_registered(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    let known = |resource: &String| incoming.client.tokens.resources.contains(resource);
    if resources(incoming.parameters).iter().all(known) {
        return Ok(());
    }
    error(Code::InvalidTarget, "resource is not one that this client registered")
}

fn resources(parameters: &Parameters) -> Vec<String> {
    let mut resources: Vec<String> = Vec::new();
    for resource in parameters.all("resource").filter(|resource| !resource.is_empty()) {
        if !resources.iter().any(|known| known == resource) {
            resources.push(resource.to_owned());
        }
    }
    resources
}

/// RFC 9449 section 10: a SHA-256 thumbprint; anything else would bind the code to a key that can't be.
fn the_key_of_the_code_is_a_thumbprint(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    match incoming.parameters.get("dpop_jkt") {
        Ok(None) => Ok(()),
        Ok(Some(jkt)) if Thumbprint::parse(jkt).is_some() => Ok(()),
        _ => error(Code::InvalidRequest, "dpop_jkt is no SHA-256 thumbprint"),
    }
}

/// What we hand back or show must be whole: nothing is ever cut.
fn the_free_texts_are_readable(incoming: &Incoming<'_>) -> Result<(), AuthorizationError> {
    for name in ["state", "nonce", "ui_locales", "login_hint", "acr_values", "id_token_hint"] {
        if incoming.parameters.get(name).is_err() {
            return error(Code::InvalidRequest, "a parameter is too long or malformed");
        }
    }
    Ok(())
}
