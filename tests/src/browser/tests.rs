use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>First page – Test</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="/script.js"></script></head><body><main><h1>First page</h1>
<p id="script">JavaScript is off</p><p id="language">LANGUAGE</p>
<form action="/second"><label for="e">Email address <span>(required)</span></label><input id="e" name="e" value="old">
<label for="c">It’s "quoted"&nbsp;: yes</label><input id="c" type="checkbox" name="c" value="1">
<label for="l">List</label><select id="l" name="l"><option value="1">One</option><option value="2">Two</option></select>
<button>Continue</button></form><a href="/second">  Second
page </a>BODY</main></body></html>"#;
const SCRIPT: &str = "addEventListener('DOMContentLoaded', () => script.textContent = 'JavaScript is on')";

/// Serves [`PAGE`] with a strict policy, `/second` (shows its query), `/script.js`; gives its address.
async fn serve(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = vec![0; 16_384];
                let read = stream.read(&mut bytes).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&bytes[..read]).into_owned();
                let _ = stream.write_all(answer(&request, body).as_bytes()).await;
            });
        }
    });
    address
}

fn answer(request: &str, body: &str) -> String {
    let path = request.split(' ').nth(1).unwrap_or("/");
    let language =
        request.lines().find_map(|line| line.strip_prefix("Accept-Language: ")).unwrap_or_default();
    let (kind, text) = match path {
        "/" => ("text/html", PAGE.replace("LANGUAGE", language).replace("BODY", body)),
        "/script.js" => ("text/javascript", SCRIPT.to_owned()),
        _ => (
            "text/html",
            format!("<!doctype html><html lang=en><title>Second</title><h1>Second</h1><p>{path}</p>"),
        ),
    };
    let policy = "default-src 'none'; script-src 'self'; form-action 'self'";
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Security-Policy: {policy}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

async fn fill_in_and_send(options: BrowserOptions) -> Browser {
    let browser = Browser::open(options).await;
    browser.goto(&serve("").await).await;
    assert_eq!(
        (browser.title().await.as_str(), browser.h1().await.as_str()),
        ("First page – Test", "First page")
    );
    browser.fill("Email address", "a@example.test").await;
    assert_eq!(browser.value("Email address").await, "a@example.test");
    browser.choose("It’s \"quoted\" : yes").await;
    browser.select("List", "Two").await;
    browser
}

#[tokio::test]
async fn a_form_is_filled_in_and_sent_by_a_button() {
    let browser = fill_in_and_send(BrowserOptions::default()).await;
    browser.wait_for_text("JavaScript is on").await;
    browser.click("Continue").await;
    browser.wait_for_title("Second").await;
    assert!(browser.text().await.contains("/second?e=a%40example.test&c=1&l=2"));
}

#[tokio::test]
async fn all_of_it_works_without_javascript_and_by_the_enter_key() {
    let options = BrowserOptions::default().without_javascript().language(Language::French);
    let browser = fill_in_and_send(options).await;
    assert!(browser.text().await.contains("JavaScript is off"));
    assert!(browser.text().await.contains("fr-CA,fr"), "{}", browser.text().await);
    browser.fill("Email address", "b@example.tes").await;
    assert_eq!(browser.focused().await, "e");
    browser.press('t').await;
    browser.press(Key::Enter).await;
    browser.wait_for_text("/second?e=b%40example.test&c=1&l=2").await;
}

#[tokio::test]
async fn a_link_is_followed_on_a_phone_that_shows_what_is_too_wide() {
    let browser = Browser::open(BrowserOptions::default().phone()).await;
    browser.goto(&serve("").await).await;
    assert_eq!(browser.execute("return innerWidth", vec![]).await, 320);
    assert!(!browser.has_horizontal_scroll().await);
    browser.screenshot("harness-phone").await;
    browser
        .goto(
            &serve("<pre>a line that is much too long for the window of a phone and never wraps</pre>").await,
        )
        .await;
    assert!(browser.has_horizontal_scroll().await);
    browser.click("Second page").await;
    browser.wait_for_title("Second").await;
}

#[tokio::test]
async fn axe_finds_what_is_wrong_under_a_strict_policy_and_nothing_else() {
    let browser = Browser::open(BrowserOptions::default()).await;
    browser.goto(&serve("").await).await;
    assert_eq!(browser.axe().await, []);
    browser.goto(&serve("<input><img src=\"/x\">").await).await;
    let found = browser.axe().await;
    let rules: Vec<&str> = found.iter().map(|violation| violation.rule.as_str()).collect();
    assert!(rules.contains(&"image-alt") && rules.contains(&"label"), "{rules:?}");
    assert!(found.iter().any(|violation| violation.elements[0].contains("img")), "{found:?}");
}

#[tokio::test]
#[should_panic(expected = "no link or button \"Elsewhere\" on http://127.0.0.1:")]
async fn what_is_not_there_is_named_with_its_page() {
    let browser = Browser::open(BrowserOptions::default()).await;
    browser.goto(&serve("").await).await;
    browser.click("Elsewhere").await;
}
