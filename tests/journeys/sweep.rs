//! Every address with every method and every kind of junk: never our own fault, and every page with its headers.

use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Database, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::fmt::Write;

on_sqlite_and_postgres! {
    no_junk_at_any_address_is_our_fault
    sc_104_an_administrative_address_is_nothing_to_an_ordinary_person
    every_language_control_leads_to_the_same_page_in_the_other_language
    an_error_of_an_address_without_a_page_leads_to_a_page_in_the_other_language
}

const ENDPOINTS: &[&str] = &[
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/jwks",
    "/authorize",
    "/par",
    "/token",
    "/userinfo",
    "/end-session",
    "/healthz",
    "/readyz",
    "/metrics",
    "/logo",
    "/register",
    "/client-logo/somebody",
    "/introspect",
    "/revoke",
    "/.well-known/signing-keys-log",
];

const PAGES: &[&str] = &[
    "sign-in",
    "cancel",
    "resume",
    "select-account",
    "create-account",
    "create-account/verify",
    "create-account/resend",
    "create-account/done",
    "activate",
    "forgot-password",
    "forgot-password/code",
    "forgot-password/resend",
    "forgot-password/link",
    "forgot-password/new",
    "consent",
    "continue",
    "locked",
    "sign-in/second-step",
    "sign-in/not-now",
    "sign-in/other-way",
    "sign-in/other-way/none",
    "sign-in/other-way/used",
    "sign-in/set-up",
    "account/totp",
    "account/totp/qr.svg",
    "account/totp/remove",
    "account/recovery-codes",
    "account/recovery-codes.txt",
    "account/recovery-codes/new",
    "account",
    "passkey-options",
    "sign-in/passkey",
    "sign-in/second-step/passkey",
    "account/passkeys",
    "account/passkeys/new",
    "account/passkeys/x/edit",
    "account/passkeys/x/remove",
    "account/confirm/passkey",
    "account/confirm",
    "account/profile",
    "account/security",
    "account/password",
    "account/email",
    "account/email/verify",
    "account/email/resend",
    "account/email/undo",
    "account/sessions",
    "account/activity",
    "account/activity/not-me",
    "account/services",
    "account/services/disconnect",
    "account/transfer",
    "account/close",
    "account/data",
    "session/keep",
    "session-expired",
    "sign-out",
    "end-session/confirm",
    "signed-out",
    "terms",
    "privacy",
    "accessibility",
    "cookies",
    "help",
    "contact",
    "one-key/sign-in",
    "one-key/register",
    "one-key/register/done",
    "one-key/services",
    "one-key/services/all",
    "one-key/services/search",
    "one-key/services/category",
    "one-key/services/category/business",
    "one-key/account",
    "one-key/account/id",
    "one-key/account/password",
    "one-key/account/recovery",
    "one-key/account/language",
    "one-key/account/email",
    "one-key/recover",
    "one-key/recover/password",
    "one-key/recover/password/questions",
    "one-key/recover/password/code",
    "one-key/recover/password/new",
    "one-key/recover/id",
    "one-key/recover/id/sent",
    "transfer",
    "transfer/one-key",
    "transfer/help",
    "transfer/confirm-no",
    "transfer/done",
    "transfer/receipt",
    "receipts/verify",
    "partner",
    "partner/email",
    "partner/verify",
    "partner/link",
    "partner/link/by-partner",
    "partner/link/passkey",
    "partner/done",
    "account/confirm/by-partner",
    "account/partners",
    "account/partners/unlink",
    "admin",
    "admin/notices",
    "admin/notices/new",
    "admin/notices/x/remove",
    "admin/keys",
    "admin/keys/rotate",
    "admin/keys/import",
    "admin/keys/x/revoke",
    "admin/services",
    "admin/services/new",
    "admin/services/x",
    "admin/services/x/edit",
    "admin/services/x/history",
    "admin/services/x/redirect-test",
    "admin/services/new/file",
    "admin/services/new/token",
    "admin/services/x/secret",
    "admin/services/x/disable",
    "admin/accounts",
    "admin/accounts/x",
    "admin/accounts/x/personal",
    "admin/accounts/x/lock",
    "admin/partners",
    "admin/partners/new",
    "admin/partners/x/edit",
    "admin/partners/x/test",
    "admin/partners/x/disable",
    "admin/settings",
    "admin/settings/lifetimes.session_idle",
    "admin/transfers",
    "admin/audit",
    "admin/audit/chain",
    "admin/audit/export",
    "admin/mail",
    "admin/mail/x",
    "admin/mail/x/resend",
    "admin/mail/x/cancel",
    "admin/admins",
    "admin/admins/grant",
    "admin/admins/x/revoke",
];

const ELSEWHERE: &[&str] = &[
    "/",
    "/en",
    "/fr/",
    "/de/sign-in",
    "/static/app.css",
    "/static/%2e%2e%2fCargo.toml",
    "/static/../../etc/passwd",
    "/en/nothing-here",
    "/en//sign-in",
    "/en/sign-in/",
    "/admin",
    "/en/admin/keys",
    "/%00",
    "/en/%FF%FE",
    "/register/somebody",
    "/partner/callback/default",
    "/partner/callback/%00",
];

fn addresses() -> Vec<String> {
    let pages = PAGES.iter().flat_map(|page| ["en", "fr"].map(|language| format!("/{language}/{page}")));
    let fixed = ENDPOINTS.iter().chain(ELSEWHERE).map(|path| (*path).to_owned());
    fixed.chain(pages).collect()
}

fn queries() -> Vec<String> {
    let long = "x".repeat(6000);
    [
        "",
        "tx=AAAAAAAAAAAAAAAAAAAAAA&held=1&t=x&mail=sent&at=9999999999999999&again=1",
        "tx=%00&t=%FF&at=-1&mail=max",
        "mail=wait&at=99999999999&mail=wait",
        "at=abc&mail=sent&tx=../../x",
        "client_id=%F0%9F%92%A9&redirect_uri=%%%&state=%",
        "id_token_hint=a.b.c&post_logout_redirect_uri=https://evil.test&client_id=x",
        "&&&==&=&",
        "'%22%3E%3Cscript%3Ealert(1)%3C/script%3E=1",
        "a[]=1&a[b]=2&__proto__=1",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("state={long}&tx={long}&t={long}"), "n=1&".repeat(80)])
    .collect()
}

fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("", Vec::new()),
        (FORM, b"a=1".to_vec()),
        (FORM, b"\xff\x00%=&&&%zz".to_vec()),
        (FORM, "a=1&".repeat(200).into_bytes()),
        (
            FORM,
            format!("email={}&password=%00&_csrf=x&_once=y&_tx=z&_lang=fr", "x".repeat(50_000)).into_bytes(),
        ),
        ("application/json", b"{\"a\":[[[[".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n".to_vec()),
        ("\u{7f}", b"x".to_vec()),
    ]
}

/// Ids that more than one element has.
fn repeated_ids(page: &Page) -> Vec<&str> {
    let mut ids: Vec<&str> =
        page.body.split(" id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
    ids.sort_unstable();
    ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
}

/// What holds of every answer, whatever was sent.
fn is_sound(page: &Page, what: &str) {
    let is_head = what.starts_with("HEAD ");
    assert!(page.status < 500, "{what}: {page:?}");
    assert!(page.headers.get("server").is_none(), "{what}");
    for leak in ["panicked", "src/", "RUST_BACKTRACE", "<script>alert", "diesel", "actix", "passwd:"] {
        assert!(!page.body.contains(leak), "{what}: {leak}");
    }
    if page.header("content-type").starts_with("text/html") {
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{what}: {policy}");
        assert_eq!(page.header("cache-control"), "no-store", "{what}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{what}");
        assert!(["same-origin", "no-referrer"].contains(&page.header("referrer-policy")), "{what}");
        assert_eq!(repeated_ids(page), Vec::<&str>::new(), "{what}");
        assert!(
            is_head
                || page.body.contains("<html lang=\"en-CA\"")
                || page.body.contains("<html lang=\"fr-CA\""),
            "{what}"
        );
    }
    if let Some(location) = page.location() {
        let here = page.url.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(
            location.starts_with('/') && !location.starts_with("//") || location.starts_with(&here),
            "{what}: {location}"
        );
    }
}

async fn bombard(visitor: &Visitor, addresses: &[String]) -> usize {
    let mut sent = 0;
    for address in addresses {
        for query in queries() {
            let url = if query.is_empty() { address.clone() } else { format!("{address}?{query}") };
            let page = visitor.get(&url).await;
            is_sound(&page, &format!("GET {address}?{query:.60}"));
            sent += 1;
        }
        for (kind, body) in bodies() {
            let mut request = visitor.request(Method::POST, address).body(body.clone());
            if let Ok(kind) = reqwest::header::HeaderValue::from_bytes(kind.as_bytes()) {
                request = request.header("Content-Type", kind);
            }
            let page = visitor.send(request.header("Authorization", "Basic \u{e9}=")).await;
            let what = format!("POST {address} {kind} {:.40}", String::from_utf8_lossy(&body));
            is_sound(&page, &what);
            // Another site's form brings no cookie: an answer to it that set one would part the browser from what it is
            // known for.
            let mut cookies = page.headers.get_all("set-cookie").iter();
            assert!(
                !cookies.any(|cookie| cookie.as_bytes().starts_with(b"idp_browser=")),
                "{what}: {page:?}"
            );
            sent += 1;
        }
        for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let page = visitor.send(visitor.request(method.clone(), address)).await;
            is_sound(&page, &format!("{method} {address}"));
            let is_served =
                ENDPOINTS.contains(&address.as_str()) || PAGES.iter().any(|path| address.ends_with(path));
            if is_served && !matches!(method.as_str(), "HEAD" | "OPTIONS") {
                let is_refused = address.contains("/admin") && page.status == 403;
                assert!(
                    matches!(page.status, 405 | 404) || is_refused,
                    "{method} {address}: {}",
                    page.status
                );
            }
            sent += 1;
        }
    }
    sent
}

async fn no_junk_at_any_address_is_our_fault(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.service().await;
    let (fresh, person, forged) = (idp.visitor(), idp.visitor(), idp.visitor());
    idp.create_account(&person, "person@example.test").await;
    for (name, value) in
        [("idp_session", "x"), ("idp_browser", "%00\u{20}y"), ("idp_lang", "de"), ("idp_remember", "%FF")]
    {
        forged.set_cookie(name, value);
    }
    let before = (idp.count("account"), idp.count("registration"), idp.count("outbox_mail"));
    let addresses = addresses();
    let sent =
        tokio::join!(bombard(&fresh, &addresses), bombard(&person, &addresses), bombard(&forged, &addresses));
    assert!(sent.0 + sent.1 + sent.2 > 4000, "{sent:?}");
    assert_eq!((idp.count("account"), idp.count("registration"), idp.count("outbox_mail")), before);
    assert_eq!(person.get("/en/account").await.status, 200, "the person is still signed in");
}

async fn sc_104_an_administrative_address_is_nothing_to_an_ordinary_person(database: Database) {
    let idp = TestIdp::start(database).await;
    let person = idp.visitor();
    idp.create_account(&person, "person@example.test").await;
    for address in [
        "/en/admin",
        "/fr/admin/keys",
        "/en/admin/keys/rotate",
        "/admin/api/v1/keys",
        "/admin/api/v1/services/x",
        "/admin/api/v1/nothing",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let page = person.send(person.request(method.clone(), address)).await;
            assert!(matches!(page.status, 403 | 404), "{method} {address}: {page:?}");
            is_sound(&page, address);
        }
    }
}

/// Where the language control links to; none where it is a button of the page's form.
fn language_link(page: &Page, what: &str) -> Option<String> {
    assert!(page.has("lang-control"), "{what} has no language control: {page:?}");
    let (_, rest) = page.body.split_once("id=\"lang-control\" href=\"")?;
    let (href, _) = rest.split_once('"')?;
    Some(href.replace("&#38;", "&").replace("&amp;", "&"))
}

fn language_of(page: &Page) -> &'static str {
    if page.body.contains("<html lang=\"fr-CA\"") { "fr" } else { "en" }
}

/// pages.md 0.2, X6, X7: on every page, errors too.
async fn every_language_control_leads_to_the_same_page_in_the_other_language(database: Database) {
    let idp = TestIdp::start(database).await;
    let (service, fresh, person) = (idp.service().await, idp.visitor(), idp.visitor());
    idp.create_account(&person, "person@example.test").await;
    let foreign = service.request().with("redirect_uri", "https://evil.test/").path();
    let queries = ["", "?tx=AAAAAAAAAAAAAAAAAAAAAA&state=x", "?a=1&a=1", "?ui_locales=fr&client_id=nobody"];
    let swept = addresses();
    let swept = swept.iter().flat_map(|path| queries.map(|query| format!("{path}{query}")));
    let mut controls = 0;
    for address in swept.chain([foreign, "/authorize?request_uri=urn:ietf:params:oauth:request_uri:x".into()])
    {
        for visitor in [&fresh, &person] {
            let page = visitor.get(&address).await;
            if page.location().is_some() || !page.header("content-type").starts_with("text/html") {
                continue;
            }
            let Some(other) = language_link(&page, &address) else { continue };
            // What has no page of its own leads to one: below.
            if page.status == 405 {
                continue;
            }
            let there = visitor.get(&other).await;
            assert_eq!(there.status, page.status, "{address} leads to {other}");
            assert_ne!(language_of(&there), language_of(&page), "{address} leads to {other}");
            let back = language_link(&there, &other).map(|back| back.replace("ui_locales=en-CA", ""));
            assert!(back.is_some_and(|back| !back.starts_with("//")), "{other}");
            controls += 1;
        }
    }
    assert!(controls > 400, "{controls}");
}

/// An address that takes a form only answers errors, by GET and by POST; their language control must not lead to one more.
async fn an_error_of_an_address_without_a_page_leads_to_a_page_in_the_other_language(database: Database) {
    let idp = TestIdp::start(database).await;
    let (fresh, waiting, person) = (idp.visitor(), idp.visitor(), idp.visitor());
    idp.create_account(&person, "person@example.test").await;
    idp.register_address(&waiting, "/en/create-account", "waits@example.test").await;
    let (mut swept, mut astray) = (0, Vec::new());
    for address in addresses() {
        let page = fresh.get(&address).await;
        if page.status != 405 || !page.header("content-type").starts_with("text/html") {
            continue;
        }
        assert_eq!(page.header("allow"), "POST", "{address}");
        swept += 1;
        for query in ["", "?tx=AAAAAAAAAAAAAAAAAAAAAA&from=transfer"] {
            for (who, visitor) in [("fresh", &fresh), ("waiting", &waiting), ("person", &person)] {
                for (method, body) in [(Method::GET, ""), (Method::PUT, ""), (Method::POST, "a=1")] {
                    let request = visitor.request(method.clone(), &format!("{address}{query}"));
                    let page = visitor.send(request.header("Content-Type", FORM).body(body)).await;
                    if !page.header("content-type").starts_with("text/html") {
                        continue;
                    }
                    let other = language_link(&page, &address).expect("an error has no typed input");
                    let there = visitor.get(&other).await;
                    let status = there.status;
                    let end = visitor.follow(there).await;
                    let is_page = matches!(status, 200 | 303) && end.status == 200;
                    if page.status < 400 || !is_page || language_of(&end) == language_of(&page) {
                        astray.push(format!(
                            "{who}: {method} {address}{query} to {other}: {status}, {}",
                            end.url
                        ));
                    }
                }
            }
        }
    }
    assert_eq!(astray, Vec::<String>::new());
    assert_eq!(swept, 2 * 15, "every address that takes a form only");
}

#[tokio::test]
async fn every_address_answers_as_it_did() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let mut table = String::new();
    for address in addresses() {
        let page = idp.visitor().get(&address).await;
        let title = page.title();
        let end = page.location().map_or(title.as_str(), |location| location);
        writeln!(table, "GET {address} {} {end}", page.status).unwrap();
    }
    insta::assert_snapshot!("addresses", table);
}
