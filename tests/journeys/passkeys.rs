//! Passkeys over HTTP with a device in software (C6, M1, C0): what they open, and every way in which an answer is refused.

use futures_util::future::join_all;
use idp_tests::idp::authenticator::{BACKED_UP, Draft, ELIGIBLE, PRESENT, VERIFIED};
use idp_tests::idp::{Authenticator, Database, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_passkey_is_added_named_used_and_removed
    a_passkey_signs_in_without_a_password_and_goes_back_to_the_service
    every_bent_answer_to_a_sign_in_gets_one_and_the_same_answer
    every_bent_answer_to_a_registration_is_refused
    an_answer_is_good_once_in_its_browser_for_its_purpose_and_its_time
    one_answer_sent_many_times_at_once_opens_one_session
    another_accounts_passkey_proves_nothing_in_a_session
    a_passkey_proves_again_who_somebody_is
    a_credential_belongs_to_one_account
    an_account_has_twenty_passkeys_at_most
    another_accounts_passkey_is_not_there
    a_locked_accounts_passkey_opens_nothing
    a_passkey_is_not_added_long_after_the_last_proof
    a_new_name_that_was_typed_too_late_is_there_again_after_the_proof
    a_passkey_is_the_second_step_after_a_password
    a_session_is_raised_by_a_passkey_when_a_service_asks_for_it
    a_service_that_needs_a_passkey_leads_to_making_one_and_back
    the_passkey_that_a_service_needs_can_not_be_removed
    the_last_way_to_sign_in_can_not_be_removed
    options_are_for_our_own_pages_only
    the_texts_are_there_in_both_languages
}

const EMAIL: &str = "person@example.test";
const LIST: &str = "/en/account/passkeys";
const CANCELLED: &str = "The passkey was not used. Try again, or choose another way";

async fn with_passkey(database: Database) -> (TestIdp, Visitor, Authenticator) {
    let idp = TestIdp::start(database).await;
    let (visitor, device) = (idp.visitor(), idp.authenticator());
    idp.create_account(&visitor, EMAIL).await;
    idp.add_passkey(&visitor, &device, "Phone").await;
    (idp, visitor, device)
}

/// What the audit has of refused answers, oldest first.
fn refusals(idp: &TestIdp) -> Vec<String> {
    let bodies =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%passkey_refused%' ORDER BY id");
    let reason = |body: &String| {
        let event: serde_json::Value = serde_json::from_str(body).unwrap();
        event["reason"].as_str().unwrap().to_owned()
    };
    bodies.iter().map(reason).collect()
}

fn edit_of(list: &Page) -> String {
    let id = list.body.split_once("/account/passkeys/").unwrap().1;
    let id = id.split_once("/edit").unwrap().0;
    let id = id.rsplit_once("/account/passkeys/").map_or(id, |(_, id)| id);
    format!("{LIST}/{id}/edit")
}

async fn a_passkey_is_added_named_used_and_removed(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    let list = visitor.get(&format!("{LIST}?done=added")).await;
    for words in ["Passkey added", "Phone", "Not used yet", "On one device only", "Make recovery codes"] {
        assert!(list.text().contains(words), "{words}: {list:?}");
    }
    let advice = "You have no recovery codes. They let you in when you lose your device.";
    assert!(visitor.get(LIST).await.text().contains(advice));
    let home = visitor.get("/en/account").await.text();
    assert!(home.contains("Passkeys 1") && home.contains("You have no recovery codes."), "{home}");
    let mail = idp.mail_to(EMAIL).await;
    assert!(
        mail.subject.starts_with("Second step added, removed or reset / Deuxième étape"),
        "{}",
        mail.subject
    );
    assert!(
        visitor.get(&edit_of(&list)).await.location().unwrap().starts_with("/en/sign-in/second-step?next=")
    );
    idp.step_by_passkey(&visitor, &device).await;
    let edit = visitor.get(&edit_of(&list)).await;
    assert_eq!(edit.form("f").value("name"), "Phone");
    for (name, error) in [("  ", "Enter a name"), (&"x".repeat(41), "Name must be 40 characters or fewer")] {
        let edit = visitor.get(&edit_of(&list)).await;
        let again = visitor.submit(&edit, "f", &[("name", name)]).await;
        assert_eq!((again.status, again.errors()), (422, vec![error.to_owned()]));
    }
    let edit = visitor.get(&edit_of(&list)).await;
    let saved = visitor.submit(&edit, "f", &[("name", " Old \u{202e}phone<b> ")]).await;
    let list = visitor.follow(saved).await;
    assert!(list.text().contains("Passkey renamed") && list.text().contains("Old phone<b>"), "{list:?}");
    let stranger = idp.visitor();
    let answer = idp.sign_in_by_passkey(&stranger, &device).await;
    assert_eq!(answer.location(), Some("/en/account"), "{answer:?}");
    assert!(stranger.get("/en/account").await.text().contains(EMAIL));
    assert!(!visitor.get(LIST).await.text().contains("Not used yet"));
    let remove = visitor.get(&edit_of(&list).replace("/edit", "/remove")).await;
    assert!(remove.text().contains("“Old phone<b>”"), "{remove:?}");
    let removed = visitor.follow(visitor.submit(&remove, "remove-form", &[]).await).await;
    assert!(removed.text().contains("Passkey removed") && removed.text().contains("No passkeys yet"));
    assert_eq!(idp.mails_to(EMAIL).await.len(), 4, "activation, added, new device, removed");
    let gone = idp.visitor();
    let refused = idp.sign_in_by_passkey(&gone, &device).await;
    assert_eq!((refused.status, refused.errors()), (422, vec![CANCELLED.to_owned()]));
    assert_eq!(visitor.get(&edit_of(&list)).await.status, 404);
    assert_eq!(refusals(&idp), ["unknown"]);
}

async fn a_passkey_signs_in_without_a_password_and_goes_back_to_the_service(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    let service = idp.service().await;
    let (visitor, request) = (idp.visitor(), service.request());
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let answer = visitor.use_passkey(&page, "passkey-form", &[], &device).await;
    let answer = visitor.follow(answer).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("{answer:?}"));
    let tokens = idp.tokens(&service, &request, &code).await;
    assert_eq!(tokens.claims["acr"], "urn:ontario:idp:acr:3");
    assert_eq!(tokens.claims["amr"], serde_json::json!(["hwk", "user", "mfa"]));
    let synced = Authenticator::synced(&idp.issuer);
    idp.add_passkey(&visitor, &synced, "Cloud").await;
    assert!(visitor.get(LIST).await.text().contains("Synced between your devices"));
    let other = idp.visitor();
    for _ in 0..2 {
        let answer = idp.sign_in_by_passkey(&other, &synced).await;
        assert_eq!(answer.location(), Some("/en/account"), "no counter is no reason to refuse: {answer:?}");
        other.forget_cookie("idp_session");
    }
}

type Bend = (&'static str, fn(&mut Draft), &'static str);

fn bends() -> Vec<Bend> {
    vec![
        ("another origin", |d| d.client_data["origin"] = "https://evil.example".into(), "origin"),
        ("another type", |d| d.client_data["type"] = "webauthn.other".into(), "type"),
        ("another challenge", |d| d.client_data["challenge"] = "AAAAAAAAAAAAAAAAAAAAAA".into(), "challenge"),
        ("an empty challenge", |d| d.client_data["challenge"] = "".into(), "challenge"),
        ("in a frame", |d| d.client_data["crossOrigin"] = true.into(), "embedded"),
        ("under another page", |d| d.client_data["topOrigin"] = "https://evil.example".into(), "embedded"),
        ("another relying party", |d| d.rp_id = "evil.example".into(), "relying_party"),
        ("nobody present", |d| d.flags &= !PRESENT, "user_not_present"),
        ("nobody verified", |d| d.flags &= !VERIFIED, "user_not_verified"),
        ("backed up against its word", |d| d.flags |= BACKED_UP, "backup_state"),
        ("extensions that are missing", |d| d.flags |= 0x80, "malformed"),
    ]
}

async fn every_bent_answer_to_a_sign_in_gets_one_and_the_same_answer(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    let mut all = bends();
    all.extend::<[Bend; 6]>([
        ("an unknown credential", |d| d.credential_id[0] ^= 1, "unknown"),
        ("another account's handle", |d| d.user_handle = Some("A".repeat(43)), "user_handle"),
        ("no handle", |d| d.user_handle = None, "user_handle"),
        ("another eligibility", |d| d.flags |= ELIGIBLE, "backup_eligibility"),
        ("a counter that stands", |d| d.sign_count = 1, "counter"),
        ("a counter that went back", |d| d.sign_count = 0, "counter"),
    ]);
    let mut expected = Vec::new();
    for (what, bend, reason) in all {
        let visitor = idp.visitor();
        let page = visitor.get("/en/sign-in").await;
        let answer = visitor.passkey_answer(&page, "passkey-form", &device, bend).await;
        let answer = visitor.submit(&page, "passkey-form", &[("credential", &answer)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![CANCELLED.to_owned()]), "{what}");
        assert_eq!(visitor.cookie("idp_session"), None, "{what}");
        expected.push(reason);
        assert_eq!(refusals(&idp), expected, "{what}");
    }
    for junk in ["", "{}", "null", "[]", "{\"id\":\"AA\"}", &"[".repeat(5000), &"x".repeat(60_000)] {
        let visitor = idp.visitor();
        let page = visitor.get("/en/sign-in").await;
        let answer = visitor.submit(&page, "passkey-form", &[("credential", junk)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![CANCELLED.to_owned()]), "{junk:.40}");
    }
    let answer = idp.sign_in_by_passkey(&idp.visitor(), &device).await;
    assert_eq!(answer.status, 303, "an honest answer still counts: {answer:?}");
}

async fn every_bent_answer_to_a_registration_is_refused(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let mut all = bends();
    all.extend::<[Bend; 6]>([
        ("an algorithm that nobody knows", |d| d.algorithm = 0x37, "key"),
        ("a key of another algorithm", |d| d.algorithm = 0x27, "key"),
        ("no credential", |d| d.credential_id = vec![], "malformed"),
        ("garbage", |d| d.attestation_object = Some(vec![0xff; 300]), "malformed"),
        ("nothing", |d| d.attestation_object = Some(vec![]), "malformed"),
        (
            "a map that says it is long",
            |d| d.attestation_object = Some(vec![0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            "malformed",
        ),
    ]);
    let mut expected = Vec::new();
    for (what, bend, reason) in all {
        let page = visitor.get(&format!("{LIST}/new")).await;
        let answer = visitor.passkey_answer(&page, "f", &idp.authenticator(), bend).await;
        let answer = visitor.submit(&page, "f", &[("name", "Mine"), ("credential", &answer)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![CANCELLED.to_owned()]), "{what}");
        assert_eq!(answer.form("f").value("name"), "Mine");
        expected.push(reason);
        assert_eq!(refusals(&idp), expected, "{what}");
    }
    assert_eq!(idp.count("passkey"), 1);
}

async fn an_answer_is_good_once_in_its_browser_for_its_purpose_and_its_time(database: Database) {
    let (idp, owner, device) = with_passkey(database).await;
    idp.step_by_passkey(&owner, &device).await;
    let (visitor, other) = (idp.visitor(), idp.visitor());
    let page = visitor.get("/en/sign-in").await;
    let answer = visitor.passkey_answer(&page, "passkey-form", &device, |_| {}).await;
    // A challenge of another browser, whose owner can't use it up either.
    let elsewhere = other.get("/en/sign-in").await;
    let refused = other.submit(&elsewhere, "passkey-form", &[("credential", &answer)]).await;
    assert_eq!((refused.status, other.cookie("idp_session")), (422, None));
    // A challenge of another purpose.
    let list = owner.get(&format!("{LIST}/new")).await;
    let form = list.form("f").with("purpose", "sign_in");
    let mut asked = form.clone();
    asked.action = "/en/passkey-options".into();
    let options = owner.post(&asked).await.json();
    let confirm = device.get(&options, |_| {});
    let mut posted = form.with("credential", &confirm);
    posted.action = "/en/account/confirm/passkey".into();
    assert_eq!(owner.post(&posted).await.status, 422, "a sign-in's challenge confirms nothing");
    // The honest one, then its replay from a fresh page.
    let signed_in = visitor.submit(&page, "passkey-form", &[("credential", &answer)]).await;
    assert_eq!(signed_in.status, 303);
    visitor.forget_cookie("idp_session");
    let page = visitor.get("/en/sign-in").await;
    let replayed = visitor.submit(&page, "passkey-form", &[("credential", &answer)]).await;
    assert_eq!((replayed.status, visitor.cookie("idp_session")), (422, None));
    // Too late.
    let late = visitor.passkey_answer(&page, "passkey-form", &device, |_| {}).await;
    idp.advance(Duration::from_secs(301));
    let page = visitor.get("/en/sign-in").await;
    let refused = visitor.submit(&page, "passkey-form", &[("credential", &late)]).await;
    assert_eq!((refused.status, visitor.cookie("idp_session")), (422, None));
    // Begun by a version that kept nothing to verify by.
    let old = visitor.passkey_answer(&page, "passkey-form", &device, |_| {}).await;
    idp.execute("UPDATE passkey_challenge SET state = NULL");
    let page = visitor.get("/en/sign-in").await;
    let refused = visitor.submit(&page, "passkey-form", &[("credential", &old)]).await;
    assert_eq!((refused.status, visitor.cookie("idp_session")), (422, None));
    assert_eq!(refusals(&idp), ["challenge"; 5]);
    let page = visitor.get("/en/sign-in").await;
    visitor.passkey_answer(&page, "passkey-form", &device, |_| {}).await;
    idp.advance(Duration::from_secs(301));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!(idp.count("passkey_challenge"), 0);
}

async fn one_answer_sent_many_times_at_once_opens_one_session(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    let visitor = idp.visitor();
    let sign_ins = || idp.count("audit_record WHERE body LIKE '%\"signed_in\"%'");
    for round in 0..4 {
        let before = sign_ins();
        let mut pages = Vec::new();
        for _ in 0..4 {
            pages.push(visitor.get("/en/sign-in").await);
        }
        let answer = visitor.passkey_answer(&pages[0], "passkey-form", &device, |_| {}).await;
        let fields = [("credential", answer.as_str())];
        let sent = pages.iter().map(|page| visitor.submit(page, "passkey-form", &fields));
        let mut statuses: Vec<u16> = join_all(sent).await.iter().map(|page| page.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422, 422, 422], "round {round}");
        assert_eq!(sign_ins(), before + 1, "round {round}");
        visitor.forget_cookie("idp_session");
    }
    assert_eq!(refusals(&idp), ["challenge"; 12]);
}

async fn another_accounts_passkey_proves_nothing_in_a_session(database: Database) {
    let (idp, owner, _) = with_passkey(database).await;
    let (stranger, theirs) = (idp.visitor(), idp.authenticator());
    idp.create_account(&stranger, "stranger@example.test").await;
    idp.add_passkey(&stranger, &theirs, "Theirs").await;
    idp.advance(Duration::from_secs(301));
    let page = owner.follow(owner.get(LIST).await).await;
    let options = owner.passkey_options(&page, "passkey-form").await.json();
    assert_eq!(options["allowCredentials"].as_array().map(Vec::len), Some(1), "only the account's own");
    let mut unlisted = options.clone();
    unlisted["allowCredentials"] = serde_json::json!([]);
    let answer = theirs.get(&unlisted, |_| {});
    let refused = owner.submit(&page, "passkey-form", &[("credential", &answer)]).await;
    assert_eq!((refused.status, refused.errors()), (422, vec![CANCELLED.to_owned()]));
    assert_eq!(refusals(&idp), ["other_account"]);
}

async fn a_passkey_proves_again_who_somebody_is(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.advance(Duration::from_secs(301));
    let confirm = visitor.follow(visitor.get(LIST).await).await;
    assert_eq!(confirm.title(), "Confirm it’s you – My Ontario Account");
    let before = visitor.cookie("idp_session");
    let answer = visitor.use_passkey(&confirm, "passkey-form", &[], &device).await;
    assert_eq!(answer.location(), Some(LIST), "{answer:?}");
    assert_ne!(visitor.cookie("idp_session"), before, "a new proof gives a new cookie");
    assert_eq!(visitor.get(LIST).await.status, 200);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%identity_proven%'"), 1);
}

async fn a_credential_belongs_to_one_account(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let list = visitor.get(&format!("{LIST}/new")).await;
    let options = visitor.passkey_options(&list, "f").await.json();
    let known = options["excludeCredentials"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(options["user"]["name"], EMAIL);
    assert!(!options["user"]["id"].as_str().unwrap().contains("person"));
    let stranger = idp.visitor();
    idp.create_account(&stranger, "stranger@example.test").await;
    let page = stranger.get(&format!("{LIST}/new")).await;
    let stolen = idp_domain::passkey::CredentialId::from_bytes(&decode(&known)).unwrap();
    let answer = stranger
        .passkey_answer(&page, "f", &idp.authenticator(), |draft| {
            draft.credential_id = stolen.as_bytes().to_vec();
        })
        .await;
    let answer = stranger.submit(&page, "f", &[("credential", &answer)]).await;
    assert_eq!(answer.errors(), ["This device already has a passkey for your account"]);
    assert_eq!(idp.count("passkey"), 1);
    let answer = idp.sign_in_by_passkey(&idp.visitor(), &device).await;
    assert_eq!(answer.status, 303, "it is still its owner's");
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

async fn an_account_has_twenty_passkeys_at_most(database: Database) {
    let idp = TestIdp::start(database).await;
    let (visitor, device) = (idp.visitor(), idp.authenticator());
    idp.create_account(&visitor, EMAIL).await;
    let page = visitor.get(&format!("{LIST}/new")).await;
    let answers: Vec<String> = {
        let mut answers = Vec::new();
        for _ in 0..21 {
            answers.push(visitor.passkey_answer(&page, "f", &device, |_| {}).await);
        }
        answers
    };
    for (n, answer) in answers.iter().enumerate() {
        let page = visitor.get(&format!("{LIST}/new")).await;
        let answer =
            visitor.submit(&page, "f", &[("name", &format!("Key {n}")), ("credential", answer)]).await;
        if n < 20 {
            assert_eq!(answer.status, 303, "{n}: {answer:?}");
            if n == 0 {
                idp.step_by_passkey(&visitor, &device).await;
            }
        } else {
            assert_eq!(answer.errors(), ["You have 20 passkeys. Remove one to add another."]);
        }
    }
    let list = visitor.get(LIST).await;
    assert!(list.has("full") && !list.has("add"));
}

async fn another_accounts_passkey_is_not_there(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let edit = edit_of(&visitor.get(LIST).await);
    let stranger = idp.visitor();
    idp.create_account(&stranger, "stranger@example.test").await;
    let (theirs, mine) = (stranger.get(&format!("{LIST}/new")).await, visitor.get(&edit).await);
    assert_eq!(mine.status, 200);
    for path in
        [edit.clone(), edit.replace("/edit", "/remove"), format!("{LIST}/x/edit"), format!("{LIST}/%2F/edit")]
    {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        let mut form = theirs.form("f").with("name", "Stolen");
        form.action = path.clone();
        assert_eq!(stranger.post(&form).await.status, 404, "{path}");
    }
    assert!(visitor.get(LIST).await.text().contains("Phone"));
}

async fn a_locked_accounts_passkey_opens_nothing(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    idp.execute("UPDATE account SET status = 'locked'");
    let visitor = idp.visitor();
    let answer = idp.sign_in_by_passkey(&visitor, &device).await;
    assert_eq!((answer.status, answer.has("locked-page")), (403, true), "{answer:?}");
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
}

async fn a_passkey_is_not_added_long_after_the_last_proof(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let page = visitor.get(&format!("{LIST}/new")).await;
    let answer = visitor.passkey_answer(&page, "f", &idp.authenticator(), |_| {}).await;
    idp.advance(Duration::from_secs(301));
    assert_eq!(visitor.passkey_options(&page, "f").await.status, 403);
    let typed = [("name", "Tablet"), ("credential", answer.as_str())];
    let answer = visitor.submit(&page, "f", &typed).await;
    assert!(answer.location().unwrap().starts_with("/en/account/confirm?next=passkeys-new"), "{answer:?}");
    let confirm = visitor.follow(answer).await;
    let back = visitor.submit(&confirm, "f", &[("password", idp_tests::idp::PASSWORD)]).await;
    let page = visitor.follow(back).await;
    assert_eq!(page.form("f").value("name"), "Tablet", "nothing typed is lost: {page:?}");
    assert_eq!(idp.count("passkey"), 1);
    for path in [LIST, "/en/account/passkeys/new"] {
        assert!(idp.visitor().get(path).await.location().unwrap().starts_with("/en/sign-in"), "{path}");
    }
}

async fn a_new_name_that_was_typed_too_late_is_there_again_after_the_proof(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let path = edit_of(&visitor.get(LIST).await);
    let page = visitor.get(&path).await;
    idp.advance(Duration::from_secs(301));
    let answer = visitor.submit(&page, "f", &[("name", "Grandmother’s tablet")]).await;
    let confirm = visitor.follow(answer).await;
    let list =
        visitor.follow(visitor.submit(&confirm, "f", &[("password", idp_tests::idp::PASSWORD)]).await).await;
    assert!(list.text().contains("Phone"), "nothing was changed yet: {list:?}");
    assert_eq!(visitor.get(&path).await.form("f").value("name"), "Grandmother’s tablet");
    assert_eq!(visitor.get(&path).await.form("f").value("name"), "Phone", "once");
}

async fn the_last_way_to_sign_in_can_not_be_removed(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.execute("UPDATE account SET password_hash = NULL");
    idp.step_by_passkey(&visitor, &device).await;
    let remove = edit_of(&visitor.get(LIST).await).replace("/edit", "/remove");
    let page = visitor.get(&remove).await;
    let answer = visitor.submit(&page, "remove-form", &[]).await;
    assert_eq!((answer.status, answer.words_of("refused").contains("your only way to sign in")), (422, true));
    idp.add_passkey(&visitor, &idp.authenticator(), "Second").await;
    let page = visitor.get(&remove).await;
    assert_eq!(visitor.submit(&page, "remove-form", &[]).await.status, 303);
    assert_eq!(
        idp.sign_in_by_passkey(&idp.visitor(), &device).await.status,
        422,
        "the removed one opens nothing"
    );
}

async fn options_are_for_our_own_pages_only(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    let page = visitor.get("/en/account/passkeys/new").await;
    let mut form = page.form("f");
    form.action = "/en/passkey-options".into();
    assert_eq!(visitor.post(&form).await.status, 200);
    assert_eq!(visitor.post(&form.clone().with("_csrf", "x")).await.status, 403);
    let foreign = visitor.request(Method::POST, "/en/passkey-options");
    let foreign = foreign
        .header("Origin", "https://evil.example")
        .header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(visitor.send(foreign.body(form.encoded())).await.status, 403);
    for (purpose, status) in [("", 400), ("x", 400), ("second_step", 403)] {
        assert_eq!(visitor.post(&form.clone().with("purpose", purpose)).await.status, status, "{purpose}");
    }
    let nobody = idp.visitor();
    let mut form = nobody.get("/en/sign-in").await.form("passkey-form");
    form.action = "/en/passkey-options".into();
    for (purpose, status) in [("sign_in", 200), ("register", 403), ("confirm", 403), ("second_step", 403)] {
        assert_eq!(nobody.post(&form.clone().with("purpose", purpose)).await.status, status, "{purpose}");
    }
    let options = nobody.post(&form).await.json();
    assert_eq!(options["allowCredentials"], serde_json::json!([]), "no list tells who has an account");
}

async fn the_texts_are_there_in_both_languages(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    idp.step_by_passkey(&visitor, &device).await;
    for (path, words) in [
        ("/fr/account/passkeys", &["Clés d’accès", "Renommer", "Retirer", "Sur un seul appareil"][..]),
        (
            "/fr/account/passkeys/new",
            &[
                "Connectez-vous avec votre visage, votre empreinte ou le NIP de votre appareil.",
                "N’en ajoutez pas sur un appareil partagé.",
                "Les clés d’accès exigent JavaScript. Vous pouvez utiliser une application d’authentification.",
            ],
        ),
        (
            "/en/account/passkeys/new",
            &[
                "Sign in with your face, fingerprint or device PIN.",
                "Do not add one on a shared device.",
                "Passkeys need JavaScript. You can use an authenticator app instead.",
            ],
        ),
    ] {
        let page = visitor.get(path).await;
        for words in words {
            assert!(page.text().contains(words), "{words}: {page:?}");
        }
    }
}

async fn a_passkey_is_the_second_step_after_a_password(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    let visitor = idp.visitor();
    let page = visitor.follow(idp.sign_in(&visitor, EMAIL, idp_tests::idp::PASSWORD).await).await;
    assert!(page.url.contains("/en/sign-in/second-step/passkey"), "{page:?}");
    assert_eq!(visitor.cookie("idp_session"), None, "a password alone opens nothing");
    let options = visitor.passkey_options(&page, "passkey-form").await.json();
    assert_eq!(options["allowCredentials"].as_array().map(Vec::len), Some(1));
    for (what, bend, _) in bends() {
        let page = visitor.get("/en/sign-in/second-step/passkey").await;
        let answer = visitor.passkey_answer(&page, "passkey-form", &device, bend).await;
        let answer = visitor.submit(&page, "passkey-form", &[("credential", &answer)]).await;
        assert_eq!((answer.status, answer.errors()), (422, vec![CANCELLED.to_owned()]), "{what}");
        assert_eq!(visitor.cookie("idp_session"), None, "{what}");
    }
    // An answer to a sign-in's challenge completes no second step.
    let sign_in = visitor.get("/en/sign-in").await;
    let answer = visitor.passkey_answer(&sign_in, "passkey-form", &device, |_| {}).await;
    let refused = visitor.submit(&page, "passkey-form", &[("credential", &answer)]).await;
    assert_eq!((refused.status, visitor.cookie("idp_session")), (422, None));
    let page = visitor.get("/en/sign-in/second-step/passkey").await;
    let done = visitor.use_passkey(&page, "passkey-form", &[], &device).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert!(visitor.follow(done).await.text().contains(EMAIL));
    let nobody = idp.visitor();
    let page = nobody.follow(nobody.get("/en/sign-in/second-step/passkey").await).await;
    assert!(page.has("sign-in"), "{page:?}");
}

async fn a_session_is_raised_by_a_passkey_when_a_service_asks_for_it(database: Database) {
    let (idp, visitor, device) = with_passkey(database).await;
    let service = idp.service().await;
    let plain = service.request();
    let page = visitor.follow(visitor.get(&plain.path()).await).await;
    let tokens = idp.tokens(&service, &plain, &page.parameter("code").unwrap()).await;
    assert_eq!(tokens.claims["acr"], "urn:ontario:idp:acr:1", "adding one is no proof");
    let before = tokens.claims["auth_time"].clone();
    let request = service.request().with("acr_values", "urn:ontario:idp:acr:3");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.url.contains("/sign-in/second-step/passkey"), "no password again: {page:?}");
    let answer = visitor.follow(visitor.use_passkey(&page, "passkey-form", &[], &device).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("{answer:?}"));
    let claims = idp.tokens(&service, &request, &code).await.claims;
    assert_eq!(claims["acr"], "urn:ontario:idp:acr:3");
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "hwk", "user", "mfa"]));
    assert_eq!((&claims["auth_time"], &claims["sid"]), (&before, &tokens.claims["sid"]));
}

async fn the_passkey_that_a_service_needs_can_not_be_removed(database: Database) {
    let (idp, _, device) = with_passkey(database).await;
    let service = idp.service_with("minimum_acr = \"urn:ontario:idp:acr:3\"\n").await;
    let (visitor, request) = (idp.visitor(), service.request());
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let answer = visitor.follow(visitor.use_passkey(&page, "passkey-form", &[], &device).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("{answer:?}"));
    idp.tokens(&service, &request, &code).await;
    let remove = edit_of(&visitor.get(LIST).await).replace("/edit", "/remove");
    let page = visitor.get(&remove).await;
    let answer = visitor.submit(&page, "remove-form", &[]).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.words_of("refused").contains("needs a second step."), "{answer:?}");
    idp.add_passkey(&visitor, &idp.authenticator(), "Second").await;
    let page = visitor.get(&remove).await;
    assert_eq!(visitor.submit(&page, "remove-form", &[]).await.status, 303, "one is left");
}

async fn a_service_that_needs_a_passkey_leads_to_making_one_and_back(database: Database) {
    let idp = TestIdp::start(database).await;
    let (visitor, device) = (idp.visitor(), idp.authenticator());
    idp.create_account(&visitor, EMAIL).await;
    let service = idp.service_with("minimum_acr = \"urn:ontario:idp:acr:3\"\n").await;
    let request = service.request();
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.url.contains("/en/sign-in/set-up"), "{page:?}");
    let page = visitor.follow(visitor.submit(&page, "f", &[("way", "passkey")]).await).await;
    assert!(page.url.contains("/en/account/passkeys/new?tx="), "{page:?}");
    let answer = visitor.use_passkey(&page, "f", &[("name", "Phone")], &device).await;
    let page = visitor.follow(answer).await;
    assert!(page.url.contains("/en/sign-in/second-step/passkey?tx="), "making one is no proof: {page:?}");
    let answer = visitor.follow(visitor.use_passkey(&page, "passkey-form", &[], &device).await).await;
    let code = answer.parameter("code").unwrap_or_else(|| panic!("{answer:?}"));
    assert_eq!(idp.tokens(&service, &request, &code).await.claims["acr"], "urn:ontario:idp:acr:3");
}
