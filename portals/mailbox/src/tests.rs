//! HTTP tests with mails of every kind in a temporary folder.

use crate::{Mailbox, MovableClock, Settings, pages};
use actix_web::dev::Service;
use actix_web::http::{StatusCode, header};
use actix_web::{App, test, web};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

const MAIL: &str = "From: noreply@idp.example\r\nTo: person@example.test\r\n\
    Subject: =?utf-8?Q?Activate_/_Activer_le_compte_=C3=A9?=\r\nDate: Sat, 21 Nov 2026 19:05:00 +0000\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour code:\r\n\r\n123456\r\n\r\nhttp://localhost:8080/en/activate?t=a&u=b\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>123456</p><a href=\"http://localhost:8080/x\">Go</a></body></html>\r\n--b--\r\n";

const HOSTILE: &str = "From: \"<script>alert(1)</script>\" <x@example.test>\r\nTo: <script>@x\r\n\
    Subject: <img src=x onerror=alert(1)>\r\nContent-Type: text/html\r\n\r\n\
    <script>alert(1)</script><form action=//evil.example><img src=//evil.example/x><base href=//evil.example>";

static FOLDERS: AtomicU32 = AtomicU32::new(0);

struct World {
    directory: PathBuf,
    mailbox: web::Data<Mailbox>,
    offset: Arc<AtomicI64>,
}

struct Answer {
    status: StatusCode,
    policy: String,
    location: String,
    body: String,
}

impl World {
    fn new(mails: &[(&str, &str)]) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let directory =
            std::env::temp_dir().join(format!("mailbox-test-{}-{number}/mail", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        for (name, content) in mails {
            std::fs::write(directory.join(name), content).unwrap();
        }
        let offset = Arc::new(AtomicI64::new(0));
        let (read, now, shift) = (Arc::clone(&offset), Arc::clone(&offset), Arc::clone(&offset));
        let clock = MovableClock {
            now: Arc::new(move || 1_795_287_900_000_000 + now.load(Ordering::SeqCst)),
            offset: Arc::new(move || read.load(Ordering::SeqCst)),
            shift: Arc::new(move |from, to| {
                shift.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
            }),
        };
        let settings = Settings {
            directory: directory.clone(),
            information_base: "http://localhost:8080".into(),
            clock: Some(clock),
        };
        Self { directory, mailbox: web::Data::new(Mailbox::new(settings)), offset }
    }

    async fn get(&self, path: &str) -> Answer {
        let mailbox = self.mailbox.clone();
        let app = test::init_service(App::new().configure(|app| pages::configure(app, &mailbox))).await;
        let response = app.call(test::TestRequest::get().uri(path).to_request()).await.unwrap();
        let header = |name| response.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
        let (status, policy, location) =
            (response.status(), header(header::CONTENT_SECURITY_POLICY), header(header::LOCATION));
        let body = String::from_utf8_lossy(&test::read_body(response).await).into_owned();
        Answer { status, policy, location, body }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(parent) = self.directory.parent() {
            let _ = std::fs::remove_dir_all(parent);
        }
    }
}

#[actix_web::test]
async fn an_empty_or_missing_folder_is_said_in_both_languages() {
    let world = World::new(&[]);
    assert!(world.get("/en/").await.body.contains("No mails yet"));
    std::fs::remove_dir_all(&world.directory).unwrap();
    let french = world.get("/fr/").await;
    assert_eq!(french.status, StatusCode::OK);
    assert!(
        french.body.contains("Aucun courriel") && french.body.contains("Boîte aux lettres de démonstration")
    );
    assert!(french.body.contains(r#"href="/en/""#));
    assert_eq!(world.get("/").await.location, "/en/");
}

#[actix_web::test]
async fn mails_are_listed_newest_first_and_other_files_are_not() {
    let world = World::new(&[
        ("2026-1.eml", MAIL),
        ("2026-2.eml", HOSTILE),
        ("notes.txt", "secret"),
        (".hidden.eml", MAIL),
    ]);
    std::fs::create_dir(world.directory.join("folder.eml")).unwrap();
    let page = world.get("/en/").await;
    assert_eq!(page.body.matches("<tr class").count(), 2);
    assert!(page.body.find("2026-2.eml").unwrap() < page.body.find("2026-1.eml").unwrap());
    assert!(
        page.body.contains("Activate / Activer le compte é") && page.body.contains("person@example.test")
    );
    assert!(page.body.contains("November 21, 2026, 2:05 p.m."));
    assert!(!page.body.contains("<img") && !page.body.contains("<script>"));
}

#[actix_web::test]
async fn a_mail_shows_its_text_with_links_and_its_html_in_a_sandbox() {
    let world = World::new(&[("1.eml", MAIL)]);
    let page = world.get("/fr/mail/1.eml").await;
    assert!(page.body.contains("\n123456\n") || page.body.contains("\r\n123456\r\n"));
    assert!(page.body.contains(r#"<a href="http://localhost:8080/en/activate?t=a&#38;u=b">"#));
    assert!(
        page.body.contains(r#"src="/fr/mail/1.eml/html" sandbox="allow-top-navigation-by-user-activation""#)
    );
    assert!(page.policy.contains("frame-src 'self'") && !page.policy.contains("unsafe"));
    assert_eq!(page.body.matches("<h1").count(), 1);
    let html = world.get("/fr/mail/1.eml/html").await;
    assert!(html.body.starts_with("<!DOCTYPE html><base target=\"_top\">"));
    assert!(html.policy.contains("default-src 'none'") && html.policy.contains("sandbox allow-top"));
    assert!(!html.policy.contains("script") && !html.policy.contains("allow-popups"));
}

#[actix_web::test]
async fn a_hostile_mail_cannot_script() {
    let world = World::new(&[("1.eml", HOSTILE)]);
    let page = world.get("/en/mail/1.eml").await;
    assert!(
        !page.body.contains("<img")
            && !page.body.contains("<script>")
            && !page.body.contains("evil.example>")
    );
    let html = world.get("/en/mail/1.eml/html").await;
    for directive in ["default-src 'none'", "form-action 'none'", "base-uri 'none'", "sandbox"] {
        assert!(html.policy.contains(directive), "{directive}");
    }
    assert!(!html.policy.contains("allow-scripts") && !html.policy.contains("allow-same-origin"));
}

#[actix_web::test]
async fn nothing_outside_the_folder_can_be_read() {
    let world = World::new(&[("1.eml", MAIL)]);
    let outside = world.directory.parent().unwrap().join("outside.eml");
    std::fs::write(&outside, MAIL).unwrap();
    std::os::unix::fs::symlink(&outside, world.directory.join("link.eml")).unwrap();
    for path in [
        "/en/mail/../outside.eml",
        "/en/mail/..%2Foutside.eml",
        "/en/mail/%2e%2e%2foutside.eml",
        "/en/mail/link.eml",
        "/en/mail/missing.eml",
        "/en/mail/1.eml%00",
        "/en/mail/%FF.eml",
        "/en/mail/%2Fetc%2Fpasswd",
        "/de/",
        "/static/nothing",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("<h1"), "{path}");
    }
}

#[actix_web::test]
async fn long_mails_and_long_lists_are_cut() {
    let long = format!("Subject: long\r\n\r\n{}", "x".repeat(3_000_000));
    let world = World::new(&[("0.eml", &long)]);
    let page = world.get("/en/mail/0.eml").await;
    assert!(page.body.len() < 300_000 && page.body.contains("only its beginning is shown"));
    for number in 1..=250 {
        std::fs::write(world.directory.join(format!("{number:04}.eml")), MAIL).unwrap();
    }
    let first = world.get("/en/").await;
    assert_eq!(first.body.matches("<tr class").count(), 200);
    assert!(first.body.contains(r#"href="/en/?page=2""#) && first.body.contains("0250.eml"));
    assert_eq!(world.get("/en/?page=2").await.body.matches("<tr class").count(), 51);
    for odd in ["/en/?page=-1", "/en/?page=99999999999999999999", "/en/?page=x"] {
        assert_eq!(world.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

/// Posts a form to the clock; the status.
async fn move_clock(world: &World, form: &[(&str, &str)], site: Option<&str>) -> StatusCode {
    let mailbox = world.mailbox.clone();
    let app = test::init_service(App::new().configure(|app| pages::configure(app, &mailbox))).await;
    let mut request = test::TestRequest::post().uri("/fr/clock").set_form(form);
    if let Some(site) = site {
        request = request.insert_header(("sec-fetch-site", site));
    }
    app.call(request.to_request()).await.unwrap().status()
}

#[actix_web::test]
async fn the_clock_moves_forward_once_for_each_form_of_the_page() {
    let world = World::new(&[]);
    let page = world.get("/en/").await.body;
    assert!(
        page.contains("November 21, 2026, 2:05 p.m. (Toronto time)") && page.contains(">30 months</button>")
    );
    let token = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = |step| [("token", token), ("from", "0"), ("step", step)];
    assert_eq!(move_clock(&world, &form("15-minutes"), Some("same-origin")).await, StatusCode::SEE_OTHER);
    // A double click finds the clock moved.
    assert_eq!(move_clock(&world, &form("15-minutes"), None).await, StatusCode::SEE_OTHER);
    assert_eq!(world.offset.load(Ordering::SeqCst), 15 * 60 * 1_000_000);
    assert!(world.get("/fr/").await.body.contains("21 novembre 2026, 14\u{a0}h\u{a0}20 (heure de Toronto)"));
}

#[actix_web::test]
async fn nothing_else_moves_the_clock() {
    let world = World::new(&[]);
    let page = world.get("/en/").await.body;
    let token = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let far = i64::MAX.to_string();
    for (form, site) in [
        (vec![("token", "x"), ("from", "0"), ("step", "60-days")], None),
        (vec![("token", ""), ("from", "0"), ("step", "60-days")], None),
        (vec![("from", "0"), ("step", "60-days")], None),
        (vec![("token", token), ("from", "0"), ("step", "60-days")], Some("cross-site")),
        (vec![("token", token), ("from", "0"), ("step", "60-days")], Some("same-site")),
        (vec![("token", token), ("from", "0"), ("step", "-60-days")], None),
        (vec![("token", token), ("from", "never"), ("step", "60-days")], None),
        (vec![("token", token), ("from", far.as_str()), ("step", "60-days")], None),
        (vec![("token", token), ("from", "1"), ("step", "60-days")], None),
    ] {
        let status = move_clock(&world, &form, site).await;
        assert!(!status.is_server_error(), "{form:?}");
        assert_eq!(world.offset.load(Ordering::SeqCst), 0, "{form:?}");
    }
    assert_ne!(world.get("/en/clock").await.status, StatusCode::SEE_OTHER);
}
