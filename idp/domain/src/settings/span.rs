//! Spans as operators write them: `60s`, `30m`, `24h`, `90d`, `30 months`.

use std::time::Duration;

/// A month of a retention time is a twelfth of a year.
const MONTH: u64 = 2_629_746;
/// The units from the largest on, as [`parse`] reads them.
const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];

/// Reads a span; `None` when it isn't one.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "month" | "months" => MONTH,
        _ => return None,
    };
    number.checked_mul(unit).map(Duration::from_secs)
}

/// Writes a span in the largest unit that says it exactly.
#[must_use]
pub fn text(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds > 0 && seconds.is_multiple_of(MONTH) {
        let months = seconds / MONTH;
        return format!("{months} month{}", if months == 1 { "" } else { "s" });
    }
    let fitting = UNITS.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, name) = fitting.unwrap_or((1, "s"));
    format!("{}{name}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_are_read_with_their_unit_and_not_without() {
        assert_eq!(parse("30m"), Some(Duration::from_mins(30)));
        assert_eq!(parse("30 months"), Some(Duration::from_mins(1_314_873)));
        for text in ["", "30", "m", "-1s", "1.5h", "99999999999999999999d", "1w", "３0s", "1 s s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_written_as_people_write_them() {
        for text_of in ["0s", "1s", "90s", "15m", "12h", "30d", "90m", "1 month", "30 months"] {
            assert_eq!(text(parse(text_of).unwrap()), text_of);
        }
        assert_eq!(text(Duration::from_hours(1)), "1h");
    }

    proptest! {
        #[test]
        fn a_span_is_read_as_it_was_written(seconds in 0_u64..1_000_000_000, months in 0_u64..1000) {
            let span = Duration::from_secs(seconds);
            prop_assert_eq!(parse(&text(span)), Some(span));
            let span = Duration::from_secs(months * MONTH);
            prop_assert_eq!(parse(&text(span)), Some(span));
        }

        #[test]
        fn no_text_upsets_the_reader(text in ".*") {
            let _ = parse(&text);
        }
    }
}
