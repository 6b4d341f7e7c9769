//! What support does to an account: once, with its reason on record, and with everything that depends on it.

use crate::world::{World, at};
use idp_domain::account::AccountStatus;
use idp_domain::administration::{Actor, LockReference, Order, Reason};
use idp_domain::ids::AccountId;
use idp_domain::time::Timestamp;
use idp_store::{AccountOutcome, SignInEnd, SupportAct};

fn act(account: &AccountId, why: &str, now: Timestamp) -> SupportAct {
    let order = Order { by: Actor::Operator, reason: Some(Reason::parse(why).unwrap()) };
    SupportAct { account: account.clone(), order, mail: None, now }
}

async fn lock(world: &World, account: &AccountId, why: &str, now: Timestamp) -> AccountOutcome {
    let reference = LockReference::parse("ABCDEFGH23").unwrap();
    let reason = Reason::parse(why).unwrap();
    world.store.lock_account(act(account, why, now), reference, reason).await.unwrap()
}

async fn sc_049_locking_ends_sessions_and_grants_and_unlocking_opens_signing_in_again(world: World) {
    let (owner, client) = (world.owner().await, world.service().await);
    let code = world.code_to_issue(&owner, &client, at(1));
    assert!(world.store.issue_code(code.clone()).await.unwrap());
    world.store.redeem_code(world.redemption(&code, at(2))).await.unwrap();
    let id = owner.account.clone();
    assert_eq!(lock(&world, &id, "asked by phone", at(10)).await, AccountOutcome::Done);
    assert_eq!(lock(&world, &id, "twice", at(11)).await, AccountOutcome::NotSo);
    let found = world.store.find_session(owner.session.secret).await.unwrap().unwrap();
    assert_eq!((found.session.ended_at, found.account.status), (Some(at(10)), AccountStatus::Locked));
    assert_eq!(world.count("token_grant WHERE ended_at IS NULL"), 0);
    let success = world.sign_in_success(&id, world.keyed(), at(12));
    assert_eq!(world.store.complete_sign_in(success.clone()).await.unwrap(), SignInEnd::Gone);
    let unlock = |why, now| world.store.unlock_account(act(&id, why, now));
    assert_eq!(unlock("proved who they are", at(20)).await.unwrap(), AccountOutcome::Done);
    assert_eq!(unlock("twice", at(21)).await.unwrap(), AccountOutcome::NotSo);
    let nobody = act(&AccountId::parse("nobody").unwrap(), "x", at(22));
    assert_eq!(world.store.unlock_account(nobody).await.unwrap(), AccountOutcome::Gone);
    assert_eq!(world.store.complete_sign_in(success).await.unwrap(), SignInEnd::SignedIn);
    let records = world.query("SELECT body AS value FROM audit_record WHERE body LIKE '%locked%'");
    assert_eq!(records.iter().filter(|body| body.contains("\"account_locked\"")).count(), 2, "{records:?}");
    assert!(records.iter().any(|body| body.contains("asked by phone")), "{records:?}");
    assert!(records.iter().any(|body| body.contains("proved who they are")), "{records:?}");
}

on_both_databases! {
    sc_049_locking_ends_sessions_and_grants_and_unlocking_opens_signing_in_again
}
