//! The second page of a filing: its document.

use super::{Place, fifteen, over, step_done};
use crate::filing::{Area, Filing};
use crate::pages::lists::size_text;
use crate::store::{Document, find_document, set_document};
use crate::texts;
use actix_web::web;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, StepIndicator};
use portal_front::drafts::Saved;
use portal_front::handlers::Answer;
use portal_front::pdf::{MAX_MEGABYTES, MAX_SIZE, Pdf};
use portal_front::{Member, Upload, Visit, form_status};

/// The name of the file's field.
const DOCUMENT: &str = "document";

#[derive(Template)]
#[template(path = "filing/document.html")]
struct DocumentPage {
    frame: Frame,
    step: StepIndicator,
    fifteen: &'static str,
    tokens: FormTokens,
    hint: String,
    error: Vec<String>,
    present: Option<String>,
    may_save: bool,
}

/// GET `/{l}/file/{kind}/{handle}/document`
pub(crate) async fn show(visit: &Visit, member: Member<'_>) -> Answer {
    let place = Place::find(visit, member).await?;
    let filing = place.filing(visit).await?;
    if let Some(submitted) = &filing.submitted {
        return step_done(visit, submitted);
    }
    document_page(visit, &place, &filing, ErrorSummary::new(visit.language)).await
}

/// POST of the same. The CSRF token is the first part: nothing else of a foreign form is read.
pub(crate) async fn upload(visit: &Visit, member: Member<'_>, body: web::Payload) -> Answer {
    let place = Place::find(visit, member).await?;
    let upload = Upload::read(visit, body, DOCUMENT, MAX_SIZE).await?;
    let filing = place.filing(visit).await?;
    if let Some(submitted) = &filing.submitted {
        return step_done(visit, submitted);
    }
    let (id, now) = (filing.id, visit.now);
    if upload.has("remove") {
        visit.front.database.write(move |c| set_document(c, id, None, now)).await?;
        return visit.go(&place.page(&filing.handle, "/document"));
    }
    let (only_saved, time_is_over) = (upload.has("save"), upload.has("_keep"));
    let saved = match upload.file.map(Pdf::of) {
        None => Saved::Kept(filing.revision),
        Some(Ok(pdf)) => visit.front.database.write(move |c| set_document(c, id, Some(&pdf), now)).await?,
        Some(Err(_)) if time_is_over => Saved::Kept(filing.revision),
        Some(Err(error)) => {
            let mut errors = ErrorSummary::new(visit.language);
            errors.add(DOCUMENT, error.text(visit.language));
            return document_page(visit, &place, &filing, errors).await;
        }
    };
    if time_is_over {
        // The page's own clock says so (J9): a file that was chosen is in the draft now.
        visit.end_session_here().await?;
        let page = place.page(&filing.handle, "/document");
        return visit.go(&format!("session-expired?page={page}&kept=draft"));
    }
    match saved {
        Saved::Kept(_) if only_saved => visit.go("drafts?notice=saved"),
        Saved::Kept(_) => visit.go(&place.page(&filing.handle, "/check")),
        _ => over(visit, &place, &filing.handle).await,
    }
}

async fn document_page(visit: &Visit, place: &Place, filing: &Filing, errors: ErrorSummary) -> Answer {
    let (language, status, id) = (visit.language, form_status(&errors), filing.id);
    let present = visit.front.database.read(move |c| find_document(c, id)).await?;
    let words = |(name, size): Document| texts::document_present(language, name, size_text(language, size));
    let page = DocumentPage {
        step: StepIndicator::new(language, 2, 3),
        fifteen: fifteen(visit, place.kind),
        tokens: visit.form_tokens()?,
        hint: texts::document_hint(language, MAX_MEGABYTES),
        error: errors.messages(DOCUMENT),
        present: present.map(words),
        may_save: place.kind.area() == Area::Civil,
        frame: visit
            .frame(&format!("{} – {}", texts::document(language), place.kind.name(language)))
            .heading(texts::document(language))
            .back(visit.path(&place.page(&filing.handle, "")))
            .errors(errors),
    };
    visit.html(status, &page)
}
