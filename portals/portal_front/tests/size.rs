//! The portals are examples that others copy, so each stays small: under 1,500 lines without templates.
//!
//! Counted is every line of Rust that holds code. Not counted are tests, comments and blank lines, the texts in both languages,
//! which are the templates' words, and `schema.rs`, which says again what the migrations say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test, and says where")]

use std::fs;
use std::path::Path;

fn lines_of_code(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let lines = entries.map(|path| match path.file_name().unwrap().to_str().unwrap() {
        "tests" | "schema.rs" => 0,
        name if name.ends_with("_tests.rs") => 0,
        _ if path.is_dir() => lines_of_code(&path),
        _ => lines_of(&fs::read_to_string(&path).unwrap()),
    });
    lines.sum()
}

fn lines_of(file: &str) -> usize {
    // A file's own tests are its end.
    let (code, _) = file.split_once("#[cfg(test)]\nmod tests {").unwrap_or((file, ""));
    let mut is_text = false;
    let is_counted = |line: &&str| {
        let was_text = is_text;
        is_text = if is_text { *line != "}" } else { line.ends_with("messages! {") };
        !(is_text || was_text || line.trim().is_empty() || line.trim_start().starts_with("//"))
    };
    code.lines().filter(is_counted).count()
}

#[test]
fn each_portal_is_small_enough_to_be_read_and_copied() {
    let portals = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for portal in ["serviceontario_account", "justice_services_online"] {
        let lines = lines_of_code(&portals.join(portal).join("src"));
        assert!((1000..1500).contains(&lines), "{portal} has {lines} lines");
    }
}

#[test]
fn what_is_counted_is_code() {
    let file = "//! It.\n\nontario_language::messages! {\n    one => { \"One\", \"Un\" }\n}\n\nuse a;\n/// B.\nfn b() {\n    // \
                C.\n    c();\n}\n\n#[cfg(test)]\nmod tests {\n    fn d() {}\n}\n";
    assert_eq!(lines_of(file), 4);
}
