//! P6: an address that has an account; and what an account without a password can do.

use idp_tests::hub::HubWorld;
use idp_tests::idp::{Database, PASSWORD, Page, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

const EMAIL: &str = "person@example.test";

on_sqlite_and_postgres! {
    an_address_with_an_account_is_answered_like_any_other_until_its_code
    nothing_is_linked_before_its_person_has_signed_in
    the_link_is_made_once_told_by_mail_and_leads_straight_to_the_account
    another_address_can_be_given_instead
    an_account_without_a_password_proves_itself_anew_by_its_partner
    an_account_without_a_password_links_another_identifier_by_its_own_partner
    a_signed_in_person_links_by_the_partner_that_they_have_and_goes_on_to_the_service
    a_passkey_of_the_account_links_and_another_accounts_does_not
    a_link_waits_for_the_accounts_second_step
    a_locked_account_is_told_so_only_to_its_own_person
}

async fn at_link(world: &HubWorld, person: &Visitor, user: &str) -> Page {
    let page = world.by_partner(person, "/en/sign-in", user).await;
    let page = world.give_address(person, &page, EMAIL).await;
    let answer = world.give_code(person, &page, EMAIL).await;
    assert_eq!(answer.location(), Some("/en/partner/link"), "{answer:?}");
    person.follow(answer).await
}

async fn an_address_with_an_account_is_answered_like_any_other_until_its_code(database: Database) {
    let world = HubWorld::start(database).await;
    world.idp.create_account(&world.idp.visitor(), EMAIL).await;
    let mut seen = Vec::new();
    for (user, email) in [("alex", EMAIL), ("bo", "nobody@example.test")] {
        let person = world.idp.visitor();
        let page = world.by_partner(&person, "/en/sign-in", user).await;
        let answer = person.submit(&page, "f", &[("email", email)]).await;
        let location = answer.location().expect("on").split("&at=").next().map(str::to_owned);
        let page = person.follow(answer).await;
        let mail = world.idp.mail_to(email).await;
        let code = mail.code();
        seen.push((
            location,
            page.text().replace(email, "ADDRESS"),
            mail.subject.clone(),
            mail.text.replace(&code, "CODE"),
        ));
        // A wrong code tells nothing either.
        let wrong = if code == "123456" { "654321" } else { "123456" };
        let answer = person.submit(&page, "f", &[("code", wrong), ("terms", "yes")]).await;
        assert_eq!(answer.errors(), ["This code is not correct. Check the newest email and try again"]);
    }
    assert_eq!(seen[0], seen[1]);
}

async fn nothing_is_linked_before_its_person_has_signed_in(database: Database) {
    let world = HubWorld::start(database).await;
    world.idp.create_account(&world.idp.visitor(), EMAIL).await;
    world.idp.execute("DELETE FROM browser_session");
    let person = world.idp.visitor();
    let page = at_link(&world, &person, "alex").await;
    assert!(page.text().contains("There is already an account for this email."), "{page:?}");
    for (typed, error) in [
        ("", "Enter your password"),
        ("Wrong-1234", "The email address or password is not correct"),
        (&"x".repeat(257), "Password must be 256 characters or fewer"),
    ] {
        let fresh = person.get("/en/partner/link").await;
        let answer = person.submit(&fresh, "f", &[("password", typed)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![error.to_owned()]), "{typed}");
    }
    assert_eq!((world.idp.count("partner_link"), world.idp.count("browser_session")), (0, 0));
    // Wrong passwords count here as at the sign-in page.
    for _ in 0..5 {
        person.submit(&person.get("/en/partner/link").await, "f", &[("password", "Wrong-1234")]).await;
    }
    let answer = person.submit(&person.get("/en/partner/link").await, "f", &[("password", PASSWORD)]).await;
    assert!(answer.errors()[0].starts_with("Too many attempts."), "{answer:?}");
    assert_eq!((world.idp.count("partner_link"), world.idp.count("account")), (0, 1));
}

async fn the_link_is_made_once_told_by_mail_and_leads_straight_to_the_account(database: Database) {
    let world = HubWorld::start(database).await;
    world.idp.create_account(&world.idp.visitor(), EMAIL).await;
    let person = world.idp.visitor();
    let page = at_link(&world, &person, "alex").await;
    let answer = person.submit(&page, "f", &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), Some("/en/partner/done"), "{answer:?}");
    let mails = world.idp.mails_to(EMAIL).await;
    let linked = mails.iter().filter(|mail| mail.subject.starts_with("Sign-in partner linked")).count();
    assert_eq!(linked, 1);
    // The step is done: the back button neither links twice nor asks again.
    let again = person.submit(&page, "f", &[("password", "Another-1234"), ("_once", "other")]).await;
    assert_eq!(again.status, 409, "{again:?}");
    let other = world.idp.visitor();
    let home = world.by_partner(&other, "/en/sign-in", "alex").await;
    assert!(home.url.ends_with("/en/account"), "{home:?}");
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (1, 1));
}

async fn another_address_can_be_given_instead(database: Database) {
    let world = HubWorld::start(database).await;
    world.idp.create_account(&world.idp.visitor(), EMAIL).await;
    let person = world.idp.visitor();
    let page = at_link(&world, &person, "alex").await;
    world.idp.advance(Duration::from_secs(31));
    let page = person.get(&page.link("another-email")).await;
    let page = world.give_address(&person, &page, "own@example.test").await;
    // The proof of the first address is none of the second.
    assert_eq!(person.get("/en/partner/link").await.location(), Some("/en/partner/verify"));
    let answer = world.give_code(&person, &page, "own@example.test").await;
    assert_eq!(answer.location(), Some("/en/partner/done"), "{answer:?}");
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (2, 1));
}

async fn an_account_without_a_password_proves_itself_anew_by_its_partner(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    world.create_account(&person, "alex", EMAIL).await;
    world.idp.advance(Duration::from_mins(6));
    let page = person.get("/en/account/confirm?next=security").await;
    assert!(!page.body.contains("type=\"password\""), "{page:?}");
    let before = person.cookie("idp_session");
    // Somebody else of the hub is not the person.
    let to_hub = person.submit(&page, "by-partner-default", &[]).await;
    let back = world.through_hub(&to_hub, "bo").await;
    let refused = person.get(&back).await;
    assert_eq!(refused.location(), Some("/en/account/confirm?next=security"), "{refused:?}");
    assert_eq!(person.cookie("idp_session"), before);
    let to_hub = person.submit(&page, "by-partner-default", &[("_once", "second")]).await;
    let url = to_hub.location().expect("to the hub");
    assert!(url.contains("prompt=login") && url.contains("max_age=0"), "{url}");
    let back = world.through_hub(&to_hub, "alex").await;
    let proven = person.get(&back).await;
    assert_eq!(proven.location(), Some("/en/account/security"), "{proven:?}");
    assert_ne!(person.cookie("idp_session"), before);
    // A password that nobody set opens nothing.
    let answer = world.idp.sign_in(&world.idp.visitor(), EMAIL, PASSWORD).await;
    assert_eq!(answer.errors(), ["The email address or password is not correct"]);
}

async fn an_account_without_a_password_links_another_identifier_by_its_own_partner(database: Database) {
    let world = HubWorld::start(database).await;
    world.create_account(&world.idp.visitor(), "alex", EMAIL).await;
    world.idp.advance(Duration::from_secs(31));
    let person = world.idp.visitor();
    let page = at_link(&world, &person, "bo").await;
    assert!(!page.body.contains("type=\"password\""), "{page:?}");
    // Whoever is not the account's person links nothing.
    let to_hub = person.submit(&page, "by-partner-default", &[]).await;
    let back = world.through_hub(&to_hub, "bo").await;
    let refused = person.get(&back).await;
    assert_eq!(refused.location(), Some("/en/partner/link"), "{refused:?}");
    assert_eq!(world.idp.count("partner_link"), 1);
    let to_hub = person.submit(&page, "by-partner-default", &[("_once", "second")]).await;
    let back = world.through_hub(&to_hub, "alex").await;
    let linked = person.get(&back).await;
    assert_eq!(linked.location(), Some("/en/partner/done"), "{linked:?}");
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (1, 2));
}

async fn a_signed_in_person_links_by_the_partner_that_they_have_and_goes_on_to_the_service(
    database: Database,
) {
    let world = HubWorld::start(database).await;
    let service = world.idp.service().await;
    // The service asks for a new proof, and the person chooses another identifier for it.
    let (person, request) = (world.idp.visitor(), service.request().with("prompt", "login"));
    world.create_account(&person, "alex", EMAIL).await;
    world.idp.advance(Duration::from_secs(31));
    let page = world.by_partner(&person, &request.path(), "bo").await;
    let page = world.give_address(&person, &page, EMAIL).await;
    let answer = world.give_code(&person, &page, EMAIL).await;
    let page = person.follow(answer).await;
    assert!(page.url.contains("/en/partner/link?tx="), "{page:?}");
    let to_hub = person.submit(&page, "by-partner-default", &[]).await;
    let back = world.through_hub(&to_hub, "alex").await;
    let linked = person.follow(person.get(&back).await).await;
    assert!(linked.text().contains("Your account is ready. Continue to"), "not C0's page: {linked:?}");
    let answer = person.follow(person.submit(&linked, "finish-form", &[]).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    assert_eq!(world.idp.tokens(&service, &request, &code).await.claims["amr"], serde_json::json!(["fed"]));
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (1, 2));
}

async fn a_passkey_of_the_account_links_and_another_accounts_does_not(database: Database) {
    let world = HubWorld::start(database).await;
    let (owner, other) = (world.idp.visitor(), world.idp.visitor());
    let (device, others_device) = (world.idp.authenticator(), world.idp.authenticator());
    world.idp.create_account(&owner, EMAIL).await;
    world.idp.create_account(&other, "other@example.test").await;
    world.idp.add_passkey(&other, &others_device, "Phone").await;
    world.idp.advance(Duration::from_secs(31));
    let person = world.idp.visitor();
    let page = at_link(&world, &person, "alex").await;
    assert!(!page.has("passkey-form"), "the account has none: {page:?}");
    world.idp.add_passkey(&owner, &device, "Phone").await;
    let page = person.get("/en/partner/link").await;
    let refused = person.use_passkey(&page, "passkey-form", &[], &others_device).await;
    let error = "The passkey was not used. Try again, or choose another way";
    assert_eq!((refused.status, refused.errors()), (422, vec![error.to_owned()]), "{refused:?}");
    let audit = world.idp.query("SELECT body AS value FROM audit_record").join("\n");
    assert!(audit.contains("\"reason\":\"other_account\""), "{audit}");
    assert_eq!(world.idp.count("partner_link"), 0);
    let junk = person.get("/en/partner/link").await;
    let junk = person.submit(&junk, "passkey-form", &[("credential", "{}")]).await;
    assert_eq!((junk.status, junk.errors()), (422, vec![error.to_owned()]));
    let page = person.get("/en/partner/link").await;
    let linked = person.use_passkey(&page, "passkey-form", &[], &device).await;
    assert_eq!(linked.location(), Some("/en/partner/done"), "{linked:?}");
    assert!(person.get("/en/account").await.text().contains(EMAIL));
    let home = world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert!(
        home.url.contains("/en/sign-in/second-step"),
        "a partner is one step, the passkey another: {home:?}"
    );
    assert_eq!(world.idp.count("partner_link"), 1);
    let again = person.use_passkey(&page, "passkey-form", &[("_once", "other")], &device).await;
    assert_eq!(again.status, 409, "it is done: {again:?}");
}

async fn a_link_waits_for_the_accounts_second_step(database: Database) {
    let world = HubWorld::start(database).await;
    let (_, app) = world.idp.create_account_with_app(&world.idp.visitor(), EMAIL).await;
    let service = world.idp.service().await;
    let (person, request) = (world.idp.visitor(), service.request());
    let page = world.by_partner(&person, &request.path(), "alex").await;
    let page = world.give_address(&person, &page, EMAIL).await;
    let page = person.follow(world.give_code(&person, &page, EMAIL).await).await;
    let answer = person.submit(&page, "f", &[("password", PASSWORD)]).await;
    assert!(answer.location().is_some_and(|to| to.contains("/sign-in/second-step")), "{answer:?}");
    assert_eq!(world.idp.count("partner_link"), 0, "nothing before the second step");
    let step = person.follow(answer).await;
    let wrong = person.submit(&step, "f", &[("code", &app.wrong_code(&world.idp))]).await;
    assert_eq!((wrong.status, world.idp.count("partner_link")), (422, 0));
    let step = person.submit(&wrong, "f", &[("code", &app.code(&world.idp))]).await;
    let done = person.follow(step).await;
    assert!(done.text().contains("Your account is ready. Continue to"), "{done:?}");
    assert_eq!(world.idp.count("partner_link"), 1);
    let answer = person.follow(person.submit(&done, "finish-form", &[]).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    let claims = world.idp.tokens(&service, &request, &code).await.claims;
    assert_eq!(claims["acr"], "urn:ontario:idp:acr:2");
    let mails = world.idp.mails_to(EMAIL).await;
    assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with("Sign-in partner linked")).count(), 1);
}

async fn a_locked_account_is_told_so_only_to_its_own_person(database: Database) {
    let world = HubWorld::start(database).await;
    world.create_account(&world.idp.visitor(), "alex", EMAIL).await;
    world.idp.execute("UPDATE account SET status = 'locked'; DELETE FROM browser_session");
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.text().contains("Your account is locked"), "{page:?}");
    assert_eq!(world.idp.count("browser_session"), 0);
}
