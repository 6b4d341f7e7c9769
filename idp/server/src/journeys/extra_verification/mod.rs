//! Extra verification (`product.md` 2.6): the second step of a sign-in, and of a session that a service wants to be surer
//! of.
//!
//! 1. A right first proof of an account with a second factor starts no session ([`new_step`]); what was proven waits for
//!    this browser and this request.
//! 2. [`second_step`] (M6) and [`other_way`] (M7) ask for what is set up. [`waiting`] says what they complete: a sign-in
//!    that waits, or the live session, from which a service asks for more.
//! 3. [`set_up`] (M14) leads to what can be set up, [`authenticator_app`] (C5) and [`recovery_codes`] (C7), and [`enrolled`]
//!    back to the service.
//! 4. [`attempt`] counts the try, looks at what was typed, and lets one transaction spend it and give what it buys.

pub mod authenticator_app;
pub mod other_way;
mod qr_code;
pub mod recovery_codes;
pub mod second_step;
pub mod set_up;

use super::account::{Page, Target, not_me};
use super::{resume, sign_in};
use crate::adapters::rng::rng;
use crate::app::App;
use crate::mail::{Envelope, Mail, SecondStepChange};
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use idp_domain::account::Account;
use idp_domain::audit::AuditEvent;
use idp_domain::authorization::acr::Missing;
use idp_domain::extra_verification::{
    RecoveryCode, SecondFactorKind, SecondFactors, SecondStepPurpose, TotpCode, TotpSecret,
    is_followed_by_wait,
};
use idp_domain::ids::{SecondStepId, SessionId};
use idp_domain::lockout::{Failures, LockoutDecision};
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::session::AuthenticationLevel;
use idp_store::{
    FinishSecondStep, NewMail, NewRecoveryCodes, NewSecondStep, NewSession, SecondProof, SecondStep,
    SecondStepEnd, SecondStepTarget, SecondStepTry, SessionWithAccount,
};
use std::time::Duration;

/// How long what was proven waits for the second step.
const LIFE: Duration = Duration::from_mins(15);
/// How long a mail about a change waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);
/// To what a secret of an authenticator app is sealed.
const TOTP_SECRET: &str = "totp-secret";
/// To what new recovery codes are sealed.
const CODE_SHEET: &str = "recovery-codes";
/// How long new recovery codes are shown.
const SHEET_LIFE: Duration = Duration::from_mins(30);

/// The second step that comes in a session's place, where the account has one.
#[must_use]
pub fn new_step(visit: &Visit, purpose: SecondStepPurpose) -> NewSecondStep {
    NewSecondStep {
        id: SecondStepId::random(&mut rng()),
        purpose,
        request_id: visit.tx.clone(),
        expires_at: visit.now.plus(LIFE),
    }
}

/// What a second step completes.
pub enum Waiting {
    /// A sign-in.
    SignIn(Box<SecondStep>),
    /// A session, which has to reach a level.
    Session {
        /// Which.
        session: Box<SessionWithAccount>,
        /// The level.
        level: AuthenticationLevel,
        /// Whether a service is answered in any case.
        voluntary: bool,
    },
}

impl Waiting {
    /// Whose it is.
    #[must_use]
    pub fn account(&self) -> &Account {
        match self {
            Self::SignIn(step) => &step.account,
            Self::Session { session, .. } => &session.account,
        }
    }

    /// The level that the second step has to reach.
    #[must_use]
    pub fn level(&self) -> AuthenticationLevel {
        match self {
            Self::SignIn(_) => AuthenticationLevel::Two,
            Self::Session { level, .. } => *level,
        }
    }
}

/// A second step that is asked for, and what it can be made with.
pub struct Asked {
    /// What it completes.
    pub waiting: Waiting,
    /// The service's request, if there is one.
    pub kept: Option<Kept>,
    /// What is set up.
    pub factors: SecondFactors,
}

impl Asked {
    /// Whether it can be made this way.
    #[must_use]
    pub fn takes(&self, kind: SecondFactorKind) -> bool {
        self.factors.ways(self.waiting.level()).contains(&kind)
    }

    /// Whether this person may leave it out.
    #[must_use]
    pub fn voluntary(&self) -> bool {
        matches!(self.waiting, Waiting::Session { voluntary: true, .. })
    }
}

/// The second step that this browser is asked for; else where it goes.
///
/// # Errors
/// The request was answered before, or the database is away.
pub async fn asked(visit: &Visit) -> Result<Result<Asked, Answer>, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    let session = visit.session().await?;
    let Some(waiting) = waiting(visit, kept.as_ref(), session.as_ref()).await? else {
        return Ok(Err(match session {
            Some(session) => resume::go_on(visit, Some(&session)).await?,
            // What was proven before was too long ago, or in another browser.
            None => visit.dress(Answer::see_other(with_word(&visit.url("/sign-in"), "late=1"))),
        }));
    };
    let factors = visit.app.store.find_second_factors(waiting.account().id.clone()).await?;
    Ok(Ok(Asked { waiting, kept, factors }))
}

fn with_word(url: &str, word: &str) -> String {
    format!("{url}{}{word}", if url.contains('?') { '&' } else { '?' })
}

async fn waiting(
    visit: &Visit,
    kept: Option<&Kept>,
    session: Option<&SessionWithAccount>,
) -> Result<Option<Waiting>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    let tx = visit.tx.clone();
    if let Some(step) = visit.app.store.find_second_step(visit.browser_hash(), tx, visit.now).await? {
        return Ok(Some(Waiting::SignIn(Box::new(step))));
    }
    let Some(session) = session else { return Ok(None) };
    let standing =
        resume::standing(visit, session, kept.and_then(|kept| kept.record.level_declined_by.as_ref()))
            .await?;
    let (level, voluntary) = match kept.map(|kept| kept.record.request.acr.missing(&standing)) {
        Some(Missing::SecondStep { level, required }) => (level, !required),
        // A page of the account asks for it.
        _ if visit.next.is_some() && standing.reachable > standing.level => (AuthenticationLevel::Two, false),
        _ => return Ok(None),
    };
    let wanted = level > standing.level;
    Ok(wanted.then(|| Waiting::Session { session: Box::new(session.clone()), level, voluntary }))
}

/// What a person typed or brought.
pub enum Typed {
    /// Six digits of their app.
    Totp(TotpCode),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

impl Typed {
    fn kind(&self) -> SecondFactorKind {
        match self {
            Self::Totp(_) => SecondFactorKind::AuthenticatorApp,
            Self::RecoveryCode(_) => SecondFactorKind::RecoveryCode,
        }
    }
}

/// What came of a try.
pub enum Tried {
    /// It was right: the browser has a new cookie, unless it proved itself for a new password only.
    Right(Option<SignedInNow>),
    /// It was not, or was used before.
    Wrong,
    /// It was not looked at; what the person is told.
    Slow(String),
    /// What it was to complete is over.
    Gone,
}

/// A session right after its second step.
pub struct SignedInNow {
    /// Of its cookie.
    pub secret: TokenHash,
    /// `Set-Cookie`.
    pub cookie: Option<String>,
}

/// Tries a second step: counted first, then looked at, then spent.
///
/// # Errors
/// The database is away.
pub async fn attempt(visit: &Visit, asked: &Asked, typed: &Typed) -> Result<Tried, Problem> {
    let account = asked.waiting.account();
    let keys = &visit.app.data_keys;
    let id = account.id.as_str().as_bytes();
    let start = visit
        .app
        .store
        .begin_second_step_try(SecondStepTry {
            account: account.id.clone(),
            device: visit.browser_hash(),
            account_key: keys.hash.hash("second-step", &[id]),
            device_key: keys.hash.hash("second-step-device", &[id, visit.browser.expose().as_bytes()]),
            limits: visit.in_force.limits.lockout,
            now: visit.now,
        })
        .await?;
    if let LockoutDecision::Refuse(lockout) = start.decision {
        refused(visit, account, typed.kind(), None).await?;
        return Ok(Tried::Slow(sign_in::lockout_words(visit, lockout)));
    }
    let proof = match typed {
        _ if !asked.takes(typed.kind()) => None,
        Typed::Totp(code) => {
            let secret =
                start.totp_secret.as_deref().map(|sealed| open_totp_secret(visit, sealed)).transpose()?;
            secret.and_then(|secret| secret.verify(code, visit.now)).map(SecondProof::Totp)
        }
        Typed::RecoveryCode(code) => Some(SecondProof::RecoveryCode {
            hash: code.hash(&keys.hash, &account.id),
            mail: change_mail(visit, account, SecondStepChange::RecoveryCodeUsed)?,
        }),
    };
    let Some(proof) = proof else {
        refused(visit, account, typed.kind(), Some(start.failures)).await?;
        return Ok(Tried::Wrong);
    };
    let (target, now_signed_in) = target(visit, &asked.waiting).await?;
    let finish = FinishSecondStep {
        account: account.id.clone(),
        proof,
        target,
        counted: start.counted,
        now: visit.now,
    };
    Ok(match visit.app.store.finish_second_step(finish).await? {
        SecondStepEnd::Done => Tried::Right(now_signed_in),
        SecondStepEnd::Gone => Tried::Gone,
        SecondStepEnd::Refused => {
            refused(visit, account, typed.kind(), Some(start.failures)).await?;
            Tried::Wrong
        }
    })
}

/// What a right second step completes, and the cookie that comes of it.
///
/// # Errors
/// The database is away.
pub async fn target(
    visit: &Visit,
    waiting: &Waiting,
) -> Result<(SecondStepTarget, Option<SignedInNow>), Problem> {
    let secret = random_token(&mut rng());
    let hash = TokenHash::of(secret.expose());
    let signed_in = |secret: &Secret| SignedInNow {
        secret: hash,
        cookie: visit.set_cookie(Name::Session, secret.expose()),
    };
    match waiting {
        Waiting::Session { session, .. } => {
            let target = SecondStepTarget::Session { id: session.session.id.clone(), secret: hash };
            Ok((target, Some(signed_in(&secret))))
        }
        Waiting::SignIn(step) => {
            let session = NewSession {
                id: SessionId::random(&mut rng()),
                secret: hash,
                device: visit.browser_hash(),
                replaces: visit.session().await?.map(|live| live.session.id),
                methods: step.methods.clone(),
                network: visit.network_hash("audit-network").to_base64url(),
                browser: visit.browser_name(),
            };
            let target = SecondStepTarget::SignIn {
                id: step.id.clone(),
                session: Box::new(session),
                new_device_mail: sign_in::new_device_mail(visit, &step.account)?,
            };
            let starts = step.purpose == SecondStepPurpose::SignIn;
            Ok((target, starts.then(|| signed_in(&secret))))
        }
    }
}

/// Puts a refused try on record. Whoever has brought so many wrong codes knows the password: its owner is told.
async fn refused(
    visit: &Visit,
    account: &Account,
    factor: SecondFactorKind,
    failures: Option<Failures>,
) -> Result<(), Problem> {
    let network = visit.network_hash("audit-network").to_base64url();
    let event = AuditEvent::SecondStepRefused { account: account.id.clone(), factor, network };
    let mail = match failures.filter(|failures| is_followed_by_wait(failures.count)) {
        Some(_) => Some(change_mail(visit, account, SecondStepChange::Refused)?),
        None => None,
    };
    Ok(visit.app.store.refuse_second_step(event, mail, visit.now).await?)
}

/// Goes on after a right second step.
///
/// # Errors
/// The database is away.
pub async fn go_on(
    visit: &Visit,
    waiting: &Waiting,
    signed_in: Option<SignedInNow>,
) -> Result<Answer, Problem> {
    // A new password is what it was asked for (page M10).
    let Some(signed_in) = signed_in else {
        return Ok(visit.dress(Answer::see_other(visit.url("/forgot-password/new"))));
    };
    // Within a session only a page of the account names one to go on to.
    if let (Waiting::Session { .. }, Some(next)) = (waiting, &visit.next) {
        let answer = Answer::see_other(next.target_within(visit));
        return Ok(visit.dress(answer).cookie(signed_in.cookie));
    }
    let live = resume::just_signed_in(visit, signed_in.secret).await?;
    Ok(resume::go_on(visit, live.as_ref()).await?.cookie(signed_in.cookie))
}

/// Seals the secret of an authenticator app.
///
/// # Errors
/// The library refuses, which no secret causes.
pub fn seal_totp_secret(app: &App, secret: &TotpSecret) -> Result<Vec<u8>, Problem> {
    app.data_keys.content.seal(TOTP_SECRET, secret.as_bytes()).map_err(|error| Problem::internal(&error))
}

/// Opens the secret of an authenticator app.
///
/// # Errors
/// It was sealed under another key.
pub fn open_totp_secret(visit: &Visit, sealed: &[u8]) -> Result<TotpSecret, Problem> {
    let bytes =
        visit.app.data_keys.content.open(TOTP_SECRET, sealed).map_err(|error| Problem::internal(&error))?;
    TotpSecret::from_slice(&bytes).ok_or_else(|| Problem::internal(&"a TOTP secret has another length"))
}

/// Ten new recovery codes, hashed, and sealed for the session that sees them.
///
/// # Errors
/// The library refuses to seal, which no code causes.
pub fn new_codes(visit: &Visit, session: &SessionWithAccount) -> Result<NewRecoveryCodes, Problem> {
    let keys = &visit.app.data_keys;
    let codes = RecoveryCode::random_set(&mut rng());
    let shown: Vec<String> = codes.iter().map(RecoveryCode::shown).collect();
    let plain = serde_json::to_vec(&shown).map_err(|error| Problem::internal(&error))?;
    Ok(NewRecoveryCodes {
        hashes: codes.iter().map(|code| code.hash(&keys.hash, &session.account.id)).collect(),
        sheet: keys.content.seal(CODE_SHEET, &plain).map_err(|error| Problem::internal(&error))?,
        session: session.session.id.clone(),
        expires_at: visit.now.plus(SHEET_LIFE),
    })
}

/// Opens what [`new_codes`] sealed.
fn open_codes(visit: &Visit, sealed: &[u8]) -> Result<Vec<String>, Problem> {
    let plain =
        visit.app.data_keys.content.open(CODE_SHEET, sealed).map_err(|error| Problem::internal(&error))?;
    serde_json::from_slice(&plain).map_err(|error| Problem::internal(&error))
}

/// Something was set up: on to the service or the console that asked for it, or to the account's page on its security.
///
/// # Errors
/// The database is away.
pub async fn enrolled(visit: &Visit) -> Result<Answer, Problem> {
    if let Some(answer) = back_to_asker(visit).await? {
        return Ok(answer);
    }
    Ok(visit.dress(Answer::see_other(visit.plain_url(Page::Security.path()))))
}

/// On to the service or the console that asked for a second step, if one did.
///
/// # Errors
/// The database is away.
pub async fn back_to_asker(visit: &Visit) -> Result<Option<Answer>, Problem> {
    if visit.kept_request().await?.is_some_and(|kept| !kept.is_answered()) {
        return resume::go_on(visit, visit.session().await?.as_ref()).await.map(Some);
    }
    let console = visit.next.as_ref().filter(|next| matches!(next.page, Target::Console(_)));
    Ok(console.map(|next| visit.dress(Answer::see_other(next.target(visit.language)))))
}

/// N9: what was done to an account's second step.
///
/// # Errors
/// The library refuses to seal, which no mail causes.
pub fn change_mail(visit: &Visit, account: &Account, change: SecondStepChange) -> Result<NewMail, Problem> {
    let Some(to) = account.email().cloned() else { return Err(Problem::Forbidden) };
    let mail = Mail::SecondStep { at: visit.now.micros(), change, account: not_me::address(visit) };
    let envelope = Envelope { to, language: account.language, mail };
    envelope
        .seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE))
        .map_err(|error| Problem::internal(&error))
}
