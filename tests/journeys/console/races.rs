//! Two administrators at once, a session without level 2, and roles that are not one's own.

use super::{account_of, administrator, grant, records};
use idp_domain::administration::Role;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    of_two_administrators_one_does_it_and_the_other_is_told
    two_administrators_cant_take_each_others_last_role
    a_form_filled_in_at_one_level_acts_at_no_lower_one
    no_role_does_what_is_anothers_by_any_form
}

async fn of_two_administrators_one_does_it_and_the_other_is_told(database: Database) {
    let idp = TestIdp::start(database).await;
    let roles = [Role::Support, Role::ServiceAdmin, Role::KeyAdmin];
    let one = administrator(&idp, "one@example.test", &roles).await;
    let two = administrator(&idp, "two@example.test", &roles).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let person = account_of(&idp, "person@example.test").await;
    let service = [
        ("client_id", "fishing"),
        ("name_en", "A"),
        ("name_fr", "A"),
        ("redirect_uris", "https://fish.example.ca/cb"),
        ("reason", "x"),
    ];
    one.change("/en/admin/services/new", &service).await;
    let kid =
        idp.query("SELECT kid AS value FROM signing_key WHERE algorithm = 'RS256' AND state = 'active'");
    for (path, typed, event) in [
        (format!("/en/admin/accounts/{person}/lock"), vec![("reason", "x")], "account_locked"),
        (format!("/en/admin/accounts/{person}/unlock"), vec![("reason", "x")], "account_unlocked"),
        ("/en/admin/services/fishing/disable".into(), vec![("reason", "x")], "service_disabled"),
        (
            format!("/en/admin/keys/{}/revoke", kid[0]),
            vec![("confirm", kid[0].as_str()), ("reason", "x")],
            "key_revoked",
        ),
        (format!("/en/admin/accounts/{person}/close"), vec![("reason", "x")], "account_closed"),
    ] {
        let (first, second) = (one.fill(&path, &typed).await, two.fill(&path, &typed).await);
        let (first, second) =
            tokio::join!(one.visitor.submit(&first, "f", &[]), two.visitor.submit(&second, "f", &[]));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        // Whoever is late is told why, or that the thing is gone.
        assert!(matches!(statuses, [303, 404 | 409]), "{path}: {first:?} {second:?}");
        assert_eq!(records(&idp, event).len(), 1, "{path}");
    }
}

async fn two_administrators_cant_take_each_others_last_role(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    let two = administrator(&idp, "two@example.test", &[Role::KeyAdmin]).await;
    let typed = [("role", "key-admin"), ("reason", "x")];
    let path = |id: &str| format!("/en/admin/admins/{id}/revoke");
    let (of_two, of_one) =
        (one.fill(&path(two.id.as_str()), &typed).await, two.fill(&path(one.id.as_str()), &typed).await);
    let (first, second) =
        tokio::join!(one.visitor.submit(&of_two, "f", &[]), two.visitor.submit(&of_one, "f", &[]));
    let done = [&first, &second].iter().filter(|answer| answer.status == 303).count();
    assert_eq!(done, 1, "{first:?} {second:?}");
    assert_eq!(idp.count("administrator_role"), 1, "somebody is left");
}

async fn a_form_filled_in_at_one_level_acts_at_no_lower_one(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let notice = [
        ("text_en", "Closed"),
        ("text_fr", "Fermé"),
        ("kind", "outage"),
        ("where", "everywhere"),
        ("reason", "planned"),
    ];
    let confirm = one.fill("/en/admin/notices/new", &notice).await;
    // The session loses its second step behind its back.
    idp.create_account(&idp.visitor(), "plain@example.test").await;
    let plain = account_of(&idp, "plain@example.test").await;
    let methods =
        idp.query(&format!("SELECT methods AS value FROM browser_session WHERE account_id = '{plain}'"));
    idp.execute(&format!("UPDATE browser_session SET methods = '{}'", methods[0]));
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    let way = answer.location().unwrap_or_default().to_owned();
    assert!(way.starts_with("/en/sign-in/second-step?next=admin/notices/new"), "{answer:?}");
    assert_eq!(idp.count("system_notice"), 0);
    for path in ["", "/notices", "/services", "/partners"] {
        let answer = one.get(&format!("/en/admin{path}")).await;
        assert_eq!(answer.status, 303, "{path}: {answer:?}");
    }
}

async fn no_role_does_what_is_anothers_by_any_form(database: Database) {
    let idp = TestIdp::start(database).await;
    let all = administrator(&idp, "all@example.test", &Role::ALL).await;
    let service = [
        ("client_id", "fishing"),
        ("name_en", "A"),
        ("name_fr", "A"),
        ("redirect_uris", "https://fish.example.ca/cb"),
        ("reason", "x"),
    ];
    all.change("/en/admin/services/new", &service).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let person = account_of(&idp, "person@example.test").await;
    let kid = idp.query("SELECT kid AS value FROM signing_key WHERE state = 'next'");
    let acts = [
        ("keys/rotate".to_owned(), Role::KeyAdmin),
        ("keys/import".to_owned(), Role::KeyAdmin),
        (format!("keys/{}/revoke", kid[0]), Role::KeyAdmin),
        ("settings/limits.code_tries".to_owned(), Role::KeyAdmin),
        ("admins/grant".to_owned(), Role::KeyAdmin),
        (format!("admins/{}/revoke", all.id), Role::KeyAdmin),
        ("services/new".to_owned(), Role::ServiceAdmin),
        ("services/fishing/edit".to_owned(), Role::ServiceAdmin),
        ("services/fishing/secret".to_owned(), Role::ServiceAdmin),
        ("services/fishing/disable".to_owned(), Role::ServiceAdmin),
        ("partners/new".to_owned(), Role::ServiceAdmin),
        ("notices/new".to_owned(), Role::ServiceAdmin),
        (format!("accounts/{person}/lock"), Role::Support),
        (format!("accounts/{person}/close"), Role::Support),
    ];
    for role in Role::ALL {
        let someone = administrator(&idp, &format!("{role}@example.test"), &[role]).await;
        let own = someone.get("/en/account/profile").await.form("f");
        for (act, of) in &acts {
            let mut form = own.clone().with("reason", "x");
            form.action = format!("/en/admin/{act}");
            let (get, post) = (someone.get(&form.action).await, someone.visitor.post(&form).await);
            if role == *of {
                assert_eq!(get.status, 200, "{role} {act}: {get:?}");
            } else {
                assert_eq!((get.status, post.status), (403, 403), "{role} {act}");
            }
        }
    }
    assert!(records(&idp, "administration_refused").len() >= 80, "each try is on record");
    grant(&idp, &person, &[Role::Auditor]).await;
}
