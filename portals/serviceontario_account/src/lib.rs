//! The ServiceOntario account portal: a relying service of the identity server with accounts of its own, as a reference
//! for services that join. What every portal has comes from the crate `portal-front`; the provider is known only by the
//! protocol.
//!
//! The way through: landing page → `/sign-in` → the provider → `/callback` → terms (once) → account home → sign out.
//! What the terms say of unused accounts is kept by [`retention`], what they say of drafts by [`application`].

mod accounts;
mod application;
mod pages;
mod profile;
mod records;
mod retention;
mod routes;
mod schema;
mod services;
mod texts;

#[cfg(test)]
mod tests;

use actix_web::{dev::Server, web};
use diesel::{QueryResult, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ontario_language::Language;
use portal_front::{Form, Front, Kept, Person, Service, StartError};
use std::collections::BTreeSet;
use std::net::TcpListener;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// What the portal has to be told.
#[derive(Clone)]
pub struct Settings {
    /// What every portal has to be told.
    pub front: portal_front::Settings,
    /// What people have here from the time of ONE-key.
    pub old_records: Vec<OldRecord>,
    /// What the first page tells everybody.
    pub notices: Vec<SystemNotice>,
}

/// Something that the first page tells everybody.
#[derive(Debug, Clone)]
pub struct SystemNotice {
    /// Since when: microseconds since 1970 (UTC).
    pub at: i64,
    /// What, in English and in French.
    pub text: [&'static str; 2],
}

/// A record from the time of ONE-key. It is found by the `onekey` claim of the ID token, never by a name or an address.
#[derive(Debug, Clone)]
pub struct OldRecord {
    /// The subject of the ONE-key account that it belongs to: `onekey.sub`.
    pub onekey_subject: String,
    /// When it was made: microseconds since 1970 (UTC).
    pub at: i64,
    /// What it is, in English and in French.
    pub name: [&'static str; 2],
}

/// What the pages share beside the front.
pub(crate) struct Portal {
    pub(crate) old_records: Vec<OldRecord>,
    pub(crate) notices: Vec<SystemNotice>,
}

/// What makes this portal this one.
pub(crate) struct ServiceOntario {
    /// The subjects of ONE-key accounts that have records here.
    pub(crate) known_one_keys: BTreeSet<String>,
}

impl ServiceOntario {
    pub(crate) fn new(old_records: &[OldRecord]) -> Self {
        Self { known_one_keys: old_records.iter().map(|record| record.onekey_subject.clone()).collect() }
    }
}

impl Service for ServiceOntario {
    fn name(&self) -> fn(Language) -> &'static str {
        texts::service_name
    }

    fn cookie_prefix(&self) -> &'static str {
        "so"
    }

    fn home(&self) -> &'static str {
        "home"
    }

    fn signed_in(&self, c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<String>> {
        if accounts::sign_in(c, person, now)? {
            return Ok(None);
        }
        // Somebody who used this service with ONE-key has accepted its terms then, and goes on where they were.
        let old = person.onekey_subject.as_ref().filter(|subject| self.known_one_keys.contains(*subject));
        if old.is_some() {
            accounts::carry_over(c, person, now)?;
            return Ok(None);
        }
        Ok(Some("setup/terms".to_owned()))
    }

    fn tend(&self, c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
        application::tend(c, now)?;
        retention::end_unused_accounts(c, now)
    }

    fn is_draft(&self, page: &str) -> bool {
        pages::applications::draft_of(page).is_some()
    }

    fn keep(
        &self,
        c: &mut SqliteConnection,
        person: &Person,
        page: &str,
        form: &Form,
        now: i64,
    ) -> QueryResult<Kept> {
        pages::applications::keep(c, person, page, form, now)
    }
}

/// The portal on a socket, see [`portal_front::serve`].
///
/// # Errors
/// [`StartError`].
pub fn server(settings: Settings, listener: TcpListener) -> Result<Server, StartError> {
    let service = ServiceOntario::new(&settings.old_records);
    let front = web::Data::new(Front::new(settings.front, service, MIGRATIONS)?);
    let portal = web::Data::new(Portal { old_records: settings.old_records, notices: settings.notices });
    let shared = front.clone();
    portal_front::serve(&front, listener, move |app| routes::configure(app, &shared, &portal))
}
