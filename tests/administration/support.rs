//! Support: accounts of both kinds are found, shown, locked, unlocked, closed; every look and act is on record, and every act
//! tells the person.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_domain::account::EmailAddress;
use idp_domain::one_key::OneKeyId;
use idp_tests::idp::one_key::ONE_KEY_PASSWORD;
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_104_an_account_is_found_by_each_whole_name_and_every_look_is_on_record
    personal_data_is_masked_until_somebody_says_why_it_has_to_be_shown
    a_locked_account_is_found_by_the_reference_that_its_person_was_told
    support_locks_a_one_key_account_that_recovering_does_not_open
    ended_sessions_and_a_copy_are_told_to_the_person
    a_closed_account_is_gone_with_everything_that_waited_for_it
    an_activation_is_sent_once_more_and_its_code_is_shown_to_nobody
    what_a_person_reported_is_found_by_its_reference_for_ninety_days
    bad_input_is_refused_and_changes_nothing
}

const EMAIL: &str = "anne.roy@example.test";
const ONE_KEY: &str = "=Maple.Leaf";

/// The id of the account with this address.
pub async fn id_of(idp: &TestIdp, email: &str) -> String {
    let key = EmailAddress::parse(email).unwrap().key();
    idp.app.store.find_account_by_address(key).await.unwrap().unwrap().id.to_string()
}

/// The id of the account with this ONE-key ID.
fn id_of_one_key(idp: &TestIdp, id: &str) -> String {
    let key = OneKeyId::key_of(id);
    idp.query(&format!("SELECT id AS value FROM account WHERE one_key_id_key = '{key}'")).remove(0)
}

async fn find(caller: &Caller<'_>, query: &str) -> Vec<Value> {
    let page = caller.post("/accounts/find", &json!({"query": query, "reason": "they phoned"})).await;
    assert_eq!(page.status, 200, "{query}: {}", page.body);
    page.json().as_array().unwrap().clone()
}

/// An act with a reason.
pub async fn act(caller: &Caller<'_>, what: &str, id: &str) -> Page {
    let body = json!({"reason": "ticket 12"}).to_string();
    caller.call("post", &format!("/accounts/{{id}}/{what}"), &[id], &body).await
}

async fn show(caller: &Caller<'_>, id: &str, body: &Value) -> Page {
    caller.call("post", "/accounts/{id}/show", &[id], &body.to_string()).await
}

/// The records of one event.
pub fn records(idp: &TestIdp, event: &str) -> Vec<String> {
    idp.query(&format!("SELECT body AS value FROM audit_record WHERE body LIKE '{{\"event\":\"{event}\"%'"))
}

async fn sc_104_an_account_is_found_by_each_whole_name_and_every_look_is_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.create_one_key(&idp.visitor(), ONE_KEY, EMAIL).await;
    let caller = Caller::with_scope(&idp, "accounts:read").await;
    let (id, one_key) = (id_of(&idp, EMAIL).await, id_of_one_key(&idp, ONE_KEY));
    let found = find(&caller, " Anne.Roy@Example.TEST ").await;
    let seen: Vec<_> = found.iter().map(|one| (&one["id"], &one["found_by"], &one["name"])).collect();
    assert_eq!(
        seen,
        [
            (&json!(id), &json!("email"), &json!("a…@….test")),
            (&json!(one_key), &json!("recovery_email"), &json!("=…")),
        ]
    );
    for (query, by, expected) in [
        ("=MAPLE.leaf", "one_key_id", &one_key),
        (id.as_str(), "id", &id),
        (one_key.as_str(), "id", &one_key),
    ] {
        let found = find(&caller, query).await;
        assert_eq!((&found[0]["id"], &found[0]["found_by"]), (&json!(expected), &json!(by)), "{query}");
        assert_eq!(found.len(), 1);
    }
    for nobody in ["anne", "%", "_", "anne.roy@example.tes", "Maple", "' OR 1=1 --", "<script>", "é\u{202e}"]
    {
        assert_eq!(find(&caller, nobody).await, Vec::<Value>::new(), "{nobody}");
    }
    let sought = records(&idp, "accounts_sought");
    assert_eq!(sought.len(), 12);
    assert!(sought.iter().all(|record| record.contains("they phoned")), "{sought:?}");
    let actor = format!("client:{}", caller.service.client.id);
    assert!(sought.iter().all(|record| record.contains(&actor) && !record.contains('@')), "{sought:?}");
    // Whose account was found is found in the audit, too.
    let auditor = Caller::with_scope(&idp, "audit:read").await;
    let path = format!("/audit?target={id}&event=accounts_sought");
    let looks = crate::caller::send(&idp, "get", &path, &auditor.token, "").await.json();
    assert_eq!(looks.as_array().unwrap().len(), 2, "{looks}");
    // The same by command.
    let list = program(&idp, &["accounts", "find", EMAIL, "--json"]).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&list).unwrap().as_array().unwrap().len(), 2);
    assert!(!list.contains("anne"), "{list}");
    assert_eq!(records(&idp, "accounts_sought").len(), 13);
}

async fn personal_data_is_masked_until_somebody_says_why_it_has_to_be_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account_with_app(&visitor, EMAIL).await;
    let caller = Caller::with_scope(&idp, "accounts:read").await;
    let id = id_of(&idp, EMAIL).await;
    let masked = show(&caller, &id, &json!({"reason": "they phoned"})).await;
    let view = masked.json();
    assert_eq!(
        (&view["name"], &view["state"], &view["kind"]),
        (&json!("a…@….test"), &json!("active"), &json!("my-ontario"))
    );
    assert_eq!(view["sessions"][0]["browser"], Value::Null);
    assert!(view["factors"]["authenticator_app"]["added"].is_string(), "{view:#}");
    assert_eq!(view["factors"]["recovery_codes"], 10);
    assert_eq!(view["transfer"]["decision"], "undecided");
    assert!(view["events"].as_array().unwrap().len() >= 3, "{view:#}");
    assert!(!masked.body.contains("anne") && !masked.body.contains("argon2"), "{}", masked.body);
    let whole =
        show(&caller, &id, &json!({"reason": "the address is misspelt", "personal_data": true})).await;
    assert_eq!(whole.json()["name"], EMAIL);
    assert!(!whole.body.contains("argon2"), "{}", whole.body);
    assert_eq!(show(&caller, &id, &json!({"personal_data": true})).await.status, 400, "no reason");
    assert_eq!(show(&caller, &id, &json!({"personal_data": true, "reason": " "})).await.status, 422);
    let seen = records(&idp, "account_seen");
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].contains("\"personal_data\":false") && seen[1].contains("\"personal_data\":true"));
    assert!(seen[1].contains("the address is misspelt"), "{seen:?}");
    // By command: masked, until it is asked for with a reason.
    let text = program(&idp, &["accounts", "show", EMAIL]).await.unwrap();
    assert!(text.contains("name: a…@….test") && text.contains("transfer: undecided"), "{text}");
    let arguments = ["accounts", "show", &id, "--show-personal-data", "--reason", "they asked", "--json"];
    let whole: Value = serde_json::from_str(&program(&idp, &arguments).await.unwrap()).unwrap();
    assert_eq!((&whole["name"], &whole["personal_data"]), (&json!(EMAIL), &json!(true)));
    assert!(
        program(&idp, &["accounts", "show", "nobody@example.test"]).await.unwrap_err().contains("no account")
    );
    assert!(program(&idp, &["accounts", "show", "nobody"]).await.unwrap_err().contains("no account nobody"));
}

async fn a_locked_account_is_found_by_the_reference_that_its_person_was_told(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, EMAIL).await;
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of(&idp, EMAIL).await;
    assert_eq!(act(&caller, "unlock", &id).await.status, 409);
    let locked = act(&caller, "lock", &id).await.json();
    let reference = locked["reference"].as_str().unwrap().to_owned();
    assert_eq!((&locked["done"], &locked["mailed"]), (&json!("locked"), &json!(true)));
    assert_eq!(act(&caller, "lock", &id).await.status, 409, "once");
    // Signed out, and told at the next right password only.
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
    let told = idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await;
    assert!(told.status == 403 && told.text().contains(&reference), "{told:?}");
    let wrong = idp.sign_in(&idp.visitor(), EMAIL, "Wrong-password-1").await;
    assert!(wrong.status == 422 && !wrong.text().contains(&reference), "{wrong:?}");
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "Your account was locked / Votre compte a été verrouillé");
    assert!(mail.text.contains(&reference) && mail.html.contains(&reference), "{}", mail.text);
    // However it is dictated.
    let (one, two) = reference.split_at(5);
    let found = find(&caller, &format!("{}-{}", one.to_lowercase(), two)).await;
    assert_eq!((&found[0]["id"], &found[0]["found_by"]), (&json!(id), &json!("lock_reference")));
    let view = show(&caller, &id, &json!({"reason": "they phoned"})).await.json();
    assert_eq!(
        (&view["lock"]["reference"], &view["lock"]["reason"]),
        (&json!(reference), &json!("ticket 12"))
    );
    assert_eq!(act(&caller, "unlock", &id).await.status, 200);
    assert!(idp.mail_to(EMAIL).await.subject.starts_with("Your account was unlocked / "));
    assert_eq!(find(&caller, &reference).await.len(), 0, "it is over with the lock");
    let back = idp.visitor();
    assert_eq!(idp.sign_in(&back, EMAIL, PASSWORD).await.status, 303);
    // The person reads of it.
    let activity = back.get("/en/account/activity").await;
    for words in ["Account locked by support", "Account unlocked by support"] {
        assert!(activity.text().contains(words), "{activity:?}");
    }
    for event in ["account_locked", "account_unlocked"] {
        let records = records(&idp, event);
        assert!(records.len() == 1 && records[0].contains("ticket 12") && records[0].contains("client:"));
    }
    // By command, with its reason.
    let text = program(&idp, &["accounts", "lock", &id, "--reason", "asked by phone"]).await.unwrap();
    assert!(text.contains("is locked. Its person is told the reference "), "{text}");
    assert!(
        program(&idp, &["accounts", "lock", &id, "--reason", ""]).await.unwrap_err().contains("--reason")
    );
    assert!(program(&idp, &["accounts", "unlock", &id]).await.unwrap().contains("is open again"));
}

async fn support_locks_a_one_key_account_that_recovering_does_not_open(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ONE_KEY, EMAIL).await;
    idp.create_one_key(&idp.visitor(), "Birch.Leaf", "").await;
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of_one_key(&idp, ONE_KEY);
    let locked = act(&caller, "lock", &id).await.json();
    let reference = locked["reference"].as_str().unwrap();
    assert!(idp.mail_to(EMAIL).await.text.contains("Support locked your ONE-key account."));
    let told = idp.sign_in_with_one_key(&idp.visitor(), ONE_KEY, ONE_KEY_PASSWORD).await;
    assert!(told.status == 403 && told.text().contains(reference), "{told:?}");
    // Recovering sets a new password, and the account stays locked.
    let visitor = idp.visitor();
    let page = visitor.get("/en/one-key/recover/password").await;
    let page =
        visitor.follow(visitor.submit(&page, "f", &[("id", ONE_KEY), ("way", "questions")]).await).await;
    let answers = idp_tests::idp::one_key::ANSWERS;
    let typed = [("answer1", answers[0]), ("answer2", answers[1]), ("answer3", answers[2])];
    let page = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    visitor.submit(&page, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    let told = idp.sign_in_with_one_key(&idp.visitor(), ONE_KEY, "Bouleau-77").await;
    assert!(told.status == 403 && told.text().contains(reference), "{told:?}");
    assert_eq!(act(&caller, "unlock", &id).await.status, 200);
    assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), ONE_KEY, "Bouleau-77").await.status, 303);
    // One without an address is told by nobody, and support is told that.
    let other = id_of_one_key(&idp, "Birch.Leaf");
    assert_eq!(act(&caller, "lock", &other).await.json()["mailed"], false);
    assert_eq!(act(&caller, "close", &other).await.status, 200);
    assert_eq!(find(&caller, "Birch.Leaf").await.len(), 0);
}

async fn ended_sessions_and_a_copy_are_told_to_the_person(database: Database) {
    let idp = TestIdp::start(database).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    let account = idp.create_account(&one, EMAIL).await;
    let service = idp.service().await;
    let tokens = idp.sign_in_at(&two, &service, &account).await;
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of(&idp, EMAIL).await;
    let ended = act(&caller, "end-sessions", &id).await.json();
    assert_eq!((&ended["sessions"], &ended["mailed"]), (&json!(2), &json!(true)));
    for visitor in [&one, &two] {
        assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
    }
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 401);
    assert!(idp.mail_to(EMAIL).await.subject.starts_with("You were signed out everywhere / "));
    assert_eq!(act(&caller, "end-sessions", &id).await.json()["sessions"], 0);
    let copy = act(&caller, "export", &id).await;
    assert_eq!(copy.json()["account"]["email"], EMAIL);
    for secret in ["argon2", "secret_hash", PASSWORD] {
        assert!(!copy.body.contains(secret), "{secret}");
    }
    assert!(idp.mail_to(EMAIL).await.subject.starts_with("Your data was copied / "));
    let text = program(&idp, &["accounts", "export", &id]).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["account"]["id"], json!(id));
    assert_eq!(records(&idp, "account_exported").len(), 2);
    assert_eq!(records(&idp, "sessions_ended_by_support").len(), 2);
}

async fn a_closed_account_is_gone_with_everything_that_waited_for_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    idp.sign_in_at(&idp.visitor(), &idp.service().await, &account).await;
    idp.advance(Duration::from_mins(1));
    let forgot = idp.visitor();
    let page = forgot.get("/en/forgot-password").await;
    forgot.submit(&page, "f", &[("email", EMAIL)]).await;
    assert_eq!(idp.count("password_reset"), 1);
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of(&idp, EMAIL).await;
    let closed = act(&caller, "close", &id).await.json();
    assert_eq!((&closed["done"], &closed["mailed"]), (&json!("closed"), &json!(true)));
    assert_eq!(act(&caller, "close", &id).await.status, 404);
    for table in ["account", "password_reset", "registration", "browser_session", "authorization_code"] {
        assert_eq!(idp.count(table), 0, "{table}");
    }
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "Your account is closed / Votre compte est fermé");
    assert!(mail.text.contains("Support closed your My Ontario Account."), "{}", mail.text);
    let closed = records(&idp, "account_closed");
    assert!(closed[0].contains("\"by\":\"client:") && closed[0].contains("ticket 12"), "{closed:?}");
    idp.advance(Duration::from_mins(1));
    idp.create_account(&idp.visitor(), EMAIL).await;
    assert_ne!(id_of(&idp, EMAIL).await, id, "a new account");
}

async fn an_activation_is_sent_once_more_and_its_code_is_shown_to_nobody(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let page = idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let found = find(&caller, EMAIL).await;
    assert_eq!((&found[0]["kind"], &found[0]["state"]), (&json!("registration"), &json!("waiting")));
    let id = found[0]["id"].as_str().unwrap().to_owned();
    let view = show(&caller, &id, &json!({"reason": "no mail came"})).await.json();
    assert_eq!((&view["name"], &view["activation"]["wrong_codes"]), (&json!("a…@….test"), &json!(0)));
    assert_eq!(act(&caller, "resend", &id).await.status, 409, "within 30 seconds");
    idp.advance(Duration::from_secs(31));
    let sent = act(&caller, "resend", &id).await;
    assert_eq!((sent.status, &sent.json()["done"]), (200, &json!("activation_sent")));
    let code = idp.mail_to(EMAIL).await.code();
    assert!(!sent.body.contains(&code), "{}", sent.body);
    let resent = records(&idp, "activation_mail_resent");
    assert!(resent.len() == 1 && resent[0].contains("ticket 12") && resent[0].contains("client:"));
    let done = visitor.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/en/create-account/done"), "{done:#?}");
    for id in [id, id_of(&idp, EMAIL).await] {
        assert_eq!(act(&caller, "resend", &id).await.status, 409);
    }
    // One whose day is over can't be seen any more, nor sent anything.
    idp.register_address(&idp.visitor(), "/en/create-account", "late@example.test").await;
    let late = find(&caller, "late@example.test").await[0]["id"].as_str().unwrap().to_owned();
    idp.advance(Duration::from_hours(25));
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    assert_eq!(find(&caller, "late@example.test").await.len(), 0);
    assert_eq!(act(&caller, "resend", &late).await.status, 409);
    assert_eq!(show(&caller, &late, &json!({"reason": "x"})).await.status, 404);
}

async fn what_a_person_reported_is_found_by_its_reference_for_ninety_days(database: Database) {
    let idp = TestIdp::start(database).await;
    let person = idp.visitor();
    idp.create_account_with_app(&person, EMAIL).await;
    let id = id_of(&idp, EMAIL).await;
    let page = person.get("/en/account/activity/not-me").await;
    let told = person.submit(&page, "report-form", &[]).await;
    let reference = idp.query("SELECT id AS value FROM activity_report").remove(0);
    assert!(told.text().contains(&reference), "{told:#?}");
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let found = find(&caller, &reference).await;
    assert_eq!((&found[0]["id"], &found[0]["found_by"]), (&json!(id), &json!("report_reference")));
    let ask = json!({"factors": "all", "reason": "lost"}).to_string();
    assert_eq!(caller.call("post", "/accounts/{id}/removal", &[&id], &ask).await.status, 201);
    let copy = act(&caller, "export", &id).await.json();
    assert_eq!(copy["support"]["reports"][0]["reference"], reference, "{copy:#}");
    assert_eq!(copy["support"]["removal_of_second_step"]["second_step"], "all");
    // What support looked for leaves by itself; the audit stays.
    idp.advance(Duration::from_hours(91 * 24));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!((idp.count("activity_report"), idp.count("factor_removal")), (0, 0));
    assert_eq!(records(&idp, "activity_reported").len(), 1);
}

async fn bad_input_is_refused_and_changes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    let caller = Caller::with_scope(&idp, "accounts:write").await;
    let id = id_of(&idp, EMAIL).await;
    for (query, status) in [
        (json!(""), 422),
        (json!(" "), 422),
        (json!("x".repeat(321)), 422),
        (json!("nul\u{0}"), 422),
        (json!("two\nlines"), 422),
        (json!(7), 400),
        (json!(null), 400),
    ] {
        let page = caller.post("/accounts/find", &json!({"query": query, "reason": "x"})).await;
        assert_eq!(page.status, status, "{query}: {}", page.body);
    }
    for what in ["lock", "unlock", "resend", "end-sessions", "close", "export"] {
        let path = format!("/accounts/{{id}}/{what}");
        for (body, status) in [
            (r#"{"reason": ""}"#, 422),
            (r#"{"reason": "a\nb"}"#, 422),
            (r#"{"reason": "x", "personal_data": true}"#, 400),
            (r"{}", 400),
            ("[]", 400),
        ] {
            assert_eq!(caller.call("post", &path, &[&id], body).await.status, status, "{what} {body}");
        }
        let long = json!({"reason": "x".repeat(201)}).to_string();
        assert_eq!(caller.call("post", &path, &[&id], &long).await.status, 422, "{what}");
        for nobody in ["x", "a b", "é", "%00", &"x".repeat(65), &"x".repeat(2000)] {
            assert_eq!(act(&caller, what, nobody).await.status, 404, "{what} {nobody}");
        }
    }
    assert_eq!(idp.count("account WHERE status = 'active'"), 1);
    assert_eq!(idp.count("browser_session WHERE ended_at IS NULL"), 1);
    assert_eq!(idp.count("outbox_mail WHERE kind = 'support'"), 0);
}
