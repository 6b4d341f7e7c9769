//! "In ten minutes" of docs/integrating.md: the demonstration, the command that registers a service, an example.

use crate::world::{Example, registration};
use demo::{Demo, DemoOptions, Ports};
use idp_tests::idp::Account;
use idp_tests::relying_party::{Person, free_base_url, repository};
use std::path::Path;
use std::process::Command;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_service_signs_the_ready_made_account_in_at_the_demonstration() {
    let folder = std::env::temp_dir().join(format!("idp-demo-relying-party-{}", std::process::id()));
    let options = DemoOptions { ports: Ports::FREE, ..DemoOptions::new(folder.clone()) };
    let demo = Demo::start(options).await.unwrap();
    let issuer = demo.addresses.idp.clone();
    let base_url = free_base_url();
    let file = folder.join("service.toml");
    std::fs::write(&file, registration(&base_url, "ES256")).unwrap();

    let added = services_add(&issuer, &folder, &file);
    let credentials = (added["client_id"].as_str().unwrap(), added["client_secret"].as_str().unwrap());
    let example = Example::Node.start(&issuer, credentials, &base_url, "ES256").await;
    let ready_made = &demo.accounts[0];
    let account = Account { email: ready_made.email.clone(), password: ready_made.password.clone() };
    let person = Person::new(&issuer, &base_url);
    let home = person.sign_in("/sign-in", &account).await;
    assert_eq!(home.json()["userinfo"]["email"], account.email, "{home:?}\n{}", example.output());
    demo.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

/// The command of the guide, with its environment.
fn services_add(issuer: &str, folder: &Path, file: &Path) -> serde_json::Value {
    let guide = std::fs::read_to_string(repository().join("docs/integrating.md")).unwrap();
    let master_key = folder.join("master.key").display().to_string();
    let database = format!("sqlite://{}", folder.join("idp.db").display());
    let environment = [
        ("IDP_SERVER__ISSUER", issuer),
        ("IDP_DATABASE__URL", &database),
        ("IDP_KEYS__MASTER_KEY_FILE", &master_key),
    ];
    for (name, _) in environment {
        assert!(guide.contains(&format!("export {name}=")), "{name} is set here but not in the guide");
    }
    assert!(guide.contains("services add --config config/demo.toml --file docs/examples/service.toml"));
    let output = Command::new(env!("CARGO_BIN_EXE_idp-under-test"))
        .args(["services", "add", "--json", "--config", "config/demo.toml", "--file"])
        .arg(file)
        .current_dir(repository())
        .envs(environment)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
