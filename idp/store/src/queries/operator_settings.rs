//! What is set for all nodes while they run, and what an import found out for them.

use super::audit::insert_audit_record;
use super::{Conn, lock_key};
use crate::schema::operator_setting;
use crate::{FORMER_TOKEN_LIFE, OperatorSetting, Result, SettingChange, SettingOutcome, TRANSFERS};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::settings::{Lifetimes, span};
use idp_domain::signing_key::FormerTokenLife;
use idp_domain::time::Timestamp;

pub fn find_operator_setting(conn: &mut Conn, name: String) -> Result<Option<String>> {
    find(conn, &name)
}

fn find(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(operator_setting::table.find(name).select(operator_setting::value).first(conn).optional()?)
}

pub fn list_operator_settings(conn: &mut Conn) -> Result<Vec<OperatorSetting>> {
    let rows: Vec<(String, String, i64)> =
        operator_setting::table.order(operator_setting::name).load(conn)?;
    let setting = |(name, value, changed_at)| OperatorSetting {
        name,
        value,
        changed_at: Timestamp::from_micros(changed_at),
    };
    Ok(rows.into_iter().map(setting).collect())
}

/// Whether nobody decides on the transfer now.
pub(super) fn transfers_are_held(conn: &mut Conn) -> Result<bool> {
    Ok(find(conn, TRANSFERS)?.as_deref() == Some("held"))
}

pub fn set_operator_setting(conn: &mut Conn, name: String, value: String, now: Timestamp) -> Result<()> {
    set(conn, &name, &value, now)
}

fn set(conn: &mut Conn, name: &str, value: &str, now: Timestamp) -> Result<()> {
    let value = (operator_setting::value.eq(value), operator_setting::changed_at.eq(now.micros()));
    diesel::insert_into(operator_setting::table)
        .values((operator_setting::name.eq(name), value))
        .on_conflict(operator_setting::name)
        .do_update()
        .set(value)
        .execute(conn)?;
    Ok(())
}

pub fn change_setting(conn: &mut Conn, change: SettingChange) -> Result<SettingOutcome> {
    lock_key(conn, "settings")?;
    let stored = find(conn, &change.name)?;
    let before = stored.clone().unwrap_or_else(|| change.start.clone());
    if change.seen.is_some_and(|seen| seen != before) {
        return Ok(SettingOutcome::Overtaken(before));
    }
    if stored == change.value {
        return Ok(SettingOutcome::Unchanged);
    }
    match &change.value {
        Some(value) => set(conn, &change.name, value, change.now)?,
        None => {
            diesel::delete(operator_setting::table.find(&change.name)).execute(conn)?;
        }
    }
    if Lifetimes::is_of_tokens(&change.name)
        && let Some(longest) = span::parse(&before)
    {
        let earlier = find(conn, FORMER_TOKEN_LIFE)?.as_deref().and_then(FormerTokenLife::parse);
        let former = FormerTokenLife::after(earlier, longest, change.now);
        set(conn, FORMER_TOKEN_LIFE, &former.to_string(), change.now)?;
    }
    let event = AuditEvent::SettingChanged {
        setting: change.name,
        from: before,
        to: change.value.unwrap_or(change.start),
        by: change.order.by,
        reason: change.order.reason,
    };
    insert_audit_record(conn, &event, change.now)?;
    Ok(SettingOutcome::Changed)
}
