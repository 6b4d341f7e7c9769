//! D4: disabling a service, for good.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Sheet};
use super::super::{Clerk, enter};
use super::WRITE;
use crate::admin::services;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_store::RegisteredService;
use ontario_design::components::{Alert, ErrorSummary};

/// `GET /{l}/admin/services/{id}/disable`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
    if service.disabled_at.is_some() {
        return already(&clerk);
    }
    let held = clerk.held().await?;
    page(&clerk, &service, 200, held.as_ref(), clerk.no_errors())
}

fn already(clerk: &Clerk<'_>) -> Result<Answer, Problem> {
    clerk.refuse(409, t::console::disable(clerk.l()), t::console::is_disabled(clerk.l()))
}

fn facts(clerk: &Clerk<'_>, service: &RegisteredService) -> Vec<(String, Cell)> {
    let l = clerk.l();
    vec![
        (t::console::client_id(l).to_owned(), Cell::Code(service.client.id.to_string())),
        (t::console::name(l).to_owned(), Cell::text(service.client.name.get(l))),
    ]
}

fn page(
    clerk: &Clerk<'_>,
    service: &RegisteredService,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let cancel = clerk.url(clerk.place.section(), &format!("/{}", service.client.id));
    Sheet::new(clerk.form_frame(t::console::disable(l), errors.clone()))
        .with(Alert::warning(l, t::console::disabling(l)))
        .with(Facts::new("service", facts(clerk, service)))
        .with(clerk.form(t::continue_(l), cancel).field(clerk.reason_field(form, &errors)))
        .answer(clerk.visit, status)
}

/// `POST /{l}/admin/services/{id}/disable`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let id = clerk.place.subject().to_owned();
    let service = services::show(&clerk.desk(), &id).await?;
    if service.disabled_at.is_some() {
        return already(&clerk);
    }
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, &service, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: t::console::disable_question(l).to_owned(),
            facts: facts(&clerk, &service),
            warning: Some(t::console::disabling(l).to_owned()),
            button: t::console::disable(l).to_owned(),
            dangerous: true,
        };
        return clerk.confirm(form, confirmation);
    }
    services::disable(&clerk.desk(), &id, Some(form.value("reason"))).await?;
    visit.app.forget_service(&service.client.id);
    Ok(clerk.done_at(&clerk.url(clerk.place.section(), &format!("/{id}")), "disabled"))
}
