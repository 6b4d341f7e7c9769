//! A relying service: what it registers, what it asks for, what it redeems and verifies.

use super::page::{Page, encode};
use super::visitor::{FORM, Visitor, page_of};
use super::{Account, TestIdp};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use idp_domain::client::Client;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Header, Validation, decode, decode_header};
use reqwest::Method;
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};

/// A registered service.
#[derive(Debug, Clone)]
pub struct Service {
    /// What it registered.
    pub client: Client,
    /// Its secret; empty for a public client.
    pub secret: String,
}

/// A registration that a test can add lines to.
pub const REGISTRATION: &str = r#"
client_name = "Fishing licences"
"client_name#fr" = "Permis de pêche"
redirect_uris = ["https://rp.example.test/callback"]
post_logout_redirect_uris = ["https://rp.example.test/bye"]
scope = "openid email profile"
id_token_signed_response_alg = "ES256"
"#;

/// The registered address of [`REGISTRATION`].
pub const CALLBACK: &str = "https://rp.example.test/callback";
/// The registered post-logout address of [`REGISTRATION`].
pub const BYE: &str = "https://rp.example.test/bye";

impl TestIdp {
    /// Registers [`REGISTRATION`].
    pub async fn service(&self) -> Service {
        self.register(REGISTRATION).await
    }

    /// Registers [`REGISTRATION`] with more lines.
    pub async fn service_with(&self, lines: &str) -> Service {
        self.register(&format!("{REGISTRATION}{lines}")).await
    }

    /// Registers a service from its TOML file's text.
    pub async fn register(&self, file: &str) -> Service {
        let added = idp_server::cli::services::add(&self.app.store, file, true, self.now()).await;
        let added = added.unwrap_or_else(|failure| panic!("{failure:?}"));
        let secret = added.secret.map(|secret| secret.expose().to_owned()).unwrap_or_default();
        Service { client: added.client, secret }
    }

    /// Sends a form to the token endpoint, with HTTP Basic where `credentials` are given.
    pub async fn token(&self, credentials: Option<(&str, &str)>, fields: &[(&str, &str)]) -> Page {
        self.call("/token", credentials, fields).await
    }

    /// Refreshes as the service should, with more fields.
    pub async fn refresh(&self, service: &Service, refresh_token: &str, more: &[(&str, &str)]) -> Page {
        let fields = [&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)], more].concat();
        self.token(Some((service.client.id.as_str(), &service.secret)), &fields).await
    }

    /// Asks about a token as the service.
    pub async fn introspect(&self, service: &Service, token: &str) -> Page {
        let credentials = Some((service.client.id.as_str(), service.secret.as_str()));
        self.call("/introspect", credentials, &[("token", token)]).await
    }

    /// Gives a token back as the service.
    pub async fn revoke(&self, service: &Service, token: &str) -> Page {
        let credentials = Some((service.client.id.as_str(), service.secret.as_str()));
        self.call("/revoke", credentials, &[("token", token)]).await
    }

    /// Sends a form to an endpoint, with HTTP Basic where `credentials` are given.
    pub async fn call(&self, path: &str, credentials: Option<(&str, &str)>, fields: &[(&str, &str)]) -> Page {
        let pairs: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let request = self.http().request(Method::POST, format!("{}{path}", self.issuer));
        let mut request = request.header("Content-Type", FORM).body(encode(&pairs));
        if let Some((id, secret)) = credentials {
            request = request.header("Authorization", basic(id, secret));
        }
        page_of(request.send().await.expect("an answer")).await
    }

    /// Redeems a code as the service should.
    pub async fn redeem(&self, service: &Service, request: &Request, code: &str) -> Page {
        let fields = redemption(request, code);
        let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.token(Some((service.client.id.as_str(), &service.secret)), &fields).await
    }

    /// Brings a browser to the service with a code: it signs in where it is asked to. The last redirect.
    pub async fn authorize(&self, visitor: &Visitor, request: &Request, account: &Account) -> Page {
        let page = visitor.get(&request.path()).await;
        let page = visitor.follow(page).await;
        if page.location().is_some() || !page.has("sign-in") {
            return page;
        }
        let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
        let answer = visitor.submit(&page, "f", &typed).await;
        visitor.follow(answer).await
    }

    /// The whole flow with an honest request.
    pub async fn sign_in_at(&self, visitor: &Visitor, service: &Service, account: &Account) -> Tokens {
        let request = service.request();
        let page = self.authorize(visitor, &request, account).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        self.tokens(service, &request, &code).await
    }

    /// Redeems a code that must be good.
    pub async fn tokens(&self, service: &Service, request: &Request, code: &str) -> Tokens {
        let answer = self.redeem(service, request, code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let text =
            |name: &str| json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")).to_owned();
        let id_token = text("id_token");
        let claims = self.verify_id_token(service, &id_token).await;
        let refresh_token = json["refresh_token"].as_str().map(str::to_owned);
        Tokens { id_token, access_token: text("access_token"), refresh_token, claims }
    }

    /// Verifies an ID token as a relying service does, by the published key set; its claims.
    pub async fn verify_id_token(&self, service: &Service, id_token: &str) -> Value {
        let jwks = self.visitor().get("/jwks").await.json();
        verify_with(&serde_json::from_value(jwks).expect("a key set"), service, &self.issuer, id_token)
            .unwrap_or_else(|problem| panic!("the ID token doesn't verify: {problem}"))
    }

    /// Verifies a JWT access token as a resource does, by the published key set (RFC 9068 section 4).
    pub async fn verify_access_token(&self, token: &str) -> (Header, Value) {
        self.verify_jwt(token).await
    }

    /// Verifies a JWT of this server by the published key set and the key's own algorithm.
    pub async fn verify_jwt(&self, token: &str) -> (Header, Value) {
        let jwks = self.visitor().get("/jwks").await.json();
        let jwks: JwkSet = serde_json::from_value(jwks).expect("a key set");
        let header = decode_header(token).expect("a JWT");
        let key = jwks.find(header.kid.as_deref().expect("a kid")).expect("a published key");
        let algorithm = key.common.key_algorithm.expect("an algorithm").to_string();
        let mut validation = Validation::new(algorithm.parse().expect("an algorithm"));
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[self.issuer.as_str()]);
        validation.set_required_spec_claims(&["iss", "sub", "aud"]);
        let key = DecodingKey::from_jwk(key).expect("a key");
        let claims = decode(token, &key, &validation).expect("it verifies").claims;
        (header, claims)
    }

    /// Asks userinfo with an access token.
    pub async fn userinfo(&self, access_token: &str) -> Page {
        let request = self.http().get(format!("{}/userinfo", self.issuer));
        page_of(request.bearer_auth(access_token).send().await.expect("an answer")).await
    }
}

/// Verifies with a key set that may be old. Times are the test's affair: its clock isn't the system's.
pub fn verify_with(jwks: &JwkSet, service: &Service, issuer: &str, id_token: &str) -> Result<Value, String> {
    let header = decode_header(id_token).map_err(|error| error.to_string())?;
    let kid = header.kid.ok_or("no kid")?;
    let key = jwks.find(&kid).ok_or_else(|| format!("the key {kid} is unknown"))?;
    let algorithm = service.client.id_token_algorithm.as_str().parse().map_err(|_| "an unknown algorithm")?;
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[service.client.id.as_str()]);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
    decode(id_token, &key, &validation).map(|data| data.claims).map_err(|error| error.to_string())
}

/// HTTP Basic with both parts form-encoded (RFC 6749 section 2.3.1).
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// A JWT's header that claims `alg`.
pub fn unsigned_header(alg: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{{\"alg\":\"{alg}\",\"typ\":\"at+jwt\"}}"))
}

/// What a code bought.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// As it was sent.
    pub id_token: String,
    /// As it was sent.
    pub access_token: String,
    /// As it was sent, if it was.
    pub refresh_token: Option<String>,
    /// The verified claims of the ID token.
    pub claims: Value,
}

/// An authorization request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Names and values in order.
    pub parameters: Vec<(String, String)>,
    /// What made the challenge.
    pub verifier: String,
}

/// The form that redeems `code`.
pub fn redemption(request: &Request, code: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", request.value("redirect_uri").to_owned()),
    ];
    if !request.value("code_challenge").is_empty() {
        fields.push(("code_verifier", request.verifier.clone()));
    }
    fields
}

impl Service {
    /// An honest request of this service.
    pub fn request(&self) -> Request {
        Request::new(self.client.id.as_str(), self.client.redirect_uris[0].as_str())
    }
}

impl Request {
    /// An honest request with `state`, `nonce` and PKCE of its own.
    pub fn new(client_id: &str, redirect_uri: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let verifier = format!("verifier-of-request-{n:0>40}");
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let (state, nonce) = (format!("state-{n}"), format!("nonce-{n}"));
        let pairs = [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", redirect_uri),
            ("scope", "openid email"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let parameters = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { parameters, verifier }
    }

    /// A parameter's value; empty where there is none.
    pub fn value(&self, name: &str) -> &str {
        self.parameters.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The request with a parameter set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.parameters.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The request with a parameter added even where it is there already.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(key, _)| key != name);
        self
    }

    /// The request without PKCE.
    #[must_use]
    pub fn without_pkce(self) -> Self {
        self.without("code_challenge").without("code_challenge_method")
    }

    /// `/authorize?…`
    pub fn path(&self) -> String {
        format!("/authorize?{}", encode(&self.parameters))
    }
}
