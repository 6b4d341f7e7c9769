//! Levels that services ask for: exactly what is missing is asked of the person (OIDC Core 3.1.2.1 and 5.5.1.1).

use crate::asserts::{code_of, is_refused};
use idp_tests::idp::{Account, AuthenticatorApp, Database, Page, Request, Service, TestIdp, Tokens, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::json;
use std::time::Duration;

on_sqlite_and_postgres! {
    acr_and_amr_say_what_was_proven
    a_session_steps_up_without_the_password_and_stays_the_same
    an_essential_acr_is_met_or_there_is_no_answer
    a_voluntary_level_can_be_left_out
    prompt_none_never_asks_for_a_level
    a_second_step_is_set_up_on_the_way_to_the_service
    not_now_ends_a_sign_in_that_needs_the_level
    a_one_key_account_cannot_reach_a_second_level
    prompt_login_and_max_age_ask_for_both_steps_again
    a_second_tab_finds_the_step_finished
}

const ACR_1: &str = "urn:ontario:idp:acr:1";
const ACR_2: &str = "urn:ontario:idp:acr:2";
const ACR_3: &str = "urn:ontario:idp:acr:3";
const EMAIL: &str = "person@example.test";

/// A person with an app, signed in with the password alone before it was turned on, and one signed in with both.
struct Scene {
    idp: TestIdp,
    service: Service,
    account: Account,
    app: AuthenticatorApp,
    /// Level 1.
    weak: Visitor,
    /// Level 2.
    strong: Visitor,
}

async fn scene(database: Database) -> Scene {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let (weak, strong) = (idp.visitor(), idp.visitor());
    let account = idp.create_account(&strong, EMAIL).await;
    idp.sign_in(&weak, &account.email, &account.password).await;
    let app = idp.turn_app_on(&strong).await;
    Scene { idp, service, account, app, weak, strong }
}

impl Scene {
    async fn tokens(&self, request: &Request, answer: &Page) -> Tokens {
        self.idp.tokens(&self.service, request, &code_of(&self.idp, answer, request)).await
    }

    async fn open(&self, visitor: &Visitor, request: &Request) -> Page {
        visitor.follow(visitor.get(&request.path()).await).await
    }

    async fn step_up(&self, visitor: &Visitor, page: &Page) -> Page {
        let answer = visitor.submit(page, "f", &[("code", &self.app.code(&self.idp))]).await;
        visitor.follow(answer).await
    }
}

fn essential(values: &[&str]) -> String {
    json!({"id_token": {"acr": {"essential": true, "values": values}}}).to_string()
}

async fn acr_and_amr_say_what_was_proven(database: Database) {
    let scene = scene(database).await;
    let request = scene.service.request();
    let one = scene.tokens(&request, &scene.open(&scene.weak, &request).await).await;
    assert_eq!((&one.claims["acr"], &one.claims["amr"]), (&json!(ACR_1), &json!(["pwd"])));
    let request = scene.service.request();
    let two = scene.tokens(&request, &scene.open(&scene.strong, &request).await).await;
    assert_eq!((&two.claims["acr"], &two.claims["amr"]), (&json!(ACR_2), &json!(["pwd", "otp", "mfa"])));
    // By a recovery code.
    let visitor = scene.idp.visitor();
    let request = scene.service.request();
    let page = scene.idp.authorize(&visitor, &request, &scene.account).await;
    let way = visitor.get(&page.url.replace("second-step", "other-way")).await;
    let answer = visitor.submit(&way, "f", &[("recovery", &scene.app.recovery_codes[0])]).await;
    let used = visitor.follow(answer).await;
    let answer = visitor.follow(visitor.submit(&used, "continue-form", &[]).await).await;
    let three = scene.tokens(&request, &answer).await;
    assert_eq!((&three.claims["acr"], &three.claims["amr"]), (&json!(ACR_2), &json!(["pwd", "otp", "mfa"])));
    // One of the requested levels, where a higher one is as good.
    let request = scene.service.request().with("claims", &essential(&[ACR_1]));
    let same = scene.tokens(&request, &scene.open(&scene.strong, &request).await).await;
    assert_eq!(same.claims["acr"], ACR_1);
}

async fn a_session_steps_up_without_the_password_and_stays_the_same(database: Database) {
    let mut scene = scene(database).await;
    let request = scene.service.request();
    let before = scene.tokens(&request, &scene.open(&scene.weak, &request).await).await;
    scene.service = scene.idp.service_with("minimum_acr = \"urn:ontario:idp:acr:2\"\n").await;
    scene.idp.advance(Duration::from_secs(40));
    let request = scene.service.request();
    let page = scene.open(&scene.weak, &request).await;
    assert!(
        page.url.contains("/en/sign-in/second-step?tx=")
            && page.text().contains("to continue to Fishing licences")
    );
    let wrong = scene.weak.submit(&page, "f", &[("code", &scene.app.wrong_code(&scene.idp))]).await;
    assert_eq!(wrong.status, 422);
    let cookie = scene.weak.cookie("idp_session");
    let answer = scene.step_up(&scene.weak, &wrong).await;
    let after = scene.tokens(&request, &answer).await;
    assert_eq!(after.claims["acr"], ACR_2);
    for claim in ["sid", "auth_time"] {
        assert_eq!(after.claims[claim], before.claims[claim], "{claim}");
    }
    assert_ne!(scene.weak.cookie("idp_session"), cookie);
    // From now on nothing is asked.
    let request = scene.service.request();
    assert!(scene.weak.get(&request.path()).await.parameter("code").is_some());
}

async fn an_essential_acr_is_met_or_there_is_no_answer(database: Database) {
    let scene = scene(database).await;
    let request = scene.service.request().with("claims", &essential(&[ACR_3, ACR_2]));
    let page = scene.open(&scene.weak, &request).await;
    assert!(page.url.contains("/en/sign-in/second-step"), "{page:?}");
    assert!(!page.has("not-now-form"), "it is no choice");
    let tokens = scene.tokens(&request, &scene.step_up(&scene.weak, &page).await).await;
    assert_eq!(tokens.claims["acr"], ACR_2);
    let request = scene.service.request().with("claims", &essential(&["urn:elsewhere:9"]));
    let answer = scene.weak.get(&request.path()).await;
    is_refused(&scene.idp, &answer, &request, &["unmet_authentication_requirements"]);
}

async fn a_voluntary_level_can_be_left_out(database: Database) {
    let scene = scene(database).await;
    let request = scene.service.request().with("acr_values", ACR_2);
    let page = scene.open(&scene.weak, &request).await;
    assert!(page.url.contains("/en/sign-in/second-step"), "{page:?}");
    let answer = scene.weak.follow(scene.weak.submit(&page, "not-now-form", &[]).await).await;
    let tokens = scene.tokens(&request, &answer).await;
    assert_eq!(tokens.claims["acr"], ACR_1);
    // Only for that request; and an account without a second step is offered one.
    let request = scene.service.request().with("acr_values", ACR_2);
    assert!(scene.open(&scene.weak, &request).await.url.contains("second-step"));
    let other = scene.idp.visitor();
    scene.idp.create_account(&other, "other@example.test").await;
    let request = scene.service.request().with("acr_values", ACR_2);
    let page = scene.open(&other, &request).await;
    assert!(
        page.url.contains("/en/sign-in/set-up?tx=")
            && page.text().contains("Fishing licences needs a second step.")
    );
    let answer = other.follow(other.submit(&page, "not-now-form", &[]).await).await;
    assert_eq!(scene.tokens(&request, &answer).await.claims["acr"], ACR_1);
    // Level 1 is as welcome: nobody is asked for more than they have.
    let request = scene.service.request().with("acr_values", &format!("{ACR_2} {ACR_1}"));
    assert_eq!(scene.tokens(&request, &scene.open(&other, &request).await).await.claims["acr"], ACR_1);
    // oidcc-ensure-request-with-acr-values-succeeds
    let request = scene.service.request().with("acr_values", &format!("{ACR_1} {ACR_2}"));
    assert_eq!(scene.tokens(&request, &scene.open(&scene.strong, &request).await).await.claims["acr"], ACR_2);
}

async fn prompt_none_never_asks_for_a_level(database: Database) {
    let scene = scene(database).await;
    let silent = |request: Request| request.with("prompt", "none");
    let request = silent(scene.service.request().with("claims", &essential(&[ACR_2])));
    is_refused(&scene.idp, &scene.weak.get(&request.path()).await, &request, &["interaction_required"]);
    let request = silent(scene.service.request().with("acr_values", ACR_2));
    let answer = scene.weak.get(&request.path()).await;
    assert_eq!(
        scene.tokens(&request, &answer).await.claims["acr"],
        ACR_1,
        "what is voluntary is no reason to refuse"
    );
    let request = silent(scene.service.request().with("claims", &essential(&[ACR_2])));
    let answer = scene.strong.get(&request.path()).await;
    assert_eq!(scene.tokens(&request, &answer).await.claims["acr"], ACR_2);
}

async fn a_second_step_is_set_up_on_the_way_to_the_service(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("minimum_acr = \"urn:ontario:idp:acr:2\"\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    // The proof is old by then: the request is not lost on the way through C0.
    idp.advance(Duration::from_mins(6));
    let request = service.request();
    let page = idp.authorize(&visitor, &request, &account).await;
    assert!(page.url.contains("/en/sign-in/set-up?tx="), "{page:?}");
    let page = visitor.submit(&page, "f", &[]).await;
    assert_eq!(page.errors(), ["Choose one of the options"]);
    let confirm = visitor.follow(visitor.submit(&page, "f", &[("way", "totp")]).await).await;
    assert!(confirm.url.contains("/en/account/confirm?tx="), "{confirm:?}");
    let page = visitor.follow(visitor.submit(&confirm, "f", &[("password", &account.password)]).await).await;
    let app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
    let codes = visitor.follow(visitor.submit(&page, "f", &[("code", &app.code(&idp))]).await).await;
    let answer = visitor.follow(visitor.submit(&codes, "f", &[("saved", "yes")]).await).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &answer, &request)).await;
    assert_eq!(
        (&tokens.claims["acr"], &tokens.claims["amr"]),
        (&json!(ACR_2), &json!(["pwd", "otp", "mfa"]))
    );
}

async fn not_now_ends_a_sign_in_that_needs_the_level(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("minimum_acr = \"urn:ontario:idp:acr:2\"\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let request = service.request();
    let page = idp.authorize(&visitor, &request, &account).await;
    let answer = visitor.submit(&page, "not-now-form", &[]).await;
    is_refused(&idp, &answer, &request, &["unmet_authentication_requirements"]);
    assert_eq!(visitor.get("/en/account").await.status, 200, "the session stays");
    // Answered once.
    let again = visitor.submit(&page, "f", &[("way", "totp")]).await;
    assert!(again.location().is_none_or(|to| !to.contains("totp")), "{again:?}");
}

async fn a_one_key_account_cannot_reach_a_second_level(database: Database) {
    let idp = TestIdp::start(database).await;
    let service =
        idp.service_with("accounts = [\"one-key\"]\nminimum_acr = \"urn:ontario:idp:acr:2\"\n").await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, "legacy.person", "").await;
    let request = service.request();
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["unmet_authentication_requirements"]);
    let service = idp.service_with("accounts = [\"one-key\"]\n").await;
    let request = service.request().with("acr_values", ACR_2);
    let answer = visitor.get(&request.path()).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &answer, &request)).await;
    assert_eq!(tokens.claims["acr"], ACR_1);
}

async fn prompt_login_and_max_age_ask_for_both_steps_again(database: Database) {
    let scene = scene(database).await;
    let request = scene.service.request();
    let before = scene.tokens(&request, &scene.open(&scene.strong, &request).await).await;
    scene.idp.advance(Duration::from_secs(61));
    for (name, value) in [("prompt", "login"), ("max_age", "60")] {
        let request = scene.service.request().with(name, value);
        let page = scene.idp.authorize(&scene.strong, &request, &scene.account).await;
        assert!(page.url.contains("/en/sign-in/second-step?tx="), "{name}: {page:?}");
        let after = scene.tokens(&request, &scene.step_up(&scene.strong, &page).await).await;
        assert_eq!((&after.claims["acr"], &after.claims["sid"]), (&json!(ACR_2), &before.claims["sid"]));
        assert!(after.claims["auth_time"].as_i64() > before.claims["auth_time"].as_i64(), "{name}");
        scene.idp.advance(Duration::from_secs(61));
    }
}

async fn a_second_tab_finds_the_step_finished(database: Database) {
    let scene = scene(database).await;
    let visitor = scene.idp.visitor();
    let request = scene.service.request();
    let page = scene.idp.authorize(&visitor, &request, &scene.account).await;
    let tab = visitor.get(&page.url).await;
    assert!(scene.step_up(&visitor, &page).await.parameter("code").is_some());
    scene.idp.advance(Duration::from_secs(30));
    let late = visitor.submit(&tab, "f", &[("code", &scene.app.code(&scene.idp))]).await;
    assert_eq!(late.status, 409, "{late:?}");
    assert_eq!(visitor.get(&page.url).await.status, 409);
}
