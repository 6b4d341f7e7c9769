//! Sessions of the examples after the sign-in: refreshed while they last, ended when the identity server says so.

use crate::for_each_example;
use crate::world::{Example, Party, World};
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Page, Visitor};

for_each_example! {
    tokens_are_refreshed_until_the_session_ends
    a_session_that_ends_elsewhere_ends_at_the_service_and_no_other_does
    what_is_no_logout_token_ends_nothing
}

/// Signs out at the identity server's own page, without the service.
pub async fn signs_out_elsewhere(world: &World, browser: &Visitor) {
    let page = browser.get("/en/sign-out").await;
    let answer = browser.submit(&page, "sign-out-form", &[]).await;
    assert!(answer.status == 200 || answer.status == 303, "{answer:?}");
    // What wasn't told at once is told by the worker.
    world.idp.tell_services().await;
}

async fn tokens_are_refreshed_until_the_session_ends(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let person = world.person(&party);
    person.sign_in("/sign-in", &world.account).await;
    // Twice: the second time with the successor of the first refresh token.
    for _ in 0..2 {
        let answer = person.press("/refresh").await;
        assert_eq!(
            (answer.status, &answer.json()["refreshed"]),
            (200, &true.into()),
            "{answer:?}\n{}",
            party.output()
        );
    }
    // Past the server, so that nobody is told: the service learns it from the answer.
    world.idp.execute("UPDATE browser_session SET ended_at = last_seen_at");
    let answer = person.press("/refresh").await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_grant".into()), "{answer:?}");
}

async fn a_session_that_ends_elsewhere_ends_at_the_service_and_no_other_does(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let (here, elsewhere) = (world.person(&party), world.person(&party));
    for person in [&here, &elsewhere] {
        let page = person.sign_in("/sign-in", &world.account).await;
        assert_eq!(page.status, 200, "{page:?}");
    }
    signs_out_elsewhere(&world, &here.at_idp).await;
    assert_eq!(party.home(&here).await["sign_in"], "/sign-in", "{}", party.output());
    assert!(party.home(&elsewhere).await["claims"].is_object(), "the same person in another browser");
}

async fn what_is_no_logout_token_ends_nothing(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let person = world.person(&party);
    person.sign_in("/sign-in", &world.account).await;
    // An ID token of the very session: signed by us, for this service.
    let id_token = world.idp.sign_in_at(&person.at_idp, &party.service, &world.account).await.id_token;
    for token in ["", "x", "x.y.z", &id_token] {
        let answer = send(&world, &party, token).await;
        assert_eq!(answer.status, 400, "{token:?}: {answer:?}");
    }
    assert!(party.home(&person).await["claims"].is_object());
}

async fn send(world: &World, party: &Party, logout_token: &str) -> Page {
    let body: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", logout_token)
        .finish();
    let request = world.idp.http().post(format!("{}/backchannel-logout", party.base_url));
    page_of(request.header("Content-Type", FORM).body(body).send().await.expect("an answer")).await
}
