//! Reads a form with a file, `multipart/form-data` (RFC 7578), as it comes in: no part and no whole grows beyond its
//! bound, whatever the browser promises.

use crate::{PortalError, Visit};
use actix_multipart::{Field, Multipart};
use actix_web::http::header;
use actix_web::web;
use futures_util::StreamExt;
use std::collections::HashSet;

/// Of one text field, bytes.
const MAX_TEXT: usize = 4 * 1024;
/// Fields of one form.
const MAX_FIELDS: usize = 24;
/// A file that is too large is read to so many times its bound, so that the person gets the page that says so; then the
/// connection is closed.
const READ_ON: usize = 5;

/// The file that was chosen.
pub struct UploadedFile {
    /// As the browser says; nothing of it is trusted.
    pub name: String,
    /// Nothing where it is larger than the bound.
    pub content: Option<Vec<u8>>,
}

/// What came in.
pub struct Upload {
    /// The names of the other fields.
    fields: HashSet<String>,
    /// Nothing where no file was chosen.
    pub file: Option<UploadedFile>,
}

impl Upload {
    /// Whether the button or field of this name was sent.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains(name)
    }

    /// Reads the form; its file is in the field `file_field` and at most `most` bytes long.
    ///
    /// # Errors
    /// The body is malformed, beyond all bounds, or not of this session.
    pub async fn read(
        visit: &Visit,
        body: web::Payload,
        file_field: &str,
        most: usize,
    ) -> Result<Self, PortalError> {
        let headers = visit.headers();
        let mut left = most.saturating_mul(READ_ON);
        let promised = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if promised.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > left) {
            return Err(PortalError::TooLarge);
        }
        let mut form = Multipart::new(headers, body);
        let mut upload = Self { fields: HashSet::new(), file: None };
        let mut parts = 0;
        while let Some(field) = form.next().await {
            let mut field = field.map_err(|_| PortalError::BadRequest)?;
            parts += 1;
            let name = field.name().unwrap_or_default().to_owned();
            if parts > MAX_FIELDS || name.is_empty() {
                return Err(PortalError::BadRequest);
            }
            if name == file_field && parts > 1 {
                let name = field.content_disposition().and_then(|it| it.get_filename());
                let name = name.unwrap_or_default().to_owned();
                let content = bounded(&mut field, most, &mut left).await?;
                // No name and no content: no file was chosen.
                if !name.is_empty() || content.as_ref().is_none_or(|content| !content.is_empty()) {
                    upload.file = Some(UploadedFile { name, content });
                }
            } else {
                let text = bounded(&mut field, MAX_TEXT, &mut left).await?.ok_or(PortalError::TooLarge)?;
                let text = String::from_utf8(text).map_err(|_| PortalError::BadRequest)?;
                // The first part says whether the form is ours; nothing after it is read otherwise.
                if parts == 1 && !(name == "_csrf" && visit.csrf_matches(&text)) {
                    return Err(PortalError::Forbidden);
                }
                upload.fields.insert(name);
            }
        }
        Ok(upload)
    }
}

/// The whole of a part; nothing when it is longer than `most`: the rest is read and dropped.
async fn bounded(field: &mut Field, most: usize, left: &mut usize) -> Result<Option<Vec<u8>>, PortalError> {
    let mut content = Some(Vec::new());
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|_| PortalError::BadRequest)?;
        *left = left.checked_sub(chunk.len()).ok_or(PortalError::TooLarge)?;
        content = content.filter(|kept| kept.len() + chunk.len() <= most).map(|mut kept| {
            kept.extend_from_slice(&chunk);
            kept
        });
    }
    Ok(content)
}
