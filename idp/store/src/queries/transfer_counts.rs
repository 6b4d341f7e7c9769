//! How the transfers go (page D11): counts by day and by service, who has not decided, and what was refused. Nothing here writes.

use super::Conn;
use crate::schema::{account, connected_service, transfer_decision, transfer_refusal};
use crate::{RefusedTransfer, Result, StoreError, TransferCount};
use diesel::dsl::{count_star, exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use idp_domain::account::AccountStatus;
use idp_domain::ids::{AccountId, ClientId, TransferId};
use idp_domain::time::Timestamp;

/// Days since 1970, as both databases divide.
const DECIDED_ON: &str = "decided_at / 86400000000";
const REFUSED_ON: &str = "refused_at / 86400000000";

pub fn count_transfers(conn: &mut Conn, from: Timestamp, to: Timestamp) -> Result<Vec<TransferCount>> {
    let decided: Vec<(i64, String, i64, i64)> = transfer_decision::table
        .group_by(sql::<BigInt>("1, 2"))
        .select((
            sql::<BigInt>(DECIDED_ON),
            sql::<Text>("client_id"),
            sql::<BigInt>("COUNT(*)"),
            sql::<BigInt>("COUNT(one_key_account_id)"),
        ))
        .filter(transfer_decision::decided_at.ge(from.micros()))
        .filter(transfer_decision::decided_at.lt(to.micros()))
        .load(conn)?;
    let refused: Vec<(i64, String, i64)> = transfer_refusal::table
        .group_by(sql::<BigInt>("1, 2"))
        .select((sql::<BigInt>(REFUSED_ON), sql::<Text>("client_id"), sql::<BigInt>("COUNT(*)")))
        .filter(transfer_refusal::refused_at.ge(from.micros()))
        .filter(transfer_refusal::refused_at.lt(to.micros()))
        .load(conn)?;
    let client = |id: &str| ClientId::parse(id).ok_or(StoreError::Corrupt("transfer_decision"));
    let mut counts = Vec::new();
    for (day, id, all, transferred) in decided {
        let client = client(&id)?;
        counts.push(TransferCount { day, client, transferred, declined: all - transferred, refused: 0 });
    }
    for (day, id, refused) in refused {
        let client = client(&id)?;
        match counts.iter_mut().find(|known| known.day == day && known.client == client) {
            Some(known) => known.refused = refused,
            None => counts.push(TransferCount { day, client, transferred: 0, declined: 0, refused }),
        }
    }
    counts.sort_by(|one, other| (one.day, &one.client).cmp(&(other.day, &other.client)));
    Ok(counts)
}

pub fn count_undecided(conn: &mut Conn) -> Result<Vec<(ClientId, i64)>> {
    let decision = transfer_decision::table
        .filter(transfer_decision::account_id.eq(connected_service::account_id))
        .select(transfer_decision::account_id);
    let rows: Vec<(String, i64)> = connected_service::table
        .inner_join(account::table.on(account::id.eq(connected_service::account_id)))
        .group_by(connected_service::client_id)
        .select((connected_service::client_id, count_star()))
        .filter(account::email.is_not_null())
        .filter(account::status.eq(AccountStatus::Active.as_str()))
        .filter(not(exists(decision)))
        .order(connected_service::client_id)
        .load(conn)?;
    rows.into_iter()
        .map(|(id, count)| Ok((ClientId::parse(&id).ok_or(StoreError::Corrupt("connected_service"))?, count)))
        .collect()
}

pub fn list_refused_transfers(
    conn: &mut Conn,
    before: Option<TransferId>,
    most: i64,
) -> Result<Vec<RefusedTransfer>> {
    let mut refusals = transfer_refusal::table
        .order((transfer_refusal::refused_at.desc(), transfer_refusal::id.desc()))
        .limit(most)
        .select((
            transfer_refusal::id,
            transfer_refusal::account_id,
            transfer_refusal::one_key_account_id,
            transfer_refusal::client_id,
            transfer_refusal::refused_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        let at: Option<i64> = transfer_refusal::table
            .find(before.as_str())
            .select(transfer_refusal::refused_at)
            .first(conn)
            .optional()?;
        let Some(at) = at else { return Ok(Vec::new()) };
        let earlier = transfer_refusal::refused_at.lt(at);
        let beside =
            transfer_refusal::refused_at.eq(at).and(transfer_refusal::id.lt(before.as_str().to_owned()));
        refusals = refusals.filter(earlier.or(beside));
    }
    let rows: Vec<(String, String, String, String, i64)> = refusals.load(conn)?;
    let corrupt = || StoreError::Corrupt("transfer_refusal");
    rows.into_iter()
        .map(|(id, account, one_key, client, at)| {
            Ok(RefusedTransfer {
                id: TransferId::parse(&id).ok_or_else(corrupt)?,
                account: AccountId::parse(&account).ok_or_else(corrupt)?,
                one_key: AccountId::parse(&one_key).ok_or_else(corrupt)?,
                client: ClientId::parse(&client).ok_or_else(corrupt)?,
                now: Timestamp::from_micros(at),
            })
        })
        .collect()
}
