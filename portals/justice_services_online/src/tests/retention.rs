//! What becomes of drafts as time passes, and the mails that tell of it.

use super::filing::{draft, submit};
use super::{CONTACT, World};
use relying_party::browser_session::CookieSecret;

const DAY: i64 = 24 * 3600;

/// Subjects are folded and encoded; their words are looked for in the text part.
fn is_about(mail: &str, words: &str) -> bool {
    mail.replace("=\r\n", "").replace("\r\n", " ").contains(words)
}

/// Somebody who is registered and has a draft; the draft's page. The mail of the registration is out.
async fn with_draft(world: &World) -> (CookieSecret, String) {
    let bernie = world.registered("bernie").await;
    let path = draft(world, &bernie, "Flowers v. Elm").await;
    world.work().await;
    assert_eq!(world.mails().len(), 1);
    (bernie, path)
}

#[actix_web::test]
async fn a_draft_ends_after_12_months_with_mails_60_and_30_days_before() {
    let world = World::new();
    let (_, path) = with_draft(&world).await;
    for (days, mails) in [(304, 1), (1, 2), (29, 2), (1, 3), (29, 3), (1, 4)] {
        world.pass(days * DAY);
        world.work().await;
        world.work().await;
        assert_eq!(world.mails().len(), mails, "after {days} more days");
    }
    let all = world.mails();
    assert!(all.iter().all(|mail| mail.contains(&format!("To: {}", CONTACT[10].1))));
    for mail in &all[1..3] {
        let words = "Your draft for File a Statement of Claim or Notice of Action will be deleted on November 21, 2027";
        assert!(is_about(mail, words), "{mail}");
        assert!(is_about(mail, "http://localhost:8082/fr/drafts"), "{mail}");
    }
    assert!(is_about(&all[3], "expired on"), "{}", all[3]);
    assert!(all.iter().all(|mail| !mail.contains("Flowers") && !mail.contains("Elm")), "no names");
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, &path).await.status.as_u16(), 404);
    assert!(world.get_as(&again, "/en/drafts").await.body.contains("No drafts"));
}

#[actix_web::test]
async fn a_change_begins_the_12_months_anew_and_the_list_says_when_a_draft_ends() {
    let world = World::new();
    let (_, path) = with_draft(&world).await;
    world.pass(310 * DAY);
    world.work().await;
    assert_eq!(world.mails().len(), 2);
    let bernie = world.signed_in("bernie").await;
    let list = world.get_as(&bernie, "/en/drafts").await.body;
    assert!(
        list.contains("Kept until <time") && list.contains("November 26, 2027"),
        "after a late reminder: {list}"
    );
    let form = world.get_as(&bernie, &path).await;
    let (handle, revision) = (form.value("handle"), form.value("revision"));
    let typed = [("handle", handle.as_str()), ("revision", &revision), ("title", "Flowers"), ("save", "yes")];
    world.post_as(&bernie, &path, &typed).await;
    let list = world.get_as(&bernie, "/fr/drafts").await.body;
    assert!(list.contains("Gardée jusqu’au <time") && list.contains("26 septembre 2028"), "{list}");
    world.pass(304 * DAY);
    world.work().await;
    assert_eq!(world.mails().len(), 2, "no reminder is due");
}

#[actix_web::test]
async fn a_clock_that_jumps_skips_no_reminder() {
    let world = World::new();
    with_draft(&world).await;
    world.pass(4000 * DAY);
    for (days, mails) in [(0, 2), (29, 2), (1, 3), (29, 3), (1, 4)] {
        world.pass(days * DAY);
        world.work().await;
        assert_eq!(world.mails().len(), mails, "after {days} more days");
    }
}

#[actix_web::test]
async fn what_was_submitted_stays_and_nobody_is_reminded_of_it() {
    let world = World::new();
    let (bernie, path) = with_draft(&world).await;
    let transaction = submit(&world, &bernie, &path).await;
    world.pass(800 * DAY);
    world.work().await;
    assert_eq!(world.mails().len(), 1);
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, transaction.location()).await.status.as_u16(), 200);
}
