//! The rejects file: `line,onekey_id,reason`. People open it with a spreadsheet, so no cell of it can begin a formula, and
//! it holds no hash and no address, not even where the columns of a line have slipped.

use idp_domain::one_key::{LegacyHash, LegacyHashError};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const HEADER: &str = "line,onekey_id,reason\n";

/// Longest ID that is shown.
const SHOWN: usize = 100;
/// A text of this length without a sign in it may be a digest.
const DIGEST: usize = 32;

/// The file, written aside and put in its place when the import is over.
pub struct Rejects {
    out: BufWriter<File>,
    aside: PathBuf,
    path: PathBuf,
}

/// Why there can be no rejects file.
#[derive(Debug, thiserror::Error)]
pub enum RejectsFault {
    /// The system refuses.
    #[error("it can't be written: {0}")]
    Io(#[from] io::Error),
    /// Something else is there.
    #[error("it is there already and is no rejects file")]
    Occupied,
}

impl Rejects {
    /// Begins one at `path`; only an older rejects file is ever replaced.
    ///
    /// # Errors
    /// Something else is there, or the system refuses.
    pub fn begin(path: &Path) -> Result<Self, RejectsFault> {
        match File::open(path) {
            Ok(file) => {
                let mut beginning = Vec::new();
                file.take(HEADER.len() as u64).read_to_end(&mut beginning)?;
                if beginning != HEADER.as_bytes() {
                    return Err(RejectsFault::Occupied);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let mut aside = path.as_os_str().to_owned();
        aside.push(".part");
        let aside = PathBuf::from(aside);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
        let mut out = BufWriter::new(file);
        out.write_all(HEADER.as_bytes())?;
        Ok(Self { out, aside, path: path.to_owned() })
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The system refuses.
    pub fn add(&mut self, line: u64, one_key_id: &str, reason: &str) -> io::Result<()> {
        writeln!(self.out, "{line},{},{}", cell(shown(one_key_id)), cell(reason))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The system refuses.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.aside, &self.path)
    }
}

/// The ID if it can be one: nothing of what could be a hash, an address or a text that hides something.
fn shown(id: &str) -> &str {
    let is_hash = !matches!(LegacyHash::parse(id), Err(LegacyHashError::Unknown));
    let may_be_digest =
        id.len() >= DIGEST && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let is_plain =
        id.chars().count() <= SHOWN && id.chars().all(|c| c.is_alphanumeric() || (' '..='~').contains(&c));
    if is_plain && !is_hash && !may_be_digest && !id.contains('@') { id } else { "" }
}

/// Quoted, and with a `'` before what a spreadsheet would compute.
fn cell(text: &str) -> String {
    let text = text.replace('"', "\"\"");
    let guard = if text.trim_start().starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("\"{guard}{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        assert_eq!(cell("plain"), "\"plain\"");
        assert_eq!(cell("say \"hi\", you"), "\"say \"\"hi\"\", you\"");
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", " =1"] {
            assert!(cell(formula).starts_with("\"'"), "{formula}");
        }
    }

    #[test]
    fn what_may_be_a_hash_or_an_address_is_not_shown() {
        for id in ["maple.leaf", "Érable-2019", "bob", "maple leaf", "=1+1", &"long-name.".repeat(10)] {
            assert_eq!(shown(id), id);
        }
        for hidden in [
            "maple@example.ca",
            "$2b$12$K7Z9n8rC4lQb3rE0k2wGPeGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u",
            "{SSHA}l9g6QutJB7xYfKNyY2Nn7aNLC0K8URrA",
            "{MD5}rL0Y20zC+Fzt72VPzMSk2A==",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "maple\u{202e}leaf",
            "maple\nleaf",
            &"x".repeat(101),
        ] {
            assert_eq!(shown(hidden), "", "{hidden}");
        }
    }
}
