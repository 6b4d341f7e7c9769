//! What signed-in people see and send.

use super::{SESSION_COOKIE, World, assert_is_page, cookie_header};
use actix_web::http::{StatusCode, header};
use actix_web::test;
use relying_party::browser_session::CookieSecret;

#[actix_web::test]
async fn pages_of_an_account_turn_strangers_away() {
    let world = World::new();
    for path in ["/en/home", "/en/setup/terms", "/en/setup/done"] {
        let answer = world.get(path).await;
        let page = path.strip_prefix("/en/").unwrap();
        let expected = format!("/en/sign-in?page={page}");
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected.as_str()));
        let expired = world.get_as(&CookieSecret::random(), path).await;
        assert_eq!(expired.location(), format!("/en/session-expired?page={page}"));
    }
}

#[actix_web::test]
async fn terms_have_to_be_accepted() {
    let world = World::new();
    let person = world.signed_in("s").await;
    let page = world.get_as(&person, "/en/setup/terms").await;
    assert_is_page(&page, "/en/setup/terms");
    assert!(page.body.contains("Set up your ServiceOntario account"));
    assert!(page.body.contains("s@example.test"));
    assert_eq!(world.get_as(&person, "/en/home").await.location(), "/en/setup/terms");
    assert_eq!(world.get_as(&person, "/en/setup/done").await.location(), "/en/setup/terms");

    let csrf = person.csrf_token();
    for form in [vec![("_csrf", csrf.as_str())], vec![("_csrf", csrf.as_str()), ("accept", "no")]] {
        let refused = world.post_as(&person, "/fr/setup/terms", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_is_page(&refused, "/fr/setup/terms");
        assert!(refused.body.contains("<title>Erreur\u{a0}: "));
        assert!(refused.body.contains("Cochez la case pour accepter les conditions"));
        assert!(refused.body.contains(r##"href="#accept""##));
    }
    assert_eq!(world.get_as(&person, "/en/home").await.location(), "/en/setup/terms");
}

#[actix_web::test]
async fn forms_without_their_token_change_nothing() {
    let world = World::new();
    let (person, other) = (world.signed_in("s").await, world.signed_in("other").await);
    let foreign = other.csrf_token();
    for path in ["/en/setup/terms", "/en/sign-out", "/en/session/keep"] {
        for form in [vec![("accept", "yes")], vec![("accept", "yes"), ("_csrf", foreign.as_str())]] {
            let refused = world.post_as(&person, path, &form).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
            assert_is_page(&refused, path);
        }
        let stranger = world.send(test::TestRequest::post().uri(path).set_form([("accept", "yes")])).await;
        assert_eq!(stranger.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(world.get_as(&person, "/en/home").await.location(), "/en/setup/terms");
}

#[actix_web::test]
async fn oversized_doubled_and_binary_forms_are_refused_with_a_page() {
    let world = World::new();
    let person = world.signed_in("s").await;
    let csrf = person.csrf_token();
    let long = "x".repeat(70_000);
    let large = world.post_as(&person, "/en/setup/terms", &[("_csrf", &csrf), ("accept", &long)]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_is_page(&large, "oversized");
    let doubled = world.post_as(&person, "/en/setup/terms", &[("accept", "yes"), ("accept", "yes")]).await;
    assert_eq!(doubled.status, StatusCode::BAD_REQUEST);
    let binary = test::TestRequest::post()
        .uri("/en/setup/terms")
        .insert_header(cookie_header(SESSION_COOKIE, &person))
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(vec![0xff_u8, 0xfe, b'=', 0xff]);
    let binary = world.send(binary).await;
    assert!(binary.status.is_client_error(), "{}", binary.status);
    assert_is_page(&binary, "binary");
}

#[actix_web::test]
async fn the_account_home_shows_what_happened_in_both_languages() {
    let world = World::new();
    let person = world.with_account("s").await;
    let done = world.get_as(&person, "/fr/setup/done").await;
    assert_is_page(&done, "/fr/setup/done");
    assert!(done.body.contains("Merci! Votre compte ServiceOntario a été créé."));
    assert!(done.body.contains(r#"href="/fr/home""#));
    let home = world.get_as(&person, "/fr/home").await;
    assert_is_page(&home, "/fr/home");
    for expected in [
        "Compte créé",
        "21 novembre 2026, 14\u{a0}h\u{a0}05",
        "novembre 2026",
        "Vous n’êtes inscrit à aucun service.",
        "Fin de session",
    ] {
        assert!(home.body.contains(expected), "{expected}");
    }
    let filtered = world.get_as(&person, "/en/home?month=2020-01&activities=date").await;
    assert!(filtered.body.contains("No activity in this month"));
    assert_eq!(world.get_as(&person, "/en/setup/terms").await.location(), "/en/home");
    let hostile = world.get_as(&person, "/en/home?month=%22%3E%3Cscript%3E").await;
    assert!(!hostile.body.contains("\"><script>"));
}

#[actix_web::test]
async fn records_of_a_transferred_one_key_account_are_shown_to_its_person_only() {
    let world = World::new();
    let person = world.signed_in_with("s", Some("old")).await;
    let home = world.get_as(&person, "/en/home").await;
    assert_is_page(&home, "/en/home");
    assert!(home.body.contains("Your earlier ONE-key records are attached."));
    assert!(home.body.contains("Fishing &#38;") && !home.body.contains("Hunting"));
    let french = world.get_as(&person, "/fr/home").await;
    assert!(french.body.contains("Vos dossiers ONE-key antérieurs sont joints."));
    assert!(french.body.contains("31 décembre 1969") && french.body.contains("Pêche"));
    let without = world.with_account("t").await;
    assert!(!world.get_as(&without, "/en/home").await.body.contains("ONE-key"));
    // A transfer that brought no record is told all the same, without an empty list.
    let empty = world.signed_in_with("u", Some("unknown")).await;
    world.accept_terms(&empty).await;
    let home = world.get_as(&empty, "/en/home").await.body;
    assert!(home.contains("records are attached") && !home.contains("id=\"old-records\""));
}

#[actix_web::test]
async fn a_session_ends_after_15_idle_minutes_and_says_so() {
    let world = World::new();
    let person = world.with_account("s").await;
    world.pass(14 * 60);
    let csrf = person.csrf_token();
    let kept = world.post_as(&person, "/en/session/keep", &[("_csrf", &csrf)]).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    world.pass(14 * 60);
    assert_eq!(world.get_as(&person, "/en/home").await.status, StatusCode::OK);
    world.pass(15 * 60);
    let late = world.post_as(&person, "/en/session/keep", &[("_csrf", &csrf)]).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    assert_eq!(late.location(), "/en/session-expired?page=home&kept=held");
    let page = world.get_as(&person, "/en/session-expired").await;
    assert_is_page(&page, "/en/session-expired");
    assert!(page.body.contains("You were signed out after 15 minutes without activity."));
}

#[actix_web::test]
async fn signing_out_ends_the_own_session_even_when_the_provider_is_away() {
    let world = World::new();
    let person = world.with_account("s").await;
    let csrf = person.csrf_token();
    let out = world.post_as(&person, "/en/sign-out", &[("_csrf", &csrf)]).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/en/?notice=signed-out-here-only"));
    assert_eq!(world.get_as(&person, "/en/home").await.location(), "/en/?notice=signed-out");
    // A double click: the answer to the first one was dropped by the browser.
    let again = world.post_as(&person, "/en/sign-out", &[("_csrf", &csrf)]).await;
    assert_eq!(again.location(), "/en/?notice=signed-out-here-only");
}

#[actix_web::test]
async fn every_page_has_a_title_of_its_own_and_the_same_controls_in_both_languages() {
    let world = World::new();
    let newcomer = world.signed_in("new").await;
    let person = world.with_account("s").await;
    let mut titles = std::collections::BTreeSet::new();
    let pages = [
        (&newcomer, "setup/terms"),
        (&person, ""),
        (&person, "setup/done"),
        (&person, "terms"),
        (&person, "home"),
        (&person, "activities"),
        (&person, "profiles"),
        (&person, "profiles/new"),
        (&person, "drafts"),
        (&person, "messages"),
        (&person, "messages/1"),
        (&person, "settings"),
        (&person, "settings/close"),
        (&person, "services"),
        (&person, "services/submitted"),
        (&person, "closed"),
        (&person, "session-expired?page=home&kept=draft"),
        (&person, "nothing"),
    ];
    for (who, path) in pages {
        let english = world.get_as(who, &format!("/en/{path}")).await.body;
        let french = world.get_as(who, &format!("/fr/{path}")).await.body;
        for control in ["<a ", "<button", "<input", "<h2", "<form", "<select"] {
            assert_eq!(english.matches(control).count(), french.matches(control).count(), "{path} {control}");
        }
        for page in [english, french] {
            let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned();
            assert!(titles.insert(title.clone()), "{title}");
        }
    }
}
