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
        assert_eq!(refusal(|raw| raw.questions[2] = same.into()), Some(No::SameQuestions(1, 3)), "{same}");
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
    assert_eq!(services(&[("fishing", "x"), ("fishing", "y")]), Some(No::ServiceTwice(client("fishing"))));
    assert_eq!(services(&[("fishing", &"x".repeat(255))]), None);
    for subject in ["", &"x".repeat(256), "é", "a\tb", " a", "a ", "a\u{7f}"] {
        assert_eq!(services(&[("fishing", subject)]), Some(No::Subject(client("fishing"))), "{subject:?}");
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
    assert_eq!(decide(None, false, fishing()), ImportDecision::Refuse(No::SubjectTaken(client("fishing"))));
}
