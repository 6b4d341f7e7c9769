//! J4: my account, where everything begins.

use super::contact_form::rows;
use super::{MenuItem, menu, registered};
use crate::filing::{Area, Kind};
use crate::store::{self, List};
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::FormTokens;
use portal_front::handlers::Answer;
use portal_front::{Member, Visit};

/// Something that can be begun.
struct StartLink {
    name: &'static str,
    hint: Option<&'static str>,
    href: String,
    id: &'static str,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    civil: Vec<StartLink>,
    family: Vec<StartLink>,
    drafts: String,
    drafts_href: String,
    transactions: String,
    transactions_href: String,
    rows: Vec<(&'static str, String)>,
    contact_href: String,
    edit_href: String,
    terms_href: String,
    tokens: FormTokens,
    exit: String,
}

/// GET `/{l}/account`
pub(crate) async fn account(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let id = account.account_id;
    let counted = visit
        .front
        .database
        .read(move |c| Ok((store::count(c, id, List::Drafts)?, store::count(c, id, List::Transactions)?)));
    let (drafts, transactions) = counted.await?;
    let language = visit.language;
    let page = AccountPage {
        frame: visit.frame(texts::my_account(language)),
        menu: menu(visit),
        civil: start_links(visit, Area::Civil),
        family: start_links(visit, Area::Family),
        drafts: texts::drafts_count(language, drafts),
        drafts_href: visit.path("drafts"),
        transactions: texts::transactions_count(language, transactions),
        transactions_href: visit.path("transactions"),
        rows: rows(language, &account.registration.contact),
        contact_href: visit.path("contact"),
        edit_href: visit.path("contact/edit"),
        terms_href: visit.path("terms"),
        tokens: visit.form_tokens()?,
        exit: visit.path("exit"),
    };
    visit.html(StatusCode::OK, &page)
}

fn start_links(visit: &Visit, area: Area) -> Vec<StartLink> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.area() == area);
    let link = |kind: Kind| StartLink {
        name: kind.name(visit.language),
        hint: (kind == Kind::AnotherDocument).then(|| texts::kind_another_hint(visit.language)),
        href: visit.path(&format!("file/{}", kind.code())),
        id: kind.code(),
    };
    kinds.map(link).collect()
}
