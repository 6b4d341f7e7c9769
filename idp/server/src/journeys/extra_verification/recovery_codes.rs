//! C7: recovery codes. New ones are shown to the session that made them until it says that they are kept elsewhere, for
//! half an hour at most; at rest they are sealed until then, and only hashes afterwards.

use super::other_way::codes_left;
use super::{change_mail, enrolled, new_codes, open_codes};
use crate::journeys::account::{self, Page};
use crate::locales as t;
use crate::mail::SecondStepChange;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::time::Timestamp;
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens};
use ontario_language::format_date_time;

/// Where they are, after the language.
pub const PATH: &str = Page::RecoveryCodes.path();
/// The file to keep, after the language.
pub const FILE: &str = "/account/recovery-codes.txt";
/// Where new ones are made, after the language.
pub const NEW: &str = "/account/recovery-codes/new";

#[derive(Template)]
#[template(path = "extra_verification/recovery_codes.html")]
struct CodesPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    codes: Vec<String>,
    facts: [String; 2],
    saved: Checkbox,
    download: ButtonForm,
}

/// What this session is shown.
struct Sheet {
    codes: Vec<String>,
    made_at: Timestamp,
}

async fn sheet(visit: &Visit, session: &SessionWithAccount) -> Result<Option<Sheet>, Problem> {
    let (account, id) = (session.account.id.clone(), session.session.id.clone());
    let Some(found) = visit.app.store.find_recovery_code_sheet(account, id, visit.now).await? else {
        return Ok(None);
    };
    Ok(Some(Sheet { codes: open_codes(visit, &found.codes)?, made_at: found.made_at }))
}

/// Whose the codes are, and when they were made: for the printed page and the file.
fn facts(visit: &Visit, session: &SessionWithAccount, sheet: &Sheet) -> [String; 2] {
    let l = visit.language;
    [
        t::extra_verification::codes_of(l, session.account.name.as_str()),
        t::extra_verification::codes_made(l, format_date_time(l, sheet.made_at.micros())),
    ]
}

/// `GET /{l}/account/recovery-codes`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::RecoveryCodes, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    match sheet(visit, &session).await? {
        Some(sheet) => page(visit, &session, 200, &sheet, ErrorSummary::new(visit.language)),
        None => count(visit, &session).await,
    }
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    sheet: &Sheet,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = CodesPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        codes: sheet.codes.clone(),
        facts: facts(visit, session, sheet),
        saved: Checkbox::new(l, "saved", t::extra_verification::codes_saved(l)).required().errors_of(&errors),
        download: ButtonForm {
            primary: false,
            ..visit.button_form("download-form", FILE, t::extra_verification::download(l))
        },
        frame: account::frame(visit, Page::RecoveryCodes, Page::RecoveryCodes.title(l), session)
            .script("copy.js")
            .errors(errors),
    };
    visit.page(status, &template)
}

/// How many are left, and the way to new ones.
async fn count(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let l = visit.language;
    let factors = visit.app.store.find_second_factors(session.account.id.clone()).await?;
    let frame = account::frame(visit, Page::RecoveryCodes, Page::RecoveryCodes.title(l), session);
    if factors.is_empty() {
        return MessagePage::new(
            frame,
            "no-codes-page",
            vec![t::extra_verification::codes_need_factor(l).into()],
        )
        .button(t::extra_verification::set_up_app(l), visit.url(Page::Totp.path()))
        .answer(visit, 200);
    }
    MessagePage::new(frame, "codes-page", vec![codes_left(visit, &factors)])
        .button(t::extra_verification::make_new_codes(l), visit.url(NEW))
        .answer(visit, 200)
}

/// `POST /{l}/account/recovery-codes`: they are kept elsewhere.
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::RecoveryCodes, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let Some(sheet) = sheet(visit, &session).await? else {
        return Ok(visit.dress(Answer::see_other(visit.url(PATH))));
    };
    let l = visit.language;
    if !form.is_checked("saved") || form.stale {
        let mut errors = ErrorSummary::new(l);
        let message =
            if form.stale { t::form_stale(l) } else { t::extra_verification::codes_saved_required(l) };
        errors.add("saved", message);
        return page(visit, &session, 422, &sheet, errors);
    }
    let (account, id) = (session.account.id.clone(), session.session.id.clone());
    visit.app.store.drop_recovery_code_sheet(account, id).await?;
    enrolled(visit).await
}

/// `POST /{l}/account/recovery-codes.txt`
///
/// # Errors
/// The database is away.
pub async fn file(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::RecoveryCodes, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let Some(sheet) = sheet(visit, &session).await? else { return Err(Problem::StepDone) };
    let title = format!("{}\n", t::extra_verification::codes_file_title(visit.language));
    let lines = facts(visit, &session, &sheet).into_iter().chain([String::new()]).chain(sheet.codes);
    let text = lines.fold(title, |text, line| text + &line + "\n");
    Ok(visit.dress(Answer::text_file("recovery-codes.txt", text)))
}

/// `GET /{l}/account/recovery-codes/new`
///
/// # Errors
/// The database is away.
pub async fn confirm(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::RecoveryCodes, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let frame =
        account::frame(visit, Page::RecoveryCodes, t::extra_verification::make_new_codes(l), &session)
            .back(visit.url(PATH));
    MessagePage::new(frame, "new-codes-page", vec![t::extra_verification::new_codes_text(l).into()])
        .form(visit.button_form("new-codes-form", NEW, t::extra_verification::make_new_codes(l)))
        .answer(visit, 200)
}

/// `POST /{l}/account/recovery-codes/new`: the old ones stop at once.
///
/// # Errors
/// The database is away.
pub async fn make(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::RecoveryCodes, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let account = session.account.id.clone();
    let mail = change_mail(visit, &session.account, SecondStepChange::RecoveryCodesMade)?;
    let codes = new_codes(visit, &session)?;
    // Without a second factor there is nothing that they could stand in for: the page says so.
    visit.app.store.make_recovery_codes(account, codes, mail, visit.now).await?;
    Ok(visit.dress(Answer::see_other(visit.url(PATH))))
}
