//! HTTP tests of everything that needs no provider; whole journeys are tested with the real one elsewhere.

mod filing;
mod hostile;
mod migration;
mod register;
mod retention;

use crate::{Justice, Settings, demonstration_terms, front, routes};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::{App, test, web};
use portal_front::testing::{Folder, sign_in};
use portal_front::{Front, MailFolder, Person};
use relying_party::SECOND;
use relying_party::browser_session::CookieSecret;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Nothing listens there.
const ISSUER: &str = "http://127.0.0.1:9";
const START: i64 = 1_795_287_900 * SECOND;
/// Right contact information.
const CONTACT: [(&str, &str); 11] = [
    ("role", "individual"),
    ("last_name", "Flowers"),
    ("first_name", "Bernie"),
    ("address", "45 Elm Street, Unit 3"),
    ("city", "Toronto"),
    ("country", "CA"),
    ("province", "ON"),
    ("province_of", "CA"),
    ("postal", "m5v2t6"),
    ("phone", "416-555-0123"),
    ("email", "bernie@example.test"),
];

struct World {
    front: web::Data<Front>,
    justice: web::Data<Justice>,
    now: Arc<AtomicI64>,
    mail: PathBuf,
    _folder: Folder,
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the first hidden field or input of this name.
    fn value(&self, name: &str) -> String {
        let (_, after) =
            self.body.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}"));
        let tag = after.split_once('>').unwrap().0;
        let value = tag.split_once("value=\"").map_or("", |(_, value)| value.split_once('"').unwrap().0);
        value
            .replace("&#38;", "&")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
    }

    fn assert_is_page(&self, path: &str) {
        assert_eq!(self.headers.get(header::CONTENT_TYPE).unwrap(), "text/html; charset=utf-8", "{path}");
        assert_eq!(self.headers.get(header::CACHE_CONTROL).unwrap(), "no-store", "{path}");
        assert_eq!(self.body.matches("<h1").count(), 1, "{path}");
        assert!(!self.body.contains(" style=") && !self.body.contains(" onclick="), "{path}");
        assert!(!self.body.contains("<script>"), "{path}");
    }
}

/// A part of a multipart body: name, file name, content.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/pdf"));
        let head = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
            file.unwrap_or_default()
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    body
}

impl World {
    fn new() -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&now);
        let folder = Folder::new();
        let mail = folder.database().with_file_name("mail");
        let settings = Settings {
            front: portal_front::Settings {
                base_url: "http://localhost:8082".into(),
                issuer: ISSUER.into(),
                client_id: "justice-services-online".into(),
                client_secret: "secret".into(),
                id_token_signed_response_alg: "ES256".into(),
                account_url: format!("{ISSUER}/{{l}}/account"),
                database: folder.database(),
                demonstration_notice: true,
                clock: Arc::new(move || clock.load(Ordering::SeqCst)),
                mail: MailFolder { directory: mail.clone(), from: "noreply@jso.example.test".into() },
            },
            terms: demonstration_terms().unwrap(),
        };
        let front = web::Data::new(front(&settings).unwrap());
        let justice = web::Data::new(Justice { terms: settings.terms });
        Self { front, justice, now, mail, _folder: folder }
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * SECOND, Ordering::SeqCst);
    }

    async fn send(&self, request: test::TestRequest) -> Answer {
        let (front, justice) = (self.front.clone(), self.justice.clone());
        let app = App::new().configure(|app| routes::configure(app, &front, &justice));
        let app = test::init_service(app).await;
        answer_of(app.call(request.to_request()).await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path)).await
    }

    async fn get_as(&self, person: &CookieSecret, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path).insert_header(cookie(person))).await
    }

    /// A form with the session's token.
    async fn post_as(&self, person: &CookieSecret, path: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = person.csrf_token();
        let form: Vec<(&str, &str)> =
            [("_csrf", csrf.as_str())].into_iter().chain(form.iter().copied()).collect();
        self.send(test::TestRequest::post().uri(path).insert_header(cookie(person)).set_form(form)).await
    }

    /// The same as `multipart/form-data`.
    async fn upload_as(&self, person: &CookieSecret, path: &str, parts: &[Part<'_>]) -> Answer {
        let csrf = person.csrf_token();
        let parts: Vec<Part<'_>> =
            [("_csrf", None, csrf.as_bytes())].into_iter().chain(parts.iter().copied()).collect();
        self.post_multipart(person, path, multipart(&parts)).await
    }

    async fn post_multipart(&self, person: &CookieSecret, path: &str, body: Vec<u8>) -> Answer {
        let request = test::TestRequest::post()
            .uri(path)
            .insert_header(cookie(person))
            .insert_header((header::CONTENT_TYPE, "multipart/form-data; boundary=XX"))
            .set_payload(body);
        self.send(request).await
    }

    async fn signed_in(&self, subject: &str) -> CookieSecret {
        self.signed_in_as(person(subject)).await.0
    }

    /// The session, and where the portal leads.
    async fn signed_in_as(&self, person: Person) -> (CookieSecret, String) {
        let (secret, answer) = sign_in(&self.front, person).await.unwrap();
        let location = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
        (secret, location)
    }

    async fn accept_terms(&self, person: &CookieSecret) {
        let done = self.post_as(person, "/en/register/terms", &[("accept", "yes")]).await;
        assert_eq!(done.location(), "/en/register/contact?held=1");
    }

    async fn registered(&self, subject: &str) -> CookieSecret {
        let person = self.signed_in(subject).await;
        self.accept_terms(&person).await;
        let done = self.post_as(&person, "/en/register/contact", &CONTACT).await;
        assert_eq!(done.location(), "/en/register/done", "{}", done.body);
        person
    }

    /// One pass of the worker.
    async fn work(&self) {
        self.front.tend().await.unwrap();
    }

    fn mails(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.mail).map(|entries| entries.flatten().collect::<Vec<_>>());
        let files = entries.unwrap_or_default().into_iter().map(|entry| entry.path());
        let mut mails: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "eml")).collect();
        mails.sort();
        mails.into_iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }
}

/// Somebody with a ONE-key account: no address is proven.
fn person(subject: &str) -> Person {
    Person {
        issuer: ISSUER.into(),
        subject: subject.into(),
        email: None,
        language: None,
        onekey_subject: None,
    }
}

/// The contact information with other values for some fields.
fn contact_with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let unchanged = CONTACT.into_iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    unchanged.chain(changes.iter().copied()).collect()
}

fn cookie(secret: &CookieSecret) -> (header::HeaderName, String) {
    (header::COOKIE, format!("jso_session={}", secret.expose()))
}

async fn answer_of<B: MessageBody>(response: ServiceResponse<B>) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = test::read_body(response).await;
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}
