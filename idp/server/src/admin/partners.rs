//! Sign-in partners: list, add, update, disable, test the connection.

use super::{AdminError, Desk, FieldError, instant, reason};
use crate::adapters::partner_client::{PartnerClient, PartnerDescription};
use crate::adapters::partners::{seal_new_key, seal_secret};
use crate::app::App;
use crate::config::PartnerSettings;
use idp_domain::administration::{Act, Area};
use idp_domain::audit::AuditEvent;
use idp_domain::sign_in_partner::{
    CheckedPartner, PartnerAuthentication, PartnerFault, PartnerFile, PartnerId, SignInPartner,
};
use idp_store::{NewPartner, StoreError, StoredPartner};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A partner as all faces show it; never what proves us to it.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerView {
    /// Its id, in addresses.
    pub id: String,
    /// The name that people read, in English.
    pub name_en: String,
    /// And in French.
    pub name_fr: String,
    /// Its issuer.
    pub issuer: String,
    /// By which it knows us.
    pub client_id: String,
    /// How we prove ourselves to it.
    pub authentication: &'static str,
    /// The one algorithm of its ID tokens, if it is laid down.
    pub algorithm: Option<String>,
    /// Where it stands among the partners.
    pub position: i64,
    /// `enabled` or `disabled`.
    pub state: &'static str,
    /// Whether it is the one of the settings, which nothing here changes.
    pub is_of_settings: bool,
    /// Where it sends people back to.
    pub redirect_uri: String,
    /// When it was added.
    pub created: Option<String>,
    /// When it was disabled.
    pub disabled: Option<String>,
}

/// A partner that was added or updated.
#[derive(Debug, Clone, Serialize)]
pub struct SavedPartnerView {
    /// Its id.
    pub id: String,
    /// To be registered with it.
    pub redirect_uri: String,
    /// Of `private_key_jwt`: our public key, to be given to it.
    pub jwks: Option<Value>,
}

/// How a test of the connection went.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionView {
    /// Which partner.
    pub id: String,
    /// Its issuer.
    pub issuer: String,
    /// Whether all was well.
    pub passed: bool,
    /// One after another.
    pub checks: Vec<CheckView>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct CheckView {
    /// `discovery`, `authorization_endpoint`, `token_endpoint`, `keys`, `authentication` or `algorithm`.
    pub name: &'static str,
    /// Whether it is well.
    pub passed: bool,
    /// What was found.
    pub detail: String,
}

/// Every partner, that of the settings first, then in order.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>, app: &App) -> Result<Vec<PartnerView>, AdminError> {
    desk.admit(Act::Read(Area::Partners)).await?;
    let added = desk.store.list_partners().await?;
    let of_settings = app.settings.partner.iter().map(|settings| of_settings(app, settings));
    Ok(of_settings.chain(added.into_iter().map(|stored| view(app, stored))).collect())
}

/// One partner, disabled or not.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn show(desk: &Desk<'_>, app: &App, id: &str) -> Result<PartnerView, AdminError> {
    desk.admit(Act::Read(Area::Partners)).await?;
    if let (Some(settings), PartnerId::OF_SETTINGS) = (&app.settings.partner, id) {
        return Ok(of_settings(app, settings));
    }
    let known = PartnerId::parse(id).ok_or_else(|| unknown(id))?;
    Ok(view(app, find(desk, &known).await?))
}

fn unknown(id: &str) -> AdminError {
    AdminError::NotFound(format!("partner {id}"))
}

fn callback(app: &App, id: &str) -> String {
    format!("{}/partner/callback/{id}", app.issuer())
}

fn of_settings(app: &App, settings: &PartnerSettings) -> PartnerView {
    PartnerView {
        id: PartnerId::OF_SETTINGS.to_owned(),
        name_en: "Sign-in partner".to_owned(),
        name_fr: "Partenaire de connexion".to_owned(),
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        authentication: PartnerAuthentication::ClientSecretBasic.as_str(),
        algorithm: None,
        position: 0,
        state: "enabled",
        is_of_settings: true,
        redirect_uri: callback(app, PartnerId::OF_SETTINGS),
        created: None,
        disabled: None,
    }
}

fn view(app: &App, stored: StoredPartner) -> PartnerView {
    let partner = stored.partner;
    PartnerView {
        redirect_uri: callback(app, partner.id.as_str()),
        id: partner.id.to_string(),
        name_en: partner.name.en,
        name_fr: partner.name.fr,
        issuer: partner.issuer,
        client_id: partner.client_id,
        authentication: partner.authentication.as_str(),
        algorithm: partner.algorithm.map(|algorithm| algorithm.to_string()),
        position: partner.position,
        state: if stored.disabled_at.is_none() { "enabled" } else { "disabled" },
        is_of_settings: false,
        created: Some(instant(stored.created_at)),
        disabled: stored.disabled_at.map(instant),
    }
}

/// Reads a partner's file.
///
/// # Errors
/// It is no TOML, or not of the schema, in one line.
pub fn parse(file: &str) -> Result<PartnerFile, AdminError> {
    toml::from_str(file)
        .map_err(|error| AdminError::invalid("file", &error.to_string().trim().replace('\n', " ")))
}

/// Why an entry can't be saved.
#[derive(Debug)]
pub enum PlanError {
    /// All that is wrong with it.
    Faults(Vec<PartnerFault>),
    /// Not allowed, or the database is away.
    Admin(AdminError),
}

impl From<PlanError> for AdminError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Faults(faults) => Self::Invalid(faults.into_iter().map(field_error).collect()),
            PlanError::Admin(error) => error,
        }
    }
}

impl From<AdminError> for PlanError {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

impl From<StoreError> for PlanError {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

fn field_error(fault: PartnerFault) -> FieldError {
    FieldError { field: fault.field().to_owned(), problem: fault.to_string(), at: None }
}

/// Checks a partner's entry without saving it.
///
/// # Errors
/// Not allowed, or all that is wrong with it.
pub async fn plan(desk: &Desk<'_>, app: &App, file: PartnerFile) -> Result<SignInPartner, PlanError> {
    desk.admit(Act::Write(Area::Partners)).await?;
    let checked = check(app, file)?;
    let id = &checked.partner.id;
    let kept = desk.store.find_partner(id.clone()).await?;
    if needs_secret(kept.as_ref(), &checked) {
        return Err(PlanError::Faults(vec![PartnerFault::SecretMissing]));
    }
    Ok(checked.partner)
}

/// Whether nothing would prove us to the partner: a secret is neither given nor kept.
fn needs_secret(kept: Option<&StoredPartner>, checked: &CheckedPartner) -> bool {
    let is_kept = kept.is_some_and(|kept| has_secret(kept.partner.authentication));
    has_secret(checked.partner.authentication) && checked.secret.is_none() && !is_kept
}

/// Adds a partner. With `private_key_jwt` a key is made, whose public part is answered.
///
/// # Errors
/// Not allowed, all that is wrong with it, or its id or its issuer is taken.
pub async fn add(
    desk: &Desk<'_>,
    app: &App,
    file: PartnerFile,
    why: Option<&str>,
) -> Result<SavedPartnerView, AdminError> {
    desk.admit(Act::Write(Area::Partners)).await?;
    let why = why.map(reason).transpose()?;
    let checked = check(app, file)?;
    let id = checked.partner.id.clone();
    let (credential, jwks) = credential(app, &checked)?;
    let credential = Some(credential.ok_or_else(missing_secret)?);
    let new = NewPartner { partner: checked.partner, credential, order: desk.order(why), now: desk.now };
    if !desk.store.insert_partner(new).await? {
        return Err(AdminError::Conflict(format!(
            "partner {id}, or another one of its issuer, is there already"
        )));
    }
    app.partners.forget();
    Ok(saved(app, &id, jwks))
}

/// Replaces a partner's entry; it is enabled then. Without a secret in it the one that is kept stays.
///
/// # Errors
/// Not allowed, all that is wrong with it, there is none, or another one has this issuer.
pub async fn update(
    desk: &Desk<'_>,
    app: &App,
    file: PartnerFile,
    why: Option<&str>,
) -> Result<SavedPartnerView, AdminError> {
    desk.admit(Act::Write(Area::Partners)).await?;
    let why = why.map(reason).transpose()?;
    let checked = check(app, file)?;
    let id = checked.partner.id.clone();
    let kept = find(desk, &id).await?;
    if needs_secret(Some(&kept), &checked) {
        return Err(missing_secret());
    }
    let same_kind = has_secret(kept.partner.authentication) == has_secret(checked.partner.authentication);
    let (credential, jwks) =
        if same_kind && checked.secret.is_none() { (None, None) } else { credential(app, &checked)? };
    let new = NewPartner { partner: checked.partner, credential, order: desk.order(why), now: desk.now };
    if !desk.store.update_partner(new).await? {
        return Err(AdminError::Conflict(format!("another partner than {id} has this issuer")));
    }
    app.partners.forget();
    Ok(saved(app, &id, jwks))
}

/// Disables a partner: nobody signs in with it until it is updated.
///
/// # Errors
/// Not allowed, there is none, or it is disabled.
pub async fn disable(desk: &Desk<'_>, app: &App, id: &str, why: Option<&str>) -> Result<(), AdminError> {
    desk.admit(Act::Write(Area::Partners)).await?;
    let why = why.map(reason).transpose()?;
    if id == PartnerId::OF_SETTINGS {
        return Err(AdminError::Conflict("it is the one of the settings partner.*".into()));
    }
    let gone = || AdminError::NotFound(format!("partner {id}, or it is disabled"));
    let known = PartnerId::parse(id).ok_or_else(gone)?;
    let done = desk.store.disable_partner(known, desk.order(why), desk.now).await?;
    app.partners.forget();
    if done { Ok(()) } else { Err(gone()) }
}

/// Fetches a partner's discovery document and keys anew, through the guard of all calls to others, and checks that we could
/// sign people in with them. Nobody is sent there.
///
/// # Errors
/// Not allowed, or there is no such partner. That the connection fails is an answer.
pub async fn test(
    desk: &Desk<'_>,
    app: &App,
    id: &str,
    why: Option<&str>,
) -> Result<ConnectionView, AdminError> {
    desk.admit(Act::Write(Area::Partners)).await?;
    let why = why.map(reason).transpose()?;
    let known = PartnerId::parse(id).ok_or_else(|| unknown(id))?;
    let (issuer, authentication, algorithms) = match &app.settings.partner {
        Some(settings) if id == PartnerId::OF_SETTINGS => {
            (settings.issuer.clone(), PartnerAuthentication::ClientSecretBasic, Vec::new())
        }
        _ => {
            let partner = find(desk, &known).await?.partner;
            let algorithms = partner.algorithm.iter().map(ToString::to_string).collect();
            (partner.issuer, partner.authentication, algorithms)
        }
    };
    let fetched = PartnerClient::new(Arc::clone(&app.outbound)).describe(&issuer, desk.now).await;
    let checks = match fetched {
        Ok(found) => checks(&found, authentication, &algorithms),
        Err(error) => vec![CheckView { name: "discovery", passed: false, detail: error.to_string() }],
    };
    let passed = checks.iter().all(|check| check.passed);
    let by = desk.authority.actor();
    let event = AuditEvent::PartnerTested { partner: known, passed, by, reason: why };
    desk.store.record_administration(event, desk.now).await?;
    Ok(ConnectionView { id: id.to_owned(), issuer, passed, checks })
}

fn checks(
    found: &PartnerDescription,
    authentication: PartnerAuthentication,
    algorithms: &[String],
) -> Vec<CheckView> {
    let is_named = |list: &[String], one: &str| list.iter().any(|name| name == one);
    // OIDC Discovery section 3: client_secret_basic where nothing is said.
    let proves = is_named(&found.authentication_methods, authentication.as_str())
        || (found.authentication_methods.is_empty()
            && authentication == PartnerAuthentication::ClientSecretBasic);
    let signs = algorithms.iter().all(|one| is_named(&found.signing_algorithms, one));
    let check = |name, passed, detail: String| CheckView { name, passed, detail };
    vec![
        check("discovery", true, "the issuer is itself".to_owned()),
        check("authorization_endpoint", true, found.authorization_endpoint.clone()),
        check(
            "token_endpoint",
            found.token_endpoint.is_some(),
            found.token_endpoint.clone().unwrap_or_else(|| "it names none".to_owned()),
        ),
        check("keys", found.keys > 0, format!("{} keys", found.keys)),
        check("authentication", proves, found.authentication_methods.join(", ")),
        check("algorithm", signs, found.signing_algorithms.join(", ")),
    ]
}

async fn find(desk: &Desk<'_>, id: &PartnerId) -> Result<StoredPartner, AdminError> {
    desk.store.find_partner(id.clone()).await?.ok_or_else(|| unknown(id.as_str()))
}

fn check(app: &App, file: PartnerFile) -> Result<CheckedPartner, PlanError> {
    let checked = file.check(app.settings.allow_loopback).map_err(PlanError::Faults)?;
    if app.settings.partner.as_ref().is_some_and(|partner| partner.issuer == checked.partner.issuer) {
        return Err(PlanError::Faults(vec![PartnerFault::IssuerOfSettings]));
    }
    Ok(checked)
}

fn has_secret(authentication: PartnerAuthentication) -> bool {
    authentication != PartnerAuthentication::PrivateKeyJwt
}

fn missing_secret() -> AdminError {
    PlanError::Faults(vec![PartnerFault::SecretMissing]).into()
}

/// What proves us to a partner, sealed, and what the partner has to be given.
fn credential(app: &App, checked: &CheckedPartner) -> Result<(Option<Vec<u8>>, Option<Value>), AdminError> {
    let key = &app.data_keys.content;
    if !has_secret(checked.partner.authentication) {
        let (sealed, jwk) = seal_new_key(key).map_err(|error| AdminError::failed(&error))?;
        let jwk: Value = serde_json::from_str(&jwk).map_err(|error| AdminError::failed(&error))?;
        return Ok((Some(sealed), Some(json!({ "keys": [jwk] }))));
    }
    let sealed = checked.secret.as_deref().map(|secret| seal_secret(key, secret)).transpose();
    Ok((sealed.map_err(|error| AdminError::failed(&error))?, None))
}

fn saved(app: &App, id: &PartnerId, jwks: Option<Value>) -> SavedPartnerView {
    SavedPartnerView { id: id.to_string(), redirect_uri: callback(app, id.as_str()), jwks }
}
