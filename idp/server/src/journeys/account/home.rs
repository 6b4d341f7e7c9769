//! H1: the account's home.

use super::{Page, frame, signed_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_store::{ConnectedService, SessionWithAccount};
use ontario_design::Frame;
use ontario_language::{format_date_time, iso_date_time};

struct ServiceLine {
    name: String,
    href: Option<String>,
    last_used: String,
}

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage {
    frame: Frame,
    email: String,
    account_language: Language,
    last_sign_in: Option<(String, String)>,
    services: Vec<ServiceLine>,
}

/// `GET /{l}/account`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match signed_in(visit, Page::Home, None).await? {
        Ok(session) => home(visit, &session).await,
        Err(answer) => Ok(answer),
    }
}

async fn home(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let l = visit.language;
    let account = &session.account;
    let services = visit.app.store.list_connected_services(account.id.clone()).await?;
    let page = HomePage {
        frame: frame(visit, Page::Home, t::account_title(l), session),
        email: account.name.as_str().to_owned(),
        account_language: account.language,
        last_sign_in: account
            .last_sign_in_at
            .map(|at| (iso_date_time(at.micros()), format_date_time(l, at.micros()))),
        services: services.iter().map(|service| line(l, service)).collect(),
    };
    visit.page(200, &page)
}

fn line(l: Language, service: &ConnectedService) -> ServiceLine {
    ServiceLine {
        name: service.client.name.get(l).to_owned(),
        href: service.client.initiate_login_uri.clone(),
        last_used: t::last_used(l, format_date_time(l, service.last_used_at.micros())),
    }
}
