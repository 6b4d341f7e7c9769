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
mod tests {
    use super::*;
    use EntryRefusal as No;

    const SSHA: &str = "{SSHA}l9g6QutJB7xYfKNyY2Nn7aNLC0K8URrA";

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }

    fn client(id: &str) -> ClientId {
        ClientId::parse(id).unwrap()
    }

    /// A sound line with one thing changed.
    fn check(change: impl FnOnce(&mut RawEntry)) -> Result<DirectoryEntry, EntryRefusal> {
        let mut raw = RawEntry {
            one_key_id: "maple.leaf".into(),
            password_hash: SSHA.into(),
            email: "maple@example.ca".into(),
            language: "fr".into(),
            created_at: "2011-04-03T14:05:09-04:00".into(),
            last_sign_in_at: "2025-12-31T23:59:59.5Z".into(),
            questions: ["First pet?", "First school?", "First car?"].map(str::to_owned),
            answer_hashes: [SSHA, SSHA, SSHA].map(str::to_owned),
            services: vec![("fishing".into(), "F-17".into()), ("hunting".into(), "H=17;x y".into())],
        };
        change(&mut raw);
        DirectoryEntry::check(&raw, now(), |client| ["fishing", "hunting"].contains(&client.as_str()))
    }

    fn refusal(change: impl FnOnce(&mut RawEntry)) -> Option<EntryRefusal> {
        check(change).err()
    }

    #[test]
    fn a_whole_line_and_the_shortest_one_become_entries() {
        let entry = check(|_| {}).ok().unwrap();
        assert_eq!(entry.created_at, Some(Timestamp::from_seconds(1_301_853_909)));
        assert_eq!(entry.language, Language::French);
        assert_eq!(entry.services[1], (client("hunting"), "H=17;x y".to_owned()));
        let short =
            RawEntry { one_key_id: "maple.leaf".into(), password_hash: SSHA.into(), ..RawEntry::default() };
        let entry = DirectoryEntry::check(&short, now(), |_| false).ok().unwrap();
        assert!(entry.email.is_none() && entry.created_at.is_none() && entry.questions.is_empty());
        assert_eq!(entry.language, Language::English);
    }

    #[test]
    fn each_thing_that_can_be_wrong_is_named() {
        use LegacyHashError::{Missing, Refused, Unknown};
        assert_eq!(refusal(|raw| raw.one_key_id.clear()), Some(No::Id(OneKeyIdError::Missing)));
        assert_eq!(
            refusal(|raw| raw.one_key_id = "a\u{202e}bcdefgh".into()),
            Some(No::Id(OneKeyIdError::Forbidden))
        );
        assert_eq!(refusal(|raw| raw.password_hash.clear()), Some(No::PasswordHash(Missing)));
        assert_eq!(refusal(|raw| raw.password_hash = "hunter2".into()), Some(No::PasswordHash(Unknown)));
        assert_eq!(refusal(|raw| raw.email = "nobody".into()), Some(No::Email(EmailAddressError::Malformed)));
        for language in ["de", "EN", "en-CA", " en"] {
            assert_eq!(refusal(|raw| raw.language = language.into()), Some(No::Language), "{language}");
        }
        for (n, hash, error) in
            [(0, "{SHA}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=", Refused("unsalted {SHA}")), (2, "x", Unknown)]
        {
            let found = refusal(|raw| raw.answer_hashes[n] = hash.into());
            assert_eq!(found, Some(No::AnswerHash(n + 1, error)));
        }
    }

    #[test]
    fn times_are_rfc_3339_and_agree() {
        for text in [
            "2011-04-03",
            "2011-04-03 14:05",
            "2011-13-03T14:05:09Z",
            "1301853909",
            "x",
            "1969-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(refusal(|raw| raw.created_at = text.into()), Some(No::Time("created_at")), "{text}");
        }
        let far = "9999-12-31T23:59:59Z";
        assert_eq!(refusal(|raw| raw.last_sign_in_at = far.into()), Some(No::Future("last_sign_in_at")));
        assert_eq!(refusal(|raw| raw.created_at = far.into()), Some(No::Future("created_at")));
        let earlier = "2011-04-03T18:05:08Z";
        assert_eq!(refusal(|raw| raw.last_sign_in_at = earlier.into()), Some(No::SignInBeforeCreation));
        assert_eq!(refusal(|raw| raw.last_sign_in_at = "2011-04-03T18:05:09Z".into()), None);
    }

    #[test]
    fn questions_come_all_three_or_not_at_all_and_differ() {
        assert_eq!(refusal(|raw| raw.questions[1].clear()), Some(No::SomeQuestions));
        assert_eq!(refusal(|raw| raw.answer_hashes[2].clear()), Some(No::SomeQuestions));
        for same in ["first  PET", "Fïrst pet??", "First\npet?"] {
            assert_eq!(
                refusal(|raw| raw.questions[2] = same.into()),
                Some(No::SameQuestions(1, 3)),
                "{same}"
            );
        }
        let long = "x".repeat(201);
        for bad in ["\u{202e}tep tsriF", " \n ", "a\u{7}b", long.as_str()] {
            assert_eq!(refusal(|raw| raw.questions[1] = bad.into()), Some(No::Question(2)), "{bad:?}");
        }
        let entry = check(|raw| raw.questions[0] = " Premier\r\n  animal ? ".into()).ok().unwrap();
        assert_eq!(entry.questions[0].0, "Premier animal ?");
        // Signs alone have nothing left when folded, and still differ.
        assert_eq!(refusal(|raw| raw.questions = ["?", "??", "???"].map(str::to_owned)), None);
    }

    #[test]
    fn services_are_registered_named_once_and_their_subjects_possible() {
        let services = |list: &[(&str, &str)]| {
            let list = list.iter().map(|(c, s)| ((*c).to_owned(), (*s).to_owned())).collect();
            refusal(|raw| raw.services = list)
        };
        assert_eq!(services(&[]), None);
        assert_eq!(services(&[("", "x")]), Some(No::Services));
        assert_eq!(services(&[("fish ing", "x")]), Some(No::Services));
        assert_eq!(services(&[("camping", "x")]), Some(No::UnknownService(client("camping"))));
        assert_eq!(
            services(&[("fishing", "x"), ("fishing", "y")]),
            Some(No::ServiceTwice(client("fishing")))
        );
        assert_eq!(services(&[("fishing", &"x".repeat(255))]), None);
        for subject in ["", &"x".repeat(256), "é", "a\tb", " a", "a ", "a\u{7f}"] {
            assert_eq!(
                services(&[("fishing", subject)]),
                Some(No::Subject(client("fishing"))),
                "{subject:?}"
            );
        }
        let many = check(|raw| raw.services = (0..201).map(|n| (format!("s{n}"), "x".to_owned())).collect());
        assert_eq!(many.err(), Some(No::TooManyServices));
    }

    #[test]
    fn whatever_an_entry_says_is_in_its_key_and_only_its_id_makes_the_id() {
        let hash_key = HashKey::new(&[7; 32]);
        let key = |change: fn(&mut RawEntry)| check(change).ok().unwrap().key(&hash_key);
        let first = key(|_| {});
        let same = key(|raw| raw.services.reverse());
        assert!(same.entry == first.entry && same.id == first.id);
        let changes: [fn(&mut RawEntry); 9] = [
            |raw| raw.password_hash = "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b".into(),
            |raw| raw.email.clear(),
            |raw| raw.language.clear(),
            |raw| raw.created_at.clear(),
            |raw| raw.last_sign_in_at.clear(),
            |raw| raw.questions[0] = "Another?".into(),
            |raw| raw.answer_hashes[0] = "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b".into(),
            |raw| raw.services[0].1 = "F-18".into(),
            |raw| raw.services.truncate(1),
        ];
        for (n, change) in changes.into_iter().enumerate() {
            let other = key(change);
            assert!(other.id == first.id && other.entry != first.entry, "change {n}");
        }
        let other_case = key(|raw| raw.one_key_id = "Maple.Leaf".into());
        assert!(other_case.id == first.id && other_case.entry != first.entry);
        assert!(key(|raw| raw.one_key_id = "maple.leaves".into()).id != first.id);
    }

    #[test]
    fn an_entry_is_added_once_and_contradictions_are_refused() {
        let hash_key = HashKey::new(&[7; 32]);
        let key = check(|_| {}).ok().unwrap().key(&hash_key);
        let other = check(|raw| raw.email.clear()).ok().unwrap().key(&hash_key);
        let decide = |imported, id_is_taken, subject_taken| {
            decide_import(&key, KnownOfEntry { imported, id_is_taken, subject_taken })
        };
        let fishing = || Some(client("fishing"));
        assert_eq!(decide(None, false, None), ImportDecision::Add);
        // Imported before: whatever else is taken was taken by itself.
        assert_eq!(decide(Some(key.entry), true, fishing()), ImportDecision::Unchanged);
        assert_eq!(decide(Some(key.entry), false, None), ImportDecision::Unchanged);
        assert_eq!(decide(Some(other.entry), true, None), ImportDecision::Refuse(No::Contradiction));
        assert_eq!(decide(None, true, fishing()), ImportDecision::Refuse(No::IdTaken));
        assert_eq!(
            decide(None, false, fishing()),
            ImportDecision::Refuse(No::SubjectTaken(client("fishing")))
        );
    }
}
