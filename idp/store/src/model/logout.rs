//! Sessions that end, and the services that are told.

use idp_domain::client::Client;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

/// The sessions of an account to end.
#[derive(Debug, Clone)]
pub struct EndSessions {
    /// Whose.
    pub account: AccountId,
    /// The one that goes on: where the person is at work.
    pub except: Option<SessionId>,
    /// Why.
    pub reason: SessionEndReason,
    /// The instant.
    pub now: Timestamp,
}

/// What a worker asks of the ledger.
#[derive(Debug, Clone)]
pub struct LogoutClaim {
    /// Only this session's deliveries.
    pub session: Option<SessionId>,
    /// Services that have enough under way.
    pub busy: Vec<ClientId>,
    /// Most deliveries of one service.
    pub of_one_service: usize,
    /// Most deliveries.
    pub most: usize,
    /// The instant.
    pub now: Timestamp,
    /// When they are due again, should this worker go away.
    pub retry_at: Timestamp,
}

/// A delivery that the caller has claimed.
#[derive(Debug, Clone)]
pub struct DueLogout {
    /// The session that ended.
    pub session: SessionId,
    /// Who is to be told.
    pub client: ClientId,
    /// Whose session it was.
    pub account: AccountId,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// When the session ended.
    pub queued_at: Timestamp,
}

/// What became of a try.
#[derive(Debug, Clone)]
pub enum LogoutFate {
    /// The service took it.
    Acknowledged,
    /// Not now; again then.
    RetryAt {
        /// When.
        at: Timestamp,
        /// In a few words, nothing personal.
        error: String,
    },
    /// Never.
    Failed {
        /// In a few words, nothing personal.
        error: String,
    },
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its first or next try.
    Queued,
    /// A worker has it, or had it when it went away.
    Sent,
    /// The service took it.
    Acknowledged,
    /// The service can't be told any more.
    Failed,
}

impl DeliveryState {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Failed => "failed",
        }
    }

    /// Reads what was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Acknowledged, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A service that a session was used for.
#[derive(Debug, Clone)]
pub struct SessionService {
    /// Which.
    pub client: Client,
    /// Where its delivery stands, if it has one.
    pub delivery: Option<DeliveryState>,
}
