//! C9 and C9b: what happened to the account.

use super::{EMAIL, person, use_service};
use idp_tests::idp::{Database, PASSWORD};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sign_ins_changes_and_services_are_listed_and_filtered
    twenty_entries_a_page_and_the_title_says_which
    what_is_older_than_ninety_days_is_not_shown_and_goes
    nobody_reads_or_reports_the_activity_of_another
    not_me_works_with_and_without_a_session
}

async fn sign_ins_changes_and_services_are_listed_and_filtered(database: Database) {
    let (idp, person) = person(database).await;
    idp.sign_in(&idp.visitor(), EMAIL, "Wrong-Password-1").await;
    use_service(&idp, &person).await;
    let page = person.get("/fr/account/profile").await;
    person.submit(&page, "f", &[("language", "fr")]).await;
    let text = person.get("/en/account/activity").await.text();
    for words in [
        "Account created",
        "Signed in from a new browser",
        "Sign-in failed: wrong password",
        "Language changed",
        "Went to ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let services = person.get("/en/account/activity?type=service").await.text();
    assert!(services.contains("Went to ") && !services.contains("Language changed"), "{services}");
    let changes = person.get("/fr/account/activity?type=change").await.text();
    assert!(changes.contains("Langue modifiée") && !changes.contains("Connexion dans"), "{changes}");
    for odd in
        ["?type=x", "?page=0", "?page=-1", "?page=99999999999999999999", "?page=abc&type=%00", "?page=7"]
    {
        assert_eq!(person.get(&format!("/en/account/activity{odd}")).await.status, 200, "{odd}");
    }
    assert_eq!(idp.count("account_activity WHERE body LIKE '%@%'"), 0);
}

async fn twenty_entries_a_page_and_the_title_says_which(database: Database) {
    let (idp, person) = person(database).await;
    let id = &idp.query("SELECT id AS value FROM account")[0];
    let now = idp.now().micros();
    for n in 0..40 {
        idp.execute(&format!(
            "INSERT INTO account_activity (account_id, recorded_at, kind, body, browser) VALUES ('{id}', {}, 'change',
             '{{\"event\":\"password_changed\",\"account\":\"{id}\"}}', '')",
            now - n
        ));
    }
    let first = person.get("/en/account/activity").await;
    assert_eq!(first.title(), "Activity, page 1 of 3 – My Ontario Account");
    assert_eq!(first.body.matches("<li class=\"app-card\">").count(), 20);
    let last = person.get("/fr/account/activity?page=3").await;
    assert_eq!(last.title(), "Activité, page 3 sur 3 – Compte Mon Ontario");
    assert!(last.body.contains("rel=\"prev\" class=\"app-link\"") && !last.body.contains("rel=\"next\""));
}

async fn what_is_older_than_ninety_days_is_not_shown_and_goes(database: Database) {
    let (idp, person) = person(database).await;
    idp.advance(Duration::from_hours(91 * 24));
    idp.sign_in(&person, EMAIL, PASSWORD).await;
    assert!(!person.get("/en/account/activity").await.text().contains("Account created"));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!(idp.count("account_activity WHERE body LIKE '%account_activated%'"), 0);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%account_activated%'"), 1, "the audit keeps it");
}

async fn nobody_reads_or_reports_the_activity_of_another(database: Database) {
    let (idp, person) = person(database).await;
    let stranger = idp.visitor();
    idp.create_account(&stranger, "stranger@example.test").await;
    let entry = &idp.query("SELECT CAST(min(id) AS TEXT) AS value FROM account_activity")[0];
    let page = stranger.get(&format!("/en/account/activity/not-me?entry={entry}")).await;
    assert_eq!(stranger.submit(&page, "report-form", &[]).await.status, 404);
    let page = person.get(&format!("/en/account/activity/not-me?entry={entry}")).await;
    let told = person.submit(&page, "report-form", &[]).await;
    assert!(told.text().contains("Support was told"), "{told:#?}");
    assert_eq!(idp.count("audit_record WHERE body LIKE '%activity_reported%'"), 1);
}

async fn not_me_works_with_and_without_a_session(database: Database) {
    let (idp, person) = person(database).await;
    let link = format!("{}/fr/account/activity/not-me", idp.issuer);
    let mail = {
        let other = idp.visitor();
        idp.sign_in(&other, EMAIL, PASSWORD).await;
        idp.mail_to(EMAIL).await
    };
    assert!(mail.text.contains(&link), "{mail:#?}");
    let outside = idp.visitor().get("/fr/account/activity/not-me").await;
    assert_eq!(outside.status, 200);
    assert!(outside.text().contains("Réinitialiser votre mot de passe"), "{outside:#?}");
    let page = person.get("/en/account/activity/not-me").await;
    let ended = person.submit(&page, "sign-out-everywhere-form", &[]).await;
    assert_eq!(ended.location(), Some("/en/signed-out"));
    assert_eq!(person.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(idp.count("browser_session WHERE ended_at IS NULL"), 0);
}
