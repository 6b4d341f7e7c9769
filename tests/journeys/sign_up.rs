//! Creating an account: the address, the rules of the password, the code, the link, the next mail.

use idp_tests::idp::service::CALLBACK;
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_086_each_broken_password_rule_is_named_and_nothing_is_stored
    sc_087_a_taken_address_gets_another_mail_and_no_second_account
    sc_088_terms_not_accepted_keep_the_fields_but_the_password
    sc_094_the_link_in_another_browser_changes_nothing
    sc_095_before_activation_nobody_is_signed_in
    the_link_in_the_same_browser_activates_by_its_button_only
    the_whole_journey_leads_back_to_the_service
    the_language_control_keeps_what_was_typed_but_the_password
}

pub(crate) const EMAIL: &str = "marie.tremblay@example.test";

pub(crate) async fn verify(visitor: &Visitor, code: &str) -> Page {
    let page = visitor.get("/en/create-account/verify").await;
    visitor.submit(&page, "f", &[("code", code)]).await
}

/// A code that none of `codes` is.
pub(crate) fn wrong(codes: &[&str], n: u32) -> String {
    let mut free =
        (0..1_000_000_u32).map(|n| format!("{n:06}")).filter(|code| !codes.contains(&code.as_str()));
    free.nth(n as usize).unwrap()
}

async fn sc_086_each_broken_password_rule_is_named_and_nothing_is_stored(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let long = format!("Aa1!{}", "é".repeat(253));
    for (password, en, fr) in [
        (
            "Ab3!xyz",
            "Password must have at least 8 characters",
            "Le mot de passe doit compter au moins 8 caractères",
        ),
        ("Abcdefg!h", "Password must include a number", "Le mot de passe doit comprendre un chiffre"),
        (
            "Abcdefg1h",
            "Password must include a symbol, like ! or #",
            "Le mot de passe doit comprendre un symbole, comme ! ou #",
        ),
        (
            "ABCDEFG1!",
            "Password must include a lower-case letter",
            "Le mot de passe doit comprendre une lettre minuscule",
        ),
        (
            "abcdefg1!",
            "Password must include an upper-case letter",
            "Le mot de passe doit comprendre une lettre majuscule",
        ),
        (
            "xTREMBLAY-9z",
            "Password must not contain part of your email address or ID",
            "Le mot de passe ne doit contenir aucune partie de votre adresse courriel ou de votre ID",
        ),
        (
            &long,
            "Password must be 256 characters or fewer",
            "Le mot de passe doit compter au plus 256 caractères",
        ),
        ("", "Enter a password", "Entrez un mot de passe"),
    ] {
        for (language, message) in [("en", en), ("fr", fr)] {
            let page = visitor.get(&format!("/{language}/create-account")).await;
            let typed = [("email", EMAIL), ("password", password), ("terms", "yes")];
            let answer = visitor.submit(&page, "f", &typed).await;
            assert_eq!(answer.status, 422, "{password}: {answer:?}");
            assert!(answer.words_of("password-error").contains(message), "{password}: {answer:?}");
            assert_eq!(answer.form("f").value("password"), "", "a secret is never given back");
            assert_eq!(answer.form("f").value("email"), EMAIL);
            assert!(password.is_empty() || !answer.body.contains(password));
        }
    }
    // All broken rules at once.
    let page = visitor.get("/en/create-account").await;
    let answer = visitor.submit(&page, "f", &[("email", EMAIL), ("password", "abc"), ("terms", "yes")]).await;
    let all = answer.words_of("password-error");
    for part in ["8 characters", "a number", "a symbol", "an upper-case letter"] {
        assert!(all.contains(part), "{all}");
    }
    assert_eq!(answer.errors(), ["Choose a password that meets all the rules"]);
    assert!(idp.mails_to(EMAIL).await.is_empty());
    assert_eq!((idp.count("registration"), idp.count("outbox_mail"), idp.count("account")), (0, 0, 0));
}

async fn sc_087_a_taken_address_gets_another_mail_and_no_second_account(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.advance(Duration::from_secs(31));
    let visitor = idp.visitor();
    let page = idp.register_address(&visitor, "/en/create-account", "Marie.Tremblay@EXAMPLE.test").await;
    assert!(page.url.contains("/en/create-account/verify") && page.has("verify"), "{page:?}");
    // The owner is told, at the address as it was typed.
    let mail = idp.mail_to("Marie.Tremblay@EXAMPLE.test").await;
    assert_eq!(mail.subject, "You already have an account / Vous avez déjà un compte");
    assert!(!mail.text.lines().any(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit())));
    // No code fits, not even the first account's.
    for n in 0..4 {
        assert_eq!(verify(&visitor, &wrong(&[], n)).await.status, 422);
    }
    assert_eq!(idp.count("account"), 1);
}

async fn sc_088_terms_not_accepted_keep_the_fields_but_the_password(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    for (language, message) in
        [("en", "Check the box to accept the terms"), ("fr", "Cochez la case pour accepter les conditions")]
    {
        let page = visitor.get(&format!("/{language}/create-account")).await;
        let typed = [("email", EMAIL), ("password", PASSWORD), ("language", "fr")];
        let answer = visitor.submit(&page, "f", &typed).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![message.to_owned()]));
        let form = answer.form("f");
        assert_eq!((form.value("email"), form.value("language"), form.value("password")), (EMAIL, "fr", ""));
        assert!(
            answer.title().starts_with(if language == "en" { "Error: " } else { "Erreur\u{a0}: " }),
            "{}",
            answer.title()
        );
    }
    assert_eq!(idp.count("registration"), 0);
}

async fn sc_094_the_link_in_another_browser_changes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    let mail = idp.mail_to(EMAIL).await;
    let stranger = idp.visitor();
    let page = stranger.get(&mail.link("fr")).await;
    assert!(page.status == 200 && page.has("other-browser-page") && !page.has("activate-form"), "{page:?}");
    assert!(
        page.text().contains("Ouvrez ce lien sur l’appareil où vous avez commencé, ou entrez-y le code.")
    );
    // Nor by its form, made up in that browser.
    let own = stranger.get("/en/create-account").await;
    let token = mail.link("en").split_once("t=").unwrap().1.to_owned();
    let mut form = own.form("f").with("t", &token);
    form.action = "/en/activate".into();
    let answer = stranger.post(&form).await;
    assert!(answer.has("other-browser-page"), "{answer:?}");
    assert_eq!((idp.count("account"), idp.count("browser_session")), (0, 0));
    assert_eq!(verify(&visitor, &mail.code()).await.status, 303, "the code still works where it began");
}

async fn sc_095_before_activation_nobody_is_signed_in(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    idp.advance(Duration::from_secs(31));
    // In the browser where it began the right password brings the code's page back, with a fresh mail.
    let answer = idp.sign_in(&visitor, EMAIL, "Wrong-password-1").await;
    assert_eq!(answer.errors(), ["The email address or password is not correct"; 1]);
    let answer = idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    assert!(answer.location().unwrap().starts_with("/en/create-account/verify"), "{answer:?}");
    assert_eq!(visitor.cookie("idp_session"), None);
    assert_eq!(idp.mails_to(EMAIL).await.len(), 2);
    // In any other browser it is as if there were nothing.
    let stranger = idp.visitor();
    let answer = idp.sign_in(&stranger, EMAIL, PASSWORD).await;
    assert_eq!((answer.status, stranger.cookie("idp_session")), (422, None));
}

async fn the_link_in_the_same_browser_activates_by_its_button_only(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/fr/create-account", EMAIL).await;
    let mail = idp.mail_to(EMAIL).await;
    let link = mail.link("fr");
    for _ in 0..3 {
        assert_eq!(visitor.get(&link).await.status, 200);
    }
    assert_eq!(idp.count("account"), 0, "opening the link changes nothing");
    let page = visitor.get(&link).await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let form = page.form("activate-form");
    assert!(!form.action.contains("t="), "the page posts to an address without the token");
    let answer = visitor.post(&form).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let home = visitor.follow(answer).await;
    assert!(home.url.ends_with("/fr/account"), "{home:?}");
    let used = visitor.get(&link).await;
    assert!(used.status == 410 && used.text().contains("Ce lien a déjà servi"), "{used:?}");
    assert!(
        used.text().contains("En envoyer un nouveau") && used.text().contains("Se connecter"),
        "{used:?}"
    );
    let unknown = visitor.get("/en/activate?t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert!(unknown.status == 410 && unknown.text().contains("This link has expired"), "{unknown:?}");
    for path in ["/en/activate", "/en/activate?t=", "/en/activate?t=%00", "/en/activate?t=x&t=y"] {
        assert_eq!(visitor.get(path).await.status, 410, "{path}");
    }
}

async fn the_whole_journey_leads_back_to_the_service(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    let request = service.request().with("ui_locales", "fr-CA");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.text().contains("pour continuer vers Permis de pêche"), "{page:?}");
    let (_, rest) = page.body.split_once("id=\"create-account\" href=\"").unwrap();
    let path = rest.split_once('"').unwrap().0.replace("&#38;", "&");
    let page = visitor.get(&path).await;
    assert!(page.text().contains("pour continuer vers Permis de pêche"), "{page:?}");
    let typed = [("email", EMAIL), ("password", PASSWORD), ("terms", "yes")];
    let page = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    let mail = idp.mail_to(EMAIL).await;
    assert!(mail.text.starts_with("An English message follows."), "{}", mail.text);
    let page = visitor.follow(visitor.submit(&page, "f", &[("code", &mail.code())]).await).await;
    assert!(page.text().contains("Votre compte Mon Ontario est prêt."), "{page:?}");
    let answer = visitor.follow(visitor.submit(&page, "finish-form", &[]).await).await;
    assert!(answer.location().unwrap().starts_with(CALLBACK), "{answer:?}");
    let tokens = idp.tokens(&service, &request, &answer.parameter("code").unwrap()).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    let home = visitor.get("/fr/account").await;
    assert!(home.text().contains("Permis de pêche"), "the service is connected: {home:?}");
}

async fn the_language_control_keeps_what_was_typed_but_the_password(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    let sign_in = visitor.follow(visitor.get(&service.request().path()).await).await;
    let tx = sign_in.form("f").value("_tx").to_owned();
    let page = visitor.get(&format!("/en/create-account?tx={tx}")).await;
    let typed =
        [("email", EMAIL), ("password", PASSWORD), ("terms", "yes"), ("language", "en"), ("_lang", "fr")];
    let answer = visitor.submit(&page, "f", &typed).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let french = visitor.follow(answer).await;
    assert!(
        french.url.contains("/fr/create-account")
            && french.text().contains("pour continuer vers Permis de pêche"),
        "{french:?}"
    );
    let form = french.form("f");
    assert_eq!((form.value("email"), form.value("terms"), form.value("language")), (EMAIL, "yes", "en"));
    assert_eq!((form.value("password"), form.value("_tx")), ("", tx.as_str()));
    assert!(french.errors().is_empty() && visitor.cookie("idp_lang").as_deref() == Some("fr"));
    assert_eq!(idp.count("registration"), 0);
    // Taken once: opened again it is empty; and never by another browser.
    assert_eq!(visitor.get(&french.url).await.form("f").value("email"), "");
}
