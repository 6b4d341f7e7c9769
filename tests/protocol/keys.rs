//! Keys on their way from published to removed, while relying services keep the key set as long as they may.

use idp_tests::idp::service::verify_with;
use idp_tests::idp::{Account, Database, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_104_keys_rotate_by_schedule_and_no_caching_service_meets_an_unknown_key
    oidcc_server_rotate_keys_old_and_new_keys_are_both_listed
    two_nodes_sign_with_the_same_keys
}

const HOUR: Duration = Duration::from_hours(1);

/// A relying service that keeps the key set for its `max-age`.
struct CachingService {
    service: Service,
    set: Option<(i64, JwkSet)>,
    fetched: usize,
}

impl CachingService {
    async fn verify(&mut self, idp: &TestIdp, id_token: &str) -> Result<Value, String> {
        let now = idp.now().seconds();
        if self.set.as_ref().is_none_or(|(until, _)| now >= *until) {
            let page = idp.visitor().get("/jwks").await;
            let seconds: i64 =
                page.header("cache-control").split_once("max-age=").unwrap().1.parse().unwrap();
            self.set = Some((now + seconds, serde_json::from_value(page.json()).unwrap()));
            self.fetched += 1;
        }
        verify_with(&self.set.as_ref().unwrap().1, &self.service, &idp.issuer, id_token)
    }
}

async fn scene(database: Database) -> (TestIdp, CachingService, Visitor, Account) {
    // Two days of rotation: a key every 6 hours, published 3 hours ahead, cached for one.
    let settings = [
        ("IDP_KEYS__ROTATE_EVERY", "6h"),
        ("IDP_KEYS__PUBLISH_AHEAD", "3h"),
        ("IDP_KEYS__JWKS_MAX_AGE", "1h"),
    ];
    let idp = TestIdp::start_with(database, &settings).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    (idp, CachingService { service, set: None, fetched: 0 }, visitor, account)
}

async fn kids(idp: &TestIdp) -> BTreeSet<String> {
    let set = idp.visitor().get("/jwks").await.json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn sc_104_keys_rotate_by_schedule_and_no_caching_service_meets_an_unknown_key(database: Database) {
    let (idp, mut caching, visitor, account) = scene(database).await;
    let mut signed_with = BTreeSet::new();
    let mut previous: Option<String> = None;
    for _ in 0..24 {
        idp.advance(HOUR);
        idp.tend_keys().await;
        let service = caching.service.clone();
        let request = service.request();
        let page = idp.authorize(&visitor, &request, &account).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        let token =
            idp.redeem(&service, &request, &code).await.json()["id_token"].as_str().unwrap().to_owned();
        signed_with.insert(jsonwebtoken::decode_header(&token).unwrap().kid.unwrap());
        caching.verify(&idp, &token).await.unwrap();
        // A token of up to its own life ago verifies too.
        if let Some(old) = previous.replace(token) {
            verify_with(&caching.set.as_ref().unwrap().1, &service, &idp.issuer, &old).unwrap();
        }
    }
    assert!(signed_with.len() >= 4, "{} keys in a day", signed_with.len());
    assert!(caching.fetched >= 20, "the set was fetched {} times", caching.fetched);
    let promoted = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%key%'");
    assert!(promoted.len() >= 9, "rotations are on record: {promoted:?}");
    // What has left the set is gone from it, at most two generations and the next are listed.
    assert!(kids(&idp).await.len() <= 12, "{}", kids(&idp).await.len());
}

async fn oidcc_server_rotate_keys_old_and_new_keys_are_both_listed(database: Database) {
    let (idp, mut caching, visitor, account) = scene(database).await;
    let before = kids(&idp).await;
    let old = idp.sign_in_at(&visitor, &caching.service, &account).await.id_token;
    caching.verify(&idp, &old).await.unwrap();
    // Sign-ins go on while keys are promoted.
    idp.advance(6 * HOUR);
    let rotating = idp.tend_keys();
    let ((), tokens) = tokio::join!(rotating, idp.sign_in_at(&visitor, &caching.service, &account));
    caching.verify(&idp, &tokens.id_token).await.unwrap();
    let after = kids(&idp).await;
    assert!(before.is_subset(&after) && after.len() == before.len() + 4, "{before:?} {after:?}");
    let new = idp.sign_in_at(&visitor, &caching.service, &account).await.id_token;
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid;
    assert_ne!(kid(&old), kid(&new));
    idp.verify_id_token(&caching.service, &old).await;
    // A removed key still makes a good hint.
    idp.advance(2 * HOUR);
    idp.tend_keys().await;
    assert!(!kids(&idp).await.contains(&kid(&old).unwrap()));
    let page = visitor.get(&format!("/end-session?id_token_hint={old}")).await;
    assert!(page.has("sign-out-page") || page.location().is_some(), "{page:?}");
}

async fn two_nodes_sign_with_the_same_keys(database: Database) {
    let (idp, mut caching, visitor, account) = scene(database).await;
    let node = idp.another_node().await;
    let tokens = idp.sign_in_at(&visitor, &caching.service, &account).await;
    caching.verify(&idp, &tokens.id_token).await.unwrap();
    idp.advance(6 * HOUR);
    idp.tend_keys().await;
    // The other node follows without tending anything.
    let store = &node.store;
    node.keys.refresh(store, &node.data_keys.master).await.unwrap();
    assert_eq!(node.keys.jwks(), idp.app.keys.jwks());
    let schedule = node.key_schedule();
    let (tended, ()) = tokio::join!(
        idp_server::adapters::key_ring::tend(store, &node.data_keys.master, &schedule, idp.now()),
        idp.tend_keys()
    );
    tended.unwrap();
    let states = idp.query("SELECT algorithm || ' ' || state AS value FROM signing_key WHERE state IN ('active', 'next') ORDER BY 1");
    assert_eq!(states.len(), 8, "{states:?}");
}
