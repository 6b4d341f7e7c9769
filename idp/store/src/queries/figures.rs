//! How the server does: counted where it is written, by the hour.

use super::Conn;
use super::audit::count_unsealed_records;
use super::outbox::{SENT, WAITING, count_waiting_mails};
use crate::schema::{audit_record, outbox_mail};
use crate::{Figures, HourFigures, MailState, Result};
use diesel::dsl::{max, min, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use idp_domain::time::Timestamp;
use std::collections::BTreeMap;

/// How many of an hour's records look like `pattern`.
fn counted(pattern: &str) -> SqlLiteral<BigInt> {
    sql(&format!("CAST(SUM(CASE WHEN body LIKE '{pattern}' THEN 1 ELSE 0 END) AS BIGINT)"))
}

/// The hour of a column of microseconds.
fn hour_of(column: &str) -> SqlLiteral<BigInt> {
    sql(&format!("{column} / 3600000000"))
}

pub fn find_figures(conn: &mut Conn, since: Timestamp) -> Result<Figures> {
    let mut hours = BTreeMap::new();
    count_records(conn, since, &mut hours)?;
    count_mails(conn, since, &mut hours)?;
    let oldest: Option<i64> = outbox_mail::table
        .filter(outbox_mail::state.eq(WAITING))
        .select(min(outbox_mail::created_at))
        .first(conn)?;
    let failed_mails = outbox_mail::table
        .filter(outbox_mail::settled_at.ge(since.micros()))
        .filter(outbox_mail::state.eq(MailState::Failed.as_str()))
        .count()
        .get_result(conn)?;
    let newest: Option<i64> = audit_record::table.select(max(audit_record::recorded_at)).first(conn)?;
    Ok(Figures {
        hours: hours.into_values().collect(),
        waiting_mails: count_waiting_mails(conn)?,
        oldest_waiting_mail: oldest.map(Timestamp::from_micros),
        failed_mails,
        unsealed_records: count_unsealed_records(conn)?,
        newest_record: newest.map(Timestamp::from_micros),
    })
}

fn count_records(conn: &mut Conn, since: Timestamp, hours: &mut BTreeMap<i64, HourFigures>) -> Result<()> {
    // The text is ours: `event` stands first in every record.
    let rows: Vec<(i64, i64, i64, i64, i64, i64, i64)> = audit_record::table
        .filter(audit_record::recorded_at.ge(since.micros()))
        .group_by(sql::<BigInt>("1"))
        .select((
            hour_of("recorded_at"),
            counted(r#"{"event":"signed_in"%"#),
            counted(r#"{"event":"sign_in_refused"%"#),
            counted(r#"{"event":"sign_in_refused"%"reason":"delayed"%"#),
            counted(r#"{"event":"account_locked"%"#),
            counted(r#"{"event":"account_activated"%"#),
            counted(r#"{"event":"transferred"%"#),
        ))
        .load(conn)?;
    for (hour, sign_ins, refused, delayed, locked, activations, transfers) in rows {
        let figures = HourFigures {
            hour,
            sign_ins,
            refused,
            delayed,
            locked,
            activations,
            transfers,
            ..HourFigures::default()
        };
        hours.insert(hour, figures);
    }
    Ok(())
}

fn count_mails(conn: &mut Conn, since: Timestamp, hours: &mut BTreeMap<i64, HourFigures>) -> Result<()> {
    let rows: Vec<(i64, i64, i64, i64)> = outbox_mail::table
        .filter(outbox_mail::settled_at.ge(since.micros()))
        .filter(outbox_mail::state.eq(SENT))
        .group_by(sql::<BigInt>("1"))
        .select((
            hour_of("settled_at"),
            sql::<BigInt>("COUNT(*)"),
            sql::<BigInt>("CAST(SUM(settled_at - created_at) AS BIGINT)"),
            sql::<BigInt>("MAX(settled_at - created_at)"),
        ))
        .load(conn)?;
    for (hour, mails, delay, slowest) in rows {
        let figures = hours.entry(hour).or_insert_with(|| HourFigures { hour, ..HourFigures::default() });
        (figures.mails, figures.mail_delay, figures.slowest_mail) = (mails, delay, slowest);
    }
    Ok(())
}
