//! From a request for an account to the account: whose it is, which mail goes out, and how many.

use crate::builders::{ACTIVATION, MAIL_LIMITS, address_hash};
use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::RegistrationState;
use idp_domain::mail_allowance::MailDecision;
use idp_domain::secret::TokenHash;
use idp_store::{ActivationOutcome, DueMail, NewRegistration, ResendOutcome};

/// The kinds of the mails that are due, each taken once.
async fn take_kinds(world: &World, seconds: u64) -> Vec<String> {
    let due: Vec<DueMail> =
        world.store.take_due_mails(at(seconds), at(seconds + 10_000_000), 100).await.unwrap();
    due.into_iter().map(|mail| mail.kind).collect()
}

async fn state_of(world: &World, browser: TokenHash) -> RegistrationState {
    world.store.find_registration(browser).await.unwrap().unwrap().facts.state
}

async fn start(world: &World, new: &NewRegistration) -> MailDecision {
    world.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap()
}

async fn a_typed_code_makes_the_account_and_signs_its_browser_in(world: World) {
    let email = world.email();
    let new = world.registration(&email, at(0));
    assert_eq!(start(&world, &new).await, MailDecision::Send);
    assert_eq!(take_kinds(&world, 0).await, ["activation"]);

    let attempt = world.code_attempt(&new, new.code.code, at(60));
    let outcome = world.store.activate_by_code(attempt.clone()).await.unwrap();
    assert_eq!(outcome, ActivationOutcome::Activated { request_id: new.request_id.clone() });

    let account = world.store.find_account(attempt.account.clone()).await.unwrap().unwrap();
    assert_eq!((account.email(), account.language), (Some(&email), Language::French));
    assert_eq!(account.password_hash.as_deref(), Some("$argon2id$registration"));
    assert_eq!((account.created_at, account.last_sign_in_at), (at(60), Some(at(60))));
    let signed_in = world.store.find_session(attempt.session.secret).await.unwrap().unwrap();
    assert_eq!(signed_in.account.id, attempt.account);
    assert_eq!((signed_in.session.authenticated_at, signed_in.session.ended_at), (at(60), None));
    assert_eq!(state_of(&world, new.browser).await, RegistrationState::Activated);

    let again = world.code_attempt(&new, new.code.code, at(61));
    assert_eq!(world.store.activate_by_code(again).await.unwrap(), ActivationOutcome::AlreadyActivated);
}

async fn of_two_browsers_the_first_activated_wins_and_ends_the_other(world: World) {
    let email = world.email();
    let (one, two) = (world.registration(&email, at(0)), world.registration(&email, at(30)));
    start(&world, &one).await;
    start(&world, &two).await;
    let bystander = world.registration(&world.email(), at(30));
    start(&world, &bystander).await;

    let swapped = world.code_attempt(&one, two.code.code, at(40));
    assert_eq!(world.store.activate_by_code(swapped).await.unwrap(), ActivationOutcome::Wrong);

    let winner = world.code_attempt(&two, two.code.code, at(60));
    let outcome = world.store.activate_by_code(winner.clone()).await.unwrap();
    assert!(matches!(outcome, ActivationOutcome::Activated { .. }));
    let late = world.code_attempt(&one, one.code.code, at(61));
    assert_eq!(world.store.activate_by_code(late.clone()).await.unwrap(), ActivationOutcome::Over);

    assert_eq!(state_of(&world, one.browser).await, RegistrationState::Ended);
    assert_eq!(state_of(&world, two.browser).await, RegistrationState::Activated);
    assert_eq!(state_of(&world, bystander.browser).await, RegistrationState::Open);
    assert!(world.store.find_account(late.account).await.unwrap().is_none());
    assert!(world.store.find_session(late.session.secret).await.unwrap().is_none());
    assert_eq!(world.count("account"), 1);
}

async fn a_taken_address_gets_the_other_mail_and_a_code_that_nothing_fits(world: World) {
    let owner = world.owner().await;
    take_kinds(&world, 0).await;
    let stranger = world.registration(&owner.email, at(100));
    assert_eq!(start(&world, &stranger).await, MailDecision::Send, "the page must not differ");
    assert_eq!(take_kinds(&world, 100).await, ["account_exists"]);
    assert_eq!(state_of(&world, stranger.browser).await, RegistrationState::Open);

    let attempt = world.code_attempt(&stranger, stranger.code.code, at(110));
    assert_eq!(world.store.activate_by_code(attempt).await.unwrap(), ActivationOutcome::Wrong);

    let resend = world.resend(&stranger, at(140));
    let code = resend.code.code;
    let outcome = world.store.resend_activation(resend, MAIL_LIMITS).await.unwrap();
    assert_eq!(outcome, ResendOutcome::Mail(MailDecision::Send));
    assert_eq!(take_kinds(&world, 140).await, ["account_exists"]);
    let attempt = world.code_attempt(&stranger, code, at(150));
    assert_eq!(world.store.activate_by_code(attempt).await.unwrap(), ActivationOutcome::Wrong);
    assert_eq!(world.count("account"), 1);
}

async fn addresses_are_one_without_regard_to_case(world: World) {
    let owner = world.owner().await;
    take_kinds(&world, 0).await;
    let shouted = EmailAddress::parse(&owner.email.as_str().to_uppercase()).unwrap();
    assert_eq!(address_hash(&shouted), address_hash(&owner.email));
    start(&world, &world.registration(&shouted, at(100))).await;
    assert_eq!(take_kinds(&world, 100).await, ["account_exists"]);
}

async fn the_newest_registration_of_a_browser_is_found(world: World) {
    let old = world.registration(&world.email(), at(0));
    let mut new = world.registration(&world.email(), at(5));
    new.browser = old.browser;
    start(&world, &old).await;
    start(&world, &new).await;
    let found = world.store.find_registration(old.browser).await.unwrap().unwrap();
    assert_eq!((found.id, found.email, found.last_sent_at), (new.id, new.email, Some(at(5))));
    assert_eq!((found.request_id, found.language), (new.request_id, Language::French));
    assert!(world.store.find_registration(world.token()).await.unwrap().is_none());
}

async fn an_address_gets_a_mail_each_30_seconds_5_an_hour_and_10_a_day(world: World) {
    let email = world.email();
    let mut sent = 0;
    let mut ask = async |seconds: u64| {
        let decision = start(&world, &world.registration(&email, at(seconds))).await;
        sent += usize::from(decision == MailDecision::Send);
        assert_eq!(world.count("outbox_mail"), sent, "a mail is written exactly where one may go");
        assert_eq!(world.count("activation_code"), sent, "and so is a code");
        decision
    };
    assert_eq!(ask(0).await, MailDecision::Send);
    assert_eq!(ask(29).await, MailDecision::WaitUntil(at(30)));
    for seconds in [30, 60, 90, 120] {
        assert_eq!(ask(seconds).await, MailDecision::Send);
    }
    assert_eq!(ask(3599).await, MailDecision::TooManyUntil(at(3600)));
    for seconds in [3600, 3630, 3660, 3690, 3720] {
        assert_eq!(ask(seconds).await, MailDecision::Send);
    }
    let day = 24 * 3600;
    assert_eq!(ask(10_000).await, MailDecision::TooManyUntil(at(day)));
    assert_eq!(ask(day).await, MailDecision::Send);
    let other = start(&world, &world.registration(&world.email(), at(29))).await;
    assert_eq!(other, MailDecision::Send, "another address is not held up");
}

async fn the_mails_of_a_registration_and_of_a_resend_are_counted_together(world: World) {
    let new = world.registration(&world.email(), at(0));
    start(&world, &new).await;
    let early = world.store.resend_activation(world.resend(&new, at(29)), MAIL_LIMITS).await.unwrap();
    assert_eq!(early, ResendOutcome::Mail(MailDecision::WaitUntil(at(30))));
    let due = world.store.resend_activation(world.resend(&new, at(30)), MAIL_LIMITS).await.unwrap();
    assert_eq!(due, ResendOutcome::Mail(MailDecision::Send));
    let found = world.store.find_registration(new.browser).await.unwrap().unwrap();
    assert_eq!(found.last_sent_at, Some(at(30)));
}

async fn a_mail_can_be_asked_for_within_24_hours(world: World) {
    let new = world.registration(&world.email(), at(0));
    start(&world, &new).await;
    let window = ACTIVATION.resend_window.as_secs();
    let last = world.store.resend_activation(world.resend(&new, at(window)), MAIL_LIMITS).await.unwrap();
    assert_eq!(last, ResendOutcome::Mail(MailDecision::Send));
    let late = world.resend(&new, at(window + 31));
    assert_eq!(world.store.resend_activation(late, MAIL_LIMITS).await.unwrap(), ResendOutcome::Over);
    let mut unknown = world.resend(&new, at(100));
    unknown.registration = world.registration(&new.email, at(0)).id;
    assert_eq!(world.store.resend_activation(unknown, MAIL_LIMITS).await.unwrap(), ResendOutcome::Over);
}

on_both_databases! {
    a_typed_code_makes_the_account_and_signs_its_browser_in
    of_two_browsers_the_first_activated_wins_and_ends_the_other
    a_taken_address_gets_the_other_mail_and_a_code_that_nothing_fits
    addresses_are_one_without_regard_to_case
    the_newest_registration_of_a_browser_is_found
    an_address_gets_a_mail_each_30_seconds_5_an_hour_and_10_a_day
    the_mails_of_a_registration_and_of_a_resend_are_counted_together
    a_mail_can_be_asked_for_within_24_hours
}
