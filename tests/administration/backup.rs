//! Copies of the database by command, and what a restored one must not honour any more (R17).

use crate::program::{idp as program, program_in};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use idp_tests::idp::one_key::ONE_KEY_PASSWORD;
use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Account, Database, Page, Request, Service, Stopped, TestIdp, Tokens, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

on_sqlite_and_postgres! {
    r17_a_database_that_other_tools_brought_back_begins_anew
}

/// A service that can refresh tokens when nobody is there.
async fn refreshing(idp: &TestIdp) -> Service {
    let lines = "grant_types = [\"authorization_code\", \"refresh_token\"]\nscope = \"openid email offline_access\"\n";
    idp.register(&REGISTRATION.replace("scope = \"openid email profile\"\n", lines)).await
}

async fn restore(stopped: &Stopped, file: &str) -> Result<Value, String> {
    let said = stopped_program(stopped, &["restore", file, "--reason", "a drill", "--json"]).await?;
    Ok(serde_json::from_str(&said).unwrap())
}

async fn stopped_program(stopped: &Stopped, arguments: &[&str]) -> Result<String, String> {
    program_in(stopped.environment(), &stopped.folder, arguments).await
}

async fn refresh(idp: &TestIdp, service: &Service, token: &str) -> Page {
    idp.refresh(service, token, &[]).await
}

/// A person at the question of the transfer.
async fn at_question(idp: &TestIdp, visitor: &Visitor, service: &Service, account: &Account) -> Page {
    let page = idp.authorize(visitor, &service.request(), account).await;
    assert!(page.url.contains("/transfer?tx="), "{page:?}");
    page
}

async fn carry_over(visitor: &Visitor, question: &Page) -> Page {
    let page = visitor.follow(visitor.submit(question, "f", &[("transfer", "yes")]).await).await;
    let typed = [("onekey_id", "maple.leaf"), ("onekey_password", ONE_KEY_PASSWORD)];
    visitor.submit(&page, "f", &typed).await
}

async fn kids(idp: &TestIdp) -> Vec<String> {
    let jwks = idp.visitor().get("/jwks").await.json();
    jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// A server with what a copy will hold, and what happens after it.
struct Scene {
    idp: TestIdp,
    service: Service,
    request: Request,
    account: Account,
    visitors: [Visitor; 2],
    tokens: Tokens,
    refresh_tokens: [String; 2],
    codes: [String; 2],
    app_code: String,
}

async fn code(idp: &TestIdp, visitor: &Visitor, request: &Request, account: &Account) -> String {
    idp.authorize(visitor, request, account).await.parameter("code").expect("a code")
}

/// A copy is made; then a token is spent, a code redeemed, somebody signs in, and an account comes to be.
async fn scene() -> Scene {
    let idp = TestIdp::start(Database::Sqlite).await;
    let service = refreshing(&idp).await;
    let request = service.request().with("scope", "openid email offline_access");
    let (person, later) = (idp.visitor(), idp.visitor());
    let account = idp.create_account(&person, "person@example.test").await;
    let tokens = idp.tokens(&service, &request, &code(&idp, &person, &request, &account).await).await;
    let first = tokens.refresh_token.clone().unwrap();
    let waiting = code(&idp, &person, &request, &account).await;
    let (_, app) = idp.create_account_with_app(&idp.visitor(), "factor@example.test").await;

    program(&idp, &["backup", "copy.db"]).await.unwrap();

    let second = refresh(&idp, &service, &first).await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(idp.redeem(&service, &request, &waiting).await.status, 200);
    let codes = [waiting, code(&idp, &later, &request, &account).await];
    idp.create_account(&idp.visitor(), "later@example.test").await;
    let app_code = app.code(&idp);
    let (visitors, refresh_tokens) = ([person, later], [first, second]);
    Scene { idp, service, request, account, visitors, tokens, refresh_tokens, codes, app_code }
}

#[tokio::test]
async fn r17_after_a_restore_nothing_counts_that_was_issued_or_spent_since_the_copy() {
    let Scene { idp, service, request, account, visitors, tokens, refresh_tokens, codes, app_code } =
        scene().await;
    let old_kids = kids(&idp).await;
    let stopped = idp.stop();
    let done = restore(&stopped, "copy.db").await.unwrap();
    assert!(done["sessions_ended"].as_u64().unwrap() >= 1 && done["grants_ended"] == 1, "{done}");
    assert!(Path::new(done["before"].as_str().unwrap()).exists() && stopped.folder.join("copy.db").exists());
    let idp = stopped.start().await;

    for token in &refresh_tokens {
        let refused = refresh(&idp, &service, token).await;
        assert_eq!((refused.status, &refused.json()["error"]), (400, &"invalid_grant".into()));
    }
    for code in &codes {
        let refused = idp.redeem(&service, &request, code).await;
        assert_eq!((refused.status, &refused.json()["error"]), (400, &"invalid_grant".into()));
    }
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 401);
    for visitor in &visitors {
        assert_eq!(visitor.get("/en/account").await.status, 303, "no session");
    }
    // An app's code that could have been seen opens nothing.
    let browser = idp.visitor();
    let answer = idp.sign_in(&browser, "factor@example.test", &account.password).await;
    let page = browser.follow(answer).await;
    let refused = browser.submit(&page, "f", &[("code", &app_code)]).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(idp.count("recovery_code"), 0);
    // The old keys still verify what they signed, the next ones sign, and services know these.
    idp.verify_id_token(&service, &tokens.id_token).await;
    let fresh = idp.sign_in_at(&idp.visitor(), &service, &account).await;
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert_ne!(kid(&fresh.id_token), kid(&tokens.id_token));
    assert!(old_kids.contains(&kid(&fresh.id_token)));
    assert_eq!(idp.count("account WHERE email = 'later@example.test'"), 0);
    let record = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%backup_restored%'");
    assert!(record.len() == 1 && record[0].contains("a drill"), "{record:?}");
    program(&idp, &["audit", "verify"]).await.unwrap();
}

#[tokio::test]
async fn r17_a_code_that_was_mailed_before_a_restore_activates_nothing() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let waiting = idp.visitor();
    idp.register_address(&waiting, "/en/create-account", "new@example.test").await;
    let mail = idp.mail_to("new@example.test").await;
    let page = waiting.get("/en/create-account/verify").await;
    program(&idp, &["backup", "copy.db"]).await.unwrap();
    let stopped = idp.stop();
    restore(&stopped, "copy.db").await.unwrap();
    let idp = stopped.start().await;
    let answer = waiting.submit(&page, "f", &[("code", &mail.code())]).await;
    assert_ne!(answer.location(), Some("/en/create-account/done"), "{answer:?}");
    assert!(waiting.get(&mail.link("en")).await.status < 500);
    assert_eq!(idp.count("account WHERE email = 'new@example.test'"), 0);
}

#[tokio::test]
async fn r17_a_decision_that_was_made_after_the_copy_stays_made() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let asking = idp.service_with("used_one_key = true\n").await;
    let one_key = idp.create_one_key(&idp.visitor(), "Maple.Leaf", "").await;
    idp.enrol(&one_key, asking.client.id.as_str(), "old-4711");
    let (carrying, undecided) = (idp.visitor(), idp.visitor());
    let account = idp.create_account(&carrying, "person@example.test").await;
    let other = idp.create_account(&undecided, "other@example.test").await;
    let question = at_question(&idp, &carrying, &asking, &account).await;
    program(&idp, &["backup", "copy.db"]).await.unwrap();
    assert_eq!(carry_over(&carrying, &question).await.status, 303);
    let decided = idp.query("SELECT id AS value FROM transfer_decision");

    let stopped = idp.stop();
    let done = restore(&stopped, "copy.db").await.unwrap();
    assert_eq!(done["transfers_repeated"], 1, "{done}");
    let idp = stopped.start().await;
    assert_eq!(idp.query("SELECT id AS value FROM transfer_decision"), decided);
    assert_eq!(idp.count("account WHERE one_key_id = 'Maple.Leaf' AND status = 'transferred'"), 1);
    let request = asking.request();
    let page = idp.authorize(&idp.visitor(), &request, &account).await;
    let tokens = idp.tokens(&asking, &request, &page.parameter("code").expect("never asked again")).await;
    assert_eq!(tokens.claims["onekey"]["sub"], "old-4711");

    // Who has not decided can't, until an operator says that all decisions are there.
    let browser = idp.visitor();
    let page = idp.authorize(&browser, &asking.request(), &other).await;
    assert_eq!(page.status, 503, "{page:?}");
    assert_eq!(idp.count("transfer_decision"), 1);
    program(&idp, &["settings", "set", "onekey.transfers", "open", "--reason", "all are there"])
        .await
        .unwrap();
    idp.app.follow_settings().await.unwrap();
    at_question(&idp, &browser, &asking, &other).await;
}

#[tokio::test]
async fn r17_while_decisions_are_held_an_open_page_decides_nothing() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let asking = idp.service_with("used_one_key = true\n").await;
    idp.create_one_key(&idp.visitor(), "Maple.Leaf", "").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let question = at_question(&idp, &visitor, &asking, &account).await;
    // This node hasn't heard of it yet: the deciding transaction has.
    program(&idp, &["settings", "set", "onekey.transfers", "held", "--reason", "a drill"]).await.unwrap();
    assert_eq!(carry_over(&visitor, &question).await.status, 503);
    assert_eq!(idp.count("transfer_decision"), 0);
    assert_eq!(idp.count("account WHERE one_key_id = 'Maple.Leaf' AND status = 'active'"), 1);
}

#[tokio::test]
async fn a_copy_is_never_overwritten_never_served_and_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let idp = TestIdp::start(Database::Sqlite).await;
    let said = program(&idp, &["backup", "copy.db"]).await.unwrap();
    assert!(said.contains("copy.db holds the database"), "{said}");
    let copy = idp.folder.join("copy.db");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(program(&idp, &["backup", "copy.db"]).await.unwrap_err().contains("copy.db is there already"));
    assert!(program(&idp, &["backup", "nowhere/copy.db"]).await.is_err());
    assert_eq!(idp.count("audit_record WHERE body LIKE '%backup_made%'"), 1);
    let url = format!("sqlite://{}", copy.display());
    let mut environment = idp.environment().to_vec();
    environment
        .iter_mut()
        .filter(|(name, _)| name == "IDP_DATABASE__URL")
        .for_each(|(_, value)| value.clone_from(&url));
    let refused = program_in(&environment, &idp.folder, &["serve"]).await.unwrap_err();
    assert!(refused.contains("the database is a backup"), "{refused}");
}

/// Everything that a database holds, wherever its pages and its write-ahead log have it: a copy written anew, without the
/// header, which counts changes.
fn content(database: &str) -> Vec<u8> {
    let copy = format!("{database}.content");
    let mut connection = SqliteConnection::establish(database).unwrap();
    // The server that was stopped may still be closing its connections.
    connection.batch_execute(&format!("PRAGMA busy_timeout = 10000; VACUUM INTO '{copy}'")).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    std::fs::remove_file(copy).unwrap();
    bytes[100..].to_vec()
}

#[tokio::test]
async fn what_is_no_whole_backup_or_has_another_master_key_is_refused_and_changes_nothing() {
    let idp = TestIdp::start(Database::Sqlite).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    program(&idp, &["backup", "copy.db"]).await.unwrap();
    let in_use = program(&idp, &["restore", "copy.db"]).await.unwrap_err();
    assert!(in_use.contains("in use: stop the server first"), "{in_use}");
    let folder = idp.folder.clone();
    let whole = std::fs::read(folder.join("copy.db")).unwrap();
    std::fs::write(folder.join("text.db"), "no database").unwrap();
    std::fs::write(folder.join("empty.db"), "").unwrap();
    std::fs::write(folder.join("cut.db"), &whole[..whole.len() / 2]).unwrap();
    let mut changed = whole.clone();
    for byte in &mut changed[4096..20_480] {
        *byte ^= 0x5a;
    }
    std::fs::write(folder.join("changed.db"), &changed).unwrap();
    let database = idp.database_url().trim_start_matches("sqlite://").to_owned();
    let stopped = idp.stop();
    std::fs::copy(&database, folder.join("plain.db")).unwrap();
    let before = content(&database);
    for name in ["text.db", "empty.db", "cut.db", "changed.db", "plain.db", "none.db"] {
        let refused = restore(&stopped, name).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
    }
    let mut environment = stopped.environment().to_vec();
    let other = "//////////////////////////////////////////8=".to_owned();
    environment
        .iter_mut()
        .filter(|(name, _)| name == "IDP_KEYS__MASTER_KEY")
        .for_each(|(_, value)| value.clone_from(&other));
    let refused = program_in(&environment, &folder, &["restore", "copy.db"]).await.unwrap_err();
    assert!(refused.contains("master"), "{refused}");
    assert!(content(&database) == before, "the database is as it was");
    let leftovers: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restoring") || name.contains("before-restore"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    assert!(restore(&stopped, "copy.db").await.is_ok());
}

async fn r17_a_database_that_other_tools_brought_back_begins_anew(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = refreshing(&idp).await;
    let request = service.request().with("scope", "openid email offline_access");
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let page = idp.authorize(&visitor, &request, &account).await;
    let tokens = idp.tokens(&service, &request, &page.parameter("code").unwrap()).await;
    let page = idp.authorize(&visitor, &request, &account).await;
    let code = page.parameter("code").unwrap();
    if database == Database::Postgres {
        let refused = program(&idp, &["backup", "copy.db"]).await.unwrap_err();
        assert!(refused.contains("pg_dump"), "{refused}");
        let refused = program(&idp, &["restore", "copy.db"]).await.unwrap_err();
        assert!(refused.contains("pg_restore") && refused.contains("--in-place"), "{refused}");
    }
    let before = idp.now();
    let said = program(&idp, &["restore", "--in-place", "--reason", "a drill", "--json"]).await.unwrap();
    let done: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&done["made_at"], &done["transfers"]), (&Value::Null, &"held".into()));
    idp.app.follow_settings().await.unwrap();
    assert_eq!(refresh(&idp, &service, tokens.refresh_token.as_deref().unwrap()).await.status, 400);
    assert_eq!(idp.redeem(&service, &request, &code).await.status, 400);
    assert_eq!(visitor.get("/en/account").await.status, 303);
    // An assertion or a proof that was made before may have been spent.
    let key = |n: u8| idp.app.data_keys.hash.hash("a test", &[&[n]]);
    let spend = async |n, made_at: idp_domain::time::Timestamp| {
        let life = Duration::from_mins(5);
        idp.app.spend(key(n), made_at.plus(life), life).await.unwrap()
    };
    assert!(!spend(1, before).await);
    let later = before.plus(Duration::from_mins(3));
    assert!(spend(2, later).await && !spend(2, later).await);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%backup_restored%'"), 1);
}
