//! Ready-made ONE-key accounts. Those of the old directory come as an operator would bring them: from a file, with the
//! hashes of other software and the identifiers that ServiceOntario knows; one is registered as people do it today.

use crate::DemoError;
use crate::accounts::{ReadyMadeAccount, ReadyMadeQuestion};
use crate::folder::Folder;
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::ids::{AccountId, SessionId};
use idp_domain::one_key::{ListedQuestion, OneKeyId, SecurityAnswer, SecurityQuestion};
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::session::AuthenticationMethod;
use idp_server::adapters::rng::rng;
use idp_server::adapters::signing::random_salt;
use idp_server::app::App;
use idp_server::directory_import::file::DirectoryFile;
use idp_server::directory_import::{Import, Rejects};
use idp_server::journeys::information::TERMS_VERSION;
use idp_server::locales;
use idp_store::{NewOneKeyAccount, NewSecurityQuestion, NewSession};
use serviceontario_account::OldRecord;

/// What [`ReadyMadeAccount::kind`] says of one.
pub(crate) const KIND: &str = "one-key";
/// The old directory. Its passwords and answers are those of [`accounts`].
const DIRECTORY: &str = include_str!("../data/one-key-directory.csv");
/// The questions of the account that is registered today.
const LISTED: [ListedQuestion; 3] =
    [ListedQuestion::FirstConcert, ListedQuestion::FirstBook, ListedQuestion::FirstDish];
const ENGLISH: [&str; 3] =
    ["What was the name of your first pet?", "What was your first car?", "Where did you learn to skate?"];
const FRENCH: [&str; 3] = [
    "Quel était le nom de votre premier animal?",
    "Quelle était votre première voiture?",
    "Où avez-vous appris à patiner?",
];

/// What ServiceOntario has from the time of ONE-key: of whom by the identifiers of [`DIRECTORY`], when in seconds since
/// 1970, what.
const OLD_RECORDS: [(&str, i64, [&str; 2]); 5] = [
    (
        "SO-0001942",
        1_244_822_400,
        ["Personalized licence plate, ordered", "Plaque d’immatriculation personnalisée, commandée"],
    ),
    ("SO-0001942", 1_696_262_400, ["Licence plate renewal", "Renouvellement de plaque d’immatriculation"]),
    ("SO-0057310", 1_647_360_000, ["Outdoors card", "Carte Plein air"]),
    ("SO-0110427", 1_718_121_600, ["Birth certificate, ordered", "Certificat de naissance, commandé"]),
    ("SO-0023388", 1_546_876_800, ["Address change", "Changement d’adresse"]),
];

/// The records of these accounts at ServiceOntario.
pub(crate) fn old_records() -> Vec<OldRecord> {
    let record = |(subject, seconds, name): (&str, i64, [&'static str; 2])| OldRecord {
        onekey_subject: subject.to_owned(),
        at: seconds * 1_000_000,
        name,
    };
    OLD_RECORDS.map(record).into()
}

/// The accounts of the directory, then the one that is registered.
pub(crate) fn accounts() -> Vec<ReadyMadeAccount> {
    let listed = LISTED.map(|question| {
        locales::one_key::question_text(Language::English, &SecurityQuestion::Listed(question))
    });
    let listed = listed.each_ref().map(String::as_str);
    vec![
        imported(
            "maple.leaf01",
            "Maple-Leaf-01",
            "maple@example.test",
            ENGLISH,
            ["Biscuit", "Blue Pontiac", "Rideau Canal"],
        ),
        imported("erable.rouge", "Erable-Rouge-2", "", FRENCH, ["Caramel", "Renault 5", "Étang du parc"]),
        imported(
            "loon.lake88",
            "Loon-Lake-88",
            "loon@example.test",
            ENGLISH,
            ["Captain", "Grey Corolla", "Lake Nipissing"],
        ),
        at_justice_too(imported(
            "white_pine7",
            "White-Pine-7",
            "",
            ENGLISH,
            ["Sparky", "Red Civic", "Back yard rink"],
        )),
        account(
            "great.heron5",
            "Great-Heron-5",
            "heron@example.test",
            listed,
            ["The Tragically Hip", "Anne of Green Gables", "Butter tarts"],
        ),
    ]
}

fn imported(
    id: &str,
    password: &str,
    email: &str,
    questions: [&str; 3],
    answers: [&str; 3],
) -> ReadyMadeAccount {
    let services = vec![crate::services::SERVICEONTARIO.to_owned()];
    ReadyMadeAccount { services, ..account(id, password, email, questions, answers) }
}

/// It used Justice Services Online as well.
fn at_justice_too(mut account: ReadyMadeAccount) -> ReadyMadeAccount {
    account.services.push(crate::services::JUSTICE.to_owned());
    account
}

fn account(
    id: &str,
    password: &str,
    email: &str,
    questions: [&str; 3],
    answers: [&str; 3],
) -> ReadyMadeAccount {
    let question = |(question, answer): (&str, &str)| ReadyMadeQuestion {
        question: question.to_owned(),
        answer: answer.to_owned(),
    };
    ReadyMadeAccount {
        totp_key: String::new(),
        kind: KIND.to_owned(),
        user: String::new(),
        one_key_id: id.to_owned(),
        email: email.to_owned(),
        password: password.to_owned(),
        questions: questions.into_iter().zip(answers).map(question).collect(),
        services: Vec::new(),
    }
}

/// Imports the directory and registers the other account. Those that are there already, transferred or not, stay.
pub(crate) async fn make(app: &App, folder: &Folder) -> Result<(), DemoError> {
    import(app, folder).await?;
    let others = accounts().into_iter().filter(|account| account.services.is_empty());
    for account in others {
        register(app, &account).await?;
    }
    Ok(())
}

async fn import(app: &App, folder: &Folder) -> Result<(), DemoError> {
    let failed = |error: &dyn std::fmt::Display| DemoError::idp(error);
    let rejects = Rejects::begin(&folder.path("one-key-directory.rejects.csv"));
    let rejects = rejects.map_err(|error| failed(&error))?;
    let file = DirectoryFile::open(DIRECTORY.as_bytes()).map_err(|error| failed(&error))?;
    let import = Import::begin(&app.store, &app.data_keys, rejects, app.clock.now()).await;
    let counts = import.map_err(|error| failed(&error))?.run(file, |_, _| {}).await;
    let rejected = counts.map_err(|error| failed(&error))?.rejected;
    if rejected > 0 {
        // Somebody registered such an ID in an older demonstration.
        tracing::warn!(rejected, "some ready-made ONE-key accounts can't be made");
    }
    Ok(())
}

async fn register(app: &App, account: &ReadyMadeAccount) -> Result<(), DemoError> {
    let failed = |error: &dyn std::fmt::Display| DemoError::idp(error);
    let session = SessionId::random(&mut rng());
    let password = app.hasher.hash(Secret::new(&account.password), random_salt()).await;
    let mut questions = Vec::with_capacity(LISTED.len());
    for (listed, ready_made) in LISTED.into_iter().zip(&account.questions) {
        let answer = SecurityAnswer::fold(&Secret::new(&ready_made.answer)).secret();
        let hash = app.hasher.hash(answer, random_salt()).await.map_err(|error| failed(&error))?;
        questions.push(NewSecurityQuestion { question: SecurityQuestion::Listed(listed), answer_hash: hash });
    }
    let new = NewOneKeyAccount {
        account: AccountId::random_one_key(&mut rng()),
        id: OneKeyId::parse(&account.one_key_id).map_err(|error| failed(&format!("{error:?}")))?,
        password_hash: password.map_err(|error| failed(&error))?,
        language: Language::English,
        terms_version: TERMS_VERSION,
        questions,
        recovery_email: EmailAddress::parse(&account.email).ok(),
        session: NewSession {
            id: session.clone(),
            secret: TokenHash::of(random_token(&mut rng()).expose()),
            device: TokenHash::of(random_token(&mut rng()).expose()),
            replaces: None,
            methods: vec![AuthenticationMethod::Password],
            network: app.data_keys.hash.hash("audit-network", &[b"demo"]).to_base64url(),
            browser: String::new(),
        },
        now: app.clock.now(),
    };
    if app.store.register_one_key(new).await.map_err(|error| failed(&error))? {
        // Nobody has this session's cookie.
        let ended = app.store.end_session(session, None, app.clock.now()).await;
        ended.map_err(|error| failed(&error))?;
    }
    Ok(())
}
