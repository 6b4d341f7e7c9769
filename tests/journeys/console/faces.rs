//! What the console can as the other faces can: partners added and changed, a key imported, a service's history, a redirect
//! address tried.

use super::{administrator, records};
use idp_domain::administration::Role;
use idp_tests::hub::{CLIENT_ID, HubWorld, SECRET};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_partner_is_added_tested_changed_and_disabled
    a_partner_that_breaks_a_rule_says_so_at_its_field
    a_partners_secret_is_carried_sealed_and_never_shown
    a_key_that_was_made_elsewhere_is_imported_and_never_shown
    a_services_history_tells_who_changed_what
    a_redirect_address_is_tried_to_the_letter
    no_service_is_called_new
}

const PARTNER: [(&str, &str); 7] = [
    ("id", "second"),
    ("name_en", "A second hub"),
    ("name_fr", "Un second carrefour"),
    ("client_id", CLIENT_ID),
    ("authentication", "client_secret_basic"),
    ("position", "2"),
    ("reason", "a new bank"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = PARTNER.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().copied()).collect()
}

async fn a_partner_is_added_tested_changed_and_disabled(database: Database) {
    let world = HubWorld::start(database).await;
    let idp = &world.idp;
    let one = administrator(idp, "one@example.test", &[Role::ServiceAdmin]).await;
    // That of the settings is tested, but neither changed nor disabled.
    let list = one.get("/en/admin/partners").await;
    assert!(list.body.contains("/admin/partners/default/test"), "{list:?}");
    assert!(!list.body.contains("/default/edit") && !list.body.contains("/default/disable"), "{list:?}");
    for act in ["edit", "disable"] {
        assert_eq!(one.get(&format!("/en/admin/partners/default/{act}")).await.status, 409, "{act}");
    }
    let page = one.get("/fr/admin/partners/default/test").await;
    let page = one.visitor.submit(&page, "f", &[("reason", "une panne")]).await;
    assert!(page.status == 200 && page.has("confirm"), "{page:?}");
    let tested = one.visitor.submit(&page, "f", &[]).await;
    let words = tested.words_of("checks");
    assert!(tested.text().contains("La connexion fonctionne"), "{tested:?}");
    assert!(words.contains("L’émetteur est bien lui-même") && !words.contains("the issuer"), "{words}");
    // A second one, where nobody answers.
    let typed = with(&[("issuer", "https://localhost:9"), ("client_secret", SECRET)]);
    let shown = one.change("/en/admin/partners/new", &typed).await;
    assert!(shown.text().contains("The partner was added"), "{shown:?}");
    let callback = format!("{}/partner/callback/second", idp.issuer);
    assert!(shown.words_of("saved").contains(&callback), "{shown:?}");
    let tested = one.change("/en/admin/partners/second/test", &[("reason", "x")]).await;
    assert!(tested.text().contains("The connection does not work"), "{tested:?}");
    // Changed: the secret that is kept stays where none is typed.
    let edit = "/en/admin/partners/second/edit";
    let form = one.get(edit).await.form("f");
    assert_eq!((form.value("name_fr"), form.value("client_secret")), ("Un second carrefour", ""));
    let answer = one.change(edit, &[("name_en", "=Renamed"), ("reason", "shorter")]).await;
    assert_eq!(answer.location(), Some("/en/admin/partners?done=updated"), "{answer:?}");
    let file = one.get("/en/admin/partners?format=csv").await.body;
    assert!(file.contains("second,'=Renamed,"), "{file}");
    // With a key of its own the public part is shown, to be registered.
    let keyed = [("authentication", "private_key_jwt"), ("reason", "no more secret")];
    let shown = one.change(edit, &keyed).await;
    assert!(shown.words_of("saved").contains("\"kty\":\"EC\""), "{shown:?}");
    let answer = one.change("/en/admin/partners/second/disable", &[("reason", "an outage")]).await;
    assert_eq!(answer.location(), Some("/en/admin/partners?done=disabled"), "{answer:?}");
    assert_eq!(one.get("/en/admin/partners/second/disable").await.status, 409);
    let page = one.get(edit).await;
    assert!(page.text().contains("Saving it enables it"), "{page:?}");
    let events = ["partner_added", "partner_updated", "partner_disabled", "partner_tested"];
    assert_eq!(events.map(|event| records(idp, event).len()), [1, 2, 1, 2]);
    let by = format!("\"by\":\"administrator:{}\"", one.id);
    let added = records(idp, "partner_added");
    assert!(added[0].contains(&by) && added[0].contains("a new bank"), "{added:?}");
}

async fn a_partner_that_breaks_a_rule_says_so_at_its_field(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let good = with(&[("issuer", "https://hub.example.ca"), ("client_secret", "s3cret")]);
    for (name, value, message) in [
        ("id", "Hub", "Use 1 to 32 of a–z, 0–9 and -, but not “default”"),
        ("id", "default", "Use 1 to 32 of a–z, 0–9 and -, but not “default”"),
        ("name_fr", " ", "Enter a name of up to 100 characters on one line"),
        (
            "issuer",
            "http://hub.example.ca",
            "The issuer must be https, without a query, a fragment or a user name",
        ),
        ("client_id", "é", "Enter 1 to 255 printable ASCII characters"),
        ("client_secret", "", "Enter the secret: 1 to 1024 printable ASCII characters"),
        ("authentication", "none", "Choose one of the options"),
        ("authentication", "private_key_jwt", "private_key_jwt has no secret: leave it empty"),
        ("position", "first", "Enter a whole number"),
        ("reason", "", "Say why"),
    ] {
        let mut typed = good.clone();
        typed.retain(|(other, _)| *other != name);
        typed.push((name, value));
        let page = one.fill("/en/admin/partners/new", &typed).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]), "{name}={value}");
    }
    assert_eq!(idp.count("sign_in_partner"), 0);
    // Two administrators add the same one: the second is told.
    let late = one.fill("/en/admin/partners/new", &good).await;
    assert_eq!(one.change("/en/admin/partners/new", &good).await.status, 200);
    let page = one.visitor.submit(&late, "f", &[]).await;
    assert_eq!(page.errors(), ["Another partner has this ID or this issuer"]);
    assert_eq!(idp.count("sign_in_partner"), 1);
}

async fn a_partners_secret_is_carried_sealed_and_never_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let typed = with(&[("issuer", "https://hub.example.ca"), ("client_secret", "s3cret-of-the-hub")]);
    let confirm = one.fill("/en/admin/partners/new", &typed).await;
    assert!(confirm.has("confirm") && !confirm.body.contains("s3cret"), "{}", confirm.body);
    let carried = confirm.form("f").value("client_secret").to_owned();
    assert!(carried.starts_with("sealed."), "{carried}");
    // What one page carries is nothing at another, nor on another day's form.
    let other = one.get("/en/admin/partners/new").await;
    let typed = with(&[("issuer", "https://hub.example.ca"), ("client_secret", "sealed.AAAA")]);
    let page = one.visitor.submit(&other, "f", &typed).await;
    assert!(page.has("confirm"), "a secret that only looks sealed is one: {page:?}");
    let done = one.visitor.submit(&confirm, "f", &[]).await;
    assert!(done.status == 200 && !done.body.contains("s3cret"), "{done:?}");
    assert!(!one.get("/en/admin/partners/second/edit").await.body.contains("s3cret"));
}

/// The key of RFC 8037 appendix A.1.
const JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

async fn a_key_that_was_made_elsewhere_is_imported_and_never_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    let path = "/en/admin/keys/import";
    for (algorithm, key, message) in [
        ("EdDSA", "", "Enter the private key"),
        ("EdDSA", "not a key", "Enter a private key as PEM or as a JWK"),
        ("ES256", JWK, "This is no whole private key for this algorithm"),
        ("HS256", JWK, "Choose one of the options"),
    ] {
        let typed = [("algorithm", algorithm), ("private_key", key), ("reason", "services pin it")];
        let page = one.fill(path, &typed).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]), "{algorithm} {key}");
        assert!(!page.body.contains("nWGxne"), "a key is never put back into the form");
    }
    let typed = [("algorithm", "EdDSA"), ("private_key", JWK), ("reason", "services pin it")];
    let confirm = one.fill(path, &typed).await;
    assert!(confirm.has("confirm") && !confirm.body.contains("nWGxne"), "{}", confirm.body);
    let other = one.fill(path, &typed).await;
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/keys?done=imported"), "{answer:?}");
    let again = one.visitor.submit(&other, "f", &[]).await;
    assert_eq!(again.status, 409, "{again:?}");
    let kid = idp.query("SELECT kid AS value FROM signing_key WHERE algorithm = 'EdDSA' AND state = 'next'");
    let list = one.get("/en/admin/keys?algorithm=EdDSA").await;
    assert!(list.words_of("keys").contains(&kid[0]), "{list:?}");
    let records = records(&idp, "key_imported");
    assert!(records.len() == 1 && records[0].contains("services pin it"), "{records:?}");
    // The language switch keeps what was typed, but no key.
    idp.advance(Duration::from_secs(1));
    let page = one.get(path).await;
    let answer =
        one.visitor.submit(&page, "f", &[("private_key", JWK), ("reason", "kept"), ("_lang", "fr")]).await;
    let page = one.visitor.follow(answer).await;
    assert_eq!(page.form("f").value("reason"), "kept");
    assert!(!page.body.contains("nWGxne"), "{}", page.body);
}

const SERVICE: [(&str, &str); 5] = [
    ("client_id", "fishing"),
    ("name_en", "Fishing"),
    ("name_fr", "Pêche"),
    ("redirect_uris", "https://fish.example.ca/cb"),
    ("reason", "=a new service"),
];

async fn a_services_history_tells_who_changed_what(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin, Role::Auditor]).await;
    one.change("/en/admin/services/new", &SERVICE).await;
    one.change("/en/admin/services/fishing/edit", &[("name_en", "<b>Angling"), ("reason", "clearer")]).await;
    one.change("/en/admin/services/fishing/secret", &[("reason", "yearly")]).await;
    one.change("/en/admin/services/fishing/disable", &[("reason", "over")]).await;
    let page = one.get("/fr/admin/services/fishing/history").await;
    let words = page.words_of("history");
    for told in
        ["4 ", "Désactivé", "Nouveau secret", "Nom en anglais\u{a0}: de Fishing à <b>Angling", "clearer"]
    {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert!(words.contains(&format!("Administrateur {}", one.id)), "{words}");
    assert!(!page.body.contains("<b>Angling"), "{}", page.body);
    let file = one.get("/fr/admin/services/fishing/history?format=csv").await.body;
    assert_eq!(file.lines().count(), 5, "{file}");
    assert!(file.contains(",'=a new service,") && file.contains(",secret_rotated,"), "{file}");
    assert_eq!(one.get("/en/admin/services/nobody/history").await.status, 404);
}

async fn a_redirect_address_is_tried_to_the_letter(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    one.change("/en/admin/services/new", &SERVICE).await;
    let path = "/en/admin/services/fishing/redirect-test";
    let page = one.get(path).await;
    assert!(page.status == 200 && !page.has("tested"), "nothing was tried yet: {page:?}");
    for (tried, told, difference) in [
        ("https://fish.example.ca/cb", "may name this address", "It is this one"),
        ("https://fish.example.ca/cb/", "is refused", "One of them ends with a slash"),
        ("https://FISH.example.ca/cb", "is refused", "Upper and lower case differ"),
        (" https://fish.example.ca/cb", "is refused", "There are blanks around it"),
        ("https://evil.example/cb", "is refused", "Another host"),
        ("\"><script>alert(1)</script>", "is refused", "It is no absolute URI"),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(tried.as_bytes()).collect();
        let page = one.get(&format!("{path}?redirect_uri={query}")).await;
        assert!(page.words_of("tested").contains(told), "{tried}: {page:?}");
        assert!(page.words_of("registered").contains(difference), "{tried}: {page:?}");
        assert_eq!(page.form("filter").value("redirect_uri"), tried);
        assert!(!page.body.contains("<script>alert"), "{tried}");
    }
    let long = format!("{path}?redirect_uri=https://{}", "x".repeat(3000));
    assert!(!one.get(&long).await.has("tested"));
    one.change("/en/admin/services/fishing/disable", &[("reason", "over")]).await;
    assert_eq!(one.get(path).await.status, 409);
}

async fn no_service_is_called_new(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let mut typed = SERVICE;
    typed[0] = ("client_id", "new");
    let page = one.fill("/en/admin/services/new", &typed).await;
    assert_eq!(page.errors(), ["Client ID: it must be another word than \"new\""]);
    let page = one.get("/fr/admin/services/new").await;
    let page = one.visitor.submit(&page, "f", &typed).await;
    assert_eq!(page.errors().len(), 1);
    assert!(page.errors()[0].contains("choisissez un autre mot"), "{:?}", page.errors());
    assert_eq!(idp.count("relying_service"), 0);
}
