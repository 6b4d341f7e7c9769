//! The answers that all pages give: a page in its frame, a redirect, and what a form acts by.

use crate::error::PortalError;
use crate::form::{Acted, Form};
use crate::handlers::Answer;
use crate::session::SessionState;
use crate::texts;
use crate::visit::{Member, Visit, kept_language, other_language_href, plain_page};
use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::components::{ErrorSummary, FormTokens};
use ontario_design::{Frame, SessionTimeout, SignInAgain};
use ontario_language::Language;
use relying_party::browser_session::{CookieSecret, cookie, removal};

const ONE_YEAR: i64 = 365 * 24 * 3600;

/// The status of a form's page: 422 where something in it is wrong.
#[must_use]
pub fn form_status(errors: &ErrorSummary) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// 303: whatever the request was, the browser goes on with a GET.
#[must_use]
pub fn redirect(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

impl Visit {
    /// Where a page for signed-in people sends everybody else: to sign in and back, or to why they no longer are.
    #[must_use]
    pub fn turn_away(&self) -> HttpResponse {
        let page = self.return_page();
        match self.session {
            SessionState::Expired(_) => redirect(&self.path(&format!("session-expired?page={page}"))),
            SessionState::SignedOut(_) => redirect(&self.path("?notice=signed-out")),
            SessionState::None | SessionState::Live(_) => {
                redirect(&self.path(&format!("sign-in?page={page}")))
            }
        }
    }

    /// Where to come back to after signing in again.
    pub(crate) fn return_page(&self) -> &str {
        let own = |page: &&str| !page.starts_with("session") && !page.starts_with("sign-");
        plain_page(&self.page).filter(own).unwrap_or(self.front.service.home())
    }

    /// `/en/home` for `home`.
    #[must_use]
    pub fn path(&self, page: &str) -> String {
        format!("/{}/{page}", self.language.code())
    }

    /// 303 to a page of this portal, without its language.
    ///
    /// # Errors
    /// None.
    pub fn go(&self, page: &str) -> Answer {
        Ok(redirect(&self.path(page)))
    }

    /// The page's frame with language control and links; with the time-out warning for signed-in people.
    #[must_use]
    pub fn frame(&self, title: &str) -> Frame {
        let language = self.language;
        let member = self.member();
        let account_url = self.front.settings.account_url.replace("{l}", language.code());
        let frame = Frame::new(language, &self.front.site, title)
            .language_link(other_language_href(&self.request, language))
            .bar_link(self.account_name(), account_url);
        let Some(Member { session, secret }) = member else {
            return frame.bar_link(texts::sign_in(language), self.path("sign-in"));
        };
        let tokens = FormTokens::new(secret.csrf_token());
        let page = self.return_page();
        let draft_is_saved = self.front.service.is_draft(&self.page);
        let expired =
            format!("session-expired?page={page}{}", if draft_is_saved { "&kept=draft" } else { "" });
        frame.bar_sign_out(self.path("sign-out"), tokens.clone()).session(SessionTimeout {
            warn_after: 780,
            end_after: 900,
            keep_action: self.path("session/keep"),
            tokens,
            sign_out_action: self.path("sign-out"),
            expired_href: self.path(&expired),
            draft_is_saved,
            sign_in_again: Some(SignInAgain {
                end_after: session.seconds_to_absolute_end(self.now),
                href: self.path(&format!("sign-in?page={page}")),
            }),
        })
    }

    /// What the account at the provider is called.
    pub(crate) fn account_name(&self) -> &'static str {
        let person = self.member().map(|member| &member.session.person);
        self.front.service.account_name(self.language, person)
    }

    /// The hidden fields of a page's form: its CSRF token and a new single-use id.
    ///
    /// # Errors
    /// [`PortalError::Forbidden`]: nobody is signed in.
    pub fn form_tokens(&self) -> Result<FormTokens, PortalError> {
        let member = self.member().ok_or(PortalError::Forbidden)?;
        Ok(FormTokens::new(member.secret.csrf_token()).once(CookieSecret::random().expose()))
    }

    /// The hidden fields of a form that is sent after the session was ended here.
    #[must_use]
    pub fn ended_session_tokens(&self) -> Option<FormTokens> {
        match (&self.session, &self.session_cookie) {
            (SessionState::SignedOut(_), Some(secret)) => Some(FormTokens::new(secret.csrf_token())),
            _ => None,
        }
    }

    /// Lets this form act once, see [`Database::act_once`](crate::Database::act_once): 303 to the page that `work` names
    /// (without its language), or its refusal.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`] for a form without a single-use id, and those of the database.
    pub async fn act_once<R, F>(&self, form: &Form, work: F) -> Result<Result<HttpResponse, R>, PortalError>
    where
        R: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<Acted<R>> + Send + 'static,
    {
        let once = form.value("_once");
        let member = self.member().ok_or(PortalError::Forbidden)?;
        if once.is_empty() || once.len() > 64 {
            return Err(PortalError::BadRequest);
        }
        let id_hash = member.secret.form_id_hash(&format!("{}\n{once}", self.page));
        Ok(match self.front.database.act_once(id_hash, self.now, work).await? {
            Acted::Led(page) => Ok(redirect(&self.path(&page))),
            Acted::Refused(refusal) => Err(refusal),
        })
    }

    /// A page.
    ///
    /// # Errors
    /// [`PortalError::Render`].
    pub fn html(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, PortalError> {
        let mut answer = HttpResponse::build(status);
        answer.content_type("text/html; charset=utf-8");
        if kept_language(&self.request) != Some(self.language) {
            answer.cookie(self.language_cookie(self.language));
        }
        Ok(answer.body(page.render()?))
    }

    /// The cookie that keeps a language.
    #[must_use]
    pub fn language_cookie(&self, language: Language) -> Cookie<'static> {
        self.cookie(&self.front.cookies.language, language.code(), Some(ONE_YEAR))
    }

    /// A cookie of the portal; `max_age` in seconds.
    pub(crate) fn cookie(&self, name: &str, value: &str, max_age: Option<i64>) -> Cookie<'static> {
        cookie(name, value, self.front.secure, max_age)
    }

    /// Makes the browser forget a cookie.
    pub(crate) fn forget(&self, name: &str) -> Cookie<'static> {
        removal(name, self.front.secure)
    }
}
