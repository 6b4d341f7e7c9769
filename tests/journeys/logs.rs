//! What is never told to a log and never rests in the database as it was typed or mailed.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::fmt::Write;
use std::sync::{Mutex, Once};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

on_sqlite_and_postgres! {
    no_secret_and_no_address_is_logged_or_kept_in_clear
}

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps every event and span of our own crates, at every level.
struct Capture;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

impl<S: tracing::Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("idp_") {
            let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
            event.record(&mut line);
            LINES.lock().unwrap().push(line.0);
        }
    }

    fn on_new_span(&self, span: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
        if span.metadata().target().starts_with("idp_") {
            let mut line = Line(format!("span {}", span.metadata().target()));
            span.record(&mut line);
            LINES.lock().unwrap().push(line.0);
        }
    }
}

fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let everything = tracing_subscriber::filter::LevelFilter::TRACE;
        let subscriber = tracing_subscriber::registry().with(Capture.with_filter(everything));
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// A value in the dresses in which it could slip through.
fn dresses(value: &str) -> Vec<String> {
    let url: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let hex = value.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let mut dresses = vec![
        value.to_owned(),
        url.clone(),
        url.to_lowercase(),
        hex.clone(),
        hex.to_uppercase(),
        BASE64_STANDARD_NO_PAD.encode(value),
        BASE64_URL_SAFE_NO_PAD.encode(value),
        // As a list of bytes, as `Debug` prints them.
        format!("{:?}", value.as_bytes()),
    ];
    dresses.sort();
    dresses.dedup();
    dresses
}

/// Whether `text` has `value`, not as a part of a longer number or word.
fn stands_in(text: &str, value: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(value).any(|(at, _)| {
        !is_word(text[..at].chars().next_back()) && !is_word(text[at + value.len()..].chars().next())
    })
}

fn hits<'a>(lines: &'a [String], value: &str) -> Vec<&'a String> {
    let dresses = dresses(value);
    lines.iter().filter(|line| dresses.iter().any(|dress| stands_in(line, dress))).collect()
}

const WRONG: &str = "Wrong-Canary-Password-77";

/// Goes through everything that a person and a service can do; the secrets that were used, by what they are.
async fn go_through_everything(idp: &TestIdp, email: &str) -> Vec<(&'static str, String)> {
    let service = idp.service().await;
    let visitor = idp.visitor();
    let request = service.request().with("login_hint", email);
    visitor.get(&service.request().with("redirect_uri", &format!("https://evil.test/{email}")).path()).await;
    let sign_in = visitor.follow(visitor.get(&request.path()).await).await;
    visitor.submit(&sign_in, "f", &[("email", email), ("password", WRONG)]).await;
    let page = idp.register_address(&visitor, "/en/create-account", email).await;
    let mail = idp.mail_to(email).await;
    let token = mail.link("en").split_once("t=").unwrap().1.to_owned();
    idp.visitor().get(&mail.link("fr")).await;
    visitor.submit(&page, "f", &[("code", "000000")]).await;
    let verify = visitor.get("/en/create-account/verify").await;
    visitor.submit(&verify, "f", &[("code", &mail.code())]).await;
    idp.sign_in(&idp.visitor(), email, WRONG).await;
    idp.sign_in(&idp.visitor(), email, PASSWORD).await;
    let account = idp_tests::idp::Account { email: email.to_owned(), password: PASSWORD.into() };
    let again = service.request();
    let answer = idp.authorize(&visitor, &again, &account).await;
    let code = answer.parameter("code").unwrap();
    let tokens = idp.tokens(&service, &again, &code).await;
    idp.redeem(&service, &again, &code).await;
    idp.userinfo(&tokens.access_token).await;
    idp.token(Some((service.client.id.as_str(), WRONG)), &[("grant_type", "authorization_code")]).await;
    idp.register_address(&idp.visitor(), "/en/create-account", email).await;
    idp.seal_audit().await;
    idp.tend_keys().await;
    let session = visitor.cookie("idp_session").unwrap();
    idp.advance(Duration::from_hours(1));
    visitor.get(&format!("/end-session?id_token_hint={}&state={email}", tokens.id_token)).await;

    let secret = |what, value: &str| (what, value.to_owned());
    vec![
        secret("password", PASSWORD),
        secret("wrong password", WRONG),
        secret("code", &mail.code()),
        secret("link", &token),
        secret("authorization code", &code),
        secret("access token", &tokens.access_token),
        secret("ID token", &tokens.id_token),
        secret("client secret", &service.secret),
        secret("session cookie", &session),
        secret("browser cookie", &visitor.cookie("idp_browser").unwrap()),
        secret("verifier", &again.verifier),
    ]
}

async fn no_secret_and_no_address_is_logged_or_kept_in_clear(database: Database) {
    capture();
    let idp = TestIdp::start(database).await;
    let email = format!("canary.{database:?}@example.test").to_lowercase();
    let secrets = go_through_everything(&idp, &email).await;
    let lines = LINES.lock().unwrap().clone();
    for expected in ["a relying service's request was refused", "a code was refused"] {
        assert!(lines.iter().any(|line| line.contains(expected)), "the log was captured: {lines:?}");
    }
    for (what, value) in &secrets {
        assert_eq!(hits(&lines, value), Vec::<&String>::new(), "{what} in the log");
    }
    assert_eq!(hits(&lines, &email), Vec::<&String>::new(), "the address in the log");
    // The search finds what is there.
    let planted = vec![format!("x code={} y", BASE64_URL_SAFE_NO_PAD.encode(&secrets[3].1))];
    assert_eq!(hits(&planted, &secrets[3].1).len(), 1);
    let dump = dump(&idp);
    assert!(dump.iter().any(|row| row.contains(&email)), "the dump holds the account");
    for (what, value) in &secrets {
        // The verifier's challenge and the ID token's parts are kept nowhere either.
        assert_eq!(hits(&dump, value), Vec::<&String>::new(), "{what} in the database");
    }
}

/// Every text and every blob of the database, blobs as their bytes.
fn dump(idp: &TestIdp) -> Vec<String> {
    let tables = [
        "account",
        "registration",
        "activation_code",
        "mail_allowance",
        "outbox_mail",
        "browser_session",
        "known_device",
        "sign_in_failure",
        "network_counter",
        "authorization_request",
        "authorization_code",
        "access_token",
        "connected_service",
        "relying_service",
        "client_secret",
        "signing_key",
        "form_submission",
        "held_form",
        "audit_record",
    ];
    let mut rows = Vec::new();
    for table in tables {
        if idp.database_url().starts_with("sqlite") {
            let columns = idp.query(&format!("SELECT name AS value FROM pragma_table_info('{table}')"));
            for column in columns {
                let select = format!(
                    "SELECT CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE coalesce(CAST({column} AS TEXT), '') END AS value FROM {table}"
                );
                rows.extend(idp.query(&select));
            }
        } else {
            rows.extend(idp.query(&format!(
                "SELECT replace(CAST(row_to_json(t) AS TEXT), '\\\\x', '') AS value FROM {table} t"
            )));
        }
    }
    rows
}
