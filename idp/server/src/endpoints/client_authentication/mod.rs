//! Client authentication (RFC 6749 section 2.3, OIDC Core section 9): one method a request, and the one that the client
//! registered.
//!
//! 1. [`Presented::read`] finds out what the request brings, and refuses two ways at once.
//! 2. The client is looked up by the identifier that the request claims.
//! 3. Where wrong proofs for it came from the same network, that network may have to wait ([`ProofTry`]).
//! 4. Its registered method looks at the proof: [`secret`], [`assertion`], [`certificate`].
//! 5. The request counts for the client's ceiling, now that it is the client's.

mod assertion;
mod certificate;
mod secret;

use super::oauth_error::{OAuthError, OAuthErrorCode};
use crate::app::App;
use crate::web::wrong_proofs::{Claim, ProofTry};
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::client::ClientAuthenticationMethod;
use idp_domain::client::assertion::ASSERTION_TYPE;
use idp_domain::ids::ClientId;
use idp_domain::jwt::Jwt;
use idp_domain::secret::Secret;
use idp_store::{RegisteredService, StoreError};
use std::sync::Arc;

/// What a request brings to prove its client.
enum Proof {
    /// In the `Authorization` header.
    Basic(Secret),
    /// In the form.
    Post(Secret),
    /// A signed assertion.
    Assertion(Secret),
    /// Nothing in the request: a public client, or a certificate in the connection.
    Nothing,
}

/// A claim to be a client, with its proof.
struct Presented {
    id: String,
    proof: Proof,
}

/// The client that sent a request, proven as it registered.
///
/// # Errors
/// `invalid_request` for two methods at once, `invalid_client` for what doesn't prove the client.
pub async fn authenticate(
    app: &App,
    request: &HttpRequest,
    parameters: &Parameters,
) -> Result<Arc<RegisteredService>, OAuthError> {
    let presented = Presented::read(request, parameters)?;
    let challenge = matches!(presented.proof, Proof::Basic(_));
    let refused = || OAuthError { challenge, ..refusal() };
    let id = ClientId::parse(&presented.id).ok_or_else(refused)?;
    let service = app.find_service(&id).await?.ok_or_else(refused)?;
    let client = &service.client;
    // Anybody can name a public client: there is nothing to prove and nothing to guess.
    if client.authentication_method == ClientAuthenticationMethod::None {
        if !matches!(presented.proof, Proof::Nothing) {
            return Err(refused());
        }
    } else {
        let proof = ProofTry::begin(app, request, Claim::Client(id))?;
        if is_proven(app, request, &service, &presented.proof).await? {
            proof.right();
        } else {
            return Err(proof.wrong().await?.map_or_else(refused, OAuthError::from));
        }
    }
    app.admit_client(client, request)?;
    Ok(service)
}

/// Whether the registered method finds the client proven.
async fn is_proven(
    app: &App,
    request: &HttpRequest,
    service: &RegisteredService,
    proof: &Proof,
) -> Result<bool, StoreError> {
    let client = &service.client;
    Ok(match (proof, client.authentication_method) {
        (Proof::Basic(secret), ClientAuthenticationMethod::ClientSecretBasic)
        | (Proof::Post(secret), ClientAuthenticationMethod::ClientSecretPost) => {
            secret::is_one_of(secret, service)
        }
        (Proof::Assertion(text), ClientAuthenticationMethod::PrivateKeyJwt) => {
            assertion::proves(app, request.path(), client, text.expose()).await?
        }
        (
            Proof::Nothing,
            ClientAuthenticationMethod::TlsClientAuth | ClientAuthenticationMethod::SelfSignedTlsClientAuth,
        ) => certificate::proves(app, request, client).await,
        _ => false,
    })
}

fn refusal() -> OAuthError {
    OAuthError::new(OAuthErrorCode::InvalidClient, "client authentication failed")
}

impl Presented {
    fn read(request: &HttpRequest, parameters: &Parameters) -> Result<Self, OAuthError> {
        let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
        let get = |name| parameters.get(name).map_err(|_| invalid("a parameter is repeated or malformed"));
        let (id, secret) = (get("client_id")?, get("client_secret")?);
        let (assertion, kind) = (get("client_assertion")?, get("client_assertion_type")?);
        let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).collect();
        if headers.len() > 1 {
            return Err(invalid("Authorization appears more than once"));
        }
        let header = headers.first();
        // RFC 6749 section 2.3: a client MUST NOT use more than one method in a request.
        let asserts = assertion.is_some() || kind.is_some();
        if [header.is_some(), secret.is_some(), asserts].into_iter().filter(|used| *used).count() > 1 {
            return Err(invalid("two ways of client authentication"));
        }
        match (header, secret, assertion) {
            (Some(header), ..) => {
                let malformed = || OAuthError { challenge: true, ..refusal() };
                let (named, secret) = header.to_str().ok().and_then(secret::basic).ok_or_else(malformed)?;
                if id.is_some_and(|id| id != named) {
                    return Err(invalid("client_id differs from the Authorization header's"));
                }
                Ok(Self { id: named, proof: Proof::Basic(secret) })
            }
            (None, Some(secret), _) => {
                Ok(Self { id: id.unwrap_or_default().to_owned(), proof: Proof::Post(Secret::new(secret)) })
            }
            (None, None, Some(assertion)) => Self::by_assertion(id, assertion, kind),
            (None, None, None) if kind.is_some() => Err(invalid("client_assertion is missing")),
            (None, None, None) => Ok(Self { id: id.unwrap_or_default().to_owned(), proof: Proof::Nothing }),
        }
    }

    /// RFC 7521 section 4.2: `client_id` may be left out, since `sub` says it; it MUST NOT name another client.
    fn by_assertion(id: Option<&str>, assertion: &str, kind: Option<&str>) -> Result<Self, OAuthError> {
        let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
        match kind {
            None => return Err(invalid("client_assertion_type is missing")),
            Some(kind) if kind != ASSERTION_TYPE => {
                return Err(invalid("client_assertion_type is not one that this server takes"));
            }
            Some(_) => {}
        }
        let subject = Jwt::parse(assertion).ok().and_then(|jwt| jwt.text("sub").map(str::to_owned));
        if let (Some(id), Some(subject)) = (id, &subject)
            && id != subject
        {
            return Err(invalid("client_id differs from the assertion's sub"));
        }
        let id = id.map(str::to_owned).or(subject).unwrap_or_default();
        Ok(Self { id, proof: Proof::Assertion(Secret::new(assertion)) })
    }
}
