//! Letters that wait to be written: put down in the transaction of what causes them, so that a full disk or a crash loses
//! none.

use crate::mail::Letter;
use crate::schema::letters;
use crate::{DatabaseError, Front, PortalError};
use actix_web::web;
use diesel::prelude::*;
use diesel::result::Error;

/// So many are written in one pass.
const MOST: i64 = 1000;

/// Puts a letter down, to be written soon.
///
/// # Errors
/// Of the database.
pub fn post(c: &mut SqliteConnection, letter: &Letter) -> QueryResult<()> {
    let text = serde_json::to_string(letter).map_err(|error| Error::SerializationError(error.into()))?;
    diesel::insert_into(letters::table).values(letters::letter.eq(text)).execute(c)?;
    Ok(())
}

/// Writes every letter that waits, the oldest first. One whose file was written and whose row stayed is written again over
/// the same file; one that no mail can be made of is dropped, so that it holds up none.
pub(crate) async fn deliver(front: &Front) -> Result<(), PortalError> {
    let waiting =
        front.database.read(|c| letters::table.order(letters::id).limit(MOST).load::<(i64, String)>(c));
    for (id, text) in waiting.await? {
        let letter = serde_json::from_str::<Letter>(&text).ok();
        let (folder, base_url) = (front.settings.mail.clone(), front.settings.base_url.clone());
        let name = format!("{}-{id}", front.service.cookie_prefix());
        let written = web::block(move || letter.map(|letter| folder.write(&letter, &name, &base_url)));
        if let Some(Some(file)) = written.await.map_err(DatabaseError::from)? {
            file?;
        } else {
            tracing::error!(id, "a letter that can't be a mail is dropped");
        }
        front.database.write(move |c| forget(c, id)).await?;
    }
    Ok(())
}

fn forget(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(letters::table.find(id)).execute(c).map(|_| ())
}
