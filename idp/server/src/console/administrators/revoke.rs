//! D10: taking a role. The last of a role stays.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Sheet};
use super::super::{Clerk, enter};
use crate::admin::{AdminError, administrators};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::{Act, Area, Role};
use idp_store::Administrator;
use ontario_design::components::{Choice, ErrorSummary, RadioGroup};

const ACT: Act = Act::Write(Area::Administrators);

/// `GET /{l}/admin/admins/{account}/revoke`
///
/// # Errors
/// No role, no such administrator, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let administrator = find(&clerk).await?;
    let held = clerk.held().await?;
    page(&clerk, &administrator, 200, held.as_ref(), clerk.no_errors())
}

async fn find(clerk: &Clerk<'_>) -> Result<Administrator, Problem> {
    let all = administrators::list(&clerk.desk()).await?;
    all.into_iter().find(|it| it.account.as_str() == clerk.place.subject()).ok_or(Problem::NotFound)
}

fn page(
    clerk: &Clerk<'_>,
    administrator: &Administrator,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let roles =
        administrator.roles.iter().map(|(it, _)| Choice::new(it.as_str(), super::role(l, *it))).collect();
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            RadioGroup::new(l, "role", t::console::role(l), roles)
                .selected(form.map(|form| form.value("role")))
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    let facts = vec![(t::email(l).to_owned(), Cell::text(administrator.name.as_str()))];
    Sheet::new(clerk.form_frame(t::console::revoke_role(l), errors))
        .with(Facts::new("administrator", facts))
        .with(change)
        .answer(clerk.visit, status)
}

/// `POST /{l}/admin/admins/{account}/revoke`
///
/// # Errors
/// No role, no such administrator, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let administrator = find(&clerk).await?;
    let mut errors = clerk.no_errors();
    let role = Role::parse(form.value("role"));
    if role.is_none() {
        errors.add("role", t::choice_required(l));
    }
    clerk.check_reason(form, &mut errors);
    let Some(role) = role.filter(|_| errors.is_empty()) else {
        return page(&clerk, &administrator, 422, Some(form), errors);
    };
    let name = administrator.name.as_str();
    if !clerk.is_confirmed(form) {
        let own = administrator.account == clerk.session.account.id;
        let confirmation = Confirmation {
            title: t::console::revoke_role_question(l).to_owned(),
            facts: vec![
                (t::email(l).to_owned(), Cell::text(name)),
                (t::console::role(l).to_owned(), Cell::text(super::role(l, role))),
            ],
            warning: own.then(|| t::console::own_role(l).to_owned()),
            button: t::console::revoke_role(l).to_owned(),
            dangerous: true,
        };
        return clerk.confirm(form, confirmation);
    }
    match administrators::revoke(&clerk.desk(), name, role, Some(form.value("reason"))).await {
        Ok(_) => Ok(clerk.done_at(&clerk.home(), "revoked")),
        Err(AdminError::Conflict(_)) => {
            errors.add("role", t::console::keep_one(l));
            page(&clerk, &administrator, 422, Some(form), errors)
        }
        Err(error) => Err(error.into()),
    }
}
