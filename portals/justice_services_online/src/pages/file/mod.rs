//! J10: a filing. Its answers here, then its document and the check in files of their own.
//!
//! A form carries the filing's handle (random, made with the first form) and the revision that it was made from:
//! a double click saves one draft, and a second tab does not overwrite the first unseen.

pub(crate) mod check;
pub(crate) mod document;

use super::{Registered, registered};
use crate::courts::COURTS;
use crate::filing::{Answers, Area, Kind};
use crate::store::{self, Filing, NewFiling, Saved, Submitted};
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Frame;
use ontario_design::components::{Alert, Choice, ErrorSummary, FormTokens, Select, StepIndicator, TextField};
use ontario_language::Language;
use portal_front::handlers::Answer;
use portal_front::{Form, Kept, Member, Person, PortalError, Visit};
use relying_party::browser_session::CookieSecret;

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

/// What a page of a filing is made from.
struct Shown<'a> {
    kind: Kind,
    handle: &'a str,
    revision: i64,
    answers: &'a Answers,
}

/// Somebody registered, and the kind of filing that the address names.
struct Place {
    account: Registered,
    kind: Kind,
    session_hash: String,
}

impl Place {
    async fn find(visit: &Visit, member: Member<'_>) -> Result<Self, PortalError> {
        let kind = Kind::from_code(visit.part("kind")).ok_or(PortalError::NotFound)?;
        let session_hash = member.session_key();
        Ok(Self { account: registered(visit, member).await?, kind, session_hash })
    }

    /// The filing of the address.
    async fn filing(&self, visit: &Visit) -> Result<Filing, PortalError> {
        self.find_filing(visit, visit.part("handle")).await?.ok_or(PortalError::NotFound)
    }

    async fn find_filing(&self, visit: &Visit, handle: &str) -> Result<Option<Filing>, PortalError> {
        let (id, handle, session_hash) =
            (self.account.account_id, handle.to_owned(), self.session_hash.clone());
        let find = move |c: &mut _| store::find_filing(c, id, &handle, &session_hash);
        Ok(visit.front.database.read(find).await?.filter(|filing| filing.kind == self.kind))
    }

    fn page(&self, handle: &str, step: &str) -> String {
        format!("file/{}/{handle}{step}", self.kind.code())
    }
}

/// GET `/{l}/file/{kind}`
pub(crate) async fn begin(visit: &Visit, member: Member<'_>) -> Answer {
    let place = Place::find(visit, member).await?;
    let held = visit.held().await?;
    let answers = held.as_ref().map(Answers::typed).unwrap_or_default();
    let secret = CookieSecret::random();
    // What was held belongs to the form that it was typed into.
    let handle = held.as_ref().map_or("", |form| form.value("handle"));
    let handle = CookieSecret::parse(handle).unwrap_or(secret);
    let shown = Shown { kind: place.kind, handle: handle.expose(), revision: 0, answers: &answers };
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
    let revision =
        held.as_ref().and_then(|form| form.value("revision").parse().ok()).unwrap_or(filing.revision);
    let answers = held.as_ref().map_or(filing.answers, Answers::typed);
    let saved = visit.done("saved", texts::draft_saved(language));
    let errors = match visit.asked("check") {
        Some(_) => answers.missing(language),
        None => ErrorSummary::new(language),
    };
    let shown = Shown { kind: place.kind, handle: &filing.handle, revision, answers: &answers };
    answers_page(visit, StatusCode::OK, &shown, errors, saved)
}

/// The handle of a posted form: that of its address, else the one that the first form brought.
fn handle_of(in_address: Option<&str>, form: &Form) -> Option<String> {
    let handle = in_address.filter(|handle| !handle.is_empty()).unwrap_or(form.value("handle"));
    CookieSecret::parse(handle).map(|handle| handle.expose().to_owned())
}

/// POST `/{l}/file/{kind}` and `/{l}/file/{kind}/{handle}`
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let place = Place::find(visit, member).await?;
    let language = visit.language;
    let handle = handle_of(Some(visit.part("handle")), form).ok_or(PortalError::BadRequest)?;
    let revision = form.value("revision").parse().unwrap_or(0);
    let answers = Answers::typed(form);
    let shown = |revision| Shown { kind: place.kind, handle: &handle, revision, answers: &answers };
    let errors = answers.excess(language);
    if !errors.is_empty() {
        return answers_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &shown(revision), errors, None);
    }
    let only_saved = form.is_checked("save") && place.kind.area() == Area::Civil;
    let saved = write(visit, &place, (&handle, revision), answers.clone()).await?;
    match saved {
        Saved::Kept(_) if only_saved => visit.go(&place.page(&handle, "?notice=saved")),
        Saved::Kept(revision) => {
            let missing = answers.missing(language);
            if missing.is_empty() {
                return visit.go(&place.page(&handle, "/document"));
            }
            answers_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &shown(revision), missing, None)
        }
        Saved::Changed(revision) => {
            let alert = Alert::warning(language, texts::filing_conflict(language)).role("alert").focused();
            answers_page(visit, StatusCode::CONFLICT, &shown(revision), errors, Some(alert))
        }
        Saved::TooMany => {
            let alert = Alert::error(language, texts::too_many_drafts(language)).role("alert").focused();
            answers_page(visit, StatusCode::CONFLICT, &shown(revision), errors, Some(alert))
        }
        Saved::Submitted | Saved::Gone => over(visit, &place, &handle).await,
    }
}

async fn write(
    visit: &Visit,
    place: &Place,
    (handle, revision): (&str, i64),
    answers: Answers,
) -> Result<Saved, PortalError> {
    let (account_id, kind, now) = (place.account.account_id, place.kind, visit.now);
    let (handle, session_hash) = (handle.to_owned(), place.session_hash.clone());
    let save = move |c: &mut _| {
        store::end_family_filings(c, now)?;
        let session_hash = session_hash.as_str();
        let new = NewFiling { account_id, handle: &handle, kind, answers: &answers, revision, session_hash };
        store::save(c, &new, now)
    };
    Ok(visit.front.database.write(save).await?)
}

/// The session was over when a civil filing's form was sent: a draft keeps it (J9). Where that can't be, the front holds
/// what was typed.
pub(crate) fn keep_draft(
    c: &mut SqliteConnection,
    person: &Person,
    (kind, handle): (Kind, Option<&str>),
    form: &Form,
    now: i64,
) -> QueryResult<Kept> {
    let registered = store::find_account(c, person)?.filter(|account| account.registration.is_some());
    let (Some(account), Some(handle)) = (registered, handle_of(handle, form)) else { return Ok(Kept::Held) };
    let (answers, revision) = (Answers::typed(form), form.value("revision").parse().unwrap_or(0));
    if !answers.excess(Language::default()).is_empty() || (revision == 0 && answers.is_empty()) {
        return Ok(Kept::Held);
    }
    let new = NewFiling {
        account_id: account.id,
        handle: &handle,
        kind,
        answers: &answers,
        revision,
        session_hash: "",
    };
    Ok(match store::save(c, &new, now)? {
        Saved::Kept(_) => Kept::Draft,
        Saved::Changed(_) | Saved::Submitted | Saved::Gone | Saved::TooMany => Kept::Held,
    })
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
    shown: &Shown<'_>,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Answer {
    let language = visit.language;
    let courts = COURTS.map(|court| Choice::new(court, court));
    let courts = [Choice::new("", texts::choose(language))].into_iter().chain(courts).collect();
    let page = AnswersPage {
        step: StepIndicator::new(language, 1, 3),
        fifteen: fifteen(visit, shown.kind),
        tokens: visit.form_tokens()?,
        handle: shown.handle.to_owned(),
        revision: shown.revision,
        title: TextField::text(language, "title", texts::title(language))
            .hint(texts::title_hint(language))
            .value(&shown.answers.title)
            .errors_of(&errors),
        court: Select::new(language, "court", texts::court(language), courts)
            .selected(Some(&shown.answers.court))
            .errors_of(&errors),
        may_save: shown.kind.area() == Area::Civil,
        frame: visit.frame(shown.kind.name(language)).language_button().alert(alert).errors(errors),
    };
    visit.html(status, &page)
}
