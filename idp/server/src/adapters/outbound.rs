//! What this server asks of other servers: sign-in partners, relying services' key sets, request objects, sector documents, logos, and
//! their back-channel logout addresses.
//!
//! The addresses are written by others, so each request is fenced in (server-side request forgery, RFC 9700 section
//! 4.11 and OIDC Core 16.x): `https` only, no redirect, no proxy, three seconds, a bounded answer, and no address of a
//! private, loopback or otherwise special network, looked at after the name was resolved, so that no name can lead there.
//! `network.allow_loopback` opens loopback, with `http`, for demonstrations and tests.

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Client, Response};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::{Host, Url};

/// How long an answer may take, all in all.
const TIME_OUT: Duration = Duration::from_secs(3);

/// Why a request brought nothing. Never holds the address: it may carry a name that a log shouldn't.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address isn't one that this server calls.
    #[error("the address is not one that this server calls")]
    Forbidden,
    /// No connection, no answer in time, or a broken one.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// Another status than 2xx.
    #[error("status {0}")]
    Status(u16),
    /// More than the caller wants.
    #[error("the answer is too long")]
    TooLong,
}

/// What was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The body.
    pub body: Vec<u8>,
    /// `Content-Type` without its parameters, in lower case.
    pub content_type: String,
    /// `Cache-Control: max-age`, where it is there.
    pub max_age: Option<Duration>,
}

/// The one HTTP client of this server, made when it is first needed: many servers never do.
pub struct Outbound {
    client: OnceLock<Option<Client>>,
    allow_loopback: bool,
}

impl Outbound {
    /// `allow_loopback` is the setting `network.allow_loopback`.
    #[must_use]
    pub fn new(allow_loopback: bool) -> Self {
        Self { client: OnceLock::new(), allow_loopback }
    }

    fn client(&self) -> Result<&Client, OutboundError> {
        let made = self.client.get_or_init(|| match make_client(self.allow_loopback) {
            Ok(client) => Some(client),
            Err(error) => {
                tracing::error!(%error, "no HTTP client can be made");
                None
            }
        });
        made.as_ref().ok_or_else(|| OutboundError::NoAnswer("no HTTP client".into()))
    }

    /// Fetches at most `limit` bytes.
    ///
    /// # Errors
    /// The address is forbidden, or there is no good answer.
    pub async fn get(&self, address: &str, accept: &str, limit: usize) -> Result<Fetched, OutboundError> {
        let url = self.permitted(address)?;
        let sent = self.client()?.get(url).header(ACCEPT, accept).send().await;
        let answer = successful(sent)?;
        let text = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let content_type = text(CONTENT_TYPE.as_str());
        let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let max_age = max_age(&text(CACHE_CONTROL.as_str()));
        Ok(Fetched { body: read(answer, limit).await?, content_type, max_age })
    }

    /// Posts a form; the status of a 2xx answer, whose body is not read.
    ///
    /// # Errors
    /// The address is forbidden, or there is no good answer.
    pub async fn post_form(&self, address: &str, fields: &[(&str, &str)]) -> Result<u16, OutboundError> {
        let url = self.permitted(address)?;
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request =
            self.client()?.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        Ok(successful(request.send().await)?.status().as_u16())
    }

    /// Sends a request of the library that speaks to sign-in partners. An answer of 5xx is none: the partner is as good as away.
    ///
    /// # Errors
    /// The address is forbidden, or there is no answer, or more of one than `limit` bytes.
    pub async fn exchange(&self, request: HttpRequest, limit: usize) -> Result<HttpResponse, OutboundError> {
        self.permitted(&request.uri().to_string())?;
        let request = reqwest::Request::try_from(request).map_err(|_| OutboundError::Forbidden)?;
        let answer = self.client()?.execute(request).await.map_err(|error| no_answer(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if status.is_server_error() {
            return Err(OutboundError::Status(status.as_u16()));
        }
        let mut whole = HttpResponse::new(read(answer, limit).await?);
        (*whole.status_mut(), *whole.headers_mut()) = (status, headers);
        Ok(whole)
    }

    /// Whether an address may be called, as far as its text tells; the resolver looks at what its name stands for.
    fn permitted(&self, address: &str) -> Result<Url, OutboundError> {
        let url = Url::parse(address).map_err(|_| OutboundError::Forbidden)?;
        let loopback = self.allow_loopback && is_loopback_host(&url);
        let sound = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err(OutboundError::Forbidden),
        };
        let public = literal.is_none_or(is_public);
        let permitted = sound && (loopback || (url.scheme() == "https" && public));
        if permitted { Ok(url) } else { Err(OutboundError::Forbidden) }
    }
}

fn make_client(allow_loopback: bool) -> Result<Client, Box<dyn std::error::Error>> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIME_OUT)
        .connect_timeout(TIME_OUT)
        .pool_max_idle_per_host(2)
        .dns_resolver(Arc::new(PublicOnly { allow_loopback }))
        .build()?;
    Ok(client)
}

fn successful(sent: reqwest::Result<Response>) -> Result<Response, OutboundError> {
    let answer = sent.map_err(|error| no_answer(&error))?;
    let status = answer.status();
    if status.is_success() { Ok(answer) } else { Err(OutboundError::Status(status.as_u16())) }
}

fn no_answer(error: &reqwest::Error) -> OutboundError {
    let why = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    OutboundError::NoAnswer(why.to_owned())
}

async fn read(mut answer: Response, limit: usize) -> Result<Vec<u8>, OutboundError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(OutboundError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn max_age(cache_control: &str) -> Option<Duration> {
    let mut directives = cache_control.split(',').map(str::trim);
    let seconds = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.parse().ok().map(Duration::from_secs)
}

fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Resolves names, and keeps the addresses that this server may call.
struct PublicOnly {
    allow_loopback: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_loopback = self.allow_loopback;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = |ip: IpAddr| is_public(ip) || (allow_loopback && ip.is_loopback());
            let permitted: Vec<SocketAddr> = found.filter(|address| allowed(address.ip())).collect();
            if permitted.is_empty() {
                return Err("the name leads to no address that this server calls".into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is of the public Internet: none of the special ones (RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    // Global unicast is 2000::/3; in it, what carries or means something else.
    let global = first & 0xe000 == 0x2000;
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["8.8.4.4", "142.250.1.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn the_text_of_an_address_already_tells_much() {
        let (closed, open) = (Outbound::new(false), Outbound::new(true));
        for address in [
            "http://rp.example.ca/jwks",
            "https://127.0.0.1/jwks",
            "https://[::1]/",
            "https://10.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "file:///etc/passwd",
            "https://user@rp.example.ca/",
            "https://rp.example.ca/#x",
            "rp.example.ca",
            "gopher://rp.example.ca/",
        ] {
            assert_eq!(closed.permitted(address), Err(OutboundError::Forbidden), "{address}");
        }
        assert!(closed.permitted("https://rp.example.ca:8443/jwks?x=1").is_ok());
        assert!(open.permitted("http://localhost:9/jwks").is_ok());
        assert!(open.permitted("http://127.0.0.1:9/jwks").is_ok());
        assert_eq!(open.permitted("http://10.0.0.1/"), Err(OutboundError::Forbidden));
        assert_eq!(open.permitted("http://rp.example.ca/"), Err(OutboundError::Forbidden));
    }

    #[test]
    fn the_cache_time_is_read_from_its_header() {
        assert_eq!(max_age("public, max-age=60"), Some(Duration::from_mins(1)));
        assert_eq!(max_age("no-store"), None);
        assert_eq!(max_age("max-age=x"), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_to_loopback_is_not_called() {
        let closed = Outbound::new(false);
        let error = closed.get("https://localhost:9/", "application/json", 10).await.unwrap_err();
        assert!(matches!(error, OutboundError::NoAnswer(_)), "{error:?}");
    }
}
