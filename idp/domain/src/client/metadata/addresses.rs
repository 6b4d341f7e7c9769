//! The addresses of a registration.

use super::{ClientMetadata, MetadataError, error, line_error};
use crate::client::{RedirectUri, RedirectUriError, SubjectType};
use url::Url;

/// The lists that are kept as checked addresses.
pub(super) struct Addresses {
    pub redirect: Vec<RedirectUri>,
    pub post_logout: Vec<RedirectUri>,
}

/// Checks every address.
pub(super) fn check(
    metadata: &ClientMetadata,
    allow_loopback: bool,
    errors: &mut Vec<MetadataError>,
) -> Addresses {
    let native = metadata.is_native();
    if metadata.redirect_uris.is_empty() && metadata.has_people() {
        errors.push(error("redirect_uris", "name at least one"));
    }
    let redirect = list("redirect_uris", &metadata.redirect_uris, native, allow_loopback, errors);
    let post_logout = list(
        "post_logout_redirect_uris",
        &metadata.post_logout_redirect_uris,
        native,
        allow_loopback,
        errors,
    );
    // A request object's address may have a fragment: its hash (OIDC Core 6.2).
    let request_uris: Vec<String> = metadata
        .request_uris
        .iter()
        .map(|uri| match RedirectUri::parse(uri, false, allow_loopback) {
            Err(RedirectUriError::Fragment) => uri.split('#').next().unwrap_or_default().to_owned(),
            _ => uri.clone(),
        })
        .collect();
    list("request_uris", &request_uris, false, allow_loopback, errors);
    list("resources", &metadata.resources, false, allow_loopback, errors);
    list("audiences", &metadata.audiences, false, allow_loopback, errors);
    lone(metadata, allow_loopback, errors);
    check_sector(metadata, &redirect, errors);
    Addresses { redirect, post_logout }
}

fn lone(metadata: &ClientMetadata, allow_loopback: bool, errors: &mut Vec<MetadataError>) {
    for (field, uri) in [
        ("initiate_login_uri", &metadata.initiate_login_uri),
        ("backchannel_logout_uri", &metadata.backchannel_logout_uri),
        ("frontchannel_logout_uri", &metadata.frontchannel_logout_uri),
        ("jwks_uri", &metadata.jwks_uri),
        ("sector_identifier_uri", &metadata.sector_identifier_uri),
        ("client_uri", &metadata.client_uri),
        ("logo_uri", &metadata.logo_uri),
        ("policy_uri", &metadata.policy_uri),
        ("tos_uri", &metadata.tos_uri),
    ] {
        if let Some(Err(problem)) = uri.as_ref().map(|uri| RedirectUri::parse(uri, false, allow_loopback)) {
            errors.push(error(field, &problem.to_string()));
        }
    }
    // OIDC Front-Channel Logout section 2: the same scheme, host and port as one of the redirect addresses.
    if let Some(uri) = &metadata.frontchannel_logout_uri
        && !metadata.redirect_uris.iter().any(|redirect| same_origin(redirect, uri))
    {
        errors.push(error("frontchannel_logout_uri", "it must have the origin of one of the redirect_uris"));
    }
}

fn same_origin(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin() && one.origin().is_tuple(),
        _ => false,
    }
}

fn list(
    field: &'static str,
    texts: &[String],
    native: bool,
    allow_loopback: bool,
    errors: &mut Vec<MetadataError>,
) -> Vec<RedirectUri> {
    if texts.len() > 50 {
        errors.push(error(field, "at most 50"));
    }
    let mut parsed = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        match RedirectUri::parse(text, native, allow_loopback) {
            Ok(uri) => parsed.push(uri),
            Err(problem) => errors.push(line_error(field, n, &problem.to_string())),
        }
    }
    parsed
}

/// OIDC Core 8.1: without a sector document all redirect addresses of a pairwise client share one host.
fn check_sector(metadata: &ClientMetadata, redirect_uris: &[RedirectUri], errors: &mut Vec<MetadataError>) {
    let mut hosts = redirect_uris.iter().map(RedirectUri::host);
    let first = hosts.next();
    let pairwise = metadata.subject_type == SubjectType::Pairwise && metadata.sector_identifier_uri.is_none();
    if pairwise && hosts.any(|host| Some(&host) != first.as_ref()) {
        errors.push(error(
            "sector_identifier_uri",
            "it is needed, since the subject_type is pairwise and the redirect_uris have several hosts (OIDC Core 8.1)",
        ));
    }
}
