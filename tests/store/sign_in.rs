//! Passwords: what is counted and when; sessions: how they begin and end.

use crate::builders::{MAIL_LIMITS, Owner};
use crate::world::{World, at};
use idp_domain::lockout::Lockout::{Until, UntilReset};
use idp_domain::lockout::LockoutDecision::{Refuse, Try};
use idp_domain::secret::TokenHash;
use idp_store::{NetworkWindow, SignInAttempt, SignInEnd, SignInStart, WiderNetwork};

/// An attempt from a network without a limit.
async fn begin(world: &World, attempt: SignInAttempt) -> SignInStart {
    world.store.begin_sign_in(attempt).await.unwrap().unwrap()
}

/// A wrong password, as far as the store knows: an attempt that nobody completes.
async fn attempt(world: &World, owner: &Owner, device: Option<TokenHash>, seconds: u64) -> SignInStart {
    begin(world, world.sign_in(&owner.email, device, at(seconds))).await
}

async fn an_attempt_is_counted_before_the_password_is_looked_at(world: World) {
    let owner = world.owner().await;
    for count in 1..=5 {
        let start = attempt(&world, &owner, None, count.into()).await;
        assert_eq!((start.decision, start.failures.count), (Try, count));
        assert_eq!(start.account.unwrap().id, owner.account);
    }
    let refused = attempt(&world, &owner, None, 6).await;
    assert_eq!(
        (refused.decision, refused.failures.count),
        (Refuse(Until(at(65))), 5),
        "a refusal doesn't count"
    );
    assert_eq!(attempt(&world, &owner, None, 65).await.decision, Try);
    assert_eq!(
        attempt(&world, &owner, None, 66).await.decision,
        Refuse(Until(at(65 + 120))),
        "the delay doubles"
    );
}

async fn an_address_without_an_account_is_counted_alike(world: World) {
    let email = world.email();
    for count in 1..=5 {
        let start = begin(&world, world.sign_in(&email, None, at(0))).await;
        assert_eq!((start.decision, start.failures.count), (Try, count));
        assert!(start.account.is_none());
    }
    let refused = begin(&world, world.sign_in(&email, None, at(0))).await;
    assert_eq!(refused.decision, Refuse(Until(at(60))));
}

async fn a_success_clears_the_count(world: World) {
    let owner = world.owner().await;
    for _ in 0..4 {
        attempt(&world, &owner, None, 10).await;
    }
    let fifth = attempt(&world, &owner, None, 10).await;
    let mut success = world.sign_in_success(&owner.account, fifth.counted, at(11));
    success.new_password_hash = Some("$argon2id$new".into());
    assert_eq!(world.store.complete_sign_in(success.clone()).await.unwrap(), SignInEnd::SignedIn);
    let found = world.store.find_session(success.session.secret).await.unwrap().unwrap();
    assert_eq!((found.session.id, found.session.created_at), (success.session.id, at(11)));
    assert_eq!(found.session.methods, success.session.methods);
    assert_eq!(found.account.last_sign_in_at, Some(at(11)));
    assert_eq!(found.account.password_hash.as_deref(), Some("$argon2id$new"));
    let next = attempt(&world, &owner, None, 12).await;
    assert_eq!((next.decision, next.failures.count), (Try, 1));
}

async fn a_hundred_wrong_passwords_stop_it_until_a_new_one_is_set(world: World) {
    let owner = world.owner().await;
    let mut seconds = 0;
    for _ in 0..100 {
        assert_eq!(attempt(&world, &owner, None, seconds).await.decision, Try);
        seconds += 900;
    }
    assert_eq!(world.count("sign_in_failure WHERE failures = 100"), 1);
    for later in [0, 24 * 3600, 300 * 24 * 3600] {
        assert_eq!(attempt(&world, &owner, None, seconds + later).await.decision, Refuse(UntilReset));
    }
    assert_eq!(attempt(&world, &owner, Some(owner.session.device), seconds).await.decision, Try);
    // It stays on record until its own time is over.
    let cutoffs = crate::maintenance::cutoffs(seconds + 100, seconds - 901);
    world.store.delete_expired(cutoffs, 100).await.unwrap();
    assert_eq!(attempt(&world, &owner, None, seconds).await.decision, Refuse(UntilReset));
    world.execute(&format!("UPDATE account SET password_changed_at = {}", at(seconds).micros()));
    let start = attempt(&world, &owner, None, seconds + 1).await;
    assert_eq!((start.decision, start.failures.count), (Try, 1), "counted anew");
}

async fn a_known_device_is_counted_apart_from_strangers(world: World) {
    let owner = world.owner().await;
    let device = Some(owner.session.device);
    for _ in 0..6 {
        attempt(&world, &owner, None, 10).await;
    }
    assert_ne!(attempt(&world, &owner, None, 10).await.decision, Try);
    assert_ne!(attempt(&world, &owner, Some(world.token()), 10).await.decision, Try, "a made-up device");
    let known = attempt(&world, &owner, device, 10).await;
    assert_eq!((known.decision, known.known_device, known.failures.count), (Try, true, 1));
    for _ in 0..4 {
        assert_eq!(attempt(&world, &owner, device, 10).await.decision, Try);
    }
    assert_ne!(attempt(&world, &owner, device, 10).await.decision, Try, "it has its own five");

    let stranger = world.owner().await;
    let start = attempt(&world, &stranger, device, 10).await;
    assert!(!start.known_device, "a device is known to its accounts only");
}

async fn a_flood_from_its_network_does_not_stop_a_known_device(world: World) {
    let owner = world.owner().await;
    let window = NetworkWindow { key: world.keyed(), start: at(0), most: 1, wider: None };
    let attempt =
        |device| SignInAttempt { network: Some(window), ..world.sign_in(&owner.email, device, at(1)) };
    begin(&world, attempt(None)).await;
    assert!(world.store.begin_sign_in(attempt(None)).await.unwrap().is_none());
    assert!(
        world.store.begin_sign_in(attempt(Some(world.token()))).await.unwrap().is_none(),
        "a made-up device"
    );
    assert_eq!(begin(&world, attempt(Some(owner.session.device))).await.decision, Try);
}

async fn a_device_that_is_new_is_told_by_mail_once(world: World) {
    let owner = world.owner().await;
    assert_eq!(world.count("outbox_mail WHERE kind = 'new_device'"), 0);
    let mut known = world.sign_in_success(&owner.account, world.keyed(), at(10));
    known.session.device = owner.session.device;
    world.store.complete_sign_in(known).await.unwrap();
    assert_eq!(world.count("outbox_mail WHERE kind = 'new_device'"), 0, "activated there");

    let first = world.sign_in_success(&owner.account, world.keyed(), at(20));
    let mut second = world.sign_in_success(&owner.account, world.keyed(), at(30));
    second.session.device = first.session.device;
    world.store.complete_sign_in(first).await.unwrap();
    world.store.complete_sign_in(second).await.unwrap();
    assert_eq!(world.count("outbox_mail WHERE kind = 'new_device'"), 1);
}

async fn a_new_proof_by_the_same_person_renews_the_session_under_a_new_cookie(world: World) {
    let owner = world.owner().await;
    let mut success = world.sign_in_success(&owner.account, world.keyed(), at(10));
    success.session.replaces = Some(owner.session.id.clone());
    world.store.complete_sign_in(success.clone()).await.unwrap();
    assert!(
        world.store.find_session(owner.session.secret).await.unwrap().is_none(),
        "the old cookie is dead"
    );
    let renewed = world.store.find_session(success.session.secret).await.unwrap().unwrap().session;
    assert_eq!((renewed.id, renewed.account_id), (owner.session.id, owner.account));
    assert_eq!((renewed.authenticated_at, renewed.created_at, renewed.ended_at), (at(10), at(10), None));
    assert_eq!(world.count("browser_session"), 1);
}

async fn a_sign_in_by_somebody_else_ends_the_session_that_the_browser_had(world: World) {
    let (before, after) = (world.owner().await, world.owner().await);
    let mut success = world.sign_in_success(&after.account, world.keyed(), at(10));
    success.session.replaces = Some(before.session.id.clone());
    world.store.complete_sign_in(success.clone()).await.unwrap();
    let old = world.store.find_session(before.session.secret).await.unwrap().unwrap();
    assert_eq!((old.session.ended_at, old.account.id), (Some(at(10)), before.account));
    let new = world.store.find_session(success.session.secret).await.unwrap().unwrap();
    assert_eq!((new.session.id, new.session.ended_at), (success.session.id, None));
    assert_eq!(new.account.id, after.account);
}

async fn a_session_that_has_ended_is_not_renewed(world: World) {
    let owner = world.owner().await;
    world.store.end_session(owner.session.id.clone(), None, at(5)).await.unwrap();
    let mut success = world.sign_in_success(&owner.account, world.keyed(), at(10));
    success.session.replaces = Some(owner.session.id.clone());
    world.store.complete_sign_in(success.clone()).await.unwrap();
    let old = world.store.find_session(owner.session.secret).await.unwrap().unwrap();
    assert_eq!(old.session.ended_at, Some(at(5)));
    let new = world.store.find_session(success.session.secret).await.unwrap().unwrap();
    assert_eq!((new.session.id, new.session.ended_at), (success.session.id, None));
}

async fn a_session_is_touched_forwards_only_and_ends_once(world: World) {
    let owner = world.owner().await;
    let id = owner.session.id.clone();
    let last_seen =
        async || world.store.find_session(owner.session.secret).await.unwrap().unwrap().session.last_seen_at;
    world.store.touch_session(id.clone(), at(50)).await.unwrap();
    world.store.touch_session(id.clone(), at(40)).await.unwrap();
    assert_eq!(last_seen().await, at(50), "the later request wins");
    assert!(world.store.end_session(id.clone(), None, at(60)).await.unwrap());
    assert!(!world.store.end_session(id.clone(), None, at(61)).await.unwrap());
    world.store.touch_session(id, at(70)).await.unwrap();
    let found = world.store.find_session(owner.session.secret).await.unwrap().unwrap();
    assert_eq!((found.session.last_seen_at, found.session.ended_at), (at(50), Some(at(60))));
    assert!(world.store.find_session(world.token()).await.unwrap().is_none());
}

async fn a_locked_account_can_not_be_signed_in_to(world: World) {
    let owner = world.owner().await;
    world.execute("UPDATE account SET status = 'locked'");
    let success = world.sign_in_success(&owner.account, world.keyed(), at(10));
    assert_eq!(world.store.complete_sign_in(success.clone()).await.unwrap(), SignInEnd::Gone);
    assert!(world.store.find_session(success.session.secret).await.unwrap().is_none());
}

async fn a_waiting_registration_is_found_in_its_own_browser_only(world: World) {
    let new = world.registration(&world.email(), at(0));
    world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
    let elsewhere = world.sign_in(&new.email, None, at(10));
    assert!(begin(&world, elsewhere.clone()).await.registration.is_none());
    let mut here = elsewhere;
    here.browser = new.browser;
    let start = begin(&world, here.clone()).await;
    assert_eq!(start.registration.unwrap().id, new.id);
    here.email_key = world.email().key();
    assert!(begin(&world, here).await.registration.is_none(), "another address");
}

async fn a_network_is_counted_by_window(world: World) {
    let key = world.keyed();
    let window = |key, start| NetworkWindow { key, start: at(start), most: 2, wider: None };
    for let_through in [true, true, false, false] {
        assert_eq!(world.store.count_network_use(window(key, 0)).await.unwrap(), let_through);
    }
    assert!(world.store.count_network_use(window(key, 60)).await.unwrap(), "the next minute");
    assert!(world.store.count_network_use(window(world.keyed(), 0)).await.unwrap(), "another network");
}

async fn what_is_refused_to_a_network_costs_its_neighbours_nothing(world: World) {
    let wider = Some(WiderNetwork { key: world.keyed(), most: 3 });
    let window = |key| NetworkWindow { key, start: at(0), most: 2, wider };
    let (flooder, neighbour, third) = (world.keyed(), world.keyed(), world.keyed());
    for let_through in [true, true, false, false, false] {
        assert_eq!(world.store.count_network_use(window(flooder)).await.unwrap(), let_through);
    }
    assert!(world.store.count_network_use(window(neighbour)).await.unwrap());
    assert!(!world.store.count_network_use(window(third)).await.unwrap(), "the wider network is full");
    let elsewhere = NetworkWindow { wider: None, ..window(third) };
    assert!(world.store.count_network_use(elsewhere).await.unwrap());
}

async fn a_network_that_tries_too_often_is_refused_before_its_attempt_is_counted(world: World) {
    let owner = world.owner().await;
    let window = NetworkWindow { key: world.keyed(), start: at(0), most: 1, wider: None };
    let attempt = || SignInAttempt { network: Some(window), ..world.sign_in(&owner.email, None, at(1)) };
    assert_eq!(begin(&world, attempt()).await.failures.count, 1);
    for _ in 0..3 {
        assert!(world.store.begin_sign_in(attempt()).await.unwrap().is_none());
    }
    assert_eq!(begin(&world, world.sign_in(&owner.email, None, at(2))).await.failures.count, 2);
}

on_both_databases! {
    an_attempt_is_counted_before_the_password_is_looked_at
    an_address_without_an_account_is_counted_alike
    a_success_clears_the_count
    a_hundred_wrong_passwords_stop_it_until_a_new_one_is_set
    a_known_device_is_counted_apart_from_strangers
    a_flood_from_its_network_does_not_stop_a_known_device
    a_device_that_is_new_is_told_by_mail_once
    a_new_proof_by_the_same_person_renews_the_session_under_a_new_cookie
    a_sign_in_by_somebody_else_ends_the_session_that_the_browser_had
    a_session_that_has_ended_is_not_renewed
    a_session_is_touched_forwards_only_and_ends_once
    a_locked_account_can_not_be_signed_in_to
    a_waiting_registration_is_found_in_its_own_browser_only
    a_network_is_counted_by_window
    what_is_refused_to_a_network_costs_its_neighbours_nothing
    a_network_that_tries_too_often_is_refused_before_its_attempt_is_counted
}
