//! J0 to J4, J7 and J8.

use super::{ISSUER, World, contact_with, person};
use actix_web::http::StatusCode;
use portal_front::Person;

#[actix_web::test]
async fn everybody_reads_the_start_pages_and_the_terms_in_both_languages() {
    let world = World::new();
    for (path, words) in [
        ("/en/", "File court documents online"),
        ("/fr/", "Déposez des documents judiciaires en ligne"),
        ("/en/civil", "your information is saved."),
        ("/fr/civil", "vos renseignements sont enregistrés."),
        ("/en/family", "your information is not saved."),
        ("/fr/family", "vos renseignements ne sont pas enregistrés."),
        ("/en/terms", "Fair use"),
        ("/fr/terms", "Utilisation loyale"),
        ("/en/terms/civil", "Civil Claims Online terms of use"),
        ("/fr/terms/family", "Conditions d’utilisation des demandes en droit de la famille en ligne"),
        ("/en/exit", "You have left Justice Services Online"),
        ("/fr/session-expired", "15 minutes d’inactivité"),
    ] {
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.assert_is_page(path);
        assert!(page.body.contains(words), "{path}: {}", page.body);
    }
    assert!(world.get("/en/civil").await.body.contains("href=\"/en/sign-in?page=account\""));
}

#[actix_web::test]
async fn nobody_else_gets_into_an_account() {
    let world = World::new();
    for path in [
        "register/terms",
        "register/contact",
        "register/done",
        "account",
        "drafts",
        "transactions",
        "contact",
    ] {
        let answer = world.get(&format!("/fr/{path}")).await;
        assert_eq!(answer.location(), format!("/fr/sign-in?page={path}"));
    }
}

#[actix_web::test]
async fn somebody_new_is_led_through_the_registration_step_by_step() {
    let world = World::new();
    let (bernie, location) = world.signed_in_as(person("bernie")).await;
    assert_eq!(location, "/en/register/terms");
    for page in
        ["account", "register/contact", "register/done", "drafts", "contact/edit", "file/joint-divorce"]
    {
        assert_eq!(
            world.get_as(&bernie, &format!("/en/{page}")).await.location(),
            "/en/register/terms",
            "{page}"
        );
    }
    let refused = world.post_as(&bernie, "/en/register/terms", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Check the box to accept the terms") && refused.body.contains("<title>Error: ")
    );
    world.accept_terms(&bernie).await;
    assert_eq!(world.get_as(&bernie, "/en/account").await.location(), "/en/register/contact");
    let form = world.get_as(&bernie, "/fr/register/contact").await;
    form.assert_is_page("J2");
    assert!(form.body.contains("Étape 2 sur 2") && form.value("email").is_empty());
    let wrong = world.post_as(&bernie, "/fr/register/contact", &contact_with(&[("city", "")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Entrez une ville ou un village") && wrong.value("last_name") == "Flowers");
    assert!(world.mails().is_empty());

    let done = world.post_as(&bernie, "/fr/register/contact", &contact_with(&[])).await;
    assert_eq!(done.location(), "/fr/register/done");
    let page = world.get_as(&bernie, "/fr/register/done").await;
    assert!(page.body.contains("M5V 2T6") && page.body.contains("bernie@example.test"));
    let reference = page.body.split("référence est ").nth(1).unwrap()[..15].to_owned();
    // A double click, and the page again: the same reference, one mail.
    let again = world.post_as(&bernie, "/fr/register/contact", &contact_with(&[("city", "Ottawa")])).await;
    assert_eq!(again.location(), "/fr/register/done");
    assert!(world.get_as(&bernie, "/en/register/done").await.body.contains(&reference));
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("To: bernie@example.test") && mails[0].contains(&reference));
    assert_eq!(world.signed_in_as(person("bernie")).await.1, "/en/account");
    assert_eq!(world.get_as(&bernie, "/en/register/terms").await.location(), "/en/account");
}

#[actix_web::test]
async fn a_mail_that_can_not_be_written_waits_for_the_next() {
    let world = World::new();
    // A file where the folder should be.
    std::fs::create_dir_all(world.mail.parent().unwrap()).unwrap();
    std::fs::write(&world.mail, "").unwrap();
    world.registered("one").await;
    assert!(world.front.tend().await.is_err());
    std::fs::remove_file(&world.mail).unwrap();
    world.registered("two").await;
    world.work().await;
    assert_eq!(world.mails().len(), 2);
}

#[actix_web::test]
async fn what_was_typed_survives_update_language_and_going_back() {
    let world = World::new();
    let bernie = world.signed_in("bernie").await;
    world.accept_terms(&bernie).await;
    let update = contact_with(&[("country", "US"), ("province", ""), ("postal", ""), ("_lang", "en")]);
    let updated = world.post_as(&bernie, "/en/register/contact", &update).await;
    assert_eq!(updated.location(), "/en/register/contact?held=1");
    let form = world.get_as(&bernie, updated.location()).await;
    assert!(form.body.contains(">New York</option>") && !form.body.contains(">Ontario</option>"));
    assert_eq!((form.value("province_of"), form.value("last_name")), ("US".to_owned(), "Flowers".to_owned()));
    let french = world
        .post_as(
            &bernie,
            "/en/register/contact",
            &contact_with(&[("country", "FR"), ("province_of", "US"), ("_lang", "fr")]),
        )
        .await;
    assert_eq!(french.location(), "/fr/register/contact?held=1");
    let form = world.get_as(&bernie, french.location()).await;
    assert!(form.body.contains("name=\"province\" type=\"text\"") && form.body.contains("Vous êtes"));
    let back = world
        .post_as(&bernie, "/fr/register/contact", &contact_with(&[("firm", "Elm & Söhne"), ("_back", "yes")]))
        .await;
    assert_eq!(back.location(), "/fr/register/terms");
    assert!(world.get_as(&bernie, "/fr/register/terms").await.body.contains(" checked"));
    let on = world.post_as(&bernie, "/fr/register/terms", &[("accept", "yes")]).await;
    assert_eq!(world.get_as(&bernie, on.location()).await.value("firm"), "Elm & Söhne");
}

#[actix_web::test]
async fn countries_are_listed_with_canada_first_in_the_language_of_the_page() {
    let world = World::new();
    let bernie = world.signed_in("bernie").await;
    world.accept_terms(&bernie).await;
    let page = world.get_as(&bernie, "/fr/register/contact").await.body;
    let at = |name: &str| page.find(&format!(">{name}</option>")).unwrap_or_else(|| panic!("{name}"));
    assert!(
        at("Canada") < at("Afghanistan")
            && at("Espagne") < at("États-Unis")
            && at("États-Unis") < at("Éthiopie")
    );
    assert!(page.contains("value=\"CA\" selected") && page.contains(">Île-du-Prince-Édouard</option>"));
}

#[actix_web::test]
async fn the_proven_address_of_a_my_ontario_account_is_filled_in() {
    let world = World::new();
    let lou = Person { email: Some("lou@example.test".into()), ..person("lou") };
    let (lou, _) = world.signed_in_as(lou).await;
    world.accept_terms(&lou).await;
    assert_eq!(world.get_as(&lou, "/en/register/contact").await.value("email"), "lou@example.test");
}

#[actix_web::test]
async fn an_answer_sent_after_15_minutes_is_filled_in_after_signing_in_again() {
    let world = World::new();
    let bernie = world.signed_in("bernie").await;
    world.accept_terms(&bernie).await;
    world.pass(15 * 60);
    let late = world.post_as(&bernie, "/en/register/contact", &contact_with(&[])).await;
    assert!(
        late.location().starts_with("/en/session-expired?page=register/contact&kept=held"),
        "{}",
        late.location()
    );
    assert!(world.mails().is_empty());
    let again = world.signed_in("bernie").await;
    assert_eq!(world.get_as(&again, "/en/register/contact?held=1").await.value("last_name"), "Flowers");
    let other = world.signed_in("other").await;
    world.accept_terms(&other).await;
    assert_eq!(world.get_as(&other, "/en/register/contact?held=1").await.value("last_name"), "");
}

#[actix_web::test]
async fn contact_information_is_edited_for_the_future_only() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let page = world.get_as(&bernie, "/fr/contact").await;
    assert!(
        page.body.contains("Les changements visent seulement les dépôts futurs.")
            && page.body.contains("Flowers")
    );
    assert_eq!(world.get_as(&bernie, "/en/contact/edit").await.value("postal"), "M5V 2T6");
    let wrong = world.post_as(&bernie, "/en/contact/edit", &contact_with(&[("postal", "12345")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        let saved =
            world.post_as(&bernie, "/en/contact/edit", &contact_with(&[("last_name", "Blumen")])).await;
        assert_eq!(saved.location(), "/en/contact?notice=saved");
    }
    let page = world.get_as(&bernie, "/en/contact?notice=saved").await;
    assert!(page.body.contains("Your contact information was saved.") && page.body.contains("Blumen"));
    world.work().await;
    assert_eq!(world.mails().len(), 1, "only the registration is mailed");
}

#[actix_web::test]
async fn exit_ends_the_portals_session_and_then_asks_about_the_account() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let ask = world.get_as(&bernie, "/en/exit").await;
    assert!(ask.body.contains("Exit Justice Services Online?"));
    assert_eq!(world.post_as(&bernie, "/en/exit", &[]).await.location(), "/en/exit");
    assert_eq!(world.get_as(&bernie, "/en/account").await.location(), "/en/?notice=signed-out");
    let page = world.get_as(&bernie, "/en/exit").await;
    assert!(page.body.contains("Also sign out of ONE-key?") && page.body.contains("action=\"/en/sign-out\""));
    let lou = Person { email: Some("lou@example.test".into()), ..person("lou") };
    let (lou, _) = world.signed_in_as(lou).await;
    world.post_as(&lou, "/fr/exit", &[]).await;
    let page = world.get_as(&lou, "/fr/exit").await;
    assert!(page.body.contains("Fermer aussi la session Compte Mon Ontario?"), "{}", page.body);
    // The provider is away: the person is told.
    let away = world.post_as(&lou, "/fr/sign-out", &[]).await;
    assert_eq!(away.location(), "/fr/?notice=signed-out-here-only");
}

#[actix_web::test]
async fn the_account_of_a_transferred_one_key_account_is_taken_over() {
    let world = World::new();
    world.registered("old").await;
    let transferred = Person {
        email: Some("lou@example.test".into()),
        onekey_subject: Some("old".into()),
        ..person("new")
    };
    let (lou, location) = world.signed_in_as(transferred).await;
    assert_eq!(location, "/en/account");
    assert!(world.get_as(&lou, "/en/contact").await.body.contains("Flowers"));
    let elsewhere =
        Person { issuer: "https://evil.example".into(), onekey_subject: Some("new".into()), ..person("x") };
    assert_ne!(elsewhere.issuer, ISSUER);
    assert_eq!(world.signed_in_as(elsewhere).await.1, "/en/register/terms");
}
