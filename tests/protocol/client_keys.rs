//! The relying services' key sets: fetched when needed, kept, and never asked for more than is fair.

use idp_domain::signing_key::SigningAlgorithm::{EdDsa, Es256, Rs256};
use idp_tests::idp::{ClientKey, Database, JwksServer, Service, TestIdp};
use std::time::Duration;

async fn scene(keys: &[&ClientKey]) -> (TestIdp, JwksServer, Service) {
    let (idp, server) = (TestIdp::start(Database::Sqlite).await, JwksServer::start(keys));
    let service = service_at(&idp, &server).await;
    (idp, server, service)
}

async fn service_at(idp: &TestIdp, server: &JwksServer) -> Service {
    let lines = format!("token_endpoint_auth_method = \"private_key_jwt\"\njwks_uri = \"{}\"\n", server.uri);
    idp.service_with(&lines).await
}

async fn finds(idp: &TestIdp, service: &Service, key: &ClientKey) -> usize {
    idp.app.client_keys.find(&service.client, Some(key.kid()), key.algorithm, idp.now()).await.len()
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_key_set_is_fetched_once_and_kept_as_long_as_it_says() {
    let (one, other) = (ClientKey::new(Es256), ClientKey::new(EdDsa));
    let (idp, server, service) = scene(&[&one, &other]).await;
    for key in [&one, &other, &one] {
        assert_eq!(finds(&idp, &service, key).await, 1);
    }
    let without_name = idp.app.client_keys.find(&service.client, None, Es256, idp.now()).await;
    assert_eq!((without_name.len(), server.fetched()), (1, 1));
    idp.advance(599 * SECOND);
    assert_eq!((finds(&idp, &service, &one).await, server.fetched()), (1, 1));
    // A key that was taken out is out here too once the set is old.
    server.publish(&[&other]);
    idp.advance(2 * SECOND);
    assert_eq!((finds(&idp, &service, &one).await, server.fetched()), (0, 2));
    // Bounds: a year is an hour, nothing is a minute.
    server.change(|published| published.cache_control = "max-age=31536000".into());
    idp.advance(601 * SECOND);
    assert_eq!((finds(&idp, &service, &other).await, server.fetched()), (1, 3));
    idp.advance(3601 * SECOND);
    server.change(|published| published.cache_control = "no-store, max-age=0".into());
    assert_eq!((finds(&idp, &service, &other).await, server.fetched()), (1, 4));
    idp.advance(59 * SECOND);
    assert_eq!((finds(&idp, &service, &other).await, server.fetched()), (1, 4));
}

#[tokio::test]
async fn oidcc_refresh_token_rp_key_rotation_a_new_key_is_found_and_invented_ones_flood_nobody() {
    let (old, new) = (ClientKey::new(Es256), ClientKey::new(Es256));
    let (idp, server, service) = scene(&[&old]).await;
    assert_eq!(finds(&idp, &service, &old).await, 1);
    server.publish(&[&old, &new]);
    idp.advance(60 * SECOND);
    assert_eq!((finds(&idp, &service, &new).await, server.fetched()), (1, 2));
    for _ in 0..20 {
        assert_eq!(finds(&idp, &service, &ClientKey::new(Es256)).await, 0);
    }
    assert_eq!((finds(&idp, &service, &new).await, server.fetched()), (1, 2));
    idp.advance(30 * SECOND);
    assert_eq!((finds(&idp, &service, &ClientKey::new(Es256)).await, server.fetched()), (0, 3));
}

#[tokio::test]
async fn many_at_once_fetch_once() {
    let key = ClientKey::new(Es256);
    let (idp, server, service) = scene(&[&key]).await;
    server.change(|published| published.delay = SECOND / 10);
    let found = futures_util::future::join_all((0..20).map(|_| finds(&idp, &service, &key))).await;
    assert_eq!((found, server.fetched()), (vec![1; 20], 1));
}

#[tokio::test]
async fn old_keys_serve_on_while_the_address_is_down_for_a_day() {
    let key = ClientKey::new(Es256);
    let (idp, server, service) = scene(&[&key]).await;
    assert_eq!(finds(&idp, &service, &key).await, 1);
    for body in ["{}", "", "nonsense", "{\"keys\":7}", &"x".repeat(65 * 1024)] {
        server.change(|published| published.body = body.to_owned());
        idp.advance(Duration::from_hours(2));
        assert_eq!(finds(&idp, &service, &key).await, 1, "{}", body.len());
    }
    server.change(|published| published.status = 500);
    idp.advance(Duration::from_hours(13));
    assert_eq!((finds(&idp, &service, &key).await, server.fetched()), (1, 7));
    idp.advance(Duration::from_hours(2));
    assert_eq!((finds(&idp, &service, &key).await, server.fetched()), (0, 8));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_private_key_is_no_key() {
    let key = ClientKey::new(Es256);
    let (idp, server, service) = scene(&[&key]).await;
    server.change(|published| published.status = 302);
    assert_eq!(finds(&idp, &service, &key).await, 0);
    let mut private = key.jwk.clone();
    private["d"] = "AAAA".into();
    server.change(|published| {
        published.status = 200;
        published.body = serde_json::json!({"keys": [private]}).to_string();
    });
    idp.advance(31 * SECOND);
    assert_eq!((finds(&idp, &service, &key).await, server.fetched()), (0, 2));
}

#[tokio::test]
async fn a_key_is_found_for_its_own_algorithm_only() {
    let key = ClientKey::new(Es256);
    let (idp, _server, service) = scene(&[&key]).await;
    for algorithm in [Rs256, EdDsa] {
        let found = idp.app.client_keys.find(&service.client, Some(key.kid()), algorithm, idp.now()).await;
        assert_eq!(found.len(), 0);
    }
}
