//! D3: revoke in an emergency. The `kid` is typed once more, so that no slip revokes a key.

use super::super::Clerk;
use super::super::change::ChangeForm;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::Cell;
use crate::admin::AdminError;
use crate::admin::keys::{self, KeyTools};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::KeyState;
use idp_store::StoredSigningKey;
use ontario_design::components::{ErrorSummary, TextField};

/// `/{l}/admin/keys/{kid}/revoke`
pub struct Revoke;

fn already(clerk: &Clerk<'_>) -> Result<Answer, Problem> {
    let l = clerk.l();
    clerk.refuse(409, t::console::revoke_in_emergency(l), t::console::revoked_before(l))
}

impl PlainChange for Revoke {
    const ACT: Act = Act::Write(Area::Keys);
    type Subject = StoredSigningKey;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<StoredSigningKey> {
        let key = keys::find(&clerk.desk(), clerk.place.subject()).await?;
        if key.state == KeyState::Revoked { already(clerk).map(Err) } else { Ok(Ok(key)) }
    }

    fn words(clerk: &Clerk<'_>, key: &StoredSigningKey, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        let means = match key.state {
            KeyState::Active => t::console::revoking_active(l),
            _ => t::console::revoking_other(l),
        };
        Words {
            title: t::console::revoke_in_emergency(l).to_owned(),
            question: t::console::revoke_question(l).to_owned(),
            means: Some(means.to_owned()),
            facts: vec![
                (t::console::kid(l).to_owned(), Cell::Code(key.kid.clone())),
                (t::console::algorithm(l).to_owned(), Cell::text(key.algorithm.as_str())),
                (t::console::state(l).to_owned(), Cell::text(super::state(l, key.state))),
            ],
            dangerous: true,
            cancel: clerk.home(),
        }
    }

    fn fields(
        clerk: &Clerk<'_>,
        _key: &StoredSigningKey,
        form: Option<&Form>,
        errors: &ErrorSummary,
        change: ChangeForm,
    ) -> ChangeForm {
        change.field(
            TextField::text(clerk.l(), "confirm", t::console::type_the_kid(clerk.l()))
                .without_spellcheck()
                .value(form.map_or("", |form| form.value("confirm")))
                .errors_of(errors),
        )
    }

    fn check(clerk: &Clerk<'_>, key: &StoredSigningKey, form: &Form, errors: &mut ErrorSummary) {
        if form.value("confirm").trim() != key.kid {
            errors.add("confirm", t::console::not_the_kid(clerk.l()));
        }
    }

    async fn act(clerk: &Clerk<'_>, key: &StoredSigningKey, form: &Form) -> Result<Answer, Problem> {
        let tools = KeyTools::of(&clerk.visit.app);
        match keys::revoke(&clerk.desk(), tools, &key.kid, form.value("reason")).await {
            Ok(_) => Ok(clerk.done_at(&clerk.home(), "revoked")),
            Err(AdminError::Conflict(_)) => already(clerk),
            Err(error) => Err(error.into()),
        }
    }
}
