//! A service that registers itself (RFC 7591) and then signs people in.

use crate::world::{Example, World, example_beside_its_packages};
use idp_tests::relying_party::{Person, free_base_url, repository, system_program};
use serde_json::Value;
use std::process::Command;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_registers_itself_and_signs_a_person_in() {
    let world = World::start().await;
    let (issuer, base_url) = (&world.idp.issuer, free_base_url());
    let policy = world.idp.folder.join("policy.toml");
    // The government's own: nobody is asked for consent.
    std::fs::write(&policy, "first_party = true\n").unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_idp-under-test"))
        .args(["services", "registration-token", "--json", "--policy"])
        .arg(&policy)
        .envs(world.idp.environment().iter().cloned())
        .current_dir(&world.idp.folder)
        .output()
        .unwrap();
    let made = json(&made);
    let token = made["registration_token"].as_str().unwrap_or_else(|| panic!("{made}"));

    let node = system_program("node");
    let registered = Command::new(node)
        .arg(example_beside_its_packages("register.js"))
        .envs([("ISSUER", issuer.as_str()), ("INITIAL_ACCESS_TOKEN", token), ("BASE_URL", &base_url)])
        .current_dir(repository())
        .output()
        .unwrap();
    let registered = json(&registered);
    let credentials =
        (registered["client_id"].as_str().unwrap(), registered["client_secret"].as_str().unwrap());
    let example = Example::Node.start(issuer, credentials, &base_url, "ES256").await;
    let home = Person::new(issuer, &base_url).sign_in("/sign-in", &world.account).await;
    assert_eq!(home.status, 200, "{home:?}\n{}", example.output());
    assert_eq!(home.json()["userinfo"]["email"], world.account.email, "{home:?}");
}

/// What a program that must succeed has printed.
fn json(output: &std::process::Output) -> Value {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}
