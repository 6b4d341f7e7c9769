//! Which of our tests answers which module of the official suite and which security case: `docs/reference/conformance.md`
//! and `docs/reference/security-cases.md` are made from the names in the tests' sources, and can't fall behind them.
//!
//! A test answers a module when its name or its text holds the module's name, with `-` or with `_`; the long prefix of
//! the FAPI modules may be shortened to `fapi2-`. A security case is answered by a test whose name begins with its id.

mod modules;
mod sources;

use modules::{Kept, PLANS};
use sources::{TestSource, read_tests};
use std::fmt::Write as _;
use std::path::Path;

const MODULES_PAGE: &str = "conformance.md";
const CASES_PAGE: &str = "security-cases.md";
/// The security cases that the specification numbers.
const CASES: std::ops::RangeInclusive<u32> = 1..=104;

#[test]
fn every_conformance_module_has_a_test_that_carries_its_name() {
    let tests = read_tests();
    let missing: Vec<&str> = PLANS
        .iter()
        .flat_map(|plan| plan.modules)
        .filter(|module| module.kept == Kept::ByATest && answering(&tests, module.name).is_empty())
        .map(|module| module.name)
        .collect();
    assert!(missing.is_empty(), "no test carries these names:\n{}", missing.join("\n"));
}

#[test]
fn the_reference_pages_are_as_the_tests_are() {
    let tests = read_tests();
    for (name, made) in [(MODULES_PAGE, modules_page(&tests)), (CASES_PAGE, cases_page(&tests))] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference").join(name);
        if std::env::var_os("IDP_TEST_WRITE_REFERENCE").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == made,
            "docs/reference/{name} is behind: IDP_TEST_WRITE_REFERENCE=1 cargo test -p idp-tests --test protocol reference"
        );
    }
}

/// The tests that answer a module, as `file::name`.
fn answering(tests: &[TestSource], module: &str) -> Vec<String> {
    let mut names = vec![module.to_owned()];
    if let Some(rest) = module.strip_prefix("fapi2-security-profile-final-") {
        names.push(format!("fapi2-{rest}"));
    }
    let answers = |test: &&TestSource| names.iter().any(|name| test.mentions(name));
    tests.iter().filter(answers).map(TestSource::path).collect()
}

/// Whether `folded` with what stands behind it is the name of another, longer module.
fn is_longer_module(folded: &str, after: &str) -> bool {
    let modules = PLANS.iter().flat_map(|plan| plan.modules);
    modules.map(|module| module.name.replace('-', "_").to_lowercase()).any(|other| {
        let short = other.replace("fapi2_security_profile_final_", "fapi2_");
        [other, short].iter().any(|other| {
            other.strip_prefix(folded).is_some_and(|rest| !rest.is_empty() && after.starts_with(rest))
        })
    })
}

fn modules_page(tests: &[TestSource]) -> String {
    let mut page = String::from(
        "# Conformance modules\n\nWhich test of ours answers which module of the OpenID Foundation's suite for providers (5.2.4). Made from the tests'\n\
         sources by `IDP_TEST_WRITE_REFERENCE=1 cargo test -p idp-tests --test protocol reference`; a module without a test fails\n`./check`.\n",
    );
    for plan in PLANS {
        let _ = write!(page, "\n## {}\n\n| module | test |\n|---|---|\n", plan.name);
        for module in plan.modules {
            let answer = match module.kept {
                Kept::NotHere(why) => why.to_owned(),
                Kept::ByATest => {
                    let tests = answering(tests, module.name);
                    tests.iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>")
                }
            };
            let _ = writeln!(page, "| {} | {answer} |", module.name);
        }
    }
    page
}

fn cases_page(tests: &[TestSource]) -> String {
    let mut page = String::from(
        "# Security cases\n\nWhich test carries which of the 104 security cases by its id. Made as `conformance.md` is; a case without a test belongs to\n\
         a part that isn't there yet.\n\n| case | test |\n|---|---|\n",
    );
    for number in CASES {
        let id = format!("sc_{number:03}");
        let named = tests.iter().filter(|test| test.name.contains(&id));
        let answer = named.map(|test| format!("`{}`", test.path())).collect::<Vec<_>>().join("<br>");
        let _ = writeln!(page, "| SC-{number:03} | {answer} |");
    }
    page
}
