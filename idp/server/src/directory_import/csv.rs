//! CSV (RFC 4180) with a header. A record ends where the grammar says, however long it is: to go on in the middle of a
//! quoted field would let what a person once typed as a security question become a line of its own.

use super::file::{FileFault, Input, Line, LineFault, MAX_LINE};
use csv_core::{ReadRecordResult, Reader};
use idp_domain::one_key::RawEntry;
use std::io::{self, BufRead};

/// The columns, as the contract names them; the first two must be there.
const COLUMNS: [&str; 13] = [
    "onekey_id",
    "password_hash",
    "email",
    "language",
    "created_at",
    "last_sign_in_at",
    "question_1",
    "question_2",
    "question_3",
    "answer_hash_1",
    "answer_hash_2",
    "answer_hash_3",
    "services",
];

/// Most fields of a record that are counted.
const MAX_FIELDS: usize = 64;

/// The records after the header.
pub struct CsvLines<R> {
    pub(super) input: Input<R>,
    parser: Reader,
    /// Which of [`COLUMNS`] each field is.
    columns: Vec<usize>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    is_over: bool,
}

/// How many fields a record has, or why it can't be read.
type Record = Result<usize, LineFault>;

impl<R: BufRead> CsvLines<R> {
    pub(super) fn open(input: Input<R>) -> Result<Self, FileFault> {
        let mut lines = Self {
            input,
            parser: Reader::new(),
            columns: Vec::new(),
            fields: vec![0; MAX_LINE],
            ends: vec![0; MAX_FIELDS],
            is_over: false,
        };
        let header = lines.record()?;
        lines.columns = lines.header(header)?;
        Ok(lines)
    }

    fn header(&self, record: Record) -> Result<Vec<usize>, FileFault> {
        let mut columns = Vec::new();
        for n in 0..record.map_err(|_| FileFault::UnknownColumn(1))? {
            let name = self.field(n).trim_ascii();
            let column = COLUMNS.iter().position(|column| column.as_bytes() == name);
            let column = column.ok_or(FileFault::UnknownColumn(n + 1))?;
            if columns.contains(&column) {
                return Err(FileFault::ColumnTwice(COLUMNS.get(column).unwrap_or(&"a column")));
            }
            columns.push(column);
        }
        for (n, name) in COLUMNS.iter().enumerate().take(2) {
            if !columns.contains(&n) {
                return Err(FileFault::ColumnMissing(name));
            }
        }
        Ok(columns)
    }

    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        if self.is_over || !self.input.skip_blank_lines()? {
            return Ok(None);
        }
        let number = self.input.line;
        let content = self.record()?.and_then(|found| self.entry(found));
        Ok(Some(Line { number, content }))
    }

    /// Reads one record into `fields` and `ends`. What doesn't fit is read over.
    fn record(&mut self) -> io::Result<Record> {
        let (mut length, mut found, mut is_too_long) = (0, 0, false);
        loop {
            let buffer = self.input.buffer()?;
            let at_end = buffer.is_empty();
            // At the end of the file one more line break tells whether it was inside of quotation marks.
            let bytes = if at_end { b"\n" } else { buffer };
            let (fields, ends) = (self.fields.get_mut(length..), self.ends.get_mut(found..));
            let (fields, ends) = (fields.unwrap_or_default(), ends.unwrap_or_default());
            let (result, read, written, ended) = self.parser.read_record(bytes, fields, ends);
            if !at_end {
                self.input.take(read)?;
            }
            (length, found) = (length + written, found + ended);
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break,
                _ if at_end => {
                    self.is_over = true;
                    return Ok(Err(LineFault::NeverClosed));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (length, found, is_too_long) = (0, 0, true);
                }
            }
        }
        Ok(if is_too_long { Err(LineFault::TooLong) } else { Ok(found) })
    }

    fn field(&self, n: usize) -> &[u8] {
        let end = |n: usize| self.ends.get(n).copied().unwrap_or_default();
        let start = n.checked_sub(1).map_or(0, end);
        self.fields.get(start..end(n)).unwrap_or_default()
    }

    fn entry(&self, found: usize) -> Result<RawEntry, LineFault> {
        let expected = self.columns.len();
        if found != expected {
            return Err(LineFault::Fields { found, expected, last_line: self.input.last_line() });
        }
        let mut texts: [&str; COLUMNS.len()] = Default::default();
        for (n, column) in self.columns.iter().enumerate() {
            let text = std::str::from_utf8(self.field(n)).map_err(|_| LineFault::NotUtf8)?;
            if let Some(place) = texts.get_mut(*column) {
                *place = text;
            }
        }
        let [id, password, email, language, created, last, q1, q2, q3, a1, a2, a3, services] =
            texts.map(str::to_owned);
        Ok(RawEntry {
            one_key_id: id,
            password_hash: password,
            email,
            language,
            created_at: created,
            last_sign_in_at: last,
            questions: [q1, q2, q3],
            answer_hashes: [a1, a2, a3],
            services: services_of(&services),
        })
    }
}

/// `client_id=legacy_subject;…`. What has no `=` gets an empty client id, which is none.
fn services_of(text: &str) -> Vec<(String, String)> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (client, subject) = part.split_once('=').unwrap_or_default();
            (client.trim_end().to_owned(), subject.trim_start().to_owned())
        })
        .collect()
}
