//! A forgotten password: M8 asks for the address, M9 for the code or the link, M10 for the new password. The rules are in
//! `idp_domain::password_reset`.
//!
//! An address that nobody has gets the same pages after the same work; its code fits nothing and its mail is never sent.

pub mod ask;
pub mod code;
pub mod link;
pub mod new_password;

use crate::adapters::rng::rng;
use crate::journeys::extra_verification;
use crate::locales::recovery as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationCode;
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::ids::{ActivationCodeId, AuthorizationRequestId, PasswordResetId};
use idp_domain::secret::{KeyedHash, TokenHash, random_token};
use idp_store::{NewActivationCode, NewMail, PasswordReset, ResetProver};

/// M8.
pub const PATH: &str = "/forgot-password";
/// M9.
pub const CODE: &str = "/forgot-password/code";
/// Asks for one more mail.
pub const RESEND: &str = "/forgot-password/resend";
/// The mailed link and its button.
pub const LINK: &str = "/forgot-password/link";
/// M10.
pub const NEW: &str = "/forgot-password/new";

/// A fresh code and link, with the mail that brings them.
struct FreshCode {
    code: NewActivationCode,
    mail: NewMail,
}

impl FreshCode {
    /// Draws one. The mail goes to the account's own address, in its language; where nobody has the address it is written
    /// all the same, to nobody.
    async fn draw(visit: &Visit, reset: &PasswordResetId, typed: &EmailAddress) -> Result<Self, Problem> {
        let app = &visit.app;
        let account = app.store.find_account_to_reset(typed.key()).await?;
        let digits = ActivationCode::random(&mut rng());
        let link = random_token(&mut rng());
        let code = NewActivationCode {
            id: ActivationCodeId::random(&mut rng()),
            code: digits.hash(&app.data_keys.hash, reset.as_str()),
            link: TokenHash::of(link.expose()),
            decoy: app.data_keys.hash.hash("decoy", &[random_token(&mut rng()).expose().as_bytes()]),
        };
        let mail = Mail::PasswordCode {
            code: digits.expose().to_owned(),
            link: format!("{}/{{l}}{LINK}?t={}", app.issuer(), link.expose()),
        };
        let own = account.as_ref().and_then(|account| account.email());
        let envelope = Envelope {
            to: own.unwrap_or(typed).clone(),
            language: account.as_ref().map_or(visit.language, |account| account.language),
            mail,
        };
        let expires_at = visit.now.plus(app.in_force().lifetimes.activation_code);
        let sealed = envelope.seal(&app.data_keys.content, expires_at);
        Ok(Self { code, mail: sealed.map_err(|error| Problem::internal(&error))? })
    }
}

/// Under which the mails to an address are counted, whatever they are about.
fn address_hash(visit: &Visit, email: &EmailAddress) -> KeyedHash {
    visit.app.data_keys.hash.hash("mail-address", &[email.key().as_bytes()])
}

/// Who proves an address: this browser.
fn prover(visit: &Visit) -> ResetProver {
    ResetProver {
        browser: visit.browser_hash(),
        second_step: extra_verification::new_step(visit, SecondStepPurpose::NewPassword),
        network: visit.network_hash("audit-network").to_base64url(),
    }
}

/// A page of the request that a reset began in, which neither the mail's link nor a page opened later may name.
fn url_of(visit: &Visit, path: &str, request_id: Option<&AuthorizationRequestId>) -> String {
    let tx = request_id.map(|id| format!("?tx={id}")).unwrap_or_default();
    format!("/{}{path}{tx}", visit.language.code())
}

/// This browser's newest reset.
async fn newest(visit: &Visit) -> Result<Option<PasswordReset>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    Ok(visit.app.store.find_password_reset(visit.browser_hash()).await?)
}

/// Nothing waits here.
fn over(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    MessagePage::new(visit.plain_frame(t::over_title(l)), "reset-over", vec![t::over_text(l).to_owned()])
        .button(t::start_again(l), visit.url(PATH))
        .link(crate::locales::back_to_sign_in(l), visit.url("/sign-in"))
        .answer(visit, 410)
}
