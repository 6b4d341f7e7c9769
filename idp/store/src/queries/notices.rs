//! The operator's notices.

use super::Conn;
use super::audit::insert_audit_record;
use crate::schema::system_notice;
use crate::{Result, StoreError};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::client::BilingualText;
use idp_domain::ids::NoticeId;
use idp_domain::notice::{Notice, NoticeKind, NoticePlace};
use idp_domain::time::Timestamp;

type Row = (String, String, String, String, i64, Option<i64>, String);

fn into_domain((id, kind, en, fr, starts_at, ends_at, place): Row) -> Result<Notice> {
    let corrupt = || StoreError::Corrupt("system_notice");
    Ok(Notice {
        id: NoticeId::parse(&id).ok_or_else(corrupt)?,
        kind: NoticeKind::parse(&kind).ok_or_else(corrupt)?,
        text: BilingualText { en, fr },
        starts_at: Timestamp::from_micros(starts_at),
        ends_at: ends_at.map(Timestamp::from_micros),
        place: NoticePlace::parse(&place).ok_or_else(corrupt)?,
    })
}

pub fn list_notices(conn: &mut Conn) -> Result<Vec<Notice>> {
    let rows: Vec<Row> =
        system_notice::table.order((system_notice::starts_at, system_notice::id)).load(conn)?;
    rows.into_iter().map(into_domain).collect()
}

pub fn find_notice(conn: &mut Conn, id: NoticeId) -> Result<Option<Notice>> {
    let row: Option<Row> = system_notice::table.find(id.as_str()).first(conn).optional()?;
    row.map(into_domain).transpose()
}

pub fn insert_notice(conn: &mut Conn, notice: Notice, order: Order, now: Timestamp) -> Result<()> {
    diesel::insert_into(system_notice::table)
        .values((
            system_notice::id.eq(notice.id.as_str()),
            system_notice::kind.eq(notice.kind.as_str()),
            system_notice::text_en.eq(&notice.text.en),
            system_notice::text_fr.eq(&notice.text.fr),
            system_notice::starts_at.eq(notice.starts_at.micros()),
            system_notice::ends_at.eq(notice.ends_at.map(Timestamp::micros)),
            system_notice::place.eq(notice.place.as_str()),
        ))
        .execute(conn)?;
    let event = AuditEvent::NoticeAdded { notice: notice.id, by: order.by, reason: order.reason };
    insert_audit_record(conn, &event, now)
}

pub fn remove_notice(conn: &mut Conn, id: NoticeId, order: Order, now: Timestamp) -> Result<bool> {
    if diesel::delete(system_notice::table.find(id.as_str())).execute(conn)? == 0 {
        return Ok(false);
    }
    let event = AuditEvent::NoticeRemoved { notice: id, by: order.by, reason: order.reason };
    insert_audit_record(conn, &event, now)?;
    Ok(true)
}
