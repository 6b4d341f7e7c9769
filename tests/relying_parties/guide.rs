//! docs/integrating.md quotes the examples to the letter, and explains every error that the server can send.

use idp_tests::relying_party::repository;

fn guide() -> String {
    read("docs/integrating.md")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_quotation_stands_in_the_file_that_it_is_from() {
    let guide = guide();
    let mut quotations = 0;
    for part in guide.split("<!-- from ").skip(1) {
        let (path, rest) = part.split_once(" -->\n```").unwrap();
        let (_, rest) = rest.split_once('\n').unwrap();
        let (quoted, _) = rest.split_once("\n```").unwrap();
        let file = read(&format!("docs/{path}"));
        // What is left out is marked by a line of its own.
        for piece in quoted.split("\n…\n") {
            assert!(file.contains(piece), "docs/integrating.md quotes {path}, which doesn't say:\n{piece}");
        }
        quotations += 1;
    }
    assert!(quotations >= 4, "only {quotations}");
}

/// Words like `invalid_request` that stand alone between quotation marks.
fn codes(source: &str) -> Vec<&str> {
    let is_code = |word: &&str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && word.contains('_')
    };
    source.split('"').skip(1).step_by(2).filter(is_code).collect()
}

#[test]
fn every_error_code_of_the_server_is_explained() {
    let guide = guide();
    let sources =
        [read("idp/server/src/endpoints/oauth_error.rs"), read("idp/domain/src/authorization/mod.rs")];
    let codes: Vec<&str> =
        sources.iter().flat_map(|source| codes(source)).filter(|code| !code.starts_with("error")).collect();
    assert!(codes.len() >= 15, "{codes:?}");
    for code in codes {
        assert!(
            guide.contains(&format!("| `{code}` |")),
            "docs/integrating.md has no line for the error {code}"
        );
    }
}

/// What one can copy is what the tests build.
#[test]
fn the_example_in_rust_names_the_versions_that_the_workspace_has() {
    let (own, workspace) = (read("docs/examples/rust/Cargo.toml"), read("Cargo.toml"));
    let version_of = |file: &str, name: &str| {
        let line = file
            .lines()
            .find(|line| line.starts_with(&format!("{name} = ")))
            .unwrap_or_else(|| panic!("{name}"))
            .to_owned();
        line.split('"').nth(1).unwrap().to_owned()
    };
    for name in
        ["actix-web", "base64", "jsonwebtoken", "openidconnect", "reqwest", "serde_json", "tokio", "url"]
    {
        let (own, workspace) = (version_of(&own, name), version_of(&workspace, name));
        assert_eq!(own, workspace, "{name}");
    }
}
