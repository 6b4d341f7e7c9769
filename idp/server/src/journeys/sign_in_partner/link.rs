//! P6: the address has an account. Nothing is linked before its person has signed in to it: by its password, by a passkey
//! ([`super::link_by_passkey`]), or by a partner that it already has.

use super::start::{Whom, to_partner};
use super::{News, PartnerButton, buttons_of, destinations, find_partner, journey, link_by_passkey};
use crate::journeys::account::not_me;
use crate::journeys::extra_verification::{self, second_step};
use crate::journeys::passkeys::form::{PasskeyForm, SCRIPT};
use crate::journeys::{new_session, recovery, sign_in};
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::limits::seconds_left;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{Account, AccountStatus, EmailAddress, PasswordRules};
use idp_domain::audit::SignInRefusal;
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::ids::PartnerJourneyId;
use idp_domain::lockout::LockoutDecision;
use idp_domain::session::{AuthenticationLevel, AuthenticationMethod};
use idp_store::{
    LinkAfterSecondStep, LinkPartner, NewMail, PartnerJourney, PasswordProof, SessionWithAccount, SignInEnd,
};
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, PasswordField, ReadOnlyField};
use std::time::Duration;

/// Where it is, after the language.
pub const PATH: &str = "/partner/link";

/// How long the mail about a link waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

#[derive(Template)]
#[template(path = "sign_in_partner/link.html")]
struct LinkPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    user_name: ReadOnlyField,
    /// Where the account has one.
    password: Option<PasswordField>,
    /// The same.
    passkey: Option<PasskeyForm>,
    partners: Vec<PartnerButton>,
    forgot_password: String,
    another_email: String,
}

/// The journey of this page, its address, proven, and the account of that; else where the person goes.
pub(super) async fn waiting(
    visit: &Visit,
) -> Result<Result<(PartnerJourney, EmailAddress, Account), Answer>, Problem> {
    let journey = match journey(visit).await? {
        Ok(journey) => journey,
        Err(answer) => return Ok(Err(answer)),
    };
    let proven = journey.email.clone().filter(|_| journey.email_proven_at.is_some());
    let Some(email) = proven else {
        return Ok(Err(visit.dress(Answer::see_other(visit.url(super::verify::PATH)))));
    };
    match visit.app.store.find_account_of_proven_address(email.key()).await? {
        Some(account) => Ok(Ok((journey, email, account))),
        // It was closed meanwhile.
        None => Ok(Err(visit.dress(Answer::see_other(visit.url(super::email::PATH))))),
    }
}

/// `GET /{l}/partner/link`
///
/// # Errors
/// The journey is finished, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match waiting(visit).await? {
        Ok((_, email, account)) => {
            page(visit, 200, &email, &account, ErrorSummary::new(visit.language)).await
        }
        Err(answer) => Ok(answer),
    }
}

/// The page, with what was wrong.
///
/// # Errors
/// The database is away.
pub(super) async fn page(
    visit: &Visit,
    status: u16,
    email: &EmailAddress,
    account: &Account,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let partners = buttons_of(visit, &account.id, BY_PARTNER).await?;
    let password = account.password_hash.is_some();
    let ends = destinations(&partners);
    let template = LinkPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        user_name: ReadOnlyField::user_name(l, "user_name", t::email(l), email.as_str()),
        password: password.then(|| PasswordField::current(l, "password", t::password(l)).errors_of(&errors)),
        passkey: link_by_passkey::form(visit, account).await?,
        partners,
        forgot_password: visit.url(recovery::PATH),
        another_email: visit.url(super::email::PATH),
        frame: visit.frame(t::sign_in_partner::link_title(l)).language_button().script(SCRIPT).errors(errors),
    };
    let answer = visit.page(status, &template)?;
    Ok(ends.iter().fold(answer, |answer, end| answer.form_may_end_at(Some(end))))
}

/// `POST /{l}/partner/link`
///
/// # Errors
/// The journey is finished, too many attempts of this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let (journey, email, account) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let again = async |message: String| {
        let mut errors = ErrorSummary::new(l);
        errors.add("password", message);
        page(visit, 422, &email, &account, errors).await
    };
    let typed = form.secret("password");
    if form.stale {
        return again(t::form_stale(l).into()).await;
    }
    if typed.expose().is_empty() {
        return again(t::password_required(l).into()).await;
    }
    if typed.expose().chars().count() > PasswordRules::MAX_LENGTH {
        return again(t::password_long(l).into()).await;
    }
    let Some(start) = visit.app.store.begin_sign_in(sign_in::attempt(visit, &email)).await? else {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    };
    if let LockoutDecision::Refuse(lockout) = start.decision {
        sign_in::refuse(visit, Some(&account), SignInRefusal::Delayed).await?;
        return again(sign_in::lockout_words(visit, lockout)).await;
    }
    let stored = start.account.as_ref().and_then(|account| account.password_hash.clone());
    let fits = visit.app.hasher.verify(typed, stored).await?.matches;
    let proof = start.account.as_ref().and_then(|account| PasswordProof::of(account, start.counted));
    if let Some(proof) = proof.filter(|_| fits)
        && let Some(answer) = link(visit, &journey, &account, By::Password(proof)).await?
    {
        return Ok(answer);
    }
    sign_in::refuse(visit, Some(&account), SignInRefusal::WrongPassword).await?;
    again(t::sign_in_bad(l).into()).await
}

/// By what a person proved that the account is theirs.
pub(super) enum By {
    /// Its password.
    Password(PasswordProof),
    /// A partner that it already has.
    Partner,
    /// A passkey, which itself says which kind it is; the store writes that.
    Passkey,
}

/// Where the button of a partner that the account already has posts to.
pub const BY_PARTNER: &str = "/partner/link/by-partner";

/// `POST /{l}/partner/link/by-partner`
///
/// # Errors
/// The journey is finished, too many of this network, or the database is away.
pub async fn post_by_partner(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let (journey, _, account) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let Some(known) = find_partner(visit, Some(form.value("partner"))).await? else {
        return Ok(News::Unavailable.at_sign_in(visit));
    };
    let answer = to_partner(visit, &known, Whom::Link(account.id, journey.id), true).await?;
    Ok(answer.unwrap_or_else(|| News::Unavailable.at_sign_in(visit)))
}

/// The person came back from a partner that the account already has: the journey that waits for that is linked.
///
/// # Errors
/// The database is away.
pub(super) async fn by_partner(
    visit: &Visit,
    proven: &Account,
    waits: &PartnerJourneyId,
) -> Result<Answer, Problem> {
    let (journey, _, account) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    if account.id != proven.id || journey.id != *waits {
        return Ok(News::Failed.at_sign_in(visit));
    }
    let answer = link(visit, &journey, &account, By::Partner).await?;
    Ok(answer.unwrap_or_else(|| News::Failed.at_sign_in(visit)))
}

/// Links; `None` where the password that proved it was replaced since it was looked at.
async fn link(
    visit: &Visit,
    journey: &PartnerJourney,
    account: &Account,
    by: By,
) -> Result<Option<Answer>, Problem> {
    if account.status != AccountStatus::Active {
        sign_in::refuse(visit, Some(account), SignInRefusal::Locked).await?;
        return sign_in::locked(visit, &account.id).await.map(Some);
    }
    let (request, cookie) = request(visit, journey, account, by).await?;
    let to = |path: &str| visit.dress(Answer::see_other(visit.url(path)));
    Ok(match visit.app.store.link_partner(request).await? {
        SignInEnd::Gone => Some(News::Failed.at_sign_in(visit)),
        SignInEnd::Superseded => None,
        SignInEnd::SecondStep => Some(to(second_step::PATH)),
        SignInEnd::SignedIn => Some(to(super::done::PATH).cookie(cookie)),
    })
}

/// What is asked of the store, and the cookie of the session that starts.
///
/// # Errors
/// The database is away.
pub(super) async fn request(
    visit: &Visit,
    journey: &PartnerJourney,
    account: &Account,
    by: By,
) -> Result<(LinkPartner, Option<String>), Problem> {
    let address = account.email().ok_or(Problem::Forbidden)?;
    let (method, password) = match by {
        By::Password(proof) => (AuthenticationMethod::Password, Some(proof)),
        By::Partner => (AuthenticationMethod::Partner, None),
        By::Passkey => (AuthenticationMethod::SyncedPasskey, None),
    };
    let session = new_session::start(visit, method).await?;
    let request = LinkPartner {
        journey: journey.id.clone(),
        account: account.id.clone(),
        password,
        session: session.new,
        second_step: extra_verification::new_step(visit, SecondStepPurpose::SignIn),
        linked_mail: linked_mail(visit, account, address)?,
        new_device_mail: sign_in::new_device_mail(visit, account)?,
        now: visit.now,
    };
    Ok((request, session.cookie))
}

fn linked_mail(visit: &Visit, account: &Account, address: &EmailAddress) -> Result<NewMail, Problem> {
    let mail = Mail::PartnerLinked { at: visit.now.micros(), account: not_me::address(visit) };
    let envelope = Envelope { to: address.clone(), language: account.language, mail };
    let sealed = envelope.seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE));
    sealed.map_err(|error| Problem::internal(&error))
}

/// A link that waited for its account's second step: with that just made, it is made too, and P7 says so. A session that
/// has begun without one, or before, has nothing that waits.
///
/// # Errors
/// The database is away.
pub async fn after_second_step(
    visit: &Visit,
    session: &SessionWithAccount,
) -> Result<Option<Answer>, Problem> {
    let just_now = session.session.authenticated_at == visit.now;
    let account = &session.account;
    let Some(address) =
        account.email().filter(|_| just_now && session.session.level() > AuthenticationLevel::One)
    else {
        return Ok(None);
    };
    let link = LinkAfterSecondStep {
        browser: visit.browser_hash(),
        request_id: visit.tx.clone(),
        account: account.id.clone(),
        session: session.session.id.clone(),
        seen_after: visit.now.minus(visit.in_force.lifetimes.session.idle),
        linked_mail: linked_mail(visit, account, address)?,
        now: visit.now,
    };
    let linked = visit.app.store.link_partner_after_second_step(link).await?;
    Ok(linked.then(|| visit.dress(Answer::see_other(visit.url(super::done::PATH)))))
}
