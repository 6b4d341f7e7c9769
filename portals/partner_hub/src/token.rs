//! ID tokens, as right or as wrong as a test wants them.

use crate::control::Fault;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// 256 random bits as text.
pub(crate) fn random_text() -> String {
    base64url(&random_bytes())
}

/// 256 random bits. A system without randomness gives zeros: this is a simulator.
pub(crate) fn random_bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        tracing::error!("the system gives no randomness");
    }
    bytes
}

/// SHA-256 as text: PKCE's S256 (RFC 7636 section 4.2).
pub(crate) fn sha256(text: &str) -> String {
    base64url(digest(&SHA256, text.as_bytes()).as_ref())
}

/// The one key that signs, ES256.
pub(crate) struct SigningKey {
    kid: String,
    pair: Option<EcdsaKeyPair>,
}

impl SigningKey {
    pub(crate) fn generate() -> Self {
        Self { kid: random_text(), pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok() }
    }

    /// The key set (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        let Some(pair) = &self.pair else { return json!({"keys": []}) };
        // Uncompressed point: 0x04, x, y.
        let point = pair.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len().saturating_sub(1) / 2);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y),
                         "kid": self.kid, "use": "sig", "alg": "ES256"}]})
    }

    fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.kid});
        let input = signing_input(&header, claims);
        let pair = self.pair.as_ref();
        let signature = pair.and_then(|pair| pair.sign(&SystemRandom::new(), input.as_bytes()).ok());
        format!("{input}.{}", base64url(signature.as_ref().map(AsRef::as_ref).unwrap_or_default()))
    }
}

fn signing_input(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
}

/// What a good ID token says.
pub(crate) struct IdToken<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) first_nonce: &'a str,
    pub(crate) access_token: &'a str,
    pub(crate) authenticated_at: i64,
    pub(crate) now: i64,
}

impl IdToken<'_> {
    /// Signed, with at most one thing wrong.
    pub(crate) fn signed(&self, key: &SigningKey, secret: &str, fault: Option<Fault>) -> String {
        let claims = self.claims(fault);
        match fault {
            Some(Fault::BadSignature) => {
                let token = key.sign(&claims);
                let forged = SigningKey { kid: String::new(), ..SigningKey::generate() }.sign(&claims);
                let (input, signature) = (token.rsplit_once('.'), forged.rsplit_once('.'));
                match (input, signature) {
                    (Some((input, _)), Some((_, signature))) => format!("{input}.{signature}"),
                    _ => token,
                }
            }
            Some(Fault::UnknownKey) => SigningKey::generate().sign(&claims),
            Some(Fault::Unsigned) => format!("{}.", signing_input(&json!({"alg": "none"}), &claims)),
            Some(Fault::SignedBySecret) => {
                let input = signing_input(&json!({"alg": "HS256", "typ": "JWT"}), &claims);
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), input.as_bytes());
                format!("{input}.{}", base64url(tag.as_ref()))
            }
            _ => key.sign(&claims),
        }
    }

    fn claims(&self, fault: Option<Fault>) -> Value {
        let hash = digest(&SHA256, self.access_token.as_bytes());
        let mut claims = json!({
            "iss": self.issuer, "sub": self.subject, "aud": self.client_id, "nonce": self.nonce,
            "iat": self.now, "exp": self.now + 300, "auth_time": self.authenticated_at,
            "at_hash": base64url(hash.as_ref().get(..16).unwrap_or_default()),
        });
        match fault {
            Some(Fault::WrongIssuer) => claims["iss"] = json!("https://hub.example.test"),
            Some(Fault::ReusedNonce) => claims["nonce"] = json!(self.first_nonce),
            Some(Fault::NoNonce) => claims["nonce"] = Value::Null,
            Some(Fault::EmptySubject) => claims["sub"] = json!(""),
            Some(Fault::LongSubject) => claims["sub"] = json!("x".repeat(256)),
            Some(Fault::WrongAudience) => claims["aud"] = json!("somebody-else"),
            Some(Fault::SeveralAudiences) => claims["aud"] = json!([self.client_id, "somebody-else"]),
            Some(Fault::WrongAuthorizedParty) => claims["azp"] = json!("somebody-else"),
            Some(Fault::Expired) => claims["exp"] = json!(self.now - 1),
            Some(Fault::FromTheFuture) => claims["iat"] = json!(self.now + 3600),
            Some(Fault::NotAskedAnew) => claims["auth_time"] = json!(self.now - 3600),
            _ => {}
        }
        if claims["nonce"].is_null()
            && let Some(members) = claims.as_object_mut()
        {
            members.remove("nonce");
        }
        claims
    }
}
