//! Signing in with a partner: the way there and back, what each side learns, what is forged, late or sent twice.

mod answers;
mod codes;
mod links;
mod unlinking;

use idp_tests::hub::HubWorld;
use idp_tests::idp::Database;
use idp_tests::on_sqlite_and_postgres;
use idp_tests::readable::without_random;
use serde_json::json;

on_sqlite_and_postgres! {
    a_person_comes_by_a_partner_once_with_an_address_and_then_straight_to_the_service
    the_relying_service_learns_nothing_of_the_bank_and_the_hub_nothing_of_the_service
    who_cancels_or_declines_comes_back_to_the_sign_in_page_with_a_plain_message
    the_way_keeps_language_and_request
    without_a_partner_there_is_no_button
}

async fn a_person_comes_by_a_partner_once_with_an_address_and_then_straight_to_the_service(
    database: Database,
) {
    let world = HubWorld::start(database).await;
    let service = world.idp.service().await;
    let (person, request) = (world.idp.visitor(), service.request());
    let page = world.by_partner(&person, &request.path(), "alex").await;
    assert!(page.text().contains("only once"), "{page:?}");
    let page = world.give_address(&person, &page, "alex@example.test").await;
    let mail = world.idp.mail_to("alex@example.test").await;
    assert_eq!(mail.subject, "Activate My Ontario Account / Activer le compte Mon Ontario");
    assert!(mail.text.contains("5 minutes, or until your session"), "{}", mail.text);
    let answer = world.give_code(&person, &page, "alex@example.test").await;
    let done = person.follow(answer).await;
    assert!(done.text().contains("Your account is ready. Continue to"), "{done:?}");
    let answer = person.follow(person.submit(&done, "finish-form", &[]).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    let first = world.idp.tokens(&service, &request, &code).await;
    assert_eq!(first.claims["acr"], "urn:ontario:idp:acr:1");
    assert_eq!(first.claims["amr"], json!(["fed"]));

    // Months later, in another browser.
    world.idp.advance(std::time::Duration::from_hours(24 * 60));
    let (person, request) = (world.idp.visitor(), service.request());
    let answer = world.by_partner(&person, &request.path(), "alex").await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("no code: {answer:?}"));
    let second = world.idp.tokens(&service, &request, &code).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    assert_eq!(
        world.idp.mail_to("alex@example.test").await.subject,
        "New sign-in to your account / Nouvelle connexion à votre compte"
    );
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (1, 1));
    // Somebody else of the same hub is somebody else.
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "bo").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
}

async fn the_relying_service_learns_nothing_of_the_bank_and_the_hub_nothing_of_the_service(
    database: Database,
) {
    let world = HubWorld::start(database).await;
    let service = world.idp.service().await;
    world.hub.watch();
    let (person, request) = (world.idp.visitor(), service.request());
    let page = world.by_partner(&person, &request.path(), "alex").await;
    let page = world.give_address(&person, &page, "alex@example.test").await;
    let answer = world.give_code(&person, &page, "alex@example.test").await;
    let done = person.follow(answer).await;
    let answer = person.follow(person.submit(&done, "finish-form", &[]).await).await;
    let to_service = answer.location().expect("back to the service").to_owned();
    let code = answer.parameter("code").expect("a code");
    let tokens = world.idp.tokens(&service, &request, &code).await;
    let userinfo = world.idp.userinfo(&tokens.access_token).await;

    // A later visit for another request, then a new proof for the account's own pages.
    let (later, second) = (world.idp.visitor(), service.request());
    let answer = world.by_partner(&later, &second.path(), "alex").await;
    let to_service = format!("{to_service}\n{}", answer.location().expect("back to the service"));
    let again = world.idp.tokens(&service, &second, &answer.parameter("code").expect("a code")).await;
    world.idp.advance(std::time::Duration::from_mins(6));
    let page = later.get("/en/account/confirm?next=security").await;
    let to_hub = later.submit(&page, "by-partner-default", &[]).await;
    let back = world.through_hub(&to_hub, "alex").await;
    assert_eq!(later.get(&back).await.location(), Some("/en/account/security"));

    let seen = world.hub.seen();
    let redeemed = seen.iter().filter(|one| one.line.starts_with("POST /token")).count();
    assert_eq!(redeemed, 3, "{seen:?}");
    let hub_saw = format!("{seen:#?}").to_lowercase();
    let client = &service.client;
    for secret in [
        client.id.as_str(),
        &client.name.en,
        &client.name.fr,
        client.redirect_uris[0].as_str(),
        request.value("state"),
        request.value("nonce"),
        second.value("state"),
        second.value("nonce"),
        "next=",
        "security",
        "alex@example.test",
        "tx=",
        "login_hint",
        "claims=",
        "email",
    ] {
        assert!(!hub_saw.contains(&secret.to_lowercase()), "the hub saw {secret}: {hub_saw}");
    }
    let told = [tokens.claims.to_string(), again.claims.to_string(), userinfo.body];
    let service_saw = without_random(&format!("{to_service}\n{}", told.join("\n"))).to_lowercase();
    let subject = world.idp.query("SELECT 'x' AS value FROM partner_link");
    assert_eq!(subject.len(), 1);
    for secret in ["boreal", "bank", "hub", world.issuer.as_str(), "alex-", "partner"] {
        assert!(!service_saw.contains(secret), "the service saw {secret}: {service_saw}");
    }
    mails_and_audit_name_no_bank(&world).await;
}

async fn mails_and_audit_name_no_bank(world: &HubWorld) {
    for mail in world.idp.mails_to("alex@example.test").await {
        let mail = mail.source.to_lowercase();
        assert!(!mail.contains("boreal") && !mail.contains(&world.issuer), "{mail}");
    }
    // What is kept of the identifier is a keyed hash.
    let audit = world.idp.query("SELECT body AS value FROM audit_record").join("\n");
    assert!(audit.contains("partner_account_created") && !audit.contains("boreal"), "{audit}");
}

async fn who_cancels_or_declines_comes_back_to_the_sign_in_page_with_a_plain_message(database: Database) {
    let world = HubWorld::start(database).await;
    let service = world.idp.service().await;
    let (person, at_hub) = (world.idp.visitor(), idp_tests::idp::visitor_at(&world.issuer));
    let to_hub = world.choose_partner(&person, &service.request().path()).await;
    let page = at_hub.follow(at_hub.get(to_hub.location().expect("to the hub")).await).await;
    let cancel = format!("/cancel?t={}", page.form("language-en").value("t"));
    let back = at_hub.get(&cancel).await;
    let page = person.follow(person.get(back.location().expect("back")).await).await;
    assert!(page.text().contains("cancelled or failed. Nothing was changed."), "{page:?}");
    assert!(page.url.contains("tx=") && page.has("sign-in"), "the service's request is kept: {page:?}");

    let to_hub = person.submit(&page, "partner-form", &[]).await;
    let terms = world.through_hub_with(&at_hub, &to_hub, "alex").await;
    let back = at_hub.submit(&terms, "terms", &[("answer", "decline")]).await;
    let page = person.follow(person.get(back.location().expect("back")).await).await;
    assert!(page.text().contains("You declined. Nothing was saved."), "{page:?}");
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (0, 0));
}

async fn the_way_keeps_language_and_request(database: Database) {
    let world = HubWorld::start(database).await;
    let service = world.idp.service().await;
    let person = world.idp.visitor();
    person.speaks("en-CA");
    let page = world.by_partner(&person, &service.request().with("ui_locales", "fr-CA").path(), "alex").await;
    assert!(page.url.contains("/fr/partner/email?tx="), "{page:?}");
    assert!(page.text().contains("Entrez votre adresse courriel pour continuer"), "{page:?}");
    // What was typed survives a change of language, what is secret does not.
    let answer = person.submit(&page, "f", &[("email", "a@example.test"), ("_lang", "en")]).await;
    let page = person.follow(answer).await;
    assert_eq!(page.form("f").value("email"), "a@example.test");
    let page = world.give_address(&person, &page, "a@example.test").await;
    let answer = person.submit(&page, "f", &[("code", "123456"), ("terms", "yes"), ("_lang", "fr")]).await;
    let page = person.follow(answer).await;
    assert_eq!((page.form("f").value("terms"), page.form("f").value("code")), ("yes", ""));
    assert!(page.text().contains("Code de vérification"), "{page:?}");
}

async fn without_a_partner_there_is_no_button(database: Database) {
    let idp = idp_tests::idp::TestIdp::start(database).await;
    let page = idp.visitor().get("/en/sign-in").await;
    assert!(!page.has("partner-form") && !page.text().contains("Sign-in partner"), "{page:?}");
    for path in ["/partner/callback/default?code=x&state=y", "/partner/callback/x"] {
        assert_eq!(idp.visitor().get(path).await.status, 404, "{path}");
    }
}
