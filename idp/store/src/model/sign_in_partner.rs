//! Sign-in partners, the journeys through them, and the links that come of those.

use super::{NewMail, NewSecondStep, NewSession, PasswordProof};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::{ActivationLimits, RegistrationFacts};
use idp_domain::administration::Order;
use idp_domain::ids::{AccountId, ActivationCodeId, AuthorizationRequestId, PartnerJourneyId, SessionId};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::sign_in_partner::{PartnerId, SignInPartner};
use idp_domain::time::Timestamp;

/// A partner to keep.
#[derive(Debug, Clone)]
pub struct NewPartner {
    /// It.
    pub partner: SignInPartner,
    /// What proves us to it, sealed; what is kept already where this is left out.
    pub credential: Option<Vec<u8>>,
    /// Who says so, and why.
    pub order: Order,
    /// The instant.
    pub now: Timestamp,
}

/// A partner as it stands.
#[derive(Debug, Clone)]
pub struct StoredPartner {
    /// It.
    pub partner: SignInPartner,
    /// What proves us to it, sealed.
    pub credential: Vec<u8>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
}

/// An account's link to a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerLink {
    /// The identifier, as it rests.
    pub subject: KeyedHash,
    /// The partner through which it was made.
    pub partner: PartnerId,
    /// The partner's issuer.
    pub issuer: String,
    /// When it was made.
    pub linked_at: Timestamp,
    /// When it signed in last.
    pub last_used_at: Timestamp,
}

/// A browser that is sent to a partner.
#[derive(Debug, Clone)]
pub struct NewPartnerJourney {
    /// Its identifier.
    pub id: PartnerJourneyId,
    /// Of the `state`.
    pub state: TokenHash,
    /// The browser.
    pub browser: TokenHash,
    /// The service's request that it came with.
    pub request_id: Option<AuthorizationRequestId>,
    /// To which partner.
    pub partner: PartnerId,
    /// Its issuer, as it was then.
    pub issuer: String,
    /// Whose person has to prove anew who they are; anybody where this is left out.
    pub account: Option<AccountId>,
    /// The journey that is to be linked to that account once they have.
    pub link: Option<PartnerJourneyId>,
    /// Whether the partner has to ask the person anew.
    pub fresh: bool,
    /// The page of the account that the person came for, by its name.
    pub next: Option<String>,
    /// The language of the page that it came from.
    pub language: Language,
    /// The instant.
    pub now: Timestamp,
}

/// A partner's answer, brought by a browser.
#[derive(Debug, Clone)]
pub struct TakePartnerAnswer {
    /// Of its `state`.
    pub state: TokenHash,
    /// Who brings it.
    pub browser: TokenHash,
    /// At whose callback address.
    pub partner: PartnerId,
    /// Journeys that began before are over.
    pub begun_after: Timestamp,
    /// The instant.
    pub now: Timestamp,
}

/// A journey as it stands.
#[derive(Debug, Clone)]
pub struct PartnerJourney {
    /// Its identifier.
    pub id: PartnerJourneyId,
    /// The service's request that it came with.
    pub request_id: Option<AuthorizationRequestId>,
    /// To which partner.
    pub partner: PartnerId,
    /// Its issuer, as it was then.
    pub issuer: String,
    /// Whose person had to prove anew who they are.
    pub account: Option<AccountId>,
    /// The journey that is to be linked to that account once its person has proved who they are.
    pub link: Option<PartnerJourneyId>,
    /// Whether the partner had to ask the person anew.
    pub fresh: bool,
    /// The page of the account that the person came for, by its name.
    pub next: Option<String>,
    /// The language of the page that it came from.
    pub language: Language,
    /// Whom the partner vouched for.
    pub subject: Option<KeyedHash>,
    /// The address that the person gave.
    pub email: Option<EmailAddress>,
    /// When the code to that address was typed.
    pub email_proven_at: Option<Timestamp>,
    /// For decisions on codes.
    pub facts: RegistrationFacts,
    /// When the newest code was sent.
    pub last_sent_at: Option<Timestamp>,
    /// The last request in it.
    pub last_seen_at: Timestamp,
}

/// The right identifier.
#[derive(Debug, Clone)]
pub struct PartnerSignIn {
    /// Which journey.
    pub journey: PartnerJourneyId,
    /// Whom the partner vouched for.
    pub subject: KeyedHash,
    /// Whose account that opens.
    pub account: AccountId,
    /// The session that starts.
    pub session: NewSession,
    /// What comes first, where the account has a second factor.
    pub second_step: NewSecondStep,
    /// Sent where the account has not seen this device.
    pub new_device_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A code for an address, with the mail that brings it.
#[derive(Debug, Clone)]
pub struct NewPartnerCode {
    /// Which journey.
    pub journey: PartnerJourneyId,
    /// To whom.
    pub email: EmailAddress,
    /// The code's record.
    pub id: ActivationCodeId,
    /// The code, bound to journey and address.
    pub code: KeyedHash,
    /// Under which the mails to the address are counted.
    pub address_hash: KeyedHash,
    /// The mail.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A typed code, with the terms accepted.
#[derive(Debug, Clone)]
pub struct PartnerCodeAttempt {
    /// Which journey.
    pub journey: PartnerJourneyId,
    /// Of what was typed.
    pub typed: KeyedHash,
    /// The account that a right code makes of a free address.
    pub account: AccountId,
    /// The version of the terms that were accepted.
    pub terms_version: i64,
    /// The session that it starts.
    pub session: NewSession,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What a typed code did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartnerCodeOutcome {
    /// The account is there and its browser is signed in.
    Activated,
    /// The address has an account: its person has to sign in to it.
    HasAccount,
    /// Not the code.
    Wrong,
    /// A new mail is needed.
    TooManyTries,
    /// The right code, too late.
    Expired,
    /// The journey is over, or its address can be taken back by an account that had it until lately.
    Over,
    /// It was finished before.
    AlreadyDone,
}

/// An identifier and the account whose person has signed in to it.
#[derive(Debug, Clone)]
pub struct LinkPartner {
    /// Which journey; its address has to be proven and the account's.
    pub journey: PartnerJourneyId,
    /// Which account.
    pub account: AccountId,
    /// The account's password, where its person proved by that who they are.
    pub password: Option<PasswordProof>,
    /// The session that starts.
    pub session: NewSession,
    /// What comes first, where the account has a second factor: until then nothing is linked.
    pub second_step: NewSecondStep,
    /// Tells the account's address of the link.
    pub linked_mail: NewMail,
    /// Sent where the account has not seen this device.
    pub new_device_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A link that waited for its account's second step, which was made in this browser's session.
#[derive(Debug, Clone)]
pub struct LinkAfterSecondStep {
    /// The browser.
    pub browser: TokenHash,
    /// The service's request that it came with.
    pub request_id: Option<AuthorizationRequestId>,
    /// Who has signed in, with two factors.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// Journeys without a request since then are over.
    pub seen_after: Timestamp,
    /// Tells the account's address of the link.
    pub linked_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// What became of a link whose person used a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyLinkEnd {
    /// The identifier is linked and the browser signed in.
    Linked,
    /// The passkey proved nothing, or is another account's.
    Refused,
    /// There is nothing to link any more, or the account may not be signed in to.
    Gone,
}

/// Takes a partner's identifier off an account.
#[derive(Debug, Clone)]
pub struct UnlinkPartner {
    /// Which account.
    pub account: AccountId,
    /// Which identifier.
    pub subject: KeyedHash,
    /// Tells the account's address.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// What became of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlinkOutcome {
    /// It opens this account no longer.
    Unlinked,
    /// It is none of this account's.
    Gone,
    /// Nothing would be left to sign in with.
    LastWay,
}
