//! What a page of this visit has around it, and the cookies that its answer brings.

use super::Visit;
use crate::adapters::rng::rng;
use crate::journeys::session;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::{self, Name};
use crate::web::form_tokens;
use crate::web::problem::Problem;
use idp_domain::account::AccountKind;
use idp_domain::notice::NoticePlace;
use idp_domain::secret::random_base64url;
use idp_store::SessionWithAccount;
use ontario_design::components::FormTokens;
use ontario_design::{Frame, SessionTimeout, SignInAgain};

impl Visit {
    /// The hidden fields of a form on this page.
    #[must_use]
    pub fn form_tokens(&self) -> FormTokens {
        FormTokens::new(self.csrf_token())
            .transaction(self.tx.as_ref().map(ToString::to_string))
            .once(random_base64url::<16>(&mut rng()))
    }

    fn csrf_token(&self) -> String {
        form_tokens::issue(&self.app, &self.browser, self.seen.get(), self.now)
    }

    /// A page's frame.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(self.language, &self.in_force.site, title)
    }

    /// The frame of a page that the accounts of both kinds reach: it has the name of the person's own.
    #[must_use]
    pub fn frame_of(&self, kind: AccountKind, title: impl Into<String>) -> Frame {
        let site = match kind {
            AccountKind::MyOntario => &self.in_force.site,
            AccountKind::OneKey => &self.in_force.one_key_site,
        };
        Frame::new(self.language, site, title)
    }

    /// The same for a page without typed input.
    #[must_use]
    pub fn plain_frame_of(&self, kind: AccountKind, title: impl Into<String>) -> Frame {
        self.frame_of(kind, title).language_link(self.here_in(self.language.other()))
    }

    /// What the operator has to say on a sign-in page.
    pub async fn notice(&self, place: NoticePlace) -> Option<String> {
        self.app.notices.text(&self.app.store, place, self.language, self.now).await
    }

    /// The frame of a page without typed input: its language control is a link.
    #[must_use]
    pub fn plain_frame(&self, title: impl Into<String>) -> Frame {
        self.frame(title).language_link(self.here_in(self.language.other()))
    }

    /// The frame of a signed-in page: account link, sign-out form and time-out warning.
    #[must_use]
    pub fn signed_in_frame(&self, title: impl Into<String>, session: &SessionWithAccount) -> Frame {
        let limits = &self.in_force.lifetimes.session;
        let seconds = |span: std::time::Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX);
        let absolute = session.session.created_at.plus(limits.max).since(self.now);
        // The warning leaves two minutes of fifteen: the same share of any other setting.
        let warn_after = seconds(limits.idle * 13 / 15);
        let timeout = SessionTimeout {
            warn_after,
            end_after: seconds(limits.idle),
            keep_action: self.url("/session/keep"),
            tokens: FormTokens::new(self.csrf_token()),
            sign_out_action: self.url("/sign-out"),
            expired_href: self.url("/session-expired"),
            draft_is_saved: false,
            sign_in_again: Some(SignInAgain {
                end_after: seconds(absolute),
                href: session::again_url(&self.url("/sign-in")),
            }),
        };
        self.plain_frame(title)
            .bar_link(t::your_account(self.language), self.url("/account"))
            .bar_sign_out(self.url("/sign-out"), self.form_tokens())
            .session(timeout)
    }

    /// Renders a page, which may give the browser its cookie ([`Visit::dress`]).
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn page(&self, status: u16, template: &impl askama::Template) -> Result<Answer, Problem> {
        let body = template.render().map_err(|error| Problem::internal(&error))?;
        Ok(self.dress(Answer::page(status, body)))
    }

    /// Gives the browser its cookie if it has none and came to look. A form always follows a page that was looked at, and
    /// one that another site has posted brings no cookie although there is one: an answer that set a new one would part
    /// the person from all that this browser is known for.
    #[must_use]
    pub fn dress(&self, answer: Answer) -> Answer {
        let https = self.app.settings.server.is_https();
        let begins = self.browser_is_new && self.is_look;
        answer.cookie(begins.then(|| cookies::set(Name::Browser, self.browser.expose(), https)))
    }

    /// A `Set-Cookie` of this server.
    #[must_use]
    pub fn set_cookie(&self, name: Name, value: &str) -> Option<String> {
        Some(cookies::set(name, value, self.app.settings.server.is_https()))
    }

    /// A `Set-Cookie` that ends a cookie of this server.
    #[must_use]
    pub fn clear_cookie(&self, name: Name) -> Option<String> {
        Some(cookies::clear(name, self.app.settings.server.is_https()))
    }
}
