//! D4: services from a file, with the difference shown before anything is done. The file may hold secrets: it is carried sealed
//! to the page that asks once more, and whatever looks like a secret is never put back into the form.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Facts, Link, Links, Sheet};
use super::{WRITE, problems, told, tools};
use crate::admin::services::{self, AppliedService, Change, Plan, PlannedService, SecretFate};
use crate::admin::{AdminError, FieldError};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::Language;
use idp_domain::administration::Act;
use idp_domain::secret::Secret;
use ontario_design::components::{Alert, ErrorSummary, TextArea};
use serde_json::Value;

/// The field of the file.
const FILE: &str = "service_file";
/// What the confirmed page stands for.
const PLAN: &str = "plan";
/// The longest file that fits a form, and its page that asks once more.
const LONGEST: usize = 32_000;
/// Of a file with more faults, the first ones are told.
const MOST_FAULTS: usize = 20;

/// `/{l}/admin/services/new/file`
pub struct FromFile;

impl FormPage for FromFile {
    const ACT: Act = WRITE;
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
        let mut errors = clerk.no_errors();
        let file = clerk.typed_secret(form, FILE);
        match &file {
            None => errors.add(FILE, t::console::services_file_missing(clerk.l())),
            Some(file) if file.expose().len() > LONGEST => {
                errors.add(FILE, t::console::services_file_long(clerk.l()));
            }
            Some(_) => {}
        }
        clerk.check_reason(form, &mut errors);
        match file {
            Some(file) if errors.is_empty() => {
                let files = [("file".to_owned(), file.expose().to_owned())];
                if clerk.is_confirmed(form) {
                    apply(clerk, form, &files).await
                } else {
                    ask(clerk, form, &files).await
                }
            }
            _ => page(clerk, 422, Some(form), errors),
        }
    }
}

fn title(l: Language) -> &'static str {
    t::console::services_from_file(l)
}

fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let typed = form.map_or("", |form| form.value(FILE));
    let typed = if may_hold_secret(typed) { "" } else { typed };
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            TextArea::new(l, FILE, t::console::services_file(l))
                .without_spellcheck()
                .rows(12)
                .hint(t::console::services_file_hint(l))
                .value(typed)
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(title(l), errors))
        .text(t::console::services_file_means(l))
        .with(change)
        .answer(clerk.visit, status)
}

/// Whether a text has the name of a secret in it, or is one that a page carried.
fn may_hold_secret(text: &str) -> bool {
    let mut after = text.split("client_secret");
    let before = after.next().unwrap_or_default();
    before.starts_with("sealed.") || after.any(|rest| !rest.starts_with('_'))
}

/// Why nothing was done.
fn not_done(clerk: &Clerk<'_>, form: &Form, error: AdminError) -> Result<Answer, Problem> {
    let l = clerk.l();
    match error {
        AdminError::Invalid(wrong) => refused(clerk, form, &wrong),
        AdminError::Forbidden(act) => clerk.refuse(403, title(l), &t::console::right_missing(l, act.scope())),
        AdminError::Conflict(_) => clerk.refuse(409, title(l), t::console::file_changed_meanwhile(l)),
        other => Err(other.into()),
    }
}

/// The form again, with each fault at its line.
fn refused(clerk: &Clerk<'_>, form: &Form, wrong: &[FieldError]) -> Result<Answer, Problem> {
    let mut errors = clerk.no_errors();
    for error in wrong.iter().take(MOST_FAULTS) {
        errors.add(FILE, problems::at_line(clerk.l(), error));
    }
    page(clerk, 422, Some(form), errors)
}

/// Shows what would be done.
async fn ask(clerk: &Clerk<'_>, form: &Form, files: &[(String, String)]) -> Result<Answer, Problem> {
    let l = clerk.l();
    let Plan { plan, services } = match services::plan_files(&clerk.desk(), tools(clerk.visit), files).await {
        Ok(plan) => plan,
        Err(error) => return not_done(clerk, form, error),
    };
    if !services.iter().any(PlannedService::is_due) {
        let alert = Alert::informational(l, t::console::nothing_differs(l)).focused();
        return Sheet::new(clerk.frame(title(l)).alert(Some(alert)))
            .text(t::console::nothing_changed(l))
            .with(Links(vec![Link::new(t::console::services(l), clerk.home())]))
            .answer(clerk.visit, 200);
    }
    let confirmation = Confirmation {
        title: t::console::apply_question(l).to_owned(),
        facts: facts(l, &services),
        means: None,
        button: t::console::apply_file(l).to_owned(),
        dangerous: false,
    };
    clerk.confirm_with_secret(form, FILE, &[(PLAN, plan)], confirmation)
}

/// Each service that changes, with what does; and in one line those that don't.
fn facts(l: Language, services: &[PlannedService]) -> Vec<(String, Cell)> {
    let due = services.iter().filter(|service| service.is_due());
    let mut facts: Vec<(String, Cell)> =
        due.map(|service| (service.client_id.to_string(), Cell::Lines(lines(l, service)))).collect();
    let same: Vec<&str> = services
        .iter()
        .filter(|service| !service.is_due())
        .map(|service| service.client_id.as_str())
        .collect();
    if !same.is_empty() {
        facts.push((t::console::unchanged(l).to_owned(), Cell::text(same.join(", "))));
    }
    facts
}

fn lines(l: Language, service: &PlannedService) -> Vec<String> {
    let mut lines = Vec::new();
    if service.new {
        lines.push(t::console::new_service(l).to_owned());
    }
    for change in service.changes.iter().filter(|change| !service.new || says_something(change)) {
        let told = |value: &Option<Value>| {
            value.as_ref().map_or("–".to_owned(), |value| told::value(l, &change.field, value))
        };
        let label = told::label(l, &change.field);
        lines.push(if service.new {
            t::console::member_is(l, label, told(&change.after))
        } else {
            t::console::changed_from_to(l, label, told(&change.before), told(&change.after))
        });
    }
    lines.extend(match service.secret {
        SecretFate::Stays | SecretFate::None => None,
        SecretFate::Made => Some(t::console::secret_will_be_made(l).to_owned()),
        SecretFate::FromFile => Some(t::console::secret_from_file(l).to_owned()),
        SecretFate::Ends => Some(t::console::secrets_will_end(l).to_owned()),
    });
    lines
}

/// Whether a member of a new service is worth a line: not what it has nothing of, nor a technical name that is off as usual.
fn says_something(change: &Change) -> bool {
    match &change.after {
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Bool(false)) => told::has_label(&change.field),
        _ => change.field != "client_id",
    }
}

async fn apply(clerk: &Clerk<'_>, form: &Form, files: &[(String, String)]) -> Result<Answer, Problem> {
    let (shown, why) = (Some(form.value(PLAN)), Some(form.value("reason")));
    match services::apply(&clerk.desk(), tools(clerk.visit), files, shown, why).await {
        Ok(done) => {
            for applied in &done {
                clerk.visit.app.forget_service(&applied.planned.client_id);
            }
            finished(clerk, done)
        }
        Err(error) => not_done(clerk, form, error),
    }
}

/// Back to the list, or to the page that shows the new secrets once.
fn finished(clerk: &Clerk<'_>, done: Vec<AppliedService>) -> Result<Answer, Problem> {
    let l = clerk.l();
    let secrets: Vec<(String, Secret)> = done
        .into_iter()
        .filter_map(|applied| Some((applied.planned.client_id.to_string(), applied.secret?)))
        .collect();
    if secrets.is_empty() {
        return Ok(clerk.done_at(&clerk.home(), "applied"));
    }
    let mut frame =
        clerk.frame(title(l)).alert(Some(Alert::success(l, t::console::file_applied(l)).focused()));
    frame.language_control = None;
    let once = if secrets.len() == 1 { t::console::secret_once(l) } else { t::console::secrets_once(l) };
    let facts = secrets
        .iter()
        .map(|(id, secret)| (t::console::secret_of(l, id), Cell::Code(secret.expose().to_owned())));
    Sheet::new(frame)
        .with(Alert::warning(l, once))
        .with(Facts::new("secrets", facts.collect()))
        .with(Links(vec![Link::new(t::console::services(l), clerk.home())]))
        .answer(clerk.visit, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_secret_is_not_put_back() {
        for text in ["client_secret = \"x\"", "a\n\"client_secret\"=1", "x client_secret", "sealed.abc"] {
            assert!(may_hold_secret(text), "{text}");
        }
        for text in ["", "token_endpoint_auth_method = \"client_secret_basic\"", "client_name = \"x\""] {
            assert!(!may_hold_secret(text), "{text}");
        }
    }
}
