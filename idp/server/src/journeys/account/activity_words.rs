//! What happened to an account, in a few words.

use crate::locales as t;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::audit::{AuditEvent, SignInRefusal};
use idp_domain::ids::ClientId;
use idp_domain::session::{AuthenticationMethod, SessionEndReason};

/// An entry without its time.
pub(super) struct Words {
    /// What happened.
    pub what: String,
    /// In which browser; may be empty.
    pub browser: String,
    /// By what; may be empty.
    pub method: String,
}

/// The words for a fact; `None` for one that has none.
pub(super) async fn what(
    visit: &Visit,
    event: &AuditEvent,
    browser: String,
) -> Result<Option<Words>, Problem> {
    let l = visit.language;
    let method = match event {
        AuditEvent::SignedIn { methods, .. } => self::method(l, methods),
        AuditEvent::SessionStrengthened { method, .. } => self::method(l, &[*method]),
        _ => String::new(),
    };
    let what = match service_of(event) {
        Some(client) => {
            let service = visit.app.store.find_service_even_disabled(client.clone()).await?;
            let name = service
                .map_or_else(|| client.as_str().to_owned(), |service| service.client.name.get(l).to_owned());
            at_service(l, event, &name)
        }
        None => here(l, event).map(str::to_owned),
    };
    Ok(what.map(|what| Words { what, browser, method }))
}

fn method(l: Language, methods: &[AuthenticationMethod]) -> String {
    let words = methods.iter().map(|method| match method {
        AuthenticationMethod::Password => t::password(l),
        AuthenticationMethod::Partner => t::sign_in_partner::partner(l),
        AuthenticationMethod::OneTimePassword => t::account::authenticator_app(l),
        AuthenticationMethod::RecoveryCode => t::account::recovery_code(l),
        AuthenticationMethod::DevicePasskey | AuthenticationMethod::SyncedPasskey => t::account::passkey(l),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The service that a fact is about.
fn service_of(event: &AuditEvent) -> Option<&ClientId> {
    match event {
        AuditEvent::CodeIssued { client, .. }
        | AuditEvent::ConsentGiven { client, .. }
        | AuditEvent::ConsentWithdrawn { client, .. }
        | AuditEvent::ServiceDisconnected { client, .. } => Some(client),
        _ => None,
    }
}

fn at_service(l: Language, event: &AuditEvent, name: &str) -> Option<String> {
    Some(match event {
        AuditEvent::CodeIssued { .. } => t::account::went_to(l, name),
        AuditEvent::ConsentGiven { .. } => t::account::allowed(l, name),
        AuditEvent::ConsentWithdrawn { .. } => t::account::took_back(l, name),
        AuditEvent::ServiceDisconnected { .. } => t::account::disconnected_from(l, name),
        _ => return None,
    })
}

fn here(l: Language, event: &AuditEvent) -> Option<&'static str> {
    use AuditEvent as E;
    Some(match event {
        E::SignedIn { new_device: true, .. } => t::account::signed_in_new_browser(l),
        E::SignedIn { .. } => t::account::signed_in(l),
        E::SignInRefused { reason, .. } => refused(l, *reason),
        E::SecondStepRefused { .. } => t::account::second_step_failed(l),
        E::SessionStrengthened { .. } => t::account::second_step_made(l),
        E::RecoveryCodeUsed { .. } => t::account::did_use_recovery_code(l),
        E::PasskeyAdded { .. } => t::account::did_add_passkey(l),
        E::PasskeyRenamed { .. } => t::account::did_rename_passkey(l),
        E::PasskeyRemoved { .. } => t::account::did_remove_passkey(l),
        E::PartnerLinked { .. } => t::account::did_link_partner(l),
        E::PartnerUnlinked { .. } => t::account::did_unlink_partner(l),
        E::SecondFactorAdded { .. } => t::account::did_add_factor(l),
        E::SecondFactorRemoved { .. } => t::account::did_remove_factor(l),
        E::RecoveryCodesMade { .. } => t::account::did_make_recovery_codes(l),
        E::SignedOut { .. } => t::account::signed_out(l),
        E::SessionEnded { reason, .. } => ended(l, *reason),
        E::IdentityProven { .. } => t::account::proven(l),
        E::IdentityRefused { .. } => t::account::proof_refused(l),
        E::AccountActivated { .. } | E::PartnerAccountCreated { .. } => t::account::created(l),
        E::TermsAccepted { .. } => t::account::terms_accepted(l),
        E::Transferred { .. } => t::account::one_key_transferred(l),
        E::TransferDeclined { .. } => t::account::one_key_declined(l),
        E::TransferRefused { .. } => t::account::one_key_refused(l),
        E::PasswordChanged { .. } => t::account::did_change_password(l),
        E::PasswordReset { .. } => t::account::did_reset_password(l),
        E::LanguageChanged { .. } => t::account::did_change_language(l),
        E::EmailChangeStarted { .. } => t::account::did_start_email(l),
        E::EmailChanged { .. } => t::account::did_change_email(l),
        E::EmailChangeUndone { .. } => t::account::did_undo_email(l),
        E::DataExported { .. } => t::account::did_export(l),
        E::AccountLocked { .. } => t::account::support_locked(l),
        E::AccountUnlocked { .. } => t::account::support_unlocked(l),
        E::SessionsEndedBySupport { .. } => t::account::support_ended_sessions(l),
        E::FactorRemovalAsked { .. } => t::account::support_asked_removal(l),
        E::FactorRemovalRefused { .. } => t::account::support_refused_removal(l),
        E::FactorRemovalStopped { .. } => t::account::stopped_removal(l),
        E::FactorRemovalApproved { .. } => t::account::support_removed(l),
        E::AccountExported { .. } => t::account::support_exported(l),
        E::ActivityReported { .. } => t::account::did_report(l),
        _ => return None,
    })
}

fn refused(l: Language, reason: SignInRefusal) -> &'static str {
    match reason {
        SignInRefusal::WrongPassword => t::account::failed_password(l),
        SignInRefusal::Delayed => t::account::failed_delayed(l),
        _ => t::account::failed_locked(l),
    }
}

fn ended(l: Language, reason: SessionEndReason) -> &'static str {
    match reason {
        SessionEndReason::Expired => t::account::ended_by_time(l),
        SessionEndReason::PasswordChanged => t::account::ended_by_password(l),
        SessionEndReason::EndedElsewhere => t::account::ended_elsewhere(l),
        SessionEndReason::EmailRestored => t::account::ended_by_undo(l),
        SessionEndReason::ProofRefused => t::account::ended_by_wrong_passwords(l),
        _ => t::account::ended(l),
    }
}
