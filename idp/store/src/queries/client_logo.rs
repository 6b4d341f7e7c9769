//! The pictures of services: which are to be fetched, and those that were.

use super::Conn;
use crate::keeping::update;
use crate::schema::client_logo;
use crate::{DueLogo, FetchedLogo, Result, StoreError};
use diesel::prelude::*;
use idp_domain::client::Client;
use idp_domain::ids::ClientId;
use idp_domain::time::Timestamp;

/// Notes that a service's picture is to be fetched, unless it is the one that is there.
pub(super) fn expect_logo(conn: &mut Conn, client: &Client, now: Timestamp) -> Result<()> {
    let uri = client.links.logo_uri.as_deref();
    let of_client = client_logo::table.filter(client_logo::client_id.eq(client.id.as_str()));
    diesel::delete(of_client.filter(client_logo::uri.ne(uri.unwrap_or_default()))).execute(conn)?;
    let Some(uri) = uri else { return Ok(()) };
    diesel::insert_into(client_logo::table)
        .values((
            client_logo::client_id.eq(client.id.as_str()),
            client_logo::uri.eq(uri),
            client_logo::attempts.eq(0),
            client_logo::next_attempt_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Whether a service has a picture to show.
pub(super) fn has_logo(conn: &mut Conn, id: &ClientId) -> Result<bool> {
    let there = client_logo::table.find(id.as_str()).filter(client_logo::image.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(there)).get_result(conn)?)
}

pub fn take_due_logos(
    conn: &mut Conn,
    now: Timestamp,
    retry_at: Timestamp,
    most: i64,
) -> Result<Vec<DueLogo>> {
    let due: Vec<(String, String, i64)> = client_logo::table
        .filter(client_logo::next_attempt_at.le(now.micros()))
        .order(client_logo::next_attempt_at)
        .limit(most)
        .select((client_logo::client_id, client_logo::uri, client_logo::attempts))
        .load(conn)?;
    let mut taken = Vec::new();
    for (id, uri, attempts) in due {
        // Another node may have been faster.
        let still = client_logo::table.find(&id).filter(client_logo::next_attempt_at.le(now.micros()));
        let claimed = update(still)
            .set((
                client_logo::next_attempt_at.eq(retry_at.micros()),
                client_logo::attempts.eq(client_logo::attempts + 1),
            ))
            .execute(conn)?;
        if claimed == 1 {
            let client_id = ClientId::parse(&id).ok_or(StoreError::Corrupt("client_logo"))?;
            taken.push(DueLogo { client_id, uri, attempts: u32::try_from(attempts + 1).unwrap_or(u32::MAX) });
        }
    }
    Ok(taken)
}

pub fn settle_logo(conn: &mut Conn, logo: FetchedLogo) -> Result<()> {
    let same = client_logo::table.find(logo.client_id.as_str()).filter(client_logo::uri.eq(&logo.uri));
    match logo.image {
        Some((content_type, image)) => update(same)
            .set((
                client_logo::content_type.eq(content_type),
                client_logo::image.eq(image),
                client_logo::next_attempt_at.eq(None::<i64>),
            ))
            .execute(conn)?,
        None => update(same)
            .set(client_logo::next_attempt_at.eq(logo.retry_at.map(Timestamp::micros)))
            .execute(conn)?,
    };
    Ok(())
}

pub fn find_logo(conn: &mut Conn, id: ClientId) -> Result<Option<(String, Vec<u8>)>> {
    let row: Option<(Option<String>, Option<Vec<u8>>)> = client_logo::table
        .find(id.as_str())
        .select((client_logo::content_type, client_logo::image))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(content_type, image)| content_type.zip(image)))
}
