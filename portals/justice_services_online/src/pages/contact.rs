//! J7: the contact information, and changing it.

use super::contact_form::{ContactFields, rows};
use super::{MenuItem, menu, registered};
use crate::contact::Contact;
use crate::{store, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, Visit, form_status};

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    future: Alert,
    rows: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "contact_edit.html")]
struct EditPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    tokens: FormTokens,
    future: Alert,
    fields: ContactFields,
}

/// GET `/{l}/contact`
pub(crate) async fn contact(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let language = visit.language;
    let page = ContactPage {
        frame: visit
            .frame(texts::contact_title(language))
            .alert(visit.done("saved", texts::contact_saved(language))),
        menu: menu(visit),
        future: Alert::informational(language, texts::contact_future(language)),
        rows: rows(language, &account.registration.contact),
    };
    visit.html(StatusCode::OK, &page)
}

/// GET `/{l}/contact/edit`
pub(crate) async fn edit(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let held = visit.held().await?.map(|form| Contact::typed(&form));
    let shown = held.unwrap_or(account.registration.contact);
    edit_page(visit, &shown, ErrorSummary::new(visit.language))
}

/// POST `/{l}/contact/edit`. A double click saves the same again.
pub(crate) async fn save(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    registered(visit, member).await?;
    let typed = Contact::typed(form);
    let contact = match typed.checked(visit.language) {
        Ok(contact) => contact,
        Err(errors) => return edit_page(visit, &typed, errors),
    };
    let (person, now) = (member.session.person.clone(), visit.now);
    visit.front.database.write(move |c| store::save_contact(c, &person, &contact, now)).await?;
    visit.go("contact?notice=saved")
}

fn edit_page(visit: &Visit, typed: &Contact, errors: ErrorSummary) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let page = EditPage {
        menu: menu(visit),
        tokens: visit.form_tokens()?,
        future: Alert::informational(language, texts::contact_future(language)),
        fields: ContactFields::new(language, typed, &errors),
        frame: visit.frame(texts::contact_edit_title(language)).language_button().errors(errors),
    };
    visit.html(status, &page)
}
