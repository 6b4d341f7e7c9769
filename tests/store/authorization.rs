//! Kept requests, codes and access tokens.

use crate::builders::{Owner, VERIFIER};
use crate::world::{World, at};
use idp_domain::authorization::code::RedemptionError;
use idp_domain::client::Client;
use idp_domain::grant::access::Access;
use idp_store::{IssueCode, RedeemCode, RedemptionOutcome};

/// An account, a service and an issued code that lives until `at(60)`.
async fn issued(world: &World) -> (Owner, Client, IssueCode) {
    let (owner, client) = (world.owner().await, world.service().await);
    let code = world.code_to_issue(&owner, &client, at(0));
    assert!(world.store.issue_code(code.clone()).await.unwrap());
    (owner, client, code)
}

/// What a refusal says; `None` where the code was redeemed.
async fn redeem(world: &World, redemption: &RedeemCode) -> Option<RedemptionError> {
    match world.store.redeem_code(redemption.clone()).await.unwrap() {
        RedemptionOutcome::Redeemed(_) => None,
        RedemptionOutcome::Refused(error) => Some(error),
    }
}

async fn opens(world: &World, redemption: &RedeemCode, seconds: u64) -> bool {
    world.store.find_access_token(redemption.token.hash, at(seconds)).await.unwrap().is_some()
}

async fn a_code_buys_an_access_token_and_connects_the_service(world: World) {
    let (owner, client, code) = issued(&world).await;
    let redemption = world.redemption(&code, at(60));
    let RedemptionOutcome::Redeemed(redeemed) = world.store.redeem_code(redemption.clone()).await.unwrap()
    else {
        panic!("the last second counts");
    };
    assert_eq!((redeemed.grant.account_id, redeemed.nonce), (owner.account.clone(), Some("nonce".into())));
    assert_eq!(redeemed.access, Access { scope: code.code.scope.clone(), audience: Vec::new() });
    assert!(redeemed.grant.refresh.is_none(), "this client may not refresh");
    let facts = world.store.find_access_token(redemption.token.hash, at(61)).await.unwrap().unwrap();
    assert_eq!((facts.client_id, facts.account_id), (client.id.clone(), owner.account.clone()));
    assert_eq!((facts.access.scope, facts.grant_id), (code.code.scope, code.code.grant_id));
    assert_eq!((facts.issued_at, facts.expires_at, facts.authenticated_at), (at(60), at(3660), at(0)));
    assert!(opens(&world, &redemption, 3660).await);
    assert!(!opens(&world, &redemption, 3661).await, "an hour is over");
    assert!(world.store.find_access_token(world.token(), at(61)).await.unwrap().is_none());

    let second = world.code_to_issue(&owner, &client, at(100));
    world.store.issue_code(second.clone()).await.unwrap();
    assert_eq!(redeem(&world, &world.redemption(&second, at(101))).await, None);
    let connected = world.store.list_connected_services(owner.account).await.unwrap();
    assert_eq!(connected.len(), 1);
    assert_eq!(connected[0].client, client);
    assert_eq!((connected[0].first_used_at, connected[0].last_used_at), (at(60), at(101)));
}

async fn a_replay_is_refused_and_revokes_what_the_code_bought(world: World) {
    let (owner, client, code) = issued(&world).await;
    let other = world.code_to_issue(&owner, &client, at(0));
    world.store.issue_code(other.clone()).await.unwrap();
    let (first, second) = (world.redemption(&code, at(1)), world.redemption(&code, at(2)));
    let bystander = world.redemption(&other, at(1));
    assert_eq!(redeem(&world, &first).await, None);
    assert_eq!(redeem(&world, &bystander).await, None);
    assert!(opens(&world, &first, 2).await);
    assert_eq!(redeem(&world, &second).await, Some(RedemptionError::Replayed));
    assert!(!opens(&world, &first, 2).await, "RFC 6749 section 4.1.2");
    assert!(!opens(&world, &second, 2).await);
    assert!(opens(&world, &bystander, 2).await, "another grant goes on");
    assert_eq!(redeem(&world, &second).await, Some(RedemptionError::Replayed));
}

async fn another_client_can_not_redeem_a_code_nor_spend_or_revoke_it(world: World) {
    let (_, _, code) = issued(&world).await;
    let thief = world.service().await;
    let mut stolen = world.redemption(&code, at(1));
    stolen.client_id = thief.id;
    assert_eq!(redeem(&world, &stolen).await, Some(RedemptionError::OtherClient));
    let redemption = world.redemption(&code, at(2));
    assert_eq!(redeem(&world, &redemption).await, None, "untouched");
    assert_eq!(redeem(&world, &stolen).await, Some(RedemptionError::OtherClient));
    assert!(opens(&world, &redemption, 3).await, "not a replay by its client");
}

async fn an_expired_or_unknown_code_is_refused(world: World) {
    let (_, _, code) = issued(&world).await;
    let late = world.redemption(&code, at(61));
    assert_eq!(redeem(&world, &late).await, Some(RedemptionError::Expired));
    assert!(!opens(&world, &late, 61).await);
    let mut unknown = world.redemption(&code, at(1));
    unknown.hash = world.token();
    assert_eq!(redeem(&world, &unknown).await, Some(RedemptionError::Unknown));
}

async fn a_wrong_verifier_or_address_is_refused_and_leaves_the_code_usable(world: World) {
    let (_, _, code) = issued(&world).await;
    let right = world.redemption(&code, at(1));
    let wrong = |verifier: Option<&str>, uri: Option<&str>| RedeemCode {
        code_verifier: verifier.map(str::to_owned),
        redirect_uri: uri.map(str::to_owned),
        ..right.clone()
    };
    let uri = right.redirect_uri.as_deref();
    let other_verifier = VERIFIER.replace('d', "e");
    let refused = RedemptionError::Verifier;
    assert_eq!(redeem(&world, &wrong(Some(&other_verifier), uri)).await, Some(refused));
    assert_eq!(redeem(&world, &wrong(None, uri)).await, Some(refused));
    let elsewhere = Some("https://fishing.example/callback/");
    assert_eq!(redeem(&world, &wrong(Some(VERIFIER), elsewhere)).await, Some(RedemptionError::RedirectUri));
    assert_eq!(redeem(&world, &wrong(Some(VERIFIER), None)).await, Some(RedemptionError::RedirectUri));
    assert!(!opens(&world, &right, 1).await);
    assert_eq!(redeem(&world, &right).await, None, "who has not the verifier can't spend the code");
}

async fn a_verifier_without_a_challenge_is_refused(world: World) {
    let (owner, client, _) = issued(&world).await;
    let mut plain = world.code_to_issue(&owner, &client, at(0));
    plain.code.code_challenge = None;
    world.store.issue_code(plain.clone()).await.unwrap();
    let mut redemption = world.redemption(&plain, at(1));
    assert_eq!(redeem(&world, &redemption).await, Some(RedemptionError::UnexpectedVerifier));
    redemption.code_verifier = None;
    assert_eq!(redeem(&world, &redemption).await, None);
}

async fn a_code_dies_with_its_session_and_with_its_account(world: World) {
    let (owner, client, code) = issued(&world).await;
    world.store.end_session(owner.session.id.clone(), None, at(1)).await.unwrap();
    let redemption = world.redemption(&code, at(2));
    assert_eq!(redeem(&world, &redemption).await, Some(RedemptionError::Ended));
    assert!(!opens(&world, &redemption, 2).await);

    let (owner, locked) = (world.owner().await, world.owner().await);
    let live = world.code_to_issue(&owner, &client, at(0));
    let dead = world.code_to_issue(&locked, &client, at(0));
    let later = world.code_to_issue(&locked, &client, at(0));
    for code in [&live, &dead, &later] {
        world.store.issue_code(code.clone()).await.unwrap();
    }
    let bought_before = world.redemption(&dead, at(2));
    assert_eq!(redeem(&world, &bought_before).await, None);
    world.execute(&format!("UPDATE account SET status = 'locked' WHERE id = '{}'", locked.account));
    assert_eq!(redeem(&world, &world.redemption(&later, at(3))).await, Some(RedemptionError::Ended));
    assert!(!opens(&world, &bought_before, 3).await, "a locked account's token opens nothing");
    assert_eq!(redeem(&world, &world.redemption(&live, at(3))).await, None);
}

async fn a_kept_request_is_for_its_browser_and_is_answered_once(world: World) {
    let (owner, client, _) = issued(&world).await;
    let new = world.authorization_request(&client);
    world.store.insert_authorization_request(new.clone()).await.unwrap();
    let find = async |browser| world.store.find_authorization_request(new.id.clone(), browser).await.unwrap();
    assert!(find(world.token()).await.is_none(), "another browser");
    let kept = find(new.browser).await.unwrap();
    assert_eq!((kept.account_chosen, kept.completed, kept.expires_at), (false, false, at(3600)));
    assert_eq!(kept.request.destination, new.request.destination);
    assert_eq!(kept.request.nonce, new.request.nonce);

    world.store.choose_account(new.id.clone()).await.unwrap();
    assert!(find(new.browser).await.unwrap().account_chosen);
    let mut code = world.code_to_issue(&owner, &client, at(10));
    code.request_id = Some(new.id.clone());
    assert!(world.store.issue_code(code.clone()).await.unwrap());
    assert!(find(new.browser).await.unwrap().completed);

    let mut second = world.code_to_issue(&owner, &client, at(11));
    second.request_id = Some(new.id.clone());
    assert!(!world.store.issue_code(second.clone()).await.unwrap());
    assert_eq!(redeem(&world, &world.redemption(&second, at(12))).await, Some(RedemptionError::Unknown));
    assert!(!world.store.cancel_authorization_request(new.id.clone(), at(12)).await.unwrap());
}

async fn a_cancelled_request_gets_no_code(world: World) {
    let (owner, client, _) = issued(&world).await;
    let new = world.authorization_request(&client);
    world.store.insert_authorization_request(new.clone()).await.unwrap();
    assert!(world.store.cancel_authorization_request(new.id.clone(), at(1)).await.unwrap());
    assert!(!world.store.cancel_authorization_request(new.id.clone(), at(2)).await.unwrap());
    let mut code = world.code_to_issue(&owner, &client, at(3));
    code.request_id = Some(new.id);
    assert!(!world.store.issue_code(code).await.unwrap());
}

on_both_databases! {
    a_code_buys_an_access_token_and_connects_the_service
    a_replay_is_refused_and_revokes_what_the_code_bought
    another_client_can_not_redeem_a_code_nor_spend_or_revoke_it
    an_expired_or_unknown_code_is_refused
    a_wrong_verifier_or_address_is_refused_and_leaves_the_code_usable
    a_verifier_without_a_challenge_is_refused
    a_code_dies_with_its_session_and_with_its_account
    a_kept_request_is_for_its_browser_and_is_answered_once
    a_cancelled_request_gets_no_code
}
