//! Finding an account by an exact name or reference. Nobody browses people: a part of a name finds nothing.

use super::view::{kind_of, masked_name};
use super::{PAGE, registered_since};
use crate::admin::mails::masked;
use crate::admin::{AdminError, Desk, instant, reason};
use crate::app::App;
use idp_domain::account::EmailAddress;
use idp_domain::administration::{Act, Area, LockReference};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, ActivityReportId, RegistrationId, TransferId};
use idp_domain::one_key::OneKeyId;
use idp_store::{FoundAccount, FoundBy, SoughtAccounts};
use serde::Serialize;

/// The longest name is an address.
const LONGEST: usize = 320;

/// An account, or a registration that waits, as a list shows it. Its name is masked: whoever typed it knows it.
#[derive(Debug, Clone, Serialize)]
pub struct FoundView {
    /// Its identifier.
    pub id: String,
    /// `my-ontario`, `one-key` or `registration`.
    pub kind: &'static str,
    /// Its name, masked.
    pub name: String,
    /// `active`, `locked`, `transferred` or `waiting`.
    pub state: &'static str,
    /// By what it was found.
    pub found_by: &'static str,
    /// When it came to be.
    pub created: String,
    /// When somebody signed in last.
    pub last_sign_in: Option<String>,
}

impl From<&FoundAccount> for FoundView {
    fn from(found: &FoundAccount) -> Self {
        match found {
            FoundAccount::Account(account, by) => Self {
                id: account.id.to_string(),
                kind: kind_of(&account.id),
                name: masked_name(&account.name),
                state: account.status.as_str(),
                found_by: word(*by),
                created: instant(account.created_at),
                last_sign_in: account.last_sign_in_at.map(instant),
            },
            FoundAccount::Registration(registration, by) => Self {
                id: registration.id.to_string(),
                kind: "registration",
                name: masked(&registration.email),
                state: "waiting",
                found_by: word(*by),
                created: instant(registration.facts.created_at),
                last_sign_in: None,
            },
        }
    }
}

fn word(by: FoundBy) -> &'static str {
    match by {
        FoundBy::Email => "email",
        FoundBy::RecoveryEmail => "recovery_email",
        FoundBy::OneKeyId => "one_key_id",
        FoundBy::Id => "id",
        FoundBy::Lock => "lock_reference",
        FoundBy::Receipt => "receipt_number",
        FoundBy::Report => "report_reference",
    }
}

/// The accounts of an address, a ONE-key ID, an identifier, or a reference that a page or a mail named.
///
/// # Errors
/// Not allowed, or the query is nothing that can be looked for.
pub async fn find(
    desk: &Desk<'_>,
    app: &App,
    query: &str,
    why: Option<&str>,
) -> Result<Vec<FoundView>, AdminError> {
    desk.admit(Act::Read(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    if query.trim().is_empty() || query.chars().count() > LONGEST || query.chars().any(char::is_control) {
        return Err(AdminError::invalid("query", &"1 to 320 characters on one line"));
    }
    let query = query.trim();
    let sought = SoughtAccounts {
        email_key: EmailAddress::parse(query).ok().map(|address| address.key()),
        one_key_id_key: Some(OneKeyId::key_of(query)),
        account: AccountId::parse(query),
        registration: RegistrationId::parse(query),
        lock: LockReference::parse(query),
        transfer: TransferId::parse(query),
        report: ActivityReportId::parse(query),
        registered_since: registered_since(app, desk.now),
        most: PAGE,
    };
    let found = desk.store.seek_accounts(sought).await?;
    let accounts = found.iter().filter_map(|found| match found {
        FoundAccount::Account(account, _) => Some(account.id.clone()),
        FoundAccount::Registration(..) => None,
    });
    let event =
        AuditEvent::AccountsSought { accounts: accounts.collect(), by: desk.authority.actor(), reason: why };
    desk.store.record_administration(event, desk.now).await?;
    Ok(found.iter().map(FoundView::from).collect())
}
