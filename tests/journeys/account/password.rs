//! C3: another password.

use super::{EMAIL, fill, person, use_service};
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_099_a_new_password_ends_the_other_sessions_and_every_grant_and_is_mailed
    other_sessions_stay_where_the_person_says_so
    the_rules_hold_and_common_and_former_passwords_are_refused
    a_wrong_current_password_is_refused_and_counted
    of_two_changes_at_once_one_is_made
}

const NEW: &str = "Rivière-Grand-7";

async fn change(visitor: &Visitor, current: &str, new: &str) -> Page {
    let typed = [("current", current), ("password", new), ("signout", "yes")];
    fill(visitor, "/en/account/password", &typed).await
}

async fn sc_099_a_new_password_ends_the_other_sessions_and_every_grant_and_is_mailed(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    let old_cookie = person.cookie("idp_session").unwrap();
    let answer = change(&person, PASSWORD, NEW).await;
    assert_eq!(answer.location(), Some("/en/account/security?done=password"), "{answer:#?}");
    let page = person.follow(answer).await;
    assert!(page.text().contains("Your password was changed"), "{page:#?}");
    assert_ne!(person.cookie("idp_session").unwrap(), old_cookie);
    assert_eq!(other.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(idp.count("token_grant WHERE ended_at IS NULL"), 0);
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "Your password was changed / Votre mot de passe a été modifié");
    assert!(mail.text.contains(&format!("{}/en/account/activity/not-me", idp.issuer)), "{mail:#?}");
    assert!(mail.text.contains(&format!("{}/fr/account/activity/not-me", idp.issuer)), "{mail:#?}");
    assert_eq!(idp.sign_in(&other, EMAIL, PASSWORD).await.status, 422);
    assert_eq!(idp.sign_in(&other, EMAIL, NEW).await.location(), Some("/en/account"));
    assert_eq!(
        idp.count("audit_record WHERE body LIKE '%password_changed%'"),
        2,
        "the change, and a session's end"
    );
}

async fn other_sessions_stay_where_the_person_says_so(database: Database) {
    let (idp, person) = person(database).await;
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    let page = person.get("/fr/account/password").await;
    assert_eq!(page.form("f").value("signout"), "yes", "ticked at first");
    let form = page.form("f").with("current", PASSWORD).with("password", NEW).without("signout");
    assert_eq!(person.post(&form).await.location(), Some("/fr/account/security?done=password"));
    assert_eq!(other.get("/en/account").await.status, 200);
}

async fn the_rules_hold_and_common_and_former_passwords_are_refused(database: Database) {
    let (_idp, person) = person(database).await;
    for (new, error) in [
        ("", "Enter a password"),
        ("Ab1!", "Password must have at least 8 characters"),
        ("ab", "Choose a password that meets all the rules"),
        ("Password1!", "This password is too easy to guess. Choose another one"),
        (PASSWORD, "Choose a password you have not used before"),
    ] {
        let page = change(&person, PASSWORD, new).await;
        assert_eq!(page.status, 422, "{new}");
        assert!(page.errors().contains(&error.to_owned()), "{new}: {:?}", page.errors());
        assert!(!page.body.contains(PASSWORD));
    }
    let mut current = PASSWORD.to_owned();
    for n in 1..=6 {
        let new = format!("Sentier-Vert-{n}");
        assert_eq!(change(&person, &current, &new).await.status, 303, "{n}");
        current = new;
    }
    let reused = change(&person, &current, "Sentier-Vert-1").await;
    assert_eq!(reused.errors(), ["Choose a password you have not used before"]);
    assert_eq!(
        change(&person, &current, PASSWORD).await.status,
        303,
        "the sixth before this one is forgotten"
    );
}

async fn a_wrong_current_password_is_refused_and_counted(database: Database) {
    let (idp, person) = person(database).await;
    let page = change(&person, "Wrong-Password-1", NEW).await;
    assert_eq!(page.errors(), ["The current password is not correct"]);
    let french = fill(&person, "/fr/account/password", &[("current", "Wrong-Password-1"), ("password", NEW)]);
    assert_eq!(french.await.errors(), ["Le mot de passe actuel est incorrect"]);
    for _ in 0..3 {
        change(&person, "Wrong-Password-1", NEW).await;
    }
    assert_eq!(person.get("/en/account").await.location(), Some("/en/sign-in"), "five end the session");
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.location(), Some("/en/account"));
}

async fn of_two_changes_at_once_one_is_made(database: Database) {
    let idp = TestIdp::start(database).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    idp.create_account(&one, EMAIL).await;
    idp.sign_in(&two, EMAIL, PASSWORD).await;
    let forms = [(&one, "Premier-Choix-1"), (&two, "Second-Choix-2")];
    let mut pages = Vec::new();
    for (visitor, new) in forms {
        let page = visitor.get("/en/account/password").await;
        let form = page.form("f").with("current", PASSWORD).with("password", new).without("signout");
        pages.push((visitor, form));
    }
    let (first, second) = tokio::join!(pages[0].0.post(&pages[0].1), pages[1].0.post(&pages[1].1));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{first:#?} {second:#?}");
    idp.advance(Duration::from_secs(1));
    assert_eq!(idp.count("former_password"), 1);
}
