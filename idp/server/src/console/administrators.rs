//! D10: administrators: who is trusted with what.

mod grant;
mod revoke;

pub use grant::Grant;
pub use revoke::Revoke;

use super::list::List;
use super::sheet::{Cell, Filter, Link};
use super::{Clerk, enter};
use crate::admin::administrators::{self, AdministratorWithFactors};
use crate::admin::instant;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area, Role};
use ontario_design::components::{Choice, TextField};

const WRITE: Act = Act::Write(Area::Administrators);

/// A role in words.
#[must_use]
pub fn role(l: Language, role: Role) -> &'static str {
    match role {
        Role::KeyAdmin => t::console::key_admin(l),
        Role::ServiceAdmin => t::console::service_admin(l),
        Role::Support => t::console::support(l),
        Role::Auditor => t::console::auditor(l),
    }
}

/// `GET /{l}/admin/admins`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Administrators), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    let mut all = administrators::list_with_factors(&clerk.desk()).await?;
    let (q, wanted) = (query.get("q").to_lowercase(), Role::parse(query.get("role")));
    all.retain(|it| {
        let has = wanted.is_none_or(|wanted| it.administrator.roles.iter().any(|(role, _)| *role == wanted));
        has && it.administrator.name.as_str().to_lowercase().contains(&q)
    });
    let alert = clerk.done(|done| match done {
        "granted" => Some(t::console::role_granted(l).to_owned()),
        "unchanged" => Some(t::console::role_unchanged(l).to_owned()),
        "revoked" => Some(t::console::role_revoked(l).to_owned()),
        _ => None,
    });
    let roles = Role::ALL.map(|it| Choice::new(it.as_str(), role(l, it)));
    let filter = Filter::new(l, clerk.home())
        .field(TextField::search(l, "q", t::email(l)).without_spellcheck().value(query.get("q")))
        .field(clerk.choice("role", t::console::roles(l), roles));
    let list = List {
        id: "administrators",
        title: t::console::administrators(l),
        caption: t::console::admins_caption(l),
        columns: vec![
            t::console::account(l),
            t::console::account_id(l),
            t::console::roles(l),
            t::console::factors(l),
            t::console::last_sign_in(l),
            t::console::actions(l),
        ],
        row: &|it| row(&clerk, it),
        file_columns: &["email", "account", "roles", "app", "passkeys", "last_sign_in"],
        file_row: &line,
        filter: Some(filter),
        ways: clerk.way_to(WRITE, t::console::grant_role(l), "/grant"),
        back: None,
        alert,
        above: Vec::new(),
        beside: Vec::new(),
    };
    clerk.list(list, &all)
}

fn factors(l: Language, it: &AdministratorWithFactors) -> String {
    let mut words = Vec::new();
    if it.has_app {
        words.push(t::account::authenticator_app(l).to_owned());
    }
    if it.passkeys > 0 {
        words.push(t::console::passkeys(l, it.passkeys));
    }
    words.join(", ")
}

fn row(clerk: &Clerk<'_>, it: &AdministratorWithFactors) -> Vec<Cell> {
    let l = clerk.l();
    let administrator = &it.administrator;
    let roles = administrator.roles.iter().map(|(it, _)| role(l, *it).to_owned()).collect();
    let actions = if clerk.may(WRITE) {
        let url = clerk.url(clerk.place.section(), &format!("/{}/revoke", administrator.account));
        Cell::Links(vec![Link::new(t::console::revoke_role(l), url).about(administrator.name.as_str())])
    } else {
        Cell::text("")
    };
    vec![
        Cell::text(administrator.name.as_str()),
        Cell::Code(administrator.account.to_string()),
        Cell::Lines(roles),
        Cell::text(factors(l, it)),
        Cell::time(l, administrator.last_sign_in_at),
        actions,
    ]
}

fn line(it: &AdministratorWithFactors) -> Vec<String> {
    let roles: Vec<&str> = it.administrator.roles.iter().map(|(role, _)| role.as_str()).collect();
    vec![
        it.administrator.name.as_str().to_owned(),
        it.administrator.account.to_string(),
        roles.join(" "),
        it.has_app.to_string(),
        it.passkeys.to_string(),
        it.administrator.last_sign_in_at.map(instant).unwrap_or_default(),
    ]
}
