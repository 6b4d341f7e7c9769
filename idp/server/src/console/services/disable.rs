//! D4: disabling a service, for good.

use super::super::Clerk;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::Cell;
use super::{WRITE, its_page};
use crate::admin::{AdminError, services};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;
use idp_store::RegisteredService;

/// `/{l}/admin/services/{id}/disable`
pub struct Disable;

fn already(clerk: &Clerk<'_>) -> Result<Answer, Problem> {
    clerk.refuse(409, t::console::disable(clerk.l()), t::console::is_disabled(clerk.l()))
}

impl PlainChange for Disable {
    const ACT: Act = WRITE;
    type Subject = RegisteredService;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<RegisteredService> {
        let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
        if service.disabled_at.is_some() { already(clerk).map(Err) } else { Ok(Ok(service)) }
    }

    fn words(clerk: &Clerk<'_>, service: &RegisteredService, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::disable(l).to_owned(),
            question: t::console::disable_question(l).to_owned(),
            means: Some(t::console::disabling(l).to_owned()),
            facts: vec![
                (t::console::client_id(l).to_owned(), Cell::Code(service.client.id.to_string())),
                (t::console::name(l).to_owned(), Cell::text(service.client.name.get(l))),
            ],
            dangerous: true,
            cancel: its_page(clerk, service.client.id.as_str()),
        }
    }

    async fn act(clerk: &Clerk<'_>, service: &RegisteredService, form: &Form) -> Result<Answer, Problem> {
        let id = service.client.id.as_str();
        match services::disable(&clerk.desk(), id, Some(form.value("reason"))).await {
            Ok(()) => {
                clerk.visit.app.forget_service(&service.client.id);
                Ok(clerk.done_at(&its_page(clerk, id), "disabled"))
            }
            // Somebody else was faster.
            Err(AdminError::NotFound(_)) => already(clerk),
            Err(error) => Err(error.into()),
        }
    }
}
