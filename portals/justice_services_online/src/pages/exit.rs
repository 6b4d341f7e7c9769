//! J8: leaving the portal, and with it, where wanted, the account.

use crate::{account_name, store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::FormTokens;
use portal_front::handlers::Answer;
use portal_front::{Form, Member, SessionState, Visit, redirect};

#[derive(Template)]
#[template(path = "exit_ask.html")]
struct AskPage {
    frame: Frame,
    tokens: FormTokens,
    account: String,
}

#[derive(Template)]
#[template(path = "exit.html")]
struct ExitPage {
    frame: Frame,
    /// Question, hidden fields and address; nothing where nobody was signed in.
    question: Option<(String, FormTokens, String)>,
    start: String,
}

/// POST `/{l}/exit`: ends the session here, at once.
pub(crate) async fn leave(visit: &Visit, _: Member<'_>, _: &Form) -> Answer {
    visit.end_session_here().await?;
    let now = visit.now;
    visit.front.database.write(move |c| store::end_family_filings(c, now)).await?;
    Ok(redirect(&visit.path("exit")))
}

/// GET `/{l}/exit`: with a session a button, after it the question.
pub(crate) async fn exit(visit: &Visit) -> Answer {
    let language = visit.language;
    if visit.member().is_some() {
        let page = AskPage {
            frame: visit.frame(texts::exit_title(language)).heading(texts::exit_ask_heading(language)),
            tokens: visit.form_tokens()?,
            account: visit.path("account"),
        };
        return visit.html(StatusCode::OK, &page);
    }
    let question = match (&visit.session, visit.ended_session_tokens()) {
        (SessionState::SignedOut(session), Some(tokens)) => {
            let question = texts::exit_question(language, account_name(language, &session.person));
            Some((question, tokens, visit.path("sign-out")))
        }
        _ => None,
    };
    let page = ExitPage {
        frame: visit.frame(texts::exit_title(language)).heading(texts::exit_heading(language)),
        question,
        start: visit.path(""),
    };
    visit.html(StatusCode::OK, &page)
}
