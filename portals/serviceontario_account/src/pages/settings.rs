//! S9: the default address and the language of mails, and closing the account.

use super::{Absent, SideList, absent, confirm_page, led, read, saved_alert};
use crate::{accounts, records, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Choice, ErrorSummary, FormTokens, RadioGroup, TextField};
use ontario_language::Language;
use portal_front::handlers::Answer;
use portal_front::{Acted, FieldCheck, Form, Member, Visit};

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    side: SideList,
    tokens: FormTokens,
    email: TextField,
    language: RadioGroup,
    close: String,
}

#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage {
    frame: Frame,
}

/// GET `/{l}/settings`
pub(crate) async fn settings(visit: &Visit, member: Member<'_>) -> Answer {
    let account = match read(visit, member, |_, account| Ok(Some(account))).await? {
        Ok(account) => account,
        Err(reason) => return absent(visit, &reason),
    };
    let (email, language) = match visit.held().await? {
        Some(held) => (held.trimmed("email").to_owned(), held.value("language").to_owned()),
        None => (account.email, account.language),
    };
    settings_page(visit, StatusCode::OK, &email, &language, ErrorSummary::new(visit.language))
}

fn settings_page(
    visit: &Visit,
    status: StatusCode,
    address: &str,
    chosen: &str,
    errors: ErrorSummary,
) -> Answer {
    let language = visit.language;
    let email = TextField::email(language, "email", texts::default_email_label(language)).value(address);
    let choices = Language::ALL.map(Choice::language).into();
    let spoken = RadioGroup::new(language, "language", texts::mail_language(language), choices);
    let page = SettingsPage {
        side: SideList::new(visit),
        tokens: visit.form_tokens()?,
        email: email.hint(texts::default_email_hint(language)).errors_of(&errors),
        language: spoken.selected(Some(chosen)).errors_of(&errors),
        close: visit.path("settings/close"),
        frame: visit
            .frame(texts::settings(language))
            .language_button()
            .alert(saved_alert(visit).filter(|_| errors.is_empty()))
            .errors(errors),
    };
    visit.html(status, &page)
}

/// POST `/{l}/settings`
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let (email, chosen) = (form.trimmed("email").to_owned(), Language::from_code(form.value("language")));
    let mut check = FieldCheck::new(visit.language);
    check.email(&email);
    let mut errors = check.errors;
    let Some(chosen) = chosen.filter(|_| errors.is_empty()) else {
        if chosen.is_none() {
            errors.add("language", texts::choice_required(visit.language));
        }
        let typed = form.value("language");
        return settings_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &email, typed, errors);
    };
    let (person, now) = (member.session.person.clone(), visit.now);
    let acted = visit.act_once(form, move |c| {
        let Some(account) = accounts::find(c, &person)? else { return Ok(Acted::Refused(Absent::Account)) };
        accounts::update_settings(c, account.id, &email, chosen, now)?;
        Ok(Acted::Led("settings?saved=1".to_owned()))
    });
    led(acted.await?, visit)
}

/// GET `/{l}/settings/close`
pub(crate) async fn ask_close(visit: &Visit, member: Member<'_>) -> Answer {
    let language = visit.language;
    match read(visit, member, |_, account| Ok(Some(account))).await? {
        Ok(_) => {
            let text = texts::close_account_text(language).to_owned();
            confirm_page(
                visit,
                texts::close_account(language),
                text,
                texts::close_account(language),
                "settings",
            )
        }
        Err(reason) => absent(visit, &reason),
    }
}

/// POST `/{l}/settings/close`: everything of the account goes, and the session here ends.
pub(crate) async fn close(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let person = member.session.person.clone();
    let acted = visit.act_once(form, move |c| {
        let Some(account) = accounts::find(c, &person)? else { return Ok(Acted::Refused(Absent::Account)) };
        records::delete_account(c, account.id)?;
        Ok(Acted::Led("closed".to_owned()))
    });
    let answer = led(acted.await?, visit)?;
    visit.end_session_here().await?;
    Ok(answer)
}

/// GET `/{l}/closed`
pub(crate) async fn closed(visit: &Visit) -> Answer {
    let page = ClosedPage { frame: visit.frame(texts::closed_title(visit.language)) };
    visit.html(StatusCode::OK, &page)
}
