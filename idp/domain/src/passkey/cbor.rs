//! CBOR (RFC 8949) as authenticators write it: the CTAP2 canonical form (FIDO CTAP 2.2 section 8), read strictly. Lengths are
//! definite and shortest, keys don't repeat, nothing is tagged, and nothing nests deeply; whatever else comes is refused.

use super::PasskeyError;

/// CTAP 2.2 section 8 lets four levels nest; a certificate chain in a statement is one of them.
const DEEPEST: usize = 4;
/// The most elements of an array or a map; the longest honest one, a certificate chain, has a few.
const MOST_ELEMENTS: u64 = 32;

/// One value. Bytes and texts stand where they came.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Major types 0 and 1.
    Integer(i64),
    /// Major type 2.
    Bytes(&'a [u8]),
    /// Major type 3.
    Text(&'a str),
    /// Major type 4.
    Array(Vec<Value<'a>>),
    /// Major type 5: in the order in which they came, no key twice.
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// Simple values 20 and 21.
    Bool(bool),
    /// Simple value 22.
    Null,
}

impl<'a> Value<'a> {
    /// Reads one value and gives what follows it.
    ///
    /// # Errors
    /// It is cut off, or not in canonical form.
    pub fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), PasskeyError> {
        let mut reader = Reader { rest: bytes };
        let value = reader.value(0)?;
        Ok((value, reader.rest))
    }

    /// Reads the one value that `bytes` are.
    ///
    /// # Errors
    /// It isn't one, or something follows it.
    pub fn read_all(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        match Self::read(bytes)? {
            (value, []) => Ok(value),
            _ => Err(PasskeyError::Malformed),
        }
    }

    /// The value under a text key of a map.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.under(&Value::Text(name))
    }

    /// The value under a number of a map.
    #[must_use]
    pub fn label(&self, label: i64) -> Option<&Self> {
        self.under(&Value::Integer(label))
    }

    fn under(&self, wanted: &Value<'_>) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(key, _)| key == wanted).map(|(_, value)| value)
    }

    /// The bytes, if it is such.
    #[must_use]
    pub fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], PasskeyError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(PasskeyError::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self, width: usize) -> Result<u64, PasskeyError> {
        Ok(self.take(width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The major type and its argument, in as few bytes as can be (RFC 8949 section 4.2.1).
    fn head(&mut self) -> Result<(u8, u64), PasskeyError> {
        let first = self.take(1)?.first().copied().ok_or(PasskeyError::Malformed)?;
        let (width, least) = match first & 0x1f {
            direct @ 0..=23 => return Ok((first >> 5, u64::from(direct))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(PasskeyError::Malformed),
        };
        let argument = self.number(width)?;
        if argument < least { Err(PasskeyError::Malformed) } else { Ok((first >> 5, argument)) }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, PasskeyError> {
        let (major, argument) = self.head()?;
        let length = usize::try_from(argument).map_err(|_| PasskeyError::Malformed)?;
        match major {
            0 => Ok(Value::Integer(positive(argument)?)),
            1 => Ok(Value::Integer(-1 - positive(argument)?)),
            2 => Ok(Value::Bytes(self.take(length)?)),
            3 => {
                std::str::from_utf8(self.take(length)?).map(Value::Text).map_err(|_| PasskeyError::Malformed)
            }
            4 | 5 if argument > MOST_ELEMENTS || depth == DEEPEST => Err(PasskeyError::Malformed),
            4 => Ok(Value::Array((0..argument).map(|_| self.value(depth + 1)).collect::<Result<_, _>>()?)),
            5 => self.map(argument, depth),
            7 if (20..=21).contains(&argument) => Ok(Value::Bool(argument == 21)),
            7 if argument == 22 => Ok(Value::Null),
            _ => Err(PasskeyError::Malformed),
        }
    }

    fn map(&mut self, length: u64, depth: usize) -> Result<Value<'a>, PasskeyError> {
        let mut members: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for _ in 0..length {
            let key = self.value(depth + 1)?;
            let known = matches!(key, Value::Integer(_) | Value::Text(_));
            if !known || members.iter().any(|(other, _)| *other == key) {
                return Err(PasskeyError::Malformed);
            }
            let value = self.value(depth + 1)?;
            members.push((key, value));
        }
        Ok(Value::Map(members))
    }
}

fn positive(argument: u64) -> Result<i64, PasskeyError> {
    i64::try_from(argument).map_err(|_| PasskeyError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_is_read() {
        let bytes = [
            0xa4, 0x01, 0x26, 0x20, 0x42, 7, 8, 0x61, b'x', 0x82, 0xf5, 0xf6, 0x18, 0x18, 0x39, 0x01, 0x00,
            0xff,
        ];
        let (value, rest) = Value::read(&bytes).unwrap();
        assert_eq!(rest, [0xff]);
        assert_eq!(value.label(1).and_then(Value::integer), Some(-7));
        assert_eq!(value.label(-1).and_then(Value::bytes), Some(&[7, 8][..]));
        assert_eq!(value.member("x"), Some(&Value::Array(vec![Value::Bool(true), Value::Null])));
        assert_eq!(value.label(24).and_then(Value::integer), Some(-257));
        assert_eq!(Value::read_all(&bytes), Err(PasskeyError::Malformed));
    }

    #[test]
    fn what_is_not_canonical_is_refused() {
        for bytes in [
            &[][..],
            &[0x18],
            &[0x18, 0x17],
            &[0x19, 0x00, 0xff],
            &[0x1a, 0, 0, 0xff, 0xff],
            &[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
            &[0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0],
            &[0x3b, 0xff, 0, 0, 0, 0, 0, 0, 0],
            &[0x5f, 0x41, 1, 0xff],
            &[0x9f, 0xff],
            &[0xbf, 0xff],
            &[0x42, 1],
            &[0x61, 0xff],
            &[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xa2, 0x01, 0x02, 0x01, 0x03],
            &[0xa1, 0x41, 1, 0x02],
            &[0xc0, 0x01],
            &[0xf7],
            &[0xf9, 0, 0],
            &[0x81, 0x81, 0x81, 0x81, 0x81, 0x01],
        ] {
            assert_eq!(Value::read(bytes), Err(PasskeyError::Malformed), "{bytes:x?}");
        }
        let mut long = vec![0x98, 33];
        long.extend([0; 33]);
        assert_eq!(Value::read(&long), Err(PasskeyError::Malformed));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok((_, rest)) = Value::read(&bytes) {
                prop_assert!(rest.len() < bytes.len());
            }
        }
    }
}
