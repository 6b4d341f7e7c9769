//! What one service, and who says that they are one, may ask: wrong proofs, the ceiling, what waits.
//!
//! Requests come from other networks by way of a proxy that is believed.

use idp_tests::idp::page::encode;
use idp_tests::idp::service::basic;
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Database, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_stranger_who_guesses_waits_and_the_service_goes_on
    what_one_node_counted_holds_at_the_next_one
    a_service_that_is_known_in_a_network_is_not_locked_out_from_within_it
    wrong_proofs_from_everywhere_are_put_on_record_once_and_lock_nobody_out
    one_customer_with_many_ipv6_networks_waits_too
    every_endpoint_and_every_method_counts_wrong_proofs_together
    what_nobody_can_guess_is_not_counted
    guessed_tokens_of_registration_and_administration_wait_too
    a_good_request_asks_no_counter
    a_ceiling_holds_for_one_service_and_no_stranger_spends_it
    a_public_client_has_its_ceiling_in_each_network_apart
    what_waits_for_a_service_is_bounded
    a_flood_of_sign_ins_starves_no_token_request
}

const HERE: &str = "192.0.2.1";
const STRANGER: &str = "203.0.113.7";

/// Sends a form from a network, with HTTP Basic where `credentials` are given.
async fn send(
    idp: &TestIdp,
    network: &str,
    path: &str,
    credentials: Option<(&str, &str)>,
    fields: &[(&str, &str)],
) -> Page {
    let pairs: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let request = idp.http().request(Method::POST, format!("{}{path}", idp.issuer));
    let mut request = request.header("X-Forwarded-For", network).header("Content-Type", FORM);
    if let Some((id, secret)) = credentials {
        request = request.header("Authorization", basic(id, secret));
    }
    page_of(request.body(encode(&pairs)).send().await.unwrap()).await
}

/// Asks about a token from a network with this secret.
async fn ask(idp: &TestIdp, network: &str, service: &Service, secret: &str) -> Page {
    send(idp, network, "/introspect", Some((service.client.id.as_str(), secret)), &[("token", "x")]).await
}

async fn guess(idp: &TestIdp, network: &str, service: &Service) -> u16 {
    ask(idp, network, service, "guessed").await.status
}

/// Guesses as often as the first ones are free.
async fn spend_guesses(idp: &TestIdp, network: &str, service: &Service) {
    for _ in 0..3 {
        assert_eq!(guess(idp, network, service).await, 401);
    }
}

/// Seconds pass while a test runs.
fn must_wait(page: &Page, seconds: u64) {
    assert_eq!(page.status, 429, "{page:?}");
    let told: u64 = page.header("retry-after").parse().unwrap();
    assert!((1..=seconds).contains(&told) && told + 30 > seconds, "{told} of {seconds}");
}

fn told_to_wait(page: &Page, seconds: u64) {
    must_wait(page, seconds);
    assert_eq!(page.json()["error"], "temporarily_unavailable", "{page:?}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.headers.get("www-authenticate").is_none(), "{page:?}");
}

/// Moves the clock to where a window of so many seconds begins.
fn begin_window(idp: &TestIdp, seconds: i64) {
    let left = seconds - idp.now().seconds().rem_euclid(seconds);
    idp.advance(Duration::from_secs(u64::try_from(left).unwrap()));
}

async fn start(database: Database, more: &[(&str, &str)]) -> TestIdp {
    let settings = [
        &[
            ("IDP_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
            ("IDP_LIMITS__WRONG_CLIENT_PROOFS_BEFORE_DELAY", "3"),
        ],
        more,
    ]
    .concat();
    let idp = TestIdp::start_with(database, &settings).await;
    begin_window(&idp, 3600);
    idp
}

async fn a_stranger_who_guesses_waits_and_the_service_goes_on(database: Database) {
    let idp = start(database, &[]).await;
    let (service, other) = (idp.service().await, idp.service().await);
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    spend_guesses(&idp, STRANGER, &service).await;
    for minutes in [1, 2, 4, 8, 15, 15] {
        told_to_wait(&ask(&idp, STRANGER, &service, "guessed").await, minutes * 60);
        told_to_wait(&ask(&idp, STRANGER, &service, &service.secret).await, minutes * 60);
        // The service itself, from its own network; and the stranger as another service.
        idp.sign_in_at(&visitor, &service, &account).await;
        assert_eq!(ask(&idp, HERE, &service, &service.secret).await.status, 200);
        assert_eq!(ask(&idp, STRANGER, &other, &other.secret).await.status, 200);
        idp.advance(Duration::from_secs(minutes * 60 - 30));
        told_to_wait(&ask(&idp, STRANGER, &service, &service.secret).await, 30);
        idp.advance(Duration::from_secs(30));
        assert_eq!(guess(&idp, STRANGER, &service).await, 401, "one try after {minutes} minutes");
    }
    idp.advance(Duration::from_mins(15));
    assert_eq!(
        ask(&idp, STRANGER, &service, &service.secret).await.status,
        200,
        "nobody is locked out for good"
    );
}

async fn what_one_node_counted_holds_at_the_next_one(database: Database) {
    let idp = start(database, &[]).await;
    let service = idp.service().await;
    spend_guesses(&idp, STRANGER, &service).await;
    // Another node, which remembers nothing: it learns by one wrong proof.
    let idp = idp.stop().start().await;
    assert_eq!(guess(&idp, STRANGER, &service).await, 401);
    told_to_wait(&ask(&idp, STRANGER, &service, &service.secret).await, 120);
    begin_window(&idp, 3600);
    spend_guesses(&idp, STRANGER, &service).await;
    told_to_wait(&ask(&idp, STRANGER, &service, "guessed").await, 60);
}

async fn a_service_that_is_known_in_a_network_is_not_locked_out_from_within_it(database: Database) {
    let idp = start(database, &[]).await;
    let service = idp.service().await;
    assert_eq!(ask(&idp, HERE, &service, &service.secret).await.status, 200);
    spend_guesses(&idp, HERE, &service).await;
    for _ in 0..20 {
        told_to_wait(&ask(&idp, HERE, &service, "guessed").await, 60);
        assert_eq!(ask(&idp, HERE, &service, &service.secret).await.status, 200);
    }
    // What came too early was written nowhere.
    assert_eq!(idp.query("SELECT CAST(max(uses) AS TEXT) AS value FROM network_counter"), ["3"]);
    idp.advance(Duration::from_mins(1));
    assert_eq!(guess(&idp, HERE, &service).await, 401);
    // It is known for a day.
    idp.advance(Duration::from_hours(25));
    begin_window(&idp, 3600);
    spend_guesses(&idp, HERE, &service).await;
    told_to_wait(&ask(&idp, HERE, &service, &service.secret).await, 60);
}

async fn wrong_proofs_from_everywhere_are_put_on_record_once_and_lock_nobody_out(database: Database) {
    let idp = start(database, &[]).await;
    let service = idp.service().await;
    let on_record =
        || idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%client_proofs_refused%'");
    for network in 1..=14 {
        assert_eq!(guess(&idp, &format!("203.0.113.{network}"), &service).await, 401);
    }
    assert!(on_record().is_empty());
    for network in 15..=40 {
        assert_eq!(guess(&idp, &format!("203.0.113.{network}"), &service).await, 401);
    }
    assert_eq!(on_record().len(), 1);
    assert!(on_record()[0].contains(service.client.id.as_str()) && on_record()[0].contains("\"wrong\":15"));
    assert_eq!(ask(&idp, HERE, &service, &service.secret).await.status, 200, "from a network that is new");
    let figures = idp.visitor().get("/metrics").await;
    // A proxy's request finds no figures; the harness comes without one.
    assert!(
        figures.body.contains("idp_program_proofs_refused_total{answer=\"wrong\"} 40"),
        "{}",
        figures.body
    );
    begin_window(&idp, 3600);
    for network in 1..=15 {
        guess(&idp, &format!("203.0.113.{network}"), &service).await;
    }
    assert_eq!(on_record().len(), 2, "another hour");
}

async fn one_customer_with_many_ipv6_networks_waits_too(database: Database) {
    let idp = start(database, &[]).await;
    let service = idp.service().await;
    for n in 0..24 {
        assert_eq!(guess(&idp, &format!("2001:db8:1:{n}::1"), &service).await, 401, "{n}");
    }
    told_to_wait(&ask(&idp, "2001:db8:1:ffff::1", &service, &service.secret).await, 60);
    assert_eq!(ask(&idp, "2001:db8:2::1", &service, &service.secret).await.status, 200);
    // One network of a customer's spends a part only.
    for _ in 0..50 {
        guess(&idp, "2001:db8:3:1::1", &service).await;
    }
    assert_eq!(ask(&idp, "2001:db8:3:2::1", &service, &service.secret).await.status, 200);
}

async fn every_endpoint_and_every_method_counts_wrong_proofs_together(database: Database) {
    let idp = start(database, &[]).await;
    let service = idp.service().await;
    let id = service.client.id.as_str();
    let assertion = format!("{}.e30.AAAA", idp_tests::idp::service::unsigned_header("ES256"));
    let assertion_type = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let grant = ("grant_type", "refresh_token");
    let by_assertion = [grant, ("client_id", id), ("client_assertion", &assertion), assertion_type];
    let answers = [
        send(&idp, STRANGER, "/token", Some((id, "x")), &[grant]).await,
        send(&idp, STRANGER, "/par", None, &[("client_id", id), ("client_secret", "x")]).await,
        send(&idp, STRANGER, "/token", None, &by_assertion).await,
    ];
    assert_eq!(answers.map(|page| page.status), [401; 3]);
    for path in ["/token", "/par", "/introspect", "/revoke"] {
        let right = Some((id, service.secret.as_str()));
        let page = send(&idp, STRANGER, path, right, &[grant, ("refresh_token", "x"), ("token", "x")]).await;
        told_to_wait(&page, 60);
    }
}

async fn what_nobody_can_guess_is_not_counted(database: Database) {
    let idp = start(database, &[]).await;
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let id = public.client.id.as_str();
    for _ in 0..10 {
        // A public client has no secret, and nobody is called so.
        let page = send(&idp, STRANGER, "/revoke", Some((id, "x")), &[("token", "x")]).await;
        assert_eq!(page.status, 401);
        let page = send(&idp, STRANGER, "/revoke", Some(("nobody", "x")), &[("token", "x")]).await;
        assert_eq!(page.status, 401);
    }
    assert_eq!(send(&idp, STRANGER, "/revoke", None, &[("client_id", id), ("token", "x")]).await.status, 200);
    assert_eq!(idp.count("network_counter"), 0);
}

async fn guessed_tokens_of_registration_and_administration_wait_too(database: Database) {
    let idp = start(database, &[]).await;
    let get = async |network: &str, path: &str| {
        let request = idp.http().get(format!("{}{path}", idp.issuer)).bearer_auth("guessed");
        page_of(request.header("X-Forwarded-For", network).send().await.unwrap()).await
    };
    for path in ["/register/somebody", "/admin/api/v1/keys"] {
        for _ in 0..3 {
            assert_eq!(get(STRANGER, path).await.status, 401, "{path}");
        }
        must_wait(&get(STRANGER, path).await, 60);
        assert_eq!(get(HERE, path).await.status, 401, "{path} from elsewhere");
    }
    let register = idp.http().post(format!("{}/register", idp.issuer)).bearer_auth("guessed");
    let page = page_of(register.header("X-Forwarded-For", STRANGER).send().await.unwrap()).await;
    told_to_wait(&page, 60);
}

/// The token endpoint and the others ask no counter for what is right: none is there to be asked.
async fn a_good_request_asks_no_counter(database: Database) {
    let idp = start(database, &[("IDP_LIMITS__CLIENT_REQUESTS_PER_MINUTE", "1000")]).await;
    let (service, visitor) = (idp.service().await, idp.visitor());
    let account = idp.create_account(&visitor, "person@example.test").await;
    idp.execute("ALTER TABLE network_counter RENAME TO put_away");
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 200);
    assert_eq!(idp.introspect(&service, &tokens.access_token).await.status, 200);
    assert_eq!(idp.push(&service, &service.request()).await.status, 201);
    assert_eq!(idp.revoke(&service, &tokens.access_token).await.status, 200);
    assert_eq!(guess(&idp, HERE, &service).await, 503, "a wrong one does");
}

async fn a_ceiling_holds_for_one_service_and_no_stranger_spends_it(database: Database) {
    let idp = start(database, &[]).await;
    let (service, other, visitor) = (idp.service().await, idp.service().await, idp.visitor());
    let account = idp.create_account(&visitor, "person@example.test").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    idp.set("limits.client_requests_per_minute", "4").await;
    begin_window(&idp, 60);
    for network in 1..=30 {
        assert_eq!(guess(&idp, &format!("203.0.113.{network}"), &service).await, 401);
    }
    assert_eq!(idp.introspect(&service, &tokens.access_token).await.status, 200);
    assert_eq!(idp.push(&service, &service.request()).await.status, 201);
    assert_eq!(idp.revoke(&service, "x").await.status, 200);
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 200);
    let refused = idp.userinfo(&tokens.access_token).await;
    must_wait(&refused, 60);
    let secret = service.secret.as_str();
    for path in ["/token", "/par", "/introspect", "/revoke"] {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("token", "x")];
        told_to_wait(&send(&idp, HERE, path, Some((service.client.id.as_str(), secret)), &fields).await, 60);
    }
    assert_eq!(ask(&idp, HERE, &service, "guessed").await.status, 401, "its proof comes first");
    assert_eq!(ask(&idp, HERE, &other, &other.secret).await.status, 200);
    begin_window(&idp, 60);
    assert_eq!(ask(&idp, HERE, &service, secret).await.status, 200, "another minute");
}

async fn a_public_client_has_its_ceiling_in_each_network_apart(database: Database) {
    let idp = start(database, &[("IDP_LIMITS__CLIENT_REQUESTS_PER_MINUTE", "2")]).await;
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let fields = [("client_id", public.client.id.as_str()), ("token", "x")];
    let revoke = async |network: &str| send(&idp, network, "/revoke", None, &fields).await;
    for expected in [200, 200, 429, 429] {
        assert_eq!(revoke(STRANGER).await.status, expected);
    }
    assert_eq!(revoke(HERE).await.status, 200, "anybody can name it: a stranger spends nobody else's");
}

async fn what_waits_for_a_service_is_bounded(database: Database) {
    let idp = start(database, &[("IDP_LIMITS__NETWORK_REQUESTS_PER_MINUTE", "8")]).await;
    let (service, other) = (idp.service().await, idp.service().await);
    let begin = async |network: &str, service: &Service| {
        let visitor = idp.visitor();
        let request = visitor.request(Method::GET, &service.request().path());
        visitor.send(request.header("X-Forwarded-For", network)).await
    };
    for expected in [303, 303, 429] {
        assert_eq!(begin(STRANGER, &service).await.status, expected);
    }
    must_wait(&begin(STRANGER, &service).await, 60);
    assert_eq!(begin(STRANGER, &other).await.status, 303, "another service");
    assert_eq!(begin(HERE, &service).await.status, 303, "another network");
    assert_eq!(idp.count("authorization_request"), 4);
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let pushed = public.request();
    let fields: Vec<_> = pushed.parameters.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    for expected in [201, 201, 429] {
        assert_eq!(send(&idp, "198.51.100.1", "/par", None, &fields).await.status, expected);
    }
    // One that proves itself answers for what it pushes.
    for _ in 0..10 {
        assert_eq!(idp.push(&service, &service.request()).await.status, 201);
    }
}

async fn a_flood_of_sign_ins_starves_no_token_request(database: Database) {
    let limits = [
        ("IDP_LIMITS__NETWORK_SIGN_INS_PER_MINUTE", "2"),
        ("IDP_LIMITS__NETWORK_REQUESTS_PER_MINUTE", "40"),
        ("IDP_PASSWORDS__CONCURRENT", "1"),
    ];
    let idp = start(database, &limits).await;
    let (service, visitor) = (idp.service().await, idp.visitor());
    let account = idp.create_account(&visitor, "person@example.test").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    begin_window(&idp, 60);
    // Everybody is one network here: the flood's limits are at their end.
    let flood = async {
        let mut refused = 0;
        for n in 0..60 {
            let stranger = idp.visitor();
            let page = stranger.get("/en/sign-in").await;
            if page.status == 429 {
                refused += 1;
                continue;
            }
            let email = format!("nobody-{n}@example.test");
            let typed = [("email", email.as_str()), ("password", "Lac-Nipigon-43")];
            refused += usize::from(stranger.submit(&page, "f", &typed).await.status == 429);
        }
        refused
    };
    let honest = async {
        let mut refresh_token = tokens.refresh_token.clone();
        for _ in 0..20 {
            assert_eq!(idp.introspect(&service, &tokens.access_token).await.status, 200);
            if let Some(token) = &refresh_token {
                let page = idp.refresh(&service, token, &[]).await;
                assert_eq!(page.status, 200, "{page:?}");
                refresh_token = page.json()["refresh_token"].as_str().map(str::to_owned);
            }
        }
    };
    let (refused, ()) = tokio::join!(flood, honest);
    assert!(refused > 30, "{refused}");
    assert_eq!(idp.introspect(&service, &tokens.access_token).await.status, 200);
}
