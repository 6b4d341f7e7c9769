//! A day or an instant as people and programs read it: `<time>`.

use askama::Template;
use ontario_language::{Language, format_date, format_date_time, iso_date_time};

/// A day or an instant, in Toronto's time.
#[derive(Template)]
#[template(source = "<time datetime=\"{{ machine }}\">{{ text }}</time>", ext = "html")]
pub struct Moment {
    machine: String,
    text: String,
}

impl askama::filters::HtmlSafe for Moment {}

impl Moment {
    /// `November 26, 2026`
    #[must_use]
    pub fn day(language: Language, at: i64) -> Self {
        Self { machine: iso_date_time(at), text: format_date(language, at) }
    }

    /// The same with its time of day.
    #[must_use]
    pub fn time(language: Language, at: i64) -> Self {
        Self { machine: iso_date_time(at), text: format_date_time(language, at) }
    }
}
