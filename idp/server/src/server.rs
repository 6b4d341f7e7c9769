//! The HTTP server of one node: its limits against slow and large requests, its workers, its stop.

use crate::adapters::workers::{self, Workers};
use crate::app::App;
use crate::endpoints::health::Stopping;
use crate::metrics;
use crate::routes;
use crate::web::form::MAX_BODY;
use crate::web::slow_body::bound_body;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, HttpServer, middleware};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// A node that serves until its handle stops it.
pub struct Running {
    /// To be awaited.
    pub server: Server,
    /// Stops it.
    pub handle: ServerHandle,
    /// Says no at `/readyz` first.
    pub stopping: Data<Stopping>,
    /// Mail, audit, keys, expiry; they end with this.
    pub workers: Workers,
}

/// How long a request in flight may take to end at a stop, in seconds.
const GRACE: u64 = 10;

/// Starts to serve `app` at `listener` with as many threads as `threads`.
///
/// # Errors
/// The socket can't be used.
pub fn start(app: &Arc<App>, listener: TcpListener, threads: usize) -> std::io::Result<Running> {
    let stopping = Data::new(Stopping::default());
    let (state, stopping_state) = (Data::from(Arc::clone(app)), stopping.clone());
    let https = app.settings.server.is_https();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(stopping_state.clone())
            .app_data(PayloadConfig::new(2 * MAX_BODY))
            .wrap(middleware::Compress::default())
            // Around it, since it lets empty answers go, with what they hold.
            .wrap(middleware::from_fn(bound_body))
            .wrap(default_headers(https))
            .wrap(middleware::from_fn(metrics::count_request))
            .configure(routes::configure)
    })
    .workers(threads)
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(GRACE)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(Running { handle: server.handle(), server, stopping, workers: workers::start(app) })
}

/// What every answer has, pages and endpoints alike, unless it says otherwise itself.
fn default_headers(https: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new().add(("X-Content-Type-Options", "nosniff"));
    if https { headers.add(STRICT_TRANSPORT_SECURITY) } else { headers }
}

/// Two years over TLS only, for a server that people reach over TLS (RFC 6797).
const STRICT_TRANSPORT_SECURITY: (&str, &str) =
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
