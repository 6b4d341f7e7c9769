//! Whole numbers as JSON Schema reads them: `60.0` is one too (JSON Schema section 6.1.1), and beyond 2^53 programs in other
//! languages read another number than was written (RFC 8259 section 6), so that none is taken there.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The largest that every program reads alike.
pub const LARGEST: i64 = (1 << 53) - 1;

/// Reads a whole number that may be left out, for `#[serde(deserialize_with = …)]`.
///
/// # Errors
/// It is none, or it is beyond what every program reads alike, or beyond the type.
pub fn optional<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

struct Optional<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Optional<T> {
    fn of<E: Error>(number: i64, unexpected: Unexpected<'_>) -> Result<Option<T>, E> {
        let within = (-LARGEST..=LARGEST).contains(&number);
        let fits = T::try_from(number).ok().filter(|_| within);
        fits.map(Some).ok_or_else(|| E::invalid_value(unexpected, &"a whole number within its bounds"))
    }
}

impl<'de, T: TryFrom<i64>> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Self::of(number, Unexpected::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Self::of(i64::try_from(number).unwrap_or(i64::MAX), Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // Written without a fraction it is a whole number; every one up to 2^53 has its own float.
        let whole = format!("{number:.0}").parse().ok().filter(|_| number.fract() == 0.0);
        Self::of(whole.unwrap_or(i64::MAX), Unexpected::Float(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Signed {
        #[serde(default, deserialize_with = "optional")]
        number: Option<i64>,
    }

    #[derive(Deserialize)]
    struct Unsigned {
        #[serde(default, deserialize_with = "optional")]
        number: Option<u64>,
    }

    fn signed(text: &str) -> Result<Option<i64>, serde_json::Error> {
        serde_json::from_str::<Signed>(&format!("{{\"number\": {text}}}")).map(|read| read.number)
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        for (text, number) in [
            ("0", 0),
            ("-0.0", 0),
            ("60.0", 60),
            ("6e1", 60),
            ("-3.0", -3),
            ("9007199254740991", LARGEST),
            ("900719925474099.0", 900_719_925_474_099),
        ] {
            assert_eq!(signed(text).unwrap(), Some(number), "{text}");
        }
        assert_eq!(signed("null").unwrap(), None);
        assert_eq!(serde_json::from_str::<Signed>("{}").unwrap().number, None);
        assert_eq!(serde_json::from_str::<Unsigned>("{\"number\": 7.0}").unwrap().number, Some(7));
    }

    #[test]
    fn what_is_none_or_too_large_is_refused() {
        for text in
            ["0.5", "1e300", "-1e300", "9007199254740992", "-9007199254740992", "18446744073709551615"]
        {
            assert!(signed(text).is_err(), "{text}");
        }
        for text in ["\"1\"", "true", "[1]", "{}", "1e-3"] {
            assert!(signed(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Unsigned>("{\"number\": -1}").is_err());
    }
}
