//! Creating a My Ontario Account (guide S2; `product.md` 2.2): M2 asks, M3 and M4 prove the address, M5 goes on. The
//! rules are in `idp_domain::activation`.

pub mod create_account;
pub mod done;
pub mod link;
pub mod verify;

use crate::adapters::data_keys::Unopened;
use crate::adapters::rng::rng;
use crate::app::App;
use crate::mail::{Envelope, Mail};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationCode;
use idp_domain::ids::{ActivationCodeId, RegistrationId};
use idp_domain::secret::{KeyedHash, TokenHash, random_token};
use idp_domain::time::Timestamp;
use idp_store::{NewActivationCode, NewMail};

/// A fresh code and link, with the mail that brings them and the mail for an address that is taken.
pub(crate) struct FreshCode {
    pub(crate) code: NewActivationCode,
    pub(crate) activation_mail: NewMail,
    pub(crate) exists_mail: NewMail,
}

impl FreshCode {
    /// Draws one. Both mails are written whatever the address, so that the work is the same.
    pub(crate) fn draw(
        app: &App,
        now: Timestamp,
        registration: &RegistrationId,
        to: &EmailAddress,
        language: Language,
    ) -> Result<Self, Unopened> {
        let digits = ActivationCode::random(&mut rng());
        let link = random_token(&mut rng());
        let code = NewActivationCode {
            id: ActivationCodeId::random(&mut rng()),
            code: digits.hash(&app.data_keys.hash, registration.as_str()),
            link: TokenHash::of(link.expose()),
            decoy: app.data_keys.hash.hash("decoy", &[random_token(&mut rng()).expose().as_bytes()]),
        };
        let seal = |mail: Mail, life| {
            let envelope = Envelope { to: to.clone(), language, mail };
            envelope.seal(&app.data_keys.content, now.plus(life))
        };
        let issuer = app.issuer();
        let activation = Mail::Activation {
            code: digits.expose().to_owned(),
            link: format!("{issuer}/{{l}}/activate?t={}", link.expose()),
        };
        let exists = Mail::AccountExists {
            sign_in: format!("{issuer}/{{l}}/sign-in"),
            reset: format!("{issuer}/{{l}}{}", crate::journeys::recovery::PATH),
        };
        Ok(Self {
            code,
            activation_mail: seal(activation, app.in_force().lifetimes.activation_code)?,
            exists_mail: seal(exists, app.in_force().lifetimes.activation_code)?,
        })
    }
}

/// Under which the mails to an address are counted.
pub(crate) fn address_hash(app: &App, email: &EmailAddress) -> KeyedHash {
    app.data_keys.hash.hash("mail-address", &[email.key().as_bytes()])
}
