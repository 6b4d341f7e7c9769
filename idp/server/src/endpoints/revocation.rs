//! Token revocation (RFC 7009): a client gives a token back.
//!
//! - A refresh token, even a spent one, takes its whole grant with it (section 2.1: all access tokens SHOULD go too).
//! - An access token goes alone: a client may drop one and go on.
//! - What isn't there, or isn't the client's, is answered like what is (section 2.2): nobody learns what others hold.
//!
//! The kind of a token is seen from its first letters, so `token_type_hint` has nothing to help with.

use super::client_authentication::authenticate;
use super::id_token_hint;
use super::live_token::verify_client_jwt;
use super::oauth_error::{OAuthError, OAuthErrorCode};
use super::oauth_form;
use crate::app::App;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::grant::TokenKind;
use idp_domain::grant::refresh::RefreshToken;
use idp_domain::ids::ClientId;
use idp_domain::secret::TokenHash;
use idp_store::NewClientToken;

/// `POST /revoke`
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match answer(&app, &request, &body).await {
        Ok(()) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"))
            .finish(),
        Err(error) => error.response(),
    }
}

async fn answer(app: &App, request: &HttpRequest, body: &[u8]) -> Result<(), OAuthError> {
    let parameters = oauth_form::read(request, body)?;
    let service = authenticate(app, request, &parameters).await?;
    let malformed = |_| OAuthError::new(OAuthErrorCode::InvalidRequest, "token is malformed");
    let token = parameters.get("token").map_err(malformed)?;
    let token = token.ok_or(OAuthError::new(OAuthErrorCode::InvalidRequest, "token is missing"))?;
    let client = service.client.id.clone();
    match TokenKind::of(token) {
        TokenKind::Refresh => {
            if let Some(token) = RefreshToken::verify(&app.data_keys.tokens, token) {
                app.store.revoke_grant(token.grant_id, client, app.clock.now()).await?;
            }
        }
        TokenKind::Access => {
            app.store.revoke_access_token(TokenHash::of(token), client, app.clock.now()).await?;
        }
        TokenKind::Client => {
            if let Some(facts) = app.store.find_client_token(TokenHash::of(token)).await?
                && facts.client_id == client
            {
                let stored = NewClientToken {
                    hash: TokenHash::of(token),
                    client_id: client,
                    access: facts.access,
                    jkt: facts.jkt,
                    issued_at: facts.issued_at,
                    expires_at: facts.expires_at,
                };
                app.store.revoke_client_token(stored, app.clock.now()).await?;
            }
        }
        TokenKind::Jwt => revoke_jwt(app, token, client).await?,
        TokenKind::Unknown => {}
    }
    Ok(())
}

async fn revoke_jwt(app: &App, token: &str, client: ClientId) -> Result<(), OAuthError> {
    let (hash, now) = (TokenHash::of(token), app.clock.now());
    if app.store.revoke_access_token(hash, client.clone(), now).await? {
        return Ok(());
    }
    if let Some(live) = verify_client_jwt(app, token, now) {
        if live.client_id == client {
            let token = NewClientToken {
                hash,
                client_id: client,
                access: live.access,
                jkt: live.jkt,
                issued_at: live.issued_at,
                expires_at: live.expires_at,
            };
            app.store.revoke_client_token(token, now).await?;
        }
        return Ok(());
    }
    // RFC 7009 section 2.2.1
    match id_token_hint::verify(app, token) {
        Some(_) => Err(OAuthError::new(OAuthErrorCode::UnsupportedTokenType, "an ID token can't be revoked")),
        None => Ok(()),
    }
}
