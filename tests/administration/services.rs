//! Relying services: the same acts by the API, by command and from a folder of files.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    sc_104_nobody_gives_a_program_a_right_that_they_do_not_have
    each_change_of_a_registration_is_in_its_history
    a_redirect_address_is_tried_before_anybody_is_sent_there
    a_service_is_registered_changed_and_disabled_by_the_api
    what_is_wrong_with_a_registration_is_named_with_its_line_and_registers_nothing
    no_change_of_a_registration_changes_a_persons_sub
    a_folder_of_files_is_applied_after_a_dry_run_that_shows_the_difference
    a_shown_file_applies_without_a_change
    a_registration_as_large_as_its_schema_allows_is_taken
    a_program_does_not_disable_itself
    a_registration_token_is_made_by_the_api_under_a_policy
}

fn fishing() -> Value {
    json!({
        "client_id": "fishing",
        "client_name": "Fishing licences",
        "client_name#fr": "Permis de pêche",
        "redirect_uris": ["https://fishing.example.test/cb"],
    })
}

fn with(mut service: Value, name: &str, value: Value) -> Value {
    service[name] = value;
    service
}

async fn put(caller: &Caller<'_>, id: &str, service: &Value) -> idp_tests::idp::Page {
    let body = json!({"service": service, "reason": "ticket 7"}).to_string();
    caller.call("put", "/services/{client_id}", &[id], &body).await
}

async fn a_registration_as_large_as_its_schema_allows_is_taken(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let address = |n: usize| format!("https://fishing.example.test/{n:02}{}", "x".repeat(1960));
    let addresses: Vec<String> = (0..50).map(address).collect();
    let mut large = with(fishing(), "post_logout_redirect_uris", json!(addresses));
    large["redirect_uris"] = json!(addresses);
    // A whole number to a JSON Schema, and to many programs.
    large["default_max_age"] = json!(60.0);
    let added = caller.post("/services", &json!({"service": large, "reason": "x"})).await;
    assert_eq!(added.status, 201, "{:.300}", added.body);
    let shown = caller.call("get", "/services/{client_id}", &["fishing"], "").await.json();
    assert_eq!(shown["service"]["default_max_age"], 60);
    assert_eq!(shown["service"]["redirect_uris"], json!(addresses));
}

async fn a_program_does_not_disable_itself(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let other = Caller::with_scope(&idp, "services:write").await;
    let (own, why) = (caller.service.client.id.clone(), json!({"reason": "x"}).to_string());
    let disable = "/services/{client_id}/disable";
    assert_eq!(caller.call("post", disable, &[own.as_str()], &why).await.status, 409);
    assert_eq!(caller.get("/services").await.status, 200);
    assert_eq!(other.call("post", disable, &[own.as_str()], &why).await.status, 200, "another one does");
    assert_eq!(caller.get("/services").await.status, 401);
}

async fn a_service_is_registered_changed_and_disabled_by_the_api(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let order = json!({"service": fishing(), "reason": "ticket 6"});
    let added = caller.post("/services", &order).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let first = added.json()["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(caller.post("/services", &order).await.status, 409, "its id is taken");
    let shown = caller.call("get", "/services/{client_id}", &["fishing"], "").await;
    assert_eq!(shown.json()["service"]["client_name#fr"], "Permis de pêche");
    assert!(!shown.body.contains(&first), "{}", shown.body);
    // Two secrets are good during a change-over.
    let why = json!({"reason": "yearly"}).to_string();
    let rotated = caller.call("post", "/services/{client_id}/secret", &["fishing"], &why).await;
    let second = rotated.json()["client_secret"].as_str().unwrap().to_owned();
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    for secret in [&first, &second] {
        let answer = idp.token(Some(("fishing", secret)), &form).await;
        assert_eq!(answer.json()["error"], "invalid_grant", "it is known by either");
    }
    let changed = with(fishing(), "client_name", json!("Fishing"));
    assert_eq!(put(&caller, "fishing", &changed).await.status, 200);
    assert_eq!(put(&caller, "hunting", &changed).await.status, 409, "the address names another one");
    let disable = async || caller.call("post", "/services/{client_id}/disable", &["fishing"], &why).await;
    assert_eq!(disable().await.status, 200);
    assert_eq!(disable().await.status, 404);
    assert_eq!(put(&caller, "fishing", &changed).await.status, 404);
    assert_eq!(idp.token(Some(("fishing", &second)), &form).await.status, 401);
    let all = caller.get("/services").await.json();
    let shown = all.as_array().unwrap().iter().find(|one| one["service"]["client_id"] == "fishing").unwrap();
    assert!(shown["disabled"].is_string() && shown["service"]["client_name"] == "Fishing", "{shown}");
    let records =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%\"fishing\"%' ORDER BY id");
    let by = format!("client:{}", caller.service.client.id);
    let told: Vec<(String, String)> = records
        .iter()
        .map(|body| serde_json::from_str::<Value>(body).unwrap())
        .filter(|record| record["by"] == by.as_str())
        .map(|record| {
            (record["event"].as_str().unwrap().to_owned(), record["reason"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("service_added", "ticket 6"),
        ("client_secret_rotated", "yearly"),
        ("service_updated", "ticket 7"),
        ("service_disabled", "yearly"),
    ];
    assert_eq!(told, expected.map(|(event, reason)| (event.to_owned(), reason.to_owned())));
}

fn program_with(id: &str, scope: &str) -> Value {
    json!({"client_id": id, "client_name": "Desk", "grant_types": ["client_credentials"], "scope": scope})
}

/// The way round every role: a registration is a program, and a program's scopes are rights.
async fn sc_104_nobody_gives_a_program_a_right_that_they_do_not_have(database: Database) {
    let idp = TestIdp::start(database).await;
    let tender = Caller::with_scope(&idp, "services:write accounts:read").await;
    let keeper = Caller::with_scope(&idp, "keys:write").await.service.client.id;
    let add = async |service: Value| {
        tender.post("/services", &json!({"service": service, "reason": "x"})).await.status
    };
    for scope in ["settings:write", "keys:read", "services:write audit:read", "accounts:write", "mail:write"]
    {
        assert_eq!(add(program_with("mine", scope)).await, 403, "{scope}");
    }
    assert_eq!(idp.count("relying_service"), 2, "the two callers");
    assert_eq!(add(program_with("mine", "services:write accounts:read reports:read")).await, 201);
    let widened = program_with("mine", "services:write settings:write");
    assert_eq!(put(&tender, "mine", &widened).await.status, 403);
    // Nor does anybody take a program with more rights into their hands, by its secret or a key of its own.
    let why = json!({"reason": "x"}).to_string();
    let id = keeper.as_str();
    let rotated = tender.call("post", "/services/{client_id}/secret", &[id], &why).await;
    assert_eq!(rotated.status, 403, "{}", rotated.body);
    assert_eq!(put(&tender, id, &program_with(id, "reports:read")).await.status, 403);
    let refused =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%administration_refused%'");
    assert!(refused.iter().any(|body| body.contains("settings:write")), "{refused:?}");
    // To disable one takes nothing.
    let disabled = tender.call("post", "/services/{client_id}/disable", &[id], &why).await;
    assert_eq!(disabled.status, 200, "{}", disabled.body);
}

async fn what_is_wrong_with_a_registration_is_named_with_its_line_and_registers_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let uris = json!(["https://fishing.example.test/cb", "http://fishing.example.test/cb"]);
    for (name, value, status, field) in [
        ("redirect_uris", uris, 409, "redirect_uris line 2"),
        ("client_secret", json!("short"), 409, "client_secret"),
        ("client_id", json!("a b"), 422, "client_id"),
        ("minimum_acr", json!("urn:x"), 422, "minimum_acr"),
        ("client_name", json!("x".repeat(1000)), 422, "client_name"),
    ] {
        let order = json!({"service": with(fishing(), name, value), "reason": "x"});
        let refused = caller.post("/services", &order).await;
        assert_eq!(refused.status, status, "{name}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.body);
    }
    let order = json!({"service": with(fishing(), "misspelt", json!(1)), "reason": "x"});
    assert_eq!(caller.post("/services", &order).await.status, 400);
    let order = json!({"service": fishing(), "reason": ""});
    assert_eq!(caller.post("/services", &order).await.status, 422);
    assert_eq!(idp.count("relying_service"), 1, "the caller's own");
}

async fn no_change_of_a_registration_changes_a_persons_sub(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    caller.post("/services", &json!({"service": fishing(), "reason": "x"})).await;
    let moved = with(fishing(), "redirect_uris", json!(["https://licences.example.test/cb"]));
    let refused = put(&caller, "fishing", &moved).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (409, &json!("redirect_uris")));
    let public = with(fishing(), "subject_type", json!("public"));
    let refused = put(&caller, "fishing", &public).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (409, &json!("subject_type")));
    let more = json!(["https://fishing.example.test/cb", "https://fishing.example.test/two"]);
    assert_eq!(put(&caller, "fishing", &with(fishing(), "redirect_uris", more)).await.status, 200);
}

async fn a_folder_of_files_is_applied_after_a_dry_run_that_shows_the_difference(database: Database) {
    let idp = TestIdp::start(database).await;
    let folder = idp.folder.join("services");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let uri = "redirect_uris = [\"https://one.example.test/cb\"]";
    write("one.toml", &format!("client_id = \"one\"\nclient_name = \"One\"\n{uri}\n"));
    write("two.toml", &format!("client_id = \"two\"\nclient_name = \"Two\"\n{uri}\n"));
    write("README.md", "not a service");
    let path = folder.to_str().unwrap();
    let dry = program(&idp, &["services", "apply", path, "--dry-run"]).await.unwrap();
    assert!(dry.contains("one (one.toml): new") && dry.contains("dry run"), "{dry}");
    assert_eq!(idp.count("relying_service"), 0);
    let done: Value =
        serde_json::from_str(&program(&idp, &["services", "apply", path, "--json"]).await.unwrap()).unwrap();
    let done = &done["services"];
    assert!(done[0]["new"] == true && done[1]["client_secret"].as_str().unwrap().len() >= 22, "{done}");
    write("two.toml", &format!("client_id = \"two\"\nclient_name = \"Deux\"\n{uri}\n"));
    let dry = program(&idp, &["services", "apply", path, "--dry-run"]).await.unwrap();
    assert!(
        dry.contains("client_name: \"Two\" → \"Deux\"") && dry.contains("one (one.toml): unchanged"),
        "{dry}"
    );
    let done = program(&idp, &["services", "apply", path]).await.unwrap();
    assert!(!done.contains("client_secret"), "the secret stays: {done}");
    let audited = "audit_record WHERE body LIKE '%service_updated%'";
    assert_eq!(idp.count(audited), 1);
    program(&idp, &["services", "apply", path]).await.unwrap();
    assert_eq!(idp.count(audited), 1, "what is so is not written again");
    // One bad file, and none is applied.
    write("one.toml", &format!("client_id = \"one\"\nclient_name = \"Uno\"\n{uri}\n"));
    write("three.toml", "client_name = \"x\"\n");
    let refused = program(&idp, &["services", "apply", path]).await.unwrap_err();
    assert!(refused.contains("three.toml"), "{refused}");
    write("three.toml", &format!("client_id = \"one\"\nclient_name = \"x\"\n{uri}\n"));
    let refused = program(&idp, &["services", "apply", path]).await.unwrap_err();
    assert!(
        refused.contains("three.toml line 1: client_id") && refused.contains("one.toml line 1"),
        "{refused}"
    );
    assert_eq!(idp.count(audited), 1);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(program(&idp, &["services", "apply", path]).await.unwrap_err().contains("can't be read"));
}

async fn a_shown_file_applies_without_a_change(database: Database) {
    let idp = TestIdp::start(database).await;
    let service =
        idp.service_with("first_party = false\nministry = \"Fun\"\ncontacts = [\"a@b.test\"]\n").await;
    let id = service.client.id.as_str();
    let file = program(&idp, &["services", "show", id, "--toml"]).await.unwrap();
    let folder = idp.folder.join("services");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("one.toml"), file).unwrap();
    let done = program(&idp, &["services", "apply", folder.to_str().unwrap()]).await.unwrap();
    assert!(done.contains(": unchanged"), "{done}");
}

async fn each_change_of_a_registration_is_in_its_history(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let file = |name: &str| {
        json!({
            "client_id": "fishing", "client_name": name, "scope": "openid",
            "redirect_uris": ["https://rp.example.ca/callback"],
        })
    };
    let save = |name: &str, reason: &str| json!({"service": file(name), "reason": reason});
    assert_eq!(caller.post("/services", &save("Fishing", "a new service")).await.status, 201);
    let update = save("Fishing licences", "its name was wrong").to_string();
    assert_eq!(caller.call("put", "/services/{client_id}", &["fishing"], &update).await.status, 200);
    program(&idp, &["services", "rotate-secret", "fishing"]).await.unwrap();
    let why = json!({"reason": "it moved"}).to_string();
    assert_eq!(caller.call("post", "/services/{client_id}/disable", &["fishing"], &why).await.status, 200);
    let history = caller.call("get", "/services/{client_id}/history", &["fishing"], "").await.json();
    let all = history.as_array().unwrap();
    let events: Vec<&str> = all.iter().map(|change| change["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["disabled", "secret_rotated", "updated", "added"]);
    let who = format!("client:{}", caller.service.client.id);
    assert_eq!((&all[0]["by"], &all[1]["by"]), (&who.clone().into(), &"operator".into()));
    assert_eq!((&all[2]["by"], &all[2]["reason"]), (&who.into(), &"its name was wrong".into()));
    let changes = all[2]["changes"].as_array().unwrap();
    let named = changes.iter().find(|change| change["field"] == "client_name").unwrap();
    assert_eq!((&named["before"], &named["after"]), (&"Fishing".into(), &"Fishing licences".into()));
    assert!(all[0]["changes"].as_array().unwrap().is_empty());
    assert!(all[3]["changes"].as_array().unwrap().len() > 3 && !history.to_string().contains("secret_hash"));
    let table = program(&idp, &["services", "history", "fishing"]).await.unwrap();
    assert!(table.contains("its name was wrong") && table.contains("client_name"), "{table}");
    assert_eq!(caller.call("get", "/services/{client_id}/history", &["nobody"], "").await.status, 404);
}

async fn a_redirect_address_is_tried_before_anybody_is_sent_there(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let id = service.client.id.as_str();
    let registered = service.client.redirect_uris[0].as_str().to_owned();
    let caller = Caller::with_scope(&idp, "services:read").await;
    let all = crate::caller::description();
    let path = "/services/{client_id}/redirect-test";
    let try_one = async |uri: &str| {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("redirect_uri", uri).finish();
        let page = crate::caller::send(
            &idp,
            "get",
            &format!("/services/{id}/redirect-test?{query}"),
            &caller.token,
            "",
        )
        .await;
        idp_tests::openapi::is_described(&all, "get", path, &page);
        page.json()
    };
    assert_eq!(try_one(&registered).await["accepted"], true);
    for uri in [
        format!("{registered}/"),
        format!(" {registered}"),
        "é\n".to_owned(),
        String::new(),
        "x".repeat(5000),
    ] {
        let tried = try_one(&uri).await;
        assert_eq!(tried["accepted"], false, "{tried}");
        assert!(tried["registered"][0]["difference"].is_string(), "{tried}");
        // The authorization endpoint says the same.
        let request = service.request().with("redirect_uri", &uri);
        assert_eq!(idp.visitor().get(&request.path()).await.status, 400, "{uri}");
    }
    let said = program(&idp, &["services", "test-redirect", id, &registered]).await.unwrap();
    assert!(said.contains("is registered"), "{said}");
    let said =
        program(&idp, &["services", "test-redirect", id, &format!("{registered}/")]).await.unwrap_err();
    assert!(said.contains("ends with a slash"), "{said}");
    for query in ["?redirect_uri=x&more=y", "?uri=x", "?redirect_uri=x&redirect_uri=y"] {
        let page = crate::caller::send(
            &idp,
            "get",
            &format!("/services/{id}/redirect-test{query}"),
            &caller.token,
            "",
        )
        .await;
        assert_eq!(page.status, 400, "{query}: {}", page.body);
    }
}

async fn a_registration_token_is_made_by_the_api_under_a_policy(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let order = json!({"policy": {"minimum_acr": "urn:ontario:idp:acr:2"}, "uses": 1, "expires": "7d", "reason": "a partner"});
    let made = caller.post("/registration-tokens", &order).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let token = made.json()["registration_token"].as_str().unwrap().to_owned();
    let register = async || {
        let body = json!({"client_name": "Fishing", "redirect_uris": ["https://fishing.example.test/cb"]});
        let request = idp.http().post(format!("{}/register", idp.issuer)).bearer_auth(&token);
        let request = request.header("Content-Type", "application/json").body(body.to_string());
        idp_tests::idp::visitor::page_of(request.send().await.unwrap()).await
    };
    let registered = register().await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    assert_eq!(register().await.status, 401, "once");
    let id = registered.json()["client_id"].as_str().unwrap().to_owned();
    let shown = caller.call("get", "/services/{client_id}", &[&id], "").await.json();
    assert_eq!(shown["service"]["minimum_acr"], "urn:ontario:idp:acr:2");
    let told =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%registration_token_issued%'");
    let by = format!("client:{}", caller.service.client.id);
    assert!(told.len() == 1 && told[0].contains(&by) && told[0].contains("a partner"), "{told:?}");
    for (name, value, field, status) in [
        ("uses", json!(0), "uses", 422),
        ("uses", json!(1001), "uses", 422),
        ("expires", json!("367d"), "expires", 409),
        ("expires", json!("0s"), "expires", 409),
        ("expires", json!("tomorrow"), "expires", 409),
        ("policy", json!({"minimum_acr": "x"}), "minimum_acr", 422),
        ("policy", json!({"scope": "\n"}), "scope", 409),
        // Not even a right that its maker has: nobody knows who registers.
        ("policy", json!({"scope": "openid services:write"}), "scope", 409),
        ("policy", json!({"scope": "openid  keys:read"}), "scope", 409),
        ("policy", json!({"scope": "audit:read", "grant_types": ["client_credentials"]}), "scope", 409),
    ] {
        let mut order = json!({"reason": "x"});
        order[name] = value;
        let refused = caller.post("/registration-tokens", &order).await;
        assert_eq!(
            (refused.status, &refused.json()["errors"][0]["field"]),
            (status, &json!(field)),
            "{order}"
        );
    }
    for order in [json!({"uses": -1, "reason": "x"}), json!({"policy": {"client_name": "x"}, "reason": "x"})]
    {
        assert_eq!(caller.post("/registration-tokens", &order).await.status, 400, "{order}");
    }
    let reader = Caller::with_scope(&idp, "services:read").await;
    assert_eq!(reader.post("/registration-tokens", &json!({"reason": "x"})).await.status, 403);
}
