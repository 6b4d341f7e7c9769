//! The outbox: written in the transaction of what causes a mail, emptied by a worker on any node.

use super::Conn;
use crate::schema::outbox_mail;
use crate::{DueMail, MailFate, NewMail, Result, StoreError};
use diesel::prelude::*;
use idp_domain::ids::MailId;
use idp_domain::time::Timestamp;

const WAITING: &str = "waiting";
const SENT: &str = "sent";
const FAILED: &str = "failed";

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
        let row: Option<(String, Option<Vec<u8>>, i64, i64)> = diesel::update(still_due)
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
        MailFate::Sent => diesel::update(row)
            .set((
                outbox_mail::state.eq(SENT),
                outbox_mail::payload.eq(None::<Vec<u8>>),
                outbox_mail::settled_at.eq(now.micros()),
                outbox_mail::last_error.eq(None::<String>),
            ))
            .execute(conn)?,
        MailFate::RetryAt { at, error } => diesel::update(waiting)
            .set((outbox_mail::next_attempt_at.eq(at.micros()), outbox_mail::last_error.eq(error)))
            .execute(conn)?,
        MailFate::Failed { error } => diesel::update(waiting)
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
