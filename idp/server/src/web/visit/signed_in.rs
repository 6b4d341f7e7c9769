//! Whose session a request is in.

use super::Visit;
use crate::web::problem::Problem;
use idp_domain::account::AccountStatus;
use idp_domain::ids::AccountId;
use idp_domain::secret::TokenHash;
use idp_domain::session::{Session, SessionState};
use idp_store::SessionWithAccount;

/// What the session cookie stands for.
pub enum SignedIn {
    /// No session.
    No,
    /// It ended by time.
    Expired,
    /// A live session.
    Yes(Box<SessionWithAccount>),
}

impl Visit {
    /// The session of this browser; a request in it counts as activity.
    ///
    /// # Errors
    /// The database is away.
    pub async fn signed_in(&self) -> Result<SignedIn, Problem> {
        if let Some(found) = self.handed_on.take() {
            return Ok(SignedIn::Yes(found));
        }
        let Some(found) = self.peek_session().await? else { return Ok(SignedIn::No) };
        // A locked account has no session that counts (page X10 says so at sign-in).
        if found.account.status != AccountStatus::Active {
            return Ok(SignedIn::No);
        }
        let limits = &self.in_force.lifetimes.session;
        match found.session.state(self.now, limits) {
            SessionState::Ended => Ok(SignedIn::No),
            SessionState::Expired => Ok(SignedIn::Expired),
            SessionState::Live => {
                let _ = self.seen.set(found.account.id.clone());
                if found.session.needs_touch(self.now, limits) {
                    self.app.store.touch_session(found.session.id.clone(), self.now).await?;
                }
                Ok(SignedIn::Yes(Box::new(found)))
            }
        }
    }

    /// Hands a live session that was just read on to who asks for it next, so that it isn't read twice. Whoever asks after
    /// that reads it anew: it may have been changed by then.
    pub fn hand_on(&self, live: SessionWithAccount) {
        self.handed_on.set(Some(Box::new(live)));
    }

    /// The session's record, whatever its state.
    async fn peek_session(&self) -> Result<Option<SessionWithAccount>, Problem> {
        match &self.session {
            Some(cookie) => Ok(self.app.store.find_session(TokenHash::of(cookie.expose())).await?),
            None => Ok(None),
        }
    }

    /// The session of this browser that has not been ended, although its time may be over.
    ///
    /// # Errors
    /// The database is away.
    pub async fn session_to_end(&self) -> Result<Option<(Session, SessionState)>, Problem> {
        let found = self.peek_session().await?.map(|found| found.session);
        let limits = &self.in_force.lifetimes.session;
        Ok(found.filter(|session| session.ended_at.is_none()).map(|session| {
            let state = session.state(self.now, limits);
            (session, state)
        }))
    }

    /// The live session, if there is one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn session(&self) -> Result<Option<SessionWithAccount>, Problem> {
        match self.signed_in().await? {
            SignedIn::Yes(session) => Ok(Some(*session)),
            SignedIn::No | SignedIn::Expired => Ok(None),
        }
    }

    /// Whose session the cookie stands for, whatever the session's state: to keep what they typed for nobody else.
    ///
    /// # Errors
    /// The database is away.
    pub async fn account_of_session(&self) -> Result<Option<AccountId>, Problem> {
        Ok(self.peek_session().await?.map(|found| found.account.id))
    }
}
