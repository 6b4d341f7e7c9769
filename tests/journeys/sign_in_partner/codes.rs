//! P5: the code's five minutes, its tries and mails, the session's end, two at the same moment.

use idp_domain::activation::ActivationCode;
use idp_domain::ids::{AccountId, SessionId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationMethod;
use idp_store::{NewSession, PartnerCodeAttempt, PartnerCodeOutcome};
use idp_tests::hub::HubWorld;
use idp_tests::idp::{Database, Page, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

const EMAIL: &str = "alex@example.test";

on_sqlite_and_postgres! {
    sc_101_a_code_works_five_minutes_or_until_the_session_ends
    a_session_that_ended_takes_no_code
    each_mistake_is_named_and_what_was_chosen_survives
    eleven_mails_thirty_seconds_apart_and_no_more
    wrong_codes_are_counted_over_the_whole_journey
    a_code_is_its_journeys_and_its_addresss_own
    two_nodes_with_one_code_make_one_account
    sc_087_an_address_that_can_be_taken_back_becomes_nobodys_by_a_partner
}

async fn at_code(world: &HubWorld, person: &Visitor) -> Page {
    let page = world.by_partner(person, "/en/sign-in", "alex").await;
    world.give_address(person, &page, EMAIL).await
}

async fn sc_101_a_code_works_five_minutes_or_until_the_session_ends(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let page = at_code(&world, &person).await;
    // A mail that is late is not sent at all.
    world.idp.deliver().await;
    world.idp.advance(Duration::from_secs(301));
    let answer = world.give_code(&person, &page, EMAIL).await;
    assert_eq!(answer.errors(), ["This code has expired. Send a new code"], "{answer:?}");
    assert_eq!(world.idp.count("account"), 0);
    // Every mail gives five fresh minutes.
    let page = person.follow(person.submit(&answer, "f", &[("again", "yes")]).await).await;
    world.idp.advance(Duration::from_secs(299));
    let answer = world.give_code(&person, &page, EMAIL).await;
    assert_eq!(answer.location(), Some("/en/partner/done"), "{answer:?}");
}

async fn a_session_that_ended_takes_no_code(database: Database) {
    let world = HubWorld::start_with(database, &[("IDP_LIFETIMES__EMAIL_CODE", "1h")]).await;
    let person = world.idp.visitor();
    let page = at_code(&world, &person).await;
    world.idp.advance(Duration::from_secs(901));
    let answer = world.give_code(&person, &page, EMAIL).await;
    assert_eq!(answer.location(), Some("/en/session-expired"), "{answer:?}");
    assert_eq!(person.get("/en/partner/verify").await.location(), Some("/en/session-expired"));
    assert_eq!((world.idp.count("account"), world.idp.count("browser_session")), (0, 0));
}

async fn each_mistake_is_named_and_what_was_chosen_survives(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let page = world.by_partner(&person, "/en/sign-in", "alex").await;
    for (typed, error) in [
        ("", "Enter your email address"),
        ("alex", "Enter your email address in the correct format, like name@example.com"),
        (&format!("{}@example.test", "x".repeat(250)), "Email address must be 254 characters or fewer"),
    ] {
        let fresh = person.get("/en/partner/email").await;
        let answer = person.submit(&fresh, "f", &[("email", typed)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![error.to_owned()]));
        assert_eq!(answer.form("f").value("email"), typed);
    }
    assert_eq!(world.idp.count("outbox_mail"), 0);
    // Before the address there is no code.
    assert_eq!(person.get("/en/partner/verify").await.location(), Some("/en/partner/email"));
    assert_eq!(person.get("/en/partner/link").await.location(), Some("/en/partner/verify"));
    let page = world.give_address(&person, &page, EMAIL).await;
    assert!(page.has("time-left") && page.text().contains("The code works for 5 minutes, until"), "{page:?}");
    let answer = person.submit(&page, "f", &[]).await;
    assert_eq!(answer.errors(), ["Enter the code", "Check the box to accept the terms"]);
    let answer = person.submit(&answer, "f", &[("code", "12 34"), ("terms", "yes")]).await;
    assert_eq!(answer.errors(), ["The code has 6 digits"]);
    assert_eq!(answer.form("f").value("terms"), "yes", "the box stays checked");
    let code = world.idp.mail_to(EMAIL).await.code();
    let answer = person.post(&answer.form("f").with("code", &code).without("terms")).await;
    assert_eq!(answer.errors(), ["Check the box to accept the terms"], "no account without them");
    // The box survives a new code.
    let checked = answer.form("f").with("terms", "yes").with("again", "yes");
    world.idp.advance(Duration::from_secs(31));
    let page = person.follow(person.post(&checked).await).await;
    assert_eq!(page.form("f").value("terms"), "yes", "{page:?}");
    assert!(page.text().contains("New email sent at"), "{page:?}");
    // A link to the page can't check it for somebody.
    let page = person.get("/en/partner/verify?terms=yes&held=1").await;
    assert_eq!(page.form("f").value("terms"), "");
}

async fn eleven_mails_thirty_seconds_apart_and_no_more(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let mut page = at_code(&world, &person).await;
    page = person.follow(person.submit(&page, "f", &[("again", "yes")]).await).await;
    assert!(page.text().contains("seconds before sending another code"), "{page:?}");
    for n in 1..=10 {
        world.idp.deliver().await;
        world.idp.advance(Duration::from_secs(30));
        page = person.follow(person.submit(&page, "f", &[("again", "yes")]).await).await;
        assert!(page.text().contains("New email sent at"), "{n}: {page:?}");
    }
    world.idp.advance(Duration::from_secs(30));
    page = person.follow(person.submit(&page, "f", &[("again", "yes")]).await).await;
    assert!(page.text().contains("You have asked for too many codes. Try again at"), "{page:?}");
    assert_eq!(world.idp.mails_to(EMAIL).await.len(), 11);
    // The newest one still works. Mails of other kinds were not used up.
    let answer = world.give_code(&person, &page, EMAIL).await;
    assert_eq!(answer.location(), Some("/en/partner/done"), "{answer:?}");
}

async fn wrong_codes_are_counted_over_the_whole_journey(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let mut page = at_code(&world, &person).await;
    for round in 1..=4 {
        let right = world.idp.mail_to(EMAIL).await.code();
        let wrong = if right == "123456" { "654321" } else { "123456" };
        for n in 1..=5 {
            page = person.submit(&page, "f", &[("code", wrong), ("terms", "yes")]).await;
            if (round, n) == (4, 5) {
                break;
            }
            let expected = if n < 5 { "This code is not correct" } else { "Too many wrong codes" };
            assert!(page.errors()[0].starts_with(expected), "{round} {n}: {page:?}");
        }
        if round < 4 {
            let dead = person.submit(&page, "f", &[("code", &right), ("terms", "yes")]).await;
            assert!(dead.errors()[0].starts_with("Too many wrong codes"), "{dead:?}");
            world.idp.advance(Duration::from_secs(31));
            page = person.follow(person.submit(&dead, "f", &[("again", "yes")]).await).await;
        }
    }
    let page = person.follow(page).await;
    assert!(page.text().contains("cancelled or failed"), "{page:?}");
    assert_eq!(world.idp.count("account"), 0);
}

async fn a_code_is_its_journeys_and_its_addresss_own(database: Database) {
    let world = HubWorld::start(database).await;
    let (mallory, owner) = (world.idp.visitor(), world.idp.visitor());
    // Mallory's own proven code is worth nothing for another address.
    let page = world.by_partner(&mallory, "/en/sign-in", "bo").await;
    let page = world.give_address(&mallory, &page, "mallory@example.test").await;
    let own = world.idp.mail_to("mallory@example.test").await.code();
    world.idp.advance(Duration::from_secs(31));
    let at_email = mallory.get("/en/partner/email").await;
    assert_eq!(at_email.form("f").value("email"), "mallory@example.test");
    world.give_address(&mallory, &at_email, EMAIL).await;
    let answer = mallory.submit(&page, "f", &[("code", &own), ("terms", "yes")]).await;
    assert!(answer.errors()[0].starts_with("This code is not correct"), "{answer:?}");
    // Nor is the code that the owner gets in another journey.
    world.idp.advance(Duration::from_secs(31));
    at_code(&world, &owner).await;
    let code = world.idp.mail_to(EMAIL).await.code();
    let answer = mallory.submit(&answer, "f", &[("code", &code), ("terms", "yes")]).await;
    assert!(answer.errors()[0].starts_with("This code is not correct"), "{answer:?}");
    // Without its cookie a browser has no journey.
    let stranger = world.idp.visitor();
    assert_eq!(stranger.get("/en/partner/verify").await.location(), Some("/en/sign-in"));
}

async fn two_nodes_with_one_code_make_one_account(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    at_code(&world, &person).await;
    let (app, other) = (&world.idp.app, world.idp.another_node().await);
    let browser = TokenHash::of(&person.cookie("idp_browser").expect("a cookie"));
    let journey = app.store.find_partner_journey(browser, None).await.unwrap().expect("a journey");
    let code = ActivationCode::parse(&world.idp.mail_to(EMAIL).await.code()).unwrap();
    let bound_to = format!("partner\n{}\n{}", journey.id, EMAIL);
    let attempt = |n: u8| PartnerCodeAttempt {
        journey: journey.id.clone(),
        typed: code.hash(&app.data_keys.hash, &bound_to),
        account: AccountId::parse(&format!("account-{n:0>14}")).unwrap(),
        terms_version: 1,
        session: NewSession {
            id: SessionId::parse(&format!("session-{n}")).unwrap(),
            secret: TokenHash::of(&n.to_string()),
            device: browser,
            replaces: None,
            methods: vec![AuthenticationMethod::Partner],
            network: String::new(),
            browser: String::new(),
        },
        limits: app.in_force().partner_code_limits().activation,
        now: world.idp.now(),
    };
    let tries = (0..8).map(|n| {
        let store = if n % 2 == 0 { app.store.clone() } else { other.store.clone() };
        let attempt = attempt(n);
        async move { store.activate_by_partner(attempt).await.unwrap() }
    });
    let outcomes = futures_util::future::join_all(tries).await;
    let won = outcomes.iter().filter(|outcome| **outcome == PartnerCodeOutcome::Activated).count();
    assert_eq!(won, 1, "{outcomes:?}");
    let counts = ["account", "partner_link", "browser_session"].map(|table| world.idp.count(table));
    assert_eq!(counts, [1, 1, 1]);
}

/// The way of a partner to an address that its account left a minute ago, by who reads its mail: the undo stays the owner's.
async fn sc_087_an_address_that_can_be_taken_back_becomes_nobodys_by_a_partner(database: Database) {
    let world = HubWorld::start(database).await;
    let (idp, owner) = (&world.idp, world.idp.visitor());
    idp.create_account(&owner, EMAIL).await;
    let page = owner.get("/en/account/email").await;
    let asked = owner.submit(&page, "f", &[("email", "moved@example.test")]).await;
    let code = idp.mail_to("moved@example.test").await.code();
    let page = owner.follow(asked).await;
    let done = owner.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/en/account/security?done=email"), "{done:?}");
    let undo = idp.mail_to(EMAIL).await;
    let undo =
        undo.text.lines().find_map(|line| line.find("/en/account/email/undo?t=").map(|at| &line[at..]));
    let undo = undo.unwrap().to_owned();

    idp.advance(Duration::from_mins(1));
    let other = idp.visitor();
    let page = at_code(&world, &other).await;
    let answer = world.give_code(&other, &page, EMAIL).await;
    let answer = other.follow(answer).await;
    assert!(answer.text().contains("Nothing was changed"), "{answer:?}");
    assert_eq!((idp.count("account"), idp.count("partner_link")), (1, 0));
    assert_eq!(other.get("/en/account").await.location(), Some("/en/sign-in"));

    let page = owner.get(&undo).await;
    let kept = owner.submit(&page, "undo-form", &[]).await;
    assert!(kept.text().contains("Your account has this address again"), "{kept:?}");
    assert_eq!(idp.query("SELECT email AS value FROM account"), [EMAIL]);
    // With the address back there is an account to link, as ever.
    idp.advance(Duration::from_mins(1));
    let page = at_code(&world, &idp.visitor()).await;
    assert_eq!(page.status, 200, "{page:?}");
}
