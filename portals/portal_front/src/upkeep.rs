//! The session behind a cookie, kept in step with the one at the provider.

use crate::Front;
use crate::error::PortalError;
use crate::session::{End, SessionState};
use actix_web::web;
use relying_party::Failure;
use relying_party::browser_session::CookieSecret;

/// The session behind a cookie. While the person is at work the provider is asked now and then whether its session still
/// stands, which keeps that one alive too.
pub(crate) async fn current(
    front: &web::Data<Front>,
    secret: &CookieSecret,
    now: i64,
) -> Result<SessionState, PortalError> {
    let hash = secret.hash();
    let state = front.database.touch_session(hash.clone(), now).await?;
    let SessionState::Live(session) = &state else { return Ok(state) };
    let Some(refresh_token) = session.due_refresh_token(now).map(str::to_owned) else { return Ok(state) };
    if !front.database.take_refresh_turn(hash.clone(), session, now).await? {
        return Ok(state);
    }
    let (front, session) = (front.clone(), session.clone());
    // A task of its own: a browser that goes away must not lose the token that replaces the spent one.
    let task = actix_web::rt::spawn(async move {
        let refresh = || front.relying_party.refresh(&refresh_token, &session.person.subject, now);
        let mut refreshed = refresh().await;
        // The answer may be lost and the token spent: asked again at once, the provider gives the same answer.
        if refreshed.as_ref().is_err_and(|error| error.failure() == Failure::Unreachable) {
            refreshed = refresh().await;
        }
        match refreshed {
            Ok(tokens) => {
                front.database.update_tokens(hash, tokens).await?;
                Ok(None)
            }
            Err(error) if matches!(error.failure(), Failure::Stale | Failure::Foreign) => {
                tracing::info!(%error, "the session at the provider is over");
                front.database.end_session(hash, End::Provider).await?;
                Ok(Some(SessionState::SignedOut(session)))
            }
            Err(error) => {
                tracing::warn!(%error, "a refresh failed, the session goes on");
                Ok(None)
            }
        }
    });
    let ended: Result<Option<SessionState>, PortalError> =
        task.await.map_err(|error| PortalError::Internal(error.to_string()))?;
    Ok(ended?.unwrap_or(state))
}
