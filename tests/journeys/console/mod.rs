//! The console (pages.md section 9): who gets in, and each page and act.

mod acts;
mod entry;
mod faces;
mod guards;
mod lists;
mod people;
mod races;
mod service_file;

use idp_domain::administration::{Order, Role};
use idp_domain::ids::AccountId;
use idp_store::RoleOrder;
use idp_tests::idp::{AuthenticatorApp, PASSWORD, Page, TestIdp, Visitor};

/// A person at the console.
pub struct Administrator {
    pub visitor: Visitor,
    pub app: AuthenticatorApp,
    pub email: String,
    pub id: AccountId,
}

/// The account of an address.
pub async fn account_of(idp: &TestIdp, email: &str) -> AccountId {
    idp.app.store.find_account_by_address(email.to_owned()).await.unwrap().expect("an account").id
}

/// Trusts an account with roles, past the server.
pub async fn grant(idp: &TestIdp, account: &AccountId, roles: &[Role]) {
    for role in roles {
        let order =
            RoleOrder { account: account.clone(), role: *role, order: Order::of_operator(), now: idp.now() };
        idp.app.store.grant_role(order).await.unwrap();
    }
}

/// Somebody with these roles, signed in with two steps.
pub async fn administrator(idp: &TestIdp, email: &str, roles: &[Role]) -> Administrator {
    let visitor = idp.visitor();
    let (_, app) = idp.create_account_with_app(&visitor, email).await;
    let id = account_of(idp, email).await;
    grant(idp, &id, roles).await;
    // Who has just turned the app on has proven both.
    let page = visitor.get("/en/admin").await;
    assert_eq!(page.status, 200, "{page:?}");
    Administrator { visitor, app, email: email.to_owned(), id }
}

impl Administrator {
    pub async fn get(&self, path: &str) -> Page {
        self.visitor.get(path).await
    }

    /// Fills in a page's form; the page that comes of it.
    pub async fn fill(&self, path: &str, typed: &[(&str, &str)]) -> Page {
        let page = self.visitor.get(path).await;
        assert_eq!(page.status, 200, "{path}: {page:?}");
        self.visitor.submit(&page, "f", typed).await
    }

    /// Fills it in and confirms; the answer.
    pub async fn change(&self, path: &str, typed: &[(&str, &str)]) -> Page {
        let confirm = self.fill(path, typed).await;
        assert!(confirm.status == 200 && confirm.has("confirm"), "{path}: {confirm:?}");
        self.visitor.submit(&confirm, "f", &[]).await
    }

    /// Signs in again, with two steps, once the session is over.
    pub async fn sign_in_again(&self, idp: &TestIdp) {
        self.visitor.forget_cookie("idp_session");
        let answer = idp.sign_in(&self.visitor, &self.email, PASSWORD).await;
        let answer = idp.second_step(&self.visitor, answer, &self.app).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
}

/// The audit's records of an event.
pub fn records(idp: &TestIdp, event: &str) -> Vec<String> {
    idp.query(&format!("SELECT body AS value FROM audit_record WHERE body LIKE '%\"event\":\"{event}\"%'"))
}
