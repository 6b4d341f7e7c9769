//! The audit's chain: sealed, verified, and every change to it found.

use crate::builders::MAIL_LIMITS;
use crate::world::{World, at};
use idp_domain::audit::{AuditEvent, ChainHead, SignInRefusal};
use idp_store::ActivationOutcome;

const NODE: &str = "node-1";

/// Writes `count` records and seals them.
async fn sealed(world: &World, count: u64) {
    for second in 0..count {
        let refused = AuditEvent::SignInRefused {
            account: Some(world.account_id()),
            reason: SignInRefusal::WrongPassword,
            network: "réseau".into(),
        };
        world.store.record_refused_sign_in(refused, at(second)).await.unwrap();
    }
    seal(world).await;
}

async fn seal(world: &World) {
    while world.store.seal_audit_records(NODE.into(), at(100), 3).await.unwrap() > 0 {}
    assert_eq!(world.store.count_unsealed_records().await.unwrap(), 0);
}

/// Follows the chain to its end, as `audit verify` does: the last number, or the first that is wrong.
async fn verify(world: &World) -> Result<i64, i64> {
    let mut head = ChainHead::genesis();
    loop {
        let records = world.store.list_sealed_records(head.number, 4).await.unwrap();
        if records.is_empty() {
            return Ok(head.number);
        }
        for record in &records {
            head.follow(record)?;
        }
    }
}

async fn a_whole_chain_is_verified(world: World) {
    assert_eq!(world.store.find_chain_head().await.unwrap(), ChainHead::genesis());
    sealed(&world, 8).await;
    assert_eq!(verify(&world).await, Ok(8));
    sealed(&world, 2).await;
    assert_eq!(verify(&world).await, Ok(10));
    let head = world.store.find_chain_head().await.unwrap();
    let last = world.store.list_sealed_records(9, 10).await.unwrap().remove(0);
    assert_eq!((head.number, head.hash), (10, last.hash));
    assert_eq!(last.at, at(1));
}

async fn a_changed_record_is_found(world: World) {
    sealed(&world, 8).await;
    world.execute(
        "UPDATE audit_record SET body = replace(body, 'wrong_password', 'delayed') WHERE number = 5",
    );
    assert_eq!(verify(&world).await, Err(5));
}

async fn a_changed_time_is_found(world: World) {
    sealed(&world, 8).await;
    world.execute("UPDATE audit_record SET recorded_at = recorded_at + 1 WHERE number = 1");
    assert_eq!(verify(&world).await, Err(1));
}

async fn a_deleted_record_is_found(world: World) {
    sealed(&world, 8).await;
    world.execute("DELETE FROM audit_record WHERE number = 3");
    assert_eq!(verify(&world).await, Err(3));
}

async fn records_that_were_swapped_are_found(world: World) {
    sealed(&world, 8).await;
    world.execute(
        "UPDATE audit_record SET number = -1 WHERE number = 4; \
         UPDATE audit_record SET number = 4 WHERE number = 6; \
         UPDATE audit_record SET number = 6 WHERE number = -1",
    );
    assert_eq!(verify(&world).await, Err(4));
}

async fn two_nodes_don_t_seal_in_turns_until_one_goes_away(world: World) {
    sealed(&world, 1).await;
    let event = AuditEvent::KeyRemoved { kid: "kid".into() };
    world.store.record_refused_sign_in(event, at(50)).await.unwrap();
    let other = "node-2".to_owned();
    assert_eq!(world.store.seal_audit_records(other.clone(), at(109), 10).await.unwrap(), 0, "leased");
    assert_eq!(world.store.count_unsealed_records().await.unwrap(), 1);
    assert_eq!(world.store.seal_audit_records(other, at(111), 10).await.unwrap(), 1);
    assert_eq!(verify(&world).await, Ok(2));
}

async fn what_happens_is_on_record_without_anything_personal(world: World) {
    let new = world.registration(&world.email(), at(0));
    world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
    let wrong = world.code_attempt(&new, world.keyed(), at(1));
    assert_eq!(world.store.activate_by_code(wrong).await.unwrap(), ActivationOutcome::Wrong);
    let right = world.code_attempt(&new, new.code.code, at(2));
    world.store.activate_by_code(right.clone()).await.unwrap();
    world.store.end_session(right.session.id.clone(), None, at(3)).await.unwrap();
    seal(&world).await;
    let records = world.store.list_sealed_records(0, 100).await.unwrap();
    let events: Vec<AuditEvent> =
        records.iter().map(|record| serde_json::from_str(&record.body).unwrap()).collect();
    let (registration, account, session) = (new.id, right.account, right.session.id);
    let network = right.session.network;
    let expected = vec![
        AuditEvent::RegistrationStarted { registration: registration.clone() },
        AuditEvent::ActivationCodeRefused { registration: registration.clone(), wrong_in_all: 1 },
        AuditEvent::AccountActivated { registration, account: account.clone() },
        AuditEvent::SignedIn {
            account: account.clone(),
            session: session.clone(),
            methods: right.session.methods.clone(),
            new_device: true,
            network,
        },
        AuditEvent::SignedOut { account, session, client: None },
    ];
    assert_eq!(events, expected);
    assert!(records.iter().all(|record| !record.body.contains(new.email.as_str())));
}

on_both_databases! {
    a_whole_chain_is_verified
    a_changed_record_is_found
    a_changed_time_is_found
    a_deleted_record_is_found
    records_that_were_swapped_are_found
    two_nodes_don_t_seal_in_turns_until_one_goes_away
    what_happens_is_on_record_without_anything_personal
}
