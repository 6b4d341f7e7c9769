//! The account in its person's hands (`product.md` 2.4; pages.md section 4). [`Page`] lists the pages; every one begins
//! with [`signed_in`], or with [`recently_proven`] where it changes what a stranger at an open screen must not.

pub mod activity;
mod activity_words;
pub mod close;
pub mod confirm;
pub mod data;
pub mod email;
pub mod email_undo;
pub mod home;
pub mod not_me;
mod pages;
pub mod partners;
pub mod password;
pub mod profile;
pub mod security;
pub mod services;
pub mod sessions;
pub mod transfer;

pub use pages::{Page, Return, Section, Target};

use super::extra_verification::second_step;
use super::{one_key, resume, session, terms_updated};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};
use idp_domain::Language;
use idp_domain::account::AccountKind;
use idp_domain::session::AuthenticationLevel;
use idp_domain::time::Timestamp;
use idp_store::SessionWithAccount;
use ontario_design::{Frame, Navigation, NavigationItem};
use ontario_language::{format_date_time, iso_date_time};

/// Whose session it is; else where they go.
pub type SignedInOr = Result<Box<SessionWithAccount>, Answer>;

/// The session of a My Ontario Account; else the way to one, which comes back to `page`. A `form` that came without one
/// is held for its person, without its secrets, until they are back.
///
/// # Errors
/// The database is away.
pub async fn signed_in(
    visit: &Visit,
    page: impl Into<Target>,
    form: Option<&Form>,
) -> Result<SignedInOr, Problem> {
    let to = |path: &str, next: &Return| Ok(Err(visit.dress(Answer::see_other(next.url(visit, path)))));
    let mut next = Return::to(page);
    // At the console such a person is told so.
    let has_own_pages = |kind| kind == AccountKind::OneKey && matches!(next.page, Target::Account(_));
    let path = match visit.signed_in().await? {
        SignedIn::Yes(session) if has_own_pages(session.account.id.kind()) => {
            return Ok(Err(visit.dress(Answer::see_other(visit.plain_url(one_key::services::PATH)))));
        }
        SignedIn::Yes(session) if resume::terms_accepted(&session) => return Ok(Ok(session)),
        SignedIn::Yes(_) => return to(terms_updated::PATH, &next),
        SignedIn::Expired => "/session-expired",
        SignedIn::No => "/sign-in",
    };
    if let (Some(form), Some(account)) = (form, visit.account_of_session().await?) {
        held_form::hold_for(visit, form, &account).await?;
        next.filled = true;
    }
    to(path, &next)
}

/// The same, of a person who proved who they are within the last minutes (`lifetimes.reauthentication`); else by way of
/// C0, which comes back to `page`. Enough to look; [`recently_proven`] is for what changes something.
///
/// # Errors
/// The database is away.
pub async fn recently_proven_to_look(
    visit: &Visit,
    page: impl Into<Target>,
    form: Option<&Form>,
) -> Result<SignedInOr, Problem> {
    let page = page.into();
    let session = match signed_in(visit, page.clone(), form).await? {
        Ok(session) => session,
        Err(answer) => return Ok(Err(answer)),
    };
    if is_recently_proven(visit, &session) {
        return Ok(Ok(session));
    }
    to_proof(visit, &session, page, form).await.map(Err)
}

/// The same, of a person who has also made the second step where the account has one (ASVS 7.5.1): a session from before
/// it was set up changes nothing that it guards.
///
/// # Errors
/// The database is away.
pub async fn recently_proven(
    visit: &Visit,
    page: impl Into<Target>,
    form: Option<&Form>,
) -> Result<SignedInOr, Problem> {
    let page = page.into();
    let session = match recently_proven_to_look(visit, page.clone(), form).await? {
        Ok(session) => session,
        Err(answer) => return Ok(Err(answer)),
    };
    if session.session.level() >= AuthenticationLevel::Two
        || visit.app.store.find_second_factors(session.account.id.clone()).await?.is_empty()
    {
        return Ok(Ok(session));
    }
    by_way_of(second_step::PATH, visit, &session, page, form).await.map(Err)
}

/// By way of C0 back to `page`.
///
/// # Errors
/// The database is away.
pub async fn to_proof(
    visit: &Visit,
    session: &SessionWithAccount,
    page: Target,
    form: Option<&Form>,
) -> Result<Answer, Problem> {
    by_way_of(confirm::PATH, visit, session, page, form).await
}

/// By way of a page that asks for a proof back to `page`, where what was typed is there again.
async fn by_way_of(
    path: &str,
    visit: &Visit,
    session: &SessionWithAccount,
    page: Target,
    form: Option<&Form>,
) -> Result<Answer, Problem> {
    if let Some(form) = form {
        held_form::hold_for(visit, form, &session.account.id).await?;
    }
    let next = Return { page, filled: form.is_some() };
    Ok(visit.dress(Answer::see_other(next.url(visit, path))))
}

/// Whether the person of a session proved within the last minutes who they are.
#[must_use]
pub fn is_recently_proven(visit: &Visit, session: &SessionWithAccount) -> bool {
    session.session.is_proven_within(visit.in_force.lifetimes.reauthentication, visit.now)
}

/// A time as pages show it: for machines and for people.
#[derive(Debug, Clone)]
pub struct ShownTime {
    /// `datetime`
    pub iso: String,
    /// In words, Toronto's time.
    pub words: String,
}

impl ShownTime {
    /// `at` in words of `l`.
    #[must_use]
    pub fn new(l: Language, at: Timestamp) -> Self {
        Self { iso: iso_date_time(at.micros()), words: format_date_time(l, at.micros()) }
    }
}

/// What the address says was just done, told above the page that it was done from.
fn done(visit: &Visit) -> Option<&str> {
    visit.query.get("done").ok().flatten()
}

/// Back to `page`, which says that `what` was done.
#[must_use]
pub fn done_at(visit: &Visit, page: Page, what: &str) -> Answer {
    visit.dress(Answer::see_other(format!("{}?done={what}", visit.plain_url(page.path()))))
}

/// Where somebody goes who has just signed in at no service's request: the page that they came for, or their home.
#[must_use]
pub fn after_sign_in(visit: &Visit, language: Language) -> String {
    visit.next.clone().unwrap_or_else(|| Return::to(Page::Home)).target(language)
}

/// The frame of a page of the account.
#[must_use]
pub fn frame(visit: &Visit, page: Page, title: impl Into<String>, session: &SessionWithAccount) -> Frame {
    frame_at(visit, &page.into(), title, session).navigation(navigation(visit, page))
}

/// The frame of a signed-in page whose session's end leads back to `page`, without navigation.
#[must_use]
pub fn frame_at(
    visit: &Visit,
    page: &Target,
    title: impl Into<String>,
    session: &SessionWithAccount,
) -> Frame {
    let mut frame = visit.signed_in_frame(title, session);
    if let Some(timeout) = &mut frame.session {
        let next = Return::to(page.clone());
        timeout.expired_href = next.url(visit, "/session-expired");
        if let Some(again) = &mut timeout.sign_in_again {
            again.href = session::again_url(&next.url(visit, "/sign-in"));
        }
    }
    frame
}

fn navigation(visit: &Visit, page: Page) -> Navigation {
    let l = visit.language;
    let item = |section: Section| NavigationItem {
        label: section.label(l).to_owned(),
        href: visit.plain_url(section.path()),
        current: (section == page.section()).then_some(if section.path() == page.path() {
            "page"
        } else {
            "true"
        }),
    };
    Navigation {
        label: t::account::navigation(l).to_owned(),
        summary: t::account::menu(l).to_owned(),
        items: Section::ALL.into_iter().map(item).collect(),
    }
}
