//! What tests of portals need: a database of their own, and somebody who is signed in without a provider.

use crate::answers::redirect;
use crate::session::{NewSession, Person};
use crate::{Front, PortalError};
use actix_web::HttpResponse;
use relying_party::browser_session::CookieSecret;
use std::path::PathBuf;

/// The smallest PDF that is one.
pub const SMALLEST_PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\n0000000000 65535 f \n\
    trailer<</Root 1 0 R/Size 2>>\nstartxref\n40\n%%EOF\n";

/// A folder of its own for a test's database; it goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    /// A name that nobody has.
    #[must_use]
    pub fn new() -> Self {
        Self(std::env::temp_dir().join(format!("portal-test-{}", CookieSecret::random().expose())))
    }

    /// The file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("portal.db")
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The system clears its temporary files anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Signs `person` in as the provider's answer would. What the cookie of the session holds, and where the portal leads.
///
/// # Errors
/// Of the database.
pub async fn sign_in(front: &Front, person: Person) -> Result<(CookieSecret, HttpResponse), PortalError> {
    let secret = CookieSecret::random();
    let new = NewSession {
        cookie_hash: secret.hash(),
        previous_cookie_hash: None,
        sid: Some(format!("sid of {}", person.subject)),
        id_token: "token".to_owned(),
        refresh_token: None,
        destination: front.service.home().to_owned(),
        person,
    };
    let (service, now) = (front.service.clone(), front.now());
    let started = front.database.insert_session(new, now, move |c, person| service.signed_in(c, person, now));
    let next = started.await?.unwrap_or_else(|| front.service.home().to_owned());
    Ok((secret, redirect(&format!("/en/{next}"))))
}

#[cfg(test)]
pub(crate) fn database() -> (crate::Database, Folder) {
    use diesel::Connection as _;
    use diesel::connection::SimpleConnection as _;
    let folder = Folder::new();
    let file = folder.database();
    let database = crate::Database::open(&file, crate::database::MIGRATIONS).unwrap();
    // As a portal's own migrations make it.
    let mut connection = diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection
        .batch_execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY NOT NULL, issuer TEXT, subject TEXT)")
        .unwrap();
    (database, folder)
}

#[cfg(test)]
pub(crate) fn signed_in(cookie: &str, subject: &str) -> NewSession {
    NewSession {
        cookie_hash: cookie.to_owned(),
        previous_cookie_hash: None,
        person: Person {
            issuer: "https://idp.example".to_owned(),
            subject: subject.to_owned(),
            email: Some("person@example.test".to_owned()),
            language: None,
            onekey_subject: None,
        },
        sid: Some(format!("sid of {cookie}")),
        id_token: "token".to_owned(),
        refresh_token: Some("refresh".to_owned()),
        destination: "home".to_owned(),
    }
}
