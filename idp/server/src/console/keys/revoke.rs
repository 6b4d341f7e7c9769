//! D3: revoke in an emergency. The `kid` is typed once more, so that no slip revokes a key.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Sheet};
use super::super::{Clerk, enter};
use crate::admin::AdminError;
use crate::admin::keys::{self, KeyTools};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::KeyState;
use idp_store::StoredSigningKey;
use ontario_design::components::{Alert, ErrorSummary, TextField};

const ACT: Act = Act::Write(Area::Keys);

/// `GET /{l}/admin/keys/{kid}/revoke`
///
/// # Errors
/// No role, no such key, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let key = find(&clerk).await?;
    if key.state == KeyState::Revoked {
        return already(&clerk);
    }
    let held = clerk.held().await?;
    page(&clerk, &key, 200, held.as_ref(), clerk.no_errors())
}

async fn find(clerk: &Clerk<'_>) -> Result<StoredSigningKey, Problem> {
    let all = keys::list(&clerk.desk()).await?;
    all.into_iter().find(|key| key.kid == clerk.place.subject()).ok_or(Problem::NotFound)
}

fn already(clerk: &Clerk<'_>) -> Result<Answer, Problem> {
    let l = clerk.l();
    clerk.refuse(409, t::console::revoke_in_emergency(l), t::console::revoked_before(l))
}

fn facts(clerk: &Clerk<'_>, key: &StoredSigningKey) -> Vec<(String, Cell)> {
    let l = clerk.l();
    vec![
        (t::console::kid(l).to_owned(), Cell::Code(key.kid.clone())),
        (t::console::algorithm(l).to_owned(), Cell::text(key.algorithm.as_str())),
        (t::console::state(l).to_owned(), Cell::text(super::state(l, key.state))),
    ]
}

fn page(
    clerk: &Clerk<'_>,
    key: &StoredSigningKey,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            TextField::text(l, "confirm", t::console::type_the_kid(l))
                .without_spellcheck()
                .value(form.map_or("", |form| form.value("confirm")))
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::revoke_in_emergency(l), errors))
        .with(Alert::warning(l, warning(clerk, key)))
        .with(Facts::new("key", facts(clerk, key)))
        .with(change)
        .answer(clerk.visit, status)
}

fn warning(clerk: &Clerk<'_>, key: &StoredSigningKey) -> &'static str {
    let l = clerk.l();
    if key.state == KeyState::Active { t::console::revoking_active(l) } else { t::console::revoking_other(l) }
}

/// `POST /{l}/admin/keys/{kid}/revoke`
///
/// # Errors
/// No role, no such key, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let key = find(&clerk).await?;
    let mut errors = clerk.no_errors();
    if form.value("confirm").trim() != key.kid {
        errors.add("confirm", t::console::not_the_kid(l));
    }
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, &key, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: t::console::revoke_question(l).to_owned(),
            facts: facts(&clerk, &key),
            warning: Some(warning(&clerk, &key).to_owned()),
            button: t::console::revoke_in_emergency(l).to_owned(),
            dangerous: true,
        };
        return clerk.confirm(form, confirmation);
    }
    let tools = KeyTools::of(&visit.app);
    match keys::revoke(&clerk.desk(), tools, &key.kid, form.value("reason")).await {
        Ok(_) => Ok(clerk.done_at(&clerk.home(), "revoked")),
        Err(AdminError::Conflict(_)) => already(&clerk),
        Err(error) => Err(error.into()),
    }
}
