//! Many at once, on two nodes over the same database: what is good once is good once, and nothing fails by being raced.
//!
//! Every round begins with all its tasks waiting at a barrier. The tests here take turns, so that each has the machine
//! (and the database server's connections) for itself.

mod sessions;
mod tokens;

use crate::builders::MAIL_LIMITS;
use crate::world::{World, at};
use idp_domain::administration::Actor;
use idp_domain::audit::ChainHead;
use idp_domain::lockout::LockoutDecision;
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::signing_key::{KeyState, SigningAlgorithm};
use idp_store::{ActivationOutcome, KeyPromotion, NetworkWindow, Result, Store, Submission};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Barrier, Mutex, MutexGuard};

/// Rounds of each race.
const ROUNDS: usize = 12;
/// Tasks of a round, half of them on each node.
const TASKS: usize = 8;
const UNLIMITED: MailLimits = MailLimits { interval: Duration::ZERO, per_hour: 1000, per_day: 1000 };

async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// Two nodes on one database.
struct Nodes([Store; 2]);

impl Nodes {
    fn of(world: &World) -> Self {
        Self([world.store.clone(), world.another_node()])
    }

    /// Runs `work` on every argument at the same moment, on the nodes in turn. None may fail.
    async fn race<A, T, F>(&self, arguments: Vec<A>, work: impl Fn(Store, A) -> F) -> Vec<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let barrier = Arc::new(Barrier::new(arguments.len()));
        let tasks: Vec<_> = arguments
            .into_iter()
            .enumerate()
            .map(|(number, argument)| {
                let (barrier, raced) = (Arc::clone(&barrier), work(self.0[number % 2].clone(), argument));
                tokio::spawn(async move {
                    barrier.wait().await;
                    raced.await
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap().expect("a raced operation answers"));
        }
        outcomes
    }
}

fn times<T>(make: impl Fn() -> T) -> Vec<T> {
    (0..TASKS).map(|_| make()).collect()
}

fn count<T>(outcomes: &[T], is: impl Fn(&T) -> bool) -> usize {
    outcomes.iter().filter(|outcome| is(outcome)).count()
}

async fn sc_051_sc_062_of_many_uses_of_an_identifier_one_is_the_first(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    // A few hundred pairs, one of each pair on each node.
    for round in 1..=50 {
        let keys: Vec<_> = (0..TASKS / 2).map(|_| world.keyed()).collect();
        let raced: Vec<_> = keys.iter().flat_map(|key| [*key, *key]).collect();
        let first =
            nodes.race(raced, |store, key| async move { store.spend_identifier(key, at(300)).await }).await;
        for pair in first.chunks(2) {
            assert_eq!(count(pair, |first| *first), 1, "{first:?}");
        }
        assert_eq!(world.count("spent_identifier"), round * TASKS / 2);
    }
}

async fn of_many_activations_of_a_registration_one_makes_the_account(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for round in 1..=ROUNDS {
        let new = world.registration(&world.email(), at(0));
        world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
        let attempts: Vec<_> = (0..TASKS)
            .map(|number| {
                let by_code = world.code_attempt(&new, new.code.code, at(1));
                let by_link = world.link_attempt(new.code.link, new.browser, at(1));
                (number % 4 < 2, by_code, by_link)
            })
            .collect();
        let outcomes = nodes
            .race(attempts, |store, (types, by_code, by_link)| async move {
                if types {
                    store.activate_by_code(by_code).await
                } else {
                    store.activate_by_link(by_link).await
                }
            })
            .await;
        assert_eq!(count(&outcomes, |outcome| matches!(outcome, ActivationOutcome::Activated { .. })), 1);
        assert_eq!(count(&outcomes, |outcome| *outcome == ActivationOutcome::AlreadyActivated), TASKS - 1);
        assert_eq!((world.count("account"), world.count("browser_session")), (round, round));
    }
}

async fn of_many_registrations_of_an_address_one_becomes_the_account(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for round in 1..=ROUNDS * 2 {
        let email = world.email();
        let registrations = times(|| world.registration(&email, at(0)));
        for new in &registrations {
            world.store.start_registration(new.clone(), UNLIMITED).await.unwrap();
        }
        let attempts =
            registrations.iter().map(|new| world.code_attempt(new, new.code.code, at(1))).collect();
        let outcomes =
            nodes.race(attempts, |store, attempt| async move { store.activate_by_code(attempt).await }).await;
        assert_eq!(count(&outcomes, |outcome| matches!(outcome, ActivationOutcome::Activated { .. })), 1);
        assert_eq!(count(&outcomes, |outcome| *outcome == ActivationOutcome::Over), TASKS - 1);
        assert_eq!((world.count("account"), world.count("browser_session")), (round, round));
        assert_eq!(world.count("registration WHERE state = 'open'"), 0);
    }
}

async fn of_many_requests_of_an_address_one_gets_a_mail(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for round in 1..=ROUNDS {
        let email = world.email();
        let registrations = times(|| world.registration(&email, at(0)));
        let decisions = nodes
            .race(registrations, |store, new| async move { store.start_registration(new, MAIL_LIMITS).await })
            .await;
        assert_eq!(count(&decisions, |decision| *decision == MailDecision::Send), 1, "{decisions:?}");
        assert_eq!(world.count("outbox_mail"), round);
    }
}

async fn wrong_codes_at_once_are_all_counted(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        let new = world.registration(&world.email(), at(0));
        world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
        let attempts = (0..25).map(|_| world.code_attempt(&new, world.keyed(), at(1))).collect();
        let outcomes =
            nodes.race(attempts, |store, attempt| async move { store.activate_by_code(attempt).await }).await;
        assert_eq!(count(&outcomes, |outcome| *outcome == ActivationOutcome::Wrong), 4);
        assert_eq!(count(&outcomes, |outcome| *outcome == ActivationOutcome::TooManyTries), 15);
        assert_eq!(count(&outcomes, |outcome| *outcome == ActivationOutcome::Over), 6);
    }
}

async fn of_many_submissions_of_a_form_one_acts(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        let once = world.token();
        let states = nodes
            .race(vec![once; TASKS], |store, once| async move { store.begin_submission(once, at(100)).await })
            .await;
        assert_eq!(count(&states, |state| *state == Submission::New), 1);
        assert_eq!(count(&states, |state| *state == Submission::Pending), TASKS - 1);
    }
}

async fn of_many_takers_of_a_held_form_one_gets_it(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        let key = world.keyed();
        world.store.hold_form(key, vec![1], at(100)).await.unwrap();
        let taken = nodes
            .race(vec![key; TASKS], |store, key| async move { store.take_held_form(key, at(1)).await })
            .await;
        assert_eq!(count(&taken, Option::is_some), 1);
    }
}

async fn a_key_is_published_and_promoted_once(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let algorithm = SigningAlgorithm::Es256;
    for round in 0..ROUNDS as u64 {
        let now = at(round * 10);
        let keys = times(|| world.key(algorithm));
        let inserted =
            nodes.race(keys, move |store, key| async move { store.insert_next_key(key, now).await }).await;
        assert_eq!(count(&inserted, |inserted| *inserted), 1);
        let stored = world.store.list_signing_keys().await.unwrap();
        let kid = stored.into_iter().find(|key| key.state == KeyState::Next).unwrap().kid;
        let promotion = KeyPromotion { algorithm, kid: kid.clone(), reason: None, by: Actor::Schedule, now };
        let promoted = nodes
            .race(vec![promotion; TASKS], |store, promotion| async move {
                store.promote_next_key(promotion).await
            })
            .await;
        assert_eq!(count(&promoted, |promoted| *promoted), 1);
        let stored = world.store.list_signing_keys().await.unwrap();
        let active: Vec<_> = stored.into_iter().filter(|key| key.state == KeyState::Active).collect();
        assert_eq!((active.len(), &active[0].kid), (1, &kid));
    }
    assert_eq!(world.count("audit_record"), ROUNDS * 2);
}

async fn nodes_that_make_a_secret_at_once_agree_on_one(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for round in 0..ROUNDS {
        let name = format!("secret-{round}");
        let values: Vec<_> =
            (0..TASKS).map(|task| (name.clone(), vec![u8::try_from(task).unwrap()])).collect();
        let kept = nodes
            .race(values, |store, (name, value)| async move {
                store.find_or_insert_wrapped_secret(name, value, at(0)).await
            })
            .await;
        assert_eq!(kept.iter().collect::<HashSet<_>>().len(), 1);
    }
}

async fn of_many_workers_one_takes_a_mail(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        for _ in 0..TASKS {
            let new = world.registration(&world.email(), at(0));
            world.store.start_registration(new, MAIL_LIMITS).await.unwrap();
        }
        let claims = nodes
            .race(vec![(); TASKS], |store, ()| async move { store.take_due_mails(at(0), at(1000), 5).await })
            .await;
        let left = world.store.take_due_mails(at(0), at(1000), 100).await.unwrap();
        let taken: Vec<_> = claims.into_iter().flatten().chain(left).map(|mail| mail.id).collect();
        assert_eq!(taken.len(), TASKS);
        assert_eq!(taken.iter().collect::<HashSet<_>>().len(), TASKS, "each mail once");
    }
}

async fn of_a_burst_of_passwords_five_are_looked_at(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let owner = world.owner().await;
    for known in [false, true] {
        for email in [owner.email.clone(), world.email()] {
            let device = known.then_some(owner.session.device);
            let key = world.keyed();
            let attempts = (0..50)
                .map(|_| {
                    let mut attempt = world.sign_in(&email, device, at(1));
                    (attempt.address_hash, attempt.device_key) = (key, key);
                    attempt
                })
                .collect();
            let starts = nodes
                .race(attempts, |store, attempt| async move { store.begin_sign_in(attempt).await })
                .await;
            assert_eq!(
                count(&starts, |start| start
                    .as_ref()
                    .is_some_and(|start| start.decision == LockoutDecision::Try)),
                5
            );
        }
    }
}

async fn every_use_by_a_network_is_counted(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let window = NetworkWindow { key: world.keyed(), start: at(0), most: 60, wider: None };
    let uses = nodes
        .race(vec![window; 100], |store, window| async move { store.count_network_use(window).await })
        .await;
    assert_eq!(count(&uses, |let_through| *let_through), 60);
}

async fn a_chain_sealed_by_two_nodes_while_it_grows_is_whole(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let owner = world.owner().await;
    for round in 1..=ROUNDS as u64 {
        // Each round is past the lease of the one before, so that either node may win.
        let now = at(round * 20);
        let tasks = (0..TASKS)
            .map(|number| (number, world.sign_in_success(&owner.account, world.keyed(), now)))
            .collect();
        nodes
            .race(tasks, move |store, (number, success)| async move {
                if number < TASKS / 2 {
                    store.complete_sign_in(success).await.map(|_| ())
                } else {
                    let holder = format!("node-{}", number % 2);
                    store.seal_audit_records(holder, now, 3).await.map(|_| ())
                }
            })
            .await;
    }
    while world.store.seal_audit_records("node-0".into(), at(10_000), 100).await.unwrap() > 0 {}
    let mut head = ChainHead::genesis();
    for record in world.store.list_sealed_records(0, 10_000).await.unwrap() {
        head.follow(&record).unwrap();
    }
    assert_eq!(usize::try_from(head.number).unwrap(), world.count("audit_record"));
}

async fn rows_are_deleted_by_two_nodes_at_once(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        for _ in 0..20 {
            world.store.begin_submission(world.token(), at(0)).await.unwrap();
            world
                .store
                .start_registration(world.registration(&world.email(), at(0)), MAIL_LIMITS)
                .await
                .unwrap();
        }
        let now = at(10);
        let cutoffs = idp_store::Cutoffs {
            now,
            registrations: now,
            sessions: now,
            counters: now,
            failures: now,
            mails: now,
            replays: at(0),
            grants: now,
        };
        let deleted = nodes
            .race(
                vec![cutoffs; TASKS],
                |store, cutoffs| async move { store.delete_expired(cutoffs, 500).await },
            )
            .await;
        assert_eq!(deleted.into_iter().sum::<usize>(), 3 * 20);
    }
}

/// On SQLite, two writers of one file: neither ever finds the database locked.
async fn two_hundred_writes_at_once_all_succeed(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let registrations = (0..200).map(|_| world.registration(&world.email(), at(0))).collect();
    let decisions = nodes
        .race(registrations, |store, new| async move { store.start_registration(new, MAIL_LIMITS).await })
        .await;
    assert_eq!(count(&decisions, |decision| *decision == MailDecision::Send), 200);
    assert_eq!((world.count("registration"), world.count("outbox_mail")), (200, 200));
}

on_both_databases! {
    sc_051_sc_062_of_many_uses_of_an_identifier_one_is_the_first
    of_many_activations_of_a_registration_one_makes_the_account
    of_many_registrations_of_an_address_one_becomes_the_account
    of_many_requests_of_an_address_one_gets_a_mail
    wrong_codes_at_once_are_all_counted
    of_many_submissions_of_a_form_one_acts
    of_many_takers_of_a_held_form_one_gets_it
    a_key_is_published_and_promoted_once
    nodes_that_make_a_secret_at_once_agree_on_one
    of_many_workers_one_takes_a_mail
    of_a_burst_of_passwords_five_are_looked_at
    every_use_by_a_network_is_counted
    a_chain_sealed_by_two_nodes_while_it_grows_is_whole
    rows_are_deleted_by_two_nodes_at_once
    two_hundred_writes_at_once_all_succeed
}
