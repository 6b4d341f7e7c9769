//! C2: which partners are linked, and taking one off.

use idp_tests::hub::HubWorld;
use idp_tests::idp::{Database, PASSWORD, Page, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

const EMAIL: &str = "person@example.test";
const PARTNERS: &str = "/en/account/partners";

on_sqlite_and_postgres! {
    a_linked_partner_is_shown_and_taken_off_with_a_mail_and_in_the_activity
    the_only_way_to_sign_in_stays
    unlinking_asks_for_a_new_proof_and_takes_only_ones_own
    of_two_clicks_at_once_one_takes_the_last_way_and_none_takes_both
}

/// Links "alex" to the account with a password; the person's browser is signed in.
async fn linked(world: &HubWorld, person: &Visitor) {
    world.idp.create_account(&world.idp.visitor(), EMAIL).await;
    let page = world.by_partner(person, "/en/sign-in", "alex").await;
    let page = world.give_address(person, &page, EMAIL).await;
    let page = person.follow(world.give_code(person, &page, EMAIL).await).await;
    let answer = person.submit(&page, "f", &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), Some("/en/partner/done"), "{answer:?}");
}

/// The addresses of the pages that ask whether to take one off.
fn unlink_links(page: &Page) -> Vec<String> {
    let links = page.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
    links.filter(|link| link.contains("/unlink?link=")).map(str::to_owned).collect()
}

async fn a_linked_partner_is_shown_and_taken_off_with_a_mail_and_in_the_activity(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    linked(&world, &person).await;
    let security = person.get("/en/account/security").await;
    assert!(security.text().contains("Unlink sign-in partner"), "{security:?}");
    assert!(person.get("/fr/account/security").await.text().contains("Dissocier le partenaire de connexion"));
    let page = person.get(PARTNERS).await;
    assert!(page.text().contains("Linked") && !page.body.contains("boreal"), "{page:?}");
    let ask = person.get(&unlink_links(&page)[0]).await;
    assert!(ask.text().contains("will no longer sign you in to this account"), "{ask:?}");
    world.idp.advance(Duration::from_secs(31));
    let answer = person.submit(&ask, "unlink-form", &[]).await;
    assert_eq!(answer.location(), Some("/en/account/partners?done=unlinked"), "{answer:?}");
    let page = person.follow(answer).await;
    for words in ["Sign-in partner unlinked", "No sign-in partner is linked"] {
        assert!(page.text().contains(words), "{words}: {page:?}");
    }
    let mail = world.idp.mail_to(EMAIL).await;
    assert_eq!(
        mail.subject,
        "Sign-in partner unlinked from your account / Partenaire de connexion dissocié de votre compte"
    );
    assert!(mail.text.contains("It can no longer be used to sign in."), "{}", mail.text);
    let (english, french) =
        (person.get("/en/account/activity").await, person.get("/fr/account/activity").await);
    for words in ["Sign-in partner linked", "Sign-in partner unlinked"] {
        assert!(english.text().contains(words), "{words}: {english:?}");
    }
    for words in ["Partenaire de connexion associé", "Partenaire de connexion dissocié"] {
        assert!(french.text().contains(words), "{words}: {french:?}");
    }
    assert!(!person.get("/en/account/security").await.text().contains("Unlink"));
    // The identifier is new here again, and the address is asked once more.
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "alex").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    assert_eq!((world.idp.count("account"), world.idp.count("partner_link")), (1, 0));
}

async fn the_only_way_to_sign_in_stays(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    world.create_account(&person, "alex", EMAIL).await;
    let activity = person.get("/en/account/activity").await;
    assert!(activity.text().contains("Account created"), "{activity:?}");
    let link = unlink_links(&person.get(PARTNERS).await).remove(0);
    let refused = person.submit(&person.get(&link).await, "unlink-form", &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words_of("refused").contains("your only way to sign in"), "{refused:?}");
    let french = person.submit(&person.get(&link.replace("/en/", "/fr/")).await, "unlink-form", &[]).await;
    assert!(french.words_of("refused").contains("votre seule façon de vous connecter"), "{french:?}");
    assert_eq!(world.idp.count("partner_link"), 1);
    // With a passkey it is not the only one.
    let device = world.idp.authenticator();
    world.idp.add_passkey(&person, &device, "Phone").await;
    world.idp.step_by_passkey(&person, &device).await;
    let answer = person.submit(&person.get(&link).await, "unlink-form", &[]).await;
    assert_eq!((answer.status, world.idp.count("partner_link")), (303, 0), "{answer:?}");
    let gone = person.get(&link).await;
    assert_eq!(gone.status, 404, "{gone:?}");
}

async fn unlinking_asks_for_a_new_proof_and_takes_only_ones_own(database: Database) {
    let world = HubWorld::start(database).await;
    let (person, other) = (world.idp.visitor(), world.idp.visitor());
    linked(&world, &person).await;
    world.create_account(&other, "bo", "bo@example.test").await;
    let link = unlink_links(&person.get(PARTNERS).await).remove(0);
    let ask = person.get(&link).await;
    assert_eq!(other.get(&link).await.status, 404);
    let others_ask = other.get(&unlink_links(&other.get(PARTNERS).await)[0]).await;
    let named = link.split_once("link=").expect("its name").1;
    assert_eq!(other.submit(&others_ask, "unlink-form", &[("link", named)]).await.status, 404);
    for junk in ["", "x", "../..", "%00"] {
        let answer = person.get(&format!("/en/account/partners/unlink?link={junk}")).await;
        assert!(answer.status == 404 || answer.status == 400, "{junk}: {answer:?}");
    }
    world.idp.advance(Duration::from_mins(6));
    let confirm = Some("/en/account/confirm?next=partners");
    assert_eq!(person.get(&link).await.location(), confirm);
    assert_eq!(person.submit(&ask, "unlink-form", &[]).await.location(), confirm);
    assert_eq!(world.idp.visitor().get(PARTNERS).await.location(), Some("/en/sign-in?next=partners"));
    assert_eq!(world.idp.count("partner_link"), 2);
}

async fn of_two_clicks_at_once_one_takes_the_last_way_and_none_takes_both(database: Database) {
    let world = HubWorld::start(database).await;
    let person = world.idp.visitor();
    world.create_account(&person, "alex", EMAIL).await;
    world.idp.advance(Duration::from_secs(31));
    // A second identifier, by the first.
    let page = world.by_partner(&world.idp.visitor(), "/en/sign-in", "bo").await;
    assert!(page.url.contains("/partner/email"), "{page:?}");
    let second = world.idp.visitor();
    let page = world.by_partner(&second, "/en/sign-in", "bo").await;
    let page = world.give_address(&second, &page, EMAIL).await;
    let page = second.follow(world.give_code(&second, &page, EMAIL).await).await;
    let to_hub = second.submit(&page, "by-partner-default", &[]).await;
    let back = world.through_hub(&to_hub, "alex").await;
    assert_eq!(second.get(&back).await.location(), Some("/en/partner/done"));
    let links = unlink_links(&second.get(PARTNERS).await);
    assert_eq!(links.len(), 2);
    let (one, two) = (second.get(&links[0]).await, second.get(&links[1]).await);
    let (one, two) =
        tokio::join!(second.submit(&one, "unlink-form", &[]), second.submit(&two, "unlink-form", &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!((statuses, world.idp.count("partner_link")), ([303, 422], 1));
}
