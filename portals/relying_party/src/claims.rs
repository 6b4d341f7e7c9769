//! What the ID token (or userinfo) says about the person.

use openidconnect::AdditionalClaims;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{IdTokenClaims, UserInfoClaims};
use serde::{Deserialize, Serialize};

/// The transferred ONE-key account: only at services where that account had used the service before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneKeyClaim {
    /// The identifier by which this service knew the ONE-key account.
    pub sub: String,
    /// Seconds since 1970.
    pub transferred_at: i64,
}

/// Claims beyond the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExtraClaims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    onekey: Option<OneKeyClaim>,
}
impl AdditionalClaims for ExtraClaims {}

pub(crate) type Claims = IdTokenClaims<ExtraClaims, CoreGenderClaim>;
pub(crate) type UserInfo = UserInfoClaims<ExtraClaims, CoreGenderClaim>;

/// The person who signed in, as the verified ID token and userinfo describe them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The identifier of this person at this service; stable, unique together with the issuer.
    pub sub: String,
    /// With the scope `email`.
    pub email: Option<String>,
    /// Only `true` when the provider says so.
    pub email_verified: bool,
    /// A BCP 47 tag, with the scope `profile`.
    pub locale: Option<String>,
    /// When the person last proved who they are: seconds since 1970.
    pub auth_time: Option<i64>,
    /// The assurance level reached.
    pub acr: Option<String>,
    /// RFC 8176 names of the methods used.
    pub amr: Vec<String>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// Present after a ONE-key account was transferred.
    pub onekey: Option<OneKeyClaim>,
}

impl Identity {
    pub(crate) fn from_id_token(claims: &Claims) -> Self {
        let extra = claims.additional_claims();
        Self {
            sub: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified().unwrap_or(false),
            locale: claims.locale().map(ToString::to_string),
            auth_time: claims.auth_time().map(|at| at.timestamp()),
            acr: claims.auth_context_ref().map(|acr| acr.to_string()),
            amr: claims.auth_method_refs().into_iter().flatten().map(|amr| amr.to_string()).collect(),
            sid: extra.sid.clone(),
            onekey: extra.onekey.clone(),
        }
    }

    /// Takes from userinfo what the ID token did not carry. The caller has checked that both name the same `sub`.
    pub(crate) fn complete_from(&mut self, userinfo: &UserInfo) {
        if self.email.is_none() {
            self.email = userinfo.email().map(|email| email.to_string());
            self.email_verified = userinfo.email_verified().unwrap_or(false);
        }
        if self.locale.is_none() {
            self.locale = userinfo.locale().map(ToString::to_string);
        }
        if self.onekey.is_none() {
            self.onekey.clone_from(&userinfo.additional_claims().onekey);
        }
    }
}
