//! Services as one file: exported, compared and applied, alike by command and by the API; and files that nobody should send.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    an_export_of_either_face_applies_by_the_other_without_a_change
    what_a_plan_showed_is_what_is_done_or_nothing
    of_two_files_at_once_one_is_applied_whole
    each_fault_of_a_file_has_its_line_and_nothing_is_applied
    a_secret_of_a_file_takes_the_place_of_the_others_and_is_never_exported
    no_file_is_too_hostile_to_be_refused
    whoever_may_only_read_may_compare_and_export_but_not_apply
    sc_104_no_file_gives_a_program_a_right_that_its_bringer_does_not_have
    what_is_given_to_a_program_between_plan_and_apply_is_in_nobody_elses_hands
    nobody_learns_from_a_plan_which_secret_a_service_has
}

fn service(id: &str, name: &str) -> String {
    format!(
        "[[services]]\nclient_id = \"{id}\"\nclient_name = \"{name}\"\nredirect_uris = [\"https://{id}.example.test/cb\"]\n"
    )
}

async fn plan(caller: &Caller<'_>, file: &str) -> Page {
    caller.post("/service-file/plan", &json!({"file": file})).await
}

async fn apply(caller: &Caller<'_>, file: &str, plan: Option<&str>) -> Page {
    let mut order = json!({"file": file, "reason": "ticket 8"});
    if let Some(plan) = plan {
        order["plan"] = plan.into();
    }
    caller.post("/service-file/apply", &order).await
}

/// Services beside the caller's own.
fn registered(idp: &TestIdp) -> usize {
    idp.count("relying_service WHERE client_id IN ('one', 'two', 'three')")
}

async fn an_export_of_either_face_applies_by_the_other_without_a_change(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let jwks = json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "alg": "ES256", "nothing": null,
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]});
    let hostile = "=1+1 \" ' \\ é # [[x]]";
    let with_keys = json!({
        "client_id": "one", "client_name": hostile, "client_name#fr": "Un", "jwks": jwks,
        "token_endpoint_auth_method": "private_key_jwt", "redirect_uris": ["https://one.example.test/cb"],
        "default_max_age": 60, "contacts": ["a@b.test"], "accounts": ["one-key", "my-ontario"],
    });
    let added = caller.post("/services", &json!({"service": with_keys, "reason": "x"})).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(apply(&caller, &service("two", "Two"), None).await.status, 200);
    assert_eq!(apply(&caller, &service("three", "Three"), None).await.status, 200);
    let why = json!({"reason": "over"}).to_string();
    caller.call("post", "/services/{client_id}/disable", &["three"], &why).await;

    let page = caller.get("/service-file").await;
    assert_eq!((page.status, page.header("content-type")), (200, "application/toml"));
    let file = page.body;
    assert!(file.contains("client_id = \"two\"") && !file.contains("\"three\""), "{file}");
    let planned = plan(&caller, &file).await.json();
    let changes: Vec<&Value> = planned["services"].as_array().unwrap().iter().collect();
    assert_eq!(changes.len(), 3, "with the caller's own: {planned}");
    for one in changes {
        // TOML has no null.
        let is_told = one["changes"].as_array().unwrap().iter().all(|it| it["field"] == "jwks");
        assert!(one["new"] == false && is_told && one["secret"] != "made", "{one}");
    }
    let path = idp.folder.join("services.toml");
    let path = path.to_str().unwrap();
    program(&idp, &["services", "export", "--to", path]).await.unwrap();
    let by_command = std::fs::read_to_string(path).unwrap();
    let without_time = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    assert_eq!(without_time(&by_command), without_time(&file));
    program(&idp, &["services", "apply", path]).await.unwrap();
    let dry = program(&idp, &["services", "apply", path, "--dry-run"]).await.unwrap();
    assert!(
        dry.contains("two (services.toml): unchanged") && dry.contains("one (services.toml): unchanged"),
        "{dry}"
    );
    let again = program(&idp, &["services", "export", "--to", path]).await.unwrap_err();
    assert!(again.contains("can't be made"), "{again}");
    let shown = caller.call("get", "/services/{client_id}", &["one"], "").await.json();
    assert_eq!(shown["service"]["client_name"], hostile);
    // Nothing at all is a file too.
    assert_eq!(apply(&caller, "services = []", None).await.json(), json!({"services": []}));
}

async fn what_a_plan_showed_is_what_is_done_or_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let file = service("one", "One") + &service("two", "Two");
    let planned = plan(&caller, &file).await.json();
    let number = planned["plan"].as_str().unwrap();
    assert_eq!(registered(&idp), 0, "a plan changes nothing");
    assert!(planned["services"][0]["new"] == true && planned["services"][1]["secret"] == "made", "{planned}");
    // Another file, or other line ends, or somebody in between.
    assert_eq!(apply(&caller, &service("one", "Uno"), Some(number)).await.status, 409);
    assert_eq!(apply(&caller, &file, Some("x")).await.status, 409);
    assert_eq!(registered(&idp), 0);
    let done = apply(&caller, &file.replace('\n', "\r\n"), Some(number)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let secrets: Vec<String> =
        (0..2).map(|n| done.json()["services"][n]["client_secret"].as_str().unwrap().to_owned()).collect();
    assert_ne!(secrets[0], secrets[1]);
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    let answer = idp.token(Some(("two", &secrets[1])), &form).await;
    assert_eq!(answer.json()["error"], "invalid_grant", "its secret works at once");
    let next = service("one", "Uno") + &service("two", "Dos");
    let number = plan(&caller, &next).await.json()["plan"].as_str().unwrap().to_owned();
    assert_eq!(apply(&caller, &service("two", "Deux"), None).await.status, 200);
    assert_eq!(apply(&caller, &next, Some(&number)).await.status, 409, "somebody was faster");
    let shown = caller.call("get", "/services/{client_id}", &["one"], "").await.json();
    assert_eq!(shown["service"]["client_name"], "One", "all or none");
    let number = plan(&caller, &next).await.json()["plan"].as_str().unwrap().to_owned();
    caller.call("post", "/services/{client_id}/disable", &["two"], &json!({"reason": "x"}).to_string()).await;
    assert!(apply(&caller, &next, Some(&number)).await.body.contains("disabled, for good"));
    let records =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%ticket 8%' ORDER BY id");
    assert_eq!(records.len(), 3, "{records:?}");
    assert!(records.iter().all(|body| body.contains(&format!("client:{}", caller.service.client.id))));
    // By command too.
    let path = idp.folder.join("one.toml");
    std::fs::write(&path, service("one", "Uno")).unwrap();
    let path = path.to_str().unwrap();
    let dry = program(&idp, &["services", "apply", path, "--dry-run"]).await.unwrap();
    let number = dry.trim_end().rsplit(' ').next().unwrap().to_owned();
    apply(&caller, &service("one", "Eins"), None).await;
    let late = program(&idp, &["services", "apply", path, "--plan", &number]).await.unwrap_err();
    assert!(late.contains("look again"), "{late}");
}

async fn of_two_files_at_once_one_is_applied_whole(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    for round in 0..4 {
        let names = [format!("A{round}"), format!("B{round}")];
        // Each names them in another order, as two that lock each other out would.
        let files = [
            service("one", &names[0]) + &service("two", &names[0]),
            service("two", &names[1]) + &service("one", &names[1]),
        ];
        let numbers = [plan(&caller, &files[0]).await.json(), plan(&caller, &files[1]).await.json()];
        let number = |n: usize| numbers[n]["plan"].as_str();
        let (first, second) =
            tokio::join!(apply(&caller, &files[0], number(0)), apply(&caller, &files[1], number(1)));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        // At the very first one of two that both add may find its id taken in the middle, and is asked to try again.
        assert!(matches!(statuses, [200, 409 | 503]), "{} {}", first.body, second.body);
        let name = async |id: &str| {
            let shown = caller.call("get", "/services/{client_id}", &[id], "").await.json();
            shown["service"]["client_name"].as_str().unwrap().to_owned()
        };
        let stands = name("one").await;
        assert!(names.contains(&stands) && name("two").await == stands, "{stands}");
    }
}

async fn each_fault_of_a_file_has_its_line_and_nothing_is_applied(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    apply(&caller, &service("two", "Two"), None).await;
    let file = service("one", "One")
        + "# moved\n"
        + &service("two", "Two").replace("two.example", "other.example")
        + &service("one", "Again")
        + "[[services]]\nclient_id = \"three\"\nclient_name = \"Three\"\nredirect_uris = [\n  \"https://a.example.test/\",\n  \"http://a.example.test/\",\n]\n";
    for path in ["/service-file/plan", "/service-file/apply"] {
        let mut order = json!({"file": file});
        if path.ends_with("apply") {
            order["reason"] = "x".into();
        }
        let refused = caller.post(path, &order).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        let told: Vec<(String, i64)> = refused.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["field"].as_str().unwrap().to_owned(), error["line"].as_i64().unwrap()))
            .collect();
        let expected = [("redirect_uris", 9), ("client_id", 11), ("redirect_uris line 2", 19)];
        assert_eq!(told, expected.map(|(field, line)| (field.to_owned(), line)), "{}", refused.body);
    }
    assert_eq!(registered(&idp), 1);
    let path = idp.folder.join("many.toml");
    std::fs::write(&path, &file).unwrap();
    let told = program(&idp, &["services", "apply", path.to_str().unwrap()]).await.unwrap_err();
    assert!(told.contains("many.toml line 19: redirect_uris line 2: "), "{told}");
}

async fn a_secret_of_a_file_takes_the_place_of_the_others_and_is_never_exported(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let first = apply(&caller, &service("one", "One"), None).await.json();
    let first = first["services"][0]["client_secret"].as_str().unwrap().to_owned();
    let own = "a-secret-of-the-file-0123456789";
    let file = service("one", "One") + &format!("client_secret = \"{own}\"\n");
    let planned = plan(&caller, &file).await;
    assert_eq!(planned.json()["services"][0]["secret"], "from_file");
    assert!(!planned.body.contains(own), "{}", planned.body);
    let done = apply(&caller, &file, None).await;
    assert!(done.status == 200 && !done.body.contains(own), "whoever brought it knows it: {}", done.body);
    let works = async |secret: &str| {
        let form = [("grant_type", "authorization_code"), ("code", "x")];
        idp.token(Some(("one", secret)), &form).await.json()["error"] == "invalid_grant"
    };
    assert!(works(own).await && !works(&first).await);
    assert_eq!(plan(&caller, &file).await.json()["services"][0]["secret"], "stays", "it is so already");
    assert!(!caller.get("/service-file").await.body.contains(own));
    let key = service("one", "One") + "token_endpoint_auth_method = \"none\"\n";
    assert_eq!(plan(&caller, &key).await.json()["services"][0]["secret"], "ends");
    assert_eq!(apply(&caller, &key, None).await.status, 200);
    assert!(!works(own).await);
}

async fn no_file_is_too_hostile_to_be_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let deep = format!("a = {}", "[".repeat(20_000));
    let dotted = format!("{} = 1", vec!["a"; 10_000].join("."));
    let many = "[[services]]\n".repeat(4_000);
    for file in [
        "{\"services\": []}",
        "\u{0}",
        "[[services]",
        "services = [1]",
        "services.x = 1",
        "\u{feff}client_name = 1",
        "client_name = \"x\"",
        "client_id = \"new\"\nclient_name = \"x\"",
        "client_id = 2026-01-01",
        &deep,
        &dotted,
        &many,
        "client_id = \"a\"\nclient_name = \"a\"\ndefault_max_age = -1",
        "client_id = \"a\"\nclient_name = nan",
        "client_id = \"one\"\nclient_name = \"\u{202e}\\u0000\"",
    ] {
        for path in ["/service-file/plan", "/service-file/apply"] {
            let mut order = json!({"file": file});
            if path.ends_with("apply") {
                order["reason"] = "x".into();
            }
            let page = caller.post(path, &order).await;
            assert!(page.status == 409 && page.body.contains("\"line\":"), "{file:.60}: {:.500}", page.body);
        }
    }
    let huge = json!({"file": "#".repeat(1_100_000)});
    assert_eq!(caller.post("/service-file/plan", &huge).await.status, 413);
    let url = format!("{}/admin/api/v1/service-file/plan", idp.issuer);
    let request = idp.http().post(url).bearer_auth(&caller.token).header("Content-Type", "application/json");
    let answer = request.body(b"{\"file\": \"\xff\xfe\"}".to_vec()).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    for (body, status) in [
        (json!({"file": 1}), 400),
        (json!({"file": "services = []", "dry_run": true}), 400),
        (json!({"reason": "x"}), 400),
        (json!(["services = []"]), 400),
    ] {
        assert_eq!(caller.post("/service-file/plan", &body).await.status, status, "{body}");
    }
    for reason in ["", "a\nb"] {
        let order = json!({"file": service("one", "One"), "reason": reason});
        assert_eq!(caller.post("/service-file/apply", &order).await.status, 422, "{reason:?}");
    }
    assert_eq!(registered(&idp), 0);
}

async fn whoever_may_only_read_may_compare_and_export_but_not_apply(database: Database) {
    let idp = TestIdp::start(database).await;
    let reader = Caller::with_scope(&idp, "services:read").await;
    let file = service("one", "One");
    assert_eq!(reader.get("/service-file").await.status, 200);
    assert_eq!(plan(&reader, &file).await.status, 200);
    assert_eq!(apply(&reader, &file, None).await.status, 403);
    let other = Caller::with_scope(&idp, "keys:write audit:read accounts:write").await;
    assert_eq!(other.get("/service-file").await.status, 403);
    assert_eq!(plan(&other, &file).await.status, 403);
    assert_eq!(apply(&other, "no file", None).await.status, 403, "before the file is looked at");
    assert_eq!(registered(&idp), 0);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%administration_refused%'"), 4);
}

fn program_with(id: &str, scope: &str) -> String {
    format!(
        "[[services]]\nclient_id = \"{id}\"\nclient_name = \"Desk\"\ngrant_types = [\"client_credentials\"]\nscope = \"{scope}\"\n"
    )
}

/// Neither planned nor applied by somebody who could apply it otherwise.
async fn refused(caller: &Caller<'_>, file: &str) -> [String; 2] {
    let pages = [plan(caller, file).await, apply(caller, file, None).await];
    pages.map(|page| {
        assert_eq!(page.status, 403, "{file}: {}", page.body);
        page.body
    })
}

async fn sc_104_no_file_gives_a_program_a_right_that_its_bringer_does_not_have(database: Database) {
    let idp = TestIdp::start(database).await;
    let tender = Caller::with_scope(&idp, "services:write accounts:read").await;
    let reader = Caller::with_scope(&idp, "services:read").await;
    let keeper = Caller::with_scope(&idp, "keys:write").await.service.client.id;
    for scope in ["settings:write", "keys:read", "services:write audit:read", "accounts:write", "mail:write"]
    {
        // Beside one that is nothing special: all or none.
        refused(&tender, &(service("one", "One") + &program_with("mine", scope))).await;
    }
    assert_eq!(idp.count("relying_service"), 3, "the three callers");
    let own = program_with("mine", "services:write accounts:read reports:read");
    assert_eq!(apply(&tender, &own, None).await.status, 200);
    refused(&tender, &program_with("mine", "services:write settings:write")).await;
    // Nor does anybody take a program with more rights into their hands, or its rights from it.
    let id = keeper.as_str();
    let key = "token_endpoint_auth_method = \"private_key_jwt\"\njwks_uri = \"https://mine.example.test/\"\n";
    for file in [
        program_with(id, "keys:write"),
        program_with(id, "reports:read"),
        program_with(id, "keys:write") + key,
        program_with(id, "keys:write") + "client_secret = \"a-secret-of-the-file-0123456789\"\n",
    ] {
        refused(&tender, &file).await;
    }
    let told = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%administration_refused%'");
    assert!(told.iter().any(|body| body.contains("settings:write")), "{told:?}");
    assert!(
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%service_updated%'").is_empty()
    );
    // A file that changes nothing of such a program is nobody's trouble, and to look at a change takes no right to do it.
    let all = tender.get("/service-file").await.body;
    assert!(all.contains("keys:write"), "{all}");
    assert_eq!(apply(&tender, &all, None).await.status, 200);
    assert_eq!(plan(&reader, &program_with("mine", "settings:write")).await.status, 200);
    // Whoever has the rights may.
    let both = Caller::with_scope(&idp, "services:write keys:write").await;
    assert_eq!(apply(&both, &program_with(id, "keys:read"), None).await.status, 200);
}

async fn what_is_given_to_a_program_between_plan_and_apply_is_in_nobody_elses_hands(database: Database) {
    let idp = TestIdp::start(database).await;
    let tender = Caller::with_scope(&idp, "services:write").await;
    let both = Caller::with_scope(&idp, "services:write keys:write").await;
    assert_eq!(apply(&tender, &program_with("mine", "reports:read"), None).await.status, 200);
    let renamed = program_with("mine", "reports:read").replace("Desk", "Mine");
    let number = plan(&tender, &renamed).await.json()["plan"].as_str().unwrap().to_owned();
    // Together with it, then after it.
    let widened = program_with("mine", "keys:write");
    let (first, second) = tokio::join!(apply(&both, &widened, None), apply(&tender, &renamed, Some(&number)));
    let statuses = (first.status, second.status);
    assert!(matches!(statuses, (200, 403 | 409) | (200 | 409, 200)), "{statuses:?}");
    assert_eq!(apply(&both, &widened, None).await.status, 200);
    for number in [Some(number.as_str()), None] {
        assert_eq!(apply(&tender, &renamed, number).await.status, 403);
    }
    let shown = tender.call("get", "/services/{client_id}", &["mine"], "").await.json();
    assert_eq!(shown["service"]["scope"], "keys:write");
}

async fn nobody_learns_from_a_plan_which_secret_a_service_has(database: Database) {
    let idp = TestIdp::start(database).await;
    let tender = Caller::with_scope(&idp, "services:write").await;
    let reader = Caller::with_scope(&idp, "services:read").await;
    let keeper = Caller::with_scope(&idp, "keys:write").await;
    let id = keeper.service.client.id.as_str();
    let all = tender.get("/service-file").await.body;
    let stands = all.split("[[services]]").find(|one| one.contains(id)).unwrap();
    let with = |secret: &str| format!("[[services]]\nclient_secret = \"{secret}\"{stands}");
    // The right one and a wrong one, of a program with more rights; and of any service, for those who only read.
    let right = refused(&tender, &with(&keeper.service.secret)).await;
    assert_eq!(right, refused(&tender, &with("a-secret-of-the-file-0123456789")).await);
    apply(&tender, &service("one", "One"), None).await;
    let one = service("one", "One") + "client_secret = \"a-secret-of-the-file-0123456789\"\n";
    assert_eq!(plan(&reader, &one).await.status, 403);
    assert_eq!(apply(&tender, &one, None).await.status, 200);
    assert_eq!(plan(&reader, &one).await.status, 403);
    let form = [("grant_type", "client_credentials")];
    assert_eq!(idp.token(Some((id, &keeper.service.secret)), &form).await.status, 200, "it works on");
}
