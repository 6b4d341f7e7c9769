//! A partner's answers: forged, replayed, swapped, late, wrong in every way; a partner that is slow or away.

use idp_tests::hub::HubWorld;
use idp_tests::idp::{Database, Page, Visitor, visitor_at};
use idp_tests::on_sqlite_and_postgres;
use partner_hub::Fault;
use std::time::{Duration, Instant};

on_sqlite_and_postgres! {
    sc_100_a_wrong_state_then_a_wrong_nonce_give_no_session_and_no_words_of_the_bank
    an_answer_is_taken_once_in_its_own_browser_at_its_own_address
    no_answer_that_is_wrong_in_one_thing_is_believed
    a_partner_that_is_slow_or_away_holds_nobody_up
    keys_that_change_are_fetched_once_and_an_unknown_one_not_again_and_again
    an_answer_that_comes_too_late_is_refused
}

async fn sc_100_a_wrong_state_then_a_wrong_nonce_give_no_session_and_no_words_of_the_bank(
    database: Database,
) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let to_hub = world.choose_partner(&person, "/en/sign-in").await;
    let back = world.through_hub(&to_hub, "alex").await;
    let (before, state) = back.split_once("state=").expect("a state");
    let (state, after) = state.split_at(43);
    let forged = format!("{before}state={}{after}", state.chars().rev().collect::<String>());
    let page = person.get(&forged).await;
    is_refused(&world, &person, &page).await;
    assert_eq!(page.status, 400);
    // The right one is still good: nobody can spend it who doesn't know it. Another nonce is not.
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "bo").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    world.hub.set_fault(Some(Fault::ReusedNonce));
    let page = person.follow(person.get(&back).await).await;
    is_refused(&world, &person, &page).await;
    world.hub.set_fault(Some(Fault::ServerError));
    let to_hub = world.choose_partner(&person, "/en/sign-in").await;
    let raw = visitor_at(&world.issuer).get(to_hub.location().expect("to the hub")).await;
    let page = person.follow(person.get(raw.location().expect("back")).await).await;
    is_refused(&world, &person, &page).await;
    assert!(!page.body.contains("raw"), "{page:?}");
}

/// No session, no account, nothing but a plain message.
async fn is_refused(world: &HubWorld, person: &Visitor, page: &Page) {
    assert!(page.text().contains("cancelled or failed. Nothing was changed."), "{page:?}");
    assert!(person.cookie("idp_session").is_none());
    assert_eq!((world.idp.count("browser_session"), world.idp.count("partner_link")), (0, 0));
    assert_eq!(person.get("/en/partner/email").await.location(), Some("/en/sign-in"));
}

async fn an_answer_is_taken_once_in_its_own_browser_at_its_own_address(database: Database) {
    let world = HubWorld::start(database).await;
    let (person, other) = (world.idp.visitor(), world.idp.visitor());
    other.get("/en/sign-in").await;
    let to_hub = world.choose_partner(&person, "/en/sign-in").await;
    let back = world.through_hub(&to_hub, "alex").await;
    // Somebody else's browser, with a cookie and without (login CSRF).
    for stranger in [&other, &world.idp.visitor()] {
        let page = stranger.get(&back).await;
        assert_eq!(page.status, 400, "{page:?}");
        is_refused(&world, stranger, &page).await;
    }
    // The address of a partner that there isn't.
    assert_eq!(person.get(&back.replace("/default", "/second")).await.status, 404);
    let page = person.follow(person.get(&back).await).await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    // A replay changes nothing.
    let replay = person.get(&back).await;
    assert_eq!(replay.status, 400, "{replay:?}");
    assert_eq!(person.get("/en/partner/email").await.status, 200);
    // Two tabs: each has its own state, the newest answer counts.
    let (first, second) = (
        world.choose_partner(&person, "/en/sign-in").await,
        world.choose_partner(&person, "/en/sign-in").await,
    );
    for tab in [second, first] {
        let back = world.through_hub(&tab, "alex").await;
        let page = person.follow(person.get(&back).await).await;
        assert!(page.url.contains("/partner/email"), "{page:?}");
    }
}

async fn no_answer_that_is_wrong_in_one_thing_is_believed(database: Database) {
    let world = HubWorld::start(database).await;
    world.create_account(&world.idp.visitor(), "alex", "alex@example.test").await;
    world.idp.execute("DELETE FROM browser_session");
    for fault in [
        Fault::WrongIssuer,
        Fault::BadSignature,
        Fault::Unsigned,
        Fault::SignedBySecret,
        Fault::ReusedNonce,
        Fault::NoNonce,
        Fault::EmptySubject,
        Fault::LongSubject,
        Fault::WrongAudience,
        Fault::SeveralAudiences,
        Fault::WrongAuthorizedParty,
        Fault::Expired,
        Fault::FromTheFuture,
        Fault::UnknownKey,
        Fault::AnswersAsAnother,
        Fault::AnswersAsNobody,
    ] {
        world.hub.set_fault(None);
        let person = world.idp.visitor();
        let to_hub = world.choose_partner(&person, "/en/sign-in").await;
        world.hub.set_fault(Some(fault));
        let back = world.through_hub(&to_hub, "alex").await;
        let page = person.follow(person.get(&back).await).await;
        assert!(page.text().contains("cancelled or failed. Nothing was changed."), "{fault:?}: {page:?}");
        assert!(person.cookie("idp_session").is_none(), "{fault:?}");
        assert_eq!(world.idp.count("browser_session"), 0, "{fault:?}");
    }
    let refused = world.idp.count("audit_record WHERE body LIKE '%partner_answer_refused%'");
    assert_eq!(refused, 16);
    world.hub.set_fault(None);
    world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert_eq!(world.idp.count("browser_session"), 1, "the good one is believed");
    // A service that wants a new proof gets one from the partner, or none.
    let service = world.idp.service().await;
    world.hub.set_fault(Some(Fault::NotAskedAnew));
    let page = world
        .by_partner(&world.idp.visitor(), &service.request().with("prompt", "login").path(), "alex")
        .await;
    assert!(page.text().contains("cancelled or failed"), "{page:?}");
    world.hub.set_fault(None);
    let page =
        world.by_partner(&world.idp.visitor(), &service.request().with("max_age", "60").path(), "alex").await;
    assert!(page.parameter("code").is_some(), "{page:?}");
}

async fn a_partner_that_is_slow_or_away_holds_nobody_up(database: Database) {
    let world = HubWorld::start(database).await;
    let account = world.idp.create_account(&world.idp.visitor(), "person@example.test").await;
    for fault in [
        Fault::Down,
        Fault::DescribesAnotherIssuer,
        Fault::HalfDescription,
        Fault::Slow(Duration::from_secs(30)),
    ] {
        world.hub.set_fault(Some(fault));
        let person = world.idp.visitor();
        let begun = Instant::now();
        let many = (0..20).map(|_| async {
            let person = world.idp.visitor();
            person.follow(world.choose_partner(&person, "/en/sign-in").await).await
        });
        let (pages, signed_in) = tokio::join!(
            futures_util::future::join_all(many),
            world.idp.sign_in(&person, &account.email, &account.password),
        );
        assert_eq!(signed_in.status, 303, "a password is not held up: {signed_in:?}");
        for page in pages {
            assert!(page.text().contains("This partner is not available now."), "{fault:?}: {page:?}");
            assert_eq!(page.status, 200);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{fault:?} took {:?}", begun.elapsed());
        // For a while people are told at once.
        let begun = Instant::now();
        world.choose_partner(&world.idp.visitor(), "/en/sign-in").await;
        assert!(begun.elapsed() < Duration::from_secs(1), "{fault:?}");
        world.idp.advance(Duration::from_secs(11));
    }
    // It goes away while the person is there.
    world.hub.set_fault(None);
    let person = world.idp.visitor();
    let to_hub = world.choose_partner(&person, "/en/sign-in").await;
    let back = world.through_hub(&to_hub, "alex").await;
    world.hub.set_fault(Some(Fault::Down));
    let page = person.follow(person.get(&back).await).await;
    assert!(page.text().contains("This partner is not available now."), "{page:?}");
    world.hub.set_fault(None);
    let page = world.by_partner(&person, "/en/sign-in", "alex").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
}

async fn keys_that_change_are_fetched_once_and_an_unknown_one_not_again_and_again(database: Database) {
    let world = HubWorld::start(database).await;
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    world.idp.advance(Duration::from_secs(31));
    world.hub.rotate_key();
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    world.hub.watch();
    world.hub.set_fault(Some(Fault::UnknownKey));
    for _ in 0..5 {
        world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    }
    let fetched = world.hub.seen().iter().filter(|one| one.line.starts_with("GET /jwks")).count();
    assert_eq!(fetched, 0, "asked within 30 seconds of the last time");
    world.idp.advance(Duration::from_secs(31));
    for _ in 0..5 {
        world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    }
    let fetched = world.hub.seen().iter().filter(|one| one.line.starts_with("GET /jwks")).count();
    assert_eq!(fetched, 1, "asked once more");
}

async fn an_answer_that_comes_too_late_is_refused(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    let to_hub = world.choose_partner(&person, "/en/sign-in").await;
    world.idp.advance(Duration::from_mins(29));
    let back = world.through_hub(&to_hub, "alex").await;
    world.idp.advance(Duration::from_mins(2));
    let page = person.get(&back).await;
    assert_eq!(page.status, 400, "{page:?}");
}
