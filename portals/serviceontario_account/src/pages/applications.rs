//! "Add a service": the sample services, and their form with its draft.

use super::{act, read, saved_alert};
use crate::application::{self, Application, LONGEST_DETAILS, LONGEST_NAME};
use crate::{accounts, services, texts};
use actix_web::http::StatusCode;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens, TextField};
use ontario_language::format_date;
use portal_front::drafts::{self, Change, Draft, Owner, Saved};
use portal_front::handlers::Answer;
use portal_front::{FieldCheck, Form, Kept, Member, Person, PortalError, Text, Visit};

#[derive(Template)]
#[template(path = "services.html")]
struct ServicesPage {
    frame: Frame,
    tokens: FormTokens,
    services: Vec<(&'static str, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "application.html")]
struct ApplicationPage {
    frame: Frame,
    tokens: FormTokens,
    revision: i64,
    kept_until: String,
    payment: Option<&'static str>,
    applicant: TextField,
    details: TextField,
    /// Its own address.
    page: String,
}

/// The handle, where this is the page of a draft.
pub(crate) fn draft_of(page: &str) -> Option<&str> {
    page.strip_prefix("drafts/").filter(|handle| !handle.contains('/'))
}

/// What is typed into a draft's page after the session's end goes into the draft.
pub(crate) fn keep(
    c: &mut SqliteConnection,
    person: &Person,
    page: &str,
    form: &Form,
    now: i64,
) -> QueryResult<Kept> {
    let (Some(handle), Some(account)) = (draft_of(page), accounts::find(c, person)?) else {
        return Ok(Kept::Held);
    };
    let owner = Owner::of(account.id);
    let Some(draft) = drafts::find::<Application>(c, &owner, handle)? else { return Ok(Kept::Nothing) };
    let typed = Change::of(form, handle, Application::typed(&draft.answers.service, form));
    let typed = typed.filter(|typed| !typed.answers.is_too_long());
    typed.map_or(Ok(Kept::Held), |typed| drafts::save(c, &owner, &typed, now).map(Kept::from))
}

/// GET `/{l}/services`
pub(crate) async fn list(visit: &Visit, member: Member<'_>) -> Answer {
    read(visit, member, |_, account| Ok(Some(account))).await?;
    let language = visit.language;
    let services = services::SERVICES.iter().map(|service| {
        let life = if service.is_security_licence { texts::thirty_days } else { texts::twelve_months };
        (service.slug, services::name(language, Some(service.slug)), life(language))
    });
    let page = ServicesPage {
        frame: visit.frame(texts::add_service(language)).back(visit.path("home")),
        tokens: visit.form_tokens()?,
        services: services.collect(),
    };
    visit.html(StatusCode::OK, &page)
}

/// POST `/{l}/services`: enrols and begins a draft.
pub(crate) async fn begin(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let service = services::find(form.value("service")).ok_or(PortalError::NotFound)?;
    let now = visit.now;
    act(visit, member, form, move |c, account| {
        let begun = application::begin(c, account.id, service.slug, now)?;
        // With too many drafts one is to be finished first.
        Ok(Some(begun.map_or("drafts".to_owned(), |handle| format!("drafts/{handle}"))))
    })
    .await
}

/// The draft of the address, or what it became.
async fn find(visit: &Visit, member: Member<'_>) -> Result<Draft<Application>, PortalError> {
    let handle = visit.part("handle").to_owned();
    read(visit, member, move |c, account| drafts::find(c, &Owner::of(account.id), &handle)).await
}

async fn find_open(visit: &Visit, member: Member<'_>) -> Result<Draft<Application>, PortalError> {
    let draft = find(visit, member).await?;
    if draft.submitted.is_some() { Err(PortalError::NotFound) } else { Ok(draft) }
}

/// GET `/{l}/drafts/{handle}`
pub(crate) async fn draft(visit: &Visit, member: Member<'_>) -> Answer {
    let draft = find_open(visit, member).await?;
    let typed =
        |form: Form| Change::of(&form, &draft.handle, Application::typed(&draft.answers.service, &form));
    let shown = visit.held().await?.and_then(typed).unwrap_or_else(|| draft.clone().into());
    let errors = ErrorSummary::new(visit.language);
    draft_page(visit, StatusCode::OK, (&draft, &shown), errors, saved_alert(visit))
}

fn draft_page(
    visit: &Visit,
    status: StatusCode,
    (draft, shown): (&Draft<Application>, &Change<Application>),
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Answer {
    let language = visit.language;
    let service = draft.answers.service();
    let page = ApplicationPage {
        tokens: visit.form_tokens()?,
        revision: shown.revision,
        kept_until: texts::draft_kept_until(language, format_date(language, draft.kept_until())),
        payment: service.filter(|service| service.is_security_licence).map(|_| texts::payment_note(language)),
        applicant: TextField::text(language, "applicant", texts::applicant(language))
            .autocomplete("name")
            .value(&shown.answers.applicant)
            .errors_of(&errors),
        details: TextField::text(language, "details", texts::details(language))
            .hint(texts::details_hint(language))
            .value(&shown.answers.details)
            .errors_of(&errors),
        page: visit.path(&format!("drafts/{}", draft.handle)),
        frame: visit
            .frame(services::name(language, Some(&draft.answers.service)))
            .back(visit.path("drafts"))
            .language_button()
            .default_button("do", "save")
            .alert(alert)
            .errors(errors),
    };
    visit.html(status, &page)
}

/// POST `/{l}/drafts/{handle}`: saves, or submits. A second click finds what the first one did.
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let (draft, now, language) = (find(visit, member).await?, visit.now, visit.language);
    let is_submit = form.value("do") == "submit";
    let typed = Change::of(form, &draft.handle, Application::typed(&draft.answers.service, form));
    let typed = typed.ok_or(PortalError::BadRequest)?;
    let required = is_submit.then_some(texts::applicant_required as Text);
    let mut check = FieldCheck::new(language);
    check.line("applicant", &typed.answers.applicant, LONGEST_NAME, required, texts::applicant);
    check.line("details", &typed.answers.details, LONGEST_DETAILS, None, texts::details);
    if !check.errors.is_empty() && draft.submitted.is_none() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return draft_page(visit, status, (&draft, &typed), check.errors, None);
    }
    let (owner, change) = (Owner::of(draft.account_id), typed.clone());
    let act = if is_submit { application::submit } else { drafts::save };
    let saved = visit.front.database.write(move |c| act(c, &owner, &change, now));
    match saved.await? {
        Saved::Kept(_) | Saved::Submitted if is_submit => visit.go("services/submitted"),
        Saved::Kept(_) => visit.go(&format!("drafts/{}?saved=1", draft.handle)),
        Saved::Changed(revision) => {
            let alert = Alert::warning(language, texts::draft_conflict(language)).role("alert").focused();
            let shown = Change { revision, ..typed };
            draft_page(visit, StatusCode::CONFLICT, (&draft, &shown), check.errors, Some(alert))
        }
        Saved::Submitted | Saved::Gone | Saved::TooMany => Err(PortalError::NotFound),
    }
}

/// GET `/{l}/services/submitted`
pub(crate) async fn submitted(visit: &Visit, _: Member<'_>) -> Answer {
    let language = visit.language;
    let frame = visit.frame(texts::submitted_title(language)).heading(texts::submitted_heading(language));
    let next = (texts::account_home(language), "home");
    visit.words(StatusCode::OK, frame, texts::submitted_text(language), Some(next))
}

/// GET `/{l}/drafts/{handle}/delete`
pub(crate) async fn ask_delete(visit: &Visit, member: Member<'_>) -> Answer {
    let (draft, language) = (find_open(visit, member).await?, visit.language);
    let name = services::name(language, Some(&draft.answers.service));
    let back = format!("drafts/{}", draft.handle);
    let text = texts::delete_draft_text(language, name);
    super::ask_delete(visit, texts::delete_draft(language), &text, texts::delete(language), &back)
}

/// POST `/{l}/drafts/{handle}/delete`. At a second click it is gone already, which is what was asked.
pub(crate) async fn delete(visit: &Visit, member: Member<'_>, _: &Form) -> Answer {
    match find(visit, member).await {
        Ok(draft) => visit.front.database.write(move |c| drafts::delete(c, draft.id)).await?,
        Err(PortalError::NotFound) => {}
        Err(error) => return Err(error),
    }
    visit.go("drafts")
}
