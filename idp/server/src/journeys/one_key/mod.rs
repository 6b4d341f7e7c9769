//! ONE-key, the legacy account (guides S0, S1; `product.md` section 3): O1 signs in, O2 and O3 register, O5 to O7 recover,
//! O9 and O10 list services, O11 manages. The rules are in `idp_domain::one_key`.

pub mod coming_back;
pub mod manage;
mod new_password;
mod notices;
mod questions;
pub mod recover;
pub mod recover_id;
pub mod register;
pub mod services;
pub mod sign_in;

use crate::adapters::password_hasher::Stored;
use crate::journeys::sign_in::lockout_words;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::{Kept, SignedIn, Visit};
use idp_domain::account::{Account, AccountKind, EmailAddress};
use idp_domain::audit::{AuditEvent, SignInRefusal};
use idp_domain::ids::AccountId;
use idp_domain::lockout::LockoutDecision;
use idp_domain::one_key::OneKeyId;
use idp_domain::secret::{KeyedHash, Secret};
use idp_store::{OneKeySignInAttempt, PasswordProof, RegisteredService, SessionWithAccount};
use ontario_design::Frame;
use std::sync::Arc;

/// Whether an address, after its language, is one of ONE-key's.
#[must_use]
pub fn is_at(path: &str) -> bool {
    path.starts_with("/one-key/")
}

/// The frame of a page of ONE-key.
pub(super) fn frame(visit: &Visit, title: impl Into<String>) -> Frame {
    Frame::new(visit.language, &visit.in_force.one_key_site, title)
}

/// The same for a page without typed input.
pub(super) fn plain_frame(visit: &Visit, title: impl Into<String>) -> Frame {
    frame(visit, title).language_link(visit.here_in(visit.language.other()))
}

/// The same for somebody who is signed in.
fn signed_in_frame(visit: &Visit, title: impl Into<String>, session: &SessionWithAccount) -> Frame {
    let mut frame = visit.signed_in_frame(title, session);
    frame.site = Arc::clone(&visit.in_force.one_key_site);
    if let Some(ontario_design::BarItem::Link { label, href }) = frame.bar.first_mut() {
        t::one_key::manage(visit.language).clone_into(label);
        *href = visit.url(manage::PATH);
    }
    if let Some(timeout) = &mut frame.session {
        timeout.expired_href = coming_back::to_here(visit, &timeout.expired_href);
    }
    if let Some(again) = frame.session.as_mut().and_then(|timeout| timeout.sign_in_again.as_mut()) {
        again.href = super::session::again_url(&coming_back::to_here(visit, &visit.url(sign_in::PATH)));
    }
    frame
}

/// Whether M1 offers to sign in with ONE-key: where the service takes it.
pub(super) fn is_offered(visit: &Visit, service: Option<&RegisteredService>) -> bool {
    let takes = service.is_some_and(|service| service.client.takes(AccountKind::OneKey));
    takes && visit.in_force.one_key_mode.takes_sign_ins()
}

/// Where a person belongs whose service takes no account of this kind.
pub(super) fn elsewhere(visit: &Visit, kept: Option<&Kept>, kind: AccountKind) -> Option<Answer> {
    let service = kept?.service.as_ref()?;
    if service.client.takes(kind) {
        return None;
    }
    let path = super::resume::sign_in_path(service.client.first_account_kind());
    Some(visit.dress(Answer::see_other(visit.url(path))))
}

/// Who is signed in with ONE-key; else where to go.
pub(super) async fn signed_in(visit: &Visit) -> Result<Result<Box<SessionWithAccount>, Answer>, Problem> {
    let to = |path: &str| Ok(Err(visit.dress(Answer::see_other(visit.url(path)))));
    match visit.signed_in().await? {
        SignedIn::Yes(session) if session.account.id.kind() == AccountKind::MyOntario => to("/account"),
        SignedIn::Yes(_) if !visit.in_force.one_key_mode.takes_sign_ins() => to(sign_in::PATH),
        SignedIn::Yes(session) if !super::resume::terms_accepted(&session) => to(super::terms_updated::PATH),
        SignedIn::Yes(session) => Ok(Ok(session)),
        SignedIn::Expired => {
            let url = coming_back::to_here(visit, &visit.url("/session-expired"));
            Ok(Err(visit.dress(Answer::see_other(url))))
        }
        SignedIn::No => to(sign_in::PATH),
    }
}

/// The same for a form: what came too late is held for its person.
pub(super) async fn signed_in_with(
    visit: &Visit,
    form: &Form,
) -> Result<Result<Box<SessionWithAccount>, Answer>, Problem> {
    if !matches!(visit.signed_in().await?, SignedIn::Expired) {
        return signed_in(visit).await;
    }
    if let Some(account) = visit.account_of_session().await? {
        held_form::hold_for(visit, form, &account).await?;
    }
    let url = coming_back::to_here_filled(visit, &visit.url("/session-expired"));
    Ok(Err(visit.dress(Answer::see_other(url))))
}

/// What a try at a password found.
pub(super) enum PasswordTry {
    /// It was not looked at; what the person is told.
    Slow(String),
    /// Not the password, or nobody's ID.
    Wrong,
    /// The right one, whatever the account's state.
    Right {
        /// Whose.
        account: Box<Account>,
        /// What it proves, while nobody has set another one.
        proof: PasswordProof,
        /// Whether the hash is of another kind or cost than today's.
        outdated: bool,
    },
}

/// Tries a password of a typed ID: counted first, then the same work is done whether or not there is an account.
///
/// # Errors
/// Too many attempts from this network, or the database or the password threads are busy.
pub(super) async fn try_password(
    visit: &Visit,
    typed_id: &str,
    password: &Secret,
) -> Result<PasswordTry, Problem> {
    let Some(start) = visit.app.store.begin_one_key_sign_in(attempt(visit, typed_id)).await? else {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    };
    if let LockoutDecision::Refuse(lockout) = start.decision {
        refuse(visit, start.account.as_ref(), SignInRefusal::Delayed).await?;
        return Ok(PasswordTry::Slow(lockout_words(visit, lockout)));
    }
    let stored = match &start.account {
        Some(account) => Stored::of(account.password_hash.clone()),
        None => Stored::LikeOf(start.stand_in),
    };
    let verified = visit.app.hasher.verify_stored(password.clone(), stored).await?;
    match start.account {
        Some(account) if verified.matches => Ok(PasswordTry::Right {
            proof: PasswordProof::of(&account, start.counted).ok_or(Problem::Forbidden)?,
            account: Box::new(account),
            outdated: verified.outdated,
        }),
        account => {
            refuse(visit, account.as_ref(), SignInRefusal::WrongPassword).await?;
            Ok(PasswordTry::Wrong)
        }
    }
}

/// A password that fitted was replaced before it bought anything: on record and told like a wrong one.
///
/// # Errors
/// The database is away.
pub(super) async fn superseded(visit: &Visit, account: &Account) -> Result<String, Problem> {
    refuse(visit, Some(account), SignInRefusal::WrongPassword).await?;
    Ok(t::one_key::sign_in_bad(visit.language).to_owned())
}

fn attempt(visit: &Visit, typed_id: &str) -> OneKeySignInAttempt {
    let id_key = OneKeyId::key_of(typed_id);
    let most = visit.in_force.limits.network_sign_ins_per_minute;
    OneKeySignInAttempt {
        device: visit.browser_hash(),
        id_hash: id_hash(visit, "one-key-sign-in", &id_key),
        device_key: visit
            .app
            .data_keys
            .hash
            .hash("one-key-sign-in-device", &[id_key.as_bytes(), visit.browser.expose().as_bytes()]),
        stand_in: stand_in(visit, &id_key),
        network: network_window(visit, "sign-in", 60, most),
        limits: visit.in_force.limits.lockout,
        now: visit.now,
        id_key,
    }
}

/// Which account's hashes are looked at where nobody has an ID.
fn stand_in(visit: &Visit, id_key: &str) -> AccountId {
    AccountId::one_key_place(&id_hash(visit, "one-key-stand-in", id_key))
}

/// Under which something is counted for an ID, whether or not anybody has it.
fn id_hash(visit: &Visit, purpose: &str, id_key: &str) -> KeyedHash {
    visit.app.data_keys.hash.hash(purpose, &[id_key.as_bytes()])
}

pub(super) async fn refuse(
    visit: &Visit,
    account: Option<&Account>,
    reason: SignInRefusal,
) -> Result<(), Problem> {
    let event = AuditEvent::SignInRefused {
        account: account.map(|account| account.id.clone()),
        reason,
        network: visit.network_hash("audit-network").to_base64url(),
    };
    Ok(visit.app.store.record_refused_sign_in(event, visit.now).await?)
}

/// Counts a use by this visit's network in this hour.
async fn count_network(visit: &Visit, purpose: &str) -> Result<(), Problem> {
    let most = visit.in_force.limits.network_registrations_per_hour;
    match network_window(visit, purpose, 3600, most) {
        Some(window) if !visit.app.store.count_network_use(window).await? => {
            Err(Problem::TooMany { seconds: seconds_left(visit.now, 3600) })
        }
        _ => Ok(()),
    }
}

/// To whom a mail is sealed that is not sent: so the work is the same with and without an address (RFC 2606).
fn nobody() -> Result<EmailAddress, Problem> {
    EmailAddress::parse("nobody@example.invalid").map_err(|error| Problem::internal(&error))
}
