//! What support sees of an account: its state and what happened to it. Never a secret; personal data only when it is asked for
//! with a reason.

use super::removal::RemovalView;
use super::{account_of, registered_since};
use crate::adapters::receipts;
use crate::admin::mails::masked;
use crate::admin::{AdminError, Desk, instant, reason};
use crate::app::App;
use idp_domain::account::{Account, AccountKind, AccountName};
use idp_domain::activation::RegistrationState;
use idp_domain::activity;
use idp_domain::administration::{Act, Area, Reason, Role};
use idp_domain::audit::AuditEvent;
use idp_domain::extra_verification::SecondFactors;
use idp_domain::ids::{AccountId, RegistrationId};
use idp_domain::session::SessionLimits;
use idp_domain::time::Timestamp;
use idp_domain::transfer::{TransferChoice, TransferDecision};
use idp_store::{AccountLock, Activity, ActivityQuery, OpenSession, Registration};
use serde::Serialize;
use serde_json::Value;

/// How many events are shown.
const EVENTS: i64 = 20;

/// How somebody looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look<'a> {
    /// Shows addresses, IDs and browsers too; needs a reason.
    pub personal_data: bool,
    /// Why.
    pub why: Option<&'a str>,
}

/// An account, or a registration that waits for its activation, as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct AccountView {
    /// Its identifier.
    pub id: String,
    /// `my-ontario`, `one-key` or `registration`.
    pub kind: &'static str,
    /// Whether personal data is shown.
    pub personal_data: bool,
    /// Its address or its ONE-key ID.
    pub name: String,
    /// `active`, `locked`, `transferred` or `waiting`.
    pub state: &'static str,
    /// Of its pages and mails: `en` or `fr`.
    pub language: &'static str,
    /// When it came to be.
    pub created: String,
    /// When somebody signed in last.
    pub last_sign_in: Option<String>,
    /// When its password was set last, if it has one.
    pub password_set: Option<String>,
    /// The address for recovering a ONE-key account.
    pub recovery_email: Option<String>,
    /// Support's lock.
    pub lock: Option<LockView>,
    /// Of a registration.
    pub activation: Option<ActivationView>,
    /// What it has set up for second steps.
    pub factors: FactorsView,
    /// The removal of second factors that waits for another one of support.
    pub removal: Option<RemovalView>,
    /// Its open sessions, last used first.
    pub sessions: Vec<SessionView>,
    /// The sign-in partners linked to it.
    pub partners: Vec<PartnerLinkView>,
    /// How many services it has used.
    pub services: usize,
    /// What its person is trusted with.
    pub roles: Vec<&'static str>,
    /// The decision on the transfer.
    pub transfer: Option<TransferView>,
    /// What happened to it in the last 90 days: the newest 20.
    pub events: Vec<EventView>,
}

/// A lock.
#[derive(Debug, Clone, Serialize)]
pub struct LockView {
    /// What its person names to support.
    pub reference: String,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: String,
}

/// Where a registration stands.
#[derive(Debug, Clone, Serialize)]
pub struct ActivationView {
    /// When its newest mail was written.
    pub last_mail: Option<String>,
    /// Until when it can have another one.
    pub until: String,
    /// Wrong codes so far.
    pub wrong_codes: u32,
}

/// What an account has set up for second steps.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FactorsView {
    /// The authenticator app.
    pub authenticator_app: Option<AppView>,
    /// How many passkeys.
    pub passkeys: u32,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// An authenticator app.
#[derive(Debug, Clone, Serialize)]
pub struct AppView {
    /// Since when.
    pub added: String,
    /// When a code of it was used last.
    pub last_used: Option<String>,
}

/// An open session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionView {
    /// When it began.
    pub began: String,
    /// Its last request.
    pub last_seen: String,
    /// The browser in a few words, where personal data is shown.
    pub browser: Option<String>,
}

/// A link to a sign-in partner. Whom the partner vouches for is known to nobody.
#[derive(Debug, Clone, Serialize)]
pub struct PartnerLinkView {
    /// Which.
    pub partner: String,
    /// Since when.
    pub linked: String,
    /// When it signed in last.
    pub last_used: String,
}

/// The decision on the transfer.
#[derive(Debug, Clone, Serialize)]
pub struct TransferView {
    /// `undecided`, `transferred` or `declined`.
    pub decision: &'static str,
    /// When.
    pub decided: Option<String>,
    /// At which service's sign-in it was asked.
    pub asked_by: Option<String>,
    /// The other account: what was carried over, or to where.
    pub other_account: Option<String>,
    /// The number of its receipt.
    pub receipt_number: Option<String>,
    /// The receipt as it is signed now; any copy of it can be checked by the published keys.
    pub receipt: Option<String>,
    /// Whether that was checked: its signature by our keys, and the decision on record.
    pub receipt_is_genuine: Option<bool>,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// When.
    pub at: String,
    /// What: the name of the audit's event.
    pub event: String,
    /// Its members.
    pub record: Value,
    /// From which browser, where personal data is shown.
    pub browser: Option<String>,
}

/// An account or a registration that waits, by its identifier.
///
/// # Errors
/// Not allowed, personal data is asked for without a reason, or there is none.
pub async fn show(desk: &Desk<'_>, app: &App, id: &str, look: Look<'_>) -> Result<AccountView, AdminError> {
    desk.admit(Act::Read(Area::Accounts)).await?;
    let why = look.why.map(reason).transpose()?;
    let personal_data = look.personal_data;
    if personal_data && why.is_none() {
        return Err(AdminError::invalid("reason", &"say why personal data has to be shown"));
    }
    if let Some(registration) = waiting(desk, app, id).await? {
        let registration_id = registration.id.clone();
        let by = desk.authority.actor();
        let seen =
            AuditEvent::RegistrationSeen { registration: registration_id, personal_data, by, reason: why };
        desk.store.record_administration(seen, desk.now).await?;
        return Ok(registration_view(app, registration, personal_data));
    }
    let account = account_of(desk, id).await?;
    record(desk, &account.id, personal_data, why).await?;
    account_view(desk, app, account, personal_data).await
}

async fn record(
    desk: &Desk<'_>,
    account: &AccountId,
    personal_data: bool,
    reason: Option<Reason>,
) -> Result<(), AdminError> {
    let by = desk.authority.actor();
    let event = AuditEvent::AccountSeen { account: account.clone(), personal_data, by, reason };
    Ok(desk.store.record_administration(event, desk.now).await?)
}

async fn waiting(desk: &Desk<'_>, app: &App, id: &str) -> Result<Option<Registration>, AdminError> {
    let Some(id) = RegistrationId::parse(id) else { return Ok(None) };
    let found = desk.store.find_registration_by_id(id).await?;
    Ok(found.filter(|registration| {
        registration.facts.state == RegistrationState::Open
            && registration.facts.created_at >= registered_since(app, desk.now)
    }))
}

async fn account_view(
    desk: &Desk<'_>,
    app: &App,
    account: Account,
    personal_data: bool,
) -> Result<AccountView, AdminError> {
    let id = &account.id;
    let store = desk.store;
    let recovery_email = match id.kind() {
        AccountKind::OneKey => store.find_one_key_details(id.clone()).await?.recovery_email,
        AccountKind::MyOntario => None,
    };
    let sessions = store.list_open_sessions(id.clone()).await?;
    let limits = app.in_force().lifetimes.session;
    let partners = store.list_partner_links(id.clone()).await?;
    let removal = store.find_factor_removal(id.clone(), desk.now).await?;
    let query = ActivityQuery {
        account: id.clone(),
        kind: None,
        since: desk.now.minus(activity::KEPT),
        skip: 0,
        most: EVENTS,
    };
    let events = store.list_activity(query).await?.entries;
    Ok(AccountView {
        id: id.to_string(),
        kind: kind_of(id),
        personal_data,
        name: if personal_data { account.name.as_str().to_owned() } else { masked_name(&account.name) },
        state: account.status.as_str(),
        language: account.language.code(),
        created: instant(account.created_at),
        last_sign_in: account.last_sign_in_at.map(instant),
        password_set: account.password_hash.as_ref().map(|_| instant(account.password_changed_at)),
        recovery_email: recovery_email
            .map(|email| if personal_data { email.as_str().to_owned() } else { masked(&email) }),
        lock: store.find_account_lock(id.clone()).await?.map(LockView::from),
        activation: None,
        factors: FactorsView::from(store.find_second_factors(id.clone()).await?),
        removal: removal.map(RemovalView::from),
        sessions: sessions
            .into_iter()
            .filter(|session| is_live(session, &limits, desk.now))
            .map(|session| session_view(session, personal_data))
            .collect(),
        partners: partners
            .into_iter()
            .map(|link| PartnerLinkView {
                partner: link.partner.to_string(),
                linked: instant(link.linked_at),
                last_used: instant(link.last_used_at),
            })
            .collect(),
        services: store.list_connected_services(id.clone()).await?.len(),
        roles: store.find_roles(id.clone()).await?.into_iter().map(Role::as_str).collect(),
        transfer: Some(transfer_view(desk, app, id).await?),
        events: events.into_iter().map(|event| event_view(event, personal_data)).collect(),
    })
}

fn registration_view(app: &App, registration: Registration, personal_data: bool) -> AccountView {
    let email = &registration.email;
    let facts = &registration.facts;
    AccountView {
        id: registration.id.to_string(),
        kind: "registration",
        personal_data,
        name: if personal_data { email.as_str().to_owned() } else { masked(email) },
        state: "waiting",
        language: registration.language.code(),
        created: instant(facts.created_at),
        last_sign_in: None,
        password_set: None,
        recovery_email: None,
        lock: None,
        activation: Some(ActivationView {
            last_mail: registration.last_sent_at.map(instant),
            until: instant(facts.created_at.plus(app.in_force().lifetimes.activation_resend)),
            wrong_codes: facts.wrong,
        }),
        factors: FactorsView::default(),
        removal: None,
        sessions: Vec::new(),
        partners: Vec::new(),
        services: 0,
        roles: Vec::new(),
        transfer: None,
        events: Vec::new(),
    }
}

/// The decision of a My Ontario Account, or that by which a ONE-key account was carried over. Its receipt is signed, and that
/// signature checked, so that a help desk sees that a copy of it can be checked.
async fn transfer_view(desk: &Desk<'_>, app: &App, id: &AccountId) -> Result<TransferView, AdminError> {
    let decision = match id.kind() {
        AccountKind::MyOntario => desk.store.find_transfer_decision(id.clone()).await?,
        AccountKind::OneKey => desk.store.find_transfer_of_one_key(id.clone()).await?,
    };
    let Some(decision) = decision else {
        return Ok(TransferView {
            decision: "undecided",
            decided: None,
            asked_by: None,
            other_account: None,
            receipt_number: None,
            receipt: None,
            receipt_is_genuine: None,
        });
    };
    let (_, receipt) = receipts::issue(app, &decision).await.map_err(|error| AdminError::failed(&error))?;
    let genuine = receipts::verify(&app.keys, desk.store, app.issuer(), &receipt).await?;
    let TransferDecision { id: number, account, choice, client, decided_at } = decision;
    let (word, other) = match choice {
        TransferChoice::Transferred(one_key) if *id == account => ("transferred", Some(one_key)),
        TransferChoice::Transferred(_) => ("transferred", Some(account)),
        TransferChoice::Declined => ("declined", None),
    };
    Ok(TransferView {
        decision: word,
        decided: Some(instant(decided_at)),
        asked_by: Some(client.to_string()),
        other_account: other.map(|other| other.to_string()),
        receipt_number: Some(number.to_string()),
        receipt: Some(receipt),
        receipt_is_genuine: Some(genuine.is_some()),
    })
}

impl From<AccountLock> for LockView {
    fn from(lock: AccountLock) -> Self {
        Self {
            reference: lock.reference.to_string(),
            by: lock.by.to_string(),
            reason: lock.reason.into(),
            since: instant(lock.locked_at),
        }
    }
}

impl From<SecondFactors> for FactorsView {
    fn from(factors: SecondFactors) -> Self {
        let app = factors.authenticator_app;
        Self {
            authenticator_app: app.map(|app| AppView {
                added: instant(app.added_at),
                last_used: app.last_used_at.map(instant),
            }),
            passkeys: factors.passkeys,
            recovery_codes: factors.recovery_codes,
        }
    }
}

fn is_live(session: &OpenSession, limits: &SessionLimits, now: Timestamp) -> bool {
    now <= session.last_seen_at.plus(limits.idle) && now <= session.created_at.plus(limits.max)
}

fn session_view(session: OpenSession, personal_data: bool) -> SessionView {
    SessionView {
        began: instant(session.created_at),
        last_seen: instant(session.last_seen_at),
        browser: personal_data.then_some(session.browser),
    }
}

fn event_view(activity: Activity, personal_data: bool) -> EventView {
    let record = activity.event.and_then(|event| serde_json::to_value(event).ok()).unwrap_or_default();
    EventView {
        at: instant(activity.at),
        event: record["event"].as_str().unwrap_or_default().to_owned(),
        record,
        browser: personal_data.then_some(activity.browser),
    }
}

pub(super) fn kind_of(id: &AccountId) -> &'static str {
    id.kind().as_str()
}

/// A name that says whose it is only to who knows.
pub(super) fn masked_name(name: &AccountName) -> String {
    match name {
        AccountName::Email(email) => masked(email),
        AccountName::OneKeyId(id) => {
            let first: String = id.as_str().chars().take(1).collect();
            format!("{first}…")
        }
    }
}
