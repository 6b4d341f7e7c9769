//! A copy of the embedded database while it is in use, and a copy put in its place. PostgreSQL has tools of its own.

use crate::StoreError;
use crate::sqlite::{Conn, connect, queries};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use idp_domain::time::Timestamp;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Under which name a copy says when it was made. A database that holds it is a backup, and is not served.
pub const BACKUP_MADE_AT: &str = "backup.made_at";

const PATIENCE: &str = "PRAGMA busy_timeout = 5000";
/// How often, and how far apart, it is tried whether the last connections have closed.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Why a backup can't be made, or can't be brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL.
    #[error("the database is PostgreSQL's: pg_dump makes the copy (docs/operating.md, \"Backup\")")]
    NotSqlite,
    /// Something is there that must not be overwritten.
    #[error("{0} is there already")]
    Exists(String),
    /// It can't be read or written.
    #[error("{path}: {problem}")]
    File {
        /// Which.
        path: String,
        /// What the operating system says.
        problem: String,
    },
    /// It isn't one of ours, or it is damaged.
    #[error("{path} is no whole backup of this program: {problem}")]
    NoBackup {
        /// Which.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// A server or another program has it open.
    #[error("{0} is in use: stop the server first")]
    InUse(String),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn file_error(path: &Path) -> impl Fn(std::io::Error) -> BackupError {
    let path = path.display().to_string();
    move |error| match error.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(path.clone()),
        kind => BackupError::File { path: path.clone(), problem: kind.to_string() },
    }
}

/// Makes a file that only its owner reads.
fn make(path: &Path) -> Result<File, BackupError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(file_error(path))
}

fn open(path: &Path) -> Result<Conn, diesel::ConnectionError> {
    let mut conn = Conn::establish(&path.display().to_string())?;
    conn.batch_execute(PATIENCE)
        .map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))?;
    Ok(conn)
}

/// Copies the database at `from`, as it is at one instant, to `to`, which must not be there. The copy appears whole.
pub(crate) fn copy(from: &str, to: &Path, now: Timestamp) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.display().to_string()));
    }
    let partial = beside(to, ".partial");
    make(&partial)?;
    let written = write_copy(from, &partial, now)
        .and_then(|()| std::fs::rename(&partial, to).map_err(file_error(to)))
        .and_then(|()| keep_folder(to));
    if written.is_err() {
        drop(std::fs::remove_file(&partial));
    }
    written
}

fn write_copy(from: &str, partial: &Path, now: Timestamp) -> Result<(), BackupError> {
    let database = |error: diesel::result::Error| BackupError::Store(error.into());
    let target = partial.display().to_string();
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(&target)
        .execute(&mut connect(from)?)
        .map_err(database)?;
    let mut conn = open(partial).map_err(|error| StoreError::Connect(error.to_string()))?;
    conn.batch_execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL").map_err(database)?;
    let made_at = now.micros().to_string();
    queries::operator_settings::set_operator_setting(&mut conn, BACKUP_MADE_AT.to_owned(), made_at, now)?;
    drop(conn);
    File::open(partial).and_then(|file| file.sync_all()).map_err(file_error(partial))
}

/// Copies a backup to `copy`, looks whether it is whole, and says when it was made. The backup stays as it is.
///
/// # Errors
/// It is no whole backup, or can't be read; the copy is gone then.
pub fn take_out(backup: &Path, copy: &Path) -> Result<Timestamp, BackupError> {
    let mut from = File::open(backup).map_err(file_error(backup))?;
    let mut to = make(copy)?;
    let taken = std::io::copy(&mut from, &mut to)
        .and_then(|_| to.sync_all())
        .map_err(file_error(copy))
        .and_then(|()| examine(copy).map_err(|problem| no_backup(backup, problem)));
    if taken.is_err() {
        forget(copy);
    }
    taken
}

/// Removes a database's files.
pub fn forget(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        drop(std::fs::remove_file(beside(path, end)));
    }
}

fn no_backup(path: &Path, problem: String) -> BackupError {
    BackupError::NoBackup { path: path.display().to_string(), problem }
}

fn examine(path: &Path) -> Result<Timestamp, String> {
    let mut begin = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begin));
    if read.is_err() || &begin != b"SQLite format 3\0" {
        return Err("it is no database".into());
    }
    let text = |error: &dyn std::fmt::Display| error.to_string().replace('\n', " ");
    let mut conn = open(path).map_err(|error| text(&error))?;
    let check = "SELECT integrity_check AS line FROM pragma_integrity_check LIMIT 1";
    let whole: Vec<Line> = diesel::sql_query(check).load(&mut conn).map_err(|error| text(&error))?;
    if whole.first().is_none_or(|first| first.line != "ok") {
        return Err("it is damaged".into());
    }
    let made = queries::operator_settings::find_operator_setting(&mut conn, BACKUP_MADE_AT.to_owned());
    let made = made.ok().flatten().and_then(|text| text.parse().ok());
    made.map(Timestamp::from_micros).ok_or_else(|| "it was not made by `idp backup`".into())
}

/// Puts the database `copy` where `target` is; where the one before is now, if there was one. Between both there is no moment
/// without a database.
///
/// # Errors
/// Somebody has one of them open.
pub fn put_in_place(copy: &Path, target: &Path, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
    settle(copy)?;
    let before = target.exists().then(|| beside(target, &format!(".before-restore-{}", now.seconds())));
    if let Some(before) = &before {
        settle(target)?;
        std::fs::hard_link(target, before).map_err(file_error(before))?;
        // Only a database that is damaged has any left.
        for end in ["-wal", "-shm", "-journal"] {
            drop(std::fs::rename(beside(target, end), beside(before, end)));
        }
    }
    std::fs::rename(copy, target).map_err(file_error(target))?;
    keep_folder(target)?;
    Ok(before)
}

/// Looks whether nobody has a database open, and brings what its write-ahead log holds into it. One that is damaged is left as
/// it is.
///
/// # Errors
/// Somebody has it open.
pub fn settle(path: &Path) -> Result<(), BackupError> {
    let Ok(mut conn) = open(path) else { return Ok(()) };
    for _ in 0..TRIES {
        // Leaving the write-ahead log is for the last connection only, and doesn't wait for the others by itself.
        match diesel::sql_query("PRAGMA journal_mode = DELETE").execute(&mut conn) {
            Err(error) if error.to_string().contains("locked") => std::thread::sleep(PAUSE),
            _ => return Ok(()),
        }
    }
    Err(BackupError::InUse(path.display().to_string()))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Waits until a new name is on the disk.
fn keep_folder(path: &Path) -> Result<(), BackupError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(file_error(folder))
}
