//! C0: proving again who one is.

use super::{EMAIL, person};
use idp_tests::idp::{Database, PASSWORD, Page, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_recent_proof_is_not_asked_for_again
    the_right_password_leads_on_to_the_named_page_with_a_new_cookie_and_the_same_session
    a_next_page_is_one_of_ours_or_none
    five_wrong_passwords_end_the_session_whichever_node_counts_them
    wrong_passwords_here_count_at_the_sign_in_page_of_this_browser
    a_session_that_has_expired_leads_back_to_the_page_after_signing_in
    the_navigation_says_where_one_is
}

async fn typed(person: &Visitor, password: &str) -> Page {
    let page = person.get("/en/account/confirm?next=activity").await;
    person.submit(&page, "f", &[("password", password)]).await
}

async fn a_recent_proof_is_not_asked_for_again(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_secs(280));
    let page = person.get("/en/account/confirm?next=activity").await;
    assert_eq!(page.location(), Some("/en/account/activity"));
    idp.advance(Duration::from_secs(21));
    let page = person.get("/en/account/confirm?next=activity").await;
    assert_eq!((page.status, page.title().as_str()), (200, "Confirm it’s you – My Ontario Account"));
    assert_eq!(page.words_of("go-on-to"), "You will go on to: Activity");
    let french = person.get("/fr/account/confirm?next=activity").await;
    assert_eq!(french.words_of("go-on-to"), "Vous passerez ensuite à\u{a0}: Activité");
}

async fn the_right_password_leads_on_to_the_named_page_with_a_new_cookie_and_the_same_session(
    database: Database,
) {
    let (idp, person) = person(database).await;
    let sessions = "SELECT id || methods || authenticated_at AS value FROM browser_session";
    let (before, cookie) = (idp.query(sessions), person.cookie("idp_session").unwrap());
    idp.advance(Duration::from_mins(6));
    let answer = typed(&person, PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/en/account/activity")));
    assert_eq!(idp.query(sessions), before, "services know the session as before");
    assert_ne!(person.cookie("idp_session").unwrap(), cookie);
    let thief = idp.visitor();
    thief.set_cookie("idp_browser", &person.cookie("idp_browser").unwrap());
    thief.set_cookie("idp_session", &cookie);
    assert_eq!(
        thief.get("/en/account").await.location(),
        Some("/en/sign-in"),
        "the old cookie is worth nothing"
    );
    assert_eq!(person.get("/en/account").await.status, 200);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%identity_proven%'"), 1);
}

async fn a_next_page_is_one_of_ours_or_none(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_mins(6));
    for hostile in ["//evil.test", "https://evil.test/", "/account", "activity%0d%0aX:1", ""] {
        let page = person.get(&format!("/en/account/confirm?next={hostile}")).await;
        assert_eq!(page.words_of("go-on-to"), "You will go on to: Security", "{hostile}");
        assert!(!page.body.contains("evil.test"));
    }
}

async fn five_wrong_passwords_end_the_session_whichever_node_counts_them(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_mins(6));
    for _ in 0..4 {
        let page = typed(&person, "wrong").await;
        assert_eq!((page.status, page.errors()), (422, vec!["The password is not correct".to_owned()]));
    }
    let page = typed(&person, "wrong").await;
    assert_eq!(page.status, 403);
    assert!(page.has("proof-refused-page"), "{page:#?}");
    assert_eq!(person.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(idp.count("audit_record WHERE body LIKE '%proof_refused%'"), 1);
    let fresh = idp.visitor();
    assert_eq!(
        idp.sign_in(&fresh, EMAIL, PASSWORD).await.location(),
        Some("/en/account"),
        "only this browser waits"
    );
}

async fn wrong_passwords_here_count_at_the_sign_in_page_of_this_browser(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_mins(6));
    for _ in 0..3 {
        typed(&person, "wrong").await;
    }
    let other = idp.visitor();
    other.set_cookie("idp_browser", &person.cookie("idp_browser").unwrap());
    for _ in 0..2 {
        assert_eq!(idp.sign_in(&other, EMAIL, "wrong").await.status, 422);
    }
    let page = typed(&person, PASSWORD).await;
    assert_eq!(page.errors(), ["Too many attempts. Wait 1 minute, or reset your password"]);
    idp.advance(Duration::from_mins(1));
    assert_eq!(typed(&person, PASSWORD).await.location(), Some("/en/account/activity"));
}

async fn a_session_that_has_expired_leads_back_to_the_page_after_signing_in(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_mins(16));
    let expired = person.get("/fr/account/confirm?next=activity").await;
    assert_eq!(expired.location(), Some("/fr/session-expired?next=activity"));
    let expired = person.follow(expired).await;
    assert!(expired.body.contains("/fr/sign-in?next=activity"), "{expired:#?}");
    let page = person.get("/fr/sign-in?next=activity").await;
    let answer = person.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert!(answer.location().is_some_and(|to| to.ends_with("/account/activity")), "{answer:#?}");
}

async fn the_navigation_says_where_one_is(database: Database) {
    let (_idp, person) = person(database).await;
    let page = person.get("/fr/account").await;
    assert!(page.body.contains("<nav class=\"app-navigation\" id=\"navigation\" aria-label=\"Compte\">"));
    assert_eq!(page.body.matches("aria-current=\"page\">Accueil</a>").count(), 2, "once for a phone");
    assert_eq!(page.body.matches("aria-current").count(), 2);
    for words in ["Profil", "Sécurité", "Activité", "Services connectés", "Aide", "Menu du compte"] {
        assert!(page.text().contains(words), "{words}");
    }
}
