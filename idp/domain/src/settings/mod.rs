//! The settings that can be changed while the nodes run (page D9), and what each may hold: the same for the settings' file,
//! the command line, the API and the console.
//!
//! 1. [`Adjustable::default`] is what holds where nobody says anything.
//! 2. The settings' file and the environment put their values over it, then the database: [`Adjustable::set`].
//! 3. [`RULES`] has each name with its bounds; [`find`] looks one up.

mod rules;
pub mod span;

pub use rules::{Kind, RULES, Rule, find};

use crate::activation::ActivationLimits;
use crate::grant::GrantLimits;
use crate::lockout::LockoutLimits;
use crate::mail_allowance::MailLimits;
use crate::one_key::OneKeyMode;
use crate::session::SessionLimits;
use crate::sign_in_partner::PartnerCodeLimits;
use ontario_language::Language;
use std::time::Duration;

/// Every setting that can be changed while the nodes run.
#[derive(Debug, Clone, Default)]
pub struct Adjustable {
    /// `lifetimes.*`
    pub lifetimes: Lifetimes,
    /// `limits.*`
    pub limits: Limits,
    /// `help.*`
    pub help: HelpSettings,
    /// `brand.logo_file`: an SVG or PNG shown in place of the text wordmark; none is shipped.
    pub logo_file: Option<String>,
    /// `onekey.mode`: what ONE-key still does; default `open`.
    pub one_key_mode: OneKeyMode,
    /// `onekey.transfers`: `held` while nobody decides on the transfer, as after a restore; default `open`.
    pub transfers_are_held: bool,
}

/// `lifetimes.*`
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// `activation_code` `30m`
    pub activation_code: Duration,
    /// `activation_resend` `24h`
    pub activation_resend: Duration,
    /// `email_code` `5m`: how long the code works that a person of a sign-in partner is mailed
    pub email_code: Duration,
    /// `session_idle` `15m` and `session_max` `12h`
    pub session: SessionLimits,
    /// `reauthentication` `5m`: how long a proof is recent enough for the pages of the account that ask for one
    pub reauthentication: Duration,
    /// `authorization_code` `60s`
    pub authorization_code: Duration,
    /// `access_token` `10m`
    pub access_token: Duration,
    /// `refresh_token` `30d`: how long a grant can be refreshed in any case
    pub refresh_token: Duration,
    /// `id_token` `10m`
    pub id_token: Duration,
    /// `par` `60s`: within that a pushed request arrives at the authorization endpoint; 5 s to 10 minutes
    pub par: Duration,
}

/// `limits.*`
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// `wrong_passwords_before_delay` `5`, `wrong_passwords_stop` `100`
    pub lockout: LockoutLimits,
    /// `code_tries` `5`
    pub code_tries: u32,
    /// `code_tries_total` `20`
    pub code_tries_total: u32,
    /// `mail_interval` `30s`, `mails_per_hour` `5`, `mails_per_day` `10`
    pub mail: MailLimits,
    /// `network_sign_ins_per_minute` `60`; `0` switches it off
    pub network_sign_ins_per_minute: u32,
    /// `network_registrations_per_hour` `60`; `0` switches it off
    pub network_registrations_per_hour: u32,
    /// `network_requests_per_minute` `1200`, pages only, counted by each node; `0` switches it off
    pub network_requests_per_minute: u32,
    /// `wrong_client_proofs_before_delay` `10`; `0` switches it off
    pub wrong_client_proofs_before_delay: u32,
    /// `client_requests_per_minute` `0`, which is no limit; counted by each node
    pub client_requests_per_minute: u32,
}

/// `help.*`
#[derive(Debug, Clone, Default)]
pub struct HelpSettings {
    /// `help.phone`
    pub phone: Option<String>,
    /// `help.phone_fr`: for French pages; the other one stands in
    pub phone_fr: Option<String>,
    /// `help.email`
    pub email: Option<String>,
    /// `help.email_fr`: for French pages; the other one stands in
    pub email_fr: Option<String>,
}

/// Why a setting can't hold a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No span of time.
    #[error("it must be a span such as 60s, 30m, 24h, 90d or 30 months")]
    NotASpan,
    /// No whole number.
    #[error("it must be a whole number")]
    NotANumber,
    /// Too short or too long, too small or too large.
    #[error("it must be from {least} to {most}")]
    OutOfRange {
        /// The least.
        least: String,
        /// The most.
        most: String,
    },
    /// No telephone number.
    #[error("it must be a telephone number of at most 50 characters")]
    NotAPhone,
    /// No e-mail address.
    #[error("it must be an e-mail address")]
    NotAnAddress,
    /// No picture's path.
    #[error("it must be the path of an .svg or a .png")]
    NotALogo,
    /// None of the words.
    #[error("it must be one of {}", .0.join(", "))]
    NoChoice(&'static [&'static str]),
}

impl Adjustable {
    /// Sets one of them. An empty text takes away what need not be there.
    ///
    /// # Errors
    /// The setting can't hold it; nothing is changed.
    pub fn set(&mut self, rule: &Rule, text: &str) -> Result<(), SettingError> {
        let text = text.trim();
        match &rule.kind {
            Kind::Span { least, most, place } => {
                let value = span::parse(text).ok_or(SettingError::NotASpan)?;
                in_range((*least..=*most).contains(&value), rule)?;
                *place(self) = value;
            }
            Kind::Number { range, place } => {
                let value = text.parse().map_err(|_| SettingError::NotANumber)?;
                in_range(range.contains(&value), rule)?;
                *place(self) = value;
            }
            Kind::Line { place, .. } if text.is_empty() => *place(self) = None,
            Kind::Line { check, place } => {
                check(text)?;
                *place(self) = Some(text.to_owned());
            }
            Kind::Choice { words, put, .. } if words.contains(&text) => put(self, text),
            Kind::Choice { words, .. } => return Err(SettingError::NoChoice(words)),
        }
        Ok(())
    }

    /// One of them as text: what [`Adjustable::set`] reads back.
    #[must_use]
    pub fn text(&self, rule: &Rule) -> String {
        let mut all = self.clone();
        match &rule.kind {
            Kind::Span { place, .. } => span::text(*place(&mut all)),
            Kind::Number { place, .. } => place(&mut all).to_string(),
            Kind::Line { place, .. } => place(&mut all).take().unwrap_or_default(),
            Kind::Choice { get, .. } => get(self).to_owned(),
        }
    }

    /// The figures of a journey through a sign-in partner.
    #[must_use]
    pub fn partner_code_limits(&self) -> PartnerCodeLimits {
        PartnerCodeLimits::new(
            self.limits.mail.interval,
            self.lifetimes.email_code,
            self.lifetimes.session.max,
            self.limits.code_tries,
            self.limits.code_tries_total,
        )
    }

    /// The figures of an activation.
    #[must_use]
    pub fn activation_limits(&self) -> ActivationLimits {
        ActivationLimits {
            code_lifetime: self.lifetimes.activation_code,
            resend_window: self.lifetimes.activation_resend,
            tries: self.limits.code_tries,
            tries_total: self.limits.code_tries_total,
        }
    }
}

fn in_range(is_inside: bool, rule: &Rule) -> Result<(), SettingError> {
    let (least, most) = rule.kind.bounds().unwrap_or_default();
    if is_inside { Ok(()) } else { Err(SettingError::OutOfRange { least, most }) }
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            activation_code: Duration::from_mins(30),
            activation_resend: Duration::from_hours(24),
            email_code: Duration::from_mins(5),
            session: SessionLimits { idle: Duration::from_mins(15), max: Duration::from_hours(12) },
            reauthentication: Duration::from_mins(5),
            authorization_code: Duration::from_mins(1),
            access_token: Duration::from_mins(10),
            refresh_token: Duration::from_hours(24 * 30),
            id_token: Duration::from_mins(10),
            par: Duration::from_mins(1),
        }
    }
}

impl Lifetimes {
    /// The figures of grants.
    #[must_use]
    pub fn grants(&self) -> GrantLimits {
        GrantLimits {
            session: self.session,
            refresh_token: self.refresh_token,
            access_token: self.access_token,
        }
    }

    /// How long the longest-lived token lives that is signed with a key.
    #[must_use]
    pub fn longest_token(&self) -> Duration {
        self.id_token.max(self.access_token)
    }

    /// Whether a setting says how long signed tokens live.
    #[must_use]
    pub fn is_of_tokens(key: &str) -> bool {
        matches!(key, "lifetimes.id_token" | "lifetimes.access_token")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lockout: LockoutLimits { before_delay: 5, stop: 100 },
            code_tries: 5,
            code_tries_total: 20,
            mail: MailLimits { interval: Duration::from_secs(30), per_hour: 5, per_day: 10 },
            network_sign_ins_per_minute: 60,
            network_registrations_per_hour: 60,
            network_requests_per_minute: 1200,
            wrong_client_proofs_before_delay: 10,
            client_requests_per_minute: 0,
        }
    }
}

impl HelpSettings {
    /// The telephone number for pages in this language.
    #[must_use]
    pub fn phone_in(&self, language: Language) -> Option<&String> {
        Self::of(language, self.phone.as_ref(), self.phone_fr.as_ref())
    }

    /// The address for pages in this language.
    #[must_use]
    pub fn email_in(&self, language: Language) -> Option<&String> {
        Self::of(language, self.email.as_ref(), self.email_fr.as_ref())
    }

    fn of<'a>(
        language: Language,
        english: Option<&'a String>,
        french: Option<&'a String>,
    ) -> Option<&'a String> {
        match language {
            Language::English => english.or(french),
            Language::French => french.or(english),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(key: &str, text: &str) -> Result<String, SettingError> {
        let mut all = Adjustable::default();
        all.set(find(key).unwrap(), text).map(|()| all.text(find(key).unwrap()))
    }

    #[test]
    fn what_holds_where_nobody_says_anything_is_within_its_own_bounds() {
        let all = Adjustable::default();
        for rule in &RULES {
            let text = all.text(rule);
            assert_eq!(set(rule.key, &text), Ok(text), "{}", rule.key);
        }
    }

    #[test]
    fn every_setting_stands_in_a_place_of_its_own() {
        for rule in &RULES {
            let other = match &rule.kind {
                Kind::Span { .. } => "59s",
                Kind::Number { .. } => "1",
                Kind::Line { .. } if rule.key.contains("phone") => "1-800-555-0100",
                Kind::Line { .. } if rule.key.contains("email") => "help@example.ca",
                Kind::Line { .. } => "/srv/logo.png",
                Kind::Choice { words, .. } => words[1],
            };
            let mut all = Adjustable::default();
            let before: Vec<String> = RULES.iter().map(|rule| all.text(rule)).collect();
            all.set(rule, other).unwrap();
            for (at, before) in RULES.iter().zip(before) {
                assert_eq!(all.text(at) != before, at.key == rule.key, "{} by {}", at.key, rule.key);
            }
        }
    }

    #[test]
    fn no_bound_can_be_passed() {
        for (key, text, says) in [
            ("lifetimes.session_idle", "0s", "it must be from 1s to 1h"),
            ("lifetimes.session_idle", "61m", "it must be from 1s to 1h"),
            ("lifetimes.session_max", "25h", "it must be from 1s to 1d"),
            ("lifetimes.par", "4s", "it must be from 5s to 10m"),
            ("lifetimes.par", "now", "it must be a span such as 60s, 30m, 24h, 90d or 30 months"),
            ("limits.code_tries", "6", "it must be from 1 to 5"),
            ("limits.code_tries", "-1", "it must be a whole number"),
            ("limits.code_tries", "4294967296", "it must be a whole number"),
            ("limits.code_tries", "", "it must be a whole number"),
            ("onekey.mode", "Open", "it must be one of open, transfer-only, retired"),
            ("onekey.transfers", "", "it must be one of open, held"),
            ("help.phone", "call us", "it must be a telephone number of at most 50 characters"),
            ("help.phone", "1<script>", "it must be a telephone number of at most 50 characters"),
            ("help.email", "help", "it must be an e-mail address"),
            ("brand.logo_file", "/etc/passwd", "it must be the path of an .svg or a .png"),
            ("brand.logo_file", "/a\0.png", "it must be the path of an .svg or a .png"),
        ] {
            assert_eq!(set(key, text).unwrap_err().to_string(), says, "{key} {text}");
        }
        assert!(find("passwords.argon2").is_none() && find("").is_none());
    }

    #[test]
    fn the_words_of_a_choice_are_those_that_are_read() {
        let modes = find("onekey.mode").unwrap().kind.choices();
        assert_eq!(modes, OneKeyMode::ALL.map(OneKeyMode::as_str));
        for rule in RULES.iter().filter(|rule| !rule.kind.choices().is_empty()) {
            for word in rule.kind.choices() {
                assert_eq!(set(rule.key, word).as_deref(), Ok(*word), "{}", rule.key);
            }
        }
    }

    #[test]
    fn an_empty_line_takes_a_contact_away_and_the_other_language_stands_in() {
        assert_eq!(set("help.phone", " "), Ok(String::new()));
        let mut all = Adjustable::default();
        all.set(find("help.phone").unwrap(), "1").unwrap();
        assert_eq!(all.help.phone_in(Language::French).unwrap(), "1");
        all.set(find("help.phone_fr").unwrap(), "2").unwrap();
        assert_eq!(all.help.phone_in(Language::French).unwrap(), "2");
        assert_eq!(all.help.phone_in(Language::English).unwrap(), "1");
        assert_eq!(all.help.email_in(Language::English), None);
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_read_back(rule in 0..RULES.len(), text in ".{0,60}") {
            let rule = &RULES[rule];
            let mut all = Adjustable::default();
            if all.set(rule, &text).is_ok() {
                let said = all.text(rule);
                prop_assert!(all.set(rule, &said).is_ok());
                prop_assert_eq!(all.text(rule), said);
            }
        }
    }
}
