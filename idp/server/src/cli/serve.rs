//! `idp serve`: until SIGTERM or Ctrl-C, then gracefully: `/readyz` says no, requests in flight end, then the process.

use super::output::Failure;
use crate::adapters::clock::Clock;
use crate::app::App;
use crate::config::Settings;
use crate::{metrics, server};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// How long `/readyz` says no before the socket closes, so that whoever sends requests here sees it first.
const NOTICE: Duration = Duration::from_secs(1);

/// Serves.
pub fn run(settings: Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_env("IDP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    actix_web::rt::System::new().block_on(serve(settings))
}

/// Figures have an address of their own, so that whoever is let in by the proxy doesn't see them.
fn serve_metrics(app: &Arc<App>) -> Result<(), Failure> {
    let Some(listen) = app.settings.server.metrics_listen else { return Ok(()) };
    let failed = |error: std::io::Error| Failure::new(&format!("server.metrics_listen {listen}: {error}"));
    let listener = TcpListener::bind(listen).map_err(failed)?;
    tokio::spawn(metrics::serve(app, listener).map_err(failed)?);
    Ok(())
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    let listen = settings.server.listen;
    let app = App::start(settings, Clock::system()).await.map_err(|error| Failure::new(&error))?;
    let listener = TcpListener::bind(listen)
        .map_err(|error| Failure::new(&format!("server.listen {listen}: {error}")))?;
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let running = server::start(&app, listener, threads).map_err(|error| Failure::new(&error))?;
    serve_metrics(&app)?;
    tracing::info!(issuer = app.issuer(), %listen, "serving");
    let (handle, stopping) = (running.handle.clone(), running.stopping.clone());
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| Failure::new(&error))?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
        stopping.begin();
        tokio::time::sleep(NOTICE).await;
        handle.stop(true).await;
    });
    let served = running.server.await;
    drop(running.workers);
    tracing::info!("stopped");
    served.map_err(|error| Failure::new(&error))
}
