//! Pages that every portal has in the same form: some words with a way on, and a question before something is done.

use crate::Visit;
use crate::handlers::Answer;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens};

/// Some words, and a way on.
#[derive(Template)]
#[template(path = "words.html")]
struct WordsPage<'a> {
    frame: Frame,
    text: &'a str,
    /// Words and address of the button.
    next: Option<(&'a str, String)>,
}

/// A question before something is done: a button that does it by POST to the same address, and a link that leads away.
pub struct Question<'a> {
    /// What it is about, in a person's own words.
    pub about: Option<String>,
    /// What will happen.
    pub text: &'a str,
    /// Id and words of the button.
    pub yes: (&'a str, &'a str),
    /// Whether the button looks dangerous.
    pub warns: bool,
    /// Id, words and page of the link.
    pub no: (&'a str, &'a str, &'a str),
}

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage<'a> {
    frame: Frame,
    tokens: FormTokens,
    question: Question<'a>,
}

impl Visit {
    /// A page of some words. `next` is the button's words and its page.
    ///
    /// # Errors
    /// [`PortalError::Render`](crate::PortalError::Render).
    pub fn words(&self, status: StatusCode, frame: Frame, text: &str, next: Option<(&str, &str)>) -> Answer {
        let next = next.map(|(words, page)| (words, self.path(page)));
        self.html(status, &WordsPage { frame, text, next })
    }

    /// What was done just before, where the redirect that followed says so with `?notice=`.
    #[must_use]
    pub fn done(&self, what: &str, words: impl Into<String>) -> Option<Alert> {
        let is_done = self.asked("notice").as_deref() == Some(what);
        is_done.then(|| Alert::success(self.language, words).role("status").focused())
    }

    /// A page that asks.
    ///
    /// # Errors
    /// [`PortalError::Forbidden`](crate::PortalError::Forbidden): nobody is signed in.
    pub fn ask(&self, frame: Frame, question: Question<'_>) -> Answer {
        self.html(StatusCode::OK, &QuestionPage { frame, tokens: self.form_tokens()?, question })
    }
}
