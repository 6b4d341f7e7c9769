//! What crosses the borders in a real browser, all of it: the relying service learns nothing of the bank, the hub nothing of the
//! service. Both keep every request that reaches them, with its address, headers (Referer, Origin, cookies) and body; what the
//! service gets by asking (tokens, userinfo) is read too.
//!
//! The identity server is at `localhost`, the service at `127.0.0.1` and the hub at `127.0.0.2`: a browser gives a host's
//! cookies to all its ports.

use crate::sign_in_partner::EN;
use crate::words::ENGLISH;
use crate::world::{options, tick};
use idp_tests::browser::Browser;
use idp_tests::hub::HubWorld;
use idp_tests::idp::service::Request;
use idp_tests::idp::{Database, Service};
use idp_tests::readable::without_random;
use idp_tests::receiver::{Received, Receiver};
use idp_tests::wait::until;
use serde_json::Value;
use std::collections::BTreeSet;

const ADDRESS: &str = "alex@example.test";
/// Every claim that a relying service is told, wherever.
const CLAIMS: [&str; 18] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "jti",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "events",
    "email",
    "email_verified",
    "locale",
    "azp",
    "updated_at",
];

struct Border {
    world: HubWorld,
    receiver: Receiver,
    service: Service,
    browser: Browser,
}

impl Border {
    async fn start() -> Self {
        let world = HubWorld::start_at("127.0.0.2", Database::Sqlite, &[]).await;
        let receiver = Receiver::start().await;
        let at = &receiver.address;
        let file = format!(
            "client_name = \"Fishing licences\"\n\"client_name#fr\" = \"Permis de pêche\"\n\
             redirect_uris = [\"{at}/callback\"]\npost_logout_redirect_uris = [\"{at}/bye\"]\n\
             scope = \"openid email profile\"\nid_token_signed_response_alg = \"ES256\"\n\
             backchannel_logout_uri = \"{at}/backchannel\"\nfrontchannel_logout_uri = \"{at}/frontchannel\"\n\
             frontchannel_logout_session_required = true\n"
        );
        let service = world.idp.register(&file).await;
        world.hub.watch();
        Self { world, receiver, service, browser: Browser::open(options(&ENGLISH)).await }
    }

    fn request(&self) -> Request {
        self.service.request().with("redirect_uri", &format!("{}/callback", self.receiver.address))
    }

    async fn go(&self, request: &Request) {
        self.browser.goto(&format!("{}{}", self.world.idp.issuer, request.path())).await;
    }

    /// Through the hub's pages in this browser, up to its terms, which it asks about once.
    async fn through_hub(&self) {
        let browser = &self.browser;
        browser.click(EN.partner).await;
        browser.wait_for_text(EN.language).await;
        browser.click(EN.language).await;
        browser.wait_for_title(EN.choose_title).await;
        browser.click(EN.bank).await;
        browser.fill(EN.user, "alex").await;
        browser.fill(ENGLISH.password, "alex-password").await;
        browser.click(EN.hub_sign_in).await;
    }

    /// The service's first request of this method at this path, counted from `from`.
    async fn reached(&self, from: usize, method: &str, path: &str) -> Received {
        until(&format!("{method} {path} at the service"), async || {
            let all = self.receiver.received();
            let is_it = |one: &&Received| one.method == method && one.path.starts_with(path);
            all.iter().skip(from).find(is_it).cloned()
        })
        .await
    }

    /// Redeems the code of an answer; everything that the service gets for it.
    async fn redeem(&self, request: &Request, parameters: &str) -> Vec<Value> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
        let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, BTreeSet::from(["code", "iss", "state"]), "{parameters}");
        let code = &pairs.iter().find(|(name, _)| name == "code").unwrap().1;
        let answer = self.world.idp.redeem(&self.service, request, code).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let response = answer.json();
        let names: BTreeSet<&str> = response.as_object().unwrap().keys().map(String::as_str).collect();
        let known = BTreeSet::from(["access_token", "token_type", "expires_in", "scope", "id_token"]);
        assert!(names.is_subset(&known), "{names:?}");
        let token = |name: &str| response[name].as_str().unwrap().to_owned();
        let claims = self.world.idp.verify_id_token(&self.service, &token("id_token")).await;
        let userinfo = self.world.idp.userinfo(&token("access_token")).await.json();
        vec![claims, userinfo, response]
    }
}

fn header<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
}

/// Referer, Origin and cookies of a request: only what its receiver knows by itself.
fn is_silent(head: &str, own_origin: &str) {
    for (name, allowed) in [("referer", false), ("origin", true)] {
        for value in header(head, name) {
            let own = value.starts_with(own_origin);
            assert!(own || (allowed && value == "null"), "{name}: {value}\n{head}");
        }
    }
    for cookies in header(head, "cookie") {
        assert!(!cookies.contains("idp_"), "{cookies}");
    }
}

fn knows_only(claims: &Value) {
    let object = claims.as_object().unwrap();
    assert!(object.keys().all(|name| CLAIMS.contains(&name.as_str())), "{claims}");
}

#[tokio::test]
async fn whatever_crosses_tells_the_service_nothing_of_the_bank_and_the_hub_nothing_of_the_service() {
    let border = Border::start().await;
    let (browser, idp) = (&border.browser, &border.world.idp);
    // A first visit, answered in the address.
    let first = border.request();
    border.go(&first).await;
    border.through_hub().await;
    browser.wait_for_title(EN.hub_terms).await;
    browser.click(EN.accept).await;
    browser.wait_for_title(EN.email_title).await;
    browser.fill(ENGLISH.email, ADDRESS).await;
    browser.click(ENGLISH.continue_).await;
    browser.wait_for_title(EN.verify_title).await;
    browser.fill(EN.code, &idp.mail_to(ADDRESS).await.code()).await;
    tick(browser, EN.terms).await;
    browser.click(ENGLISH.continue_).await;
    browser.wait_for_title(EN.done_title).await;
    browser.click(ENGLISH.continue_).await;
    let callback = border.reached(0, "GET", "/callback?").await;
    let mut told = border.redeem(&first, callback.path.split_once('?').unwrap().1).await;
    // A new proof by the hub, answered by a form that the browser posts from here.
    let second = border.request().with("response_mode", "form_post").with("prompt", "login");
    border.go(&second).await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
    border.through_hub().await;
    let posted = border.reached(0, "POST", "/callback").await;
    told.extend(border.redeem(&second, &posted.body).await);
    // The session's end, by both channels.
    let before = border.receiver.received().len();
    browser.goto(&format!("{}/en/account", idp.issuer)).await;
    browser.click(ENGLISH.sign_out).await;
    border.reached(before, "GET", "/frontchannel").await;
    idp.tell_services().await;
    let logout = border.reached(before, "POST", "/backchannel").await;
    let token = logout.field("logout_token").expect("a logout token");
    assert_eq!(logout.body.split('&').count(), 1, "{}", logout.body);
    told.push(idp.verify_id_token(&border.service, &token).await);
    reads_the_service(&border, &told);
    reads_the_hub(&border, &[first, second]);
}

fn reads_the_service(border: &Border, told: &[Value]) {
    let received = border.receiver.received();
    for one in &received {
        is_silent(&one.head, &border.receiver.address);
    }
    for claims in told.iter().filter(|one| one.get("access_token").is_none()) {
        knows_only(claims);
    }
    let saw = without_random(&format!("{received:#?}\n{told:#?}")).to_lowercase();
    let hub = border.world.issuer.trim_start_matches("http://");
    for secret in ["boreal", "bank", "hub", hub, "alex-", "partner"] {
        assert!(!saw.contains(secret), "the service saw {secret}: {saw}");
    }
}

fn reads_the_hub(border: &Border, requests: &[Request]) {
    let seen = border.world.hub.seen();
    let redeemed = seen.iter().filter(|one| one.line.starts_with("POST /token")).count();
    assert_eq!(redeemed, 2, "{seen:#?}");
    for one in &seen {
        is_silent(&one.headers, &border.world.issuer);
    }
    let saw = format!("{seen:#?}").to_lowercase();
    let client = &border.service.client;
    let service = border.receiver.address.trim_start_matches("http://");
    let own = [
        client.id.as_str(),
        &client.name.en,
        &client.name.fr,
        service,
        ADDRESS,
        "tx=",
        "login_hint",
        "claims=",
        "email",
    ];
    let of_requests = requests.iter().flat_map(|request| ["state", "nonce"].map(|name| request.value(name)));
    for secret in own.into_iter().chain(of_requests) {
        assert!(!saw.contains(&secret.to_lowercase()), "the hub saw {secret}: {saw}");
    }
}
