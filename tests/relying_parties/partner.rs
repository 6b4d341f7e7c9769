//! The identity server signs people in with an OpenID provider that others wrote (`oidc-provider` of npm): what its own library
//! makes of somebody else's provider.

use idp_domain::administration::Order;
use idp_domain::client::BilingualText;
use idp_domain::sign_in_partner::{PartnerAuthentication, PartnerId, SignInPartner};
use idp_server::adapters::partners::seal_new_key;
use idp_store::NewPartner;
use idp_tests::idp::{Database, Form, Page, TestIdp, Visitor, visitor_at};
use idp_tests::relying_party::{RelyingParty, free_base_url, repository, system_program};
use std::path::PathBuf;

const CLIENT_ID: &str = "my-ontario-account";
const SECRET: &str = "a secret: 100% & more";

/// The script beside its packages.
fn script() -> PathBuf {
    let source = repository().join("tests/relying_parties/provider");
    let folder = repository().join("target/relying-parties/provider");
    let read = |path: PathBuf| std::fs::read(path).ok();
    let is_done = read(folder.join("installed")) == read(source.join("package-lock.json"));
    assert!(is_done, "the provider isn't installed: run tests/relying_parties/install");
    let (file, aside) =
        (folder.join("provider.js"), folder.join(format!("provider.js.{}", std::process::id())));
    std::fs::copy(source.join("provider.js"), &aside).expect("the folder can be written");
    std::fs::rename(&aside, &file).expect("the file can be put in place");
    file
}

async fn start(issuer: &str, redirect_uri: &str, jwks: &str) -> RelyingParty {
    let environment = [
        ("ISSUER", issuer),
        ("CLIENT_ID", CLIENT_ID),
        ("CLIENT_SECRET", SECRET),
        ("REDIRECT_URI", redirect_uri),
        ("JWKS", jwks),
    ];
    let command = [system_program("node"), script()].map(|path| path.display().to_string());
    RelyingParty::start(issuer, &environment, &command).await
}

/// Through the provider's own test pages; the address of its answer.
async fn through(issuer: &str, to_partner: &Page, login: &str) -> String {
    let person = visitor_at(issuer);
    let mut page = person.follow(person.get(to_partner.location().expect("to the partner")).await).await;
    for prompt in ["login", "consent"] {
        assert!(page.url.contains("/interaction/"), "{page:?}");
        let fields = [("prompt", prompt), ("login", login), ("password", "any")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        page = person.follow(person.post(&Form { action: page.url.clone(), fields }).await).await;
    }
    page.location().unwrap_or_else(|| panic!("no answer: {page:?}")).to_owned()
}

async fn by_partner(idp: &TestIdp, person: &Visitor, issuer: &str, login: &str) -> Page {
    let page = person.get("/en/sign-in").await;
    let to_partner = person.submit(&page, "partner-form", &[]).await;
    let back = through(issuer, &to_partner, login).await;
    assert!(back.starts_with(&idp.issuer), "{back}");
    person.follow(person.get(&back).await).await
}

async fn a_first_and_a_later_visit(idp: &TestIdp, issuer: &str) {
    let (person, email) = (idp.visitor(), "person@example.test");
    let page = by_partner(idp, &person, issuer, "somebody").await;
    let page = person.follow(person.submit(&page, "f", &[("email", email)]).await).await;
    let code = idp.mail_to(email).await.code();
    let done = person.submit(&page, "f", &[("code", &code), ("terms", "yes")]).await;
    assert_eq!(done.location(), Some("/en/partner/done"), "{done:?}");
    let home = by_partner(idp, &idp.visitor(), issuer, "somebody").await;
    assert!(home.url.ends_with("/en/account"), "{home:?}");
    let other = by_partner(idp, &idp.visitor(), issuer, "somebody-else").await;
    assert!(other.url.ends_with("/en/partner/email"), "{other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_others_wrote_is_a_sign_in_partner_by_its_secret() {
    let issuer = free_base_url();
    let settings = [
        ("IDP_PARTNER__ISSUER", issuer.as_str()),
        ("IDP_PARTNER__CLIENT_ID", CLIENT_ID),
        ("IDP_PARTNER__CLIENT_SECRET", SECRET),
    ];
    let idp = TestIdp::start_with(Database::Sqlite, &settings).await;
    let _provider = start(&issuer, &format!("{}/partner/callback/default", idp.issuer), "").await;
    a_first_and_a_later_visit(&idp, &issuer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_others_wrote_is_a_sign_in_partner_by_our_key() {
    let issuer = free_base_url();
    let idp = TestIdp::start(Database::Sqlite).await;
    let (credential, jwk) = seal_new_key(&idp.app.data_keys.content).expect("a key");
    let partner = SignInPartner {
        id: PartnerId::parse("theirs").expect("an id"),
        name: BilingualText { en: "Theirs".into(), fr: "Le leur".into() },
        issuer: issuer.clone(),
        client_id: CLIENT_ID.into(),
        authentication: PartnerAuthentication::PrivateKeyJwt,
        algorithm: Some(idp_domain::signing_key::SigningAlgorithm::Rs256),
        position: 0,
    };
    let new =
        NewPartner { partner, credential: Some(credential), order: Order::of_operator(), now: idp.now() };
    assert!(idp.app.store.insert_partner(new).await.expect("the database is there"));
    idp.app.partners.forget();
    let jwks = format!("{{\"keys\":[{jwk}]}}");
    let _provider = start(&issuer, &format!("{}/partner/callback/theirs", idp.issuer), &jwks).await;
    a_first_and_a_later_visit(&idp, &issuer).await;
}
