//! What stands before every change: a reason, a page that shows it, a form of ours, a recent proof; once.

use super::{administrator, records};
use idp_domain::administration::Role;
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    every_change_says_why_in_up_to_200_characters_on_one_line
    nothing_is_done_that_was_not_shown
    sc_096_a_form_without_its_token_changes_nothing
    a_double_click_changes_once
    an_old_proof_is_asked_again_before_keys_and_services_and_roles
    the_language_changes_on_the_page_that_asks_once_more
}

const NOTICE: &str = "/en/admin/notices/new";
const TYPED: [(&str, &str); 4] = [
    ("text_en", "Closed on Sunday"),
    ("text_fr", "Fermé dimanche"),
    ("kind", "outage"),
    ("where", "everywhere"),
];

fn with_reason(reason: &str) -> Vec<(&str, &str)> {
    TYPED.into_iter().chain([("reason", reason)]).collect()
}

async fn every_change_says_why_in_up_to_200_characters_on_one_line(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let (long, most) = ("é".repeat(201), "é".repeat(200));
    for (reason, message) in [
        ("", "Say why"),
        (" \u{a0} ", "Say why"),
        (long.as_str(), "The reason must be 200 characters or fewer"),
        ("one\ntwo", "Write the reason on one line"),
        ("bell\u{7}", "Write the reason on one line"),
    ] {
        let page = one.fill(NOTICE, &with_reason(reason)).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]), "{reason:?}");
        assert_eq!(page.form("f").value("text_fr"), "Fermé dimanche", "what was typed stays");
    }
    assert_eq!(idp.count("system_notice"), 0);
    for reason in [most.as_str(), "<b>\"'&", "\u{202e}rtl \u{1f469}\u{200d}\u{1f692}", "=1+1"] {
        let confirm = one.fill(NOTICE, &with_reason(reason)).await;
        assert_eq!(confirm.status, 200, "{confirm:?}");
        assert!(!confirm.body.contains("<b>"), "{}", confirm.body);
        assert!(confirm.words_of("confirm").contains(reason), "{reason}: {confirm:?}");
        let answer = one.visitor.submit(&confirm, "f", &[]).await;
        assert_eq!(answer.location(), Some("/en/admin/notices?done=added"), "{answer:?}");
    }
    assert_eq!(records(&idp, "notice_added").len(), 4);
    let by = format!("\"by\":\"administrator:{}\"", one.id);
    assert!(records(&idp, "notice_added").iter().all(|record| record.contains(&by)));
}

async fn nothing_is_done_that_was_not_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let two = administrator(&idp, "two@example.test", &[Role::ServiceAdmin]).await;
    let confirm = one.fill(NOTICE, &with_reason("planned")).await;
    assert!(confirm.text().contains("Nothing has changed yet"), "{confirm:?}");
    // A value changed on the way is shown again.
    let again = one.visitor.submit(&confirm, "f", &[("text_en", "Something else")]).await;
    assert!(again.has("confirm") && again.words_of("confirm").contains("Something else"), "{again:?}");
    // Without the hash, with a made-up one, and with another person's.
    let seal = confirm.form("f").value("_confirm").to_owned();
    for made_up in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let page = one.fill(NOTICE, &with_reason("planned")).await;
        let page = one.visitor.submit(&page, "f", &[("_confirm", made_up)]).await;
        assert!(page.has("confirm"), "{made_up}: {page:?}");
    }
    let page = two.get(NOTICE).await;
    let form = with_reason("planned")
        .into_iter()
        .fold(page.form("f"), |form, (name, value)| form.with(name, value))
        .with("_confirm", &seal);
    assert!(two.visitor.post(&form).await.has("confirm"));
    assert_eq!(idp.count("system_notice"), 0);
    let answer = one.visitor.submit(&again, "f", &[]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let listed = one.visitor.follow(answer).await;
    assert!(listed.text().contains("Something else") && listed.text().contains("The notice was added"));
    assert!(listed.body.contains("tabindex=\"-1\" autofocus"), "the message has the focus");
}

async fn sc_096_a_form_without_its_token_changes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let other = administrator(&idp, "two@example.test", &[Role::ServiceAdmin]).await;
    let confirm = one.fill(NOTICE, &with_reason("planned")).await.form("f");
    let foreign = other.get(NOTICE).await.form("f").value("_csrf").to_owned();
    for form in [confirm.clone().without("_csrf"), confirm.clone().with("_csrf", &foreign)] {
        assert_eq!(one.visitor.post(&form).await.status, 403);
    }
    let request = one.visitor.request(reqwest::Method::POST, &confirm.action);
    let request = request.header("Origin", "https://evil.test").header("Sec-Fetch-Site", "cross-site");
    let request = request.header("Content-Type", idp_tests::idp::visitor::FORM).body(confirm.encoded());
    assert_eq!(one.visitor.send(request).await.status, 403);
    assert_eq!(idp.count("system_notice"), 0);
}

async fn a_double_click_changes_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let confirm = one.fill(NOTICE, &with_reason("planned")).await;
    let (first, second) =
        tokio::join!(one.visitor.submit(&confirm, "f", &[]), one.visitor.submit(&confirm, "f", &[]));
    assert_eq!(first.location(), Some("/en/admin/notices?done=added"), "{first:?}");
    assert_eq!(second.location(), first.location());
    assert_eq!((idp.count("system_notice"), records(&idp, "notice_added").len()), (1, 1));
}

async fn an_old_proof_is_asked_again_before_keys_and_services_and_roles(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin, Role::ServiceAdmin]).await;
    let page = one.get("/en/admin/services/new").await;
    idp.advance(Duration::from_secs(5 * 60 + 1));
    for path in ["keys/rotate", "services/new", "admins/grant"] {
        let answer = one.get(&format!("/en/admin/{path}")).await;
        let expected = format!("/en/account/confirm?next=admin/{path}");
        assert_eq!(answer.location(), Some(expected.as_str()));
    }
    // Looking is no change, and notices are no keys.
    for path in ["keys", "services", "notices/new"] {
        assert_eq!(one.get(&format!("/en/admin/{path}")).await.status, 200, "{path}");
    }
    // What was typed comes back filled in.
    let answer = one.visitor.submit(&page, "f", &[("name_en", "Fishing licences")]).await;
    assert_eq!(answer.location(), Some("/en/account/confirm?next=admin/services/new:filled"), "{answer:?}");
    let confirm = one.visitor.follow(answer).await;
    assert!(confirm.text().contains("You will go on to: Relying services"), "{confirm:?}");
    assert!(confirm.title().ends_with("– Administration"), "{}", confirm.title());
    let answer = one.visitor.submit(&confirm, "f", &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), Some("/en/admin/services/new?held=1"), "{answer:?}");
    let page = one.visitor.follow(answer).await;
    assert_eq!(page.form("f").value("name_en"), "Fishing licences");
}

async fn the_language_changes_on_the_page_that_asks_once_more(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let confirm = one.fill(NOTICE, &with_reason("planned")).await;
    let answer = one.visitor.submit(&confirm, "f", &[("_lang", "fr")]).await;
    assert_eq!(answer.location(), Some("/fr/admin/notices/new?held=1"), "{answer:?}");
    let page = one.visitor.follow(answer).await;
    assert_eq!(page.title(), "Ajouter un avis – Administration");
    let form = page.form("f");
    assert_eq!((form.value("text_en"), form.value("reason")), ("Closed on Sunday", "planned"));
    assert_eq!((form.value("kind"), form.value("where")), ("outage", "everywhere"));
    assert_eq!(idp.count("system_notice"), 0);
    // Lists keep what was asked.
    let page = one.get("/en/admin/notices?when=shown&where=one-key").await;
    assert!(page.body.contains("href=\"/fr/admin/notices?when=shown&#38;where=one-key\""), "{}", page.body);
}
