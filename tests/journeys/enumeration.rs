//! Nobody learns from an answer, its size or its work whether an address has an account.

use idp_tests::idp::{Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_087_registering_a_free_and_a_taken_address_look_the_same_at_every_step
    sc_097_signing_in_with_a_known_and_an_unknown_address_look_the_same
}

const KNOWN: &str = "known.person@example.test";
const FREE: &str = "other.person@example.test";

/// All that a browser sees, without what differs from one answer to the next anyway.
pub fn seen(page: &Page, email: &str) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "date")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let whole = format!("{}\n{}\n{}", page.status, headers.join("\n"), page.body);
    let encoded: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    let whole = whole.replace(email, "ADDRESS").replace(&encoded, "ADDRESS");
    normalize(&whole)
}

/// Hidden tokens, cookies and numbers give way to a mark.
fn normalize(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        out.push_str(&rest[..at]);
        let end = rest[at..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .map_or(rest.len(), |n| at + n);
        let word = &rest[at..end];
        let is_random =
            word.len() >= 22 && word.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        out.push_str(if is_random || is_number { "#" } else { word });
        rest = &rest[end..];
    }
    out + rest
}

async fn with_account(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), KNOWN).await;
    idp.advance(Duration::from_mins(1));
    idp
}

async fn registration(idp: &TestIdp, visitor: &Visitor, language: &str, email: &str) -> Vec<String> {
    let page = visitor.get(&format!("/{language}/create-account")).await;
    let answer =
        visitor.submit(&page, "f", &[("email", email), ("password", PASSWORD), ("terms", "yes")]).await;
    let mut steps = vec![seen(&answer, email)];
    let page = visitor.follow(answer).await;
    steps.push(seen(&page, email));
    let wrong = visitor.submit(&page, "f", &[("code", "000000")]).await;
    steps.push(seen(&wrong, email));
    steps.push(seen(&visitor.submit(&wrong, "resend-form", &[]).await, email));
    idp.advance(Duration::from_secs(31));
    let again = visitor.submit(&visitor.get(&page.url).await, "resend-form", &[]).await;
    steps.push(seen(&again, email));
    steps.push(seen(&visitor.follow(again).await, email));
    for n in 1..=5 {
        let page = visitor.get(&format!("/{language}/create-account/verify")).await;
        steps.push(seen(&visitor.submit(&page, "f", &[("code", &format!("{n:06}"))]).await, email));
    }
    assert_eq!(
        idp.mails_to(email).await.len() - usize::from(email == KNOWN),
        2,
        "both addresses get their mails"
    );
    steps
}

async fn sc_087_registering_a_free_and_a_taken_address_look_the_same_at_every_step(database: Database) {
    let idp = with_account(database).await;
    for language in ["en", "fr"] {
        let taken = registration(&idp, &idp.visitor(), language, KNOWN).await;
        let free = registration(&idp, &idp.visitor(), language, FREE).await;
        for (n, (taken, free)) in taken.iter().zip(&free).enumerate() {
            assert_eq!(taken, free, "step {n} in {language}");
        }
        // For the other language both begin anew.
        idp.execute("DELETE FROM mail_allowance");
        idp.execute("DELETE FROM outbox_mail");
        let files = std::fs::read_dir(idp.folder.join("mail")).unwrap().flatten();
        let mut first = true;
        let mut paths: Vec<_> = files.map(|file| file.path()).collect();
        paths.sort();
        for path in paths {
            // The known account's own activation mail stays counted.
            if !std::mem::take(&mut first) {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}

async fn sc_097_signing_in_with_a_known_and_an_unknown_address_look_the_same(database: Database) {
    let idp = with_account(database).await;
    let attempts = async |email: &str, language: &str| {
        let visitor = idp.visitor();
        let mut answers = Vec::new();
        for _ in 0..7 {
            let page = visitor.get(&format!("/{language}/sign-in")).await;
            let typed = [("email", email), ("password", "Wrong-password-1"), ("remember", "yes")];
            answers.push(seen(&visitor.submit(&page, "f", &typed).await, email));
        }
        answers
    };
    for language in ["en", "fr"] {
        assert_eq!(attempts(KNOWN, language).await, attempts(FREE, language).await);
        idp.advance(Duration::from_hours(1));
        idp.execute("DELETE FROM sign_in_failure");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sc_097_a_password_is_hashed_once_whether_or_not_the_address_is_known() {
    let idp = with_account(Database::Sqlite).await;
    let visitor = idp.visitor();
    for email in [KNOWN, FREE] {
        let before = idp.app.hasher.computed();
        idp.sign_in(&visitor, email, "Wrong-password-1").await;
        assert_eq!(idp.app.hasher.computed() - before, 1, "signing in as {email}");
        let browser = idp.visitor();
        let page = browser.get("/en/create-account").await;
        let typed = [("email", email), ("password", PASSWORD), ("terms", "yes")];
        let before = idp.app.hasher.computed();
        assert_eq!(browser.submit(&page, "f", &typed).await.status, 303);
        assert_eq!(idp.app.hasher.computed() - before, 1, "registering {email}");
    }
}
