//! Signed-in browsers: 15 minutes without a request end a session, 12 hours end it in any case.

use super::accounts::{ActivityKind, find_or_adopt, note};
use super::schema::{accounts, sessions, used_logout_tokens};
use super::{Store, StoreError};
use diesel::prelude::*;
use relying_party::{LogoutNotice, SECOND};

/// Time without a request after which a session is over.
pub(crate) const SESSION_IDLE: i64 = 15 * 60 * SECOND;
/// The longest that a session can last.
pub(crate) const SESSION_MAX: i64 = 12 * 3600 * SECOND;

/// Somebody signed in.
pub(crate) struct NewSession {
    pub(crate) cookie_hash: String,
    /// The session that this browser had before; it ends.
    pub(crate) previous_cookie_hash: Option<String>,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// The session at the provider.
    pub(crate) sid: Option<String>,
    /// The subject of their transferred ONE-key account here.
    pub(crate) onekey_subject: Option<String>,
    pub(crate) email: String,
    pub(crate) id_token: String,
    pub(crate) destination: String,
}

/// A live session.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(crate) struct Session {
    pub(crate) email: String,
    pub(crate) id_token: String,
    pub(crate) destination: String,
    /// None until the terms are accepted.
    pub(crate) account_id: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) last_seen_at: i64,
    /// The subject of their transferred ONE-key account here.
    pub(crate) onekey_subject: Option<String>,
    /// When the provider said that it is over.
    ended_at: Option<i64>,
}

impl Session {
    /// Seconds from `now` to the end that activity does not move.
    pub(crate) fn seconds_to_absolute_end(&self, now: i64) -> u32 {
        u32::try_from((self.created_at + SESSION_MAX - now) / SECOND).unwrap_or(0)
    }
}

/// What a browser's cookie stands for.
pub(crate) enum SessionState {
    /// No cookie of ours.
    None,
    /// A session that is over.
    Expired,
    /// A session that the person ended elsewhere.
    SignedOut,
    /// Signed in.
    Live(Session),
}

impl Store {
    /// Starts a session and gives the account of the person, if they have one here.
    pub(crate) async fn insert_session(&self, new: NewSession, now: i64) -> Result<Option<i64>, StoreError> {
        self.write(move |c| {
            let idle = sessions::last_seen_at.le(now - SESSION_IDLE);
            diesel::delete(sessions::table.filter(idle)).execute(c)?;
            if let Some(previous) = &new.previous_cookie_hash {
                diesel::delete(sessions::table.find(previous)).execute(c)?;
            }
            let account_id = find_or_adopt(c, &new.issuer, &new.subject, new.onekey_subject.as_deref(), now)?;
            if let Some(id) = account_id {
                note(c, id, ActivityKind::SignedIn, now)?;
                diesel::update(accounts::table.find(id))
                    .set(accounts::last_signed_in_at.eq(now))
                    .execute(c)?;
            }
            diesel::insert_into(sessions::table)
                .values((
                    sessions::cookie_hash.eq(&new.cookie_hash),
                    sessions::issuer.eq(&new.issuer),
                    sessions::subject.eq(&new.subject),
                    sessions::sid.eq(&new.sid),
                    sessions::email.eq(&new.email),
                    sessions::id_token.eq(&new.id_token),
                    sessions::destination.eq(&new.destination),
                    sessions::account_id.eq(account_id),
                    sessions::onekey_subject.eq(&new.onekey_subject),
                    sessions::created_at.eq(now),
                    sessions::last_seen_at.eq(now),
                ))
                .execute(c)?;
            Ok(account_id)
        })
        .await
    }

    /// The session of a cookie; looking counts as activity. An expired one is deleted.
    pub(crate) async fn touch_session(
        &self,
        cookie_hash: String,
        now: i64,
    ) -> Result<SessionState, StoreError> {
        self.write(move |c| {
            let found =
                sessions::table.find(&cookie_hash).select(Session::as_select()).first(c).optional()?;
            match found {
                Some(session) if session.ended_at.is_some() => Ok(SessionState::SignedOut),
                Some(session)
                    if now < session.last_seen_at + SESSION_IDLE
                        && now < session.created_at + SESSION_MAX =>
                {
                    diesel::update(sessions::table.find(&cookie_hash))
                        .set(sessions::last_seen_at.eq(now.max(session.last_seen_at)))
                        .execute(c)?;
                    Ok(SessionState::Live(session))
                }
                _ => {
                    diesel::delete(sessions::table.find(&cookie_hash)).execute(c)?;
                    Ok(SessionState::Expired)
                }
            }
        })
        .await
    }

    /// Ends the sessions that the provider says are over; `false` where it said so before with the same token.
    pub(crate) async fn end_sessions(
        &self,
        issuer: String,
        notice: LogoutNotice,
        now: i64,
    ) -> Result<bool, StoreError> {
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
                .filter(sessions::ended_at.is_null())
                .select(sessions::cookie_hash)
                .into_boxed();
            if let Some(sub) = notice.sub {
                over = over.filter(sessions::subject.eq(sub));
            }
            if let Some(sid) = notice.sid {
                over = over.filter(sessions::sid.eq(sid));
            }
            let over: Vec<String> = over.load(c)?;
            // Kept until they would have expired, so that their browsers can be told why.
            diesel::update(sessions::table.filter(sessions::cookie_hash.eq_any(over)))
                .set(sessions::ended_at.eq(now))
                .execute(c)?;
            Ok(true)
        })
        .await
    }

    /// Ends a session.
    pub(crate) async fn delete_session(&self, cookie_hash: String) -> Result<(), StoreError> {
        self.write(move |c| diesel::delete(sessions::table.find(&cookie_hash)).execute(c).map(|_| ())).await
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ontario_language::Language;

    pub(crate) fn signed_in(cookie: &str, subject: &str) -> NewSession {
        NewSession {
            cookie_hash: cookie.to_owned(),
            previous_cookie_hash: None,
            issuer: "https://idp.example".to_owned(),
            subject: subject.to_owned(),
            sid: Some(format!("sid of {cookie}")),
            onekey_subject: None,
            email: "person@example.test".to_owned(),
            id_token: "token".to_owned(),
            destination: "/en/home".to_owned(),
        }
    }

    fn is_live(state: &SessionState) -> bool {
        matches!(state, SessionState::Live(_))
    }

    #[actix_web::test]
    async fn a_session_ends_after_15_idle_minutes_and_after_12_hours() {
        let (store, _folder) = super::super::temporary::store();
        store.insert_session(signed_in("c", "s"), 0).await.unwrap();
        let mut now = 0;
        while now < SESSION_MAX {
            assert!(is_live(&store.touch_session("c".into(), now).await.unwrap()), "{now}");
            now += SESSION_IDLE - 1;
        }
        assert!(!is_live(&store.touch_session("c".into(), now).await.unwrap()));

        store.insert_session(signed_in("d", "s"), 0).await.unwrap();
        assert!(!is_live(&store.touch_session("d".into(), SESSION_IDLE).await.unwrap()));
        assert!(!is_live(&store.touch_session("d".into(), 1).await.unwrap()));
    }

    #[actix_web::test]
    async fn signing_in_again_ends_the_session_before() {
        let (store, _folder) = super::super::temporary::store();
        store.insert_session(signed_in("c", "s"), 0).await.unwrap();
        let again = NewSession { previous_cookie_hash: Some("c".into()), ..signed_in("d", "s") };
        store.insert_session(again, 1).await.unwrap();
        assert!(!is_live(&store.touch_session("c".into(), 2).await.unwrap()));
        assert!(is_live(&store.touch_session("d".into(), 2).await.unwrap()));
    }

    fn notice(jti: &str, sub: Option<&str>, sid: Option<&str>) -> LogoutNotice {
        let own = |text: Option<&str>| text.map(str::to_owned);
        LogoutNotice { sub: own(sub), sid: own(sid), jti: jti.to_owned(), remember_until: 100 }
    }

    #[actix_web::test]
    async fn the_provider_ends_one_session_or_all_of_a_person() {
        let (store, _folder) = super::super::temporary::store();
        let end =
            async |notice, now| store.end_sessions("https://idp.example".into(), notice, now).await.unwrap();
        let live = async |cookie: &str| is_live(&store.touch_session(cookie.into(), 1).await.unwrap());
        for (cookie, subject) in [("c", "s"), ("d", "s"), ("e", "other")] {
            store.insert_session(signed_in(cookie, subject), 0).await.unwrap();
        }
        for foreign in [notice("1", Some("other"), Some("sid of c")), notice("2", None, Some("sid of f"))] {
            assert!(end(foreign, 1).await);
        }
        assert!(live("c").await && live("d").await && live("e").await);
        assert!(!store.end_sessions("x".into(), notice("1", Some("s"), None), 1).await.unwrap(), "a replay");
        assert!(end(notice("3", Some("s"), Some("sid of c")), 1).await);
        assert!(matches!(store.touch_session("c".into(), 1).await.unwrap(), SessionState::SignedOut));
        assert!(live("d").await);
        assert!(end(notice("4", Some("s"), None), 1).await);
        assert!(!live("d").await && live("e").await);
        assert!(!end(notice("4", Some("other"), None), 100).await, "remembered as long as it is good");
        assert!(live("e").await);
        assert!(end(notice("4", None, Some("sid of e")), 101).await);
        assert!(!live("e").await);
    }

    #[actix_web::test]
    async fn an_account_is_made_once_and_found_at_the_next_sign_in() {
        let (store, _folder) = super::super::temporary::store();
        assert_eq!(store.insert_session(signed_in("c", "s"), 0).await.unwrap(), None);
        for now in [1, 2] {
            store.create_account("c".into(), Language::French, 1, now).await.unwrap();
        }
        let id = store.insert_session(signed_in("d", "s"), 3).await.unwrap().unwrap();
        let (account, activities) = store.find_account(id).await.unwrap().unwrap();
        assert_eq!((account.email.as_str(), account.created_at), ("person@example.test", 1));
        let kinds: Vec<_> = activities.iter().map(|activity| activity.kind).collect();
        assert_eq!(kinds, [ActivityKind::SignedIn, ActivityKind::AccountCreated]);
        assert_eq!(store.insert_session(signed_in("e", "other"), 4).await.unwrap(), None);
    }

    #[actix_web::test]
    async fn the_account_of_a_transferred_one_key_account_is_taken_over() {
        let (store, _folder) = super::super::temporary::store();
        store.insert_session(signed_in("c", "old"), 0).await.unwrap();
        store.create_account("c".into(), Language::English, 1, 1).await.unwrap();
        let transferred = NewSession { onekey_subject: Some("old".into()), ..signed_in("d", "new") };
        let id = store.insert_session(transferred, 2).await.unwrap();
        assert!(id.is_some());
        assert_eq!(store.insert_session(signed_in("e", "new"), 3).await.unwrap(), id);
        assert_eq!(store.insert_session(signed_in("f", "old"), 4).await.unwrap(), None);
    }
}
