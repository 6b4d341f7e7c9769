//! Settings that hold for all nodes: by command and by the API, within their bounds, and on record.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_domain::administration::Order;
use idp_store::{SettingChange, SettingOutcome};
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_setting_of_the_api_holds_at_once_here_and_on_the_other_nodes_and_is_on_record
    a_setting_of_the_command_wins_over_the_file_until_it_is_taken_away
    no_bound_can_be_passed_by_any_face
    of_two_administrators_who_saw_the_same_value_one_changes_it
    every_setting_that_is_listed_can_be_set_to_what_it_holds
    a_setting_that_can_hold_no_more_holds_no_more_and_stops_no_node
    a_shorter_life_of_tokens_takes_no_key_away_from_those_that_live_longer
    a_logo_is_a_picture_that_this_node_can_read
}

async fn put(caller: &Caller<'_>, key: &str, body: Value) -> Page {
    caller.call("put", "/settings/{key}", &[key], &body.to_string()).await
}

async fn listed(caller: &Caller<'_>, key: &str) -> Value {
    let all = caller.get("/settings").await.json();
    all.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone()
}

async fn help(idp: &TestIdp, language: &str) -> String {
    idp.visitor().get(&format!("/{language}/contact")).await.text()
}

async fn a_setting_of_the_api_holds_at_once_here_and_on_the_other_nodes_and_is_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    let other = idp.another_node().await;
    let caller = Caller::with_scope(&idp, "settings:write").await;
    let session = async || {
        let visitor = idp.visitor();
        idp.create_account(&visitor, &format!("p{}@example.test", idp.now().micros())).await;
        visitor
    };
    let person = session().await;
    assert_eq!(person.get("/en/account").await.status, 200);
    let order = json!({"value": "120s", "seen": "15m", "reason": "a drill"});
    let done = put(&caller, "lifetimes.session_idle", order).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!((&done.json()["value"], &done.json()["from"]), (&"2m".into(), &"database".into()));
    assert_eq!(other.in_force().lifetimes.session.idle, Duration::from_mins(15));
    other.follow_settings().await.unwrap();
    assert_eq!(other.in_force().lifetimes.session.idle, Duration::from_mins(2));
    idp.advance(Duration::from_secs(121));
    assert_eq!(person.get("/en/account").await.status, 303, "the session is over");
    let record = idp.query("SELECT body AS value FROM audit_record ORDER BY id DESC");
    let record = record.iter().find(|body| body.contains("setting_changed")).unwrap();
    let record: Value = serde_json::from_str(record).unwrap();
    assert_eq!(
        (&record["from"], &record["to"], &record["reason"]),
        (&"15m".into(), &"2m".into(), &"a drill".into())
    );
    assert_eq!(record["by"], format!("client:{}", caller.service.client.id));
    assert_eq!(record["setting"], "lifetimes.session_idle");
    let again = put(&caller, "lifetimes.session_idle", json!({"value": "2m", "reason": "again"})).await;
    assert_eq!(again.status, 200);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%setting_changed%'"), 1, "it was so before");
}

async fn a_setting_of_the_command_wins_over_the_file_until_it_is_taken_away(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_HELP__PHONE", "416-555-0100")]).await;
    assert!(help(&idp, "en").await.contains("416-555-0100"));
    program(&idp, &["settings", "set", "help.phone_fr", "416-555-0199", "--reason", "a French line"])
        .await
        .unwrap();
    let said = program(&idp, &["settings", "set", "help.phone", "416-555-0111", "--reason", "moved"]).await;
    assert_eq!(said.unwrap(), "help.phone is 416-555-0111 from now on.\n");
    idp.app.follow_settings().await.unwrap();
    assert!(
        help(&idp, "en").await.contains("416-555-0111") && help(&idp, "fr").await.contains("416-555-0199")
    );
    let all: Value =
        serde_json::from_str(&program(&idp, &["settings", "list", "--json"]).await.unwrap()).unwrap();
    let phone = all.as_array().unwrap().iter().find(|setting| setting["key"] == "help.phone").unwrap();
    assert_eq!((&phone["value"], &phone["start"]), (&"416-555-0111".into(), &"416-555-0100".into()));
    let list = program(&idp, &["settings", "list"]).await.unwrap();
    assert!(list.contains("lifetimes.session_idle") && list.contains("1s to 1h"), "{list}");
    program(&idp, &["settings", "reset", "help.phone", "--reason", "moved back"]).await.unwrap();
    idp.app.follow_settings().await.unwrap();
    assert!(help(&idp, "en").await.contains("416-555-0100"));
    assert_eq!(idp.count("audit_record WHERE body LIKE '%setting_changed%' AND body LIKE '%operator%'"), 3);
}

async fn no_bound_can_be_passed_by_any_face(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "settings:write").await;
    for (key, value, status) in [
        ("lifetimes.session_idle", "0s", 409),
        ("lifetimes.session_idle", "2h", 409),
        ("lifetimes.par", "11m", 409),
        ("limits.code_tries", "6", 409),
        ("limits.code_tries", "five", 409),
        ("onekey.mode", "gone", 409),
        ("help.phone", "<script>1", 409),
        ("help.email", "a@b@c d", 409),
        ("brand.logo_file", "../../etc/passwd", 409),
        ("passwords.argon2", "m=8,t=1,p=1", 404),
        ("database.url", "sqlite:///tmp/x", 404),
        ("keys.former_token_life", "1s 1", 404),
        ("keys.jwks_max_age", "1s", 404),
        ("é", "1", 404),
    ] {
        let refused = put(&caller, key, json!({"value": value, "reason": "x"})).await;
        assert_eq!(refused.status, status, "{key} {value}: {}", refused.body);
    }
    let refused = program(&idp, &["settings", "set", "limits.code_tries", "6", "--reason", "x"]).await;
    assert!(refused.unwrap_err().contains("it must be from 1 to 5"));
    let refused = program(&idp, &["settings", "set", "limits.code_tries", "2", "--reason", " "]).await;
    assert!(refused.unwrap_err().contains("--reason: say why"));
    assert_eq!(idp.count("operator_setting"), 0);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%setting_changed%'"), 0);
}

async fn of_two_administrators_who_saw_the_same_value_one_changes_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let (store, now) = (&idp.app.store, idp.now());
    let change = |value: &str| SettingChange {
        name: "limits.code_tries".into(),
        value: Some(value.into()),
        start: "5".into(),
        seen: Some("5".into()),
        order: Order::of_operator(),
        now,
    };
    let (one, two) = tokio::join!(store.change_setting(change("3")), store.change_setting(change("4")));
    let done = [one.unwrap(), two.unwrap()];
    assert_eq!(done.iter().filter(|outcome| **outcome == SettingOutcome::Changed).count(), 1, "{done:?}");
    let kept = store.find_operator_setting("limits.code_tries".into()).await.unwrap().unwrap();
    assert!(done.contains(&SettingOutcome::Overtaken(kept.clone())), "{done:?}");
    let caller = Caller::with_scope(&idp, "settings:write").await;
    let stale = put(&caller, "limits.code_tries", json!({"value": "2", "seen": "5", "reason": "x"})).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    assert!(stale.body.contains(&format!("it is {kept} now")), "{}", stale.body);
    let body = json!({"seen": kept, "reason": "x"}).to_string();
    let reset = caller.call("post", "/settings/{key}/reset", &["limits.code_tries"], &body).await;
    assert_eq!((reset.status, &reset.json()["value"]), (200, &"5".into()));
    let gone = caller.call("post", "/settings/{key}/reset", &["limits.code_tries"], &body).await;
    assert_eq!(gone.status, if kept == "5" { 200 } else { 409 });
}

async fn every_setting_that_is_listed_can_be_set_to_what_it_holds(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "settings:write").await;
    let all = caller.get("/settings").await.json();
    assert!(all.as_array().unwrap().len() > 30, "{all}");
    for setting in all.as_array().unwrap() {
        let (key, value) = (setting["key"].as_str().unwrap(), setting["value"].as_str().unwrap());
        let done = put(&caller, key, json!({"value": value, "reason": "a check"})).await;
        let expected = if setting["changeable"] == true { 200 } else { 404 };
        assert_eq!(done.status, expected, "{key} {value}: {}", done.body);
        if expected == 200 {
            assert_eq!(
                (&done.json()["value"], &done.json()["from"]),
                (&setting["value"], &"database".into())
            );
        }
    }
}

async fn a_setting_that_can_hold_no_more_holds_no_more_and_stops_no_node(database: Database) {
    let idp = TestIdp::start(database).await;
    let store = &idp.app.store;
    store.set_operator_setting("lifetimes.session_idle".into(), "9 weeks".into(), idp.now()).await.unwrap();
    store.set_operator_setting("limits.made_up".into(), "1".into(), idp.now()).await.unwrap();
    idp.app.follow_settings().await.unwrap();
    assert_eq!(idp.app.in_force().lifetimes.session.idle, Duration::from_mins(15));
    assert_eq!(idp.another_node().await.in_force().lifetimes.session.idle, Duration::from_mins(15));
    let caller = Caller::with_scope(&idp, "settings:read").await;
    assert_eq!(listed(&caller, "lifetimes.session_idle").await["value"], "15m");
}

async fn a_shorter_life_of_tokens_takes_no_key_away_from_those_that_live_longer(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_LIFETIMES__ID_TOKEN", "5h")]).await;
    let schedule = idp.app.key_schedule();
    assert!(schedule.formerly.is_none());
    let said = program(&idp, &["settings", "set", "lifetimes.id_token", "5m", "--reason", "shorter"]).await;
    said.unwrap();
    idp.app.follow_settings().await.unwrap();
    let schedule = idp.app.key_schedule();
    assert_eq!(schedule.longest_token, Duration::from_mins(10));
    let retired = idp.now();
    let hours = |hours: u64| retired.plus(Duration::from_hours(hours));
    assert!(!schedule.may_remove(retired, hours(5)) && schedule.may_remove(retired, hours(6)));
    let later = retired.plus(Duration::from_mins(5));
    assert!(schedule.may_remove(later, later.plus(Duration::from_mins(70))));
}

async fn a_logo_is_a_picture_that_this_node_can_read(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "settings:write").await;
    let file = |name: &str, content: &[u8]| {
        let path = idp.folder.join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let fake = file("fake.png", b"GIF89a");
    let large = file("large.svg", &[b"<svg".to_vec(), vec![b' '; 600_000]].concat());
    let folder = idp.folder.join("folder.svg");
    std::fs::create_dir(&folder).unwrap();
    let logo = file("logo.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let set =
        async |path: &str| put(&caller, "brand.logo_file", json!({"value": path, "reason": "ours"})).await;
    for path in [fake.as_str(), large.as_str(), folder.to_str().unwrap(), "/nowhere/logo.svg", "logo.svg"] {
        let refused = set(path).await;
        assert_eq!(refused.status, 409, "{path}: {}", refused.body);
    }
    assert_eq!(idp.visitor().get("/logo").await.status, 404);
    assert_eq!(set(&logo).await.status, 200);
    let served = idp.visitor().get("/logo").await;
    assert_eq!((served.status, served.header("content-type")), (200, "image/svg+xml"));
    assert!(idp.visitor().get("/en/sign-in").await.body.contains("/logo"));
    // A file that goes away later takes no page with it.
    std::fs::remove_file(&logo).unwrap();
    let later = idp.another_node().await;
    assert!(later.in_force().logo.is_none());
    assert_eq!(set("").await.status, 200);
    assert_eq!(idp.visitor().get("/logo").await.status, 404);
}
