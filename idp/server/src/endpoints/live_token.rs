//! What a token that somebody holds stands for at this moment, whatever its kind.

use super::token::{AccessTokenClaims, Audience};
use crate::adapters::own_jwt::OwnJwt;
use crate::app::App;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::authorization::scope::Scope;
use idp_domain::grant::TokenKind;
use idp_domain::grant::access::Access;
use idp_domain::grant::refresh::RefreshToken;
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationLevel;
use idp_domain::time::Timestamp;
use idp_store::{AccessTokenFacts, Result};

/// A token that is good.
#[derive(Debug)]
pub struct LiveToken {
    /// Whether it is a refresh token: only for us, whatever its grant is for.
    pub is_refresh: bool,
    /// The service it was issued to.
    pub client_id: ClientId,
    /// Whose data it opens; none for a service's own.
    pub account_id: Option<AccountId>,
    /// What it opens, and where.
    pub access: Access,
    /// When the person proved who they are, and how surely.
    pub authentication: Option<(Timestamp, AuthenticationLevel)>,
    /// Thumbprint of the key that it is bound to.
    pub jkt: Option<String>,
    /// Its own name, where it has one.
    pub jti: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Looks a token up; `None` where it is unknown, expired, revoked, or what it belongs to has ended.
///
/// # Errors
/// The database is away.
pub async fn find(app: &App, text: &str, now: Timestamp) -> Result<Option<LiveToken>> {
    match TokenKind::of(text) {
        TokenKind::Unknown => Ok(None),
        TokenKind::Refresh => find_refresh(app, text, now).await,
        TokenKind::Access => Ok(app
            .store
            .find_access_token(TokenHash::of(text), now)
            .await?
            .map(|facts| of_person(facts, None))),
        TokenKind::Client => {
            let facts = app.store.find_client_token(TokenHash::of(text)).await?;
            Ok(facts.filter(|facts| !facts.is_revoked && facts.expires_at >= now).map(|facts| LiveToken {
                is_refresh: false,
                client_id: facts.client_id,
                account_id: None,
                access: facts.access,
                authentication: None,
                jkt: facts.jkt,
                jti: None,
                issued_at: facts.issued_at,
                expires_at: facts.expires_at,
            }))
        }
        TokenKind::Jwt => {
            let hash = TokenHash::of(text);
            // A stored hash says more than a signature, and costs a twentieth of it.
            if let Some(facts) = app.store.find_access_token(hash, now).await? {
                return Ok(Some(of_person(facts, read_jti(text))));
            }
            let Some(live) = verify_client_jwt(app, text, now) else { return Ok(None) };
            let revoked = app.store.find_client_token(hash).await?.is_some_and(|facts| facts.is_revoked);
            Ok((!revoked).then_some(live))
        }
    }
}

fn of_person(facts: AccessTokenFacts, jti: Option<String>) -> LiveToken {
    LiveToken {
        is_refresh: false,
        client_id: facts.client_id,
        account_id: Some(facts.account_id),
        access: facts.access,
        authentication: Some((facts.authenticated_at, facts.level)),
        jkt: facts.jkt,
        jti,
        issued_at: facts.issued_at,
        expires_at: facts.expires_at,
    }
}

async fn find_refresh(app: &App, text: &str, now: Timestamp) -> Result<Option<LiveToken>> {
    let Some(token) = RefreshToken::verify(&app.data_keys.tokens, text) else { return Ok(None) };
    let Some((grant, standing)) = app.store.find_grant(token.grant_id).await? else { return Ok(None) };
    let Some(current) = grant.refresh.filter(|current| current.number == token.number) else {
        return Ok(None);
    };
    if !standing.carries(&grant, &app.in_force().lifetimes.grants(), now) {
        return Ok(None);
    }
    Ok(Some(LiveToken {
        is_refresh: true,
        client_id: grant.client_id,
        account_id: Some(grant.account_id),
        access: Access { scope: grant.scope, audience: grant.resources },
        authentication: Some((grant.authenticated_at, grant.level)),
        jkt: grant.jkt,
        jti: None,
        issued_at: current.since.unwrap_or(grant.created_at),
        expires_at: grant.expires_at,
    }))
}

/// The `jti` of a JWT that is known to be ours.
fn read_jti(jwt: &str) -> Option<String> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<AccessTokenClaims>(&claims).ok().map(|claims| claims.jti)
}

/// A JWT of a service's own, which isn't stored. A token for a person's data never passes here: those are known by their
/// hash or not good.
pub fn verify_client_jwt(app: &App, text: &str, now: Timestamp) -> Option<LiveToken> {
    let own = OwnJwt { kind: "at+jwt", issuer: Some(app.issuer()), required: &["iss", "sub", "aud", "exp"] };
    let claims: AccessTokenClaims = own.read(text, |kid| app.keys.find_public(kid))?;
    if claims.sub != claims.client_id || claims.exp < now.seconds() {
        return None;
    }
    // A copy of the database that was brought back can't know whether it was revoked.
    if app.in_force().restored_at.is_some_and(|restored_at| claims.iat <= restored_at.seconds()) {
        return None;
    }
    let audience = match claims.aud {
        Audience::One(one) if one == app.issuer() => Vec::new(),
        Audience::One(one) => vec![one],
        Audience::Several(several) => several,
    };
    Some(LiveToken {
        is_refresh: false,
        client_id: ClientId::parse(&claims.client_id)?,
        account_id: None,
        access: Access { scope: Scope::from_stored(&claims.scope), audience },
        authentication: None,
        jkt: claims.cnf.map(|cnf| cnf.jkt),
        jti: Some(claims.jti),
        issued_at: Timestamp::from_seconds(claims.iat),
        expires_at: Timestamp::from_seconds(claims.exp),
    })
}
