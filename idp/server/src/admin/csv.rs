//! Lists as CSV (RFC 4180) that a spreadsheet reads as text: no cell of it is ever a formula.

/// A table with its heading.
#[must_use]
pub fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = columns.join(",");
    text.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| self::cell(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_is_one_cell() {
        let rows = [vec!["=1+1".to_owned(), "a,\"b\"\nc".to_owned()], vec!["-2".into(), "é".into()]];
        let text = table(&["one", "two"], rows.into_iter());
        assert_eq!(text, "one,two\r\n'=1+1,\"a,\"\"b\"\"\nc\"\r\n'-2,é\r\n");
    }
}
