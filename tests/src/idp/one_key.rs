//! ONE-key accounts, made as a person would.

use super::{Page, TestIdp, Visitor};
use idp_domain::secret::Secret;

/// A password that keeps ONE-key's rules.
pub const ONE_KEY_PASSWORD: &str = "Erable-42";
/// The answers of every account here, in order.
pub const ANSWERS: [&str; 3] = ["Île  d’Orléans", "Astronaute", "Poutine"];

/// What a person signs in with.
#[derive(Debug, Clone)]
pub struct OneKey {
    /// The ID.
    pub id: String,
    /// The password.
    pub password: String,
}

/// Everything that the registration asks for.
pub fn registration<'a>(id: &'a str, email: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("id", id),
        ("password", ONE_KEY_PASSWORD),
        ("password2", ONE_KEY_PASSWORD),
        ("accept", "yes"),
        ("q1", "first-holiday"),
        ("a1", ANSWERS[0]),
        ("q2", "dream-job"),
        ("a2", ANSWERS[1]),
        ("q3", "own"),
        ("own3", "Mon plat préféré en hiver?"),
        ("a3", ANSWERS[2]),
        ("email", email),
    ]
}

impl TestIdp {
    /// Registers a ONE-key account; `visitor` is signed in then.
    pub async fn create_one_key(&self, visitor: &Visitor, id: &str, email: &str) -> OneKey {
        let page = visitor.get("/en/one-key/register").await;
        let done = visitor.submit(&page, "f", &registration(id, email)).await;
        assert_eq!(done.location(), Some("/en/one-key/register/done"), "{done:#?}");
        OneKey { id: id.to_owned(), password: ONE_KEY_PASSWORD.to_owned() }
    }

    /// Signs in at O1; the answer to the form.
    pub async fn sign_in_with_one_key(&self, visitor: &Visitor, id: &str, password: &str) -> Page {
        let page = visitor.get("/en/one-key/sign-in").await;
        visitor.submit(&page, "f", &[("id", id), ("password", password)]).await
    }

    /// Gives an account a password that no rule of today would let through.
    pub async fn set_old_one_key_password(&self, id: &str, password: &str) {
        let hash = self.app.hasher.hash(Secret::new(password), [7; 16]).await.expect("a hash");
        self.execute(&format!("UPDATE account SET password_hash = '{hash}' WHERE one_key_id = '{id}'"));
    }

    /// Enrols a ONE-key account in a service, as the import would.
    pub fn enrol(&self, one_key: &OneKey, client_id: &str, legacy_subject: &str) {
        self.execute(&format!(
            "INSERT INTO connected_service (account_id, client_id, first_used_at, last_used_at, legacy_subject) \
             SELECT id, '{client_id}', 1000000, 2000000, '{legacy_subject}' FROM account WHERE one_key_id = '{}'",
            one_key.id
        ));
    }
}
