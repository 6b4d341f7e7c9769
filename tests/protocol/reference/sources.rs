//! The tests as they stand in their sources.

use std::collections::BTreeSet;
use std::path::Path;

/// One test: where it is, what it is called, and its text with the comments above it.
pub struct TestSource {
    /// `protocol/par`
    pub file: String,
    /// Its function's name.
    pub name: String,
    text: String,
}

impl TestSource {
    /// `protocol/par::sc_034_…`
    pub fn path(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }

    /// Whether it names a module: the whole name, as it is or with `_` for `-`, and no longer one.
    pub fn mentions(&self, module: &str) -> bool {
        let folded = module.replace('-', "_").to_lowercase();
        let text = self.text.replace('-', "_").to_lowercase();
        text.match_indices(&folded).any(|(at, found)| {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            let after = text.get(at + found.len()..).unwrap_or_default();
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            // A test's name goes on behind the module's: `oidcc_server_with_form_post` answers `oidcc-server` too,
            // unless that is the name of another module.
            !before.is_some_and(is_word) && !super::is_longer_module(&folded, after)
        })
    }
}

/// Every test of `tests/administration`, `tests/protocol`, `tests/journeys` and `tests/store`.
pub fn read_tests() -> Vec<TestSource> {
    let mut tests = Vec::new();
    for folder in ["administration", "protocol", "journeys", "store"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        read_folder(&root, folder, &mut tests);
    }
    tests.sort_by_key(TestSource::path);
    tests
}

fn read_folder(folder: &Path, name: &str, tests: &mut Vec<TestSource>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && stem != "snapshots" && stem != "reference" {
            read_folder(&path, &format!("{name}/{stem}"), tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = if stem == "mod" { name.to_owned() } else { format!("{name}/{stem}") };
            read_file(&std::fs::read_to_string(&path).unwrap(), &file, tests);
        }
    }
}

/// Functions that are tests: under a `test` attribute, or in the list of `on_sqlite_and_postgres!`.
fn read_file(source: &str, file: &str, tests: &mut Vec<TestSource>) {
    let listed = listed_in_macro(source);
    let mut above = String::new();
    let mut open: Option<TestSource> = None;
    let mut attribute = false;
    for line in source.lines() {
        let trimmed = line.trim_start();
        if let Some(name) = function_name(trimmed) {
            tests.extend(open.take());
            if attribute || listed.contains(name) {
                let text = format!("{above}{line}\n");
                open = Some(TestSource { file: file.to_owned(), name: name.to_owned(), text });
            }
            (above, attribute) = (String::new(), false);
        } else if let Some(test) = &mut open {
            test.text.push_str(line);
            test.text.push('\n');
            // The function's end, where rustfmt puts it.
            if line == "}" {
                tests.extend(open.take());
            }
        } else if trimmed.starts_with("//") || trimmed.starts_with("#[") {
            attribute |= trimmed.starts_with("#[test]") || trimmed.starts_with("#[tokio::test");
            above.push_str(line);
            above.push('\n');
        } else {
            (above, attribute) = (String::new(), false);
        }
    }
    tests.extend(open);
}

fn function_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "))?;
    rest.split(['(', '<']).next()
}

fn listed_in_macro(source: &str) -> BTreeSet<&str> {
    let mut listed = BTreeSet::new();
    let mut rest = source;
    while let Some((_, after)) = rest.split_once("on_sqlite_and_postgres! {") {
        let (list, after) = after.split_once('}').unwrap_or((after, ""));
        listed.extend(
            list.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(str::split_whitespace),
        );
        rest = after;
    }
    listed
}
