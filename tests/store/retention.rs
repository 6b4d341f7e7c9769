//! Retention on the database: three years of many accounts with a mail server that fails and a clock that jumps; races.

use crate::builders::Owner;
use crate::world::{World, at};
use idp_domain::retention::{
    LivedTime, NoticePosition, RetentionDecision, RetentionPolicy, decide_retention,
};
use idp_domain::time::Timestamp;
use idp_store::{MailFate, NewRetentionNotice, RetentionRun, SignInEnd};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashMap;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const POLICY: RetentionPolicy = RetentionPolicy {
    inactive_after: Duration::from_hours(24 * 913),
    notices: [Duration::from_hours(24 * 60), Duration::from_hours(24 * 30)],
};

/// What a test knows of an account and the rule doesn't.
struct Person {
    owner: Owner,
    /// True time of the last sign-in.
    last_use: Timestamp,
    /// Whether they ever come back.
    is_active: bool,
    /// True time at which the mail server took each notice since the last use.
    sent: Vec<(u8, Timestamp)>,
    deleted: bool,
}

/// The world of a simulation.
struct Simulation {
    world: World,
    rng: StdRng,
    people: Vec<Person>,
    /// True time; the clock is a jump away from it.
    truly: Timestamp,
    clock: Timestamp,
    mails_go_out: bool,
    mails: HashMap<String, (usize, u8)>,
}

impl Simulation {
    async fn of(world: World, people: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(30);
        let mut all = Vec::new();
        for _ in 0..people {
            let is_active = rng.random_bool(0.4);
            let owner = world.owner().await;
            all.push(Person { owner, last_use: at(0), is_active, sent: Vec::new(), deleted: false });
        }
        // What else waits to be sent is no concern here.
        world.execute("DELETE FROM outbox_mail");
        Self {
            world,
            rng,
            people: all,
            truly: at(0),
            clock: at(0),
            mails_go_out: true,
            mails: HashMap::new(),
        }
    }

    fn happen(&mut self, jumps: bool) {
        let step = Duration::from_hours(self.rng.random_range(12..30));
        self.truly = self.truly.plus(step);
        self.clock = self.clock.plus(step);
        if self.rng.random_bool(0.02) {
            self.mails_go_out = !self.mails_go_out;
        }
        if jumps && self.rng.random_bool(0.004) {
            let days = self.rng.random_range(2..1200);
            self.clock = if self.rng.random_bool(0.5) {
                self.clock.plus(DAY * days)
            } else {
                self.clock.minus(DAY * days)
            };
        }
    }

    /// The mail worker.
    async fn send(&mut self) {
        loop {
            let due = self
                .world
                .store
                .take_due_mails(self.clock, self.clock.plus(Duration::from_mins(2)), 100)
                .await
                .unwrap();
            if due.is_empty() {
                return;
            }
            for mail in due {
                let fate = if self.clock > mail.expires_at {
                    MailFate::Failed { error: "too late".into() }
                } else if self.mails_go_out {
                    if let Some((person, number)) = self.mails.get(mail.id.as_str()) {
                        self.people[*person].sent.push((*number, self.truly));
                    }
                    MailFate::Sent
                } else {
                    MailFate::RetryAt { at: self.clock.plus(Duration::from_hours(6)), error: "down".into() }
                };
                self.world.store.settle_mail(mail.id, fate, self.clock).await.unwrap();
            }
        }
    }

    /// The retention worker.
    async fn retain(&mut self) {
        let store = self.world.store.clone();
        let time = store.look_at_clock(self.clock).await.unwrap();
        let run = RetentionRun { policy: POLICY, time, now: self.clock };
        while store.settle_retention_notices(run, 100).await.unwrap() > 0 {}
        let mut after = None;
        loop {
            let batch = store.list_unused_accounts(run, after, 7).await.unwrap();
            let Some(last) = batch.last() else { return };
            after = Some(last.id.clone());
            for account in batch {
                let number =
                    self.people.iter().position(|person| person.owner.account == account.id).unwrap();
                match decide_retention(&account.facts, &POLICY) {
                    RetentionDecision::Wait => {}
                    RetentionDecision::Withdraw => {
                        store.withdraw_retention_notices(account.id, run).await.unwrap();
                    }
                    RetentionDecision::Notify { position, deletes_at } => {
                        let mut mail = self.world.mail("account_unused");
                        mail.expires_at = run.now.plus(DAY * 14);
                        self.mails.insert(mail.id.to_string(), (number, position.number()));
                        let new = NewRetentionNotice { account: account.id, position, deletes_at, mail };
                        assert!(store.write_retention_notice(new, run).await.unwrap());
                    }
                    RetentionDecision::Delete => {
                        assert!(store.delete_unused_account(account.id, run).await.unwrap());
                        self.was_deleted(number);
                    }
                }
            }
        }
    }

    fn was_deleted(&mut self, number: usize) {
        let person = &mut self.people[number];
        person.deleted = true;
        assert!(!person.is_active, "somebody who comes, or answers a notice, was deleted");
        let newest =
            |position| person.sent.iter().rev().find(|(number, _)| *number == position).map(|(_, at)| *at);
        let (first, second) = (newest(1).expect("the first notice"), newest(2).expect("the second notice"));
        assert!(
            self.truly.since(first) >= POLICY.notices[0],
            "{:?} after the first",
            self.truly.since(first)
        );
        assert!(
            self.truly.since(second) >= POLICY.notices[1],
            "{:?} after the second",
            self.truly.since(second)
        );
        assert!(second.since(first) >= POLICY.notices[1]);
    }

    /// Active people sign in about every ten months of true time, and within ten days of a notice.
    async fn sign_in(&mut self) {
        for number in 0..self.people.len() {
            let person = &self.people[number];
            let told = person.sent.iter().any(|(_, at)| self.truly.since(*at) > DAY * 10);
            let due = self.truly.since(person.last_use) > DAY * 300 && self.rng.random_bool(0.2);
            if !person.is_active || !(told || due) {
                continue;
            }
            let success = self.world.sign_in_success(&person.owner.account, self.world.keyed(), self.clock);
            assert_eq!(self.world.store.complete_sign_in(success).await.unwrap(), SignInEnd::SignedIn);
            self.people[number].last_use = self.truly;
            self.people[number].sent.clear();
        }
    }
}

async fn in_three_years_nobody_goes_without_both_notices_no_active_person_goes_and_everybody_else_does(
    world: World,
) {
    let mut simulation = Simulation::of(world, 24).await;
    let mut jumps = true;
    while simulation.truly < at(0).plus(DAY * 365 * 3) {
        simulation.happen(jumps);
        simulation.send().await;
        simulation.sign_in().await;
        simulation.retain().await;
    }
    // From then on the clock and the mail server are well, and in time everybody who stays away is gone.
    jumps = false;
    simulation.clock = simulation.clock.max(simulation.truly);
    let end = simulation.truly.plus(DAY * 3000);
    while simulation.truly < end
        && simulation.people.iter().any(|person| !person.is_active && !person.deleted)
    {
        simulation.happen(jumps);
        simulation.mails_go_out = true;
        simulation.send().await;
        simulation.sign_in().await;
        simulation.retain().await;
    }
    for (number, person) in simulation.people.iter().enumerate() {
        assert_eq!(person.deleted, !person.is_active, "person {number}");
    }
}

/// An account whose deletion is due at the run that comes with it.
async fn due(world: &World) -> (Owner, RetentionRun) {
    let owner = world.owner().await;
    let mut time = LivedTime::from(at(0));
    let run = |day: u64, time: LivedTime| RetentionRun {
        policy: POLICY,
        time,
        now: at(0).plus(DAY * u32::try_from(day).unwrap()),
    };
    for (day, position) in [(853, NoticePosition::First), (883, NoticePosition::Second)] {
        time.lived = DAY * day;
        let run = run(day.into(), time);
        let mut mail = world.mail("account_unused");
        mail.expires_at = run.now.plus(DAY);
        let new = NewRetentionNotice {
            account: owner.account.clone(),
            position,
            deletes_at: at(0).plus(DAY * 913),
            mail,
        };
        assert!(world.store.write_retention_notice(new.clone(), run).await.unwrap());
        assert!(!world.store.write_retention_notice(new, run).await.unwrap(), "once");
        for mail in world.store.take_due_mails(run.now, run.now, 100).await.unwrap() {
            world.store.settle_mail(mail.id, MailFate::Sent, run.now).await.unwrap();
        }
        assert_eq!(world.store.settle_retention_notices(run, 100).await.unwrap(), 1);
    }
    time.lived = DAY * 913;
    (owner, run(913, time))
}

async fn a_deletion_that_is_due_is_done_once_and_only_then(world: World) {
    let (owner, run) = due(&world).await;
    let early = RetentionRun { now: run.now.minus(Duration::from_secs(1)), ..run };
    assert!(!world.store.delete_unused_account(owner.account.clone(), early).await.unwrap());
    let not_lived = RetentionRun { time: LivedTime { lived: DAY * 912, ..run.time }, ..run };
    assert!(!world.store.delete_unused_account(owner.account.clone(), not_lived).await.unwrap());
    assert!(world.store.delete_unused_account(owner.account.clone(), run).await.unwrap());
    assert!(!world.store.delete_unused_account(owner.account.clone(), run).await.unwrap());
    assert!(world.store.find_account(owner.account).await.unwrap().is_none());
}

async fn of_a_sign_in_and_a_deletion_at_the_same_moment_one_comes_true(world: World) {
    for _ in 0..10 {
        let (owner, run) = due(&world).await;
        let (here, there) = (world.store.clone(), world.another_node());
        let success = world.sign_in_success(&owner.account, world.keyed(), run.now);
        let id = owner.account.clone();
        let (deleted, signed_in) = tokio::join!(
            tokio::spawn(async move { here.delete_unused_account(id, run).await.unwrap() }),
            tokio::spawn(async move { there.complete_sign_in(success).await.unwrap() }),
        );
        let (deleted, signed_in) = (deleted.unwrap(), signed_in.unwrap() == SignInEnd::SignedIn);
        assert_ne!(deleted, signed_in);
        assert_eq!(world.store.find_account(owner.account).await.unwrap().is_some(), signed_in);
    }
}

async fn a_notice_that_was_dropped_unsent_is_written_anew(world: World) {
    let owner = world.owner().await;
    let run = RetentionRun { policy: POLICY, time: LivedTime::from(at(0)), now: at(0).plus(DAY * 853) };
    let notice = || NewRetentionNotice {
        account: owner.account.clone(),
        position: NoticePosition::First,
        deletes_at: at(0).plus(DAY * 913),
        mail: world.mail("account_unused"),
    };
    assert!(world.store.write_retention_notice(notice(), run).await.unwrap());
    assert_eq!(world.store.settle_retention_notices(run, 10).await.unwrap(), 0, "it waits");
    for mail in world.store.take_due_mails(run.now, run.now, 100).await.unwrap() {
        world
            .store
            .settle_mail(mail.id, MailFate::Failed { error: "refused".into() }, run.now)
            .await
            .unwrap();
    }
    assert_eq!(world.store.settle_retention_notices(run, 10).await.unwrap(), 1);
    assert_eq!(world.count("retention_notice"), 0);
    assert!(world.store.write_retention_notice(notice(), run).await.unwrap());
    // Of a mail that nobody knows any more nothing can be said either.
    world.execute("DELETE FROM outbox_mail");
    assert_eq!(world.store.settle_retention_notices(run, 10).await.unwrap(), 1);
    assert_eq!(world.count("retention_notice"), 0);
}

async fn time_is_lived_through_once_on_all_nodes(world: World) {
    let (here, there) = (world.store.clone(), world.another_node());
    assert_eq!(here.look_at_clock(at(0)).await.unwrap().lived, Duration::ZERO);
    for hour in 1..=10_u64 {
        let (a, b) =
            tokio::join!(here.look_at_clock(at(hour * 3600)), there.look_at_clock(at(hour * 3600 - 30)));
        a.unwrap();
        b.unwrap();
    }
    let time = here.look_at_clock(at(36_000)).await.unwrap();
    assert_eq!(time, LivedTime { seen_at: at(36_000), lived: Duration::from_hours(10) });
    assert_eq!(there.look_at_clock(at(36_000).plus(DAY * 1000)).await.unwrap().lived, time.lived);
    assert_eq!(here.look_at_clock(at(36_000)).await.unwrap(), time, "and back");
}

on_both_databases! {
    in_three_years_nobody_goes_without_both_notices_no_active_person_goes_and_everybody_else_does
    a_deletion_that_is_due_is_done_once_and_only_then
    of_a_sign_in_and_a_deletion_at_the_same_moment_one_comes_true
    a_notice_that_was_dropped_unsent_is_written_anew
    time_is_lived_through_once_on_all_nodes
}
