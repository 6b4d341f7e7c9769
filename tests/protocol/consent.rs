//! Consent (M11): services that aren't the government's own ask before they get anything.

use crate::asserts::{code_of, is_refused};
use idp_tests::idp::{Account, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    a_service_of_others_asks_and_the_answer_is_remembered
    not_allowing_is_access_denied
    a_service_that_wants_more_asks_again
    prompt_consent_asks_always_and_prompt_none_never
    a_consent_is_one_persons_and_one_services
    a_form_of_another_tab_says_nothing_for_another_person
    the_page_says_in_words_what_is_given_in_both_languages
    the_page_needs_a_person_and_a_request
    a_withdrawn_consent_is_asked_for_again
}

async fn opened(database: Database) -> (TestIdp, Service, Visitor, Account) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("first_party = false\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    (idp, service, visitor, account)
}

async fn open(visitor: &Visitor, request: &Request) -> Page {
    visitor.follow(visitor.get(&request.path()).await).await
}

async fn allow(visitor: &Visitor, page: &Page) -> Page {
    visitor.follow(visitor.submit(page, "allow-form", &[]).await).await
}

async fn a_service_of_others_asks_and_the_answer_is_remembered(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    let request = service.request();
    let page = open(&visitor, &request).await;
    assert!(page.status == 200 && page.has("consent-page"), "{page:?}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://rp.example.test"), "{policy}");
    assert_eq!(idp.count("authorization_code"), 0, "nothing before the answer");
    let tokens =
        idp.tokens(&service, &request, &code_of(&idp, &allow(&visitor, &page).await, &request)).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    let again = service.request();
    code_of(&idp, &open(&visitor, &again).await, &again);
    // In another browser too, after signing in.
    let elsewhere = service.request();
    code_of(&idp, &idp.authorize(&idp.visitor(), &elsewhere, &account).await, &elsewhere);
    // The first page is over.
    let late = visitor.follow(visitor.submit(&page, "deny-form", &[]).await).await;
    assert_eq!(late.status, 409, "{late:?}");
}

async fn not_allowing_is_access_denied(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let request = service.request();
    let page = open(&visitor, &request).await;
    let answer = visitor.submit(&page, "deny-form", &[]).await;
    is_refused(&idp, &answer, &request, &["access_denied"]);
    assert_eq!(idp.count("consent"), 0);
    assert!(open(&visitor, &service.request()).await.has("consent-page"), "no is not remembered");
}

async fn a_service_that_wants_more_asks_again(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let little = service.request().with("scope", "openid");
    let page = open(&visitor, &little).await;
    assert!(!page.words_of("consent-list").contains("person@example.test"), "{page:?}");
    code_of(&idp, &allow(&visitor, &page).await, &little);
    let more = service.request().with("scope", "openid email");
    let page = open(&visitor, &more).await;
    assert!(page.words_of("consent-list").contains("person@example.test"), "{page:?}");
    code_of(&idp, &allow(&visitor, &page).await, &more);
    let by_name = service.request().with("scope", "openid").with("claims", r#"{"userinfo":{"locale":null}}"#);
    assert!(open(&visitor, &by_name).await.has("consent-page"), "a claim is more too");
    code_of(&idp, &open(&visitor, &little).await, &little);
}

async fn prompt_consent_asks_always_and_prompt_none_never(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let silent = service.request().with("prompt", "none");
    is_refused(&idp, &visitor.get(&silent.path()).await, &silent, &["consent_required"]);
    let request = service.request();
    code_of(&idp, &allow(&visitor, &open(&visitor, &request).await).await, &request);
    code_of(&idp, &visitor.get(&silent.path()).await, &silent);
    for service in [service, idp.service().await] {
        let asking = service.request().with("prompt", "consent");
        for _ in 0..2 {
            let page = open(&visitor, &asking).await;
            assert!(page.has("consent-page"), "{page:?}");
            code_of(&idp, &allow(&visitor, &page).await, &asking);
        }
    }
    let own = idp.service().await.request().with("prompt", "none");
    code_of(&idp, &visitor.get(&own.path()).await, &own);
}

async fn a_consent_is_one_persons_and_one_services(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let request = service.request();
    code_of(&idp, &allow(&visitor, &open(&visitor, &request).await).await, &request);
    let other = idp.visitor();
    idp.create_account(&other, "other@example.test").await;
    assert!(open(&other, &service.request()).await.has("consent-page"), "another person");
    let elsewhere = idp.service_with("first_party = false\n").await;
    assert!(open(&visitor, &elsewhere.request()).await.has("consent-page"), "another service");
}

async fn a_form_of_another_tab_says_nothing_for_another_person(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let request = service.request();
    let page = open(&visitor, &request).await;
    let second = idp.create_account(&idp.visitor(), "second@example.test").await;
    // In another tab somebody else signs in.
    let shown = visitor.get("/en/sign-out").await;
    visitor.submit(&shown, "sign-out-form", &[]).await;
    assert_eq!(idp.sign_in(&visitor, &second.email, &second.password).await.status, 303);
    let answer = visitor.submit(&page, "allow-form", &[]).await;
    assert!(answer.has("consent-page") && answer.text().contains("second@example.test"), "{answer:?}");
    assert_eq!((idp.count("consent"), idp.count("authorization_code")), (0, 0));
    let bare = page.form("allow-form").without("question").with("_once", "another-one");
    assert!(visitor.post(&bare).await.has("consent-page"));
}

async fn the_page_says_in_words_what_is_given_in_both_languages(database: Database) {
    let idp = TestIdp::start(database).await;
    let lines = "first_party = false\nused_one_key = true\npolicy_uri = \"https://rp.example.test/policy\"\ntos_uri = \"https://rp.example.test/terms\"\n";
    let service = idp.service_with(lines).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, "person@example.test").await;
    let page = open(&visitor, &service.request().with("scope", "openid email profile")).await;
    let page = visitor.decline_transfer(page).await;
    assert!(page.title().starts_with("Fishing licences wants your information"), "{page:?}");
    let list = page.words_of("consent-list");
    for words in
        ["stands for you in this service only", "person@example.test", "your language: English", "ONE-key"]
    {
        assert!(list.contains(words), "{words}: {list}");
    }
    assert!(page.body.contains("https://rp.example.test/policy"), "{page:?}");
    let french = visitor.get(&page.url.replace("/en/", "/fr/")).await;
    assert!(french.title().starts_with("Permis de pêche demande vos renseignements"), "{french:?}");
    let list = french.words_of("consent-list");
    for words in ["vous représente", "votre adresse courriel", "votre langue\u{a0}: anglais", "ONE-key"] {
        assert!(list.contains(words), "{words}: {list}");
    }
    // The person chose French: it stays, whatever the service asked for at the beginning.
    let answer = visitor.submit(&french, "allow-form", &[]).await;
    assert!(answer.location().is_some_and(|to| to.contains("code=")), "{answer:?}");
}

async fn the_page_needs_a_person_and_a_request(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let page = open(&visitor, &service.request()).await;
    let path = page.url.strip_prefix(&idp.issuer).unwrap();
    let stranger = idp.visitor();
    let seen = stranger.follow(stranger.get(path).await).await;
    assert!(!seen.has("consent-page") && !seen.text().contains("person@example.test"), "{seen:?}");
    assert!(!visitor.follow(visitor.get("/en/consent").await).await.has("consent-page"));
    // A service of the government's own has no question, even where somebody opens the page.
    let own = idp.service().await.request().with("prompt", "login");
    let sign_in = open(&visitor, &own).await;
    let opened = visitor.get(&sign_in.url.replace("/sign-in", "/consent")).await;
    assert!(!opened.has("consent-page") && opened.location().is_some(), "{opened:?}");
}

async fn a_withdrawn_consent_is_asked_for_again(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let request = service.request();
    code_of(&idp, &allow(&visitor, &open(&visitor, &request).await).await, &request);
    let account = idp.query("SELECT account_id AS value FROM consent").remove(0);
    let account = idp_domain::ids::AccountId::parse(&account).unwrap();
    let consents = idp.app.store.list_consents(account.clone()).await.unwrap();
    assert_eq!(consents.len(), 1);
    assert!(idp.app.store.withdraw_consent(account, service.client.id.clone(), idp.now()).await.unwrap());
    assert!(open(&visitor, &service.request()).await.has("consent-page"));
}
