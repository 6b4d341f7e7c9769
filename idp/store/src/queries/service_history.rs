//! What was registered for a service, from when on, by whom and why. Written in the transaction of each change, which holds the
//! service's row.

use super::Conn;
use crate::schema::service_history;
use crate::{Result, ServiceEvent, ServiceVersion, StoreError};
use diesel::dsl::max;
use diesel::prelude::*;
use idp_domain::administration::{Actor, Order};
use idp_domain::client::Client;
use idp_domain::ids::ClientId;
use idp_domain::time::Timestamp;

/// Notes a change; `client` is what is registered from now on, where that changed.
pub(super) fn note(
    conn: &mut Conn,
    id: &ClientId,
    event: ServiceEvent,
    client: Option<&Client>,
    order: &Order,
    now: Timestamp,
) -> Result<()> {
    let last: Option<i64> = service_history::table
        .filter(service_history::client_id.eq(id.as_str()))
        .select(max(service_history::number))
        .first(conn)?;
    let metadata = client.map(serde_json::to_string).transpose();
    diesel::insert_into(service_history::table)
        .values((
            service_history::client_id.eq(id.as_str()),
            service_history::number.eq(last.unwrap_or_default() + 1),
            service_history::event.eq(event.as_str()),
            service_history::metadata.eq(metadata.map_err(|_| StoreError::Corrupt("service_history"))?),
            service_history::changed_by.eq(order.by.to_string()),
            service_history::reason.eq(order.reason.as_ref().map(|reason| reason.as_str().to_owned())),
            service_history::changed_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

type Row = (i64, String, Option<String>, Option<String>, Option<String>, i64);

pub fn list_service_history(conn: &mut Conn, id: ClientId) -> Result<Vec<ServiceVersion>> {
    let rows: Vec<Row> = service_history::table
        .filter(service_history::client_id.eq(id.as_str()))
        .order(service_history::number)
        .select((
            service_history::number,
            service_history::event,
            service_history::metadata,
            service_history::changed_by,
            service_history::reason,
            service_history::changed_at,
        ))
        .load(conn)?;
    rows.into_iter().map(into_version).collect()
}

/// An actor, and where it is a program everybody who registered or changed it, and who made those: they could have its
/// secret; [`Actor::Service`] where it registered itself. Whoever runs the server is behind everything anyway, and isn't named.
pub(super) fn everybody_behind(conn: &mut Conn, actor: &Actor) -> Result<Vec<Actor>> {
    let mut behind = vec![actor.clone()];
    let mut next = 0;
    while let Some(one) = behind.get(next).cloned() {
        next += 1;
        let Actor::ApiClient(id) = one else { continue };
        let makers: Vec<Option<String>> = service_history::table
            .filter(service_history::client_id.eq(id.as_str()))
            .select(service_history::changed_by)
            .distinct()
            .load(conn)?;
        for maker in makers.into_iter().flatten() {
            let maker: Actor = maker.parse().map_err(|_| StoreError::Corrupt("service_history"))?;
            if !matches!(maker, Actor::Operator | Actor::Schedule) && !behind.contains(&maker) {
                behind.push(maker);
            }
        }
    }
    Ok(behind)
}

fn into_version((number, event, metadata, by, reason, at): Row) -> Result<ServiceVersion> {
    let corrupt = || StoreError::Corrupt("service_history");
    let client = metadata.map(|text| serde_json::from_str(&text)).transpose();
    Ok(ServiceVersion {
        number,
        event: ServiceEvent::parse(&event).ok_or_else(corrupt)?,
        client: client.map_err(|_| corrupt())?,
        by: by.map(|text| text.parse::<Actor>()).transpose().map_err(|_| corrupt())?,
        reason,
        at: Timestamp::from_micros(at),
    })
}
