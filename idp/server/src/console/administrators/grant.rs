//! D10: trusting somebody with a role.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Sheet};
use crate::admin::{AdminError, administrators};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::account::EmailAddress;
use idp_domain::administration::{Act, Area, Role};
use ontario_design::components::{Choice, ErrorSummary, RadioGroup, TextField};

const ACT: Act = Act::Write(Area::Administrators);

/// `/{l}/admin/admins/grant`
pub struct Grant;

impl FormPage for Grant {
    const ACT: Act = ACT;
    type Subject = ();

    async fn find(_clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<()> {
        Ok(Ok(()))
    }

    async fn page(
        clerk: &Clerk<'_>,
        (): &(),
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page(clerk, status, form, errors)
    }

    async fn receive(clerk: &Clerk<'_>, (): &(), form: &Form) -> Result<Answer, Problem> {
        grant(clerk, form).await
    }
}

fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let typed = |name: &str| form.map_or("", |form| form.value(name));
    let roles = Role::ALL.map(|it| Choice::new(it.as_str(), super::role(l, it)).hint(tasks(clerk, it)));
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            TextField::email(l, "email", t::email(l))
                .autocomplete("off")
                .hint(t::console::grant_hint(l))
                .value(typed("email"))
                .errors_of(&errors),
        )
        .field(
            RadioGroup::new(l, "role", t::console::role(l), roles.to_vec())
                .selected(Some(typed("role")))
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::grant_role(l), errors)).with(change).answer(clerk.visit, status)
}

fn tasks(clerk: &Clerk<'_>, role: Role) -> &'static str {
    let l = clerk.l();
    match role {
        Role::KeyAdmin => t::console::key_admin_tasks(l),
        Role::ServiceAdmin => t::console::service_admin_tasks(l),
        Role::Support => t::console::support_tasks(l),
        Role::Auditor => t::console::auditor_tasks(l),
    }
}

async fn grant(clerk: &Clerk<'_>, form: &Form) -> Result<Answer, Problem> {
    let l = clerk.l();
    let email = form.value("email").trim();
    let mut errors = clerk.no_errors();
    if email.is_empty() {
        errors.add("email", t::email_required(l));
    } else if EmailAddress::parse(email).is_err() {
        errors.add("email", t::email_format(l));
    }
    let role = Role::parse(form.value("role"));
    if role.is_none() {
        errors.add("role", t::choice_required(l));
    }
    clerk.check_reason(form, &mut errors);
    let Some(role) = role.filter(|_| errors.is_empty()) else {
        return page(clerk, 422, Some(form), errors);
    };
    if !clerk.is_confirmed(form) {
        let facts =
            [(t::email(l), Cell::text(email)), (t::console::role(l), Cell::text(super::role(l, role)))];
        let confirmation = Confirmation {
            title: t::console::grant_question(l).to_owned(),
            facts: facts.into_iter().map(|(label, cell)| (label.to_owned(), cell)).collect(),
            means: None,
            button: t::console::grant_role(l).to_owned(),
            dangerous: false,
        };
        return clerk.confirm(form, confirmation);
    }
    match administrators::grant(&clerk.desk(), email, role, Some(form.value("reason"))).await {
        Ok(changed) => Ok(clerk.done_at(&clerk.home(), if changed { "granted" } else { "unchanged" })),
        Err(AdminError::NotFound(_)) => {
            errors.add("email", t::console::no_active_account(l));
            page(clerk, 422, Some(form), errors)
        }
        Err(error) => Err(error.into()),
    }
}
