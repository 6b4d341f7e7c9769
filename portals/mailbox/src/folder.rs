//! The folder of `.eml` files, named by time. Reads only plain files directly in it, and of each only a beginning.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

/// Mails on one page of the list.
pub(crate) const PAGE_LENGTH: usize = 200;
/// A folder with more mails shows the first names that the system gives.
const MOST_MAILS: usize = 20_000;
/// Of a mail in the list only its headers matter.
const MOST_HEADER_BYTES: u64 = 16 * 1024;
/// Of a mail that is opened.
const MOST_BYTES: u64 = 1024 * 1024;
const MOST_NAME_BYTES: usize = 200;

/// A file name that can't leave the folder: letters, digits, `.`, `_`, `-`, not beginning with a dot, ending in `.eml`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MailName(String);

impl MailName {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let fits = name.len() <= MOST_NAME_BYTES && !name.starts_with('.') && extension == Some("eml");
        (plain && fits).then(|| Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The beginning of a file, and whether there is more.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cut: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// The names of one page (from 0) with the beginnings of the mails, the newest first, and whether older ones
    /// follow. A folder that does not exist yet is empty.
    pub(crate) fn list(&self, page: usize) -> io::Result<(Vec<(MailName, Content)>, bool)> {
        let mut names = self.names()?;
        names.sort_unstable_by(|a, b| b.cmp(a));
        let first = page.saturating_mul(PAGE_LENGTH);
        let more = names.len() > first.saturating_add(PAGE_LENGTH);
        let shown = names.into_iter().skip(first).take(PAGE_LENGTH);
        // A mail may be deleted between listing and reading.
        let read = |name: MailName| {
            self.read(&name, MOST_HEADER_BYTES).ok().flatten().map(|content| (name, content))
        };
        Ok((shown.filter_map(read).collect(), more))
    }

    /// A mail by its name.
    pub(crate) fn open(&self, name: &MailName) -> io::Result<Option<Content>> {
        self.read(name, MOST_BYTES)
    }

    fn names(&self) -> io::Result<Vec<MailName>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let name = |entry: io::Result<fs::DirEntry>| MailName::parse(entry.ok()?.file_name().to_str()?);
        Ok(entries.take(MOST_MAILS).filter_map(name).collect())
    }

    fn read(&self, name: &MailName, most: u64) -> io::Result<Option<Content>> {
        let path = self.0.join(name.as_str());
        // Neither folders nor links to elsewhere.
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut bytes = Vec::new();
        File::open(&path)?.take(most + 1).read_to_end(&mut bytes)?;
        let cut = bytes.len() as u64 > most;
        bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(Some(Content { bytes, cut }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        assert!(MailName::parse("20261121T190500Z-1_a.eml").is_some());
        for name in [
            "",
            ".eml",
            "..eml",
            "../a.eml",
            "a/b.eml",
            "a\\b.eml",
            "a.eml\0",
            "a.txt",
            "é.eml",
            "%2e%2e.eml",
            "C:a.eml",
        ] {
            assert_eq!(MailName::parse(name), None, "{name}");
        }
        assert_eq!(MailName::parse(&format!("{}.eml", "a".repeat(MOST_NAME_BYTES))), None);
    }

    proptest! {
        #[test]
        fn a_name_is_one_component_of_a_path(name in "[./\\\\a-z]{0,12}(\\.eml)?") {
            if let Some(name) = MailName::parse(&name) {
                prop_assert_eq!(std::path::Path::new(name.as_str()).components().count(), 1);
            }
        }
    }
}
