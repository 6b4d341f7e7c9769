//! D8: sign-in partners: the list, adding and changing one, the test of a connection, disabling.

mod act;
mod save;

pub use act::{Disable, Test};
pub use save::Save;

use super::list::List;
use super::sheet::{Cell, Filter, Link};
use super::{Clerk, enter};
use crate::admin::partners::{self, PartnerView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use ontario_design::components::Choice;

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
    let (l, query) = (clerk.l(), clerk.query());
    let mut all = partners::list(&clerk.desk(), &visit.app).await?;
    all.retain(|partner| query.get("state").is_empty() || query.get("state") == partner.state);
    let alert = clerk.done(|done| match done {
        "updated" => Some(t::console::partner_updated(l).to_owned()),
        "disabled" => Some(t::console::partner_disabled(l).to_owned()),
        _ => None,
    });
    let states = ["enabled", "disabled"].map(|word| Choice::new(word, state(l, word)));
    let list = List {
        id: "partners",
        title: t::console::partners(l),
        caption: t::console::partners_caption(l),
        columns: vec![
            t::console::name_en(l),
            t::console::name_fr(l),
            t::console::issuer(l),
            t::console::client_id(l),
            t::console::state(l),
            t::console::order(l),
            t::console::redirect_uris(l),
            t::console::actions(l),
        ],
        row: &|partner| row(&clerk, partner),
        file_columns: &["id", "name_en", "name_fr", "issuer", "client_id", "state", "order", "redirect_uri"],
        file_row: &line,
        filter: Some(Filter::new(l, clerk.home()).field(clerk.choice("state", t::console::state(l), states))),
        ways: clerk.way_to(WRITE, t::console::add_partner(l), "/new"),
        back: None,
        alert,
        above: Vec::new(),
        beside: Vec::new(),
    };
    clerk.list(list, &all)
}

fn row(clerk: &Clerk<'_>, partner: &PartnerView) -> Vec<Cell> {
    let l = clerk.l();
    let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{}/{act}", partner.id));
    let name = l.pick(&partner.name_en, &partner.name_fr).clone();
    let mut links = Vec::new();
    if clerk.may(WRITE) {
        links.push(Link::new(t::console::test_connection(l), at("test")).about(name.clone()));
        if !partner.is_of_settings {
            links.push(Link::new(t::console::change(l), at("edit")).about(name.clone()));
            if partner.state != "disabled" {
                links.push(Link::new(t::console::disable(l), at("disable")).about(name));
            }
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

fn line(partner: &PartnerView) -> Vec<String> {
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
}
