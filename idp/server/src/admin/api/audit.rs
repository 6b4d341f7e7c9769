//! `/admin/api/v1/audit`

use super::{Caller, Parameters, Problem, json};
use crate::admin::audit::{self, AuditView, Export};
use crate::admin::{AdminError, csv, time};
use crate::web::download;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use idp_domain::whole_number::LARGEST;
use idp_store::AuditQuery;
use serde::Deserialize;

/// How many records an answer holds.
const PAGE: i64 = 50;

/// What may stand after `GET /audit?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    from: Option<String>,
    to: Option<String>,
    event: Option<String>,
    actor: Option<String>,
    target: Option<String>,
    before: Option<String>,
    older_than: Option<String>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// `GET /audit`: newest first, 50 at a time; `older_than` is the last position of the answer before, `before` a number of the
/// chain.
pub async fn list(caller: Caller, filter: Parameters<Filter>) -> Result<HttpResponse, Problem> {
    let Filter { from, to, event, actor, target, before, older_than, format } = filter.0;
    let query = AuditQuery {
        from: time("from", from.as_deref())?,
        to: time("to", to.as_deref())?,
        event: word("event", event)?,
        actor: word("actor", actor)?,
        target: word("target", target)?,
        before: number("before", before.as_deref())?,
        older_than: number("older_than", older_than.as_deref())?,
        most: PAGE,
    };
    let entries = audit::list(&caller.desk(), query).await?;
    let views: Vec<AuditView> = entries.into_iter().map(AuditView::from).collect();
    if format == Format::Json {
        return Ok(json(200, &views));
    }
    let rows = views.iter().map(|view| {
        let text = |name: &str| view.record[name].as_str().unwrap_or_default().to_owned();
        let number = view.number.map(|number| number.to_string()).unwrap_or_default();
        vec![number, view.at.clone(), text("event"), text("by"), view.record.to_string()]
    });
    let text = csv::table(&["number", "at", "event", "by", "record"], rows);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}

/// `GET /audit/chain`: follows the chain from its beginning.
pub async fn chain(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(json(200, &audit::verify(&caller.desk(), |_| {}).await?))
}

/// A whole number, which may be written with a point (JSON Schema section 6.1.1).
fn number(field: &'static str, text: Option<&str>) -> Result<Option<i64>, AdminError> {
    let Some(text) = text else { return Ok(None) };
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let number: Option<i64> = whole.parse().ok().filter(|number| (-LARGEST..=LARGEST).contains(number));
    number.map(Some).ok_or_else(|| AdminError::invalid(field, &"a whole number"))
}

/// `GET /audit/export`: every sealed record and the signed head, NDJSON.
pub async fn export(caller: Caller) -> Result<HttpResponse, Problem> {
    let export = Export::begin(&caller.desk()).await?;
    Ok(download::ndjson("audit.ndjson", export.into_body(caller.app).await?))
}

/// An event's name, an actor, or an identifier: nothing that a pattern could read as its own.
fn word(field: &'static str, text: Option<String>) -> Result<Option<String>, AdminError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '~');
    match text {
        Some(text) if text.is_empty() || text.len() > 150 || !text.chars().all(allowed) => {
            Err(AdminError::invalid(field, &"letters, digits and - _ : . ~, at most 150"))
        }
        text => Ok(text),
    }
}
