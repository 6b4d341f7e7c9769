//! C12: closing the account.

use super::{EMAIL, fill, person, use_service};
use idp_tests::idp::{Database, PASSWORD};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    a_closed_account_is_gone_and_its_address_free_again
    the_address_is_asked_for_in_any_case_of_its_letters
    a_closed_account_leaves_its_audit_and_nothing_of_its_person
}

async fn a_closed_account_is_gone_and_its_address_free_again(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    let page = person.get("/fr/account/close").await;
    assert!(page.text().contains("Vous perdrez l’accès à"), "{page:#?}");
    let closed = person.submit(&page, "f", &[("confirm", "Person@Example.Test")]).await;
    assert!(closed.location().unwrap().starts_with("/fr/signed-out?ended="), "{closed:#?}");
    let out = person.follow(closed).await;
    assert!(out.text().contains("Votre compte est fermé."), "{out:#?}");
    assert_eq!(idp.mail_to(EMAIL).await.subject, "Your account is closed / Votre compte est fermé");
    for visitor in [&person, &other] {
        assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
    }
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(idp.count("account"), 0);
    idp.advance(std::time::Duration::from_mins(1));
    idp.create_account(&idp.visitor(), EMAIL).await;
}

async fn the_address_is_asked_for_in_any_case_of_its_letters(database: Database) {
    let (idp, person) = person(database).await;
    for typed in ["", "other@example.test", "person@example.test.", "person", &"x".repeat(5000)] {
        let page = fill(&person, "/en/account/close", &[("confirm", typed)]).await;
        assert_eq!((page.status, page.errors()), (422, vec!["This is not your email address".to_owned()]));
    }
    assert_eq!(idp.count("account"), 1);
    let cancelled = person.get("/en/account/security").await;
    assert_eq!(cancelled.status, 200);
}

async fn a_closed_account_leaves_its_audit_and_nothing_of_its_person(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let id = idp.query("SELECT id AS value FROM account").remove(0);
    fill(&person, "/en/account/email", &[("email", "new@example.test")]).await;
    idp.deliver().await;
    fill(&person, "/en/account/close", &[("confirm", EMAIL)]).await;
    idp.deliver().await;
    for (table, column) in [
        ("browser_session", "account_id"),
        ("known_device", "account_id"),
        ("connected_service", "account_id"),
        ("consent", "account_id"),
        ("token_grant", "account_id"),
        ("access_token", "account_id"),
        ("authorization_code", "account_id"),
        ("email_change", "account_id"),
        ("former_password", "account_id"),
        ("account_activity", "account_id"),
        ("transfer_decision", "account_id"),
    ] {
        assert_eq!(idp.count(&format!("{table} WHERE {column} = '{id}'")), 0, "{table}");
    }
    assert_eq!(idp.count("registration"), 0);
    assert_eq!(idp.count("outbox_mail WHERE payload IS NOT NULL"), 0);
    assert_eq!(
        idp.count(&format!(
            "audit_record WHERE body LIKE '%\"event\":\"account_closed\"%' AND body LIKE '%{id}%'"
        )),
        1
    );
    assert_eq!(idp.count("audit_record WHERE body LIKE '%@%'"), 0);
}
