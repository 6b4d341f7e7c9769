//! D10: taking a role. The last of a role stays.

use super::super::Clerk;
use super::super::change::ChangeForm;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words, page};
use super::super::sheet::Cell;
use crate::admin::{AdminError, administrators};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::{Act, Area, Role};
use idp_store::Administrator;
use ontario_design::components::{Choice, ErrorSummary, RadioGroup};

/// `/{l}/admin/admins/{account}/revoke`
pub struct Revoke;

impl PlainChange for Revoke {
    const ACT: Act = Act::Write(Area::Administrators);
    type Subject = Administrator;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<Administrator> {
        Ok(Ok(administrators::find(&clerk.desk(), clerk.place.subject()).await?))
    }

    fn words(clerk: &Clerk<'_>, administrator: &Administrator, form: Option<&Form>) -> Words {
        let l = clerk.l();
        let mut facts = vec![(t::email(l).to_owned(), Cell::text(administrator.name.as_str()))];
        let role = form.and_then(|form| Role::parse(form.value("role")));
        facts.extend(role.map(|role| (t::console::role(l).to_owned(), Cell::text(super::role(l, role)))));
        let is_own = administrator.account == clerk.session.account.id;
        Words {
            title: t::console::revoke_role(l).to_owned(),
            question: t::console::revoke_role_question(l).to_owned(),
            means: is_own.then(|| t::console::own_role(l).to_owned()),
            facts,
            dangerous: true,
            cancel: clerk.home(),
        }
    }

    fn fields(
        clerk: &Clerk<'_>,
        administrator: &Administrator,
        form: Option<&Form>,
        errors: &ErrorSummary,
        change: ChangeForm,
    ) -> ChangeForm {
        let l = clerk.l();
        let roles = administrator.roles.iter();
        let choices = roles.map(|(it, _)| Choice::new(it.as_str(), super::role(l, *it))).collect();
        change.field(
            RadioGroup::new(l, "role", t::console::role(l), choices)
                .selected(form.map(|form| form.value("role")))
                .errors_of(errors),
        )
    }

    fn check(clerk: &Clerk<'_>, _administrator: &Administrator, form: &Form, errors: &mut ErrorSummary) {
        if Role::parse(form.value("role")).is_none() {
            errors.add("role", t::choice_required(clerk.l()));
        }
    }

    async fn act(clerk: &Clerk<'_>, administrator: &Administrator, form: &Form) -> Result<Answer, Problem> {
        let role = Role::parse(form.value("role")).ok_or(Problem::BadForm)?;
        let (name, why) = (administrator.name.as_str(), Some(form.value("reason")));
        match administrators::revoke(&clerk.desk(), name, role, why).await {
            Ok(_) => Ok(clerk.done_at(&clerk.home(), "revoked")),
            Err(AdminError::Conflict(_)) => {
                let mut errors = clerk.no_errors();
                errors.add("role", t::console::keep_one(clerk.l()));
                page::<Self>(clerk, administrator, 422, Some(form), errors)
            }
            Err(error) => Err(error.into()),
        }
    }
}
