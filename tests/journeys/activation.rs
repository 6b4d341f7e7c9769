//! Activating an account: codes, tries, mails and their limits.

use crate::sign_up::{EMAIL, verify, wrong};
use idp_tests::idp::{Database, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_089_the_right_code_activates_and_is_dead_then
    sc_090_a_code_works_thirty_minutes
    sc_091_the_right_code_twice_makes_one_session
    sc_092_five_wrong_codes_need_a_new_mail_and_twenty_end_it
    sc_093_the_two_newest_codes_work_and_new_ones_come_for_a_day
    the_first_activation_of_an_address_wins
    mails_are_thirty_seconds_apart_and_five_an_hour
    codes_are_read_as_people_type_them
}

async fn send_again(visitor: &Visitor) -> Page {
    let page = visitor.get("/en/create-account/verify").await;
    visitor.submit(&page, "resend-form", &[]).await
}

/// There is nothing to verify any more.
async fn verify_is_over(visitor: &Visitor) -> bool {
    let page = visitor.get("/en/create-account/verify").await;
    matches!(page.status, 409 | 410) && !page.has("verify")
}

/// Tries a code where the page for it may be gone already.
async fn verify_or_over(visitor: &Visitor, code: &str) -> Page {
    let page = visitor.get("/en/create-account/verify").await;
    if page.has("verify") { visitor.submit(&page, "f", &[("code", code)]).await } else { page }
}

async fn sc_089_the_right_code_activates_and_is_dead_then(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    assert_eq!(visitor.cookie("idp_session"), None);
    let code = idp.mail_to(EMAIL).await.code();
    let answer = verify(&visitor, &code).await;
    assert_eq!(answer.location(), Some("/en/create-account/done"), "{answer:?}");
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("idp_session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let page = visitor.follow(answer).await;
    assert!(
        page.has("activated-page") && page.text().contains("Your My Ontario Account is ready."),
        "{page:?}"
    );
    let home = visitor.follow(visitor.submit(&page, "finish-form", &[]).await).await;
    assert!(home.url.ends_with("/en/account") && home.text().contains(EMAIL), "{home:?}");
    assert_eq!(idp.query("SELECT status AS value FROM account"), ["active"]);
    assert!(verify_is_over(&visitor).await);
}

async fn sc_090_a_code_works_thirty_minutes(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    let code = idp.mail_to(EMAIL).await.code();
    idp.advance(Duration::from_secs(30 * 60 + 1));
    let answer = verify(&visitor, &code).await;
    assert_eq!(
        (answer.status, answer.errors()),
        (422, vec!["This code has expired. Send a new code".to_owned()])
    );
    assert!(answer.has("resend-form") && answer.body.contains("id=\"no-email\" open"), "{answer:?}");
    assert_eq!(idp.count("account"), 0);
    send_again(&visitor).await;
    let code = idp.mail_to(EMAIL).await.code();
    idp.advance(Duration::from_mins(29));
    assert_eq!(verify(&visitor, &code).await.status, 303);
}

async fn sc_091_the_right_code_twice_makes_one_session(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let page = idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    let code = idp.mail_to(EMAIL).await.code();
    let second_tab = visitor.get("/en/create-account/verify").await;
    assert_eq!(visitor.submit(&page, "f", &[("code", &code)]).await.status, 303);
    let session = visitor.cookie("idp_session");
    // A double click is answered like the first.
    let again = visitor.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(again.location(), Some("/en/create-account/done"));
    // Another tab's form is too late.
    let late = visitor.submit(&second_tab, "f", &[("code", &code)]).await;
    assert!(matches!(late.status, 409 | 410), "{late:?}");
    assert_eq!(visitor.cookie("idp_session"), session);
    assert_eq!((idp.count("account"), idp.count("browser_session")), (1, 1));
}

async fn sc_092_five_wrong_codes_need_a_new_mail_and_twenty_end_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    let code = idp.mail_to(EMAIL).await.code();
    let no_code = ["", "12345", "1234567", "abcdef", "12 34"];
    for typed in no_code {
        assert_eq!(verify(&visitor, typed).await.status, 422, "{typed}");
    }
    for n in 0..4 {
        let answer = verify(&visitor, &wrong(&[&code], n)).await;
        assert_eq!(answer.errors(), ["This code is not correct. Check the newest email and try again"]);
    }
    let tries = vec!["Too many wrong codes. Send a new code".to_owned()];
    assert_eq!(verify(&visitor, &wrong(&[&code], 4)).await.errors(), tries);
    assert_eq!(verify(&visitor, &code).await.errors(), tries, "the right code is refused");
    idp.advance(Duration::from_secs(31));
    send_again(&visitor).await;
    let fresh = idp.mail_to(EMAIL).await.code();
    assert_ne!(verify(&visitor, &code).await.status, 303, "the dead code stays dead");
    assert_eq!(verify(&visitor, &fresh).await.status, 303, "the new mail's code is taken");

    // Another registration: twenty in all.
    let visitor = idp.visitor();
    let address = "second@example.test";
    idp.register_address(&visitor, "/en/create-account", address).await;
    let mut codes = vec![idp.mail_to(address).await.code()];
    for n in 0..20 {
        if n > 0 && n % 5 == 0 {
            idp.advance(Duration::from_secs(31));
            send_again(&visitor).await;
            codes.push(idp.mail_to(address).await.code());
        }
        let known: Vec<&str> = codes.iter().map(String::as_str).collect();
        verify(&visitor, &wrong(&known, n)).await;
    }
    let newest = codes.last().unwrap();
    assert!(verify_is_over(&visitor).await, "{newest}");
    let page = visitor.get("/en/create-account/verify").await;
    assert!(page.text().contains("This sign-up has expired. Create your account again."), "{page:?}");
    let link = idp.mail_to(address).await.link("en");
    assert_eq!(visitor.get(&link).await.status, 410);
    assert_eq!(idp.count("account"), 1);
}

async fn sc_093_the_two_newest_codes_work_and_new_ones_come_for_a_day(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    for _ in 0..2 {
        idp.advance(Duration::from_mins(1));
        let page = visitor.follow(send_again(&visitor).await).await;
        assert!(
            page.text().contains("New email sent at") && page.text().contains("Use the newest code."),
            "{page:?}"
        );
    }
    let codes: Vec<String> = idp.mails_to(EMAIL).await.iter().map(idp_tests::idp::Mail::code).collect();
    assert_eq!(codes.len(), 3);
    assert_eq!(verify(&visitor, &codes[0]).await.status, 422, "the first one is dead");
    assert_eq!(verify(&visitor, &codes[1]).await.status, 303);

    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", "late@example.test").await;
    idp.deliver().await;
    let page = visitor.get("/en/create-account/verify").await;
    idp.advance(Duration::from_secs(24 * 3600 + 1));
    let answer = visitor.submit(&page, "resend-form", &[]).await;
    assert_eq!(answer.status, 410, "{answer:?}");
    assert!(answer.text().contains("This sign-up has expired. Create your account again."));
    assert_eq!(idp.mails_to("late@example.test").await.len(), 1);
}

async fn the_first_activation_of_an_address_wins(database: Database) {
    let idp = TestIdp::start(database).await;
    let (first, second) = (idp.visitor(), idp.visitor());
    idp.register_address(&first, "/en/create-account", EMAIL).await;
    let first_code = idp.mail_to(EMAIL).await.code();
    idp.advance(Duration::from_secs(31));
    idp.register_address(&second, "/en/create-account", EMAIL).await;
    let second_code = idp.mail_to(EMAIL).await.code();
    assert_eq!(verify(&second, &second_code).await.status, 303);
    let late = verify_or_over(&first, &first_code).await;
    assert_ne!(late.status, 303, "{late:?}");
    assert_eq!(idp.count("account"), 1);
}

async fn mails_are_thirty_seconds_apart_and_five_an_hour(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.register_address(&visitor, "/en/create-account", EMAIL).await;
    idp.advance(Duration::from_secs(10));
    let page = visitor.follow(send_again(&visitor).await).await;
    assert!(page.text().contains("seconds before sending another code"), "{page:?}");
    assert_eq!(idp.mails_to(EMAIL).await.len(), 1);
    for _ in 0..4 {
        idp.advance(Duration::from_secs(31));
        send_again(&visitor).await;
    }
    assert_eq!(idp.mails_to(EMAIL).await.len(), 5);
    idp.advance(Duration::from_secs(31));
    let page = visitor.follow(send_again(&visitor).await).await;
    assert!(page.text().contains("You have asked for too many codes. Try again at"), "{page:?}");
    assert_eq!(idp.mails_to(EMAIL).await.len(), 5);
    // Not from another browser either.
    idp.advance(Duration::from_secs(31));
    idp.register_address(&idp.visitor(), "/en/create-account", EMAIL).await;
    assert_eq!(idp.mails_to(EMAIL).await.len(), 5);
}

async fn codes_are_read_as_people_type_them(database: Database) {
    let idp = TestIdp::start(database).await;
    for (n, dress) in [
        (|code: &str| format!(" {} {} ", &code[..3], &code[3..])) as fn(&str) -> String,
        |code| format!("{}-{}", &code[..3], &code[3..]),
        |code| code.chars().map(|c| char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap()).collect(),
    ]
    .into_iter()
    .enumerate()
    {
        let visitor = idp.visitor();
        let address = format!("person{n}@example.test");
        idp.register_address(&visitor, "/en/create-account", &address).await;
        let code = idp.mail_to(&address).await.code();
        assert_eq!(verify(&visitor, &dress(&code)).await.status, 303, "{}", dress(&code));
    }
}
