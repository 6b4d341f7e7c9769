//! The name in a certificate as RFC 4514 writes it, compared as RFC 5280 section 7.1 asks: attribute by attribute, in order,
//! whatever the case and the blanks.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The longest text of one.
const LONGEST: usize = 1024;

/// The short names of attribute types (RFC 4514 section 3 and RFC 4519, with those that certificates have).
const TYPES: [(&str, &str); 16] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("TITLE", "2.5.4.12"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("GN", "2.5.4.42"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// A name, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistinguishedName(Vec<BTreeSet<(String, String)>>);

impl DistinguishedName {
    /// From a certificate: its relative names in order, each as pairs of object identifier and value.
    #[must_use]
    pub fn new(relative_names: Vec<Vec<(String, String)>>) -> Self {
        let folded = |pairs: Vec<(String, String)>| {
            pairs.into_iter().map(|(oid, value)| (oid, fold(&value))).collect()
        };
        Self(relative_names.into_iter().map(folded).collect())
    }

    /// From the text of RFC 4514, which begins with the last relative name. `None` for what isn't one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let relative_name = |part: &str| -> Option<Vec<(String, String)>> {
            split(part, '+').into_iter().map(attribute).collect()
        };
        let mut names: Vec<_> = split(text, ',').into_iter().map(relative_name).collect::<Option<_>>()?;
        names.reverse();
        Some(Self::new(names))
    }
}

/// Case and blanks don't count (RFC 4518 section 2).
fn fold(value: &str) -> String {
    let normal: String = value.nfkc().collect::<String>().to_lowercase();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Parts between separators that no backslash stands before.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut begin, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if !escaped && c == separator {
            parts.push(text.get(begin..at).unwrap_or_default());
            begin = at + c.len_utf8();
        }
        escaped = !escaped && c == '\\';
    }
    parts.push(text.get(begin..).unwrap_or_default());
    parts
}

/// `TYPE=VALUE` as object identifier and value.
fn attribute(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim().to_ascii_uppercase();
    let dotted = name.strip_prefix("OID.").unwrap_or(&name);
    let is_oid = dotted.contains('.') && dotted.chars().all(|c| c.is_ascii_digit() || c == '.');
    let known = TYPES.iter().find(|(short, _)| *short == name).map(|(_, oid)| (*oid).to_owned());
    let oid = known.or_else(|| is_oid.then(|| dotted.to_owned()))?;
    let value = unescape(value.trim_start())?;
    (!value.trim().is_empty()).then_some((oid, value))
}

/// RFC 4514 section 3: a backslash before a special character, or before two hexadecimal digits of a byte.
fn unescape(text: &str) -> Option<String> {
    // A value in hexadecimal BER, or in quotes, which RFC 4514 no longer has.
    if text.starts_with(['#', '"']) {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let first = rest.next()?;
        if b" \"#+,;<=>\\".contains(&first) {
            bytes.push(first);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(first)?, digit(rest.next()?)?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(names: &[(&str, &str)]) -> DistinguishedName {
        let relative = |(oid, value): &(&str, &str)| vec![((*oid).to_owned(), (*value).to_owned())];
        DistinguishedName::new(names.iter().map(relative).collect())
    }

    #[test]
    fn the_text_is_the_name_from_its_end() {
        let name =
            pairs(&[("2.5.4.6", "CA"), ("2.5.4.10", "Ministry of Lakes, Rivers"), ("2.5.4.3", "fishing é")]);
        for text in [
            "CN=fishing é,O=Ministry of Lakes\\, Rivers,C=CA",
            "cn=Fishing É, o=ministry  of lakes\\2C rivers , c=ca",
            "2.5.4.3=fishing \\C3\\A9,OID.2.5.4.10=Ministry of Lakes\\, Rivers,C=CA",
        ] {
            assert_eq!(DistinguishedName::parse(text), Some(name.clone()), "{text}");
        }
        for text in [
            "C=CA,O=Ministry of Lakes\\, Rivers,CN=fishing é",
            "CN=fishing é,C=CA",
            "CN=fishing é,O=Ministry of Lakes\\, Rivers,C=CA,C=CA",
            "CN=fishing é+O=Ministry of Lakes\\, Rivers,C=CA",
        ] {
            assert_ne!(DistinguishedName::parse(text).unwrap(), name, "{text}");
        }
        assert_eq!(DistinguishedName::parse("CN=a+OU=b"), DistinguishedName::parse("OU=b+CN=a"));
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in [
            "",
            "CN",
            "CN=",
            "X=1",
            "CN=a,",
            "CN=#0C0161",
            "CN=\"a\"",
            "CN=a\\",
            "CN=a\\zz",
            "CN=\\FF",
            "1=2",
            &format!("CN={}", "x".repeat(1024)),
        ] {
            assert_eq!(DistinguishedName::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_separators_are_nobodys_value(text in "\\PC{0,60}", value in "[a-zé ,+=\\\\]{1,20}") {
            let _ = DistinguishedName::parse(&text);
            prop_assume!(!value.trim().is_empty());
            let escaped: String = value.chars().map(|c| if ",+=\\".contains(c) { format!("\\{c}") } else { c.to_string() }).collect();
            prop_assert_eq!(DistinguishedName::parse(&format!("CN={escaped},C=CA")), Some(pairs(&[("2.5.4.6", "CA"), ("2.5.4.3", &value)])));
        }
    }
}
