//! D4: whether a redirect address would be taken, and how it differs from each that is registered. Nobody is sent there.

use super::super::enter;
use super::super::sheet::{Cell, Filter, Sheet, Table};
use super::{READ, its_page};
use crate::admin::services::{self, ComparedUri};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::client::Difference;
use ontario_design::components::{Alert, TextField};

/// The longest address that a service can register.
const LONGEST: usize = 2000;

/// `GET /{l}/admin/services/{id}/redirect-test`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, id) = (clerk.l(), clerk.place.subject());
    // To the letter, blanks too: that is what is tested.
    let tried = visit.query.get("redirect_uri").ok().flatten().filter(|text| text.len() <= LONGEST);
    let tried = tried.unwrap_or_default();
    let service = services::show(&clerk.desk(), id).await?;
    if service.disabled_at.is_some() {
        return clerk.refuse(409, t::console::test_redirect(l), t::console::is_disabled(l));
    }
    let test = services::test_redirect(&clerk.desk(), id, tried).await?;
    let alert = match (tried.is_empty(), test.accepted) {
        (true, _) => None,
        (false, true) => Some(Alert::success(l, t::console::redirect_taken(l))),
        (false, false) => Some(Alert::error(l, t::console::redirect_refused(l))),
    };
    let field = TextField::text(l, "redirect_uri", t::console::redirect_uri(l))
        .without_flag()
        .without_spellcheck()
        .hint(t::console::redirect_hint(l))
        .value(tried);
    let row = |it: &ComparedUri| {
        let words = if tried.is_empty() { "" } else { difference(l, it.difference) };
        vec![Cell::text(it.redirect_uri.clone()), Cell::text(words)]
    };
    let rows = test.registered.iter().map(row).collect();
    let columns = vec![t::console::redirect_uri(l), t::console::difference(l)];
    let title = t::console::test_redirect(l);
    let alert = alert.map(|alert| alert.focused().id("tested"));
    Sheet::new(clerk.frame(title).back(its_page(&clerk, id)).alert(alert))
        .with(Filter::new(l, clerk.here()).field(field))
        .with(Table::new(
            "registered",
            t::console::registered_caption(l),
            columns,
            rows,
            t::console::nothing_found(l),
        ))
        .answer(visit, 200)
}

fn difference(l: Language, difference: Option<Difference>) -> &'static str {
    match difference {
        None => t::console::difference_none(l),
        Some(Difference::Blanks) => t::console::difference_blanks(l),
        Some(Difference::Case) => t::console::difference_case(l),
        Some(Difference::FinalSlash) => t::console::difference_slash(l),
        Some(Difference::NoUri) => t::console::difference_no_uri(l),
        Some(Difference::Scheme) => t::console::difference_scheme(l),
        Some(Difference::Host) => t::console::difference_host(l),
        Some(Difference::Port) => t::console::difference_port(l),
        Some(Difference::Path) => t::console::difference_path(l),
        Some(Difference::Query) => t::console::difference_query(l),
        Some(Difference::Fragment) => t::console::difference_fragment(l),
        Some(Difference::Letters) => t::console::difference_letters(l),
    }
}
