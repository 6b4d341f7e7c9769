//! Accounts that nobody uses, from their notices to their end, through the workers as they run.

use idp_server::adapters::retention_worker::{self, RetentionCounts};
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    an_unused_account_gets_both_mails_and_is_deleted_without_a_trace_of_its_person
    signing_in_after_a_notice_keeps_the_account
    r9_a_clock_three_years_ahead_deletes_nobody
    the_last_who_is_trusted_with_a_role_is_not_deleted
    accounts_of_one_key_and_locked_ones_stay
}

const EMAIL: &str = "person@example.test";
const DAY: Duration = Duration::from_hours(24);

async fn run(idp: &TestIdp) -> RetentionCounts {
    retention_worker::run(&idp.app, |_| {}).await.unwrap()
}

/// Days pass, with the workers at work.
async fn live(idp: &TestIdp, days: u32) -> RetentionCounts {
    let mut all = RetentionCounts::default();
    for _ in 0..days {
        idp.advance(DAY);
        let counts = run(idp).await;
        all.notices += counts.notices;
        all.deleted += counts.deleted;
        // What was sent is seen by the next run, ten minutes later.
        idp.deliver().await;
        run(idp).await;
    }
    all
}

async fn an_unused_account_gets_both_mails_and_is_deleted_without_a_trace_of_its_person(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let service = idp.service().await;
    idp.sign_in_at(&visitor, &service, &account).await;
    let id = idp.query("SELECT id AS value FROM account").remove(0);
    idp.advance(DAY * 850);
    assert_eq!(run(&idp).await.looked_at, 0);
    grow_to_notice(&idp).await;
    let first = idp.mail_to(EMAIL).await;
    assert!(first.subject.starts_with("Your account will be deleted on "), "{}", first.subject);
    assert!(first.subject.contains(" / Votre compte sera supprimé le "), "{}", first.subject);
    assert!(first.text.contains("30 months") && first.text.contains("30 mois"), "{}", first.text);
    assert!(first.text.contains("/en/sign-in\n") && first.text.contains("/fr/sign-in\n"));
    assert_eq!(live(&idp, 29).await, RetentionCounts::default());
    assert_eq!(live(&idp, 3).await.notices, 1);
    let second = idp.mail_to(EMAIL).await;
    assert_eq!(second.subject, first.subject, "the same day");
    assert_eq!(live(&idp, 27).await.deleted, 0);
    assert_eq!(live(&idp, 5).await.deleted, 1);
    for table in
        ["account", "browser_session", "known_device", "connected_service", "token_grant", "access_token"]
    {
        assert_eq!(idp.count(table), 0, "{table}");
    }
    for table in
        ["registration", "password_reset", "retention_notice", "outbox_mail WHERE payload IS NOT NULL"]
    {
        assert_eq!(idp.count(table), 0, "{table}");
    }
    let closed =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%\"account_closed\"%retention%'");
    assert!(closed.len() == 1 && closed[0].contains(&id), "{closed:?}");
    // The address is free again, and nothing of the old account comes back.
    let again = idp.visitor();
    idp.create_account(&again, EMAIL).await;
    assert_ne!(idp.query("SELECT id AS value FROM account").remove(0), id);
}

/// To the day of the first notice, which goes out.
async fn grow_to_notice(idp: &TestIdp) {
    while idp.count("retention_notice WHERE sent_at IS NOT NULL") == 0 {
        live(idp, 1).await;
    }
}

async fn signing_in_after_a_notice_keeps_the_account(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.advance(DAY * 850);
    grow_to_notice(&idp).await;
    live(&idp, 25).await;
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 303);
    assert_eq!(idp.count("retention_notice"), 0);
    assert_eq!(live(&idp, 100).await, RetentionCounts::default());
    // A second notice that waits for the mail server is taken back too.
    idp.advance(DAY * 700);
    grow_to_notice(&idp).await;
    live(&idp, 29).await;
    for _ in 0..4 {
        idp.advance(DAY);
        run(&idp).await;
    }
    assert_eq!(idp.count("outbox_mail WHERE kind = 'account_unused' AND state = 'waiting'"), 1);
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 303);
    assert_eq!(idp.count("outbox_mail WHERE kind = 'account_unused' AND state = 'waiting'"), 0);
}

async fn r9_a_clock_three_years_ahead_deletes_nobody(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    run(&idp).await;
    idp.advance(DAY * 3 * 365);
    for _ in 0..20 {
        assert_eq!(run(&idp).await.deleted, 0);
        idp.deliver().await;
        idp.advance(Duration::from_hours(1));
    }
    // Nor do more jumps, of a month each, with every mail sent at once.
    for _ in 0..20 {
        idp.advance(DAY * 31);
        assert_eq!(run(&idp).await.deleted, 0);
        idp.deliver().await;
    }
    assert_eq!(idp.count("account"), 1);
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 303);
}

async fn the_last_who_is_trusted_with_a_role_is_not_deleted(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.execute(
        "INSERT INTO administrator_role (account_id, role, granted_at) SELECT id, 'key-admin', 1 FROM account",
    );
    idp.advance(DAY * 850);
    run(&idp).await;
    grow_to_notice(&idp).await;
    assert_eq!(live(&idp, 70).await.deleted, 0);
    // Once it is taken, nothing holds the account.
    idp.execute("DELETE FROM administrator_role");
    assert_eq!(live(&idp, 1).await.deleted, 1);
}

async fn accounts_of_one_key_and_locked_ones_stay(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.create_one_key(&idp.visitor(), "Fisher-Queen", "").await;
    idp.execute("UPDATE account SET status = 'locked' WHERE email IS NOT NULL");
    run(&idp).await;
    idp.advance(DAY * 1000);
    assert_eq!(live(&idp, 100).await, RetentionCounts::default());
    assert_eq!(idp.count("account"), 2);
}
