//! S9: the default address and the language of mails, and closing the account.

use super::{SideList, act, ask_delete, read, saved_alert};
use crate::{accounts, records, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Choice, ErrorSummary, FormTokens, RadioGroup, TextField};
use ontario_language::Language;
use portal_front::handlers::Answer;
use portal_front::{FieldCheck, Form, Member, Visit, form_status};

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    side: SideList,
    tokens: FormTokens,
    email: TextField,
    language: RadioGroup,
}

/// GET `/{l}/settings`
pub(crate) async fn settings(visit: &Visit, member: Member<'_>) -> Answer {
    let account = read(visit, member, |_, account| Ok(Some(account))).await?;
    let (email, language) = match visit.held().await? {
        Some(held) => (held.trimmed("email").to_owned(), held.value("language").to_owned()),
        None => (account.email, account.language),
    };
    settings_page(visit, &email, &language, ErrorSummary::new(visit.language))
}

fn settings_page(visit: &Visit, address: &str, chosen: &str, errors: ErrorSummary) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let email = TextField::email(language, "email", texts::default_email_label(language)).value(address);
    let choices = Language::ALL.map(Choice::language).into();
    let spoken = RadioGroup::new(language, "language", texts::mail_language(language), choices);
    let page = SettingsPage {
        side: SideList::new(visit),
        tokens: visit.form_tokens()?,
        email: email.hint(texts::default_email_hint(language)).errors_of(&errors),
        language: spoken.selected(Some(chosen)).errors_of(&errors),
        frame: visit
            .frame(texts::settings(language))
            .wide()
            .language_button()
            .alert(saved_alert(visit).filter(|_| errors.is_empty()))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// POST `/{l}/settings`
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let mut check = FieldCheck::new(visit.language);
    let email = check.email(form.value("email"));
    let chosen = check.language(form.value("language"));
    if !check.errors.is_empty() {
        return settings_page(visit, &email, form.value("language"), check.errors);
    }
    let now = visit.now;
    act(visit, member, form, move |c, account| {
        accounts::update_settings(c, account.id, &email, chosen, now)?;
        Ok(Some("settings?saved=1".to_owned()))
    })
    .await
}

/// GET `/{l}/settings/close`
pub(crate) async fn ask_close(visit: &Visit, member: Member<'_>) -> Answer {
    let language = visit.language;
    read(visit, member, |_, account| Ok(Some(account))).await?;
    let (title, text) = (texts::close_account(language), texts::close_account_text(language));
    ask_delete(visit, title, text, title, "settings")
}

/// POST `/{l}/settings/close`: everything of the account goes, and the session here ends.
pub(crate) async fn close(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let answer = act(visit, member, form, |c, account| {
        records::delete_account(c, account.id)?;
        Ok(Some("closed".to_owned()))
    })
    .await?;
    visit.end_session_here().await?;
    Ok(answer)
}

/// GET `/{l}/closed`
pub(crate) async fn closed(visit: &Visit) -> Answer {
    let language = visit.language;
    visit.words(
        StatusCode::OK,
        visit.frame(texts::closed_title(language)),
        texts::closed_text(language),
        None,
    )
}
