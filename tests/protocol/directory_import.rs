//! `idp onekey import`, run as operators run it.

use crate::program::{command, done, refused, run, text};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::wait::{LIMIT, until};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::JoinHandle;
use tokio::process::Command;

on_sqlite_and_postgres! {
    a_directory_is_imported_once_from_csv_and_from_ndjson
    each_bad_line_is_rejected_with_its_line_and_reason_and_nothing_else_of_it
    a_mended_file_is_run_again
    an_import_that_is_killed_and_run_again_ends_like_one_that_was_not
    two_imports_of_one_file_at_once_end_like_one
}

/// By slappasswd and htpasswd, of `Lac-Bleu-42`.
const SSHA: &str = "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b";
const BCRYPT: &str = "$2y$04$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW";

fn write(idp: &TestIdp, name: &str, text: &str) -> PathBuf {
    let path = idp.folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

async fn import(idp: &TestIdp, file: &Path) -> Value {
    serde_json::from_str(&done(idp, &["onekey", "import", file.to_str().unwrap(), "--json"]).await).unwrap()
}

fn rejects(file: &Path) -> String {
    std::fs::read_to_string(format!("{}.rejects.csv", file.display())).unwrap()
}

fn counts(said: &Value) -> [u64; 3] {
    ["added", "unchanged", "rejected"].map(|name| said[name].as_u64().unwrap())
}

async fn with_services(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    for id in ["fishing", "hunting"] {
        idp.service_with(&format!("client_id = \"{id}\"\n")).await;
    }
    idp
}

/// All that the import made, but for what is random.
fn state(idp: &TestIdp) -> Vec<String> {
    let accounts = "SELECT one_key_id || '|' || one_key_id_key || '|' || language || '|' || status || '|' || \
         CAST(created_at AS TEXT) || '|' || coalesce(CAST(last_sign_in_at AS TEXT), '') || '|' || \
         coalesce(recovery_email, '') AS value FROM account JOIN one_key_account ON account_id = id ORDER BY 1";
    let questions = "SELECT one_key_id || '|' || CAST(position AS TEXT) || question AS value FROM account \
         JOIN one_key_question ON account_id = id ORDER BY 1";
    let services = "SELECT one_key_id || '|' || client_id || '|' || legacy_subject || '|' || \
         CAST(first_used_at AS TEXT) || '|' || CAST(last_used_at AS TEXT) AS value FROM account \
         JOIN connected_service ON account_id = id ORDER BY 1";
    [accounts, questions, services].iter().flat_map(|query| idp.query(query)).collect()
}

async fn a_directory_is_imported_once_from_csv_and_from_ndjson(database: Database) {
    let idp = with_services(database).await;
    let csv = format!(
        "\u{feff}onekey_id,password_hash,email,language,created_at,last_sign_in_at,question_1,question_2,question_3,\
         answer_hash_1,answer_hash_2,answer_hash_3,services\r\n\
         Maple.Leaf,{SSHA},Maple@example.ca,fr,2011-04-03T14:05:09-04:00,2025-12-31T23:59:59Z,\"Animal\r\nfavori, premier ?\",\
         École ?,Rue ?,{SSHA},{BCRYPT},{SSHA},fishing=F-17;hunting=H=17\r\n\
         bob,{BCRYPT},,,,,,,,,,,\r\n"
    );
    let file = write(&idp, "directory.csv", &csv);
    assert_eq!(counts(&import(&idp, &file).await), [2, 0, 0]);
    assert_eq!(rejects(&file), "line,onekey_id,reason\n");
    let first = state(&idp);
    assert_eq!(first.len(), 7, "{first:?}");
    assert!(first[0].starts_with("Maple.Leaf|maple.leaf|fr|active|1301853909000000|1767225599000000|Maple@"));
    assert!(first.iter().any(|row| row.ends_with("1own:Animal favori, premier ?")), "{first:?}");
    // What rests of a hash can't be read; what is audited is a number.
    let stored = [
        idp.query("SELECT password_hash AS value FROM account"),
        idp.query("SELECT answer_hash AS value FROM one_key_question"),
        idp.query("SELECT body AS value FROM audit_record"),
    ]
    .concat()
    .concat();
    for secret in ["SSHA", "$2y$", "SvXnh9cIlkxDb40K5vJ", "aple"] {
        assert!(!stored.contains(secret), "{secret}");
    }
    assert!(stored.contains("one_key_accounts_imported"));
    // Again, and as NDJSON, which says the same.
    let json = format!(
        "{}\n\n{}\n",
        serde_json::json!({
            "onekey_id": "Maple.Leaf", "password_hash": SSHA, "email": "Maple@example.ca", "language": "fr",
            "created_at": "2011-04-03T18:05:09Z", "last_sign_in_at": "2025-12-31T23:59:59Z",
            "question_1": "Animal favori, premier ?", "question_2": "École ?", "question_3": "Rue ?",
            "answer_hash_1": SSHA, "answer_hash_2": BCRYPT, "answer_hash_3": SSHA,
            "services": {"hunting": "H=17", "fishing": "F-17"},
        }),
        serde_json::json!({"onekey_id": "bob", "password_hash": BCRYPT, "email": null}),
    );
    let json = write(&idp, "directory.ndjson", &json);
    let said = done(&idp, &["onekey", "import", file.to_str().unwrap()]).await;
    assert_eq!(said, "Nothing was changed: 0 added, 2 imported before, 0 rejected.\n");
    assert_eq!(counts(&import(&idp, &json).await), [0, 2, 0]);
    assert_eq!(state(&idp), first);
}

/// Lines that become no account, each with the beginning of its reason.
const BAD: [(&str, &str); 24] = [
    ("first.one,SSHA,,,,,,,,,,,", "onekey_id: it was imported before with other data"),
    ("FIRST.ONE,BCRYPT,first@example.ca,,,,,,,,,,", "onekey_id: it was imported before with other data"),
    (",SSHA,,,,,,,,,,,", "onekey_id: no ONE-key ID"),
    ("a\u{202e}bcdefgh,SSHA,,,,,,,,,,,", "onekey_id: a ONE-key ID has no"),
    ("second.one,,,,,,,,,,,,", "password_hash: the hash is missing"),
    ("second.one,hunter2,,,,,,,,,,,", "password_hash: the hash is in no known format"),
    ("second.one,{MD5}rL0Y20zC+Fzt72VPzMSk2A==,,,,,,,,,,,", "password_hash: unsalted {MD5}"),
    (
        "second.one,$2y$20$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW,,,,,,,,,,,",
        "password_hash: the bcrypt hash costs",
    ),
    ("second.one,SSHA,maple@nowhere,,,,,,,,,,", "email: "),
    ("second.one,SSHA,,de,,,,,,,,,", "language: "),
    ("second.one,SSHA,,,yesterday,,,,,,,,", "created_at: "),
    ("second.one,SSHA,,,,9999-01-01T00:00:00Z,,,,,,,", "last_sign_in_at: it is in the future"),
    ("second.one,SSHA,,,2012-01-01T00:00:00Z,2011-01-01T00:00:00Z,,,,,,,", "last_sign_in_at: it is before"),
    ("second.one,SSHA,,,,,Pet?,,,SSHA,,,", "question_1 to answer_hash_3: "),
    ("second.one,SSHA,,,,,Pet?,PET ?,Car?,SSHA,SSHA,SSHA,", "question_1 and question_2 are the same"),
    (
        "second.one,SSHA,,,,,Pet?,School?,Car?,SSHA,SSHA,rover,",
        "answer_hash_3: the hash is in no known format",
    ),
    ("second.one,SSHA,,,,,,,,,,,camping=C-1", "services: camping is not registered here"),
    ("second.one,SSHA,,,,,,,,,,,fishing", "services: it must be client_id="),
    ("second.one,SSHA,,,,,,,,,,,fishing=", "services: the subject at fishing"),
    ("second.one,SSHA,,,,,,,,,,,fishing=1;fishing=2", "services: fishing is named twice"),
    ("second.one,SSHA,,,,,,,,,,,fishing=F-1", "services: another account has this subject at fishing"),
    ("second.one,SSHA", "the line has 2 fields and the header 13"),
    ("=HYPERLINK(\"\"x\"\"),{SHA}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=,,,,,,,,,,,", "password_hash: unsalted {SHA}"),
    ("SSHA,maple@example.ca,,,,,,,,,,,", "password_hash: the hash is in no known format"),
];

async fn each_bad_line_is_rejected_with_its_line_and_reason_and_nothing_else_of_it(database: Database) {
    let idp = with_services(database).await;
    let mut csv = String::from(
        "onekey_id,password_hash,email,language,created_at,last_sign_in_at,question_1,question_2,question_3,\
         answer_hash_1,answer_hash_2,answer_hash_3,services\nfirst.one,SSHA,first@example.ca,,,,,,,,,,fishing=F-1\n",
    );
    for (line, _) in BAD {
        writeln!(csv, "{line}").unwrap();
    }
    csv.push_str("third.one,SSHA,,,,,,,,,,,hunting=F-1\n");
    let csv = csv.replace("SSHA", SSHA).replace("BCRYPT", BCRYPT);
    let file = write(&idp, "directory.csv", &csv);
    let bad = u64::try_from(BAD.len()).unwrap();
    assert_eq!(counts(&import(&idp, &file).await), [2, 0, bad]);
    let written = rejects(&file);
    let mut lines = written.lines();
    assert_eq!(lines.next(), Some("line,onekey_id,reason"));
    let rows: Vec<(u64, &str)> = lines
        .map(|row| row.split_once(',').map(|(line, rest)| (line.parse().unwrap(), rest)).unwrap())
        .collect();
    assert_eq!(rows.len(), BAD.len(), "{written}");
    for ((n, (line, reason)), row) in (3..).zip(BAD).zip(&rows) {
        let (id, said) = row.1.split_once("\",\"").unwrap();
        assert!(row.0 == n && said.starts_with(reason), "{line}: {row:?}");
        assert!(!id.starts_with("\"="), "{row:?}");
    }
    for hidden in ["{SSHA}", "$2y$", "rL0Y20", "hMh7WY", "hunter2", "rover", "@", "\u{202e}"] {
        assert!(!written.contains(hidden), "{hidden}: {written}");
    }
    assert!(written.contains("\"'=HYPERLINK"), "{written}");
    let mode = std::os::unix::fs::MetadataExt::mode(
        &std::fs::metadata(format!("{}.rejects.csv", file.display())).unwrap(),
    );
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(counts(&import(&idp, &file).await), [0, 2, bad]);
    assert_eq!(rejects(&file), written);
}

async fn a_mended_file_is_run_again(database: Database) {
    let idp = with_services(database).await;
    let header = "onekey_id,password_hash,services";
    let lines = format!("first.one,{SSHA},fishing=1\nsecond.one,{SSHA},camping=2\nthird.one,hunter2,\n");
    let file = write(&idp, "directory.csv", &format!("{header}\n{lines}"));
    assert_eq!(counts(&import(&idp, &file).await), [1, 0, 2]);
    idp.service_with("client_id = \"camping\"\n").await;
    write(&idp, "directory.csv", &format!("{header}\n{}", lines.replace("hunter2", BCRYPT)));
    assert_eq!(counts(&import(&idp, &file).await), [2, 1, 0]);
    assert_eq!(rejects(&file), "line,onekey_id,reason\n");
    // An account that somebody registered here keeps its ID.
    idp.execute("UPDATE account SET one_key_id = 'fourth.one', one_key_id_key = 'fourth.one' WHERE one_key_id = 'first.one'");
    let file =
        write(&idp, "more.csv", &format!("{header}\nFourth.One,{SSHA},\nfirst.one,{SSHA},fishing=1\n"));
    assert_eq!(counts(&import(&idp, &file).await), [0, 1, 1]);
    assert!(rejects(&file).contains("2,\"Fourth.One\",\"onekey_id: an account here has it already\""));
}

#[tokio::test]
async fn what_can_t_be_imported_is_refused_in_one_line_and_changes_nothing() {
    let idp = with_services(Database::Sqlite).await;
    let good = format!("onekey_id,password_hash\nfirst.one,{SSHA}\n");
    for (content, said) in [
        ("", "it is empty"),
        ("onekey_id,passwort\n", "column 2"),
        ("first.one,{SSHA}SvXnh9cIlkxDb40K5vJ\n", "column 1"),
        ("[]", "JSON array"),
    ] {
        let file = write(&idp, "bad.csv", content);
        let line = refused(&idp, &["onekey", "import", file.to_str().unwrap()]).await;
        assert!(line.contains(said) && !line.contains("SvXnh"), "{line}");
        assert!(!idp.folder.join("bad.csv.rejects.csv").exists());
    }
    refused(&idp, &["onekey", "import", "/nowhere/at/all.csv"]).await;
    refused(&idp, &["onekey", "import", idp.folder.to_str().unwrap()]).await;
    // A rejects file never replaces what is none, such as the directory itself.
    let file = write(&idp, "good.csv", &good);
    let file = file.to_str().unwrap();
    assert!(refused(&idp, &["onekey", "import", file, "--rejects", file]).await.contains("no rejects file"));
    assert_eq!(std::fs::read_to_string(file).unwrap(), good);
    refused(&idp, &["onekey", "import", file, "--rejects", "/nowhere/at/all.csv"]).await;
    assert_eq!(idp.count("account"), 0);
    assert_eq!(run(&idp, &["onekey", "import"]).await.status.code(), Some(2));
    let rejects = idp.folder.join("why.csv");
    done(&idp, &["onekey", "import", file, "--rejects", rejects.to_str().unwrap()]).await;
    assert!(rejects.exists() && idp.count("account") == 1);
    // What stands before a quotation mark that is never closed is imported, and the rest is told.
    let file =
        write(&idp, "open.csv", &format!("{good}second.one,{SSHA}\nthird.one,\"{SSHA}\nfourth.one,{SSHA}\n"));
    let line = refused(&idp, &["onekey", "import", file.to_str().unwrap()]).await;
    assert!(line.contains("line 4: a quotation mark"), "{line}");
    assert_eq!(idp.count("account"), 2);
}

/// A directory of a few thousand people, every tenth line of it bad.
fn many(people: u32) -> String {
    let mut csv = String::from(
        "onekey_id,password_hash,email,language,question_1,question_2,question_3,answer_hash_1,answer_hash_2,answer_hash_3,created_at,services\n",
    );
    for n in 0..people {
        let hash = if n % 10 == 7 { "hunter2" } else { SSHA };
        writeln!(
            csv,
            "person.{n},{hash},person{n}@example.ca,fr,Pet?,School?,Car?,{SSHA},{BCRYPT},{SSHA},2011-04-03T14:05:09Z,fishing=F-{n};hunting=H-{n}"
        )
        .unwrap();
    }
    csv
}

/// Writes the first lines into a pipe that ends with the handle that this gives: until then no import of it can be done.
fn feed(pipe: &Path, csv: &str, lines: usize) -> JoinHandle<std::io::Result<File>> {
    let head: String = csv.split_inclusive('\n').take(lines + 1).collect();
    let pipe = pipe.to_owned();
    std::thread::spawn(move || {
        let mut pipe = OpenOptions::new().write(true).open(pipe)?;
        // Its reader may be killed meanwhile.
        pipe.write_all(head.as_bytes())?;
        Ok(pipe)
    })
}

async fn an_import_that_is_killed_and_run_again_ends_like_one_that_was_not(database: Database) {
    let csv = many(8000);
    let whole = with_services(database).await;
    let file = write(&whole, "directory.csv", &csv);
    assert_eq!(counts(&import(&whole, &file).await), [7200, 0, 800]);
    let expected = (state(&whole), rejects(&file));

    let idp = with_services(database).await;
    let file = write(&idp, "directory.csv", &csv);
    let (mut before, pipe) = (0, idp.folder.join("pipe"));
    assert!(Command::new("mkfifo").arg(&pipe).status().await.unwrap().success());
    // Once for each signal, somewhere in the middle.
    for (signal, lines) in [("KILL", 2400), ("INT", 4900), ("TERM", 7400)] {
        let writer = feed(&pipe, &csv, lines);
        let mut import = command(&idp);
        import
            .args(["onekey", "import", "--rejects", "rejects.csv"])
            .arg(&pipe)
            .current_dir(&idp.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = import.spawn().unwrap();
        until("the next transaction", async || (idp.count("imported_one_key") > before).then_some(())).await;
        let pid = process.id().map(|pid| pid.to_string());
        assert!(
            Command::new("kill")
                .args(["-s", signal, &pid.expect("it still runs")])
                .status()
                .await
                .unwrap()
                .success()
        );
        let status = tokio::time::timeout(LIMIT, process.wait()).await.unwrap().unwrap();
        assert_ne!(status.code(), Some(0), "{signal} came in the middle");
        drop(writer.join().unwrap());
        before = idp.count("imported_one_key");
        assert!(before % 450 == 0 && before < 7200, "whole transactions only: {before}");
        assert_eq!(idp.count("account"), before);
    }
    let added = u64::try_from(before).unwrap();
    let said = counts(&import(&idp, &file).await);
    assert_eq!(said, [7200 - added, added, 800]);
    assert_eq!((state(&idp), rejects(&file)), expected);
    assert_eq!(counts(&import(&idp, &file).await), [0, 7200, 800]);
}

async fn two_imports_of_one_file_at_once_end_like_one(database: Database) {
    let idp = with_services(database).await;
    let file = write(&idp, "directory.csv", &many(2000));
    let start = |name: &str| {
        let mut import = command(&idp);
        import.args(["onekey", "import", "--json", "--rejects", name]).arg(&file).stdin(Stdio::null());
        import.output()
    };
    let (one, two) = tokio::join!(start("one.csv"), start("two.csv"));
    let mut added = 0;
    for output in [one.unwrap(), two.unwrap()] {
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let [new, unchanged, rejected] = counts(&serde_json::from_slice(&output.stdout).unwrap());
        assert_eq!((new + unchanged, rejected), (1800, 200));
        added += new;
    }
    assert_eq!((added, idp.count("account")), (1800, 1800));
}
