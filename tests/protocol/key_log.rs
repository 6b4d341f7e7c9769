//! Keys in an emergency, the exchange of the master key, and the public log of every key that ever signed.

use idp_domain::administration::Actor;
use idp_domain::signing_key_log::{ENTRY_TYPE, KeyLogEntry, KeyLogEvent};
use idp_server::adapters::key_log::{self, entry_hash};
use idp_server::adapters::key_ring::{self, KeyError};
use idp_store::{KeyRevocation, RevocationOutcome};
use idp_tests::idp::service::verify_with;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

on_sqlite_and_postgres! {
    every_key_that_signed_is_in_the_log_signed_by_the_key_before_it
    nodes_that_write_the_log_at_once_leave_no_gap
    a_revoked_key_leaves_at_once_and_only_its_own_tokens_fail
    a_node_follows_an_exchanged_master_key_and_one_without_it_adds_nothing
}

const HOUR: Duration = Duration::from_hours(1);
const PATH: &str = "/.well-known/signing-keys-log";

/// The log as an auditor checks it, from what anybody can fetch.
async fn verified_log(idp: &TestIdp) -> Vec<KeyLogEntry> {
    let document = idp.visitor().get(PATH).await.json();
    assert_eq!(document["issuer"], idp.issuer);
    let entries: Vec<String> = serde_json::from_value(document["entries"].clone()).unwrap();
    let mut keys: BTreeMap<String, Jwk> = BTreeMap::new();
    let mut began: Vec<String> = Vec::new();
    let mut revoked = BTreeSet::new();
    let mut verified = Vec::new();
    for (n, entry) in entries.iter().enumerate() {
        let header = decode_header(entry).unwrap();
        assert_eq!(header.typ.as_deref(), Some(ENTRY_TYPE));
        let signer = header.kid.unwrap();
        let claimed: KeyLogEntry = {
            let payload = entry.split('.').nth(1).unwrap();
            let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        let jwk: Jwk = serde_json::from_value(claimed.jwk.clone()).unwrap();
        let kid = jwk.common.key_id.clone().unwrap();
        assert_eq!(jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), kid);
        let is_revocation = claimed.event == KeyLogEvent::Revoked;
        let trusted = |other: &&String| !(revoked.contains(*other) || is_revocation && **other == kid);
        let expected = began.iter().rev().find(trusted).unwrap_or(&kid);
        assert_eq!(&signer, expected, "entry {} is signed by the key before it", n + 1);
        let key = keys.get(&signer).unwrap_or(&jwk);
        let mut validation = Validation::new(header.alg);
        validation.validate_exp = false;
        validation.set_issuer(&[&idp.issuer]);
        validation.set_required_spec_claims(&["iss"]);
        let entry_claims: KeyLogEntry =
            decode(entry, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap().claims;
        assert_eq!(entry_claims.number, i64::try_from(n).unwrap() + 1);
        let previous = n.checked_sub(1).map(|before| entry_hash(&entries[before])).unwrap_or_default();
        assert_eq!(entry_claims.previous, previous);
        match entry_claims.event {
            KeyLogEvent::Activated => began.push(kid.clone()),
            KeyLogEvent::Revoked => drop(revoked.insert(kid.clone())),
            KeyLogEvent::Retired => {}
        }
        keys.insert(kid, jwk);
        verified.push(entry_claims);
    }
    verified
}

fn events(log: &[KeyLogEntry], event: KeyLogEvent) -> usize {
    log.iter().filter(|entry| entry.event == event).count()
}

async fn every_key_that_signed_is_in_the_log_signed_by_the_key_before_it(database: Database) {
    let settings = [("IDP_KEYS__ROTATE_EVERY", "6h"), ("IDP_KEYS__PUBLISH_AHEAD", "3h")];
    let idp = TestIdp::start_with(database, &settings).await;
    idp.tend_keys().await;
    assert_eq!(verified_log(&idp).await.len(), 4, "a key of each algorithm signs; next ones have not signed");
    for _ in 0..3 {
        idp.advance(6 * HOUR);
        idp.tend_keys().await;
    }
    let log = verified_log(&idp).await;
    assert_eq!((events(&log, KeyLogEvent::Activated), events(&log, KeyLogEvent::Retired)), (16, 12));
    // What left the key set long ago is still here, with its times.
    let set = idp.visitor().get("/jwks").await.text();
    let first = log[0].jwk["kid"].as_str().unwrap();
    assert!(!set.contains(first));
    let document = idp.visitor().get(PATH).await.json();
    let summary = document["keys"].as_array().unwrap().iter().find(|key| key["kid"] == first).unwrap();
    assert!(
        summary["activated_at"].is_i64() && summary["retired_at"].is_i64() && summary["revoked_at"].is_null()
    );
    for private in ["\"d\"", "\"p\"", "\"q\"", "private"] {
        assert!(!document.to_string().contains(private), "{private}");
    }
    // Nothing is written twice, and other methods change nothing.
    idp.tend_keys().await;
    assert_eq!(verified_log(&idp).await, log);
    let refused = idp.http().delete(format!("{}{PATH}", idp.issuer)).send().await.unwrap();
    assert_eq!(refused.status(), 405);
}

async fn nodes_that_write_the_log_at_once_leave_no_gap(database: Database) {
    let idp = TestIdp::start(database).await;
    let node = idp.another_node().await;
    let write = async |app: &idp_server::app::App| {
        key_log::write(&app.store, &app.data_keys.master, &idp.issuer).await.unwrap();
    };
    tokio::join!(write(&idp.app), write(&node), write(&idp.app), write(&node));
    assert_eq!(verified_log(&idp).await.len(), 4);
}

async fn a_revoked_key_leaves_at_once_and_only_its_own_tokens_fail(database: Database) {
    let idp = TestIdp::start(database).await;
    let (service, visitor) = (idp.service().await, idp.visitor());
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    idp.advance(2 * HOUR);
    let cached: JwkSet = serde_json::from_value(idp.visitor().get("/jwks").await.json()).unwrap();
    let old = idp.sign_in_at(&visitor, &service, &account).await;
    let kid = decode_header(&old.id_token).unwrap().kid.unwrap();
    let revocation = KeyRevocation {
        kid: kid.clone(),
        reason: "it was seen in a backup".into(),
        by: Actor::Operator,
        now: idp.now(),
    };
    let (store, master) = (&idp.app.store, &idp.app.data_keys.master);
    let outcome = key_ring::revoke(store, master, revocation.clone()).await.unwrap();
    let RevocationOutcome::Revoked { promoted: Some(promoted) } = outcome else { panic!("{outcome:?}") };
    idp.tend_keys().await;
    // A service that keeps the set as long as it may knows the promoted key.
    let new = idp.sign_in_at(&visitor, &service, &account).await;
    assert_eq!(decode_header(&new.id_token).unwrap().kid, Some(promoted));
    verify_with(&cached, &service, &idp.issuer, &new.id_token).unwrap();
    let fresh: JwkSet = serde_json::from_value(idp.visitor().get("/jwks").await.json()).unwrap();
    assert!(fresh.find(&kid).is_none());
    assert!(verify_with(&fresh, &service, &idp.issuer, &old.id_token).is_err());
    assert_eq!(fresh.keys.len(), 8, "an active and a next key of each algorithm are there again");
    // What the revoked key signed is no hint any more: nothing ends by it.
    let page = visitor.get(&format!("/end-session?id_token_hint={}", old.id_token)).await;
    assert!(page.has("sign-out-page") && page.location().is_none(), "{page:?}");
    let page = visitor.get(&service.request().with("id_token_hint", &old.id_token).path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"));
    assert_eq!(key_ring::revoke(store, master, revocation).await.unwrap(), RevocationOutcome::Already);
    let log = verified_log(&idp).await;
    assert_eq!((events(&log, KeyLogEvent::Revoked), events(&log, KeyLogEvent::Activated)), (1, 5));
    let records = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%seen in a backup%'");
    assert_eq!(records.len(), 1);
}

async fn a_node_follows_an_exchanged_master_key_and_one_without_it_adds_nothing(database: Database) {
    const OTHER: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    let settings = [("IDP_KEYS__OTHER_MASTER_KEY", OTHER)];
    let idp = TestIdp::start_with(database, &settings).await;
    let (service, visitor) = (idp.service().await, idp.visitor());
    let account = idp.create_account(&visitor, "person@example.test").await;
    let before = idp.sign_in_at(&visitor, &service, &account).await;
    let mut stale = idp.environment().to_vec();
    stale.retain(|(name, _)| name != "IDP_KEYS__OTHER_MASTER_KEY");
    let stale = idp.another_node_with(stale).await;

    let new = idp_server::adapters::data_keys::Sealer::new(&{
        let mut key: Vec<u8> = (0..32).collect();
        key.reverse();
        key
    });
    let new = new.unwrap();
    let wrap = |name: &str, sealed: &[u8]| {
        let plain = idp.app.data_keys.master.open(name, sealed).unwrap();
        let to = new.seal(name, &plain).unwrap();
        idp_store::Rewrapped { name: name.to_owned(), from: sealed.to_vec(), to }
    };
    let store = &idp.app.store;
    let keys = store.list_signing_keys().await.unwrap();
    let keys: Vec<_> = keys.iter().map(|key| wrap(&key.kid, &key.private_key)).collect();
    let secrets = store.list_wrapped_secrets().await.unwrap();
    let secrets: Vec<_> = secrets.iter().map(|(name, sealed)| wrap(name, sealed)).collect();
    let few = keys[1..].to_vec();
    assert!(!store.rewrap(few, secrets.clone(), idp.now()).await.unwrap(), "a key is missing");
    assert!(store.rewrap(keys.clone(), secrets.clone(), idp.now()).await.unwrap());
    assert!(store.rewrap(keys, secrets, idp.now()).await.is_err(), "they rest otherwise now: all or nothing");

    // The running node rotates on, under the new key; people and services notice nothing.
    idp.advance(Duration::from_hours(24 * 91));
    idp.tend_keys().await;
    let visitor = idp.visitor();
    let after = idp.sign_in_at(&visitor, &service, &account).await;
    assert_eq!(before.claims["sub"], after.claims["sub"]);
    for key in store.list_signing_keys().await.unwrap() {
        assert!(new.open(&key.kid, &key.private_key).is_ok(), "{} rests under the new key", key.kid);
    }
    // A node that only has the old key signs on with what it holds, and publishes nothing that others couldn't open.
    let schedule = stale.key_schedule();
    let tended = key_ring::tend(&stale.store, &stale.data_keys.master, &schedule, idp.now());
    assert!(matches!(tended.await, Err(KeyError::Unusable)));
}
