//! Accounts of the old ONE-key directory, used by their people: what other software hashed lets them in, once, and then
//! gives way to a hash of ours.

use idp_server::directory_import::file::DirectoryFile;
use idp_server::directory_import::{Counts, Import, Rejects};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::fmt::Write as _;

on_sqlite_and_postgres! {
    each_imported_hash_lets_its_person_in_and_is_replaced
    an_imported_account_is_known_to_its_service_by_its_old_identifier
    imported_answers_lead_to_a_new_password_and_are_replaced
}

/// Of `Lac-Bleu-42`, by the software that is named.
const HASHES: [(&str, &str); 5] = [
    ("slappasswd", "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b"),
    ("htpasswd", "$2y$04$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW"),
    ("passlib", "$pbkdf2-sha256$1000$h9A6x9hbi9EaoxSiVIoR4g$vH3aJFWGsI4WHMblDP41gImRZen5EsWexiJAEZ7AGE8"),
    ("django", "pbkdf2_sha256$1000$GcQzuAlbUpLL$bU1bZ/jKVujBP5v6orZhsbdf7BFtmiDGtDZ6j/iJXOc="),
    (
        "openldap",
        "{ARGON2}$argon2i$v=19$m=4096,t=3,p=1$BkAubMgs7jQGUHd6x3AFcA$RYOWqud1g5hjav6U521hF1sn+M7Azcg5Jk14rGZOheU",
    ),
];
const PASSWORD: &str = "Lac-Bleu-42";
const SERVICE: &str = "accounts = [\"one-key\"]\n";

pub async fn import(idp: &TestIdp, csv: &str) -> Counts {
    let rejects = Rejects::begin(&idp.folder.join("rejects.csv")).unwrap();
    let file = DirectoryFile::open(csv.as_bytes()).unwrap();
    let import = Import::begin(&idp.app.store, &idp.app.data_keys, rejects, idp.now()).await.unwrap();
    import.run(file, |_, _| {}).await.unwrap()
}

fn password_hash(idp: &TestIdp, id: &str) -> String {
    idp.query(&format!("SELECT password_hash AS value FROM account WHERE one_key_id = '{id}'")).concat()
}

async fn each_imported_hash_lets_its_person_in_and_is_replaced(database: Database) {
    let idp = TestIdp::start(database).await;
    let mut csv = String::from("onekey_id,password_hash\n");
    for (id, hash) in HASHES {
        writeln!(csv, "{id},\"{hash}\"").unwrap();
    }
    // An ID that no one could register today.
    writeln!(csv, "bob 1,\"{}\"", HASHES[0].1).unwrap();
    assert_eq!(import(&idp, &csv).await.added, 6);
    for id in HASHES.map(|(id, _)| id).into_iter().chain(["bob 1"]) {
        let stored = password_hash(&idp, id);
        assert!(stored.starts_with("imported:"), "{id}");
        let before = idp.app.hasher.computed();
        let wrong = idp.sign_in_with_one_key(&idp.visitor(), id, "Lac-Bleu-43").await;
        assert_eq!(wrong.errors(), ["The ONE-key ID or password is not correct"], "{id}");
        assert_eq!(idp.app.hasher.computed() - before, 1, "as for an ID that nobody has");
        assert_eq!(password_hash(&idp, id), stored, "a wrong password replaces nothing");
        let typed = id.to_uppercase();
        assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), &typed, PASSWORD).await.status, 303, "{id}");
        let ours = password_hash(&idp, id);
        assert!(ours.starts_with("$argon2id$"), "{id}: replaced at the first use");
        assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), id, PASSWORD).await.status, 303, "{id}");
        assert_eq!(password_hash(&idp, id), ours, "once");
        assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), id, "Lac-Bleu-43").await.status, 422, "{id}");
    }
    let again = import(&idp, &csv).await;
    assert_eq!((again.added, again.unchanged), (0, 6));
    assert!(password_hash(&idp, "slappasswd").starts_with("$argon2id$"), "the file does not bring it back");
}

async fn an_imported_account_is_known_to_its_service_by_its_old_identifier(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with(SERVICE).await;
    let other = idp.service_with(SERVICE).await;
    let csv = format!(
        "onekey_id,password_hash,services\nmaple.leaf,{},{}=old-4711\n",
        HASHES[0].1, service.client.id
    );
    assert_eq!(import(&idp, &csv).await.added, 1);
    let visitor = idp.visitor();
    idp.sign_in_with_one_key(&visitor, "maple.leaf", PASSWORD).await;
    for (service, known) in [(&service, true), (&other, false)] {
        let request = service.request();
        let left = visitor.follow(visitor.get(&request.path()).await).await;
        let code = left.parameter("code").expect("a code");
        let tokens = idp.tokens(service, &request, &code).await;
        assert_eq!(tokens.claims["sub"] == "old-4711", known, "{:?}", tokens.claims);
        assert_eq!(idp.userinfo(&tokens.access_token).await.json()["sub"], tokens.claims["sub"]);
    }
}

async fn imported_answers_lead_to_a_new_password_and_are_replaced(database: Database) {
    let idp = TestIdp::start(database).await;
    let (ssha, bcrypt) = (HASHES[0].1, HASHES[1].1);
    let csv = format!(
        "onekey_id,password_hash,question_1,question_2,question_3,answer_hash_1,answer_hash_2,answer_hash_3\n\
         maple.leaf,{ssha},Quel lac ?,Bleu ou vert ?,Et encore ?,{ssha},{bcrypt},{ssha}\n"
    );
    assert_eq!(import(&idp, &csv).await.added, 1);
    let visitor = idp.visitor();
    let page = visitor.get("/en/one-key/recover/password").await;
    let next = visitor.submit(&page, "f", &[("id", "maple.leaf"), ("way", "questions")]).await;
    let page = visitor.follow(next).await;
    for question in ["Quel lac ?", "Bleu ou vert ?", "Et encore ?"] {
        assert!(page.text().contains(question), "{page:?}");
    }
    let answers = |third| [("answer1", PASSWORD), ("answer2", " Lac-Bleu-42 "), ("answer3", third)];
    let wrong = visitor.submit(&page, "f", &answers("Lac Vert")).await;
    assert_eq!(wrong.status, 422);
    let right = visitor.submit(&wrong, "f", &answers(PASSWORD)).await;
    assert_eq!(right.location(), Some("/en/one-key/recover/password/new"), "{right:?}");
    let hashes = idp.query("SELECT answer_hash AS value FROM one_key_question");
    assert!(hashes.len() == 3 && hashes.iter().all(|hash| hash.starts_with("$argon2id$")), "{hashes:?}");
    let page = visitor.follow(right).await;
    visitor.submit(&page, "f", &[("password", "Bouleau-77"), ("password2", "Bouleau-77")]).await;
    assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), "maple.leaf", "Bouleau-77").await.status, 303);
    assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), "maple.leaf", PASSWORD).await.status, 422);
}
