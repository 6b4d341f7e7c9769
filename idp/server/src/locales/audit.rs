//! The audit in words, in both languages: its events, who did them, and what they are about. Files keep the audit's own words.

use ontario_language::Language;

/// The words of each event, and the event by its own word.
macro_rules! events {
    ($( $event:ident => { $english:literal, $french:literal } )+) => {
        ontario_language::messages! { $( $event => { $english, $french } )+ }

        /// Every event's word.
        pub const EVENTS: &[&str] = &[$( stringify!($event) ),+];

        /// An event in words; `None` where nobody knows it.
        #[must_use]
        pub fn event(l: Language, word: &str) -> Option<&'static str> {
            match word {
                $( stringify!($event) => Some($event(l)), )+
                _ => None,
            }
        }
    };
}

ontario_language::messages! {
    operator => { "Operator, by command", "Exploitant, par commande" }
    schedule => { "The server, on schedule", "Le serveur, selon l’horaire" }
    service_itself => { "The service itself", "Le service lui-même" }
    administrator(account) => { "Administrator {account}", "Administrateur {account}" }
    program(client) => { "Program {client}", "Programme {client}" }
    person(account) => { "Person {account}", "Personne {account}" }
    about_account(id) => { "Account {id}", "Compte {id}" }
    about_service(id) => { "Service {id}", "Service {id}" }
    about_key(id) => { "Key {id}", "Clé {id}" }
    about_mail(id) => { "Mail {id}", "Courriel {id}" }
    about_notice(id) => { "Notice {id}", "Avis {id}" }
    about_partner(id) => { "Partner {id}", "Partenaire {id}" }
    about_registration(id) => { "Registration {id}", "Inscription {id}" }
    about_reset(id) => { "Password reset {id}", "Réinitialisation {id}" }
    about_session(id) => { "Session {id}", "Session {id}" }
    about_transfer(id) => { "Transfer {id}", "Transfert {id}" }
    about_grant(id) => { "Authorization {id}", "Autorisation {id}" }
    about_token(id) => { "Token {id}", "Jeton {id}" }
    about_setting(id) => { "Setting {id}", "Paramètre {id}" }
    about_mode(id) => { "ONE-key mode {id}", "Mode ONE-key {id}" }
}

events! {
    registration_started => { "Registration started", "Inscription commencée" }
    activation_mail_resent => { "Activation mail sent again", "Courriel d’activation renvoyé" }
    activation_code_refused => { "Activation code refused", "Code d’activation refusé" }
    account_activated => { "Account activated", "Compte activé" }
    signed_in => { "Signed in", "Connexion" }
    sign_in_refused => { "Sign-in refused", "Connexion refusée" }
    second_step_asked => { "Second step asked", "Deuxième étape demandée" }
    second_step_refused => { "Second step refused", "Deuxième étape refusée" }
    session_strengthened => { "Session raised to a higher level", "Session portée à un niveau supérieur" }
    second_factor_added => { "Second factor added", "Deuxième facteur ajouté" }
    second_factor_removed => { "Second factor removed", "Deuxième facteur retiré" }
    recovery_codes_made => { "Recovery codes made", "Codes de récupération créés" }
    recovery_code_used => { "Recovery code used", "Code de récupération utilisé" }
    password_reset_started => { "Password reset started", "Réinitialisation du mot de passe commencée" }
    password_reset_refused => { "Password reset refused", "Réinitialisation du mot de passe refusée" }
    password_reset_proven => { "Code for a password reset entered", "Code de réinitialisation entré" }
    password_reset => { "Password reset", "Mot de passe réinitialisé" }
    audit_exported => { "Audit log downloaded", "Journal d’audit téléchargé" }
    accounts_sought => { "Accounts searched for", "Recherche de comptes" }
    account_seen => { "Account looked at", "Compte consulté" }
    registration_seen => { "Registration looked at", "Inscription consultée" }
    account_locked => { "Account locked", "Compte verrouillé" }
    account_unlocked => { "Account unlocked", "Compte déverrouillé" }
    sessions_ended_by_support => { "Sessions ended by support", "Sessions fermées par le soutien" }
    factor_removal_asked => { "Removal of second factors asked", "Retrait de deuxièmes facteurs demandé" }
    factor_removal_refused => { "Removal of second factors refused", "Retrait de deuxièmes facteurs refusé" }
    factor_removal_stopped => { "Removal of second factors stopped", "Retrait de deuxièmes facteurs arrêté" }
    factor_removal_approved => { "Removal of second factors approved", "Retrait de deuxièmes facteurs approuvé" }
    account_exported => { "Account’s data exported by support", "Données du compte exportées par le soutien" }
    administration_refused => { "Act of administration refused", "Opération d’administration refusée" }
    retention_notice_written => { "Notice of deletion written", "Avis de suppression rédigé" }
    retention_notice_sent => { "Notice of deletion sent", "Avis de suppression envoyé" }
    terms_accepted => { "Terms accepted", "Conditions acceptées" }
    signed_out => { "Signed out", "Fin de session demandée" }
    consent_given => { "Consent given", "Consentement donné" }
    consent_withdrawn => { "Consent withdrawn", "Consentement retiré" }
    session_ended => { "Session ended", "Session terminée" }
    identity_proven => { "Identity confirmed again", "Identité confirmée de nouveau" }
    identity_refused => { "Identity not confirmed", "Identité non confirmée" }
    password_changed => { "Password changed", "Mot de passe modifié" }
    language_changed => { "Language changed", "Langue modifiée" }
    email_change_started => { "Change of address started", "Changement d’adresse commencé" }
    email_change_code_refused => { "Code for a new address refused", "Code pour une nouvelle adresse refusé" }
    email_changed => { "Address changed", "Adresse modifiée" }
    email_change_undone => { "Change of address undone", "Changement d’adresse annulé" }
    service_disconnected => { "Service disconnected", "Service déconnecté" }
    data_exported => { "Own data downloaded", "Données personnelles téléchargées" }
    activity_reported => { "Activity reported by its person", "Activité signalée par la personne" }
    account_closed => { "Account closed", "Compte fermé" }
    logout_acknowledged => { "Sign-out taken by a service", "Fin de session reçue par un service" }
    logout_failed => { "Sign-out not taken by a service", "Fin de session non reçue par un service" }
    code_issued => { "Authorization code issued", "Code d’autorisation émis" }
    code_redeemed => { "Authorization code redeemed", "Code d’autorisation échangé" }
    code_replayed => { "Authorization code used twice", "Code d’autorisation utilisé deux fois" }
    one_key_accounts_imported => { "ONE-key accounts imported", "Comptes ONE-key importés" }
    tokens_refreshed => { "Tokens refreshed", "Jetons actualisés" }
    refresh_token_reused => { "Refresh token used twice", "Jeton d’actualisation utilisé deux fois" }
    grant_revoked => { "Authorization revoked", "Autorisation révoquée" }
    access_token_revoked => { "Access token revoked", "Jeton d’accès révoqué" }
    one_key_registered => { "ONE-key ID registered", "ID ONE-key inscrit" }
    one_key_changed => { "ONE-key account changed", "Compte ONE-key modifié" }
    one_key_recovery_refused => { "ONE-key recovery refused", "Récupération ONE-key refusée" }
    one_key_recovered => { "ONE-key account recovered", "Compte ONE-key récupéré" }
    one_key_mode_set => { "ONE-key mode set", "Mode ONE-key réglé" }
    transferred => { "ONE-key account carried over", "Compte ONE-key transféré" }
    transfer_declined => { "Transfer declined", "Transfert décliné" }
    transfer_refused => { "Transfer refused", "Transfert refusé" }
    passkey_added => { "Passkey added", "Clé d’accès ajoutée" }
    passkey_renamed => { "Passkey renamed", "Clé d’accès renommée" }
    passkey_removed => { "Passkey removed", "Clé d’accès retirée" }
    passkey_refused => { "Passkey refused", "Clé d’accès refusée" }
    key_published => { "Signing key published", "Clé de signature publiée" }
    key_imported => { "Signing key imported", "Clé de signature importée" }
    key_activated => { "Signing key in use", "Clé de signature en service" }
    key_removed => { "Signing key removed", "Clé de signature supprimée" }
    key_revoked => { "Signing key revoked", "Clé de signature révoquée" }
    role_granted => { "Role granted", "Rôle accordé" }
    role_revoked => { "Role revoked", "Rôle retiré" }
    notice_added => { "Notice added", "Avis ajouté" }
    notice_removed => { "Notice removed", "Avis retiré" }
    mail_retried => { "Mail tried again", "Envoi de courriel retenté" }
    mail_cancelled => { "Mail cancelled", "Courriel annulé" }
    master_key_exchanged => { "Master key exchanged", "Clé maîtresse remplacée" }
    service_added => { "Service added", "Service ajouté" }
    client_secret_rotated => { "New secret for a service", "Nouveau secret pour un service" }
    registration_token_issued => { "Registration token issued", "Jeton d’inscription émis" }
    service_registered => { "Service registered by itself", "Service inscrit par lui-même" }
    partner_answer_refused => { "Partner’s answer refused", "Réponse du partenaire refusée" }
    partner_code_refused => { "Code of a partner’s sign-in refused", "Code d’une connexion par partenaire refusé" }
    partner_account_created => { "Account created by way of a partner", "Compte créé par l’entremise d’un partenaire" }
    partner_linked => { "Partner linked", "Partenaire associé" }
    partner_unlinked => { "Partner unlinked", "Partenaire dissocié" }
    partner_added => { "Partner added", "Partenaire ajouté" }
    partner_updated => { "Partner changed", "Partenaire modifié" }
    partner_disabled => { "Partner disabled", "Partenaire désactivé" }
    partner_tested => { "Partner tested", "Partenaire mis à l’essai" }
    service_updated => { "Service changed", "Service modifié" }
    backup_made => { "Backup made", "Copie de sauvegarde faite" }
    backup_restored => { "Backup restored", "Copie de sauvegarde rétablie" }
    setting_changed => { "Setting changed", "Paramètre modifié" }
    client_proofs_refused => { "Many wrong proofs for a service", "Nombreuses preuves erronées pour un service" }
    service_disabled => { "Service disabled", "Service désactivé" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_of_the_audit_has_words_in_both_languages() {
        let source = include_str!("../../../domain/src/audit/event.rs");
        let (_, after) = source.split_once("pub enum AuditEvent {").unwrap();
        let (variants, _) = after.split_once("\n}\n").unwrap();
        let names = variants.lines().filter_map(|line| {
            let name = line.strip_prefix("    ")?;
            let is_variant = name.starts_with(|c: char| c.is_ascii_uppercase());
            is_variant.then(|| name.trim_end_matches([' ', '{', ',', '}']))
        });
        let mut words: Vec<String> = names.map(snake).collect();
        words.sort();
        let mut known: Vec<&str> = EVENTS.to_vec();
        known.sort_unstable();
        assert_eq!(known, words);
        assert_eq!(event(Language::French, "signed_in"), Some("Connexion"));
        assert_eq!(event(Language::French, "unknown"), None);
    }

    /// As serde names a variant.
    fn snake(name: &str) -> String {
        let mut word = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.push(c.to_ascii_lowercase());
        }
        word
    }
}
