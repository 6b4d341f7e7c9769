//! A relying service in one file, with `openidconnect` and actix-web: sign-in, userinfo, refresh, and signing out both
//! ways.
//!
//! Sessions are kept in memory here; keep yours where every process of your service finds them.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest as OidcRequest,
    HttpResponse as OidcResponse, IssuerUrl, JsonWebKeySet, LanguageTag, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    SignatureVerificationError, SubjectIdentifier, TokenResponse,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Display;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, RwLock};
use url::Url;

const COOKIE: &str = "example_rust";
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The keys are read again for an unknown `kid`, but not for each forged token.
const BETWEEN_KEY_READS: Duration = Duration::from_secs(10);

type Party = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is configured, and what the provider said of itself.
struct Service {
    issuer: String,
    client_id: String,
    client_secret: String,
    base_url: String,
    algorithm: Algorithm,
    http: Http,
    provider: RwLock<ProviderMetadataWithLogout>,
    keys_read: Mutex<Option<Instant>>,
    /// By the browser's cookie: what a sign-in under way must come back with.
    pending: Mutex<HashMap<String, Pending>>,
    /// By the browser's cookie: who is signed in.
    sessions: Mutex<HashMap<String, Session>>,
}

struct Pending {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

struct Session {
    claims: Value,
    userinfo: Value,
    id_token: CoreIdToken,
    refresh_token: Option<RefreshToken>,
}

/// Why a request isn't served: told as JSON with status 400.
#[derive(Debug)]
struct Problem(String);

impl Problem {
    /// Tells `told`, logs the rest.
    fn because(told: &str, error: &impl Display) -> Self {
        tracing::warn!(%error, "{told}");
        Self(told.to_owned())
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl actix_web::ResponseError for Problem {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({ "error": self.0 }))
    }
}

type Answer = Result<HttpResponse, Problem>;

/// The library's requests, by reqwest.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<OidcResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: OidcRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut answer = OidcResponse::new(response.bytes().await?.to_vec());
            (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
            Ok(answer)
        })
    }
}

/// `GET /sign-in`: to the identity server.
async fn sign_in(service: web::Data<Service>, request: HttpRequest) -> Answer {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let party = service.party().await?;
    let mut asked = party
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge);
    if let Some(language) = parameter(&request, "lang") {
        asked = asked.add_ui_locale(LanguageTag::new(language));
    }
    let (url, state, nonce) = asked.url();
    let key = cookie(&request).unwrap_or_else(fresh_key);
    service.pending.lock().await.insert(key.clone(), Pending { state, nonce, verifier });
    Ok(redirect(url.as_str(), Some(service.session_cookie(key))))
}

/// `GET /callback`: back with a code, or with an error.
async fn callback(service: web::Data<Service>, request: HttpRequest) -> Answer {
    let key = cookie(&request).unwrap_or_default();
    let pending = service.pending.lock().await.remove(&key);
    let pending = pending.ok_or(Problem("no sign-in is under way in this browser".to_owned()))?;
    let get = |name| parameter(&request, name).unwrap_or_default();
    // RFC 9207; the library doesn't look at it.
    if get("iss") != service.issuer || get("state") != *pending.state.secret() {
        return Err(Problem("this answer is not for this browser".to_owned()));
    }
    if let Some(error) = parameter(&request, "error") {
        return Err(Problem(error));
    }
    let party = service.party().await?;
    let exchange = party.exchange_code(AuthorizationCode::new(get("code"))).map_err(no_endpoint)?;
    let tokens = exchange.set_pkce_verifier(pending.verifier).request_async(&service.http).await;
    let tokens = tokens.map_err(|error| refused(&error))?;
    let id_token = tokens.id_token().ok_or(Problem("no ID token came".to_owned()))?.clone();
    let claims = service.verify(&id_token, &pending.nonce, &tokens).await?;
    let subject = SubjectIdentifier::new(claims["sub"].as_str().unwrap_or_default().to_owned());
    let userinfo = service.userinfo(&tokens, subject).await?;
    let refresh_token = tokens.refresh_token().cloned();
    // A new cookie at every sign-in: nobody can have planted it.
    let fresh = fresh_key();
    let mut sessions = service.sessions.lock().await;
    sessions.remove(&key);
    sessions.insert(fresh.clone(), Session { claims, userinfo, id_token, refresh_token });
    Ok(redirect("/", Some(service.session_cookie(fresh))))
}

/// `POST /refresh`: new tokens for somebody who is still at work here.
async fn refresh(service: web::Data<Service>, request: HttpRequest) -> Answer {
    // Each refresh token is good once: the lock lets the requests of this service take turns.
    let mut sessions = service.sessions.lock().await;
    let session = cookie(&request).and_then(|key| sessions.get_mut(&key));
    let Some((session, token)) = session.and_then(|session| {
        let token = session.refresh_token.clone()?;
        Some((session, token))
    }) else {
        return Ok(HttpResponse::Conflict().json(json!({ "error": "nothing to refresh" })));
    };
    let party = service.party().await?;
    let exchange = party.exchange_refresh_token(&token).map_err(no_endpoint)?;
    let tokens = exchange.request_async(&service.http).await.map_err(|error| refused(&error))?;
    if let Some(successor) = tokens.refresh_token() {
        session.refresh_token = Some(successor.clone());
    }
    let subject = SubjectIdentifier::new(session.claims["sub"].as_str().unwrap_or_default().to_owned());
    session.userinfo = service.userinfo(&tokens, subject).await?;
    Ok(HttpResponse::Ok().json(json!({ "refreshed": true })))
}

/// `POST /sign-out`: here first, then at the identity server.
async fn sign_out(service: web::Data<Service>, request: HttpRequest) -> Answer {
    let key = cookie(&request).unwrap_or_default();
    let Some(session) = service.sessions.lock().await.remove(&key) else { return Ok(redirect("/", None)) };
    let end = service.provider.read().await.additional_metadata().end_session_endpoint.clone();
    let end = end.ok_or(Problem("the provider has no end_session_endpoint".to_owned()))?;
    let back = PostLogoutRedirectUrl::new(format!("{}/", service.base_url));
    let back = back.map_err(|error| Problem::because("BASE_URL is no address", &error))?;
    let logout =
        LogoutRequest::from(end).set_id_token_hint(&session.id_token).set_post_logout_redirect_uri(back);
    Ok(redirect(logout.http_get_url().as_str(), None))
}

/// `POST /backchannel-logout`: the identity server says that a session ended.
async fn backchannel_logout(service: web::Data<Service>, form: web::Form<HashMap<String, String>>) -> Answer {
    let token = form.get("logout_token").map(String::as_str).unwrap_or_default();
    let claims = service.read_logout_token(token).await?;
    let name = if claims.get("sid").is_some() { "sid" } else { "sub" };
    service.sessions.lock().await.retain(|_, session| session.claims.get(name) != claims.get(name));
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).finish())
}

/// `GET /`: who is signed in.
async fn home(service: web::Data<Service>, request: HttpRequest) -> HttpResponse {
    let sessions = service.sessions.lock().await;
    HttpResponse::Ok().json(match cookie(&request).and_then(|key| sessions.get(&key)) {
        Some(session) => json!({ "claims": session.claims, "userinfo": session.userinfo }),
        None => json!({ "sign_in": "/sign-in" }),
    })
}

impl Service {
    /// Reads the settings from the environment, and discovery and keys from the identity server.
    async fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let issuer = std::env::var("ISSUER")?;
        // No redirects: the library's requests must not be led elsewhere.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = Http(client.timeout(Duration::from_secs(10)).build()?);
        let provider =
            ProviderMetadataWithLogout::discover_async(IssuerUrl::new(issuer.clone())?, &http).await?;
        Ok(Self {
            issuer,
            client_id: std::env::var("CLIENT_ID")?,
            client_secret: std::env::var("CLIENT_SECRET")?,
            base_url: std::env::var("BASE_URL")?,
            algorithm: std::env::var("ID_TOKEN_ALG").as_deref().unwrap_or("ES256").parse()?,
            http,
            provider: RwLock::new(provider),
            keys_read: Mutex::default(),
            pending: Mutex::default(),
            sessions: Mutex::default(),
        })
    }

    async fn party(&self) -> Result<Party, Problem> {
        let callback = RedirectUrl::new(format!("{}/callback", self.base_url));
        let callback = callback.map_err(|error| Problem::because("BASE_URL is no address", &error))?;
        let (id, secret) =
            (ClientId::new(self.client_id.clone()), ClientSecret::new(self.client_secret.clone()));
        let provider = self.provider.read().await.clone();
        Ok(CoreClient::from_provider_metadata(provider, id, Some(secret)).set_redirect_uri(callback))
    }

    /// The claims of a verified ID token. Where its key is unknown, keys were changed: they are read again, once.
    async fn verify(
        &self,
        id_token: &CoreIdToken,
        nonce: &Nonce,
        tokens: &CoreTokenResponse,
    ) -> Result<Value, Problem> {
        let mut verified = check(&self.party().await?, id_token, nonce, tokens);
        let unknown = SignatureVerificationError::NoMatchingKey;
        if verified == Err(ClaimsVerificationError::SignatureVerification(unknown))
            && self.read_keys().await?
        {
            verified = check(&self.party().await?, id_token, nonce, tokens);
        }
        verified.map_err(|error| Problem::because("the ID token doesn't verify", &error))?;
        payload(&id_token.to_string()).ok_or(Problem("the ID token can't be read".to_owned()))
    }

    /// Reads the keys again, unless that was just done.
    async fn read_keys(&self) -> Result<bool, Problem> {
        let mut last = self.keys_read.lock().await;
        if last.is_some_and(|last| last.elapsed() < BETWEEN_KEY_READS) {
            return Ok(false);
        }
        let address = self.provider.read().await.jwks_uri().clone();
        let keys = JsonWebKeySet::fetch_async(&address, &self.http).await;
        let keys = keys.map_err(|error| Problem::because("the keys can't be read", &error))?;
        let mut provider = self.provider.write().await;
        *provider = provider.clone().set_jwks(keys);
        *last = Some(Instant::now());
        Ok(true)
    }

    /// The keys that we have, for the library that reads logout tokens.
    async fn keys(&self) -> Result<JwkSet, Problem> {
        let keys = serde_json::to_value(self.provider.read().await.jwks());
        keys.and_then(serde_json::from_value)
            .map_err(|error| Problem::because("the keys can't be read", &error))
    }

    async fn userinfo(
        &self,
        tokens: &CoreTokenResponse,
        subject: SubjectIdentifier,
    ) -> Result<Value, Problem> {
        let party = self.party().await?;
        // OIDC Core 5.3.2: it must be about the same person.
        let asked = party.user_info(tokens.access_token().clone(), Some(subject)).map_err(no_endpoint)?;
        let person: Result<CoreUserInfoClaims, _> = asked.request_async(&self.http).await;
        let person = person.map_err(|error| Problem::because("userinfo can't be read", &error))?;
        serde_json::to_value(person).map_err(|error| Problem::because("userinfo can't be read", &error))
    }

    /// Verifies a logout token (OIDC Back-Channel Logout section 2.6), which `openidconnect` doesn't know; its claims.
    async fn read_logout_token(&self, token: &str) -> Result<Value, Problem> {
        let unsound = |error: &dyn Display| Problem::because("not a logout token", &error.to_string());
        let header = jsonwebtoken::decode_header(token).map_err(|error| unsound(&error))?;
        let kid = header.kid.unwrap_or_default();
        let mut keys = self.keys().await?;
        if keys.find(&kid).is_none() && self.read_keys().await? {
            keys = self.keys().await?;
        }
        let key = keys.find(&kid).ok_or_else(|| unsound(&"its key is unknown"))?;
        let key = DecodingKey::from_jwk(key).map_err(|error| unsound(&error))?;
        let mut rules = Validation::new(self.algorithm);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[&self.client_id]);
        rules.set_required_spec_claims(&["iss", "aud", "exp"]);
        let token = jsonwebtoken::decode::<Value>(token, &key, &rules).map_err(|error| unsound(&error))?;
        let claims = token.claims;
        let names_somebody = claims.get("sid").is_some() || claims.get("sub").is_some();
        let is_logout =
            token.header.typ.as_deref() == Some("logout+jwt") && claims["events"][LOGOUT_EVENT].is_object();
        let stands =
            is_logout && names_somebody && claims.get("nonce").is_none() && claims.get("jti").is_some();
        if stands { Ok(claims) } else { Err(unsound(&"a claim is missing, or one too many")) }
    }

    fn session_cookie(&self, key: String) -> Cookie<'static> {
        let cookie = Cookie::build(COOKIE, key).path("/").http_only(true).same_site(SameSite::Lax);
        cookie.secure(self.base_url.starts_with("https:")).finish()
    }
}

/// Signature, issuer, audience, times and nonce; then the hash that ties the access token to the ID token.
fn check(
    party: &Party,
    id_token: &CoreIdToken,
    nonce: &Nonce,
    tokens: &CoreTokenResponse,
) -> Result<(), ClaimsVerificationError> {
    let verifier = party.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    // OpenID Connect Core 3.1.3.7 step 5: the library leaves it to us.
    if claims.authorized_party().is_some_and(|azp| azp != party.client_id()) {
        return Err(ClaimsVerificationError::Other("azp".to_owned()));
    }
    let fits = claims.access_token_hash().is_some_and(|expected| {
        let found = id_token.signing_alg().ok().zip(id_token.signing_key(&verifier).ok());
        let found =
            found.and_then(|(alg, key)| AccessTokenHash::from_token(tokens.access_token(), alg, key).ok());
        found.as_ref() == Some(expected)
    });
    if fits { Ok(()) } else { Err(ClaimsVerificationError::Other("at_hash".to_owned())) }
}

/// All claims of a JWT that has been verified, `sid` too.
fn payload(jwt: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?).ok()
}

/// The identity server's code, such as `invalid_grant`.
fn refused<E: std::error::Error>(
    error: &RequestTokenError<
        E,
        openidconnect::StandardErrorResponse<openidconnect::core::CoreErrorResponseType>,
    >,
) -> Problem {
    match error {
        RequestTokenError::ServerResponse(response) => Problem::because(response.error().as_ref(), response),
        other => Problem::because("the identity server is away", other),
    }
}

fn no_endpoint(error: openidconnect::ConfigurationError) -> Problem {
    Problem::because("the provider lacks an endpoint", &error)
}

fn fresh_key() -> String {
    // 128 bits of the library's randomness.
    CsrfToken::new_random().secret().clone()
}

fn cookie(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}

fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn redirect(location: &str, cookie: Option<Cookie<'static>>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header(("Location", location)).insert_header(("Cache-Control", "no-store"));
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    response.finish()
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let service = web::Data::new(Service::start().await?);
    let port = Url::parse(&service.base_url)?.port_or_known_default().unwrap_or(80);
    let app = move || {
        App::new()
            .app_data(service.clone())
            .route("/", web::get().to(home))
            .route("/sign-in", web::get().to(sign_in))
            .route("/callback", web::get().to(callback))
            .route("/refresh", web::post().to(refresh))
            .route("/sign-out", web::post().to(sign_out))
            .route("/backchannel-logout", web::post().to(backchannel_logout))
    };
    HttpServer::new(app).workers(1).bind(("127.0.0.1", port))?.run().await?;
    Ok(())
}
