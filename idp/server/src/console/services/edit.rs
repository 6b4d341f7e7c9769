//! D4: a new service, and a registration changed.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Sheet};
use super::{WRITE, fields, problems, secret, told, tools};
use crate::admin::AdminError;
use crate::admin::services::{self, ServicePlan};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;
use idp_domain::client::ClientMetadata;
use idp_store::RegisteredService;
use ontario_design::components::{Alert, ErrorSummary};
use serde_json::Value;

/// `/{l}/admin/services/new` and `/{l}/admin/services/{id}/edit`: none is named where one is new.
pub struct Save;

impl FormPage for Save {
    const ACT: Act = WRITE;
    type Subject = Option<RegisteredService>;

    async fn find(clerk: &Clerk<'_>, form: Option<&Form>) -> Found<Option<RegisteredService>> {
        if clerk.place.is_new() {
            return Ok(Ok(None));
        }
        let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
        if service.disabled_at.is_some() && form.is_none() {
            let l = clerk.l();
            return clerk.refuse(409, t::console::change(l), t::console::is_disabled(l)).map(Err);
        }
        Ok(Ok(Some(service)))
    }

    async fn page(
        clerk: &Clerk<'_>,
        service: &Option<RegisteredService>,
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page(clerk, service.as_ref(), status, form, errors)
    }

    async fn receive(
        clerk: &Clerk<'_>,
        service: &Option<RegisteredService>,
        form: &Form,
    ) -> Result<Answer, Problem> {
        save(clerk, service.as_ref(), form).await
    }
}

fn title(clerk: &Clerk<'_>, service: Option<&RegisteredService>) -> String {
    let l = clerk.l();
    match service {
        Some(service) => t::console::change_service(l, service.client.name.get(l)),
        None => t::console::new_service(l).to_owned(),
    }
}

fn page(
    clerk: &Clerk<'_>,
    service: Option<&RegisteredService>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let cancel = match service {
        Some(service) => clerk.url(clerk.place.section(), &format!("/{}", service.client.id)),
        None => clerk.home(),
    };
    let values = match (form, service) {
        (Some(form), _) => fields::Values::typed(form),
        (None, Some(service)) => fields::Values::of(&service.client.metadata()),
        (None, None) => fields::Values::usual(),
    };
    let change = fields::add_to(clerk.form(t::continue_(l), cancel), l, &values, service.is_none(), &errors)
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(title(clerk, service), errors)).with(change).answer(clerk.visit, status)
}

/// What was typed as a registration, or all that is wrong with it.
async fn read(
    clerk: &Clerk<'_>,
    service: Option<&RegisteredService>,
    form: &Form,
    errors: &mut ErrorSummary,
) -> Result<Option<(ClientMetadata, ServicePlan)>, Problem> {
    let l = clerk.l();
    let members = fields::members(l, form, service.map(|service| service.client.id.as_str()), errors);
    let planned = if let Ok(metadata) = serde_json::from_value::<ClientMetadata>(Value::Object(members)) {
        plan(clerk, service, metadata, errors).await?
    } else {
        if errors.is_empty() {
            errors.add("more", t::console::more_wrong(l));
        }
        None
    };
    errors.sort_by_fields(fields::names());
    clerk.check_reason(form, errors);
    Ok(planned.filter(|_| errors.is_empty()))
}

async fn plan(
    clerk: &Clerk<'_>,
    service: Option<&RegisteredService>,
    metadata: ClientMetadata,
    errors: &mut ErrorSummary,
) -> Result<Option<(ClientMetadata, ServicePlan)>, Problem> {
    let l = clerk.l();
    match services::plan(&clerk.desk(), tools(clerk.visit), metadata.clone()).await {
        Ok(plan) if plan.is_new == service.is_none() => return Ok(Some((metadata, plan))),
        Ok(_) | Err(AdminError::Conflict(_)) => errors.add("client_id", t::console::client_id_taken(l)),
        Err(AdminError::Invalid(wrong)) => problems::tell(l, &wrong, errors),
        Err(error) => return Err(error.into()),
    }
    Ok(None)
}

async fn save(
    clerk: &Clerk<'_>,
    service: Option<&RegisteredService>,
    form: &Form,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let mut errors = clerk.no_errors();
    let Some((metadata, plan)) = read(clerk, service, form, &mut errors).await? else {
        return page(clerk, service, 422, Some(form), errors);
    };
    if !clerk.is_confirmed(form) {
        return confirm(clerk, service, form, &plan);
    }
    let (desk, why) = (clerk.desk(), Some(form.value("reason")));
    let saved = match service {
        Some(_) => services::update(&desk, tools(clerk.visit), metadata, why).await,
        None => services::add(&desk, tools(clerk.visit), metadata, why).await,
    };
    match saved {
        Ok(saved) => {
            clerk.visit.app.forget_service(&saved.client.id);
            let id = saved.client.id.to_string();
            match (service, saved.secret) {
                (Some(_), None) => {
                    let url = clerk.url(clerk.place.section(), &format!("/{id}"));
                    Ok(clerk.done_at(&url, "updated"))
                }
                (Some(_), secret) => secret::shown(clerk, t::console::service_updated(l), &id, secret),
                (None, secret) => secret::shown(clerk, t::console::service_added(l), &id, secret),
            }
        }
        Err(AdminError::Invalid(wrong)) => {
            problems::tell(l, &wrong, &mut errors);
            page(clerk, service, 422, Some(form), errors)
        }
        Err(AdminError::Conflict(_)) => {
            clerk.refuse(409, &title(clerk, service), t::console::changed_meanwhile(l))
        }
        Err(error) => Err(error.into()),
    }
}

fn confirm(
    clerk: &Clerk<'_>,
    service: Option<&RegisteredService>,
    form: &Form,
    plan: &ServicePlan,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    if service.is_some() && plan.changes.is_empty() {
        let alert = Alert::informational(l, t::console::nothing_differs(l)).focused();
        return Sheet::new(clerk.frame(title(clerk, service)).alert(Some(alert)))
            .text(t::console::nothing_changed(l))
            .answer(clerk.visit, 200);
    }
    let facts = plan.changes.iter().map(|change| {
        let told = |value: &Option<Value>| {
            value.as_ref().map_or_else(String::new, |value| told::value(l, &change.field, value))
        };
        let (before, mut after) = (told(&change.before), told(&change.after));
        if change.field == "client_id" && service.is_none() && form.value("client_id").trim().is_empty() {
            // Another one is made when it is saved.
            t::console::client_id_is_made(l).clone_into(&mut after);
        }
        let lines = if service.is_none() {
            vec![after]
        } else {
            vec![t::console::before(l, dash(&before)), t::console::after(l, dash(&after))]
        };
        (told::label(l, &change.field), Cell::Lines(lines))
    });
    let title = match service {
        Some(_) => t::console::change_service_question(l),
        None => t::console::add_service_question(l),
    };
    clerk.confirm(
        form,
        Confirmation {
            title: title.to_owned(),
            facts: facts.collect(),
            means: None,
            button: t::account::save(l).to_owned(),
            dangerous: false,
        },
    )
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
