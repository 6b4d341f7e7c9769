//! What a sign-in partner says of itself, fetched when it is needed and remembered by one slot for each partner.

use super::outbound::{Outbound, OutboundError};
use super::partner_client::PartnerError;
use idp_domain::time::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl, ProviderMetadata,
};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a person waits at most.
const PATIENCE: Duration = Duration::from_secs(4);
/// The longest answer.
const LONGEST: usize = 256 * 1024;
/// A description is fresh for so long.
const FRESH: Duration = Duration::from_mins(10);
/// And serves so long while the partner gives no good answer.
const KEPT: Duration = Duration::from_hours(24);
/// Least time between two fetches for a key that isn't there.
pub(super) const INTERVAL: Duration = Duration::from_secs(30);
/// After a fetch that failed.
pub(super) const PAUSE: Duration = Duration::from_secs(10);

/// What discovery says beyond OpenID Connect Discovery 1.0.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ExtraMetadata {
    /// RFC 9207 section 3.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for ExtraMetadata {}

pub(super) type Metadata = ProviderMetadata<
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

/// What is known of one partner.
#[derive(Clone, Default)]
pub(super) struct Held {
    pub(super) metadata: Option<Arc<Metadata>>,
    pub(super) fetched_at: Option<Timestamp>,
    pub(super) failed_at: Option<Timestamp>,
}

#[derive(Default)]
pub(super) struct Slot {
    held: Mutex<Held>,
    /// Held by whoever fetches.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

impl Held {
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        is_within(self.fetched_at, FRESH, now)
    }

    pub(super) fn usable(&self, now: Timestamp) -> Result<Arc<Metadata>, PartnerError> {
        let kept = self.metadata.clone().filter(|_| is_within(self.fetched_at, KEPT, now));
        kept.ok_or_else(|| unavailable(&"it could not be reached a moment ago"))
    }
}

impl Slot {
    pub(super) fn held(&self) -> Held {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches, unless whoever had the turn before has brought what is `wanted`, or failed.
    pub(super) async fn fetch(
        self: Arc<Self>,
        outbound: &Arc<Outbound>,
        issuer: &str,
        now: Timestamp,
        wanted: impl Fn(&Held) -> bool,
    ) -> Result<Arc<Metadata>, PartnerError> {
        let turn = Arc::clone(&self.fetching).lock_owned().await;
        let held = self.held();
        if wanted(&held) || is_within(held.failed_at, PAUSE, now) {
            return held.usable(now);
        }
        // A task of its own: a person who goes away must not end what others wait for.
        let (slot, outbound, issuer) = (Arc::clone(&self), Arc::clone(outbound), issuer.to_owned());
        let fetching = tokio::spawn(async move {
            let fetched = in_time(discover(&outbound, &issuer)).await;
            slot.keep(fetched, now);
            drop(turn);
        });
        if fetching.await.is_err() {
            tracing::error!("a sign-in partner's description could not be fetched: the task ended");
        }
        self.held().usable(now)
    }

    fn keep(&self, fetched: Result<Metadata, PartnerError>, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(metadata) => {
                *held = Held { metadata: Some(Arc::new(metadata)), fetched_at: Some(now), failed_at: None };
            }
            Err(problem) => {
                tracing::warn!(%problem, "a sign-in partner's description could not be fetched");
                held.failed_at = Some(now);
            }
        }
    }
}

/// Whether `at` lies at most `span` before `now`. A clock that was set back makes nothing younger.
pub(super) fn is_within(at: Option<Timestamp>, span: Duration, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now && now.since(at) < span)
}

pub(super) async fn in_time<T>(
    work: impl Future<Output = Result<T, PartnerError>>,
) -> Result<T, PartnerError> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(unavailable(&"it took too long")))
}

pub(super) fn unavailable(why: &dyn std::fmt::Display) -> PartnerError {
    PartnerError::Unavailable(why.to_string())
}

pub(super) type Sent = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send>>;

/// This server's HTTP client, as the crate wants one.
pub(super) fn sender(outbound: &Arc<Outbound>) -> impl Fn(HttpRequest) -> Sent + Send + Sync + use<> {
    let outbound = Arc::clone(outbound);
    move |request| {
        let outbound = Arc::clone(&outbound);
        Box::pin(async move { outbound.exchange(request, LONGEST).await })
    }
}

/// OIDC Discovery section 4.3: the crate compares the issuer that the document names with the one that was asked.
async fn discover(outbound: &Arc<Outbound>, issuer: &str) -> Result<Metadata, PartnerError> {
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| unavailable(&"its issuer is no address"))?;
    let send = sender(outbound);
    Metadata::discover_async(issuer, &send).await.map_err(
        |error: DiscoveryError<OutboundError>| match error {
            DiscoveryError::Request(error) => unavailable(&error),
            DiscoveryError::Validation(_) => unavailable(&"its description names another issuer"),
            DiscoveryError::Response(status, ..) => unavailable(&format_args!("status {}", status.as_u16())),
            _ => unavailable(&"its description or its keys do not parse"),
        },
    )
}
