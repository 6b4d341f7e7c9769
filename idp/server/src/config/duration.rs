//! Spans as operators write them: `60s`, `30m`, `24h`, `90d`, `30 months`.

use std::time::Duration;

/// Reads a span; `None` when it isn't one.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        // A month of a retention time is a twelfth of a year.
        "month" | "months" => 2_629_746,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_secs)
}

/// One span of a list: `60d`. Brackets around the list are let through, as a file has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span(pub Duration);

impl std::str::FromStr for Span {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        parse(text.trim_matches(['[', ']'])).map(Self).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_with_their_unit_and_not_without() {
        assert_eq!(parse("30m"), Some(Duration::from_mins(30)));
        assert_eq!(parse("30 months"), Some(Duration::from_mins(1_314_873)));
        for text in ["", "30", "m", "-1s", "1.5h", "99999999999999999999d", "1w"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
