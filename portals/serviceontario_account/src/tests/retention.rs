//! What the worker does as time passes, and the mails that tell of it.

use super::World;
use relying_party::browser_session::CookieSecret;
use std::path::PathBuf;

const DAY: i64 = 24 * 3600;

impl World {
    /// One pass of the worker.
    async fn work(&self) {
        self.front.tend().await.unwrap();
    }

    /// Every mail so far, the oldest first.
    fn mails(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.front.settings.mail.directory).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.iter().all(|file| file.extension().unwrap() == "eml"));
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    /// A person with an account and a proven address, and a draft of `service`; the draft's page.
    async fn with_draft(&self, subject: &str, service: &str) -> (CookieSecret, String) {
        let person = self.with_account(subject).await;
        let begun = self.submit(&person, "/en/services", &[("service", service)]).await;
        (person, begun.location().to_owned())
    }
}

/// Subjects are folded and encoded; their words are looked for in the text part.
fn is_about(mail: &str, words: &str) -> bool {
    mail.replace("=\r\n", "").replace("\r\n", " ").contains(words)
}

#[actix_web::test]
async fn a_draft_is_told_of_60_and_30_days_before_and_then_deleted() {
    let world = World::new();
    let (person, draft) = world.with_draft("s", "birth-certificate").await;
    world.work().await;
    assert_eq!(world.mails().len(), 1, "the registration's");
    for (days, mails) in [(304, 1), (1, 2), (29, 2), (1, 3), (29, 3), (1, 4)] {
        world.pass(days * DAY);
        world.work().await;
        world.work().await;
        assert_eq!(world.mails().len(), mails, "after {days} more days");
    }
    let all = world.mails();
    assert!(all.iter().all(|mail| mail.contains("Auto-Submitted: auto-generated")));
    assert!(
        is_about(&all[1], "Your draft for Birth certificate will be deleted on November 21, 2027"),
        "{}",
        all[1]
    );
    assert!(is_about(&all[3], "expired"), "{}", all[3]);
    assert!(all.iter().all(|mail| is_about(mail, "Un message en fran")), "English first: {}", all[0]);
    let again = world.again(&person).await;
    assert_eq!(world.get_as(&again, &draft).await.status.as_u16(), 404);
    let messages = world.get_as(&again, "/fr/messages").await.body;
    assert!(messages.contains("Votre ébauche a expiré"), "{messages}");
}

#[actix_web::test]
async fn a_change_begins_the_12_months_anew() {
    let world = World::new();
    let (person, draft) = world.with_draft("s", "outdoors-card").await;
    world.pass(310 * DAY);
    world.work().await;
    assert_eq!(world.mails().len(), 2);
    let again = world.again(&person).await;
    world.submit(&again, &draft, &[("revision", "1"), ("applicant", "Zoë"), ("do", "save")]).await;
    world.pass(300 * DAY);
    world.work().await;
    assert_eq!(world.mails().len(), 2, "no notice is due");
}

#[actix_web::test]
async fn drafts_of_guards_investigators_and_agencies_are_kept_for_30_days_and_told_of_then() {
    let world = World::new();
    for (n, service) in ["security-guard", "private-investigator", "security-agency"].iter().enumerate() {
        world.with_draft(&format!("s{n}"), service).await;
    }
    world.pass(30 * DAY - 1);
    world.work().await;
    assert_eq!(world.mails().len(), 3);
    world.pass(1);
    world.work().await;
    let all = world.mails();
    assert_eq!(all.len(), 6);
    assert!(all[3..].iter().all(|mail| is_about(mail, "expired on")));
}

#[actix_web::test]
async fn what_was_submitted_and_waits_for_a_payment_stays() {
    let world = World::new();
    let (person, draft) = world.with_draft("s", "security-guard").await;
    let done =
        world.submit(&person, &draft, &[("revision", "1"), ("applicant", "Zoë Ng"), ("do", "submit")]).await;
    assert_eq!(done.location(), "/en/services/submitted");
    world.pass(800 * DAY);
    world.work().await;
    let again = world.again(&person).await;
    let list = world.get_as(&again, "/en/drafts").await.body;
    assert!(list.contains("Waiting for payment") && list.contains("No end date"), "{list}");
}

#[actix_web::test]
async fn an_unused_account_is_deleted_after_two_notices_also_when_the_clock_jumps() {
    let world = World::new();
    let person = world.with_account("s").await;
    world.work().await;
    world.pass(913 * DAY);
    for (days, mails) in [(0, 2), (29, 2), (1, 3), (29, 3)] {
        world.pass(days * DAY);
        world.work().await;
        assert_eq!(world.mails().len(), mails, "after {days} more days");
    }
    assert!(is_about(&world.mails()[1], "Sign in once before to keep it"));
    world.pass(DAY);
    world.work().await;
    let again = world.again(&person).await;
    assert_eq!(world.get_as(&again, "/en/home").await.location(), "/en/setup/terms", "the account is gone");
}

#[actix_web::test]
async fn signing_in_keeps_the_account() {
    let world = World::new();
    let person = world.with_account("s").await;
    world.pass(900 * DAY);
    world.work().await;
    world.again(&person).await;
    for _ in 0..4 {
        world.pass(60 * DAY);
        world.work().await;
    }
    let again = world.again(&person).await;
    assert_eq!(world.get_as(&again, "/en/home").await.status.as_u16(), 200);
    assert_eq!(world.mails().len(), 2, "the registration's, and one notice before the sign-in");
}
