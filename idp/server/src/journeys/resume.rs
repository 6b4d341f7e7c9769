//! The one dispatcher of signing in: from the facts to the next page, or back to the relying service with a code.

use super::extra_verification::{second_step, set_up};
use super::information::TERMS_VERSION;
use super::{account, consent, leave, one_key, sign_in_partner, terms_updated, transfer};
use crate::adapters::rng::rng;
use crate::app::App;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::account::{AccountKind, EmailAddress};
use idp_domain::authorization::acr::Standing;
use idp_domain::authorization::code::{self, AuthorizationCode};
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode, AuthorizationRequest};
use idp_domain::client::Client;
use idp_domain::ids::{AccountId, AuthorizationRequestId, GrantId};
use idp_domain::interaction::{Facts, Step, next_step};
use idp_domain::secret::{TokenHash, random_token};
use idp_domain::session::{AuthenticationLevel, Session};
use idp_store::{IssueCode, NewAuthorizationRequest, SessionWithAccount};
use std::time::Duration;

/// How long a request waits for its person: the 24 hours in which an activation can be finished, and its last code.
const KEPT_BEYOND_RESEND: Duration = Duration::from_hours(1);

/// The highest level for which somebody can set something up here.
pub const HIGHEST_ENROLABLE: AuthenticationLevel = AuthenticationLevel::Three;

/// A request on its way.
pub struct Pending<'a> {
    /// The checked request.
    pub request: &'a AuthorizationRequest,
    /// Its handle, once it is kept.
    pub id: Option<&'a AuthorizationRequestId>,
    /// Whose it is.
    pub client: &'a Client,
    /// Whether the person said with which account to go on.
    pub account_chosen: bool,
    /// Who allowed, in this request, what the service asks for.
    pub consented_account: Option<&'a AccountId>,
    /// Who would rather not make a second step, in this request.
    pub level_declined_by: Option<&'a AccountId>,
    /// The pushed request that it came from, until it is kept.
    pub pushed: Option<TokenHash>,
}

/// `GET /{l}/resume`: where a person who comes back to a finished step goes on.
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    go_on(visit, visit.session().await?.as_ref()).await
}

/// Goes on with the kept request of this visit, or to the account's home where there is none.
///
/// # Errors
/// The database is away.
pub async fn go_on(visit: &Visit, session: Option<&SessionWithAccount>) -> Result<Answer, Problem> {
    if let Some(session) = session
        && let Some(answer) = sign_in_partner::link::after_second_step(visit, session).await?
    {
        return Ok(answer);
    }
    go_on_with(visit, visit.tx.clone(), session).await
}

/// The same with a request that this visit's address doesn't name.
///
/// # Errors
/// The database is away.
pub async fn go_on_with(
    visit: &Visit,
    request_id: Option<AuthorizationRequestId>,
    session: Option<&SessionWithAccount>,
) -> Result<Answer, Problem> {
    let kept = visit.find_kept(request_id).await?;
    let asked = kept.as_ref().is_some_and(|kept| kept.record.request.ui_locale.is_some());
    let Some(kept) = kept.filter(|kept| !kept.is_answered()) else {
        return Ok(visit.dress(Answer::see_other(home(visit, session, asked))));
    };
    let record = &kept.record;
    let pending = Pending {
        request: &record.request,
        id: Some(&record.id),
        client: &kept.service()?.client,
        account_chosen: record.account_chosen,
        consented_account: record.consented_account.as_ref(),
        level_declined_by: record.level_declined_by.as_ref(),
        pushed: None,
    };
    decide(visit, pending, session).await
}

/// The account's home, in the account's language unless the person chose another or the service `asked` for one.
fn home(visit: &Visit, session: Option<&SessionWithAccount>, asked: bool) -> String {
    let own = !visit.language_chosen && !asked;
    let saved = session.map(|session| session.account.language).filter(|_| own);
    let language = saved.unwrap_or(visit.language);
    let code = language.code();
    match session {
        Some(session) if !terms_accepted(session) => visit.url_in(language, terms_updated::PATH),
        Some(session) if session.account.id.kind() == AccountKind::OneKey => {
            format!("/{code}{}", one_key::coming_back::after_sign_in(visit))
        }
        Some(_) => account::after_sign_in(visit, language),
        None => format!("/{code}/sign-in"),
    }
}

/// Whether the service hints at another e-mail address than the session's person has.
fn email_differs(request: &AuthorizationRequest, session: &SessionWithAccount) -> bool {
    let hinted = request.login_hint.as_deref().and_then(|hint| EmailAddress::parse(hint).ok());
    hinted.zip(session.account.email()).is_some_and(|(hinted, own)| hinted.key() != own.key())
}

/// Whether the session's person accepted the terms of use as they are now.
#[must_use]
pub fn terms_accepted(session: &SessionWithAccount) -> bool {
    session.account.terms_version >= TERMS_VERSION
}

/// Whether the service takes the session's account, and its kind may still sign in at all.
async fn is_taken(
    visit: &Visit,
    client: &Client,
    session: Option<&SessionWithAccount>,
) -> Result<bool, Problem> {
    let Some(kind) = session.map(|session| session.account.id.kind()) else { return Ok(false) };
    let open = kind == AccountKind::MyOntario || visit.in_force.one_key_mode.takes_sign_ins();
    Ok(open && client.takes(kind))
}

/// The page at which people with this kind of account sign in.
#[must_use]
pub fn sign_in_path(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::MyOntario => "/sign-in",
        AccountKind::OneKey => one_key::sign_in::PATH,
    }
}

/// Where the session's person stands between what they have proven and what they could. A ONE-key account can have no
/// second factor.
///
/// # Errors
/// The database is away.
pub async fn standing(
    visit: &Visit,
    session: &SessionWithAccount,
    declined_by: Option<&AccountId>,
) -> Result<Standing, Problem> {
    let level = session.session.level();
    if session.account.id.kind() == AccountKind::OneKey {
        return Ok(Standing { level, ..Standing::default() });
    }
    let factors = visit.app.store.find_second_factors(session.account.id.clone()).await?;
    Ok(Standing {
        level,
        reachable: factors.reachable().max(level),
        enrolable: HIGHEST_ENROLABLE,
        declined: declined_by == Some(&session.account.id),
    })
}

/// Derives the next step and takes it.
///
/// # Errors
/// The database is away.
pub async fn decide(
    visit: &Visit,
    pending: Pending<'_>,
    session: Option<&SessionWithAccount>,
) -> Result<Answer, Problem> {
    let subject = match session {
        Some(session) => Some(visit.app.subject_of(pending.client, &session.account.id).await?),
        None => None,
    };
    let facts = Facts {
        request: pending.request,
        session: session.map(|session| &session.session),
        account_taken: is_taken(visit, pending.client, session).await?,
        account_chosen: pending.account_chosen,
        subject: subject.as_deref(),
        email_differs: session.is_some_and(|session| email_differs(pending.request, session)),
        terms_accepted: session.is_none_or(terms_accepted),
        consent_given: match session {
            Some(session) => consent::is_given(visit, &pending, &session.account.id).await?,
            None => false,
        },
        transfer_due: transfer::is_due(visit, pending.client, session).await?,
        standing: match session {
            Some(session) => standing(visit, session, pending.level_declined_by).await?,
            None => Standing::default(),
        },
        now: visit.now,
    };
    match (next_step(&facts), session) {
        (Step::Complete, Some(session)) => complete(visit, &pending, &session.session).await,
        (Step::Refuse(code), _) => {
            let error = AuthorizationError { code, description: "the person would have to be asked" };
            leave::with_error(visit, pending.client, &pending.request.destination, &error)
        }
        (Step::ChooseAccount, _) => to_page(visit, &pending, "/select-account").await,
        (Step::SecondStep { .. }, _) => to_page(visit, &pending, second_step::PATH).await,
        (Step::SetUpSecondStep { .. }, _) => to_page(visit, &pending, set_up::PATH).await,
        (Step::Consent, _) => to_page(visit, &pending, consent::PATH).await,
        (Step::AcceptTerms, _) => to_page(visit, &pending, terms_updated::PATH).await,
        (Step::AskTransfer, _) => to_page(visit, &pending, transfer::PATH).await,
        (Step::SignIn | Step::Complete, _) => {
            to_page(visit, &pending, sign_in_path(pending.client.first_account_kind())).await
        }
    }
}

/// Sends the browser to a page of ours; the request is kept first, if it isn't yet. The first page is in the language that
/// the service asks for; from then on the person's choice holds (pages.md 0.2), which is the language of the page they
/// come from.
async fn to_page(visit: &Visit, pending: &Pending<'_>, path: &str) -> Result<Answer, Problem> {
    let (id, language) = match pending.id {
        Some(id) => (id.clone(), visit.language),
        None => (keep(visit, pending).await?, pending.request.ui_locale.unwrap_or(visit.language)),
    };
    Ok(visit.dress(Answer::see_other(page_url(language, path, &id))))
}

fn page_url(language: Language, path: &str, id: &AuthorizationRequestId) -> String {
    format!("/{}{path}?tx={id}", language.code())
}

/// How long a journey may take from its request to its end.
#[must_use]
pub fn journey_life(app: &App) -> Duration {
    app.in_force().lifetimes.activation_resend + KEPT_BEYOND_RESEND
}

async fn keep(visit: &Visit, pending: &Pending<'_>) -> Result<AuthorizationRequestId, Problem> {
    visit.app.admit_waiting(&pending.client.id, visit.network, visit.now)?;
    let id = AuthorizationRequestId::random(&mut rng());
    let new = NewAuthorizationRequest {
        id: id.clone(),
        browser: visit.browser_hash(),
        request: pending.request.clone(),
        pushed: pending.pushed,
        expires_at: visit.now.plus(journey_life(&visit.app)),
    };
    visit.app.store.insert_authorization_request(new).await?;
    Ok(id)
}

/// Issues the code. Of two tabs at the same request only one gets it; the other is told that the step is done.
async fn complete(visit: &Visit, pending: &Pending<'_>, session: &Session) -> Result<Answer, Problem> {
    let secret = random_token(&mut rng());
    let life = code::lifetime(pending.client, visit.in_force.lifetimes.authorization_code);
    let expires_at = visit.now.plus(life);
    let issue = IssueCode {
        hash: TokenHash::of(secret.expose()),
        code: AuthorizationCode::issue(pending.request, session, GrantId::random(&mut rng()), expires_at),
        request_id: pending.id.cloned(),
        pushed: pending.pushed,
        now: visit.now,
    };
    if visit.app.store.issue_code(issue).await? {
        leave::with_code(visit, pending.client, &pending.request.destination, &secret)
    } else {
        Err(Problem::StepDone)
    }
}

/// `access_denied`: the person turned back.
#[must_use]
pub fn denied() -> AuthorizationError {
    AuthorizationError { code: AuthorizationErrorCode::AccessDenied, description: "the person turned back" }
}

/// The session as it stands right after a proof, to go on with.
///
/// # Errors
/// The database is away.
pub async fn just_signed_in(visit: &Visit, secret: TokenHash) -> Result<Option<SessionWithAccount>, Problem> {
    Ok(visit.app.store.find_session(secret).await?)
}
