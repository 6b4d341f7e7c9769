//! The reasons of one fact.

use serde::{Deserialize, Serialize};

/// Why a sign-in was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInRefusal {
    /// The password didn't fit.
    WrongPassword,
    /// Too many wrong ones before.
    Delayed,
    /// Support locked the account.
    Locked,
    /// It was carried over to a My Ontario Account.
    Transferred,
    /// ONE-key takes no sign-ins any more.
    Retired,
}
