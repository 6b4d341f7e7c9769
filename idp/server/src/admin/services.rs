//! Relying services: list, show, add, update, disable, rotate a secret; apply a folder of files.

mod apply;
mod file;
mod history;
mod registration_token;

pub use apply::{AppliedService, Change, Plan, PlannedService, SecretFate, apply, plan as plan_files};
pub use file::{export, table};
pub use history::{ComparedUri, HistoryView, RedirectTest, history, test_redirect};
pub use registration_token::{
    RegistrationToken, TokenOrder, issue_registration_token, parse_policy, plan_registration_token,
};

use super::{AdminError, Desk, FieldError, reason};
use crate::adapters::outbound::Outbound;
use crate::adapters::rng::rng;
use crate::adapters::{client_secrets, sector_document};
use crate::admin::instant;
use idp_domain::administration::{Act, Area};
use idp_domain::client::{Client, ClientMetadata, MetadataError, Registration};
use idp_domain::ids::ClientId;
use idp_domain::secret::{Secret, random_base64url, random_token};
use idp_store::{RegisteredService, ServiceUpdate, UpdateOutcome};
use serde::Serialize;
use serde_json::{Map, Value};

/// What acts on services need.
#[derive(Clone, Copy)]
pub struct ServiceTools<'a> {
    /// Fetches sector documents.
    pub outbound: &'a Outbound,
    /// `network.allow_loopback`.
    pub allow_loopback: bool,
}

/// A service as all faces show it: its registration under the names of its file, and where it stands; never a secret.
#[derive(Debug, Clone, Serialize)]
pub struct ServiceView {
    /// The registration.
    pub service: Map<String, Value>,
    /// How many secrets are good: two during a change-over.
    pub secrets: usize,
    /// When it was registered.
    pub created: String,
    /// When it was disabled.
    pub disabled: Option<String>,
}

impl From<&RegisteredService> for ServiceView {
    fn from(service: &RegisteredService) -> Self {
        Self {
            service: service.client.metadata(),
            secrets: service.secrets.len(),
            created: instant(service.created_at),
            disabled: service.disabled_at.map(instant),
        }
    }
}

/// A registered service and the secret that is shown once.
#[derive(Debug)]
pub struct SavedService {
    /// What was registered.
    pub client: Client,
    /// From the file, or made up; `None` for a public client, or where the one it has stays.
    pub secret: Option<Secret>,
}

/// Every service, disabled ones too, by id.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>) -> Result<Vec<RegisteredService>, AdminError> {
    desk.admit(Act::Read(Area::Services)).await?;
    Ok(desk.store.list_services().await?)
}

/// One service, disabled or not.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn show(desk: &Desk<'_>, id: &str) -> Result<RegisteredService, AdminError> {
    desk.admit(Act::Read(Area::Services)).await?;
    let unknown = || unknown(id);
    let id = ClientId::parse(id).ok_or_else(unknown)?;
    desk.store.find_service_even_disabled(id).await?.ok_or_else(unknown)
}

/// What saving a registration would do.
#[derive(Debug)]
pub struct ServicePlan {
    /// The checked registration.
    pub client: Client,
    /// Whether no service has its id yet.
    pub is_new: bool,
    /// What differs from what is registered; all of it for a new one.
    pub changes: Vec<Change>,
}

/// Checks a registration and says what saving it would do.
///
/// # Errors
/// Not allowed, all that is wrong with it, or its service is disabled.
pub async fn plan(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    metadata: ClientMetadata,
) -> Result<ServicePlan, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let (Registration { client, .. }, _) = check(metadata, tools)?;
    let before = desk.store.find_service_even_disabled(client.id.clone()).await?;
    if before.as_ref().is_some_and(|before| before.disabled_at.is_some()) {
        return Err(AdminError::Conflict(format!("{} is disabled, for good", client.id)));
    }
    if let Some(before) = &before {
        before.client.check_subjects_stay(&client).map_err(|error| invalid(&[error]))?;
    }
    admit_scopes(desk, before.as_ref().map(|before| &before.client), &client).await?;
    check_sector(tools, &client)
        .await
        .map_err(|error| AdminError::invalid("sector_identifier_uri", &error))?;
    let stands = before.as_ref().map(|before| before.client.metadata()).unwrap_or_default();
    let changes = apply::differences(&stands, &client.metadata());
    Ok(ServicePlan { is_new: before.is_none(), client, changes })
}

/// Registers a service.
///
/// # Errors
/// Not allowed, or all that is wrong with it.
pub async fn add(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    metadata: ClientMetadata,
    why: Option<&str>,
) -> Result<SavedService, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let (Registration { client, secret }, _) = check(metadata, tools)?;
    admit_scopes(desk, None, &client).await?;
    check_sector(tools, &client)
        .await
        .map_err(|error| AdminError::invalid("sector_identifier_uri", &error))?;
    let secret = client_secrets::secret_for(&client, secret);
    let stored = secret.as_ref().map(client_secrets::stored);
    if !desk.store.insert_service(client.clone(), stored, desk.order(why), desk.now).await? {
        return Err(AdminError::Conflict(format!("client_id {} is taken", client.id)));
    }
    Ok(SavedService { client, secret })
}

/// Replaces a registration. A secret is made only where there was none. People keep the `sub` by which the service knows
/// them: what would change it is refused.
///
/// # Errors
/// Not allowed, the registration names no service of ours, or all that is wrong with it.
pub async fn update(
    desk: &Desk<'_>,
    tools: ServiceTools<'_>,
    metadata: ClientMetadata,
    why: Option<&str>,
) -> Result<SavedService, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let (Registration { client, secret }, is_named) = check(metadata, tools)?;
    if !is_named {
        return Err(AdminError::invalid("client_id", &"name the service to update"));
    }
    let gone = || AdminError::NotFound(format!("service {}, or it is disabled", client.id));
    let before = desk.store.find_service(client.id.clone()).await?.ok_or_else(gone)?;
    admit_scopes(desk, Some(&before.client), &client).await?;
    before.client.check_subjects_stay(&client).map_err(|error| invalid(&[error]))?;
    check_sector(tools, &client)
        .await
        .map_err(|error| AdminError::invalid("sector_identifier_uri", &error))?;
    let (secret_change, secret) = client_secrets::change(&before, &client, secret);
    let update = ServiceUpdate {
        before: before.client,
        client: client.clone(),
        secret: secret_change,
        order: desk.order(why),
        now: desk.now,
    };
    match desk.store.update_service(update).await? {
        UpdateOutcome::Updated => Ok(SavedService { client, secret }),
        UpdateOutcome::Changed => {
            Err(AdminError::Conflict("the registration was changed just now: read it again".into()))
        }
        UpdateOutcome::Gone => Err(gone()),
    }
}

/// Disables a service for good: every endpoint answers as if nobody had registered it, and its tokens end.
///
/// # Errors
/// Not allowed, or it is unknown or disabled already.
pub async fn disable(desk: &Desk<'_>, id: &str, why: Option<&str>) -> Result<(), AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let gone = || AdminError::NotFound(format!("service {id}, or it is disabled already"));
    let client_id = ClientId::parse(id).ok_or_else(gone)?;
    let done = desk.store.disable_service(client_id, desk.order(why), desk.now).await?;
    if done { Ok(()) } else { Err(gone()) }
}

/// Gives a service one more secret. The newest before it works on beside it; any older one ends.
///
/// # Errors
/// Not allowed, it is unknown or disabled, or its method has no secret.
pub async fn rotate_secret(desk: &Desk<'_>, id: &str, why: Option<&str>) -> Result<Secret, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let client = show_for_change(desk, id).await?.client;
    admit_scopes(desk, None, &client).await?;
    if !client.authentication_method.has_secret() {
        let method = client.authentication_method.as_str();
        return Err(AdminError::Conflict(format!("{id} proves itself by {method}: it has no secret")));
    }
    let secret = random_token(&mut rng());
    let new = client_secrets::stored(&secret);
    let done = desk.store.rotate_client_secret(client.id, new, desk.order(why), desk.now).await?;
    if done { Ok(secret) } else { Err(unknown(id)) }
}

/// A registration with scopes of the administration API is a program that administers: whoever makes it, changes it or has its
/// secret must have every right that it has, or had.
async fn admit_scopes(desk: &Desk<'_>, before: Option<&Client>, client: &Client) -> Result<(), AdminError> {
    let had = before.into_iter().flat_map(|before| &before.scopes);
    match desk.authority.lacks_for(had.chain(&client.scopes)) {
        Some(act) => desk.admit(act).await,
        None => Ok(()),
    }
}

async fn show_for_change(desk: &Desk<'_>, id: &str) -> Result<RegisteredService, AdminError> {
    let client_id = ClientId::parse(id).ok_or_else(|| unknown(id))?;
    desk.store.find_service(client_id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> AdminError {
    AdminError::NotFound(format!("service {id}"))
}

/// Reads a service's file.
///
/// # Errors
/// It is no TOML, or not of the schema, in one line.
pub fn parse(file: &str) -> Result<ClientMetadata, AdminError> {
    toml::from_str(file)
        .map_err(|error| AdminError::invalid("file", &error.to_string().trim().replace('\n', " ")))
}

/// A registration, checked, and whether it names its service.
fn check(metadata: ClientMetadata, tools: ServiceTools<'_>) -> Result<(Registration, bool), AdminError> {
    check_each(metadata, tools)?.map_err(|errors| invalid(&errors))
}

/// The same with all that is wrong by itself, for whoever knows where it stands.
fn check_each(
    metadata: ClientMetadata,
    tools: ServiceTools<'_>,
) -> Result<Result<(Registration, bool), Vec<MetadataError>>, AdminError> {
    let made_up = ClientId::parse(&random_base64url::<12>(&mut rng()));
    let made_up = made_up.ok_or_else(|| AdminError::failed(&"no client id could be made up"))?;
    let checked = metadata.check(made_up.clone(), tools.allow_loopback);
    Ok(checked.map(|registration| {
        let is_named = registration.client.id != made_up;
        (registration, is_named)
    }))
}

async fn check_sector(tools: ServiceTools<'_>, client: &Client) -> Result<(), String> {
    sector_document::check(tools.outbound, client).await.map_err(|error| error.to_string())
}

fn invalid(errors: &[MetadataError]) -> AdminError {
    AdminError::Invalid(field_errors(errors))
}

fn field_errors(errors: &[MetadataError]) -> Vec<FieldError> {
    let field = |error: &MetadataError| FieldError {
        field: match error.line {
            Some(line) => format!("{} line {line}", error.field),
            None => error.field.to_owned(),
        },
        problem: error.problem.clone(),
        at: None,
    };
    errors.iter().map(field).collect()
}
