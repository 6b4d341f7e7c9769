//! The dashboard's figures by the API and by command: the same as the console's.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    the_figures_are_the_same_by_api_and_by_command
    only_the_audits_scope_sees_the_figures
}

async fn the_figures_are_the_same_by_api_and_by_command(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    idp.sign_in(&idp.visitor(), "person@example.test", PASSWORD).await;
    for password in ["Wrong-Password-1", "Wrong-Password-2"] {
        idp.sign_in(&idp.visitor(), "person@example.test", password).await;
    }
    idp.deliver().await;
    let caller = Caller::with_scope(&idp, "audit:read").await;
    let view = caller.get("/dashboard").await;
    assert_eq!(view.status, 200, "{}", view.body);
    let view = view.json();
    let total = |view: &Value, name: &str| -> i64 {
        view["hours"].as_array().unwrap().iter().map(|hour| hour[name].as_i64().unwrap()).sum()
    };
    assert_eq!(view["hours"].as_array().unwrap().len(), 24);
    assert_eq!((total(&view, "refused"), total(&view, "activations")), (2, 1), "{view:#}");
    assert!(total(&view, "sign_ins") >= 1 && total(&view, "mails") >= 1, "{view:#}");
    assert_eq!((&view["mail"], &view["clock"]), (&json!("good"), &json!("good")));
    assert_eq!(view["keys"].as_array().unwrap().len(), 4, "one of each algorithm");
    let told: Value = serde_json::from_str(&program(&idp, &["dashboard", "--json"]).await.unwrap()).unwrap();
    for name in ["waiting_mails", "failed_mails", "notices"] {
        assert_eq!(told[name], view[name], "{name}");
    }
    let text = program(&idp, &["dashboard"]).await.unwrap();
    for line in ["mail: ", "key ES256: ", "clock: ", "sign-ins in 24 hours: ", "transfers in 24 hours: "] {
        assert!(text.lines().any(|told| told.starts_with(line)), "{line}: {text}");
    }
    assert!(!text.contains("person@"), "{text}");
}

async fn only_the_audits_scope_sees_the_figures(database: Database) {
    let idp = TestIdp::start(database).await;
    for scope in ["keys:write", "accounts:write", "mail:read", "settings:read"] {
        let caller = Caller::with_scope(&idp, scope).await;
        let refused = caller.get("/dashboard").await;
        assert_eq!(refused.status, 403, "{scope}: {}", refused.body);
    }
}
