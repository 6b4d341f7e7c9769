//! The store: diesel over SQLite or PostgreSQL, one schema, each query written once.
//!
//! Every method of [`Store`] is one domain operation, one transaction and one hop to a blocking thread. `queries/` holds
//! their bodies, one file for each aggregate, compiled once for each connection type. Whatever is good once is spent by
//! a conditional write in the transaction that gives what it buys.

#![allow(clippy::duplicate_mod, reason = "`queries/` is compiled once for each connection type")]

pub mod backup;
mod keeping;
mod model;
mod postgres;
pub mod schema;
mod sqlite;

pub use backup::BACKUP_MADE_AT;
pub use model::*;

use backup::BackupError;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use idp_domain::Language;
use idp_domain::account::Account;
use idp_domain::administration::{LockReference, Order, Reason, Role, RoleChange};
use idp_domain::audit::{AuditEvent, ChainHead, SealedRecord};
use idp_domain::authorization::AuthorizationRequest;
use idp_domain::authorization::code::AuthorizationCode;
use idp_domain::client::{Client, RegistrationPolicy};
use idp_domain::email_change::EmailChangeFacts;
use idp_domain::extra_verification::{AuthenticationLevel, SecondFactors};
use idp_domain::grant::{GrantEnd, Standing, TokenGrant};
use idp_domain::ids::{
    AccountId, ActivityReportId, AuthorizationRequestId, ClientId, FactorRemovalId, GrantId, MailId,
    NoticeId, OneKeyRecoveryId, PartnerJourneyId, PasskeyId, RegistrationId, SessionId, TransferId,
};
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::notice::Notice;
use idp_domain::one_key::{ImportDecision, OneKeyId};
use idp_domain::passkey::{CredentialId, Passkey, PasskeyName, UserHandle};
use idp_domain::retention::LivedTime;
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::{SessionEndReason, SessionLimits};
use idp_domain::sign_in_partner::{PartnerCodeLimits, PartnerId};
use idp_domain::time::Timestamp;
use idp_domain::transfer::TransferDecision;
use postgres::PostgresStore;
use sqlite::SqliteStore;
use std::collections::HashSet;
use std::path::PathBuf;

const MIGRATIONS_SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const MIGRATIONS_POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Why an operation gave no answer. The caller says 503 to all but `Corrupt`, which is this one row's trouble.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is unusable, or nothing answers there.
    #[error("the database can't be opened: {0}")]
    Connect(String),
    /// The schema could not be brought up to date.
    #[error("the database's schema can't be brought up to date: {0}")]
    Migration(String),
    /// No connection or no room in the queue in time, or the commit failed.
    #[error("the database is busy or away")]
    Busy,
    /// The database refused a statement.
    #[error("the database refused a statement: {0}")]
    Database(#[from] diesel::result::Error),
    /// A row holds what this version can't read.
    #[error("a row of {0} can't be read")]
    Corrupt(&'static str),
}

/// The result of an operation.
pub type Result<T> = std::result::Result<T, StoreError>;

#[derive(Clone)]
enum Backend {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

/// The database, whichever it is. Cheap to clone.
#[derive(Clone)]
pub struct Store(Backend);

impl Store {
    /// Opens `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// Another scheme, or the file can't be opened.
    pub fn open(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            Ok(Self(Backend::Sqlite(SqliteStore::open(path)?)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self(Backend::Postgres(PostgresStore::open(url)?)))
        } else {
            Err(StoreError::Connect("database.url must begin with sqlite:// or postgres://".into()))
        }
    }

    /// Copies the embedded database to a new file, while it is in use.
    ///
    /// # Errors
    /// It is PostgreSQL, the file is there, or can't be written.
    pub async fn back_up(&self, to: PathBuf, now: Timestamp) -> std::result::Result<(), BackupError> {
        match &self.0 {
            Backend::Sqlite(store) => store.copy(to, now).await,
            Backend::Postgres(_) => Err(BackupError::NotSqlite),
        }
    }

    /// Brings the schema up to date; the names of the migrations that ran.
    ///
    /// # Errors
    /// The database is away or a migration fails.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        match &self.0 {
            Backend::Sqlite(store) => store.migrate().await,
            Backend::Postgres(store) => store.migrate().await,
        }
    }
}

/// Every operation as a method: `read` runs on a reader, `write` in a transaction. The body is the function of the same
/// name in `queries/FILE.rs`.
macro_rules! operations {
    ($( $file:ident { $( $(#[$meta:meta])* $kind:ident $name:ident ( $($arg:ident : $ty:ty),* ) -> $out:ty; )+ } )+) => {
        impl Store { $( $(
            $(#[$meta])*
            ///
            /// # Errors
            /// The database is away or refuses.
            pub async fn $name(&self, $($arg: $ty),*) -> Result<$out> {
                match &self.0 {
                    Backend::Sqlite(store) => store.$kind(move |conn| sqlite::queries::$file::$name(conn, $($arg),*)).await,
                    Backend::Postgres(store) => store.$kind(move |conn| postgres::queries::$file::$name(conn, $($arg),*)).await,
                }
            }
        )+ )+ }
    };
}

operations! {
    accounts {
        /// The account with this identifier.
        read find_account(id: AccountId) -> Option<Account>;
        /// Notes that a person accepted a version of the terms of use.
        write accept_terms(id: AccountId, version: i64, now: Timestamp) -> ();
        /// The identifier by which a service knew an imported ONE-key account before this server.
        read find_legacy_subject(account: AccountId, client: ClientId) -> Option<String>;
        /// The services that an account has used, last used first.
        read list_connected_services(id: AccountId) -> Vec<ConnectedService>;
    }
    administrators {
        /// The account with this address, by its folded form.
        read find_account_by_address(email_key: String) -> Option<Account>;
        /// What an account is trusted with.
        read find_roles(id: AccountId) -> Vec<Role>;
        /// Everybody who is trusted with something, by address.
        read list_administrators() -> Vec<Administrator>;
        /// One of them.
        read find_administrator(id: AccountId) -> Option<Administrator>;
        /// Trusts an active My Ontario Account with a role.
        write grant_role(order: RoleOrder) -> RoleChange;
        /// Takes a role, unless nobody else has it.
        write revoke_role(order: RoleOrder) -> RoleChange;
    }
    notices {
        /// Every notice, by its beginning.
        read list_notices() -> Vec<Notice>;
        /// One notice.
        read find_notice(id: NoticeId) -> Option<Notice>;
        /// Puts a notice up.
        write insert_notice(notice: Notice, order: Order, now: Timestamp) -> ();
        /// Takes a notice down; `false` where there is none.
        write remove_notice(id: NoticeId, order: Order, now: Timestamp) -> bool;
    }
    restoring {
        /// Ends what a database that was brought back from a copy must not honour any more.
        write begin_anew(restoration: Restoration) -> RestoreCounts;
        /// Decides on transfers as it was decided after the copy was made; how many of them were not decided in it.
        write repeat_transfers(decisions: Vec<TransferDecision>, now: Timestamp) -> usize;
        /// Notes that a copy was made.
        write record_backup(order: Order, now: Timestamp) -> ();
    }
    registrations {
        /// Keeps a new registration and, where the address may get one, its mail: the activation mail for a free
        /// address, the "you already have an account" mail for a taken one.
        write start_registration(new: NewRegistration, limits: MailLimits) -> MailDecision;
        /// The newest registration of a browser.
        read find_registration(browser: TokenHash) -> Option<Registration>;
        /// A registration by its identifier, whichever browser's.
        read find_registration_by_id(id: RegistrationId) -> Option<Registration>;
        /// Writes one more mail for a registration that may have one.
        write resend_activation(resend: ResendActivation, limits: MailLimits) -> ResendOutcome;
        /// Tries a typed code and, if it fits, makes the account and signs its browser in.
        write activate_by_code(attempt: CodeAttempt) -> ActivationOutcome;
        /// What a mailed link stands for, without changing anything.
        read find_link(link: TokenHash) -> Option<LinkFacts>;
        /// Makes the account of a mailed link and signs its browser in.
        write activate_by_link(attempt: LinkAttempt) -> ActivationOutcome;
    }
    password_reset {
        /// The account of an address, whose own address the mail goes to.
        read find_account_to_reset(email_key: String) -> Option<Account>;
        /// Keeps a request for a new password and, where the address may get one, its code; the mail goes out where somebody
        /// has the address.
        write start_password_reset(new: NewPasswordReset, limits: MailLimits) -> MailDecision;
        /// The newest reset of a browser.
        read find_password_reset(browser: TokenHash) -> Option<PasswordReset>;
        /// Writes one more mail for a reset that may have one.
        write resend_password_reset(resend: ResendPasswordReset, limits: MailLimits) -> ResendOutcome;
        /// Tries a typed code; the right one proves the address.
        write prove_reset_by_code(attempt: ResetCodeAttempt) -> ResetProof;
        /// What a mailed link stands for, without changing anything.
        read find_reset_link(link: TokenHash) -> Option<ResetLinkFacts>;
        /// Proves the address by a mailed link.
        write prove_reset_by_link(attempt: ResetLinkAttempt) -> ResetProof;
        /// Sets the new password of a proven reset, once, and ends every session and grant; `false` where it isn't proven
        /// or was used.
        write finish_password_reset(finish: FinishPasswordReset) -> bool;
    }
    retention {
        /// Looks at the clock, so that time lived through is told from a jump.
        write look_at_clock(now: Timestamp) -> LivedTime;
        /// Accounts with a last use long ago or with a notice, by id.
        read list_unused_accounts(run: RetentionRun, after: Option<AccountId>, most: i64) -> Vec<UnusedAccount>;
        /// Writes a notice that is due; `false` where it isn't any more.
        write write_retention_notice(new: NewRetentionNotice, run: RetentionRun) -> bool;
        /// Takes notices away that belong to a time without use that is over; whether there were any.
        write withdraw_retention_notices(id: AccountId, run: RetentionRun) -> bool;
        /// Notes up to `most` notices as sent, and forgets those that were dropped unsent; how many.
        write settle_retention_notices(run: RetentionRun, most: i64) -> usize;
        /// Deletes an account whose deletion is due; `false` where it isn't any more.
        write delete_unused_account(id: AccountId, run: RetentionRun) -> bool;
    }
    support {
        /// Locks an active account and ends its sessions and grants.
        write lock_account(act: SupportAct, reference: LockReference, reason: Reason) -> AccountOutcome;
        /// Opens a locked account.
        write unlock_account(act: SupportAct) -> AccountOutcome;
        /// Why an account is locked, if support locked it.
        read find_account_lock(id: AccountId) -> Option<AccountLock>;
        /// Ends every session and grant of an account; how many sessions, or `None` where there is no such account.
        write end_sessions_by_support(act: SupportAct) -> Option<usize>;
        /// `export_account`, on record and with its person told.
        write export_account_by_support(act: SupportAct) -> Option<serde_json::Value>;
        /// Puts on record that somebody who administers looked at something, or was refused.
        write record_administration(event: AuditEvent, now: Timestamp) -> ();
    }
    support_search {
        /// The accounts, and the registrations that wait, of an exact name or reference.
        read seek_accounts(sought: SoughtAccounts) -> Vec<FoundAccount>;
    }
    factor_removals {
        /// Asks for the removal of an account's second factors.
        write ask_factor_removal(new: NewFactorRemoval) -> FactorRemovalAsked;
        /// The removal that waits for an account.
        read find_factor_removal(account: AccountId, now: Timestamp) -> Option<FactorRemoval>;
        /// The removals that wait, by account.
        read list_factor_removals(after: Option<AccountId>, now: Timestamp, most: i64) -> Vec<FactorRemoval>;
        /// Approves a removal and does it; only another one than who asked can.
        write approve_factor_removal(act: SupportAct, request: FactorRemovalId) -> FactorRemovalOutcome;
        /// Refuses or withdraws a removal; `false` where it doesn't wait any more.
        write refuse_factor_removal(act: SupportAct, request: FactorRemovalId) -> bool;
    }
    sign_in {
        /// Counts an attempt before its password is looked at, so that no burst outruns the count, and gathers what
        /// the answer needs. `None` where its network has tried too often.
        write begin_sign_in(attempt: SignInAttempt) -> Option<SignInStart>;
        /// Signs a browser in after the right password.
        write complete_sign_in(success: SignInSuccess) -> SignInEnd;
        /// Puts a refused sign-in on record.
        write record_refused_sign_in(event: AuditEvent, now: Timestamp) -> ();
        /// The same, with the browser that it came from, for the person.
        write record_refused_sign_in_from(event: AuditEvent, browser: String, now: Timestamp) -> ();
        /// Forgets wrong passwords after the right one, where no sign-in follows.
        write clear_sign_in_failures(counted: KeyedHash) -> ();
        /// Counts one use by a network; whether it is let through.
        write count_network_use(window: NetworkWindow) -> bool;
        /// Counts a wrong proof of a program; how many its network has sent in the window, and the wider one.
        write count_wrong_proof(wrong: WrongProof) -> Vec<u32>;
    }
    second_steps {
        /// What this browser has proven, in this request, of an account that asks for a second step.
        read find_second_step(browser: TokenHash, request: Option<AuthorizationRequestId>, now: Timestamp) -> Option<SecondStep>;
        /// Counts a try at a second step before what was typed is looked at.
        write begin_second_step_try(attempt: SecondStepTry) -> SecondStepTryStart;
        /// Puts a refused second step on record; the mail tells its owner, where it is due.
        write refuse_second_step(event: AuditEvent, mail: Option<NewMail>, now: Timestamp) -> ();
        /// Spends what was proven, and starts the session or strengthens the one that is there.
        write finish_second_step(finish: FinishSecondStep) -> SecondStepEnd;
        /// Notes that a person would rather not make or set up a second step in this request.
        write decline_level(request: AuthorizationRequestId, account: AccountId) -> ();
        /// Whether this browser made the second step after which a forgotten password of this account may be set anew.
        read find_proven_second_step(browser: TokenHash, account: AccountId, now: Timestamp) -> bool;
    }
    second_factors {
        /// What an account has set up for second steps.
        read find_second_factors(account: AccountId) -> SecondFactors;
        /// The sealed key that a session is shown: the one that it was shown before, or this new one.
        write start_authenticator_enrolment(session: SessionId, secret: Vec<u8>, now: Timestamp, expires_at: Timestamp) -> Vec<u8>;
        /// The sealed key that a session was shown.
        read find_authenticator_enrolment(session: SessionId, now: Timestamp) -> Option<Vec<u8>>;
        /// Turns an authenticator app on, with recovery codes where the account has none.
        write add_authenticator_app(new: NewAuthenticatorApp) -> AppOutcome;
        /// Removes the authenticator app, unless a service that the account uses needs it.
        write remove_authenticator_app(account: AccountId, mail: NewMail, now: Timestamp) -> RemovalOutcome;
        /// A service that this account uses and that needs a higher level than this.
        read find_service_needing_more(account: AccountId, reachable: AuthenticationLevel) -> Option<Client>;
        /// Makes new recovery codes, which end the old ones; `false` where the account has no second factor.
        write make_recovery_codes(account: AccountId, new: NewRecoveryCodes, mail: NewMail, now: Timestamp) -> bool;
        /// The new recovery codes that this session has not put away yet, sealed.
        read find_recovery_code_sheet(account: AccountId, session: SessionId, now: Timestamp) -> Option<RecoveryCodeSheet>;
        /// Forgets them: they are kept elsewhere.
        write drop_recovery_code_sheet(account: AccountId, session: SessionId) -> ();
    }
    one_key {
        /// Counts an attempt to sign in with a ONE-key ID before its password is looked at; as `begin_sign_in`.
        write begin_one_key_sign_in(attempt: OneKeySignInAttempt) -> Option<OneKeySignInStart>;
        /// Signs a browser in after the right password.
        write complete_one_key_sign_in(success: OneKeySignInSuccess) -> SignInEnd;
        /// Makes a ONE-key account and signs its browser in; `false` where its ID is taken.
        write register_one_key(new: NewOneKeyAccount) -> bool;
        /// Which of these ID keys are taken.
        read list_taken_one_key_ids(keys: Vec<String>) -> Vec<String>;
        /// What only a ONE-key account has.
        read find_one_key_details(account: AccountId) -> OneKeyDetails;
        /// Changes a part of a ONE-key account after its password was typed once more.
        write change_one_key(change: ChangeOneKey) -> OneKeyChangeEnd;
        /// Changes the language of a ONE-key account's pages and mails, which asks for no password.
        write change_one_key_language(account: AccountId, language: Language, now: Timestamp) -> ();
    }
    one_key_recovery {
        /// Keeps a browser's attempt to recover the password of a typed ID.
        write start_one_key_recovery(new: NewOneKeyRecovery) -> ();
        /// The newest attempt of a browser.
        read find_one_key_recovery(browser: TokenHash) -> Option<OneKeyRecovery>;
        /// Writes a mail with a code, where there is an address that may get one.
        write send_one_key_code(code: NewOneKeyCode, limits: MailLimits) -> ();
        /// Counts a round before it is looked at, so that no burst outruns the count.
        write begin_recovery_round(round: RecoveryRound) -> RecoveryRoundStart;
        /// Notes that a round was right, and keeps our own hashes of answers that were imported.
        write prove_one_key_recovery(id: OneKeyRecoveryId, counted: KeyedHash, answers: Vec<(i64, String)>, now: Timestamp) -> ();
        /// Notes that a round was wrong; the mail goes out where it closed recovery.
        write refuse_recovery_round(refused: RefusedRound) -> ();
        /// Sets the new password of a proven attempt, once; `false` where it isn't proven or was used.
        write finish_one_key_recovery(finish: FinishOneKeyRecovery) -> bool;
        /// The IDs that have this address for recovering.
        read list_one_key_ids(email_key: String) -> Vec<OneKeyId>;
        /// Counts a mail to an address and writes it, where there is one and it may be sent.
        write mail_one_key_ids(address_hash: KeyedHash, mail: NewMail, send: bool, limits: MailLimits, now: Timestamp) -> ();
    }
    transfer {
        /// The decision of an account, if it has made it.
        read find_transfer_decision(account: AccountId) -> Option<TransferDecision>;
        /// The decision with this identifier.
        read find_transfer_by_id(id: TransferId) -> Option<TransferDecision>;
        /// The decision by which a ONE-key account was carried over.
        read find_transfer_of_one_key(one_key: AccountId) -> Option<TransferDecision>;
        /// Decisions, oldest first, after this one: several may be of one instant.
        read list_transfer_decisions(after: Option<(Timestamp, TransferId)>, most: i64) -> Vec<TransferDecision>;
        /// How the ONE-key account that was carried over was enrolled at a service, if it was.
        read find_transferred_enrolment(account: AccountId, client: ClientId) -> Option<TransferredEnrolment>;
        /// The services that a ONE-key account is enrolled in, by id.
        read list_enrolments(one_key: AccountId) -> Vec<ClientId>;
        /// Decides that a ONE-key account is carried over, with everything that follows from it, or nothing.
        write transfer_one_key(transfer: Transfer) -> TransferOutcome;
        /// Decides that nothing is carried over; `false` where the account has decided.
        write decline_transfer(decline: DeclineTransfer) -> bool;
        /// Puts a refused transfer on record.
        write record_refused_transfer(refused: RefusedTransfer) -> ();
    }
    transfer_counts {
        /// The transfers of each day and service, from an instant to before another.
        read count_transfers(from: Timestamp, to: Timestamp) -> Vec<TransferCount>;
        /// For each service, how many My Ontario Accounts have used it and not decided.
        read count_undecided() -> Vec<(ClientId, i64)>;
        /// Transfers that were refused, newest first, before this one.
        read list_refused_transfers(before: Option<TransferId>, most: i64) -> Vec<RefusedTransfer>;
    }
    passkeys {
        /// The passkeys of an account, oldest first.
        read list_passkeys(account: AccountId) -> Vec<Passkey>;
        /// A passkey of this account.
        read find_passkey(account: AccountId, id: PasskeyId) -> Option<Passkey>;
        /// The passkey of this credential, with its account.
        read find_passkey_with_account(credential: CredentialId) -> Option<PasskeyWithAccount>;
        /// Keeps a ceremony that began until it is answered.
        write insert_passkey_challenge(new: NewPasskeyChallenge) -> ();
        /// What a ceremony of an account needs of it; `fresh` becomes its user handle where it has none.
        write passkeys_of_account(account: AccountId, fresh: UserHandle) -> PasskeysOfAccount;
        /// Takes the challenge of a registration, once, and keeps its passkey if every rule is kept.
        write add_passkey(new: NewPasskey) -> AddPasskeyOutcome;
        /// Takes the challenge of a sign-in, once, and signs the browser in if every rule is kept.
        write sign_in_with_passkey(sign_in: PasskeySignIn) -> PasskeySignInEnd;
        /// Removes a passkey, unless nothing would be left to sign in with.
        write remove_passkey(removal: PasskeyRemoval) -> RemovePasskeyOutcome;
        /// Takes the challenge of a second step, once, and completes it if every rule is kept.
        write finish_second_step_by_passkey(proof: PasskeyProof, account: AccountId, target: SecondStepTarget) -> SecondStepEnd;
        /// Takes the challenge of a proof in a session, once, and notes the proof if every rule is kept.
        write confirm_with_passkey(proof: PasskeyProof, session: SessionProof) -> ConfirmPasskeyEnd;
        /// Names a passkey anew; `false` where it is none of this account.
        write rename_passkey(account: AccountId, id: PasskeyId, name: PasskeyName, now: Timestamp) -> bool;
    }
    partners {
        /// Every partner that was added, in order.
        read list_partners() -> Vec<StoredPartner>;
        /// One partner, disabled or not.
        read find_partner(id: PartnerId) -> Option<StoredPartner>;
        /// Adds a partner; `false` where its id or its issuer is taken.
        write insert_partner(new: NewPartner) -> bool;
        /// Replaces a partner's entry, enabled or not; `false` where it isn't there or its issuer is taken.
        write update_partner(update: NewPartner) -> bool;
        /// Disables a partner; `false` where it isn't there, or was before.
        write disable_partner(id: PartnerId, order: Order, now: Timestamp) -> bool;
        /// The links of an account.
        read list_partner_links(account: AccountId) -> Vec<PartnerLink>;
        /// Takes a partner's identifier off an account, unless nothing else opens it.
        write unlink_partner(unlink: UnlinkPartner) -> UnlinkOutcome;
        /// The account that a partner's identifier opens.
        read find_partner_account(subject: KeyedHash) -> Option<Account>;
        /// The account of an address that a journey has proven.
        read find_account_of_proven_address(email_key: String) -> Option<Account>;
    }
    partner_journeys {
        /// Keeps a browser's way to a partner.
        write insert_partner_journey(new: NewPartnerJourney) -> ();
        /// Takes the answer to a `state`, once, in the browser that was sent to that partner.
        write take_partner_answer(answer: TakePartnerAnswer) -> Option<PartnerJourney>;
        /// Keeps whom the partner vouched for, where the person is new here.
        write keep_partner_subject(id: PartnerJourneyId, subject: KeyedHash, now: Timestamp) -> bool;
        /// Puts a refused answer on record.
        write record_refused_partner_answer(partner: PartnerId, reason: String, now: Timestamp) -> ();
        /// Signs a browser in to the account that a partner's identifier opens, and ends the journey.
        write sign_in_by_partner(sign_in: PartnerSignIn) -> SignInEnd;
        /// The newest answered journey of a browser, for a service's request or for none.
        read find_partner_journey(browser: TokenHash, request: Option<AuthorizationRequestId>) -> Option<PartnerJourney>;
        /// Notes a request in a journey.
        write touch_partner_journey(id: PartnerJourneyId, now: Timestamp) -> ();
        /// Keeps the address that a person gave and writes the mail with its code, where it may have one.
        write send_partner_code(code: NewPartnerCode, limits: PartnerCodeLimits) -> MailDecision;
        /// Tries a typed code. If it fits, a free address gets its account, linked, and its browser is signed in.
        write activate_by_partner(attempt: PartnerCodeAttempt) -> PartnerCodeOutcome;
        /// Links a journey's identifier to the account whose person has signed in to it, signs the browser in and ends
        /// the journey.
        write link_partner(link: LinkPartner) -> SignInEnd;
        /// The same, where the person signs in with a passkey.
        write link_partner_by_passkey(proof: PasskeyProof, link: LinkPartner) -> PasskeyLinkEnd;
        /// Links what waited for its account's second step; `false` where nothing did.
        write link_partner_after_second_step(link: LinkAfterSecondStep) -> bool;
    }
    operator_settings {
        /// What is set for all nodes.
        read find_operator_setting(name: String) -> Option<String>;
        /// Everything that is set for all nodes, by name.
        read list_operator_settings() -> Vec<OperatorSetting>;
        /// Sets something for all nodes that needs no record of its own.
        write set_operator_setting(name: String, value: String, now: Timestamp) -> ();
        /// Changes a setting for all nodes, unless somebody else was faster.
        write change_setting(change: SettingChange) -> SettingOutcome;
    }
    sessions {
        /// The session whose cookie this is, with its account.
        read find_session(secret: TokenHash) -> Option<SessionWithAccount>;
        /// Notes a request in a session.
        write touch_session(id: SessionId, now: Timestamp) -> ();
        /// Ends a session because its person signed out; whether it was still there to end.
        write end_session(id: SessionId, client: Option<ClientId>, now: Timestamp) -> bool;
        /// Ends a session for another reason; whether it was still there to end.
        write end_session_because(id: SessionId, reason: SessionEndReason, now: Timestamp) -> bool;
        /// Ends the sessions of an account; how many.
        write end_sessions_of_account(end: EndSessions) -> usize;
        /// Ends up to `batch` sessions whose time is over; how many.
        write end_expired_sessions(limits: SessionLimits, now: Timestamp, batch: i64) -> usize;
    }
    proofs {
        /// Counts an attempt to prove again who somebody is, in their session, before its password is looked at.
        write begin_proof(attempt: ProofAttempt) -> ProofStart;
        /// Notes that a password was wrong; too many end the session. Whether they did.
        write refuse_proof(attempt: ProofAttempt) -> bool;
        /// Notes that the person of a session proved again who they are.
        write complete_proof(proof: SessionProof) -> SessionProofEnd;
    }
    account_pages {
        /// When the password of an account was last changed.
        read find_password_change(account: AccountId) -> Option<Timestamp>;
        /// The hashes of an account's former passwords, newest first.
        read list_former_passwords(account: AccountId) -> Vec<String>;
        /// Gives an account a new password; `false` where it has another one than the typed current one by now.
        write change_password(change: PasswordChange) -> bool;
        /// Sets the language of an account's pages and mails.
        write set_account_language(account: AccountId, language: Language, now: Timestamp) -> ();
        /// The sessions of an account that nobody has ended, last used first.
        read list_open_sessions(account: AccountId) -> Vec<OpenSession>;
        /// Ends a session of this account; whether it was there to end.
        write end_own_session(account: AccountId, session: SessionId, now: Timestamp) -> bool;
        /// Forgets that an account used a service, and ends what the service was granted; whether it had.
        write disconnect_service(account: AccountId, client: ClientId, now: Timestamp) -> bool;
    }
    email_changes {
        /// Keeps a change of address and writes its mails.
        write start_email_change(new: NewEmailChange, limits: MailLimits) -> EmailChangeMail;
        /// Writes one more code for a change that may have one.
        write resend_email_change_code(resend: ResendEmailChangeCode, limits: MailLimits) -> EmailChangeMail;
        /// The change of an account that waits for its code.
        read find_open_email_change(account: AccountId) -> Option<EmailChange>;
        /// Tries a typed code and, if it fits, gives the account its new address.
        write confirm_email_change(attempt: EmailChangeAttempt) -> EmailChangeOutcome;
        /// What the link to the old address stands for, without changing anything.
        read find_email_undo(undo: TokenHash) -> Option<EmailChangeFacts>;
        /// Stops a change of address or takes it back.
        write undo_email_change(undo: TokenHash, now: Timestamp) -> UndoOutcome;
    }
    activities {
        /// What happened to an account, newest first.
        read list_activity(query: ActivityQuery) -> ActivityPage;
        /// Notes that a person doesn't recognise something; `false` where what they point at isn't theirs.
        write report_activity(account: AccountId, report: ActivityReportId, entry: Option<i64>, now: Timestamp) -> bool;
        /// Notes that a person took a copy of what is kept of them.
        write record_export(account: AccountId, now: Timestamp) -> ();
    }
    exporting {
        /// Everything that is kept of an account's person, but secrets; times in microseconds under names in `_at`.
        read export_account(id: AccountId) -> Option<serde_json::Value>;
    }
    closing {
        /// Closes an account: sessions and grants end, services will be told, what is kept of its person is deleted.
        write close_account(close: CloseAccount) -> AccountOutcome;
        /// The same services as `list_session_services`, of a session whose account was closed.
        read list_closed_session_services(session: SessionId, clients: Vec<ClientId>) -> Vec<SessionService>;
    }
    logout {
        /// Claims deliveries that are due, by pushing their next attempt to `retry_at`.
        write take_due_logouts(claim: LogoutClaim) -> Vec<DueLogout>;
        /// Notes what became of a try.
        write settle_logout(logout: DueLogout, fate: LogoutFate, now: Timestamp) -> ();
        /// The services that a session was used for, first used first, and where their deliveries stand.
        read list_session_services(session: SessionId) -> Vec<SessionService>;
        /// Whether a delivery of this session is under way, at any node, or was never tried.
        read is_logout_open(session: SessionId) -> bool;
        /// How many deliveries wait.
        read count_waiting_logouts() -> i64;
    }
    authorization {
        /// Keeps a request while the person signs in.
        write insert_authorization_request(new: NewAuthorizationRequest) -> ();
        /// A kept request, for the browser that brought it only.
        read find_authorization_request(id: AuthorizationRequestId, browser: TokenHash) -> Option<KeptRequest>;
        /// Notes with which account the person goes on.
        write choose_account(id: AuthorizationRequestId) -> ();
        /// Ends a request that the person cancelled; whether it was still open.
        write cancel_authorization_request(id: AuthorizationRequestId, now: Timestamp) -> bool;
        /// Issues a code, and completes the kept request if there is one: only once.
        write issue_code(issue: IssueCode) -> bool;
        /// Spends a code for the access token, whose hash is stored; a replay ends everything that it bought.
        write redeem_code(redemption: RedeemCode) -> RedemptionOutcome;
    }
    grants {
        /// What a code of this client stands for, spent or not.
        read find_code(code: TokenHash, client: ClientId) -> Option<AuthorizationCode>;
        /// A grant and what it depends on.
        read find_grant(id: GrantId) -> Option<(TokenGrant, Standing)>;
        /// Answers a refresh token of ours with an access token, whose hash is stored; reuse ends the grant.
        write refresh_grant(refresh: RefreshGrant) -> RefreshOutcome;
        /// Ends a client's own grant with all its tokens; whether it was there to end.
        write revoke_grant(id: GrantId, client: ClientId, now: Timestamp) -> bool;
        /// Ends every grant of an account, those with `offline_access` too; how many.
        write end_grants_of_account(id: AccountId, why: GrantEnd, now: Timestamp) -> usize;
    }
    tokens {
        /// What a live access token for a person's data opens.
        read find_access_token(token: TokenHash, now: Timestamp) -> Option<AccessTokenFacts>;
        /// The same with its person: what userinfo tells.
        read find_access_token_and_account(token: TokenHash, now: Timestamp) -> Option<(AccessTokenFacts, Account)>;
        /// Revokes a client's own access token for a person's data; whether it was there to revoke.
        write revoke_access_token(token: TokenHash, client: ClientId, now: Timestamp) -> bool;
        /// Stores an opaque access token of a service's own.
        write insert_client_token(new: NewClientToken) -> ();
        /// A stored access token of a service's own, or a revoked JWT.
        read find_client_token(token: TokenHash) -> Option<ClientTokenFacts>;
        /// Revokes an access token of a service's own, which is stored for it if it is a JWT; whether it was good.
        write revoke_client_token(token: NewClientToken, now: Timestamp) -> bool;
    }
    pushed_requests {
        /// Keeps a request that its client pushed.
        write insert_pushed_request(new: NewPushedRequest) -> ();
        /// A pushed request of this client that may still arrive and was not answered.
        read find_pushed_request(reference: TokenHash, client: ClientId, now: Timestamp) -> Option<AuthorizationRequest>;
    }
    consents {
        /// Remembers what a person lets a service have, and that they said so in this request.
        write give_consent(request: AuthorizationRequestId, given: Consent) -> ();
        /// What a person lets a service have.
        read find_consent(account: AccountId, client: ClientId) -> Option<Consent>;
        /// What a person lets each service have, newest first.
        read list_consents(account: AccountId) -> Vec<Consent>;
        /// Forgets it, and ends what the service was granted; whether there was any.
        write withdraw_consent(account: AccountId, client: ClientId, now: Timestamp) -> bool;
    }
    services {
        /// Registers a service; `false` where its id is taken.
        write insert_service(client: Client, secret: Option<NewClientSecret>, order: Order, now: Timestamp) -> bool;
        /// A registered service with the hashes of its secrets; a disabled one is not found.
        read find_service(id: ClientId) -> Option<RegisteredService>;
        /// The same, disabled or not.
        read find_service_even_disabled(id: ClientId) -> Option<RegisteredService>;
        /// Adds a secret to a service that has one, beside the newest of those before it; `false` where there is no
        /// such service, or it is disabled.
        write rotate_client_secret(id: ClientId, secret: NewClientSecret, order: Order, now: Timestamp) -> bool;
        /// Every service, disabled ones too, by id.
        read list_services() -> Vec<RegisteredService>;
        /// Replaces a registration, if it is still the one that the new one was made from.
        write update_service(update: ServiceUpdate) -> UpdateOutcome;
        /// Saves several registrations, if all of them still are those that the new ones were made from: all or none.
        write apply_services(steps: Vec<ServiceStep>, order: Order, now: Timestamp) -> bool;
        /// Disables a service and ends its tokens; `false` where it is unknown or disabled already.
        write disable_service(id: ClientId, order: Order, now: Timestamp) -> bool;
        /// The origins of the redirect addresses of every service that isn't disabled.
        read list_redirect_origins() -> HashSet<String>;
    }
    service_history {
        /// Every change of a service's registration, oldest first.
        read list_service_history(id: ClientId) -> Vec<ServiceVersion>;
    }
    client_registration {
        /// Keeps an initial access token, by which services can register themselves.
        write insert_initial_access_token(new: NewInitialAccessToken) -> ();
        /// What an administrator laid down for whoever holds this initial access token, while it is good.
        read find_registration_policy(token: TokenHash, now: Timestamp) -> Option<RegistrationPolicy>;
        /// Registers a service for one use of its initial access token; `false` where that isn't good any more.
        write register_client(new: NewClientRegistration) -> bool;
        /// A service's own registration, for its registration access token only.
        read find_client_registration(id: ClientId, token: TokenHash) -> Option<ClientRegistration>;
    }
    client_logo {
        /// Claims up to `most` pictures that are due to be fetched, by pushing their next attempt to `retry_at`.
        write take_due_logos(now: Timestamp, retry_at: Timestamp, most: i64) -> Vec<DueLogo>;
        /// Keeps the picture that was fetched, unless the service names another one by now.
        write settle_logo(logo: FetchedLogo) -> ();
        /// A service's picture and its type.
        read find_logo(id: ClientId) -> Option<(String, Vec<u8>)>;
    }
    signing_keys {
        /// Every key that still matters, oldest first.
        read list_signing_keys() -> Vec<StoredSigningKey>;
        /// One key.
        read find_signing_key(kid: String) -> Option<StoredSigningKey>;
        /// Publishes a new `next` key; `false` where the algorithm has one already.
        write insert_next_key(key: NewSigningKey, now: Timestamp) -> bool;
        /// Publishes a key that was made elsewhere as the next one; the one that was next leaves without ever having signed.
        write import_next_key(key: NewSigningKey, order: Order, now: Timestamp) -> KeyImport;
        /// The next key begins to sign and the active one retires; `false` where another node was faster.
        write promote_next_key(promotion: KeyPromotion) -> bool;
        /// Takes retired keys out of the key set.
        write remove_retired_key(kid: String, now: Timestamp) -> bool;
        /// Ends the trust in a key at once; if it was signing, the next one of its algorithm signs in its place.
        write revoke_key(revocation: KeyRevocation) -> RevocationOutcome;
        /// Wraps every key and secret anew, all or none; `false` where a key came in between.
        write rewrap(keys: Vec<Rewrapped>, secrets: Vec<Rewrapped>, now: Timestamp) -> bool;
        /// Every wrapped secret with its name.
        read list_wrapped_secrets() -> Vec<(String, Vec<u8>)>;
        /// Keeps a wrapped secret unless one of that name is there; the one that is there then.
        write find_or_insert_wrapped_secret(name: String, wrapped: Vec<u8>, now: Timestamp) -> Vec<u8>;
        /// A wrapped secret.
        read find_wrapped_secret(name: String) -> Option<Vec<u8>>;
    }
    replays {
        /// Spends something that is good once; `false` where it was spent before, on any node. It is remembered until
        /// `expires_at`, after which it must be refused by itself.
        write spend_identifier(key: KeyedHash, expires_at: Timestamp) -> bool;
    }
    signing_key_log {
        /// The public log of keys, from its beginning.
        read list_key_log() -> Vec<StoredKeyLogEntry>;
        /// Appends an entry; `false` where its number is taken or its fact is in the log.
        write append_key_log(entry: StoredKeyLogEntry) -> bool;
    }
    forms {
        /// Claims a form's single-use id.
        write begin_submission(once: TokenHash, expires_at: Timestamp) -> Submission;
        /// The answer that a form's single-use id got.
        read find_submission(once: TokenHash) -> Submission;
        /// Keeps the answer to a form.
        write finish_submission(once: TokenHash, answer: Vec<u8>) -> ();
        /// Gives a form's single-use id back, when nothing was done with it.
        write release_submission(once: TokenHash) -> ();
        /// Holds what was typed.
        write hold_form(key: KeyedHash, fields: Vec<u8>, expires_at: Timestamp) -> ();
        /// Takes what was held, once.
        write take_held_form(key: KeyedHash, now: Timestamp) -> Option<Vec<u8>>;
    }
    outbox {
        /// Claims up to `most` mails that are due, by pushing their next attempt to `retry_at`.
        write take_due_mails(now: Timestamp, retry_at: Timestamp, most: i64) -> Vec<DueMail>;
        /// Notes that a mail was sent, and erases its text.
        write settle_mail(id: MailId, fate: MailFate, now: Timestamp) -> ();
        /// Mails, newest first.
        read list_outbox(query: OutboxQuery) -> Vec<OutboxMail>;
        /// One mail.
        read find_mail(id: MailId) -> Option<OutboxMail>;
        /// Makes a waiting mail due, or all that wait; how many.
        write retry_mails(id: Option<MailId>, order: Order, now: Timestamp) -> usize;
        /// Gives a waiting mail up; `false` where it doesn't wait.
        write cancel_mail(id: MailId, order: Order, now: Timestamp) -> bool;
        /// How many mails wait.
        read count_waiting_mails() -> i64;
    }
    audit {
        /// Chains up to `most` unsealed records; how many.
        write seal_audit_records(holder: String, now: Timestamp, most: i64) -> usize;
        /// Sealed records after a number.
        read list_sealed_records(after: i64, most: i64) -> Vec<SealedRecord>;
        /// Records that a filter lets through, newest first.
        read list_audit(query: AuditQuery) -> Vec<AuditEntry>;
        /// How many records are not sealed yet.
        read count_unsealed_records() -> i64;
        /// The last sealed record.
        read find_chain_head() -> ChainHead;
    }
    directory {
        /// Makes accounts of some entries of the old ONE-key directory, all in one transaction; what became of each.
        write import_one_key_accounts(batch: DirectoryBatch) -> Vec<ImportDecision>;
    }
    figures {
        /// How the server does, since an instant.
        read find_figures(since: Timestamp) -> Figures;
    }
    maintenance {
        /// Deletes up to `batch` rows of each kind whose time is over; how many.
        write delete_expired(cutoffs: Cutoffs, batch: i64) -> usize;
        /// Answers if the database does.
        read ping() -> ();
    }
}
