//! What ends a session, and who may refresh it.

use super::*;
use crate::testing::{self, signed_in};

async fn start(database: &Database, new: NewSession, now: i64) {
    database.insert_session(new, now, |_, _| Ok(())).await.unwrap();
}

fn is_live(state: &SessionState) -> bool {
    matches!(state, SessionState::Live(_))
}

#[actix_web::test]
async fn the_providers_word_of_an_end_by_time_is_no_sign_out() {
    let (database, _folder) = testing::database();
    for (cookie, started) in [("c", 0), ("d", 1)] {
        start(&database, signed_in(cookie, "s"), started).await;
    }
    let told =
        database.end_sessions("https://idp.example".into(), notice("1", Some("s"), None), SESSION_IDLE);
    assert!(told.await.unwrap());
    let over = database.touch_session("c".into(), SESSION_IDLE).await.unwrap();
    assert!(matches!(over, SessionState::Expired(Some(_))));
    let over = database.touch_session("d".into(), SESSION_IDLE).await.unwrap();
    assert!(matches!(over, SessionState::SignedOut(session) if !session.ended_here));
}

#[actix_web::test]
async fn a_session_ends_after_15_idle_minutes_and_after_12_hours() {
    let (database, _folder) = testing::database();
    start(&database, signed_in("c", "s"), 0).await;
    let mut now = 0;
    while now < SESSION_MAX {
        assert!(is_live(&database.touch_session("c".into(), now).await.unwrap()), "{now}");
        now += SESSION_IDLE - 1;
    }
    assert!(!is_live(&database.touch_session("c".into(), now).await.unwrap()));

    start(&database, signed_in("d", "s"), 0).await;
    let over = database.touch_session("d".into(), SESSION_IDLE).await.unwrap();
    assert!(matches!(over, SessionState::Expired(Some(session)) if session.person.subject == "s"));
    assert!(!is_live(&database.touch_session("d".into(), 1).await.unwrap()), "over is over");
    start(&database, signed_in("e", "s"), KNOWN_AFTER_END + SESSION_IDLE).await;
    let forgotten = database.touch_session("d".into(), 1).await.unwrap();
    assert!(matches!(forgotten, SessionState::Expired(None)));
}

#[actix_web::test]
async fn signing_in_again_ends_the_session_before() {
    let (database, _folder) = testing::database();
    start(&database, signed_in("c", "s"), 0).await;
    let again = NewSession { previous_cookie_hash: Some("c".into()), ..signed_in("d", "s") };
    start(&database, again, 1).await;
    assert!(!is_live(&database.touch_session("c".into(), 2).await.unwrap()));
    assert!(is_live(&database.touch_session("d".into(), 2).await.unwrap()));
}

#[actix_web::test]
async fn of_several_requests_one_refreshes_and_only_when_it_is_time() {
    let (database, _folder) = testing::database();
    start(&database, signed_in("c", "s"), 0).await;
    let live = async |now| match database.touch_session("c".into(), now).await.unwrap() {
        SessionState::Live(session) => session,
        _ => panic!("it is live"),
    };
    assert_eq!(live(1).await.due_refresh_token(REFRESH_EVERY - 1), None);
    let session = live(REFRESH_EVERY).await;
    assert_eq!(session.due_refresh_token(REFRESH_EVERY), Some("refresh"));
    for expected in [true, false] {
        let turn = database.take_refresh_turn("c".into(), &session, REFRESH_EVERY).await.unwrap();
        assert_eq!(turn, expected);
    }
    let tokens = relying_party::Refreshed { refresh_token: Some("next".into()), id_token: None };
    database.update_tokens("c".into(), tokens).await.unwrap();
    let session = live(2 * REFRESH_EVERY).await;
    assert_eq!(session.due_refresh_token(2 * REFRESH_EVERY), Some("next"));
    assert_eq!(session.id_token, "token");
}

fn notice(jti: &str, sub: Option<&str>, sid: Option<&str>) -> LogoutNotice {
    let own = |text: Option<&str>| text.map(str::to_owned);
    LogoutNotice { sub: own(sub), sid: own(sid), jti: jti.to_owned(), remember_until: 100 }
}

#[actix_web::test]
async fn the_provider_ends_one_session_or_all_of_a_person() {
    let (database, _folder) = testing::database();
    let end =
        async |notice, now| database.end_sessions("https://idp.example".into(), notice, now).await.unwrap();
    let live = async |cookie: &str| is_live(&database.touch_session(cookie.into(), 1).await.unwrap());
    for (cookie, subject) in [("c", "s"), ("d", "s"), ("e", "other")] {
        start(&database, signed_in(cookie, subject), 0).await;
    }
    for foreign in [notice("1", Some("other"), Some("sid of c")), notice("2", None, Some("sid of f"))] {
        assert!(end(foreign, 1).await);
    }
    assert!(live("c").await && live("d").await && live("e").await);
    assert!(!database.end_sessions("x".into(), notice("1", Some("s"), None), 1).await.unwrap(), "a replay");
    assert!(end(notice("3", Some("s"), Some("sid of c")), 1).await);
    let over = database.touch_session("c".into(), SESSION_IDLE).await.unwrap();
    assert!(matches!(over, SessionState::SignedOut(_)));
    assert!(live("d").await);
    assert!(end(notice("4", Some("s"), None), 1).await);
    assert!(!live("d").await && live("e").await);
    assert!(!end(notice("4", Some("other"), None), 100).await, "remembered as long as it is good");
    assert!(live("e").await);
    assert!(end(notice("4", None, Some("sid of e")), 101).await);
    assert!(!live("e").await);
}
