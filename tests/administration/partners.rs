//! Sign-in partners by the API: added, updated, disabled, and their connection tested.

use crate::caller::Caller;
use crate::program::idp as program;
use crate::support::records;
use idp_tests::hub::{CLIENT_ID, HubWorld};
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    a_partner_is_added_updated_and_disabled_with_its_reason_on_record
    bad_partners_are_refused_field_by_field
    a_connection_is_tested_through_the_guard
}

fn partner(id: &str, issuer: &str, more: &Value) -> Value {
    let mut partner = json!({
        "id": id, "name": "A hub <script>", "name#fr": "Un carrefour", "issuer": issuer, "client_id": "us",
    });
    for (name, value) in more.as_object().unwrap() {
        partner[name] = value.clone();
    }
    json!({"partner": partner, "reason": "a new bank"})
}

async fn act(caller: &Caller<'_>, what: &str, id: &str) -> Page {
    let path = format!("/partners/{{id}}/{what}");
    caller.call("post", &path, &[id], &json!({"reason": "an outage"}).to_string()).await
}

async fn a_partner_is_added_updated_and_disabled_with_its_reason_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let secret = json!({"client_secret": "s3cret-of-the-hub"});
    let added = caller.post("/partners", &partner("hub", "https://hub.example.ca", &secret)).await;
    assert_eq!((added.status, &added.json()["jwks"]), (201, &Value::Null), "{}", added.body);
    assert_eq!(added.json()["redirect_uri"], format!("{}/partner/callback/hub", idp.issuer));
    let again = caller.post("/partners", &partner("hub", "https://other.example.ca", &secret)).await;
    assert_eq!(again.status, 409);
    assert!(idp.visitor().get("/en/sign-in").await.has("partner-form"), "at once");
    let keyed = json!({"token_endpoint_auth_method": "private_key_jwt", "position": 2});
    let updated = caller.post("/partners/update", &partner("hub", "https://hub.example.ca", &keyed)).await;
    assert_eq!(updated.json()["jwks"]["keys"][0]["kty"], "EC", "{}", updated.body);
    let unknown = caller.post("/partners/update", &partner("nobody", "https://x.example.ca", &secret)).await;
    assert_eq!(unknown.status, 404);
    let list = caller.get("/partners").await;
    assert_eq!(
        (&list.json()[0]["state"], &list.json()[0]["authentication"], &list.json()[0]["position"]),
        (&json!("enabled"), &json!("private_key_jwt"), &json!(2))
    );
    assert!(!list.body.contains("s3cret"), "{}", list.body);
    assert_eq!(act(&caller, "disable", "hub").await.status, 200);
    assert_eq!(act(&caller, "disable", "hub").await.status, 404);
    assert!(!idp.visitor().get("/en/sign-in").await.has("partner-form"));
    let actor = format!("client:{}", caller.service.client.id);
    for (event, why) in [
        ("partner_added", "a new bank"),
        ("partner_updated", "a new bank"),
        ("partner_disabled", "an outage"),
    ] {
        let records = records(&idp, event);
        assert!(records.len() == 1 && records[0].contains(why) && records[0].contains(&actor), "{records:?}");
    }
}

async fn bad_partners_are_refused_field_by_field(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let long = "x".repeat(1100);
    for (change, status, field) in [
        (json!({"id": "Hub"}), 422, "id"),
        (json!({"id": "default"}), 422, "id"),
        (json!({"id": ""}), 422, "id"),
        (json!({"name": " "}), 422, "name"),
        (json!({"name#fr": "two\nlines"}), 422, "name#fr"),
        (json!({"issuer": "http://hub.example.ca"}), 409, "issuer"),
        (json!({"issuer": "https://hub.example.ca?x=1"}), 409, "issuer"),
        (json!({"issuer": "nowhere"}), 409, "issuer"),
        (json!({"client_id": "é"}), 422, "client_id"),
        (json!({"client_secret": long}), 409, "client_secret"),
        (json!({"token_endpoint_auth_method": "none"}), 422, "token_endpoint_auth_method"),
        (json!({"id_token_signed_response_alg": "HS256"}), 422, "id_token_signed_response_alg"),
        (json!({"client_secret": null}), 409, "client_secret"),
    ] {
        let mut body = partner("hub", "https://hub.example.ca", &json!({"client_secret": "x"}));
        for (name, value) in change.as_object().unwrap() {
            body["partner"][name] = value.clone();
        }
        let page = caller.post("/partners", &body).await;
        assert_eq!(
            (page.status, &page.json()["errors"][0]["field"]),
            (status, &json!(field)),
            "{}",
            page.body
        );
    }
    let more = partner("hub", "https://hub.example.ca", &json!({"secret": "x"}));
    assert_eq!(caller.post("/partners", &more).await.status, 400, "a member that nobody knows");
    assert_eq!(idp.count("sign_in_partner"), 0);
}

async fn a_connection_is_tested_through_the_guard(database: Database) {
    let world = HubWorld::start(database).await;
    let idp = &world.idp;
    let caller = Caller::with_scope(idp, "services:write").await;
    let list = caller.get("/partners").await.json();
    assert_eq!((&list[0]["id"], &list[0]["client_id"]), (&json!("default"), &json!(CLIENT_ID)));
    let tested = act(&caller, "test", "default").await.json();
    assert_eq!(tested["passed"], true, "{tested:#}");
    assert_eq!(tested["checks"].as_array().unwrap().len(), 6, "{tested:#}");
    assert_eq!(act(&caller, "disable", "default").await.status, 409, "it is the settings'");
    // Nobody answers there; and where nobody may be called, nobody is.
    for (id, issuer) in [("away", "https://localhost:9"), ("inside", "https://10.0.0.1")] {
        let secret = json!({"client_secret": "x"});
        let added = caller.post("/partners", &partner(id, issuer, &secret)).await;
        assert_eq!(added.status, 201, "{}", added.body);
        let tested = act(&caller, "test", id).await.json();
        assert_eq!((&tested["passed"], &tested["checks"][0]["name"]), (&json!(false), &json!("discovery")));
    }
    assert_eq!(act(&caller, "test", "nobody").await.status, 404);
    let records = records(idp, "partner_tested");
    assert_eq!(records.len(), 3, "{records:?}");
    let text = program(idp, &["partners", "test", "default"]).await.unwrap();
    assert!(text.contains("keys: well"), "{text}");
    assert!(program(idp, &["partners", "test", "away"]).await.unwrap_err().contains("can't be used"));
}
