//! Accounts (D5), partners (D8), settings (D9) and transfers (D11) by their forms.

use super::{account_of, administrator, records};
use idp_domain::administration::Role;
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    an_account_is_found_locked_and_unlocked_and_every_look_is_on_record
    personal_data_is_masked_until_somebody_says_why
    a_second_factor_goes_under_two_persons
    an_account_is_closed_and_a_registration_gets_its_mail_again
    a_setting_holds_at_once_within_its_range
    transfers_are_only_looked_at
    partners_are_listed_and_what_is_not_there_is_not_found
}

async fn an_account_is_found_locked_and_unlocked_and_every_look_is_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Support]).await;
    let person = idp.visitor();
    idp.create_account(&person, "person@example.test").await;
    let id = account_of(&idp, "person@example.test").await;
    let page = one.get("/en/admin/accounts?q=PERSON%40example.test").await;
    assert!(page.words_of("accounts").contains("p…@….test"), "{page:?}");
    assert!(page.body.contains(&format!("href=\"/en/admin/accounts/{id}\"")), "{page:?}");
    assert!(one.get("/en/admin/accounts?q=person").await.text().contains("Nothing found"), "no browsing");
    let long = one.get(&format!("/en/admin/accounts?q={}", "x".repeat(190))).await;
    assert_eq!(long.status, 200);
    let path = format!("/en/admin/accounts/{id}");
    let shown = one.get(&path).await;
    assert!(shown.words_of("account").contains("Active") && !shown.body.contains("person@"), "{shown:?}");
    let answer = one.change(&format!("{path}/lock"), &[("reason", "asked by its person")]).await;
    assert_eq!(answer.location(), Some(format!("{path}?done=lock").as_str()), "{answer:?}");
    assert_eq!(person.get("/en/account").await.location(), Some("/en/sign-in"), "its session ended");
    assert_eq!(one.get(&format!("{path}/lock")).await.status, 409);
    let answer = one.change(&format!("{path}/unlock"), &[("reason", "asked again")]).await;
    let page = one.visitor.follow(answer).await;
    assert!(page.text().contains("The account was unlocked"), "{page:?}");
    assert_eq!(idp.sign_in(&person, "person@example.test", PASSWORD).await.status, 303);
    assert_eq!(["account_locked", "account_unlocked"].map(|event| records(&idp, event).len()), [1, 1]);
    assert!(records(&idp, "account_seen").len() >= 3 && records(&idp, "accounts_sought").len() == 3);
    for wrong in ["nobody", "nobody/lock", "nobody/personal"] {
        let page = one.get(&format!("/en/admin/accounts/{wrong}")).await;
        assert!(matches!(page.status, 404 | 200), "{wrong}: {page:?}");
    }
    assert_eq!(one.get(&format!("{path}/transfer")).await.status, 404, "never the transfer");
}

async fn personal_data_is_masked_until_somebody_says_why(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Auditor]).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let id = account_of(&idp, "person@example.test").await;
    let path = format!("/en/admin/accounts/{id}");
    let page = one.fill(&format!("{path}/personal"), &[("reason", "")]).await;
    assert_eq!((page.status, page.errors()), (422, vec!["Say why".to_owned()]));
    let page = one.fill(&format!("{path}/personal"), &[("reason", "a complaint")]).await;
    assert!(page.words_of("account").contains("person@example.test"), "{page:?}");
    assert!(records(&idp, "account_seen").iter().any(|record| record.contains("a complaint")));
    // An auditor looks; they change nothing.
    assert!(!page.body.contains(&format!("{path}/lock")), "{page:?}");
    assert_eq!(one.get(&format!("{path}/lock")).await.status, 403);
    assert_eq!(records(&idp, "administration_refused").len(), 1, "that they tried is on record");
}

async fn a_second_factor_goes_under_two_persons(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Support]).await;
    let two = administrator(&idp, "two@example.test", &[Role::Support]).await;
    idp.create_account_with_app(&idp.visitor(), "person@example.test").await;
    let id = account_of(&idp, "person@example.test").await;
    let path = |act: &str| format!("/en/admin/accounts/{id}/{act}");
    let page = one.fill(&path("remove-factor"), &[("reason", "lost")]).await;
    assert_eq!(page.errors(), ["Choose one of the options"]);
    let typed = [("factors", "authenticator_app"), ("reason", "lost")];
    assert_eq!(one.change(&path("remove-factor"), &typed).await.status, 303);
    let own = one.change(&path("approve-removal"), &[("reason", "x")]).await;
    assert_eq!(own.status, 409, "{own:?}");
    assert!(own.text().contains("one person asks, another approves"), "{own:?}");
    let list = two.get("/en/admin/accounts").await;
    assert!(list.words_of("removals").contains("Authenticator app"), "{list:?}");
    // A request that is not the one that was seen is refused.
    let page = two.get(&path("approve-removal")).await;
    let page = two.visitor.submit(&page, "f", &[("request", "another"), ("reason", "x")]).await;
    assert_eq!(page.status, 409, "{page:?}");
    let answer = two.change(&path("approve-removal"), &[("reason", "seen in person")]).await;
    let page = two.visitor.follow(answer).await;
    assert!(page.text().contains("The second factors were removed"), "{page:?}");
    assert_eq!(two.get(&path("approve-removal")).await.status, 409);
}

async fn an_account_is_closed_and_a_registration_gets_its_mail_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Support]).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let id = account_of(&idp, "person@example.test").await;
    let answer = one.change(&format!("/en/admin/accounts/{id}/close"), &[("reason", "asked")]).await;
    assert_eq!(answer.location(), Some("/en/admin/accounts?done=close"), "{answer:?}");
    assert_eq!(one.get(&format!("/en/admin/accounts/{id}")).await.status, 404);
    let own = format!("/en/admin/accounts/{}/close", one.id);
    let refused = one.change(&own, &[("reason", "x")]).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.text().contains("has an administrator role"), "{refused:?}");
    idp.register_address(&idp.visitor(), "/en/create-account", "new@example.test").await;
    idp.advance(Duration::from_secs(31));
    let page = one.get("/en/admin/accounts?q=new%40example.test").await;
    let row = page.body.split("href=\"/en/admin/accounts/").nth(1).unwrap_or_else(|| panic!("{page:?}"));
    let registration = row.split('"').next().unwrap();
    let path = format!("/en/admin/accounts/{registration}");
    let answer = one.change(&format!("{path}/resend"), &[("reason", "no mail came")]).await;
    assert_eq!(answer.location(), Some(format!("{path}?done=resend").as_str()), "{answer:?}");
    let again = one.change(&format!("{path}/resend"), &[("reason", "no mail came")]).await;
    assert_eq!(again.status, 409, "half a minute lies between two mails: {again:?}");
}

async fn a_setting_holds_at_once_within_its_range(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    let list = one.get("/en/admin/settings").await;
    assert!(list.words_of("settings").contains("lifetimes.session_idle"), "{list:?}");
    let path = "/en/admin/settings/help.phone";
    let answer = one.change(path, &[("value", "416-555-0100"), ("reason", "a new number")]).await;
    assert_eq!(answer.location(), Some("/en/admin/settings?done=set"), "{answer:?}");
    assert!(idp.visitor().get("/en/contact").await.text().contains("416-555-0100"));
    let page = one.fill("/en/admin/settings/limits.code_tries", &[("value", "0"), ("reason", "x")]).await;
    assert!(
        page.errors()[0].starts_with("This setting cannot have this value: From "),
        "{:?}",
        page.errors()
    );
    let page = one.get("/fr/admin/settings/limits.code_tries").await;
    let page = one.visitor.submit(&page, "f", &[("value", "beaucoup"), ("reason", "x")]).await;
    assert!(
        page.errors()[0].starts_with("Ce paramètre ne peut pas avoir cette valeur\u{a0}: De "),
        "{page:?}"
    );
    // Two administrators: the second one sees that the first was faster.
    let first = one.fill(path, &[("value", "416-555-0101"), ("reason", "x")]).await;
    let answer = one.change(path, &[("reset", "yes"), ("reason", "x")]).await;
    assert_eq!(answer.status, 303);
    let late = one.visitor.submit(&first, "f", &[]).await;
    assert!(matches!(late.status, 303 | 409), "{late:?}");
    assert_eq!(one.get("/en/admin/settings/database.url").await.status, 404);
}

async fn transfers_are_only_looked_at(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::Support]).await;
    let page = one.get("/en/admin/transfers").await;
    assert!(page.status == 200 && page.text().contains("Nothing found"), "{page:?}");
    assert!(!page.has("f"), "no form that changes anything");
    for query in ["from=2026-02-01&to=2026-01-01", "from=never"] {
        assert_eq!(one.get(&format!("/en/admin/transfers?{query}")).await.status, 422, "{query}");
    }
    let csv = one.get("/en/admin/transfers?format=csv").await.body;
    assert_eq!(csv, "day,service,transferred,declined,failed\r\n");
}

async fn partners_are_listed_and_what_is_not_there_is_not_found(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let page = one.get("/en/admin/partners").await;
    assert_eq!(page.status, 200, "{page:?}");
    for act in ["test", "disable"] {
        assert_eq!(one.get(&format!("/en/admin/partners/nobody/{act}")).await.status, 404);
    }
}
