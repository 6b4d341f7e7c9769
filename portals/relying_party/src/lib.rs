//! Signing people in to a server-side web application with OpenID Connect: what every relying service needs, once.
//!
//! The flow, in the order of the calls:
//! 1. [`RelyingParty::begin`] reads the provider's discovery document and makes the authorization URL with PKCE S256
//!    (RFC 7636), `state` and `nonce`, and a [`PendingSignIn`] that the application keeps **for this browser only**.
//! 2. The provider sends the browser back with an [`AuthorizationAnswer`]. The application takes (reads and deletes)
//!    the pending sign-in that belongs to this browser and this `state`.
//! 3. [`RelyingParty::complete`] checks `state` and `iss` (RFC 9207), redeems the code at the token endpoint
//!    (`client_secret_basic`), verifies the ID token (OpenID Connect Core 3.1.3.7) and gives a [`SignedIn`].
//! 4. The application starts its own session, see [`browser_session`].
//! 5. [`RelyingParty::refresh`], while the person is at work, says whether the session at the provider still stands, and
//!    keeps it alive there.
//! 6. [`RelyingParty::sign_out_url`] makes the address that ends the session at the provider (RP-Initiated Logout).
//! 7. [`RelyingParty::verify_logout_token`] believes the provider when it says that a session has ended (Back-Channel
//!    Logout), and the application ends its own.
//!
//! Owns no database, no page and no clock: times come in as microseconds since 1970 (UTC), called `now`.

pub mod browser_session;
mod callback;
mod claims;
mod client;
mod error;
mod http;
mod id_token;
mod logout_token;
mod provider;
mod refresh;

pub use callback::{AuthorizationAnswer, PendingSignIn};
pub use claims::{Identity, OneKeyClaim};
pub use client::{RelyingParty, RelyingPartySettings, SignInOptions, SignedIn};
pub use error::{Error, Failure};
pub use logout_token::LogoutNotice;
pub use refresh::Refreshed;

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
