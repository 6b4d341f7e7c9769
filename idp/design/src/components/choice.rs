//! Checkbox, radio buttons and drop-down list.

use super::{Caption, caption_methods, html_component};
use askama::Template;
use ontario_language::Language;

/// One box to check. Its id is its name, its value `yes`.
#[derive(Debug, Clone, Template)]
#[template(path = "components/checkbox.html")]
pub struct Checkbox {
    caption: Caption,
    links: Vec<(String, String)>,
    checked: bool,
}

impl Checkbox {
    /// A box that need not be checked.
    #[must_use]
    pub fn new(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { caption: Caption::new(language, name, label), links: Vec::new(), checked: false }
            .without_flag()
    }

    caption_methods!();

    /// A box that must be checked.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.caption.required = Some(true);
        self
    }

    /// Makes the words `text` of the label a link; nothing changes if the label does not hold them. Several links are given in
    /// the order of their words.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.links.push((text.into(), href.into()));
        self
    }

    /// Whether the box is checked at first.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }

    /// The label in parts, each with the address that it leads to, if any.
    fn parts(&self) -> Vec<(&str, Option<&str>)> {
        let (mut parts, mut rest) = (Vec::new(), self.caption.label.as_str());
        for (text, href) in self.links.iter().filter(|(text, _)| !text.is_empty()) {
            if let Some((before, after)) = rest.split_once(text.as_str()) {
                parts.extend([(before, None), (text.as_str(), Some(href.as_str()))]);
                rest = after;
            }
        }
        parts.push((rest, None));
        parts
    }
}

/// One of several answers.
#[derive(Debug, Clone)]
pub struct Choice {
    value: String,
    label: String,
    hint: Option<String>,
    lang: Option<Language>,
}

impl Choice {
    /// What is sent and what is shown.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, lang: None }
    }

    /// Whether this is what is sent for `value`.
    #[must_use]
    pub fn is(&self, value: &str) -> bool {
        self.value == value
    }

    /// What is shown.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// One of the languages, under its own name and marked as that language.
    #[must_use]
    pub fn language(language: Language) -> Self {
        Self { lang: Some(language), ..Self::new(language.code(), language.name()) }
    }

    /// Adds a hint under the answer; radio buttons only.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Radio buttons. The first has the group's name as its id, so that the error summary leads to it; the others
/// `{name}-2` and so on.
#[derive(Debug, Clone, Template)]
#[template(path = "components/radio_group.html")]
pub struct RadioGroup {
    caption: Caption,
    choices: Vec<Choice>,
    selected: Option<String>,
    hidden_legend: bool,
}

impl RadioGroup {
    /// Nothing chosen at first.
    #[must_use]
    pub fn new(language: Language, name: &str, legend: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { caption: Caption::new(language, name, legend), choices, selected: None, hidden_legend: false }
    }

    caption_methods!();

    /// The value that is chosen at first.
    #[must_use]
    pub fn selected(mut self, value: Option<&str>) -> Self {
        self.selected = value.map(str::to_owned);
        self
    }

    /// The page's heading asks already: the legend is for those only who hear the page.
    #[must_use]
    pub fn asked_by_heading(mut self) -> Self {
        self.hidden_legend = true;
        self
    }

    /// The answers with their ids.
    fn identified(&self) -> impl Iterator<Item = (String, &Choice)> {
        let id = |index| {
            if index == 0 { self.caption.id.clone() } else { format!("{}-{}", self.caption.id, index + 1) }
        };
        self.choices.iter().enumerate().map(move |(index, choice)| (id(index), choice))
    }

    fn is_selected(&self, choice: &Choice) -> bool {
        self.selected.as_deref() == Some(choice.value.as_str())
    }
}

/// A drop-down list. Its id is its name.
#[derive(Debug, Clone, Template)]
#[template(path = "components/select.html")]
pub struct Select {
    caption: Caption,
    choices: Vec<Choice>,
    selected: Option<String>,
    autocomplete: &'static str,
}

impl Select {
    /// The first answer is chosen unless told otherwise; an empty answer is one of the choices.
    #[must_use]
    pub fn new(language: Language, name: &str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { caption: Caption::new(language, name, label), choices, selected: None, autocomplete: "off" }
    }

    caption_methods!();

    /// The value that is chosen at first.
    #[must_use]
    pub fn selected(mut self, value: Option<&str>) -> Self {
        self.selected = value.map(str::to_owned);
        self
    }

    /// The purpose of the field (WCAG 1.3.5).
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    fn is_selected(&self, choice: &Choice) -> bool {
        self.selected.as_deref() == Some(choice.value.as_str())
    }
}

html_component!(Checkbox, RadioGroup, Select);
