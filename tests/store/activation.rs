//! Wrong codes, new codes, and mailed links.

use crate::builders::{ACTIVATION, MAIL_LIMITS};
use crate::world::{World, at};
use idp_domain::activation::RegistrationState;
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::secret::KeyedHash;
use idp_store::{ActivationOutcome, NewRegistration, ResendOutcome};
use std::time::Duration;

const GENEROUS: MailLimits = MailLimits { interval: Duration::ZERO, per_hour: 1000, per_day: 1000 };

async fn started(world: &World) -> NewRegistration {
    let new = world.registration(&world.email(), at(0));
    let decision = world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
    assert_eq!(decision, MailDecision::Send);
    new
}

async fn type_code(world: &World, of: &NewRegistration, code: KeyedHash, seconds: u64) -> ActivationOutcome {
    world.store.activate_by_code(world.code_attempt(of, code, at(seconds))).await.unwrap()
}

async fn type_wrong(world: &World, of: &NewRegistration, times: usize, seconds: u64) -> ActivationOutcome {
    for _ in 1..times {
        assert_eq!(type_code(world, of, world.keyed(), seconds).await, ActivationOutcome::Wrong);
    }
    type_code(world, of, world.keyed(), seconds).await
}

/// Asks for a new mail; its code.
async fn new_mail(world: &World, of: &NewRegistration, seconds: u64) -> KeyedHash {
    let resend = world.resend(of, at(seconds));
    let code = resend.code.code;
    let outcome = world.store.resend_activation(resend, GENEROUS).await.unwrap();
    assert_eq!(outcome, ResendOutcome::Mail(MailDecision::Send));
    code
}

fn is_activated(outcome: &ActivationOutcome) -> bool {
    matches!(outcome, ActivationOutcome::Activated { .. })
}

async fn four_wrong_codes_leave_the_right_one_working(world: World) {
    let new = started(&world).await;
    assert_eq!(type_wrong(&world, &new, 4, 10).await, ActivationOutcome::Wrong);
    assert!(is_activated(&type_code(&world, &new, new.code.code, 20).await));
}

async fn after_five_wrong_codes_only_a_new_mail_helps(world: World) {
    let new = started(&world).await;
    assert_eq!(type_wrong(&world, &new, 5, 10).await, ActivationOutcome::TooManyTries);
    assert_eq!(type_code(&world, &new, new.code.code, 20).await, ActivationOutcome::TooManyTries);
    assert_eq!(world.count("account"), 0);
    let second = new_mail(&world, &new, 60).await;
    assert_eq!(type_code(&world, &new, new.code.code, 70).await, ActivationOutcome::Wrong, "dead for good");
    assert!(is_activated(&type_code(&world, &new, second, 80).await));
    assert_eq!(world.count("account"), 1);
}

async fn the_two_newest_codes_work_each_until_its_own_end(world: World) {
    let new = started(&world).await;
    let second = new_mail(&world, &new, 600).await;
    let third = new_mail(&world, &new, 1200).await;
    assert_eq!(
        type_code(&world, &new, new.code.code, 1300).await,
        ActivationOutcome::Wrong,
        "the third newest"
    );
    let second_ends = 600 + ACTIVATION.code_lifetime.as_secs();
    assert_eq!(type_code(&world, &new, second, second_ends + 1).await, ActivationOutcome::Expired);
    assert!(is_activated(&type_code(&world, &new, third, second_ends + 1).await));

    let other = started(&world).await;
    new_mail(&world, &other, 600).await;
    assert!(is_activated(&type_code(&world, &other, other.code.code, 700).await), "a delayed mail");
}

async fn twenty_wrong_codes_end_the_activation_and_its_links(world: World) {
    let new = started(&world).await;
    let mut code = new.code.code;
    for round in 0..3 {
        assert_eq!(type_wrong(&world, &new, 5, round * 100 + 10).await, ActivationOutcome::TooManyTries);
        code = new_mail(&world, &new, round * 100 + 50).await;
    }
    assert_eq!(type_wrong(&world, &new, 5, 400).await, ActivationOutcome::Over);
    assert_eq!(type_code(&world, &new, code, 401).await, ActivationOutcome::Over);
    let link = world.link_attempt(new.code.link, new.browser, at(402));
    assert_eq!(world.store.activate_by_link(link).await.unwrap(), ActivationOutcome::Expired);
    let resend = world.store.resend_activation(world.resend(&new, at(500)), GENEROUS).await.unwrap();
    assert_eq!(resend, ResendOutcome::Over);
    let found = world.store.find_registration(new.browser).await.unwrap().unwrap();
    assert_eq!((found.facts.state, found.facts.wrong), (RegistrationState::Ended, 20));
    assert_eq!(world.count("account"), 0);
}

async fn a_right_code_too_late_is_told_so_and_not_counted(world: World) {
    let new = started(&world).await;
    let end = ACTIVATION.code_lifetime.as_secs();
    assert_eq!(type_code(&world, &new, new.code.code, end + 1).await, ActivationOutcome::Expired);
    let found = world.store.find_registration(new.browser).await.unwrap().unwrap();
    assert_eq!((found.facts.wrong, found.facts.state), (0, RegistrationState::Open));
    let other = started(&world).await;
    assert!(is_activated(&type_code(&world, &other, other.code.code, end).await), "the last second counts");
}

async fn a_link_works_in_its_own_browser_only_and_looking_changes_nothing(world: World) {
    let new = started(&world).await;
    for _ in 0..3 {
        let facts = world.store.find_link(new.code.link).await.unwrap().unwrap();
        assert_eq!((facts.registration.state, facts.sent_at), (RegistrationState::Open, at(0)));
        assert_eq!(facts.browser, new.browser.as_bytes());
    }
    let elsewhere = world.link_attempt(new.code.link, world.token(), at(10));
    assert_eq!(world.store.activate_by_link(elsewhere).await.unwrap(), ActivationOutcome::OtherBrowser);
    assert_eq!(world.count("account"), 0);

    let here = world.link_attempt(new.code.link, new.browser, at(20));
    let outcome = world.store.activate_by_link(here.clone()).await.unwrap();
    assert_eq!(outcome, ActivationOutcome::Activated { request_id: new.request_id.clone() });
    let signed_in = world.store.find_session(here.session.secret).await.unwrap().unwrap();
    assert_eq!(signed_in.account.id, here.account);

    let again = world.link_attempt(new.code.link, new.browser, at(30));
    assert_eq!(world.store.activate_by_link(again).await.unwrap(), ActivationOutcome::AlreadyActivated);
    assert!(world.store.find_link(world.token()).await.unwrap().is_none());
    let unknown = world.link_attempt(world.token(), new.browser, at(30));
    assert_eq!(world.store.activate_by_link(unknown).await.unwrap(), ActivationOutcome::Expired);
}

async fn a_link_survives_five_wrong_codes_but_not_its_30_minutes(world: World) {
    let (one, two) = (started(&world).await, started(&world).await);
    assert_eq!(type_wrong(&world, &one, 5, 10).await, ActivationOutcome::TooManyTries);
    let link = world.link_attempt(one.code.link, one.browser, at(20));
    assert!(is_activated(&world.store.activate_by_link(link).await.unwrap()));
    let late = ACTIVATION.code_lifetime.as_secs() + 1;
    let link = world.link_attempt(two.code.link, two.browser, at(late));
    assert_eq!(world.store.activate_by_link(link).await.unwrap(), ActivationOutcome::Expired);
}

async fn a_link_of_a_taken_address_makes_no_account(world: World) {
    let owner = world.owner().await;
    let stranger = world.registration(&owner.email, at(100));
    world.store.start_registration(stranger.clone(), MAIL_LIMITS).await.unwrap();
    let link = world.link_attempt(stranger.code.link, stranger.browser, at(110));
    assert_eq!(world.store.activate_by_link(link.clone()).await.unwrap(), ActivationOutcome::Over);
    assert!(world.store.find_session(link.session.secret).await.unwrap().is_none());
    assert_eq!(world.count("account"), 1);
}

on_both_databases! {
    four_wrong_codes_leave_the_right_one_working
    after_five_wrong_codes_only_a_new_mail_helps
    the_two_newest_codes_work_each_until_its_own_end
    twenty_wrong_codes_end_the_activation_and_its_links
    a_right_code_too_late_is_told_so_and_not_counted
    a_link_works_in_its_own_browser_only_and_looking_changes_nothing
    a_link_survives_five_wrong_codes_but_not_its_30_minutes
    a_link_of_a_taken_address_makes_no_account
}
