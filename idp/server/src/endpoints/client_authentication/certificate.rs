//! Mutual TLS (RFC 8705 section 2): the proxy that ended the client's connection names its certificate in a header, which is
//! believed from a trusted proxy only.

use crate::adapters::client_certificate::ClientCertificate;
use crate::app::App;
use crate::web::network::comes_from_a_proxy;
use actix_web::HttpRequest;
use idp_domain::client::{Client, ClientAuthenticationMethod};

/// Whether the connection's certificate proves the client.
pub(super) async fn proves(app: &App, request: &HttpRequest, client: &Client) -> bool {
    let refused = |problem: &'static str| {
        tracing::info!(client = %client.id, problem, "a client certificate was refused");
        false
    };
    let Some(certificate) = presented(app, request) else {
        return refused("there is none, or it can't be read");
    };
    let now = app.clock.now();
    if !certificate.is_valid_at(now) {
        return refused("it is not valid now");
    }
    match (client.authentication_method, &client.certificate) {
        (ClientAuthenticationMethod::TlsClientAuth, Some(registered)) => {
            if !is_of_a_trusted_authority(app, request) {
                return refused("no authority that the proxy trusts has signed it");
            }
            certificate.names(registered) || refused("it names somebody else")
        }
        (ClientAuthenticationMethod::SelfSignedTlsClientAuth, _) => {
            let Some(key) = &certificate.key else {
                return refused("its key is of no kind that is registered");
            };
            let keys = app.client_keys.with(client, now, |known| known.material == *key).await;
            keys.iter().any(|known| known.material == *key) || refused("its key is not the client's")
        }
        _ => refused("the client registered no name"),
    }
}

/// The one certificate that a trusted proxy names.
fn presented(app: &App, request: &HttpRequest) -> Option<ClientCertificate> {
    let name = app.settings.server.client_certificate_header.as_ref()?;
    if !comes_from_a_proxy(request, &app.settings.server.trusted_proxies) {
        return None;
    }
    let mut values = request.headers().get_all(name);
    let (value, none) = (values.next()?, values.next());
    if none.is_some() {
        return None;
    }
    ClientCertificate::from_header(value.to_str().ok()?)
}

/// What the proxy says of the chain in `…-Verify` (nginx's `$ssl_client_verify`): once, and nothing else. A proxy that
/// forgets to say so proves nobody.
fn is_of_a_trusted_authority(app: &App, request: &HttpRequest) -> bool {
    let Some(name) = &app.settings.server.client_certificate_header else { return false };
    let mut said = request.headers().get_all(format!("{name}-verify"));
    matches!((said.next(), said.next()), (Some(value), None) if value == "SUCCESS")
}
