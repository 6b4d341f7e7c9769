//! Signed-in browsers: 15 minutes without a request end a session, 12 hours end it in any case, and so does the provider.
//!
//! A session that is over stays known for a day: its browser can be told why, and what it still sends is held for the
//! person.

use crate::database::{Database, DatabaseError};
use crate::drafts;
use crate::schema::{sessions, used_logout_tokens};
use diesel::prelude::*;
use ontario_language::Language;
use relying_party::{LogoutNotice, SECOND};

/// Time without a request after which a session is over.
pub(crate) const SESSION_IDLE: i64 = 15 * 60 * SECOND;
/// The longest that a session can last.
pub(crate) const SESSION_MAX: i64 = 12 * 3600 * SECOND;
/// How long a session that is over stays known.
const KNOWN_AFTER_END: i64 = 24 * 3600 * SECOND;
/// How often the provider is asked for new tokens while the person is at work: by so much its session can end before
/// ours.
const REFRESH_EVERY: i64 = 60 * SECOND;

/// A person, as the provider described them at this sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who says so.
    pub issuer: String,
    /// Who: unique at this issuer, for ever. Their key here.
    pub subject: String,
    /// A proven address. People change it; a ONE-key account has none.
    pub email: Option<String>,
    /// The language of their account at the provider.
    pub language: Option<Language>,
    /// The subject that their transferred ONE-key account had here.
    pub onekey_subject: Option<String>,
}

/// Somebody signed in.
#[derive(Clone)]
pub struct NewSession {
    /// See [`CookieSecret::hash`](relying_party::browser_session::CookieSecret::hash).
    pub cookie_hash: String,
    /// The session that this browser had before; it ends.
    pub previous_cookie_hash: Option<String>,
    /// Who.
    pub person: Person,
    /// The session at the provider.
    pub sid: Option<String>,
    /// For signing out.
    pub id_token: String,
    /// For asking the provider whether its session still stands.
    pub refresh_token: Option<String>,
    /// The page that was asked for first, without its language.
    pub destination: String,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Idle,
    Here,
    Provider,
}

impl End {
    fn code(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Here => "here",
            Self::Provider => "provider",
        }
    }
}

/// A session, live or over.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    issuer: String,
    subject: String,
    email: Option<String>,
    locale: Option<String>,
    onekey_subject: Option<String>,
    id_token: String,
    refresh_token: Option<String>,
    refreshed_at: i64,
    destination: String,
    created_at: i64,
    last_seen_at: i64,
    ended: Option<String>,
}

/// A session.
#[derive(Clone)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// The page that was asked for first, without its language.
    pub destination: String,
    /// When it began.
    pub created_at: i64,
    pub(crate) id_token: String,
    pub(crate) refresh_token: Option<String>,
    /// The person signed out here, by the button.
    pub(crate) ended_here: bool,
    refreshed_at: i64,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        let person = Person {
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            language: row.locale.as_deref().and_then(Language::from_tag),
            onekey_subject: row.onekey_subject,
        };
        Self {
            person,
            destination: row.destination,
            created_at: row.created_at,
            id_token: row.id_token,
            refresh_token: row.refresh_token,
            ended_here: row.ended.as_deref() == Some(End::Here.code()),
            refreshed_at: row.refreshed_at,
        }
    }
}

impl Session {
    /// Seconds from `now` to the end that activity does not move.
    pub(crate) fn seconds_to_absolute_end(&self, now: i64) -> u32 {
        u32::try_from((self.created_at + SESSION_MAX - now) / SECOND).unwrap_or(0)
    }

    /// The refresh token, when it is time to use it.
    pub(crate) fn due_refresh_token(&self, now: i64) -> Option<&str> {
        self.refresh_token.as_deref().filter(|_| now >= self.refreshed_at + REFRESH_EVERY)
    }
}

/// What a browser's cookie stands for.
#[derive(Clone)]
pub enum SessionState {
    /// No cookie of ours.
    None,
    /// A session that is over; who it was, while that is known.
    Expired(Option<Box<Session>>),
    /// A session that the person ended: here, or at the provider.
    SignedOut(Box<Session>),
    /// Signed in.
    Live(Box<Session>),
}

impl Database {
    /// Starts a session. `and_then` runs in the same transaction: it finds the person's account.
    pub(crate) async fn insert_session<T, F>(
        &self,
        new: NewSession,
        now: i64,
        and_then: F,
    ) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection, &Person) -> QueryResult<T> + Send + 'static,
    {
        self.write(move |c| {
            let forgotten = sessions::last_seen_at.le(now - KNOWN_AFTER_END);
            diesel::delete(sessions::table.filter(forgotten)).execute(c)?;
            if let Some(previous) = &new.previous_cookie_hash {
                diesel::delete(sessions::table.find(previous)).execute(c)?;
                drafts::end_with(c, previous)?;
            }
            let person = &new.person;
            diesel::insert_into(sessions::table)
                .values((
                    sessions::cookie_hash.eq(&new.cookie_hash),
                    sessions::issuer.eq(&person.issuer),
                    sessions::subject.eq(&person.subject),
                    sessions::sid.eq(&new.sid),
                    sessions::email.eq(&person.email),
                    sessions::locale.eq(person.language.map(Language::tag)),
                    sessions::onekey_subject.eq(&person.onekey_subject),
                    sessions::id_token.eq(&new.id_token),
                    sessions::refresh_token.eq(&new.refresh_token),
                    sessions::refreshed_at.eq(now),
                    sessions::destination.eq(&new.destination),
                    sessions::created_at.eq(now),
                    sessions::last_seen_at.eq(now),
                ))
                .execute(c)?;
            and_then(c, person)
        })
        .await
    }

    /// The session of a cookie; looking counts as activity.
    pub(crate) async fn touch_session(
        &self,
        cookie_hash: String,
        now: i64,
    ) -> Result<SessionState, DatabaseError> {
        self.write(move |c| {
            let found = sessions::table.find(&cookie_hash).select(Row::as_select()).first(c).optional()?;
            let Some(row) = found else { return Ok(SessionState::Expired(None)) };
            let is_live = is_live(row.last_seen_at, row.created_at, now);
            let (ended, last_seen_at) = (row.ended.clone(), row.last_seen_at);
            let session = Box::new(Session::from(row));
            match ended.as_deref() {
                None if is_live => {
                    diesel::update(sessions::table.find(&cookie_hash))
                        .set(sessions::last_seen_at.eq(now.max(last_seen_at)))
                        .execute(c)?;
                    Ok(SessionState::Live(session))
                }
                None => {
                    end(c, &cookie_hash, End::Idle)?;
                    Ok(SessionState::Expired(Some(session)))
                }
                Some("idle") => Ok(SessionState::Expired(Some(session))),
                Some(_) => Ok(SessionState::SignedOut(session)),
            }
        })
        .await
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, cookie_hash: String, how: End) -> Result<(), DatabaseError> {
        self.write(move |c| end(c, &cookie_hash, how)).await
    }

    /// Whether this request is the one that refreshes: of several at a time only one gets the turn.
    pub(crate) async fn take_refresh_turn(
        &self,
        cookie_hash: String,
        session: &Session,
        now: i64,
    ) -> Result<bool, DatabaseError> {
        let seen = session.refreshed_at;
        self.write(move |c| {
            let due = sessions::table
                .filter(sessions::cookie_hash.eq(cookie_hash))
                .filter(sessions::refreshed_at.eq(seen))
                .filter(sessions::ended.is_null());
            Ok(diesel::update(due).set(sessions::refreshed_at.eq(now)).execute(c)? == 1)
        })
        .await
    }

    /// Keeps what a refresh brought.
    pub(crate) async fn update_tokens(
        &self,
        cookie_hash: String,
        tokens: relying_party::Refreshed,
    ) -> Result<(), DatabaseError> {
        self.write(move |c| {
            let session = || sessions::table.find(&cookie_hash);
            if let Some(refresh_token) = tokens.refresh_token {
                diesel::update(session()).set(sessions::refresh_token.eq(refresh_token)).execute(c)?;
            }
            if let Some(id_token) = tokens.id_token {
                diesel::update(session()).set(sessions::id_token.eq(id_token)).execute(c)?;
            }
            Ok(())
        })
        .await
    }

    /// Ends the sessions that the provider says are over; `false` where it said so before with the same token.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn end_sessions(
        &self,
        issuer: String,
        notice: LogoutNotice,
        now: i64,
    ) -> Result<bool, DatabaseError> {
        self.write(move |c| {
            let forgotten = used_logout_tokens::remember_until.lt(now);
            diesel::delete(used_logout_tokens::table.filter(forgotten)).execute(c)?;
            let noted = diesel::insert_into(used_logout_tokens::table)
                .values((
                    used_logout_tokens::jti.eq(&notice.jti),
                    used_logout_tokens::remember_until.eq(notice.remember_until),
                ))
                .on_conflict_do_nothing()
                .execute(c)?;
            if noted == 0 {
                return Ok(false);
            }
            let mut over = sessions::table
                .filter(sessions::issuer.eq(issuer))
                .filter(sessions::ended.is_null())
                .select((sessions::cookie_hash, sessions::last_seen_at, sessions::created_at))
                .into_boxed();
            if let Some(sub) = notice.sub {
                over = over.filter(sessions::subject.eq(sub));
            }
            if let Some(sid) = notice.sid {
                over = over.filter(sessions::sid.eq(sid));
            }
            for (cookie_hash, last_seen_at, created_at) in over.load::<(String, i64, i64)>(c)? {
                // The provider tells of ends by time too, and ours has ended by time then.
                let how = if is_live(last_seen_at, created_at, now) { End::Provider } else { End::Idle };
                end(c, &cookie_hash, how)?;
            }
            Ok(true)
        })
        .await
    }
}

fn is_live(last_seen_at: i64, created_at: i64, now: i64) -> bool {
    now < last_seen_at + SESSION_IDLE && now < created_at + SESSION_MAX
}

/// A session ends once, and with it what belongs to it; the first reason stays.
fn end(c: &mut SqliteConnection, cookie_hash: &str, how: End) -> QueryResult<()> {
    let live =
        sessions::table.filter(sessions::cookie_hash.eq(cookie_hash)).filter(sessions::ended.is_null());
    diesel::update(live).set(sessions::ended.eq(how.code())).execute(c)?;
    drafts::end_with(c, cookie_hash)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
