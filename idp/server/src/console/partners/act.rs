//! D8: testing a connection, and disabling a partner.

use super::super::change::Confirmation;
use super::super::sheet::{Cell, Facts, Link, Links, Sheet, Table};
use super::super::{Clerk, enter};
use super::{WRITE, state};
use crate::admin::AdminError;
use crate::admin::partners::{self, ConnectionView, PartnerView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use ontario_design::components::{Alert, ErrorSummary};

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Test,
    Disable,
}

impl Deed {
    fn title(self, l: Language) -> &'static str {
        match self {
            Self::Test => t::console::test_connection(l),
            Self::Disable => t::console::disable(l),
        }
    }

    fn question(self, l: Language) -> &'static str {
        match self {
            Self::Test => t::console::test_question(l),
            Self::Disable => t::console::disable_partner_question(l),
        }
    }

    fn means(self, l: Language) -> &'static str {
        match self {
            Self::Test => t::console::test_means(l),
            Self::Disable => t::console::disable_partner_means(l),
        }
    }
}

/// `GET /{l}/admin/partners/{id}/test`
///
/// # Errors
/// No role, no such partner, or the database is away.
pub async fn test(visit: &Visit) -> Result<Answer, Problem> {
    get(visit, Deed::Test).await
}

/// `GET /{l}/admin/partners/{id}/disable`
///
/// # Errors
/// No role, no such partner, or the database is away.
pub async fn disable(visit: &Visit) -> Result<Answer, Problem> {
    get(visit, Deed::Disable).await
}

/// `POST /{l}/admin/partners/{id}/test`
///
/// # Errors
/// No role, no such partner, or the database is away.
pub async fn test_post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    post(visit, form, Deed::Test).await
}

/// `POST /{l}/admin/partners/{id}/disable`
///
/// # Errors
/// No role, no such partner, or the database is away.
pub async fn disable_post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    post(visit, form, Deed::Disable).await
}

async fn get(visit: &Visit, deed: Deed) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let partner = find(&clerk).await?;
    let held = clerk.held().await?;
    page(&clerk, deed, &partner, 200, held.as_ref(), clerk.no_errors())
}

async fn find(clerk: &Clerk<'_>) -> Result<PartnerView, Problem> {
    let all = partners::list(&clerk.desk(), &clerk.visit.app).await?;
    all.into_iter().find(|partner| partner.id == clerk.place.subject()).ok_or(Problem::NotFound)
}

fn facts(l: Language, partner: &PartnerView) -> Vec<(String, Cell)> {
    vec![
        (t::console::name(l).to_owned(), Cell::text(l.pick(&partner.name_en, &partner.name_fr).clone())),
        (t::console::issuer(l).to_owned(), Cell::text(partner.issuer.clone())),
        (t::console::state(l).to_owned(), Cell::text(state(l, partner.state))),
    ]
}

fn page(
    clerk: &Clerk<'_>,
    deed: Deed,
    partner: &PartnerView,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    Sheet::new(clerk.form_frame(deed.title(l), errors.clone()))
        .text(deed.means(l))
        .with(Facts::new("partner", facts(l, partner)))
        .with(clerk.form(t::continue_(l), clerk.home()).field(clerk.reason_field(form, &errors)))
        .answer(clerk.visit, status)
}

async fn post(visit: &Visit, form: &Form, deed: Deed) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let partner = find(&clerk).await?;
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, deed, &partner, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: deed.question(l).to_owned(),
            facts: facts(l, &partner),
            warning: (deed == Deed::Disable).then(|| deed.means(l).to_owned()),
            button: deed.title(l).to_owned(),
            dangerous: deed == Deed::Disable,
        };
        return clerk.confirm(form, confirmation);
    }
    let (desk, why) = (clerk.desk(), Some(form.value("reason")));
    if deed == Deed::Test {
        let view = partners::test(&desk, &visit.app, &partner.id, why).await?;
        return tested(&clerk, &view);
    }
    match partners::disable(&desk, &visit.app, &partner.id, why).await {
        Ok(()) => Ok(clerk.done_at(&clerk.home(), "disabled")),
        Err(AdminError::Conflict(_) | AdminError::NotFound(_)) => {
            clerk.refuse(409, deed.title(l), t::console::cannot_disable_partner(l))
        }
        Err(error) => Err(error.into()),
    }
}

fn tested(clerk: &Clerk<'_>, view: &ConnectionView) -> Result<Answer, Problem> {
    let l = clerk.l();
    let alert = if view.passed {
        Alert::success(l, t::console::connection_works(l))
    } else {
        Alert::error(l, t::console::connection_fails(l))
    };
    let columns = vec![t::console::check(l), t::console::result(l), t::console::found(l)];
    let row = |check: &partners::CheckView| {
        let result = if check.passed { t::console::well(l) } else { t::console::not_well(l) };
        vec![Cell::Code(check.name.to_owned()), Cell::text(result), Cell::text(check.detail.clone())]
    };
    let rows = view.checks.iter().map(row).collect();
    let mut frame = clerk.frame(t::console::test_connection(l)).alert(Some(alert.focused()));
    frame.language_control = None;
    Sheet::new(frame)
        .with(Table::new(
            "checks",
            t::console::checks_caption(l),
            columns,
            rows,
            t::console::nothing_found(l),
        ))
        .with(Links(vec![Link::new(t::console::partners(l), clerk.home())]))
        .answer(clerk.visit, 200)
}
