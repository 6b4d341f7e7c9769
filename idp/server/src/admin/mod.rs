//! Administration: one set of operations with three faces, so that none can do what another can't check.
//!
//! Each file here is what one area offers: a function for each act, which asks the desk whether its authority may, does it
//! in one transaction with its audit record, and answers with a view that all faces show. The command line (`cli/`), the
//! API (`api/`) and the console (`console/`) read their input, call one of these, and write the answer.

pub mod accounts;
pub mod administrators;
pub mod api;
pub mod audit;
pub mod backups;
pub mod csv;
pub mod dashboard;
pub mod keys;
pub mod mails;
pub mod notices;
pub mod partners;
pub mod services;
pub mod settings;
pub mod transfers;

use idp_domain::administration::{Act, Authority, Order, Reason};
use idp_domain::audit::AuditEvent;
use idp_domain::time::Timestamp;
use idp_store::{Store, StoreError};

/// Where somebody administers: by what right, and when.
pub struct Desk<'a> {
    /// The database.
    pub store: &'a Store,
    /// Who, by what right.
    pub authority: &'a Authority,
    /// The instant of the whole act.
    pub now: Timestamp,
}

/// Why an act was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The authority doesn't reach so far.
    #[error("not allowed: it needs {}", _0.scope())]
    Forbidden(Act),
    /// There is nothing of that name.
    #[error("there is no {0}")]
    NotFound(String),
    /// A value breaks a rule.
    #[error("{}", _0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// It doesn't fit how things stand.
    #[error("{0}")]
    Conflict(String),
    /// The database is away or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our own mistake, or the keys can't be used.
    #[error("{0}")]
    Failed(String),
}

/// Where a value breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{field}: {problem}", at.as_ref().map(|at| format!("{} line {}: ", at.file, at.line)).unwrap_or_default())]
pub struct FieldError {
    /// The field's name, in the form and in the API.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// Where it stands, if it stands in a file.
    pub at: Option<FileLine>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// The file's name.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl AdminError {
    /// One value breaks a rule.
    #[must_use]
    pub fn invalid(field: &str, problem: &dyn std::fmt::Display) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), problem: problem.to_string(), at: None }])
    }

    /// Our own mistake.
    #[must_use]
    pub fn failed(error: &dyn std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

impl<'a> Desk<'a> {
    /// A desk.
    #[must_use]
    pub fn new(store: &'a Store, authority: &'a Authority, now: Timestamp) -> Self {
        Self { store, authority, now }
    }

    /// The desk of whoever runs the program.
    #[must_use]
    pub fn of_operator(store: &'a Store, now: Timestamp) -> Self {
        Self::new(store, &Authority::Operator, now)
    }

    /// Whether the authority may.
    ///
    /// # Errors
    /// It may not.
    pub fn check(&self, act: Act) -> Result<(), AdminError> {
        if self.authority.may(act) { Ok(()) } else { Err(AdminError::Forbidden(act)) }
    }

    /// Whether the authority may; that it may not is on record.
    ///
    /// # Errors
    /// It may not.
    pub async fn admit(&self, act: Act) -> Result<(), AdminError> {
        let admitted = self.check(act);
        if admitted.is_err() {
            let event = AuditEvent::AdministrationRefused { act: act.scope(), by: self.authority.actor() };
            self.store.record_administration(event, self.now).await?;
        }
        admitted
    }

    /// A change, on record with its reason.
    #[must_use]
    pub fn order(&self, reason: Option<Reason>) -> Order {
        Order { by: self.authority.actor(), reason }
    }
}

/// Reads a reason that must be there.
///
/// # Errors
/// It is missing or breaks a rule.
pub fn reason(text: &str) -> Result<Reason, AdminError> {
    Reason::parse(text).map_err(|error| AdminError::invalid("reason", &error))
}

/// Reads an instant (RFC 3339) that may be left out.
///
/// # Errors
/// It is none.
pub fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, AdminError> {
    let Some(text) = text else { return Ok(None) };
    let at = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|_| AdminError::invalid(field, &"a time like 2026-11-21T19:05:00Z"))?;
    Ok(Some(Timestamp::from_micros(at.timestamp_micros())))
}

/// An instant in answers: `2026-11-21T19:05:00Z`.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    chrono::DateTime::from_timestamp_micros(at.micros())
        .unwrap_or_default()
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
