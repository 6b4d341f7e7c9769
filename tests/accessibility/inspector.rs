//! Looks at one page after the other and gathers what is wrong, so that one run tells everything.

use crate::words::Words;
use fantoccini::Locator;
use idp_tests::browser::Browser;
use idp_tests::wait::until;
use std::collections::HashMap;

/// Ids that more than one element has.
const REPEATED_IDS: &str = r#"
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, n) => ids.indexOf(id) !== n);
"#;

/// What is pressed and less than 44 px high (pages.md 0.5); a link within a sentence may be (WCAG 2.5.8).
const SMALL_TARGETS: &str = r#"
    const isIn = (link) =>
      [...link.parentNode.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    return [...document.querySelectorAll("a[href], button, summary")]
      .filter((target) => target.checkVisibility() && !target.matches(".ontario-show-on-focus, [aria-hidden]"))
      .filter((target) => target.getBoundingClientRect().height < 43.9 && !isIn(target))
      .map((target) => `${target.getBoundingClientRect().height} px: ${target.outerHTML.slice(0, 160)}`);
"#;

/// A browser with a list of faults.
pub struct Inspector<'a> {
    pub browser: Browser,
    pub words: &'a Words,
    phone: bool,
    /// Which page has which title.
    titles: HashMap<String, String>,
    faults: Vec<String>,
}

impl<'a> Inspector<'a> {
    pub fn new(browser: Browser, words: &'a Words, phone: bool) -> Self {
        Self { browser, words, phone, titles: HashMap::new(), faults: Vec::new() }
    }

    async fn list(&self, script: &str) -> Vec<String> {
        let list = self.browser.execute(script, vec![]).await;
        serde_json::from_value(list).unwrap()
    }

    /// Goes to an address and looks at the page called `page` here.
    pub async fn go_and_look(&mut self, address: &str, page: &str) {
        self.browser.goto(address).await;
        self.look(page).await;
    }

    /// Waits for the page of this title in its error state.
    pub async fn wait_for_errors(&self, title: &str) {
        self.browser.wait_for_title(&format!("{}{title}", self.words.error)).await;
    }

    /// Presses a button that leads to another document, and waits until that one is there.
    pub async fn press(&self, selector: &str) {
        let client = self.browser.client();
        let document = async || client.execute("return performance.timeOrigin", vec![]).await.ok();
        let before = document().await;
        let button = client.find(Locator::Css(selector)).await;
        let button = button.unwrap_or_else(|error| panic!("no {selector}: {error}"));
        button.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        let other = async || document().await.filter(|now| Some(now) != before.as_ref());
        until(&format!("the page after {selector}"), other).await;
    }

    /// Looks at the page that is shown.
    pub async fn look(&mut self, page: &str) {
        let title = self.browser.title().await;
        let size = if self.phone { "phone" } else { "desktop" };
        self.browser.screenshot(&format!("{}-{size}-{page}", self.words.language.code())).await;
        let mut faults: Vec<String> =
            self.browser.axe().await.iter().map(|violation| format!("{violation:#?}")).collect();
        if self.phone && self.browser.has_horizontal_scroll().await {
            faults.push("it scrolls sideways".to_owned());
        }
        for id in self.list(REPEATED_IDS).await {
            faults.push(format!("two elements have the id {id}"));
        }
        faults.extend(self.list(SMALL_TARGETS).await);
        let headings = self.browser.client().find_all(Locator::Css("h1")).await.unwrap().len();
        if headings != 1 {
            faults.push(format!("it has {headings} h1"));
        }
        let tells_errors = self.browser.client().find(Locator::Css("#error-summary")).await.is_ok();
        if title.starts_with(self.words.error) != tells_errors {
            faults.push(format!("an error summary: {tells_errors}, which the title does not fit"));
        }
        if !title.contains(" – ") {
            faults.push("the title does not name the service".to_owned());
        }
        let language = self.browser.execute("return document.documentElement.lang", vec![]).await;
        if language != self.words.language.tag() {
            faults.push(format!("its language is {language}"));
        }
        let known = self.titles.entry(title.clone()).or_insert_with(|| page.to_owned());
        if known != page {
            faults.push(format!("{known:?} has the same title"));
        }
        if !faults.is_empty() {
            self.browser.screenshot(&format!("fault-{}-{page}", self.words.language.code())).await;
        }
        let url = self.browser.url().await;
        self.faults.extend(faults.into_iter().map(|fault| format!("{page} ({title}, {url}): {fault}")));
    }

    /// Fails with all that was found.
    pub fn assert_no_faults(&self) {
        assert!(self.titles.len() > 30, "only {} titles seen", self.titles.len());
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}
