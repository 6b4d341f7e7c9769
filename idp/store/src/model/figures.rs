//! How the server does, in figures.

use idp_domain::time::Timestamp;

/// Figures since an instant, and what stands now.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Hours of UTC in which something happened, in order.
    pub hours: Vec<HourFigures>,
    /// Mails that wait.
    pub waiting_mails: i64,
    /// When the oldest of them was written.
    pub oldest_waiting_mail: Option<Timestamp>,
    /// Mails that were given up since then.
    pub failed_mails: i64,
    /// Audit records that are not sealed yet.
    pub unsealed_records: i64,
    /// When the newest audit record was written, by the clock of the node that wrote it.
    pub newest_record: Option<Timestamp>,
}

/// What happened in an hour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HourFigures {
    /// Hours since 1970.
    pub hour: i64,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Refused sign-ins, for whatever reason.
    pub refused: i64,
    /// Those of them that came too soon after wrong passwords.
    pub delayed: i64,
    /// Accounts that support locked.
    pub locked: i64,
    /// Accounts that came to be.
    pub activations: i64,
    /// ONE-key accounts that were carried over.
    pub transfers: i64,
    /// Mails that were sent.
    pub mails: i64,
    /// How long these waited in all, in microseconds.
    pub mail_delay: i64,
    /// How long the slowest of them waited, in microseconds.
    pub slowest_mail: i64,
}
