//! The grant `refresh_token` (RFC 6749 section 6, OIDC Core section 12).
//!
//! A new ID token says what the first one said of the person and the sign-in, without a nonce (OIDC Core 12.2).

use super::TokenRequest;
use super::access_token::{Facts, NewToken};
use super::response::{Answer, id_token};
use crate::endpoints::oauth_error::{OAuthError, OAuthErrorCode};
use actix_web::HttpResponse;
use idp_domain::client::{AccessTokenFormat, Profile};
use idp_domain::grant::access::AccessRequest;
use idp_domain::grant::refresh::{RefreshError, RefreshRequest, RefreshToken};
use idp_domain::secret::TokenHash;
use idp_store::{NewAccessToken, RefreshGrant, RefreshOutcome, Refreshed};

pub(super) async fn answer(request: &TokenRequest<'_>) -> Result<HttpResponse, OAuthError> {
    let TokenRequest { app, client, now, .. } = *request;
    let text = request.required("refresh_token", "refresh_token is missing")?;
    let access = request.access(request.get("scope")?)?;
    let Some(presented) = RefreshToken::verify(&app.data_keys.tokens, &text) else {
        return Err(refused(request, RefreshError::Unknown));
    };
    let token = new_token(request, &presented, &access).await?;
    let refresh = RefreshGrant {
        grant_id: presented.grant_id.clone(),
        sent: RefreshRequest {
            client_id: client.id.clone(),
            number: presented.number,
            access,
            jkt: request.jkt.clone(),
            // FAPI 2.0 Security Profile 5.3.2.1: SHALL NOT use refresh token rotation but in extraordinary circumstances.
            rotates: client.profile != Profile::Fapi2,
        },
        token: NewAccessToken { hash: TokenHash::of(token.text.expose()), jkt: request.jkt.clone() },
        limits: app.in_force().lifetimes.grants(),
        now,
    };
    match app.store.refresh_grant(refresh).await? {
        RefreshOutcome::Refreshed(refreshed) => success(request, &refreshed, &token).await,
        RefreshOutcome::Refused(error) => Err(refused(request, error)),
    }
}

fn refused(request: &TokenRequest<'_>, error: RefreshError) -> OAuthError {
    tracing::info!(client = %request.client.id, %error, "a refresh token was refused");
    match error {
        RefreshError::Access(error) => error.into(),
        _ => OAuthError::new(OAuthErrorCode::InvalidGrant, "the refresh token can't be redeemed"),
    }
}

/// As for a code: a JWT is signed before the transaction, over what never changes in its grant.
async fn new_token(
    request: &TokenRequest<'_>,
    presented: &RefreshToken,
    access: &AccessRequest,
) -> Result<NewToken, OAuthError> {
    let TokenRequest { app, client, .. } = *request;
    if client.tokens.access_token_format == AccessTokenFormat::Opaque {
        return Ok(NewToken::opaque());
    }
    let found = app.store.find_grant(presented.grant_id.clone()).await?;
    let Some((grant, _)) = found.filter(|(grant, _)| grant.client_id == client.id) else {
        return Ok(NewToken::opaque());
    };
    let Ok(access) = access.decide(&grant.scope, &grant.resources) else { return Ok(NewToken::opaque()) };
    NewToken::jwt(request, &Facts::of_grant(request, &grant, &access).await?)
}

async fn success(
    request: &TokenRequest<'_>,
    refreshed: &Refreshed,
    token: &NewToken,
) -> Result<HttpResponse, OAuthError> {
    let Refreshed { grant, access, number } = refreshed;
    let next = RefreshToken { grant_id: grant.id.clone(), number: *number };
    let refresh_token = next.to_secret(&request.app.data_keys.tokens);
    let is_sign_in = access.scope.contains("openid");
    let id_token = if is_sign_in { Some(id_token(request, grant, None, &token.text).await?) } else { None };
    Answer { token, access, refresh_token: Some(&refresh_token), id_token }.send(request)
}
