//! D8: sign-in partners: the list, the test of a connection, disabling.

mod act;

pub use act::{disable, disable_post, test, test_post};

use super::list::Query;
use super::sheet::{Cell, Filter, Link, Links, Pager, Sheet, Table};
use super::{Clerk, enter};
use crate::admin::partners::{self, PartnerView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use ontario_design::components::{Choice, Select};

const READ: Act = Act::Read(Area::Partners);
const WRITE: Act = Act::Write(Area::Partners);

fn state(l: Language, word: &str) -> &'static str {
    if word == "disabled" { t::console::disabled(l) } else { t::console::enabled(l) }
}

/// `GET /{l}/admin/partners`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query, url) = (clerk.l(), clerk.query(), clerk.home());
    let mut all = partners::list(&clerk.desk(), &visit.app).await?;
    all.retain(|partner| query.get("state").is_empty() || query.get("state") == partner.state);
    if query.wants("csv") {
        return Ok(csv(&clerk, &all));
    }
    let (shown, page, pages) = query.page(&all);
    let columns = vec![
        t::console::name_en(l),
        t::console::name_fr(l),
        t::console::issuer(l),
        t::console::client_id(l),
        t::console::state(l),
        t::console::order(l),
        t::console::redirect_uris(l),
        t::console::actions(l),
    ];
    let rows = shown.iter().map(|partner| row(&clerk, partner)).collect();
    let alert = clerk.done(|done| (done == "disabled").then(|| t::console::partner_disabled(l).to_owned()));
    Sheet::new(clerk.frame(t::console::partners(l)).alert(alert))
        .with(filter(l, &url, &query))
        .with(Table::new(
            "partners",
            t::console::partners_caption(l),
            columns,
            rows,
            t::console::nothing_found(l),
        ))
        .with_some(Pager::numbered(l, &url, &query, page, pages))
        .with(Links(vec![clerk.csv_link()]))
        .answer(visit, 200)
}

fn filter(l: Language, url: &str, query: &Query) -> Filter {
    let states = vec![
        Choice::new("", t::console::all(l)),
        Choice::new("enabled", t::console::enabled(l)),
        Choice::new("disabled", t::console::disabled(l)),
    ];
    Filter::new(l, url).field(
        Select::new(l, "state", t::console::state(l), states)
            .without_flag()
            .selected(Some(query.get("state"))),
    )
}

fn row(clerk: &Clerk<'_>, partner: &PartnerView) -> Vec<Cell> {
    let l = clerk.l();
    let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{}/{act}", partner.id));
    let name = l.pick(&partner.name_en, &partner.name_fr).clone();
    let mut links = Vec::new();
    if clerk.may(WRITE) {
        links.push(Link::new(t::console::test_connection(l), at("test")).about(name.clone()));
        if partner.state != "disabled" && !partner.is_of_settings {
            links.push(Link::new(t::console::disable(l), at("disable")).about(name));
        }
    }
    vec![
        Cell::text(partner.name_en.clone()),
        Cell::text(partner.name_fr.clone()),
        Cell::text(partner.issuer.clone()),
        Cell::Code(partner.client_id.clone()),
        Cell::text(state(l, partner.state)),
        Cell::text(partner.position.to_string()),
        Cell::text(partner.redirect_uri.clone()),
        if links.is_empty() { Cell::text("") } else { Cell::Links(links) },
    ]
}

fn csv(clerk: &Clerk<'_>, all: &[PartnerView]) -> Answer {
    let columns = ["id", "name_en", "name_fr", "issuer", "client_id", "state", "order", "redirect_uri"];
    let rows = all.iter().map(|partner| {
        vec![
            partner.id.clone(),
            partner.name_en.clone(),
            partner.name_fr.clone(),
            partner.issuer.clone(),
            partner.client_id.clone(),
            partner.state.to_owned(),
            partner.position.to_string(),
            partner.redirect_uri.clone(),
        ]
    });
    clerk.csv("partners", &columns, rows)
}
