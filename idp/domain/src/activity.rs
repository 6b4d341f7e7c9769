//! What the person of an account can read of what happened to it (page C9): the facts of the audit that are about them,
//! sorted. Owns no words; those are the page's.

use crate::audit::AuditEvent;
use crate::ids::AccountId;
use std::time::Duration;

/// How long a person can read what happened to their account.
pub const KEPT: Duration = Duration::from_hours(90 * 24);

/// By what activity can be filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityKind {
    /// Sign-ins, good and failed, and the ends of sessions.
    SignIn,
    /// What was changed.
    Change,
    /// Services visited, connected and disconnected.
    Service,
}

impl ActivityKind {
    /// Every kind, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Change, Self::Service];

    /// The word in the database and in the filter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Change => "change",
            Self::Service => "service",
        }
    }

    /// Reads that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whose activity a fact is, and of which kind; `None` for what tells a person nothing.
#[must_use]
pub fn activity_of(event: &AuditEvent) -> Option<(&AccountId, ActivityKind)> {
    use AuditEvent as E;
    let kind = match event {
        E::SignedIn { .. }
        | E::SignInRefused { .. }
        | E::SignedOut { .. }
        | E::SessionEnded { .. }
        | E::IdentityProven { .. }
        | E::IdentityRefused { .. }
        | E::SecondStepRefused { .. }
        | E::SessionStrengthened { .. }
        | E::PasskeyRefused { .. } => ActivityKind::SignIn,
        E::CodeIssued { .. }
        | E::ConsentGiven { .. }
        | E::ConsentWithdrawn { .. }
        | E::ServiceDisconnected { .. } => ActivityKind::Service,
        E::AccountActivated { .. }
        | E::TermsAccepted { .. }
        | E::Transferred { .. }
        | E::TransferDeclined { .. }
        | E::TransferRefused { .. }
        | E::PasswordChanged { .. }
        | E::PasswordReset { .. }
        | E::LanguageChanged { .. }
        | E::EmailChangeStarted { .. }
        | E::EmailChanged { .. }
        | E::EmailChangeUndone { .. }
        | E::SecondFactorAdded { .. }
        | E::SecondFactorRemoved { .. }
        | E::RecoveryCodesMade { .. }
        | E::RecoveryCodeUsed { .. }
        | E::PasskeyAdded { .. }
        | E::PasskeyRenamed { .. }
        | E::PasskeyRemoved { .. }
        | E::PartnerAccountCreated { .. }
        | E::PartnerLinked { .. }
        | E::PartnerUnlinked { .. }
        | E::DataExported { .. }
        | E::AccountLocked { .. }
        | E::AccountUnlocked { .. }
        | E::SessionsEndedBySupport { .. }
        | E::FactorRemovalAsked { .. }
        | E::FactorRemovalRefused { .. }
        | E::FactorRemovalStopped { .. }
        | E::FactorRemovalApproved { .. }
        | E::AccountExported { .. }
        | E::ActivityReported { .. } => ActivityKind::Change,
        _ => return None,
    };
    Some((account_of(event)?, kind))
}

fn account_of(event: &AuditEvent) -> Option<&AccountId> {
    use AuditEvent as E;
    match event {
        E::SignInRefused { account, .. } | E::PasskeyRefused { account, .. } => account.as_ref(),
        E::SignedIn { account, .. }
        | E::SignedOut { account, .. }
        | E::SessionEnded { account, .. }
        | E::IdentityProven { account, .. }
        | E::IdentityRefused { account, .. }
        | E::CodeIssued { account, .. }
        | E::ConsentGiven { account, .. }
        | E::ConsentWithdrawn { account, .. }
        | E::ServiceDisconnected { account, .. }
        | E::AccountActivated { account, .. }
        | E::TermsAccepted { account, .. }
        | E::Transferred { account, .. }
        | E::TransferDeclined { account, .. }
        | E::TransferRefused { account, .. }
        | E::PasswordChanged { account }
        | E::PasswordReset { account, .. }
        | E::LanguageChanged { account, .. }
        | E::EmailChangeStarted { account, .. }
        | E::EmailChanged { account, .. }
        | E::EmailChangeUndone { account, .. }
        | E::SecondStepRefused { account, .. }
        | E::SessionStrengthened { account, .. }
        | E::SecondFactorAdded { account, .. }
        | E::SecondFactorRemoved { account, .. }
        | E::RecoveryCodesMade { account }
        | E::RecoveryCodeUsed { account, .. }
        | E::PasskeyAdded { account, .. }
        | E::PasskeyRenamed { account, .. }
        | E::PasskeyRemoved { account, .. }
        | E::PartnerAccountCreated { account, .. }
        | E::PartnerLinked { account, .. }
        | E::PartnerUnlinked { account, .. }
        | E::DataExported { account }
        | E::AccountLocked { account, .. }
        | E::AccountUnlocked { account, .. }
        | E::SessionsEndedBySupport { account, .. }
        | E::FactorRemovalAsked { account, .. }
        | E::FactorRemovalRefused { account, .. }
        | E::FactorRemovalStopped { account, .. }
        | E::FactorRemovalApproved { account, .. }
        | E::AccountExported { account, .. }
        | E::ActivityReported { account, .. } => Some(account),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_was_written() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(ActivityKind::parse("all"), None);
    }

    #[test]
    fn what_concerns_nobody_known_or_no_person_is_no_activity() {
        use crate::audit::SignInRefusal;
        let refused = |account| AuditEvent::SignInRefused {
            account,
            reason: SignInRefusal::WrongPassword,
            network: String::new(),
        };
        assert_eq!(activity_of(&refused(None)), None);
        let account = AccountId::parse("a").unwrap();
        assert_eq!(activity_of(&refused(Some(account.clone()))), Some((&account, ActivityKind::SignIn)));
        assert_eq!(activity_of(&AuditEvent::KeyRemoved { kid: "k".into() }), None);
    }
}
