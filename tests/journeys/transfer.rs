//! The one-time transfer: asked once, decided once, and what follows from it.

use idp_domain::ids::TransferId;
use idp_store::DeclineTransfer;
use idp_tests::idp::one_key::{ANSWERS, ONE_KEY_PASSWORD};
use idp_tests::idp::{Account, Database, Mail, OneKey, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::json;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_one_key_account_is_carried_over_and_its_service_finds_the_old_records
    a_no_is_said_twice_and_never_asked_again
    the_way_back_to_the_transfer_survives_a_change_of_language
    leaving_decides_nothing_and_only_a_service_that_used_one_key_asks
    sc_098_the_id_that_was_typed_when_the_session_ended_is_there_again
    what_can_not_be_carried_over_keeps_the_decision_open
    old_passwords_that_break_the_rules_of_today_still_prove
    sc_102_two_browsers_and_a_double_click_decide_once
    sc_102_a_decision_can_not_be_replayed
    sc_103_two_accounts_want_the_same_one_key_account
    both_addresses_get_a_mail
    a_receipt_is_checked_by_anybody_and_is_nothing_else
}

const EMAIL: &str = "person@example.test";
const ID: &str = "Maple.Leaf";

/// A service that used ONE-key, and a ONE-key account that was enrolled there and at another one.
async fn world(idp: &TestIdp) -> (Service, Service, OneKey) {
    let asking = idp.service_with("used_one_key = true\n").await;
    let other = idp.service_with("used_one_key = true\n").await;
    let one_key = idp.create_one_key(&idp.visitor(), ID, "old@example.test").await;
    idp.enrol(&one_key, asking.client.id.as_str(), "old-4711");
    (asking, other, one_key)
}

/// Signs in at a service up to T1.
async fn at_question(
    idp: &TestIdp,
    visitor: &Visitor,
    service: &Service,
    account: &Account,
) -> (Request, Page) {
    let request = service.request();
    let page = idp.authorize(visitor, &request, account).await;
    assert!(page.url.contains("/transfer?tx="), "{page:?}");
    (request, page)
}

/// From T1 to T2.
async fn say_yes(visitor: &Visitor, page: &Page) -> Page {
    let next = visitor.submit(page, "f", &[("transfer", "yes")]).await;
    visitor.follow(next).await
}

async fn prove(visitor: &Visitor, page: &Page, id: &str, password: &str) -> Page {
    visitor.submit(page, "f", &[("onekey_id", id), ("onekey_password", password)]).await
}

async fn a_one_key_account_is_carried_over_and_its_service_finds_the_old_records(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, other, one_key) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let before = idp.sign_in_at(&idp.visitor(), &idp.service().await, &account).await;
    let (request, page) = at_question(&idp, &visitor, &asking, &account).await;
    assert!(page.text().contains("Did you use ONE-key for Fishing licences?"), "{page:?}");
    assert!(page.body.contains("ontario-fieldset__legend ontario-show-for-sr"), "it is seen once");
    let nothing = visitor.submit(&page, "f", &[]).await;
    assert_eq!(nothing.errors(), ["Choose one of the options"]);
    let page = say_yes(&visitor, &nothing).await;
    for of_one_key in ["section-onekey username", "section-onekey current-password"] {
        assert!(page.body.contains(&format!("autocomplete=\"{of_one_key}\"")), "{page:?}");
    }
    let wrong = prove(&visitor, &page, ID, "Wrong-123").await;
    assert_eq!(wrong.errors(), ["The ONE-key ID or password is not correct"]);
    let done = prove(&visitor, &wrong, "maple.leaf", ONE_KEY_PASSWORD).await;
    let done = visitor.follow(done).await;
    assert!(done.url.contains("/transfer/done?tx=") && done.text().contains("was transferred"), "{done:?}");
    assert!(done.words_of("transfer-done").contains("Fishing licences"));
    // The receipt leads back to where the person goes on; later to the account's own page.
    let on = done.url.rsplit_once("/transfer/").map(|(_, rest)| format!("/en/transfer/{rest}")).unwrap();
    assert!(visitor.get(&done.link("receipt")).await.body.contains(&format!("href=\"{on}\"")));
    let later = visitor.get("/en/transfer/receipt").await;
    assert!(later.body.contains("href=\"/en/account/transfer\""), "{later:?}");
    let left = visitor.submit(&done, "continue-form", &[]).await;
    let tokens = idp.tokens(&asking, &request, &left.parameter("code").expect("a code")).await;
    assert_eq!(tokens.claims["onekey"]["sub"], "old-4711");
    let at = tokens.claims["onekey"]["transferred_at"].as_i64().unwrap();
    assert!((idp.now().seconds() - at).abs() < 60);
    assert_eq!(idp.userinfo(&tokens.access_token).await.json()["onekey"], tokens.claims["onekey"]);
    assert_ne!(tokens.claims["sub"], "old-4711", "the account's own sub stays its own");
    // A service where the ONE-key account was not enrolled learns nothing, and doesn't ask.
    let elsewhere = idp.sign_in_at(&visitor, &other, &account).await;
    assert!(elsewhere.claims.get("onekey").is_none(), "{}", elsewhere.claims);
    let later = idp.sign_in_at(&idp.visitor(), &idp.service().await, &account).await;
    assert_eq!(later.claims["sub"].as_str().map(str::len), before.claims["sub"].as_str().map(str::len));
    // The same answer at every later sign-in, in any browser.
    let again = idp.sign_in_at(&idp.visitor(), &asking, &account).await;
    assert_eq!(again.claims["onekey"], tokens.claims["onekey"]);
    assert_eq!(again.claims["sub"], tokens.claims["sub"]);
    // The old ID is refused, and why is told after the right password only.
    let refused = idp.sign_in_with_one_key(&idp.visitor(), ID, "Wrong-123").await;
    assert_eq!(refused.errors(), ["The ONE-key ID or password is not correct"]);
    let moved = idp.sign_in_with_one_key(&idp.visitor(), &one_key.id, &one_key.password).await;
    assert!(
        moved.title().starts_with("This ONE-key account was moved")
            && moved.text().contains("was moved to My Ontario Account"),
        "{moved:?}"
    );
    assert!(visitor.get("/en/account").await.text().contains("Fishing licences"), "a connected service");
}

async fn a_no_is_said_twice_and_never_asked_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, other, one_key) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let (request, page) = at_question(&idp, &visitor, &asking, &account).await;
    let tx = page.url.split_once("?tx=").unwrap().1.to_owned();
    let confirm = visitor.submit(&page, "f", &[("transfer", "no")]).await;
    let confirm = visitor.follow(confirm).await;
    assert!(
        confirm.text().contains("You will not be able to transfer a ONE-key account later."),
        "{confirm:?}"
    );
    assert!(
        confirm.has("critical") && !confirm.text().contains("Error:"),
        "nothing is wrong yet: {confirm:?}"
    );
    assert_eq!(idp.count("transfer_decision"), 0, "nothing is decided yet");
    let unsure = visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(unsure.errors(), ["Check the box to confirm"]);
    let left = visitor.submit(&unsure, "f", &[("understand", "yes")]).await;
    let tokens = idp.tokens(&asking, &request, &left.parameter("code").expect("a code")).await;
    assert!(tokens.claims.get("onekey").is_none());
    for service in [&asking, &other] {
        let again = visitor.get(&service.request().path()).await;
        assert!(again.parameter("code").is_some(), "{again:?}");
    }
    // No page offers it again, whatever is typed into the address.
    for path in ["transfer", "transfer/one-key", "transfer/confirm-no", "transfer/help"] {
        let page = visitor.get(&format!("/en/{path}")).await;
        assert!(page.location().is_some_and(|to| to.contains("/account")), "{path} {page:?}");
        let page = visitor.get(&format!("/en/{path}?tx={tx}")).await;
        assert!(matches!(page.status, 303 | 409), "{path} {page:?}");
    }
    // The ONE-key account is as it was.
    assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), &one_key.id, &one_key.password).await.status, 303);
    let mail = idp.mail_to(EMAIL).await;
    assert!(
        mail.subject == "ONE-key transfer / Transfert ONE-key" && mail.text.contains("This choice is final.")
    );
    let words = checked(&idp, &receipt_in(&mail).expect("a receipt")).await;
    assert!(words.contains("Transfer declined on"), "{words}");
}

async fn the_way_back_to_the_transfer_survives_a_change_of_language(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    let tx = page.url.split_once("?tx=").unwrap().1.to_owned();
    for path in ["recover", "recover/password", "recover/id", "recover/id/sent"] {
        let page = visitor.get(&format!("/en/one-key/{path}?tx={tx}&from=transfer")).await;
        assert!(path == "recover" || page.text().contains("Back to the transfer") || path == "recover/id");
        let french = if page.body.contains("name=\"_lang\"") {
            let switch = page.form("f").with("_lang", "fr");
            visitor.post(&switch).await.location().expect("a redirect").to_owned()
        } else {
            format!("/fr/one-key/{path}?tx={tx}&from=transfer")
        };
        assert!(french.starts_with(&format!("/fr/one-key/{path}?")), "{french}");
        assert!(french.contains("from=transfer") && french.contains(&tx), "{path}: {french}");
        let page = visitor.get(&french).await;
        let back = format!("/en/one-key/{path}?tx={tx}&#38;from=transfer");
        assert!(page.body.contains("name=\"_lang\"") || page.body.contains(&back), "{path}: {page:?}");
    }
    // All the way: the new password leads back, in the language that was chosen.
    let page = visitor.get(&format!("/fr/one-key/recover/password?tx={tx}&from=transfer")).await;
    let next = visitor.submit(&page, "f", &[("id", ID), ("way", "questions")]).await;
    let page = visitor.follow(next).await;
    let answers = [("answer1", ANSWERS[0]), ("answer2", ANSWERS[1]), ("answer3", ANSWERS[2])];
    let page = visitor.follow(visitor.submit(&page, "f", &answers).await).await;
    let saved = visitor.submit(&page, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    assert!(saved.location().is_some_and(|to| to.starts_with("/fr/transfer/one-key?")), "{saved:?}");
    let done = prove(&visitor, &visitor.follow(saved).await, ID, "Bouleau-77").await;
    assert!(done.location().is_some_and(|to| to.contains("/transfer/done")), "{done:?}");
}

async fn leaving_decides_nothing_and_only_a_service_that_used_one_key_asks(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let plain = idp.service().await;
    assert!(visitor.get(&plain.request().path()).await.parameter("code").is_some(), "it isn't asked there");
    let silent = visitor.get(&asking.request().with("prompt", "none").path()).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("interaction_required"));
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    say_yes(&visitor, &page).await;
    // Nothing was typed; the next sign-in asks again, in another browser too, in the service's language.
    at_question(&idp, &visitor, &asking, &account).await;
    let other = idp.visitor();
    let request = asking.request().with("ui_locales", "fr");
    let page = idp.authorize(&other, &request, &account).await;
    assert!(page.text().contains("Utilisiez-vous ONE-key pour Permis de pêche?"), "{page:?}");
    assert_eq!(idp.count("transfer_decision"), 0);
}

async fn sc_098_the_id_that_was_typed_when_the_session_ended_is_there_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let other = idp.create_account(&idp.visitor(), "other@example.test").await;
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    let page = say_yes(&visitor, &page).await;
    idp.advance(Duration::from_mins(16));
    let late = prove(&visitor, &page, ID, ONE_KEY_PASSWORD).await;
    assert!(late.status == 303 && idp.count("transfer_decision") == 0, "{late:?}");
    // They are told why, and led on with the same request.
    let expired = visitor.follow(late).await;
    assert!(expired.text().contains("You were signed out after 15 minutes without activity."), "{expired:?}");
    assert!(expired.body.contains("href=\"/en/sign-in?tx="), "{expired:?}");
    // To nobody else in this browser; to its person once, without the password.
    for (who, expected) in [(&other, ""), (&account, ID), (&account, "")] {
        idp.execute("DELETE FROM browser_session");
        let (_, page) = at_question(&idp, &visitor, &asking, who).await;
        let page = say_yes(&visitor, &page).await;
        let form = page.form("f");
        assert_eq!((form.value("onekey_id"), form.value("onekey_password")), (expected, ""));
    }
}

async fn what_can_not_be_carried_over_keeps_the_decision_open(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, one_key) = world(&idp).await;
    let (first, second) = (idp.visitor(), idp.visitor());
    let one = idp.create_account(&first, EMAIL).await;
    let two = idp.create_account(&second, "second@example.test").await;
    let (_, page) = at_question(&idp, &second, &asking, &two).await;
    let page = say_yes(&second, &page).await;
    idp.execute("UPDATE account SET status = 'locked' WHERE one_key_id IS NOT NULL");
    let locked = prove(&second, &page, ID, ONE_KEY_PASSWORD).await;
    assert_eq!(locked.errors(), ["This ONE-key account is locked. Reset its password first"]);
    idp.execute("UPDATE account SET status = 'active' WHERE one_key_id IS NOT NULL");
    let (_, question) = at_question(&idp, &first, &asking, &one).await;
    let details = say_yes(&first, &question).await;
    assert_eq!(prove(&first, &details, ID, ONE_KEY_PASSWORD).await.status, 303);
    let wrong = prove(&second, &locked, ID, "Wrong-123").await;
    assert_eq!(wrong.errors(), ["The ONE-key ID or password is not correct"], "nothing is told before");
    let taken = prove(&second, &wrong, &one_key.id, &one_key.password).await;
    assert_eq!(taken.errors(), ["This ONE-key account was already transferred"]);
    for id in ["nobody.here", "two words", "\u{202e}x", &"x".repeat(3000)] {
        let fresh = second.get(&page.url).await;
        let nobody = prove(&second, &fresh, id, ONE_KEY_PASSWORD).await;
        assert_eq!(nobody.status, 422, "{nobody:?}");
    }
    let help = second.get(&page.link("help")).await;
    assert!(help.has("transfer-help") && help.text().contains("Nothing is decided until then."), "{help:?}");
    // It is asked again, and another ONE-key account can still be carried over.
    idp.create_one_key(&idp.visitor(), "Birch.Leaf", "").await;
    let (_, question) = at_question(&idp, &second, &asking, &two).await;
    let details = say_yes(&second, &question).await;
    assert_eq!(prove(&second, &details, "Birch.Leaf", ONE_KEY_PASSWORD).await.status, 303);
    assert_eq!(idp.count("transfer_decision"), 2);
}

async fn old_passwords_that_break_the_rules_of_today_still_prove(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    idp.set_old_one_key_password(ID, "abc").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    let page = say_yes(&visitor, &page).await;
    let done = prove(&visitor, &page, ID, "abc").await;
    assert!(done.location().is_some_and(|to| to.contains("/transfer/done")), "{done:?}");
}

async fn sc_102_two_browsers_and_a_double_click_decide_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    let account = idp.create_account(&one, EMAIL).await;
    let (_, first) = at_question(&idp, &one, &asking, &account).await;
    let (_, second) = at_question(&idp, &two, &asking, &account).await;
    let first = say_yes(&one, &first).await;
    let second = two.follow(two.submit(&second, "f", &[("transfer", "no")]).await).await;
    // At once: the same form twice, and the *No* of the other browser.
    let yes = first.form("f").with("onekey_id", ID).with("onekey_password", ONE_KEY_PASSWORD);
    let no = second.form("f").with("understand", "yes");
    let (click, double, declined) = tokio::join!(one.post(&yes), one.post(&yes), two.post(&no));
    assert_eq!(
        (click.status, click.location()),
        (double.status, double.location()),
        "one answer to both clicks"
    );
    let transferred = click.location().is_some_and(|to| to.contains("/transfer/done"));
    let refused = declined.status == 409 || declined.location().is_some_and(|to| !to.contains("code="));
    assert_eq!(transferred, refused, "{click:?} {declined:?}");
    assert_eq!(idp.count("transfer_decision"), 1);
    let closed = idp.count("account WHERE status = 'transferred'");
    assert_eq!(closed == 1, transferred, "never half of it");
    assert_eq!(idp.count("transfer_decision WHERE one_key_account_id IS NOT NULL") == 1, transferred);
}

async fn sc_102_a_decision_can_not_be_replayed(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    idp.create_one_key(&idp.visitor(), "Birch.Leaf", "").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    let tab = visitor.get(&page.url).await;
    let details = say_yes(&visitor, &page).await;
    let other_tab = say_yes(&visitor, &tab).await;
    let form = other_tab.form("f");
    assert_eq!(prove(&visitor, &details, ID, ONE_KEY_PASSWORD).await.status, 303);
    // The back button, the other tab, and a form of its own making.
    assert_eq!(visitor.get(&details.url).await.status, 409);
    assert_eq!(prove(&visitor, &other_tab, "Birch.Leaf", ONE_KEY_PASSWORD).await.status, 409);
    let forged = form.with("_once", "AAAAAAAAAAAAAAAAAAAAAA").with("onekey_id", "Birch.Leaf");
    assert_eq!(visitor.post(&forged.with("onekey_password", ONE_KEY_PASSWORD)).await.status, 409);
    assert_eq!(idp.count("account WHERE status = 'transferred'"), 1);
    // Not even past the pages.
    let id = idp.query("SELECT account_id AS value FROM transfer_decision")[0].clone();
    let mail = idp_store::NewMail {
        id: idp_domain::ids::MailId::parse("m").unwrap(),
        kind: "transfer",
        payload: vec![1],
        expires_at: idp.now(),
    };
    let decline = DeclineTransfer {
        id: TransferId::parse("t").unwrap(),
        account: idp_domain::ids::AccountId::parse(&id).unwrap(),
        client: asking.client.id.clone(),
        mail,
        now: idp.now(),
    };
    assert!(!idp.app.store.decline_transfer(decline).await.unwrap());
}

async fn sc_103_two_accounts_want_the_same_one_key_account(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let (one, two) = (idp.visitor(), idp.visitor());
    let first = idp.create_account(&one, EMAIL).await;
    let second = idp.create_account(&two, "second@example.test").await;
    let (_, page) = at_question(&idp, &one, &asking, &first).await;
    let first = say_yes(&one, &page).await;
    let (_, page) = at_question(&idp, &two, &asking, &second).await;
    let second = say_yes(&two, &page).await;
    let (a, b) =
        tokio::join!(prove(&one, &first, ID, ONE_KEY_PASSWORD), prove(&two, &second, ID, ONE_KEY_PASSWORD));
    let done = [&a, &b].iter().filter(|page| page.status == 303).count();
    assert_eq!(done, 1, "{a:?} {b:?}");
    let refused = if a.status == 303 { &b } else { &a };
    assert_eq!(refused.errors(), ["This ONE-key account was already transferred"]);
    assert_eq!(idp.count("transfer_decision"), 1, "the other one's decision is open");
}

/// The signed receipt that a mail brings: in both halves the same.
fn receipt_in(mail: &Mail) -> Option<String> {
    let mut found: Vec<&str> = mail.text.lines().filter(|line| line.starts_with("eyJ")).collect();
    found.dedup();
    assert!(found.len() <= 1, "{}", mail.text);
    found.first().map(|receipt| (*receipt).to_owned())
}

/// What the verification page says of a receipt.
async fn checked(idp: &TestIdp, receipt: &str) -> String {
    let anybody = idp.visitor();
    let page = anybody.get("/en/receipts/verify").await;
    let page = anybody.submit(&page, "f", &[("receipt", receipt)]).await;
    assert!(page.status == 200 && page.text().contains("This receipt is genuine."), "{page:?}");
    page.words_of("receipt-facts")
}

async fn both_addresses_get_a_mail(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    let (_, page) = at_question(&idp, &visitor, &asking, &account).await;
    prove(&visitor, &say_yes(&visitor, &page).await, ID, ONE_KEY_PASSWORD).await;
    for address in [EMAIL, "old@example.test"] {
        let mail = idp.mail_to(address).await;
        assert_eq!(mail.subject, "ONE-key transfer / Transfert ONE-key");
        assert!(mail.text.contains("Its ONE-key ID no longer works."), "{}", mail.text);
        assert!(!mail.text.contains(ID) && !mail.text.contains(address), "{}", mail.text);
        // The receipt is for who decided.
        let words = match receipt_in(&mail) {
            Some(receipt) => checked(&idp, &receipt).await,
            None => String::new(),
        };
        assert_eq!(words.contains("ONE-key account transferred on"), address == EMAIL, "{words}");
    }
}

async fn a_receipt_is_checked_by_anybody_and_is_nothing_else(database: Database) {
    let idp = TestIdp::start(database).await;
    let (asking, _, _) = world(&idp).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, EMAIL).await;
    assert_eq!(visitor.get("/en/transfer/receipt").await.status, 404, "nothing is decided");
    let (request, page) = at_question(&idp, &visitor, &asking, &account).await;
    prove(&visitor, &say_yes(&visitor, &page).await, ID, ONE_KEY_PASSWORD).await;
    let shown = visitor.get("/en/transfer/receipt").await;
    let receipt = shown.words_of("receipt-code");
    let file = visitor.get(&shown.link("download")).await;
    assert!(file.header("content-disposition").contains("one-key-receipt.txt"));
    // Anybody checks it, also after the key has left the key set.
    idp.advance(Duration::from_hours(24 * 120));
    idp.tend_keys().await;
    let check = async |receipt: &str| {
        let visitor = idp.visitor();
        let page = visitor.get("/en/receipts/verify").await;
        visitor.submit(&page, "f", &[("receipt", receipt)]).await
    };
    for text in [receipt.as_str(), file.body.as_str(), &format!("  {}\n{}", &receipt[..40], &receipt[40..])] {
        let genuine = check(text).await;
        assert!(genuine.status == 200 && genuine.text().contains("This receipt is genuine."), "{genuine:?}");
        assert!(genuine.words_of("receipt-facts").contains("ONE-key account transferred on"));
    }
    let mut changed = receipt.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    let tokens = {
        let page = visitor.follow(visitor.get("/en/sign-in").await).await;
        drop(page);
        idp.sign_in_at(&idp.visitor(), &asking, &account).await
    };
    for text in ["x", "a.b.c", &String::from_utf8(changed).unwrap(), &tokens.id_token, &"x".repeat(20_000)] {
        let refused = check(text).await;
        assert_eq!(refused.status, 422, "{text}");
        assert_eq!(refused.errors(), ["This is not a receipt of ours, or it was changed"]);
    }
    // It opens nothing.
    let hint = visitor.get(&request.with("id_token_hint", &receipt).path()).await;
    assert_eq!(hint.parameter("error").as_deref(), Some("invalid_request"), "{hint:?}");
    assert_eq!(idp.userinfo(&receipt).await.status, 401);
    // It says nothing of the person.
    let claims = receipt.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    assert_eq!(json!(names), json!(["asked_by", "decision", "iat", "iss", "jti", "services"]));
}
