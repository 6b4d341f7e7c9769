//! Speaking to a sign-in partner as its relying party, by the crate `openidconnect` over this server's one HTTP client.
//!
//! 1. The partner's description and keys are fetched when they are needed and remembered: as fresh for ten minutes, in use
//!    for a day while it gives no good answer.
//! 2. A key that isn't among them (the partner has changed its keys) makes them fetched anew, every 30 seconds at most.
//! 3. One fetch at a time for a partner; after one that failed the next waits ten seconds, and until then people are told at
//!    once.
//! 4. Whatever a person waits for takes four seconds at most, and holds neither a thread nor a connection of the database.

use super::outbound::Outbound;
use super::partner_descriptions::{
    Held, INTERVAL, Metadata, PAUSE, Slot, in_time, is_within, sender, unavailable,
};
use super::partner_id_token::{check_access_token, check_authorized_party, verifier, words};
use super::partners::{Credential, KnownPartner};
use super::rng::rng;
use idp_domain::Language;
use idp_domain::secret::{Secret, random_base64url};
use idp_domain::sign_in_partner::{PartnerAuthentication, PartnerSubject};
use idp_domain::time::Timestamp;
use openidconnect::core::{CoreAuthPrompt, CoreClient, CoreResponseType, CoreTokenResponse};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, ConfigurationError, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, LanguageTag, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, SignatureVerificationError, TokenResponse,
};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Why nobody was vouched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartnerError {
    /// No answer in time, or none that can be used.
    #[error("the partner is not available: {0}")]
    Unavailable(String),
    /// An answer that must not be believed.
    #[error("the partner's answer is refused: {0}")]
    Refused(&'static str),
}

/// What a partner says of itself, as far as it matters here.
#[derive(Debug, Clone)]
pub struct PartnerDescription {
    /// Where browsers are sent.
    pub authorization_endpoint: String,
    /// Where codes are redeemed.
    pub token_endpoint: Option<String>,
    /// How many keys it publishes.
    pub keys: usize,
    /// What its ID tokens may be signed with.
    pub signing_algorithms: Vec<String>,
    /// How we may prove ourselves to it; empty where it doesn't say.
    pub authentication_methods: Vec<String>,
}

/// Registered names as texts.
fn words_of<T: Serialize>(names: &[T]) -> Vec<String> {
    let word = |name: &T| serde_json::to_value(name).ok()?.as_str().map(str::to_owned);
    names.iter().filter_map(word).collect()
}

/// What a journey asks of a partner: made by a key from the `state`, so that nothing of it is stored.
pub struct PartnerRequest {
    /// Bound to the browser.
    pub state: Secret,
    /// Comes back in the ID token.
    pub nonce: Secret,
    /// PKCE (RFC 7636 section 4.1): 43 characters.
    pub code_verifier: Secret,
    /// The callback address, this partner's own.
    pub callback: String,
    /// The partner has to ask the person anew, after this instant.
    pub asked_anew_after: Option<Timestamp>,
}

pub(super) type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The partners' descriptions of this node, by issuer.
pub struct PartnerClient {
    outbound: Arc<Outbound>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

impl PartnerClient {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>) -> Self {
        Self { outbound, slots: Mutex::default() }
    }

    /// The address to send a browser to (OIDC Core section 3.1.2.1): a code, PKCE, `nonce`, `state`, and no scope but
    /// `openid`, since nothing else about the person is wanted.
    ///
    /// # Errors
    /// The partner is not available.
    pub async fn authorization_url(
        &self,
        known: &KnownPartner,
        request: &PartnerRequest,
        language: Language,
        now: Timestamp,
    ) -> Result<String, PartnerError> {
        let metadata = in_time(self.metadata(&known.partner.issuer, now)).await?;
        let client = client_of(known, &metadata, &request.callback)?;
        let verifier = PkceCodeVerifier::new(request.code_verifier.expose().to_owned());
        let state = CsrfToken::new(request.state.expose().to_owned());
        let nonce = Nonce::new(request.nonce.expose().to_owned());
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut asked = client
            .authorize_url(flow, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_ui_locale(LanguageTag::new(language.tag().to_owned()));
        if request.asked_anew_after.is_some() {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        Ok(asked.url().0.to_string())
    }

    /// Where a browser would be sent, as far as that is known: pages name it in their policy.
    pub fn authorization_endpoint(&self, issuer: &str) -> String {
        let known = self.slot(issuer).held().metadata;
        known.map_or_else(|| issuer.to_owned(), |known| known.authorization_endpoint().to_string())
    }

    /// Whether the partner promises `iss` in its answers (RFC 9207 section 3).
    ///
    /// # Errors
    /// The partner is not available.
    pub async fn promises_iss(&self, issuer: &str, now: Timestamp) -> Result<bool, PartnerError> {
        let metadata = in_time(self.metadata(issuer, now)).await?;
        Ok(metadata.additional_metadata().authorization_response_iss_parameter_supported)
    }

    /// Fetches what is known of a partner anew where it isn't fresh, so that no person waits for it.
    ///
    /// # Errors
    /// The partner is not available.
    pub async fn refresh(&self, issuer: &str, now: Timestamp) -> Result<(), PartnerError> {
        in_time(self.metadata(issuer, now)).await.map(drop)
    }

    /// What the partner says of itself.
    ///
    /// # Errors
    /// The partner is not available.
    pub async fn describe(&self, issuer: &str, now: Timestamp) -> Result<PartnerDescription, PartnerError> {
        let found = in_time(self.metadata(issuer, now)).await?;
        Ok(PartnerDescription {
            authorization_endpoint: found.authorization_endpoint().to_string(),
            token_endpoint: found.token_endpoint().map(ToString::to_string),
            keys: found.jwks().keys().len(),
            signing_algorithms: words_of(found.id_token_signing_alg_values_supported()),
            authentication_methods: found
                .token_endpoint_auth_methods_supported()
                .map_or_else(Vec::new, |methods| words_of(methods)),
        })
    }

    /// Redeems a code and verifies the ID token that it brings (OIDC Core sections 3.1.3.3 to 3.1.3.8); whom the partner
    /// vouches for.
    ///
    /// # Errors
    /// The partner is not available, or its answer must not be believed.
    pub async fn redeem(
        &self,
        known: &KnownPartner,
        request: &PartnerRequest,
        code: &str,
        now: Timestamp,
    ) -> Result<PartnerSubject, PartnerError> {
        in_time(self.redeem_and_verify(known, request, code, now)).await
    }

    async fn redeem_and_verify(
        &self,
        known: &KnownPartner,
        request: &PartnerRequest,
        code: &str,
        now: Timestamp,
    ) -> Result<PartnerSubject, PartnerError> {
        let metadata = self.metadata(&known.partner.issuer, now).await?;
        let client = client_of(known, &metadata, &request.callback)?;
        let tokens = self.tokens(&client, known, request, code, now).await?;
        let token = tokens.id_token().ok_or(PartnerError::Refused("no ID token"))?;
        let unknown = Some(SignatureVerificationError::NoMatchingKey);
        let key_is_unknown = token.signing_key(&client.id_token_verifier()).err() == unknown;
        let client = if key_is_unknown {
            let newer = self.newer(&known.partner.issuer, &metadata, now).await?;
            client_of(known, &newer, &request.callback)?
        } else {
            client
        };
        let verifier = verifier(&client, known, request.asked_anew_after, now);
        let nonce = Nonce::new(request.nonce.expose().to_owned());
        let claims = token.claims(&verifier, &nonce).map_err(|error| PartnerError::Refused(words(&error)))?;
        check_authorized_party(claims, &known.partner.client_id)?;
        check_access_token(claims, token, &verifier, &tokens)?;
        PartnerSubject::parse(claims.subject().as_str())
            .ok_or(PartnerError::Refused("the subject is empty or malformed"))
    }

    async fn tokens(
        &self,
        client: &Client,
        known: &KnownPartner,
        request: &PartnerRequest,
        code: &str,
        now: Timestamp,
    ) -> Result<CoreTokenResponse, PartnerError> {
        let send = sender(&self.outbound);
        let mut exchange = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_: ConfigurationError| unavailable(&"it names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(request.code_verifier.expose().to_owned()));
        if let Credential::Key(key) = &known.credential {
            exchange = exchange
                .add_extra_param(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                )
                .add_extra_param("client_assertion", assertion(known, key, now)?);
        }
        exchange.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::Request(error) => unavailable(&error),
            RequestTokenError::ServerResponse(_) => PartnerError::Refused("the code is refused"),
            // These hold the answer, tokens included: they stay out of the error.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                PartnerError::Refused("the token answer does not parse")
            }
        })
    }

    fn slot(&self, issuer: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(issuer.to_owned()).or_default())
    }

    async fn metadata(&self, issuer: &str, now: Timestamp) -> Result<Arc<Metadata>, PartnerError> {
        let slot = self.slot(issuer);
        let held = slot.held();
        if held.is_fresh(now) || is_within(held.failed_at, PAUSE, now) {
            return held.usable(now);
        }
        slot.fetch(&self.outbound, issuer, now, |held| held.is_fresh(now)).await
    }

    /// A description newer than `seen`, whose keys lack the one that is needed.
    async fn newer(
        &self,
        issuer: &str,
        seen: &Arc<Metadata>,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, PartnerError> {
        let slot = self.slot(issuer);
        let is_newer = |held: &Held| held.metadata.as_ref().is_some_and(|known| !Arc::ptr_eq(known, seen));
        let held = slot.held();
        if is_newer(&held)
            || is_within(held.fetched_at, INTERVAL, now)
            || is_within(held.failed_at, PAUSE, now)
        {
            return held.usable(now);
        }
        slot.fetch(&self.outbound, issuer, now, is_newer).await
    }
}

fn client_of(known: &KnownPartner, metadata: &Metadata, callback: &str) -> Result<Client, PartnerError> {
    let secret = match &known.credential {
        Credential::Secret(secret) => Some(ClientSecret::new(secret.expose().to_owned())),
        Credential::Key(_) => None,
    };
    let auth_type = match known.partner.authentication {
        PartnerAuthentication::ClientSecretBasic => AuthType::BasicAuth,
        PartnerAuthentication::ClientSecretPost | PartnerAuthentication::PrivateKeyJwt => {
            AuthType::RequestBody
        }
    };
    let callback = RedirectUrl::new(callback.to_owned()).map_err(|_| unavailable(&"no callback address"))?;
    let client_id = ClientId::new(known.partner.client_id.clone());
    Ok(Client::from_provider_metadata(metadata.clone(), client_id, secret)
        .set_auth_type(auth_type)
        .set_redirect_uri(callback))
}

/// OIDC Core section 9: a fresh assertion for the partner as its only audience.
fn assertion(
    known: &KnownPartner,
    key: &super::signing::PrivateKey,
    now: Timestamp,
) -> Result<String, PartnerError> {
    let (partner, seconds) = (&known.partner, now.seconds());
    let claims = json!({
        "iss": partner.client_id, "sub": partner.client_id, "aud": partner.issuer,
        "jti": random_base64url::<16>(&mut rng()), "iat": seconds, "exp": seconds + 60,
    });
    key.sign_jwt("JWT", &claims).map_err(|_| unavailable(&"our key can't sign"))
}
