//! Figures for Prometheus: every name that is documented is served and the other way round, and nothing of a person is in them.

use idp_server::metrics::{self, METRICS};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::collections::BTreeSet;
use std::net::TcpListener;

on_sqlite_and_postgres! {
    what_happens_is_counted_by_words_of_ours_only
}

const OPERATING: &str = include_str!("../../docs/operating.md");
const DASHBOARD: &str = include_str!("../../docs/dashboards/grafana.json");

/// Names of `idp_…` and `process_…` in a text.
fn names_in(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = text.split(|c: char| !is_name(c));
    let ours = words.filter(|word| word.starts_with("idp_") || word.starts_with("process_"));
    let plain = |word: &str| {
        let ends = ["_bucket", "_sum", "_count"];
        let end = ends.iter().find(|end| word.ends_with(**end) && word.contains("_duration_"));
        end.map_or(word, |end| word.trim_end_matches(end)).to_owned()
    };
    ours.map(plain).collect()
}

async fn page(idp: &TestIdp) -> String {
    metrics::text(&idp.app).await
}

#[tokio::test]
async fn every_documented_name_is_served_and_every_served_name_is_documented() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let served = page(&idp).await;
    let declared: BTreeSet<String> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    let typed = served.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    assert_eq!(typed.map(str::to_owned).collect::<BTreeSet<_>>(), declared);
    let section = OPERATING.split("## Figures").nth(1).expect("a section").split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeSet<String> = rows.flat_map(names_in).collect();
    assert_eq!(documented, declared);
    for metric in &METRICS {
        assert!(section.contains(&format!("| `{}` | {} |", metric.name, metric.kind)), "{}", metric.name);
    }
    let shown = names_in(DASHBOARD);
    assert!(shown.len() > 8 && shown.is_subset(&declared), "{shown:?}");
    let dashboard: serde_json::Value = serde_json::from_str(DASHBOARD).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 6);
}

#[tokio::test]
async fn the_page_is_served_at_its_own_address_only() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let app = idp.app.clone();
    let (sent, handle) = std::sync::mpsc::channel();
    let serving = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = metrics::serve(&app, listener).unwrap();
            sent.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    let handle = handle.recv().unwrap();
    let answer = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert!(answer.text().await.unwrap().contains("\nidp_database_up 1\n"));
    for path in ["/", "/jwks", "/en/sign-in", "/metrics/x"] {
        assert_eq!(reqwest::get(format!("http://{address}{path}")).await.unwrap().status(), 404, "{path}");
    }
    handle.stop(false).await;
    serving.join().unwrap();
}

#[tokio::test]
async fn beside_healthz_the_page_is_for_programs_on_this_machine_only() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let url = format!("{}/metrics", idp.issuer);
    let here = idp.http().get(&url).send().await.unwrap();
    assert_eq!(here.status(), 200);
    assert!(here.text().await.unwrap().contains("\nidp_database_up 1\n"));
    for (name, value) in [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-For", ""),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 proxy"),
        ("X-Real-IP", "127.0.0.1"),
        ("Host", "signin.example.ca"),
        ("Host", "localhost.example.ca:80"),
        ("Host", "10.0.0.1"),
    ] {
        let answer = idp.http().get(&url).header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{name}: {value}");
        assert!(!answer.text().await.unwrap().contains("idp_database_up"), "{name}: {value}");
    }
}

async fn what_happens_is_counted_by_words_of_ours_only(database: Database) {
    let idp = TestIdp::start(database).await;
    page(&idp).await;
    let service = idp.service().await;
    let account = idp.create_account(&idp.visitor(), "canary.person@example.test").await;
    idp.sign_in_at(&idp.visitor(), &service, &account).await;
    idp.sign_in(&idp.visitor(), &account.email, "Wrong-Canary-1").await;
    idp.visitor().get("/canary?code=canary").await;
    idp.seal_audit().await;
    idp.app.metrics.worker_did("mail", true, idp.now());
    idp.app.metrics.worker_did("mail", false, idp.now());
    let page = page(&idp).await;
    for line in [
        "idp_audit_events_total{event=\"account_activated\"} 1",
        "idp_audit_events_total{event=\"signed_in\"} 2",
        "idp_audit_events_total{event=\"sign_in_refused\"} 1",
        "idp_audit_unsealed_records 0",
        "idp_worker_failures_total{worker=\"mail\"} 1",
        "idp_http_requests_total{endpoint=\"token\",status=\"2xx\"} 1",
        "idp_http_requests_total{endpoint=\"page\",status=\"4xx\"}",
        "idp_signing_key_age_seconds{algorithm=\"ES256\"}",
        "idp_http_request_duration_seconds_count{endpoint=\"token\"} 1",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
    assert!(!page.to_lowercase().contains("canary") && !page.contains(service.client.id.as_str()), "{page}");
    // Every line is a comment, or a name with labels and a number.
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok() && name.starts_with(['i', 'p']), "{line}");
    }
}
