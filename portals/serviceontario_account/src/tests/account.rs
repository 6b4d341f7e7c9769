//! Profiles, services, drafts, messages, settings: what people add, change and delete, and what others must not.

use super::{World, assert_is_page};
use actix_web::http::StatusCode;
use relying_party::browser_session::CookieSecret;

const PROFILE: [(&str, &str); 12] = [
    ("name", "Family"),
    ("first_name", "Zoë"),
    ("last_name", "O’Neill-Łukasz"),
    ("address", "1 Main Street"),
    ("city", "Toronto"),
    ("country", "CA"),
    ("province", "ON"),
    ("province_of", "CA"),
    ("postal", "m5v2t6"),
    ("phone", "416 555-0123"),
    ("email", "zoe@example.test"),
    ("language", "fr"),
];

/// The profile with one field changed.
fn with<'f>(name: &'f str, value: &'f str) -> Vec<(&'f str, &'f str)> {
    PROFILE.iter().map(|&(field, kept)| (field, if field == name { value } else { kept })).collect()
}

async fn profile_of(world: &World, person: &CookieSecret) -> String {
    let added = world.submit(person, "/en/profiles/new", &PROFILE).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    added.location().trim_end_matches("?saved=1").to_owned()
}

#[actix_web::test]
async fn a_profile_is_added_seen_changed_and_deleted() {
    let world = World::new();
    let person = world.with_account("s").await;
    let page = profile_of(&world, &person).await;
    let seen = world.get_as(&person, &page).await;
    assert_is_page(&seen, &page);
    assert!(seen.body.contains("O’Neill-Łukasz") && seen.body.contains("M5V 2T6"));
    let changed = world.submit(&person, &format!("{page}/edit"), &with("city", "Ottawa")).await;
    assert_eq!(changed.location(), format!("{page}?saved=1"));
    assert!(world.get_as(&person, changed.location()).await.body.contains("Ottawa"));
    assert!(world.get_as(&person, "/fr/home").await.body.contains("Family"));
    let asked = world.get_as(&person, &format!("{page}/delete")).await;
    assert_is_page(&asked, "delete");
    let gone = world.submit(&person, &format!("{page}/delete"), &[]).await;
    assert_eq!(gone.location(), "/en/profiles");
    assert_eq!(world.get_as(&person, &page).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn every_field_of_a_profile_says_what_is_wrong_with_it_in_both_languages() {
    let world = World::new();
    let person = world.with_account("s").await;
    let long = "ß".repeat(161);
    for (field, value, english, french) in [
        ("name", " \u{a0} ", "Enter a name for this profile", "Entrez un nom pour ce profil"),
        ("first_name", "\u{202e}", "Enter your first name", "Entrez votre prénom"),
        ("last_name", "\t", "Enter your last name", "Entrez votre nom de famille"),
        (
            "address",
            &long,
            "Address must be 160 characters or fewer",
            "Adresse\u{a0}: au plus 160 caractères",
        ),
        ("city", "", "Enter a city, town or village", "Entrez une ville ou un village"),
        ("country", "XX", "Choose a country", "Choisissez un pays"),
        ("postal", "55555", "Enter a postal code like M5V 2T6", "Entrez un code postal, par exemple M5V 2T6"),
        ("phone", "call me", "Enter a phone number", "Entrez un numéro de téléphone"),
        ("email", "a@b.ca>, <c@d.ca", "in the correct format", "dans le bon format"),
        ("language", "de", "Choose one of the options", "Choisissez l’une des options"),
    ] {
        for (path, words) in [("/en/profiles/new", english), ("/fr/profiles/new", french)] {
            let refused = world.submit(&person, path, &with(field, value)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert_is_page(&refused, path);
            assert_eq!(refused.body.matches(words).count(), 2, "{field}: {words}: {}", refused.body);
            assert!(refused.body.contains(&format!("href=\"#{field}\"")), "{field}");
        }
    }
    assert!(world.get_as(&person, "/en/profiles").await.body.contains("No profiles yet"));
}

#[actix_web::test]
async fn the_list_of_provinces_follows_the_country_and_what_was_typed_stays() {
    let world = World::new();
    let person = world.with_account("s").await;
    let mut form = with("country", "US");
    form.push(("_lang", "en"));
    let updated = world.submit(&person, "/en/profiles/new", &form).await;
    assert_eq!(updated.location(), "/en/profiles/new?held=1");
    let drawn = world.get_as(&person, updated.location()).await.body;
    assert!(drawn.contains(">New York</option>") && !drawn.contains(">Ontario</option>"));
    assert!(drawn.contains("value=\"Zoë\""));
    // Every country of the contact form of Justice Services Online is one here too: it is one list.
    assert!(drawn.contains("value=\"IS\"") && drawn.contains("value=\"ZW\""));
    let mut abroad = with("country", "IS");
    abroad.extend([("province_of", "IS"), ("province", "Vesturland")]);
    abroad.retain(|(name, value)| !(*name == "province_of" && *value == "CA" || *value == "ON"));
    let added = world.submit(&person, "/fr/profiles/new", &abroad).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let seen = world.get_as(&person, added.location()).await.body;
    assert!(seen.contains("Islande") && seen.contains("Vesturland"));
}

#[actix_web::test]
async fn names_in_any_script_are_kept_and_nothing_in_them_acts() {
    let world = World::new();
    let person = world.with_account("s").await;
    for (typed, shown) in [
        ("Нина 林 عمر ஷீலா 🦆", "Нина 林 عمر ஷீலா 🦆"),
        ("<script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;"),
        ("\" onfocus=\"x", "&#34; onfocus=&#34;x"),
        ("a\u{202e}b\r\nc\u{2066}", "ab c"),
        ("{{ 7*7 }} ' OR 1=1 --", "{{ 7*7 }} &#39; OR 1=1 --"),
    ] {
        let added = world.submit(&person, "/en/profiles/new", &with("last_name", typed)).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{typed}");
        let edit = added.location().replace("?saved=1", "/edit");
        for page in [added.location(), &edit] {
            assert!(world.get_as(&person, page).await.body.contains(shown), "{typed}");
        }
    }
}

#[actix_web::test]
async fn nobody_reaches_what_is_anothers() {
    let world = World::new();
    let (person, other) = (world.with_account("s").await, world.with_account("t").await);
    let profile = profile_of(&world, &person).await;
    let draft = world.submit(&person, "/en/services", &[("service", "outdoors-card")]).await;
    let draft = draft.location().to_owned();
    let message = "/en/messages/1";
    assert_eq!(world.get_as(&person, message).await.status, StatusCode::OK);
    let pages = [profile.clone(), format!("{profile}/edit"), format!("{profile}/delete"), draft.clone()];
    for page in pages.iter().map(String::as_str).chain([message]) {
        assert_eq!(world.get_as(&other, page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    let forms: [(String, Vec<(&str, &str)>); 4] = [
        (format!("{profile}/edit"), with("city", "Elsewhere")),
        (format!("{profile}/delete"), vec![]),
        (draft.clone(), vec![("applicant", "x"), ("do", "submit")]),
        (format!("{draft}/delete"), vec![]),
    ];
    for (path, form) in &forms {
        world.submit(&other, path, form).await;
    }
    assert!(world.get_as(&person, &profile).await.body.contains("Toronto"));
    assert_eq!(world.get_as(&person, &draft).await.status, StatusCode::OK);
    for id in ["0", "-1", "99999999999999999999", "1e3", "%00", "new2"] {
        for kind in ["profiles", "drafts", "messages"] {
            let answer = world.get_as(&person, &format!("/en/{kind}/{id}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{kind}/{id}");
        }
    }
}

#[actix_web::test]
async fn a_double_click_adds_one_profile_and_submits_once() {
    let world = World::new();
    let person = world.with_account("s").await;
    let csrf = person.csrf_token();
    let mut form = PROFILE.to_vec();
    form.extend([("_csrf", csrf.as_str()), ("_once", "the-same")]);
    let (first, second) = (
        world.post_as(&person, "/en/profiles/new", &form).await,
        world.post_as(&person, "/en/profiles/new", &form).await,
    );
    assert_eq!(first.location(), second.location());
    assert_eq!(world.get_as(&person, "/en/profiles").await.body.matches("Family").count(), 1);
    let draft = world.submit(&person, "/en/services", &[("service", "outdoors-card")]).await;
    let form = [("_csrf", csrf.as_str()), ("revision", "1"), ("applicant", "Zoë"), ("do", "submit")];
    for _ in 0..2 {
        let done = world.post_as(&person, draft.location(), &form).await;
        assert_eq!(done.location(), "/en/services/submitted");
    }
    let body = world.get_as(&person, "/en/messages").await.body;
    assert_eq!(body.matches("We received your application").count(), 1, "{body}");
    // Another tab with the same draft: it is no draft any more.
    let late = world.submit(&person, draft.location(), &[("applicant", "x"), ("do", "save")]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn two_tabs_of_a_draft_do_not_overwrite_each_other_unseen() {
    let world = World::new();
    let person = world.with_account("s").await;
    let draft = world.submit(&person, "/en/services", &[("service", "birth-certificate")]).await;
    let draft = draft.location().to_owned();
    let tab = |applicant: &'static str, act: &'static str| {
        [("revision", "1"), ("applicant", applicant), ("do", act)]
    };
    let first = world.submit(&person, &draft, &tab("First tab", "save")).await;
    assert_eq!(first.location(), format!("{draft}?saved=1"));
    for act in ["save", "submit"] {
        let refused = world.submit(&person, &draft, &tab("Second tab", act)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_is_page(&refused, act);
        assert!(
            refused.body.contains("changed in another tab") && refused.body.contains("value=\"Second tab\"")
        );
        assert!(refused.body.contains("name=\"revision\" value=\"2\""), "said and seen: it may go on");
        assert!(world.get_as(&person, &draft).await.body.contains("value=\"First tab\""));
    }
    // After the session's end too: what was typed is held, and the draft stays.
    world.pass(15 * 60);
    let late = world.submit(&person, &draft, &tab("Third tab", "save")).await;
    assert!(late.location().ends_with("&kept=held"), "{}", late.location());
    let again = world.again(&person).await;
    assert!(world.get_as(&again, &draft).await.body.contains("value=\"First tab\""));
    assert!(world.get_as(&again, &format!("{draft}?held=1")).await.body.contains("value=\"Third tab\""));
    // What was submitted or deleted meanwhile takes nothing, and nothing is promised.
    let done =
        world.submit(&again, &draft, &[("revision", "2"), ("applicant", "Zoë"), ("do", "submit")]).await;
    assert_eq!(done.location(), "/en/services/submitted");
    world.pass(15 * 60);
    let late = world.submit(&again, &draft, &tab("Fourth tab", "save")).await;
    assert!(late.location().ends_with("&kept=nothing"), "{}", late.location());
}

#[actix_web::test]
async fn what_is_typed_into_a_draft_survives_the_end_of_the_session() {
    let world = World::new();
    let person = world.with_account("s").await;
    let draft = world.submit(&person, "/en/services", &[("service", "birth-certificate")]).await;
    let draft = draft.location().to_owned();
    assert!(world.get_as(&person, &draft).await.body.contains("data-draft=\"1\""));
    world.pass(15 * 60);
    let typed = [("revision", "1"), ("applicant", "Zoë"), ("do", "submit")];
    let late = world.submit(&person, &draft, &typed).await;
    let page = draft.trim_start_matches("/en/");
    assert_eq!(late.location(), format!("/en/session-expired?page={page}&kept=draft"));
    let expired = world.get_as(&person, &late.location().replace("/en/", "/fr/")).await;
    assert!(expired.body.contains("Votre ébauche a été enregistrée."));
    assert!(expired.body.contains(&format!("/fr/sign-in?page={page}")));
    let again = world.again(&person).await;
    let kept = world.get_as(&again, &draft).await.body;
    assert!(kept.contains("value=\"Zoë\"") && kept.contains("Save draft"), "kept, and not submitted: {kept}");
    // Nothing of it is cut: what is too long for a draft comes back whole, and waits whole when it comes too late.
    let long = "é".repeat(250);
    let typed = [("revision", "2"), ("details", long.as_str()), ("do", "save")];
    let told = world.submit(&again, &draft, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.body.contains(&format!("value=\"{long}\"")), "{}", told.body);
    world.pass(15 * 60);
    let late = world.submit(&again, &draft, &typed).await;
    assert!(late.location().ends_with("&kept=held"), "{}", late.location());
    let again = world.again(&again).await;
    let held = world.get_as(&again, &format!("{draft}?held=1")).await.body;
    assert!(held.contains(&format!("value=\"{long}\"")), "{held}");
    // The page's own clock says so: the same, while the session still stands.
    let typed = [("revision", "2"), ("applicant", "Zoë Ng"), ("_keep", "yes")];
    let kept = world.submit(&again, &draft, &typed).await;
    assert!(kept.location().ends_with("&kept=draft"), "{}", kept.location());
    assert!(world.get_as(&again, "/en/home").await.location().contains("session-expired"));
}

#[actix_web::test]
async fn what_is_typed_elsewhere_is_held_over_a_change_of_language_and_the_end_of_the_session() {
    let world = World::new();
    let person = world.with_account("s").await;
    let mut form = with("city", "Moose Factory");
    form.push(("_lang", "fr"));
    let switched = world.submit(&person, "/en/profiles/new", &form).await;
    assert_eq!(switched.location(), "/fr/profiles/new?held=1");
    assert!(world.get_as(&person, "/fr/profiles/new?held=1").await.body.contains("Moose Factory"));
    assert!(!world.get_as(&person, "/fr/profiles/new").await.body.contains("Moose Factory"));
    let stranger = world.with_account("t").await;
    assert!(!world.get_as(&stranger, "/fr/profiles/new?held=1").await.body.contains("Moose Factory"));
    world.pass(15 * 60);
    let late = world.submit(&person, "/en/profiles/new", &with("city", "Attawapiskat")).await;
    assert_eq!(late.location(), "/en/session-expired?page=profiles/new&kept=held");
    let again = world.again(&person).await;
    assert!(world.get_as(&again, "/en/profiles/new?held=1").await.body.contains("Attawapiskat"));
}

#[actix_web::test]
async fn settings_change_and_closing_deletes_everything_and_signs_out() {
    let world = World::new();
    let person = world.with_account("s").await;
    profile_of(&world, &person).await;
    let form = [("email", "new@example.test"), ("language", "fr")];
    let saved = world.submit(&person, "/en/settings", &form).await;
    assert_eq!(saved.location(), "/en/settings?saved=1");
    assert!(world.get_as(&person, saved.location()).await.body.contains("new@example.test"));
    let bad = world.submit(&person, "/en/settings", &[("email", "x"), ("language", "")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_is_page(&world.get_as(&person, "/fr/settings/close").await, "close");
    let closed = world.submit(&person, "/en/settings/close", &[]).await;
    assert_eq!(closed.location(), "/en/closed");
    assert_is_page(&world.get_as(&person, "/en/closed").await, "closed");
    assert_eq!(world.get_as(&person, "/en/home").await.location(), "/en/?notice=signed-out");
    let again = world.again(&person).await;
    assert_eq!(world.get_as(&again, "/en/home").await.location(), "/en/setup/terms");
}

#[actix_web::test]
async fn forms_from_elsewhere_change_nothing() {
    let world = World::new();
    let (person, other) = (world.with_account("s").await, world.with_account("t").await);
    let foreign = other.csrf_token();
    for path in ["/en/profiles/new", "/en/services", "/en/settings", "/en/settings/close"] {
        let mut form = PROFILE.to_vec();
        form.extend([("service", "outdoors-card"), ("_once", "1")]);
        for csrf in ["", foreign.as_str()] {
            let mut form = form.clone();
            form.push(("_csrf", csrf));
            assert_eq!(world.post_as(&person, path, &form).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let csrf = person.csrf_token();
        form.push(("_csrf", &csrf));
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answer = world.post_from(&person, path, &form, (name, value)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {name}");
        }
        form.retain(|(name, _)| *name != "_once");
        assert_eq!(world.post_as(&person, path, &form).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert!(world.get_as(&person, "/en/profiles").await.body.contains("No profiles yet"));
    assert!(world.get_as(&person, "/en/drafts").await.body.contains("No drafts"));
}

#[actix_web::test]
async fn tables_are_sorted_by_links_that_keep_the_rest_of_the_page() {
    let world = World::new();
    let person = world.with_account("s").await;
    for (service, seconds) in [("outdoors-card", 60), ("birth-certificate", 60)] {
        world.pass(seconds);
        world.submit(&person, "/en/services", &[("service", service)]).await;
    }
    let position = |body: &str, words: &str| body.find(&format!(">{words}</td>")).unwrap();
    let home = world.get_as(&person, "/en/home").await.body;
    assert!(position(&home, "Birth certificate") < position(&home, "Outdoors card"), "the newest first");
    assert!(home.contains("aria-sort=\"descending\""));
    let sorted = world.get_as(&person, "/en/home?services=-name&month=2026-11").await.body;
    assert!(position(&sorted, "Outdoors card") < position(&sorted, "Birth certificate"));
    assert!(sorted.contains("month=2026-11&#38;services=name#services"), "{sorted}");
    for hostile in [
        "services=%22%3E%3Cscript%3E",
        "services=",
        "month=2026-11%22",
        "x=y&x=z",
        "services=name&services=date",
    ] {
        let answer = world.get_as(&person, &format!("/en/home?{hostile}")).await;
        assert!(answer.status == StatusCode::OK && !answer.body.contains("<script>"), "{hostile}");
    }
}

#[actix_web::test]
async fn somebody_who_used_one_key_here_comes_home_without_terms() {
    let world = World::new();
    let person = world.signed_in_with("s", Some("old")).await;
    let home = world.get_as(&person, "/fr/home").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("Compte ONE-key transféré") && home.body.contains("Pêche"));
}
