//! HTTP tests of everything that needs no provider; whole journeys are tested with the real one elsewhere.

mod account;
mod migration;
mod public_pages;
mod retention;
mod signed_in;

use crate::{MIGRATIONS, OldRecord, Portal, ServiceOntario, SystemNotice, routes};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::{App, test, web};
use portal_front::testing::Folder;
use portal_front::{Front, MailFolder, Person, Settings};
use relying_party::SECOND;
use relying_party::browser_session::CookieSecret;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const SESSION_COOKIE: &str = "so_session";
/// Nothing listens there.
const ISSUER: &str = "http://127.0.0.1:9";
const START: i64 = 1_795_287_900 * SECOND;

struct World {
    front: web::Data<Front>,
    portal: web::Data<Portal>,
    now: Arc<AtomicI64>,
    /// Who has which session.
    subjects: Mutex<HashMap<String, String>>,
    _folder: Folder,
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn location(&self) -> &str {
        self.header(header::LOCATION)
    }
}

impl World {
    fn new() -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&now);
        let folder = Folder::new();
        let settings = Settings {
            base_url: "http://localhost:8081".into(),
            issuer: ISSUER.into(),
            client_id: "serviceontario-account".into(),
            client_secret: "secret".into(),
            id_token_signed_response_alg: "ES256".into(),
            account_url: format!("{ISSUER}/{{l}}/account"),
            database: folder.database(),
            demonstration_notice: true,
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            mail: MailFolder {
                directory: folder.database().with_file_name("mail"),
                from: "ServiceOntario <noreply@so.example.test>".to_owned(),
            },
        };
        let old_records = [("old", "Fishing &"), ("another", "Hunting")].map(|(subject, name)| OldRecord {
            onekey_subject: subject.to_owned(),
            at: 0,
            name: [name, "Pêche"],
        });
        let service = ServiceOntario::new(&old_records);
        let front = web::Data::new(Front::new(settings, service, MIGRATIONS).unwrap());
        let notice =
            SystemNotice { at: START, text: ["Counters are closed.", "Les comptoirs sont fermés."] };
        let portal = web::Data::new(Portal { old_records: old_records.into(), notices: vec![notice] });
        Self { front, portal, now, subjects: Mutex::default(), _folder: folder }
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * SECOND, Ordering::SeqCst);
    }

    async fn send(&self, request: test::TestRequest) -> Answer {
        let app = App::new().configure(|app| routes::configure(app, &self.front, &self.portal));
        let app = test::init_service(app).await;
        answer_of(app.call(request.to_request()).await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path)).await
    }

    async fn get_as(&self, person: &CookieSecret, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path).insert_header(cookie_header(SESSION_COOKIE, person)))
            .await
    }

    async fn post_as(&self, person: &CookieSecret, path: &str, form: &[(&str, &str)]) -> Answer {
        let request =
            test::TestRequest::post().uri(path).insert_header(cookie_header(SESSION_COOKIE, person));
        self.send(request.set_form(form)).await
    }

    /// A form of a page as a browser sends it: with the page's tokens.
    async fn submit(&self, person: &CookieSecret, path: &str, typed: &[(&str, &str)]) -> Answer {
        let (csrf, once) = (person.csrf_token(), CookieSecret::random());
        let mut form = vec![("_csrf", csrf.as_str()), ("_once", once.expose())];
        form.extend_from_slice(typed);
        self.post_as(person, path, &form).await
    }

    /// With a header that says where the form comes from.
    async fn post_from(
        &self,
        person: &CookieSecret,
        path: &str,
        form: &[(&str, &str)],
        header: (&str, &str),
    ) -> Answer {
        let request = test::TestRequest::post().uri(path).insert_header(header);
        self.send(request.insert_header(cookie_header(SESSION_COOKIE, person)).set_form(form)).await
    }

    /// The same person signs in again, in another browser.
    async fn again(&self, person: &CookieSecret) -> CookieSecret {
        let subject = self.subjects.lock().unwrap().get(&person.hash()).cloned().unwrap();
        self.signed_in(&subject).await
    }

    async fn signed_in(&self, subject: &str) -> CookieSecret {
        self.signed_in_with(subject, None).await
    }

    /// With the subject of a ONE-key account that was transferred.
    async fn signed_in_with(&self, subject: &str, onekey_subject: Option<&str>) -> CookieSecret {
        let person = Person {
            issuer: ISSUER.into(),
            subject: subject.into(),
            email: Some(format!("{subject}@example.test")),
            language: None,
            onekey_subject: onekey_subject.map(str::to_owned),
        };
        let secret = portal_front::testing::sign_in(&self.front, person).await.unwrap().0;
        self.subjects.lock().unwrap().insert(secret.hash(), subject.to_owned());
        secret
    }

    async fn with_account(&self, subject: &str) -> CookieSecret {
        let person = self.signed_in(subject).await;
        self.accept_terms(&person).await;
        person
    }

    async fn accept_terms(&self, person: &CookieSecret) {
        let csrf = person.csrf_token();
        let form = [("_csrf", csrf.as_str()), ("_once", "1"), ("accept", "yes")];
        let done = self.post_as(person, "/en/setup/terms", &form).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/en/setup/done"));
    }
}

fn cookie_header(name: &str, secret: &CookieSecret) -> (header::HeaderName, String) {
    (header::COOKIE, format!("{name}={}", secret.expose()))
}

async fn answer_of<B: MessageBody>(response: ServiceResponse<B>) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = test::read_body(response).await;
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

fn assert_is_page(answer: &Answer, path: &str) {
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
    assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{path}");
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("default-src 'none'") && policy.contains(&format!("form-action 'self' {ISSUER}")),
        "{path}"
    );
    assert!(!policy.contains("unsafe"), "{path}");
    assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
    assert!(!answer.body.contains(" style=") && !answer.body.contains(" onclick="), "{path}");
}
