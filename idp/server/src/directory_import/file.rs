//! The directory's file as a stream of lines. CSV and NDJSON are told apart by how the file begins. Whatever a file
//! holds, no more than one line of it, of at most 64 KiB, is in memory.

use super::csv::CsvLines;
use super::ndjson::JsonLines;
use idp_domain::one_key::RawEntry;
use std::io::{self, BufRead, Cursor, Read};

/// Longest line: of CSV a record, whatever lines it is written over.
pub const MAX_LINE: usize = 64 * 1024;

/// Bytes with a count of those that were read, and of their lines.
pub struct Input<R> {
    inner: io::Chain<Cursor<Vec<u8>>, R>,
    /// Bytes so far.
    pub bytes: u64,
    /// The number of the line that comes next, from 1.
    pub line: u64,
    /// Whether the last byte was a line's end.
    at_line_start: bool,
}

impl<R: BufRead> Input<R> {
    /// What can be had without waiting for more; empty at the end.
    pub fn buffer(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    /// Takes `count` bytes of the buffer.
    pub fn take(&mut self, count: usize) -> io::Result<()> {
        let taken = self.inner.fill_buf()?.get(..count).unwrap_or_default();
        self.line += taken.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.bytes += count as u64;
        if let Some(last) = taken.last() {
            self.at_line_start = *last == b'\n';
        }
        self.inner.consume(count);
        Ok(())
    }

    /// The number of the line that was read last.
    pub fn last_line(&self) -> u64 {
        self.line - u64::from(self.at_line_start && self.line > 1)
    }

    /// Leaves blank lines out; `false` at the end.
    pub fn skip_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.buffer()?;
            let blank = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let (all, at_end) = (blank == buffer.len(), buffer.is_empty());
            self.take(blank)?;
            if at_end || !all {
                return Ok(!at_end);
            }
        }
    }
}

/// One line of the file.
pub struct Line {
    /// Its number, from 1; where a CSV record is written over several, the first.
    pub number: u64,
    /// What it holds.
    pub content: Result<RawEntry, LineFault>,
}

/// Why a line can't be read at all. It holds nothing of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Over 64 KiB.
    #[error("the line is longer than 64 KiB")]
    TooLong,
    /// Other bytes than UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// A CSV record with too many or too few fields, perhaps because a quotation mark swallowed lines.
    #[error("the line has {found} fields and the header {expected}; it ends in line {last_line}")]
    Fields {
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
        /// Where it ends.
        last_line: u64,
    },
    /// The file ended inside of quotation marks.
    #[error("a quotation mark that is opened in this line is never closed: nothing after it was read")]
    NeverClosed,
    /// No JSON.
    #[error("the line is not one JSON object")]
    NotJson,
    /// JSON, but not as described.
    #[error("the JSON object has an unknown name, a name twice, or a value that is not of its type")]
    WrongJson,
}

/// Why a file can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// The system refuses.
    #[error("it can't be read: {0}")]
    Io(#[from] io::Error),
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// UTF-16 or UTF-32.
    #[error("it must be UTF-8")]
    NotUtf8,
    /// A JSON array.
    #[error("it is a JSON array; it must be CSV, or one JSON object in each line")]
    JsonArray,
    /// The header has a column that means nothing. It is not shown, since there may be no header.
    #[error("the first line must name the columns, and its column {0} is none of those that are known")]
    UnknownColumn(usize),
    /// The header has a column twice.
    #[error("the first line names {0} twice")]
    ColumnTwice(&'static str),
    /// The header lacks a column.
    #[error("the first line doesn't name {0}")]
    ColumnMissing(&'static str),
}

/// The file.
pub enum DirectoryFile<R> {
    /// With a header.
    Csv(Box<CsvLines<R>>),
    /// One object in each line.
    Json(JsonLines<R>),
}

impl<R: BufRead> DirectoryFile<R> {
    /// Reads as far as the header.
    ///
    /// # Errors
    /// It is no directory's file.
    pub fn open(mut file: R) -> Result<Self, FileFault> {
        let mut first = Vec::new();
        file.by_ref().take(3).read_to_end(&mut first)?;
        if matches!(first.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..]) {
            return Err(FileFault::NotUtf8);
        }
        let mark = if first.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut inner = Cursor::new(first).chain(file);
        inner.consume(mark);
        let mut input = Input { inner, bytes: mark as u64, line: 1, at_line_start: true };
        if !input.skip_blank_lines()? {
            return Err(FileFault::Empty);
        }
        match input.buffer()?.trim_ascii_start().first() {
            Some(b'{') => Ok(Self::Json(JsonLines::new(input))),
            Some(b'[') => Err(FileFault::JsonArray),
            _ => Ok(Self::Csv(Box::new(CsvLines::open(input)?))),
        }
    }

    /// The next line, if there is one.
    ///
    /// # Errors
    /// The system refuses.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        match self {
            Self::Csv(lines) => lines.next_line(),
            Self::Json(lines) => lines.next_line(),
        }
    }

    /// How many bytes were read so far.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Csv(lines) => lines.input.bytes,
            Self::Json(lines) => lines.input.bytes,
        }
    }
}
