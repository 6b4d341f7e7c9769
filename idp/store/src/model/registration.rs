//! Services that register themselves, changes of a registration, pictures.

use super::{NewClientSecret, RegisteredService};
use idp_domain::administration::Order;
use idp_domain::client::{Client, RegistrationPolicy};
use idp_domain::ids::{ClientId, InitialAccessTokenId};
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

/// An initial access token to keep (RFC 7591 section 3).
#[derive(Debug, Clone)]
pub struct NewInitialAccessToken {
    /// Its record's identifier.
    pub id: InitialAccessTokenId,
    /// Of the token.
    pub hash: TokenHash,
    /// What holds for every service that registers by it.
    pub policy: RegistrationPolicy,
    /// How many services can register by it.
    pub uses: u32,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Who asked for it.
    pub order: Order,
    /// The instant.
    pub now: Timestamp,
}

/// A service that registers itself.
#[derive(Debug, Clone)]
pub struct NewClientRegistration {
    /// Of the initial access token that it came with.
    pub initial_token: TokenHash,
    /// What it registers, checked.
    pub client: Client,
    /// Its secret, where its method has one.
    pub secret: Option<NewClientSecret>,
    /// Of its registration access token (RFC 7592 section 3).
    pub registration_token: TokenHash,
    /// What the initial access token laid down.
    pub policy: RegistrationPolicy,
    /// The instant.
    pub now: Timestamp,
}

/// A service's own registration.
#[derive(Debug, Clone)]
pub struct ClientRegistration {
    /// As it stands.
    pub service: RegisteredService,
    /// What its initial access token laid down.
    pub policy: RegistrationPolicy,
}

/// What becomes of a service's secrets.
#[derive(Debug, Clone)]
pub enum SecretChange {
    /// They stay.
    Keep,
    /// This one takes the place of all.
    Replace(NewClientSecret),
    /// Its method has none.
    Remove,
}

/// A registration that replaces the one before.
#[derive(Debug, Clone)]
pub struct ServiceUpdate {
    /// The registration that it was made from. Another one by now is left alone: what an operator changed meanwhile must
    /// not be undone by a service that read it before.
    pub before: Client,
    /// The whole registration, checked.
    pub client: Client,
    /// What becomes of the secrets.
    pub secret: SecretChange,
    /// Who asked for it.
    pub order: Order,
    /// The instant.
    pub now: Timestamp,
}

/// One of several registrations that are saved together.
#[derive(Debug, Clone)]
pub struct ServiceStep {
    /// The registration that it was made from; `None` for a new service.
    pub before: Option<Client>,
    /// The whole registration, checked.
    pub client: Client,
    /// What becomes of the secrets.
    pub secret: SecretChange,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// It stands.
    Updated,
    /// Somebody else was faster: nothing was changed.
    Changed,
    /// The service is unknown or disabled.
    Gone,
}

/// A picture to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLogo {
    /// Whose.
    pub client_id: ClientId,
    /// From where.
    pub uri: String,
    /// Attempts so far, this one included.
    pub attempts: u32,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct FetchedLogo {
    /// Whose.
    pub client_id: ClientId,
    /// From where.
    pub uri: String,
    /// Its type and its bytes; `None` where there was no picture.
    pub image: Option<(&'static str, Vec<u8>)>,
    /// When to ask again where there was none; never where this is left out.
    pub retry_at: Option<Timestamp>,
}
