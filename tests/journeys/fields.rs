//! What people type that can't be, what they send twice, and where they can't go back to.

use crate::forms::send;
use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    every_field_too_long_missing_or_unsound_is_told_beside_it
    an_unknown_or_foreign_transaction_is_no_transaction
    a_sign_that_stands_for_lost_text_can_be_typed
    a_double_click_is_one_submission
    a_used_step_offers_the_way_on
}

const EMAIL: &str = "person@example.test";

/// Page, field, what is typed there, and the message in both languages.
type Case<'a> = (&'static str, &'static str, &'a str, [&'static str; 2]);

fn cases<'a>(long_address: &'a str, long_password: &'a str) -> Vec<Case<'a>> {
    let (required, format, too_long) = (
        ["Enter your email address", "Entrez votre adresse courriel"],
        [
            "Enter your email address in the correct format",
            "Entrez votre adresse courriel dans le bon format",
        ],
        [
            "Email address must be 254 characters or fewer",
            "L’adresse courriel doit compter au plus 254 caractères",
        ],
    );
    let long =
        ["Password must be 256 characters or fewer", "Le mot de passe doit compter au plus 256 caractères"];
    let choice = ["Choose one of the options", "Choisissez l’une des options"];
    vec![
        ("sign-in", "email", "", required),
        ("sign-in", "email", "   ", required),
        ("sign-in", "email", "no address", format),
        ("sign-in", "email", "a@b@c", format),
        ("sign-in", "email", "a\r\nBcc: x@example.test", format),
        ("sign-in", "email", long_address, too_long),
        ("sign-in", "password", "", ["Enter your password", "Entrez votre mot de passe"]),
        ("sign-in", "password", long_password, long),
        ("create-account", "email", "", required),
        ("create-account", "email", "<script>@example.test", format),
        ("create-account", "email", long_address, too_long),
        ("create-account", "password", long_password, long),
        ("create-account", "language", "de", choice),
        ("create-account", "language", "", choice),
        (
            "create-account",
            "terms",
            "",
            ["Check the box to accept the terms", "Cochez la case pour accepter les conditions"],
        ),
    ]
}

async fn every_field_too_long_missing_or_unsound_is_told_beside_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let (long_address, long_password) =
        (format!("{}@example.test", "x".repeat(250)), format!("Aa1!{}", "x".repeat(300)));
    for (n, language) in ["en", "fr"].into_iter().enumerate() {
        let visitor = idp.visitor();
        for (path, field, value, messages) in cases(&long_address, &long_password) {
            let page = visitor.get(&format!("/{language}/{path}")).await;
            let good = page.form("f").with("email", EMAIL).with("password", PASSWORD).with("terms", "yes");
            for form in [good.clone().with(field, value), good.without(field)] {
                if form.value(field) != value && !value.is_empty() {
                    continue;
                }
                let answer = visitor.post(&form).await;
                assert_eq!(answer.status, 422, "{path} {field} {value:?}: {answer:?}");
                assert!(
                    answer.words_of(&format!("{field}-error")).contains(messages[n]),
                    "{field} {value:?}: {answer:?}"
                );
                assert!(!answer.errors().is_empty(), "{answer:?}");
                // A radio button can't be invalid by itself (ARIA 1.2); its group is described by the error.
                assert!(field == "language" || answer.body.contains("aria-invalid=\"true\""), "{answer:?}");
                assert!(!answer.body.contains("<script>@"), "{answer:?}");
            }
        }
    }
    // A lone % is a %, and a very long value of a field that doesn't matter matters to nobody.
    let visitor = idp.visitor();
    let page = visitor.get("/en/sign-in").await;
    let body =
        format!("{}&email=a%&password=%zz", page.form("f").without("email").without("password").encoded());
    let answer = send(&visitor, &page.form("f"), &[("Content-Type", FORM)], body).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!((idp.count("registration"), idp.count("sign_in_failure")), (0, 0));
}

/// Text that was garbled before it was copied holds U+FFFD: no reason to lose what else was typed.
async fn a_sign_that_stands_for_lost_text_can_be_typed(database: Database) {
    let idp = TestIdp::start(database).await;
    for path in ["/en/sign-in", "/fr/create-account", "/fr/forgot-password"] {
        let visitor = idp.visitor();
        let answer = visitor.submit(&visitor.get(path).await, "f", &[("email", "Mus\u{FFFD}e")]).await;
        assert_eq!(answer.status, 422, "{path}: {answer:?}");
        assert_eq!(answer.form("f").value("email"), "Mus\u{FFFD}e", "{path}");
    }
}

async fn an_unknown_or_foreign_transaction_is_no_transaction(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    let (victim, visitor) = (idp.visitor(), idp.visitor());
    let theirs =
        victim.follow(victim.get(&service.request().path()).await).await.form("f").value("_tx").to_owned();
    for tx in [theirs.as_str(), "AAAAAAAAAAAAAAAAAAAAAA", "no such thing", "", "%00", &"x".repeat(3000)] {
        let page = visitor.get("/en/sign-in").await;
        let answer = visitor
            .submit(&page, "f", &[("email", EMAIL), ("password", "Wrong-password-1"), ("_tx", tx)])
            .await;
        assert!(matches!(answer.status, 400 | 422), "{tx}: {answer:?}");
        assert!(!answer.text().contains("Fishing licences"), "{tx}: {answer:?}");
        idp.execute("DELETE FROM sign_in_failure");
        let mut form = page.form("f").with("_tx", tx).with("_once", &format!("cancel-{}", tx.len()));
        form.action = "/en/cancel".into();
        let answer = visitor.post(&form).await;
        assert!(matches!(answer.status, 400 | 409), "{tx}: {answer:?}");
        for path in ["sign-in", "create-account", "resume", "select-account"] {
            let page = visitor.get(&format!("/en/{path}?tx={tx}")).await;
            assert!(page.status < 500 && !page.text().contains("Fishing licences"), "{path} {tx}: {page:?}");
        }
    }
    assert_eq!(idp.count("authorization_request WHERE completed_at IS NOT NULL"), 0);
    let page = visitor.get("/en/sign-in").await;
    let answer =
        visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD), ("_tx", &theirs)]).await;
    let home = visitor.follow(answer).await;
    assert!(home.url.contains("/en/account"), "{home:?}");
}

async fn a_double_click_is_one_submission(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let page = visitor.get("/en/create-account").await;
    let form = page.form("f").with("email", EMAIL).with("password", PASSWORD).with("terms", "yes");
    let answers = tokio::join!(visitor.post(&form), visitor.post(&form), visitor.post(&form));
    let locations = [&answers.0, &answers.1, &answers.2].map(|answer| answer.location().map(str::to_owned));
    assert!(
        locations[0].is_some() && locations.iter().all(|location| *location == locations[0]),
        "{locations:?}"
    );
    assert_eq!((idp.count("registration"), idp.mails_to(EMAIL).await.len()), (1, 1));
    let page = visitor.get("/en/create-account/verify").await;
    let form = page.form("f").with("code", &idp.mail_to(EMAIL).await.code());
    let answers = tokio::join!(visitor.post(&form), visitor.post(&form));
    assert_eq!(
        (answers.0.location(), answers.1.location()),
        (Some("/en/create-account/done"), Some("/en/create-account/done"))
    );
    assert_eq!((idp.count("account"), idp.count("browser_session")), (1, 1));
    // The same id in another browser, or at another page, is another form.
    let stranger = idp.visitor();
    let own = stranger.get("/en/create-account").await;
    let answer = stranger.submit(&own, "f", &[("_once", form.value("_once")), ("email", "")]).await;
    assert_eq!(answer.status, 422, "{answer:?}");
}

async fn a_used_step_offers_the_way_on(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    for (language, words) in [("en", "This step is finished."), ("fr", "Cette étape est terminée.")] {
        let visitor = idp.visitor();
        let account = idp.create_account(&idp.visitor(), &format!("{language}@example.test")).await;
        let request = service.request().with("ui_locales", language);
        let page = visitor.follow(visitor.get(&request.path()).await).await;
        let other_tab = visitor.get(&page.url).await;
        let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
        assert!(visitor.submit(&page, "f", &typed).await.parameter("code").is_some());
        let late = visitor.submit(&other_tab, "f", &typed).await;
        assert!(late.status == 409 && late.text().contains(words), "{late:?}");
        assert!(late.body.contains(&format!("href=\"/{language}/resume")), "{late:?}");
        let on = visitor.follow(visitor.get(&format!("/{language}/resume")).await).await;
        assert!(on.url.contains("/account"), "{on:?}");
    }
    assert_eq!(idp.count("authorization_code"), 2);
}
