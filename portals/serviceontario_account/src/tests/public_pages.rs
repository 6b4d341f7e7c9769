//! What anybody can reach.

use super::{ISSUER, SESSION_COOKIE, World, assert_is_page, cookie_header};
use actix_web::http::{StatusCode, header};
use actix_web::test;
use relying_party::browser_session::CookieSecret;

#[actix_web::test]
async fn the_first_page_is_there_in_both_languages() {
    let world = World::new();
    let english = world.get("/en/").await;
    assert_is_page(&english, "/en/");
    assert!(english.body.contains(r#"<html lang="en-CA">"#));
    assert!(english.body.contains("Create a My Ontario Account / Sign in"));
    assert!(english.body.contains(r#"href="/fr/""#));
    assert!(english.header(header::SET_COOKIE).starts_with("so_lang=en; HttpOnly; SameSite=Lax"));
    let french = world.get("/fr/?notice=cancelled").await;
    assert_is_page(&french, "/fr/");
    assert!(french.body.contains("Créer un compte Mon Ontario/Ouvrir une session"));
    assert!(french.body.contains("Vous n’avez pas ouvert de session."));
    assert!(french.body.contains(r#"href="/en/?notice=cancelled""#));
    assert!(french.body.contains("Connexion") && french.body.contains(&format!("{ISSUER}/fr/account")));
}

#[actix_web::test]
async fn the_root_follows_the_cookie_then_the_browser_then_english() {
    let world = World::new();
    let root = || test::TestRequest::get().uri("/");
    let french = (header::ACCEPT_LANGUAGE, "fr-CA,fr;q=0.9,en;q=0.5");
    for (request, expected) in [
        (root(), "/en/"),
        (root().insert_header(french.clone()), "/fr/"),
        (root().insert_header(french).insert_header((header::COOKIE, "so_lang=en")), "/en/"),
        (root().insert_header((header::COOKIE, "so_lang=de")), "/en/"),
    ] {
        let answer = world.send(request).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected));
    }
}

#[actix_web::test]
async fn the_root_says_signed_out_only_for_the_state_that_was_sent() {
    let world = World::new();
    let (ours, other) = (CookieSecret::random(), CookieSecret::random());
    for (state, expected) in [(&ours, "/en/?notice=signed-out"), (&other, "/en/")] {
        let request = test::TestRequest::get().uri(&format!("/?state={}", state.expose()));
        let answer = world.send(request.insert_header(cookie_header("so_sign_out", &ours))).await;
        assert_eq!(answer.location(), expected);
    }
}

#[actix_web::test]
async fn a_callback_without_a_sign_in_of_this_browser_is_refused_with_a_page() {
    let world = World::new();
    let browser = CookieSecret::random();
    let long = format!("/callback?code=c&state={}", "s".repeat(5000));
    for path in [
        "/callback",
        "/callback?code=c",
        "/callback?code=c&state=unknown",
        "/callback?error=access_denied",
        &long,
    ] {
        for with_cookie in [false, true] {
            let request = test::TestRequest::get().uri(path);
            let request = if with_cookie {
                request.insert_header(cookie_header("so_browser", &browser))
            } else {
                request
            };
            let answer = world.send(request).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            assert_is_page(&answer, path);
            assert!(answer.body.contains("Sign-in not finished"), "{path}");
            assert!(!answer.header(header::SET_COOKIE).contains(SESSION_COOKIE));
        }
    }
}

#[actix_web::test]
async fn malformed_input_gets_a_page_and_never_a_fault() {
    let world = World::new();
    for (path, expected) in [
        ("/callback?code=a&code=b&state=s", StatusCode::BAD_REQUEST),
        ("/callback?state=%FF", StatusCode::BAD_REQUEST),
        ("/en/?notice=unknown", StatusCode::BAD_REQUEST),
        ("/en/sign-in?iss=https%3A%2F%2Fevil.example", StatusCode::BAD_REQUEST),
        ("/en/nothing", StatusCode::NOT_FOUND),
        ("/de/home", StatusCode::NOT_FOUND),
        ("/static/../Cargo.toml", StatusCode::NOT_FOUND),
        ("/static/app.css", StatusCode::NOT_FOUND),
        ("/fr/session/keep", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, expected, "{path}");
        assert_is_page(&answer, path);
    }
    assert!(world.get("/fr/nothing").await.body.contains("Page introuvable"));
}

#[actix_web::test]
async fn a_provider_that_is_away_is_said_plainly() {
    let world = World::new();
    for request in [test::TestRequest::get().uri("/fr/sign-in"), test::TestRequest::post().uri("/fr/sign-in")]
    {
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_is_page(&answer, "/fr/sign-in");
        assert!(answer.body.contains("Nous ne pouvons pas joindre «\u{a0}Compte Mon Ontario\u{a0}»"));
    }
}

#[actix_web::test]
async fn assets_are_kept_for_ever() {
    let world = World::new();
    let address = ontario_design::assets::url("app.css");
    let request = test::TestRequest::get().uri(&address).insert_header((header::ACCEPT_ENCODING, "gzip, br"));
    let answer = world.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_ENCODING), "br");
    assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
    assert!(world.get(&address).await.body.contains("ontario"));
}
