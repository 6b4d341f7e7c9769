//! The pages of ONE-key and of the transfer that need somebody: registering, recovering, services, managing, what was moved,
//! the receipt.

use crate::inspector::Inspector;
use crate::world::World;
use fantoccini::Locator;

/// Registered in the demonstration, with questions of the list; enrolled nowhere.
const ID: &str = "great.heron5";
const PASSWORD: &str = "Great-Heron-5";

/// Types into fields by their ids and sends the page's form.
async fn send(inspector: &Inspector<'_>, typed: &[(&str, &str)]) {
    let client = inspector.browser.client();
    for (id, value) in typed {
        let field = client.find(Locator::Id(id)).await.unwrap_or_else(|error| panic!("no {id}: {error}"));
        if matches!(*value, " ") {
            field.send_keys(" ").await.unwrap();
        } else {
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
    }
    inspector.press("#f button[type=submit]").await;
}

pub async fn look_at_all(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    let at = |path: &str| world.idp(&format!("/{l}/one-key/{path}"));
    inspector.browser.goto(&at("sign-in")).await;
    inspector.browser.client().delete_all_cookies().await.unwrap();
    inspector.go_and_look(&at("sign-in"), "ONE-key sign in").await;
    send(inspector, &[]).await;
    inspector.look("ONE-key sign in").await;
    inspector.browser.goto(&at("register")).await;
    send(inspector, &[("id", "x"), ("password", "y")]).await;
    inspector.look("ONE-key registration").await;
    recovery(inspector, &at).await;
    inspector.browser.goto(&at("sign-in")).await;
    send(inspector, &[("id", ID), ("password", PASSWORD)]).await;
    for (page, path) in [
        ("My Services", "services"),
        ("My Services", "services/search?q=zzz"),
        ("ONE-key services from A to Z", "services/all"),
        ("ONE-key business services", "services/category/business"),
        ("ONE-key account", "account"),
        ("ONE-key ID", "account/id"),
        ("ONE-key password", "account/password"),
        ("ONE-key questions", "account/recovery"),
        ("ONE-key language", "account/language"),
        ("ONE-key email", "account/email"),
    ] {
        inspector.go_and_look(&at(path), page).await;
    }
    inspector.go_and_look(&world.idp(&format!("/{l}/sign-out")), "ONE-key sign out").await;
    inspector.press("#sign-out-form button").await;
    inspector.look("ONE-key signed out").await;
    let (id, password) = world.one_key("erable.rouge");
    inspector.browser.goto(&at("sign-in")).await;
    send(inspector, &[("id", &id), ("password", &password)]).await;
    inspector.look("ONE-key sign in").await;
}

async fn recovery(inspector: &mut Inspector<'_>, at: &impl Fn(&str) -> String) {
    inspector.browser.goto(&at("recover")).await;
    send(inspector, &[]).await;
    inspector.look("ONE-key recovery").await;
    inspector.go_and_look(&at("recover/id"), "ONE-key ID recovery").await;
    send(inspector, &[("email", "somebody@example.test")]).await;
    inspector.look("ONE-key ID recovery").await;
    inspector.go_and_look(&at("recover/password"), "ONE-key password recovery").await;
    send(inspector, &[]).await;
    inspector.look("ONE-key password recovery").await;
    send(inspector, &[("id", ID), ("way-2", " ")]).await;
    inspector.look("ONE-key recovery code").await;
    inspector.browser.goto(&at("recover/password")).await;
    send(inspector, &[("id", ID), ("way", " ")]).await;
    inspector.look("ONE-key recovery questions").await;
    send(inspector, &[]).await;
    inspector.look("ONE-key recovery questions").await;
    let answers =
        [("answer1", "The Tragically Hip"), ("answer2", "Anne of Green Gables"), ("answer3", "Butter tarts")];
    send(inspector, &answers).await;
    inspector.look("new ONE-key password").await;
    inspector.go_and_look(&at("recover/password/code"), "ONE-key password recovery").await;
}
