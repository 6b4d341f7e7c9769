//! The directory of the old ONE-key system (`product.md` 3.8): what one of its lines must hold to become an account, and
//! what becomes of a line whose account is there already. Not how a file is read.
//!
//! 1. [`DirectoryEntry::check`] makes an entry of a line's texts, or says what is wrong with it.
//! 2. Each entry has an [`EntryKey`]: keyed hashes of its ID and of all that it says.
//! 3. [`decide_import`] compares them with what was imported before, so that the same file can be run again at any time.
//!    What people changed since then plays no part: an entry is compared with the entry, not with the account.

use super::is_invisible;
use super::legacy_hash::{LegacyHash, LegacyHashError};
use super::{OneKeyId, OneKeyIdError};
use crate::account::{EmailAddress, EmailAddressError};
use crate::ids::ClientId;
use crate::secret::{HashKey, KeyedHash, Secret};
use crate::time::Timestamp;
use chrono::DateTime;
use ontario_language::Language;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The texts of one line, as they stand there; what is absent is empty. It can't be printed.
#[derive(Default)]
pub struct RawEntry {
    /// `onekey_id`
    pub one_key_id: String,
    /// `password_hash`
    pub password_hash: String,
    /// `email`
    pub email: String,
    /// `language`
    pub language: String,
    /// `created_at`
    pub created_at: String,
    /// `last_sign_in_at`
    pub last_sign_in_at: String,
    /// `question_1` to `question_3`
    pub questions: [String; QUESTIONS],
    /// `answer_hash_1` to `answer_hash_3`
    pub answer_hashes: [String; QUESTIONS],
    /// `services`: client id and legacy subject.
    pub services: Vec<(String, String)>,
}

/// How many security questions an account has.
const QUESTIONS: usize = 3;
/// Longest security question, in characters.
const QUESTION_LENGTH: usize = 200;
/// Longest `sub` (OIDC Core section 2).
const SUBJECT_LENGTH: usize = 255;
/// Most services of one account.
const SERVICES: usize = 200;

/// One account of the old directory. It can't be printed.
pub struct DirectoryEntry {
    /// Its ID.
    pub one_key_id: OneKeyId,
    /// A hash that [`LegacyHash::parse`] takes.
    pub password_hash: Secret,
    /// Where its ID and a code may be mailed.
    pub email: Option<EmailAddress>,
    /// English where the line names none.
    pub language: Language,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last used.
    pub last_sign_in_at: Option<Timestamp>,
    /// All three with the hashes of their answers, or none.
    pub questions: Vec<(String, Secret)>,
    /// The services that it is enrolled in, each with the `sub` by which the service knows it.
    pub services: Vec<(ClientId, String)>,
}

/// Why a line becomes no account. It never holds a hash, an address or an answer, since it goes into a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    /// The ID is none.
    #[error("onekey_id: {0}")]
    Id(OneKeyIdError),
    /// The password's hash is not taken.
    #[error("password_hash: {0}")]
    PasswordHash(LegacyHashError),
    /// The address is none.
    #[error("email: {0}")]
    Email(EmailAddressError),
    /// Another language.
    #[error("language: it must be en or fr")]
    Language,
    /// No RFC 3339 time, or one before 1970.
    #[error("{0}: it must be a time after 1970 as RFC 3339 writes it, such as 2019-04-03T14:05:09Z")]
    Time(&'static str),
    /// A time that has not come yet.
    #[error("{0}: it is in the future")]
    Future(&'static str),
    /// The two times contradict one another.
    #[error("last_sign_in_at: it is before created_at")]
    SignInBeforeCreation,
    /// Some, not all, of the questions and hashes of answers.
    #[error("question_1 to answer_hash_3: either all six or none must be given")]
    SomeQuestions,
    /// Too long, or with what can't be seen.
    #[error("question_{0}: it must have 1 to 200 characters, all of which can be seen")]
    Question(usize),
    /// Two are the same but for case, accents, blanks and signs.
    #[error("question_{0} and question_{1} are the same")]
    SameQuestions(usize, usize),
    /// An answer's hash is not taken.
    #[error("answer_hash_{0}: {1}")]
    AnswerHash(usize, LegacyHashError),
    /// Not of the form `client_id=legacy_subject;…`, or an impossible client id.
    #[error("services: it must be client_id=legacy_subject, several separated by ;")]
    Services,
    /// More than 200.
    #[error("services: there are more than 200")]
    TooManyServices,
    /// A service twice.
    #[error("services: {0} is named twice")]
    ServiceTwice(ClientId),
    /// No such service is registered here.
    #[error("services: {0} is not registered here")]
    UnknownService(ClientId),
    /// No possible `sub`.
    #[error(
        "services: the subject at {0} must have 1 to 255 ASCII characters, none of them a control or a blank at an end"
    )]
    Subject(ClientId),
    /// This ID was imported before, from a line that said something else.
    #[error("onekey_id: it was imported before with other data")]
    Contradiction,
    /// Somebody has registered this ID here.
    #[error("onekey_id: an account here has it already")]
    IdTaken,
    /// Another account has this `sub` there.
    #[error("services: another account has this subject at {0}")]
    SubjectTaken(ClientId),
}

impl DirectoryEntry {
    /// Checks a line's texts.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(
        raw: &RawEntry,
        now: Timestamp,
        is_registered: impl Fn(&ClientId) -> bool,
    ) -> Result<Self, EntryRefusal> {
        let one_key_id = OneKeyId::parse_imported(&raw.one_key_id).map_err(EntryRefusal::Id)?;
        LegacyHash::parse(&raw.password_hash).map_err(EntryRefusal::PasswordHash)?;
        let email = match raw.email.as_str() {
            "" => None,
            text => Some(EmailAddress::parse(text).map_err(EntryRefusal::Email)?),
        };
        let language = match raw.language.as_str() {
            "" => Language::English,
            code => Language::from_code(code).ok_or(EntryRefusal::Language)?,
        };
        let created_at = time("created_at", &raw.created_at, now)?;
        let last_sign_in_at = time("last_sign_in_at", &raw.last_sign_in_at, now)?;
        if created_at.zip(last_sign_in_at).is_some_and(|(created, last)| last < created) {
            return Err(EntryRefusal::SignInBeforeCreation);
        }
        Ok(Self {
            one_key_id,
            password_hash: Secret::new(raw.password_hash.as_str()),
            email,
            language,
            created_at,
            last_sign_in_at,
            questions: questions(raw)?,
            services: services(raw, is_registered)?,
        })
    }

    /// What tells this entry from others without saying what is in it.
    #[must_use]
    pub fn key(&self, key: &HashKey) -> EntryKey {
        let micros = |at: Option<Timestamp>| at.map_or(String::new(), |at| at.micros().to_string());
        let mut parts = vec![
            self.one_key_id.as_str().to_owned(),
            self.password_hash.expose().to_owned(),
            self.email.as_ref().map_or("", EmailAddress::as_str).to_owned(),
            self.language.code().to_owned(),
            micros(self.created_at),
            micros(self.last_sign_in_at),
            self.questions.len().to_string(),
        ];
        for (question, answer_hash) in &self.questions {
            parts.extend([question.clone(), answer_hash.expose().to_owned()]);
        }
        for (client, subject) in &self.services {
            parts.extend([client.to_string(), subject.clone()]);
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        EntryKey {
            id: key.hash("imported-one-key-id", &[self.one_key_id.key().as_bytes()]),
            entry: key.hash("imported-one-key-entry", &parts),
        }
    }
}

/// Keyed hashes of an entry.
#[derive(Debug, Clone, Copy)]
pub struct EntryKey {
    /// Of the ID, as IDs are compared.
    pub id: KeyedHash,
    /// Of all that the entry says.
    pub entry: KeyedHash,
}

fn time(field: &'static str, text: &str, now: Timestamp) -> Result<Option<Timestamp>, EntryRefusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = DateTime::parse_from_rfc3339(text).map_err(|_| EntryRefusal::Time(field))?;
    match Timestamp::from_micros(read.timestamp_micros()) {
        at if at < Timestamp::EPOCH => Err(EntryRefusal::Time(field)),
        at if at > now => Err(EntryRefusal::Future(field)),
        at => Ok(Some(at)),
    }
}

fn questions(raw: &RawEntry) -> Result<Vec<(String, Secret)>, EntryRefusal> {
    let given = raw.questions.iter().chain(&raw.answer_hashes).filter(|text| !text.is_empty()).count();
    if given == 0 {
        return Ok(Vec::new());
    }
    if given != 2 * QUESTIONS {
        return Err(EntryRefusal::SomeQuestions);
    }
    let mut questions: Vec<(String, Secret)> = Vec::with_capacity(QUESTIONS);
    for (n, (question, answer_hash)) in (1..).zip(raw.questions.iter().zip(&raw.answer_hashes)) {
        let question = one_line(question).ok_or(EntryRefusal::Question(n))?;
        let folded = fold(&question);
        if let Some(same) = questions.iter().position(|(other, _)| fold(other) == folded) {
            return Err(EntryRefusal::SameQuestions(same + 1, n));
        }
        LegacyHash::parse(answer_hash).map_err(|error| EntryRefusal::AnswerHash(n, error))?;
        questions.push((question, Secret::new(answer_hash.as_str())));
    }
    Ok(questions)
}

/// A question as one line: what broke it over lines becomes a blank.
fn one_line(text: &str) -> Option<String> {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    let sound = (1..=QUESTION_LENGTH).contains(&text.chars().count())
        && !text.chars().any(|c| c.is_control() || is_invisible(c));
    sound.then_some(text)
}

/// Case, accents, blanks and signs gone.
fn fold(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric());
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    if folded.is_empty() { text.to_owned() } else { folded }
}

fn services(
    raw: &RawEntry,
    is_registered: impl Fn(&ClientId) -> bool,
) -> Result<Vec<(ClientId, String)>, EntryRefusal> {
    if raw.services.len() > SERVICES {
        return Err(EntryRefusal::TooManyServices);
    }
    let mut services: Vec<(ClientId, String)> = Vec::with_capacity(raw.services.len());
    for (client, subject) in &raw.services {
        let client = ClientId::parse(client).ok_or(EntryRefusal::Services)?;
        if services.iter().any(|(other, _)| *other == client) {
            return Err(EntryRefusal::ServiceTwice(client));
        }
        if !is_registered(&client) {
            return Err(EntryRefusal::UnknownService(client));
        }
        let sound = (1..=SUBJECT_LENGTH).contains(&subject.len())
            && subject.bytes().all(|b| matches!(b, b' '..=b'~'))
            && subject.trim() == subject;
        if !sound {
            return Err(EntryRefusal::Subject(client));
        }
        services.push((client, subject.clone()));
    }
    // The same services in another order are the same entry.
    services.sort();
    Ok(services)
}

/// What the database knows of an entry's ID and subjects.
#[derive(Debug, Clone, Default)]
pub struct KnownOfEntry {
    /// What the entry said from which this ID was imported before.
    pub imported: Option<KeyedHash>,
    /// Whether an account has the ID.
    pub id_is_taken: bool,
    /// The first of its services where another account has its subject.
    pub subject_taken: Option<ClientId>,
}

/// What becomes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportDecision {
    /// It becomes an account.
    Add,
    /// It was imported before; nothing is done, whatever has become of the account.
    Unchanged,
    /// It becomes none.
    Refuse(EntryRefusal),
}

/// Decides what becomes of an entry. One that was imported before is never imported again: its account's ID may be
/// another now, and its password is the person's own business.
#[must_use]
pub fn decide_import(key: &EntryKey, known: KnownOfEntry) -> ImportDecision {
    match known.imported {
        Some(entry) if entry == key.entry => ImportDecision::Unchanged,
        Some(_) => ImportDecision::Refuse(EntryRefusal::Contradiction),
        None if known.id_is_taken => ImportDecision::Refuse(EntryRefusal::IdTaken),
        None => match known.subject_taken {
            Some(client) => ImportDecision::Refuse(EntryRefusal::SubjectTaken(client)),
            None => ImportDecision::Add,
        },
    }
}

#[cfg(test)]
mod tests;
