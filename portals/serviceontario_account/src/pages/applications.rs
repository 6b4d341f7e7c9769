//! "Add a service": the sample services, and their form with its draft.

use super::{act, id, read, saved_alert};
use crate::records::{self, Application};
use crate::{accounts, retention, services, texts};
use actix_web::http::StatusCode;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};
use ontario_language::format_date;
use portal_front::handlers::Answer;
use portal_front::{FieldCheck, Form, Kept, Member, Person, PortalError, Text, Visit, form_status, one_line};

const LONGEST_NAME: usize = 80;
const LONGEST_DETAILS: usize = 200;

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
    kept_until: String,
    payment: Option<&'static str>,
    applicant: TextField,
    details: TextField,
    /// Its own address.
    page: String,
}

/// Whether this is the page of a draft.
pub(crate) fn is_draft(page: &str) -> bool {
    draft_id(page).is_some()
}

fn draft_id(page: &str) -> Option<i64> {
    page.strip_prefix("drafts/")?.parse().ok()
}

/// What is typed into a draft's page after the session's end goes into the draft.
pub(crate) fn keep(
    c: &mut SqliteConnection,
    person: &Person,
    page: &str,
    form: &Form,
    now: i64,
) -> QueryResult<Kept> {
    let Some(id) = draft_id(page) else { return Ok(Kept::Held) };
    let Some(account) = accounts::find(c, person)? else { return Ok(Kept::Nothing) };
    let (applicant, details) = typed(form);
    let is_saved = records::update_draft(c, account.id, id, &applicant, &details, now)?;
    Ok(if is_saved { Kept::Draft } else { Kept::Nothing })
}

/// The fields of the form, cut where they are longer than any answer.
fn typed(form: &Form) -> (String, String) {
    let field =
        |name: &str, most: usize| one_line(form.value(name)).chars().take(most + 1).collect::<String>();
    (field("applicant", LONGEST_NAME), field("details", LONGEST_DETAILS))
}

/// GET `/{l}/services`
pub(crate) async fn list(visit: &Visit, member: Member<'_>) -> Answer {
    read(visit, member, |_, account| Ok(Some(account))).await?;
    let language = visit.language;
    let services = services::SERVICES.iter().map(|service| {
        let name = services::name(language, Some(service.slug));
        (service.slug, name, texts::draft_life(language, service.draft_life))
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
        let begun = records::begin_application(c, account.id, service.slug, now)?;
        // With too many drafts one is to be finished first.
        Ok(Some(begun.map_or("drafts".to_owned(), |id| format!("drafts/{id}"))))
    })
    .await
}

/// GET `/{l}/drafts/{id}`
pub(crate) async fn draft(visit: &Visit, member: Member<'_>) -> Answer {
    let id = id(visit)?;
    let draft = read(visit, member, move |c, account| records::find_draft(c, account.id, id)).await?;
    let kept = || (draft.applicant.clone(), draft.details.clone());
    let shown = visit.held().await?.map_or_else(kept, |held| typed(&held));
    draft_page(visit, &draft, &shown, ErrorSummary::new(visit.language))
}

fn draft_page(
    visit: &Visit,
    draft: &Application,
    (applicant, details): &(String, String),
    errors: ErrorSummary,
) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let service = services::find(&draft.service);
    let end = retention::draft_end(&draft.service, draft.standing());
    let page = ApplicationPage {
        tokens: visit.form_tokens()?,
        kept_until: texts::draft_kept_until(language, format_date(language, end)),
        payment: service.filter(|s| s.needs_payment).map(|_| texts::payment_note(language)),
        applicant: TextField::text(language, "applicant", texts::applicant(language))
            .autocomplete("name")
            .value(applicant)
            .errors_of(&errors),
        details: TextField::text(language, "details", texts::details(language))
            .hint(texts::details_hint(language))
            .value(details)
            .errors_of(&errors),
        page: visit.path(&format!("drafts/{}", draft.id)),
        frame: visit
            .frame(services::name(language, Some(&draft.service)))
            .back(visit.path("drafts"))
            .language_button()
            .default_button("do", "save")
            .alert(saved_alert(visit).filter(|_| errors.is_empty()))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// POST `/{l}/drafts/{id}`: saves, or submits.
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let (id, now) = (id(visit)?, visit.now);
    let draft = match read(visit, member, move |c, account| records::find_draft(c, account.id, id)).await {
        // A second click: the first one may have submitted it, and is asked.
        Err(PortalError::NotFound) if form.value("do") == "submit" => {
            return act(visit, member, form, |_, _| Ok(None)).await;
        }
        found => found?,
    };
    let is_submit = form.value("do") == "submit";
    let required = is_submit.then_some(texts::applicant_required as Text);
    let mut check = FieldCheck::new(visit.language);
    let applicant =
        check.line("applicant", form.value("applicant"), LONGEST_NAME, required, texts::applicant);
    let details = check.line("details", form.value("details"), LONGEST_DETAILS, None, texts::details);
    if !check.errors.is_empty() {
        return draft_page(visit, &draft, &typed(form), check.errors);
    }
    let needs_payment = services::find(&draft.service).is_some_and(|service| service.needs_payment);
    act(visit, member, form, move |c, account| {
        if !records::update_draft(c, account.id, id, &applicant, &details, now)? {
            return Ok(None);
        }
        if !is_submit {
            return Ok(Some(format!("drafts/{id}?saved=1")));
        }
        records::submit(c, &draft, needs_payment, now)?;
        Ok(Some("services/submitted".to_owned()))
    })
    .await
}

/// GET `/{l}/services/submitted`
pub(crate) async fn submitted(visit: &Visit, _: Member<'_>) -> Answer {
    let language = visit.language;
    let frame = visit.frame(texts::submitted_title(language)).heading(texts::submitted_heading(language));
    let next = (texts::account_home(language), "home");
    visit.words(StatusCode::OK, frame, texts::submitted_text(language), Some(next))
}

/// GET `/{l}/drafts/{id}/delete`
pub(crate) async fn ask_delete(visit: &Visit, member: Member<'_>) -> Answer {
    let (id, language) = (id(visit)?, visit.language);
    let draft = read(visit, member, move |c, account| records::find_draft(c, account.id, id)).await?;
    let text = texts::delete_draft_text(language, services::name(language, Some(&draft.service)));
    let back = format!("drafts/{id}");
    super::ask_delete(visit, texts::delete_draft(language), &text, texts::delete(language), &back)
}

/// POST `/{l}/drafts/{id}/delete`
pub(crate) async fn delete(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let id = id(visit)?;
    act(visit, member, form, move |c, account| {
        if records::find_draft(c, account.id, id)?.is_some() {
            records::delete_draft(c, id)?;
        }
        Ok(Some("drafts".to_owned()))
    })
    .await
}
