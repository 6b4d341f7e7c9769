//! A forgotten password: asked for, proven by code or link, set anew; and what a stranger gets out of it.

use idp_domain::extra_verification::TotpSecret;
use idp_server::admin::{Desk, accounts};
use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_forgotten_password_is_set_anew_by_code_and_the_service_is_reached
    the_mailed_link_opens_the_new_password_in_its_own_browser_only
    a_new_password_ends_every_session_and_grant
    sc_072_sc_099_a_new_password_by_mail_tells_the_owner_and_ends_refreshing
    a_code_works_for_thirty_minutes_and_two_newest_at_a_time
    asking_twice_in_one_browser_keeps_the_first_code_good
    each_five_wrong_codes_need_a_new_mail_and_twenty_end_the_reset
    a_stranger_who_guesses_codes_leaves_the_owner_the_link_and_the_known_browser
    a_proof_is_good_for_fifteen_minutes_and_one_password
    the_new_password_keeps_the_rules
    a_stopped_password_is_opened_by_a_new_one
    an_account_without_a_password_gets_one
    another_reset_of_the_address_ends_with_the_first_that_is_done
    mails_are_limited_for_every_address_alike
    a_mail_goes_to_the_address_on_file_whatever_was_typed
    a_locked_account_stays_locked
    a_second_factor_is_asked_for_before_the_new_password
}

const EMAIL: &str = "person@example.test";
const NEW: &str = "Rideau-Canal-1832";

async fn with_account(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.advance(Duration::from_mins(1));
    idp
}

/// Asks for a new password; M9.
async fn ask(visitor: &Visitor, language: &str, email: &str) -> Page {
    let page = visitor.get(&format!("/{language}/forgot-password")).await;
    let answer = visitor.submit(&page, "f", &[("email", email)]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    visitor.follow(answer).await
}

/// Proves the address by the newest code; M10.
async fn prove(idp: &TestIdp, visitor: &Visitor) -> Page {
    let page = ask(visitor, "en", EMAIL).await;
    let code = idp.mail_to(EMAIL).await.code();
    visitor.follow(visitor.submit(&page, "f", &[("code", &code)]).await).await
}

/// Sets a new password; the sign-in page.
async fn reset(idp: &TestIdp, visitor: &Visitor, password: &str) -> Page {
    let page = prove(idp, visitor).await;
    assert_eq!(page.title(), "Choose a new password – My Ontario Account", "{page:?}");
    visitor.follow(visitor.submit(&page, "f", &[("password", password)]).await).await
}

async fn a_forgotten_password_is_set_anew_by_code_and_the_service_is_reached(database: Database) {
    let idp = with_account(database).await;
    let service = idp.service().await;
    for (language, titles) in [
        ("en", ["Reset your password", "Enter the reset code", "Choose a new password", "Sign in"]),
        (
            "fr",
            [
                "Réinitialiser votre mot de passe",
                "Entrez le code de réinitialisation",
                "Choisissez un nouveau mot de passe",
                "Se connecter",
            ],
        ),
    ] {
        let visitor = idp.visitor();
        let request = service.request().with("ui_locales", language);
        let sign_in = visitor.follow(visitor.get(&request.path()).await).await;
        let (_, link) = sign_in.body.split_once("id=\"forgot-password\" href=\"").unwrap();
        let page = visitor.get(&link.split_once('"').unwrap().0.replace("&amp;", "&")).await;
        assert!(page.title().starts_with(titles[0]), "{page:?}");
        let page = visitor.follow(visitor.submit(&page, "f", &[("email", EMAIL)]).await).await;
        assert!(["Verify", "Vérifier"].contains(&page.words_of("continue").as_str()), "{page:?}");
        assert!(page.title().starts_with(titles[1]), "{page:?}");
        assert!(page.text().contains(EMAIL) && page.text().contains("30 minutes"), "{page:?}");
        let mail = idp.mail_to(EMAIL).await;
        assert_eq!(mail.subject, "Your one-time code / Votre code à usage unique");
        let page = visitor.follow(visitor.submit(&page, "f", &[("code", &mail.code())]).await).await;
        assert!(page.title().starts_with(titles[2]), "{page:?}");
        assert_eq!(page.form("f").value("user_name"), EMAIL);
        let password = format!("{NEW}-{language}");
        let page = visitor.follow(visitor.submit(&page, "f", &[("password", &password)]).await).await;
        assert!(page.title().starts_with(titles[3]), "{page:?}");
        let changed = ["Password changed. Sign in.", "Mot de passe modifié. Connectez-vous."];
        assert!(changed.iter().any(|words| page.text().contains(words)), "{page:?}");
        let answer = visitor.submit(&page, "f", &[("email", EMAIL), ("password", &password)]).await;
        assert!(answer.parameter("code").is_some(), "{answer:?}");
        idp.advance(Duration::from_hours(1));
    }
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 422, "the old one is dead");
    let events = idp.query("SELECT body AS value FROM audit_record");
    for event in ["password_reset_started", "password_reset_proven", "\"password_reset\""] {
        assert_eq!(events.iter().filter(|body| body.contains(event)).count(), 2, "{event}");
    }
}

async fn the_mailed_link_opens_the_new_password_in_its_own_browser_only(database: Database) {
    let idp = with_account(database).await;
    let (visitor, other) = (idp.visitor(), idp.visitor());
    other.get("/en/sign-in").await;
    ask(&visitor, "fr", EMAIL).await;
    let link = idp.mail_to(EMAIL).await.reset_link("fr");
    let elsewhere = other.get(&link).await;
    assert!(elsewhere.text().contains("entrez-y le code"), "{elsewhere:?}");
    assert_eq!(elsewhere.header("referrer-policy"), "no-referrer");
    let page = visitor.get(&link).await;
    assert_eq!((page.status, page.header("referrer-policy")), (200, "no-referrer"));
    // Opening it changed nothing; a stolen button does nothing in another browser.
    let theirs = other.get("/fr/forgot-password").await;
    let stolen = theirs.form("f").with("t", page.form("reset-form").value("t"));
    let mut stolen = stolen.without("email");
    stolen.action.clone_from(&page.form("reset-form").action);
    let answer = other.post(&stolen).await;
    assert!(answer.text().contains("entrez-y le code"), "{answer:?}");
    assert_eq!(other.get("/fr/forgot-password/new").await.status, 410);
    let page = visitor.follow(visitor.submit(&page, "reset-form", &[]).await).await;
    assert!(page.title().starts_with("Choisissez un nouveau mot de passe"), "{page:?}");
    let done = visitor.submit(&page, "f", &[("password", NEW)]).await;
    assert_eq!(done.location(), Some("/fr/sign-in?reset=1"));
    let used = visitor.get(&link).await;
    assert_eq!(used.status, 410);
    assert!(used.text().contains("Rien n’a changé"), "{used:?}");
    assert!(used.body.contains("/fr/forgot-password"), "a way to a new one");
    assert_eq!(visitor.get("/fr/forgot-password/link?t=made-up").await.status, 410);
}

async fn a_new_password_ends_every_session_and_grant(database: Database) {
    let idp = TestIdp::start(database).await;
    let (owner, elsewhere) = (idp.visitor(), idp.visitor());
    idp.create_account(&owner, EMAIL).await;
    idp.sign_in(&elsewhere, EMAIL, PASSWORD).await;
    assert_eq!(elsewhere.get("/en/account").await.status, 200);
    idp.advance(Duration::from_mins(1));
    reset(&idp, &owner, NEW).await;
    for visitor in [&owner, &elsewhere] {
        assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
    }
    assert_eq!(idp.count("browser_session WHERE ended_at IS NULL"), 0);
    let ends = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%session_ended%'");
    assert!(ends.len() == 2 && ends.iter().all(|body| body.contains("password_changed")), "{ends:?}");
}

async fn sc_072_sc_099_a_new_password_by_mail_tells_the_owner_and_ends_refreshing(database: Database) {
    let idp = TestIdp::start(database).await;
    let refreshing =
        "scope = \"openid offline_access\"\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n";
    let file = REGISTRATION.replace("scope = \"openid email profile\"\n", refreshing);
    let service = idp.register(&file).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let request = service.request().with("scope", "openid offline_access");
    let page = idp.authorize(&visitor, &request, &account).await;
    let tokens = idp.tokens(&service, &request, &page.parameter("code").unwrap()).await;
    let refreshed = idp.refresh(&service, tokens.refresh_token.as_deref().unwrap(), &[]).await.json();
    let refresh = refreshed["refresh_token"].as_str().unwrap();
    idp.advance(Duration::from_mins(1));
    reset(&idp, &idp.visitor(), NEW).await;
    let answer = idp.refresh(&service, refresh, &[]).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some("invalid_grant")), "{answer:?}");
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "Your password was changed / Votre mot de passe a été modifié");
    assert!(mail.text.contains("/en/forgot-password\n") && mail.text.contains("/fr/forgot-password\n"));
    for secret in [NEW, PASSWORD] {
        assert!(!mail.source.contains(secret));
    }
}

async fn a_code_works_for_thirty_minutes_and_two_newest_at_a_time(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    let mut page = ask(&visitor, "en", EMAIL).await;
    let mut codes = vec![idp.mail_to(EMAIL).await.code()];
    for _ in 0..2 {
        idp.advance(Duration::from_secs(31));
        page = visitor.follow(visitor.submit(&page, "resend-form", &[]).await).await;
        assert!(page.text().contains("New email sent at"), "{page:?}");
        codes.push(idp.mail_to(EMAIL).await.code());
    }
    let first = visitor.submit(&page, "f", &[("code", &codes[0])]).await;
    assert_eq!(first.errors(), ["This code is not correct. Check the newest email and try again"]);
    idp.advance(Duration::from_secs(30 * 60 - 15));
    let expired = visitor.submit(&first, "f", &[("code", &codes[1])]).await;
    assert_eq!(expired.errors(), ["This code has expired. Send a new code"]);
    let right = visitor.submit(&expired, "f", &[("code", &codes[2])]).await;
    assert_eq!(right.location(), Some("/en/forgot-password/new"));
    assert_eq!(visitor.get("/en/forgot-password/code").await.location(), Some("/en/forgot-password/new"));
}

async fn asking_twice_in_one_browser_keeps_the_first_code_good(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    ask(&visitor, "en", EMAIL).await;
    let first = idp.mail_to(EMAIL).await.code();
    let soon = ask(&visitor, "en", EMAIL).await;
    assert!(soon.text().contains("seconds before sending another code"), "{soon:?}");
    idp.advance(Duration::from_secs(31));
    let page = ask(&visitor, "en", EMAIL).await;
    assert_eq!(idp.count("password_reset"), 1);
    let answer = visitor.submit(&page, "f", &[("code", &first)]).await;
    assert_eq!(answer.location(), Some("/en/forgot-password/new"), "{answer:?}");
}

async fn each_five_wrong_codes_need_a_new_mail_and_twenty_end_the_reset(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    let mut page = ask(&visitor, "en", EMAIL).await;
    let mut code = idp.mail_to(EMAIL).await.code();
    for round in 1..=4 {
        for malformed in ["", "12345", "abcdef"] {
            page = visitor.submit(&page, "f", &[("code", malformed)]).await;
            assert_eq!(page.status, 422);
        }
        for n in 0..5 {
            let wrong = if code == "000000" { "000001" } else { "000000" };
            page = visitor.submit(&page, "f", &[("code", wrong)]).await;
            if round == 4 && n == 4 {
                assert_eq!(page.status, 410, "the twentieth ends it: {page:?}");
                return;
            }
        }
        assert_eq!(page.errors(), ["Too many wrong codes. Send a new code"], "{round}");
        page = visitor.submit(&page, "f", &[("code", &code)]).await;
        assert_eq!(page.errors(), ["Too many wrong codes. Send a new code"], "the right one is dead");
        idp.advance(Duration::from_mins(20));
        page = visitor.follow(visitor.submit(&page, "resend-form", &[]).await).await;
        code = idp.mail_to(EMAIL).await.code();
    }
    unreachable!("the twentieth ends it");
}

async fn a_stranger_who_guesses_codes_leaves_the_owner_the_link_and_the_known_browser(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    // A stranger guesses in one reset after another, for an address with an account and for one without.
    for email in [EMAIL, "nobody@example.test"] {
        let mut wrong = 0;
        let mut words = Vec::new();
        while wrong < 25 {
            idp.advance(Duration::from_hours(3));
            let stranger = idp.visitor();
            let mut page = ask(&stranger, "en", email).await;
            for _ in 0..5 {
                page = stranger.submit(&page, "f", &[("code", "000000")]).await;
                wrong += 1;
            }
            words = page.errors();
        }
        assert!(words[0].starts_with("Too many wrong codes for this address."), "{email}: {words:?}");
    }
    idp.advance(Duration::from_hours(3));
    // On a new device the link still works, and the browser that the account knows takes codes.
    let fresh = idp.visitor();
    let page = ask(&fresh, "en", EMAIL).await;
    let mail = idp.mail_to(EMAIL).await;
    let refused = fresh.submit(&page, "f", &[("code", &mail.code())]).await;
    assert!(refused.errors()[0].starts_with("Too many wrong codes for this address."), "{refused:?}");
    let link = fresh.get(&mail.reset_link("en")).await;
    let opened = fresh.submit(&link, "reset-form", &[]).await;
    assert_eq!(opened.location(), Some("/en/forgot-password/new"));
    idp.advance(Duration::from_hours(1));
    reset(&idp, &owner, NEW).await;
    // A new password begins the count anew.
    idp.advance(Duration::from_hours(1));
    reset(&idp, &idp.visitor(), "Another-Lake-7").await;
}

async fn a_proof_is_good_for_fifteen_minutes_and_one_password(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    let page = prove(&idp, &visitor).await;
    idp.advance(Duration::from_secs(15 * 60 + 1));
    let late = visitor.submit(&page, "f", &[("password", NEW)]).await;
    assert!(late.status == 410 && late.text().contains("Your password was not changed"), "{late:?}");
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 303);
    idp.advance(Duration::from_hours(1));
    let page = prove(&idp, &visitor).await;
    // Another browser with the same form gets nothing.
    let other = idp.visitor();
    other.get("/en/sign-in").await;
    assert_eq!(other.get("/en/forgot-password/new").await.status, 410);
    let again = visitor.get("/en/forgot-password/new").await;
    assert_eq!(visitor.submit(&page, "f", &[("password", NEW)]).await.status, 303);
    let twice = visitor.submit(&again, "f", &[("password", "Another-Lake-7")]).await;
    assert_eq!(twice.status, 410, "{twice:?}");
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, NEW).await.status, 303);
}

async fn the_new_password_keeps_the_rules(database: Database) {
    let idp = with_account(database).await;
    let visitor = idp.visitor();
    let mut page = prove(&idp, &visitor).await;
    for (password, words) in [
        ("", "Enter a password"),
        ("Password1!", "This password is too easy to guess. Choose another one"),
        (PASSWORD, "Choose a password you have not used before"),
        ("Sh0rt!", "Password must have at least 8 characters"),
        ("Person-2026", "Password must not contain part of your email address or ID"),
    ] {
        page = visitor.submit(&page, "f", &[("password", password)]).await;
        assert!(page.status == 422 && page.body.contains(words), "{password}: {page:?}");
        assert_eq!(page.form("f").value("password"), "");
    }
    let many = visitor.submit(&page, "f", &[("password", "short")]).await;
    assert_eq!(many.errors(), ["Choose a password that meets all the rules"]);
    assert_eq!(visitor.submit(&many, "f", &[("password", NEW)]).await.status, 303);
    // The one before the last doesn't come back either, as on C3.
    idp.advance(Duration::from_hours(1));
    let page = prove(&idp, &visitor).await;
    let former = visitor.submit(&page, "f", &[("password", PASSWORD)]).await;
    assert_eq!((former.status, former.errors().len()), (422, 1), "{former:?}");
    assert!(former.text().contains("Choose a password you have not used before"), "{former:?}");
}

async fn a_stopped_password_is_opened_by_a_new_one(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    for email in [EMAIL, "nobody@example.test"] {
        for _ in 0..100 {
            idp.sign_in(&idp.visitor(), email, "Wrong-password-1").await;
            idp.advance(Duration::from_mins(16));
        }
        let stopped = idp.sign_in(&idp.visitor(), email, PASSWORD).await;
        assert_eq!(stopped.errors(), ["Too many attempts. Reset your password to sign in"], "{email}");
    }
    assert_eq!(idp.sign_in(&owner, EMAIL, PASSWORD).await.status, 303, "the owner's browser is not slowed");
    reset(&idp, &idp.visitor(), NEW).await;
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, NEW).await.status, 303);
}

async fn an_account_without_a_password_gets_one(database: Database) {
    let idp = with_account(database).await;
    idp.execute("UPDATE account SET password_hash = NULL");
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 422);
    reset(&idp, &idp.visitor(), NEW).await;
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, NEW).await.status, 303);
}

async fn another_reset_of_the_address_ends_with_the_first_that_is_done(database: Database) {
    let idp = with_account(database).await;
    let (first, second) = (idp.visitor(), idp.visitor());
    let page = prove(&idp, &first).await;
    idp.advance(Duration::from_mins(1));
    let waiting = ask(&second, "en", EMAIL).await;
    let code = idp.mail_to(EMAIL).await.code();
    assert_eq!(first.submit(&page, "f", &[("password", NEW)]).await.status, 303);
    assert_eq!(second.submit(&waiting, "f", &[("code", &code)]).await.status, 410);
}

async fn mails_are_limited_for_every_address_alike(database: Database) {
    let idp = with_account(database).await;
    idp.advance(Duration::from_hours(1));
    for email in [EMAIL, "nobody@example.test"] {
        let before = idp.mails_to(email).await.len();
        let visitor = idp.visitor();
        ask(&visitor, "en", email).await;
        let soon = ask(&visitor, "en", email).await;
        assert!(soon.text().contains("seconds before sending another code"), "{soon:?}");
        for _ in 0..4 {
            idp.advance(Duration::from_secs(31));
            ask(&visitor, "en", email).await;
        }
        idp.advance(Duration::from_secs(31));
        let much = ask(&visitor, "en", email).await;
        assert!(much.text().contains("You have asked for too many codes. Try again at"), "{much:?}");
        let sent = idp.mails_to(email).await.len() - before;
        assert_eq!(sent, if email == EMAIL { 5 } else { 0 }, "{email}");
        idp.advance(Duration::from_hours(1));
    }
    assert_eq!(idp.count("outbox_mail WHERE kind = 'password_code' AND state = 'waiting'"), 0);
}

async fn a_mail_goes_to_the_address_on_file_whatever_was_typed(database: Database) {
    let idp = with_account(database).await;
    let before = idp.mails_to(EMAIL).await.len();
    ask(&idp.visitor(), "en", " PERSON@Example.Test ").await;
    assert_eq!(idp.mails_to(EMAIL).await.len(), before + 1);
    // Letters that only look alike are another address.
    for look_alike in ["person@ехample.test", "pers\u{43E}n@example.test"] {
        let visitor = idp.visitor();
        let page = visitor.get("/en/forgot-password").await;
        visitor.submit(&page, "f", &[("email", look_alike)]).await;
    }
    idp.deliver().await;
    assert_eq!(std::fs::read_dir(idp.folder.join("mail")).unwrap().count(), before + 1);
}

async fn a_locked_account_stays_locked(database: Database) {
    let idp = with_account(database).await;
    let id = idp.query("SELECT id AS value FROM account").remove(0);
    let desk = Desk::of_operator(&idp.app.store, idp.now());
    accounts::lock(&desk, &idp.app, &id, "a test").await.unwrap();
    reset(&idp, &idp.visitor(), NEW).await;
    let answer = idp.sign_in(&idp.visitor(), EMAIL, NEW).await;
    assert!(answer.status == 403 && answer.text().contains("Your account is locked"), "{answer:?}");
}

/// Gives the account an authenticator app, past the pages that set one up; its secret.
fn add_authenticator_app(idp: &TestIdp) -> TotpSecret {
    let secret = TotpSecret::random(&mut idp_server::adapters::rng::rng());
    let sealed = idp.app.data_keys.content.seal("totp-secret", secret.as_bytes()).unwrap();
    let hex = sealed.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let blob =
        if idp.database_url().starts_with("sqlite") { format!("X'{hex}'") } else { format!("'\\x{hex}'") };
    idp.execute(&format!(
        "INSERT INTO authenticator_app (account_id, name, secret, last_step, added_at) SELECT id, 'App', {blob}, 0, 0 FROM account"
    ));
    secret
}

async fn a_second_factor_is_asked_for_before_the_new_password(database: Database) {
    let idp = with_account(database).await;
    let secret = add_authenticator_app(&idp);
    let visitor = idp.visitor();
    let page = prove(&idp, &visitor).await;
    assert!(page.url.ends_with("/en/sign-in/second-step"), "{page:?}");
    // No way around it.
    let straight = visitor.get("/en/forgot-password/new").await;
    assert_eq!(straight.location(), Some("/en/sign-in/second-step"));
    let wrong = visitor.submit(&page, "f", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    let code = secret.code_at(idp.now());
    let page = visitor.follow(visitor.submit(&wrong, "f", &[("code", &code)]).await).await;
    assert_eq!(page.title(), "Choose a new password – My Ontario Account", "{page:?}");
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"), "it signs nobody in");
    let done = visitor.submit(&page, "f", &[("password", NEW)]).await;
    assert_eq!(done.location(), Some("/en/sign-in?reset=1"), "{done:?}");
    // Another reset asks again.
    idp.advance(Duration::from_mins(1));
    let page = prove(&idp, &visitor).await;
    assert!(page.url.ends_with("/en/sign-in/second-step"), "{page:?}");
}
