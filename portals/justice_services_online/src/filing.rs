//! What can be filed, and what a filing must say before it goes to the court (J10).

use crate::courts::COURTS;
use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::one_line;

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

/// What is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    StatementOfClaim,
    AnotherDocument,
    JointDivorce,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::StatementOfClaim, Self::AnotherDocument, Self::JointDivorce];

    /// In addresses and in the database.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::StatementOfClaim => "statement-of-claim",
            Self::AnotherDocument => "another-document",
            Self::JointDivorce => "joint-divorce",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
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

/// The answers so far; a draft may lack any of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) title: String,
    /// One of [`COURTS`], or empty.
    pub(crate) court: String,
}

impl Answers {
    /// What was typed, as far as a draft can hold it.
    pub(crate) fn parse(language: Language, title: &str, court: &str) -> Result<Self, (Self, ErrorSummary)> {
        let court = COURTS.into_iter().find(|known| *known == court).unwrap_or_default().to_owned();
        let answers = Self { title: one_line(title), court };
        if answers.title.chars().count() <= MAX_TITLE {
            return Ok(answers);
        }
        let mut errors = ErrorSummary::new(language);
        errors.add("title", texts::too_long(language, texts::title_short(language), MAX_TITLE));
        Err((answers, errors))
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

    #[test]
    fn a_draft_may_lack_answers_and_a_filing_may_not() {
        let empty = Answers::parse(English, " \u{202e} ", "Atlantis").unwrap();
        assert!(empty.is_empty());
        let missing = empty.missing(English);
        assert_eq!(missing.messages("title"), ["Enter a title"]);
        assert_eq!(missing.messages("court"), ["Choose a court location"]);
        let full = Answers::parse(English, "Flowers v. <Elm>", "Toronto").unwrap();
        assert!(full.missing(English).is_empty() && full.title == "Flowers v. <Elm>");
    }

    #[test]
    fn a_title_has_an_end() {
        assert!(Answers::parse(English, &"é".repeat(MAX_TITLE), "").is_ok());
        let (kept, errors) = Answers::parse(English, &"é".repeat(MAX_TITLE + 1), "Ottawa").unwrap_err();
        assert_eq!(errors.messages("title"), ["Title must be 150 characters or fewer"]);
        assert_eq!(kept.court, "Ottawa");
    }

    #[test]
    fn kinds_have_one_code_each() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert!(Kind::from_code("").is_none() && Kind::from_code("../x").is_none());
    }
}
