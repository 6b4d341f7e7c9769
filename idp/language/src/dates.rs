//! Dates and times in Toronto's zone, as `pages.md` 0.2 writes them. Instants come in as microseconds since 1970 (UTC).

use crate::Language;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::{America::Toronto, Tz};

const MONTHS: [(&str, &str); 12] = [
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
];

fn toronto(micros: i64) -> DateTime<Tz> {
    DateTime::<Utc>::from_timestamp_micros(micros).unwrap_or_default().with_timezone(&Toronto)
}

/// `November 21, 2026` or `21 novembre 2026`.
#[must_use]
pub fn format_date(language: Language, micros: i64) -> String {
    let at = toronto(micros);
    let (english, french) = MONTHS[at.month0() as usize];
    match language {
        Language::English => format!("{english} {}, {}", at.day(), at.year()),
        Language::French if at.day() == 1 => format!("1er {french} {}", at.year()),
        Language::French => format!("{} {french} {}", at.day(), at.year()),
    }
}

/// `2:05 p.m.` or `14 h 05`, which no line break takes apart.
#[must_use]
pub fn format_time(language: Language, micros: i64) -> String {
    let at = toronto(micros);
    match language {
        Language::English => {
            let (afternoon, hour) = at.hour12();
            format!("{hour}:{:02} {}", at.minute(), if afternoon { "p.m." } else { "a.m." })
        }
        Language::French => format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
    }
}

/// `November 21, 2026, 2:05 p.m. (Toronto time)` or `21 novembre 2026, 14 h 05 (heure de Toronto)`.
#[must_use]
pub fn format_date_time(language: Language, micros: i64) -> String {
    let zone = language.pick("Toronto time", "heure de Toronto");
    format!("{}, {} ({zone})", format_date(language, micros), format_time(language, micros))
}

/// The same instant for `<time datetime>`: `2026-11-21T14:05:00-05:00`.
#[must_use]
pub fn iso_date_time(micros: i64) -> String {
    toronto(micros).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The instant in UTC for names of files, which then sort by time: `20261121T190500.000000Z`.
#[must_use]
pub fn utc_stamp(micros: i64) -> String {
    let at = DateTime::<Utc>::from_timestamp_micros(micros).unwrap_or_default();
    at.format("%Y%m%dT%H%M%S%.6fZ").to_string()
}

/// The instant of a wall clock's time in Toronto; the first of two, none in the hour that a spring skips.
#[must_use]
pub fn in_toronto(local: NaiveDateTime) -> Option<i64> {
    Toronto.from_local_datetime(&local).earliest().map(|at| at.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_toronto_time_in_both_languages() {
        let at = 1_795_287_900_000_000; // 2026-11-21T19:05:00Z
        assert_eq!(format_date_time(Language::English, at), "November 21, 2026, 2:05 p.m. (Toronto time)");
        assert_eq!(
            format_date_time(Language::French, at),
            "21 novembre 2026, 14\u{a0}h\u{a0}05 (heure de Toronto)"
        );
        assert_eq!(iso_date_time(at), "2026-11-21T14:05:00-05:00");
        assert_eq!(utc_stamp(at + 257_541), "20261121T190500.257541Z");
    }
}
