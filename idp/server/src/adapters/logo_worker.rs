//! Fetching the pictures behind `logo_uri`, once, so that a page of ours shows them without telling another server who
//! signs in (RFC 7591 section 5: we fetch them ourselves, with limits).

use super::outbound::Outbound;
use crate::app::App;
use idp_domain::time::Timestamp;
use idp_store::{DueLogo, FetchedLogo, Result};
use std::time::Duration;

/// The longest picture.
const LIMIT: usize = 200 * 1024;
/// Pictures claimed at once.
const BATCH: i64 = 10;
/// How long a claim holds: longer than a batch can take.
const CLAIM: Duration = Duration::from_mins(2);
/// Tries before we give up, the last one some 34 hours after the first.
const MOST_TRIES: u32 = 11;

/// Fetches what is due; how many were tried.
///
/// # Errors
/// The database is away.
pub async fn fetch_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = app.store.take_due_logos(now, now.plus(CLAIM), BATCH).await?;
    for logo in &due {
        let image = fetch(&app.outbound, logo).await;
        let retry_at = (image.is_none() && logo.attempts < MOST_TRIES).then(|| retry_at(now, logo.attempts));
        let (client_id, uri) = (logo.client_id.clone(), logo.uri.clone());
        app.store.settle_logo(FetchedLogo { client_id, uri, image, retry_at }).await?;
        app.services.forget(&logo.client_id);
    }
    Ok(due.len())
}

async fn fetch(outbound: &Outbound, logo: &DueLogo) -> Option<(&'static str, Vec<u8>)> {
    let client = &logo.client_id;
    match outbound.get(&logo.uri, "image/png, image/jpeg, image/gif, image/webp", LIMIT).await {
        Ok(fetched) => {
            let kind = picture_type(&fetched.body);
            if kind.is_none() {
                tracing::info!(%client, "a logo is no PNG, JPEG, GIF or WebP picture");
            }
            kind.map(|kind| (kind, fetched.body))
        }
        Err(error) => {
            tracing::info!(%client, %error, "a logo could not be fetched");
            None
        }
    }
}

/// After 2, 4, 8 … minutes.
fn retry_at(now: Timestamp, attempts: u32) -> Timestamp {
    now.plus(Duration::from_mins(1 << attempts.min(MOST_TRIES)))
}

/// By its first bytes, whatever its server says: a picture that can't hold a script. SVG can.
fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_without_scripts_are_pictures() {
        assert_eq!(picture_type(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(picture_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(picture_type(b"GIF89a"), Some("image/gif"));
        assert_eq!(picture_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in
            [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"<html>", b"%PDF", b"", b"GIF8", b"RIFF"]
        {
            assert_eq!(picture_type(other), None);
        }
    }

    #[test]
    fn tries_are_further_and_further_apart() {
        let minutes = |attempts| retry_at(Timestamp::EPOCH, attempts).seconds() / 60;
        assert_eq!((minutes(1), minutes(2), minutes(10)), (2, 4, 1024));
    }
}
