//! The grant `authorization_code` (RFC 6749 section 4.1.3, OIDC Core 3.1.3).

use super::TokenRequest;
use super::access_token::{Facts, NewToken};
use super::response::{Answer, id_token};
use crate::endpoints::oauth_error::{OAuthError, OAuthErrorCode};
use actix_web::HttpResponse;
use idp_domain::authorization::code::RedemptionError;
use idp_domain::client::{AccessTokenFormat, ClientAuthenticationMethod};
use idp_domain::grant::TokenGrant;
use idp_domain::grant::access::AccessRequest;
use idp_domain::grant::refresh::RefreshToken;
use idp_domain::secret::TokenHash;
use idp_store::{NewAccessToken, RedeemCode, Redeemed, RedemptionOutcome};

pub(super) async fn answer(request: &TokenRequest<'_>) -> Result<HttpResponse, OAuthError> {
    let TokenRequest { app, client, now, .. } = *request;
    let code = request.required("code", "code is missing")?;
    let redirect_uri = request.get("redirect_uri")?;
    let code_verifier = request.get("code_verifier")?;
    let access = request.access(None)?;
    let hash = TokenHash::of(&code);
    let token = new_token(request, hash, &access).await?;
    let redemption = RedeemCode {
        hash,
        client_id: client.id.clone(),
        redirect_uri,
        code_verifier,
        access,
        token: NewAccessToken { hash: TokenHash::of(token.text.expose()), jkt: request.jkt.clone() },
        may_refresh: client.may_use_grant("refresh_token"),
        refresh_jkt: refresh_jkt(request),
        limits: app.in_force().lifetimes.grants(),
        now,
    };
    match app.store.redeem_code(redemption).await? {
        RedemptionOutcome::Redeemed(redeemed) => success(request, &redeemed, &token).await,
        RedemptionOutcome::Refused(error) => {
            tracing::info!(client = %client.id, %error, "a code was refused");
            Err(match error {
                RedemptionError::Access(error) => error.into(),
                _ => OAuthError::new(OAuthErrorCode::InvalidGrant, "the code can't be redeemed"),
            })
        }
    }
}

/// RFC 9449 section 5: a public client's refresh token is bound to its key; others prove themselves each time.
fn refresh_jkt(request: &TokenRequest<'_>) -> Option<String> {
    let is_public = request.client.authentication_method == ClientAuthenticationMethod::None;
    request.jkt.clone().filter(|_| is_public)
}

/// The access token is drawn, or signed, before the transaction that stores its hash. For a JWT the code, which never
/// changes, is looked at first; whether it is good is decided by the transaction alone.
async fn new_token(
    request: &TokenRequest<'_>,
    hash: TokenHash,
    access: &AccessRequest,
) -> Result<NewToken, OAuthError> {
    let TokenRequest { app, client, now, .. } = *request;
    if client.tokens.access_token_format == AccessTokenFormat::Opaque {
        return Ok(NewToken::opaque());
    }
    let Some(code) = app.store.find_code(hash, client.id.clone()).await? else {
        return Ok(NewToken::opaque());
    };
    let Ok(access) = access.decide(&code.scope, &code.resources) else { return Ok(NewToken::opaque()) };
    let limits = app.in_force().lifetimes.grants();
    let grant = TokenGrant::issue(&code, false, None, &limits, now);
    NewToken::jwt(request, &Facts::of_grant(request, &grant, &access).await?)
}

async fn success(
    request: &TokenRequest<'_>,
    redeemed: &Redeemed,
    token: &NewToken,
) -> Result<HttpResponse, OAuthError> {
    let Redeemed { grant, access, nonce } = redeemed;
    let key = &request.app.data_keys.tokens;
    let refresh_token = grant
        .refresh
        .map(|refresh| RefreshToken { grant_id: grant.id.clone(), number: refresh.number }.to_secret(key));
    let id_token = id_token(request, grant, nonce.as_deref(), &token.text).await?;
    Answer { token, access, refresh_token: refresh_token.as_ref(), id_token: Some(id_token) }.send(request)
}
