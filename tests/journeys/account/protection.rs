//! What guards every page: a recent proof where it is asked for, one's own form, and nothing typed is lost.

use super::{EMAIL, person};
use idp_tests::idp::{Database, PASSWORD, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    pages_that_a_stranger_must_not_use_ask_again_and_the_others_do_not
    a_form_that_comes_too_late_is_filled_in_again_after_the_proof
    what_an_expired_session_sent_waits_for_its_own_person_only
    sc_096_no_page_takes_a_form_without_its_token
    nobody_without_a_session_sees_any_of_it
    mails_and_pages_are_in_the_language_that_the_profile_says
}

const ASKING: &[(&str, &str)] =
    &[("password", "f"), ("email", "f"), ("close", "f"), ("data", "download-form")];
const OTHERS: &[&str] = &["", "/profile", "/security", "/sessions", "/activity", "/services", "/transfer"];

async fn prove(visitor: &Visitor, path: &str) -> String {
    let page = visitor.get(path).await;
    assert!(page.has("go-on-to"), "{page:#?}");
    visitor.submit(&page, "f", &[("password", PASSWORD)]).await.location().unwrap().to_owned()
}

async fn pages_that_a_stranger_must_not_use_ask_again_and_the_others_do_not(database: Database) {
    let (idp, person) = person(database).await;
    for (path, _) in ASKING {
        assert_eq!(person.get(&format!("/en/account/{path}")).await.status, 200, "{path}");
    }
    idp.advance(Duration::from_secs(301));
    for (path, form) in ASKING {
        let asked = person.get(&format!("/fr/account/{path}")).await;
        assert_eq!(asked.location(), Some(format!("/fr/account/confirm?next={path}").as_str()));
        let _ = form;
    }
    for path in OTHERS {
        assert_eq!(person.get(&format!("/en/account{path}")).await.status, 200, "{path}");
    }
    assert_eq!(prove(&person, "/fr/account/confirm?next=close").await, "/fr/account/close");
    assert_eq!(person.get("/fr/account/close").await.status, 200);
}

async fn a_form_that_comes_too_late_is_filled_in_again_after_the_proof(database: Database) {
    let (idp, person) = person(database).await;
    let page = person.get("/en/account/email").await;
    idp.advance(Duration::from_secs(301));
    let late = person.submit(&page, "f", &[("email", "new@example.test")]).await;
    let confirm = late.location().unwrap().to_owned();
    assert_eq!(confirm, "/en/account/confirm?next=email:filled");
    assert_eq!(idp.count("email_change"), 0, "nothing is done before the proof");
    let back = prove(&person, &confirm).await;
    assert_eq!(back, "/en/account/email?held=1");
    let filled = person.get(&back).await;
    assert_eq!(filled.form("f").value("email"), "new@example.test");
    for (path, form) in ASKING {
        let page = person.get(&format!("/en/account/{path}")).await;
        idp.advance(Duration::from_secs(301));
        let late = person.submit(&page, form, &[("confirm", EMAIL), ("password", PASSWORD)]).await;
        let expected = format!("/en/account/confirm?next={path}:filled");
        assert_eq!(late.location(), Some(expected.as_str()), "{path}");
        prove(&person, &expected).await;
    }
    assert_eq!(idp.count("account"), 1);
    assert_eq!(idp.count("held_form WHERE CAST(fields AS TEXT) LIKE '%example%'"), 0, "sealed");
}

async fn what_an_expired_session_sent_waits_for_its_own_person_only(database: Database) {
    let (idp, person) = person(database).await;
    idp.create_account(&idp.visitor(), "other@example.test").await;
    let page = person.get("/en/account/email").await;
    idp.advance(Duration::from_mins(16));
    let late = person.submit(&page, "f", &[("email", "new@example.test")]).await;
    assert_eq!(late.location(), Some("/en/session-expired?next=email:filled"));
    let sign_in = person.get("/en/sign-in?next=email:filled").await;
    let other =
        person.submit(&sign_in, "f", &[("email", "other@example.test"), ("password", PASSWORD)]).await;
    assert_eq!(other.location(), Some("/en/account/email?held=1"));
    assert_eq!(person.follow(other).await.form("f").value("email"), "");
    let sign_out = person.get("/en/sign-out").await;
    person.submit(&sign_out, "sign-out-form", &[]).await;
    let sign_in = person.get("/en/sign-in?next=email:filled").await;
    let own = person.submit(&sign_in, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(person.follow(own).await.form("f").value("email"), "new@example.test");
}

async fn sc_096_no_page_takes_a_form_without_its_token(database: Database) {
    let (idp, person) = person(database).await;
    let before = ["account", "browser_session WHERE ended_at IS NULL", "email_change", "former_password"];
    let counts = || before.map(|table| idp.count(table));
    let was = counts();
    for (path, form) in [
        ("profile", "f"),
        ("password", "f"),
        ("email", "f"),
        ("close", "f"),
        ("sessions", "end-1"),
        ("data", "download-form"),
        ("activity/not-me", "report-form"),
        ("activity/not-me", "sign-out-everywhere-form"),
    ] {
        let page = person.get(&format!("/en/account/{path}")).await;
        let good = page.form(form).with("confirm", EMAIL).with("email", "new@example.test");
        for token in ["", "x", "AAAA"] {
            let forged = good.clone().without("_csrf").with("_csrf", token);
            assert_eq!(person.post(&forged).await.status, 403, "{path} {form} {token}");
        }
        let foreign = person
            .request(reqwest::Method::POST, &good.action)
            .header("Origin", "https://evil.test")
            .header("Content-Type", idp_tests::idp::visitor::FORM)
            .body(good.encoded());
        assert_eq!(person.send(foreign).await.status, 403, "{path} {form}");
    }
    assert_eq!(counts(), was);
}

async fn nobody_without_a_session_sees_any_of_it(database: Database) {
    let (idp, _person) = person(database).await;
    let stranger = idp.visitor();
    for path in
        ASKING.iter().map(|(path, _)| format!("/{path}")).chain(OTHERS.iter().map(|path| (*path).to_owned()))
    {
        let page = stranger.get(&format!("/en/account{path}")).await;
        assert!(page.location().is_some_and(|to| to.starts_with("/en/sign-in")), "{path}: {page:#?}");
    }
}

async fn mails_and_pages_are_in_the_language_that_the_profile_says(database: Database) {
    let (idp, person) = person(database).await;
    let page = person.get("/en/account/profile").await;
    assert!(page.text().contains("We keep no name"), "{page:#?}");
    let saved = person.submit(&page, "f", &[("language", "fr")]).await;
    assert_eq!(saved.location(), Some("/en/account/profile?done=saved"));
    assert!(person.follow(saved).await.text().contains("Saved"));
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    assert!(idp.mail_to(EMAIL).await.text.starts_with("An English message follows."));
    for wrong in ["", "de", "EN"] {
        let page = person.get("/en/account/profile").await;
        assert_eq!(
            person.submit(&page, "f", &[("language", wrong)]).await.errors(),
            ["Choose one of the options"]
        );
    }
}
