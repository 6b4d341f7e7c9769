//! The part of a form with three questions and answers: O2 and O11 have it.

use crate::adapters::signing::random_salt;
use crate::locales::one_key as o;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::one_key::{
    ListedQuestion, OneKeyId, QUESTIONS, SecurityAnswer, SecurityAnswerError, SecurityQuestion,
    check_answers, questions_differ,
};
use idp_domain::secret::Secret;
use idp_store::NewSecurityQuestion;
use ontario_design::components::{Choice, ErrorSummary, Select, TextField};

/// One question of the form.
pub struct QuestionFields {
    pub question: Select,
    pub own: TextField,
    pub answer: TextField,
}

/// The fields, as they were sent. A wrong answer is emptied, the others stay.
pub fn fields(l: Language, form: Option<&Form>, errors: &ErrorSummary) -> Vec<QuestionFields> {
    let value = |name: &str| form.map(|form| form.value(name).to_owned()).unwrap_or_default();
    (1..=QUESTIONS)
        .map(|n| {
            let (question, own, answer) = (format!("q{n}"), format!("own{n}"), format!("a{n}"));
            let typed = if errors.messages(&answer).is_empty() { value(&answer) } else { String::new() };
            QuestionFields {
                question: Select::new(l, &question, o::question(l, n), choices(l))
                    .selected(Some(&value(&question)))
                    .errors_of(errors),
                own: TextField::text(l, &own, o::own_question(l, n))
                    .hint(o::own_question_hint(l))
                    .optional()
                    .value(value(&own))
                    .errors_of(errors),
                answer: TextField::text(l, &answer, o::answer(l, n))
                    .without_spellcheck()
                    .value(typed)
                    .errors_of(errors),
            }
        })
        .collect()
}

fn choices(l: Language) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", o::select_question(l))];
    choices.extend(
        ListedQuestion::ALL
            .iter()
            .map(|question| Choice::new(question.key(), o::listed_question(l, *question))),
    );
    choices.push(Choice::new(SecurityQuestion::OWN_CHOICE, o::write_own(l)));
    choices
}

/// Three good questions with their folded answers.
pub type Answered = Vec<(SecurityQuestion, SecurityAnswer)>;

/// Reads the fields and says everything that is wrong with them.
pub fn parse(l: Language, form: &Form, id: Option<&OneKeyId>, errors: &mut ErrorSummary) -> Option<Answered> {
    let read =
        |n: usize| SecurityQuestion::parse(form.value(&format!("q{n}")), form.value(&format!("own{n}")));
    let questions: [_; QUESTIONS] = std::array::from_fn(|n| read(n + 1));
    let chosen: [Option<SecurityQuestion>; QUESTIONS] = questions.each_ref().map(|read| read.clone().ok());
    let typed: [Secret; QUESTIONS] = std::array::from_fn(|n| form.secret(&format!("a{}", n + 1)));
    let texts = chosen
        .each_ref()
        .map(|question| question.as_ref().map(|question| o::question_text(l, question)).unwrap_or_default());
    let problems = check_answers(&typed, &chosen, &texts, id);
    // In the order of the page, as the summary lists them.
    for ((n, question), answer) in questions.iter().enumerate().zip(problems) {
        let number = n + 1;
        let is_own = form.value(&format!("q{number}")) == SecurityQuestion::OWN_CHOICE;
        let field = format!("{}{number}", if is_own { "own" } else { "q" });
        let repeats = |one: &SecurityQuestion| {
            chosen[..n].iter().flatten().any(|other| !questions_differ(&[other.clone(), one.clone()]))
        };
        match question {
            Err(_) if is_own => errors.add(&field, o::own_length(l)),
            Err(_) => errors.add(&field, o::choose_a_question(l)),
            Ok(one) if repeats(one) => errors.add(&field, o::questions_differ(l)),
            Ok(_) => {}
        }
        if let Some(problem) = answer {
            errors.add(&format!("a{number}"), answer_problem(l, problem));
        }
    }
    let known: Vec<SecurityQuestion> = chosen.into_iter().flatten().collect();
    let answers = typed.each_ref().map(SecurityAnswer::fold);
    (known.len() == QUESTIONS && errors.is_empty()).then(|| known.into_iter().zip(answers).collect())
}

fn answer_problem(l: Language, problem: SecurityAnswerError) -> &'static str {
    match problem {
        SecurityAnswerError::Short => o::answer_short(l),
        SecurityAnswerError::Long => o::answer_long(l),
        SecurityAnswerError::Repeated => o::answers_differ(l),
        SecurityAnswerError::Guessable => o::answer_guessable(l),
    }
}

/// Hashes the answers.
///
/// # Errors
/// Too much work waits.
pub async fn hash(visit: &Visit, answered: Answered) -> Result<Vec<NewSecurityQuestion>, Problem> {
    let mut hashed = Vec::with_capacity(answered.len());
    for (question, answer) in answered {
        let answer_hash = visit.app.hasher.hash(answer.secret(), random_salt()).await?;
        hashed.push(NewSecurityQuestion { question, answer_hash });
    }
    Ok(hashed)
}
