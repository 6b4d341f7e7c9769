//! J4: my account, where everything begins.

use super::contact_form::rows;
use super::{MenuItem, menu, registered};
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::FormTokens;
use portal_front::drafts::{List, count};
use portal_front::handlers::Answer;
use portal_front::{Member, Visit};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    /// How many there are.
    drafts: i64,
    transactions: i64,
    /// The contact information.
    rows: Vec<(&'static str, String)>,
    tokens: FormTokens,
}

/// GET `/{l}/account`
pub(crate) async fn account(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let id = account.account_id;
    let counts = move |c: &mut _| Ok((count(c, id, List::Drafts)?, count(c, id, List::All)?));
    let (drafts, transactions) = visit.front.database.read(counts).await?;
    let page = AccountPage {
        frame: visit.frame(texts::my_account(visit.language)),
        menu: menu(visit),
        drafts,
        transactions,
        rows: rows(visit.language, &account.registration.contact),
        tokens: visit.form_tokens()?,
    };
    visit.html(StatusCode::OK, &page)
}
