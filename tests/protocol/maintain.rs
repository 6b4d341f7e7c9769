//! `idp maintain`, run as a cron job would, and the settings of what it does.

use crate::program::{command, done, text};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    maintain_does_once_what_the_timers_do
}

async fn maintain(idp: &TestIdp) -> serde_json::Value {
    serde_json::from_str(&done(idp, &["maintain", "--json"]).await).unwrap()
}

async fn maintain_does_once_what_the_timers_do(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let nothing = maintain(&idp).await;
    assert_eq!(
        (&nothing["sessions_ended"], &nothing["notices_written"]),
        (&0.into(), &0.into()),
        "{nothing}"
    );
    idp.execute("UPDATE browser_session SET last_seen_at = 0");
    idp.execute("UPDATE registration SET created_at = 0");
    idp.execute("UPDATE account SET last_sign_in_at = 0");
    let all = maintain(&idp).await;
    assert_eq!(
        (&all["sessions_ended"], &all["unused_accounts"], &all["notices_written"]),
        (&1.into(), &1.into(), &1.into()),
        "{all}"
    );
    assert!(all["rows_deleted"].as_u64().unwrap() >= 1, "{all}");
    assert!(idp.mail_to("person@example.test").await.subject.starts_with("Your account will be deleted on "));
    let again = done(&idp, &["maintain"]).await;
    assert_eq!(
        again,
        "0 sessions ended, 0 expired rows deleted; 1 unused accounts looked at, 0 notices written, 0 accounts deleted.\n"
    );
}

#[tokio::test]
async fn notices_are_two_spans_the_longer_one_first() {
    let idp = TestIdp::start(Database::Sqlite).await;
    for (notices, sound) in [
        ("60d, 30d", true),
        ("[40d, 2d]", true),
        ("30d, 60d", false),
        ("60d", false),
        ("60d, 30d, 1d", false),
        ("3000d, 30d", false),
        ("60d, 0s", false),
        ("soon, later", false),
    ] {
        let checked = command(&idp).arg("check-config").env("IDP_RETENTION__NOTICES", notices).output();
        let checked = checked.await.unwrap();
        assert_eq!(checked.status.success(), sound, "{notices}: {}", text(&checked.stderr));
        assert!(sound || text(&checked.stderr).contains("retention.notices"), "{notices}");
    }
}
