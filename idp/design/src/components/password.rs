//! The password field, with its rules where a new password is chosen.

use super::{Caption, caption_methods, html_component};
use crate::texts;
use askama::Template;
use ontario_language::Language;

/// The rules that are shown before the field, in the guide's order (pages.md M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRule {
    /// At least 8 characters.
    Length,
    /// At least one digit.
    Digit,
    /// At least one symbol.
    Symbol,
    /// At least one lower-case letter.
    LowerCase,
    /// At least one upper-case letter.
    UpperCase,
    /// No part of the user name.
    UserName,
    /// ONE-key: 8 to 16 characters.
    OneKeyLength,
    /// ONE-key: no space.
    Space,
    /// ONE-key: not the ID.
    Id,
}

impl PasswordRule {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Length, Self::Digit, Self::Symbol, Self::LowerCase, Self::UpperCase, Self::UserName];

    /// Those of ONE-key, in order (pages.md O2).
    pub const ONE_KEY: [Self; 7] = [
        Self::OneKeyLength,
        Self::UpperCase,
        Self::LowerCase,
        Self::Digit,
        Self::Symbol,
        Self::Space,
        Self::Id,
    ];

    /// The name by which the script knows the rule.
    fn key(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Digit => "digit",
            Self::Symbol => "symbol",
            Self::LowerCase => "lower",
            Self::UpperCase => "upper",
            Self::UserName => "name",
            Self::OneKeyLength => "one-key",
            Self::Space => "space",
            Self::Id => "id",
        }
    }

    fn text(self, language: Language) -> &'static str {
        match self {
            Self::Length => texts::rule_length(language),
            Self::Digit => texts::rule_digit(language),
            Self::Symbol => texts::rule_symbol(language),
            Self::LowerCase => texts::rule_lower_case(language),
            Self::UpperCase => texts::rule_upper_case(language),
            Self::UserName => texts::rule_user_name(language),
            Self::OneKeyLength => texts::rule_one_key_length(language),
            Self::Space => texts::rule_space(language),
            Self::Id => texts::rule_id(language),
        }
    }
}

/// What is known of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleState {
    /// Nothing was typed yet.
    Open,
    /// The password keeps the rule.
    Met,
    /// The password breaks the rule.
    NotMet,
}

/// The list of rules, `id="pw-rules"`.
#[derive(Debug, Clone, Template)]
#[template(path = "components/password_rules.html")]
pub struct PasswordRules {
    language: Language,
    rules: Vec<(PasswordRule, RuleState)>,
    user_name_field: Option<&'static str>,
    user_name: Option<String>,
}

impl PasswordRules {
    /// All rules, none judged yet.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self::of(language, &PasswordRule::ALL)
    }

    /// Those of ONE-key, none judged yet.
    #[must_use]
    pub fn one_key(language: Language) -> Self {
        Self::of(language, &PasswordRule::ONE_KEY)
    }

    fn of(language: Language, rules: &[PasswordRule]) -> Self {
        let rules = rules.iter().map(|rule| (*rule, RuleState::Open)).collect();
        Self { language, rules, user_name_field: None, user_name: None }
    }

    /// The id of the field with the user name, for the script.
    #[must_use]
    pub fn user_name_field(mut self, id: &'static str) -> Self {
        self.user_name_field = Some(id);
        self
    }

    /// The user name itself, where no field holds it.
    #[must_use]
    pub fn user_name(mut self, user_name: impl Into<String>) -> Self {
        self.user_name = Some(user_name.into());
        self
    }

    /// Marks each rule after a password was sent: these were broken, the others kept.
    #[must_use]
    pub fn judged(mut self, broken: &[PasswordRule]) -> Self {
        for (rule, state) in &mut self.rules {
            *state = if broken.contains(rule) { RuleState::NotMet } else { RuleState::Met };
        }
        self
    }
}

/// A password. Its value is never sent back to the browser. Its id is its name.
#[derive(Debug, Clone, Template)]
#[template(path = "components/password_field.html")]
pub struct PasswordField {
    caption: Caption,
    autocomplete: &'static str,
    rules: Option<PasswordRules>,
}

impl PasswordField {
    /// The password that one signs in with.
    #[must_use]
    pub fn current(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { caption: Caption::new(language, name, label), autocomplete: "current-password", rules: None }
    }

    /// A password that one chooses.
    #[must_use]
    pub fn new_password(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { autocomplete: "new-password", ..Self::current(language, name, label) }
    }

    caption_methods!();

    /// Says more exactly whose password it is (HTML, section 4.10.18.7).
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// Shows the rules before the field.
    #[must_use]
    pub fn rules(mut self, rules: PasswordRules) -> Self {
        self.rules = Some(rules);
        self
    }

    fn described_by(&self) -> Option<String> {
        self.caption.described_by(self.rules.as_ref().map(|_| "pw-rules"))
    }
}

html_component!(PasswordRules, PasswordField);
