//! The one decision of a My Ontario Account: whether a ONE-key account is carried over to it (guide S2; `product.md`
//! section 4). Asked once, final either way. Exactly once is the store's to keep; what follows from it is here.

use crate::account::AccountStatus;
use crate::ids::{AccountId, ClientId, TransferId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferChoice {
    /// This ONE-key account was carried over.
    Transferred(AccountId),
    /// Nothing, for good.
    Declined,
}

/// A decision on record; an account has at most one, and a ONE-key account is in at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferDecision {
    /// Its identifier: the receipt's.
    pub id: TransferId,
    /// Whose it is.
    pub account: AccountId,
    /// What was decided.
    pub choice: TransferChoice,
    /// The service at whose sign-in it was asked.
    pub client: ClientId,
    /// When.
    pub decided_at: Timestamp,
}

/// Why a ONE-key account can't be carried over, told only after its right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRefusal {
    /// It belongs to a My Ontario Account already.
    AlreadyTransferred,
    /// It is locked.
    Locked,
}

/// Whether an account in this state can be carried over.
///
/// # Errors
/// Why not.
pub fn may_be_transferred(status: AccountStatus) -> Result<(), TransferRefusal> {
    match status {
        AccountStatus::Active => Ok(()),
        AccountStatus::Locked => Err(TransferRefusal::Locked),
        AccountStatus::Transferred => Err(TransferRefusal::AlreadyTransferred),
    }
}

/// The claim `onekey`: by which identifier a service knew the ONE-key account that was carried over, so that it finds the
/// old records. Only a service where that account was enrolled gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneKeyClaim {
    /// The ONE-key account's `sub` at this service.
    pub sub: String,
    /// Seconds since 1970.
    pub transferred_at: i64,
}

/// The `typ` of a receipt: no token of ours has it, and nothing that takes a token takes a receipt (RFC 8725 3.11).
pub const RECEIPT_TYPE: &str = "transfer-receipt+jwt";

/// What a receipt states, signed by the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptClaims {
    /// The issuer.
    pub iss: String,
    /// The decision.
    pub jti: TransferId,
    /// When it was decided, seconds since 1970.
    pub iat: i64,
    /// `transferred` or `declined`.
    pub decision: ReceiptDecision,
    /// The service at whose sign-in it was asked.
    pub asked_by: ClientId,
    /// The services that came along.
    pub services: Vec<ClientId>,
}

/// The decision's word in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptDecision {
    /// A ONE-key account was carried over.
    Transferred,
    /// It was declined.
    Declined,
}

impl ReceiptClaims {
    /// The receipt of a decision.
    #[must_use]
    pub fn of(issuer: &str, decision: &TransferDecision, services: Vec<ClientId>) -> Self {
        Self {
            iss: issuer.to_owned(),
            jti: decision.id.clone(),
            iat: decision.decided_at.seconds(),
            decision: match decision.choice {
                TransferChoice::Transferred(_) => ReceiptDecision::Transferred,
                TransferChoice::Declined => ReceiptDecision::Declined,
            },
            asked_by: decision.client.clone(),
            services,
        }
    }
}
