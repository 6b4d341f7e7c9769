//! C13: a copy of everything that is kept of the account's person, as JSON (docs/operating.md says what is in it).

use super::{Page, ShownTime, frame, recently_proven};
use crate::adapters::data_copy;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::ids::AccountId;

/// What the file is called.
const FILE: &str = "my-ontario-account.json";

/// `GET /{l}/account/data`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Data, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let size = export(visit, &session.account.id).await?.len().div_ceil(1024);
    let text = t::account::data_size(l, size, ShownTime::new(l, visit.now).words);
    let frame = frame(visit, Page::Data, t::account::data(l), &session);
    let form = visit.button_form("download-form", Page::Data.path(), t::account::download(l));
    MessagePage::new(frame, "data-page", vec![t::account::data_text(l).into(), text])
        .form(form)
        .answer(visit, 200)
}

/// `POST /{l}/account/data`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Data, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    visit.app.store.record_export(session.account.id.clone(), visit.now).await?;
    let body = export(visit, &session.account.id).await?;
    Ok(visit.dress(Answer::text_file(FILE, body)))
}

async fn export(visit: &Visit, account: &AccountId) -> Result<String, Problem> {
    let found = visit.app.store.export_account(account.clone()).await?;
    let Some(copy) = found else { return Err(Problem::NotFound) };
    let copy = data_copy::finished(copy, visit.app.issuer(), visit.now);
    serde_json::to_string_pretty(&copy).map_err(|error| Problem::internal(&error))
}
