//! C8: where the account is signed in.

use super::{EMAIL, person, use_service};
use idp_tests::idp::{Database, PASSWORD};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    each_session_is_named_and_can_be_ended
    all_others_end_at_once_and_this_one_goes_on
    a_session_of_another_account_is_nothing_here
    services_hear_of_a_session_that_was_ended_elsewhere
}

async fn each_session_is_named_and_can_be_ended(database: Database) {
    let (idp, person) = person(database).await;
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    let page = person.get("/fr/account/sessions").await;
    let text = page.text();
    assert!(text.contains("Firefox, Linux") && text.contains("Cette session"), "{text}");
    assert_eq!(page.body.matches("Cette session").count(), 1);
    let other_id = idp.query("SELECT id AS value FROM browser_session ORDER BY created_at DESC LIMIT 1");
    let number = (1..=2).find(|n| page.form(&format!("end-{n}")).value("session") == other_id[0]).unwrap();
    let ended = person.submit(&page, &format!("end-{number}"), &[]).await;
    assert_eq!(ended.location(), Some("/fr/account/sessions?done=one"));
    assert!(person.follow(ended).await.text().contains("La session a été fermée"));
    assert_eq!(other.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(person.get("/en/account").await.status, 200);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%ended_elsewhere%'"), 1);
}

async fn all_others_end_at_once_and_this_one_goes_on(database: Database) {
    let (idp, person) = person(database).await;
    let others = [idp.visitor(), idp.visitor(), idp.visitor()];
    for other in &others {
        idp.sign_in(other, EMAIL, PASSWORD).await;
    }
    let page = person.get("/en/account/sessions").await;
    let ended = person.submit(&page, "others-form", &[]).await;
    assert_eq!(ended.location(), Some("/en/account/sessions?done=others"));
    for other in &others {
        assert_eq!(other.get("/en/account").await.location(), Some("/en/sign-in"));
    }
    let page = person.follow(ended).await;
    assert!(page.text().contains("All other sessions were ended") && !page.has("others-form"), "{page:#?}");
    idp.advance(Duration::from_mins(16));
    idp.sign_in(&person, EMAIL, PASSWORD).await;
    let page = person.get("/en/account/sessions").await;
    assert_eq!(page.body.matches("<li class=\"app-card\">").count(), 1, "an expired one is not listed");
}

async fn a_session_of_another_account_is_nothing_here(database: Database) {
    let (idp, person) = person(database).await;
    let stranger = idp.visitor();
    idp.create_account(&stranger, "stranger@example.test").await;
    let theirs = idp.query(
        "SELECT s.id AS value FROM browser_session s JOIN account a ON a.id = s.account_id WHERE a.email LIKE 'person%'",
    );
    let form = stranger.get("/en/account/sessions").await.form("end-1");
    let form = idp_tests::idp::Form { action: "/en/account/sessions".into(), ..form };
    let answer = stranger.post(&form.with("session", &theirs[0])).await;
    assert_eq!(answer.status, 303);
    assert_eq!(person.get("/en/account").await.status, 200, "it goes on");
}

async fn services_hear_of_a_session_that_was_ended_elsewhere(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    let page = other.get("/en/account/sessions").await;
    other.submit(&page, "others-form", &[]).await;
    assert_eq!(idp.count("token_grant WHERE ended_at IS NULL"), 0);
}
