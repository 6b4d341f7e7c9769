//! Tells services that a session has ended (OIDC Back-Channel Logout 1.0): claims what is due in the ledger, sends each
//! service a fresh logout token, notes what came of it.
//!
//! Every delivery is a task of its own, so that a service that is slow or away delays no other, and the number of tasks
//! is bounded, in all and for one service. Should this node go away, its claims run out and another node sends again.

use super::key_ring::KeyError;
use super::outbound::OutboundError;
use super::rng::rng;
use crate::app::App;
use futures_util::future::{join_all, select_all};
use idp_domain::client::Client;
use idp_domain::ids::{ClientId, SessionId};
use idp_domain::logout::{LOGOUT_TOKEN_TYPE, LogoutTokenClaims, RetryDecision, decide_retry};
use idp_domain::secret::random_base64url;
use idp_store::{DueLogout, LogoutClaim, LogoutFate, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// Most deliveries under way at this node.
const PLACES: usize = 256;
/// Most deliveries of one service that are claimed at once; a service with as many under way waits.
const OF_ONE_SERVICE: usize = 8;
/// How long a node that went away holds a delivery up: ten times what a try may take.
const CLAIM: Duration = Duration::from_secs(30);
/// How long a person who signs out waits for services at most.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two looks at deliveries that others are at.
const LOOK: Duration = Duration::from_millis(50);
/// How long the worker waits for a place before it looks again.
const PAUSE: Duration = Duration::from_secs(1);

/// The deliveries under way at this node, by service.
#[derive(Default)]
pub struct LogoutsUnderWay(Mutex<HashMap<ClientId, usize>>);

impl LogoutsUnderWay {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many more may begin, and the services that have enough.
    fn room(&self) -> (usize, Vec<ClientId>) {
        let under_way = self.lock();
        let free = PLACES.saturating_sub(under_way.values().sum());
        let busy = under_way.iter().filter(|(_, count)| **count >= OF_ONE_SERVICE);
        (free, busy.map(|(client, _)| client.clone()).collect())
    }
}

/// A delivery's place, given back when its task ends, however it ends.
struct Place {
    app: Arc<App>,
    client: ClientId,
}

impl Place {
    fn take(app: &Arc<App>, client: &ClientId) -> Self {
        *app.logouts.lock().entry(client.clone()).or_default() += 1;
        Self { app: Arc::clone(app), client: client.clone() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.app.logouts.lock();
        if let Some(count) = under_way.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.client);
            }
        }
    }
}

/// Begins a task for each delivery that is due, of one session or of all, as far as there is room.
///
/// # Errors
/// The database refuses.
pub async fn start_due(
    app: &Arc<App>,
    session: Option<&SessionId>,
) -> Result<Vec<JoinHandle<()>>, StoreError> {
    let mut tasks = Vec::new();
    loop {
        let (most, busy) = app.logouts.room();
        if most == 0 {
            return Ok(tasks);
        }
        let now = app.clock.now();
        let claim = LogoutClaim {
            session: session.cloned(),
            busy,
            of_one_service: OF_ONE_SERVICE,
            most,
            now,
            retry_at: now.plus(CLAIM),
        };
        let due = app.store.take_due_logouts(claim).await?;
        if due.is_empty() {
            return Ok(tasks);
        }
        for logout in due {
            let place = Place::take(app, &logout.client);
            tasks.push(tokio::spawn(async move { tell(&place.app, logout).await }));
        }
    }
}

/// Tells services as long as anything is due and there is room: what the worker does.
///
/// # Errors
/// The database refuses.
pub async fn tell_due(app: &Arc<App>) -> Result<(), StoreError> {
    loop {
        let tasks = start_due(app, None).await?;
        if tasks.is_empty() {
            return Ok(());
        }
        // Those that are not awaited go on.
        let _ = tokio::time::timeout(PAUSE, select_all(tasks)).await;
    }
}

/// Tells the services of a session that has just ended, and waits for them as long as a person can be asked to: also for
/// those that a worker (at any node) or the same person's other click took first, and for those that have no room yet.
/// Services that don't answer in time are told by the tasks that go on, or by the worker.
pub async fn tell_now(app: &Arc<App>, session: &SessionId) {
    let until = Instant::now() + PATIENCE;
    loop {
        let awaited = match start_due(app, Some(session)).await {
            // Those that are not awaited go on.
            Ok(tasks) => timeout_at(until, join_all(tasks)).await.map(drop),
            Err(error) => return tracing::warn!(%error, "services are told of a sign-out later"),
        };
        let is_open = app.store.is_logout_open(session.clone()).await.unwrap_or(false);
        if awaited.is_err() || !is_open || Instant::now() + LOOK > until {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn tell(app: &App, logout: DueLogout) {
    let fate = attempt(app, &logout).await;
    let (client, attempts) = (logout.client.clone(), logout.attempts);
    match &fate {
        LogoutFate::Acknowledged => {}
        LogoutFate::RetryAt { error, .. } => {
            tracing::info!(%client, attempts, %error, "a service was not told of a sign-out yet");
        }
        LogoutFate::Failed { error } => {
            tracing::warn!(%client, attempts, %error, "a service can't be told of a sign-out");
        }
    }
    if let Err(error) = app.store.settle_logout(logout, fate, app.clock.now()).await {
        tracing::error!(%client, %error, "what came of a logout delivery could not be noted: it is sent again");
    }
}

async fn attempt(app: &App, logout: &DueLogout) -> LogoutFate {
    let later = |error: String| match decide_retry(logout.attempts, logout.queued_at, app.clock.now()) {
        RetryDecision::RetryAt(at) => LogoutFate::RetryAt { at, error },
        RetryDecision::GiveUp => LogoutFate::Failed { error },
    };
    let never = |error: &str| LogoutFate::Failed { error: error.to_owned() };
    let service = match app.find_service(&logout.client).await {
        Ok(Some(service)) => service,
        Ok(None) => return never("the service is not registered any more"),
        Err(_) => return later("its registration can't be read".into()),
    };
    let Some(address) = service.client.backchannel_logout_uri.as_deref() else {
        return never("the service has no address for it any more");
    };
    let Ok(sub) = app.subject_of(&service.client, &logout.account).await else {
        return later("the person's identifier can't be read".into());
    };
    let Ok(token) = logout_token(app, &service.client, logout, &sub) else {
        return later("the logout token could not be signed".into());
    };
    match app.outbound.post_form(address, &[("logout_token", &token)]).await {
        // Back-Channel Logout section 2.8; 204 stands in for 200 where a web framework has it so.
        Ok(200 | 204) => LogoutFate::Acknowledged,
        Ok(status) => later(OutboundError::Status(status).to_string()),
        Err(error @ OutboundError::Forbidden) => never(&error.to_string()),
        Err(error) => later(error.to_string()),
    }
}

/// A token of this moment, signed with the algorithm of the client's ID tokens (section 2.6).
fn logout_token(app: &App, client: &Client, logout: &DueLogout, sub: &str) -> Result<String, KeyError> {
    let jti = random_base64url::<16>(&mut rng());
    let claims = LogoutTokenClaims::new(app.issuer(), client, sub, &logout.session, &jti, app.clock.now());
    Ok(app.keys.active(client.id_token_algorithm)?.sign_jwt(LOGOUT_TOKEN_TYPE, &claims)?)
}
