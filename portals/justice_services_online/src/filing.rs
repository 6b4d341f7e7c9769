//! What can be filed, and what a filing must say before it goes to the court (J10).

use crate::courts::COURTS;
use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::drafts::{self, Draft};
use portal_front::{Form, one_line};
use serde::{Deserialize, Serialize};

/// The longest title.
pub(crate) const MAX_TITLE: usize = 150;

/// The two parts of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// Answers are kept as a draft when the session ends.
    Civil,
    /// Answers go with the session.
    Family,
}

portal_front::codes! {
    /// What is filed.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub(crate) enum Kind {
        StatementOfClaim = "statement-of-claim",
        AnotherDocument = "another-document",
        JointDivorce = "joint-divorce",
    }
}

impl Kind {
    /// Those of a part of the service.
    pub(crate) fn of(area: Area) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| kind.area() == area)
    }

    pub(crate) fn area(self) -> Area {
        match self {
            Self::StatementOfClaim | Self::AnotherDocument => Area::Civil,
            Self::JointDivorce => Area::Family,
        }
    }

    pub(crate) fn name(self, language: Language) -> &'static str {
        match self {
            Self::StatementOfClaim => texts::kind_statement(language),
            Self::AnotherDocument => texts::kind_another(language),
            Self::JointDivorce => texts::kind_divorce(language),
        }
    }
}

/// A filing of somebody, as a draft or submitted; then its contact information is enclosed, in JSON, as it was.
pub(crate) type Filing = Draft<Answers>;

/// The answers so far; a draft may lack any of them but its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answers {
    pub(crate) kind: Kind,
    pub(crate) title: String,
    /// One of [`COURTS`], or empty.
    pub(crate) court: String,
}

impl drafts::Answers for Answers {
    fn kind(&self) -> &str {
        self.kind.code()
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn ends_with_session(&self) -> bool {
        self.kind.area() == Area::Family
    }
}

impl Answers {
    /// None yet.
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, title: String::new(), court: String::new() }
    }

    /// What was typed into the form.
    pub(crate) fn typed(kind: Kind, form: &Form) -> Self {
        let court = COURTS.into_iter().find(|known| *known == form.value("court"));
        Self { kind, title: one_line(form.value("title")), court: court.unwrap_or_default().to_owned() }
    }

    /// The title, or that there is none yet.
    pub(crate) fn title_to_show(&self, language: Language) -> &str {
        if self.title.is_empty() { texts::untitled(language) } else { &self.title }
    }

    /// What even a draft can't hold.
    pub(crate) fn excess(&self, language: Language) -> ErrorSummary {
        let mut errors = ErrorSummary::new(language);
        if self.title.chars().count() > MAX_TITLE {
            errors.add("title", texts::too_long(language, texts::title_short(language), MAX_TITLE));
        }
        errors
    }

    /// What is still missing before it can be filed.
    pub(crate) fn missing(&self, language: Language) -> ErrorSummary {
        let mut errors = ErrorSummary::new(language);
        if self.title.is_empty() {
            errors.add("title", texts::title_required(language));
        }
        if self.court.is_empty() {
            errors.add("court", texts::court_required(language));
        }
        errors
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.title.is_empty() && self.court.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::English;

    fn typed(title: &str, court: &str) -> Answers {
        let fields =
            [("title", title), ("court", court)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Answers::typed(Kind::StatementOfClaim, &Form::of(fields.into()))
    }

    #[test]
    fn a_draft_may_lack_answers_and_a_filing_may_not() {
        let empty = typed(" \u{202e} ", "Atlantis");
        assert!(empty.is_empty());
        let missing = empty.missing(English);
        assert_eq!(missing.messages("title"), ["Enter a title"]);
        assert_eq!(missing.messages("court"), ["Choose a court location"]);
        let full = typed("Flowers v. <Elm>", "Toronto");
        assert!(full.missing(English).is_empty() && full.title == "Flowers v. <Elm>");
    }

    #[test]
    fn a_title_has_an_end() {
        assert!(typed(&"é".repeat(MAX_TITLE), "").excess(English).is_empty());
        let long = typed(&"é".repeat(MAX_TITLE + 1), "Ottawa");
        assert_eq!(long.excess(English).messages("title"), ["Title must be 150 characters or fewer"]);
    }

    #[test]
    fn kinds_have_one_code_each() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.code()));
        }
        assert!(Kind::from_code("").is_none() && Kind::from_code("../x").is_none());
    }
}
