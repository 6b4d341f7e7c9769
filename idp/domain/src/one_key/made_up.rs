//! What an ID that nobody has is asked at recovery: always the same three questions, like those that accounts have, so that
//! asking tells nothing (pages.md, O6).
//!
//! A question that was made up could only be found among the texts of this program, and would tell by that that nobody has
//! the ID. So nothing is invented: the questions are of our list, as those of people who registered here, or ones that many
//! accounts of the imported directory share, as those of people who came with it. What only few people ask themselves is
//! never shown for another ID; `docs/security.md` says what that gives away.

use super::question::{ListedQuestion, QUESTIONS, SecurityQuestion};
use crate::secret::HashKey;
use ontario_language::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How many different questions are counted at once; rarer ones give way.
const COUNTED: usize = 256;
/// A question that fewer accounts share may say who its person is.
const LEAST: u64 = 10;

/// Counts the questions of a directory in bounded memory (Misra and Gries, 1982): every question is found that more than one
/// in [`COUNTED`] has; counts may be too low, never too high.
#[derive(Default)]
pub struct QuestionCount(HashMap<(&'static str, String), u64>);

impl QuestionCount {
    /// Notes that an account of this language has a question.
    pub fn note(&mut self, language: Language, question: &str) {
        let key = (language.code(), question.to_owned());
        if let Some(count) = self.0.get_mut(&key) {
            *count += 1;
        } else if self.0.len() < COUNTED {
            self.0.insert(key, 1);
        } else {
            self.0.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }

    /// Those that many share.
    #[must_use]
    pub fn shared(self) -> SharedQuestions {
        let mut shared: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
        for ((language, question), count) in self.0 {
            if count >= LEAST {
                shared.entry(language.to_owned()).or_default().push((question, count));
            }
        }
        shared.retain(|_, questions| questions.len() >= QUESTIONS);
        for questions in shared.values_mut() {
            questions.sort();
        }
        SharedQuestions(shared)
    }
}

/// Questions that many accounts of the imported directory have, by language, with how many have each.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SharedQuestions(BTreeMap<String, Vec<(String, u64)>>);

impl SharedQuestions {
    /// Whether more accounts were counted than for `other`: a part of the directory that is imported later changes nothing.
    #[must_use]
    pub fn is_of_more_than(&self, other: &Self) -> bool {
        let sum =
            |questions: &Self| questions.0.values().map(|pool| total(pool)).fold(0, u64::saturating_add);
        sum(self) > sum(other)
    }

    /// Those of one language, each as often as it has them.
    fn of_a_language(&self, draw: u64) -> Option<&Vec<(String, u64)>> {
        let pools: Vec<_> = self.0.values().filter(|pool| pool.len() >= QUESTIONS).collect();
        let weights = pools.iter().map(|pool| total(pool));
        pick(weights, draw).and_then(|n| pools.get(n).copied())
    }
}

fn total(pool: &[(String, u64)]) -> u64 {
    pool.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

/// Which of some weights a draw falls on.
fn pick(weights: impl Iterator<Item = u64> + Clone, draw: u64) -> Option<usize> {
    let sum = weights.clone().fold(0, u64::saturating_add);
    let mut left = draw.checked_rem(sum)?;
    for (n, weight) in weights.enumerate() {
        if left < weight {
            return Some(n);
        }
        left -= weight;
    }
    None
}

/// Three questions for an ID that nobody has: always the same for one ID, half of the IDs with shared ones where there are any.
#[must_use]
pub fn made_up_questions(
    key: &HashKey,
    id_key: &str,
    shared: &SharedQuestions,
) -> [SecurityQuestion; QUESTIONS] {
    let draw = |what: &str| {
        let hash = key.hash("one-key-made-up-questions", &[what.as_bytes(), id_key.as_bytes()]);
        hash.as_bytes().iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
    };
    if draw("kind") % 2 == 0
        && let Some(pool) = shared.of_a_language(draw("language"))
    {
        let mut left = pool.clone();
        return std::array::from_fn(|n| {
            let chosen = pick(left.iter().map(|(_, count)| *count), draw(&n.to_string())).unwrap_or_default();
            SecurityQuestion::Own(left.remove(chosen).0)
        });
    }
    let mut left = ListedQuestion::ALL.to_vec();
    std::array::from_fn(|n| {
        let place = draw(&n.to_string()) % u64::try_from(left.len()).unwrap_or(1);
        SecurityQuestion::Listed(left.remove(usize::try_from(place).unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::questions_differ;
    use super::*;
    use proptest::prelude::*;

    fn directory() -> SharedQuestions {
        let mut count = QuestionCount::default();
        for n in 0..200 {
            for question in ["First pet?", "First car?", "Mother's name?", &format!("What did I do in {n}?")]
            {
                count.note(Language::English, question);
            }
            if n % 4 == 0 {
                for question in ["Premier animal?", "Première voiture?"] {
                    count.note(Language::French, question);
                }
            }
        }
        count.shared()
    }

    #[test]
    fn only_questions_that_many_share_are_shown_for_others() {
        let shared = directory();
        let english = &shared.0["en"];
        assert_eq!(english.len(), 3, "{english:?}");
        assert!(english.iter().all(|(_, count)| *count <= 200));
        assert!(!shared.0.contains_key("fr"), "two are too few");
        let (key, mut of_directory) = (HashKey::new(&[7; 32]), 0);
        for n in 0..400 {
            let questions = made_up_questions(&key, &format!("nobody.{n}"), &shared);
            let own =
                questions.iter().filter(|question| matches!(question, SecurityQuestion::Own(_))).count();
            assert!(own == 0 || own == 3, "all of one kind");
            of_directory += usize::from(own == 3);
        }
        assert!((150..250).contains(&of_directory), "about half: {of_directory}");
    }

    #[test]
    fn memory_is_bounded_and_what_is_frequent_is_found() {
        let mut count = QuestionCount::default();
        for n in 0..50_000 {
            count.note(Language::French, &format!("Ma question {n}?"));
            for frequent in ["Premier animal?", "Première voiture?", "Où patiner?"] {
                count.note(Language::French, frequent);
            }
            assert!(count.0.len() <= COUNTED);
        }
        let shared = count.shared();
        assert_eq!(shared.0["fr"].len(), 3, "{:?}", shared.0);
        assert!(shared.is_of_more_than(&directory()) && !directory().is_of_more_than(&shared));
        assert!(!QuestionCount::default().shared().is_of_more_than(&SharedQuestions::default()));
    }

    proptest! {
        #[test]
        fn made_up_questions_are_three_different_ones_and_stay_the_same(id in "[a-z.]{8,20}", with in any::<bool>()) {
            let shared = if with { directory() } else { SharedQuestions::default() };
            let key = HashKey::new(&[7; 32]);
            let questions = made_up_questions(&key, &id, &shared);
            prop_assert!(questions_differ(&questions));
            prop_assert_eq!(&questions, &made_up_questions(&key, &id, &shared));
        }
    }
}
