//! J7: the contact information, and changing it.

use super::contact_form::{ContactFields, rows};
use super::{MenuItem, menu, registered};
use crate::contact::TypedContact;
use crate::{store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, Visit, redirect};
use serde::Deserialize;

#[derive(Deserialize)]
struct ContactQuery {
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    future: Alert,
    rows: Vec<(&'static str, String)>,
    edit: String,
}

#[derive(Template)]
#[template(path = "contact_edit.html")]
struct EditPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    tokens: FormTokens,
    future: Alert,
    fields: ContactFields,
    cancel: String,
}

/// GET `/{l}/contact`
pub(crate) async fn contact(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let language = visit.language;
    let saved = visit.query::<ContactQuery>()?.notice.as_deref() == Some("saved");
    let saved =
        saved.then(|| Alert::success(language, texts::contact_saved(language)).role("status").focused());
    let page = ContactPage {
        frame: visit.frame(texts::contact_title(language)).alert(saved),
        menu: menu(visit),
        future: Alert::informational(language, texts::contact_future(language)),
        rows: rows(language, &account.registration.contact),
        edit: visit.path("contact/edit"),
    };
    visit.html(StatusCode::OK, &page)
}

/// GET `/{l}/contact/edit`
pub(crate) async fn edit(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let held = visit.held().await?.map(|form| TypedContact::typed(&form));
    let shown = held.unwrap_or_else(|| TypedContact::from(account.registration.contact));
    edit_page(visit, StatusCode::OK, &shown, ErrorSummary::new(visit.language))
}

/// POST `/{l}/contact/edit`. A double click saves the same again.
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let account = registered(visit, member).await?;
    let typed = TypedContact::typed(form);
    let contact = match typed.checked(visit.language) {
        Ok(contact) => contact,
        Err(errors) => return edit_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, errors),
    };
    let (person, language, now) = (member.session.person.clone(), visit.language, visit.now);
    let reference = account.registration.reference;
    let save = move |c: &mut _| store::save_contact(c, &person, &contact, (language, &reference), now);
    visit.front.database.write(save).await?;
    Ok(redirect(&visit.path("contact?notice=saved")))
}

fn edit_page(visit: &Visit, status: StatusCode, typed: &TypedContact, errors: ErrorSummary) -> Answer {
    let language = visit.language;
    let page = EditPage {
        menu: menu(visit),
        tokens: visit.form_tokens()?,
        future: Alert::informational(language, texts::contact_future(language)),
        fields: ContactFields::new(language, typed, &errors),
        cancel: visit.path("contact"),
        frame: visit.frame(texts::contact_edit_title(language)).language_button().errors(errors),
    };
    visit.html(status, &page)
}
