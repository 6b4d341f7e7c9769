//! D4: one more secret. It is shown once; the newest before it works on beside it.

use super::super::Clerk;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::{Cell, Facts, Link, Links, Sheet};
use super::{WRITE, its_page};
use crate::admin::{AdminError, services};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use askama::Template;
use askama::filters::HtmlSafe;
use idp_domain::Language;
use idp_domain::administration::Act;
use idp_domain::secret::Secret;
use idp_store::RegisteredService;
use ontario_design::components::Alert;

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

/// A secret and the button that copies it; the page needs `copy.js` and has one of them.
pub fn part(l: Language, label: &'static str, secret: Secret) -> impl HtmlSafe {
    let (copy, copied) = (t::extra_verification::copy(l), t::extra_verification::copied(l));
    ShownSecret { label, secret, copy, copied }
}

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
    let shown = secret.map(|secret| part(l, t::console::secret(l), secret));
    let to = its_page(clerk, id);
    Sheet::new(frame)
        .with(Facts::new("saved", vec![(t::console::client_id(l).to_owned(), Cell::Code(id.to_owned()))]))
        .with_some(warning)
        .with_some(shown)
        .with(Links(vec![Link::new(t::console::go_to_service(l), to)]))
        .answer(clerk.visit, 200)
}

/// `/{l}/admin/services/{id}/secret`
pub struct NewSecret;

impl PlainChange for NewSecret {
    const ACT: Act = WRITE;
    type Subject = RegisteredService;

    /// A service that proves itself otherwise, or is disabled, gets no secret.
    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<RegisteredService> {
        let l = clerk.l();
        let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
        let why = if service.disabled_at.is_some() {
            t::console::is_disabled(l)
        } else if service.client.authentication_method.has_secret() {
            return Ok(Ok(service));
        } else {
            t::console::has_no_secret(l)
        };
        clerk.refuse(409, t::console::new_secret(l), why).map(Err)
    }

    fn words(clerk: &Clerk<'_>, service: &RegisteredService, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::new_secret(l).to_owned(),
            question: t::console::secret_question(l).to_owned(),
            means: Some(t::console::secret_means(l).to_owned()),
            facts: vec![
                (t::console::client_id(l).to_owned(), Cell::Code(service.client.id.to_string())),
                (t::console::name(l).to_owned(), Cell::text(service.client.name.get(l))),
                (t::console::good_secrets(l).to_owned(), Cell::text(service.secrets.len().to_string())),
            ],
            dangerous: false,
            cancel: its_page(clerk, service.client.id.as_str()),
        }
    }

    async fn act(clerk: &Clerk<'_>, service: &RegisteredService, form: &Form) -> Result<Answer, Problem> {
        let (l, id) = (clerk.l(), service.client.id.as_str());
        match services::rotate_secret(&clerk.desk(), id, Some(form.value("reason"))).await {
            Ok(secret) => {
                clerk.visit.app.forget_service(&service.client.id);
                shown(clerk, t::console::secret_made(l), id, Some(secret))
            }
            // Somebody else changed the method, or disabled it.
            Err(AdminError::Conflict(_) | AdminError::NotFound(_)) => {
                clerk.refuse(409, t::console::new_secret(l), t::console::changed_meanwhile(l))
            }
            Err(error) => Err(error.into()),
        }
    }
}
