//! J10: a filing. Its answers here, then its document and the check in files of their own.
//!
//! A double click saves one draft, and a second tab does not overwrite the first unseen: see [`drafts`].

pub(crate) mod check;
pub(crate) mod document;

use super::{Registered, registered};
use crate::courts::COURTS;
use crate::filing::{Answers, Area, Filing, Kind};
use crate::{FilingPage, store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Frame;
use ontario_design::components::{Alert, Choice, ErrorSummary, FormTokens, Select, StepIndicator, TextField};
use ontario_language::Language;
use portal_front::drafts::{self, Change, Owner, Saved, Submitted};
use portal_front::handlers::Answer;
use portal_front::{Form, Kept, Member, Person, PortalError, Visit};

#[derive(Template)]
#[template(path = "filing/answers.html")]
struct AnswersPage {
    frame: Frame,
    step: StepIndicator,
    fifteen: &'static str,
    tokens: FormTokens,
    handle: String,
    revision: i64,
    title: TextField,
    court: Select,
    may_save: bool,
}

/// Somebody registered, and the kind of filing that the address names.
struct Place {
    account: Registered,
    kind: Kind,
    owner: Owner,
}

impl Place {
    async fn find(visit: &Visit, member: Member<'_>) -> Result<Self, PortalError> {
        let kind = Kind::from_code(visit.part("kind")).ok_or(PortalError::NotFound)?;
        let account = registered(visit, member).await?;
        let owner = Owner { account_id: account.account_id, session: member.session_key() };
        Ok(Self { account, kind, owner })
    }

    /// The filing of the address.
    async fn filing(&self, visit: &Visit) -> Result<Filing, PortalError> {
        self.find_filing(visit, visit.part("handle")).await?.ok_or(PortalError::NotFound)
    }

    async fn find_filing(&self, visit: &Visit, handle: &str) -> Result<Option<Filing>, PortalError> {
        let (owner, handle) = (self.owner.clone(), handle.to_owned());
        let found: Option<Filing> =
            visit.front.database.read(move |c| drafts::find(c, &owner, &handle)).await?;
        Ok(found.filter(|filing| filing.answers.kind == self.kind))
    }

    fn page(&self, handle: &str, step: &str) -> String {
        format!("file/{}/{handle}{step}", self.kind.code())
    }
}

/// GET `/{l}/file/{kind}`
pub(crate) async fn begin(visit: &Visit, member: Member<'_>) -> Answer {
    let place = Place::find(visit, member).await?;
    // What was held belongs to the form that it was typed into.
    let held = visit.held().await?;
    let held = held.and_then(|form| Change::of(&form, "", Answers::typed(place.kind, &form)));
    let shown = held.unwrap_or_else(|| Change::new(Answers::new(place.kind)));
    answers_page(visit, StatusCode::OK, &shown, ErrorSummary::new(visit.language), None)
}

/// GET `/{l}/file/{kind}/{handle}`
pub(crate) async fn edit(visit: &Visit, member: Member<'_>) -> Answer {
    let place = Place::find(visit, member).await?;
    let filing = place.filing(visit).await?;
    if let Some(submitted) = &filing.submitted {
        return step_done(visit, submitted);
    }
    let language = visit.language;
    let held = visit.held().await?;
    let held = held.and_then(|form| Change::of(&form, &filing.handle, Answers::typed(place.kind, &form)));
    let shown = held.unwrap_or_else(|| filing.into());
    let saved = visit.done("saved", texts::draft_saved(language));
    let errors = match visit.asked("check") {
        Some(_) => shown.answers.missing(language),
        None => ErrorSummary::new(language),
    };
    answers_page(visit, StatusCode::OK, &shown, errors, saved)
}

/// POST `/{l}/file/{kind}` and `/{l}/file/{kind}/{handle}`
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let place = Place::find(visit, member).await?;
    let language = visit.language;
    let typed = Change::of(form, visit.part("handle"), Answers::typed(place.kind, form));
    let typed = typed.ok_or(PortalError::BadRequest)?;
    let errors = typed.answers.excess(language);
    if !errors.is_empty() {
        return answers_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, errors, None);
    }
    let only_saved = form.is_checked("save") && place.kind.area() == Area::Civil;
    let (owner, change, now) = (place.owner.clone(), typed.clone(), visit.now);
    let saved = visit.front.database.write(move |c| drafts::save(c, &owner, &change, now)).await?;
    match saved {
        Saved::Kept(_) if only_saved => visit.go(&place.page(&typed.handle, "?notice=saved")),
        Saved::Kept(revision) => {
            let missing = typed.answers.missing(language);
            if missing.is_empty() {
                return visit.go(&place.page(&typed.handle, "/document"));
            }
            let shown = Change { revision, ..typed };
            answers_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &shown, missing, None)
        }
        Saved::Changed(revision) => {
            let alert = Alert::warning(language, texts::draft_conflict(language)).role("alert").focused();
            answers_page(visit, StatusCode::CONFLICT, &Change { revision, ..typed }, errors, Some(alert))
        }
        Saved::TooMany => {
            let alert = Alert::error(language, texts::too_many_drafts(language)).role("alert").focused();
            answers_page(visit, StatusCode::CONFLICT, &typed, errors, Some(alert))
        }
        Saved::Submitted | Saved::Gone => over(visit, &place, &typed.handle).await,
    }
}

/// The session was over when a civil filing's form was sent: a draft keeps it (J9). Where that can't be, the front holds
/// what was typed.
pub(crate) fn keep(
    c: &mut SqliteConnection,
    person: &Person,
    page: &FilingPage<'_>,
    form: &Form,
    now: i64,
) -> QueryResult<Kept> {
    let registered = store::find_account(c, person)?.filter(|account| account.registration.is_some());
    let typed = Change::of(form, page.handle, Answers::typed(page.kind, form));
    let (Some(account), Some(typed)) = (registered, typed) else { return Ok(Kept::Held) };
    let is_excessive = !typed.answers.excess(Language::default()).is_empty();
    if is_excessive || (typed.revision == 0 && typed.answers.is_empty()) {
        return Ok(Kept::Held);
    }
    drafts::save(c, &Owner::of(account.id), &typed, now).map(Kept::from)
}

/// X4, or nothing that is there any more.
async fn over(visit: &Visit, place: &Place, handle: &str) -> Answer {
    match place.find_filing(visit, handle).await?.and_then(|filing| filing.submitted) {
        Some(submitted) => step_done(visit, &submitted),
        None => Err(PortalError::NotFound),
    }
}

fn step_done(visit: &Visit, submitted: &Submitted) -> Answer {
    let (text, next) = (texts::step_done_text(visit.language), texts::continue_button(visit.language));
    let transaction = format!("transactions/{}", submitted.number);
    let frame = visit.frame(texts::step_done_title(visit.language));
    visit.words(StatusCode::CONFLICT, frame, text, Some((next, &transaction)))
}

fn fifteen(visit: &Visit, kind: Kind) -> &'static str {
    match kind.area() {
        Area::Civil => texts::fifteen_civil(visit.language),
        Area::Family => texts::fifteen_family(visit.language),
    }
}

fn answers_page(
    visit: &Visit,
    status: StatusCode,
    shown: &Change<Answers>,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Answer {
    let (language, answers) = (visit.language, &shown.answers);
    let courts = COURTS.map(|court| Choice::new(court, court));
    let courts = [Choice::new("", texts::choose(language))].into_iter().chain(courts).collect();
    let page = AnswersPage {
        step: StepIndicator::new(language, 1, 3),
        fifteen: fifteen(visit, answers.kind),
        tokens: visit.form_tokens()?,
        handle: shown.handle.clone(),
        revision: shown.revision,
        title: TextField::text(language, "title", texts::title(language))
            .hint(texts::title_hint(language))
            .value(&answers.title)
            .errors_of(&errors),
        court: Select::new(language, "court", texts::court(language), courts)
            .selected(Some(&answers.court))
            .errors_of(&errors),
        may_save: answers.kind.area() == Area::Civil,
        frame: visit.frame(answers.kind.name(language)).language_button().alert(alert).errors(errors),
    };
    visit.html(status, &page)
}
