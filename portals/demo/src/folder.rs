//! What is kept from one start to the next, and under which names.

use crate::accounts::ReadyMadeAccount;
use crate::{Addresses, DemoError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_domain::secret::{Secret, random_token};
use idp_server::adapters::rng::rng;
use rand::Rng;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The folder of one demonstration.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);

/// Marks a folder as a demonstration's.
const ADDRESSES: &str = "addresses.json";

/// Deletes it with everything in it; none is as good. A folder that no demonstration has made stays.
pub(crate) fn delete(directory: &Path) -> Result<(), DemoError> {
    if !directory.exists() {
        return Ok(());
    }
    if !directory.join(ADDRESSES).is_file() {
        return Err(DemoError::NotOurs { path: directory.to_owned() });
    }
    fs::remove_dir_all(directory).map_err(|error| file_error(directory, error))
}

impl Folder {
    /// Makes the folder where it isn't there. Data of other addresses are refused: tokens and registered addresses
    /// would not fit any more.
    pub(crate) fn open(directory: &Path, addresses: &Addresses) -> Result<Self, DemoError> {
        let folder = Self(directory.to_owned());
        let mail = Self::mail_of(directory);
        fs::create_dir_all(&mail).map_err(|error| file_error(&mail, error))?;
        let text = serde_json::to_string_pretty(addresses).map_err(|error| DemoError::idp(&error))?;
        let kept = folder.kept(ADDRESSES, || text)?;
        match serde_json::from_str::<Addresses>(&kept) {
            Ok(kept) if kept.fits(addresses) => Ok(folder),
            Ok(kept) => Err(DemoError::OtherAddresses { idp: kept.idp, serviceontario: kept.serviceontario }),
            Err(error) => Err(file_error(&folder.path(ADDRESSES), error.into())),
        }
    }

    pub(crate) fn mail_of(directory: &Path) -> PathBuf {
        directory.join("mail")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The identity server's master key; random at the first start.
    pub(crate) fn master_key(&self) -> Result<PathBuf, DemoError> {
        self.kept("master.key", || {
            let mut key = [0; 32];
            rng().fill_bytes(&mut key);
            BASE64_STANDARD.encode(key)
        })?;
        Ok(self.path("master.key"))
    }

    /// What a portal authenticates itself with; random at the first start.
    pub(crate) fn client_secret(&self, client_id: &str) -> Result<Secret, DemoError> {
        let kept =
            self.kept(&format!("{client_id}.secret"), || random_token(&mut rng()).expose().to_owned())?;
        Ok(Secret::new(kept))
    }

    /// The accounts that an earlier start made.
    pub(crate) fn accounts(&self) -> Option<Vec<ReadyMadeAccount>> {
        serde_json::from_str(&fs::read_to_string(self.path("accounts.json")).ok()?).ok()
    }

    /// Notes the accounts, once they are in the database.
    pub(crate) fn keep_accounts(&self, accounts: &[ReadyMadeAccount]) -> Result<(), DemoError> {
        let text = serde_json::to_string_pretty(accounts).map_err(|error| DemoError::idp(&error))?;
        self.write("accounts.json", &format!("{text}\n"))
    }

    /// How far an earlier start has moved the clock: microseconds.
    pub(crate) fn clock_offset(&self) -> i64 {
        let kept = fs::read_to_string(self.path("clock")).ok();
        kept.and_then(|text| text.trim().parse().ok()).filter(|offset| *offset >= 0).unwrap_or(0)
    }

    /// Notes how far the clock is moved.
    pub(crate) fn keep_clock_offset(&self, offset: i64) -> Result<(), DemoError> {
        self.write("clock", &format!("{offset}\n"))
    }

    /// A file's text; written the first time.
    fn kept(&self, name: &str, fresh: impl FnOnce() -> String) -> Result<String, DemoError> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = fresh();
                self.write(name, &text)?;
                Ok(text)
            }
            Err(error) => Err(file_error(&path, error)),
        }
    }

    /// Whole or not at all, and for this user only.
    fn write(&self, name: &str, text: &str) -> Result<(), DemoError> {
        let (path, aside) = (self.path(name), self.path(&format!(".{name}")));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&aside)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&aside, &path));
        written.map_err(|error| file_error(&path, error))
    }
}

fn file_error(path: &Path, error: std::io::Error) -> DemoError {
    DemoError::File { path: path.to_owned(), error }
}
