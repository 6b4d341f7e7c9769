//! The outbox: claimed, tried again, erased.

use crate::builders::MAIL_LIMITS;
use crate::world::{World, at};
use idp_store::{DueMail, MailFate};

/// Causes an activation mail at `at(0)`.
async fn write_mail(world: &World) {
    let new = world.registration(&world.email(), at(0));
    world.store.start_registration(new, MAIL_LIMITS).await.unwrap();
}

/// Claims for a minute.
async fn take(world: &World, seconds: u64) -> Vec<DueMail> {
    world.store.take_due_mails(at(seconds), at(seconds + 60), 20).await.unwrap()
}

async fn a_claimed_mail_is_due_again_when_its_worker_went_away(world: World) {
    write_mail(&world).await;
    let mails = take(&world, 0).await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].kind.as_str(), mails[0].attempts), ("activation", 1));
    assert_eq!(
        (mails[0].payload.as_slice(), mails[0].expires_at),
        (&b"sealed activation"[..], at(1_000_000))
    );
    assert!(take(&world, 59).await.is_empty(), "another worker has it");
    let again = take(&world, 60).await;
    assert_eq!((again.len(), again[0].attempts), (1, 2));
    assert_eq!(again[0].id, mails[0].id);
    assert_eq!(world.store.count_waiting_mails().await.unwrap(), 1);
}

async fn a_mail_waits_for_its_next_attempt(world: World) {
    write_mail(&world).await;
    let mail = take(&world, 0).await.remove(0);
    let later = MailFate::RetryAt { at: at(300), error: "connection refused".into() };
    world.store.settle_mail(mail.id, later, at(1)).await.unwrap();
    assert!(take(&world, 299).await.is_empty());
    let again = take(&world, 300).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].payload, mail.payload);
}

async fn a_mail_that_is_sent_or_given_up_is_erased(world: World) {
    write_mail(&world).await;
    write_mail(&world).await;
    let mails = take(&world, 0).await;
    world.store.settle_mail(mails[0].id.clone(), MailFate::Sent, at(1)).await.unwrap();
    let failed = MailFate::Failed { error: "no such mailbox".into() };
    world.store.settle_mail(mails[1].id.clone(), failed, at(1)).await.unwrap();
    assert_eq!(world.store.count_waiting_mails().await.unwrap(), 0);
    assert_eq!(world.count("outbox_mail WHERE payload IS NULL AND settled_at IS NOT NULL"), 2);
    let states = world
        .query("SELECT state || coalesce(': ' || last_error, '') AS value FROM outbox_mail ORDER BY state");
    assert_eq!(states, ["failed: no such mailbox", "sent"]);
    assert!(take(&world, 10_000).await.is_empty());
}

async fn a_late_worker_can_not_undo_that_a_mail_was_sent(world: World) {
    write_mail(&world).await;
    let mail = take(&world, 0).await.remove(0);
    world.store.settle_mail(mail.id.clone(), MailFate::Sent, at(70)).await.unwrap();
    let late = MailFate::RetryAt { at: at(80), error: "connection lost".into() };
    world.store.settle_mail(mail.id.clone(), late, at(71)).await.unwrap();
    let failed = MailFate::Failed { error: "refused".into() };
    world.store.settle_mail(mail.id, failed, at(72)).await.unwrap();
    assert!(take(&world, 10_000).await.is_empty());
    assert_eq!(world.count("outbox_mail WHERE state = 'sent' AND last_error IS NULL"), 1);
}

async fn no_more_mails_are_claimed_than_asked_for(world: World) {
    for _ in 0..5 {
        write_mail(&world).await;
    }
    assert_eq!(world.store.take_due_mails(at(0), at(60), 3).await.unwrap().len(), 3);
    assert_eq!(world.store.take_due_mails(at(0), at(60), 3).await.unwrap().len(), 2);
}

on_both_databases! {
    a_claimed_mail_is_due_again_when_its_worker_went_away
    a_mail_waits_for_its_next_attempt
    a_mail_that_is_sent_or_given_up_is_erased
    a_late_worker_can_not_undo_that_a_mail_was_sent
    no_more_mails_are_claimed_than_asked_for
}
