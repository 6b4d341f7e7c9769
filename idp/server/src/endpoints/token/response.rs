//! The answer to a good token request (RFC 6749 section 5.1, OIDC Core 3.1.3.3).

use super::TokenRequest;
use super::access_token::NewToken;
use crate::endpoints::oauth_error::{OAuthError, OAuthErrorCode};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::claims::IdTokenClaims;
use idp_domain::client::Client;
use idp_domain::dpop::nonce;
use idp_domain::grant::TokenGrant;
use idp_domain::grant::access::Access;
use idp_domain::secret::Secret;
use serde::Serialize;

/// What is sent.
pub(super) struct Answer<'a> {
    pub token: &'a NewToken,
    pub access: &'a Access,
    pub refresh_token: Option<&'a Secret>,
    pub id_token: Option<String>,
}

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl Answer<'_> {
    #[allow(clippy::unnecessary_wraps, reason = "the last step of what can fail")]
    pub fn send(self, request: &TokenRequest<'_>) -> Result<HttpResponse, OAuthError> {
        let response = TokenResponse {
            access_token: self.token.text.expose(),
            token_type: if request.jkt.is_some() { "DPoP" } else { "Bearer" },
            expires_in: request.app.in_force().lifetimes.access_token.as_secs(),
            refresh_token: self.refresh_token.map(Secret::expose),
            scope: self.access.scope.to_string(),
            id_token: self.id_token,
        };
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
        // RFC 9449 section 8.2: the next proof needn't be refused first.
        if request.jkt.is_some() && request.app.settings.dpop_require_nonce {
            answer.insert_header(("DPoP-Nonce", nonce(&request.app.data_keys.hash, request.now)));
        }
        Ok(answer.json(response))
    }
}

/// The ID token of a grant, bound to `access_token`.
pub(super) async fn id_token(
    request: &TokenRequest<'_>,
    grant: &TokenGrant,
    nonce: Option<&str>,
    access_token: &Secret,
) -> Result<String, OAuthError> {
    let TokenRequest { app, client, now, .. } = *request;
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "an ID token could not be signed");
        OAuthError::new(OAuthErrorCode::ServerError, "the ID token could not be signed")
    };
    let subject = app.subject_of(client, &grant.account_id).await?;
    let one_key = app.one_key_claim(client, &grant.account_id).await?;
    let at_hash = at_hash(client, access_token);
    let lifetime = app.in_force().lifetimes.id_token;
    let mut claims = IdTokenClaims::new(app.issuer(), &subject, grant, nonce, &at_hash, now, lifetime)
        .with_one_key(one_key);
    if !grant.claims.id_token.is_empty()
        && let Some(account) = app.store.find_account(grant.account_id.clone()).await?
    {
        claims = claims.with_person(&account, &grant.claims);
    }
    let key = app.keys.active(client.id_token_algorithm).map_err(|error| failed(&error))?;
    key.sign_jwt("JWT", &claims).map_err(|error| failed(&error))
}

/// OIDC Core 3.1.3.6: the left half of the access token's hash, by the hash of the ID token's algorithm; Ed25519's own is
/// SHA-512 (RFC 8032 section 5.1).
fn at_hash(client: &Client, access_token: &Secret) -> String {
    use idp_domain::signing_key::SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
    let hash = match client.id_token_algorithm {
        Rs256 | Ps256 | Es256 => digest(&SHA256, access_token.expose().as_bytes()),
        EdDsa => digest(&SHA512, access_token.expose().as_bytes()),
    };
    let bytes = hash.as_ref();
    BASE64_URL_SAFE_NO_PAD.encode(bytes.get(..bytes.len() / 2).unwrap_or_default())
}
