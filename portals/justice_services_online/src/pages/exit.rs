//! J8: leaving the portal, and with it, where wanted, the account.

use crate::{account_name, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::FormTokens;
use portal_front::handlers::Answer;
use portal_front::{Form, Member, Question, SessionState, Visit};

#[derive(Template)]
#[template(path = "exit.html")]
struct ExitPage {
    frame: Frame,
    /// Question and hidden fields; nothing where nobody was signed in.
    question: Option<(String, FormTokens)>,
}

/// POST `/{l}/exit`: ends the session here, at once, and family filings with it.
pub(crate) async fn leave(visit: &Visit, _: Member<'_>, _: &Form) -> Answer {
    visit.end_session_here().await?;
    visit.go("exit")
}

/// GET `/{l}/exit`: with a session a button, after it the question.
pub(crate) async fn exit(visit: &Visit) -> Answer {
    let language = visit.language;
    let frame = visit.frame(texts::exit_title(language));
    if visit.member().is_some() {
        let question = Question {
            about: None,
            text: texts::exit_ask_text(language),
            yes: ("exit", texts::exit(language)),
            warns: false,
            no: ("to-account", texts::my_account(language), "account"),
        };
        return visit.ask(frame.heading(texts::exit_ask_heading(language)), question);
    }
    let question = match (&visit.session, visit.ended_session_tokens()) {
        (SessionState::SignedOut(session), Some(tokens)) => {
            Some((texts::exit_question(language, account_name(language, &session.person)), tokens))
        }
        _ => None,
    };
    visit.html(StatusCode::OK, &ExitPage { frame: frame.heading(texts::exit_heading(language)), question })
}
