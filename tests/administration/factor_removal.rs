//! Second factors under two persons: one asks, another approves within a day, once.

use crate::caller::Caller;
use crate::program::idp as program;
use crate::support::{act, id_of, records};
use idp_domain::administration::{Authority, RemovedFactors, Role};
use idp_domain::ids::AccountId;
use idp_server::admin::accounts::{approve_removal, ask_removal};
use idp_server::admin::{AdminError, Desk};
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_104_one_asks_for_the_removal_of_a_second_factor_and_another_approves_it
    a_request_that_is_a_day_old_or_refused_removes_nothing
    whoever_is_warned_stops_the_removal_by_using_the_second_step
    of_two_who_approve_at_the_same_moment_one_removes
    nobody_has_a_part_in_the_removal_of_their_own_factor
    two_programs_of_one_maker_are_one_person
    a_program_that_registered_itself_is_none_of_two_persons
}

const EMAIL: &str = "anne.roy@example.test";

async fn ask(caller: &Caller<'_>, id: &str, factors: &str) -> Page {
    let body = json!({"factors": factors, "reason": "lost the phone"}).to_string();
    caller.call("post", "/accounts/{id}/removal", &[id], &body).await
}

async fn settle(caller: &Caller<'_>, what: &str, id: &str, request: &str) -> Page {
    let body = json!({"request": request, "reason": "seen at the counter"}).to_string();
    caller.call("post", &format!("/accounts/{{id}}/removal/{what}"), &[id], &body).await
}

fn request_of(page: &Page) -> String {
    assert_eq!(page.status, 201, "{}", page.body);
    page.json()["request"].as_str().unwrap().to_owned()
}

async fn sc_104_one_asks_for_the_removal_of_a_second_factor_and_another_approves_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account_with_app(&visitor, EMAIL).await;
    let one = Caller::with_scope(&idp, "accounts:write").await;
    let other = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of(&idp, EMAIL).await;
    assert_eq!(ask(&one, &id, "passkeys").await.status, 409, "it has none");
    assert_eq!(ask(&one, &id, "password").await.status, 400);
    assert_eq!(ask(&one, "nobody", "all").await.status, 404);
    let request = request_of(&ask(&one, &id, "all").await);
    assert_eq!(ask(&other, &id, "all").await.status, 409, "one waits already");
    assert_eq!(settle(&one, "approve", &id, &request).await.status, 409, "the same person");
    assert_eq!(settle(&other, "approve", &id, "another-one").await.status, 404);
    assert_eq!(idp.count("authenticator_app"), 1);
    assert!(idp.mail_to(EMAIL).await.text.contains("once a second person at support agrees"));
    let waiting = one.get("/accounts/removals").await.json();
    assert_eq!((&waiting[0]["request"], &waiting[0]["state"]), (&json!(request), &json!("waiting")));
    let shown = one.call("get", "/accounts/{id}/removal", &[&id], "").await.json();
    assert_eq!(shown["reason"], "lost the phone");
    let done = settle(&other, "approve", &id, &request).await;
    assert_eq!((done.status, &done.json()["state"]), (200, &json!("removed")));
    assert_eq!(settle(&other, "approve", &id, &request).await.status, 404, "once");
    for table in ["authenticator_app", "recovery_code", "factor_removal"] {
        assert_eq!(idp.count(table), 0, "{table}");
    }
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"), "signed out");
    let mail = idp.mail_to(EMAIL).await;
    assert!(mail.subject.starts_with("Second step added, removed or reset / "), "{}", mail.subject);
    assert!(mail.text.contains("Support removed the second step"), "{}", mail.text);
    let back = idp.visitor();
    let signed_in = idp.sign_in(&back, EMAIL, PASSWORD).await;
    assert!(signed_in.location().is_some_and(|to| !to.contains("second-step")), "{signed_in:?}");
    let approved = records(&idp, "factor_removal_approved");
    let ids = [&one, &other].map(|caller| format!("client:{}", caller.service.client.id));
    assert!(ids.iter().all(|id| approved[0].contains(id)) && approved.len() == 1, "{approved:?}");
    assert!(approved[0].contains("seen at the counter"), "{approved:?}");
    // The operator is one person, whatever terminal it is.
    idp.turn_app_on(&back).await;
    let arguments = ["accounts", "remove-factor", &id, "--reason", "lost again", "--json"];
    let asked: Value = serde_json::from_str(&program(&idp, &arguments).await.unwrap()).unwrap();
    let request = asked["request"].as_str().unwrap();
    let approve = ["accounts", "remove-factor", &id, "--reason", "me too", "--approve", request];
    assert!(program(&idp, &approve).await.unwrap_err().contains("somebody else"));
    assert_eq!(settle(&one, "approve", &id, request).await.status, 200);
}

async fn a_request_that_is_a_day_old_or_refused_removes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account_with_app(&idp.visitor(), EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let one = Caller::with_scope(&idp, "accounts:write").await;
    let request = request_of(&ask(&one, &id, "authenticator_app").await);
    idp.advance(Duration::from_hours(24));
    let one = Caller::with_scope(&idp, "accounts:write").await;
    let other = Caller::with_scope(&idp, "accounts:write").await;
    assert_eq!(settle(&other, "approve", &id, &request).await.status, 404, "a day later");
    assert_eq!(one.get("/accounts/removals").await.json(), json!([]));
    let request = request_of(&ask(&one, &id, "authenticator_app").await);
    assert_eq!(settle(&other, "refuse", &id, &request).await.json()["state"], "refused");
    assert_eq!(settle(&other, "approve", &id, &request).await.status, 404);
    let request = request_of(&ask(&one, &id, "authenticator_app").await);
    assert_eq!(settle(&one, "refuse", &id, &request).await.status, 200, "whoever asked may withdraw");
    assert_eq!(idp.count("authenticator_app"), 1);
    assert!(idp.mail_to(EMAIL).await.text.contains("Support did not remove the second step"));
    // An account that is closed takes its request along.
    request_of(&ask(&one, &id, "all").await);
    assert_eq!(act(&other, "close", &id).await.status, 200);
    assert_eq!(idp.count("factor_removal"), 0);
}

async fn whoever_is_warned_stops_the_removal_by_using_the_second_step(database: Database) {
    let idp = TestIdp::start(database).await;
    let (_, app) = idp.create_account_with_app(&idp.visitor(), EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let one = Caller::with_scope(&idp, "accounts:write").await;
    let other = Caller::with_scope(&idp, "accounts:write").await;
    let request = request_of(&ask(&one, &id, "all").await);
    assert!(idp.mail_to(EMAIL).await.text.contains("stop it: sign in with your second step"));
    // The password alone stops nothing: an impostor may have it.
    let owner = idp.visitor();
    let answer = idp.sign_in(&owner, EMAIL, PASSWORD).await;
    assert_eq!(idp.count("factor_removal"), 1);
    let signed_in = idp.second_step(&owner, answer, &app).await;
    assert_eq!(signed_in.status, 303, "{signed_in:?}");
    assert_eq!(settle(&other, "approve", &id, &request).await.status, 404);
    assert_eq!((idp.count("factor_removal"), idp.count("authenticator_app")), (0, 1));
    assert_eq!(records(&idp, "factor_removal_stopped").len(), 1);
}

async fn of_two_who_approve_at_the_same_moment_one_removes(database: Database) {
    let idp = TestIdp::start(database).await;
    let node = idp.another_node().await;
    let visitor = idp.visitor();
    idp.create_account_with_app(&visitor, EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let admin = |name: &str| Authority::Administrator {
        account: AccountId::parse(name).unwrap(),
        roles: vec![Role::Support],
    };
    let (asking, first, second) = (admin("asking"), admin("first"), admin("second"));
    for round in 0..5 {
        if round > 0 {
            let back = idp.visitor();
            idp.sign_in(&back, EMAIL, PASSWORD).await;
            idp.turn_app_on(&back).await;
        }
        let desk = Desk::new(&idp.app.store, &asking, idp.now());
        let asked = ask_removal(&desk, &idp.app, &id, RemovedFactors::All, "lost").await.unwrap();
        let desks = [
            Desk::new(&idp.app.store, &first, idp.now()),
            Desk::new(&node.store, &second, idp.now()),
            Desk::new(&node.store, &asking, idp.now()),
        ];
        let approve = |n: usize| approve_removal(&desks[n], &idp.app, &id, &asked.request, Some("seen"));
        let (one, two, own) = tokio::join!(approve(0), approve(1), approve(2));
        assert!(own.is_err(), "round {round}: whoever asked never approves");
        assert_eq!([one, two].iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        assert_eq!(records(&idp, "factor_removal_approved").len(), round + 1);
    }
}

async fn nobody_has_a_part_in_the_removal_of_their_own_factor(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account_with_app(&idp.visitor(), EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let admin = |name: &str| Authority::Administrator {
        account: AccountId::parse(name).unwrap(),
        roles: vec![Role::Support],
    };
    let (own, colleague) = (admin(&id), admin("colleague"));
    let desk = Desk::new(&idp.app.store, &own, idp.now());
    let refused = ask_removal(&desk, &idp.app, &id, RemovedFactors::All, "mine").await;
    assert!(matches!(refused, Err(AdminError::Conflict(_))), "{refused:?}");
    let other = Desk::new(&idp.app.store, &colleague, idp.now());
    let asked = ask_removal(&other, &idp.app, &id, RemovedFactors::All, "theirs").await.unwrap();
    let refused = approve_removal(&desk, &idp.app, &id, &asked.request, Some("mine")).await;
    assert!(matches!(refused, Err(AdminError::Conflict(_))), "{refused:?}");
    assert_eq!(idp.count("authenticator_app"), 1);
}

async fn two_programs_of_one_maker_are_one_person(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account_with_app(&idp.visitor(), EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let maker = Caller::with_scope(&idp, "services:write accounts:write").await;
    let other = Caller::with_scope(&idp, "accounts:write").await;
    let mut made = Vec::new();
    for name in ["one", "two"] {
        let service = json!({
            "client_id": name, "client_name": "Desk", "grant_types": ["client_credentials"], "scope": "accounts:write",
        });
        let added = maker.post("/services", &json!({"service": service, "reason": "a desk"})).await.json();
        let secret = added["client_secret"].as_str().unwrap();
        let answer = idp.token(Some((name, secret)), &[("grant_type", "client_credentials")]).await;
        made.push(answer.json()["access_token"].as_str().unwrap().to_owned());
    }
    let send = async |token: &str, what: &str, body: Value| {
        let path = format!("/accounts/{id}/removal{what}");
        crate::caller::send(&idp, "post", &path, token, &body.to_string()).await
    };
    let asked = send(&made[0], "", json!({"factors": "all", "reason": "lost the phone"})).await;
    let request = request_of(&asked);
    let approval = json!({"request": request, "reason": "seen"});
    assert_eq!(send(&made[1], "/approve", approval.clone()).await.status, 409, "the maker's other program");
    assert_eq!(send(&maker.token, "/approve", approval.clone()).await.status, 409, "the maker");
    assert_eq!(idp.count("authenticator_app"), 1);
    assert_eq!(settle(&other, "approve", &id, &request).await.status, 200);
    assert_eq!(idp.count("authenticator_app"), 0);
}

/// Whoever has its registration access token could be anybody, the other of the two included.
async fn a_program_that_registered_itself_is_none_of_two_persons(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account_with_app(&idp.visitor(), EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let maker = Caller::with_scope(&idp, "services:write accounts:write").await;
    let other = Caller::with_scope(&idp, "accounts:write").await;
    let policy = json!({"scope": "reports:read", "grant_types": ["client_credentials"]});
    let made = maker.post("/registration-tokens", &json!({"policy": policy, "reason": "a desk"})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let request = idp.http().post(format!("{}/register", idp.issuer));
    let request = request.bearer_auth(made.json()["registration_token"].as_str().unwrap());
    let body = json!({"client_name": "Desk", "grant_types": ["client_credentials"]}).to_string();
    let answer = request.header("Content-Type", "application/json").body(body).send().await.unwrap();
    let registered: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let (client, secret) =
        (registered["client_id"].as_str().unwrap(), registered["client_secret"].as_str().unwrap());
    let service = json!({
        "client_id": client, "client_name": "Desk", "grant_types": ["client_credentials"], "scope": "accounts:write",
    });
    let given = json!({"service": service, "reason": "it helps people"}).to_string();
    let given = maker.call("put", "/services/{client_id}", &[client], &given).await;
    assert_eq!(given.status, 200, "{}", given.body);
    let token = idp.token(Some((client, secret)), &[("grant_type", "client_credentials")]).await;
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let send = async |what: &str, body: Value| {
        let path = format!("/accounts/{id}/removal{what}");
        crate::caller::send(&idp, "post", &path, &token, &body.to_string()).await
    };
    let asked = send("", json!({"factors": "all", "reason": "lost the phone"})).await;
    assert!(asked.status == 409 && asked.body.contains("registered itself"), "{}", asked.body);
    let request = request_of(&ask(&other, &id, "all").await);
    let approved = send("/approve", json!({"request": request, "reason": "seen"})).await;
    assert_eq!(approved.status, 409, "{}", approved.body);
    assert_eq!(idp.count("authenticator_app"), 1);
    assert_eq!(settle(&maker, "approve", &id, &request).await.status, 200);
}
