//! What is recorded: one variant for each fact. One enum, so one file: what reads records matches on all of it.

use super::SignInRefusal;
use crate::account::AccountCloser;
use crate::administration::{Actor, LockReference, Reason, RemovedFactors, Role};
use crate::extra_verification::{AuthenticationMethod, SecondFactorKind};
use crate::ids::{
    AccountId, ActivityReportId, ClientId, EmailChangeId, FactorRemovalId, GrantId, InitialAccessTokenId,
    MailId, NoticeId, PasskeyId, PasswordResetId, RegistrationId, SessionId, TransferId,
};
use crate::one_key::ChangedOneKeyPart;
use crate::passkey::PasskeyError;
use crate::session::SessionEndReason;
use crate::sign_in_partner::PartnerId;
use serde::{Deserialize, Serialize};

/// A fact worth keeping. No password, code, token, answer or address is ever in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AuditEvent {
    /// Somebody asked for an account.
    RegistrationStarted {
        /// The attempt.
        registration: RegistrationId,
    },
    /// A new activation mail was asked for.
    ActivationMailResent {
        /// The attempt.
        registration: RegistrationId,
        /// Who of support had it sent, if it was not the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A wrong activation code.
    ActivationCodeRefused {
        /// The attempt.
        registration: RegistrationId,
        /// Wrong ones so far.
        wrong_in_all: u32,
    },
    /// An account came to be.
    AccountActivated {
        /// The attempt that became it.
        registration: RegistrationId,
        /// The account.
        account: AccountId,
    },
    /// A person signed in.
    SignedIn {
        /// Who.
        account: AccountId,
        /// In which session.
        session: SessionId,
        /// By what; nothing in records of before this was written.
        #[serde(default)]
        methods: Vec<AuthenticationMethod>,
        /// From a browser that the account had not seen.
        new_device: bool,
        /// Keyed hash of the network address.
        network: String,
    },
    /// A password was wrong or came too soon.
    SignInRefused {
        /// Whose it would have been.
        account: Option<AccountId>,
        /// `wrong_password`, `delayed` or `locked`.
        reason: SignInRefusal,
        /// Keyed hash of the network address.
        network: String,
    },
    /// The first proof was right; a second step is asked for.
    SecondStepAsked {
        /// Who.
        account: AccountId,
        /// Keyed hash of the network address.
        network: String,
    },
    /// What was brought for a second step was wrong, spent or came too soon.
    SecondStepRefused {
        /// Whose.
        account: AccountId,
        /// What was tried.
        factor: SecondFactorKind,
        /// Keyed hash of the network address.
        network: String,
    },
    /// A person proved one more method in their session.
    SessionStrengthened {
        /// Whose.
        account: AccountId,
        /// Which session.
        session: SessionId,
        /// Which method.
        method: AuthenticationMethod,
    },
    /// A person set up a second factor.
    SecondFactorAdded {
        /// Who.
        account: AccountId,
        /// Which.
        factor: SecondFactorKind,
    },
    /// A second factor was removed.
    SecondFactorRemoved {
        /// Whose.
        account: AccountId,
        /// Which.
        factor: SecondFactorKind,
    },
    /// A person made new recovery codes; the old ones ended.
    RecoveryCodesMade {
        /// Who.
        account: AccountId,
    },
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// Whose.
        account: AccountId,
        /// How many are left.
        left: u32,
    },
    /// Somebody asked for a new password.
    PasswordResetStarted {
        /// The attempt.
        reset: PasswordResetId,
        /// Whose password it would be.
        account: Option<AccountId>,
        /// Keyed hash of the network address.
        network: String,
    },
    /// A wrong code for a new password.
    PasswordResetRefused {
        /// The attempt.
        reset: PasswordResetId,
        /// Wrong ones so far.
        wrong_in_all: u32,
    },
    /// An address was proven for a new password.
    PasswordResetProven {
        /// The attempt.
        reset: PasswordResetId,
        /// Whose.
        account: AccountId,
    },
    /// A person set a new password by mail.
    PasswordReset {
        /// The attempt.
        reset: PasswordResetId,
        /// Whose.
        account: AccountId,
        /// Keyed hash of the network address.
        network: String,
    },
    /// The whole audit was taken as a file.
    AuditExported {
        /// The number of the last record in it.
        records: i64,
        /// By whom.
        by: Actor,
    },
    /// Support looked for accounts. What was typed is nobody's business.
    AccountsSought {
        /// Those that were found.
        accounts: Vec<AccountId>,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support looked at an account.
    AccountSeen {
        /// Which.
        account: AccountId,
        /// Whether personal data was shown.
        personal_data: bool,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support looked at a registration that waits for its activation.
    RegistrationSeen {
        /// Which.
        registration: RegistrationId,
        /// Whether personal data was shown.
        personal_data: bool,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support locked an account.
    AccountLocked {
        /// Which.
        account: AccountId,
        /// What its person is told to name; not on record before there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<LockReference>,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support opened a locked account.
    AccountUnlocked {
        /// Which.
        account: AccountId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support ended every session and grant of an account.
    SessionsEndedBySupport {
        /// Whose.
        account: AccountId,
        /// How many sessions.
        sessions: u64,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// One of support asked for the removal of second factors; another has to approve it.
    FactorRemovalAsked {
        /// Whose.
        account: AccountId,
        /// The request.
        request: FactorRemovalId,
        /// Which factors.
        factors: RemovedFactors,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Somebody of support refused or withdrew it.
    FactorRemovalRefused {
        /// Whose.
        account: AccountId,
        /// The request.
        request: FactorRemovalId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// The person made a second step while a removal waited: they need none, and it ended.
    FactorRemovalStopped {
        /// Whose.
        account: AccountId,
        /// The request.
        request: FactorRemovalId,
    },
    /// Another one of support approved it: the second factors are removed.
    FactorRemovalApproved {
        /// Whose.
        account: AccountId,
        /// The request.
        request: FactorRemovalId,
        /// Which factors.
        factors: RemovedFactors,
        /// Who had asked.
        asked_by: Actor,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Support took a copy of what is kept of a person.
    AccountExported {
        /// Of whom.
        account: AccountId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Somebody who administers wanted to do what they may not.
    AdministrationRefused {
        /// What it needs: `keys:write`.
        act: String,
        /// Who.
        by: Actor,
    },
    /// A notice that an account without use will be deleted was written.
    RetentionNoticeWritten {
        /// Which account.
        account: AccountId,
        /// 1 or 2.
        notice: u8,
    },
    /// A notice was sent.
    RetentionNoticeSent {
        /// Which account.
        account: AccountId,
        /// 1 or 2.
        notice: u8,
    },
    /// A person accepted new terms of use.
    TermsAccepted {
        /// Who.
        account: AccountId,
        /// Which version.
        version: i64,
    },
    /// A person signed out.
    SignedOut {
        /// Who.
        account: AccountId,
        /// Which session.
        session: SessionId,
        /// Through which service's request, if any.
        client: Option<ClientId>,
    },
    /// A person let a service have what it asks for.
    ConsentGiven {
        /// Who.
        account: AccountId,
        /// Which service.
        client: ClientId,
        /// What, in words.
        disclosures: String,
    },
    /// A person took that back.
    ConsentWithdrawn {
        /// Who.
        account: AccountId,
        /// Which service.
        client: ClientId,
    },
    /// A session ended otherwise.
    SessionEnded {
        /// Whose.
        account: AccountId,
        /// Which session.
        session: SessionId,
        /// Why.
        reason: SessionEndReason,
    },
    /// A person proved in their session once more who they are.
    IdentityProven {
        /// Who.
        account: AccountId,
        /// In which session.
        session: SessionId,
    },
    /// The password asked for in a session was wrong, or was not looked at after too many.
    IdentityRefused {
        /// Whose session.
        account: AccountId,
        /// Which.
        session: SessionId,
    },
    /// A person changed their password.
    PasswordChanged {
        /// Whose.
        account: AccountId,
    },
    /// A person chose the language of their pages and mails.
    LanguageChanged {
        /// Who.
        account: AccountId,
        /// `en` or `fr`.
        language: String,
    },
    /// A person asked for another e-mail address.
    EmailChangeStarted {
        /// Who.
        account: AccountId,
        /// The change.
        change: EmailChangeId,
    },
    /// A wrong code for a new address.
    EmailChangeCodeRefused {
        /// Whose.
        account: AccountId,
        /// The change.
        change: EmailChangeId,
        /// Wrong ones so far.
        wrong_in_all: u32,
    },
    /// An account's e-mail address was changed.
    EmailChanged {
        /// Whose.
        account: AccountId,
        /// The change.
        change: EmailChangeId,
    },
    /// The link that went to the old address stopped a change of address, or took it back.
    EmailChangeUndone {
        /// Whose.
        account: AccountId,
        /// The change.
        change: EmailChangeId,
    },
    /// A person disconnected a service.
    ServiceDisconnected {
        /// Who.
        account: AccountId,
        /// Which service.
        client: ClientId,
    },
    /// A person took a copy of what is kept of them.
    DataExported {
        /// Who.
        account: AccountId,
    },
    /// A person told support that they don't recognise their account's activity.
    ActivityReported {
        /// Whose account.
        account: AccountId,
        /// What support calls it.
        report: ActivityReportId,
        /// When that happened which they point at, in microseconds since 1970.
        happened_at: Option<i64>,
    },
    /// An account was closed and what was kept of its person deleted.
    AccountClosed {
        /// Which.
        account: AccountId,
        /// By whom.
        by: AccountCloser,
        /// Why, where support said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A service acknowledged that a session ended.
    LogoutAcknowledged {
        /// Which service.
        client: ClientId,
        /// Which session.
        session: SessionId,
        /// At which try.
        attempts: u32,
    },
    /// A service could not be told that a session ended.
    LogoutFailed {
        /// Which service.
        client: ClientId,
        /// Which session.
        session: SessionId,
        /// After how many tries.
        attempts: u32,
        /// In a few words.
        error: String,
    },
    /// A relying service was given a code.
    CodeIssued {
        /// Who signed in.
        account: AccountId,
        /// To which service.
        client: ClientId,
        /// What the code can buy.
        grant: GrantId,
    },
    /// A code was redeemed.
    CodeRedeemed {
        /// By which service.
        client: ClientId,
        /// What it bought.
        grant: GrantId,
    },
    /// A spent code came again; everything that it bought has ended.
    CodeReplayed {
        /// By which service.
        client: ClientId,
        /// What ended.
        grant: GrantId,
    },
    /// Accounts of the old ONE-key directory were imported; one record for each transaction of the import.
    OneKeyAccountsImported {
        /// How many.
        accounts: u64,
    },
    /// A refresh token bought new tokens.
    TokensRefreshed {
        /// By which service.
        client: ClientId,
        /// Of which grant.
        grant: GrantId,
    },
    /// A spent refresh token came again; the grant has ended.
    RefreshTokenReused {
        /// By which service.
        client: ClientId,
        /// What ended.
        grant: GrantId,
    },
    /// A service gave a grant back, with all its tokens.
    GrantRevoked {
        /// Which service.
        client: ClientId,
        /// What ended.
        grant: GrantId,
    },
    /// A service gave an access token back.
    AccessTokenRevoked {
        /// Which service.
        client: ClientId,
        /// Of which grant; none for a token of the service's own.
        grant: Option<GrantId>,
    },
    /// Somebody made a ONE-key account.
    OneKeyRegistered {
        /// It.
        account: AccountId,
    },
    /// A person changed their ONE-key account.
    OneKeyChanged {
        /// Whose.
        account: AccountId,
        /// What of it.
        part: ChangedOneKeyPart,
    },
    /// A wrong round of recovering a ONE-key password.
    OneKeyRecoveryRefused {
        /// Whose it would have been.
        account: Option<AccountId>,
        /// Whether it closed recovery for a day.
        closed: bool,
    },
    /// A person recovered a ONE-key account with a new password.
    OneKeyRecovered {
        /// Whose.
        account: AccountId,
    },
    /// ONE-key's mode was set; written before every setting had [`AuditEvent::SettingChanged`].
    OneKeyModeSet {
        /// `open`, `transfer-only` or `retired`.
        mode: String,
    },
    /// A ONE-key account was carried over.
    Transferred {
        /// The decision.
        transfer: TransferId,
        /// To whom.
        account: AccountId,
        /// What.
        one_key: AccountId,
        /// At whose sign-in.
        client: ClientId,
    },
    /// A person decided to carry nothing over.
    TransferDeclined {
        /// The decision.
        transfer: TransferId,
        /// Who.
        account: AccountId,
        /// At whose sign-in.
        client: ClientId,
    },
    /// A transfer was refused after the right password; the decision stays open.
    TransferRefused {
        /// Who asked.
        account: AccountId,
        /// For which ONE-key account.
        one_key: AccountId,
    },
    /// A person added a passkey to their account.
    PasskeyAdded {
        /// Who.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
        /// Whether it may leave its device.
        synced: bool,
    },
    /// A person named a passkey anew.
    PasskeyRenamed {
        /// Who.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
    },
    /// A person removed a passkey from their account.
    PasskeyRemoved {
        /// Who.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
    },
    /// An answer to a passkey's challenge proved nothing.
    PasskeyRefused {
        /// Whose it would have been.
        account: Option<AccountId>,
        /// Which it said it was, if there is such.
        passkey: Option<PasskeyId>,
        /// The first rule that it broke.
        reason: PasskeyError,
        /// Keyed hash of the network address.
        network: String,
    },
    /// A signing key was made and published.
    KeyPublished {
        /// Its `kid`.
        kid: String,
        /// Its algorithm.
        algorithm: String,
    },
    /// A signing key that was made elsewhere was published as the next one.
    KeyImported {
        /// Its `kid`.
        kid: String,
        /// The key that was next before, which never signed.
        withdrawn: Option<String>,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A signing key began to sign; the one before it, if any, retired.
    KeyActivated {
        /// Its `kid`.
        kid: String,
        /// The key that it follows.
        follows: Option<String>,
        /// Why it was done before its time, if it was.
        reason: Option<String>,
        /// Who did it; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// A retired key left the key set.
    KeyRemoved {
        /// Its `kid`.
        kid: String,
    },
    /// A signing key was revoked.
    KeyRevoked {
        /// Its `kid`.
        kid: String,
        /// The key that signs in its place, where it was signing.
        promoted: Option<String>,
        /// Why.
        reason: String,
        /// Who did it; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// A person was trusted with a role.
    RoleGranted {
        /// Who.
        account: AccountId,
        /// With what.
        role: Role,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A role was taken from a person.
    RoleRevoked {
        /// From whom.
        account: AccountId,
        /// Which.
        role: Role,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A notice was put up.
    NoticeAdded {
        /// Which.
        notice: NoticeId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A notice was taken down.
    NoticeRemoved {
        /// Which.
        notice: NoticeId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A waiting mail was tried again at once, or all of them.
    MailRetried {
        /// Which; none for all.
        mail: Option<MailId>,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A waiting mail was taken out of the outbox.
    MailCancelled {
        /// Which.
        mail: MailId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// What the master key wraps was wrapped anew under another one.
    MasterKeyExchanged {
        /// How many values.
        rewrapped: usize,
    },
    /// A relying service was registered.
    ServiceAdded {
        /// Which.
        client: ClientId,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A relying service got a new secret; the one before it works beside it, any older one no longer.
    ClientSecretRotated {
        /// Which.
        client: ClientId,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// An initial access token was made, by which services can register themselves.
    RegistrationTokenIssued {
        /// Its record.
        token: InitialAccessTokenId,
        /// How often it is good.
        uses: u32,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A relying service registered itself.
    ServiceRegistered {
        /// Which.
        client: ClientId,
        /// By which initial access token.
        token: InitialAccessTokenId,
    },
    /// A partner's answer was refused.
    PartnerAnswerRefused {
        /// Which partner's.
        partner: PartnerId,
        /// In a few words of ours.
        reason: String,
    },
    /// A wrong code for the address that a person of a partner gave.
    PartnerCodeRefused {
        /// Which partner.
        partner: PartnerId,
        /// Wrong ones so far in this journey.
        wrong_in_all: u32,
    },
    /// A partner's identifier opened a new account.
    PartnerAccountCreated {
        /// The account.
        account: AccountId,
        /// Which partner.
        partner: PartnerId,
    },
    /// A partner's identifier was linked to an account whose person had signed in to it.
    PartnerLinked {
        /// The account.
        account: AccountId,
        /// Which partner.
        partner: PartnerId,
    },
    /// A link to a partner was taken off an account.
    PartnerUnlinked {
        /// The account.
        account: AccountId,
        /// Which partner.
        partner: PartnerId,
    },
    /// A sign-in partner was added.
    PartnerAdded {
        /// Which.
        partner: PartnerId,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A sign-in partner's entry was replaced.
    PartnerUpdated {
        /// Which.
        partner: PartnerId,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A sign-in partner was disabled.
    PartnerDisabled {
        /// Which.
        partner: PartnerId,
        /// By whom; not on record before administration had faces.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Somebody tested the connection to a sign-in partner.
    PartnerTested {
        /// Which.
        partner: PartnerId,
        /// Whether all was well.
        passed: bool,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A relying service's registration was replaced.
    ServiceUpdated {
        /// Which.
        client: ClientId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A copy of the database was made.
    BackupMade {
        /// By whom.
        by: Actor,
    },
    /// A copy of the database was brought back: what was issued before has ended. What the chain held after
    /// `last_number` is in exports only.
    BackupRestored {
        /// When the copy was made, in microseconds since 1970; none where it is not known.
        made_at: Option<i64>,
        /// The last number of the chain in the copy.
        last_number: i64,
        /// Sessions that it ended.
        sessions: usize,
        /// Grants that it ended.
        grants: usize,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// A setting was changed for all nodes.
    SettingChanged {
        /// Which.
        setting: String,
        /// What held before.
        from: String,
        /// What holds from now on.
        to: String,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
    /// Many wrong proofs for a relying service came within an hour; written once in it. Whose they were, nobody knows.
    ClientProofsRefused {
        /// For which.
        client: ClientId,
        /// How many so far, over all networks.
        wrong: u32,
    },
    /// A relying service was disabled; its tokens ended.
    ServiceDisabled {
        /// Which.
        client: ClientId,
        /// By whom.
        by: Actor,
        /// Why, where they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
}
