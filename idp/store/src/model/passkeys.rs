//! Passkeys and the challenges that they answer.

use super::{NewMail, NewSession};
use idp_domain::account::Account;
use idp_domain::client::Client;
use idp_domain::ids::{AccountId, PasskeyId, SessionId};
use idp_domain::passkey::{
    AssertionResponse, CeremonyState, ChallengePurpose, Passkey, PasskeyError, PasskeyName,
    RegistrationResponse, RelyingParty, UserHandle,
};
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

/// A ceremony that just began.
#[derive(Debug, Clone)]
pub struct NewPasskeyChallenge {
    /// Of the challenge.
    pub hash: TokenHash,
    /// What verifies the answer.
    pub state: CeremonyState,
    /// Of the browser's cookie: no other may answer it.
    pub browser: TokenHash,
    /// What it is good for.
    pub purpose: ChallengePurpose,
    /// Whose answer is asked for, where that is known.
    pub account: Option<AccountId>,
    /// After that no answer counts.
    pub expires_at: Timestamp,
}

/// What a ceremony of an account needs of it.
#[derive(Debug, Clone)]
pub struct PasskeysOfAccount {
    /// By what authenticators know it.
    pub handle: UserHandle,
    /// What it has, oldest first.
    pub passkeys: Vec<Passkey>,
}

/// A browser's answer to a registration.
#[derive(Debug)]
pub struct NewPasskey {
    /// Its record's identifier.
    pub id: PasskeyId,
    /// Who asked for it.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// The answer.
    pub response: RegistrationResponse,
    /// This server.
    pub relying_party: RelyingParty,
    /// The browser that answered.
    pub browser: TokenHash,
    /// What its person calls it.
    pub name: PasskeyName,
    /// Tells them.
    pub mail: NewMail,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddPasskeyOutcome {
    /// It is the account's.
    Added,
    /// A rule was broken.
    Refused(PasskeyError),
    /// Its credential is an account's already.
    Taken,
    /// The account has as many as it may have.
    TooMany,
}

/// A browser's answer to a sign-in, a second step or a proof in a session.
#[derive(Debug)]
pub struct PasskeyProof {
    /// The answer.
    pub response: AssertionResponse,
    /// Whose it must be, where that is known.
    pub account: Option<AccountId>,
    /// The browser that answered.
    pub browser: TokenHash,
    /// This server.
    pub relying_party: RelyingParty,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
    /// The instant.
    pub now: Timestamp,
}

/// A sign-in with nothing but a passkey.
#[derive(Debug)]
pub struct PasskeySignIn {
    /// The answer.
    pub proof: PasskeyProof,
    /// The session that it starts; its methods are the passkey's.
    pub session: NewSession,
    /// Sent where the account has not seen this device; none where nobody has the passkey.
    pub new_device_mail: Option<NewMail>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeySignInEnd {
    /// The browser is signed in.
    SignedIn,
    /// It proves who they are, but the account is locked or gone.
    Gone,
    /// A rule was broken; on record, and told to nobody.
    Refused(PasskeyError),
}

/// A passkey to be removed.
#[derive(Debug, Clone)]
pub struct PasskeyRemoval {
    /// Which.
    pub id: PasskeyId,
    /// Whose it must be.
    pub account: AccountId,
    /// Tells them.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A passkey with its account.
#[derive(Debug, Clone)]
pub struct PasskeyWithAccount {
    /// It.
    pub passkey: Passkey,
    /// Whose.
    pub account: Account,
}

/// What came of a removal.
#[derive(Debug, Clone)]
pub enum RemovePasskeyOutcome {
    /// It is gone.
    Removed,
    /// It was none of this account before.
    Gone,
    /// Without it nobody could sign in to the account.
    LastWay,
    /// A service that the account uses needs the level that it gives.
    Needed(Box<Client>),
}

/// What came of a proof in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmPasskeyEnd {
    /// It is noted.
    Proven,
    /// The session has ended.
    SessionEnded,
    /// A rule was broken; on record.
    Refused(PasskeyError),
}
