//! D2: taking a notice down.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Sheet};
use super::super::{Clerk, enter};
use crate::admin::notices;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::{Act, Area};
use idp_domain::notice::Notice;
use ontario_design::components::ErrorSummary;

const ACT: Act = Act::Write(Area::Notices);

/// `GET /{l}/admin/notices/{id}/remove`
///
/// # Errors
/// No role, no such notice, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let notice = find(&clerk).await?;
    let held = clerk.held().await?;
    page(&clerk, &notice, 200, held.as_ref(), clerk.no_errors())
}

async fn find(clerk: &Clerk<'_>) -> Result<Notice, Problem> {
    let all = notices::list(&clerk.desk()).await?;
    all.into_iter().find(|notice| notice.id.to_string() == clerk.place.subject()).ok_or(Problem::NotFound)
}

fn facts(clerk: &Clerk<'_>, notice: &Notice) -> Vec<(String, Cell)> {
    let l = clerk.l();
    vec![
        (t::console::text_en(l).to_owned(), Cell::text(&notice.text.en)),
        (t::console::text_fr(l).to_owned(), Cell::text(&notice.text.fr)),
        (t::console::where_(l).to_owned(), Cell::text(super::place(l, notice.place))),
    ]
}

fn page(
    clerk: &Clerk<'_>,
    notice: &Notice,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let change = clerk.form(t::continue_(l), clerk.home()).field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::remove_notice(l), errors))
        .with(Facts::new("notice-facts", facts(clerk, notice)))
        .with(change)
        .answer(clerk.visit, status)
}

/// `POST /{l}/admin/notices/{id}/remove`
///
/// # Errors
/// No role, no such notice, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let notice = find(&clerk).await?;
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, &notice, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: t::console::remove_notice_question(l).to_owned(),
            facts: facts(&clerk, &notice),
            warning: None,
            button: t::console::remove(l).to_owned(),
            dangerous: true,
        };
        return clerk.confirm(form, confirmation);
    }
    notices::remove(&clerk.desk(), clerk.place.subject(), Some(form.value("reason"))).await?;
    visit.app.notices.forget();
    Ok(clerk.done_at(&clerk.home(), "removed"))
}
