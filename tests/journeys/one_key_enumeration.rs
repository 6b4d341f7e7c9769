//! Nobody learns from an answer, its size or its work whether anybody has a ONE-key ID, or whether its account is locked or
//! was carried over: at O1, O6, O7 and T2.

use crate::enumeration::seen;
use crate::imported_accounts::import;
use idp_tests::idp::one_key::{ONE_KEY_PASSWORD, registration};
use idp_tests::idp::{Database, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::fmt::Write as _;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_097_signing_in_with_an_id_looks_the_same_whatever_became_of_it
    sc_097_recovering_a_password_looks_the_same_whatever_became_of_the_id
    sc_097_recovering_an_id_looks_the_same_for_every_address
    sc_097_the_transfer_tells_nothing_of_an_id_before_its_password
    sc_097_an_id_that_nobody_has_costs_the_work_of_an_imported_one
}

/// Of equal length, so that sizes can be compared: somebody's, a locked one's, one that was carried over, nobody's.
const IDS: [&str; 4] = ["known.maple", "lockd.maple", "moved.maple", "nobdy.maple"];
/// Of `Lac-Bleu-42`, by htpasswd and by slappasswd.
const BCRYPT: &str = "$2y$04$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW";
const SSHA: &str = "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b";

async fn with_accounts(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    for id in &IDS[..3] {
        let visitor = idp.visitor();
        let page = visitor.get("/en/one-key/register").await;
        let mut typed = registration(id, "");
        typed.retain(|(name, _)| !matches!(*name, "q3" | "own3" | "email"));
        typed.extend([("q3", "first-book"), ("email", "owner@example.test")]);
        assert_eq!(visitor.submit(&page, "f", &typed).await.status, 303);
    }
    idp.execute("UPDATE account SET status = 'locked' WHERE one_key_id = 'lockd.maple'");
    idp.execute("UPDATE account SET status = 'transferred' WHERE one_key_id = 'moved.maple'");
    idp
}

/// The work since `before`: hashes of ours, imported ones.
fn work(idp: &TestIdp) -> (u64, u64) {
    (idp.app.hasher.computed(), idp.app.hasher.imported_tried())
}

fn since(idp: &TestIdp, before: (u64, u64)) -> (u64, u64) {
    let now = work(idp);
    (now.0 - before.0, now.1 - before.1)
}

async fn sc_097_signing_in_with_an_id_looks_the_same_whatever_became_of_it(database: Database) {
    let idp = with_accounts(database).await;
    for language in ["en", "fr"] {
        let mut answers = Vec::new();
        for id in IDS {
            let (visitor, before) = (idp.visitor(), work(&idp));
            let mut seen_here = Vec::new();
            for _ in 0..7 {
                let page = visitor.get(&format!("/{language}/one-key/sign-in")).await;
                let typed = [("id", id), ("password", "Wrong-1234")];
                seen_here.push(seen(&visitor.submit(&page, "f", &typed).await, id));
            }
            assert_eq!(since(&idp, before), (5, 0), "{id}: five are looked at");
            answers.push(seen_here);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        idp.execute("DELETE FROM sign_in_failure");
    }
}

/// A page of recovery without the questions, which are the account's own or made up.
fn without_questions(page: &Page, id: &str) -> String {
    let whole = seen(page, id);
    let mut out = String::new();
    for (n, part) in whole.split("<label").enumerate() {
        // A label ends before its field.
        let rest = if n == 0 { part } else { part.split_once("</label>").map_or(part, |(_, rest)| rest) };
        out.push_str(rest);
    }
    out.lines().filter(|line| !line.starts_with("content-length")).collect::<Vec<_>>().join("\n")
}

async fn start_recovery(visitor: &Visitor, language: &str, id: &str, way: &str) -> (Page, Page) {
    let page = visitor.get(&format!("/{language}/one-key/recover/password")).await;
    let next = visitor.submit(&page, "f", &[("id", id), ("way", way)]).await;
    let shown = visitor.get(next.location().expect("a redirect")).await;
    (next, shown)
}

async fn sc_097_recovering_a_password_looks_the_same_whatever_became_of_the_id(database: Database) {
    let idp = with_accounts(database).await;
    for (language, way) in [("en", "questions"), ("fr", "questions"), ("en", "email"), ("fr", "email")] {
        let mut answers = Vec::new();
        for id in IDS {
            let (visitor, before) = (idp.visitor(), work(&idp));
            let (next, mut page) = start_recovery(&visitor, language, id, way).await;
            let mut seen_here = vec![seen(&next, id), without_questions(&page, id)];
            for _ in 0..6 {
                let typed = [("answer1", "aaa"), ("answer2", "bbb"), ("answer3", "ccc"), ("code", "000000")];
                let fields = if way == "questions" { &typed[..3] } else { &typed[3..] };
                page = visitor.submit(&page, "f", fields).await;
                seen_here.push(without_questions(&page, id));
            }
            let looked_at = if way == "questions" { 15 } else { 0 };
            assert_eq!(since(&idp, before), (looked_at, 0), "{id}: five rounds of three answers");
            answers.push(seen_here);
        }
        for (n, answer) in answers.iter().enumerate() {
            assert_eq!(*answer, answers[0], "{language} {way} {}", IDS[n]);
        }
        idp.execute("DELETE FROM sign_in_failure; DELETE FROM mail_allowance");
    }
    // Asked again, an ID that nobody has shows the same questions, in every browser.
    let shown = async || start_recovery(&idp.visitor(), "en", IDS[3], "questions").await.1.text();
    assert_eq!(shown().await, shown().await);
}

async fn sc_097_recovering_an_id_looks_the_same_for_every_address(database: Database) {
    let idp = with_accounts(database).await;
    for language in ["en", "fr"] {
        let mut answers = Vec::new();
        for email in ["owner@example.test", "other@example.test"] {
            let visitor = idp.visitor();
            let page = visitor.get(&format!("/{language}/one-key/recover/id")).await;
            let sent = visitor.submit(&page, "f", &[("email", email)]).await;
            let then = visitor.get(sent.location().expect("a redirect")).await;
            answers.push([seen(&sent, email), seen(&then, email)]);
        }
        assert_eq!(answers[0], answers[1]);
    }
    assert!(idp.mails_to("other@example.test").await.is_empty());
    let mail = idp.mail_to("owner@example.test").await;
    assert!(!mail.text.contains("moved.maple"), "what was carried over is not offered: {}", mail.text);
}

async fn sc_097_the_transfer_tells_nothing_of_an_id_before_its_password(database: Database) {
    let idp = with_accounts(database).await;
    let asking = idp.service_with("used_one_key = true\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let page = idp.authorize(&visitor, &asking.request(), &account).await;
    let next = visitor.submit(&page, "f", &[("transfer", "yes")]).await;
    let path = next.location().unwrap().to_owned();
    let mut answers = Vec::new();
    for id in IDS {
        let before = work(&idp);
        let mut seen_here = Vec::new();
        for _ in 0..7 {
            let page = visitor.get(&path).await;
            let typed = [("onekey_id", id), ("onekey_password", "Wrong-1234")];
            seen_here.push(seen(&visitor.submit(&page, "f", &typed).await, id));
        }
        assert_eq!(since(&idp, before), (5, 0), "{id}");
        answers.push(seen_here);
    }
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, answers[0], "{}", IDS[n]);
    }
    assert_eq!(idp.count("transfer_decision"), 0);
}

async fn sc_097_an_id_that_nobody_has_costs_the_work_of_an_imported_one(database: Database) {
    let idp = TestIdp::start(database).await;
    let mut csv = String::from(
        "onekey_id,password_hash,question_1,question_2,question_3,answer_hash_1,answer_hash_2,answer_hash_3\n",
    );
    for n in 0..20 {
        writeln!(csv, "imported.{n},{BCRYPT},Quel lac ?,Bleu ou vert ?,Et encore ?,{SSHA},{BCRYPT},{SSHA}")
            .unwrap();
    }
    assert_eq!(import(&idp, &csv).await.added, 20);
    for id in ["imported.7", "nobody.here", "somebody.else", "x", "\u{202e}imported.7"] {
        let (visitor, before) = (idp.visitor(), work(&idp));
        let wrong = idp.sign_in_with_one_key(&visitor, id, "Wrong-1234").await;
        assert_eq!(wrong.errors(), ["The ONE-key ID or password is not correct"], "{id}");
        assert_eq!(since(&idp, before), (1, 1), "{id}");
        let (_, page) = start_recovery(&visitor, "en", id, "questions").await;
        let before = work(&idp);
        let typed = [("answer1", "aaa"), ("answer2", "bbb"), ("answer3", "ccc")];
        visitor.submit(&page, "f", &typed).await;
        assert_eq!(since(&idp, before), (3, 3), "{id}");
    }
    // What is asked of an ID that nobody has is what half of the accounts are asked, and stays the same.
    let mut of_the_directory = 0;
    for n in 0..16 {
        let id = format!("nobody.{n}");
        let (_, page) = start_recovery(&idp.visitor(), "en", &id, "questions").await;
        let (_, again) = start_recovery(&idp.visitor(), "en", &id, "questions").await;
        assert_eq!(page.text(), again.text(), "{id}");
        of_the_directory += usize::from(page.text().contains("Quel lac ?"));
    }
    assert!((1..16).contains(&of_the_directory), "{of_the_directory} of 16");
    // The right password of whoever stands in for it opens nothing.
    let nobody = idp.sign_in_with_one_key(&idp.visitor(), "nobody.here", "Lac-Bleu-42").await;
    assert_eq!(nobody.status, 422);
    assert_eq!(idp.count("browser_session"), 0);
    // Beside them an account with a hash of ours: each unknown ID is like one or the other, and stays so.
    idp.create_one_key(&idp.visitor(), "Maple.Leaf", "").await;
    let before = work(&idp);
    for _ in 0..3 {
        idp.advance(Duration::from_hours(1));
        idp.sign_in_with_one_key(&idp.visitor(), "nobody.here", ONE_KEY_PASSWORD).await;
    }
    let (ours, imported) = since(&idp, before);
    assert!(ours == 3 && matches!(imported, 0 | 3), "{imported}");
}
