//! The file as a stream, whatever is in it.

use super::file::{DirectoryFile, FileFault, LineFault, MAX_LINE};
use idp_domain::one_key::RawEntry;
use proptest::prelude::*;
use std::io::BufReader;

type Lines = Vec<(u64, Result<RawEntry, LineFault>)>;

fn read_by(bytes: &[u8], capacity: usize) -> Result<Lines, FileFault> {
    let mut file = DirectoryFile::open(BufReader::with_capacity(capacity, bytes))?;
    let mut lines = Vec::new();
    while let Some(line) = file.next_line()? {
        lines.push((line.number, line.content));
    }
    assert_eq!(file.bytes(), bytes.len() as u64, "the whole file was read");
    Ok(lines)
}

fn read(text: &str) -> Lines {
    read_by(text.as_bytes(), 8192).unwrap()
}

/// Number and ID, or number and fault.
fn ids(text: &str) -> Vec<String> {
    let show = |(number, content): &(u64, Result<RawEntry, LineFault>)| match content {
        Ok(raw) => format!("{number} {}", raw.one_key_id),
        Err(fault) => format!("{number} {fault:?}"),
    };
    read(text).iter().map(show).collect()
}

fn all_texts(raw: &RawEntry) -> Vec<String> {
    let one = [
        &raw.one_key_id,
        &raw.password_hash,
        &raw.email,
        &raw.language,
        &raw.created_at,
        &raw.last_sign_in_at,
    ];
    let services = raw.services.iter().map(|(client, subject)| format!("{client}={subject}"));
    let texts = one.into_iter().chain(&raw.questions).chain(&raw.answer_hashes).cloned();
    texts.chain(services).collect()
}

const HEADER: &str = "onekey_id,password_hash,email,language,created_at,last_sign_in_at,question_1,question_2,\
                      question_3,answer_hash_1,answer_hash_2,answer_hash_3,services";

#[test]
fn csv_and_ndjson_say_the_same() {
    let csv = format!(
        "{HEADER}\nmaple,H,e@x.ca,fr,c,l,q1,\"q \"\"2\"\", é\",q3,a1,a2,a3,fishing=F-1; hunting=H=2;\n"
    );
    let json = r#"{"services":{"fishing":"F-1","hunting":"H=2"},"onekey_id":"maple","password_hash":"H","email":"e@x.ca",
        "language":"fr","created_at":"c","last_sign_in_at":"l","question_1":"q1","question_2":"q \"2\", é","question_3":"q3",
        "answer_hash_1":"a1","answer_hash_2":"a2","answer_hash_3":"a3"}"#
        .replace("\n        ", "");
    let (csv, json) = (read(&csv), read(&json));
    let texts = |lines: &Lines| all_texts(lines[0].1.as_ref().ok().unwrap());
    assert_eq!(texts(&csv), texts(&json));
    assert_eq!(texts(&csv)[6..9], ["q1", "q \"2\", é", "q3"]);
    assert_eq!(texts(&csv)[12..], ["fishing=F-1", "hunting=H=2"]);
    assert_eq!((csv[0].0, json[0].0), (2, 1));
    let absent = read("\n{\"onekey_id\":\"a\",\"password_hash\":\"b\",\"email\":null}\n");
    assert!(absent[0].0 == 2 && texts(&absent)[2].is_empty());
}

#[test]
fn byte_order_mark_line_ends_blank_lines_and_column_order_do_not_matter() {
    for text in [
        "\u{feff}onekey_id,password_hash\r\na,H\r\n\r\n\r\nb,H\r\nc,H",
        "onekey_id,password_hash\na,H\n\n\nb,H\nc,H\n",
        "password_hash,onekey_id\nH,a\n\n\n\"H\",\"b\"\nH,c\n\n",
        "\u{feff}{\"onekey_id\":\"x\"}\r\n{\"onekey_id\":\"a\"}\r\n\r\n  \r\n{\"onekey_id\":\"b\"}\r\n{\"onekey_id\":\"c\"}",
    ] {
        let found = ids(text);
        assert_eq!(found[found.len() - 3..], ["2 a", "5 b", "6 c"], "{text:?}");
    }
}

#[test]
fn a_quoted_line_break_stays_inside_its_record() {
    let text = "onekey_id,password_hash,question_1\na,H,\"x\nvictim,H2,y\"\nb,H,\"\"\"\"\nc,H,\"x\r\n\r\ny\"\nd,H,z\n";
    assert_eq!(ids(text), ["2 a", "4 b", "5 c", "8 d"]);
    assert_eq!(read(text)[0].1.as_ref().ok().unwrap().questions[0], "x\nvictim,H2,y");
}

#[test]
fn what_a_person_typed_never_becomes_a_line_however_long_it_is() {
    let long = "x".repeat(MAX_LINE);
    let text =
        format!("onekey_id,password_hash,question_1\na,H,\"{long}\nvictim,H2,y\nvictim2,H2,y\"\nb,H,z\n");
    assert_eq!(ids(&text), ["2 TooLong", "5 b"]);
    let many = ",".repeat(100);
    let text = format!("onekey_id,password_hash\na,H{many},\"\nvictim,H\n\"\nb,H\n");
    assert_eq!(ids(&text), ["2 TooLong", "5 b"]);
    let text = format!("{{\"onekey_id\":\"a\"}}\n{{\"onekey_id\":\"{long}\"}}\n{{\"onekey_id\":\"b\"}}\n");
    assert_eq!(ids(&text), ["1 a", "2 TooLong", "3 b"]);
}

#[test]
fn a_quotation_mark_that_is_never_closed_ends_the_file() {
    for tail in ["b,\"H\nc,H\nd,H\n", "b,\"H", "b,H,\"", "\"", "b,\"H\"\""] {
        let found = ids(&format!("onekey_id,password_hash\na,H\n{tail}"));
        assert_eq!(found, ["2 a", "3 NeverClosed"], "{tail:?}");
    }
    assert_eq!(ids("onekey_id,password_hash\na,\"H\""), ["2 a"]);
}

#[test]
fn records_with_other_numbers_of_fields_say_where_they_end() {
    let found = ids("onekey_id,password_hash\na\nb,H,x\n \n,\nc,\"H\nd,H\ne\",H\nf,H\n");
    assert_eq!(
        found,
        [
            "2 Fields { found: 1, expected: 2, last_line: 2 }",
            "3 Fields { found: 3, expected: 2, last_line: 3 }",
            "4 Fields { found: 1, expected: 2, last_line: 4 }",
            "5 ",
            "6 Fields { found: 3, expected: 2, last_line: 8 }",
            "9 f",
        ]
    );
    assert_eq!(
        ids("onekey_id,password_hash\r\na\r\nb,H\r\n")[0],
        "2 Fields { found: 1, expected: 2, last_line: 2 }"
    );
}

#[test]
fn other_bytes_than_utf_8_spoil_their_line_only() {
    let csv = b"onekey_id,password_hash\na,H\n\xff\xfe,H\nb,\xc3\nc,H\n";
    let json = b"{\"onekey_id\":\"a\"}\n{\"onekey_id\":\"\xff\"}\n\xc3\n{\"onekey_id\":\"c\"}\n";
    for (bytes, first) in [(&csv[..], 2), (&json[..], 1)] {
        let lines = read_by(bytes, 8192).unwrap();
        let good: Vec<bool> = lines.iter().map(|(_, content)| content.is_ok()).collect();
        assert_eq!(good, [true, false, false, true]);
        assert!(lines[1].0 == first + 1 && matches!(lines[1].1, Err(LineFault::NotUtf8)));
    }
}

#[test]
fn json_that_is_not_as_described_is_refused_without_showing_it() {
    for (line, fault) in [
        ("{\"onekey_id\":\"a\",\"pasword_hash\":\"H\"}", LineFault::WrongJson),
        ("{\"onekey_id\":\"a\",\"onekey_id\":\"b\"}", LineFault::WrongJson),
        ("{\"onekey_id\":7}", LineFault::WrongJson),
        ("{\"onekey_id\":[\"a\"]}", LineFault::WrongJson),
        ("{\"services\":\"fishing=F-1\"}", LineFault::WrongJson),
        ("{\"services\":{\"fishing\":7}}", LineFault::WrongJson),
        ("{\"onekey_id\":\"a\"", LineFault::NotJson),
        ("{\"onekey_id\":\"a\"} {\"onekey_id\":\"b\"}", LineFault::NotJson),
        ("{\"onekey_id\":\"\\ud800\"}", LineFault::NotJson),
        ("[\"a\"]", LineFault::NotJson),
        ("\"a\"", LineFault::NotJson),
        ("null", LineFault::NotJson),
        ("onekey_id,password_hash", LineFault::NotJson),
    ] {
        let lines = read(&format!("{{}}\n{line}\n"));
        assert_eq!(lines[1].1.as_ref().err(), Some(&fault), "{line}");
    }
    let deep = format!("{{}}\n{{\"services\":{}\n", "{\"a\":".repeat(5000));
    assert!(read(&deep)[1].1.is_err());
    // A service twice is seen, not merged.
    let lines = read("{\"services\":{\"fishing\":\"1\",\"fishing\":\"2\"}}");
    assert_eq!(lines[0].1.as_ref().ok().unwrap().services.len(), 2);
}

#[test]
fn what_is_no_directory_s_file_is_refused_whole() {
    let refused = |bytes: &[u8]| read_by(bytes, 8192).err().unwrap().to_string();
    for (bytes, said) in [
        (&b""[..], "it is empty"),
        (b"\xef\xbb\xbf\r\n\n", "it is empty"),
        (b"\xff\xfeo\0n\0", "it must be UTF-8"),
        (b"o\0n\0e\0", "it must be UTF-8"),
        (b"\0\0\0o", "it must be UTF-8"),
        (b"[{\"onekey_id\":\"a\"}]", "it is a JSON array"),
        (b"onekey_id,pasword_hash\n", "its column 2 is none"),
        (b"maple,$2b$12$secret\n", "its column 1 is none"),
        (b"onekey_id;password_hash\n", "its column 1 is none"),
        (b"onekey_id,password_hash,onekey_id\n", "names onekey_id twice"),
        (b"onekey_id,email\n", "doesn't name password_hash"),
        (b"password_hash\n", "doesn't name onekey_id"),
        (b"\"onekey_id,password_hash\na,H\n", "its column 1 is none"),
        (b"\x1f\x8b\x08\x00", "its column 1 is none"),
    ] {
        let found = refused(bytes);
        assert!(found.contains(said) && !found.contains("secret"), "{found}");
    }
    assert!(read("onekey_id,password_hash\n").is_empty());
}

proptest! {
    #[test]
    fn whatever_is_in_a_file_its_reading_ends_alike_for_every_size_of_its_pieces(
        body in proptest::collection::vec(proptest::sample::select(b"ab,\"\"\n\n\r{}:;= \xc3\xa9\xff".to_vec()), 0..200),
        is_json in any::<bool>(),
    ) {
        let header: &[u8] = if is_json { b"{}\n" } else { b"onekey_id,password_hash\n" };
        let bytes = [header, &body].concat();
        let show = |capacity| {
            let lines = read_by(&bytes, capacity).unwrap();
            let show = |content: Result<RawEntry, LineFault>| content.map(|raw| all_texts(&raw));
            lines.into_iter().map(|(number, content)| (number, show(content))).collect::<Vec<_>>()
        };
        let whole = show(8192);
        prop_assert_eq!(&whole, &show(1));
        prop_assert_eq!(&whole, &show(7));
        prop_assert!(whole.windows(2).all(|pair| pair[0].0 <= pair[1].0), "line numbers never fall");
    }
}
