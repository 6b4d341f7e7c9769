//! What a timer deletes, and what it leaves.

use crate::builders::MAIL_LIMITS;
use crate::world::{World, at};
use idp_store::{Cutoffs, MailFate, NetworkWindow};
use std::time::Duration;

const TABLES: [&str; 16] = [
    "registration",
    "activation_code",
    "browser_session",
    "authorization_request",
    "pushed_request",
    "authorization_code",
    "access_token",
    "form_submission",
    "held_form",
    "mail_allowance",
    "network_counter",
    "sign_in_failure",
    "outbox_mail WHERE settled_at IS NOT NULL",
    "spent_identifier",
    "token_grant",
    "client_token",
];

/// One row of each kind, written at `at(0)`, with ends at `at(100)` where a row carries its own.
async fn one_of_each(world: &World) {
    let (owner, client) = (world.owner().await, world.service().await);
    let mut request = world.authorization_request(&client);
    request.expires_at = at(100);
    world.store.insert_authorization_request(request).await.unwrap();
    let mut pushed = world.pushed_request(&client);
    pushed.expires_at = at(100);
    world.store.insert_pushed_request(pushed).await.unwrap();
    let mut code = world.code_to_issue(&owner, &client, at(0));
    code.code.expires_at = at(100);
    world.store.issue_code(code.clone()).await.unwrap();
    let mut redemption = world.redemption(&code, at(0));
    redemption.limits.access_token = Duration::from_secs(100);
    world.store.redeem_code(redemption).await.unwrap();
    world.store.insert_client_token(world.client_token(&client, at(0), at(100))).await.unwrap();
    world.store.begin_submission(world.token(), at(100)).await.unwrap();
    assert!(world.store.spend_identifier(world.keyed(), at(100)).await.unwrap());
    world.store.hold_form(world.keyed(), vec![1], at(100)).await.unwrap();
    let window = NetworkWindow { key: world.keyed(), start: at(0), most: 1, wider: None };
    world.store.count_network_use(window).await.unwrap();
    world.store.begin_sign_in(world.sign_in(&owner.email, None, at(0))).await.unwrap();
    world.store.end_session(owner.session.id.clone(), None, at(0)).await.unwrap();
    // The session took its grant along; here each kind has an end of its own.
    world.execute(&format!("UPDATE token_grant SET expires_at = {}", at(100).micros()));
    for mail in world.store.take_due_mails(at(0), at(60), 10).await.unwrap() {
        world.store.settle_mail(mail.id, MailFate::Sent, at(0)).await.unwrap();
    }
}

fn rows(world: &World) -> Vec<usize> {
    TABLES.iter().map(|table| world.count(table)).collect()
}

pub fn cutoffs(now: u64, beginnings: u64) -> Cutoffs {
    let before = at(beginnings);
    Cutoffs {
        now: at(now),
        registrations: before,
        sessions: before,
        counters: before,
        failures: before,
        mails: before,
        replays: at(now),
        grants: at(now),
    }
}

async fn rows_leave_when_their_time_is_over_and_not_before(world: World) {
    one_of_each(&world).await;
    let before = rows(&world);
    assert!(before.iter().all(|count| *count > 0), "a row of each kind: {before:?}");
    assert_eq!(world.store.delete_expired(cutoffs(100, 0), 10).await.unwrap(), 0);
    assert_eq!(rows(&world), before, "live to the last instant");

    world.store.start_registration(world.registration(&world.email(), at(1)), MAIL_LIMITS).await.unwrap();
    assert_eq!(
        world.store.delete_expired(cutoffs(101, 1), 10).await.unwrap(),
        before.iter().sum::<usize>() - 1
    );
    let mut left = vec![0; TABLES.len()];
    // The registration that began later, with its code and its mail's count. A code leaves with its registration.
    for table in [0, 1, 9] {
        left[table] = 1;
    }
    assert_eq!(rows(&world), left);
    assert_eq!(world.count("account"), 1, "an account is never deleted");
    assert_eq!(world.count("connected_service"), 1);
    assert_eq!(world.count("known_device"), 1);
    assert!(world.count("audit_record") > 0);
    assert_eq!(world.store.count_waiting_mails().await.unwrap(), 1, "a waiting mail stays");
    assert_eq!(world.store.delete_expired(cutoffs(101, 1), 10).await.unwrap(), 0);
}

async fn a_batch_has_its_bound(world: World) {
    for _ in 0..5 {
        world.store.begin_submission(world.token(), at(0)).await.unwrap();
    }
    for left in [3, 1, 0] {
        world.store.delete_expired(cutoffs(1, 0), 2).await.unwrap();
        assert_eq!(world.count("form_submission"), left);
    }
}

async fn a_store_that_is_there_answers(world: World) {
    world.store.ping().await.unwrap();
    assert!(idp_store::Store::open("mysql://127.0.0.1/idp").is_err());
}

on_both_databases! {
    rows_leave_when_their_time_is_over_and_not_before
    a_batch_has_its_bound
    a_store_that_is_there_answers
}
