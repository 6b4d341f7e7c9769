//! The transfers: counted, listed, and never touched.

use crate::caller::{Caller, send};
use crate::program::idp as program;
use crate::support::id_of;
use idp_domain::ids::{AccountId, ClientId, TransferId};
use idp_domain::secret::Secret;
use idp_store::{DeclineTransfer, NewMail, PasswordProof, RefusedTransfer, Transfer, TransferOutcome};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::json;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_102_transfers_are_counted_by_day_and_service_and_conflicts_are_listed
    the_receipt_of_a_decision_is_shown_and_checked
}

fn mail(idp: &TestIdp, id: &str) -> NewMail {
    NewMail {
        id: idp_domain::ids::MailId::parse(id).unwrap(),
        kind: "transfer",
        payload: vec![1],
        expires_at: idp.now(),
    }
}

struct World {
    client: ClientId,
    accounts: Vec<AccountId>,
    one_key: AccountId,
    one_key_hash: Secret,
}

async fn world(idp: &TestIdp) -> World {
    let service = idp.service_with("used_one_key = true\n").await;
    let mut accounts = Vec::new();
    for email in ["one@example.test", "two@example.test", "three@example.test"] {
        idp.create_account(&idp.visitor(), email).await;
        let id = id_of(idp, email).await;
        idp.execute(&format!(
            "INSERT INTO connected_service (account_id, client_id, first_used_at, last_used_at) \
             VALUES ('{id}', '{}', 1, 1)",
            service.client.id
        ));
        accounts.push(AccountId::parse(&id).unwrap());
    }
    idp.create_one_key(&idp.visitor(), "Maple.Leaf", "").await;
    let one_key = idp.query("SELECT id AS value FROM account WHERE one_key_id IS NOT NULL").remove(0);
    let one_key = AccountId::parse(&one_key).unwrap();
    let stored = idp.app.store.find_account(one_key.clone()).await.unwrap().unwrap().password_hash;
    let one_key_hash = Secret::new(stored.unwrap());
    World { client: service.client.id, accounts, one_key, one_key_hash }
}

fn transfer(idp: &TestIdp, world: &World, n: usize, id: &str) -> Transfer {
    Transfer {
        id: TransferId::parse(id).unwrap(),
        account: world.accounts[n].clone(),
        proof: PasswordProof {
            account: world.one_key.clone(),
            hash: world.one_key_hash.clone(),
            counted: idp.app.data_keys.hash.hash("test", &[b"x"]),
        },
        client: world.client.clone(),
        mails: Vec::new(),
        now: idp.now(),
    }
}

async fn sc_102_transfers_are_counted_by_day_and_service_and_conflicts_are_listed(database: Database) {
    let idp = TestIdp::start(database).await;
    let world = world(&idp).await;
    let store = &idp.app.store;
    assert_eq!(store.transfer_one_key(transfer(&idp, &world, 0, "t1")).await.unwrap(), TransferOutcome::Done);
    let refused = store.transfer_one_key(transfer(&idp, &world, 1, "t2")).await.unwrap();
    assert!(matches!(refused, TransferOutcome::Refused(_)), "{refused:?}");
    idp.advance(Duration::from_hours(24));
    let decline = DeclineTransfer {
        id: TransferId::parse("t3").unwrap(),
        account: world.accounts[1].clone(),
        client: world.client.clone(),
        mail: mail(&idp, "m3"),
        now: idp.now(),
    };
    assert!(store.decline_transfer(decline).await.unwrap());
    let caller = Caller::with_scope(&idp, "accounts:read").await;
    let counts = caller.get("/transfers").await.json();
    let days: Vec<_> = counts["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| (day["transferred"].as_i64(), day["declined"].as_i64(), day["failed"].as_i64()))
        .collect();
    assert_eq!(days, [(Some(1), Some(0), Some(1)), (Some(0), Some(1), Some(0))], "{counts:#}");
    assert_eq!(counts["undecided"], json!([{"service": world.client, "accounts": 1}]));
    let conflicts = caller.get("/transfers/conflicts").await.json();
    assert_eq!(
        (&conflicts[0]["account"], &conflicts[0]["onekey_account"], &conflicts[0]["carried_over_to"]),
        (&json!(world.accounts[1]), &json!(world.one_key), &json!(world.accounts[0])),
        "{conflicts:#}"
    );
    let decisions = caller.get("/transfers/decisions").await.json();
    assert_eq!((&decisions[0]["id"], &decisions[1]["decision"]), (&json!("t1"), &json!("declined")));
    let get = async |path: &str| send(&idp, "get", path, &caller.token, "").await;
    assert_eq!(get("/transfers/decisions?after=t1").await.json().as_array().unwrap().len(), 1);
    assert_eq!(get("/transfers/conflicts?before=t2").await.json(), json!([]));
    for (path, status) in [
        ("/transfers?from=yesterday", 422),
        ("/transfers?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 409),
        ("/transfers?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", 409),
        ("/transfers?from=9999-12-31T23:59:59Z", 409),
        ("/transfers?day=1", 400),
        ("/transfers/decisions?after=a%20b", 422),
        ("/transfers/conflicts?before=%00", 422),
    ] {
        assert_eq!(get(path).await.status, status, "{path}");
    }
    more_than_a_page(&idp, &world, &caller).await;
    let text = program(&idp, &["transfers", "list"]).await.unwrap();
    assert!(text.contains("declined") && text.lines().count() == 3, "{text}");
    for command in ["count", "conflicts"] {
        assert!(program(&idp, &["transfers", command]).await.unwrap().contains(world.client.as_str()));
    }
}

async fn more_than_a_page(idp: &TestIdp, world: &World, caller: &Caller<'_>) {
    // More than a page, all at one instant.
    for n in 0..60 {
        let refused = RefusedTransfer {
            id: TransferId::parse(&format!("r{n:02}")).unwrap(),
            account: world.accounts[2].clone(),
            one_key: world.one_key.clone(),
            client: world.client.clone(),
            now: idp.now(),
        };
        idp.app.store.record_refused_transfer(refused).await.unwrap();
    }
    let first = caller.get("/transfers/conflicts").await.json();
    let first = first.as_array().unwrap();
    assert_eq!((first.len(), &first[0]["id"], &first[49]["id"]), (50, &json!("r59"), &json!("r10")));
    assert_eq!(
        send(idp, "get", "/transfers/conflicts?before=r10", &caller.token, "")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        11
    );
}

async fn the_receipt_of_a_decision_is_shown_and_checked(database: Database) {
    let idp = TestIdp::start(database).await;
    let world = world(&idp).await;
    let done = idp.app.store.transfer_one_key(transfer(&idp, &world, 0, "t1")).await.unwrap();
    assert_eq!(done, TransferOutcome::Done);
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let ids = [world.accounts[0].as_str(), world.one_key.as_str()];
    let show = async |id: &str| {
        let body = json!({"reason": "a claim at the counter"}).to_string();
        caller.call("post", "/accounts/{id}/show", &[id], &body).await.json()
    };
    let (account, one_key) = (show(ids[0]).await, show(ids[1]).await);
    assert_eq!(
        (&account["transfer"]["decision"], &one_key["state"]),
        (&json!("transferred"), &json!("transferred"))
    );
    for (view, other) in [(&account, ids[1]), (&one_key, ids[0])] {
        assert_eq!(view["transfer"]["other_account"], other);
        assert_eq!(
            (&view["transfer"]["receipt_number"], &view["transfer"]["receipt_is_genuine"]),
            (&json!("t1"), &json!(true))
        );
    }
    let file = idp.folder.join("receipt.txt");
    std::fs::write(&file, account["transfer"]["receipt"].as_str().unwrap()).unwrap();
    let said = program(&idp, &["transfers", "verify", file.to_str().unwrap()]).await.unwrap();
    assert!(said.starts_with("genuine: t1 transferred at "), "{said}");
    let text = program(&idp, &["accounts", "show", ids[0]]).await.unwrap();
    assert!(text.contains("receipt_checked: genuine"), "{text}");
    // The number of a receipt finds its account.
    let found = caller.post("/accounts/find", &json!({"query": "t1", "reason": "x"})).await.json();
    assert_eq!((&found[0]["id"], &found[0]["found_by"]), (&json!(ids[0]), &json!("receipt_number")));
    // What was carried over can't be locked, opened or closed any more: nothing touches the decision.
    for what in ["lock", "unlock", "close"] {
        assert_eq!(crate::support::act(&caller, what, ids[1]).await.status, 409, "{what}");
    }
    assert_eq!(idp.count("transfer_decision"), 1);
}
