//! Where the answer to an authorization request may go. A request that fails here is answered by a page for the person:
//! a redirect to an address that nobody registered would make us an open redirector (RFC 9700 section 4.11.2).

use super::parameters::{ParameterError, Parameters};
use crate::client::Client;
use crate::ids::ClientId;
use serde::{Deserialize, Serialize};

/// How the answer's parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the redirect's query.
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// Signed, in the redirect's query (JARM section 2.3.1).
    QueryJwt,
    /// Signed, in a form that the browser posts (JARM section 2.3.3).
    FormPostJwt,
}

impl ResponseMode {
    /// Every name that a request can use. `jwt` is the signed form of the response type's own mode, which is the query
    /// for `code` (JARM section 2.3.4).
    pub const OFFERED: [(&str, Self); 5] = [
        ("query", Self::Query),
        ("form_post", Self::FormPost),
        ("jwt", Self::QueryJwt),
        ("query.jwt", Self::QueryJwt),
        ("form_post.jwt", Self::FormPostJwt),
    ];

    /// Whether the answer is one signed token.
    #[must_use]
    pub fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FormPostJwt)
    }
}

/// A verified redirect address and what must be said there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// A registered address, to the letter.
    pub redirect_uri: String,
    /// Given back unchanged.
    pub state: Option<String>,
    /// Query unless the request says otherwise.
    pub response_mode: ResponseMode,
}

/// Why a request can't be answered by a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// `client_id` is missing, doubled or malformed.
    #[error("client_id is missing, repeated or malformed")]
    ClientId,
    /// Nobody registered this `client_id`.
    #[error("client_id is not registered")]
    UnknownClient,
    /// `redirect_uri` is missing, doubled or malformed.
    #[error("redirect_uri is missing, repeated or malformed")]
    RedirectUri,
    /// It isn't one of the client's registered addresses.
    #[error("redirect_uri is not registered for this client")]
    UnregisteredRedirectUri,
}

/// Step 1: whose request it is.
///
/// # Errors
/// No usable `client_id`.
pub fn client_id(parameters: &Parameters) -> Result<ClientId, DestinationError> {
    let text = parameters.get("client_id").ok().flatten().ok_or(DestinationError::ClientId)?;
    ClientId::parse(text).ok_or(DestinationError::UnknownClient)
}

/// Step 2: where the answer goes. MUST be compared as exact strings (RFC 9700 section 2.1); MUST be present (OIDC Core
/// 3.1.2.1), also where one address is registered.
///
/// # Errors
/// No registered `redirect_uri`.
pub fn destination(parameters: &Parameters, client: &Client) -> Result<Destination, DestinationError> {
    let requested = parameters.get("redirect_uri").ok().flatten().ok_or(DestinationError::RedirectUri)?;
    let redirect_uri =
        client.registered_redirect_uri(requested).ok_or(DestinationError::UnregisteredRedirectUri)?;
    // A doubled state is told to the client as an error, without any state.
    let state = parameters.get("state").unwrap_or_default().map(str::to_owned);
    let response_mode = response_mode(parameters).ok().flatten().unwrap_or(ResponseMode::Query);
    Ok(Destination { redirect_uri, state, response_mode })
}

/// The requested response mode; `Ok(None)` where the request names none.
///
/// # Errors
/// Doubled, or one that isn't offered.
pub fn response_mode(parameters: &Parameters) -> Result<Option<ResponseMode>, ParameterError> {
    let Some(name) = parameters.get("response_mode")? else { return Ok(None) };
    let offered = ResponseMode::OFFERED.into_iter().find(|(offered, _)| *offered == name);
    offered.map(|(_, mode)| Some(mode)).ok_or(ParameterError::Malformed)
}
