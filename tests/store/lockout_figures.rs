//! What the limits let through and what they cost the owner, in figures: attackers and owners simulated against the store.
//! The table of docs/security.md is checked line by line.

use crate::builders::{MAIL_LIMITS, Owner};
use crate::password_reset::{attempt, reset};
use crate::world::{World, at};
use idp_domain::lockout::{Lockout, LockoutDecision};
use idp_domain::secret::KeyedHash;
use idp_store::{NetworkWindow, ResetProof, SignInAttempt};
use std::time::Duration;

const DOCUMENT: &str = include_str!("../../docs/security.md");
const DAY: Duration = Duration::from_hours(24);

fn assert_documented(line: &str) {
    assert!(DOCUMENT.contains(line), "docs/security.md has not this line:\n{line}");
}

/// A stranger's guesses at one account, each as soon as the limits let it, from a network that nobody saw before; what was
/// let through within the first day and in all, and when the last one was.
async fn guess(world: &World, owner: &Owner) -> (usize, usize, Duration) {
    let (mut now, mut first_day, mut all) = (at(1), 0, 0);
    let mut last = now;
    loop {
        let attempt = world.sign_in(&owner.email, Some(world.token()), now);
        match world.store.begin_sign_in(attempt).await.unwrap().unwrap().decision {
            LockoutDecision::Try => {
                all += 1;
                last = now;
                first_day += usize::from(now.since(at(1)) < DAY);
            }
            LockoutDecision::Refuse(Lockout::Until(until)) => now = until,
            LockoutDecision::Refuse(Lockout::UntilReset) => return (first_day, all, last.since(at(1))),
        }
    }
}

async fn a_stranger_gets_a_hundred_passwords_in_all_and_the_owner_waits_for_none_of_them(world: World) {
    let owner = world.owner().await;
    let (first_day, all, took) = guess(&world, &owner).await;
    let hours = took.as_secs() / 3600;
    assert_documented(&format!(
        "| a stranger, from any number of networks, against one account | {first_day} passwords on the first day, {all} in all; the last one after {hours} hours |"
    ));
    // Weeks later it is the same: nothing is forgotten that would let them go on.
    let later = world.sign_in(&owner.email, Some(world.token()), at(1).plus(DAY * 60));
    let decision = world.store.begin_sign_in(later).await.unwrap().unwrap().decision;
    assert_eq!(decision, LockoutDecision::Refuse(Lockout::UntilReset));
    // The owner signs in where they always do, at every moment of the attack: here at its end, when it has done its worst.
    let mut waits = Duration::ZERO;
    for minute in 0..5 {
        let now = at(1).plus(took).plus(Duration::from_secs(60 * minute));
        let attempt = world.sign_in(&owner.email, Some(owner.session.device), now);
        match world.store.begin_sign_in(attempt).await.unwrap().unwrap().decision {
            LockoutDecision::Refuse(Lockout::Until(until)) => waits += until.since(now),
            decision => assert_eq!(decision, LockoutDecision::Try),
        }
    }
    let seconds = waits.as_secs();
    assert_documented(&format!(
        "| the owner meanwhile, in a browser that the account knows | waits {seconds} seconds |"
    ));
}

async fn a_new_browser_of_the_owner_waits_a_quarter_of_an_hour_at_most_and_then_for_a_mail(world: World) {
    let owner = world.owner().await;
    let mut longest = Duration::ZERO;
    let mut now = at(1);
    // The stranger tries at the very moment at which a try is let through; the owner a second later.
    loop {
        let stranger = world.sign_in(&owner.email, Some(world.token()), now);
        match world.store.begin_sign_in(stranger).await.unwrap().unwrap().decision {
            LockoutDecision::Try => {}
            LockoutDecision::Refuse(Lockout::Until(until)) => {
                longest = longest.max(until.since(now));
                now = until;
            }
            LockoutDecision::Refuse(Lockout::UntilReset) => break,
        }
    }
    let minutes = longest.as_secs().div_ceil(60);
    assert_documented(&format!(
        "| the owner meanwhile, in a new browser | waits {minutes} minutes at most between tries; once the password is stopped, sets a new one by mail |"
    ));
    world.execute(&format!("UPDATE account SET password_changed_at = {}", now.plus(DAY).micros()));
    let fresh = world.sign_in(&owner.email, Some(world.token()), now.plus(DAY));
    let decision = world.store.begin_sign_in(fresh).await.unwrap().unwrap().decision;
    assert_eq!(decision, LockoutDecision::Try, "at once, with the new password");
}

/// Guesses from one network at one account after the other for some minutes, as many as the connection takes; how many
/// were let through in each.
async fn spray(world: &World, accounts: &[Owner], network: KeyedHash, minutes: u64, most: u32) -> Vec<usize> {
    let mut through = Vec::new();
    let mut next = accounts.iter().cycle();
    for minute in 0..minutes {
        let start = at(60 * minute);
        let mut count = 0;
        for second in 0..100 {
            let now = start.plus(Duration::from_millis(600 * second));
            let window = NetworkWindow { key: network, start, most, wider: None };
            let owner = next.next().unwrap();
            let attempt = SignInAttempt {
                network: Some(window),
                ..world.sign_in(&owner.email, Some(world.token()), now)
            };
            let start = world.store.begin_sign_in(attempt).await.unwrap();
            count += usize::from(start.is_some_and(|start| start.decision == LockoutDecision::Try));
        }
        through.push(count);
    }
    through
}

async fn a_network_gets_sixty_passwords_a_minute_over_all_accounts(world: World) {
    let mut accounts = Vec::new();
    for _ in 0..60 {
        accounts.push(world.owner().await);
    }
    let through = spray(&world, &accounts, world.keyed(), 3, 60).await;
    let (per_minute, all) = (through[0], 100);
    assert_eq!(through, [per_minute; 3]);
    let per_day = per_minute * 24 * 60;
    assert_documented(&format!(
        "| a stranger, from one network, against many accounts | {per_minute} passwords a minute, {per_day} a day; {all} in all for each account |"
    ));
    let tenths_in_all = (1_000 * per_day).min(1_000_000 * all) / 100_000;
    let (millions, tenths) = (tenths_in_all / 10, tenths_in_all % 10);
    assert_documented(&format!(
        "| a stranger, from 1,000 networks, against a million accounts | {millions}.{tenths} million passwords a day; 100 million in all |"
    ));
}

async fn a_stranger_gets_twenty_codes_for_a_new_password_in_all(world: World) {
    let owner = world.owner().await;
    let counted = world.keyed();
    let (mut guesses, mut now) = (0, at(1));
    'attack: loop {
        // Ten mails a day to an address; each in a reset of its own.
        now = now.plus(Duration::from_mins(144));
        let new = reset(&world, &owner, now);
        world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
        for _ in 0..5 {
            let attempt = attempt(&world, &new, world.keyed(), counted, now);
            match world.store.prove_reset_by_code(attempt).await.unwrap() {
                ResetProof::Wrong | ResetProof::TooManyTries => guesses += 1,
                outcome => {
                    assert_eq!(outcome, ResetProof::LinkOnly);
                    break 'attack;
                }
            }
        }
    }
    // Of a million codes one works in each reset here, two where another mail was asked for.
    let one_in = 1_000_000 / (2 * guesses);
    assert_documented(&format!(
        "| a stranger who guesses the codes for a new password, against one account | {guesses} codes in all: a chance of 1 in {one_in} at most |"
    ));
}

on_both_databases! {
    a_stranger_gets_a_hundred_passwords_in_all_and_the_owner_waits_for_none_of_them
    a_new_browser_of_the_owner_waits_a_quarter_of_an_hour_at_most_and_then_for_a_mail
    a_network_gets_sixty_passwords_a_minute_over_all_accounts
    a_stranger_gets_twenty_codes_for_a_new_password_in_all
}
