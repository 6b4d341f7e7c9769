//! C4: another address, and taking the change back.

use super::{EMAIL, fill, person};
use idp_tests::idp::{Database, Mail, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_new_address_is_proven_by_code_and_the_old_one_signs_in_until_then
    the_old_address_takes_the_change_back_for_seven_days_even_after_another_change
    a_link_acts_only_when_its_button_is_pressed_and_once
    a_taken_address_is_answered_like_a_free_one_after_the_same_work
    nobody_else_gets_an_address_that_can_be_taken_back
    of_two_accounts_that_want_one_address_one_gets_it
    a_code_is_good_for_its_own_account_only_and_wrong_ones_are_counted
    an_address_that_is_no_other_is_refused
    a_change_that_waits_is_stopped_from_the_old_address
}

const NEW: &str = "new@example.test";

async fn ask(visitor: &Visitor, email: &str) -> Page {
    fill(visitor, "/en/account/email", &[("email", email)]).await
}

/// From asking for `email` to having it.
async fn change(idp: &TestIdp, visitor: &Visitor, email: &str) {
    let asked = ask(visitor, email).await;
    assert_eq!(asked.status, 303, "{asked:#?}");
    let code = idp.mail_to(email).await.code();
    let page = visitor.follow(asked).await;
    let done = visitor.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(done.location(), Some("/en/account/security?done=email"), "{done:#?}");
}

fn undo_link(mail: &Mail, language: &str) -> String {
    let mark = format!("/{language}/account/email/undo?t=");
    let line = mail.text.lines().find(|line| line.contains(&mark)).unwrap_or_else(|| panic!("{mail:#?}"));
    line[line.find("/en/").or(line.find("/fr/")).unwrap()..].to_owned()
}

async fn undo(visitor: &Visitor, link: &str) -> Page {
    let page = visitor.get(link).await;
    assert_eq!(page.status, 200, "{page:#?}");
    visitor.submit(&page, "undo-form", &[]).await
}

async fn a_new_address_is_proven_by_code_and_the_old_one_signs_in_until_then(database: Database) {
    let (idp, person) = person(database).await;
    let asked = ask(&person, "New@Example.test").await;
    assert!(asked.location().is_some_and(|to| to.starts_with("/en/account/email/verify?mail=sent")));
    let page = person.follow(asked).await;
    assert!(page.text().contains("We sent a code to New@Example.test"), "{page:#?}");
    let code_mail = idp.mail_to("New@Example.test").await;
    assert_eq!(code_mail.subject, "Your one-time code / Votre code à usage unique");
    let notice = idp.mail_to(EMAIL).await;
    assert_eq!(
        notice.subject,
        "Your email address is being changed / Votre adresse courriel est en cours de modification"
    );
    assert!(!notice.text.contains("Example.test\n") && !notice.text.contains(&code_mail.code()));
    let other = idp.visitor();
    assert_eq!(idp.sign_in(&other, EMAIL, PASSWORD).await.location(), Some("/en/account"));
    assert_eq!(idp.sign_in(&idp.visitor(), NEW, PASSWORD).await.status, 422);
    let done = person.submit(&page, "f", &[("code", &code_mail.code())]).await;
    let security = person.follow(done).await;
    assert!(security.text().contains("Your email address is now New@Example.test"), "{security:#?}");
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(idp.sign_in(&idp.visitor(), NEW, PASSWORD).await.location(), Some("/en/account"));
    for event in ["email_change_started", "email_changed"] {
        assert_eq!(idp.count(&format!("audit_record WHERE body LIKE '%{event}%'")), 1, "{event}");
    }
    assert_eq!(idp.count("audit_record WHERE body LIKE '%@%'"), 0, "no address in the audit");
}

async fn the_old_address_takes_the_change_back_for_seven_days_even_after_another_change(database: Database) {
    let (idp, thief) = person(database).await;
    change(&idp, &thief, "b@example.test").await;
    let to_owner = undo_link(&idp.mail_to(EMAIL).await, "fr");
    idp.advance(Duration::from_mins(1));
    change(&idp, &thief, "c@example.test").await;
    let to_thief = undo_link(&idp.mail_to("b@example.test").await, "en");
    let owner = idp.visitor();
    let kept = undo(&owner, &to_owner).await;
    assert!(kept.text().contains("Votre compte a retrouvé cette adresse"), "{kept:#?}");
    assert_eq!(thief.get("/en/account").await.location(), Some("/en/sign-in"), "everybody is signed out");
    assert_eq!(idp.sign_in(&owner, EMAIL, PASSWORD).await.location(), Some("/en/account"));
    assert_eq!(thief.get(&to_thief).await.status, 410, "no later link gives the account away again");
    assert_eq!(idp.query("SELECT email AS value FROM account"), [EMAIL]);
    idp.advance(Duration::from_mins(1));
    change(&idp, &owner, "d@example.test").await;
    let late = undo_link(&idp.mail_to(EMAIL).await, "en");
    idp.advance(Duration::from_hours(7 * 24) + Duration::from_secs(1));
    let dead = idp.visitor().get(&late).await;
    assert_eq!(dead.status, 410);
    assert!(dead.text().contains("If you did not ask for another email address, contact us."), "{dead:?}");
    assert!(!dead.text().contains("Send a new one"), "there is no other to send: {dead:?}");
}

async fn a_link_acts_only_when_its_button_is_pressed_and_once(database: Database) {
    let (idp, person) = person(database).await;
    change(&idp, &person, NEW).await;
    let link = undo_link(&idp.mail_to(EMAIL).await, "en");
    let scanner = idp.visitor();
    for _ in 0..3 {
        let page = scanner.get(&link).await;
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }
    assert_eq!(idp.query("SELECT email AS value FROM account"), [NEW]);
    assert_eq!(undo(&idp.visitor(), &link).await.status, 200);
    assert_eq!(idp.visitor().get(&link).await.status, 410, "used");
    let made_up = format!("{}x", &link[..link.len() - 1]);
    for wrong in [made_up.as_str(), "/en/account/email/undo", "/en/account/email/undo?t=%00&t=x"] {
        assert_eq!(idp.visitor().get(wrong).await.status, 410, "{wrong}");
    }
}

async fn a_taken_address_is_answered_like_a_free_one_after_the_same_work(database: Database) {
    let (idp, person) = person(database).await;
    idp.create_account(&idp.visitor(), "taken@example.test").await;
    idp.advance(Duration::from_mins(1));
    let rows = |idp: &TestIdp| {
        ["email_change", "email_change_code", "outbox_mail", "audit_record"].map(|table| idp.count(table))
    };
    let mut seen = Vec::new();
    for email in ["taken@example.test", "free@example.test"] {
        let (hashes, before) = (idp.app.hasher.computed(), rows(&idp));
        let asked = ask(&person, email).await;
        let to = asked.location().unwrap().split("&at=").next().unwrap().to_owned();
        let after = rows(&idp);
        let grown: Vec<usize> = after.iter().zip(before).map(|(after, before)| after - before).collect();
        let page = person.follow(asked).await;
        let wrong = person.submit(&page, "f", &[("code", "000000")]).await;
        seen.push((to, grown, idp.app.hasher.computed() - hashes, page.status, wrong.errors()));
        idp.advance(Duration::from_mins(1));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(
        idp.mail_to("taken@example.test").await.subject,
        "You already have an account / Vous avez déjà un compte"
    );
}

async fn nobody_else_gets_an_address_that_can_be_taken_back(database: Database) {
    let (idp, person) = person(database).await;
    change(&idp, &person, NEW).await;
    idp.advance(Duration::from_mins(1));
    let other = idp.visitor();
    idp.register_address(&other, "/en/create-account", EMAIL).await;
    assert_eq!(idp.mail_to(EMAIL).await.subject, "You already have an account / Vous avez déjà un compte");
    idp.create_account(&other, "other@example.test").await;
    idp.advance(Duration::from_mins(1));
    assert_eq!(ask(&other, EMAIL).await.status, 303);
    assert!(idp.mail_to(EMAIL).await.subject.starts_with("You already have an account"));
    idp.advance(Duration::from_hours(7 * 24 + 1));
    idp.create_account(&idp.visitor(), EMAIL).await;
}

async fn of_two_accounts_that_want_one_address_one_gets_it(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_LIMITS__MAIL_INTERVAL", "0s")]).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    let mut pages = Vec::new();
    for (visitor, email) in [(&one, "one@example.test"), (&two, "two@example.test")] {
        idp.create_account(visitor, email).await;
        let asked = ask(visitor, NEW).await;
        let page = visitor.follow(asked).await;
        let code = idp.mail_to(NEW).await.code();
        pages.push(page.form("f").with("code", &code));
    }
    let (first, second) = tokio::join!(one.post(&pages[0]), two.post(&pages[1]));
    let mut ends = [first.location().unwrap(), second.location().unwrap()];
    ends.sort_unstable();
    assert_eq!(ends, ["/en/account/email", "/en/account/security?done=email"]);
    assert_eq!(idp.count(&format!("account WHERE email_key = '{NEW}'")), 1);
}

async fn a_code_is_good_for_its_own_account_only_and_wrong_ones_are_counted(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_LIMITS__MAIL_INTERVAL", "0s")]).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    idp.create_account(&one, "one@example.test").await;
    idp.create_account(&two, "two@example.test").await;
    ask(&one, NEW).await;
    let code = idp.mail_to(NEW).await.code();
    let asked = ask(&two, NEW).await;
    let page = two.follow(asked).await;
    let wrong = two.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(wrong.errors(), ["This code is not correct. Check the newest email and try again"]);
    for n in 0..4 {
        let page = fill(&two, "/fr/account/email/verify", &[("code", "000000")]).await;
        let expected = if n < 3 {
            "Ce code est incorrect. Vérifiez le courriel le plus récent et réessayez"
        } else {
            "Trop de codes erronés. Envoyez un nouveau code"
        };
        assert_eq!(page.errors(), [expected], "{n}");
    }
    let page = two.get("/en/account/email/verify").await;
    let resent = two.submit(&page, "resend-form", &[]).await;
    let page = two.follow(resent).await;
    let code = idp.mail_to(NEW).await.code();
    idp.advance(Duration::from_mins(31));
    idp.sign_in(&two, "two@example.test", PASSWORD).await;
    let late = fill(&two, "/en/account/email/verify", &[("code", &code)]).await;
    assert_eq!(late.errors(), ["This code has expired. Send a new code"], "{page:#?}");
}

async fn an_address_that_is_no_other_is_refused(database: Database) {
    let (idp, person) = person(database).await;
    for (typed, error) in [
        ("", "Enter your email address"),
        ("nobody", "Enter your email address in the correct format, like name@example.com"),
        ("PERSON@example.test", "That is already your email address. Enter a different one"),
        (&format!("{}@example.test", "x".repeat(250)), "Email address must be 254 characters or fewer"),
    ] {
        let page = ask(&person, typed).await;
        assert_eq!((page.status, page.errors()), (422, vec![error.to_owned()]), "{typed:.20}");
    }
    assert_eq!(idp.count("email_change"), 0);
    ask(&person, NEW).await;
    let soon = ask(&person, "third@example.test").await;
    assert!(soon.errors()[0].ends_with("seconds before sending another code"), "{soon:#?}");
    assert!(idp.mails_to("third@example.test").await.is_empty());
}

async fn a_change_that_waits_is_stopped_from_the_old_address(database: Database) {
    let (idp, thief) = person(database).await;
    let asked = ask(&thief, NEW).await;
    let link = undo_link(&idp.mail_to(EMAIL).await, "en");
    let kept = undo(&idp.visitor(), &link).await;
    assert!(kept.text().contains("The change was stopped"), "{kept:#?}");
    assert_eq!(asked.status, 303);
    assert_eq!(thief.get("/en/account/email/verify").await.location(), Some("/en/sign-in?next=email"));
    let back = idp.visitor();
    idp.sign_in(&back, EMAIL, PASSWORD).await;
    assert_eq!(back.get("/en/account/email/verify").await.location(), Some("/en/account/email"));
    let last = idp.mail_to(NEW).await;
    assert_eq!(last.code().len(), 6);
    assert_eq!(idp.query("SELECT state AS value FROM email_change"), ["undone"]);
}
