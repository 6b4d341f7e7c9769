//! What programs do with a registration.

use super::{ClientMetadata, MetadataError, error, line_error};
use crate::authorization::scope::Scope;
use crate::client::distinguished_name::DistinguishedName;
use crate::client::{AccountKind, CertificateSubject, ClientAuthenticationMethod, ClientKeys};
use crate::jwk::PublicKey;
use crate::signing_key::SigningAlgorithm;
use serde_json::Value;
use std::net::IpAddr;

/// The grants that may be registered.
const GRANTS: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];
/// The most keys of a client.
const MOST_KEYS: usize = 20;

/// Checks grants, response types, accounts, secrets.
pub(super) fn check(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) {
    for (n, grant) in metadata.grant_types.iter().flatten().enumerate() {
        if !GRANTS.contains(&grant.as_str()) {
            errors.push(line_error(
                "grant_types",
                n,
                "authorization_code, refresh_token or client_credentials",
            ));
        }
    }
    let grants = metadata.grants();
    let has = |name: &str| grants.iter().any(|grant| grant == name);
    if has("refresh_token") && !has("authorization_code") {
        errors.push(error("grant_types", "refresh_token goes with authorization_code"));
    }
    for (n, response) in metadata.response_types.iter().flatten().enumerate() {
        if response != "code" {
            errors.push(line_error("response_types", n, "only code is offered"));
        }
    }
    if let Some(problem) = metadata.accounts.as_deref().and_then(accounts_problem) {
        errors.push(error("accounts", problem));
    }
    if !matches!(metadata.token_endpoint_auth_audience.as_deref(), None | Some("issuer" | "lenient")) {
        errors.push(error("token_endpoint_auth_audience", "issuer or lenient"));
    }
    if metadata.default_acr_values.len() > 10
        || metadata.default_acr_values.iter().any(|acr| acr.chars().count() > 200)
    {
        errors.push(error("default_acr_values", "at most 10 of at most 200 characters"));
    }
    check_credentials(metadata, errors);
}

fn check_credentials(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) {
    let method = metadata.method();
    if method == ClientAuthenticationMethod::None && metadata.require_pkce == Some(false) {
        errors.push(error("require_pkce", "a public client can't do without PKCE (RFC 9700 section 2.1.1)"));
    }
    // RFC 6749 section 4.4: the client credentials grant MUST only be used by confidential clients.
    if method == ClientAuthenticationMethod::None
        && metadata.grants().iter().any(|grant| grant == "client_credentials")
    {
        errors.push(error("grant_types", "a public client can't use client_credentials"));
    }
    match (&metadata.client_secret, method.has_secret()) {
        (Some(_), false) => errors.push(error("client_secret", "a client of this method has none")),
        (Some(secret), true) if secret.len() < 16 || secret.len() > 256 || !secret.is_ascii() => {
            errors.push(error("client_secret", "it must have 16 to 256 ASCII characters"));
        }
        _ => {}
    }
}

/// The scopes that the client may ask for.
pub(super) fn scopes(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) -> Vec<String> {
    let usual = if metadata.has_people() { "openid" } else { "" };
    let text = metadata.scope.as_deref().unwrap_or(usual);
    let mut scopes: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
    scopes.sort_unstable();
    scopes.dedup();
    if metadata.has_people() && !scopes.iter().any(|scope| scope == "openid") {
        errors.push(error("scope", "it must contain openid"));
    }
    if scopes.len() > 50 || !scopes.iter().all(|scope| Scope::is_sound(scope)) {
        errors.push(error(
            "scope",
            "at most 50 values as in RFC 6749 section 3.3, each at most 128 characters",
        ));
    }
    scopes
}

/// RFC 7591 section 2: `jwks_uri` and `jwks` MUST NOT both be present; a private key has no place in either.
pub(super) fn keys(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) -> ClientKeys {
    let method = metadata.method();
    let signs = method == ClientAuthenticationMethod::PrivateKeyJwt;
    let needed = signs || method == ClientAuthenticationMethod::SelfSignedTlsClientAuth;
    if needed && metadata.jwks.is_none() && metadata.jwks_uri.is_none() {
        errors.push(error("jwks_uri", "this method of authentication needs jwks_uri or jwks"));
    }
    match (&metadata.jwks, &metadata.jwks_uri) {
        (None, None) => ClientKeys::None,
        (None, Some(uri)) => ClientKeys::Uri(uri.clone()),
        (Some(_), Some(_)) => {
            errors.push(error("jwks_uri", "jwks and jwks_uri can't both be there"));
            ClientKeys::None
        }
        (Some(jwks), None) => {
            if let Err(problem) = check_key_set(jwks) {
                errors.push(error("jwks", problem));
            } else if signs && !can_sign(jwks, metadata.token_endpoint_auth_signing_alg) {
                errors.push(error(
                    "jwks",
                    "none of its keys can prove the client: RSA of 2048 bits or more, P-256 or Ed25519, as \
                     token_endpoint_auth_signing_alg asks",
                ));
            }
            ClientKeys::Inline(jwks.clone())
        }
    }
}

/// Whether one of the keys verifies the registered algorithm, or any of ours.
fn can_sign(jwks: &Value, registered: Option<SigningAlgorithm>) -> bool {
    let fits = |key: &PublicKey| {
        SigningAlgorithm::ALL
            .into_iter()
            .any(|one| registered.is_none_or(|only| only == one) && key.fits(one))
    };
    PublicKey::parse_set(jwks).is_some_and(|keys| keys.iter().any(fits))
}

/// Whether a key set has the form of RFC 7517 section 5 and public keys only.
fn check_key_set(jwks: &Value) -> Result<(), &'static str> {
    let keys =
        jwks.get("keys").and_then(Value::as_array).ok_or("it must be an object with a list \"keys\"")?;
    if keys.is_empty() || keys.len() > MOST_KEYS {
        return Err("it must have 1 to 20 keys");
    }
    for key in keys {
        let kind = key.get("kty").and_then(Value::as_str);
        if !matches!(kind, Some("RSA" | "EC" | "OKP")) {
            return Err("each key must be RSA, EC or OKP");
        }
        if ["d", "p", "q", "dp", "dq", "qi", "k", "oth"].iter().any(|name| key.get(name).is_some()) {
            return Err(
                "a private key is in it: register public keys, and make a new pair, since this one was shown",
            );
        }
    }
    Ok(())
}

/// Whether a certificate could have such a name.
fn is_sound(subject: &CertificateSubject) -> bool {
    let text = |text: &str| !text.is_empty() && text.len() <= 255 && text.is_ascii();
    match subject {
        CertificateSubject::SubjectDn(name) => DistinguishedName::parse(name).is_some(),
        CertificateSubject::SanIp(ip) => ip.parse::<IpAddr>().is_ok(),
        CertificateSubject::SanDns(name)
        | CertificateSubject::SanUri(name)
        | CertificateSubject::SanEmail(name) => text(name),
    }
}

/// RFC 8705 section 2.1.2: a client that uses `tls_client_auth` MUST use exactly one of these.
pub(super) fn certificate(
    metadata: &ClientMetadata,
    errors: &mut Vec<MetadataError>,
) -> Option<CertificateSubject> {
    let named: Vec<(&'static str, CertificateSubject)> = [
        metadata
            .tls_client_auth_subject_dn
            .clone()
            .map(|dn| ("tls_client_auth_subject_dn", CertificateSubject::SubjectDn(dn))),
        metadata
            .tls_client_auth_san_dns
            .clone()
            .map(|dns| ("tls_client_auth_san_dns", CertificateSubject::SanDns(dns))),
        metadata
            .tls_client_auth_san_uri
            .clone()
            .map(|uri| ("tls_client_auth_san_uri", CertificateSubject::SanUri(uri))),
        metadata
            .tls_client_auth_san_ip
            .clone()
            .map(|ip| ("tls_client_auth_san_ip", CertificateSubject::SanIp(ip))),
        metadata
            .tls_client_auth_san_email
            .clone()
            .map(|email| ("tls_client_auth_san_email", CertificateSubject::SanEmail(email))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let needed = metadata.method().uses_certificate_subject();
    for (field, _) in named.iter().skip(usize::from(needed)) {
        errors.push(error(
            field,
            "exactly one of these, and only with tls_client_auth (RFC 8705 section 2.1.2)",
        ));
    }
    if needed && named.is_empty() {
        errors.push(error(
            "tls_client_auth_subject_dn",
            "tls_client_auth needs one of the tls_client_auth_… names",
        ));
    }
    for (field, subject) in &named {
        if !is_sound(subject) {
            errors.push(error(field, "it is no such name"));
        }
    }
    named.into_iter().next().filter(|_| needed).map(|(_, subject)| subject)
}

/// `accounts` names one kind, or both in the order in which people meet them.
fn accounts_problem(accounts: &[AccountKind]) -> Option<&'static str> {
    match accounts {
        [] => Some("name my-ontario, one-key, or both"),
        [one, other] if one == other => Some("each kind once"),
        [_] | [_, _] => None,
        _ => Some("each kind once"),
    }
}
