//! The FAPI 2.0 example: a key in place of a secret, signed and pushed requests, signed answers, bound tokens.

use crate::world::{World, example_beside_its_packages};
use idp_tests::relying_party::{Person, RelyingParty, free_base_url, repository, system_program};
use std::process::Command;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_at_a_service_of_the_profile_fapi2() {
    signs_in(&World::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_asks_for_nonces_gets_them() {
    signs_in(&World::start_with(&[("IDP_DPOP__REQUIRE_NONCE", "true")]).await).await;
}

/// The whole way, from a new key to userinfo.
async fn signs_in(world: &World) {
    let (node, base_url) = (system_program("node").display().to_string(), free_base_url());
    let private_key = world.idp.folder.join("private.jwk").display().to_string();
    let new_key = example_beside_its_packages("new-key.js").display().to_string();
    let made = Command::new(&node).args([&new_key, &private_key]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let file = std::fs::read_to_string(repository().join("docs/examples/fapi-service.toml")).unwrap();
    let file = file.replace("http://localhost:9000", &base_url);
    let service = world.idp.register(&format!("{file}{}", String::from_utf8_lossy(&made.stdout))).await;
    assert_eq!(service.secret, "", "there is none");

    let environment = [
        ("ISSUER", world.idp.issuer.as_str()),
        ("CLIENT_ID", service.client.id.as_str()),
        ("PRIVATE_KEY_FILE", &private_key),
        ("BASE_URL", &base_url),
    ];
    let command = [node, example_beside_its_packages("fapi.js").display().to_string()];
    let party = RelyingParty::start(&base_url, &environment, &command).await;
    let person = Person::new(&world.idp.issuer, &base_url);
    let page = person.sign_in("/sign-in", &world.account).await;
    assert_eq!(page.status, 200, "{page:?}\n{}", party.output());
    let home = page.json();
    assert_eq!(home["claims"]["aud"], service.client.id.as_str(), "{home}\n{}", party.output());
    assert_eq!(home["userinfo"]["email"], world.account.email, "{home}");
    assert_eq!(home["token_type"], "dpop", "{home}");
}
