//! What can go wrong with a page, and the page that says so (pages.md X4 to X8). Each names a reference, under which the
//! log has the details that are not for the person.

use super::answer::Answer;
use super::limits::TooMany;
use super::message_page::MessagePage;
use super::visit::Visit;
use crate::adapters::password_hasher::HasherBusy;
use crate::adapters::rng::rng;
use crate::console;
use crate::journeys::account::email_undo;
use crate::journeys::{one_key, recovery};
use crate::locales as t;
use idp_domain::secret::random_base64url;
use idp_domain::time::{Timestamp, seconds_rounded_up};
use idp_store::StoreError;
use ontario_language::format_date_time;
use std::sync::Arc;

/// Why a page can't be shown.
#[derive(Debug)]
pub enum Problem {
    /// A form that can't be read.
    BadForm,
    /// X8: the browser keeps no cookies.
    CookiesOff,
    /// A form of a foreign page, or none of ours.
    Forbidden,
    /// The console, with an account that has no administrator role.
    NoRole,
    /// A page of the console that is another role's.
    OtherRole,
    /// No such page.
    NotFound,
    /// The page knows no such method.
    MethodNotAllowed,
    /// X4: the step was done.
    StepDone,
    /// A form that was opened in the session of somebody else than the one who is signed in now.
    OtherAccount,
    /// X5: the link was used.
    LinkUsed,
    /// X5: the link has expired, or never was.
    LinkExpired,
    /// X6: a relying service's request that no redirect can answer.
    BadRequest(String),
    /// Too many requests.
    TooMany {
        /// When to come back.
        seconds: u64,
    },
    /// Closed for maintenance.
    Maintenance {
        /// When it ends.
        until: Timestamp,
    },
    /// The database or the password threads have too much to do.
    Busy(String),
    /// Our own mistake.
    Internal(String),
}

impl Problem {
    /// Our own mistake, from the error that should not be.
    pub fn internal(error: &impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// The page that says so.
    #[must_use]
    pub fn answer(self, visit: &Visit) -> Answer {
        let reference = random_base64url::<6>(&mut rng());
        self.log(&reference);
        let rendered = self.page(visit, &reference);
        // A page that can't even be rendered still has a status.
        rendered.unwrap_or_else(|_| visit.dress(Answer::page(500, String::new())))
    }

    fn log(&self, reference: &str) {
        match self {
            Self::Internal(error) => tracing::error!(reference, error, "a page failed"),
            Self::Busy(error) => tracing::warn!(reference, error, "a page had to be put off"),
            Self::BadRequest(error) => {
                tracing::warn!(reference, error, "a relying service's request was refused");
            }
            other => tracing::info!(reference, problem = ?other, "a page was refused"),
        }
    }

    fn page(self, visit: &Visit, reference: &str) -> Result<Answer, Self> {
        let l = visit.language;
        let (status, title, text): (u16, &str, String) = match &self {
            Self::BadForm => (400, t::bad_form_title(l), t::bad_form_text(l).into()),
            Self::CookiesOff => (400, t::cookies_off_title(l), t::cookies_off_text(l).into()),
            Self::Forbidden => (403, t::forbidden_title(l), t::forbidden_text(l).into()),
            Self::NoRole => (403, t::forbidden_title(l), t::console::no_role(l).into()),
            Self::OtherRole => (403, t::forbidden_title(l), t::console::other_role(l).into()),
            Self::NotFound => (404, t::not_found_title(l), t::not_found_text(l).into()),
            Self::MethodNotAllowed => (405, t::method_title(l), t::method_text(l).into()),
            Self::StepDone => (409, t::step_done(l), t::step_done_text(l).into()),
            Self::OtherAccount => (409, t::other_account_title(l), t::other_account_text(l).into()),
            Self::LinkUsed => (410, t::link_used(l), link_text(visit).into()),
            Self::LinkExpired => (410, t::link_expired(l), link_text(visit).into()),
            Self::BadRequest(_) => (400, t::bad_request_title(l), t::bad_request_text(l).into()),
            Self::TooMany { seconds } => {
                (429, t::too_many_title(l), t::too_many_text(l, t::in_seconds(l, *seconds)))
            }
            Self::Maintenance { until } => {
                (503, t::maintenance_title(l), t::maintenance_text(l, format_date_time(l, until.micros())))
            }
            Self::Busy(_) => (503, t::busy_title(l), t::busy_text(l).into()),
            Self::Internal(_) => (500, t::internal_title(l), t::internal_text(l).into()),
        };
        let paragraphs = vec![text, t::reference(l, reference, format_date_time(l, visit.now.micros()))];
        let mut frame = visit.plain_frame(title);
        if console::Place::at(&visit.path).is_some() {
            frame.site = Arc::clone(&visit.in_force.console_site);
        } else if one_key::is_at(&visit.path) {
            frame.site = Arc::clone(&visit.in_force.one_key_site);
        }
        let page = MessagePage::new(frame, "error-page", paragraphs);
        let answer = self.with_ways_on(visit, page).answer(visit, status)?;
        Ok(match self {
            Self::TooMany { seconds } => answer.retry_after(seconds),
            Self::Maintenance { until } => answer.retry_after(seconds_rounded_up(until.since(visit.now))),
            Self::Busy(_) => answer.retry_after(5),
            _ => answer,
        })
    }

    fn with_ways_on(&self, visit: &Visit, page: MessagePage) -> MessagePage {
        let l = visit.language;
        let sign_in = if one_key::is_at(&visit.path) { one_key::sign_in::PATH } else { "/sign-in" };
        match self {
            Self::StepDone | Self::OtherAccount => page.button(t::continue_(l), visit.url("/resume")),
            // A change of address is taken back by this one link: there is no other to send.
            Self::LinkUsed | Self::LinkExpired if visit.path == email_undo::PATH => page
                .button(t::contact_us(l), visit.plain_url("/contact"))
                .link(t::sign_in(l), visit.plain_url("/sign-in")),
            Self::LinkUsed => page
                .button(t::send_a_new_one(l), visit.url(new_link_path(visit)))
                .link(t::sign_in(l), visit.url("/sign-in")),
            Self::LinkExpired => page.button(t::send_a_new_one(l), visit.url(new_link_path(visit))),
            Self::BadRequest(_) => page.link(t::contact_us(l), visit.url("/contact")),
            Self::NoRole => page.link(t::your_account(l), visit.plain_url("/account")),
            Self::OtherRole => {
                page.link(console::Section::Dashboard.title(l), visit.plain_url(console::PATH))
            }
            Self::NotFound | Self::Forbidden | Self::MethodNotAllowed | Self::BadForm | Self::CookiesOff => {
                page.link(t::back_to_sign_in(l), visit.url(sign_in))
            }
            Self::TooMany { .. } | Self::Maintenance { .. } | Self::Busy(_) | Self::Internal(_) => page,
        }
    }
}

/// What a dead link leaves a person with: an account that isn't active, or a password or an address that is as it was.
fn link_text(visit: &Visit) -> &'static str {
    match visit.path.as_str() {
        recovery::LINK => t::recovery::link_nothing_changed(visit.language),
        email_undo::PATH => t::account::undo_link_over(visit.language),
        _ => t::link_text(visit.language),
    }
}

/// Where a new link comes from.
fn new_link_path(visit: &Visit) -> &'static str {
    if visit.path == recovery::LINK { recovery::PATH } else { "/create-account/verify" }
}

impl From<TooMany> for Problem {
    fn from(TooMany { seconds }: TooMany) -> Self {
        Self::TooMany { seconds }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(_) => Self::Internal(error.to_string()),
            _ => Self::Busy(error.to_string()),
        }
    }
}

impl From<HasherBusy> for Problem {
    fn from(error: HasherBusy) -> Self {
        Self::Busy(error.to_string())
    }
}
