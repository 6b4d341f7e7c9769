//! The page around the content (pages.md 0.1): title, header, language control, service name bar, back link, notices,
//! error summary, heading, footer. Owns no text of a page.

use crate::components::{Alert, ErrorSummary, FormTokens};
use crate::parts::{FooterPart, HeadPart, HeaderPart, HeadingPart, OpeningPart};
use crate::texts;
use ontario_language::Language;
use std::sync::Arc;

/// What all pages of one program share; made once at start.
#[derive(Debug, Clone)]
pub struct Site {
    /// The name of the service in the bar and in titles.
    pub service: fn(Language) -> &'static str,
    /// Before `/{l}` in the link of the service name; empty for this origin.
    pub home_base: String,
    /// After `/{l}` in the link of the service name: `/` or `/home`.
    pub home_path: String,
    /// Before `/{l}/accessibility` and the other links of the footer: empty for this origin, an origin without a final
    /// slash where another program has those pages.
    pub information_base: String,
    /// Whether the demonstration notice is shown. It stays on unless the operator switches it off.
    pub demonstration: bool,
    /// The address of the operator's logo, shown in place of the text wordmark. None is shipped.
    pub logo: Option<String>,
    /// Whom to call for help, on every page at the same place (WCAG 3.2.6): in English and in French.
    pub help_phone: Option<[String; 2]>,
    /// The operator's own copyright line.
    pub copyright: Option<String>,
    /// A class of the service name bar, for a part that must not be taken for another.
    pub bar_class: Option<&'static str>,
}

impl Site {
    /// A demonstration with the footer pages on the same origin; change the fields for anything else.
    #[must_use]
    pub fn new(service: fn(Language) -> &'static str) -> Self {
        Self {
            service,
            home_base: String::new(),
            home_path: String::from("/"),
            information_base: String::new(),
            demonstration: true,
            logo: None,
            help_phone: None,
            copyright: None,
            bar_class: None,
        }
    }
}

/// How the page changes to the other language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LanguageControl {
    /// For a page without typed input: a link to the same page in the other language.
    Link {
        /// Path, query and transaction kept.
        href: String,
    },
    /// For a page with a text field: a button of the form `f` that sends `_lang`, so that the server keeps what was
    /// typed. The layout puts an empty default button before it, else Enter in a field would change the language.
    Button,
}

/// One entry at the right of the service name bar.
#[derive(Debug, Clone)]
pub enum BarItem {
    /// A link.
    Link {
        /// Visible text.
        label: String,
        /// Where it leads.
        href: String,
    },
    /// The sign-out form: a POST, never a link.
    SignOut {
        /// The form's address.
        action: String,
        /// Its hidden fields.
        tokens: FormTokens,
    },
}

/// The pages of one part of the program, one of which is shown: a list under the service name bar, which a phone keeps
/// folded.
#[derive(Debug, Clone)]
pub struct Navigation {
    /// What assistive technology calls it.
    pub label: String,
    /// What a phone shows until it is opened.
    pub summary: String,
    /// Its pages, in order.
    pub items: Vec<NavigationItem>,
}

/// One page of a [`Navigation`].
#[derive(Debug, Clone)]
pub struct NavigationItem {
    /// Visible text.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// The word of `aria-current`: `page` where it is the page that is shown, `true` where that page belongs to it.
    pub current: Option<&'static str>,
}

/// What the time-out warning (pages.md X1) needs; without a script nothing of it is shown.
#[derive(Debug, Clone)]
pub struct SessionTimeout {
    /// Seconds from the answer to the warning: 780.
    pub warn_after: u32,
    /// Seconds from the answer to the end of the session: 900.
    pub end_after: u32,
    /// Where "stay signed in" posts to (by `fetch`). 2xx means that the session goes on, anything else that it ended.
    pub keep_action: String,
    /// The hidden fields of that POST and of the sign-out form; without a single-use id, as they are sent many times.
    pub tokens: FormTokens,
    /// The sign-out form's address.
    pub sign_out_action: String,
    /// Where the page goes when the time is over (X2).
    pub expired_href: String,
    /// Whether the page's answers are kept as a draft.
    pub draft_is_saved: bool,
    /// The absolute end, which no extending moves.
    pub sign_in_again: Option<SignInAgain>,
}

/// The absolute end of a session.
#[derive(Debug, Clone)]
pub struct SignInAgain {
    /// Seconds from the answer to the absolute end.
    pub end_after: u32,
    /// Where one signs in again; the server keeps the page.
    pub href: String,
}

/// The data of `layout.html`. A page struct has it as its field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's language.
    pub language: Language,
    /// The program's settings.
    pub site: Arc<Site>,
    /// The page's part of the title.
    pub title: String,
    /// The `h1`; the title where a page gives none.
    pub heading: Option<String>,
    /// The relying service's registered name: the line under the `h1`.
    pub continue_to: Option<String>,
    /// How to change the language; none for a page without another language.
    pub language_control: Option<LanguageControl>,
    /// Name and value of the default button that goes before a language button, where the form has several.
    pub default_button: Option<(String, String)>,
    /// Links and sign-out form in the service name bar.
    pub bar: Vec<BarItem>,
    /// The pages of this part of the program.
    pub navigation: Option<Navigation>,
    /// Where the back link leads.
    pub back: Option<String>,
    /// The operator's notice, in a region of its own above everything.
    pub notice: Option<String>,
    /// A message above the `h1`: something was sent, saved or refused.
    pub alert: Option<Alert>,
    /// The form's errors; any makes this an error page.
    pub errors: ErrorSummary,
    /// The time-out warning of a signed-in page.
    pub session: Option<SessionTimeout>,
    /// Scripts beside `app.js`, by their names in the source tree.
    pub scripts: Vec<&'static str>,
    /// Whether the content takes the whole width (tables) rather than the reading column.
    pub wide: bool,
}

impl Frame {
    /// A page without form, link bar or scripts of its own.
    #[must_use]
    pub fn new(language: Language, site: &Arc<Site>, title: impl Into<String>) -> Self {
        Self {
            language,
            site: Arc::clone(site),
            title: title.into(),
            heading: None,
            continue_to: None,
            language_control: None,
            default_button: None,
            bar: Vec::new(),
            navigation: None,
            back: None,
            notice: None,
            alert: None,
            errors: ErrorSummary::new(language),
            session: None,
            scripts: Vec::new(),
            wide: false,
        }
    }

    /// Sets the `h1`.
    #[must_use]
    pub fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// Names the relying service that the person comes from.
    #[must_use]
    pub fn continue_to(mut self, client_name: Option<String>) -> Self {
        self.continue_to = client_name;
        self
    }

    /// A page without typed input: the language control links to `href`.
    #[must_use]
    pub fn language_link(mut self, href: impl Into<String>) -> Self {
        self.language_control = Some(LanguageControl::Link { href: href.into() });
        self
    }

    /// A page with a text field: the language control is a button of the form `f`.
    #[must_use]
    pub fn language_button(mut self) -> Self {
        self.language_control = Some(LanguageControl::Button);
        self
    }

    /// Gives the default button of the form `f` a name and a value.
    #[must_use]
    pub fn default_button(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_button = Some((name.into(), value.into()));
        self
    }

    /// Adds a link to the service name bar.
    #[must_use]
    pub fn bar_link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.bar.push(BarItem::Link { label: label.into(), href: href.into() });
        self
    }

    /// Adds the sign-out form to the service name bar.
    #[must_use]
    pub fn bar_sign_out(mut self, action: impl Into<String>, tokens: FormTokens) -> Self {
        self.bar.push(BarItem::SignOut { action: action.into(), tokens });
        self
    }

    /// Adds the list of this part's pages.
    #[must_use]
    pub fn navigation(mut self, navigation: Navigation) -> Self {
        self.navigation = Some(navigation);
        self
    }

    /// Adds a back link.
    #[must_use]
    pub fn back(mut self, href: impl Into<String>) -> Self {
        self.back = Some(href.into());
        self
    }

    /// Shows the operator's notice.
    #[must_use]
    pub fn notice(mut self, notice: Option<String>) -> Self {
        self.notice = notice;
        self
    }

    /// Shows a message above the `h1`.
    #[must_use]
    pub fn alert(mut self, alert: Option<Alert>) -> Self {
        self.alert = alert;
        self
    }

    /// Shows the error summary, if there is any error, and marks the title.
    #[must_use]
    pub fn errors(mut self, errors: ErrorSummary) -> Self {
        self.errors = errors;
        self
    }

    /// Adds the time-out warning and its script.
    #[must_use]
    pub fn session(mut self, session: SessionTimeout) -> Self {
        self.session = Some(session);
        self.script("session.js")
    }

    /// Adds a script by its name in the source tree.
    #[must_use]
    pub fn script(mut self, name: &'static str) -> Self {
        if !self.scripts.contains(&name) {
            self.scripts.push(name);
        }
        self
    }

    /// Gives the content the whole width.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

/// What the layout asks for.
impl Frame {
    /// `{Page} – {Service}`, with the prefix of an error page (pages.md 0.1).
    #[must_use]
    pub fn full_title(&self) -> String {
        let title = format!("{} – {}", self.title, self.service());
        if self.errors.is_empty() { title } else { texts::error_title(self.language, title) }
    }

    /// Whether the page has a form with typed input, the form `f`.
    #[must_use]
    pub fn has_typed_input(&self) -> bool {
        self.language_control == Some(LanguageControl::Button)
    }

    /// The line that tells, without a script too, how long a signed-in page with typed input may take (pages.md 0.6).
    #[must_use]
    pub fn time_limit(&self) -> Option<String> {
        let session = self.session.as_ref().filter(|_| self.has_typed_input())?;
        Some(texts::signed_out_after(self.language, session.end_after.div_ceil(60)))
    }

    /// Where the script goes when the time is over; what was typed and not sent is lost with it, and the page there says so.
    #[must_use]
    pub fn expired_href(&self) -> String {
        let Some(session) = &self.session else { return String::new() };
        let href = session.expired_href.clone();
        if !self.has_typed_input() || session.draft_is_saved {
            return href;
        }
        let separator = if href.contains('?') { '&' } else { '?' };
        format!("{href}{separator}answers=lost")
    }

    /// The text of the `h1`.
    #[must_use]
    pub fn h1(&self) -> &str {
        self.heading.as_deref().unwrap_or(&self.title)
    }

    /// The service's name.
    #[must_use]
    pub fn service(&self) -> &'static str {
        (self.site.service)(self.language)
    }

    /// Where the service name leads.
    #[must_use]
    pub fn home_href(&self) -> String {
        format!("{}/{}{}", self.site.home_base, self.language.code(), self.site.home_path)
    }

    /// The footer's links: text and address.
    #[must_use]
    pub fn footer_links(&self) -> [(&'static str, String); 4] {
        let link = |slug: &str| format!("{}/{}/{slug}", self.site.information_base, self.language.code());
        [
            (texts::accessibility(self.language), link("accessibility")),
            (texts::privacy(self.language), link("privacy")),
            (texts::terms_of_use(self.language), link("terms")),
            (texts::contact_us(self.language), link("contact")),
        ]
    }

    /// Whom to call for help.
    #[must_use]
    pub fn help_phone(&self) -> Option<&str> {
        let [english, french] = self.site.help_phone.as_ref()?;
        Some(self.language.pick(english, french))
    }

    /// The copyright line.
    #[must_use]
    pub fn copyright(&self) -> &str {
        self.site.copyright.as_deref().unwrap_or(texts::copyright_demonstration(self.language))
    }

    /// Inside `<head>`.
    #[must_use]
    pub fn head_part(&self) -> HeadPart<'_> {
        self.into()
    }

    /// Skip link, header, service name bar, back link.
    #[must_use]
    pub fn header_part(&self) -> HeaderPart<'_> {
        self.into()
    }

    /// What stands above the `h1`: notice, error summary, alert.
    #[must_use]
    pub fn opening_part(&self) -> OpeningPart<'_> {
        self.into()
    }

    /// The `h1` and the relying service's name.
    #[must_use]
    pub fn heading_part(&self) -> HeadingPart<'_> {
        self.into()
    }

    /// Footer and time-out warning.
    #[must_use]
    pub fn footer_part(&self) -> FooterPart<'_> {
        self.into()
    }
}

/// The time-out texts in the page's language, with `{n}` where the script writes the figure.
impl SessionTimeout {
    /// For 2 minutes and more.
    #[must_use]
    pub fn minutes_text(&self, language: Language) -> String {
        texts::signed_out_in_minutes(language, "{n}")
    }

    /// For less than 2 minutes.
    #[must_use]
    pub fn seconds_text(&self, language: Language) -> String {
        texts::signed_out_in_seconds(language, "{n}")
    }

    /// The minutes that the warning gives, for the text before the script's first tick.
    #[must_use]
    pub fn minutes_left(&self) -> u32 {
        (self.end_after.saturating_sub(self.warn_after)).div_ceil(60)
    }
}
