//! Mutual TLS (RFC 8705) behind a proxy that ends the connection: its header is believed, nobody else's.

use crate::asserts::is_oauth_error;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::jwk::KeyMaterial;
use idp_server::adapters::client_certificate::ClientCertificate;
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{ClientKey, Database, JwksServer, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_certificate_with_the_registered_name_proves_the_client
    a_self_signed_certificate_proves_by_its_key
}

// Made once with the Python package `cryptography`, good from 2020 to 2120; nobody has the private keys.
const NAMED: &str = include_str!("certificates/named.pem");
const OTHER: &str = include_str!("certificates/other.pem");
const RSA: &str = include_str!("certificates/self_signed_rsa.pem");
const P384: &str = include_str!("certificates/self_signed_p384.pem");
const ED25519: &str = include_str!("certificates/self_signed_ed25519.pem");

const BEHIND_A_PROXY: [(&str, &str); 2] =
    [("IDP_SERVER__TRUSTED_PROXIES", "127.0.0.1"), ("IDP_SERVER__CLIENT_CERTIFICATE_HEADER", "Client-Cert")];

/// As nginx's `$ssl_client_escaped_cert`.
fn escaped(pem: &str) -> String {
    url::form_urlencoded::byte_serialize(pem.as_bytes()).collect::<String>().replace('+', "%20")
}

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

async fn ask(idp: &TestIdp, service: &Service, headers: &[(&str, &str)]) -> Page {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", "none"),
        ("redirect_uri", "https://x.test/"),
        ("client_id", service.client.id.as_str()),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request =
        idp.http().post(format!("{}/token", idp.issuer)).header("Content-Type", FORM).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    page_of(request.send().await.unwrap()).await
}

async fn is_taken(idp: &TestIdp, service: &Service, headers: &[(&str, &str)]) -> bool {
    let page = ask(idp, service, headers).await;
    if page.status == 400 {
        assert_eq!(page.json()["error"], "invalid_grant", "{page:?}");
        return true;
    }
    is_oauth_error(&page, 401, &["invalid_client"]);
    false
}

async fn named(idp: &TestIdp, line: &str) -> Service {
    idp.service_with(&format!("token_endpoint_auth_method = \"tls_client_auth\"\n{line}\n")).await
}

async fn a_certificate_with_the_registered_name_proves_the_client(database: Database) {
    let idp = TestIdp::start_with(database, &BEHIND_A_PROXY).await;
    let (certificate, other) = (escaped(NAMED), escaped(OTHER));
    for (line, taken) in [
        (r#"tls_client_auth_subject_dn = "CN=fishing é,O=Ministry of Lakes\\, Rivers,C=CA""#, true),
        (r#"tls_client_auth_subject_dn = "C=CA,O=Ministry of Lakes\\, Rivers,CN=fishing é""#, false),
        (r#"tls_client_auth_subject_dn = "CN=fishing é""#, false),
        (r#"tls_client_auth_san_dns = "fishing.example.test""#, true),
        (r#"tls_client_auth_san_dns = "example.test""#, false),
        (r#"tls_client_auth_san_uri = "https://fishing.example.test/id""#, true),
        (r#"tls_client_auth_san_uri = "https://fishing.example.test/""#, false),
        (r#"tls_client_auth_san_ip = "192.0.2.7""#, true),
        (r#"tls_client_auth_san_ip = "2001:db8:0::7""#, true),
        (r#"tls_client_auth_san_ip = "192.0.2.8""#, false),
        (r#"tls_client_auth_san_email = "fishing@example.test""#, true),
        (r#"tls_client_auth_san_email = "fishing.example.test""#, false),
    ] {
        let service = named(&idp, line).await;
        for (certificate, taken) in [(&certificate, taken), (&other, false)] {
            let headers = [("Client-Cert", certificate.as_str()), ("Client-Cert-Verify", "SUCCESS")];
            assert_eq!(is_taken(&idp, &service, &headers).await, taken, "{line}");
        }
        assert!(!is_taken(&idp, &service, &[]).await, "{line}");
    }
}

#[tokio::test]
async fn what_the_proxy_does_not_vouch_for_proves_nobody() {
    let idp = TestIdp::start_with(Database::Sqlite, &BEHIND_A_PROXY).await;
    let service = named(&idp, r#"tls_client_auth_san_dns = "fishing.example.test""#).await;
    let certificate = escaped(NAMED);
    let rfc9440 = format!(":{}:", base64_of(NAMED));
    for (headers, taken) in [
        (vec![("Client-Cert", certificate.as_str())], false),
        (vec![("client-cert", &rfc9440), ("client-cert-verify", "SUCCESS")], true),
        (vec![("Client-Cert", &certificate), ("Client-Cert-Verify", "SUCCESS")], true),
        (vec![("Client-Cert", &certificate), ("Client-Cert-Verify", "")], false),
        (
            vec![
                ("Client-Cert", &certificate),
                ("Client-Cert-Verify", "SUCCESS"),
                ("Client-Cert-Verify", "SUCCESS"),
            ],
            false,
        ),
        (
            vec![("Client-Cert", &certificate), ("Client-Cert-Verify", "FAILED:self-signed certificate")],
            false,
        ),
        (vec![("Client-Cert", &certificate), ("Client-Cert-Verify", "NONE")], false),
        (
            vec![
                ("Client-Cert", &certificate),
                ("Client-Cert-Verify", "SUCCESS"),
                ("Client-Cert-Verify", "NONE"),
            ],
            false,
        ),
        (vec![("Client-Cert", &certificate), ("Client-Cert", &certificate)], false),
        (vec![("X-Client-Cert", &certificate)], false),
    ] {
        assert_eq!(is_taken(&idp, &service, &headers).await, taken, "{headers:?}");
    }
    let cut = &rfc9440[..400];
    for nonsense in
        ["", ":", "::", ":AAAA:", "%", "%zz", "-----BEGIN CERTIFICATE-----", "AAAA", cut, &"A".repeat(20_000)]
    {
        assert!(!is_taken(&idp, &service, &[("Client-Cert", nonsense)]).await, "{nonsense}");
    }
    // Before and after its time.
    idp.advance(Duration::from_hours(24 * 366 * 100));
    assert!(!is_taken(&idp, &service, &[("Client-Cert", &certificate)]).await, "expired");
}

#[tokio::test]
async fn a_header_of_anybody_but_a_trusted_proxy_is_nothing() {
    let elsewhere = [("IDP_SERVER__TRUSTED_PROXIES", "192.0.2.1"), BEHIND_A_PROXY[1]];
    for settings in [&elsewhere[..], &[]] {
        let idp = TestIdp::start_with(Database::Sqlite, settings).await;
        let service = named(&idp, r#"tls_client_auth_san_dns = "fishing.example.test""#).await;
        let headers = [("Client-Cert", escaped(NAMED)), ("X-Forwarded-For", "192.0.2.1".into())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert!(!is_taken(&idp, &service, &headers).await);
        let listed = &idp.visitor().get("/.well-known/openid-configuration").await.json()["token_endpoint_auth_methods_supported"];
        let offered = listed.as_array().unwrap().contains(&json!("tls_client_auth"));
        assert_eq!(offered, !settings.is_empty(), "{listed}");
    }
}

/// The certificate's key as its owner would register it.
fn jwk_of(pem: &str) -> Value {
    let b64 = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let certificate = ClientCertificate::from_header(&escaped(pem)).unwrap();
    match certificate.key.unwrap() {
        KeyMaterial::Rsa { n, e } => json!({"kty": "RSA", "n": b64(&n), "e": b64(&e)}),
        KeyMaterial::Ec { curve, x, y } => {
            json!({"kty": "EC", "crv": curve.as_str(), "x": b64(&x), "y": b64(&y), "x5c": [base64_of(pem)]})
        }
        KeyMaterial::Ed25519 { x } => json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&x)}),
    }
}

async fn a_self_signed_certificate_proves_by_its_key(database: Database) {
    let idp = TestIdp::start_with(database, &BEHIND_A_PROXY).await;
    let all = [NAMED, RSA, P384, ED25519];
    for pem in all {
        let key = ClientKey {
            jwk: jwk_of(pem),
            ..ClientKey::new(idp_domain::signing_key::SigningAlgorithm::Es256)
        };
        let lines = "token_endpoint_auth_method = \"self_signed_tls_client_auth\"\n";
        let service =
            idp.service_with(&format!("{lines}{}", idp_tests::idp::keys::inline_jwks(&[&key]))).await;
        for other in all.into_iter().chain([OTHER]) {
            // No authority has signed it, and none has to.
            let certificate = escaped(other);
            let headers =
                [("Client-Cert", certificate.as_str()), ("Client-Cert-Verify", "FAILED:self-signed")];
            assert_eq!(is_taken(&idp, &service, &headers).await, other == pem);
        }
        assert!(!is_taken(&idp, &service, &[]).await);
    }
    // A published key set is looked at anew when a new certificate comes.
    let [one, two] = [NAMED, RSA].map(|pem| ClientKey {
        jwk: jwk_of(pem),
        ..ClientKey::new(idp_domain::signing_key::SigningAlgorithm::Es256)
    });
    let server = JwksServer::start(&[&one]);
    let lines = "token_endpoint_auth_method = \"self_signed_tls_client_auth\"\n";
    let service = idp.service_with(&format!("{lines}jwks_uri = \"{}\"\n", server.uri)).await;
    let [first, second] = [NAMED, RSA].map(escaped);
    assert!(is_taken(&idp, &service, &[("Client-Cert", &first)]).await);
    assert!(!is_taken(&idp, &service, &[("Client-Cert", &second)]).await);
    server.publish(&[&one, &two]);
    idp.advance(Duration::from_mins(1));
    assert!(is_taken(&idp, &service, &[("Client-Cert", &second)]).await);
    assert_eq!(server.fetched(), 2);
}

proptest! {
    #[test]
    fn no_header_panics_and_no_changed_certificate_gains_a_name(at in any::<proptest::sample::Index>(), byte in any::<u8>(), text in "\\PC{0,100}") {
        let _ = ClientCertificate::from_header(&text);
        let mut der = base64::prelude::BASE64_STANDARD.decode(base64_of(OTHER)).unwrap();
        let at = at.index(der.len());
        der[at] = byte;
        let header = format!(":{}:", base64::prelude::BASE64_STANDARD.encode(&der));
        if let Some(certificate) = ClientCertificate::from_header(&header) {
            let name = idp_domain::client::CertificateSubject::SanDns("fishing.example.test".into());
            prop_assert!(!certificate.names(&name));
        }
        let cut = format!(":{}:", base64::prelude::BASE64_STANDARD.encode(&der[..at]));
        prop_assert!(ClientCertificate::from_header(&cut).is_none());
    }
}
