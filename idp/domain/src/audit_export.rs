//! The audit as a file that can be checked far from the database: one JSON object on each line, the records in order, and
//! last the signed head.
//!
//! 1. [`line_of`] writes a record's line; the event stands in it as the very text that was hashed.
//! 2. [`ExportReader::take`] reads line by line, follows the chain, and says where it is broken.
//! 3. [`ExportReader::finish`] gives the signed head, whose signature is for the caller to check, and
//!    [`HeadClaims::check`] compares it with what was read: a cut tail is found by it.

use crate::audit::{ChainHead, SealedRecord};
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The `typ` of a signed head (RFC 8725 section 3.11: it can't pass for another token of ours).
pub const HEAD_TYPE: &str = "audit-head+jwt";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordLine {
    number: i64,
    /// Microseconds since 1970.
    at: i64,
    /// The event as the text that was hashed.
    record: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    /// A compact JWS.
    head: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Record(RecordLine),
    Head(HeadLine),
}

/// A record's line, without its end.
#[must_use]
pub fn line_of(record: &SealedRecord) -> String {
    let line = RecordLine {
        number: record.number,
        at: record.at.micros(),
        record: record.body.clone(),
        hash: BASE64_URL_SAFE_NO_PAD.encode(&record.hash),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// The last line, without its end.
#[must_use]
pub fn head_line(signed: String) -> String {
    serde_json::to_string(&HeadLine { head: signed }).unwrap_or_default()
}

/// What a signed head says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadClaims {
    /// Whose audit.
    pub iss: String,
    /// When it was signed, in seconds since 1970.
    pub iat: i64,
    /// The number of the last record.
    pub number: i64,
    /// Its hash, base64url.
    pub hash: String,
}

impl HeadClaims {
    /// A head to sign.
    #[must_use]
    pub fn of(issuer: &str, head: &ChainHead, now: Timestamp) -> Self {
        let hash = BASE64_URL_SAFE_NO_PAD.encode(&head.hash);
        Self { iss: issuer.to_owned(), iat: now.seconds(), number: head.number, hash }
    }

    /// Whether it is the head of the chain that was read.
    ///
    /// # Errors
    /// The first record that is wrong: missing at the end, or of another chain.
    pub fn check(&self, read: &ChainHead) -> Result<(), ExportFault> {
        if self.number > read.number {
            return Err(ExportFault::Missing(read.number + 1));
        }
        if self.number < read.number {
            return Err(ExportFault::AfterHead(self.number + 1));
        }
        if self.hash != BASE64_URL_SAFE_NO_PAD.encode(&read.hash) {
            return Err(ExportFault::Record(self.number));
        }
        Ok(())
    }
}

/// Where an export is not whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportFault {
    /// The record of this number is missing, altered, or in another place.
    #[error("record {0} is missing, was altered, or stands in another place")]
    Record(i64),
    /// The export ends before its signed head does.
    #[error("record {0} is missing: the export was cut")]
    Missing(i64),
    /// Records follow that the signed head doesn't cover.
    #[error("record {0} is not covered by the signed head")]
    AfterHead(i64),
    /// A line is no line of an export.
    #[error("line {0} can't be read")]
    Line(usize),
    /// The last line, the signed head, is missing.
    #[error("the signed head is missing: the export was cut")]
    NoHead,
}

/// Reads an export.
pub struct ExportReader {
    chain: ChainHead,
    signed_head: Option<String>,
    lines: usize,
}

impl Default for ExportReader {
    fn default() -> Self {
        Self { chain: ChainHead::genesis(), signed_head: None, lines: 0 }
    }
}

impl ExportReader {
    /// Takes the next line.
    ///
    /// # Errors
    /// The chain is broken here.
    pub fn take(&mut self, line: &str) -> Result<(), ExportFault> {
        self.lines += 1;
        let unreadable = ExportFault::Line(self.lines);
        // Nothing follows the head.
        if self.signed_head.is_some() {
            return Err(ExportFault::AfterHead(self.chain.number + 1));
        }
        match serde_json::from_str(line).map_err(|_| unreadable.clone())? {
            Line::Head(HeadLine { head }) => self.signed_head = Some(head),
            Line::Record(RecordLine { number, at, record, hash }) => {
                let hash = BASE64_URL_SAFE_NO_PAD.decode(hash).map_err(|_| unreadable)?;
                let sealed = SealedRecord { number, at: Timestamp::from_micros(at), body: record, hash };
                self.chain.follow(&sealed).map_err(ExportFault::Record)?;
            }
        }
        Ok(())
    }

    /// The end of the chain that was read, and its signed head.
    ///
    /// # Errors
    /// There is no signed head.
    pub fn finish(self) -> Result<(ChainHead, String), ExportFault> {
        let head = self.signed_head.ok_or(ExportFault::NoHead)?;
        Ok((self.chain, head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::seal;
    use proptest::prelude::*;

    fn export(bodies: &[String]) -> (Vec<String>, HeadClaims) {
        let mut chain = ChainHead::genesis();
        let mut lines = Vec::new();
        for body in bodies {
            let (number, at) = (chain.number + 1, Timestamp::from_seconds(chain.number));
            let hash = seal(&chain.hash, number, at, body).to_vec();
            chain = ChainHead { number, hash: hash.clone() };
            lines.push(line_of(&SealedRecord { number, at, body: body.clone(), hash }));
        }
        let claims = HeadClaims::of("https://idp.example", &chain, Timestamp::from_seconds(9));
        lines.push(head_line("signed".into()));
        (lines, claims)
    }

    fn read(lines: &[String], claims: &HeadClaims) -> Result<i64, ExportFault> {
        let mut reader = ExportReader::default();
        lines.iter().try_for_each(|line| reader.take(line))?;
        let (chain, head) = reader.finish()?;
        assert_eq!(head, "signed");
        claims.check(&chain)?;
        Ok(chain.number)
    }

    proptest! {
        #[test]
        fn each_kind_of_damage_is_found_at_its_first_bad_record(bodies in proptest::collection::vec("[a-z\"\\\\é\n]{0,8}", 3..12), at in any::<proptest::sample::Index>()) {
            let (whole, claims) = export(&bodies);
            let count = i64::try_from(bodies.len()).unwrap();
            prop_assert_eq!(read(&whole, &claims), Ok(count));
            let n = at.index(bodies.len() - 1);
            let bad = i64::try_from(n).unwrap() + 1;
            let damaged = |damage: &dyn Fn(&mut Vec<String>)| {
                let mut lines = whole.clone();
                damage(&mut lines);
                read(&lines, &claims)
            };
            prop_assert_eq!(damaged(&|lines| { lines.remove(n); }), Err(ExportFault::Record(bad)), "dropped");
            prop_assert_eq!(damaged(&|lines| lines.swap(n, n + 1)), Err(ExportFault::Record(bad)), "swapped");
            prop_assert_eq!(damaged(&|lines| lines.insert(n, lines[n].clone())), Err(ExportFault::Record(bad + 1)), "doubled");
            prop_assert_eq!(damaged(&|lines| lines.truncate(n)), Err(ExportFault::NoHead), "cut");
            // The last records are cut, the head stays.
            let cut = damaged(&|lines| { lines.drain(n + 1..bodies.len()); });
            prop_assert_eq!(cut, Err(ExportFault::Missing(bad + 1)));
            // A forked chain: other records from n on, sealed anew.
            let mut other = bodies.clone();
            other[n].push('!');
            let (forked, _) = export(&other);
            prop_assert_eq!(read(&forked, &claims), Err(ExportFault::Record(count)));
        }
    }

    #[test]
    fn what_is_no_line_of_an_export_is_named() {
        for line in ["", "{}", "[]", r#"{"number":1}"#, r#"{"head":1}"#, r#"{"head":"x","number":1}"#] {
            assert_eq!(ExportReader::default().take(line), Err(ExportFault::Line(1)), "{line}");
        }
        let mut reader = ExportReader::default();
        reader.take(&head_line("x".into())).unwrap();
        assert_eq!(reader.take(&head_line("y".into())), Err(ExportFault::AfterHead(1)));
    }
}
