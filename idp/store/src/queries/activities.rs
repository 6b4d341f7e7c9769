//! What the person of an account reads of what happened to it, and says of it.

use super::Conn;
use super::audit::insert_audit_record;
use crate::schema::{account_activity, activity_report};
use crate::{Activity, ActivityPage, ActivityQuery, Result};
use diesel::prelude::*;
use idp_domain::activity::ActivityKind;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, ActivityReportId};
use idp_domain::time::Timestamp;

pub fn list_activity(conn: &mut Conn, query: ActivityQuery) -> Result<ActivityPage> {
    let kinds: Vec<&str> = match query.kind {
        Some(kind) => vec![kind.as_str()],
        None => ActivityKind::ALL.into_iter().map(ActivityKind::as_str).collect(),
    };
    let found = || {
        account_activity::table
            .filter(account_activity::account_id.eq(query.account.as_str()))
            .filter(account_activity::recorded_at.ge(query.since.micros()))
            .filter(account_activity::kind.eq_any(kinds.clone()))
    };
    let total = found().count().get_result(conn)?;
    let rows: Vec<(i64, i64, String, String)> = found()
        .order((account_activity::recorded_at.desc(), account_activity::id.desc()))
        .offset(query.skip)
        .limit(query.most)
        .select((
            account_activity::id,
            account_activity::recorded_at,
            account_activity::body,
            account_activity::browser,
        ))
        .load(conn)?;
    let entries = rows
        .into_iter()
        .map(|(id, at, body, browser)| Activity {
            id,
            at: Timestamp::from_micros(at),
            event: serde_json::from_str(&body).ok(),
            browser,
        })
        .collect();
    Ok(ActivityPage { entries, total })
}

pub fn report_activity(
    conn: &mut Conn,
    account: AccountId,
    report: ActivityReportId,
    entry: Option<i64>,
    now: Timestamp,
) -> Result<bool> {
    let happened_at = match entry {
        None => None,
        Some(id) => {
            let own =
                account_activity::table.find(id).filter(account_activity::account_id.eq(account.as_str()));
            let at: Option<i64> = own.select(account_activity::recorded_at).first(conn).optional()?;
            if at.is_none() {
                return Ok(false);
            }
            at
        }
    };
    diesel::insert_into(activity_report::table)
        .values((
            activity_report::id.eq(report.as_str()),
            activity_report::account_id.eq(account.as_str()),
            activity_report::reported_at.eq(now.micros()),
        ))
        .execute(conn)?;
    insert_audit_record(conn, &AuditEvent::ActivityReported { account, report, happened_at }, now)?;
    Ok(true)
}

pub fn record_export(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<()> {
    insert_audit_record(conn, &AuditEvent::DataExported { account }, now)
}
