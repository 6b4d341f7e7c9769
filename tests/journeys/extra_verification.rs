//! The second step: setting it up (C5, C7), being asked for it (M6, M7), and what breaks it.

use idp_tests::idp::{AuthenticatorApp, Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_right_password_alone_starts_no_session
    a_code_of_the_app_works_once
    malformed_codes_are_no_tries_and_five_wrong_ones_wait_a_quarter_of_an_hour
    what_was_proven_is_good_in_its_browser_and_for_its_time_only
    a_recovery_code_works_once_however_it_is_typed
    two_at_once_get_one_session_for_one_recovery_code
    only_what_is_set_up_is_offered
    the_key_stays_the_same_until_it_is_turned_on
    only_the_session_that_is_shown_a_key_sees_its_picture
    recovery_codes_are_shown_until_they_are_kept
    new_recovery_codes_end_the_old_ones
    removing_the_app_takes_the_codes_along
    the_last_second_step_that_a_service_needs_stays
    a_session_of_one_factor_changes_nothing_that_the_second_guards
    an_old_proof_is_asked_again_before_a_key_is_shown
    a_locked_account_gets_no_second_step
    foreign_forms_change_nothing
}

const EMAIL: &str = "person@example.test";
const SECOND_STEP: &str = "/en/sign-in/second-step";

async fn with_app(database: Database) -> (TestIdp, Visitor, AuthenticatorApp) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    let (_, app) = idp.create_account_with_app(&owner, EMAIL).await;
    (idp, owner, app)
}

/// A browser whose password was right, and M6.
async fn at_second_step(idp: &TestIdp) -> (Visitor, Page) {
    let visitor = idp.visitor();
    let answer = idp.sign_in(&visitor, EMAIL, PASSWORD).await;
    assert_eq!(answer.location(), Some(SECOND_STEP), "{answer:?}");
    let page = visitor.follow(answer).await;
    (visitor, page)
}

/// Types a code on M6, opened anew: a form acts once.
async fn type_code(visitor: &Visitor, code: &str) -> Page {
    let page = visitor.get(SECOND_STEP).await;
    visitor.submit(&page, "f", &[("code", code)]).await
}

/// Sends M7, opened anew.
async fn other_way(visitor: &Visitor, typed: &[(&str, &str)]) -> Page {
    let page = visitor.get("/en/sign-in/other-way").await;
    visitor.submit(&page, "f", typed).await
}

async fn a_right_password_alone_starts_no_session(database: Database) {
    let (idp, owner, app) = with_app(database).await;
    let mails = idp.mails_to(EMAIL).await.len();
    let (visitor, page) = at_second_step(&idp).await;
    assert_eq!(
        (visitor.cookie("idp_session"), page.title().as_str()),
        (None, "Enter your security code – My Ontario Account")
    );
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(idp.mails_to(EMAIL).await.len(), mails, "a new device is told of once it is signed in");
    let answer = visitor.submit(&page, "f", &[("code", &app.code(&idp))]).await;
    assert_eq!(answer.location(), Some("/en/account"), "{answer:?}");
    assert_eq!(visitor.get("/en/account").await.status, 200);
    assert!(idp.mail_to(EMAIL).await.subject.starts_with("New sign-in to your account"));
    // The step is finished: going back leads on.
    assert_eq!(visitor.get(SECOND_STEP).await.location(), Some("/en/account"));
    // In French, with the language of the page.
    let visitor = idp.visitor();
    let page = visitor.get("/fr/sign-in").await;
    let answer = visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let page = visitor.follow(answer).await;
    assert_eq!(page.title(), "Entrez votre code de sécurité – Compte Mon Ontario");
    let answer = visitor.submit(&page, "f", &[("code", &app.wrong_code(&idp))]).await;
    assert_eq!(
        answer.errors(),
        ["Ce code est incorrect. Attendez le prochain code de votre application et réessayez"]
    );
    assert_eq!(owner.get("/en/account").await.status, 200, "other sessions stay");
}

async fn a_code_of_the_app_works_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    let page = owner.get("/en/account/totp").await;
    let app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
    let enrolment = app.code(&idp);
    owner.submit(&page, "f", &[("code", &enrolment)]).await;
    let wrong = ["This code is not correct. Wait for the next code in your app and try again"];
    // The code that turned it on is spent.
    let (visitor, _) = at_second_step(&idp).await;
    assert_eq!(type_code(&visitor, &enrolment).await.errors(), wrong);
    idp.advance(Duration::from_secs(30));
    let code = app.code(&idp);
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    assert_eq!(type_code(&visitor, &typed).await.status, 303);
    // The same code a moment later, in another browser; and one of the step before.
    let (other, _) = at_second_step(&idp).await;
    assert_eq!(type_code(&other, &code).await.errors(), wrong);
    assert_eq!(type_code(&other, &enrolment).await.errors(), wrong);
    idp.advance(Duration::from_secs(30));
    assert_eq!(type_code(&other, &app.code(&idp)).await.status, 303);
    // A code of two steps ago, never used, is too old.
    let old = app.code(&idp);
    idp.advance(Duration::from_secs(90));
    let (late, page) = at_second_step(&idp).await;
    assert_eq!(late.submit(&page, "f", &[("code", &old)]).await.errors(), wrong);
}

async fn malformed_codes_are_no_tries_and_five_wrong_ones_wait_a_quarter_of_an_hour(database: Database) {
    let (idp, owner, app) = with_app(database).await;
    let (visitor, _) = at_second_step(&idp).await;
    for (code, message) in
        [("", "Enter the code"), ("12345", "The code has 6 digits"), ("abcdef", "The code has 6 digits")]
    {
        for _ in 0..3 {
            assert_eq!(type_code(&visitor, code).await.errors(), [message]);
        }
    }
    for _ in 0..4 {
        let answer = type_code(&visitor, &app.wrong_code(&idp)).await;
        assert_eq!(answer.status, 422, "{answer:?}");
    }
    // A new sign-in and a recovery code count on the same.
    let (other, _) = at_second_step(&idp).await;
    let answer = other_way(&other, &[("way", "recovery"), ("recovery", "00000-00000")]).await;
    assert_eq!(answer.errors(), ["This recovery code is not correct or was already used"]);
    let mail = idp.mail_to(EMAIL).await;
    assert_eq!(mail.subject, "Sign-in stopped at the second step / Connexion arrêtée à la deuxième étape");
    let slow = ["Too many attempts. Wait 15 minutes, or reset your password"];
    let answer = type_code(&visitor, &app.code(&idp)).await;
    assert_eq!((answer.status, answer.errors()), (422, slow.map(str::to_owned).to_vec()));
    let answer = other_way(&other, &[("way", "recovery"), ("recovery", &app.recovery_codes[0])]).await;
    assert_eq!(answer.errors(), slow);
    // The owner's known browser is counted apart.
    let form = owner.get("/en/account").await;
    owner.submit(&form, "sign-out-form", &[]).await;
    let answer = idp.sign_in(&owner, EMAIL, PASSWORD).await;
    assert_eq!(idp.second_step(&owner, answer, &app).await.status, 303);
    idp.advance(Duration::from_mins(15));
    let (again, page) = at_second_step(&idp).await;
    assert_eq!(again.submit(&page, "f", &[("code", &app.code(&idp))]).await.status, 303);
}

async fn what_was_proven_is_good_in_its_browser_and_for_its_time_only(database: Database) {
    let (idp, _, app) = with_app(database).await;
    let (visitor, page) = at_second_step(&idp).await;
    // Another browser with the page's form and its own cookie.
    let stranger = idp.visitor();
    stranger.get("/en/sign-in").await;
    assert_eq!(stranger.post(&page.form("f").with("code", &app.code(&idp))).await.status, 403);
    assert_eq!(stranger.get(SECOND_STEP).await.location(), Some("/en/sign-in?late=1"));
    idp.advance(Duration::from_secs(15 * 60 + 1));
    let answer = visitor.submit(&page, "f", &[("code", &app.code(&idp))]).await;
    assert_eq!(answer.location(), Some("/en/sign-in?late=1"), "{answer:?}");
    let page = visitor.follow(answer).await;
    assert!(page.text().contains("The second step took too long. Sign in again."), "{page:?}");
    assert_eq!(visitor.cookie("idp_session"), None);
    // A kept request is asked for in its own journey only.
    let service = idp.service().await;
    let page = visitor.follow(visitor.get(&service.request().path()).await).await;
    let answer = visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert!(answer.location().unwrap().starts_with(&format!("{SECOND_STEP}?tx=")), "{answer:?}");
    assert_eq!(visitor.get(SECOND_STEP).await.location(), Some("/en/sign-in?late=1"));
    let answer = idp.second_step(&visitor, answer, &app).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
}

async fn a_recovery_code_works_once_however_it_is_typed(database: Database) {
    let (idp, _, app) = with_app(database).await;
    assert_eq!(app.recovery_codes.len(), 10);
    let typed = app.recovery_codes[0].to_uppercase().replace('-', " ");
    let (visitor, _) = at_second_step(&idp).await;
    assert_eq!(other_way(&visitor, &[("way", "recovery")]).await.errors(), ["Enter the code"]);
    let answer = other_way(&visitor, &[("way", "recovery"), ("recovery", &typed)]).await;
    assert_eq!(answer.location(), Some("/en/sign-in/other-way/used"), "{answer:?}");
    let page = visitor.follow(answer).await;
    assert!(page.text().contains("You have 9 codes left."), "{page:?}");
    assert_eq!(visitor.submit(&page, "continue-form", &[]).await.location(), Some("/en/account"));
    let mails = idp.mails_to(EMAIL).await;
    let mail = mails
        .iter()
        .find(|mail| mail.text.contains("A recovery code was used"))
        .unwrap_or_else(|| panic!("no mail of it"));
    assert_eq!(
        mail.subject,
        "Second step added, removed or reset / Deuxième étape ajoutée, retirée ou réinitialisée"
    );
    // Again, in French.
    let visitor = idp.visitor();
    let page = visitor.get("/fr/sign-in").await;
    visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let way = visitor.get("/fr/sign-in/other-way").await;
    let again = visitor.submit(&way, "f", &[("way", "recovery"), ("recovery", &typed)]).await;
    assert_eq!(again.errors(), ["Ce code de récupération est incorrect ou a déjà servi"]);
    let answer = visitor.submit(&again, "f", &[("way", ""), ("recovery", &app.recovery_codes[1])]).await;
    let page = visitor.follow(answer).await;
    assert!(page.text().contains("Il vous reste 8 codes."), "{page:?}");
    // Another account's code is nobody's.
    let owner = idp.visitor();
    let (_, theirs) = idp.create_account_with_app(&owner, "other@example.test").await;
    let (visitor, _) = at_second_step(&idp).await;
    let way = visitor.get("/en/sign-in/other-way").await;
    let answer =
        visitor.submit(&way, "f", &[("way", "recovery"), ("recovery", &theirs.recovery_codes[0])]).await;
    assert_eq!(answer.errors(), ["This recovery code is not correct or was already used"]);
}

async fn two_at_once_get_one_session_for_one_recovery_code(database: Database) {
    let (idp, _, app) = with_app(database).await;
    for code in &app.recovery_codes[..4] {
        let ((one, _), (two, _)) = (at_second_step(&idp).await, at_second_step(&idp).await);
        let (way_one, way_two) =
            (one.get("/en/sign-in/other-way").await, two.get("/en/sign-in/other-way").await);
        let typed = [("way", "recovery"), ("recovery", code.as_str())];
        let (first, second) =
            tokio::join!(one.submit(&way_one, "f", &typed), two.submit(&way_two, "f", &typed));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "{first:?} {second:?}");
        let sessions = [one.cookie("idp_session"), two.cookie("idp_session")];
        assert_eq!(sessions.iter().flatten().count(), 1);
    }
    assert_eq!(idp.count("recovery_code WHERE used_at IS NULL"), 6);
}

async fn only_what_is_set_up_is_offered(database: Database) {
    let (idp, _, _) = with_app(database).await;
    let (visitor, page) = at_second_step(&idp).await;
    assert!(page.text().contains("Use another way"), "{page:?}");
    let way = visitor.get("/en/sign-in/other-way").await;
    assert!(way.text().contains("Authenticator app") && way.text().contains("Recovery code"), "{way:?}");
    assert!(!way.text().contains("Passkey"), "{way:?}");
    assert_eq!(other_way(&visitor, &[]).await.errors(), ["Choose one of the options"]);
    assert_eq!(other_way(&visitor, &[("way", "passkey")]).await.errors(), ["Choose one of the options"]);
    assert_eq!(other_way(&visitor, &[("way", "totp")]).await.location(), Some(SECOND_STEP));
    let none = visitor.follow(other_way(&visitor, &[("way", "none")]).await).await;
    assert!(none.text().contains("Contact us. We will check who you are before we help."), "{none:?}");
    idp.execute("UPDATE recovery_code SET used_at = 1");
    let way = visitor.get("/fr/sign-in/other-way").await;
    assert!(
        !way.text().contains("Code de récupération") && way.text().contains("Je n’ai aucun de ces moyens"),
        "{way:?}"
    );
    let answer = visitor.submit(&way, "f", &[("way", "recovery"), ("recovery", "00000-00000")]).await;
    assert_eq!(answer.errors(), ["Choisissez l’une des options"]);
}

async fn the_key_stays_the_same_until_it_is_turned_on(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    let page = owner.get("/en/account/totp").await;
    let key = page.words_of("totp-key");
    assert_eq!(key.split(' ').map(str::len).collect::<Vec<_>>(), [4; 8], "{key}");
    assert!(page.body.contains("href=\"otpauth://totp/My%20Ontario%20Account:person%40example.test?secret="));
    assert!(page.body.contains("src=\"/en/account/totp/qr.svg\"") && !page.body.contains("data:"));
    let app = AuthenticatorApp::with_key(&key);
    let long = "x".repeat(41);
    for (code, name, message) in [
        (
            app.wrong_code(&idp),
            "",
            "This code is not correct. Wait for the next code in your app and try again",
        ),
        (String::new(), "", "Enter the code"),
        ("1".to_owned(), "", "The code has 6 digits"),
        (app.code(&idp), &long, "Name must be 40 characters or fewer"),
    ] {
        let page = owner.get("/en/account/totp").await;
        let answer = owner.submit(&page, "f", &[("code", &code), ("name", name)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![message.to_owned()]));
        assert_eq!(answer.words_of("totp-key"), key);
        assert_eq!((answer.form("f").value("code"), answer.form("f").value("name")), ("", name));
    }
    assert_eq!(owner.get("/fr/account/totp").await.words_of("totp-key"), key);
    let answer = owner.submit(&page, "f", &[("code", &app.code(&idp)), ("name", "Téléphone")]).await;
    assert_eq!(answer.location(), Some("/en/account/recovery-codes"), "{answer:?}");
    let mail = idp.mail_to(EMAIL).await;
    assert!(
        mail.text.contains("An authenticator app was added")
            && mail.text.contains("/en/account/activity/not-me")
    );
    let on = owner.get("/en/account/totp").await;
    assert!(on.text().contains("Name: Téléphone") && !on.has("totp-key"), "{on:?}");
    // No second key beside it, and nothing of it rests in the clear.
    let secret = idp.query("SELECT CAST(count(*) AS TEXT) AS value FROM authenticator_enrolment");
    assert_eq!(secret, ["0"]);
}

async fn only_the_session_that_is_shown_a_key_sees_its_picture(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    assert_eq!(owner.get("/en/account/totp/qr.svg").await.status, 404, "no key is shown yet");
    owner.get("/en/account/totp").await;
    let picture = owner.get("/en/account/totp/qr.svg").await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert_eq!((picture.header("cache-control"), picture.header("x-frame-options")), ("no-store", "DENY"));
    assert!(picture.body.starts_with("<svg "));
    let other = idp.visitor();
    idp.sign_in(&other, EMAIL, PASSWORD).await;
    assert_eq!(other.get("/en/account/totp/qr.svg").await.status, 404);
    assert_eq!(idp.visitor().get("/en/account/totp/qr.svg").await.status, 404);
    idp.advance(Duration::from_mins(6));
    assert_eq!(owner.get("/en/account/totp/qr.svg").await.status, 404, "an open screen shows nothing");
}

async fn recovery_codes_are_shown_until_they_are_kept(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    let page = owner.get("/en/account/totp").await;
    let app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
    let codes = owner.follow(owner.submit(&page, "f", &[("code", &app.code(&idp))]).await).await;
    let shown = codes.words_of("codes");
    let unsaved = owner.submit(&codes, "f", &[]).await;
    assert_eq!(unsaved.errors(), ["Check the box when you have saved the codes"]);
    assert_eq!(unsaved.words_of("codes"), shown);
    let french = owner.get("/fr/account/recovery-codes").await;
    assert_eq!(french.words_of("codes"), shown, "a reload or another language loses nothing");
    assert_eq!(
        owner.submit(&french, "f", &[]).await.errors(),
        ["Cochez la case après avoir conservé les codes"]
    );
    let file = owner.submit(&codes, "download-form", &[]).await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert!(file.header("content-disposition").contains("recovery-codes.txt"));
    assert!(
        file.body.contains(EMAIL) && shown.split(' ').all(|code| file.body.contains(code)),
        "{}",
        file.body
    );
    // Nobody else sees them, not even this person elsewhere.
    idp.advance(Duration::from_secs(30));
    let other = idp.visitor();
    let answer = idp.sign_in(&other, EMAIL, PASSWORD).await;
    idp.second_step(&other, answer, &app).await;
    assert!(!other.get("/en/account/recovery-codes").await.has("codes"));
    let answer = owner.submit(&unsaved, "f", &[("saved", "yes")]).await;
    assert_eq!(answer.location(), Some("/en/account/security"));
    let later = owner.get("/en/account/recovery-codes").await;
    assert!(!later.has("codes") && later.text().contains("You have 10 codes left."), "{later:?}");
    assert_eq!(idp.count("recovery_code_sheet"), 0);
}

async fn new_recovery_codes_end_the_old_ones(database: Database) {
    let (idp, owner, app) = with_app(database).await;
    let page = owner.get("/en/account/recovery-codes/new").await;
    assert!(page.text().contains("Your old codes will stop working at once."), "{page:?}");
    let codes = owner.follow(owner.submit(&page, "new-codes-form", &[]).await).await;
    let fresh = codes.words_of("codes").split(' ').next().unwrap().to_owned();
    assert!(!app.recovery_codes.contains(&fresh));
    assert!(idp.mail_to(EMAIL).await.text.contains("New recovery codes were made"));
    let (visitor, _) = at_second_step(&idp).await;
    let way = visitor.get("/en/sign-in/other-way").await;
    let old = other_way(&visitor, &[("recovery", &app.recovery_codes[3])]).await;
    assert_eq!(old.errors(), ["This recovery code is not correct or was already used"]);
    assert_eq!(visitor.submit(&way, "f", &[("recovery", &fresh)]).await.status, 303);
    // Without a second factor there are none.
    let nobody = idp.visitor();
    idp.create_account(&nobody, "other@example.test").await;
    let page = nobody.get("/en/account/recovery-codes/new").await;
    let answer = nobody.follow(nobody.submit(&page, "new-codes-form", &[]).await).await;
    assert!(answer.text().contains("Set up a second step first."), "{answer:?}");
}

async fn removing_the_app_takes_the_codes_along(database: Database) {
    let (idp, owner, _) = with_app(database).await;
    let page = owner.get("/en/account/totp/remove").await;
    assert!(page.text().contains("your recovery codes will stop working too"), "{page:?}");
    let answer = owner.submit(&page, "remove-form", &[]).await;
    assert!(owner.follow(answer).await.text().contains("Authenticator app removed"));
    assert!(idp.mail_to(EMAIL).await.text.contains("The authenticator app was removed"));
    assert_eq!((idp.count("authenticator_app"), idp.count("recovery_code")), (0, 0));
    let visitor = idp.visitor();
    assert_eq!(idp.sign_in(&visitor, EMAIL, PASSWORD).await.location(), Some("/en/account"));
    // Another key next time.
    assert!(owner.get("/en/account/totp").await.has("totp-key"));
}

async fn the_last_second_step_that_a_service_needs_stays(database: Database) {
    let (idp, owner, _) = with_app(database).await;
    let account = idp_tests::idp::Account { email: EMAIL.into(), password: PASSWORD.into() };
    let service = idp.service_with("minimum_acr = \"urn:ontario:idp:acr:2\"\n").await;
    let page = owner.get("/en/account/totp/remove").await;
    idp.sign_in_at(&owner, &service, &account).await;
    let refused = owner.submit(&page, "remove-form", &[]).await;
    assert!(
        refused.status == 409 && refused.text().contains("Fishing licences needs a second step."),
        "{refused:?}"
    );
    let page = owner.get("/fr/account/totp/remove").await;
    assert!(
        page.status == 409 && page.text().contains("Permis de pêche exige une deuxième étape."),
        "{page:?}"
    );
    assert_eq!(idp.count("authenticator_app"), 1);
}

async fn a_session_of_one_factor_changes_nothing_that_the_second_guards(database: Database) {
    let idp = TestIdp::start(database).await;
    let (owner, thief) = (idp.visitor(), idp.visitor());
    idp.create_account(&owner, EMAIL).await;
    idp.sign_in(&thief, EMAIL, PASSWORD).await;
    let form = thief.get("/en/account/email").await;
    let app = idp.turn_app_on(&owner).await;
    for path in [
        "account/totp",
        "account/totp/remove",
        "account/recovery-codes",
        "account/recovery-codes/new",
        "account/passkeys/new",
        "account/password",
        "account/email",
        "account/data",
        "account/close",
    ] {
        let answer = thief.get(&format!("/en/{path}")).await;
        assert!(
            answer.location().unwrap().starts_with(&format!("{SECOND_STEP}?next=")),
            "{path}: {answer:?}"
        );
    }
    // A form from before the app was there changes nothing either; what was typed is there after the second step.
    let answer = thief.submit(&form, "f", &[("email", "thief@example.test")]).await;
    assert_eq!(answer.location(), Some("/en/sign-in/second-step?next=email:filled"), "{answer:?}");
    assert_eq!(idp.count("email_change"), 0);
    // Whoever has the app goes on to where they were going.
    let page = thief.follow(thief.get("/en/account/totp/remove").await).await;
    let cookie = thief.cookie("idp_session");
    let answer = thief.submit(&page, "f", &[("code", &app.code(&idp))]).await;
    assert_eq!(answer.location(), Some("/en/account/totp"), "{answer:?}");
    assert_ne!(thief.cookie("idp_session"), cookie, "a higher level has a cookie of its own");
    assert_eq!(thief.get("/en/account/totp/remove").await.status, 200);
}

async fn an_old_proof_is_asked_again_before_a_key_is_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    let page = owner.get("/en/account/totp").await;
    let app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
    idp.advance(Duration::from_mins(6));
    let answer = owner.submit(&page, "f", &[("code", &app.code(&idp)), ("name", "Phone")]).await;
    assert_eq!(answer.location(), Some("/en/account/confirm?next=totp:filled"), "{answer:?}");
    let confirm = owner.follow(answer).await;
    let back = owner.follow(owner.submit(&confirm, "f", &[("password", PASSWORD)]).await).await;
    assert_eq!(back.words_of("totp-key"), page.words_of("totp-key"));
    assert_eq!(back.form("f").value("name"), "Phone", "what was typed is there again");
    assert_eq!(owner.submit(&back, "f", &[("code", &app.code(&idp))]).await.status, 303);
}

async fn a_locked_account_gets_no_second_step(database: Database) {
    let (idp, _, app) = with_app(database).await;
    let (visitor, page) = at_second_step(&idp).await;
    idp.execute("UPDATE account SET status = 'locked'");
    let answer = visitor.submit(&page, "f", &[("code", &app.code(&idp))]).await;
    assert_eq!(answer.location(), Some("/en/sign-in?late=1"), "{answer:?}");
    assert_eq!(visitor.cookie("idp_session"), None);
}

async fn foreign_forms_change_nothing(database: Database) {
    let (idp, owner, app) = with_app(database).await;
    let new = owner.get("/en/account/recovery-codes/new").await;
    let remove = owner.get("/en/account/totp/remove").await;
    for (page, form) in [(&new, "new-codes-form"), (&remove, "remove-form")] {
        let answer = owner.post(&page.form(form).without("_csrf")).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        let answer = owner.post(&page.form(form).with("_csrf", "x")).await;
        assert_eq!(answer.status, 403, "{answer:?}");
    }
    let (visitor, page) = at_second_step(&idp).await;
    let form = page.form("f").with("code", &app.code(&idp)).without("_csrf");
    assert_eq!((visitor.post(&form).await.status, visitor.cookie("idp_session")), (403, None));
    assert_eq!((idp.count("authenticator_app"), idp.count("recovery_code WHERE used_at IS NULL")), (1, 10));
}
