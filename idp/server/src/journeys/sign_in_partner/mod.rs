//! Signing in with a partner (`product.md` 2.3; pages.md P4 to P7).
//!
//! 1. [`start`] keeps a journey, bound to this browser and to the service's request, and sends the browser to the partner.
//! 2. [`callback`], at an address of each partner's own, takes the answer once and verifies it. Who is known here is signed in.
//! 3. Who is new gives an address ([`email`]), proves it by a code ([`verify`]) and has an account, or, where the address has
//!    one, signs in to that once ([`link`]). Then [`done`] leads on.
//!
//! The partner is asked for an identifier and nothing else, and hears of no service; a service hears of no partner.

pub mod callback;
pub mod done;
pub mod email;
pub mod link;
pub mod link_by_passkey;
pub mod start;
pub mod verify;

use crate::adapters::partner_client::PartnerRequest;
use crate::adapters::partners::KnownPartner;
use crate::app::App;
use crate::locales::sign_in_partner as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::activation::RegistrationState;
use idp_domain::ids::AccountId;
use idp_domain::secret::Secret;
use idp_domain::sign_in_partner::PartnerId;
use idp_domain::time::Timestamp;
use idp_store::PartnerJourney;
use ontario_design::components::{Alert, FormTokens};
use std::sync::Arc;

/// A button that leads to a partner, in a form of its own.
pub struct PartnerButton {
    /// The form's id.
    pub id: String,
    /// Where it posts to.
    pub action: String,
    /// Its hidden fields.
    pub tokens: FormTokens,
    /// Which partner.
    pub partner: PartnerId,
    /// Its words.
    pub label: String,
    destination: String,
}

/// A button for each partner.
///
/// # Errors
/// The database is away.
pub async fn buttons(visit: &Visit) -> Result<Vec<PartnerButton>, Problem> {
    let partners = visit.app.sign_in_partners().await?;
    let alone = partners.len() == 1;
    Ok(partners.iter().map(|known| button(visit, known, alone)).collect())
}

/// A button for each partner that an account is linked to, by which its person proves who they are.
///
/// # Errors
/// The database is away.
pub async fn buttons_of(
    visit: &Visit,
    account: &AccountId,
    path: &str,
) -> Result<Vec<PartnerButton>, Problem> {
    let linked = visit.app.store.list_partner_links(account.clone()).await?;
    let mut buttons = if linked.is_empty() { Vec::new() } else { buttons(visit).await? };
    buttons.retain(|button| linked.iter().any(|link| link.partner == button.partner));
    for button in &mut buttons {
        button.id = format!("by-partner-{}", button.partner);
        button.action = visit.url(path);
        t::by_partner(visit.language).clone_into(&mut button.label);
    }
    Ok(buttons)
}

fn button(visit: &Visit, known: &KnownPartner, alone: bool) -> PartnerButton {
    let (l, partner) = (visit.language, &known.partner);
    PartnerButton {
        id: if alone { "partner-form".into() } else { format!("partner-form-{}", partner.id) },
        action: visit.url(start::PATH),
        tokens: visit.form_tokens(),
        partner: partner.id.clone(),
        label: if alone { t::partner(l).into() } else { t::partner_named(l, partner.name.get(l)) },
        destination: visit.app.partner_client.authorization_endpoint(&partner.issuer),
    }
}

/// Where forms of a page with these buttons can end.
#[must_use]
pub fn destinations(buttons: &[PartnerButton]) -> Vec<String> {
    buttons.iter().map(|button| button.destination.clone()).collect()
}

/// What became of a partner, as the sign-in page's address says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Cancelled, or failed.
    Failed,
    /// The partner's terms were declined.
    Declined,
    /// The partner is away.
    Unavailable,
}

impl News {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Failed, "failed"), (Self::Declined, "declined"), (Self::Unavailable, "unavailable")];

    /// The sign-in page that says it.
    #[must_use]
    pub fn at_sign_in(self, visit: &Visit) -> Answer {
        let name = Self::ALL.iter().find(|(news, _)| *news == self).map_or("failed", |(_, name)| name);
        let url = visit.url("/sign-in");
        let separator = if url.contains('?') { '&' } else { '?' };
        visit.dress(Answer::see_other(format!("{url}{separator}partner={name}")))
    }
}

/// The sign-in page's message about a partner.
#[must_use]
pub fn news(visit: &Visit) -> Option<Alert> {
    let l = visit.language;
    let named = visit.query.get("partner").ok().flatten()?;
    let (news, _) = News::ALL.into_iter().find(|(_, name)| *name == named)?;
    Some(match news {
        News::Failed => Alert::warning(l, t::failed(l)).focused(),
        News::Declined => Alert::informational(l, t::declined(l)).focused(),
        News::Unavailable => Alert::warning(l, t::unavailable(l)).focused(),
    })
}

/// A partner by its name in addresses; the first one where none is named.
async fn find_partner(visit: &Visit, id: Option<&str>) -> Result<Option<Arc<KnownPartner>>, Problem> {
    let partners = visit.app.sign_in_partners().await?;
    let wanted = |known: &&Arc<KnownPartner>| id.is_none_or(|id| known.partner.id.as_str() == id);
    Ok(partners.iter().find(wanted).cloned())
}

/// What a journey asks of its partner. Nonce and PKCE verifier are made by a key from the `state`, which rests as its hash:
/// neither the database nor the browser can make them.
fn request_of(
    app: &App,
    partner: &PartnerId,
    state: Secret,
    asked_anew_after: Option<Timestamp>,
) -> PartnerRequest {
    let make = |purpose: &str| {
        let parts = [partner.as_str().as_bytes(), state.expose().as_bytes()];
        Secret::new(app.data_keys.hash.hash(purpose, &parts).to_base64url())
    };
    PartnerRequest {
        nonce: make("partner-nonce"),
        code_verifier: make("partner-code-verifier"),
        callback: format!("{}{}/{partner}", app.issuer(), callback::PATH),
        state,
        asked_anew_after,
    }
}

/// This browser's journey; else where the person goes: on, if it is finished, or to the page that says that it took too
/// long. A request in it counts as activity.
async fn journey(visit: &Visit) -> Result<Result<PartnerJourney, Answer>, Problem> {
    let found = if visit.browser_is_new {
        None
    } else {
        visit.app.store.find_partner_journey(visit.browser_hash(), visit.tx.clone()).await?
    };
    let Some(found) = found else {
        return Ok(Err(visit.dress(Answer::see_other(visit.url("/sign-in")))));
    };
    if found.facts.state != RegistrationState::Open {
        return Err(Problem::StepDone);
    }
    let limits = &visit.in_force.lifetimes.session;
    let over = visit.now > found.last_seen_at.plus(limits.idle)
        || visit.now > found.facts.created_at.plus(limits.max);
    if over {
        return Ok(Err(visit.dress(Answer::see_other(visit.url("/session-expired")))));
    }
    if visit.now.since(found.last_seen_at) >= limits.idle / 180 {
        visit.app.store.touch_partner_journey(found.id.clone(), visit.now).await?;
    }
    Ok(Ok(found))
}
