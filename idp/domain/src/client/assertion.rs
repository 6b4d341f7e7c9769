//! Client assertions (`private_key_jwt`; RFC 7523 section 3 with RFC 10070, FAPI 2.0 section 5.3.2.1): what a client must
//! say in a token that proves it. The signature by one of its keys, and that the token is the first of its `jti`, are
//! looked at apart; all must hold.

use super::{Client, Profile};
use crate::jwt::{CLOCK_SKEW, Jwt, JwtError};
use crate::signing_key::SigningAlgorithm;
use crate::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

/// `client_assertion_type` (RFC 7523 section 2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far ahead an assertion's end may be.
pub const LONGEST_LIFE: Duration = Duration::from_mins(5);
/// The longest `jti`.
pub const LONGEST_ID: usize = 512;

/// Why an assertion proves nothing. `invalid_client` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// It is no token that could be looked at.
    #[error(transparent)]
    Form(#[from] JwtError),
    /// An algorithm that this client didn't register, or that its profile doesn't take.
    #[error("the client doesn't sign with this algorithm")]
    Algorithm,
    /// A token of another kind (RFC 8725 section 3.11).
    #[error("typ is that of another kind of token")]
    Type,
    /// `iss` and `sub` are both the client's identifier.
    #[error("iss or sub is not the client")]
    Subject,
    /// Made for another server, or for another use.
    #[error("aud is not this server")]
    Audience,
    /// No `exp`, or none that is a time.
    #[error("exp is missing")]
    NoEnd,
    /// Past its end.
    #[error("it has expired")]
    Expired,
    /// It would live too long.
    #[error("exp is too far ahead")]
    TooLong,
    /// `iat` or `nbf` is ahead of our clock by more than clocks differ.
    #[error("iat or nbf is in the future")]
    Early,
    /// No `jti`, or one that can't be kept.
    #[error("jti is missing or too long")]
    NoIdentifier,
}

/// A sound assertion; it still has to be the first of its `jti`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// `jti`
    pub id: String,
    /// Until when it could be sent again.
    pub expires_at: Timestamp,
}

/// Whether a client signs with `algorithm`: what it registered, or else any that its profile takes.
///
/// # Errors
/// It doesn't.
pub fn check_algorithm(client: &Client, algorithm: SigningAlgorithm) -> Result<(), AssertionError> {
    let registered = client.assertion.algorithm.is_none_or(|only| only == algorithm);
    let of_profile = client.profile != Profile::Fapi2 || algorithm.is_fapi2();
    if registered && of_profile { Ok(()) } else { Err(AssertionError::Algorithm) }
}

/// Checks what an assertion says. `issuer` is this server; `endpoints` are the addresses that older clients name
/// in its stead: the token endpoint's, and that of the endpoint that was called.
///
/// # Errors
/// The first rule that it breaks.
pub fn check(
    jwt: &Jwt<'_>,
    client: &Client,
    issuer: &str,
    endpoints: &[&str],
    now: Timestamp,
) -> Result<Assertion, AssertionError> {
    check_algorithm(client, jwt.algorithm)?;
    if !matches!(jwt.typ().as_str(), "" | "jwt" | "client-authentication+jwt") {
        return Err(AssertionError::Type);
    }
    if jwt.text("iss") != Some(client.id.as_str()) || jwt.text("sub") != Some(client.id.as_str()) {
        return Err(AssertionError::Subject);
    }
    check_audience(jwt, client, issuer, endpoints)?;
    let expires_at = check_times(jwt, now)?;
    let id = jwt.text("jti").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
    let id = id.ok_or(AssertionError::NoIdentifier)?.to_owned();
    Ok(Assertion { id, expires_at })
}

/// RFC 10070: the audience MUST be the issuer, as one string. A client that is registered as an older one may name an
/// endpoint, or a list with one that fits.
fn check_audience(
    jwt: &Jwt<'_>,
    client: &Client,
    issuer: &str,
    endpoints: &[&str],
) -> Result<(), AssertionError> {
    let lenient = client.assertion.lenient_audience && client.profile != Profile::Fapi2;
    let fits = |text: &str| text == issuer || (lenient && endpoints.contains(&text));
    let ours = match jwt.claims.get("aud") {
        Some(Value::String(audience)) => fits(audience),
        Some(Value::Array(audiences)) if lenient => audiences.iter().filter_map(Value::as_str).any(fits),
        _ => false,
    };
    if ours { Ok(()) } else { Err(AssertionError::Audience) }
}

/// When it can't be sent any more. FAPI 2.0 section 5.3.2.1: `iat` and `nbf` up to 10 seconds ahead are taken.
fn check_times(jwt: &Jwt<'_>, now: Timestamp) -> Result<Timestamp, AssertionError> {
    for name in ["iat", "nbf"] {
        if jwt.time(name)?.is_some_and(|at| at > now.plus(CLOCK_SKEW)) {
            return Err(AssertionError::Early);
        }
    }
    let end = jwt.time("exp")?.ok_or(AssertionError::NoEnd)?;
    if end > now.plus(LONGEST_LIFE + CLOCK_SKEW) {
        return Err(AssertionError::TooLong);
    }
    let expires_at = end.plus(CLOCK_SKEW);
    if now > expires_at { Err(AssertionError::Expired) } else { Ok(expires_at) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ClientMetadata, Registration};
    use crate::ids::ClientId;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use serde_json::json;

    const ISSUER: &str = "https://signin.example.ca";
    const TOKEN: &str = "https://signin.example.ca/token";

    fn client(lines: Value) -> Client {
        let mut json = json!({
            "client_id": "rp", "client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"],
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.example.ca/jwks",
        });
        for (name, value) in lines.as_object().unwrap() {
            json[name] = value.clone();
        }
        let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
        let Registration { client, .. } = metadata.check(ClientId::parse("x").unwrap(), false).unwrap();
        client
    }

    fn checked(client: &Client, header: Value, change: Value) -> Result<Assertion, AssertionError> {
        let mut head = json!({"alg": "PS256"});
        let mut claims =
            json!({"iss": "rp", "sub": "rp", "aud": ISSUER, "exp": 1060, "iat": 1000, "jti": "1"});
        for (object, changes) in [(&mut head, header), (&mut claims, change)] {
            for (name, value) in changes.as_object().unwrap() {
                object[name] = value.clone();
            }
            object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}.AA", part(&head), part(&claims));
        check(&Jwt::parse(&text)?, client, ISSUER, &[TOKEN], Timestamp::from_seconds(1000))
    }

    #[test]
    fn an_honest_assertion_is_sound() {
        let assertion = checked(&client(json!({})), json!({}), json!({})).unwrap();
        assert_eq!(assertion, Assertion { id: "1".into(), expires_at: Timestamp::from_seconds(1070) });
        for typ in ["JWT", "client-authentication+jwt", "application/client-authentication+jwt"] {
            assert!(checked(&client(json!({})), json!({"typ": typ}), json!({})).is_ok(), "{typ}");
        }
    }

    #[test]
    fn each_broken_rule_is_told() {
        use AssertionError as E;
        for (change, error) in [
            (json!({"iss": "other"}), E::Subject),
            (json!({"sub": "other"}), E::Subject),
            (json!({"sub": null}), E::Subject),
            (json!({"iss": ["rp"]}), E::Subject),
            (json!({"aud": "https://other.example.ca"}), E::Audience),
            (json!({"aud": format!("{ISSUER}/")}), E::Audience),
            (json!({"aud": [ISSUER]}), E::Audience),
            (json!({"aud": TOKEN}), E::Audience),
            (json!({"aud": null}), E::Audience),
            (json!({"exp": null}), E::NoEnd),
            (json!({"exp": "1060"}), E::Form(JwtError::Malformed)),
            (json!({"exp": 880}), E::Expired),
            (json!({"exp": 989}), E::Expired),
            (json!({"exp": 1311}), E::TooLong),
            (json!({"iat": 1011}), E::Early),
            (json!({"nbf": 1061}), E::Early),
            (json!({"jti": null}), E::NoIdentifier),
            (json!({"jti": ""}), E::NoIdentifier),
            (json!({"jti": 7}), E::NoIdentifier),
            (json!({"jti": "x".repeat(513)}), E::NoIdentifier),
        ] {
            assert_eq!(checked(&client(json!({})), json!({}), change.clone()), Err(error), "{change}");
        }
        for change in [
            json!({"exp": 990}),
            json!({"exp": 1310}),
            json!({"iat": 1008}),
            json!({"nbf": 1010}),
            json!({"iat": null}),
            json!({"exp": 1060.5}),
        ] {
            assert!(checked(&client(json!({})), json!({}), change.clone()).is_ok(), "{change}");
        }
        for typ in ["at+jwt", "dpop+jwt", "logout+jwt", "oauth-authz-req+jwt", "secevent+jwt"] {
            assert_eq!(checked(&client(json!({})), json!({"typ": typ}), json!({})), Err(E::Type), "{typ}");
        }
    }

    #[test]
    fn an_older_client_may_name_an_endpoint_or_a_list() {
        let lenient = client(json!({"token_endpoint_auth_audience": "lenient"}));
        for audience in [json!(ISSUER), json!(TOKEN), json!([ISSUER]), json!(["x", TOKEN])] {
            assert!(checked(&lenient, json!({}), json!({"aud": audience})).is_ok(), "{audience}");
        }
        for audience in [json!([]), json!(["x"]), json!({"x": ISSUER}), json!(format!("{TOKEN}/"))] {
            let refused = checked(&lenient, json!({}), json!({"aud": audience}));
            assert_eq!(refused, Err(AssertionError::Audience), "{audience}");
        }
    }

    #[test]
    fn the_algorithm_is_the_registered_one_and_of_the_profile() {
        let only = client(json!({"token_endpoint_auth_signing_alg": "ES256"}));
        assert_eq!(checked(&only, json!({}), json!({})), Err(AssertionError::Algorithm));
        assert!(checked(&only, json!({"alg": "ES256"}), json!({})).is_ok());
        let fapi2 = client(json!({"profile": "fapi2"}));
        assert_eq!(checked(&fapi2, json!({"alg": "RS256"}), json!({})), Err(AssertionError::Algorithm));
        for algorithm in ["PS256", "ES256", "EdDSA"] {
            assert!(checked(&fapi2, json!({"alg": algorithm}), json!({})).is_ok(), "{algorithm}");
        }
    }
}
