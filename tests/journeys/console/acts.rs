//! Each act by its form: keys, services, mails, administrators, notices.

use super::{administrator, records};
use idp_domain::administration::Role;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    keys_are_rotated_once_the_next_one_was_published_long_enough
    a_key_is_revoked_in_emergency_by_typing_it
    a_service_is_added_changed_given_a_secret_and_disabled
    a_registration_that_breaks_a_rule_says_so_at_its_field
    all_that_is_wrong_is_said_at_once_in_the_order_of_the_fields
    a_new_service_is_told_in_the_words_of_its_form_and_gets_its_id_when_saved
    a_waiting_mail_is_looked_at_without_its_code_resent_and_cancelled
    roles_are_granted_and_revoked_and_the_last_one_stays
    a_notice_stands_on_the_sign_in_page_until_it_is_removed
}

async fn keys_are_rotated_once_the_next_one_was_published_long_enough(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    let rotate = "/en/admin/keys/rotate";
    idp.execute(&format!("UPDATE signing_key SET published_at = {}", idp.now().micros()));
    let page = one.fill(rotate, &[("reason", "too soon")]).await;
    assert_eq!(page.status, 422, "{page:?}");
    assert!(page.errors()[0].starts_with("The next key must be published until "), "{:?}", page.errors());
    assert_eq!(one.fill(rotate, &[("algorithm", "HS256"), ("reason", "x")]).await.status, 422);
    idp.advance(Duration::from_hours(24 * 3));
    one.sign_in_again(&idp).await;
    let kid = |state: &str| {
        let sql =
            format!("SELECT kid AS value FROM signing_key WHERE algorithm = 'ES256' AND state = '{state}'");
        idp.query(&sql)[0].clone()
    };
    let (active, next) = (kid("active"), kid("next"));
    let confirm = one.fill(rotate, &[("algorithm", "ES256"), ("reason", "by hand")]).await;
    let told = confirm.words_of("confirm");
    assert!(told.contains(&format!("{next} follows {active}")) && told.contains("by hand"), "{told}");
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/keys?done=rotated"), "{answer:?}");
    assert_eq!((kid("active"), kid("retired")), (next.clone(), active));
    let page = one.visitor.follow(answer).await;
    assert!(page.text().contains("The keys were rotated") && page.has("key-line"), "{page:?}");
    let record =
        records(&idp, "key_activated").into_iter().find(|record| record.contains("by hand")).unwrap();
    assert!(record.contains(&format!("administrator:{}", one.id)) && record.contains(&next), "{record}");
    let csv = one.get("/en/admin/keys?format=csv&algorithm=ES256").await.body;
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

async fn a_key_is_revoked_in_emergency_by_typing_it(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    let kid =
        idp.query("SELECT kid AS value FROM signing_key WHERE algorithm = 'RS256' AND state = 'active'");
    let kid = kid[0].clone();
    let path = format!("/en/admin/keys/{kid}/revoke");
    for typed in ["", "other", &kid.to_uppercase().replace('A', "B")] {
        let page = one.fill(&path, &[("confirm", typed), ("reason", "leaked")]).await;
        assert_eq!(page.errors(), ["This is not the ID of this key"], "{typed}");
    }
    let confirm = one.fill(&path, &[("confirm", &format!(" {kid} ")), ("reason", "leaked")]).await;
    assert!(confirm.text().contains("stops being trusted at once"), "{confirm:?}");
    // Another tab was faster: the second says so, and nothing more happens.
    let other = one.fill(&path, &[("confirm", &kid), ("reason", "leaked")]).await;
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/keys?done=revoked"), "{answer:?}");
    let late = one.visitor.submit(&other, "f", &[]).await;
    assert_eq!(late.status, 409, "{late:?}");
    assert!(late.text().contains("This key was revoked before"), "{late:?}");
    assert_eq!(one.get(&path).await.status, 409);
    assert_eq!(one.get("/en/admin/keys/nothing/revoke").await.status, 404);
    assert_eq!(records(&idp, "key_revoked").len(), 1);
}

const FISHING: [(&str, &str); 6] = [
    ("client_id", "fishing"),
    ("name_en", "Fishing licences"),
    ("name_fr", "Permis de pêche"),
    ("redirect_uris", "https://fish.example.ca/cb\r\nhttps://fish.example.ca/cb2"),
    ("more", "{\"default_max_age\": 600}"),
    ("reason", "a new service"),
];

async fn a_service_is_added_changed_given_a_secret_and_disabled(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let shown = one.change("/en/admin/services/new", &FISHING).await;
    let secret = shown.words_of("secret");
    assert!(shown.status == 200 && secret.len() >= 40, "{shown:?}");
    assert!(shown.text().contains("It will not be shown again"), "{shown:?}");
    let credentials = |secret: String| ("fishing".to_owned(), secret);
    let works = async |(id, secret): (String, String)| {
        let answer =
            idp.token(Some((&id, &secret)), &[("grant_type", "authorization_code"), ("code", "x")]).await;
        answer.json()["error"] != "invalid_client"
    };
    assert!(works(credentials(secret.clone())).await);
    let page = one.get("/en/admin/services/fishing").await;
    assert!(page.text().contains("Permis de pêche") && !page.body.contains(&secret), "{page:?}");
    // The same id again is taken.
    let typed = [
        ("client_id", "fishing"),
        ("name_en", "A"),
        ("name_fr", "A"),
        ("redirect_uris", "https://fish.example.ca/cb"),
        ("reason", "x"),
    ];
    let page = one.fill("/en/admin/services/new", &typed).await;
    assert_eq!(page.errors(), ["This client ID is taken"]);
    // A change keeps what it doesn't touch.
    let edit = "/en/admin/services/fishing/edit";
    let form = one.get(edit).await.form("f");
    assert_eq!(form.value("redirect_uris"), "https://fish.example.ca/cb\nhttps://fish.example.ca/cb2");
    assert!(form.value("more").contains("\"default_max_age\": 600"), "{form:?}");
    let confirm = one.fill(edit, &[("name_en", "Fishing"), ("reason", "shorter")]).await;
    let told = confirm.words_of("confirm");
    assert!(told.contains("Before: Fishing licences After: Fishing"), "{told}");
    assert!(!told.contains("pêche"), "only what differs: {told}");
    let answer = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(answer.location(), Some("/en/admin/services/fishing?done=updated"), "{answer:?}");
    let page = one.fill(edit, &[("reason", "nothing")]).await;
    assert!(page.text().contains("Nothing differs from what is registered"), "{page:?}");
    // Two secrets are good during a change-over, and no third.
    let secret_path = "/en/admin/services/fishing/secret";
    let second = one.change(secret_path, &[("reason", "yearly")]).await.words_of("secret");
    assert!(works(credentials(secret.clone())).await && works(credentials(second.clone())).await);
    let third = one.change(secret_path, &[("reason", "again")]).await.words_of("secret");
    assert!(!works(credentials(secret)).await && works(credentials(second)).await);
    assert!(works(credentials(third.clone())).await);
    let answer = one.change("/en/admin/services/fishing/disable", &[("reason", "over")]).await;
    assert_eq!(answer.location(), Some("/en/admin/services/fishing?done=disabled"), "{answer:?}");
    assert!(!works(credentials(third)).await);
    for act in ["edit", "secret", "disable"] {
        assert_eq!(one.get(&format!("/en/admin/services/fishing/{act}")).await.status, 409, "{act}");
    }
    assert_eq!(one.get("/en/admin/services/nobody").await.status, 404);
    let events = ["service_added", "service_updated", "client_secret_rotated", "service_disabled"];
    assert_eq!(events.map(|event| records(&idp, event).len()), [1, 1, 2, 1]);
}

async fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_fields(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin, Role::KeyAdmin]).await;
    let typed = [("more", "x"), ("redirect_uris", "http://a.example.ca/cb")];
    let errors = one.fill("/en/admin/services/new", &typed).await.errors();
    let begins = [
        "Enter the text in both",
        "Enter the text in both",
        "Redirect URI line 1",
        "Enter valid JSON",
        "Say why",
    ];
    assert_eq!(errors.len(), begins.len(), "{errors:?}");
    for (error, begin) in errors.iter().zip(begins) {
        assert!(error.starts_with(begin), "{begin}: {errors:?}");
    }
    let errors =
        one.fill("/en/admin/partners/new", &[("position", "first"), ("issuer", "http://a")]).await.errors();
    let of = |part: &str| errors.iter().position(|error| error.contains(part)).expect(part);
    let order = [of("1 to 32"), of("on one line"), of("must be https"), of("whole number"), of("Say why")];
    assert!(order.is_sorted() && of("Say why") + 1 == errors.len(), "{errors:?}");
}

async fn a_new_service_is_told_in_the_words_of_its_form_and_gets_its_id_when_saved(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let typed: Vec<_> = FISHING.into_iter().filter(|(name, _)| *name != "client_id").collect();
    let confirm = one.fill("/fr/admin/services/new", &typed).await;
    let told = confirm.words_of("confirm");
    for words in ["Créé à l’enregistrement du service", "Particuliers", "Mon Ontario", "Oui"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    for code in ["personal", "my-ontario", "false"] {
        assert!(!told.contains(code), "{code}: {told}");
    }
    let shown = one.visitor.submit(&confirm, "f", &[]).await;
    let ids =
        idp.query("SELECT client_id AS value FROM relying_service WHERE metadata LIKE '%Fishing licences%'");
    assert!(shown.body.contains(&format!("/fr/admin/services/{}", ids[0])), "{ids:?}: {shown:?}");
}

async fn a_registration_that_breaks_a_rule_says_so_at_its_field(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let good =
        [("name_en", "A"), ("name_fr", "A"), ("redirect_uris", "https://a.example.ca/cb"), ("reason", "x")];
    let with = |name: &'static str, value: &'static str| {
        good.into_iter().filter(|(other, _)| *other != name).chain([(name, value)]).collect::<Vec<_>>()
    };
    for (typed, message) in [
        (
            with("redirect_uris", "https://a.example.ca/cb\nhttp://a.example.ca"),
            "Redirect URI line 2 must be https and exact",
        ),
        (with("redirect_uris", ""), "Redirect URIs: name at least one"),
        (with("name_fr", " "), "Enter the text in both languages"),
        (with("client_id", "a b"), "Client ID: it must have 1 to 128 characters of A–Z a–z 0–9 - . _ ~"),
        (with("more", "[1]"), "Enter valid JSON"),
        (with("more", "{\"unknown\": 1}"), "A member is unknown or has a value of another type"),
        (with("more", "{\"client_name\": \"B\"}"), "client_name has a field of its own above"),
        (
            with("more", "{\"client_secret\": \"0123456789abcdef\"}"),
            "Leave the secret out: it is made for you and shown once",
        ),
        (with("authentication", "nothing"), "A member is unknown or has a value of another type"),
    ] {
        let page = one.fill("/en/admin/services/new", &typed).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]), "{typed:?}");
    }
    let page = one.get("/fr/admin/services/new").await;
    let page = one.visitor.submit(&page, "f", &with("redirect_uris", "http://a.example.ca")).await;
    assert_eq!(page.errors(), ["Ligne 1\u{a0}: l’URI de redirection doit être https et exacte"]);
    assert_eq!(idp.count("relying_service"), 0);
}

async fn a_waiting_mail_is_looked_at_without_its_code_resent_and_cancelled(database: Database) {
    let trial = TestIdp::start(database).await;
    let one = administrator(&trial, "one@example.test", &[Role::Support]).await;
    trial.register_address(&trial.visitor(), "/en/create-account", "waiting@example.test").await;
    let id =
        trial.query("SELECT id AS value FROM outbox_mail WHERE state = 'waiting' AND kind = 'activation'");
    let path = format!("/en/admin/mail/{}", id[0]);
    let list = one.get("/en/admin/mail?state=waiting").await;
    assert!(list.text().contains("w…@….test") && !list.body.contains("waiting@example"), "{list:?}");
    let whole = one.get(&path).await;
    assert!(whole.text().contains("the whole message is shown"), "{whole:?}");
    assert!(
        whole
            .words_of("preview")
            .split(' ')
            .any(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
    );
    let answer = one.change(&format!("{path}/resend"), &[("reason", "asked by phone")]).await;
    assert_eq!(answer.location(), Some(format!("{path}?done=resent").as_str()), "{answer:?}");
    let answer = one.change(&format!("{path}/cancel"), &[("reason", "asked by phone")]).await;
    assert_eq!(answer.location(), Some("/en/admin/mail?done=cancelled"), "{answer:?}");
    let page = one.get(&path).await;
    assert!(page.text().contains("The text was erased"), "{page:?}");
    for act in ["resend", "cancel"] {
        let page = one.get(&format!("{path}/{act}")).await;
        assert_eq!(page.status, 409, "{page:?}");
        assert!(page.text().contains("does not wait any more"), "{page:?}");
    }
    assert_eq!(["mail_retried", "mail_cancelled"].map(|event| records(&trial, event).len()), [1, 1]);
}

async fn roles_are_granted_and_revoked_and_the_last_one_stays(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    idp.create_account(&idp.visitor(), "two@example.test").await;
    let two = super::account_of(&idp, "two@example.test").await;
    let grant = "/en/admin/admins/grant";
    for (email, role, message) in [
        ("", "auditor", "Enter your email address"),
        ("no address", "auditor", "Enter your email address in the correct format, like name@example.com"),
        ("two@example.test", "root", "Choose one of the options"),
    ] {
        let page = one.fill(grant, &[("email", email), ("role", role), ("reason", "x")]).await;
        assert_eq!(page.errors(), [message], "{email} {role}");
    }
    let nobody = [("email", "nobody@example.test"), ("role", "auditor"), ("reason", "x")];
    let page = one.change(grant, &nobody).await;
    assert_eq!(page.errors(), ["No active My Ontario Account has this address"]);
    let typed = [("email", "TWO@example.test"), ("role", "key-admin"), ("reason", "a colleague")];
    assert_eq!(one.change(grant, &typed).await.location(), Some("/en/admin/admins?done=granted"));
    assert_eq!(one.change(grant, &typed).await.location(), Some("/en/admin/admins?done=unchanged"));
    let list = one.get("/en/admin/admins").await.words_of("administrators");
    assert!(list.contains("two@example.test") && list.contains("Authenticator app"), "{list}");
    let revoke = |id: &str| format!("/en/admin/admins/{id}/revoke");
    let typed = [("role", "key-admin"), ("reason", "left")];
    let answer = one.change(&revoke(two.as_str()), &typed).await;
    assert_eq!(answer.location(), Some("/en/admin/admins?done=revoked"), "{answer:?}");
    let confirm = one.fill(&revoke(one.id.as_str()), &typed).await;
    assert!(confirm.text().contains("This is your own role"), "{confirm:?}");
    let page = one.visitor.submit(&confirm, "f", &[]).await;
    assert_eq!(page.errors(), ["Keep at least one administrator with this role"]);
    assert_eq!(one.get(&revoke("nobody")).await.status, 404);
    assert_eq!(one.get("/en/admin").await.status, 200);
}

async fn a_notice_stands_on_the_sign_in_page_until_it_is_removed(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let new = "/en/admin/notices/new";
    let base = [("text_en", "Closed on Sunday"), ("text_fr", "Fermé dimanche"), ("reason", "planned")];
    for (name, value, message) in [
        ("text_fr", "", "Enter the text in both languages"),
        ("start", "soon", "Enter a date and a time, like 2026-11-21 14:05"),
        ("end", "2001-01-01 00:00", "The end must be after the start"),
        ("kind", "rumour", "Choose one of the options"),
    ] {
        let typed: Vec<_> =
            base.into_iter().filter(|(other, _)| *other != name).chain([(name, value)]).collect();
        let page = one.fill(new, &typed).await;
        assert_eq!((page.status, page.errors()), (422, vec![message.to_owned()]), "{name}");
    }
    assert_eq!(one.change(new, &base).await.location(), Some("/en/admin/notices?done=added"));
    assert!(idp.visitor().get("/fr/sign-in").await.words_of("notice").contains("Fermé dimanche"));
    let id = idp.query("SELECT id AS value FROM system_notice")[0].clone();
    let answer = one.change(&format!("/en/admin/notices/{id}/remove"), &[("reason", "over")]).await;
    assert_eq!(answer.location(), Some("/en/admin/notices?done=removed"), "{answer:?}");
    assert!(!idp.visitor().get("/en/sign-in").await.has("notice"));
    assert_eq!(one.get(&format!("/en/admin/notices/{id}/remove")).await.status, 404);
}
