//! Signing in, sessions and their end.

use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_097_a_wrong_password_is_answered_alike_for_known_and_unknown_addresses
    sc_097_five_wrong_passwords_slow_the_sixth_whatever_the_address
    sc_098_fifteen_idle_minutes_end_a_session
    a_session_ends_after_twelve_hours_in_any_case
    every_sign_in_gives_a_new_cookie_and_the_old_one_is_dead
    a_new_browser_is_told_to_the_owner
    a_locked_account_is_told_so_after_the_right_password_only
    the_address_is_remembered_only_where_asked_for
    signing_out_needs_a_post
    the_language_of_the_account_is_honoured
    choosing_another_account_signs_out_first
    a_hint_of_another_address_asks_which_account
    keeping_a_session_counts_as_activity
}

const EMAIL: &str = "person@example.test";

async fn with_account(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp
}

async fn sc_097_a_wrong_password_is_answered_alike_for_known_and_unknown_addresses(database: Database) {
    let idp = with_account(database).await;
    for (language, message) in [
        ("en", "The email address or password is not correct"),
        ("fr", "L’adresse courriel ou le mot de passe est incorrect"),
    ] {
        for email in [EMAIL, "nobody@example.test"] {
            let visitor = idp.visitor();
            let page = visitor.get(&format!("/{language}/sign-in")).await;
            let answer =
                visitor.submit(&page, "f", &[("email", email), ("password", "Wrong-password-1")]).await;
            assert_eq!((answer.status, answer.errors()), (422, vec![message.to_owned()]));
            assert_eq!(answer.form("f").value("email"), email);
            assert_eq!((answer.form("f").value("password"), visitor.cookie("idp_session")), ("", None));
        }
    }
    let visitor = idp.visitor();
    let answer = idp.sign_in(&visitor, " PERSON@Example.Test ", PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

async fn sc_097_five_wrong_passwords_slow_the_sixth_whatever_the_address(database: Database) {
    let idp = with_account(database).await;
    for email in [EMAIL, "nobody@example.test"] {
        for _ in 0..5 {
            idp.sign_in(&idp.visitor(), email, "Wrong-password-1").await;
        }
        let answer = idp.sign_in(&idp.visitor(), email, PASSWORD).await;
        assert_eq!(answer.errors(), ["Too many attempts. Wait 1 minute, or reset your password"], "{email}");
    }
    idp.advance(Duration::from_secs(61));
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 303);
    // Cleared by the right one.
    let answer = idp.sign_in(&idp.visitor(), EMAIL, "Wrong-password-1").await;
    assert_eq!(answer.errors(), ["The email address or password is not correct"]);
}

async fn sc_098_fifteen_idle_minutes_end_a_session(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    for _ in 0..4 {
        idp.advance(Duration::from_mins(14));
        assert_eq!(visitor.get("/en/account").await.status, 200, "a request keeps it alive");
    }
    idp.advance(Duration::from_secs(15 * 60 + 1));
    let page = visitor.follow(visitor.get("/en/account").await).await;
    assert!(page.url.contains("/en/session-expired"), "{page:?}");
    assert!(page.text().contains("You were signed out after 15 minutes without activity."), "{page:?}");
    let request = service.request().with("prompt", "none");
    assert_eq!(visitor.get(&request.path()).await.parameter("error").as_deref(), Some("login_required"));
    // Going back in time revives nothing that a request saw ended, and a sign-in goes on where one was going.
    let request = service.request();
    let answer = idp.authorize(&visitor, &request, &account).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    visitor.speaks("fr-CA");
    idp.advance(Duration::from_mins(16));
    let page = visitor.follow(visitor.get("/fr/account").await).await;
    assert!(page.text().contains("Votre session a pris fin après 15 minutes d’inactivité."), "{page:?}");
}

async fn a_session_ends_after_twelve_hours_in_any_case(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, EMAIL).await;
    for _ in 0..71 {
        idp.advance(Duration::from_mins(10));
        visitor.get("/en/account").await;
    }
    assert_eq!(visitor.get("/en/account").await.status, 200);
    idp.advance(Duration::from_mins(11));
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/session-expired"));
}

async fn every_sign_in_gives_a_new_cookie_and_the_old_one_is_dead(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    // A cookie that an attacker put there is not the session's.
    visitor.set_cookie("idp_session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    let first = visitor.cookie("idp_session").unwrap();
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let service = idp.service().await;
    let page = visitor.follow(visitor.get(&service.request().with("prompt", "login").path()).await).await;
    visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let second = visitor.cookie("idp_session").unwrap();
    assert_ne!(first, second);
    visitor.set_cookie("idp_session", &first);
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
}

async fn a_new_browser_is_told_to_the_owner(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, EMAIL).await;
    idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await;
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "New sign-in to your account / Nouvelle connexion à votre compte");
    assert!(mail.text.contains("Browser: Firefox, Linux"), "{}", mail.text);
    // The browser that the account knows is not told of.
    let page = visitor.get("/en/account").await;
    visitor.submit(&page, "sign-out-form", &[]).await;
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    assert_eq!(idp.mails_to(EMAIL).await.len(), 2);
}

async fn a_locked_account_is_told_so_after_the_right_password_only(database: Database) {
    let idp = with_account(database).await;
    idp.execute("UPDATE account SET status = 'locked'");
    let visitor = idp.visitor();
    let wrong = idp.sign_in(&visitor, EMAIL, "Wrong-password-1").await;
    assert_eq!(wrong.errors(), ["The email address or password is not correct"]);
    let right = idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    assert!(right.status == 403 && right.text().contains("Your account is locked"), "{right:?}");
    let (_, french) = right.body.split_once("id=\"lang-control\" href=\"").expect("a way into French");
    let french = visitor.get(french.split_once('"').unwrap().0).await;
    assert!(french.status == 403 && french.text().contains("Votre compte est verrouillé"), "{french:?}");
    let reference = right.text().split_once("with reference ").unwrap().1[..10].to_owned();
    assert!(french.text().contains(&reference), "the same reference: {french:?}");
    assert_eq!(visitor.cookie("idp_session"), None);
}

async fn the_address_is_remembered_only_where_asked_for(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    assert_eq!(visitor.cookie("idp_remember"), None);
    let visitor = idp.visitor();
    let page = visitor.get("/en/sign-in").await;
    visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD), ("remember", "yes")]).await;
    let page = visitor.get("/en/account").await;
    visitor.submit(&page, "sign-out-form", &[]).await;
    let form = visitor.get("/en/sign-in").await.form("f");
    assert_eq!((form.value("email"), form.value("remember"), form.value("password")), (EMAIL, "yes", ""));
    // Unchecked, it is forgotten.
    let page = visitor.get("/en/sign-in").await;
    visitor.post(&page.form("f").with("password", PASSWORD).without("remember")).await;
    assert_eq!(visitor.cookie("idp_remember"), None);
}

async fn signing_out_needs_a_post(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    let page = visitor.get("/en/sign-out").await;
    assert!(page.has("sign-out-form"), "{page:?}");
    assert_eq!(visitor.get("/en/account").await.status, 200);
    let answer = visitor.follow(visitor.submit(&page, "sign-out-form", &[]).await).await;
    assert!(answer.has("signed-out-page"), "{answer:?}");
    assert_eq!(
        (visitor.cookie("idp_session"), idp.count("browser_session WHERE ended_at IS NULL")),
        (None, 1)
    );
}

async fn the_language_of_the_account_is_honoured(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let page = visitor.get("/en/create-account").await;
    let typed = [("email", EMAIL), ("password", PASSWORD), ("terms", "yes"), ("language", "fr")];
    visitor.submit(&page, "f", &typed).await;
    let mail = idp.mail_to(EMAIL).await;
    assert!(mail.text.starts_with("An English message follows."), "{}", mail.text);
    let page = visitor.get("/en/create-account/verify").await;
    visitor.submit(&page, "f", &[("code", &mail.code())]).await;
    let fresh = idp.visitor();
    let page = fresh.follow(idp.sign_in(&fresh, EMAIL, PASSWORD).await).await;
    assert!(page.url.ends_with("/fr/account"), "{page:?}");
    // The control wins over the account.
    let page = fresh.get("/en/account").await;
    fresh.submit(&page, "sign-out-form", &[]).await;
    let page = fresh.get("/fr/sign-in").await;
    fresh.submit(&page, "f", &[("email", ""), ("_lang", "en")]).await;
    let page = fresh.follow(idp.sign_in(&fresh, EMAIL, PASSWORD).await).await;
    assert!(page.url.ends_with("/en/account"), "{page:?}");
}

async fn choosing_another_account_signs_out_first(database: Database) {
    let idp = with_account(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, "second@example.test").await;
    let request = service.request().with("prompt", "select_account");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.text().contains("You are signed in as second@example.test"), "{page:?}");
    let page = visitor.follow(visitor.submit(&page, "other-form", &[]).await).await;
    assert!(page.has("sign-in") && page.text().contains("to continue to Fishing licences"), "{page:?}");
    assert_eq!(visitor.cookie("idp_session"), None);
    let answer =
        visitor.follow(visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await).await;
    let tokens = idp.tokens(&service, &request, &answer.parameter("code").unwrap()).await;
    assert_eq!(idp.userinfo(&tokens.access_token).await.json()["email"], EMAIL);
}

async fn keeping_a_session_counts_as_activity(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    let page = visitor.get("/en/account").await;
    let mut keep = page.form("sign-out-form").without("_once");
    keep.action = "/en/session/keep".into();
    for _ in 0..12 {
        idp.advance(Duration::from_mins(14));
        assert_eq!(visitor.post(&keep).await.status, 204);
    }
    assert_eq!(visitor.get("/en/account").await.status, 200);
    idp.advance(Duration::from_mins(16));
    assert_eq!(visitor.post(&keep).await.status, 403, "what has ended is not kept");
    assert_eq!(visitor.post(&keep.clone().with("_csrf", "x")).await.status, 403);
}

async fn a_hint_of_another_address_asks_which_account(database: Database) {
    let idp = with_account(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    let own = visitor.get(&service.request().with("login_hint", "PERSON@example.test").path()).await;
    assert!(own.parameter("code").is_some(), "{own:?}");
    let request = service.request().with("login_hint", "other@example.test");
    let silent = visitor.get(&request.clone().with("prompt", "none").path()).await;
    assert!(silent.parameter("code").is_some(), "a hint is no demand: {silent:?}");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.has("select-account-page") && page.text().contains(EMAIL), "{page:?}");
    assert!(page.text().contains("to continue to Fishing licences"), "{page:?}");
    let answer = visitor.submit(&page, "continue-form", &[]).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let page = visitor.follow(visitor.submit(&page, "other-form", &[]).await).await;
    assert_eq!(page.form("f").value("email"), "other@example.test", "{page:?}");
}
