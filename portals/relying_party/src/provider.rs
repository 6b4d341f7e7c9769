//! The provider's discovery document and keys, fetched when needed and kept as long as its `Cache-Control` allows.

use crate::http::{self, HttpError};
use crate::{Error, SECOND};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::http::{HeaderMap, Request, StatusCode, header};
use openidconnect::{AdditionalProviderMetadata, EndSessionUrl, ProviderMetadata};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::sync::Mutex;

/// When the provider does not say how long its documents are good, seconds.
const DEFAULT_MAX_AGE: i64 = 300;
/// However long it says, seconds.
const LONGEST_MAX_AGE: i64 = 24 * 3600;
/// Keys are fetched at most this often because of an unknown `kid`: else anybody could make us ask all day. Seconds.
const KEY_REFETCH_INTERVAL: i64 = 10;
/// A document that went stale while the provider is away is used on, and asked for again after so many seconds.
const RETRY_AFTER: i64 = 30;

/// What discovery says beyond OpenID Connect Discovery 1.0.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ExtraMetadata {
    /// RP-Initiated Logout section 2.1.
    pub(crate) end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 8414 section 2.
    pub(crate) revocation_endpoint: Option<String>,
    /// RFC 9207 section 3.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for ExtraMetadata {}

pub(crate) type Metadata = ProviderMetadata<
    ExtraMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

struct Cached {
    metadata: Arc<Metadata>,
    fetched_at: i64,
    fresh_until: i64,
}

/// Knows one provider. The lock is held while fetching, so that many requests make one fetch.
pub(crate) struct Provider {
    issuer: String,
    http: reqwest::Client,
    cached: Mutex<Option<Cached>>,
}

impl Provider {
    pub(crate) fn new(issuer: String, http: reqwest::Client) -> Self {
        Self { issuer, http, cached: Mutex::new(None) }
    }

    /// The provider's description with its keys.
    pub(crate) async fn metadata(&self, now: i64) -> Result<Arc<Metadata>, Error> {
        let mut cached = self.cached.lock().await;
        if let Some(kept) = cached.as_ref().filter(|kept| kept.fetched_at <= now && now < kept.fresh_until) {
            return Ok(Arc::clone(&kept.metadata));
        }
        match self.fetch(now).await {
            Ok(fetched) => Ok(Arc::clone(&cached.insert(fetched).metadata)),
            Err(error) => {
                let Some(kept) = cached.as_mut() else { return Err(error) };
                tracing::warn!(%error, "discovery failed, the stale document is used on");
                (kept.fetched_at, kept.fresh_until) = (now, now + RETRY_AFTER * SECOND);
                Ok(Arc::clone(&kept.metadata))
            }
        }
    }

    /// The description with keys newer than those in `seen`, which lack the one that is needed; `None` when they were
    /// fetched so lately that asking again is refused.
    pub(crate) async fn metadata_newer_than(
        &self,
        seen: &Arc<Metadata>,
        now: i64,
    ) -> Result<Option<Arc<Metadata>>, Error> {
        let mut cached = self.cached.lock().await;
        if let Some(kept) = cached.as_ref() {
            if !Arc::ptr_eq(&kept.metadata, seen) {
                return Ok(Some(Arc::clone(&kept.metadata)));
            }
            if (kept.fetched_at..kept.fetched_at + KEY_REFETCH_INTERVAL * SECOND).contains(&now) {
                return Ok(None);
            }
        }
        let fetched = self.fetch(now).await?;
        Ok(Some(Arc::clone(&cached.insert(fetched).metadata)))
    }

    async fn fetch(&self, now: i64) -> Result<Cached, Error> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let (metadata, metadata_age) = self.fetch_json::<Metadata>(&address).await?;
        // OpenID Connect Discovery 4.3: the issuer in the document MUST be exactly the one asked.
        if metadata.issuer().as_str() != self.issuer {
            return Err(Error::Description("it names another issuer".to_owned()));
        }
        let (keys, keys_age) = self.fetch_json::<CoreJsonWebKeySet>(metadata.jwks_uri().as_str()).await?;
        let fresh_until = now + metadata_age.min(keys_age) * SECOND;
        Ok(Cached { metadata: Arc::new(metadata.set_jwks(keys)), fetched_at: now, fresh_until })
    }

    /// A JSON document and how many seconds it may be kept.
    async fn fetch_json<T: DeserializeOwned>(&self, address: &str) -> Result<(T, i64), Error> {
        let request = Request::get(address)
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| Error::Description("an address in it is invalid".to_owned()))?;
        let response = http::send(self.http.clone(), request).await.map_err(|error| unreachable(&error))?;
        if response.status() != StatusCode::OK {
            return Err(Error::Description(format!("status {}", response.status().as_u16())));
        }
        let value =
            serde_json::from_slice(response.body()).map_err(|error| Error::Description(error.to_string()))?;
        Ok((value, max_age(response.headers())))
    }
}

pub(crate) fn unreachable(error: &HttpError) -> Error {
    match error {
        HttpError::TooLong => Error::InvalidAnswer(error.to_string()),
        HttpError::Transport(_) | HttpError::Status(_) => Error::Unreachable(error.to_string()),
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 section 5.2.2.1), bounded; 0 where the answer may not be kept.
fn max_age(headers: &HeaderMap) -> i64 {
    let Some(control) = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()) else {
        return DEFAULT_MAX_AGE;
    };
    let directives = || control.split(',').map(str::trim);
    if directives().any(|directive| directive == "no-store" || directive == "no-cache") {
        return 0;
    }
    directives()
        .find_map(|directive| directive.strip_prefix("max-age="))
        .and_then(|seconds| seconds.parse::<i64>().ok())
        .map_or(DEFAULT_MAX_AGE, |seconds| seconds.clamp(0, LONGEST_MAX_AGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_discovery_document_is_understood() {
        let document = r#"{
            "issuer": "http://localhost:8080",
            "authorization_endpoint": "http://localhost:8080/authorize",
            "token_endpoint": "http://localhost:8080/token",
            "userinfo_endpoint": "http://localhost:8080/userinfo",
            "jwks_uri": "http://localhost:8080/jwks",
            "end_session_endpoint": "http://localhost:8080/end-session",
            "scopes_supported": ["openid", "email", "offline_access"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post", "query.jwt"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "acr_values_supported": ["urn:ontario:idp:acr:1"],
            "subject_types_supported": ["pairwise", "public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "unknown"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none", "tls_client_auth"],
            "claims_supported": ["sub", "onekey"],
            "prompt_values_supported": ["none", "login"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true
        }"#;
        let metadata: Metadata = serde_json::from_str(document).unwrap();
        assert_eq!(metadata.issuer().as_str(), "http://localhost:8080");
        assert!(metadata.additional_metadata().authorization_response_iss_parameter_supported);
        assert!(metadata.additional_metadata().end_session_endpoint.is_some());
    }

    #[test]
    fn documents_are_kept_as_long_as_their_cache_control_allows() {
        for (control, expected) in [
            (None, DEFAULT_MAX_AGE),
            (Some("public, max-age=3600"), 3600),
            (Some("max-age=999999999"), LONGEST_MAX_AGE),
            (Some("max-age=-1"), 0),
            (Some("max-age=soon"), DEFAULT_MAX_AGE),
            (Some("no-store, max-age=60"), 0),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(control) = control {
                headers.insert(header::CACHE_CONTROL, control.parse().unwrap());
            }
            assert_eq!(max_age(&headers), expected, "{control:?}");
        }
    }
}
