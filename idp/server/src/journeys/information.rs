//! X9: the pages that only inform.

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use ontario_design::Frame;

/// The version of the terms of use that the pages show and that an account accepts.
pub const TERMS_VERSION: i64 = 1;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// `/terms`
    Terms,
    /// `/privacy`
    Privacy,
    /// `/accessibility`
    Accessibility,
    /// `/cookies`
    Cookies,
    /// `/help`
    Help,
    /// `/contact`
    Contact,
}

impl Topic {
    /// Every page with its address after the language.
    pub const ALL: [(Self, &str); 6] = [
        (Self::Terms, "/terms"),
        (Self::Privacy, "/privacy"),
        (Self::Accessibility, "/accessibility"),
        (Self::Cookies, "/cookies"),
        (Self::Help, "/help"),
        (Self::Contact, "/contact"),
    ];

    fn title(self, l: Language) -> &'static str {
        match self {
            Self::Terms => t::terms_title(l),
            Self::Privacy => t::privacy_title(l),
            Self::Accessibility => t::accessibility_title(l),
            Self::Cookies => t::cookies_title(l),
            Self::Help => t::help_title(l),
            Self::Contact => t::contact_us(l),
        }
    }
}

#[derive(Template)]
#[template(path = "information/page.html")]
struct InformationPage {
    frame: Frame,
    topic: Topic,
    spans: Spans,
    help_phone: Option<String>,
    help_email: Option<String>,
}

/// The settings that these pages tell of, in words of the page's language.
struct Spans {
    activation_code: String,
    activation_resend: String,
    partner_code: String,
    session_idle: String,
    session_max: String,
    inactive_after: String,
    first_notice: String,
    second_notice: String,
}

impl Spans {
    fn in_force(visit: &Visit) -> Self {
        let words = |span| t::in_words(visit.language, span);
        let lifetimes = &visit.in_force.lifetimes;
        let retention = &visit.app.settings.retention;
        let [first_notice, second_notice] = retention.notices.map(words);
        Self {
            activation_code: words(lifetimes.activation_code),
            activation_resend: words(lifetimes.activation_resend),
            partner_code: words(lifetimes.email_code),
            session_idle: words(lifetimes.session.idle),
            session_max: words(lifetimes.session.max),
            inactive_after: words(retention.inactive_after),
            first_notice,
            second_notice,
        }
    }
}

/// `GET /{l}/terms` and the others.
///
/// # Errors
/// The page can't be rendered.
pub async fn get(visit: &Visit, topic: Topic) -> Result<Answer, Problem> {
    let page = InformationPage {
        frame: visit.plain_frame(topic.title(visit.language)),
        topic,
        spans: Spans::in_force(visit),
        help_phone: visit.in_force.help.phone_in(visit.language).cloned(),
        help_email: visit.in_force.help.email_in(visit.language).cloned(),
    };
    visit.page(200, &page)
}
