//! Administrators: granted and taken by the API, the last of a role stays, whoever races.

use crate::caller::Caller;
use idp_domain::administration::{Order, Role, RoleChange};
use idp_store::RoleOrder;
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::json;

on_sqlite_and_postgres! {
    a_role_is_granted_to_an_active_account_and_taken_again
    of_two_who_take_the_role_from_one_another_one_keeps_it
}

async fn change(caller: &Caller<'_>, path: &str, email: &str, role: &str) -> Page {
    caller.post(path, &json!({"email": email, "role": role, "reason": "a new colleague"})).await
}

async fn a_role_is_granted_to_an_active_account_and_taken_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = idp.create_account(&idp.visitor(), "one@example.test").await;
    idp.create_account(&idp.visitor(), "two@example.test").await;
    let caller = Caller::with_scope(&idp, "settings:write").await;
    let (grant, revoke) = ("/administrators/grant", "/administrators/revoke");
    assert_eq!(change(&caller, grant, "nobody@example.test", "auditor").await.status, 404);
    assert_eq!(change(&caller, grant, "no address", "auditor").await.status, 422);
    assert_eq!(change(&caller, grant, "one@example.test", "root").await.status, 400);
    assert_eq!(change(&caller, grant, "ONE@example.test", "auditor").await.json()["changed"], true);
    assert_eq!(change(&caller, grant, "one@example.test", "auditor").await.json()["changed"], false);
    assert_eq!(change(&caller, revoke, "one@example.test", "auditor").await.status, 409, "the last one");
    assert_eq!(change(&caller, grant, "two@example.test", "auditor").await.json()["changed"], true);
    let all = caller.get("/administrators").await.json();
    assert_eq!((&all[0]["email"], &all[0]["roles"]), (&json!(one.email), &json!(["auditor"])), "{all}");
    assert_eq!(change(&caller, revoke, "one@example.test", "auditor").await.json()["changed"], true);
    assert_eq!(change(&caller, revoke, "one@example.test", "auditor").await.json()["changed"], false);
    let records = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%role_%'");
    assert_eq!(records.len(), 3, "{records:?}");
    assert!(
        records.iter().all(|body| body.contains("a new colleague") && !body.contains('@')),
        "{records:?}"
    );
}

async fn of_two_who_take_the_role_from_one_another_one_keeps_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let other = idp.another_node().await;
    let mut accounts = Vec::new();
    for email in ["one@example.test", "two@example.test"] {
        idp.create_account(&idp.visitor(), email).await;
        let account = idp.app.store.find_account_by_address(email.to_owned()).await.unwrap().unwrap();
        accounts.push(account.id);
    }
    let order = |n: usize| RoleOrder {
        account: accounts[n].clone(),
        role: Role::KeyAdmin,
        order: Order::of_operator(),
        now: idp.now(),
    };
    for round in 0..10 {
        for n in [0, 1] {
            idp.app.store.grant_role(order(n)).await.unwrap();
        }
        let (one, two) = tokio::join!(idp.app.store.revoke_role(order(0)), other.store.revoke_role(order(1)));
        let mut outcomes = [one.unwrap(), two.unwrap()];
        outcomes.sort_by_key(|outcome| *outcome as u8);
        assert_eq!(outcomes, [RoleChange::Done, RoleChange::LastOfRole], "round {round}");
        assert_eq!(idp.count("administrator_role"), 1);
    }
}
