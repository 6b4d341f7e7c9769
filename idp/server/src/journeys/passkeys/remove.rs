//! C6, remove: asked once more, and refused where nothing would be left to sign in with.

use super::list::{self, Done};
use super::rename::passkey_of;
use crate::journeys::account::{self, Page};
use crate::journeys::extra_verification::change_mail;
use crate::locales as t;
use crate::mail::SecondStepChange;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::ids::PasskeyId;
use idp_domain::passkey::Passkey;
use idp_store::{PasskeyRemoval, RemovePasskeyOutcome, SessionWithAccount};
use ontario_design::components::Alert;

const END: &str = "/remove";

/// Where it is, after the language.
#[must_use]
pub fn path(id: &PasskeyId) -> String {
    format!("{}/{id}{END}", list::PATH)
}

/// `GET /{l}/account/passkeys/{id}/remove`
///
/// # Errors
/// It is none of the person's passkeys, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Passkeys, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let passkey = passkey_of(visit, &session.account.id, END).await?;
    page(visit, &session, &passkey, 200, None)
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    passkey: &Passkey,
    status: u16,
    refusal: Option<String>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let alert = refusal.map(|words| Alert::warning(l, words).id("refused").focused());
    let frame = account::frame(visit, Page::Passkeys, t::passkeys::remove_title(l), session).alert(alert);
    let words = vec![t::passkeys::remove_text(l, &passkey.name)];
    MessagePage::new(frame, "remove-page", words)
        .form(visit.button_form("remove-form", &path(&passkey.id), t::passkeys::remove(l)))
        .link(t::passkeys::title(l), visit.url(list::PATH))
        .answer(visit, status)
}

/// `POST /{l}/account/passkeys/{id}/remove`
///
/// # Errors
/// It is none of the person's passkeys, or the database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Passkeys, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let passkey = passkey_of(visit, &session.account.id, END).await?;
    let removal = PasskeyRemoval {
        id: passkey.id.clone(),
        account: session.account.id.clone(),
        mail: change_mail(visit, &session.account, SecondStepChange::PasskeyRemoved)?,
        now: visit.now,
    };
    let refusal = match visit.app.store.remove_passkey(removal).await? {
        RemovePasskeyOutcome::Removed => return Ok(Done::Removed.answer(visit)),
        RemovePasskeyOutcome::Gone => return Err(Problem::NotFound),
        RemovePasskeyOutcome::Needed(client) => {
            t::passkeys::needed(visit.language, client.name.get(visit.language))
        }
        RemovePasskeyOutcome::LastWay => t::passkeys::last_way(visit.language).to_owned(),
    };
    page(visit, &session, &passkey, 422, Some(refusal))
}
