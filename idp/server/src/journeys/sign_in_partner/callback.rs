//! The way back: a partner's answer, brought by the browser that was sent there. One address for each partner, so that the
//! answer of one is never taken for another's (RFC 9700 section 4.4).

use super::{News, find_partner, request_of};
use crate::adapters::partner_client::PartnerError;
use crate::adapters::partners::KnownPartner;
use crate::journeys::account::{Return, confirm};
use crate::journeys::extra_verification::{self, second_step};
use crate::journeys::{new_session, resume, sign_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::account::{Account, AccountStatus};
use idp_domain::audit::SignInRefusal;
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::ids::PartnerJourneyId;
use idp_domain::secret::{KeyedHash, Secret, TokenHash};
use idp_domain::session::AuthenticationMethod;
use idp_domain::sign_in_partner::PartnerAnswer;
use idp_store::{PartnerJourney, PartnerSignIn, SignInEnd, TakePartnerAnswer};
use std::time::Duration;

/// Where it is, before the partner's name.
pub const PATH: &str = "/partner/callback";

/// How long a person may be at a partner.
const AWAY: Duration = Duration::from_mins(30);

/// `GET /partner/callback/{partner}`
pub async fn get(request: HttpRequest, mut visit: Visit, partner: web::Path<String>) -> HttpResponse {
    let answer = match visit.admit() {
        Ok(()) => receive(&mut visit, &partner).await,
        Err(problem) => Err(problem),
    };
    answer.unwrap_or_else(|problem| problem.answer(&visit)).no_referrer().respond_to(&request)
}

async fn receive(visit: &mut Visit, partner: &str) -> Result<Answer, Problem> {
    let Some(known) = find_partner(visit, Some(partner)).await? else { return Err(Problem::NotFound) };
    let state = visit.query.get("state").ok().flatten().filter(|_| !visit.browser_is_new);
    let Some(state) = state.map(|state| Secret::new(state.to_owned())) else { return unknown(visit) };
    let take = TakePartnerAnswer {
        state: TokenHash::of(state.expose()),
        browser: visit.browser_hash(),
        partner: known.partner.id.clone(),
        begun_after: visit.now.minus(AWAY),
        now: visit.now,
    };
    let Some(journey) = visit.app.store.take_partner_answer(take).await? else { return unknown(visit) };
    visit.language = journey.language;
    visit.tx.clone_from(&journey.request_id);
    visit.next = journey.next.as_deref().and_then(Return::parse);
    match subject(visit, &known, &journey, state).await? {
        Ok(subject) => go_on(visit, &known, journey, subject).await,
        Err(news) => Ok(back(visit, &journey, news)),
    }
}

/// SC-100: an answer that nobody here waits for. It says nothing of what the partner wrote.
fn unknown(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::bad_request_title(l));
    MessagePage::new(frame, "partner-failed-page", vec![t::sign_in_partner::failed(l).into()])
        .link(t::back_to_sign_in(l), visit.url_in(l, "/sign-in"))
        .answer(visit, 400)
}

/// Whom the partner vouches for; else what the person is told.
async fn subject(
    visit: &Visit,
    known: &KnownPartner,
    journey: &PartnerJourney,
    state: Secret,
) -> Result<Result<KeyedHash, News>, Problem> {
    match redeem(visit, known, journey, state).await {
        Ok(subject) => Ok(Ok(subject)),
        Err(Turned::Back(news)) => Ok(Err(news)),
        Err(Turned::By(error)) => {
            let partner = &known.partner.id;
            tracing::warn!(partner = partner.as_str(), %error, "a sign-in partner's answer was refused");
            match error {
                PartnerError::Unavailable(_) => Ok(Err(News::Unavailable)),
                PartnerError::Refused(reason) => {
                    let store = &visit.app.store;
                    store
                        .record_refused_partner_answer(partner.clone(), reason.to_owned(), visit.now)
                        .await?;
                    Ok(Err(News::Failed))
                }
            }
        }
    }
}

enum Turned {
    Back(News),
    By(PartnerError),
}

impl From<PartnerError> for Turned {
    fn from(error: PartnerError) -> Self {
        Self::By(error)
    }
}

async fn redeem(
    visit: &Visit,
    known: &KnownPartner,
    journey: &PartnerJourney,
    state: Secret,
) -> Result<KeyedHash, Turned> {
    let issuer = known.partner.issuer.as_str();
    if journey.issuer != issuer {
        return Err(PartnerError::Refused("the partner's entry was changed meanwhile").into());
    }
    let client = &visit.app.partner_client;
    let iss_promised = client.promises_iss(issuer, visit.now).await?;
    let code = match PartnerAnswer::parse(&visit.query, issuer, iss_promised) {
        PartnerAnswer::Code(code) => code,
        PartnerAnswer::Declined => return Err(Turned::Back(News::Declined)),
        PartnerAnswer::Cancelled => return Err(Turned::Back(News::Failed)),
        PartnerAnswer::Failed(reason) => return Err(PartnerError::Refused(reason).into()),
    };
    let anew_after = journey.fresh.then_some(journey.facts.created_at);
    let request = request_of(&visit.app, &known.partner.id, state, anew_after);
    let subject = client.redeem(known, &request, &code, visit.now).await?;
    Ok(subject.hash(&visit.app.data_keys.hash, issuer))
}

/// Nobody was vouched for: back to the page where the person chose the partner.
fn back(visit: &Visit, journey: &PartnerJourney, news: News) -> Answer {
    match (&journey.link, &journey.account) {
        (Some(_), _) => visit.dress(Answer::see_other(visit.url(super::link::PATH))),
        (None, Some(_)) => visit.dress(Answer::see_other(visit.url(confirm::PATH))),
        (None, None) => news.at_sign_in(visit),
    }
}

async fn go_on(
    visit: &Visit,
    known: &KnownPartner,
    journey: PartnerJourney,
    subject: KeyedHash,
) -> Result<Answer, Problem> {
    let account = visit.app.store.find_partner_account(subject).await?;
    match (account, &journey.account) {
        (Some(account), None) => sign_in_to(visit, journey, subject, &account).await,
        (None, None) => {
            let kept = visit.app.store.keep_partner_subject(journey.id.clone(), subject, visit.now).await?;
            let path = if kept { super::email::PATH } else { "/sign-in" };
            Ok(visit.dress(Answer::see_other(visit.url(path))))
        }
        (Some(account), Some(wanted)) if account.id == *wanted => {
            proven(visit, &account, journey.link.as_ref()).await
        }
        (_, Some(_)) => {
            let (partner, reason) = (known.partner.id.clone(), "it vouched for somebody else".to_owned());
            visit.app.store.record_refused_partner_answer(partner, reason, visit.now).await?;
            Ok(back(visit, &journey, News::Failed))
        }
    }
}

/// An account's own person has proved anew who they are: for C0, or for the link that waits (P6).
async fn proven(
    visit: &Visit,
    account: &Account,
    waits: Option<&PartnerJourneyId>,
) -> Result<Answer, Problem> {
    match (waits, visit.session().await?) {
        (Some(waits), _) => super::link::by_partner(visit, account, waits).await,
        (None, Some(session)) if session.account.id == account.id => confirm::proven(visit, &session).await,
        // Their session ended meanwhile, or somebody else signed in.
        (None, _) => Ok(visit.dress(Answer::see_other(visit.url(confirm::PATH)))),
    }
}

/// A later visit: straight to the account.
async fn sign_in_to(
    visit: &Visit,
    journey: PartnerJourney,
    subject: KeyedHash,
    account: &Account,
) -> Result<Answer, Problem> {
    if account.status != AccountStatus::Active {
        sign_in::refuse(visit, Some(account), SignInRefusal::Locked).await?;
        return sign_in::locked(visit, &account.id).await;
    }
    let session = new_session::start(visit, AuthenticationMethod::Partner).await?;
    let secret = session.new.secret;
    let entry = PartnerSignIn {
        journey: journey.id,
        subject,
        account: account.id.clone(),
        session: session.new,
        second_step: extra_verification::new_step(visit, SecondStepPurpose::SignIn),
        new_device_mail: sign_in::new_device_mail(visit, account)?,
        now: visit.now,
    };
    match visit.app.store.sign_in_by_partner(entry).await? {
        SignInEnd::Gone | SignInEnd::Superseded => return Ok(News::Failed.at_sign_in(visit)),
        SignInEnd::SecondStep => return Ok(visit.dress(Answer::see_other(visit.url(second_step::PATH)))),
        SignInEnd::SignedIn => {}
    }
    let live = resume::just_signed_in(visit, secret).await?;
    Ok(resume::go_on(visit, live.as_ref()).await?.cookie(session.cookie))
}
