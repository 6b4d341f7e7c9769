//! The three security questions (guides S0, S1; `product.md` 3.2): of our list or the person's own, with answers that are
//! compared without regard to case, accents and spacing. They rest as password hashes of the folded text.

use super::{OneKeyId, is_invisible};
use crate::secret::Secret;
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many questions an account has.
pub const QUESTIONS: usize = 3;

macro_rules! listed_questions {
    ($( $(#[$meta:meta])* $name:ident = $key:literal )+) => {
        /// A question of the list. It asks for what others can't look up.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ListedQuestion { $( $(#[$meta])* $name, )+ }

        impl ListedQuestion {
            /// The list, in its order.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            /// The word in forms and in the database; it never changes.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $( Self::$name => $key, )+ }
            }
        }
    };
}

listed_questions! {
    /// The first concert one went to.
    FirstConcert = "first-concert"
    /// The nickname as a child.
    ChildhoodNickname = "childhood-nickname"
    /// The teacher one remembers best.
    FavouriteTeacher = "favourite-teacher"
    /// The first book one could not put down.
    FirstBook = "first-book"
    /// The toy that one kept longest.
    FavouriteToy = "favourite-toy"
    /// The dish that one cooked first.
    FirstDish = "first-dish"
    /// The street of the best friend as a child.
    FriendsStreet = "friends-street"
    /// What one wanted to become.
    DreamJob = "dream-job"
    /// The place of the first holiday one remembers.
    FirstHoliday = "first-holiday"
    /// The first film in a cinema.
    FirstFilm = "first-film"
    /// What one bought with the first own money.
    FirstPurchase = "first-purchase"
}

impl ListedQuestion {
    /// Reads the word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|question| question.key() == key)
    }
}

/// A question as an account has it.
#[derive(Clone, PartialEq, Eq)]
pub enum SecurityQuestion {
    /// Of the list.
    Listed(ListedQuestion),
    /// In the person's own words, 10 to 120 characters.
    Own(String),
}

/// Why a question can't be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecurityQuestionError {
    /// None of the list, and no words.
    #[error("no question was chosen")]
    Missing,
    /// Fewer than 10 or more than 120 characters.
    #[error("a question of one's own has 10 to 120 characters")]
    Length,
}

const LISTED: &str = "list:";
const OWN: &str = "own:";

impl SecurityQuestion {
    /// What a form sends for a question in the person's own words.
    pub const OWN_CHOICE: &'static str = "own";

    /// Reads the choice of a list and, where that is "my own", the words.
    ///
    /// # Errors
    /// Nothing was chosen, or the words are too few or too many.
    pub fn parse(choice: &str, own: &str) -> Result<Self, SecurityQuestionError> {
        if choice == Self::OWN_CHOICE { Self::own(own) } else { Self::listed(choice) }
    }

    fn listed(key: &str) -> Result<Self, SecurityQuestionError> {
        ListedQuestion::parse(key).map(Self::Listed).ok_or(SecurityQuestionError::Missing)
    }

    /// A question in the person's own words.
    ///
    /// # Errors
    /// The words are too few or too many.
    pub fn own(words: &str) -> Result<Self, SecurityQuestionError> {
        let words: String = words.trim().nfc().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
        match words.chars().count() {
            0 => Err(SecurityQuestionError::Missing),
            10..=120 => Ok(Self::Own(words)),
            _ => Err(SecurityQuestionError::Length),
        }
    }

    /// The text in the database.
    #[must_use]
    pub fn to_stored(&self) -> String {
        match self {
            Self::Listed(question) => format!("{LISTED}{}", question.key()),
            Self::Own(words) => format!("{OWN}{words}"),
        }
    }

    /// Reads the text of the database.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        match text.strip_prefix(LISTED) {
            Some(key) => ListedQuestion::parse(key).map(Self::Listed),
            // The old directory's questions stand as they are.
            None => Some(Self::Own(text.strip_prefix(OWN).unwrap_or(text).to_owned())),
        }
    }

    /// What makes two questions the same.
    fn folded(&self) -> String {
        match self {
            Self::Listed(question) => format!("{LISTED}{}", question.key()),
            Self::Own(words) => fold(words),
        }
    }
}

/// A question of one's own may say much of its person.
impl fmt::Debug for SecurityQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(question) => write!(f, "Listed({})", question.key()),
            Self::Own(_) => f.write_str("Own([redacted])"),
        }
    }
}

/// An answer, folded: what is hashed and compared.
#[derive(Clone)]
pub struct SecurityAnswer(Secret);

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecurityAnswerError {
    /// Fewer than 3 characters that count.
    #[error("an answer has at least 3 characters")]
    Short,
    /// More than 80 characters.
    #[error("an answer has at most 80 characters")]
    Long,
    /// The same as another answer.
    #[error("each question has an answer of its own")]
    Repeated,
    /// It says only what the question or the ID says.
    #[error("an answer is neither the question nor the ID")]
    Guessable,
}

impl SecurityAnswer {
    /// Most characters that are looked at.
    pub const MAX_LENGTH: usize = 80;

    /// Folds what was typed: case, accents, blanks and what can't be seen do not count.
    #[must_use]
    pub fn fold(typed: &Secret) -> Self {
        Self(Secret::new(fold(typed.expose())))
    }

    /// The folded text, to be hashed.
    #[must_use]
    pub fn secret(&self) -> Secret {
        self.0.clone()
    }

    fn text(&self) -> &str {
        self.0.expose()
    }
}

/// NFKD, lower case, no combining marks, no blanks, nothing that can't be seen.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c) && !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What is wrong with three answers, by their places; all `None` when they are good.
#[must_use]
pub fn check_answers(
    typed: &[Secret; QUESTIONS],
    questions: &[Option<SecurityQuestion>; QUESTIONS],
    question_texts: &[String; QUESTIONS],
    id: Option<&OneKeyId>,
) -> [Option<SecurityAnswerError>; QUESTIONS] {
    let folded = typed.each_ref().map(SecurityAnswer::fold);
    let id = id.map(|id| fold(id.as_str()));
    std::array::from_fn(|n| {
        let text = folded[n].text();
        let own = questions[n].as_ref().map(SecurityQuestion::folded);
        if text.chars().count() < 3 {
            Some(SecurityAnswerError::Short)
        } else if typed[n].expose().chars().count() > SecurityAnswer::MAX_LENGTH {
            Some(SecurityAnswerError::Long)
        } else if own.as_deref() == Some(text)
            || fold(&question_texts[n]) == text
            || id.as_deref() == Some(text)
        {
            Some(SecurityAnswerError::Guessable)
        } else if folded[..n].iter().any(|other| other.text() == text) {
            Some(SecurityAnswerError::Repeated)
        } else {
            None
        }
    })
}

/// Whether three questions are different.
#[must_use]
pub fn questions_differ(questions: &[SecurityQuestion]) -> bool {
    questions
        .iter()
        .enumerate()
        .all(|(n, one)| questions[..n].iter().all(|other| other.folded() != one.folded()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answers(typed: [&str; 3]) -> [Option<SecurityAnswerError>; 3] {
        let questions = [
            Some(SecurityQuestion::Listed(ListedQuestion::FirstBook)),
            Some(SecurityQuestion::own("Quel est mon arbre préféré?").unwrap()),
            Some(SecurityQuestion::Listed(ListedQuestion::DreamJob)),
        ];
        let texts =
            ["Which book?".to_owned(), "Quel est mon arbre préféré?".to_owned(), "What job?".to_owned()];
        let id = OneKeyId::parse("Erable-2019").unwrap();
        check_answers(&typed.map(Secret::new), &questions, &texts, Some(&id))
    }

    #[test]
    fn answers_are_long_enough_different_and_not_the_question_or_the_id() {
        use SecurityAnswerError::{Guessable, Long, Repeated, Short};
        assert_eq!(answers(["Anne", "érable", "pilote"]), [None; 3]);
        assert_eq!(answers(["  a b ", "érable", "pilote"]), [Some(Short), None, None]);
        assert_eq!(answers(["e\u{301}e\u{301}", "a\u{200b}b", "\u{202e}ab"]), [Some(Short); 3]);
        assert_eq!(answers(["Érable", "E R A B L E", "pilote"]), [None, Some(Repeated), None]);
        assert_eq!(
            answers(["ÉRABLE-2019", "quel est mon arbre prefere?", "what job?"]),
            [Some(Guessable); 3]
        );
        assert_eq!(answers([&"a".repeat(81), "érable", "pilote"]), [Some(Long), None, None]);
    }

    #[test]
    fn folding_forgets_case_accents_and_spacing_in_any_script() {
        for (one, two) in [
            ("Île  d’Orléans", "ile d’orleans"),
            ("שָׁלוֹם", "שלום"),
            ("Ｔｏｋｙｏ", "tokyo"),
            ("e\u{301}t\u{e9}", "ÉTÉ"),
            ("ab\u{200e}c", "abc"),
        ] {
            assert_eq!(fold(one), fold(two), "{one}");
        }
        assert_ne!(fold("Orléans"), fold("Orleanz"));
    }

    #[test]
    fn equal_questions_are_found_however_they_are_written() {
        let own = |words| SecurityQuestion::own(words).unwrap();
        let listed = SecurityQuestion::Listed;
        assert!(questions_differ(&[
            listed(ListedQuestion::FirstBook),
            listed(ListedQuestion::DreamJob),
            own("Mon premier vélo?")
        ]));
        assert!(!questions_differ(&[own("Mon premier vélo?"), own("MON PREMIER  VELO?")]));
        assert!(!questions_differ(&[
            listed(ListedQuestion::DreamJob),
            own("Mon premier vélo?"),
            listed(ListedQuestion::DreamJob)
        ]));
    }

    #[test]
    fn a_question_of_ones_own_has_its_bounds() {
        use SecurityQuestionError::{Length, Missing};
        assert_eq!(SecurityQuestion::parse("", "x"), Err(Missing));
        assert_eq!(SecurityQuestion::parse("own", " "), Err(Missing));
        assert_eq!(SecurityQuestion::parse("own", "too short"), Err(Length));
        assert_eq!(SecurityQuestion::parse("own", &"é".repeat(121)), Err(Length));
        assert!(SecurityQuestion::parse("own", &"é".repeat(120)).is_ok());
        assert!(SecurityQuestion::parse("dream-job", "").is_ok());
        assert!(!format!("{:?}", SecurityQuestion::own("my secret question").unwrap()).contains("secret"));
    }

    proptest! {
        #[test]
        fn what_is_stored_reads_back(words in "[a-zé? ]{12,60}") {
            let own = SecurityQuestion::own(&format!("Why {words}")).unwrap();
            prop_assert_eq!(SecurityQuestion::from_stored(&own.to_stored()), Some(own));
            for question in ListedQuestion::ALL {
                let listed = SecurityQuestion::Listed(*question);
                prop_assert_eq!(SecurityQuestion::from_stored(&listed.to_stored()), Some(listed));
            }
        }
    }
}
