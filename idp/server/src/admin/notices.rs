//! Notices on the sign-in pages.

use super::{AdminError, Desk, instant, reason, time};
use crate::adapters::rng::rng;
use idp_domain::administration::{Act, Area};
use idp_domain::client::BilingualText;
use idp_domain::ids::NoticeId;
use idp_domain::notice::{Notice, NoticeError, NoticeKind, NoticePlace};
use serde::{Deserialize, Serialize};

/// A notice as its file and the API give it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeFile {
    /// English.
    pub text_en: String,
    /// French.
    pub text_fr: String,
    /// `information` or `outage`.
    #[serde(default = "information")]
    pub kind: NoticeKind,
    /// From when (RFC 3339); at once where it is left out.
    pub start: Option<String>,
    /// Until when (RFC 3339); until it is removed where it is left out.
    pub end: Option<String>,
    /// `my-ontario`, `one-key` or `everywhere`.
    #[serde(default = "everywhere", rename = "where")]
    pub place: NoticePlace,
}

fn information() -> NoticeKind {
    NoticeKind::Information
}

fn everywhere() -> NoticePlace {
    NoticePlace::Everywhere
}

/// A notice as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeView {
    /// Its identifier.
    pub id: String,
    /// English.
    pub text_en: String,
    /// French.
    pub text_fr: String,
    /// `information` or `outage`.
    pub kind: &'static str,
    /// From when.
    pub start: String,
    /// Until when.
    pub end: Option<String>,
    /// `my-ontario`, `one-key` or `everywhere`.
    #[serde(rename = "where")]
    pub place: &'static str,
}

impl From<Notice> for NoticeView {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id.to_string(),
            text_en: notice.text.en,
            text_fr: notice.text.fr,
            kind: notice.kind.as_str(),
            start: instant(notice.starts_at),
            end: notice.ends_at.map(instant),
            place: notice.place.as_str(),
        }
    }
}

/// Every notice, also those whose time has not come or is over, by their beginning.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>) -> Result<Vec<Notice>, AdminError> {
    desk.admit(Act::Read(Area::Notices)).await?;
    Ok(desk.store.list_notices().await?)
}

/// One notice.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn find(desk: &Desk<'_>, id: &str) -> Result<Notice, AdminError> {
    desk.admit(Act::Read(Area::Notices)).await?;
    let unknown = || AdminError::NotFound(format!("notice {id}"));
    let known = NoticeId::parse(id).ok_or_else(unknown)?;
    desk.store.find_notice(known).await?.ok_or_else(unknown)
}

/// Puts a notice up.
///
/// # Errors
/// Not allowed, or it breaks a rule.
pub async fn add(desk: &Desk<'_>, file: NoticeFile, why: Option<&str>) -> Result<Notice, AdminError> {
    desk.admit(Act::Write(Area::Notices)).await?;
    let why = why.map(reason).transpose()?;
    let notice = Notice {
        id: NoticeId::random(&mut rng()),
        kind: file.kind,
        text: BilingualText { en: file.text_en, fr: file.text_fr },
        starts_at: time("start", file.start.as_deref())?.unwrap_or(desk.now),
        ends_at: time("end", file.end.as_deref())?,
        place: file.place,
    };
    let notice = notice.check().map_err(|error| AdminError::invalid(field(error), &error))?;
    desk.store.insert_notice(notice.clone(), desk.order(why), desk.now).await?;
    Ok(notice)
}

/// Takes a notice down.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn remove(desk: &Desk<'_>, id: &str, why: Option<&str>) -> Result<(), AdminError> {
    desk.admit(Act::Write(Area::Notices)).await?;
    let why = why.map(reason).transpose()?;
    let unknown = || AdminError::NotFound(format!("notice {id}"));
    let notice = NoticeId::parse(id).ok_or_else(unknown)?;
    let removed = desk.store.remove_notice(notice, desk.order(why), desk.now).await?;
    if removed { Ok(()) } else { Err(unknown()) }
}

fn field(error: NoticeError) -> &'static str {
    match error {
        NoticeError::TextMissing | NoticeError::TextTooLong | NoticeError::TextControl => "text",
        NoticeError::EndsBeforeStart => "end",
    }
}
