//! C1: the address, the language, and nothing else that is kept of a person.

use super::{Page, ShownTime, done, done_at, frame, signed_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::{Alert, Choice, ErrorSummary, FormTokens, RadioGroup};

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    frame: Frame,
    email: String,
    change_email: String,
    created: ShownTime,
    transfer: String,
    transfer_href: String,
    data_href: String,
    action: String,
    tokens: FormTokens,
    language: RadioGroup,
}

/// `GET /{l}/account/profile`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Profile, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take_for(visit, &session.account.id).await?;
    let chosen = held.map(|form| form.value("language").to_owned());
    page(visit, &session, 200, chosen.as_deref(), ErrorSummary::new(visit.language)).await
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    chosen: Option<&str>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let account = &session.account;
    let saved = done(visit) == Some("saved") && errors.is_empty();
    let template = ProfilePage {
        email: account.name.as_str().to_owned(),
        change_email: visit.plain_url(Page::Email.path()),
        created: ShownTime::new(l, account.created_at),
        transfer: super::transfer::words(visit, account).await?,
        transfer_href: visit.plain_url(Page::Transfer.path()),
        data_href: visit.plain_url(Page::Data.path()),
        action: visit.plain_url(Page::Profile.path()),
        tokens: visit.form_tokens(),
        language: RadioGroup::new(
            l,
            "language",
            t::language_for_messages(l),
            Language::ALL.map(Choice::language).to_vec(),
        )
        .selected(Some(chosen.unwrap_or(account.language.code())))
        .errors_of(&errors),
        frame: frame(visit, Page::Profile, t::account::profile(l), session)
            .errors(errors)
            .alert(saved.then(|| Alert::success(l, t::account::saved(l)).focused())),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/profile`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Profile, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let mut errors = ErrorSummary::new(visit.language);
    let language = Language::from_code(form.value("language"));
    if form.stale {
        errors.add("language", t::form_stale(visit.language));
    } else if language.is_none() {
        errors.add("language", t::choice_required(visit.language));
    }
    match language.filter(|_| errors.is_empty()) {
        Some(language) => {
            visit.app.store.set_account_language(session.account.id.clone(), language, visit.now).await?;
            Ok(done_at(visit, Page::Profile, "saved"))
        }
        None => page(visit, &session, 422, Some(form.value("language")), errors).await,
    }
}
