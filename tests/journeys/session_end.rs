//! The end of a session by time: the page after it, what was typed, signing in again before it.

use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_098_what_was_typed_comes_back_after_signing_in_again
    sc_098_what_was_typed_comes_back_to_nobody_else
    signing_in_again_before_the_longest_time_keeps_the_page_and_begins_it_anew
    people_of_one_key_come_back_to_one_key
    the_page_of_a_form_tells_how_long_it_may_take
    only_names_of_ours_lead_back
}

const ID: &str = "Fisher-Queen";
const RECOVERY: &str = "/en/one-key/account/recovery";
const LATE: Duration = Duration::from_secs(15 * 60 + 1);

/// A person of ONE-key on the page with the longest form.
async fn typing(database: Database) -> (TestIdp, idp_tests::idp::Visitor, idp_tests::idp::Page) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, ID, "").await;
    let page = visitor.get(RECOVERY).await;
    assert_eq!(page.status, 200, "{page:?}");
    (idp, visitor, page)
}

const TYPED: [(&str, &str); 3] =
    [("own1", "Which lake did we fish in?"), ("email", "me@example.test"), ("current", "Secret-1")];

async fn sc_098_what_was_typed_comes_back_after_signing_in_again(database: Database) {
    let (idp, visitor, page) = typing(database).await;
    idp.advance(LATE);
    let late = visitor.submit(&page, "f", &TYPED).await;
    assert_eq!(late.location(), Some("/en/session-expired?part=recovery.filled"), "{late:?}");
    let expired = visitor.follow(late).await;
    assert_eq!(expired.status, 200);
    assert!(expired.text().contains("You were signed out after 15 minutes without activity."), "{expired:?}");
    assert!(expired.text().contains("Your draft was saved."), "{expired:?}");
    let sign_in = visitor.get("/en/one-key/sign-in?part=recovery.filled").await;
    assert!(expired.body.contains("/en/one-key/sign-in?part=recovery.filled"), "{}", expired.body);
    let back = visitor
        .submit(&sign_in, "f", &[("id", ID), ("password", idp_tests::idp::one_key::ONE_KEY_PASSWORD)])
        .await;
    assert_eq!(back.location(), Some("/en/one-key/account/recovery?held=1"), "{back:?}");
    let page = visitor.follow(back).await;
    let form = page.form("f");
    assert_eq!((form.value("own1"), form.value("email")), ("Which lake did we fish in?", "me@example.test"));
    assert_eq!(form.value("current"), "", "a secret is never held");
    assert_eq!(idp.count("held_form"), 0, "for one taking");
}

async fn sc_098_what_was_typed_comes_back_to_nobody_else(database: Database) {
    let (idp, visitor, page) = typing(database).await;
    idp.advance(LATE);
    visitor.submit(&page, "f", &TYPED).await;
    let other = idp.visitor();
    idp.create_one_key(&other, "Somebody-Else", "").await;
    // In the very same browser.
    let answer =
        idp.sign_in_with_one_key(&visitor, "Somebody-Else", idp_tests::idp::one_key::ONE_KEY_PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = visitor.get("/en/one-key/account/recovery?held=1").await;
    assert_eq!((page.form("f").value("own1"), page.form("f").value("email")), ("", ""));
    // Half an hour later it is gone for its person too.
    idp.advance(Duration::from_mins(31));
    idp.sign_in_with_one_key(&visitor, ID, idp_tests::idp::one_key::ONE_KEY_PASSWORD).await;
    let page = visitor.get("/en/one-key/account/recovery?held=1").await;
    assert_eq!(page.form("f").value("own1"), "");
}

async fn signing_in_again_before_the_longest_time_keeps_the_page_and_begins_it_anew(database: Database) {
    let (idp, visitor, _) = typing(database).await;
    for _ in 0..71 {
        idp.advance(Duration::from_mins(10));
        visitor.get("/en/one-key/account").await;
    }
    let page = visitor.get(RECOVERY).await;
    assert!(page.body.contains("form=\"f\" name=\"_again\" value=\"1\" formnovalidate"), "{}", page.body);
    let typed: Vec<_> = TYPED.into_iter().chain([("_again", "1")]).collect();
    let answer = visitor.submit(&page, "f", &typed).await;
    assert_eq!(answer.location(), Some("/en/one-key/sign-in?part=recovery.filled&again=1"), "{answer:?}");
    let sign_in = visitor.follow(answer).await;
    assert_eq!(sign_in.status, 200, "somebody who is signed in gets the form too");
    let back = visitor
        .submit(&sign_in, "f", &[("id", ID), ("password", idp_tests::idp::one_key::ONE_KEY_PASSWORD)])
        .await;
    let page = visitor.follow(back).await;
    assert_eq!(page.form("f").value("own1"), "Which lake did we fish in?");
    idp.advance(Duration::from_mins(14));
    assert_eq!(visitor.get(RECOVERY).await.status, 200, "beyond the first twelve hours");
    // The same of a My Ontario Account, whose page without a form has a link.
    let mine = idp.visitor();
    idp.create_account(&mine, "person@example.test").await;
    let home = mine.get("/en/account").await;
    assert!(home.body.contains("href=\"/en/sign-in?again=1\""), "{}", home.body);
    let sign_in = mine.get("/en/sign-in?again=1").await;
    let typed = [("email", "person@example.test"), ("password", PASSWORD)];
    assert_eq!(mine.submit(&sign_in, "f", &typed).await.location(), Some("/en/account"));
    let without = idp.visitor();
    let page = without.get("/en/create-account").await;
    let answer = without.submit(&page, "f", &[("_again", "1")]).await;
    assert_eq!(answer.location(), Some("/en/sign-in"), "nobody is signed in: {answer:?}");
}

async fn people_of_one_key_come_back_to_one_key(database: Database) {
    let (idp, visitor, _) = typing(database).await;
    idp.advance(LATE);
    let page = visitor.follow(visitor.get("/en/one-key/services").await).await;
    assert!(page.text().contains("You were signed out after 15 minutes without activity."), "{page:?}");
    assert!(page.title().ends_with("ONE-key"), "{page:?}");
    assert!(page.body.contains("href=\"/en/one-key/sign-in\""), "{}", page.body);
    let lost = visitor.get("/fr/session-expired?answers=lost").await;
    assert!(lost.text().contains("Vos réponses n’ont pas été enregistrées."), "{lost:?}");
}

async fn the_page_of_a_form_tells_how_long_it_may_take(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_LIFETIMES__SESSION_IDLE", "20m")]).await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, ID, "").await;
    let page = visitor.get(RECOVERY).await;
    assert!(page.text().contains("you will be signed out after 20 minutes without activity"), "{page:?}");
    let page = visitor.get("/fr/one-key/account/recovery").await;
    assert!(page.text().contains("votre session prendra fin après 20 minutes d’inactivité"), "{page:?}");
    assert!(!visitor.get("/en/one-key/services").await.body.contains("time-limit"));
}

async fn only_names_of_ours_lead_back(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, "").await;
    for part in ["%2F%2Fevil.test", "https:%2F%2Fevil.test", "..%2Faccount", "", "recovery%00", ".filled"] {
        let visitor = idp.visitor();
        let page = visitor.get(&format!("/en/one-key/sign-in?part={part}")).await;
        let typed = [("id", ID), ("password", idp_tests::idp::one_key::ONE_KEY_PASSWORD)];
        let answer = visitor.submit(&page, "f", &typed).await;
        assert_eq!(answer.location(), Some("/en/one-key/services"), "{part}");
    }
}
