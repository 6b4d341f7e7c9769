//! `idp services update | disable`

use super::{AddedService, parse};
use crate::adapters::outbound::Outbound;
use crate::adapters::{client_secrets, sector_document};
use crate::cli::output::Failure;
use idp_domain::administration::Order;
use idp_domain::ids::ClientId;
use idp_domain::time::Timestamp;
use idp_store::{ServiceUpdate, Store, UpdateOutcome};

/// Replaces the registration of the service that a TOML file names. A secret is made only where there was none.
///
/// # Errors
/// Everything that is wrong with it, in one line.
pub async fn update(
    store: &Store,
    file: &str,
    allow_loopback: bool,
    now: Timestamp,
) -> Result<AddedService, Failure> {
    let (registration, named) = parse(file, allow_loopback)?;
    if !named {
        return Err(Failure::new(&"client_id: the file must name the service that it updates"));
    }
    let client = registration.client;
    let unknown = || Failure::new(&format!("there is no service {}, or it is disabled", client.id));
    let before = store.find_service(client.id.clone()).await?.ok_or_else(unknown)?;
    let outbound = Outbound::new(allow_loopback);
    sector_document::check(&outbound, &client).await.map_err(|error| Failure::new(&error))?;
    let (secret_change, secret) = client_secrets::change(&before, &client, registration.secret);
    let order = Order::of_operator();
    let update =
        ServiceUpdate { before: before.client, client: client.clone(), secret: secret_change, order, now };
    match store.update_service(update).await? {
        UpdateOutcome::Updated => Ok(AddedService { client, secret }),
        UpdateOutcome::Changed => Err(Failure::new(&"the registration was changed just now: try again")),
        UpdateOutcome::Gone => Err(unknown()),
    }
}

/// Disables a service: every endpoint answers as if nobody had registered it, and its tokens end.
///
/// # Errors
/// It is unknown or disabled already.
pub async fn disable(store: &Store, client_id: &str, now: Timestamp) -> Result<(), Failure> {
    let unknown = || Failure::new(&format!("there is no service {client_id}, or it is disabled already"));
    let id = ClientId::parse(client_id).ok_or_else(unknown)?;
    let disabled = store.disable_service(id, Order::of_operator(), now).await?;
    if disabled { Ok(()) } else { Err(unknown()) }
}
