//! The relying party itself: begin a sign-in, complete it, end it.

use crate::callback::{AuthorizationAnswer, PendingSignIn};
use crate::claims::{ExtraClaims, Identity, UserInfo};
use crate::http::HttpError;
use crate::id_token::{self, OidcIdToken};
use crate::logout_token::{LogoutNotice, Unverified};
use crate::provider::{Metadata, Provider, unreachable};
use crate::{Error, http};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    IdTokenFields, LanguageTag, LoginHint, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier,
    TokenResponse, UserInfoError,
};
use std::sync::Arc;
use std::time::Duration;

pub(crate) type Fields = IdTokenFields<
    ExtraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
pub(crate) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
pub(crate) type OidcClient = openidconnect::Client<
    ExtraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How this service is registered at the provider.
#[derive(Clone)]
pub struct RelyingPartySettings {
    /// The provider, exactly as its discovery document names itself.
    pub issuer: String,
    /// As registered.
    pub client_id: String,
    /// As registered; sent by HTTP Basic only.
    pub client_secret: String,
    /// Where the provider sends the browser with its answer.
    pub redirect_uri: String,
    /// Where the provider sends the browser after signing out.
    pub post_logout_redirect_uri: String,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    /// The one algorithm that ID tokens may be signed with, as registered: `ES256`, `PS256`, `RS256` or `EdDSA`.
    pub id_token_signed_response_alg: String,
}

/// What a sign-in may ask for (OpenID Connect Core 3.1.2.1); nothing by default.
#[derive(Debug, Clone, Default)]
pub struct SignInOptions {
    /// Languages by preference, BCP 47.
    pub ui_locales: Vec<String>,
    /// `none`, `login`, `consent` or `select_account`.
    pub prompt: Option<String>,
    /// The e-mail address to fill in.
    pub login_hint: Option<String>,
    /// The longest time since the person last proved who they are, seconds.
    pub max_age: Option<u32>,
    /// The assurance levels that will do.
    pub acr_values: Vec<String>,
}

/// A person has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub identity: Identity,
    /// The ID token as it came, for [`RelyingParty::sign_out_url`]. Holds personal data: keep it on the server.
    pub id_token: String,
    /// For [`RelyingParty::refresh`], where the service is registered for it. Keep it on the server.
    pub refresh_token: Option<String>,
}

/// One relying service at one provider. Cheap to share behind an `Arc`.
pub struct RelyingParty {
    pub(crate) settings: RelyingPartySettings,
    pub(crate) algorithm: CoreJwsSigningAlgorithm,
    redirect_uri: RedirectUrl,
    post_logout_redirect_uri: PostLogoutRedirectUrl,
    pub(crate) http: reqwest::Client,
    pub(crate) provider: Provider,
}

impl RelyingParty {
    /// Checks the settings; nothing is fetched yet, so that a service starts without its provider.
    ///
    /// # Errors
    /// [`Error::Settings`].
    pub fn new(settings: RelyingPartySettings) -> Result<Self, Error> {
        let issuer = Url::parse(&settings.issuer).map_err(|_| Error::Settings("the issuer is no address"))?;
        let algorithm = match settings.id_token_signed_response_alg.as_str() {
            "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            "PS256" => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            "EdDSA" => CoreJwsSigningAlgorithm::EdDsa,
            _ => {
                return Err(Error::Settings("the ID token's algorithm must be ES256, PS256, RS256 or EdDSA"));
            }
        };
        let redirect_uri = RedirectUrl::new(settings.redirect_uri.clone())
            .map_err(|_| Error::Settings("the redirect URI is no address"))?;
        let post_logout_redirect_uri = PostLogoutRedirectUrl::new(settings.post_logout_redirect_uri.clone())
            .map_err(|_| Error::Settings("the post-logout redirect URI is no address"))?;
        let http = http::client(&issuer)?;
        let provider = Provider::new(settings.issuer.clone(), http.clone());
        Ok(Self { settings, algorithm, redirect_uri, post_logout_redirect_uri, http, provider })
    }

    /// The address to send the browser to, and what to keep for its return.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Description`].
    pub async fn begin(&self, options: SignInOptions, now: i64) -> Result<(Url, PendingSignIn), Error> {
        let metadata = self.provider.metadata(now).await?;
        let client = self.client(&metadata);
        let (code_challenge, code_verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(code_challenge)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new));
        for ui_locale in options.ui_locales {
            request = request.add_ui_locale(LanguageTag::new(ui_locale));
        }
        for acr in &options.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if let Some(prompt) = options.prompt {
            request = request.add_prompt(parse_prompt(&prompt)?);
        }
        if let Some(login_hint) = options.login_hint {
            request = request.set_login_hint(LoginHint::new(login_hint));
        }
        if let Some(max_age) = options.max_age {
            request = request.set_max_age(Duration::from_secs(max_age.into()));
        }
        let (address, state, nonce) = request.url();
        let pending = PendingSignIn {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            code_verifier: code_verifier.into_secret(),
            max_age: options.max_age,
            acr_values: options.acr_values,
        };
        Ok((address, pending))
    }

    /// Turns the provider's answer into a person. `pending` must come from this browser's own record and must have
    /// been deleted there before, so that an answer works once.
    ///
    /// # Errors
    /// Every kind but [`Error::Settings`].
    pub async fn complete(
        &self,
        answer: &AuthorizationAnswer,
        pending: &PendingSignIn,
        now: i64,
    ) -> Result<SignedIn, Error> {
        let metadata = self.provider.metadata(now).await?;
        let iss_required = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let code = answer.code(&pending.state, &self.settings.issuer, iss_required)?;
        let tokens = self.redeem(&self.client(&metadata), code, pending).await?;
        let id_token = tokens.id_token().ok_or_else(|| Error::InvalidAnswer("no ID token".to_owned()))?;
        let metadata = self.metadata_with_key_of(id_token, metadata, now).await?;
        let client = self.client(&metadata);
        let verifier = id_token::verifier(client.id_token_verifier(), self.algorithm.clone(), pending, now);
        let claims =
            id_token::verify(id_token, &verifier, pending, &self.settings.client_id, tokens.access_token())?;
        let mut identity = Identity::from_id_token(claims);
        if identity.email.is_none() && self.settings.scopes.iter().any(|scope| scope == "email") {
            let userinfo = self.userinfo(&client, tokens.access_token().clone(), &identity.sub).await?;
            identity.complete_from(&userinfo);
        }
        let refresh_token = tokens.refresh_token().map(|token| token.secret().clone());
        Ok(SignedIn { identity, id_token: id_token.to_string(), refresh_token })
    }

    /// The provider's address that ends its session and sends the browser back with `state`; `None` when the provider
    /// offers none.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Description`].
    pub async fn sign_out_url(
        &self,
        id_token: &str,
        state: String,
        ui_locale: &str,
        now: i64,
    ) -> Result<Option<Url>, Error> {
        let metadata = self.provider.metadata(now).await?;
        let Some(endpoint) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.post_logout_redirect_uri.clone())
            .set_state(CsrfToken::new(state))
            .add_ui_locale(LanguageTag::new(ui_locale.to_owned()));
        if let Ok(hint) = id_token.parse::<OidcIdToken>() {
            request = request.set_id_token_hint(&hint);
        }
        Ok(Some(request.http_get_url()))
    }

    /// Who is to be signed out, when the provider sends a logout token (Back-Channel Logout section 2.6). Its `jti` must
    /// not have come before: the application remembers it.
    ///
    /// # Errors
    /// [`Error::InvalidLogoutToken`], [`Error::Unreachable`], [`Error::Description`].
    pub async fn verify_logout_token(&self, logout_token: &str, now: i64) -> Result<LogoutNotice, Error> {
        let settings = &self.settings;
        let token = Unverified::parse(logout_token, &settings.id_token_signed_response_alg)?;
        let mut metadata = self.provider.metadata(now).await?;
        if !token.has_key_in(metadata.jwks()) {
            metadata = self.provider.metadata_newer_than(&metadata, now).await?.unwrap_or(metadata);
        }
        token.verify(metadata.jwks(), &self.algorithm, &settings.issuer, &settings.client_id, now)
    }

    pub(crate) fn client(&self, metadata: &Metadata) -> OidcClient {
        let client_id = ClientId::new(self.settings.client_id.clone());
        let client_secret = ClientSecret::new(self.settings.client_secret.clone());
        OidcClient::from_provider_metadata(metadata.clone(), client_id, Some(client_secret))
            .set_redirect_uri(self.redirect_uri.clone())
    }

    async fn redeem(
        &self,
        client: &OidcClient,
        code: &str,
        pending: &PendingSignIn,
    ) -> Result<Tokens, Error> {
        let send = |request: HttpRequest| http::send(self.http.clone(), request);
        client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Error::Description("it names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.code_verifier.clone()))
            .request_async(&send)
            .await
            .map_err(token_error)
    }

    /// OpenID Connect Core 10.1.1: an unknown `kid` means that keys were rotated; the key set is fetched again, once.
    pub(crate) async fn metadata_with_key_of(
        &self,
        id_token: &OidcIdToken,
        metadata: Arc<Metadata>,
        now: i64,
    ) -> Result<Arc<Metadata>, Error> {
        let client = self.client(&metadata);
        if id_token.signing_key(&client.id_token_verifier()).err()
            != Some(SignatureVerificationError::NoMatchingKey)
        {
            return Ok(metadata);
        }
        Ok(self.provider.metadata_newer_than(&metadata, now).await?.unwrap_or(metadata))
    }

    async fn userinfo(&self, client: &OidcClient, token: AccessToken, sub: &str) -> Result<UserInfo, Error> {
        let send = |request: HttpRequest| http::send(self.http.clone(), request);
        // OpenID Connect Core 5.3.2: the `sub` MUST be the ID token's; the crate compares it with the one given here.
        client
            .user_info(token, Some(SubjectIdentifier::new(sub.to_owned())))
            .map_err(|_| Error::Description("it names no userinfo endpoint".to_owned()))?
            .request_async(&send)
            .await
            .map_err(|error| match error {
                UserInfoError::Request(error) => unreachable(&error),
                UserInfoError::ClaimsVerification(error) => Error::InvalidAnswer(error.to_string()),
                _ => Error::InvalidAnswer("the userinfo answer does not parse".to_owned()),
            })
    }
}

/// What the token endpoint's failure means.
pub(crate) fn token_error(
    error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>,
) -> Error {
    match error {
        RequestTokenError::Request(error) => unreachable(&error),
        RequestTokenError::ServerResponse(answer) => Error::TokenRefused(answer.error().to_string()),
        // The parts of these hold the answer, tokens included: they stay out of the error.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Error::InvalidAnswer("the token answer does not parse".to_owned())
        }
    }
}

fn parse_prompt(prompt: &str) -> Result<CoreAuthPrompt, Error> {
    match prompt {
        "none" => Ok(CoreAuthPrompt::None),
        "login" => Ok(CoreAuthPrompt::Login),
        "consent" => Ok(CoreAuthPrompt::Consent),
        "select_account" => Ok(CoreAuthPrompt::SelectAccount),
        _ => Err(Error::Settings("unknown prompt")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str, algorithm: &str) -> RelyingPartySettings {
        RelyingPartySettings {
            issuer: issuer.into(),
            client_id: "portal".into(),
            client_secret: "secret".into(),
            redirect_uri: "http://localhost:8081/callback".into(),
            post_logout_redirect_uri: "http://localhost:8081/".into(),
            scopes: vec!["email".into()],
            id_token_signed_response_alg: algorithm.into(),
        }
    }

    #[test]
    fn plain_http_is_for_a_provider_on_this_machine_only() {
        for issuer in ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1", "https://idp.example"]
        {
            assert!(RelyingParty::new(settings(issuer, "ES256")).is_ok(), "{issuer}");
        }
        for issuer in
            ["http://idp.example", "http://localhost.evil.example", "ftp://localhost", "idp.example", ""]
        {
            assert!(
                matches!(RelyingParty::new(settings(issuer, "ES256")), Err(Error::Settings(_))),
                "{issuer}"
            );
        }
    }

    #[test]
    fn only_asymmetric_algorithms_can_be_configured() {
        for algorithm in ["none", "HS256", ""] {
            assert!(RelyingParty::new(settings("https://idp.example", algorithm)).is_err(), "{algorithm}");
        }
    }

    #[test]
    fn what_the_provider_was_asked_for_is_checked_before_sending() {
        assert!(parse_prompt("login").is_ok());
        assert!(parse_prompt("create everything").is_err());
    }
}
