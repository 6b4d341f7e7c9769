//! What FAPI 2.0 asks of a registration on top (Security Profile sections 5.3.2 and 5.4.1, Message Signing section 5).

use super::{ClientMetadata, MetadataError, error};
use crate::client::{ClientAuthenticationMethod, Profile};

/// Checks a registration of the profile `fapi2`.
pub(super) fn check(metadata: &ClientMetadata, errors: &mut Vec<MetadataError>) {
    if metadata.profile != Profile::Fapi2 {
        return;
    }
    let method = metadata.method();
    let keyed = !method.has_secret() && method != ClientAuthenticationMethod::None;
    if !keyed {
        errors.push(error(
            "token_endpoint_auth_method",
            "fapi2 needs private_key_jwt, tls_client_auth or self_signed_tls_client_auth",
        ));
    }
    if metadata.require_pkce == Some(false) {
        errors.push(error("require_pkce", "fapi2 can't do without PKCE"));
    }
    if metadata.token_endpoint_auth_audience.as_deref() == Some("lenient") {
        errors.push(error("token_endpoint_auth_audience", "fapi2 takes the issuer alone"));
    }
    for (field, algorithm) in [
        ("token_endpoint_auth_signing_alg", metadata.token_endpoint_auth_signing_alg),
        ("id_token_signed_response_alg", metadata.id_token_signed_response_alg),
        ("userinfo_signed_response_alg", metadata.userinfo_signed_response_alg),
        ("authorization_signed_response_alg", metadata.authorization_signed_response_alg),
        ("request_object_signing_alg", metadata.request_object_signing_alg),
    ] {
        if algorithm.is_some_and(|algorithm| !algorithm.is_fapi2()) {
            errors.push(error(field, "fapi2 takes PS256, ES256 or EdDSA"));
        }
    }
}
