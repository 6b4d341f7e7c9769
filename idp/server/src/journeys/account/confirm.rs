//! C0: a person proves again who they are, then goes on to the page that they came for. Their session stays what it is to
//! services (same `sid`, same `auth_time`, same level); only its cookie is new.
//!
//! A password typed here is counted like one at the sign-in page of this browser; five wrong ones in a row end the session.

use super::{Page, Return, Target, frame, signed_in};
use crate::adapters::rng::rng;
use crate::console;
use crate::journeys::passkeys;
use crate::journeys::passkeys::form::{PasskeyForm, SCRIPT};
use crate::journeys::sign_in::{device_key, lockout_words};
use crate::journeys::sign_in_partner::start::CONFIRM;
use crate::journeys::sign_in_partner::{PartnerButton, buttons_of, destinations};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{EmailAddress, PasswordRules};
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_store::{PasswordProof, ProofAttempt, ProofStart, SessionProof, SessionProofEnd, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens, PasswordField, ReadOnlyField};

/// Where it is, after the language.
pub const PATH: &str = "/account/confirm";

/// Wrong passwords in a row that end the session.
const TRIES: u32 = 5;

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    user_name: ReadOnlyField,
    /// Where the account has one.
    password: Option<PasswordField>,
    /// The same.
    passkey: Option<PasskeyForm>,
    /// For a browser without scripts, where a passkey is all that there is.
    without_script: Option<Alert>,
    /// The sign-in partners that the account is linked to.
    partners: Vec<PartnerButton>,
    go_on_to: String,
}

/// `GET /{l}/account/confirm?next=…`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, next_of(visit).page, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    if session.session.is_proven_within(visit.in_force.lifetimes.reauthentication, visit.now) {
        return Ok(visit.dress(Answer::see_other(next_of(visit).target_within(visit))));
    }
    page(visit, &session, 200, ErrorSummary::new(visit.language)).await
}

fn next_of(visit: &Visit) -> Return {
    visit.next.clone().unwrap_or_else(|| Return::to(Page::Security))
}

/// The frame of the page that it leads to.
fn frame_of(visit: &Visit, next: &Target, session: &SessionWithAccount) -> Frame {
    let title = t::account::confirm_title(visit.language);
    match next {
        Target::Account(page) => frame(visit, *page, title, session),
        Target::Console(place) => console::bare_frame(visit, place, title, session),
    }
}

/// The page, with what was wrong.
///
/// # Errors
/// The database is away.
pub async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let (l, next) = (visit.language, next_of(visit).page);
    let partners = buttons_of(visit, &session.account.id, CONFIRM).await?;
    let ends = destinations(&partners);
    let only_passkey = session.account.password_hash.is_none() && partners.is_empty();
    let template = ConfirmPage {
        partners,
        without_script: only_passkey
            .then(|| Alert::informational(l, t::passkeys::without_script(l)).id("without-script")),
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        user_name: ReadOnlyField::user_name(l, "user_name", t::email(l), session.account.name.as_str()),
        password: session
            .account
            .password_hash
            .is_some()
            .then(|| PasswordField::current(l, "password", t::password(l)).errors_of(&errors)),
        passkey: passkeys::confirm::form(visit, session).await?,
        go_on_to: t::account::go_on_to(l, next.title(l)),
        frame: frame_of(visit, &next, session).language_button().script(SCRIPT).errors(errors),
    };
    let answer = visit.page(status, &template)?;
    Ok(ends.iter().fold(answer, |answer, end| answer.form_may_end_at(Some(end))))
}

/// `POST /{l}/account/confirm?next=…`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, next_of(visit).page, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let typed = form.secret("password");
    let again = async |message: String| {
        let mut errors = ErrorSummary::new(l);
        errors.add("password", message);
        page(visit, &session, 422, errors).await
    };
    if form.stale {
        return again(t::form_stale(l).into()).await;
    }
    if typed.expose().is_empty() {
        return again(t::password_required(l).into()).await;
    }
    if typed.expose().chars().count() > PasswordRules::MAX_LENGTH {
        return again(t::password_long(l).into()).await;
    }
    match try_password(visit, &session, typed).await? {
        ProofTry::Right(proof) => {
            let (noted, secret) = session_proof(visit, &session, Some(proof));
            match visit.app.store.complete_proof(noted).await? {
                SessionProofEnd::Proven => Ok(go_on(visit, &secret)),
                SessionProofEnd::SessionEnded => Ok(visit.dress(Answer::see_other(visit.url("/sign-in")))),
                SessionProofEnd::Superseded => match wrong(visit, attempt(visit, &session)).await? {
                    ProofTry::SessionEnded(answer) => Ok(*answer),
                    _ => again(t::account::password_wrong(l).into()).await,
                },
            }
        }
        ProofTry::Refused(message) => {
            again(message.unwrap_or_else(|| t::account::password_wrong(l).into())).await
        }
        ProofTry::SessionEnded(answer) => Ok(*answer),
    }
}

/// What a try at the password of a session's person found.
pub(super) enum ProofTry {
    /// It is right, while nobody has set another one.
    Right(PasswordProof),
    /// It is wrong, or was not looked at for the reason given.
    Refused(Option<String>),
    /// There were too many, and what to answer.
    SessionEnded(Box<Answer>),
}

/// Tries the password of a session's person: counted first, then one hash is computed.
///
/// # Errors
/// The database or the password threads are busy.
pub(super) async fn try_password(
    visit: &Visit,
    session: &SessionWithAccount,
    typed: Secret,
) -> Result<ProofTry, Problem> {
    let attempt = attempt(visit, session);
    match visit.app.store.begin_proof(attempt.clone()).await? {
        ProofStart::Try => {}
        ProofStart::Refuse(lockout) => return Ok(ProofTry::Refused(Some(lockout_words(visit, lockout)))),
        ProofStart::SessionEnded => return Ok(ProofTry::SessionEnded(Box::new(session_ended(visit)?))),
    }
    let stored = session.account.password_hash.clone();
    if visit.app.hasher.verify(typed, stored).await?.matches {
        let proof = PasswordProof::of(&session.account, attempt.counted);
        return Ok(ProofTry::Right(proof.ok_or(Problem::Forbidden)?));
    }
    wrong(visit, attempt).await
}

/// A wrong password is put on record; too many end the session.
///
/// # Errors
/// The database is away.
async fn wrong(visit: &Visit, attempt: ProofAttempt) -> Result<ProofTry, Problem> {
    if visit.app.store.refuse_proof(attempt).await? {
        return Ok(ProofTry::SessionEnded(Box::new(session_ended(visit)?)));
    }
    Ok(ProofTry::Refused(None))
}

fn attempt(visit: &Visit, session: &SessionWithAccount) -> ProofAttempt {
    let email_key = session.account.email().map(EmailAddress::key).unwrap_or_default();
    ProofAttempt {
        session: session.session.id.clone(),
        account: session.account.id.clone(),
        counted: device_key(visit, &email_key),
        tries: TRIES,
        limits: visit.in_force.limits.lockout,
        now: visit.now,
    }
}

/// The person came back from a sign-in partner of theirs: that is noted, and they go on to the page that they came for.
///
/// # Errors
/// The database is away.
pub async fn proven(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let (proof, secret) = session_proof(visit, session, None);
    if visit.app.store.complete_proof(proof).await? != SessionProofEnd::Proven {
        return Ok(visit.dress(Answer::see_other(visit.url("/sign-in"))));
    }
    Ok(go_on(visit, &secret))
}

/// What is noted of a proof, by whatever it was given, and the session's new cookie.
#[must_use]
pub fn session_proof(
    visit: &Visit,
    session: &SessionWithAccount,
    password: Option<PasswordProof>,
) -> (SessionProof, Secret) {
    let secret = random_token(&mut rng());
    let proof = SessionProof {
        session: session.session.id.clone(),
        account: session.account.id.clone(),
        secret: TokenHash::of(secret.expose()),
        password,
        now: visit.now,
    };
    (proof, secret)
}

/// On to the page that the person came for, with the session's new cookie.
#[must_use]
pub fn go_on(visit: &Visit, secret: &Secret) -> Answer {
    let answer = Answer::see_other(next_of(visit).target_within(visit));
    visit.dress(answer).cookie(visit.set_cookie(Name::Session, secret.expose()))
}

/// Too many wrong passwords: whoever it is signs in again, and then goes on as before.
fn session_ended(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::signed_out_title(l));
    let page = MessagePage::new(frame, "proof-refused-page", vec![t::account::too_many_wrong(l).into()])
        .button(t::sign_in_again(l), visit.url("/sign-in"));
    Ok(page.answer(visit, 403)?.cookie(visit.clear_cookie(Name::Session)))
}
