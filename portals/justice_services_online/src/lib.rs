//! Justice Services Online: a relying service of the identity server that takes ONE-key and My Ontario Accounts, as a
//! reference for services that file things. Signing in, sessions and forms are the crate `portal-front`'s.
//!
//! The way through: start page (civil, family) → the provider → terms → contact information → confirmation → my account →
//! a filing: answers, document, check, submitted → exit.
//!
//! Rules without pages or database: [`contact`], [`filing`]. [`store`] keeps, [`pages`] shows, [`retention`] ends
//! old drafts.

mod contact;
mod courts;
mod filing;
mod pages;
mod retention;
mod routes;
mod store;
mod texts;

#[cfg(test)]
mod tests;

pub use portal_front::terms::Terms;

use actix_web::dev::Server;
use actix_web::web;
use diesel::{QueryResult, SqliteConnection};
use filing::{Area, Kind};
use ontario_language::Language;
use portal_front::{Form, Front, Kept, Person, Service, StartError};
use std::net::TcpListener;

/// What the portal has to be told.
#[derive(Clone)]
pub struct Settings {
    /// As every portal.
    pub front: portal_front::Settings,
    /// The terms of use.
    pub terms: Terms,
}

/// The terms that the demonstration shows.
///
/// # Errors
/// See [`Terms::parse`].
pub fn demonstration_terms() -> Result<Terms, String> {
    Terms::parse(include_str!("../data/terms.toml"), &["general", "civil", "family"])
}

/// What pages need beside the front.
pub(crate) struct Justice {
    pub(crate) terms: Terms,
}

/// What makes this portal different from others.
struct JusticeServices {
    terms_version: i32,
}

impl Service for JusticeServices {
    fn name(&self) -> fn(Language) -> &'static str {
        texts::service_name
    }

    fn cookie_prefix(&self) -> &'static str {
        "jso"
    }

    fn home(&self) -> &'static str {
        "account"
    }

    fn account_name(&self, language: Language, person: Option<&Person>) -> &'static str {
        person.map_or(texts::my_ontario_account(language), |person| account_name(language, person))
    }

    fn signed_in(&self, c: &mut SqliteConnection, person: &Person, _: i64) -> QueryResult<Option<String>> {
        let account = store::signed_in(c, person)?;
        let ready = account.is_some_and(|account| {
            account.registration.is_some() && account.terms_version >= self.terms_version
        });
        Ok((!ready).then(|| "register/terms".to_owned()))
    }

    fn tend(&self, c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
        retention::run(c, now)
    }

    fn is_draft(&self, page: &str) -> bool {
        filing_of(page).is_some_and(|filing| filing.kind.area() == Area::Civil)
    }

    /// J9: civil answers become a draft, family answers are lost, everything else waits for its person.
    fn keep(
        &self,
        c: &mut SqliteConnection,
        person: &Person,
        page: &str,
        form: &Form,
        now: i64,
    ) -> QueryResult<Kept> {
        match filing_of(page) {
            None => Ok(Kept::Held),
            Some(filing) if filing.kind.area() == Area::Family => Ok(Kept::Nothing),
            Some(filing) if filing.has_answers => pages::file::keep(c, person, &filing, form, now),
            // Nothing was typed; the draft is there.
            Some(_) => Ok(Kept::Draft),
        }
    }

    /// A new filing's form names the draft that it becomes.
    fn draft_page(&self, page: &str, form: &Form) -> Option<String> {
        let is_new = filing_of(page).is_some_and(|filing| filing.handle.is_empty());
        is_new.then(|| format!("{page}/{}", form.value("handle")))
    }
}

/// What the address of a filing's page says.
pub(crate) struct FilingPage<'a> {
    pub(crate) kind: Kind,
    /// Empty for one that is not kept yet.
    pub(crate) handle: &'a str,
    /// Whether the answers are typed on this page, and not its document or nothing.
    has_answers: bool,
}

fn filing_of(page: &str) -> Option<FilingPage<'_>> {
    let mut parts = page.strip_prefix("file/")?.split('/');
    let kind = Kind::from_code(parts.next()?)?;
    Some(FilingPage { kind, handle: parts.next().unwrap_or(""), has_answers: parts.next().is_none() })
}

/// With which of the two accounts somebody signed in: only a My Ontario Account has a proven address.
pub(crate) fn account_name(language: Language, person: &Person) -> &'static str {
    match person.email {
        Some(_) => texts::my_ontario_account(language),
        None => texts::one_key(language),
    }
}

fn front(settings: &Settings) -> Result<Front, StartError> {
    let service = JusticeServices { terms_version: settings.terms.version };
    Front::new(settings.front.clone(), service, store::MIGRATIONS)
}

/// The portal on a socket, see [`portal_front::serve`].
///
/// # Errors
/// [`StartError`].
pub fn server(settings: Settings, listener: TcpListener) -> Result<Server, StartError> {
    let front = web::Data::new(front(&settings)?);
    let justice = web::Data::new(Justice { terms: settings.terms });
    let shared = front.clone();
    portal_front::serve(&front, listener, move |app| routes::configure(app, &shared, &justice))
}
