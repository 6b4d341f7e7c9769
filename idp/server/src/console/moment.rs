//! An instant as administrators type it: `2026-11-21 14:05`, Toronto's time, or RFC 3339 with its own zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use idp_domain::time::Timestamp;
use ontario_language::in_toronto;

/// What was typed is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no date and time")]
pub struct NoMoment;

/// Reads one; `None` where nothing was typed.
///
/// # Errors
/// It can't be read.
pub fn parse(text: &str) -> Result<Option<Timestamp>, NoMoment> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(Timestamp::from_micros(at.timestamp_micros())));
    }
    let local = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H h %M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN)));
    let micros = local.and_then(in_toronto).ok_or(NoMoment)?;
    Ok(Some(Timestamp::from_micros(micros)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_torontos_time_unless_it_says_otherwise() {
        let at = Timestamp::from_seconds(1_795_287_900); // 2026-11-21T19:05:00Z
        for text in ["2026-11-21 14:05", " 2026-11-21T14:05 ", "2026-11-21T19:05:00Z", "2026-11-21 14 h 05"] {
            assert_eq!(parse(text), Ok(Some(at)), "{text}");
        }
        assert_eq!(parse("2026-11-21"), Ok(Some(Timestamp::from_seconds(1_795_237_200))));
        assert_eq!(parse(" "), Ok(None));
        for text in
            ["tomorrow", "2026-13-01 10:00", "2026-11-21 25:00", "99999999-01-01 00:00", "２０２６-11-21"]
        {
            assert_eq!(parse(text), Err(NoMoment), "{text}");
        }
        // The hour that a spring skips is no time at all; of the one that comes twice the first is meant.
        assert_eq!(parse("2026-03-08 02:30"), Err(NoMoment));
        assert_eq!(parse("2026-11-01 01:30"), Ok(Some(Timestamp::from_seconds(1_793_511_000))));
    }
}
