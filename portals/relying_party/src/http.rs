//! The one HTTP client towards the provider: no redirects, five seconds, a bounded body.

use crate::Error;
use openidconnect::url::{Host, Url};
use openidconnect::{HttpRequest, HttpResponse};
use std::time::Duration;

const TIME_OUT: Duration = Duration::from_secs(5);
/// Far above any discovery document, key set or token answer.
const MAX_BODY: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("{0}")]
    Transport(#[source] reqwest::Error),
    #[error("the answer is longer than {MAX_BODY} bytes")]
    TooLong,
    #[error("status {0}")]
    Status(u16),
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error.without_url())
    }
}

/// A client for one issuer: `https` only, except for a provider on this machine, which no proxy is asked for.
pub(crate) fn client(issuer: &Url) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIME_OUT);
    let builder = match issuer.scheme() {
        "https" => builder.https_only(true),
        "http" if is_loopback(issuer) => builder.no_proxy(),
        _ => return Err(Error::Settings("the issuer must be an https address")),
    };
    builder.build().map_err(|_| Error::Settings("the HTTP client cannot start: no root certificates?"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Sends a request of the `openidconnect` crate. An answer of 5xx is an error: the provider is as good as away.
pub(crate) async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let mut response = client.execute(request.try_into()?).await?;
    if response.status().is_server_error() {
        return Err(HttpError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(HttpError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}
