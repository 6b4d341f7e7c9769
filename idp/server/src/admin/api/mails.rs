//! `/admin/api/v1/mails`

use super::{Call, Caller, Of, Parameters, Problem, Why, json};
use crate::admin::AdminError;
use crate::admin::mails;
use actix_web::{HttpResponse, web};
use idp_domain::administration::Area;
use idp_domain::ids::MailId;
use idp_store::{MailState, OutboxQuery};
use serde::Deserialize;
use serde_json::json as object;

/// How many mails an answer holds.
const PAGE: i64 = 50;

/// What may stand after `GET /mails?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    state: Option<String>,
    before: Option<String>,
}

/// `GET /mails`: newest first, 50 at a time; `before` is the last identifier of the answer before.
pub async fn list(caller: Caller, filter: Parameters<Filter>) -> Result<HttpResponse, Problem> {
    let Filter { state, before } = filter.0;
    let state = state
        .map(|text| MailState::parse(&text).ok_or(AdminError::invalid("state", &"waiting, sent or failed")))
        .transpose()?;
    let before = before
        .map(|text| MailId::parse(&text).ok_or(AdminError::invalid("before", &"the identifier of a mail")))
        .transpose()?;
    let query = OutboxQuery { state, before, most: PAGE };
    let all = mails::list(&caller.desk(), &caller.app.data_keys.content, query).await?;
    Ok(json(200, &all))
}

/// `GET /mails/{id}`
pub async fn show(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &mails::show(&caller.desk(), &caller.app.data_keys.content, &id).await?))
}

/// The area.
pub struct Mails;

impl Of for Mails {
    const AREA: Area = Area::Mail;
}

/// `POST /mails/{id}/retry`: a waiting mail is tried now.
pub async fn retry(call: Call<Why<Mails>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    mails::retry(&caller.desk(), Some(&id), Some(&reason)).await?;
    Ok(json(200, &object!({"id": *id, "state": "waiting"})))
}

/// `POST /mails/{id}/cancel`: a waiting mail is never sent.
pub async fn cancel(call: Call<Why<Mails>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    mails::cancel(&caller.desk(), &id, Some(&reason)).await?;
    Ok(json(200, &object!({"id": *id, "state": "failed"})))
}
