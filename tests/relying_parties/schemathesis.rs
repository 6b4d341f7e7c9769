//! The administration API through a checker of others, which knows nothing of it but its description: good data and bad, every
//! operation alone and in the order that the links give, all checks that there are.
//!
//! A run here is short and always the same. `IDP_SCHEMATHESIS_EXAMPLES` (for each operation) and `IDP_SCHEMATHESIS_SEED` make longer
//! and other ones.

use idp_domain::administration::api_scopes;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::relying_party::repository;
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::process::Command;

on_sqlite_and_postgres! {
    a_checker_of_others_finds_the_administration_api_as_it_is_described
}

/// What the checker finds when it comes: something behind each address.
struct Office {
    idp: TestIdp,
    token: String,
}

impl Office {
    async fn open(database: Database) -> Self {
        // Its token outlives the longest run.
        let idp = TestIdp::start_with(database, &[("IDP_LIFETIMES__ACCESS_TOKEN", "24h")]).await;
        let file = format!(
            "client_name = \"Checker\"\ngrant_types = [\"client_credentials\"]\nscope = \"{}\"\n",
            api_scopes().join(" ")
        );
        let program = idp.register(&file).await;
        let credentials = (program.client.id.as_str(), program.secret.as_str());
        let answer = idp.token(Some(credentials), &[("grant_type", "client_credentials")]).await;
        let token = answer.json()["access_token"].as_str().expect("a token").to_owned();
        let office = Self { idp, token };
        office.fill().await;
        office
    }

    async fn fill(&self) {
        let service = self.idp.service().await;
        for name in ["one", "two", "three"] {
            let account = self.idp.create_account(&self.idp.visitor(), &format!("{name}@example.test")).await;
            self.idp.sign_in_at(&self.idp.visitor(), &service, &account).await;
        }
        self.post("/administrators/grant", json!({"email": "one@example.test", "role": "auditor"})).await;
        let found = self.post("/accounts/find", json!({"query": "two@example.test"})).await;
        let id = found[0]["id"].as_str().expect("an account");
        self.post(&format!("/accounts/{id}/lock"), json!({})).await;
        let notice = json!({"text_en": "We are closed.", "text_fr": "Nous sommes fermés."});
        self.post("/notices", json!({ "notice": notice })).await;
        let partner = json!({
            "id": "hub", "name": "Hub", "name#fr": "Carrefour", "issuer": "https://hub.example.ca", "client_id": "us",
            "token_endpoint_auth_method": "private_key_jwt"
        });
        self.post("/partners", json!({ "partner": partner })).await;
        self.idp.seal_audit().await;
    }

    async fn post(&self, path: &str, mut body: Value) -> Value {
        body["reason"] = json!("to have something");
        let url = format!("{}/admin/api/v1{path}", self.idp.issuer);
        let sent = self.idp.http().post(url).bearer_auth(&self.token).json(&body).send().await;
        let answer = sent.expect("the API answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }
}

fn number(name: &str, usual: u64) -> String {
    std::env::var(name).unwrap_or_else(|_| usual.to_string())
}

fn checker() -> PathBuf {
    let target = repository().join("target/relying-parties/checker");
    let wanted = std::fs::read(repository().join("tests/relying_parties/checker/requirements.txt"));
    let found = std::fs::read(target.join("installed"));
    let is_done = found.is_ok_and(|found| wanted.is_ok_and(|wanted| found == wanted));
    assert!(is_done, "the checker isn't installed: run tests/relying_parties/install");
    target.join("bin/schemathesis")
}

async fn a_checker_of_others_finds_the_administration_api_as_it_is_described(database: Database) {
    let office = Office::open(database).await;
    let output = Command::new(checker())
        .current_dir(&office.idp.folder)
        .args(["run", &format!("{}/admin/api/openapi.json", office.idp.issuer), "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {}", office.token)])
        .args(["--checks", "all", "--mode", "all", "--continue-on-failure"])
        .args(["--max-examples", &number("IDP_SCHEMATHESIS_EXAMPLES", 15)])
        .args(["--seed", &number("IDP_SCHEMATHESIS_SEED", 1)])
        .args(["--generation-database", "none"])
        .output()
        .await
        .expect("the checker runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    // It was let in to the end, and its token was good.
    assert!(told.contains("Stateful"), "{told}");
    let url = format!("{}/admin/api/v1/keys", office.idp.issuer);
    let after = office.idp.http().get(url).bearer_auth(&office.token).send().await.expect("an answer");
    assert_eq!(after.status(), 200);
}
