//! Registrations as code: files become the services, and say first what they would change.
//!
//! 1. [`plan`] reads and checks all files, and says what differs from what is registered. Its number stands for the files and
//!    for what they were compared with.
//! 2. [`apply`] plans again, refuses where the number is another, and does all of it in one transaction, or nothing.
//!
//! Nobody gives a program a right that they don't have, by a file neither; and whoever may change services is told so by the plan.

use super::file::{self, Place, Written};
use super::{ServiceTools, admit_scopes, check_each, check_sector};
use crate::adapters::client_secrets;
use crate::admin::{AdminError, Desk, FieldError, reason};
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::administration::{Act, Area};
use idp_domain::client::{Client, Registration};
use idp_domain::ids::ClientId;
use idp_domain::secret::Secret;
use idp_store::{RegisteredService, SecretChange, ServiceStep};
use serde::Serialize;
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long the sector documents of all services of the files may take together.
const ALL_DOCUMENTS: Duration = Duration::from_secs(20);

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

/// What becomes of a service's secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretFate {
    /// Those it has stay.
    Stays,
    /// It has none.
    None,
    /// One is made, and told once.
    Made,
    /// The file's takes the place of all.
    FromFile,
    /// Those it has end: its method has none.
    Ends,
}

/// What a file means for a service.
#[derive(Debug, Clone, Serialize)]
pub struct PlannedService {
    /// The file's name.
    pub file: String,
    /// Whose.
    pub client_id: ClientId,
    /// What it is called.
    pub client_name: String,
    /// Whether no service has its id yet.
    pub new: bool,
    /// What differs.
    pub changes: Vec<Change>,
    /// What becomes of its secrets.
    pub secret: SecretFate,
}

impl PlannedService {
    /// Whether anything is to be done.
    #[must_use]
    pub fn is_due(&self) -> bool {
        let is_secret_due = !matches!(self.secret, SecretFate::Stays | SecretFate::None);
        self.new || !self.changes.is_empty() || is_secret_due
    }
}

/// What files would do.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Stands for the files and for what they were compared with.
    pub plan: String,
    /// Each service of the files, in their order.
    pub services: Vec<PlannedService>,
}

/// What was done for a service.
#[derive(Debug)]
pub struct AppliedService {
    /// What.
    pub planned: PlannedService,
    /// The secret that is told once, where one was made; whoever brought one knows it.
    pub secret: Option<Secret>,
}

/// A registration of a file, checked, beside what stands.
struct Step {
    place: Place,
    client: Client,
    given: Option<Secret>,
    before: Option<RegisteredService>,
}

impl Step {
    /// Whether the authority may do this. Whoever gives a secret needs every right even where nothing comes of it: else they could
    /// try which secret it is.
    async fn admit(&self, desk: &Desk<'_>, is_due: bool) -> Result<(), AdminError> {
        let act = Act::Write(Area::Services);
        if self.given.is_some() || (is_due && desk.check(act).is_ok()) {
            desk.admit(act).await?;
            admit_scopes(desk, self.before.as_ref().map(|before| &before.client), &self.client).await?;
        }
        Ok(())
    }
}

/// What files (name and text) would change. Services that no file names stay as they are.
///
/// # Errors
/// Not allowed, or applying it wouldn't be, or all that is wrong with the files.
pub async fn plan(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    files: &[(String, String)],
) -> Result<Plan, AdminError> {
    desk.admit(Act::Read(Area::Services)).await?;
    Ok(compare(desk, tools, files).await?.0)
}

/// Brings the services to what the files say, all or none.
///
/// # Errors
/// Not allowed; all that is wrong with the files; or the plan is not the one that was `shown`.
pub async fn apply(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    files: &[(String, String)],
    shown: Option<&str>,
    why: Option<&str>,
) -> Result<Vec<AppliedService>, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let changed =
        || AdminError::Conflict("the services or the file were changed since the plan: look again".into());
    let (Plan { plan, services }, steps) = compare(desk, tools, files).await?;
    if shown.is_some_and(|shown| shown != plan) {
        return Err(changed());
    }
    let mut due = Vec::new();
    let mut applied = Vec::new();
    for (planned, step) in services.into_iter().zip(steps) {
        let mut told = None;
        if planned.is_due() {
            let (change, secret) = secret_of(&step);
            told = secret.filter(|_| planned.secret == SecretFate::Made);
            due.push(ServiceStep {
                before: step.before.map(|it| it.client),
                client: step.client,
                secret: change,
            });
        }
        applied.push(AppliedService { planned, secret: told });
    }
    if desk.store.apply_services(due, desk.order(why), desk.now).await? {
        Ok(applied)
    } else {
        Err(changed())
    }
}

/// What becomes of the secrets, and the one that is new.
fn secret_of(step: &Step) -> (SecretChange, Option<Secret>) {
    let given = step.given.clone();
    if let Some(before) = &step.before {
        return client_secrets::change(before, &step.client, given);
    }
    match client_secrets::secret_for(&step.client, given) {
        Some(secret) => (SecretChange::Replace(client_secrets::stored(&secret)), Some(secret)),
        None => (SecretChange::Remove, None),
    }
}

/// The same in words, for which no secret is made.
fn fate_of(step: &Step) -> SecretFate {
    if !step.client.authentication_method.has_secret() {
        let had = step.before.as_ref().is_some_and(|before| !before.secrets.is_empty());
        return if had { SecretFate::Ends } else { SecretFate::None };
    }
    match (&step.given, &step.before) {
        (Some(given), Some(before)) if client_secrets::is_of(before, given) => SecretFate::Stays,
        (Some(_), _) => SecretFate::FromFile,
        (None, Some(before)) if !before.secrets.is_empty() => SecretFate::Stays,
        (None, _) => SecretFate::Made,
    }
}

async fn compare(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    files: &[(String, String)],
) -> Result<(Plan, Vec<Step>), AdminError> {
    let mut errors = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for (file, text) in files {
        match file::read(file, text) {
            Ok(written) => {
                for one in written {
                    steps.extend(check(desk, tools, one, &steps, &mut errors).await?);
                }
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    if !errors.is_empty() {
        return Err(AdminError::Invalid(errors));
    }
    let services: Vec<PlannedService> = steps.iter().map(planned).collect();
    for (planned, step) in services.iter().zip(&steps) {
        step.admit(desk, planned.is_due()).await?;
    }
    let due = services.iter().zip(&steps).filter(|(planned, _)| planned.is_due());
    let errors = check_sectors(tools, due.map(|(_, step)| step)).await;
    if errors.is_empty() {
        Ok((Plan { plan: number_of(files, &steps), services }, steps))
    } else {
        Err(AdminError::Invalid(errors))
    }
}

/// What is to be fetched is fetched last, only for what changes, and no longer than one request may wait.
async fn check_sectors(tools: ServiceTools<'_>, due: impl Iterator<Item = &Step>) -> Vec<FieldError> {
    let until = Instant::now() + ALL_DOCUMENTS;
    let mut errors = Vec::new();
    for step in due {
        let wrong = |problem: &str| step.place.error("sector_identifier_uri", None, problem);
        let Ok(checked) = timeout_at(until, check_sector(tools, &step.client)).await else {
            errors.push(wrong("the documents take too long: apply the file in parts"));
            break;
        };
        errors.extend(checked.err().map(|problem| wrong(&problem)));
    }
    errors
}

/// A registration beside what stands, unless something is wrong with it.
async fn check(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    Written { metadata, place }: Written,
    others: &[Step],
    errors: &mut Vec<FieldError>,
) -> Result<Option<Step>, AdminError> {
    let (Registration { client, secret }, is_named) = match check_each(metadata, tools)? {
        Ok(checked) => checked,
        Err(wrong) => {
            errors.extend(wrong.iter().map(|error| place.error(error.field, error.line, &error.problem)));
            return Ok(None);
        }
    };
    let mut wrong = |problem: &str| errors.push(place.error("client_id", None, problem));
    if !is_named {
        wrong("name the service, so that it can be applied again");
        return Ok(None);
    }
    if let Some(other) = others.iter().find(|other| other.client.id == client.id) {
        wrong(&format!("it is of the same service as {}", other.place.told()));
        return Ok(None);
    }
    let before = desk.store.find_service_even_disabled(client.id.clone()).await?;
    if before.as_ref().is_some_and(|before| before.disabled_at.is_some()) {
        wrong("it is disabled, for good");
        return Ok(None);
    }
    if let Some(before) = &before
        && let Err(error) = before.client.check_subjects_stay(&client)
    {
        errors.push(place.error(error.field, error.line, &error.problem));
        return Ok(None);
    }
    Ok(Some(Step { place, client, given: secret, before }))
}

fn planned(step: &Step) -> PlannedService {
    let stands = step.before.as_ref().map(|before| before.client.metadata()).unwrap_or_default();
    PlannedService {
        file: step.place.file().to_owned(),
        client_id: step.client.id.clone(),
        client_name: step.client.name.en.clone(),
        new: step.before.is_none(),
        changes: differences(&stands, &step.client.metadata()),
        secret: fate_of(step),
    }
}

/// A hash over the files and over what stands of each of their services.
fn number_of(files: &[(String, String)], steps: &[Step]) -> String {
    let mut hash = Context::new(&SHA256);
    let mut add = |text: &str| {
        hash.update(&u64::try_from(text.len()).unwrap_or_default().to_be_bytes());
        hash.update(text.as_bytes());
    };
    for (name, text) in files {
        add(name);
        // A browser writes line ends its own way.
        add(&text.replace("\r\n", "\n"));
    }
    for step in steps {
        let stands = step.before.as_ref().map(|before| (before.client.metadata(), before.secrets.len()));
        add(&serde_json::to_string(&stands).unwrap_or_default());
    }
    BASE64_URL_SAFE_NO_PAD.encode(hash.finish())
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
