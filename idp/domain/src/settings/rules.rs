//! What may be set, and from where to where: one table for the settings' file, the command line, the API and the console.

use super::{Adjustable, SettingError, span};
use crate::account::EmailAddress;
use crate::one_key::OneKeyMode;
use std::ops::RangeInclusive;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// A setting and its rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name: `lifetimes.session_idle`.
    pub key: &'static str,
    /// What it may hold.
    pub kind: Kind,
}

/// What a setting holds, and where it stands in [`Adjustable`].
#[derive(Debug)]
pub enum Kind {
    /// A span of time.
    Span {
        /// The shortest.
        least: Duration,
        /// The longest.
        most: Duration,
        /// Where it stands.
        place: fn(&mut Adjustable) -> &mut Duration,
    },
    /// A whole number.
    Number {
        /// From where to where.
        range: RangeInclusive<u32>,
        /// Where it stands.
        place: fn(&mut Adjustable) -> &mut u32,
    },
    /// A line of text, or none.
    Line {
        /// Whether it is one.
        check: fn(&str) -> Result<(), SettingError>,
        /// Where it stands.
        place: fn(&mut Adjustable) -> &mut Option<String>,
    },
    /// One of a few words.
    Choice {
        /// The words.
        words: &'static [&'static str],
        /// Which it is.
        get: fn(&Adjustable) -> &'static str,
        /// Makes it one of the words.
        put: fn(&mut Adjustable, &str),
    },
}

impl Kind {
    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Span { .. } => "span",
            Self::Number { .. } => "number",
            Self::Line { .. } => "text",
            Self::Choice { .. } => "choice",
        }
    }

    /// The least and the most, as they are written.
    #[must_use]
    pub fn bounds(&self) -> Option<(String, String)> {
        match self {
            Self::Span { least, most, .. } => Some((span::text(*least), span::text(*most))),
            Self::Number { range, .. } => Some((range.start().to_string(), range.end().to_string())),
            Self::Line { .. } | Self::Choice { .. } => None,
        }
    }

    /// The words to choose from.
    #[must_use]
    pub fn choices(&self) -> &'static [&'static str] {
        match self {
            Self::Choice { words, .. } => words,
            Self::Span { .. } | Self::Number { .. } | Self::Line { .. } => &[],
        }
    }
}

const fn span(
    key: &'static str,
    least: Duration,
    most: Duration,
    place: fn(&mut Adjustable) -> &mut Duration,
) -> Rule {
    Rule { key, kind: Kind::Span { least, most, place } }
}

const fn number(
    key: &'static str,
    range: RangeInclusive<u32>,
    place: fn(&mut Adjustable) -> &mut u32,
) -> Rule {
    Rule { key, kind: Kind::Number { range, place } }
}

const fn line(
    key: &'static str,
    check: fn(&str) -> Result<(), SettingError>,
    place: fn(&mut Adjustable) -> &mut Option<String>,
) -> Rule {
    Rule { key, kind: Kind::Line { check, place } }
}

/// Every setting that can be changed while the nodes run, as the pages show them. The longest spans are those of the
/// standards: NIST SP 800-63B-4 for sessions and codes, RFC 6749 section 4.1.2 for authorization codes, RFC 9126
/// section 2.2 for pushed requests.
pub static RULES: [Rule; 30] = [
    span("lifetimes.activation_code", SECOND, DAY, |all| &mut all.lifetimes.activation_code),
    span("lifetimes.activation_resend", SECOND, Duration::from_hours(24 * 7), |all| {
        &mut all.lifetimes.activation_resend
    }),
    span("lifetimes.email_code", SECOND, HOUR, |all| &mut all.lifetimes.email_code),
    span("lifetimes.session_idle", SECOND, HOUR, |all| &mut all.lifetimes.session.idle),
    span("lifetimes.session_max", SECOND, DAY, |all| &mut all.lifetimes.session.max),
    span("lifetimes.reauthentication", SECOND, HOUR, |all| &mut all.lifetimes.reauthentication),
    span("lifetimes.authorization_code", SECOND, Duration::from_mins(10), |all| {
        &mut all.lifetimes.authorization_code
    }),
    span("lifetimes.access_token", SECOND, DAY, |all| &mut all.lifetimes.access_token),
    span("lifetimes.id_token", SECOND, DAY, |all| &mut all.lifetimes.id_token),
    span("lifetimes.refresh_token", SECOND, Duration::from_hours(24 * 366), |all| {
        &mut all.lifetimes.refresh_token
    }),
    span("lifetimes.par", Duration::from_secs(5), Duration::from_mins(10), |all| &mut all.lifetimes.par),
    number("limits.wrong_passwords_before_delay", 1..=100, |all| &mut all.limits.lockout.before_delay),
    number("limits.wrong_passwords_stop", 1..=100, |all| &mut all.limits.lockout.stop),
    number("limits.code_tries", 1..=5, |all| &mut all.limits.code_tries),
    number("limits.code_tries_total", 1..=20, |all| &mut all.limits.code_tries_total),
    span("limits.mail_interval", Duration::ZERO, HOUR, |all| &mut all.limits.mail.interval),
    number("limits.mails_per_hour", 1..=1000, |all| &mut all.limits.mail.per_hour),
    number("limits.mails_per_day", 1..=1000, |all| &mut all.limits.mail.per_day),
    number("limits.network_sign_ins_per_minute", 0..=1_000_000, |all| {
        &mut all.limits.network_sign_ins_per_minute
    }),
    number("limits.network_registrations_per_hour", 0..=1_000_000, |all| {
        &mut all.limits.network_registrations_per_hour
    }),
    number("limits.network_requests_per_minute", 0..=1_000_000, |all| {
        &mut all.limits.network_requests_per_minute
    }),
    number("limits.wrong_client_proofs_before_delay", 0..=1000, |all| {
        &mut all.limits.wrong_client_proofs_before_delay
    }),
    number("limits.client_requests_per_minute", 0..=1_000_000_000, |all| {
        &mut all.limits.client_requests_per_minute
    }),
    line("help.phone", phone, |all| &mut all.help.phone),
    line("help.phone_fr", phone, |all| &mut all.help.phone_fr),
    line("help.email", email, |all| &mut all.help.email),
    line("help.email_fr", email, |all| &mut all.help.email_fr),
    line("brand.logo_file", logo_file, |all| &mut all.logo_file),
    Rule {
        key: "onekey.mode",
        kind: Kind::Choice {
            words: &["open", "transfer-only", "retired"],
            get: |all| all.one_key_mode.as_str(),
            put: |all, word| all.one_key_mode = OneKeyMode::parse(word).unwrap_or_default(),
        },
    },
    Rule {
        key: "onekey.transfers",
        kind: Kind::Choice {
            words: &["open", "held"],
            get: |all| if all.transfers_are_held { "held" } else { "open" },
            put: |all, word| all.transfers_are_held = word == "held",
        },
    },
];

/// The rule of a setting.
#[must_use]
pub fn find(key: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.key == key)
}

/// What a person dials, as it is written.
fn phone(text: &str) -> Result<(), SettingError> {
    let is_dialled = |c: char| c.is_ascii_alphanumeric() || " +-().,/#*:\u{a0}".contains(c);
    let is_phone = text.chars().count() <= 50
        && text.chars().all(is_dialled)
        && text.chars().any(|c| c.is_ascii_digit());
    if is_phone { Ok(()) } else { Err(SettingError::NotAPhone) }
}

fn email(text: &str) -> Result<(), SettingError> {
    EmailAddress::parse(text).map(|_| ()).map_err(|_| SettingError::NotAnAddress)
}

fn logo_file(text: &str) -> Result<(), SettingError> {
    let is_picture = [".svg", ".png"].iter().any(|end| text.ends_with(end));
    let is_path = text.len() <= 1000 && !text.chars().any(char::is_control);
    if is_picture && is_path { Ok(()) } else { Err(SettingError::NotALogo) }
}
