//! The way to a partner.

use super::{News, find_partner, request_of};
use crate::adapters::partners::KnownPartner;
use crate::adapters::rng::rng;
use crate::journeys::account::confirm;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use idp_domain::ids::{AccountId, PartnerJourneyId};
use idp_domain::secret::{TokenHash, random_token};
use idp_store::NewPartnerJourney;

/// Where it is, after the language.
pub const PATH: &str = "/partner";

/// `POST /{l}/partner`
///
/// # Errors
/// The request was answered before, too many of this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    let fresh = kept.as_ref().is_some_and(wants_a_new_proof);
    let named = Some(form.value("partner")).filter(|id| !id.is_empty());
    let Some(known) = find_partner(visit, named).await? else {
        return Ok(News::Unavailable.at_sign_in(visit));
    };
    match to_partner(visit, &known, Whom::Anybody, fresh).await? {
        Some(answer) => Ok(answer),
        None => Ok(News::Unavailable.at_sign_in(visit)),
    }
}

/// Whether the service wants its person asked anew: then the partner has to ask them too.
fn wants_a_new_proof(kept: &Kept) -> bool {
    kept.record.request.prompt.login || kept.record.request.max_age.is_some()
}

/// Who is to come back from a partner.
#[derive(Debug, Clone)]
pub enum Whom {
    /// Whoever it is: to sign in.
    Anybody,
    /// The person of this account, and nobody else: for C0.
    Confirm(AccountId),
    /// The same, so that the journey that waits on P6 is linked to it.
    Link(AccountId, PartnerJourneyId),
}

/// Keeps a journey and sends the browser on; `None` while the partner is away.
///
/// # Errors
/// Too many of this network, or the database is away.
pub async fn to_partner(
    visit: &Visit,
    known: &KnownPartner,
    whom: Whom,
    fresh: bool,
) -> Result<Option<Answer>, Problem> {
    let most = visit.in_force.limits.network_sign_ins_per_minute;
    if let Some(window) = network_window(visit, "partner", 60, most)
        && !visit.app.store.count_network_use(window).await?
    {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    }
    let state = random_token(&mut rng());
    let hash = TokenHash::of(state.expose());
    let request = request_of(&visit.app, &known.partner.id, state, fresh.then_some(visit.now));
    let client = &visit.app.partner_client;
    let url = match client.authorization_url(known, &request, visit.language, visit.now).await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(partner = known.partner.id.as_str(), %error, "nobody can be sent to a sign-in partner");
            return Ok(None);
        }
    };
    let (account, link) = match whom {
        Whom::Anybody => (None, None),
        Whom::Confirm(account) => (Some(account), None),
        Whom::Link(account, journey) => (Some(account), Some(journey)),
    };
    let new = NewPartnerJourney {
        id: PartnerJourneyId::random(&mut rng()),
        state: hash,
        browser: visit.browser_hash(),
        request_id: visit.kept_request().await?.map(|kept| kept.record.id),
        partner: known.partner.id.clone(),
        issuer: known.partner.issuer.clone(),
        account,
        link,
        fresh,
        next: visit.next.as_ref().map(ToString::to_string),
        language: visit.language,
        now: visit.now,
    };
    visit.app.store.insert_partner_journey(new).await?;
    Ok(Some(visit.dress(Answer::see_other(url))))
}

/// Where C0's button of a partner posts to.
pub const CONFIRM: &str = "/account/confirm/by-partner";

/// `POST /{l}/account/confirm/by-partner?next=…`: the partner asks the person of this session anew.
///
/// # Errors
/// Too many of this network, or the database is away.
pub async fn confirm(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let again = |visit: &Visit| visit.dress(Answer::see_other(visit.url(confirm::PATH)));
    let Some(session) = visit.session().await? else { return Ok(again(visit)) };
    let Some(known) = find_partner(visit, Some(form.value("partner"))).await? else {
        return Ok(again(visit));
    };
    let answer = to_partner(visit, &known, Whom::Confirm(session.account.id), true).await?;
    Ok(answer.unwrap_or_else(|| again(visit)))
}
