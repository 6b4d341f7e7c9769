//! C6, edit: another name for a passkey.

use super::list::{self, Done};
use super::new::{name_error, name_field};
use crate::journeys::account::{self, Page};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::ids::{AccountId, PasskeyId};
use idp_domain::passkey::{Passkey, PasskeyName};
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};

const END: &str = "/edit";

#[derive(Template)]
#[template(path = "passkeys/rename.html")]
struct RenamePage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    name: TextField,
    back: String,
}

/// Where it is, after the language.
#[must_use]
pub fn path(id: &PasskeyId) -> String {
    format!("{}/{id}{END}", list::PATH)
}

/// The passkey that this page's address names: `/account/passkeys/{id}/…`. Another account's is as good as none.
///
/// # Errors
/// There is none, or the database is away.
pub async fn passkey_of(visit: &Visit, account: &AccountId, end: &str) -> Result<Passkey, Problem> {
    let rest = visit.path.strip_prefix(list::PATH).and_then(|rest| rest.strip_suffix(end));
    let id = rest.and_then(|rest| rest.strip_prefix('/')).and_then(PasskeyId::parse);
    let found = match id {
        Some(id) => visit.app.store.find_passkey(account.clone(), id).await?,
        None => None,
    };
    found.ok_or(Problem::NotFound)
}

/// `GET /{l}/account/passkeys/{id}/edit`
///
/// # Errors
/// It is none of the person's passkeys, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Passkeys, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let passkey = passkey_of(visit, &session.account.id, END).await?;
    // After a proof that was asked for on the way the person comes by the list of passkeys, whose address holds nothing.
    let held = match held_form::take_after_sign_in(visit, &session.account.id).await? {
        Some(form) => Some(form),
        None => held_form::take(visit).await?,
    };
    let name = held.map_or_else(|| passkey.name.to_string(), |form| form.value("name").to_owned());
    page(visit, &session, &passkey, 200, &name, ErrorSummary::new(visit.language))
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    passkey: &Passkey,
    status: u16,
    name: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = RenamePage {
        action: visit.url(&path(&passkey.id)),
        tokens: visit.form_tokens(),
        name: name_field(l, name, &errors),
        back: visit.url(list::PATH),
        frame: account::frame(visit, Page::Passkeys, t::passkeys::rename_title(l), session)
            .language_button()
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/passkeys/{id}/edit`
///
/// # Errors
/// It is none of the person's passkeys, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Passkeys, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let passkey = passkey_of(visit, &session.account.id, END).await?;
    let (l, typed) = (visit.language, form.value("name"));
    let name = match PasskeyName::parse(typed) {
        Ok(name) => name,
        Err(error) => {
            let mut errors = ErrorSummary::new(l);
            errors.add("name", name_error(l, error));
            return page(visit, &session, &passkey, 422, typed, errors);
        }
    };
    let account = session.account.id.clone();
    if visit.app.store.rename_passkey(account, passkey.id, name, visit.now).await? {
        Ok(Done::Renamed.answer(visit))
    } else {
        Err(Problem::NotFound)
    }
}
