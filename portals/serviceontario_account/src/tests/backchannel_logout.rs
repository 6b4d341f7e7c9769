//! What the provider's back channel is told without a provider; with one, `tests/protocol/portal.rs` goes the whole way.

use super::{Answer, World};
use actix_web::http::{StatusCode, header};
use actix_web::test;

async fn post(world: &World, body: &str) -> Answer {
    let request = test::TestRequest::post().uri("/backchannel-logout");
    let request = request.insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"));
    world.send(request.set_payload(body.to_owned())).await
}

/// `{"alg":"ES256","typ":"logout+jwt","kid":"k"}`
const HEADER: &str = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImxvZ291dCtqd3QiLCJraWQiOiJrIn0";

#[actix_web::test]
async fn what_is_no_logout_token_is_refused_without_a_page() {
    let world = World::new();
    let long = format!("logout_token={}", "a".repeat(20_000));
    for body in ["", "x=y", "logout_token=", "logout_token=a.b.c", "logout_token=%00", &long] {
        let answer = post(&world, body).await;
        assert!(answer.status.is_client_error(), "{}: {body}", answer.status);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{body}");
        assert!(!answer.body.contains('<'), "{body}");
    }
    let answer = post(&world, "logout_token=a.b.c").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("invalid_request"));
    assert_eq!(world.get("/backchannel-logout").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[actix_web::test]
async fn a_token_that_can_not_be_looked_at_now_is_asked_for_again() {
    let answer = post(&World::new(), &format!("logout_token={HEADER}.e30.AAAA")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "the provider is away, and sends it again");
}

#[actix_web::test]
async fn a_session_that_was_ended_elsewhere_says_so() {
    let world = World::new();
    let person = world.with_account("s").await;
    let notice = relying_party::LogoutNotice {
        sub: Some("s".into()),
        sid: Some("sid of s".into()),
        jti: "j".into(),
        remember_until: i64::MAX,
    };
    let now = world.portal.now();
    assert!(world.portal.store.end_sessions(super::ISSUER.into(), notice, now).await.unwrap());
    for _ in 0..2 {
        assert_eq!(world.get_as(&person, "/fr/home").await.location(), "/fr/?notice=signed-out");
    }
    let csrf = person.csrf_token();
    let answer = world.post_as(&person, "/en/sign-out", &[("_csrf", &csrf)]).await;
    assert_eq!(answer.location(), "/en/?notice=signed-out");
    assert!(world.get_as(&person, "/fr/?notice=signed-out").await.body.contains("Votre session est fermée."));
}
