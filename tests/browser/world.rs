//! The programs of one test, and the steps that many tests take.
#![allow(dead_code, reason = "two test binaries share this, and each needs its own part")]

use crate::words::{ENGLISH, Words};
use demo::{Demo, DemoOptions, Ports};
use idp_domain::time::Timestamp;
use idp_server::adapters::clock::Clock;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::wait::until;
use mail_parser::MessageParser;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

/// Fits all rules.
pub const PASSWORD: &str = "Maple-Tree-2026";

/// A demonstration on free ports, with a clock that only goes where the test sets it beside the real one.
pub struct World {
    demo: Option<Demo>,
    offset: Arc<AtomicI64>,
    folder: PathBuf,
}

/// What an activation mail brings.
#[derive(Debug, Clone)]
pub struct ActivationMail {
    pub code: String,
    pub link: String,
}

impl World {
    pub async fn start() -> Self {
        Self::with_settings(&[]).await
    }

    /// With settings of the identity server as environment variables.
    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("idp-demo-{}-{number}", std::process::id()));
        let offset = Arc::new(AtomicI64::new(0));
        let options = DemoOptions {
            ports: Ports::FREE,
            directory: folder.clone(),
            clock: Clock::shifted(Arc::clone(&offset)),
            settings: settings.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        };
        let demo = Demo::start(options).await.unwrap_or_else(|error| panic!("no demonstration: {error}"));
        Self { demo: Some(demo), offset, folder }
    }

    fn demo(&self) -> &Demo {
        self.demo.as_ref().expect("it runs")
    }

    pub fn idp(&self, path: &str) -> String {
        format!("{}{path}", self.demo().addresses.idp)
    }

    pub fn portal(&self, path: &str) -> String {
        format!("{}{path}", self.demo().addresses.serviceontario)
    }

    /// Justice Services Online.
    pub fn justice(&self, path: &str) -> String {
        format!("{}{path}", self.demo().addresses.justice)
    }

    pub fn mailbox(&self, path: &str) -> String {
        format!("{}{path}", self.demo().addresses.mailbox)
    }

    /// The address and the password of the ready-made account.
    pub fn resident(&self) -> (String, String) {
        let account = &self.demo().accounts[0];
        (account.email.clone(), account.password.clone())
    }

    /// The address, the password and the app's key of the ready-made administrator.
    pub fn administrator(&self) -> (String, String, String) {
        let all = &self.demo().accounts;
        let account = all.iter().find(|account| !account.totp_key.is_empty()).expect("there is one");
        (account.email.clone(), account.password.clone(), account.totp_key.clone())
    }

    /// What the clock of all programs says.
    pub fn now(&self) -> Timestamp {
        Clock::shifted(Arc::clone(&self.offset)).now()
    }

    /// A request of the portal's that would like a second step.
    pub fn request_of_level_two(&self) -> String {
        let callback = self.portal("/callback").replace(':', "%3A").replace('/', "%2F");
        self.idp(&format!(
            "/authorize?response_type=code&client_id=serviceontario-account&redirect_uri={callback}&scope=openid&nonce=n&state=s\
             &code_challenge={}&code_challenge_method=S256&acr_values=urn%3Aontario%3Aidp%3Aacr%3A2",
            "A".repeat(43)
        ))
    }

    /// Moves the clock of all programs.
    pub fn advance(&self, by: Duration) {
        self.offset.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// The mails to an address so far, the oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<String> {
        let entries = std::fs::read_dir(&self.demo().mail_directory).expect("the folder of mails is there");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        let mails = files.iter().filter_map(|file| {
            let bytes = std::fs::read(file).ok()?;
            let mail = MessageParser::default().parse(&bytes)?;
            let to = mail.to()?.first()?.address()?.to_owned();
            (to == address).then(|| mail.body_text(0).unwrap_or_default().into_owned())
        });
        mails.collect()
    }

    /// The `number`th mail to an address, from 1; waits for it.
    pub async fn mail(&self, address: &str, number: usize) -> String {
        until(&format!("mail {number} to {address}"), async || {
            self.mails_to(address).get(number - 1).cloned()
        })
        .await
    }

    /// The same for a mail with a code and a link, whose language is the page's.
    pub async fn activation_mail(&self, address: &str, number: usize) -> ActivationMail {
        let text = self.mail(address, number).await;
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        let code =
            text.lines().map(str::trim).find(is_code).expect("the mail has a code on a line of its own");
        let link = text.lines().map(str::trim).find(|line| line.contains("/activate?t="));
        ActivationMail { code: code.to_owned(), link: link.expect("the mail has a link").to_owned() }
    }

    /// From the portal's first page to the page that creates an account.
    pub async fn go_to_create_account(&self, browser: &Browser, words: &Words) {
        browser.goto(&self.portal(&format!("/{}/", words.language.code()))).await;
        browser.click(words.begin).await;
        browser.wait_for_title(words.sign_in_title).await;
        browser.click(words.create_an_account).await;
        browser.wait_for_title(words.create_title).await;
    }

    /// Fills in M2.
    pub async fn fill_in_new_account(&self, browser: &Browser, words: &Words, address: &str) {
        browser.fill(words.email, address).await;
        browser.fill(words.password, PASSWORD).await;
        tick(browser, words.accept_terms).await;
    }

    /// From the portal's first page to M3, with the mail that was sent.
    pub async fn register(&self, browser: &Browser, words: &Words, address: &str) -> ActivationMail {
        self.go_to_create_account(browser, words).await;
        self.fill_in_new_account(browser, words, address).await;
        browser.click(words.create_an_account).await;
        browser.wait_for_title(words.verify_title).await;
        self.activation_mail(address, 1).await
    }

    /// On M1: signs in.
    pub async fn sign_in(&self, browser: &Browser, words: &Words, (address, password): &(String, String)) {
        browser.fill(words.email, address).await;
        browser.fill(words.password, password).await;
        browser.click(words.sign_in).await;
    }

    /// On T1: has no ONE-key account, and says so twice.
    pub async fn has_no_one_key(&self, browser: &Browser, words: &Words) {
        browser.wait_for_title(words.transfer_title).await;
        browser.choose(words.transfer_no).await;
        browser.click(words.continue_).await;
        browser.wait_for_title(words.confirm_no_title).await;
        tick(browser, words.understand).await;
        browser.click(words.confirm).await;
    }

    /// The ready-made ONE-key account of this ID.
    pub fn one_key(&self, id: &str) -> (String, String) {
        let account = self.demo().accounts.iter().find(|account| account.one_key_id == id);
        let account = account.expect("it is ready-made");
        (account.one_key_id.clone(), account.password.clone())
    }

    /// Signs the ready-made account in at the identity server itself.
    pub async fn sign_in_at_home(&self, browser: &Browser, words: &Words) {
        browser.goto(&self.idp(&format!("/{}/sign-in", words.language.code()))).await;
        self.sign_in(browser, words, &self.resident()).await;
        // Signing in leads to the account's own language.
        browser.wait_for_title(ENGLISH.your_account_title).await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.demo.take());
        // A folder that stays behind is only untidy.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A browser that speaks the language of `words`.
pub fn options(words: &Words) -> BrowserOptions {
    BrowserOptions::default().language(words.language)
}

/// Ticks a box as a keyboard does: a click on the label's middle might hit the link in it.
pub async fn tick(browser: &Browser, label: &str) {
    browser.field(label).await.send_keys(" ").await.expect("a box can be ticked");
}
