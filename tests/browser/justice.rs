//! Justice Services Online as people meet it (pages.md section 10, walk 5): J0 → O1 → O2 (every error once) → O3 → J1 →
//! J2 → J3 → J4 → J5 → J10 → J7 → J8.

use crate::justice_words::{ENGLISH, FRENCH, Justice};
use crate::keyboard::{tab_to, type_text};
use crate::world::{World, options, tick};
use idp_tests::browser::{Browser, BrowserOptions, Key};
use std::path::PathBuf;
use std::time::Duration;

pub const ID: &str = "flowersb";
pub const PASSWORD: &str = "Elm-Tree-45";
const ADDRESS: &str = "bernie@example.test";

pub struct Walk<'a> {
    pub world: World,
    pub browser: Browser,
    pub words: &'a Justice,
    name: String,
    scripts: bool,
}

impl<'a> Walk<'a> {
    pub async fn open(words: &'a Justice, options: BrowserOptions, kind: &str, scripts: bool) -> Self {
        let (world, browser) = (World::start().await, Browser::open(options).await);
        let name = format!("{}-{kind}", words.words.language.code());
        Self { world, browser, words, name, scripts }
    }

    pub fn at(&self, path: &str) -> String {
        self.world.justice(&format!("/{}/{path}", self.words.words.language.code()))
    }

    /// Waits for the page, keeps its picture, and sees that it does not scroll sideways.
    pub async fn page(&self, title: &str, picture: &str) {
        self.browser.wait_for_title(title).await;
        self.browser.screenshot(&format!("jso-{}-{picture}", self.name)).await;
        if self.scripts {
            assert!(!self.browser.has_horizontal_scroll().await, "{title}");
        }
    }

    async fn error_page(&self, title: &str, picture: &str, errors: &[&str]) {
        self.page(&format!("{}{title}", self.words.words.error), picture).await;
        let text = self.browser.text().await;
        for error in errors {
            assert!(text.contains(error), "{error}: {text}");
        }
    }

    /// J0 and O1, to O2.
    async fn begin(&self) {
        let w = self.words;
        for (path, title) in [("family", w.family_title), ("civil", w.civil_title)] {
            self.browser.goto(&self.at(path)).await;
            self.page(title, &format!("j0-{path}")).await;
        }
        self.browser.click(w.file_documents).await;
        self.page(w.one_key_title, "o1").await;
        assert!(self.browser.text().await.contains(w.continue_to));
        self.browser.click(w.sign_up_now).await;
        self.page(w.register_title, "o2").await;
    }

    pub async fn passwords(&self, password: &str, again: &str) {
        self.browser.fill(self.words.words.password, password).await;
        self.browser.fill(self.words.confirm_password, again).await;
    }

    pub async fn questions(&self, values: [&str; 3], answers: [&str; 3]) {
        for n in 0..3 {
            let label = self.words.question.replace("{n}", &(n + 1).to_string());
            self.browser.field(&label).await.select_by_value(values[n]).await.unwrap();
            let label = self.words.answer.replace("{n}", &(n + 1).to_string());
            self.browser.fill(&label, answers[n]).await;
        }
    }

    /// O2 with every error once, then right; O3.
    async fn sign_up(&self) {
        let (browser, w) = (&self.browser, self.words);
        let sign_up = async |picture: &str, errors: &[&str]| {
            browser.click(w.sign_up).await;
            self.error_page(w.register_title, picture, errors).await;
        };
        sign_up("o2-empty", &w.empty_errors).await;
        browser.fill(w.choose_id, "short").await;
        self.passwords("Ab-1", "Ab-1").await;
        self.questions(["dream-job", "dream-job", "first-holiday"], ["Astronaut", "astronaut", "Orillia"])
            .await;
        browser.fill(w.email, "bernie@").await;
        sign_up("o2-wrong", &w.wrong_errors).await;
        browser.fill(w.choose_id, "12345678").await;
        self.passwords("Elm Tree-45", "Elm Tree-45").await;
        self.questions(["dream-job", "first-holiday", "first-concert"], ["Astronaut", "Orillia", "ab"]).await;
        sign_up("o2-letter", &w.letter_errors).await;
        browser.fill(w.choose_id, "flowers+b").await;
        self.passwords(PASSWORD, "Elm-Tree-46").await;
        sign_up("o2-differ", &w.differ_errors).await;
        browser.fill(w.choose_id, PASSWORD).await;
        self.passwords(PASSWORD, PASSWORD).await;
        sign_up("o2-same", &[w.password_is_id]).await;
        browser.fill(w.choose_id, "maple.leaf01").await;
        self.passwords(PASSWORD, PASSWORD).await;
        self.questions(["dream-job", "first-holiday", "first-concert"], ["Astronaut", "Orillia", "The Hip"])
            .await;
        browser.fill(w.email, "").await;
        tick(browser, w.accept_one_key).await;
        sign_up("o2-taken", &[w.id_taken]).await;
        browser.fill(w.choose_id, ID).await;
        self.passwords(PASSWORD, PASSWORD).await;
        browser.click(w.sign_up).await;
        self.page(w.registered_one_key_title, "o3").await;
        let text = browser.text().await;
        assert!(
            text.contains(ID) && text.contains(if self.scripts { w.print } else { w.print_hint }),
            "{text}"
        );
        browser.click(w.words.continue_).await;
    }

    /// J1, J2 and J3.
    pub async fn register(&self) {
        let (browser, w) = (&self.browser, self.words);
        self.page(w.terms_title, "j1").await;
        browser.click(w.next).await;
        self.error_page(w.terms_title, "j1-wrong", &[w.words.accept_needed]).await;
        tick(browser, w.accept_terms).await;
        browser.click(w.next).await;
        self.page(w.contact_title, "j2").await;
        browser.click(w.confirm).await;
        self.error_page(w.contact_title, "j2-wrong", &w.contact_errors).await;
        browser.choose(w.individual).await;
        browser.fill(w.last_name, "Flowers").await;
        // Another country, and back: the list follows, what was typed stays.
        browser.select(w.country, w.united_states).await;
        browser.click(w.update).await;
        browser.wait_for_title(w.contact_title).await;
        browser.select(w.province, w.new_york).await;
        browser.select(w.country, "Canada").await;
        browser.click(w.update).await;
        browser.wait_for_title(w.contact_title).await;
        assert_eq!(browser.value(w.last_name).await, "Flowers");
        browser.fill(w.first_name, "Bernie").await;
        browser.fill(w.address, "45, Elm Street").await;
        browser.fill(w.city, "Toronto").await;
        browser.select(w.province, "Ontario").await;
        browser.fill(w.postal, "m5v2t6").await;
        browser.fill(w.phone, "416 555-0123").await;
        browser.fill(w.email, ADDRESS).await;
        self.page(w.contact_title, "j2-filled").await;
        browser.click(w.confirm).await;
        self.page(w.registered_title, "j3").await;
        assert!(browser.text().await.contains("M5V 2T6"));
        let mail = self.world.mail(ADDRESS, 1).await;
        assert!(mail.starts_with(w.mail_begins) && mail.contains("JSO-"), "{mail}");
        browser.click(w.go_to_account).await;
    }

    /// J4, J5, J6 and J10.
    async fn file(&self) {
        let (browser, w) = (&self.browser, self.words);
        self.page(w.account_title, "j4").await;
        browser.goto(&self.at("drafts")).await;
        self.page(w.drafts_title, "j5-empty").await;
        assert!(browser.text().await.contains(w.no_drafts));
        browser.goto(&self.at("account")).await;
        browser.click(w.start_claim).await;
        self.page(w.claim_title, "j10").await;
        browser.click(w.words.continue_).await;
        self.error_page(w.claim_title, "j10-wrong", &w.filing_errors).await;
        browser.fill(w.title, "Flowers c. Elm").await;
        browser.select(w.court, "Sault Ste. Marie").await;
        browser.click(w.save_draft).await;
        browser.wait_for_text(w.draft_saved).await;
        self.page(w.claim_title, "j10-saved").await;
        browser.goto(&self.at("drafts")).await;
        self.page(w.drafts_title, "j5").await;
        browser.click(&w.continue_draft.replace("{title}", "Flowers c. Elm")).await;
        browser.wait_for_title(w.claim_title).await;
        browser.click(w.words.continue_).await;
        self.page(w.document_title, "j10-document").await;
        self.choose_file("notes.pdf", b"no document at all").await;
        browser.click(w.words.continue_).await;
        self.error_page(w.document_title, "j10-document-wrong", &[w.not_pdf]).await;
        self.choose_file("claim.pdf", PDF).await;
        browser.click(w.words.continue_).await;
        self.page(w.check_title, "j10-check").await;
        assert!(browser.text().await.contains("claim.pdf"));
        browser.click(w.submit).await;
        self.page(w.transaction_title, "j10-done").await;
        assert!(browser.text().await.contains(w.submitted));
        browser.client().back().await.unwrap();
        if !self.scripts {
            // Chromium shows a page without scripts again from its memory.
            browser.wait_for_title(w.check_title).await;
            browser.click(w.submit).await;
            self.page(w.transaction_title, "j10-again").await;
            browser.client().back().await.unwrap();
            browser.client().refresh().await.unwrap();
        }
        browser.wait_for_text(w.words.step_done).await;
        self.page(w.step_done_title, "j10-x4").await;
        browser.goto(&self.at("transactions")).await;
        self.page(w.transactions_title, "j6").await;
    }

    async fn choose_file(&self, name: &str, content: &[u8]) {
        let folder = std::env::temp_dir().join(format!("jso-{}-{}", std::process::id(), self.name));
        std::fs::create_dir_all(&folder).unwrap();
        let file: PathBuf = folder.join(name);
        std::fs::write(&file, content).unwrap();
        self.browser.field(self.words.document).await.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// J7 and J8.
    async fn leave(&self) {
        let (browser, w) = (&self.browser, self.words);
        browser.goto(&self.at("contact")).await;
        self.page(w.contact_page_title, "j7").await;
        assert!(browser.text().await.contains(w.future_only));
        browser.click(w.edit).await;
        self.page(w.edit_title, "j7-edit").await;
        browser.fill(w.city, "Sudbury").await;
        browser.click(w.save).await;
        self.page(w.contact_page_title, "j7-saved").await;
        let text = browser.text().await;
        assert!(text.contains(w.saved) && text.contains("Sudbury"));
        browser.goto(&self.at("account")).await;
        browser.click(w.exit).await;
        self.page(w.exit_title, "j8").await;
        assert!(browser.text().await.contains(w.exit_question));
        browser.click(w.yes).await;
        browser.wait_for_text(w.words.signed_out).await;
        self.page(w.landing_title, "landing").await;
        browser.goto(&self.at("sign-in?page=account")).await;
        browser.wait_for_title(w.one_key_title).await;
    }

    async fn walk(&self) {
        self.begin().await;
        self.sign_up().await;
        self.register().await;
        self.file().await;
        self.leave().await;
    }
}

/// The smallest PDF that is one.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\n0000000000 65535 f \n\
    trailer<</Root 1 0 R/Size 2>>\nstartxref\n40\n%%EOF\n";

#[tokio::test]
async fn walk_5_in_english_without_javascript() {
    let options = options(&ENGLISH.words).without_javascript().size(1000, 1600);
    Walk::open(&ENGLISH, options, "no-js", false).await.walk().await;
}

#[tokio::test]
async fn walk_5_in_french_without_javascript() {
    let options = options(&FRENCH.words).without_javascript().size(1000, 1600);
    Walk::open(&FRENCH, options, "no-js", false).await.walk().await;
}

#[tokio::test]
async fn walk_5_in_english_on_a_phone() {
    Walk::open(&ENGLISH, options(&ENGLISH.words).phone(), "phone", true).await.walk().await;
}

#[tokio::test]
async fn walk_5_in_french_on_a_phone() {
    Walk::open(&FRENCH, options(&FRENCH.words).phone(), "phone", true).await.walk().await;
}

#[tokio::test]
async fn the_portal_is_walked_by_keyboard_alone() {
    let walk = Walk::open(&ENGLISH, options(&ENGLISH.words), "keyboard", true).await;
    let (browser, w) = (&walk.browser, walk.words);
    let (id, password) = walk.world.one_key("great.heron5");
    browser.goto(&walk.at("civil")).await;
    let enter = async |id: &str| {
        tab_to(browser, id).await;
        browser.press(Key::Enter).await;
    };
    enter("sign-in").await;
    browser.wait_for_title(w.one_key_title).await;
    tab_to(browser, "id").await;
    type_text(browser, &id).await;
    tab_to(browser, "password").await;
    type_text(browser, &password).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(w.terms_title).await;
    tab_to(browser, "accept").await;
    browser.press(' ').await;
    enter("next").await;
    browser.wait_for_title(w.contact_title).await;
    tab_to(browser, "role").await;
    browser.press(Key::Down).await;
    for (field, text) in [
        ("last_name", "Heron"),
        ("first_name", "Great"),
        ("address", "1 Lake Road"),
        ("city", "Kenora"),
        ("province", "Ont"),
        ("postal", "p9n1a1"),
        ("phone", "807 555 0123"),
        ("email", "heron@example.test"),
    ] {
        tab_to(browser, field).await;
        type_text(browser, text).await;
    }
    browser.press(Key::Enter).await;
    browser.wait_for_title(w.registered_title).await;
    enter("to-account").await;
    browser.wait_for_title(w.account_title).await;
    enter("start-joint-divorce").await;
    browser.wait_for_title(w.divorce_title).await;
    tab_to(browser, "title").await;
    type_text(browser, "Heron and Loon").await;
    tab_to(browser, "court").await;
    type_text(browser, "Ken").await;
    enter("continue").await;
    browser.wait_for_title(w.divorce_document_title).await;
    enter("continue").await;
    browser.wait_for_title(w.check_title).await;
    enter("submit").await;
    browser.wait_for_title(w.transaction_title).await;
    assert_eq!(browser.focused().await, "", "the message has the focus, and no id");
    enter("to-account").await;
    browser.wait_for_title(w.account_title).await;
    enter("exit").await;
    browser.wait_for_title(w.exit_title).await;
    enter("no").await;
    browser.wait_for_title(w.landing_title).await;
}

/// J9: what a civil filing's form held when the time ran out is a draft; a family filing's is lost.
#[tokio::test]
async fn fifteen_minutes_keep_a_civil_filing_and_lose_a_family_filing() {
    let options = options(&ENGLISH.words).without_javascript().size(1000, 1400);
    let walk = Walk::open(&ENGLISH, options, "j9", false).await;
    let (browser, w) = (&walk.browser, walk.words);
    let account = walk.world.one_key("great.heron5");
    let sign_in = async || {
        browser.fill(w.words.one_key_id, &account.0).await;
        browser.fill(w.words.password, &account.1).await;
        browser.click(w.words.sign_in).await;
    };
    browser.goto(&walk.at("sign-in?page=account")).await;
    browser.wait_for_title(w.one_key_title).await;
    sign_in().await;
    walk.register().await;
    for (kind, title, said, kept) in [
        ("statement-of-claim", w.claim_title, "Your draft was saved", "statement-of-claim"),
        ("joint-divorce", w.divorce_title, "Your answers were not saved", ""),
    ] {
        browser.goto(&walk.at(&format!("file/{kind}"))).await;
        browser.wait_for_title(title).await;
        browser.fill(w.title, kind).await;
        walk.world.advance(Duration::from_secs(15 * 60 + 1));
        browser.click(w.words.continue_).await;
        browser.wait_for_text(said).await;
        browser.screenshot(&format!("jso-j9-{kind}")).await;
        browser.click("Sign in again").await;
        browser.wait_for_title(w.one_key_title).await;
        sign_in().await;
        browser.wait_for_title(title).await;
        assert_eq!(browser.value(w.title).await, kept, "the draft, or a new form");
    }
    browser.goto(&walk.at("drafts")).await;
    let text = browser.text().await;
    assert!(text.contains("statement-of-claim") && !text.contains("joint-divorce"), "{text}");
}
