//! `id_token_hint`: an ID token of ours, even expired, whose key may have left the key set (OIDC Core 3.1.2.1,
//! RP-Initiated Logout section 4).

use crate::adapters::own_jwt::OwnJwt;
use crate::app::App;
use serde::Deserialize;

/// What a hint says.
#[derive(Debug, Clone, Deserialize)]
pub struct HintClaims {
    /// The client it was issued to.
    pub aud: String,
    /// The person, as that client knows them.
    pub sub: String,
    /// The browser session.
    pub sid: Option<String>,
}

/// The claims of a hint, if we signed it as an ID token.
#[must_use]
pub fn verify(app: &App, token: &str) -> Option<HintClaims> {
    let hint = OwnJwt { kind: "JWT", issuer: Some(app.issuer()), required: &["iss", "sub", "aud", "exp"] };
    hint.read(token, |kid| app.keys.find_public(kid))
}
