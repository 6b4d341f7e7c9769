//! D3: rotate now. The page says first what it means for tokens and caches.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Sheet, Table};
use crate::admin::keys::{self, KeyTools, PlannedRotation};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use ontario_design::components::{Checkbox, Choice, ErrorSummary, Select};
use ontario_language::format_date_time;

const ACT: Act = Act::Write(Area::Keys);

/// `/{l}/admin/keys/rotate`
pub struct Rotate;

impl FormPage for Rotate {
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
        page(clerk, status, form, errors).await
    }

    async fn receive(clerk: &Clerk<'_>, (): &(), form: &Form) -> Result<Answer, Problem> {
        rotate(clerk, form).await
    }
}

async fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let plan = keys::plan_rotation(&clerk.desk(), KeyTools::of(&clerk.visit.app), None, false).await?;
    let columns = vec![
        t::console::algorithm(l),
        t::console::signs_now(l),
        t::console::signs_next(l),
        t::console::possible_from(l),
    ];
    let rows = plan.iter().map(|planned| row(clerk, planned)).collect();
    let algorithms = SigningAlgorithm::ALL.map(|it| Choice::new(it.as_str(), it.as_str()));
    let choices = std::iter::once(Choice::new("", t::console::each_algorithm(l))).chain(algorithms);
    let typed = |name: &str| form.map_or("", |form| form.value(name));
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            Select::new(l, "algorithm", t::console::algorithm(l), choices.collect())
                .without_flag()
                .selected(Some(typed("algorithm")))
                .errors_of(&errors),
        )
        .field(
            Checkbox::new(l, "early", t::console::rotate_early(l))
                .hint(t::console::rotate_early_hint(l))
                .checked(!typed("early").is_empty()),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::rotate_now(l), errors))
        .text(t::console::rotate_means_tokens(l))
        .text(t::console::rotate_means_caches(l))
        .with(Table::new("plan", t::console::plan_caption(l), columns, rows, t::console::nothing_found(l)))
        .with(change)
        .answer(clerk.visit, status)
}

fn row(clerk: &Clerk<'_>, planned: &PlannedRotation) -> Vec<Cell> {
    let l = clerk.l();
    let name = |kid: &Option<String>| kid.clone().map_or_else(|| Cell::text(""), Cell::Code);
    let from = match planned.ready_at {
        Some(at) if at <= clerk.visit.now => Cell::text(t::console::now(l)),
        at => Cell::time(l, at),
    };
    vec![Cell::text(planned.algorithm.as_str()), name(&planned.active), name(&planned.next), from]
}

async fn rotate(clerk: &Clerk<'_>, form: &Form) -> Result<Answer, Problem> {
    let l = clerk.l();
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    let algorithm = SigningAlgorithm::parse(form.value("algorithm"));
    if algorithm.is_none() && !form.value("algorithm").is_empty() {
        errors.add("algorithm", t::choice_required(l));
    }
    let early = form.is_checked("early");
    let tools = KeyTools::of(&clerk.visit.app);
    let plan = keys::plan_rotation(&clerk.desk(), tools, algorithm, early).await?;
    let is_ready = |planned: &PlannedRotation| planned.ready_at.is_some_and(|at| at <= clerk.visit.now);
    if errors.is_empty() && !plan.iter().any(is_ready) {
        errors.add("algorithm", too_early(clerk, plan.iter().filter_map(|planned| planned.ready_at).min()));
    }
    if !errors.is_empty() {
        return page(clerk, 422, Some(form), errors).await;
    }
    if !clerk.is_confirmed(form) {
        return confirm(clerk, form, &plan);
    }
    let done = keys::rotate(&clerk.desk(), tools, algorithm, early, Some(form.value("reason"))).await?;
    if done.iter().any(|rotation| rotation.active.is_some()) {
        return Ok(clerk.done_at(&clerk.home(), "rotated"));
    }
    let why = too_early(clerk, plan.iter().filter_map(|planned| planned.ready_at).min());
    clerk.refuse(409, t::console::rotate_now(l), &why)
}

fn too_early(clerk: &Clerk<'_>, ready_at: Option<Timestamp>) -> String {
    let l = clerk.l();
    ready_at.map_or_else(
        || t::console::somebody_was_faster(l).to_owned(),
        |at| t::console::next_must_be_published(l, format_date_time(l, at.micros())),
    )
}

fn confirm(clerk: &Clerk<'_>, form: &Form, plan: &[PlannedRotation]) -> Result<Answer, Problem> {
    let (l, now) = (clerk.l(), clerk.visit.now);
    let fact = |planned: &PlannedRotation| {
        let active = planned.active.as_deref().unwrap_or("–");
        let next = planned.next.as_deref().unwrap_or("–");
        let until = format_date_time(l, planned.published_until.micros());
        let words = match planned.ready_at {
            Some(at) if at <= now => t::console::will_follow(l, next, active, until),
            Some(at) => t::console::stays_until(l, active, format_date_time(l, at.micros())),
            None => t::console::has_no_next(l).to_owned(),
        };
        (planned.algorithm.as_str().to_owned(), Cell::text(words))
    };
    clerk.confirm(
        form,
        Confirmation {
            title: t::console::rotate_question(l).to_owned(),
            facts: plan.iter().map(fact).collect(),
            means: None,
            button: t::console::rotate_now(l).to_owned(),
            dangerous: false,
        },
    )
}
