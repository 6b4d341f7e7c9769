//! When a person who is signed in is asked again, and when nobody may be asked.

use crate::asserts::{code_of, is_refused};
use crate::authorization::{opened, signed_in};
use idp_tests::idp::Database;
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_019_prompt_none_without_a_session_is_login_required
    sc_020_prompt_login_asks_again_and_auth_time_is_new
    sc_021_max_age_asks_again_after_its_time
    sc_024_a_hint_of_another_person_is_login_required
}

// oidcc-prompt-none-not-logged-in
async fn sc_019_prompt_none_without_a_session_is_login_required(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let request = service.request().with("prompt", "none");
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["login_required"]);
    let contradiction = service.request().with("prompt", "none login");
    is_refused(&idp, &visitor.get(&contradiction.path()).await, &contradiction, &["invalid_request"]);
    // oidcc-prompt-none-logged-in
    let account = idp.create_account(&visitor, "person@example.test").await;
    let first = idp.sign_in_at(&visitor, &service, &account).await;
    idp.advance(Duration::from_secs(30));
    let request = service.request().with("prompt", "none");
    let code = code_of(&idp, &visitor.get(&request.path()).await, &request);
    let second = idp.tokens(&service, &request, &code).await;
    assert_eq!(
        (&first.claims["sub"], &first.claims["auth_time"]),
        (&second.claims["sub"], &second.claims["auth_time"])
    );
}

// oidcc-prompt-login
async fn sc_020_prompt_login_asks_again_and_auth_time_is_new(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let before = idp.sign_in_at(&visitor, &service, &account).await;
    let cookie = visitor.cookie("idp_session");
    idp.advance(Duration::from_secs(5));
    let request = service.request().with("prompt", "login");
    let page = visitor.get(&request.path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
    let page = visitor.follow(page).await;
    assert!(page.has("sign-in"), "{page:?}");
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    let after = idp.tokens(&service, &request, &code_of(&idp, &answer, &request)).await;
    assert!(after.claims["auth_time"].as_i64() >= before.claims["auth_time"].as_i64().map(|at| at + 5));
    assert_eq!(after.claims["sub"], before.claims["sub"]);
    assert_ne!(visitor.cookie("idp_session"), cookie, "a new proof gives a new cookie");
}

async fn sc_021_max_age_asks_again_after_its_time(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let first = idp.sign_in_at(&visitor, &service, &account).await;
    // oidcc-max-age-10000
    let relaxed = service.request().with("max_age", "10000");
    let code = code_of(&idp, &visitor.get(&relaxed.path()).await, &relaxed);
    let same = idp.tokens(&service, &relaxed, &code).await;
    assert_eq!(same.claims["auth_time"], first.claims["auth_time"]);
    idp.advance(Duration::from_secs(61));
    let strict = service.request().with("max_age", "60");
    let page = visitor.get(&strict.path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
    let silent = service.request().with("max_age", "60").with("prompt", "none");
    is_refused(&idp, &visitor.get(&silent.path()).await, &silent, &["login_required"]);
    let page = idp.authorize(&visitor, &strict, &account).await;
    let after = idp.tokens(&service, &strict, &code_of(&idp, &page, &strict)).await;
    assert!(after.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
    // oidcc-max-age-1
    idp.advance(Duration::from_secs(2));
    let page = visitor.get(&service.request().with("max_age", "1").path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
}

async fn sc_024_a_hint_of_another_person_is_login_required(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let mine = idp.sign_in_at(&visitor, &service, &account).await;
    let stranger = idp.visitor();
    let other = idp.create_account(&stranger, "other@example.test").await;
    let theirs = idp.sign_in_at(&stranger, &service, &other).await;
    let with_hint = |hint: &str| service.request().with("prompt", "none").with("id_token_hint", hint);
    let request = with_hint(&theirs.id_token);
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["login_required"]);
    // What is no token of ours for this service is refused, whoever is signed in.
    for hint in ["garbage", &mine.id_token.replace('.', ".."), &mine.id_token.replace("eyJ", "eyK")] {
        let request = with_hint(hint);
        is_refused(
            &idp,
            &visitor.get(&request.path()).await,
            &request,
            &["invalid_request", "login_required"],
        );
    }
    // oidcc-id-token-hint
    let request = with_hint(&mine.id_token);
    let code = code_of(&idp, &visitor.get(&request.path()).await, &request);
    assert_eq!(idp.tokens(&service, &request, &code).await.claims["sub"], mine.claims["sub"]);
}
