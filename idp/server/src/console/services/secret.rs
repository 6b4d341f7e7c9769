//! D4: one more secret. It is shown once; the newest before it works on beside it.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Link, Links, Sheet};
use super::super::{Clerk, enter};
use super::WRITE;
use crate::admin::{AdminError, services};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use askama::filters::HtmlSafe;
use idp_domain::secret::Secret;
use idp_store::RegisteredService;
use ontario_design::components::{Alert, ErrorSummary};

/// A secret that is shown once.
#[derive(Template)]
#[template(path = "console/secret.html")]
struct ShownSecret {
    label: &'static str,
    secret: Secret,
    copy: &'static str,
    copied: &'static str,
}

impl HtmlSafe for ShownSecret {}

/// The page that shows a secret, once: after it only its hash is left.
///
/// # Errors
/// The template fails, which no data causes.
pub fn shown(clerk: &Clerk<'_>, done: &str, id: &str, secret: Option<Secret>) -> Result<Answer, Problem> {
    let l = clerk.l();
    let title = if secret.is_some() { t::console::new_secret(l) } else { t::console::services(l) };
    let mut frame = clerk.frame(title).alert(Some(Alert::success(l, done).focused())).script("copy.js");
    frame.language_control = None;
    let warning = secret.is_some().then(|| Alert::warning(l, t::console::secret_once(l)));
    let shown = secret.map(|secret| ShownSecret {
        label: t::console::secret(l),
        secret,
        copy: t::extra_verification::copy(l),
        copied: t::extra_verification::copied(l),
    });
    let to = clerk.url(clerk.place.section(), &format!("/{id}"));
    Sheet::new(frame)
        .with(Facts::new("saved", vec![(t::console::client_id(l).to_owned(), Cell::Code(id.to_owned()))]))
        .with_some(warning)
        .with_some(shown)
        .with(Links(vec![Link::new(t::console::go_to_service(l), to)]))
        .answer(clerk.visit, 200)
}

/// `GET /{l}/admin/services/{id}/secret`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
    if let Some(answer) = none(&clerk, &service)? {
        return Ok(answer);
    }
    let held = clerk.held().await?;
    page(&clerk, &service, 200, held.as_ref(), clerk.no_errors())
}

/// A service that proves itself otherwise, or is disabled, gets no secret.
fn none(clerk: &Clerk<'_>, service: &RegisteredService) -> Result<Option<Answer>, Problem> {
    let l = clerk.l();
    let why = if service.disabled_at.is_some() {
        t::console::is_disabled(l)
    } else if service.client.authentication_method.has_secret() {
        return Ok(None);
    } else {
        t::console::has_no_secret(l)
    };
    clerk.refuse(409, t::console::new_secret(l), why).map(Some)
}

fn facts(clerk: &Clerk<'_>, service: &RegisteredService) -> Vec<(String, Cell)> {
    let l = clerk.l();
    vec![
        (t::console::client_id(l).to_owned(), Cell::Code(service.client.id.to_string())),
        (t::console::name(l).to_owned(), Cell::text(service.client.name.get(l))),
        (t::console::good_secrets(l).to_owned(), Cell::text(service.secrets.len().to_string())),
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
    Sheet::new(clerk.form_frame(t::console::new_secret(l), errors.clone()))
        .text(t::console::secret_means(l))
        .with(Facts::new("service", facts(clerk, service)))
        .with(clerk.form(t::continue_(l), cancel).field(clerk.reason_field(form, &errors)))
        .answer(clerk.visit, status)
}

/// `POST /{l}/admin/services/{id}/secret`
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
    if let Some(answer) = none(&clerk, &service)? {
        return Ok(answer);
    }
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, &service, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: t::console::secret_question(l).to_owned(),
            facts: facts(&clerk, &service),
            warning: Some(t::console::secret_means(l).to_owned()),
            button: t::console::new_secret(l).to_owned(),
            dangerous: false,
        };
        return clerk.confirm(form, confirmation);
    }
    match services::rotate_secret(&clerk.desk(), &id, Some(form.value("reason"))).await {
        Ok(secret) => {
            visit.app.forget_service(&service.client.id);
            shown(&clerk, t::console::secret_made(l), &id, Some(secret))
        }
        Err(AdminError::Conflict(_)) => {
            clerk.refuse(409, t::console::new_secret(l), t::console::has_no_secret(l))
        }
        Err(error) => Err(error.into()),
    }
}
