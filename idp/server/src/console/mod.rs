//! The administration console (`product.md` section 6; pages.md section 9): the third face of `admin/`, for people.
//!
//! 1. [`enter`] opens every page: a session of a My Ontario Account at level 2 or more, whose person has a role that
//!    reaches the page. Roles are read at each request.
//! 2. A page reads its list or its thing by one function of `admin/`, with the authority of that person, and shows it as a
//!    [`sheet::Sheet`] of parts. It has no SQL and no rule of its own.
//! 3. A change is a form with a reason, then a page that shows what will be done, then one function of `admin/`
//!    ([`change`]; [ADR 36](../../../../docs/adr/0036-the-console.md)).

pub mod accounts;
mod actor;
pub mod administrators;
pub mod audit;
pub mod change;
pub mod dashboard;
pub mod form_page;
pub mod keys;
pub mod list;
pub mod mails;
pub mod moment;
pub mod notices;
pub mod partners;
pub mod picture;
mod place;
pub mod plain_change;
pub mod services;
pub mod settings;
pub mod sheet;
pub mod transfers;

pub use place::{PATH, Place, Section};

use crate::admin::administrators::authority_of;
use crate::admin::{AdminError, Desk};
use crate::journeys::account::{self, Return, Target};
use crate::journeys::extra_verification::{second_step, set_up};
use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area, Authority};
use idp_domain::authorization::acr::AcrRequest;
use idp_domain::session::AuthenticationLevel;
use idp_store::SessionWithAccount;
use ontario_design::components::{Alert, ErrorSummary};
use ontario_design::{Frame, Navigation, NavigationItem};
use std::sync::Arc;

/// An administrator's session has this level or more, always.
const LEVEL: AuthenticationLevel = AuthenticationLevel::Two;

/// What the console asks of a person's proof.
#[must_use]
pub fn asks() -> AcrRequest {
    AcrRequest { minimum: LEVEL, preferred: Vec::new() }
}

/// Whether somebody is on their way to the console.
#[must_use]
pub fn is_ahead(visit: &Visit) -> bool {
    visit.next.as_ref().is_some_and(|next| matches!(next.page, Target::Console(_)))
}

/// An administrator at a page.
pub struct Clerk<'v> {
    /// The request.
    pub visit: &'v Visit,
    /// Their session.
    pub session: Box<SessionWithAccount>,
    /// The page.
    pub place: Place,
    authority: Authority,
}

/// An administrator, or where somebody goes who isn't one yet.
pub type ClerkOr<'v> = Result<Clerk<'v>, Answer>;

/// Opens a page of the console, which is about `act`. A `form` that came too late is held for its person.
///
/// # Errors
/// The account has no role, or none that reaches so far; or the database is away.
pub async fn enter<'v>(visit: &'v Visit, act: Act, form: Option<&Form>) -> Result<ClerkOr<'v>, Problem> {
    let place = Place::at(&visit.path).ok_or(Problem::NotFound)?;
    let session = match account::signed_in(visit, place.clone(), form).await? {
        Ok(session) => session,
        Err(answer) => return Ok(Err(answer)),
    };
    let authority = authority_of(&visit.app.store, &session.account.id).await?;
    let authority = authority.ok_or(Problem::NoRole)?;
    if session.session.level() < LEVEL {
        return to_level(visit, &session, place, form).await.map(Err);
    }
    // Who wants what is another role's is on record.
    Desk::new(&visit.app.store, &authority, visit.now).admit(act).await?;
    if is_sensitive(act) && !account::is_recently_proven(visit, &session) {
        return account::to_proof(visit, &session, place.into(), form).await.map(Err);
    }
    Ok(Ok(Clerk { visit, session, place, authority }))
}

/// Whether somebody is signed in without any role: to them no address of the console is anything, whatever they send.
///
/// # Errors
/// The database is away.
pub async fn is_stranger(visit: &Visit) -> Result<bool, Problem> {
    if Place::at(&visit.path).is_none() {
        return Ok(false);
    }
    let Some(session) = visit.session().await? else { return Ok(false) };
    let is_stranger = authority_of(&visit.app.store, &session.account.id).await?.is_none();
    visit.hand_on(session);
    Ok(is_stranger)
}

/// By way of the second step, or of setting one up, back to the page.
async fn to_level(
    visit: &Visit,
    session: &SessionWithAccount,
    place: Place,
    form: Option<&Form>,
) -> Result<Answer, Problem> {
    if let Some(form) = form {
        held_form::hold_for(visit, form, &session.account.id).await?;
    }
    let standing = resume::standing(visit, session, None).await?;
    let path = if standing.reachable >= LEVEL { second_step::PATH } else { set_up::PATH };
    let next = Return { page: place.into(), filled: form.is_some() };
    Ok(visit.dress(Answer::see_other(next.url(visit, path))))
}

/// Whether a stranger at an open screen must not do it: C0 asks again after 5 minutes.
fn is_sensitive(act: Act) -> bool {
    use Area::{Accounts, Administrators, Keys, Partners, Services};
    matches!(act, Act::Write(Keys | Services | Partners | Accounts | Administrators))
}

/// The console's frame without its navigation: for the pages on the way to it.
#[must_use]
pub fn bare_frame(
    visit: &Visit,
    place: &Place,
    title: impl Into<String>,
    session: &SessionWithAccount,
) -> Frame {
    let mut frame = account::frame_at(visit, &place.clone().into(), title, session);
    frame.site = Arc::clone(&visit.in_force.console_site);
    frame
}

impl Clerk<'_> {
    /// The page's language.
    #[must_use]
    pub fn l(&self) -> Language {
        self.visit.language
    }

    /// Where they administer.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk::new(&self.visit.app.store, &self.authority, self.visit.now)
    }

    /// Whether they may, so that the page shows the way.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.authority.may(act)
    }

    /// An address of the console: `/{l}/admin/keys` and what follows.
    #[must_use]
    pub fn url(&self, section: Section, rest: &str) -> String {
        self.visit.plain_url(&(section.path() + rest))
    }

    /// The link to a page of this part where something new begins; nothing for those who may not.
    #[must_use]
    pub fn way_to(&self, act: Act, label: &str, rest: &str) -> Vec<sheet::Link> {
        let link = || sheet::Link::new(label, self.url(self.place.section(), rest)).button();
        self.may(act).then(link).into_iter().collect()
    }

    /// This page's address.
    #[must_use]
    pub fn here(&self) -> String {
        self.visit.plain_url(self.place.path())
    }

    /// The part's first page.
    #[must_use]
    pub fn home(&self) -> String {
        self.url(self.place.section(), "")
    }

    /// The page's frame.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let title = title.into();
        let query = list::Query::of(self.visit).without(&["done", "held"]).to_string();
        let other = format!("/{}{}{query}", self.l().other().code(), self.place.path());
        // Pages that do the same to different things differ by title (WCAG 2.4.2); their headings are the same.
        let whole = match self.place.thing() {
            Some(thing) => format!("{thing} – {title}"),
            None => title.clone(),
        };
        bare_frame(self.visit, &self.place, whole, &self.session)
            .heading(title)
            .navigation(self.navigation())
            .language_link(other)
            .wide()
    }

    fn navigation(&self) -> Navigation {
        let l = self.l();
        let item = |section: Section| NavigationItem {
            label: section.title(l).to_owned(),
            href: self.url(section, ""),
            current: (section == self.place.section())
                .then(|| if section.path() == self.place.path() { "page" } else { "true" }),
        };
        let seen = Section::ALL.into_iter().filter(|section| self.may(Act::Read(section.area())));
        Navigation {
            label: t::console::service_name(l).to_owned(),
            summary: t::console::menu(l).to_owned(),
            items: seen.map(item).collect(),
        }
    }

    /// What the address says was just done: told above the page, with the focus.
    #[must_use]
    pub fn done(&self, words: impl FnOnce(&str) -> Option<String>) -> Option<Alert> {
        let done = self.visit.query.get("done").ok().flatten().and_then(words)?;
        Some(Alert::success(self.l(), done).focused())
    }

    /// To a page of the console that says what was done.
    #[must_use]
    pub fn done_at(&self, url: &str, done: &str) -> Answer {
        let separator = if url.contains('?') { '&' } else { '?' };
        self.visit.dress(Answer::see_other(format!("{url}{separator}done={done}")))
    }

    /// What was typed on this page before its person had to go elsewhere.
    ///
    /// # Errors
    /// The database is away.
    pub async fn held(&self) -> Result<Option<Form>, Problem> {
        held_form::take_for(self.visit, &self.session.account.id).await
    }

    /// A summary without errors.
    #[must_use]
    pub fn no_errors(&self) -> ErrorSummary {
        ErrorSummary::new(self.l())
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Forbidden(_) => Self::OtherRole,
            AdminError::NotFound(_) => Self::NotFound,
            AdminError::Store(error) => error.into(),
            AdminError::Conflict(_) => Self::StepDone,
            AdminError::Invalid(_) => Self::BadForm,
            AdminError::Failed(text) => Self::Internal(text),
        }
    }
}
