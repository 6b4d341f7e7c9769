//! The grant `client_credentials` (RFC 6749 section 4.4): an access token of the service's own, for no person.
//!
//! A JWT is not stored: its signature says that we made it, and only a revoked one leaves a row behind.

use super::TokenRequest;
use super::access_token::{Facts, NewToken};
use super::response::Answer;
use crate::endpoints::oauth_error::{OAuthError, OAuthErrorCode};
use actix_web::HttpResponse;
use idp_domain::authorization::scope::Scope;
use idp_domain::client::AccessTokenFormat;
use idp_domain::secret::TokenHash;
use idp_store::NewClientToken;

pub(super) async fn answer(request: &TokenRequest<'_>) -> Result<HttpResponse, OAuthError> {
    let TokenRequest { app, client, now, .. } = *request;
    let invalid_scope =
        || OAuthError::new(OAuthErrorCode::InvalidScope, "this client may not have this scope");
    let scope = Scope::of_client(client);
    let asked = request.get("scope").map_err(|_| invalid_scope())?;
    let access = request.access(asked)?.decide(&scope, &[])?;
    let token = match client.tokens.access_token_format {
        AccessTokenFormat::Jwt => NewToken::jwt(request, &Facts::of_client(request, &access))?,
        AccessTokenFormat::Opaque => {
            let token = NewToken::opaque_of_client();
            let new = NewClientToken {
                hash: TokenHash::of(token.text.expose()),
                client_id: client.id.clone(),
                access: access.clone(),
                jkt: request.jkt.clone(),
                issued_at: now,
                expires_at: now.plus(app.in_force().lifetimes.access_token),
            };
            app.store.insert_client_token(new).await?;
            token
        }
    };
    // RFC 6749 section 4.4.3: a refresh token SHOULD NOT be included.
    Answer { token: &token, access: &access, refresh_token: None, id_token: None }.send(request)
}
