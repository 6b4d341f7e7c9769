//! Justice Services Online with the identity server, the whole demonstration without a browser: the ministry's two guides
//! step by step (S0 "Setting up your ONE-key and Justice Services Online accounts", S1 "Guide to creating a Justice
//! Services Online account"), and what goes between the two programs.

use demo::{Demo, DemoOptions, Ports, ReadyMadeAccount};
use idp_server::adapters::clock::Clock;
use idp_tests::idp::Page;
use idp_tests::idp::one_key::registration;
use idp_tests::relying_party::Person;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

const ID: &str = "flowersb";

struct Scene {
    demo: Demo,
    offset: Arc<AtomicI64>,
    folder: std::path::PathBuf,
}

impl Scene {
    async fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("idp-justice-{}-{name}", std::process::id()));
        let offset = Arc::new(AtomicI64::new(0));
        let options = DemoOptions {
            ports: Ports::FREE,
            clock: Clock::shifted(Arc::clone(&offset)),
            ..DemoOptions::new(folder.clone())
        };
        Self { demo: Demo::start(options).await.unwrap(), offset, folder }
    }

    fn person(&self) -> Person {
        Person::new(&self.demo.addresses.idp, &self.demo.addresses.justice)
    }

    fn advance(&self, by: Duration) {
        self.offset.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    fn ready_made(&self, id: &str) -> ReadyMadeAccount {
        self.demo.accounts.iter().find(|account| account.one_key_id == id).unwrap().clone()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // The system clears its temporary files anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Fills in a form of the portal's page, and follows where it leads.
async fn send(person: &Person, page: &Page, form: &str, typed: &[(&str, &str)]) -> Page {
    let mut sent = typed.iter().fold(page.form(form), |form, (name, value)| form.with(name, value));
    if sent.action.is_empty() {
        sent.action.clone_from(&page.url);
    }
    person.follow(person.at_service.post(&sent).await).await
}

fn contact() -> Vec<(&'static str, &'static str)> {
    vec![
        ("role", "individual"),
        ("last_name", "Flowers"),
        ("first_name", "Bernie"),
        ("address", "45 Elm Street"),
        ("city", "Toronto"),
        ("country", "CA"),
        ("province", "ON"),
        ("postal", "m5v2t6"),
        ("phone", "416-555-0123"),
        ("fax", "416-555-0124"),
        ("email", "bernie@example.test"),
    ]
}

/// S0 step 3, S1 step 3: a ONE-key ID from O1.
async fn sign_up(person: &Person, sign_in: &Page) -> Page {
    assert!(sign_in.url.contains("/one-key/sign-in"), "{sign_in:?}");
    let form = person.at_idp.get(&sign_in.link("register")).await;
    person.submit(&form, "f", &registration(ID, "")).await
}

/// S0 steps 5 and 6, S1 steps 6 to 8: terms and contact information, to the confirmation.
async fn register(person: &Person, terms: &Page) -> Page {
    assert!(terms.url.ends_with("/en/register/terms"), "{terms:?}");
    assert!(terms.text().contains("Welcome to Justice Services Online"));
    let refused = send(person, terms, "f", &[]).await;
    assert_eq!(refused.errors(), ["Check the box to accept the terms"]);
    let form = send(person, terms, "f", &[("accept", "yes")]).await;
    assert!(form.title().starts_with("Contact information"), "{form:?}");
    let done = send(person, &form, "f", &contact()).await;
    assert!(done.words_of("registered").contains("Your reference is JSO-"), "{done:?}");
    person.open("/en/account").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guide_s0_is_walked_from_its_first_to_its_last_step() {
    let scene = Scene::start("s0").await;
    let person = scene.person();
    // 1 a), b): File your documents, File your application.
    for (start, button) in [("civil", "File your documents"), ("family", "File your application")] {
        let page = person.open(&format!("/en/{start}")).await;
        assert!(page.words_of("sign-in") == button && page.text().contains("After 15 minutes"), "{page:?}");
    }
    // 2 a): Sign up now!
    let sign_in = person.open("/en/sign-in?page=account").await;
    assert!(sign_in.text().contains("to continue to Justice Services Online"), "{sign_in:?}");
    // 3: the ONE-key Account Registration page; 4: Continue.
    let registered = sign_up(&person, &sign_in).await;
    assert!(registered.words_of("one-key-registered").contains(&format!("Your ONE-key ID is {ID}")));
    let terms = person.submit(&registered, "continue-form", &[]).await;
    // 5: terms of use, Next; 6: contact information, Confirm registration; 7: the home page.
    let home = register(&person, &terms).await;
    // Tags stand between the words.
    for words in
        ["Start : File a Statement of Claim or Notice of Action", "Start : File a joint divorce application"]
    {
        assert!(home.text().contains(words), "{words}: {home:?}");
    }
    // "You can also": drafts, transactions, contact information, Edit with its note.
    for (path, words) in [
        ("drafts", "No drafts"),
        ("transactions", "No transactions"),
        ("contact", "Changes apply to future filings only."),
        ("contact/edit", "send the court office a signed and dated letter"),
    ] {
        let page = person.open(&format!("/en/{path}")).await;
        assert!(page.status == 200 && page.text().contains(words), "{path}: {page:?}");
    }
    // 7: Start, civil.
    let form = person.open("/en/file/statement-of-claim").await;
    let typed = [("title", "Flowers v. Elm"), ("court", "Toronto"), ("save", "yes")];
    let saved = send(&person, &form, "f", &typed).await;
    assert!(saved.text().contains("Your draft was saved."), "{saved:?}");
    assert!(person.open("/en/drafts").await.text().contains("Flowers v. Elm"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guide_s0_step_2b_leads_from_my_services_to_the_registration() {
    let scene = Scene::start("s0-2b").await;
    let (person, account) = (scene.person(), scene.ready_made("great.heron5"));
    let page = person.at_idp.get("/en/one-key/sign-in").await;
    let typed = [("id", account.one_key_id.as_str()), ("password", &account.password)];
    let services = person.submit(&page, "f", &typed).await;
    assert!(services.text().contains("All services from A to Z"), "{services:?}");
    let all = person.at_idp.get("/en/one-key/services/all").await;
    assert!(
        all.text().contains("Justice Services Online") && all.text().contains("Attorney General"),
        "{all:?}"
    );
    let start = format!("{}/sign-in", scene.demo.addresses.justice);
    assert!(all.body.contains(&format!("href=\"{start}\"")), "{all:?}");
    let terms = person.open("/sign-in").await;
    let home = register(&person, &terms).await;
    assert!(home.text().contains("My account"), "{home:?}");
    // The service is one of theirs now.
    let mine = person.at_idp.get("/en/one-key/services").await;
    assert!(mine.words_of("services").contains("Justice Services Online"), "{mine:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guide_s1_is_walked_from_its_first_to_its_last_step() {
    let scene = Scene::start("s1").await;
    let person = scene.person();
    // 1: the service's homepage; 2: the ONE-key ID sign-in page, Sign up now!
    let sign_in = person.at_idp.get("/en/one-key/sign-in").await;
    // 3: the registration page; 4: Continue, to the services from A to Z.
    let registered = sign_up(&person, &sign_in).await;
    let services = person.submit(&registered, "continue-form", &[]).await;
    assert!(services.url.contains("/one-key/services"), "{services:?}");
    let all = person.at_idp.get("/en/one-key/services/all").await;
    // 5: Justice Services Online.
    assert!(all.body.contains(&format!("href=\"{}/sign-in\"", scene.demo.addresses.justice)), "{all:?}");
    // 6: terms of use, Next; 7: lawyer or individual; 8: Confirm registration.
    let home = register(&person, &person.open("/sign-in").await).await;
    // "Using the new features": Transactions (with the drafts), Drafts, Terms of use, Contact information.
    for words in ["Transactions", "Drafts", "Terms of use", "Contact information", "Exit"] {
        assert!(home.text().contains(words), "{words}");
    }
    let form = person.open("/en/file/another-document").await;
    send(&person, &form, "f", &[("title", "Answer"), ("court", "Barrie"), ("save", "yes")]).await;
    assert!(person.open("/en/transactions").await.text().contains("Answer"), "drafts are listed there too");
    assert!(person.open("/en/terms").await.text().contains("Fair use"));
}

/// A ready-made ONE-key account that is registered with the portal.
async fn at_work(scene: &Scene) -> Person {
    let (person, account) = (scene.person(), scene.ready_made("great.heron5"));
    let page = person.open("/en/sign-in?page=account").await;
    let typed = [("id", account.one_key_id.as_str()), ("password", &account.password)];
    register(&person, &person.submit(&page, "f", &typed).await).await;
    person
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_of_one_key_ends_the_portals_session() {
    let scene = Scene::start("backchannel").await;
    let person = at_work(&scene).await;
    let services = person.at_idp.get("/en/one-key/services").await;
    let out = person.submit(&services, "log-out-form", &[]).await;
    assert!(out.words_of("told").contains("Justice Services Online"), "{out:?}");
    let answer = person.at_service.get("/en/account").await;
    assert_eq!(answer.location(), Some("/en/?notice=signed-out"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_signs_out_of_one_key_only_where_the_person_says_so() {
    let scene = Scene::start("exit").await;
    let person = at_work(&scene).await;
    for (answer, still_signed_in) in [(false, true), (true, false)] {
        let home = person.open("/en/account").await;
        let question = send(&person, &home, "exit-form", &[]).await;
        assert_eq!(question.words_of("question"), "Also sign out of ONE-key?", "{question:?}");
        if answer {
            let out = send(&person, &question, "exit-form", &[]).await;
            assert!(out.text().contains("You are signed out."), "{out:?}");
        }
        let again = person.open("/en/sign-in?page=account").await;
        assert_eq!(again.text().contains("My account"), still_signed_in, "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_at_the_portal_keeps_the_session_at_the_identity_server_alive() {
    let scene = Scene::start("refresh").await;
    let person = at_work(&scene).await;
    for _ in 0..4 {
        scene.advance(Duration::from_mins(10));
        assert_eq!(person.at_service.get("/en/account").await.status, 200);
    }
    let services = person.at_idp.get("/en/one-key/services").await;
    assert_eq!(services.status, 200, "40 minutes without a request of the browser's own: {services:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_replayed_and_swapped_callbacks_sign_nobody_in() {
    let scene = Scene::start("callbacks").await;
    let (person, account) = (scene.person(), scene.ready_made("great.heron5"));
    let page = person.open("/en/sign-in?page=account").await;
    let typed = [("id", account.one_key_id.as_str()), ("password", account.password.as_str())];
    let mut answer = person.at_idp.submit(&page, "f", &typed).await;
    while !answer.location().is_some_and(|to| to.contains("/callback?")) {
        answer = person.at_idp.get(answer.location().expect("on to the portal")).await;
    }
    let callback = answer.location().unwrap().to_owned();
    let refused = async |who: &Person, address: &str| {
        let page = who.at_service.get(address).await;
        assert_eq!(page.status, 400, "{address}: {page:?}");
        assert!(who.at_service.get("/en/account").await.status == 303, "{address}");
    };
    // In another browser, which has a sign-in of its own under way.
    let other = scene.person();
    other.open("/en/sign-in?page=account").await;
    refused(&other, &callback).await;
    for forged in [
        callback.replace("state=", "state=x"),
        "/callback".to_owned(),
        "/callback?code=x".to_owned(),
        "/callback?state=%00&code=%ff".to_owned(),
        format!("/callback?state={}&code=x", "s".repeat(5000)),
    ] {
        refused(&person, &forged).await;
    }
    let right = person.at_service.get(&callback).await;
    assert_eq!(right.location(), Some("/en/register/terms"), "{right:?}");
    person.at_service.forget_cookie("jso_session");
    refused(&person, &callback).await;
    // Another issuer's answer to a request of ours.
    let begun = person.at_service.get("/en/sign-in").await;
    let state = begun.parameter("state").unwrap();
    refused(&person, &format!("/callback?state={state}&code=x&iss=https%3A%2F%2Fevil.example")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_my_ontario_account_gets_in_too_and_is_called_by_its_name() {
    let scene = Scene::start("my-ontario").await;
    let (person, account) = (scene.person(), scene.demo.accounts[0].clone());
    let one_key = person.open("/en/sign-in?page=account").await;
    let page = person.at_idp.get(&one_key.link("my-ontario")).await;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let question = person.submit(&page, "f", &typed).await;
    let terms = person.follow(person.at_idp.decline_transfer(question).await).await;
    assert!(terms.url.ends_with("/en/register/terms"), "{terms:?}");
    let form = send(&person, &terms, "f", &[("accept", "yes")]).await;
    assert_eq!(form.form("f").value("email"), account.email);
    send(&person, &form, "f", &contact()).await;
    let question = send(&person, &person.open("/en/account").await, "exit-form", &[]).await;
    assert_eq!(question.words_of("question"), "Also sign out of My Ontario Account?");
}
