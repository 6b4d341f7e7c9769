//! The third page of a filing: what will be filed, and filing it.

use super::{Place, fifteen, over, step_done};
use crate::filing::Filing;
use crate::pages::contact_form::rows;
use crate::pages::lists::filing_rows;
use crate::store::find_document;
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens, StepIndicator};
use portal_front::drafts::{self, Saved, Submitted};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, Visit, random_reference};

#[derive(Template)]
#[template(path = "filing/check.html")]
struct CheckPage {
    frame: Frame,
    step: StepIndicator,
    fifteen: &'static str,
    tokens: FormTokens,
    revision: i64,
    rows: Vec<(&'static str, String)>,
    contact: Vec<(&'static str, String)>,
    /// The address of its answers.
    filing: String,
}

/// GET `/{l}/file/{kind}/{handle}/check`
pub(crate) async fn show(visit: &Visit, member: Member<'_>) -> Answer {
    let place = Place::find(visit, member).await?;
    let filing = place.filing(visit).await?;
    if let Some(submitted) = &filing.submitted {
        return step_done(visit, submitted);
    }
    check_page(visit, &place, &filing, StatusCode::OK, None).await
}

async fn check_page(
    visit: &Visit,
    place: &Place,
    filing: &Filing,
    status: StatusCode,
    alert: Option<Alert>,
) -> Answer {
    let language = visit.language;
    if !filing.answers.missing(language).is_empty() {
        return visit.go(&place.page(&filing.handle, "?check=1"));
    }
    let id = filing.id;
    let document = visit.front.database.read(move |c| find_document(c, id)).await?;
    let page = CheckPage {
        frame: visit
            .frame(texts::check_title(language))
            .back(visit.path(&place.page(&filing.handle, "/document")))
            .alert(alert),
        step: StepIndicator::new(language, 3, 3),
        fifteen: fifteen(visit, place.kind),
        tokens: visit.form_tokens()?,
        revision: filing.revision,
        rows: filing_rows(language, &filing.answers, document),
        contact: rows(language, &place.account.registration.contact),
        filing: visit.path(&place.page(&filing.handle, "")),
    };
    visit.html(status, &page)
}

/// POST of the same: submits what was checked, once. A second click finds the transaction that the first one made.
pub(crate) async fn submit(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let place = Place::find(visit, member).await?;
    let filing = place.filing(visit).await?;
    if let Some(submitted) = &filing.submitted {
        return visit.go(&format!("transactions/{}?notice=submitted", submitted.number));
    }
    if !filing.answers.missing(visit.language).is_empty() {
        return check_page(visit, &place, &filing, StatusCode::OK, None).await;
    }
    let contact = serde_json::to_string(&place.account.registration.contact)?;
    let submitted =
        Submitted { at: visit.now, number: random_reference("F"), enclosed: contact, waits: false };
    let revision = form.value("revision").parse().unwrap_or(0);
    let submit = move |c: &mut _| drafts::submit(c, &filing, revision, &submitted);
    let saved = visit.front.database.write(submit).await?;
    let filing = place.filing(visit).await?;
    match (saved, &filing.submitted) {
        (Saved::Kept(_) | Saved::Submitted, Some(submitted)) => {
            visit.go(&format!("transactions/{}?notice=submitted", submitted.number))
        }
        (Saved::Changed(_), None) => {
            let words = texts::check_conflict(visit.language);
            let alert = Alert::warning(visit.language, words).role("alert").focused();
            check_page(visit, &place, &filing, StatusCode::CONFLICT, Some(alert)).await
        }
        _ => over(visit, &place, &filing.handle).await,
    }
}
