//! What a request brings: a JSON object, or parameters after the question mark. Unknown members are refused, so that a
//! misspelt one is seen.

use super::caller::Caller;
use super::problem::Problem;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use idp_domain::administration::{Act, Area};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;

/// The most of a body: fifty addresses of 2000 characters in each list of a registration, and then some.
const MAX_BODY: usize = 1024 * 1024;

/// The body of an operation.
pub trait Input: DeserializeOwned + 'static {
    /// What the operation does: who may not is told so before anything of the body is looked at.
    const ACT: Act;
}

/// An area as a type, for bodies that several share.
pub trait Of: 'static {
    /// Which.
    const AREA: Area;
}

/// The body of a change that needs nothing but its reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Why<T> {
    /// Why.
    pub reason: String,
    #[serde(skip)]
    area: PhantomData<T>,
}

impl<T: Of> Input for Why<T> {
    const ACT: Act = Act::Write(T::AREA);
}

/// A call with a JSON body: the caller's right first, then the body.
pub struct Call<T> {
    /// Who calls.
    pub caller: Caller,
    /// What they sent.
    pub body: T,
}

impl<T: Input> FromRequest for Call<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let stream = web::Payload::from_request(&request, payload);
        Box::pin(async move {
            let caller = Caller::of(&request).await?;
            caller.desk().admit(T::ACT).await?;
            let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
            if !media_type.eq_ignore_ascii_case("application/json") {
                return Err(Problem::UnsupportedMediaType);
            }
            let lost = |_| Problem::Malformed("the body did not come whole".to_owned());
            let stream = stream.await.map_err(lost)?;
            let bytes =
                stream.to_bytes_limited(MAX_BODY).await.map_err(|_| Problem::TooLarge)?.map_err(lost)?;
            // Serde reads a struct from a list too, member by member.
            if !bytes.trim_ascii_start().starts_with(b"{") {
                return Err(Problem::Malformed("send a JSON object".to_owned()));
            }
            let body =
                serde_json::from_slice(&bytes).map_err(|error| Problem::Malformed(error.to_string()))?;
            Ok(Self { caller, body })
        })
    }
}

/// Parameters after the question mark.
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Parameters<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = web::Query::<T>::from_query(request.query_string());
        ready(
            read.map(|query| Self(query.into_inner())).map_err(|error| Problem::Malformed(error.to_string())),
        )
    }
}
