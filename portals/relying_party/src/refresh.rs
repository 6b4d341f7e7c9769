//! Refreshing while a person is at work (RFC 6749 section 6, OpenID Connect Core section 12), and giving a refresh token
//! back (RFC 7009).

use crate::callback::PendingSignIn;
use crate::client::{RelyingParty, token_error};
use crate::{Error, http, id_token};
use openidconnect::http::{Request, header};
use openidconnect::url::{Url, form_urlencoded};
use openidconnect::{HttpRequest, OAuth2TokenResponse, RefreshToken, TokenResponse};

/// What a refresh brought. Both replace what was kept before.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Good for the next refresh, the one that was sent is spent; `None` where the provider lets it live on.
    pub refresh_token: Option<String>,
    /// A newer one of the same session.
    pub id_token: Option<String>,
}

impl RelyingParty {
    /// Asks for new tokens of `sub`'s session. [`Error::TokenRefused`] with `invalid_grant` means that the session at the
    /// provider is over: end the own one too. A refresh token is good once: let one request at a time use it.
    ///
    /// # Errors
    /// Every kind but [`Error::Settings`].
    pub async fn refresh(&self, refresh_token: &str, sub: &str, now: i64) -> Result<Refreshed, Error> {
        let metadata = self.provider.metadata(now).await?;
        let send = |request: HttpRequest| http::send(self.http.clone(), request);
        let tokens = self
            .client(&metadata)
            .exchange_refresh_token(&RefreshToken::new(refresh_token.to_owned()))
            .map_err(|_| Error::Description("it names no token endpoint".to_owned()))?
            .request_async(&send)
            .await
            .map_err(token_error)?;
        if let Some(id_token) = tokens.id_token() {
            let metadata = self.metadata_with_key_of(id_token, metadata, now).await?;
            let client = self.client(&metadata);
            let asked = PendingSignIn::default();
            let verifier =
                id_token::verifier(client.id_token_verifier(), self.algorithm.clone(), &asked, now);
            let expected = (self.settings.client_id.as_str(), sub);
            id_token::verify_refreshed(id_token, &verifier, expected, tokens.access_token())?;
        }
        Ok(Refreshed {
            refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
            id_token: tokens.id_token().map(ToString::to_string),
        })
    }

    /// Gives a refresh token back when the person signs out. A provider that offers no revocation is left alone.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Description`], [`Error::TokenRefused`].
    pub async fn revoke(&self, refresh_token: &str, now: i64) -> Result<(), Error> {
        let metadata = self.provider.metadata(now).await?;
        let Some(endpoint) = metadata.additional_metadata().revocation_endpoint.clone() else {
            return Ok(());
        };
        let endpoint = Url::parse(&endpoint)
            .map_err(|_| Error::Description("an address in it is invalid".to_owned()))?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("token", refresh_token)
            .append_pair("token_type_hint", "refresh_token")
            .finish();
        let request = Request::post(endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, self.basic_credentials())
            .body(body.into_bytes())
            .map_err(|_| Error::Description("an address in it is invalid".to_owned()))?;
        let answer = http::send(self.http.clone(), request)
            .await
            .map_err(|error| crate::provider::unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(Error::TokenRefused(format!("status {}", answer.status().as_u16())))
    }

    /// RFC 6749 section 2.3.1: both parts are form-encoded first.
    fn basic_credentials(&self) -> String {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&self.settings.client_id), encode(&self.settings.client_secret));
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }
}
