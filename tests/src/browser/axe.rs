//! Accessibility rules of axe-core, run in the page.

use super::Browser;
use serde_json::{Value, json};

/// axe-core, vendored: `tests/vendor/README.md`.
const AXE: &str = include_str!("../../vendor/axe.min.js");

/// The standards that a page is held to: WCAG 2.2 at A and AA, and what the field calls good practice.
const TAGS: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/// A rule that the page breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name, such as `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What should be so.
    pub help: String,
    /// The elements concerned: each its selector and what is wrong with it.
    pub elements: Vec<String>,
}

impl Browser {
    /// The rules that the page breaks now. JavaScript must be on; the page's Content-Security-Policy doesn't matter,
    /// since WebDriver's scripts aren't subject to it.
    pub async fn axe(&self) -> Vec<Violation> {
        self.execute(AXE, vec![]).await;
        let script = "const [tags, done] = arguments; \
                      axe.run(document, { runOnly: tags, resultTypes: ['violations'] }) \
                         .then(found => done(found.violations), error => done(String(error)));";
        let found = self.client().execute_async(script, vec![json!(TAGS)]).await;
        match found.expect("axe-core answers") {
            Value::Array(violations) => violations.iter().map(violation).collect(),
            other => panic!("axe-core failed: {other}"),
        }
    }
}

fn violation(found: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = found["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    Violation {
        rule: text(&found["id"]),
        impact: text(&found["impact"]),
        help: text(&found["help"]),
        elements: nodes
            .iter()
            .map(|node| format!("{} — {}", node["target"], text(&node["failureSummary"])))
            .collect(),
    }
}
