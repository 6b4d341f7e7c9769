//! A ONE-key account holds what any account holds: sessions, codes, tokens, services.

use crate::builders::PASSWORD_HASH;
use crate::world::{World, at};
use idp_domain::account::AccountKind;
use idp_domain::client::Client;
use idp_domain::ids::AccountId;
use idp_store::{RedemptionOutcome, SignInEnd};
use std::path::Path;

/// A ONE-key account, past the store.
fn one_key(world: &World, id: &str) -> AccountId {
    let account = AccountId::random_one_key(&mut *world.rng.lock().unwrap());
    world.execute(&format!(
        "INSERT INTO account (id, one_key_id, one_key_id_key, password_hash, language, status, terms_version, created_at, \
         password_changed_at) VALUES ('{account}', '{id}', '{}', '{PASSWORD_HASH}', 'fr', 'active', 1, 0, 0)",
        id.to_lowercase()
    ));
    account
}

async fn sessions_codes_tokens_and_services_can_be_a_one_key_accounts(world: World) {
    let account = one_key(&world, "Maple.Leaf");
    let success = world.sign_in_success(&account, world.keyed(), at(1));
    let session = success.session.clone();
    assert_eq!(world.store.complete_sign_in(success).await.unwrap(), SignInEnd::SignedIn);
    let found = world.store.find_session(session.secret).await.unwrap().unwrap();
    assert_eq!(found.account.id.kind(), AccountKind::OneKey);
    assert_eq!((found.account.name.as_str(), found.account.email()), ("Maple.Leaf", None));

    let client: Client = world.service().await;
    let owner = crate::builders::Owner { account: account.clone(), email: world.email(), session };
    let issue = world.code_to_issue(&owner, &client, at(2));
    assert!(world.store.issue_code(issue.clone()).await.unwrap());
    let redeem = world.redemption(&issue, at(3));
    let token = redeem.token.hash;
    let outcome = world.store.redeem_code(redeem).await.unwrap();
    assert!(matches!(outcome, RedemptionOutcome::Redeemed(_)), "{outcome:?}");
    let opened = world.store.find_access_token(token, at(4)).await.unwrap().unwrap();
    assert_eq!(opened.account_id, account);
    assert_eq!(world.store.list_connected_services(account).await.unwrap().len(), 1);
}

async fn an_account_has_an_address_or_an_id_never_both_nor_neither(world: World) {
    one_key(&world, "first.account");
    let owner = world.owner().await;
    for broken in [
        "UPDATE account SET email = 'a@example.com', email_key = 'a@example.com' WHERE email IS NULL"
            .to_owned(),
        "UPDATE account SET one_key_id = NULL, one_key_id_key = NULL WHERE email IS NULL".to_owned(),
        format!("UPDATE account SET one_key_id = 'second.one' WHERE id = '{}'", owner.account),
    ] {
        let before = world.query("SELECT id AS value FROM account WHERE email IS NOT NULL");
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.execute(&broken)));
        assert!(tried.is_err(), "{broken}");
        assert_eq!(world.query("SELECT id AS value FROM account WHERE email IS NOT NULL"), before);
    }
}

async fn a_service_keeps_the_identifier_by_which_it_knew_an_account(world: World) {
    let (one, two) = (one_key(&world, "first.account"), one_key(&world, "second.account"));
    let client = world.service().await;
    let connect = |account: &AccountId, subject: &str| {
        world.execute(&format!(
            "INSERT INTO connected_service (account_id, client_id, first_used_at, last_used_at, legacy_subject) \
             VALUES ('{account}', '{}', 0, 0, {subject})",
            client.id
        ));
    };
    connect(&one, "'old-4711'");
    connect(&two, "NULL");
    let find = |account: &AccountId| world.store.find_legacy_subject(account.clone(), client.id.clone());
    assert_eq!(find(&one).await.unwrap().as_deref(), Some("old-4711"));
    assert_eq!(find(&two).await.unwrap(), None);
    assert_eq!(find(&world.account_id()).await.unwrap(), None);
}

/// The table of accounts is made anew on SQLite; what refers to it must not go with the old one.
async fn bringing_an_older_database_up_to_date_loses_nothing(world: World) {
    let owner = world.owner().await;
    let folder = if world.is_sqlite() { "sqlite" } else { "postgres" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(folder);
    let mut newer: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.as_str() >= "00000000000007")
        .collect();
    newer.sort();
    for name in newer.iter().rev() {
        world.execute(&std::fs::read_to_string(folder.join(name).join("down.sql")).unwrap());
    }
    world.execute("DELETE FROM __diesel_schema_migrations WHERE version >= '00000000000007'");
    assert_eq!(world.store.migrate().await.unwrap().len(), newer.len());
    let found = world.store.find_session(owner.session.secret).await.unwrap().unwrap();
    assert_eq!((found.account.id, found.session.id), (owner.account, owner.session.id));
    assert_eq!(world.count("known_device"), 1);
}

on_both_databases! {
    bringing_an_older_database_up_to_date_loses_nothing
    sessions_codes_tokens_and_services_can_be_a_one_key_accounts
    an_account_has_an_address_or_an_id_never_both_nor_neither
    a_service_keeps_the_identifier_by_which_it_knew_an_account
}
