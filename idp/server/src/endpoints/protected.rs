//! A request to a resource of ours: the access token that it brings, under which scheme, and the answers to one that
//! doesn't do (RFC 6750 section 3, RFC 9449 section 7.1).
//!
//! A token that is bound to a key opens nothing without a proof by that key; one that isn't gains nothing by a proof.

use super::dpop::{self, DpopRefusal};
use crate::app::App;
use crate::web::limits::TooMany;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::client::Profile;
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm;
use idp_store::StoreError;

/// How a token came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750: in the header, or in the form.
    Bearer,
    /// RFC 9449 section 7.1: in the header, with a proof beside it.
    Dpop,
}

/// The access token of a request.
#[derive(Debug)]
pub struct PresentedToken {
    /// As it came.
    pub token: Secret,
    /// How.
    pub scheme: Scheme,
}

/// Why a request opens nothing.
#[derive(Debug)]
pub enum Refusal {
    /// No token was sent: bare challenges.
    NoToken,
    /// Two tokens, or one in a place where none belongs.
    InvalidRequest,
    /// Unknown, expired, revoked, or under the wrong scheme for what it is bound to.
    InvalidToken(Scheme),
    /// The proof is missing or doesn't fit.
    InvalidProof,
    /// The proof needs a fresh nonce: this one.
    UseNonce(String),
    /// A good token, but not for this (RFC 6750 section 3.1).
    InsufficientScope(Scheme),
    /// More requests than the limit, or more wrong tokens from this network.
    TooMany(TooMany),
    /// The database is away.
    Unavailable,
    /// Our own mistake.
    Failed,
}

impl From<TooMany> for Refusal {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a resource could not be read");
        Self::Unavailable
    }
}

impl Refusal {
    /// The answer. `realm` is the resource's name.
    #[must_use]
    pub fn response(&self, realm: &str) -> HttpResponse {
        let challenge = |response: &mut HttpResponseBuilder, scheme: Scheme, rest: &str| {
            response.append_header((WWW_AUTHENTICATE, self::challenge(scheme, realm, rest)));
        };
        let mut response = HttpResponse::Unauthorized();
        match self {
            Self::NoToken => {
                challenge(&mut response, Scheme::Bearer, "");
                challenge(&mut response, Scheme::Dpop, "");
            }
            Self::InvalidRequest => {
                response = HttpResponse::BadRequest();
                challenge(&mut response, Scheme::Bearer, ", error=\"invalid_request\"");
            }
            Self::InvalidToken(scheme) => challenge(&mut response, *scheme, ", error=\"invalid_token\""),
            Self::InvalidProof => challenge(&mut response, Scheme::Dpop, ", error=\"invalid_dpop_proof\""),
            Self::UseNonce(nonce) => {
                challenge(&mut response, Scheme::Dpop, ", error=\"use_dpop_nonce\"");
                response.insert_header(("DPoP-Nonce", nonce.as_str()));
            }
            Self::InsufficientScope(scheme) => {
                response = HttpResponse::Forbidden();
                challenge(&mut response, *scheme, ", error=\"insufficient_scope\", scope=\"openid\"");
            }
            Self::TooMany(TooMany { seconds }) => {
                response = HttpResponse::TooManyRequests();
                response.insert_header((RETRY_AFTER, seconds.to_string()));
            }
            Self::Failed => response = HttpResponse::InternalServerError(),
            Self::Unavailable => {
                response = HttpResponse::ServiceUnavailable();
                response.insert_header((RETRY_AFTER, "5"));
            }
        }
        response.insert_header((CACHE_CONTROL, "no-store")).finish()
    }
}

/// RFC 9449 section 7.1: a DPoP challenge names the algorithms of proofs.
fn challenge(scheme: Scheme, realm: &str, rest: &str) -> String {
    match scheme {
        Scheme::Bearer => format!("Bearer realm=\"{realm}\"{rest}"),
        Scheme::Dpop => {
            let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).join(" ");
            format!("DPoP realm=\"{realm}\"{rest}, algs=\"{algorithms}\"")
        }
    }
}

impl PresentedToken {
    /// The one token of a request. RFC 6750 section 2: not in more than one way, and never in the query.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn read(request: &HttpRequest, form: Option<&Parameters>) -> Result<Self, Refusal> {
        let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).collect();
        let in_form = match form.map(|form| form.get("access_token")) {
            Some(Err(_)) => return Err(Refusal::InvalidRequest),
            Some(Ok(token)) => token,
            None => None,
        };
        match (headers.as_slice(), in_form) {
            ([], None) => Err(Refusal::NoToken),
            ([], Some(token)) => Ok(Self { token: Secret::new(token), scheme: Scheme::Bearer }),
            ([header], None) => Self::from_header(header),
            _ => Err(Refusal::InvalidRequest),
        }
    }

    /// The scheme's name is taken whatever its case (RFC 9110 section 11.1).
    fn from_header(header: &HeaderValue) -> Result<Self, Refusal> {
        let invalid = Refusal::InvalidToken(Scheme::Bearer);
        let Some((name, token)) = header.to_str().ok().and_then(|text| text.split_once(' ')) else {
            return Err(invalid);
        };
        let scheme = match name.to_ascii_lowercase().as_str() {
            "bearer" => Scheme::Bearer,
            "dpop" => Scheme::Dpop,
            _ => return Err(Refusal::NoToken),
        };
        Ok(Self { token: Secret::new(token.trim()), scheme })
    }

    /// Whether the request may use the token, which is bound to `jkt`, or to nothing.
    ///
    /// # Errors
    /// It may not.
    pub async fn check_binding(
        &self,
        app: &App,
        request: &HttpRequest,
        profile: Profile,
        jkt: Option<&str>,
    ) -> Result<(), Refusal> {
        let jkt = match (self.scheme, jkt) {
            (Scheme::Bearer, None) => return Ok(()),
            (Scheme::Bearer, Some(_)) | (Scheme::Dpop, None) => {
                return Err(Refusal::InvalidToken(Scheme::Dpop));
            }
            (Scheme::Dpop, Some(jkt)) => jkt,
        };
        match dpop::proof(app, request, profile, Some(&self.token)).await {
            Ok(Some(proven)) if proven.as_str() == jkt => Ok(()),
            Ok(Some(_)) => Err(Refusal::InvalidToken(Scheme::Dpop)),
            Ok(None) => Err(Refusal::InvalidProof),
            Err(DpopRefusal::InvalidProof(problem)) => {
                tracing::info!(%problem, "a DPoP proof was refused");
                Err(Refusal::InvalidProof)
            }
            Err(DpopRefusal::UseNonce(nonce)) => Err(Refusal::UseNonce(nonce)),
            Err(DpopRefusal::Unavailable(error)) => Err(error.into()),
        }
    }
}
