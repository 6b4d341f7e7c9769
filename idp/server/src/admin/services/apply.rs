//! Registrations as code: a folder of files becomes the services, and says first what it would change.

use super::{ServiceTools, add, check, parse, update};
use crate::admin::{AdminError, Desk};
use idp_domain::administration::{Act, Area};
use idp_domain::client::{Client, ClientMetadata};
use idp_domain::secret::Secret;
use serde::Serialize;
use serde_json::{Map, Value};

/// A member of a registration that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name in the file.
    pub field: String,
    /// As it is; absent where it is new.
    pub before: Option<Value>,
    /// As the file says; absent where it goes.
    pub after: Option<Value>,
}

/// What a file means for its service.
#[derive(Debug)]
pub struct AppliedService {
    /// The file's name.
    pub file: String,
    /// Whose.
    pub client: Client,
    /// Whether it is registered yet.
    pub is_new: bool,
    /// What differs.
    pub changes: Vec<Change>,
    /// The secret that is shown once, where one was made.
    pub secret: Option<Secret>,
}

/// Brings the services to what the files (name and text) say; with `dry_run` it only tells. All files are read and checked
/// before the first is applied. Services without a file stay as they are.
///
/// # Errors
/// Not allowed, or what is wrong with which file. Files before it may have been applied where the fault shows late: the
/// same folder can be applied again.
pub async fn apply(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    files: &[(String, String)],
    dry_run: bool,
    why: Option<&str>,
) -> Result<Vec<AppliedService>, AdminError> {
    let act = if dry_run { Act::Read(Area::Services) } else { Act::Write(Area::Services) };
    desk.admit(act).await?;
    let mut plan: Vec<(ClientMetadata, AppliedService)> = Vec::new();
    for (file, text) in files {
        let (metadata, applied) = look(desk, tools, file, text).await.map_err(|error| at(file, error))?;
        if let Some((_, other)) = plan.iter().find(|(_, other)| other.client.id == applied.client.id) {
            let text = format!("{} and {file} are both of {}", other.file, applied.client.id);
            return Err(AdminError::Conflict(text));
        }
        plan.push((metadata, applied));
    }
    let mut done = Vec::new();
    for (metadata, mut applied) in plan {
        let is_due = applied.is_new || !applied.changes.is_empty();
        if is_due && !dry_run {
            let saved = if applied.is_new {
                add(desk, tools, metadata, why).await
            } else {
                update(desk, tools, metadata, why).await
            };
            applied.secret = saved.map_err(|error| at(&applied.file, error))?.secret;
        }
        done.push(applied);
    }
    Ok(done)
}

/// What one file would change.
async fn look(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    file: &str,
    text: &str,
) -> Result<(ClientMetadata, AppliedService), AdminError> {
    let metadata = parse(text)?;
    let (registration, is_named) = check(metadata.clone(), tools)?;
    if !is_named {
        return Err(AdminError::invalid("client_id", &"name the service, so that it can be applied again"));
    }
    let client = registration.client;
    let before = desk.store.find_service_even_disabled(client.id.clone()).await?;
    if before.as_ref().is_some_and(|before| before.disabled_at.is_some()) {
        return Err(AdminError::Conflict(format!("{} is disabled, for good", client.id)));
    }
    if let Some(before) = &before {
        before.client.check_subjects_stay(&client).map_err(|error| super::invalid(&[error]))?;
    }
    let stands = before.as_ref().map(|before| before.client.metadata()).unwrap_or_default();
    let changes = differences(&stands, &client.metadata());
    let file = file.to_owned();
    Ok((metadata, AppliedService { file, client, is_new: before.is_none(), changes, secret: None }))
}

/// The members that differ.
pub(super) fn differences(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    changed
        .map(|name| Change {
            field: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

/// Says in which file it is.
fn at(file: &str, error: AdminError) -> AdminError {
    match error {
        AdminError::Invalid(mut fields) => {
            for field in &mut fields {
                field.field = format!("{file}: {}", field.field);
            }
            AdminError::Invalid(fields)
        }
        AdminError::Conflict(text) => AdminError::Conflict(format!("{file}: {text}")),
        other => other,
    }
}
