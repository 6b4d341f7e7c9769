//! Every page of Justice Services Online.

use crate::inspector::Inspector;
use crate::justice_words::{ENGLISH, FRENCH, Justice};
use crate::world::{World, tick};
use ontario_language::Language;
use std::path::PathBuf;

pub async fn every_page(world: &World, inspector: &mut Inspector<'_>) {
    inspector.browser.client().delete_all_cookies().await.unwrap();
    let w = inspector.words.language.pick(&ENGLISH, &FRENCH);
    public_pages(world, inspector).await;
    registering(world, inspector, w).await;
    filing(world, inspector, w).await;
    lists_and_contact(world, inspector, w).await;
    leaving(world, inspector, w).await;
}

fn at(world: &World, language: Language, path: &str) -> String {
    world.justice(&format!("/{}/{path}", language.code()))
}

async fn public_pages(world: &World, inspector: &mut Inspector<'_>) {
    let language = inspector.words.language;
    for (page, path) in [
        ("justice", ""),
        ("justice", "?notice=signed-out"),
        ("civil", "civil"),
        ("family", "family"),
        ("justice's terms", "terms"),
        ("civil terms", "terms/civil"),
        ("family terms", "terms/family"),
        ("exit", "exit"),
        ("justice's session expired", "session-expired?page=file/joint-divorce&kept=nothing"),
        ("justice's not found", "nothing-here"),
    ] {
        inspector.go_and_look(&at(world, language, path), page).await;
    }
}

async fn registering(world: &World, inspector: &mut Inspector<'_>, w: &Justice) {
    let language = inspector.words.language;
    let (id, password) = world.one_key("great.heron5");
    inspector.browser.goto(&at(world, language, "sign-in?page=account")).await;
    inspector.browser.wait_for_title(w.one_key_title).await;
    inspector.browser.fill(w.words.one_key_id, &id).await;
    inspector.browser.fill(w.words.password, &password).await;
    inspector.browser.click(w.words.sign_in).await;
    inspector.browser.wait_for_title(w.terms_title).await;
    inspector.look("registration's terms").await;
    inspector.browser.click(w.next).await;
    inspector.wait_for_errors(w.terms_title).await;
    inspector.look("registration's terms").await;
    tick(&inspector.browser, w.accept_terms).await;
    inspector.browser.click(w.next).await;
    inspector.browser.wait_for_title(w.contact_title).await;
    inspector.look("registration's contact").await;
    inspector.browser.click(w.confirm).await;
    inspector.wait_for_errors(w.contact_title).await;
    inspector.look("registration's contact").await;
    inspector.browser.choose(w.individual).await;
    for (label, text) in [
        (w.last_name, "Heron"),
        (w.first_name, "Great"),
        (w.address, "1 Lake Road"),
        (w.city, "Kenora"),
        (w.postal, "p9n1a1"),
        (w.phone, "807 555-0123"),
        (w.email, "heron@example.test"),
    ] {
        inspector.browser.fill(label, text).await;
    }
    inspector.browser.select(w.province, "Ontario").await;
    inspector.browser.click(w.confirm).await;
    inspector.browser.wait_for_title(w.registered_title).await;
    inspector.look("registered").await;
    inspector.go_and_look(&at(world, language, "account"), "justice's account").await;
    let open = "for (const part of document.querySelectorAll('details')) part.open = true";
    inspector.browser.execute(open, vec![]).await;
    inspector.look("justice's account").await;
}

async fn filing(world: &World, inspector: &mut Inspector<'_>, w: &Justice) {
    let language = inspector.words.language;
    inspector.go_and_look(&at(world, language, "drafts"), "drafts").await;
    inspector.go_and_look(&at(world, language, "file/statement-of-claim"), "claim").await;
    inspector.browser.click(w.words.continue_).await;
    inspector.wait_for_errors(w.claim_title).await;
    inspector.look("claim").await;
    inspector.browser.fill(w.title, "Heron c. Loon").await;
    inspector.browser.select(w.court, "Kenora").await;
    inspector.browser.click(w.save_draft).await;
    inspector.browser.wait_for_text(w.draft_saved).await;
    inspector.look("claim").await;
    inspector.go_and_look(&at(world, language, "drafts"), "drafts").await;
    inspector.browser.click(&w.delete_draft.replace("{title}", "Heron c. Loon")).await;
    inspector.look("delete").await;
    inspector.browser.client().back().await.unwrap();
    inspector.browser.click(&w.continue_draft.replace("{title}", "Heron c. Loon")).await;
    inspector.browser.wait_for_title(w.claim_title).await;
    inspector.browser.click(w.words.continue_).await;
    inspector.browser.wait_for_title(w.document_title).await;
    inspector.look("document").await;
    let file: PathBuf = std::env::temp_dir().join(format!("jso-notes-{}.pdf", std::process::id()));
    std::fs::write(&file, "no document").unwrap();
    let field = inspector.browser.field(w.document).await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    inspector.browser.click(w.words.continue_).await;
    inspector.wait_for_errors(w.document_title).await;
    inspector.look("document").await;
    inspector.browser.click(w.words.continue_).await;
    inspector.browser.wait_for_title(w.check_title).await;
    inspector.look("check").await;
    inspector.browser.click(w.submit).await;
    inspector.browser.wait_for_title(w.transaction_title).await;
    inspector.look("transaction").await;
    inspector.browser.client().back().await.unwrap();
    inspector.browser.wait_for_title(w.step_done_title).await;
    inspector.look("filing's step done").await;
}

async fn lists_and_contact(world: &World, inspector: &mut Inspector<'_>, w: &Justice) {
    let language = inspector.words.language;
    for (page, path) in [
        ("transactions", "transactions"),
        ("transactions", "transactions?q=nothing"),
        ("contact information", "contact"),
        ("edit contact information", "contact/edit"),
    ] {
        inspector.go_and_look(&at(world, language, path), page).await;
    }
    inspector.browser.fill(w.postal, "12345").await;
    inspector.browser.click(w.save).await;
    inspector.wait_for_errors(w.edit_title).await;
    inspector.look("edit contact information").await;
    inspector.browser.fill(w.postal, "p9n 1a2").await;
    inspector.browser.click(w.save).await;
    inspector.browser.wait_for_text(w.saved).await;
    inspector.look("contact information").await;
}

async fn leaving(world: &World, inspector: &mut Inspector<'_>, w: &Justice) {
    inspector.go_and_look(&at(world, inspector.words.language, "exit"), "exit").await;
    inspector.browser.click(w.exit).await;
    inspector.browser.wait_for_text(w.exit_question).await;
    inspector.look("exit").await;
}
