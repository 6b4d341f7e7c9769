//! Access tokens: random values that only we can read, or JWTs (RFC 9068), as the service registered.

use super::TokenRequest;
use crate::adapters::rng::rng;
use crate::endpoints::oauth_error::{OAuthError, OAuthErrorCode};
use idp_domain::extra_verification::amr_values;
use idp_domain::grant::access::{Access, signing_algorithm};
use idp_domain::grant::{TokenGrant, TokenKind};
use idp_domain::secret::{Secret, random_base64url};
use serde::{Deserialize, Serialize};

/// An access token that was drawn or signed.
pub(super) struct NewToken {
    /// As it is sent.
    pub text: Secret,
}

/// `aud`: one value, or several (RFC 7519 section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// `cnf` (RFC 9449 section 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Thumbprint of the key.
    pub jkt: String,
}

/// The claims of an access token (RFC 9068 section 2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer, to the letter.
    pub iss: String,
    /// Seconds since 1970.
    pub exp: i64,
    /// The resources it is for; ourselves where none was named.
    pub aud: Audience,
    /// The person at this client; the client itself where there is no person.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// Another one in each token.
    pub jti: String,
    /// Left out where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// When the person proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How surely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// The key that it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// What a JWT says.
pub(super) struct Facts<'a> {
    subject: String,
    grant: Option<&'a TokenGrant>,
    access: &'a Access,
}

impl<'a> Facts<'a> {
    /// Of a person's data.
    ///
    /// # Errors
    /// The database is away.
    pub async fn of_grant(
        request: &TokenRequest<'_>,
        grant: &'a TokenGrant,
        access: &'a Access,
    ) -> Result<Self, OAuthError> {
        let subject = request.app.subject_of(request.client, &grant.account_id).await?;
        Ok(Self { subject, grant: Some(grant), access })
    }

    /// Of the client itself (RFC 9068 section 2.2: `sub` is the client then).
    pub fn of_client(request: &TokenRequest<'_>, access: &'a Access) -> Self {
        Self { subject: request.client.id.to_string(), grant: None, access }
    }
}

impl NewToken {
    /// An opaque one for a person's data.
    pub fn opaque() -> Self {
        Self { text: TokenKind::new_access_token(&mut rng()) }
    }

    /// An opaque one of the client's own.
    pub fn opaque_of_client() -> Self {
        Self { text: TokenKind::new_client_token(&mut rng()) }
    }

    /// A signed one.
    ///
    /// # Errors
    /// The key can't be had or used.
    pub fn jwt(request: &TokenRequest<'_>, facts: &Facts<'_>) -> Result<Self, OAuthError> {
        let TokenRequest { app, client, now, .. } = *request;
        let audience = facts.access.audience_or(app.issuer());
        let claims = AccessTokenClaims {
            iss: app.issuer().to_owned(),
            exp: now.plus(app.in_force().lifetimes.access_token).seconds(),
            aud: match audience.as_slice() {
                [one] => Audience::One((*one).to_owned()),
                several => Audience::Several(several.iter().map(|one| (*one).to_owned()).collect()),
            },
            sub: facts.subject.clone(),
            client_id: client.id.to_string(),
            iat: now.seconds(),
            jti: random_base64url::<16>(&mut rng()),
            scope: facts.access.scope.to_string(),
            auth_time: facts.grant.map(|grant| grant.authenticated_at.seconds()),
            acr: facts.grant.map(|grant| grant.level.as_str().to_owned()),
            amr: facts.grant.map(|grant| amr_values(&grant.methods).into_iter().map(str::to_owned).collect()),
            cnf: request.jkt.clone().map(|jkt| Confirmation { jkt }),
        };
        let failed = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, "an access token could not be signed");
            OAuthError::new(OAuthErrorCode::ServerError, "the access token could not be signed")
        };
        let key = app.keys.active(signing_algorithm(client)).map_err(|error| failed(&error))?;
        // RFC 9068 section 2.1
        let text = key.sign_jwt("at+jwt", &claims).map_err(|error| failed(&error))?;
        Ok(Self { text: Secret::new(text) })
    }
}
