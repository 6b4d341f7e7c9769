//! `idp partners list | add | update | disable`, as operators run it.

use crate::program::{done, refused};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::Value;

on_sqlite_and_postgres! {
    partners_are_added_listed_updated_and_disabled
    files_that_are_no_partners_are_refused_in_one_line
}

fn file(idp: &TestIdp, name: &str, text: &str) -> String {
    let path = idp.folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn partner(id: &str, issuer: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\nname = \"Hub\"\n\"name#fr\" = \"Carrefour\"\nissuer = \"{issuer}\"\nclient_id = \"us\"\n{more}\n"
    )
}

async fn list(idp: &TestIdp) -> Vec<Value> {
    serde_json::from_str(&done(idp, &["partners", "list", "--json"]).await).unwrap()
}

async fn partners_are_added_listed_updated_and_disabled(database: Database) {
    let idp = TestIdp::start(database).await;
    let hub = file(&idp, "hub.toml", &partner("hub", "https://hub.example.ca", "client_secret = \"s3cret\""));
    let said: Value =
        serde_json::from_str(&done(&idp, &["partners", "add", "--file", &hub, "--json"]).await).unwrap();
    assert_eq!(said["redirect_uri"], format!("{}/partner/callback/hub", idp.issuer));
    assert!(refused(&idp, &["partners", "add", "--file", &hub]).await.contains("is there already"));
    let same = file(&idp, "same.toml", &partner("other", "https://hub.example.ca", "client_secret = \"x\""));
    assert!(refused(&idp, &["partners", "add", "--file", &same]).await.contains("is there already"));

    // A key of its own, whose public part is printed; the private one isn't.
    let keyed = file(
        &idp,
        "keyed.toml",
        &partner("keyed", "https://keyed.example.ca", "token_endpoint_auth_method = \"private_key_jwt\""),
    );
    let said = done(&idp, &["partners", "add", "--file", &keyed]).await;
    assert!(said.contains("\"kty\":\"EC\"") && !said.contains("\"d\":"), "{said}");

    let without = file(&idp, "without.toml", &partner("hub", "https://hub2.example.ca", "position = 3"));
    done(&idp, &["partners", "update", "--file", &without]).await;
    let rows = list(&idp).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().any(|row| row["issuer"] == "https://hub2.example.ca"), "{rows:?}");
    assert!(!format!("{rows:?}").contains("s3cret"));
    idp.app.partners.forget();
    assert!(idp.visitor().get("/en/sign-in").await.has("partner-form-hub"));

    done(&idp, &["partners", "disable", "hub"]).await;
    assert!(
        refused(&idp, &["partners", "disable", "hub"]).await.contains("no partner hub, or it is disabled")
    );
    idp.app.partners.forget();
    let page = idp.visitor().get("/en/sign-in").await;
    assert!(page.has("partner-form") && !page.has("partner-form-hub"), "the other one is left: {page:?}");
    assert_eq!(idp.visitor().get("/partner/callback/hub?state=x").await.status, 404);
    let audit = idp.query("SELECT body AS value FROM audit_record").join("\n");
    for event in ["partner_added", "partner_updated", "partner_disabled"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    assert!(!audit.contains("s3cret"));
}

async fn files_that_are_no_partners_are_refused_in_one_line(database: Database) {
    let idp = TestIdp::start(database).await;
    for (text, says) in [
        ("", "missing field"),
        (&partner("Hub", "https://hub.example.ca", ""), "id:"),
        (&partner("hub", "https://hub.example.ca", ""), "client_secret: it is missing"),
        (&partner("hub", "http://hub.example.ca", "client_secret = \"x\""), "issuer:"),
        (&partner("hub", "https://hub.example.ca", "unknown = 1"), "unknown field"),
    ] {
        let path = file(&idp, "bad.toml", text);
        let line = refused(&idp, &["partners", "add", "--file", &path]).await;
        assert!(line.contains(says), "{says}: {line}");
    }
    assert!(refused(&idp, &["partners", "update", "--file", "/nowhere"]).await.contains("can't be read"));
    assert!(list(&idp).await.is_empty());
}
