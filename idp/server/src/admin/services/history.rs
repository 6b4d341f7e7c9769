//! What was registered for a service, from when on, by whom and why; and whether an address would be taken.

use super::apply::{Change, differences};
use super::show;
use crate::admin::{AdminError, Desk, instant};
use idp_domain::administration::{Act, Area};
use idp_domain::client::Difference;
use idp_domain::ids::ClientId;
use serde::Serialize;
use serde_json::{Map, Value};

/// A change of a registration as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryView {
    /// Its number, from 1.
    pub number: i64,
    /// When.
    pub at: String,
    /// `added`, `updated`, `secret_rotated` or `disabled`.
    pub event: &'static str,
    /// Who: `operator`, `administrator:…`, `client:…` or `service`; none where it is not on record.
    pub by: Option<String>,
    /// Why, where they said so.
    pub reason: Option<String>,
    /// What changed of the registration; all of it where it was added.
    pub changes: Vec<Change>,
}

/// Every change of a service's registration, newest first.
///
/// # Errors
/// Not allowed, or there is no such service.
pub async fn history(desk: &Desk<'_>, id: &str) -> Result<Vec<HistoryView>, AdminError> {
    let service = show(desk, id).await?;
    let versions = desk.store.list_service_history(service.client.id).await?;
    let mut before: Map<String, Value> = Map::new();
    let mut views = Vec::new();
    for version in versions {
        let after = version.client.map(|client| client.metadata());
        let changes = after.as_ref().map(|after| differences(&before, after)).unwrap_or_default();
        views.push(HistoryView {
            number: version.number,
            at: instant(version.at),
            event: version.event.as_str(),
            by: version.by.map(|by| by.to_string()),
            reason: version.reason,
            changes,
        });
        before = after.unwrap_or(before);
    }
    views.reverse();
    Ok(views)
}

/// Whether a redirect address would be taken.
#[derive(Debug, Clone, Serialize)]
pub struct RedirectTest {
    /// The address.
    pub redirect_uri: String,
    /// Whether a request may name it.
    pub accepted: bool,
    /// Each registered address, and how the first one differs from it.
    pub registered: Vec<ComparedUri>,
}

/// A registered address beside the one that is tried.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedUri {
    /// It.
    pub redirect_uri: String,
    /// The first difference; none where they are one.
    pub difference: Option<Difference>,
}

/// Which of a service's registered addresses a redirect address is, and why it is none of the others.
///
/// # Errors
/// Not allowed, or there is no such service that isn't disabled.
pub async fn test_redirect(desk: &Desk<'_>, id: &str, requested: &str) -> Result<RedirectTest, AdminError> {
    desk.admit(Act::Read(Area::Services)).await?;
    let unknown = || AdminError::NotFound(format!("service {id}, or it is disabled"));
    let client_id = ClientId::parse(id).ok_or_else(unknown)?;
    let client = desk.store.find_service(client_id).await?.ok_or_else(unknown)?.client;
    let compared = client.redirect_uris.iter().map(|registered| ComparedUri {
        redirect_uri: registered.as_str().to_owned(),
        difference: registered.difference(requested),
    });
    Ok(RedirectTest {
        redirect_uri: requested.to_owned(),
        // Asked as the authorization endpoint asks it.
        accepted: client.registered_redirect_uri(requested).is_some(),
        registered: compared.collect(),
    })
}
