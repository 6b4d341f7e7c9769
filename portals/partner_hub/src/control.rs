//! How a test makes the hub go wrong, changes its keys, and reads what it was asked.

use crate::Hub;
use crate::token::SigningKey;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every answer comes so much later.
    Slow(Duration),
    /// Every answer is 503.
    Down,
    /// The description names another issuer.
    DescribesAnotherIssuer,
    /// The description is cut in its middle.
    HalfDescription,
    /// The ID token names another issuer.
    WrongIssuer,
    /// The signature fits no key.
    BadSignature,
    /// No signature at all: `alg` is `none`.
    Unsigned,
    /// Signed with the client's secret (HS256).
    SignedBySecret,
    /// The nonce of the first ID token comes again.
    ReusedNonce,
    /// No nonce.
    NoNonce,
    /// An empty `sub`.
    EmptySubject,
    /// A `sub` of 256 characters.
    LongSubject,
    /// For another relying party.
    WrongAudience,
    /// For this relying party and another one.
    SeveralAudiences,
    /// `azp` is another relying party.
    WrongAuthorizedParty,
    /// Expired.
    Expired,
    /// Issued an hour from now.
    FromTheFuture,
    /// Signed with a key that is not published.
    UnknownKey,
    /// The answer names another issuer (mix-up).
    AnswersAsAnother,
    /// The answer names no issuer, although that was promised.
    AnswersAsNobody,
    /// The answer is an error with words of its own.
    ServerError,
    /// The person is not asked anew: `auth_time` is an hour ago.
    NotAskedAnew,
}

/// A request that the hub got: everything of it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Method and address.
    pub line: String,
    /// Every header, one a line.
    pub headers: String,
    /// The body.
    pub body: String,
}

struct Inner {
    fault: Option<Fault>,
    key: Arc<SigningKey>,
    seen: Option<Vec<Seen>>,
    first_nonce: Option<String>,
}

/// A handle on a running hub. Cheap to clone.
#[derive(Clone)]
pub struct Control(Arc<Mutex<Inner>>);

impl Default for Control {
    fn default() -> Self {
        let inner =
            Inner { fault: None, key: Arc::new(SigningKey::generate()), seen: None, first_nonce: None };
        Self(Arc::new(Mutex::new(inner)))
    }
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes something go wrong from now on, or nothing any more.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// Takes another signing key; the one before is published no longer.
    pub fn rotate_key(&self) {
        self.lock().key = Arc::new(SigningKey::generate());
    }

    /// Keeps what it is asked from now on.
    pub fn watch(&self) {
        self.lock().seen = Some(Vec::new());
    }

    /// What it was asked since.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone().unwrap_or_default()
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.lock().fault
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault() == Some(fault)
    }

    pub(crate) fn key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.lock().key)
    }

    /// The nonce of the first ID token, which this one is if there was none before.
    pub(crate) fn first_nonce(&self, nonce: &str) -> String {
        self.lock().first_nonce.get_or_insert_with(|| nonce.to_owned()).clone()
    }
}

/// Around every request: notes it, and is slow or down where that was asked for.
pub(crate) async fn watch(
    hub: web::Data<Hub>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let control = hub.settings.control.clone();
    if control.lock().seen.is_some() {
        note(&control, &mut request).await?;
    }
    match control.fault() {
        Some(Fault::Slow(span)) => tokio::time::sleep(span).await,
        Some(Fault::Down) => return Ok(request.into_response(HttpResponse::ServiceUnavailable().finish())),
        _ => {}
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn note(control: &Control, request: &mut ServiceRequest) -> Result<(), Error> {
    let body = request.extract::<web::Bytes>().await?;
    let mut headers = String::new();
    for (name, value) in request.headers() {
        let _ = writeln!(headers, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    let line = format!("{} {}", request.method(), request.uri());
    let seen = Seen { line, headers, body: String::from_utf8_lossy(&body).into_owned() };
    if let Some(all) = &mut control.lock().seen {
        all.push(seen);
    }
    request.set_payload(Payload::from(body));
    Ok(())
}
