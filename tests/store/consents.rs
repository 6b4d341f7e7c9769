//! What people let services have, and requests that were pushed.

use crate::world::{World, at};
use idp_domain::consent::{Disclosure, Disclosures};
use idp_store::Consent;

async fn a_consent_is_remembered_for_account_and_service_until_it_is_withdrawn(world: World) {
    let (owner, other) = (world.owner().await, world.owner().await);
    let (client, elsewhere) = (world.service().await, world.service().await);
    let kept = world.authorization_request(&client);
    world.store.insert_authorization_request(kept.clone()).await.unwrap();
    let given = |disclosures: &[Disclosure], seconds| Consent {
        account_id: owner.account.clone(),
        client_id: client.id.clone(),
        disclosures: disclosures.iter().copied().collect::<Disclosures>(),
        given_at: at(seconds),
    };
    let first = given(&[Disclosure::Identifier], 1);
    world.store.give_consent(kept.id.clone(), first.clone()).await.unwrap();
    let find = async |account, client| world.store.find_consent(account, client).await.unwrap();
    assert_eq!(find(owner.account.clone(), client.id.clone()).await, Some(first));
    assert_eq!(find(other.account.clone(), client.id.clone()).await, None);
    assert_eq!(find(owner.account.clone(), elsewhere.id.clone()).await, None);
    let found = world.store.find_authorization_request(kept.id.clone(), kept.browser).await.unwrap().unwrap();
    assert_eq!(found.consented_account, Some(owner.account.clone()));

    let second = given(&[Disclosure::Identifier, Disclosure::Email, Disclosure::OfflineAccess], 2);
    world.store.give_consent(kept.id.clone(), second.clone()).await.unwrap();
    assert_eq!(world.store.list_consents(owner.account.clone()).await.unwrap(), [second]);
    let withdraw =
        async || world.store.withdraw_consent(owner.account.clone(), client.id.clone(), at(3)).await.unwrap();
    assert!(withdraw().await);
    assert!(!withdraw().await);
    assert_eq!(find(owner.account.clone(), client.id.clone()).await, None);
}

async fn a_pushed_request_is_its_clients_for_its_time_and_one_answer(world: World) {
    let (owner, client) = (world.owner().await, world.service().await);
    let pushed = world.pushed_request(&client);
    world.store.insert_pushed_request(pushed.clone()).await.unwrap();
    let find = async |client: &idp_domain::client::Client, seconds| {
        world.store.find_pushed_request(pushed.reference, client.id.clone(), at(seconds)).await.unwrap()
    };
    assert_eq!(find(&client, 60).await.unwrap().nonce.as_deref(), Some("nonce"));
    assert!(find(&client, 61).await.is_none(), "too late");
    assert!(find(&world.service().await, 1).await.is_none(), "another client's");
    // Cancelling answers it too.
    let mut kept = world.authorization_request(&client);
    kept.pushed = Some(pushed.reference);
    world.store.insert_authorization_request(kept.clone()).await.unwrap();
    assert!(world.store.cancel_authorization_request(kept.id, at(2)).await.unwrap());
    assert!(find(&client, 3).await.is_none(), "answered");
    let mut code = world.code_to_issue(&owner, &client, at(3));
    code.pushed = Some(pushed.reference);
    assert!(!world.store.issue_code(code).await.unwrap());
    assert_eq!(world.count("authorization_code"), 0);
}

on_both_databases! {
    a_consent_is_remembered_for_account_and_service_until_it_is_withdrawn
    a_pushed_request_is_its_clients_for_its_time_and_one_answer
}
