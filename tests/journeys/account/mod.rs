//! The account's own pages.

mod activity;
mod close;
mod confirm;
mod data;
mod email;
mod on_record;
mod password;
mod protection;
mod services;
mod sessions;

use idp_tests::idp::{Database, Page, TestIdp, Visitor};

/// Whose account these tests are about.
const EMAIL: &str = "person@example.test";

/// A person who has just created their account.
async fn person(database: Database) -> (TestIdp, Visitor) {
    let idp = TestIdp::start(database).await;
    let person = idp.visitor();
    idp.create_account(&person, EMAIL).await;
    (idp, person)
}

/// Opens a page and sends its form `f`.
async fn fill(visitor: &Visitor, path: &str, typed: &[(&str, &str)]) -> Page {
    let page = visitor.get(path).await;
    assert_eq!(page.status, 200, "{page:#?}");
    visitor.submit(&page, "f", typed).await
}

/// The person goes to a service, which redeems the code that it gets.
async fn use_service(idp: &TestIdp, person: &Visitor) {
    let service = idp.service().await;
    let request = service.request();
    let page = person.get(&request.path()).await;
    let page = person.follow(page).await;
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    idp.tokens(&service, &request, &code).await;
}
