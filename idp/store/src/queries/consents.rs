//! What people let services have.

use super::Conn;
use super::audit::insert_audit_record;
use super::grants::{Grants, end_grants};
use crate::keeping::update;
use crate::schema::{authorization_request, consent};
use crate::{Consent, Result, StoreError};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::consent::{Disclosure, Disclosures};
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, AuthorizationRequestId, ClientId};
use idp_domain::time::Timestamp;

pub fn give_consent(conn: &mut Conn, request: AuthorizationRequestId, given: Consent) -> Result<()> {
    let words = given.disclosures.iter().map(|disclosure| disclosure.as_str()).collect::<Vec<_>>().join(" ");
    diesel::insert_into(consent::table)
        .values((
            consent::account_id.eq(given.account_id.as_str()),
            consent::client_id.eq(given.client_id.as_str()),
            consent::disclosures.eq(&words),
            consent::given_at.eq(given.given_at.micros()),
        ))
        .on_conflict((consent::account_id, consent::client_id))
        .do_update()
        .set((consent::disclosures.eq(&words), consent::given_at.eq(given.given_at.micros())))
        .execute(conn)?;
    update(authorization_request::table.find(request.as_str()))
        .set(authorization_request::consented_account.eq(given.account_id.as_str()))
        .execute(conn)?;
    let event =
        AuditEvent::ConsentGiven { account: given.account_id, client: given.client_id, disclosures: words };
    insert_audit_record(conn, &event, given.given_at)
}

pub fn find_consent(conn: &mut Conn, account: AccountId, client: ClientId) -> Result<Option<Consent>> {
    let row: Option<(String, i64)> = consent::table
        .find((account.as_str(), client.as_str()))
        .select((consent::disclosures, consent::given_at))
        .first(conn)
        .optional()?;
    row.map(|(words, given_at)| from_row(account, client, &words, given_at)).transpose()
}

pub fn list_consents(conn: &mut Conn, account: AccountId) -> Result<Vec<Consent>> {
    let rows: Vec<(String, String, i64)> = consent::table
        .filter(consent::account_id.eq(account.as_str()))
        .order(consent::given_at.desc())
        .limit(200)
        .select((consent::client_id, consent::disclosures, consent::given_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(client, words, given_at)| {
            let client = ClientId::parse(&client).ok_or(StoreError::Corrupt("consent"))?;
            from_row(account.clone(), client, &words, given_at)
        })
        .collect()
}

pub fn withdraw_consent(
    conn: &mut Conn,
    account: AccountId,
    client: ClientId,
    now: Timestamp,
) -> Result<bool> {
    let given = diesel::delete(consent::table.find((account.as_str(), client.as_str()))).execute(conn)? == 1;
    if given {
        end_grants(conn, Grants::AtService(&account, &client), GrantEnd::ConsentWithdrawn, now)?;
        insert_audit_record(conn, &AuditEvent::ConsentWithdrawn { account, client }, now)?;
    }
    Ok(given)
}

fn from_row(account_id: AccountId, client_id: ClientId, words: &str, given_at: i64) -> Result<Consent> {
    let disclosures: Option<Disclosures> = words.split_ascii_whitespace().map(Disclosure::parse).collect();
    Ok(Consent {
        account_id,
        client_id,
        disclosures: disclosures.ok_or(StoreError::Corrupt("consent"))?,
        given_at: Timestamp::from_micros(given_at),
    })
}
