//! What an operator sets by command for all nodes, and what an import found out for them.

use super::Conn;
use super::audit::insert_audit_record;
use crate::Result;
use crate::schema::operator_setting;
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::one_key::OneKeyMode;
use idp_domain::time::Timestamp;

pub fn find_operator_setting(conn: &mut Conn, name: String) -> Result<Option<String>> {
    Ok(operator_setting::table.find(name).select(operator_setting::value).first(conn).optional()?)
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

pub fn set_one_key_mode(conn: &mut Conn, mode: OneKeyMode, now: Timestamp) -> Result<()> {
    set(conn, "onekey.mode", mode.as_str(), now)?;
    insert_audit_record(conn, &AuditEvent::OneKeyModeSet { mode: mode.as_str().to_owned() }, now)
}
