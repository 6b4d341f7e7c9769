//! Where a person of ONE-key goes on after signing in again: a part of O11, by a name of ours in the address, never by an
//! address from a request; and whether what they had typed there is held for them.

use super::manage::Part;
use super::services;
use crate::web::visit::Visit;

const FILLED: &str = ".filled";

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The part that the visit's address names, and whether what was typed is held.
fn named(visit: &Visit) -> Option<(&'static str, bool)> {
    let text = visit.query.get("part").ok().flatten()?;
    let wanted = text.strip_suffix(FILLED).unwrap_or(text);
    let (_, path) = Part::ALL.into_iter().find(|(_, path)| name(path) == wanted)?;
    Some((path, text.ends_with(FILLED)))
}

fn with(url: &str, path: &str, filled: bool) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}part={}{}", name(path), if filled { FILLED } else { "" })
}

fn is_part(visit: &Visit) -> bool {
    Part::ALL.iter().any(|(_, path)| *path == visit.path)
}

/// An address that leads back to this page, where it is a part of O11.
#[must_use]
pub fn to_here(visit: &Visit, url: &str) -> String {
    if is_part(visit) { with(url, &visit.path, false) } else { url.to_owned() }
}

/// The same for a page whose typed values are held.
#[must_use]
pub fn to_here_filled(visit: &Visit, url: &str) -> String {
    if is_part(visit) { with(url, &visit.path, true) } else { url.to_owned() }
}

/// The next page's address, which keeps what this one's names.
#[must_use]
pub fn carried_on(visit: &Visit, url: &str) -> String {
    named(visit).map_or_else(|| url.to_owned(), |(path, filled)| with(url, path, filled))
}

/// Whether what was typed is held.
#[must_use]
pub fn is_filled(visit: &Visit) -> bool {
    named(visit).is_some_and(|(_, filled)| filled)
}

/// After the language: the part that the address names, or the person's services.
#[must_use]
pub fn after_sign_in(visit: &Visit) -> String {
    match named(visit) {
        Some((path, filled)) => format!("{path}{}", if filled { "?held=1" } else { "" }),
        None => services::PATH.to_owned(),
    }
}
