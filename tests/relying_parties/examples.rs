//! The examples in Node, Python and Rust, each through the same steps.

use crate::world::{Example, Party, World};
use idp_tests::idp::Page;
use idp_tests::relying_party::Person;

/// Runs test bodies with each example: `MODULE::node::NAME` and so on.
#[macro_export]
macro_rules! for_each_example {
    ($( $name:ident )+) => {
        $crate::for_each_example!(@ node, Example::Node, $($name)+);
        $crate::for_each_example!(@ python, Example::Python, $($name)+);
        $crate::for_each_example!(@ rust, Example::Rust, $($name)+);
    };
    (@ $module:ident, $example:expr, $( $name:ident )+) => {
        mod $module {
            use super::Example;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() { super::$name($example).await; }
            )+
        }
    };
}

for_each_example! {
    a_person_signs_in_and_out_again
    every_signature_algorithm_is_understood
    the_keys_change_and_nobody_notices
    the_language_is_handed_on
    who_cancels_comes_back_as_access_denied
    an_answer_of_another_server_or_for_another_browser_is_refused
}

async fn a_person_signs_in_and_out_again(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let person = world.person(&party);
    assert_eq!(party.home(&person).await["sign_in"], "/sign-in");
    signs_in(&world, &party, &person).await;

    let home = party.home(&person).await;
    let (claims, userinfo) = (&home["claims"], &home["userinfo"]);
    assert_eq!(claims["iss"], world.idp.issuer, "{home}");
    assert_eq!(claims["aud"], party.service.client.id.as_str(), "{home}");
    assert_eq!(claims["acr"], "urn:ontario:idp:acr:1", "{home}");
    assert!(claims["sid"].is_string() && claims["auth_time"].is_i64(), "{home}");
    assert_eq!(userinfo["sub"], claims["sub"], "{home}");
    assert_eq!(userinfo["email"], world.account.email, "{home}");
    assert_eq!(userinfo["email_verified"], true, "{home}");
    assert_eq!(userinfo["locale"], "en-CA", "{home}");

    // Somebody else's browser is nobody.
    assert_eq!(party.home(&world.person(&party)).await["sign_in"], "/sign-in");

    let after = person.press("/sign-out").await;
    // A library may have added a `state`, which comes back.
    let (address, home) = (after.url.split('?').next(), format!("{}/", party.base_url));
    assert_eq!((address, after.status), (Some(home.as_str()), 200), "{after:?}");
    assert_eq!(party.home(&person).await["sign_in"], "/sign-in");
    // The identity server's session has ended too: it asks again.
    assert!(person.open("/sign-in").await.has("sign-in"));
}

/// The whole way, which must end at the example's first page.
async fn signs_in(world: &World, party: &Party, person: &Person) {
    let page = person.sign_in("/sign-in", &world.account).await;
    let home = format!("{}/", party.base_url);
    assert_eq!((page.status, page.url.as_str()), (200, home.as_str()), "{page:?}\n{}", party.output());
    assert!(page.json()["claims"].is_object(), "{page:?}\n{}", party.output());
}

async fn every_signature_algorithm_is_understood(example: Example) {
    let world = World::start().await;
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let party = world.run_with(example, algorithm).await;
        signs_in(&world, &party, &world.person(&party)).await;
    }
}

async fn the_keys_change_and_nobody_notices(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    signs_in(&world, &party, &world.person(&party)).await;
    // The key that signs now was published before, and so it is in the set that the example has.
    world.rotate_keys().await;
    signs_in(&world, &party, &world.person(&party)).await;
    // This one isn't: it has to be asked for. openid-client does that only for a set that is a minute old.
    if example != Example::Node {
        world.rotate_keys().await;
        signs_in(&world, &party, &world.person(&party)).await;
    }
}

async fn the_language_is_handed_on(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let page = world.person(&party).open("/sign-in?lang=fr-CA").await;
    assert!(page.url.contains("/fr/sign-in"), "{page:?}");
    assert!(page.text().contains("Permis de pêche"), "{page:?}");
}

async fn who_cancels_comes_back_as_access_denied(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let person = world.person(&party);
    let page = person.open("/sign-in").await;
    let answer = person.submit(&page, "cancel-form", &[]).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.json()["error"], "access_denied", "{answer:?}");
    assert_eq!(party.home(&person).await["sign_in"], "/sign-in");
}

async fn an_answer_of_another_server_or_for_another_browser_is_refused(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    // Somebody begins, and has the last step done by another browser: login CSRF.
    let begun = world.person(&party);
    let answer = answer_of(&world, &begun).await;
    let other = world.person(&party);
    refuses(&party, &other, other.at_service.get(&answer).await).await;
    // That browser has a sign-in of its own under way.
    other.open("/sign-in").await;
    refuses(&party, &other, other.at_service.get(&answer).await).await;

    // RFC 9207: the answer names another server than the one that was asked.
    let person = world.person(&party);
    let answer = answer_of(&world, &person).await;
    let iss = url::form_urlencoded::byte_serialize(world.idp.issuer.as_bytes()).collect::<String>();
    let forged = answer.replace(&format!("iss={iss}"), "iss=https%3A%2F%2Fother.example.test");
    assert_ne!(answer, forged);
    refuses(&party, &person, person.at_service.get(&forged).await).await;
}

/// Signs in and stops before the last redirect: the address that the browser would go to.
async fn answer_of(world: &World, person: &Person) -> String {
    let page = person.open("/sign-in").await;
    let account = &world.account;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = person.at_idp.submit(&page, "f", &typed).await;
    let answer = person.at_idp.follow(answer).await;
    answer.location().unwrap_or_else(|| panic!("no answer: {answer:?}")).to_owned()
}

async fn refuses(party: &Party, person: &Person, answer: Page) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(party.home(person).await["sign_in"], "/sign-in");
}
