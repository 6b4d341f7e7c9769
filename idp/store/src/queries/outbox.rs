//! The outbox: written in the transaction of what causes a mail, emptied by a worker on any node.

use super::Conn;
use super::audit::insert_audit_record;
use crate::keeping::update;
use crate::schema::outbox_mail;
use crate::{DueMail, MailFate, MailState, NewMail, OutboxMail, OutboxQuery, Result, StoreError};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::MailId;
use idp_domain::time::Timestamp;

pub(super) const WAITING: &str = MailState::Waiting.as_str();
pub(super) const SENT: &str = MailState::Sent.as_str();
const FAILED: &str = MailState::Failed.as_str();

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox_mail)]
struct OutboxRow {
    id: String,
    kind: String,
    state: String,
    payload: Option<Vec<u8>>,
    attempts: i64,
    next_attempt_at: i64,
    created_at: i64,
    settled_at: Option<i64>,
    last_error: Option<String>,
}

impl OutboxRow {
    fn into_domain(self) -> Result<OutboxMail> {
        let corrupt = || StoreError::Corrupt("outbox_mail");
        Ok(OutboxMail {
            id: MailId::parse(&self.id).ok_or_else(corrupt)?,
            state: MailState::parse(&self.state).ok_or_else(corrupt)?,
            kind: self.kind,
            payload: self.payload,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            next_attempt_at: Timestamp::from_micros(self.next_attempt_at),
            created_at: Timestamp::from_micros(self.created_at),
            settled_at: self.settled_at.map(Timestamp::from_micros),
            last_error: self.last_error,
        })
    }
}

/// Writes a mail.
pub(super) fn insert_mail(conn: &mut Conn, mail: &NewMail, now: Timestamp) -> Result<()> {
    diesel::insert_into(outbox_mail::table)
        .values((
            outbox_mail::id.eq(mail.id.as_str()),
            outbox_mail::kind.eq(mail.kind),
            outbox_mail::state.eq(WAITING),
            outbox_mail::payload.eq(&mail.payload),
            outbox_mail::attempts.eq(0),
            outbox_mail::next_attempt_at.eq(now.micros()),
            outbox_mail::expires_at.eq(mail.expires_at.micros()),
            outbox_mail::created_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes a mail, and takes it back where there is nobody to send it to: two statements either way, so that the work tells
/// nothing.
pub(super) fn insert_mail_if(conn: &mut Conn, mail: &NewMail, send: bool, now: Timestamp) -> Result<()> {
    insert_mail(conn, mail, now)?;
    let row = outbox_mail::table.find(mail.id.as_str());
    if send {
        update(row).set(outbox_mail::next_attempt_at.eq(now.micros())).execute(conn)?;
    } else {
        diesel::delete(row).execute(conn)?;
    }
    Ok(())
}

pub fn take_due_mails(
    conn: &mut Conn,
    now: Timestamp,
    retry_at: Timestamp,
    most: i64,
) -> Result<Vec<DueMail>> {
    let due: Vec<String> = outbox_mail::table
        .filter(outbox_mail::state.eq(WAITING))
        .filter(outbox_mail::next_attempt_at.le(now.micros()))
        .order((outbox_mail::next_attempt_at, outbox_mail::id))
        .limit(most)
        .select(outbox_mail::id)
        .load(conn)?;
    let mut taken = Vec::with_capacity(due.len());
    for id in due {
        // Conditional, so that of two nodes only one takes it; should this one die, it is due again at `retry_at`.
        let still_due = outbox_mail::table
            .filter(outbox_mail::id.eq(&id))
            .filter(outbox_mail::state.eq(WAITING))
            .filter(outbox_mail::next_attempt_at.le(now.micros()));
        let row: Option<(String, Option<Vec<u8>>, i64, i64)> = update(still_due)
            .set((
                outbox_mail::next_attempt_at.eq(retry_at.micros()),
                outbox_mail::attempts.eq(outbox_mail::attempts + 1),
            ))
            .returning((
                outbox_mail::kind,
                outbox_mail::payload,
                outbox_mail::attempts,
                outbox_mail::expires_at,
            ))
            .get_result(conn)
            .optional()?;
        let Some((kind, payload, attempts, expires_at)) = row else { continue };
        taken.push(DueMail {
            id: MailId::parse(&id).ok_or(StoreError::Corrupt("outbox_mail"))?,
            kind,
            payload: payload.unwrap_or_default(),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            expires_at: Timestamp::from_micros(expires_at),
        });
    }
    Ok(taken)
}

pub fn settle_mail(conn: &mut Conn, id: MailId, fate: MailFate, now: Timestamp) -> Result<()> {
    let row = outbox_mail::table.find(id.as_str());
    // A worker whose claim ran out may be late; that a mail was sent stays true.
    let waiting = row.filter(outbox_mail::state.eq(WAITING));
    match fate {
        MailFate::Sent => update(row)
            .set((
                outbox_mail::state.eq(SENT),
                outbox_mail::payload.eq(None::<Vec<u8>>),
                outbox_mail::settled_at.eq(now.micros()),
                outbox_mail::last_error.eq(None::<String>),
            ))
            .execute(conn)?,
        MailFate::RetryAt { at, error } => update(waiting)
            .set((outbox_mail::next_attempt_at.eq(at.micros()), outbox_mail::last_error.eq(error)))
            .execute(conn)?,
        MailFate::Failed { error } => update(waiting)
            .set((
                outbox_mail::state.eq(FAILED),
                outbox_mail::payload.eq(None::<Vec<u8>>),
                outbox_mail::settled_at.eq(now.micros()),
                outbox_mail::last_error.eq(error),
            ))
            .execute(conn)?,
    };
    Ok(())
}

pub fn count_waiting_mails(conn: &mut Conn) -> Result<i64> {
    Ok(outbox_mail::table.filter(outbox_mail::state.eq(WAITING)).count().get_result(conn)?)
}

pub fn list_outbox(conn: &mut Conn, query: OutboxQuery) -> Result<Vec<OutboxMail>> {
    let mut mails = outbox_mail::table
        .order((outbox_mail::created_at.desc(), outbox_mail::id.desc()))
        .limit(query.most)
        .select(OutboxRow::as_select())
        .into_boxed();
    if let Some(state) = query.state {
        mails = mails.filter(outbox_mail::state.eq(state.as_str()));
    }
    if let Some(before) = query.before {
        let written: Option<i64> = outbox_mail::table
            .find(before.as_str())
            .select(outbox_mail::created_at)
            .first(conn)
            .optional()?;
        let Some(written) = written else { return Ok(Vec::new()) };
        let earlier = outbox_mail::created_at.lt(written);
        let beside = outbox_mail::created_at.eq(written).and(outbox_mail::id.lt(before.as_str().to_owned()));
        mails = mails.filter(earlier.or(beside));
    }
    mails.load(conn)?.into_iter().map(OutboxRow::into_domain).collect()
}

pub fn find_mail(conn: &mut Conn, id: MailId) -> Result<Option<OutboxMail>> {
    let row = outbox_mail::table.find(id.as_str()).select(OutboxRow::as_select()).first(conn).optional()?;
    row.map(OutboxRow::into_domain).transpose()
}

pub fn retry_mails(conn: &mut Conn, id: Option<MailId>, order: Order, now: Timestamp) -> Result<usize> {
    let due = outbox_mail::next_attempt_at.eq(now.micros());
    let waiting = outbox_mail::table.filter(outbox_mail::state.eq(WAITING));
    let retried = match &id {
        Some(id) => update(waiting.filter(outbox_mail::id.eq(id.as_str()))).set(due).execute(conn)?,
        None => update(waiting).set(due).execute(conn)?,
    };
    if retried > 0 {
        let event = AuditEvent::MailRetried { mail: id, by: order.by, reason: order.reason };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(retried)
}

pub fn cancel_mail(conn: &mut Conn, id: MailId, order: Order, now: Timestamp) -> Result<bool> {
    let waiting =
        outbox_mail::table.filter(outbox_mail::id.eq(id.as_str())).filter(outbox_mail::state.eq(WAITING));
    let cancelled = update(waiting)
        .set((
            outbox_mail::state.eq(FAILED),
            outbox_mail::payload.eq(None::<Vec<u8>>),
            outbox_mail::settled_at.eq(now.micros()),
            outbox_mail::last_error.eq("it was cancelled"),
        ))
        .execute(conn)?;
    if cancelled == 0 {
        return Ok(false);
    }
    let event = AuditEvent::MailCancelled { mail: id, by: order.by, reason: order.reason };
    insert_audit_record(conn, &event, now)?;
    Ok(true)
}
