//! Single-use form ids with their answers, and what was typed and is held.

use super::Conn;
use crate::keeping::update;
use crate::schema::{form_submission, held_form};
use crate::{Result, Submission};
use diesel::prelude::*;
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;

pub fn begin_submission(conn: &mut Conn, once: TokenHash, expires_at: Timestamp) -> Result<Submission> {
    let inserted = diesel::insert_into(form_submission::table)
        .values((
            form_submission::once_hash.eq(once.as_bytes()),
            form_submission::expires_at.eq(expires_at.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 1 { Ok(Submission::New) } else { find_submission(conn, once) }
}

pub fn find_submission(conn: &mut Conn, once: TokenHash) -> Result<Submission> {
    let answer: Option<Option<Vec<u8>>> = form_submission::table
        .find(once.as_bytes())
        .select(form_submission::answer)
        .first(conn)
        .optional()?;
    Ok(match answer {
        None => Submission::New,
        Some(None) => Submission::Pending,
        Some(Some(answer)) => Submission::Answered(answer),
    })
}

pub fn finish_submission(conn: &mut Conn, once: TokenHash, answer: Vec<u8>) -> Result<()> {
    update(form_submission::table.find(once.as_bytes()))
        .set(form_submission::answer.eq(answer))
        .execute(conn)?;
    Ok(())
}

pub fn release_submission(conn: &mut Conn, once: TokenHash) -> Result<()> {
    let unanswered = form_submission::table
        .filter(form_submission::once_hash.eq(once.as_bytes()))
        .filter(form_submission::answer.is_null());
    diesel::delete(unanswered).execute(conn)?;
    Ok(())
}

pub fn hold_form(conn: &mut Conn, key: KeyedHash, fields: Vec<u8>, expires_at: Timestamp) -> Result<()> {
    diesel::insert_into(held_form::table)
        .values((
            held_form::key.eq(key.as_bytes()),
            held_form::fields.eq(&fields),
            held_form::expires_at.eq(expires_at.micros()),
        ))
        .on_conflict(held_form::key)
        .do_update()
        .set((held_form::fields.eq(&fields), held_form::expires_at.eq(expires_at.micros())))
        .execute(conn)?;
    Ok(())
}

pub fn take_held_form(conn: &mut Conn, key: KeyedHash, now: Timestamp) -> Result<Option<Vec<u8>>> {
    let live = held_form::table
        .filter(held_form::key.eq(key.as_bytes()))
        .filter(held_form::expires_at.ge(now.micros()));
    Ok(diesel::delete(live).returning(held_form::fields).get_result(conn).optional()?)
}
