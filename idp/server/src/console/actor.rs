//! Who did something, as people read it: a word for what they are, and their identifier.

use super::sheet::Cell;
use crate::locales as t;
use idp_domain::Language;
use idp_domain::administration::Actor;

/// An actor as the audit names them; a text that names none stands for itself.
#[must_use]
pub fn words(l: Language, text: &str) -> String {
    match text.parse() {
        Ok(Actor::Operator) => t::audit::operator(l).to_owned(),
        Ok(Actor::Schedule) => t::audit::schedule(l).to_owned(),
        Ok(Actor::Service) => t::audit::service_itself(l).to_owned(),
        Ok(Actor::Administrator(account)) => t::audit::administrator(l, account),
        Ok(Actor::ApiClient(client)) => t::audit::program(l, client),
        Err(_) => text.to_owned(),
    }
}

/// The same in a table; a dash where nobody is named.
#[must_use]
pub fn cell(l: Language, text: Option<&str>) -> Cell {
    Cell::text(text.map_or_else(String::new, |text| words(l, text)))
}
