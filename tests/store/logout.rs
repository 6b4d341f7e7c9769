//! The logout ledger: written with a session's end, once; claimed, tried again, settled.

use crate::builders::Owner;
use crate::world::{World, at};
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::client::Client;
use idp_domain::ids::SessionId;
use idp_domain::session::{SessionEndReason, SessionLimits};
use idp_store::{Cutoffs, DeliveryState, DueLogout, EndSessions, LogoutClaim, LogoutFate, RedemptionOutcome};
use std::time::Duration;

const LIMITS: SessionLimits = SessionLimits { idle: Duration::from_mins(15), max: Duration::from_hours(12) };

/// A service that wants to be told.
async fn told_service(world: &World) -> Client {
    let mut client = world.client();
    client.backchannel_logout_uri = Some("https://fishing.example/logout".into());
    assert!(world.store.insert_service(client.clone(), None, Order::of_operator(), at(0)).await.unwrap());
    client
}

/// Uses a session for a service.
async fn use_for(world: &World, owner: &Owner, client: &Client) {
    let code = world.code_to_issue(owner, client, at(0));
    world.store.issue_code(code.clone()).await.unwrap();
    let outcome = world.store.redeem_code(world.redemption(&code, at(0))).await.unwrap();
    assert!(matches!(outcome, RedemptionOutcome::Redeemed(_)), "{outcome:?}");
}

/// A session that was used for two services that want to be told and one that doesn't.
async fn scene(world: &World) -> (Owner, [Client; 2]) {
    let owner = world.owner().await;
    let services = [told_service(world).await, told_service(world).await];
    for client in &services {
        use_for(world, &owner, client).await;
        use_for(world, &owner, client).await;
    }
    use_for(world, &owner, &world.service().await).await;
    (owner, services)
}

fn claim(seconds: u64) -> LogoutClaim {
    LogoutClaim {
        session: None,
        busy: Vec::new(),
        of_one_service: 8,
        most: 100,
        now: at(seconds),
        retry_at: at(seconds + 30),
    }
}

async fn take(world: &World, seconds: u64) -> Vec<DueLogout> {
    world.store.take_due_logouts(claim(seconds)).await.unwrap()
}

async fn events(world: &World) -> Vec<AuditEvent> {
    while world.store.seal_audit_records("node".into(), at(0), 100).await.unwrap() > 0 {}
    let records = world.store.list_sealed_records(0, 1000).await.unwrap();
    records.iter().map(|record| serde_json::from_str(&record.body).unwrap()).collect()
}

async fn an_end_is_told_to_each_service_once(world: World) {
    let (owner, services) = scene(&world).await;
    assert!(take(&world, 10).await.is_empty());
    let session = owner.session.id.clone();
    let before = world.store.list_session_services(session.clone()).await.unwrap();
    assert_eq!(before.iter().map(|service| service.delivery).collect::<Vec<_>>(), [None, None, None]);
    assert!(world.store.end_session(session.clone(), Some(services[0].id.clone()), at(10)).await.unwrap());
    assert!(!world.store.end_session(session.clone(), None, at(11)).await.unwrap());
    assert_eq!(world.store.count_waiting_logouts().await.unwrap(), 2);
    let mut taken = take(&world, 12).await;
    taken.sort_by(|a, b| a.client.cmp(&b.client));
    let mut expected: Vec<_> = services.iter().map(|client| client.id.clone()).collect();
    expected.sort();
    assert_eq!(taken.iter().map(|logout| logout.client.clone()).collect::<Vec<_>>(), expected);
    for logout in taken {
        assert_eq!((&logout.session, &logout.account), (&session, &owner.account));
        assert_eq!((logout.attempts, logout.queued_at), (1, at(10)));
        world.store.settle_logout(logout, LogoutFate::Acknowledged, at(13)).await.unwrap();
    }
    assert!(take(&world, 1_000_000).await.is_empty());
    let after = world.store.list_session_services(session.clone()).await.unwrap();
    let told = Some(DeliveryState::Acknowledged);
    assert_eq!(after.iter().filter(|service| service.delivery == told).count(), 2);
    assert_eq!(after.iter().filter(|service| service.delivery.is_none()).count(), 1);
    let events = events(&world).await;
    let signed_out =
        AuditEvent::SignedOut { account: owner.account, session, client: Some(services[0].id.clone()) };
    assert_eq!(events.iter().filter(|event| **event == signed_out).count(), 1);
    let acknowledged = |event: &&AuditEvent| matches!(event, AuditEvent::LogoutAcknowledged { .. });
    assert_eq!(events.iter().filter(acknowledged).count(), 2);
}

async fn a_claim_that_runs_out_is_taken_again_and_the_late_worker_undoes_nothing(world: World) {
    let (owner, _) = scene(&world).await;
    world.store.end_session(owner.session.id, None, at(0)).await.unwrap();
    let first = take(&world, 0).await;
    assert_eq!(first.len(), 2);
    assert!(take(&world, 29).await.is_empty(), "another worker has them");
    let again = take(&world, 30).await;
    assert_eq!(again.iter().map(|logout| logout.attempts).collect::<Vec<_>>(), [2, 2]);
    let settle = async |logout: &DueLogout, fate| {
        world.store.settle_logout(logout.clone(), fate, at(31)).await.unwrap();
    };
    let (late, newer) = (&first[0], again.iter().find(|logout| logout.client == first[0].client).unwrap());
    let failed = || LogoutFate::Failed { error: "status 500".into() };
    settle(late, failed()).await;
    settle(late, LogoutFate::RetryAt { at: at(1), error: "status 500".into() }).await;
    assert!(take(&world, 59).await.is_empty(), "only the newest try says what comes");
    settle(late, LogoutFate::Acknowledged).await;
    settle(newer, failed()).await;
    settle(newer, LogoutFate::RetryAt { at: at(40), error: "status 500".into() }).await;
    assert_eq!(world.count("logout_delivery WHERE state = 'acknowledged' AND last_error IS NULL"), 1);
    assert_eq!(take(&world, 60).await.len(), 1, "the other one still waits");
    let acknowledged = |event: &&AuditEvent| matches!(event, AuditEvent::LogoutAcknowledged { .. });
    assert_eq!(events(&world).await.iter().filter(acknowledged).count(), 1);
}

async fn a_failed_delivery_is_on_record_and_is_not_tried_again(world: World) {
    let (owner, services) = scene(&world).await;
    let session = owner.session.id;
    world.store.end_session(session.clone(), None, at(0)).await.unwrap();
    for logout in take(&world, 0).await {
        let fate = LogoutFate::RetryAt { at: at(5), error: "no answer: no connection".into() };
        world.store.settle_logout(logout, fate, at(1)).await.unwrap();
    }
    assert_eq!(world.count("logout_delivery WHERE state = 'queued' AND last_error IS NOT NULL"), 2);
    assert!(take(&world, 4).await.is_empty());
    for logout in take(&world, 5).await {
        let fate = LogoutFate::Failed { error: "status 404".into() };
        world.store.settle_logout(logout, fate, at(6)).await.unwrap();
    }
    assert!(take(&world, 1_000_000).await.is_empty());
    let expected = AuditEvent::LogoutFailed {
        client: services[1].id.clone(),
        session,
        attempts: 2,
        error: "status 404".into(),
    };
    assert!(events(&world).await.contains(&expected));
}

async fn a_claim_keeps_its_bounds(world: World) {
    let services = [told_service(&world).await, told_service(&world).await];
    for _ in 0..5 {
        let owner = world.owner().await;
        for client in &services {
            use_for(&world, &owner, client).await;
        }
        world.store.end_session(owner.session.id, None, at(1)).await.unwrap();
    }
    let of =
        |taken: &[DueLogout], client: &Client| taken.iter().filter(|due| due.client == client.id).count();
    let bounded = LogoutClaim { of_one_service: 2, most: 3, ..claim(1) };
    let taken = world.store.take_due_logouts(bounded).await.unwrap();
    assert_eq!(taken.len(), 3);
    assert!(of(&taken, &services[0]) <= 2 && of(&taken, &services[1]) <= 2);
    let one = LogoutClaim { busy: vec![services[0].id.clone()], of_one_service: 100, ..claim(1) };
    let taken = world.store.take_due_logouts(one).await.unwrap();
    assert_eq!(of(&taken, &services[0]), 0);
    assert!(of(&taken, &services[1]) >= 3);
    let nobody = LogoutClaim { session: SessionId::parse("nobody"), ..claim(1) };
    assert!(world.store.take_due_logouts(nobody).await.unwrap().is_empty());
}

async fn sessions_end_by_time_and_only_then(world: World) {
    let (idle, _) = scene(&world).await;
    let busy = world.owner().await;
    use_for(&world, &busy, &told_service(&world).await).await;
    world.store.touch_session(busy.session.id.clone(), at(600)).await.unwrap();
    let sweep = async |seconds| world.store.end_expired_sessions(LIMITS, at(seconds), 10).await.unwrap();
    assert_eq!(sweep(900).await, 0, "live to the last instant");
    assert_eq!(sweep(901).await, 1);
    assert_eq!(world.count("logout_delivery WHERE reason = 'expired'"), 2);
    let ended = world.store.find_session(idle.session.secret).await.unwrap().unwrap();
    assert_eq!(ended.session.ended_at, Some(at(901)));
    let expected = AuditEvent::SessionEnded {
        account: idle.account,
        session: idle.session.id,
        reason: SessionEndReason::Expired,
    };
    assert!(events(&world).await.contains(&expected));
    for minutes in (10..=720).step_by(10) {
        world.store.touch_session(busy.session.id.clone(), at(minutes * 60)).await.unwrap();
    }
    assert_eq!(sweep(43_200).await, 0);
    assert_eq!(sweep(43_201).await, 1, "12 hours end a session in any case");
    assert_eq!(sweep(1_000_000).await, 0);
    assert_eq!(world.count("logout_delivery"), 3);
}

async fn two_nodes_that_sweep_at_once_end_each_session_once(world: World) {
    let client = told_service(&world).await;
    for _ in 0..30 {
        use_for(&world, &world.owner().await, &client).await;
    }
    let other = world.another_node();
    let sweep = async |store: &idp_store::Store| {
        let mut ended = 0;
        loop {
            match store.end_expired_sessions(LIMITS, at(1000), 4).await.unwrap() {
                0 => return ended,
                more => ended += more,
            }
        }
    };
    let claims = async |store: &idp_store::Store| store.take_due_logouts(claim(1000)).await.unwrap().len();
    let (one, two) = tokio::join!(sweep(&world.store), sweep(&other));
    assert_eq!(one + two, 30);
    assert_eq!(world.count("logout_delivery"), 30);
    let mut claimed = 0;
    for _ in 0..8 {
        let (one, two) = tokio::join!(claims(&world.store), claims(&other));
        claimed += one + two;
    }
    assert_eq!(claimed, 30);
    let ended = |event: &&AuditEvent| matches!(event, AuditEvent::SessionEnded { .. });
    assert_eq!(events(&world).await.iter().filter(ended).count(), 30);
}

async fn an_accounts_sessions_end_together_but_the_one_at_work(world: World) {
    let (owner, _) = scene(&world).await;
    let elsewhere = world.sign_in_success(&owner.account, world.keyed(), at(1));
    world.store.complete_sign_in(elsewhere.clone()).await.unwrap();
    let stranger = world.owner().await;
    let end = EndSessions {
        account: owner.account.clone(),
        except: Some(elsewhere.session.id.clone()),
        reason: SessionEndReason::PasswordChanged,
        now: at(2),
    };
    assert_eq!(world.store.end_sessions_of_account(end.clone()).await.unwrap(), 1);
    assert_eq!(world.store.end_sessions_of_account(end.clone()).await.unwrap(), 0);
    assert_eq!(world.count("logout_delivery WHERE reason = 'password_changed'"), 2);
    let closed = EndSessions { except: None, reason: SessionEndReason::AccountClosed, ..end };
    assert_eq!(world.store.end_sessions_of_account(closed).await.unwrap(), 1);
    assert_eq!(world.count("browser_session WHERE ended_at IS NULL"), 1);
    let found = world.store.find_session(stranger.session.secret).await.unwrap().unwrap();
    assert_eq!(found.session.ended_at, None);
}

/// Whatever order they come in: a service that got its tokens hears of the end.
async fn a_code_that_is_redeemed_while_its_session_ends_is_refused_or_told(world: World) {
    let (client, other) = (told_service(&world).await, world.another_node());
    let (mut told, mut refused) = (0, 0);
    for _ in 0..40 {
        let owner = world.owner().await;
        let code = world.code_to_issue(&owner, &client, at(0));
        world.store.issue_code(code.clone()).await.unwrap();
        let redemption = world.redemption(&code, at(1));
        let redeem = tokio::spawn({
            let store = world.store.clone();
            async move { store.redeem_code(redemption).await.unwrap() }
        });
        let end = tokio::spawn({
            let (store, session) = (other.clone(), owner.session.id.clone());
            async move { store.end_session(session, None, at(1)).await.unwrap() }
        });
        let (outcome, ended) = (redeem.await.unwrap(), end.await.unwrap());
        assert!(ended);
        let deliveries = world.count(&format!("logout_delivery WHERE session_id = '{}'", owner.session.id));
        match outcome {
            RedemptionOutcome::Redeemed(_) => {
                assert_eq!(deliveries, 1, "a service that is signed in is not told");
                told += 1;
            }
            RedemptionOutcome::Refused(_) => {
                assert_eq!(deliveries, 0);
                refused += 1;
            }
        }
    }
    assert_eq!(told + refused, 40);
}

async fn the_ledger_outlives_the_session_and_leaves_in_its_time(world: World) {
    let (owner, _) = scene(&world).await;
    let cutoffs = |sessions, settled| Cutoffs {
        now: at(0),
        registrations: at(0),
        sessions: at(sessions),
        counters: at(0),
        failures: at(0),
        mails: at(settled),
        grants: at(0),
        replays: at(0),
    };
    let open = async |world: &World| world.store.delete_expired(cutoffs(1_000_000, 0), 100).await.unwrap();
    open(&world).await;
    assert_eq!(
        world.count("browser_session"),
        1,
        "what has not ended is not deleted: its services would not be told"
    );
    world.store.end_session(owner.session.id, None, at(10)).await.unwrap();
    world.store.delete_expired(cutoffs(11, 0), 100).await.unwrap();
    assert_eq!((world.count("browser_session"), world.count("session_service")), (0, 0));
    let due = take(&world, 11).await;
    assert_eq!(due.len(), 2);
    world.store.settle_logout(due[0].clone(), LogoutFate::Acknowledged, at(20)).await.unwrap();
    world.store.delete_expired(cutoffs(11, 20), 100).await.unwrap();
    assert_eq!(world.count("logout_delivery"), 2);
    world.store.delete_expired(cutoffs(11, 21), 100).await.unwrap();
    assert_eq!(world.count("logout_delivery"), 1, "what is not settled stays");
}

on_both_databases! {
    an_end_is_told_to_each_service_once
    a_claim_that_runs_out_is_taken_again_and_the_late_worker_undoes_nothing
    a_failed_delivery_is_on_record_and_is_not_tried_again
    a_claim_keeps_its_bounds
    sessions_end_by_time_and_only_then
    two_nodes_that_sweep_at_once_end_each_session_once
    an_accounts_sessions_end_together_but_the_one_at_work
    a_code_that_is_redeemed_while_its_session_ends_is_refused_or_told
    the_ledger_outlives_the_session_and_leaves_in_its_time
}
