//! ONE-key: registering, signing in, services, managing, recovering, closing down.

use idp_tests::idp::one_key::{ANSWERS, ONE_KEY_PASSWORD, registration};
use idp_tests::idp::{Database, Mail, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_new_one_key_account_signs_in_at_its_service_like_any_other
    a_service_that_takes_both_kinds_links_one_page_to_the_other
    a_service_that_takes_one_kind_lets_no_other_in
    an_id_is_taken_whatever_its_case_and_others_are_suggested
    wrong_passwords_slow_down_and_a_stranger_is_told_nothing
    my_services_are_listed_searched_and_sorted
    each_part_of_the_account_changes_with_the_password
    three_answers_lead_to_a_new_password
    a_mailed_code_leads_to_a_new_password
    a_code_on_its_way_stays_good_while_no_other_mail_may_go_out
    five_wrong_rounds_close_recovery_for_a_day_and_say_so_by_mail
    a_forgotten_id_is_mailed_and_the_page_never_says_so
    one_key_closes_down_in_three_modes
    signing_out_stays_with_one_key
    an_account_that_was_locked_is_opened_by_recovering
    every_change_tells_the_address_that_was_on_file_before_it
    a_recovered_password_tells_the_address_on_file
}

const SERVICE: &str = r#"
accounts = ["one-key"]
initiate_login_uri = "https://rp.example.test/start"
ministry = "Natural Resources"
"ministry#fr" = "Richesses naturelles"
description = "Licences for anglers"
"description#fr" = "Permis pour la pêche à la ligne"
"#;
const ID: &str = "Maple.Leaf";
const EMAIL: &str = "maple@example.test";

async fn a_new_one_key_account_signs_in_at_its_service_like_any_other(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with(SERVICE).await;
    let visitor = idp.visitor();
    let request = service.request();
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.url.contains("/one-key/sign-in?tx=") && page.title().ends_with("– ONE-key"), "{page:?}");
    assert!(page.text().contains("to continue to Fishing licences"));
    let href = page.link("register");
    let page = visitor.get(&href).await;
    let done = visitor.submit(&page, "f", &registration(ID, EMAIL)).await;
    let done = visitor.follow(done).await;
    assert!(done.words_of("one-key-registered").contains("Your ONE-key ID is Maple.Leaf"), "{done:?}");
    let left = visitor.submit(&done, "continue-form", &[]).await;
    let code = left.parameter("code").expect("a code");
    let first = idp.tokens(&service, &request, &code).await;
    assert_eq!(first.claims["acr"], "urn:ontario:idp:acr:1");
    assert_eq!(first.claims["amr"], serde_json::json!(["pwd"]));
    assert!(first.claims.get("onekey").is_none());
    let userinfo = idp.userinfo(&first.access_token).await.json();
    assert_eq!(userinfo, serde_json::json!({"sub": first.claims["sub"]}), "no address that isn't proven");

    // Another browser, the ID in another case: the same person at the service.
    let other = idp.visitor();
    let request = service.request();
    let page = other.follow(other.get(&request.path()).await).await;
    let left = other.submit(&page, "f", &[("id", "maple.LEAF"), ("password", ONE_KEY_PASSWORD)]).await;
    let code = left.parameter("code").unwrap_or_else(|| panic!("{left:?}"));
    let second = idp.tokens(&service, &request, &code).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    // Signed in already: no page at all.
    let again = other.follow(other.get(&service.request().path()).await).await;
    assert!(again.parameter("code").is_some(), "{again:?}");
}

async fn a_service_that_takes_both_kinds_links_one_page_to_the_other(database: Database) {
    let idp = TestIdp::start(database).await;
    for (accounts, first, other, link) in [
        (r#"accounts = ["one-key", "my-ontario"]"#, "/one-key/sign-in?", "/en/sign-in?", "my-ontario"),
        (r#"accounts = ["my-ontario", "one-key"]"#, "/en/sign-in?", "/one-key/sign-in?", "one-key"),
    ] {
        let service = idp.service_with(accounts).await;
        let visitor = idp.visitor();
        let page = visitor.follow(visitor.get(&service.request().path()).await).await;
        assert!(page.url.contains(first), "{page:?}");
        let page = visitor.get(&page.link(link)).await;
        assert!(page.url.contains(other) && page.status == 200, "{page:?}");
    }
}

async fn a_service_that_takes_one_kind_lets_no_other_in(database: Database) {
    let idp = TestIdp::start(database).await;
    let (legacy, current) = (idp.service_with(SERVICE).await, idp.service().await);
    let visitor = idp.visitor();
    let one_key = idp.create_one_key(&visitor, ID, "").await;
    // A ONE-key session is none at a service that takes My Ontario Accounts only, and the other way round.
    let page = visitor.follow(visitor.get(&current.request().path()).await).await;
    assert!(page.url.contains("/en/sign-in?tx="), "{page:?}");
    let silent = visitor.get(&current.request().with("prompt", "none").path()).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
    // Its page is not to be had by hand either.
    let tx = page.url.split_once("tx=").unwrap().1.to_owned();
    let by_hand = visitor.get(&format!("/en/one-key/sign-in?tx={tx}")).await;
    assert!(by_hand.location().is_some_and(|to| to.starts_with("/en/sign-in?")), "{by_hand:?}");
    let person = idp.visitor();
    idp.create_account(&person, "person@example.test").await;
    let page = person.follow(person.get(&legacy.request().path()).await).await;
    assert!(page.url.contains("/one-key/sign-in?tx="), "{page:?}");
    let left = person.submit(&page, "f", &[("id", &one_key.id), ("password", &one_key.password)]).await;
    assert!(left.parameter("code").is_some(), "{left:?}");
}

async fn an_id_is_taken_whatever_its_case_and_others_are_suggested(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, "").await;
    let visitor = idp.visitor();
    let page = visitor.get("/fr/one-key/register").await;
    let again = visitor.submit(&page, "f", &registration("MAPLE.leaf", "")).await;
    assert_eq!(again.status, 422);
    let error = &again.errors()[0];
    assert!(
        error.starts_with("Cet ID n’est pas disponible. Essayez-en un autre, par exemple MAPLE.leaf"),
        "{error}"
    );
    assert_eq!(error.matches("MAPLE.leaf").count(), 3);
    assert_eq!(again.form("f").value("a1"), ANSWERS[0], "right answers stay");
    assert_eq!(again.form("f").value("password"), "");
    assert_eq!(idp.count("account"), 1);
}

async fn wrong_passwords_slow_down_and_a_stranger_is_told_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    let one_key = idp.create_one_key(&owner, ID, "").await;
    let visitor = idp.visitor();
    for n in 0..5 {
        for id in [ID, "nobody.here"] {
            let page = idp.sign_in_with_one_key(&visitor, id, "Wrong-1234").await;
            assert_eq!(page.errors(), ["The ONE-key ID or password is not correct"], "{n} {id}");
        }
    }
    for id in [ID, "nobody.here"] {
        let page = idp.sign_in_with_one_key(&visitor, id, ONE_KEY_PASSWORD).await;
        assert!(page.errors()[0].starts_with("Too many attempts. Wait 1 minute"), "{page:?}");
    }
    // The owner's own browser is counted apart.
    owner.forget_cookie("idp_session");
    let page = idp.sign_in_with_one_key(&owner, ID, &one_key.password).await;
    assert_eq!(page.location(), Some("/en/one-key/services"));
    // What can't be an ID is nobody's, after the same work.
    let before = idp.app.hasher.computed();
    for id in ["x", "two words here", "\u{202e}maple.leaf", &"é".repeat(2000)] {
        let page = idp.sign_in_with_one_key(&idp.visitor(), id, ONE_KEY_PASSWORD).await;
        assert_eq!(page.errors(), ["The ONE-key ID or password is not correct"], "{id:?}");
    }
    assert_eq!(idp.app.hasher.computed() - before, 4);
}

async fn my_services_are_listed_searched_and_sorted(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with(SERVICE).await;
    for (en, fr, category) in
        [("Zoo permits", "Permis de zoo", "personal"), ("École supplies", "École", "business")]
    {
        idp.register(&format!(
            "client_name = \"{en}\"\n\"client_name#fr\" = \"{fr}\"\naccounts = [\"one-key\", \"my-ontario\"]\n\
             redirect_uris = [\"https://rp.example.test/cb\"]\nscope = \"openid\"\ncategory = \"{category}\"\n"
        ))
        .await;
    }
    idp.service().await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, ID, "").await;
    let home = visitor.get("/en/one-key/services").await;
    assert!(home.words_of("welcome").starts_with("Welcome, Maple.Leaf"), "{home:?}");
    assert!(home.text().contains("You are not enrolled in any service yet."));
    let all = visitor.get("/en/one-key/services/all").await.words_of("services");
    let at = |name: &str| all.find(name).unwrap_or_else(|| panic!("{name} in {all}"));
    assert!(at("École supplies") < at("Fishing licences") && at("Fishing licences") < at("Zoo permits"));
    assert_eq!(all.matches("Fishing licences").count(), 1, "the one that takes ONE-key");
    let business = visitor.get("/en/one-key/services/category/business").await.words_of("services");
    assert!(business.contains("École") && !business.contains("Zoo"), "{business}");
    assert_eq!(visitor.get("/en/one-key/services/category/other").await.status, 404);
    let both = visitor.get("/en/one-key/services/category").await;
    assert!(both.text().contains("Services by category"), "{both:?}");
    let both = both.words_of("services");
    let at = |name: &str| both.find(name).unwrap_or_else(|| panic!("{name} in {both}"));
    assert!(at("Business services") < at("École supplies") && at("École supplies") < at("Personal services"));
    assert!(at("Personal services") < at("Fishing licences") && at("Fishing licences") < at("Zoo permits"));
    for (path, found, status) in [
        ("/en/one-key/services/search?q=ANGLERS%20licences", "Fishing licences", "1 service found"),
        ("/fr/one-key/services/search?q=peche", "Permis de pêche", "1 service trouvé"),
        ("/fr/one-key/services/search?q=permis", "Permis de zoo", "2 services trouvés"),
    ] {
        let page = visitor.get(path).await;
        assert!(page.words_of("services").contains(found), "{path} {page:?}");
        assert_eq!(page.words_of("found"), status, "{path}");
    }
    let nothing = visitor.get("/fr/one-key/services/search?q=%3Cb%3Ezzz").await;
    assert!(
        nothing
            .text()
            .contains("Aucun service ne correspond à «\u{a0}<b>zzz\u{a0}». Voir tous les services."),
        "{nothing:?}"
    );
    assert!(!nothing.body.contains("<b>zzz"));
    // Going to a service enrols.
    let left = visitor.follow(visitor.get(&service.request().path()).await).await;
    let request = service.request();
    drop(left);
    let left = visitor.get(&request.path()).await;
    idp.tokens(&service, &request, &left.parameter("code").expect("a code")).await;
    let home = visitor.get("/en/one-key/services").await;
    assert!(home.words_of("services").contains("Fishing licences"), "{home:?}");
    let strangers = idp.visitor().get("/en/one-key/services").await;
    assert_eq!(strangers.location(), Some("/en/one-key/sign-in"));
}

async fn change(visitor: &Visitor, part: &str, typed: &[(&str, &str)]) -> Page {
    let page = visitor.get(&format!("/en/one-key/account/{part}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    visitor.submit(&page, "f", typed).await
}

async fn each_part_of_the_account_changes_with_the_password(database: Database) {
    let idp = TestIdp::start(database).await;
    let (visitor, elsewhere) = (idp.visitor(), idp.visitor());
    idp.create_one_key(&idp.visitor(), "Taken.Already", "").await;
    idp.create_one_key(&visitor, ID, EMAIL).await;
    idp.sign_in_with_one_key(&elsewhere, ID, ONE_KEY_PASSWORD).await;
    let saved = Some("/en/one-key/account?saved=1");
    let password = ("current", ONE_KEY_PASSWORD);
    let wrong = change(&visitor, "id", &[("id", "Birch.Leaf"), ("current", "Wrong-123")]).await;
    assert_eq!(wrong.errors(), ["The current password is not correct"]);
    let empty = change(&visitor, "id", &[]).await;
    assert_eq!(empty.errors(), ["Enter an ID", "Enter your password"], "in the order of the fields");
    let empty = change(&visitor, "password", &[]).await;
    assert_eq!(empty.errors(), ["Enter your password", "Enter a password"], "in the order of the fields");
    let (current, new) = (empty.body.find("id=\"current\""), empty.body.find("id=\"password\""));
    assert!(current.is_some() && current < new, "current, new, confirm");
    let taken = change(&visitor, "id", &[("id", "taken.already"), password]).await;
    assert!(taken.errors()[0].starts_with("This ID is not available"), "{taken:?}");
    assert_eq!(change(&visitor, "id", &[("id", "Birch.Leaf"), password]).await.location(), saved);
    assert!(visitor.get("/en/one-key/services").await.text().contains("Welcome, Birch.Leaf"));
    let short =
        change(&visitor, "password", &[("password", "short"), ("password2", "short"), password]).await;
    assert_eq!(short.status, 422);
    let new = [("password", "Bouleau-77"), ("password2", "Bouleau-77"), password];
    assert_eq!(change(&visitor, "password", &new).await.location(), saved);
    assert_eq!(visitor.get("/en/one-key/account").await.status, 200, "this session stays");
    assert_eq!(
        elsewhere.get("/en/one-key/account").await.location(),
        Some("/en/one-key/sign-in"),
        "others end"
    );
    let password = ("current", "Bouleau-77");
    assert_eq!(change(&visitor, "language", &[("language", "fr")]).await.location(), saved);
    assert_eq!(change(&visitor, "email", &[("email", ""), password]).await.location(), saved);
    assert!(visitor.get("/en/one-key/account").await.text().contains("None"));
    let mut recovery = registration("unused.id", "new@example.test");
    recovery.retain(|(name, _)| !matches!(*name, "id" | "password" | "password2" | "accept"));
    recovery.push(password);
    assert_eq!(change(&visitor, "recovery", &recovery).await.location(), saved);
    assert!(visitor.get("/en/one-key/account").await.text().contains("new@example.test"));
    let page = idp.sign_in_with_one_key(&idp.visitor(), "birch.leaf", "Bouleau-77").await;
    assert_eq!(page.location(), Some("/fr/one-key/services"), "in the account's language");
}

/// The page with the questions, for a browser that says it forgot the password of `id`.
async fn recover(visitor: &Visitor, id: &str, way: &str) -> Page {
    let page = visitor.get("/en/one-key/recover/password").await;
    let next = visitor.submit(&page, "f", &[("id", id), ("way", way)]).await;
    assert_eq!(next.status, 303, "{next:?}");
    visitor.follow(next).await
}

async fn answer(visitor: &Visitor, page: &Page, answers: [&str; 3]) -> Page {
    let typed = [("answer1", answers[0]), ("answer2", answers[1]), ("answer3", answers[2])];
    visitor.submit(page, "f", &typed).await
}

async fn three_answers_lead_to_a_new_password(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_one_key(&owner, ID, "").await;
    let visitor = idp.visitor();
    let page = recover(&visitor, "maple.leaf", "questions").await;
    assert!(page.text().contains("Mon plat préféré en hiver?"), "{page:?}");
    let wrong = answer(&visitor, &page, [ANSWERS[0], ANSWERS[1], "Tourtière"]).await;
    assert_eq!(wrong.errors(), ["One or more answers are not correct"]);
    // The new password is not to be had without the answers.
    assert_eq!(visitor.get("/en/one-key/recover/password/new").await.status, 410);
    let right = answer(&visitor, &wrong, ["ile d’orleans", "ASTRONAUTE", " pou tine "]).await;
    assert_eq!(right.location(), Some("/en/one-key/recover/password/new"), "{right:?}");
    let page = visitor.follow(right).await;
    // It is this browser's.
    let thief = idp.visitor();
    thief.get("/en/one-key/sign-in").await;
    assert_eq!(thief.get("/en/one-key/recover/password/new").await.status, 410);
    let same = visitor.submit(&page, "f", &[("password", "maple.leaf"), ("password2", "other")]).await;
    assert_eq!(same.status, 422);
    let new = visitor.submit(&same, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    assert_eq!(new.location(), Some("/en/one-key/sign-in?saved=1"), "{new:?}");
    assert!(visitor.follow(new).await.text().contains("Password changed. Sign in."));
    assert_eq!(visitor.get("/en/one-key/recover/password/new").await.status, 410, "once");
    assert_eq!(
        owner.get("/en/one-key/account").await.location(),
        Some("/en/one-key/sign-in"),
        "sessions end"
    );
    assert_eq!(idp.sign_in_with_one_key(&visitor, ID, ONE_KEY_PASSWORD).await.status, 422);
    assert_eq!(idp.sign_in_with_one_key(&visitor, ID, "Bouleau-77").await.status, 303);
}

async fn a_mailed_code_leads_to_a_new_password(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, EMAIL).await;
    let visitor = idp.visitor();
    let page = recover(&visitor, ID, "email").await;
    assert!(page.text().contains("There are at least 30 seconds between two emails."), "{page:?}");
    let code = idp.mail_to(EMAIL).await.code();
    let malformed = visitor.submit(&page, "f", &[("code", "12")]).await;
    assert_eq!(malformed.errors(), ["The code has 6 digits"]);
    let wrong_code = if code == "111111" { "222222" } else { "111111" };
    let spare = visitor.get(&page.url).await;
    let wrong = visitor.submit(&malformed, "f", &[("code", wrong_code)]).await;
    assert!(wrong.errors()[0].starts_with("This code is not correct"));
    // Somebody else's attempt takes no code of this one.
    let other = idp.visitor();
    let theirs = recover(&other, ID, "email").await;
    assert_eq!(other.submit(&theirs, "f", &[("code", &code)]).await.status, 422);
    let right = visitor.submit(&wrong, "f", &[("code", &code)]).await;
    assert_eq!(right.location(), Some("/en/one-key/recover/password/new"), "{right:?}");
    assert_eq!(visitor.submit(&spare, "f", &[("code", &code)]).await.status, 410, "a code works once");
    // A code that is too old.
    idp.advance(Duration::from_mins(40));
    let page = recover(&visitor, ID, "email").await;
    let code = idp.mail_to(EMAIL).await.code();
    idp.advance(Duration::from_mins(31));
    let late = visitor.submit(&visitor.get(&page.url).await, "f", &[("code", &code)]).await;
    assert_eq!(late.errors(), ["This code has expired. Send a new code"], "{late:?}");
}

async fn a_code_on_its_way_stays_good_while_no_other_mail_may_go_out(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, EMAIL).await;
    let visitor = idp.visitor();
    let page = recover(&visitor, ID, "email").await;
    assert!(page.text().contains("The code works for 30 minutes."), "{page:?}");
    let code = idp.mail_to(EMAIL).await.code();
    // Within 30 seconds neither the button nor beginning again brings a mail, or takes the first one's worth.
    let page = visitor.follow(visitor.submit(&page, "resend-form", &[]).await).await;
    assert!(page.text().contains("There are at least 30 seconds between two emails."), "{page:?}");
    let page = recover(&visitor, " maple.leaf ", "email").await;
    assert_eq!(idp.mails_to(EMAIL).await.len(), 1);
    // An ID that nobody has is told the same.
    let stranger = idp.visitor();
    let nobody = recover(&stranger, "nobody.here", "email").await;
    let nobody = stranger.follow(stranger.submit(&nobody, "resend-form", &[]).await).await;
    assert!(nobody.text().contains("There are at least 30 seconds between two emails."), "{nobody:?}");
    let right = visitor.submit(&page, "f", &[("code", &code)]).await;
    assert_eq!(right.location(), Some("/en/one-key/recover/password/new"), "{right:?}");
    // Each new mail has its own 30 minutes, also when the attempt has grown old.
    let page = recover(&visitor, ID, "email").await;
    idp.advance(Duration::from_mins(50));
    let page = visitor.follow(visitor.submit(&page, "resend-form", &[]).await).await;
    let code = idp.mail_to(EMAIL).await.code();
    idp.advance(Duration::from_mins(20));
    let right = visitor.submit(&visitor.get(&page.url).await, "f", &[("code", &code)]).await;
    assert_eq!(right.location(), Some("/en/one-key/recover/password/new"), "{right:?}");
}

async fn five_wrong_rounds_close_recovery_for_a_day_and_say_so_by_mail(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, EMAIL).await;
    for n in 0..5 {
        // Another browser each time: the ID is what is counted.
        let visitor = idp.visitor();
        let page = recover(&visitor, ID, "questions").await;
        let wrong = answer(&visitor, &page, ["aaa", "bbb", "ccc"]).await;
        assert_eq!(wrong.errors(), ["One or more answers are not correct"], "{n}");
    }
    let visitor = idp.visitor();
    let page = recover(&visitor, ID, "questions").await;
    let closed = answer(&visitor, &page, ANSWERS).await;
    assert!(closed.errors()[0].starts_with("Recovery is closed until "), "{closed:?}");
    let mail = idp.mail_to(EMAIL).await;
    assert!(mail.subject.starts_with("Recovery of your ONE-key account"), "{}", mail.subject);
    assert_eq!(idp.mails_to(EMAIL).await.len(), 1);
    idp.advance(Duration::from_hours(24));
    let page = recover(&visitor, ID, "questions").await;
    assert_eq!(answer(&visitor, &page, ANSWERS).await.status, 303);
}

async fn a_forgotten_id_is_mailed_and_the_page_never_says_so(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, EMAIL).await;
    idp.create_one_key(&idp.visitor(), "Birch.Leaf", "MAPLE@example.test").await;
    for email in [EMAIL, "nobody@example.test"] {
        let visitor = idp.visitor();
        let page = visitor.get("/en/one-key/recover/id").await;
        let sent = visitor.submit(&page, "f", &[("email", email)]).await;
        let sent = visitor.follow(sent).await;
        assert!(sent.text().contains("If this address belongs to a ONE-key account, we sent the ID to it."));
        assert!(sent.text().contains("There are at least 30 seconds between two emails."), "{sent:?}");
    }
    let mail = idp.mail_to(EMAIL).await;
    assert!(mail.text.contains("\nMaple.Leaf\n") && mail.text.contains("\nBirch.Leaf\n"), "{}", mail.text);
    assert!(idp.mails_to("nobody@example.test").await.is_empty());
}

async fn one_key_closes_down_in_three_modes(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with(SERVICE).await;
    let visitor = idp.visitor();
    let one_key = idp.create_one_key(&visitor, ID, EMAIL).await;
    idp.set("onekey.mode", "transfer-only").await;
    let page = idp.visitor().get("/en/one-key/sign-in").await;
    assert!(!page.has("register") && page.text().contains("ONE-key takes no new accounts"), "{page:?}");
    assert_eq!(idp.visitor().get("/en/one-key/register").await.location(), Some("/en/one-key/sign-in"));
    assert!(visitor.get(&service.request().path()).await.parameter("code").is_some());
    idp.set("onekey.mode", "retired").await;
    for (path, words) in [
        ("/en/one-key/sign-in", "ONE-key is no longer available"),
        ("/fr/one-key/sign-in", "ONE-key n’est plus offert"),
    ] {
        let page = idp.visitor().get(path).await;
        assert!(page.has("one-key-retired") && page.text().contains(words), "{page:?}");
    }
    // Nobody gets in by a session that was there, nor by a form that was open.
    let page = visitor.follow(visitor.get(&service.request().path()).await).await;
    assert!(page.has("one-key-retired"), "{page:?}");
    // With this service's request, M1 would lead back here.
    assert!(page.body.contains("href=\"/en/sign-in\""), "{page:?}");
    assert_eq!(visitor.get("/en/one-key/services").await.location(), Some("/en/one-key/sign-in"));
    let open = idp.visitor();
    idp.set("onekey.mode", "open").await;
    let form = open.get("/en/one-key/sign-in").await;
    idp.set("onekey.mode", "retired").await;
    let refused = open.submit(&form, "f", &[("id", &one_key.id), ("password", &one_key.password)]).await;
    assert!(refused.has("one-key-retired"), "{refused:?}");
    // Recovering goes on.
    let page = recover(&open, ID, "questions").await;
    assert_eq!(answer(&open, &page, ANSWERS).await.status, 303);
}

async fn signing_out_stays_with_one_key(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with(SERVICE).await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, ID, "").await;
    let asked = visitor.get("/en/sign-out").await;
    assert!(asked.title().ends_with("– ONE-key"), "{asked:?}");
    assert!(asked.text().contains("Do you want to sign out of ONE-key?"), "{asked:?}");
    assert!(asked.body.contains("href=\"/en/one-key/services\""), "staying signed in stays here");
    for asked in [
        visitor.get("/end-session").await,
        visitor.get(&format!("/end-session?client_id={}", service.client.id)).await,
    ] {
        assert!(asked.title().ends_with("– ONE-key"), "{asked:?}");
        assert!(
            asked.text().contains("sign out of ONE-key") || asked.text().contains("sign you out of ONE-key")
        );
        let main = asked.body.split_once("<main").map_or("", |(_, main)| main);
        assert!(!main.contains("My Ontario Account"), "{asked:?}");
    }
    let page = visitor.follow(visitor.submit(&asked, "sign-out-form", &[]).await).await;
    assert!(page.text().contains("Your session in ONE-key has ended."), "{page:?}");
    assert!(page.has("signed-out-page") && page.title().ends_with("– ONE-key"), "{page:?}");
    assert!(page.body.contains("href=\"/en/one-key/sign-in\""), "{page:?}");
    assert!(page.body.contains("/fr/signed-out?account=one-key"), "{page:?}");
    // After a service too; and the other kind of account has its own page.
    idp.sign_in_with_one_key(&visitor, ID, ONE_KEY_PASSWORD).await;
    let request = service.request();
    let left = visitor.get(&request.path()).await;
    idp.tokens(&service, &request, &left.parameter("code").expect("a code")).await;
    let asked = visitor.get("/fr/sign-out").await;
    let page = visitor.follow(visitor.submit(&asked, "sign-out-form", &[]).await).await;
    assert!(page.has("told") || page.text().contains("Permis de pêche"), "{page:?}");
    assert!(page.title().ends_with("– ONE-key") && page.body.contains("href=\"/fr/one-key/sign-in\""));
    idp.create_account(&visitor, "person@example.test").await;
    let asked = visitor.get("/en/sign-out").await;
    let page = visitor.follow(visitor.submit(&asked, "sign-out-form", &[]).await).await;
    assert!(page.title().ends_with("– My Ontario Account"), "{page:?}");
}

async fn an_account_that_was_locked_is_opened_by_recovering(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_one_key(&idp.visitor(), ID, "").await;
    idp.execute("UPDATE account SET status = 'locked'");
    let visitor = idp.visitor();
    let page = idp.sign_in_with_one_key(&visitor, ID, ONE_KEY_PASSWORD).await;
    assert_eq!(page.errors(), ["This ONE-key account is locked. Reset its password first"]);
    let page = recover(&visitor, ID, "questions").await;
    let page = visitor.follow(answer(&visitor, &page, ANSWERS).await).await;
    visitor.submit(&page, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    assert_eq!(idp.sign_in_with_one_key(&visitor, ID, "Bouleau-77").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_rule_of_the_registration_is_named() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let visitor = idp.visitor();
    let page = visitor.get("/en/one-key/register").await;
    let try_with = async |changes: &[(&str, &str)]| {
        let mut typed = registration(ID, "");
        for (name, value) in changes {
            typed.retain(|(known, _)| known != name);
            if !value.is_empty() {
                typed.push((name, value));
            }
        }
        let page = visitor.get(&page.url).await;
        let answer = visitor.submit(&page, "f", &typed).await;
        assert_eq!(answer.status, 422, "{changes:?} {answer:?}");
        answer.errors()
    };
    for (changes, expected) in [
        (vec![("id", "")], "Enter an ID"),
        (vec![("id", "short")], "ID must have 8 to 100 characters"),
        (vec![("id", "12345678")], "ID must include a letter"),
        (vec![("id", "maple leaf")], "ID must not contain a space, *, \\, + or \""),
        (vec![("password", "")], "Enter a password"),
        (vec![("password", "Aa1!"), ("password2", "Aa1!")], "Password must have 8 to 16 characters"),
        (vec![("password", "Erable 42!"), ("password2", "Erable 42!")], "Password must not contain a space"),
        (vec![("id", "Erable-42")], "Password must not be your ID"),
        (vec![("password2", "Erable-43")], "The two passwords do not match"),
        (vec![("accept", "")], "Check the box to accept the terms"),
        (vec![("q1", "")], "Choose a question"),
        (vec![("q1", "dream-job")], "Choose three different questions"),
        (vec![("own3", "short")], "Your question must have 10 to 120 characters"),
        (vec![("a1", "a\u{301} b")], "Enter an answer of at least 3 characters"),
        (vec![("a2", "ILE D’ORLEANS")], "Answers must be different from each other"),
        (vec![("a1", "maple.LEAF")], "The answer must not be the question or your ID"),
        (vec![("a3", "mon plat prefere en hiver?")], "The answer must not be the question or your ID"),
        (vec![("email", "nobody")], "Enter your email address in the correct format, like name@example.com"),
    ] {
        assert_eq!(try_with(&changes).await, [expected], "{changes:?}");
    }
    assert_eq!(idp.count("account"), 0);
}

/// pages.md O2: the rules are a list before the field, and the summary goes through the page as it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_registration_lists_its_rules_and_its_errors_in_the_order_of_the_page() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let visitor = idp.visitor();
    for (language, rules) in [
        (
            "en",
            "8 to 16 characters at least 1 upper-case letter at least 1 lower-case letter at least 1 number \
             at least 1 symbol no space not your ID",
        ),
        (
            "fr",
            "de 8 à 16 caractères au moins 1 lettre majuscule au moins 1 lettre minuscule au moins 1 chiffre \
             au moins 1 symbole aucune espace différent de votre ID",
        ),
    ] {
        let page = visitor.get(&format!("/{language}/one-key/register")).await;
        assert_eq!(page.words_of("pw-rules"), rules);
        assert!(page.body.contains("data-user-name-field=\"id\""), "{page:?}");
    }
    let errors_of = async |changes: &[(&str, &str)]| {
        let page = visitor.get("/en/one-key/register").await;
        let mut typed = registration(ID, "");
        typed.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        typed.extend(changes);
        let answer = visitor.submit(&page, "f", &typed).await;
        let (_, summary) = answer.body.split_once("id=\"error-summary\"").unwrap();
        let (summary, _) = summary.split_once("</ul>").unwrap();
        summary
            .split("href=\"#")
            .skip(1)
            .map(|rest| rest.split_once('"').unwrap().0.to_owned())
            .collect::<Vec<_>>()
    };
    // "Write my own question" without one is told where it is written.
    assert_eq!(errors_of(&[("own3", "")]).await, ["own3"]);
    assert_eq!(errors_of(&[("q3", ""), ("q1", "x"), ("a2", "x")]).await, ["q1", "a2", "q3"]);
    assert_eq!(errors_of(&[("id", ""), ("q2", "first-holiday"), ("a1", "")]).await, ["id", "a1", "q2"]);
    assert_eq!(errors_of(&[("q2", "first-book"), ("q3", "first-book")]).await, ["q3"], "where it repeats");
}

/// The mails about changes that an address got since it was last asked, newest last.
async fn told(idp: &TestIdp, address: &str) -> Vec<Mail> {
    let mails = idp.mails_to(address).await;
    mails
        .into_iter()
        .filter(|mail| {
            mail.text.contains("ONE-key account was changed")
                || mail.text.contains("ONE-key account were changed")
                || mail.text.contains("was changed or removed")
        })
        .collect()
}

/// SC-099 and N11 of `security.md`, for each part: who takes an account over doesn't do it unseen.
async fn every_change_tells_the_address_that_was_on_file_before_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, ID, EMAIL).await;
    let (password, other) = (("current", ONE_KEY_PASSWORD), "other@example.test");
    let change = async |part: &str, typed: &[(&str, &str)]| {
        idp.advance(Duration::from_mins(1));
        let page = visitor.get(&format!("/en/one-key/account/{part}")).await;
        let answer = visitor.submit(&page, "f", typed).await;
        assert_eq!(answer.location(), Some("/en/one-key/account?saved=1"), "{part}: {answer:?}");
    };
    // A wrong password changes nothing and tells nobody.
    let page = visitor.get("/en/one-key/account/id").await;
    visitor.submit(&page, "f", &[("id", "Birch.Leaf"), ("current", "Wrong-1234")]).await;
    assert_eq!(idp.count("outbox_mail"), 0);

    change("id", &[("id", "Birch.Leaf"), password]).await;
    let mails = told(&idp, EMAIL).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        mails[0].subject,
        "Your ONE-key account was changed / Votre compte ONE-key a \u{e9}t\u{e9} modifi\u{e9}"
    );
    assert!(mails[0].text.contains("The ID of your ONE-key account was changed."), "{}", mails[0].text);
    assert!(mails[0].text.contains("/en/one-key/recover/password\n"), "{}", mails[0].text);
    assert!(!mails[0].text.contains("Birch"), "no ID in it: {}", mails[0].text);
    // The same address again changes nothing.
    change("email", &[("email", EMAIL), password]).await;
    assert_eq!(told(&idp, EMAIL).await.len(), 1);
    // In the account's language, to the old address only.
    change("language", &[("language", "fr")]).await;
    change("email", &[("email", other), password]).await;
    let mails = told(&idp, EMAIL).await;
    assert_eq!((mails.len(), idp.mails_to(other).await.len()), (2, 0));
    let text = &mails[1].text;
    assert!(text.starts_with("An English message follows."), "{text}");
    assert!(
        text.contains("pour la r\u{e9}cup\u{e9}ration de votre compte ONE-key a \u{e9}t\u{e9} modifi\u{e9}e"),
        "{text}"
    );

    let mut recovery = registration("unused.id", "third@example.test");
    recovery.retain(|(name, _)| !matches!(*name, "id" | "password" | "password2" | "accept"));
    recovery.push(password);
    change("recovery", &recovery).await;
    let mails = told(&idp, other).await;
    assert_eq!((mails.len(), idp.mails_to("third@example.test").await.len()), (1, 0));
    assert!(mails[0].text.contains("The security questions"), "{}", mails[0].text);
    assert!(mails[0].text.contains("It was this one until now."), "{}", mails[0].text);
    change("password", &[("password", "Bouleau-77"), ("password2", "Bouleau-77"), password]).await;
    let mails = told(&idp, "third@example.test").await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.starts_with("Your password was changed / "), "{}", mails[0].subject);
    // Who has no address on file can't be told.
    let password = ("current", "Bouleau-77");
    change("email", &[("email", ""), password]).await;
    assert_eq!(told(&idp, "third@example.test").await.len(), 2, "that it was removed");
    change("id", &[("id", "Cedar.Leaf"), password]).await;
    change("email", &[("email", other), password]).await;
    assert_eq!((idp.count("outbox_mail"), idp.mails_to(other).await.len()), (5, 1));
    assert_eq!(idp.count("outbox_mail WHERE kind = 'one_key_changed'"), 5);
}

async fn a_recovered_password_tells_the_address_on_file(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_one_key(&owner, ID, EMAIL).await;
    let page = owner.get("/en/one-key/account/language").await;
    owner.submit(&page, "f", &[("language", "fr")]).await;
    let stranger = idp.visitor();
    let page = recover(&stranger, ID, "questions").await;
    let page = stranger.follow(answer(&stranger, &page, ANSWERS).await).await;
    assert_eq!(idp.count("outbox_mail"), 0);
    let new = stranger.submit(&page, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    assert_eq!(new.status, 303, "{new:?}");
    let mails = told(&idp, EMAIL).await;
    assert_eq!((mails.len(), idp.count("outbox_mail")), (1, 1));
    assert!(mails[0].text.starts_with("An English message follows."), "{}", mails[0].text);
    assert!(mails[0].text.contains("The password of your ONE-key account was changed."));
}
