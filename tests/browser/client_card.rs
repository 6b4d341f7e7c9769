//! A service's logo and links on the sign-in page, as a phone shows them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_server::adapters::logo_worker;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::outside::Outside;
use ontario_language::Language;

/// 600 by 120 pixels.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAAlgAAAB4CAIAAAChNxuUAAACJElEQVR42u3VQQ0AIAwEwbpDHpKLCEia0pmsgvtcJAAMFiYAwBECgCMEAEcIAI4QABwhADhCAHCEAOAIAcARAoAjBABHCACOEAAcIQA4QgBwhADgCAHAEQKAIwQARwgAXx9hrC1JUm2OUJLkCB2hJMkROkJJkiN0hJIkR+gIJUmO0BFKkhyhI5QkOUJHKElyhI5QkuQIHaEkyRE6QkmSI3SEkiRH6AglSY7QEUqSHKEjlCQ5QkcoSXKEjlCS5AgdoSTJETpCSZIjdISSJEfoCCVJjtARSpIcoSOUJDlCRyhJcoS3R5gAUH0ojhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAAR+gIAXCEjhAARwgAjhAAHCEAjnDeEUqS9CRHKElyhI5QkuQIHaEkyRE6QkmSI3SEkiRH6AglSY7QEUqSHKEjlCQ5QkcoSXKEjlCS5AgdoSTJETpCSZIjdISSJEfoCCVJjtARSpIcoSOUJDlCRyhJcoSOUJLkCB2hJMkROkJJkiN0hJIkR+gIJUmO0BFKkhyhI5QkOUIAaM8RAuAIAcARAoAjBABHCACOEAAcIQA4QgBwhADgCAHAEQKAIwQARwgAjhAAHCEAOEIAcIQA4AgBwBECQAMHF3DYZMZvly8AAAAASUVORK5CYII=";

#[tokio::test(flavor = "multi_thread")]
async fn a_services_logo_and_links_fit_a_phone_in_both_languages() {
    let (idp, outside) = (TestIdp::start(Database::Sqlite).await, Outside::start().await);
    outside.says("/logo.png", "image/png", &BASE64_STANDARD.decode(LOGO).unwrap());
    let links = format!(
        "logo_uri = \"{}\"\nclient_uri = \"https://rp.example.test/\"\npolicy_uri = \"https://rp.example.test/privacy\"\ntos_uri = \"https://rp.example.test/terms\"\n",
        outside.url("/logo.png")
    );
    let service = idp.service_with(&links).await;
    assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 1);
    for (language, policy) in [
        (Language::English, "Privacy policy of Fishing licences"),
        (Language::French, "Politique de confidentialité de"),
    ] {
        let browser = Browser::open(BrowserOptions::default().phone().language(language)).await;
        let request = service.request().with("ui_locales", language.tag());
        browser.goto(&format!("{}{}", idp.issuer, request.path())).await;
        browser.wait_for_text(policy).await;
        assert!(!browser.has_horizontal_scroll().await);
        let logo = "const logo = document.getElementById('client-logo'); const box = logo.getBoundingClientRect(); \
                    return [logo.naturalWidth, box.right <= window.innerWidth, box.height <= 64, logo.alt.length > 5];";
        let seen = browser.execute(logo, vec![]).await;
        assert_eq!(seen, serde_json::json!([600, true, true, true]), "it was loaded, and it fits");
        let targets = "return [...document.querySelectorAll('#client-links a')].map(a => a.getBoundingClientRect().height >= 24);";
        assert_eq!(browser.execute(targets, vec![]).await, serde_json::json!([true, true, true]));
        browser.screenshot(&format!("{}-client-card-top", language.code())).await;
        browser.execute("document.getElementById('client-links').scrollIntoView(false);", vec![]).await;
        browser.screenshot(&format!("{}-client-card-links", language.code())).await;
    }
}
