//! A real Chromium, driven as a person would: by the words on the page.
//!
//! Each [`Browser`] is a session with a profile of its own: no cookie, no history. Elements are found by what a person
//! reads (a link's text, a field's label), so a test that passes also shows that each field has its label. All of it
//! works with JavaScript switched off, save where it's said. Methods panic with the page's address and its words when
//! something isn't there.

mod authenticator;
mod axe;
mod driver;
#[cfg(test)]
mod tests;

pub use authenticator::VirtualAuthenticator;
pub use axe::Violation;
pub use fantoccini::key::Key;

use crate::wait::LIMIT;
use driver::Driver;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use ontario_language::Language;
use serde_json::Value;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The folder that screenshots go to; none are kept when it isn't set.
pub const SCREENSHOTS: &str = "IDP_TEST_SCREENSHOTS";

/// How a browser is set up.
#[derive(Debug, Clone)]
pub struct BrowserOptions {
    javascript: bool,
    phone: bool,
    width: u32,
    height: u32,
    language: Language,
}

impl Default for BrowserOptions {
    /// A desktop window of 1280 by 1000, JavaScript on, English.
    fn default() -> Self {
        Self { javascript: true, phone: false, width: 1280, height: 1000, language: Language::English }
    }
}

impl BrowserOptions {
    /// Pages' scripts don't run.
    #[must_use]
    pub fn without_javascript(self) -> Self {
        Self { javascript: false, ..self }
    }

    /// A phone of 320 by 640 CSS pixels, the narrowest that WCAG 2.2 asks for (1.4.10).
    #[must_use]
    pub fn phone(self) -> Self {
        Self { phone: true, width: 320, height: 640, ..self }
    }

    /// The window's size in CSS pixels; a desktop's is never under about 500 wide, see [`Self::phone`].
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self { width, height, ..self }
    }

    /// What the browser sends as Accept-Language: `en-CA,en` or `fr-CA,fr`.
    #[must_use]
    pub fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }
}

/// An open browser; it closes when it is dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    /// The document that a press is about to leave; see [`Self::arrive`].
    leaving: Mutex<Option<Element>>,
}

impl Browser {
    /// Opens one (about a second; ChromeDriver itself starts with the first of the process).
    pub async fn open(options: BrowserOptions) -> Self {
        let client = Driver::shared().open(&options).await;
        let session = client.session_id().await.ok().flatten().expect("a session has an id");
        Self { client, session, leaving: Mutex::new(None) }
    }

    /// The WebDriver session, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Goes to an address and waits until the page has loaded. What a press has just set going comes first: else the page that
    /// it leads to could come in this one's place.
    pub async fn goto(&self, url: &str) {
        self.arrive().await;
        self.client.goto(url).await.unwrap_or_else(|error| panic!("can't go to {url}: {error}"));
    }

    /// Lets a press that leads elsewhere leave its page: the browser answers such a press before the next page is there, which
    /// may have the same title (a form that comes back with its errors) and, for a moment, no text. Each look at the page
    /// and each key comes after it.
    async fn arrive(&self) {
        let Some(document) = self.leaving.lock().expect("nobody panicked over it").take() else { return };
        let begun = Instant::now();
        while begun.elapsed() < LEAVING && document.is_displayed().await.is_ok() {
            tokio::time::sleep(PAUSE).await;
        }
        while begun.elapsed() < PATIENCE && self.body_text().await.is_empty() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Notes that the document of now is about to be left, if `pressed` is a link to another page or sends a form.
    async fn leave_by(&self, pressed: &Element) {
        let href = pressed.attr("href").await.ok().flatten();
        let kind = pressed.prop("type").await.ok().flatten().unwrap_or_default();
        let sends = !matches!(kind.as_str(), "" | "button" | "textarea" | "reset");
        if href.map_or(sends, |href| !href.starts_with('#')) {
            let document = self.client.find(Locator::Css("html")).await.ok();
            *self.leaving.lock().expect("nobody panicked over it") = document;
        }
    }

    /// The address in the address bar.
    pub async fn url(&self) -> String {
        self.arrive().await;
        self.client.current_url().await.expect("the browser answers").to_string()
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.arrive().await;
        self.client.title().await.expect("the browser answers")
    }

    /// The text of the page's one h1.
    pub async fn h1(&self) -> String {
        self.arrive().await;
        let headings = self.client.find_all(Locator::Css("h1")).await.expect("the browser answers");
        let [heading] = headings.as_slice() else {
            panic!("{} h1 on {}", headings.len(), self.describe().await)
        };
        heading.text().await.expect("an h1 has text")
    }

    /// All that can be read on the page.
    pub async fn text(&self) -> String {
        self.arrive().await;
        self.body_text().await
    }

    async fn body_text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until `text` can be read on the page.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("the text {text:?}"), async || self.text().await.contains(text)).await;
    }

    /// Waits until the page's title is `title`.
    pub async fn wait_for_title(&self, title: &str) {
        self.wait_for(&format!("the page {title:?}"), async || self.title().await == title).await;
    }

    /// Waits until it is so; panics after [`LIMIT`], telling the page that was there instead.
    async fn wait_for(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !is_so().await {
            assert!(begun.elapsed() < LIMIT, "waited in vain for {what} on {}", self.describe().await);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Presses the first visible link or button whose whole text is `text`, and waits for the page it leads to.
    pub async fn click(&self, text: &str) {
        let wanted = literal(text);
        let path = format!("//a[{TEXT}={wanted}] | //button[{TEXT}={wanted}] | //summary[{TEXT}={wanted}]");
        let element = self.first_visible(&path, &format!("link or button {text:?}")).await;
        self.leave_by(&element).await;
        self.press_on(element, text).await;
    }

    /// Ticks, unticks or chooses the checkbox or radio button labelled `label`, by a click on the label.
    pub async fn choose(&self, label: &str) {
        let element = self.first_visible(&label_path(label), &format!("label {label:?}")).await;
        self.press_on(element, label).await;
    }

    /// Types `value` into the field labelled `label`, in place of what was there. What stands after the label's words in
    /// brackets, such as "(required)", needn't be given.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap_or_else(|error| panic!("can't clear {label:?}: {error}"));
        field.send_keys(value).await.unwrap_or_else(|error| panic!("can't type into {label:?}: {error}"));
    }

    /// What stands in the field labelled `label`.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.ok().flatten().unwrap_or_default()
    }

    /// Chooses the option with the text `option` in the list labelled `label`.
    pub async fn select(&self, label: &str, option: &str) {
        let list = self.field(label).await;
        list.select_by_label(option)
            .await
            .unwrap_or_else(|error| panic!("no option {option:?} in {label:?}: {error}"));
    }

    /// The field labelled `label`, found by the label's `for`.
    pub async fn field(&self, label: &str) -> Element {
        let found = self.first_visible(&label_path(label), &format!("label {label:?}")).await;
        let id = found.attr("for").await.ok().flatten();
        let id = id.unwrap_or_else(|| panic!("the label {label:?} is tied to no field"));
        let field = self.client.find(Locator::Id(&id)).await;
        field.unwrap_or_else(|error| panic!("the label {label:?} is for {id:?}, which isn't there: {error}"))
    }

    /// Presses and releases one key where the focus is: [`Key::Tab`], [`Key::Enter`], or a `char`.
    pub async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        self.arrive().await;
        if value == char::from(Key::Enter) {
            let focused = self.client.active_element().await.expect("something has the focus");
            self.leave_by(&focused).await;
        }
        let stroke = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client
            .perform_actions(stroke)
            .await
            .unwrap_or_else(|error| panic!("can't press a key: {error}"));
    }

    /// The id of the element that has the focus; empty when it has none.
    pub async fn focused(&self) -> String {
        self.arrive().await;
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.attr("id").await.ok().flatten().unwrap_or_default()
    }

    /// Runs a script as the body of a function with `arguments`. JavaScript must be on.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.arrive().await;
        let result = self.client.execute(script, arguments).await;
        result.unwrap_or_else(|error| panic!("a test's script failed: {error}"))
    }

    /// Whether the page is wider than the window. JavaScript must be on.
    pub async fn has_horizontal_scroll(&self) -> bool {
        let script = "const page = document.documentElement; \
                      return page.scrollWidth > Math.min(page.clientWidth, window.outerWidth || page.clientWidth);";
        self.execute(script, vec![]).await == Value::Bool(true)
    }

    /// Writes a picture of the window to `NAME.png` in the folder that [`SCREENSHOTS`] names, if it does.
    pub async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os(SCREENSHOTS).map(std::path::PathBuf::from) else { return };
        self.arrive().await;
        let picture = self.client.screenshot().await.expect("the browser takes a picture");
        std::fs::create_dir_all(&folder).expect("the folder for screenshots can be made");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("the picture can be written");
    }

    async fn press_on(&self, element: Element, text: &str) {
        if let Err(error) = element.click().await {
            panic!("can't press {text:?} on {}: {error}", self.describe().await);
        }
    }

    /// The page that it is on may still be on its way: it is looked for again for a few seconds.
    async fn first_visible(&self, path: &str, what: &str) -> Element {
        self.arrive().await;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            for element in self.client.find_all(Locator::XPath(path)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("no {what} on {}", self.describe().await);
    }

    async fn describe(&self) -> String {
        format!("{} ({}):\n{}", self.url().await, self.title().await, self.text().await)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        Driver::shared().close(&self.session);
    }
}

/// How long an element is looked for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a pressed link or button may take to leave its page; not every one does.
const LEAVING: Duration = Duration::from_secs(3);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// An element's text in XPath, no-break spaces and runs of blanks as one space.
const TEXT: &str = "normalize-space(translate(., '\u{a0}\u{202f}', '  '))";

/// Labels that are `label`, or begin with it and go on in brackets.
fn label_path(label: &str) -> String {
    let (whole, flagged) = (literal(label), literal(&format!("{label} (")));
    format!("//label[{TEXT}={whole} or starts-with({TEXT}, {flagged})]")
}

/// `text` as an XPath expression, with the same blanks as [`TEXT`]; XPath has no escapes for quotes.
fn literal(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    if parts.len() == 1 { parts.concat() } else { format!("concat({})", parts.join(", '\"', ")) }
}
