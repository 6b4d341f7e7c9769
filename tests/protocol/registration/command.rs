//! `idp services registration-token | update | disable`, run as operators run them.

use super::{is_unauthorized, send, with};
use crate::asserts::is_error_page;
use crate::program::{done, refused};
use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    a_registration_token_is_printed_once_and_registers_services
    a_service_is_updated_by_its_file_and_keeps_its_secret
    a_disabled_service_is_unknown_and_its_id_stays_taken
}

async fn a_registration_token_is_printed_once_and_registers_services(database: Database) {
    let idp = TestIdp::start(database).await;
    let policy = idp.folder.join("policy.toml");
    std::fs::write(&policy, "first_party = true\n").unwrap();
    let path = policy.to_str().unwrap();
    let arguments =
        ["services", "registration-token", "--policy", path, "--uses", "1", "--expires", "2h", "--json"];
    let printed: Value = serde_json::from_str(&done(&idp, &arguments).await).unwrap();
    let token = printed["registration_token"].as_str().unwrap();
    let told = send(&idp, Method::POST, "/register", token, Some(&with(&json!({})))).await;
    assert_eq!((told.status, &told.json()["first_party"]), (201, &json!(true)), "{}", told.body);
    is_unauthorized(&send(&idp, Method::POST, "/register", token, Some(&with(&json!({})))).await);
    assert!(done(&idp, &["services", "registration-token"]).await.starts_with("registration_token: "));
    for (content, names) in [
        ("misspelt = 1\n", "misspelt"),
        ("client_name = \"x\"\n", "client_name"),
        ("minimum_acr = \"urn:x\"\n", "minimum_acr"),
        ("profile = \"fapi2\"\nrequire_pkce = false\n", "require_pkce"),
        ("scope = \"openid keys:read\"\n", "scope: a service that registers itself gets no scope"),
    ] {
        std::fs::write(&policy, content).unwrap();
        let line = refused(&idp, &["services", "registration-token", "--policy", path]).await;
        assert!(line.contains(names), "{line}");
    }
    for (name, value) in
        [("--uses", "0"), ("--uses", "1001"), ("--expires", "0s"), ("--expires", "400d"), ("--expires", "x")]
    {
        let line = refused(&idp, &["services", "registration-token", name, value]).await;
        assert!(line.contains(name.trim_start_matches('-')), "{line}");
    }
}

async fn a_service_is_updated_by_its_file_and_keeps_its_secret(database: Database) {
    let idp = TestIdp::start(database).await;
    let file = idp.folder.join("service.toml");
    let path = file.to_str().unwrap();
    let write = |name: &str, more: &str| {
        let text = format!("client_id = \"{name}\"\n{REGISTRATION}{more}");
        std::fs::write(&file, text.replace("Fishing licences", "Hunting licences")).unwrap();
    };
    write("fishing", "");
    let added: Value =
        serde_json::from_str(&done(&idp, &["services", "add", "--file", path, "--json"]).await).unwrap();
    let secret = added["client_secret"].as_str().unwrap();
    write("fishing", "category = \"business\"\n");
    assert_eq!(done(&idp, &["services", "update", "--file", path]).await.trim(), "client_id: fishing");
    assert!(done(&idp, &["services", "show", "fishing"]).await.contains("business"));
    let fields = [("grant_type", "authorization_code"), ("code", "x")];
    assert_eq!(idp.token(Some(("fishing", secret)), &fields).await.json()["error"], "invalid_grant");
    // A secret in the file takes the place of the one before.
    write("fishing", "client_secret = \"sixteen-characters-at-least\"\n");
    assert!(
        done(&idp, &["services", "update", "--file", path]).await.contains("sixteen-characters-at-least")
    );
    assert_eq!(done(&idp, &["services", "update", "--file", path]).await.trim(), "client_id: fishing");
    assert_eq!(idp.count("client_secret"), 1);
    write("nobody", "");
    assert!(refused(&idp, &["services", "update", "--file", path]).await.contains("nobody"));
    std::fs::write(&file, REGISTRATION).unwrap();
    assert!(refused(&idp, &["services", "update", "--file", path]).await.contains("client_id"));
    write("fishing", "scope = \"email\"\n");
    refused(&idp, &["services", "update", "--file", path]).await;
}

async fn a_disabled_service_is_unknown_and_its_id_stays_taken(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("client_id = \"fishing\"\n").await;
    assert!(done(&idp, &["services", "disable", "fishing"]).await.contains("disabled"));
    is_error_page(&idp.visitor().get(&service.request().path()).await);
    for name in ["fishing", "nobody", "a b"] {
        assert!(refused(&idp, &["services", "disable", name]).await.contains(name));
    }
    let listed: Value = serde_json::from_str(&done(&idp, &["services", "list", "--json"]).await).unwrap();
    assert_ne!(listed[0]["disabled"], "", "{listed}");
    done(&idp, &["services", "show", "fishing"]).await;
    let file = idp.folder.join("service.toml");
    std::fs::write(&file, format!("client_id = \"fishing\"\n{REGISTRATION}")).unwrap();
    for command in ["add", "update"] {
        refused(&idp, &["services", command, "--file", file.to_str().unwrap()]).await;
    }
}
