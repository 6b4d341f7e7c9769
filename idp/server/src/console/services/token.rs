//! D4: a token by which services register themselves (RFC 7591 section 3). It is shown once.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Facts, Link, Links, Sheet};
use super::{WRITE, problems, secret, tools};
use crate::admin::services::{self, RegistrationToken, TokenOrder};
use crate::admin::{AdminError, FieldError};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;
use idp_domain::time::Timestamp;
use ontario_design::components::{Alert, ErrorSummary, TextArea, TextField};

/// `/{l}/admin/services/new/token`
pub struct NewToken;

impl FormPage for NewToken {
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
        let read = read(clerk, form, &mut errors).await?;
        errors.sort_by_fields(["uses", "expires", "policy"].into_iter());
        clerk.check_reason(form, &mut errors);
        let Some((order, until)) = read.filter(|_| errors.is_empty()) else {
            return page(clerk, 422, Some(form), errors);
        };
        if !clerk.is_confirmed(form) {
            return confirm(clerk, form, &order, until);
        }
        let allow_loopback = tools(clerk.visit).allow_loopback;
        let why = Some(form.value("reason"));
        match services::issue_registration_token(&clerk.desk(), order, allow_loopback, why).await {
            Ok(made) => shown(clerk, made),
            Err(error) => Err(error.into()),
        }
    }
}

fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let typed = |name: &str, usual: &str| form.map_or(usual, |form| form.value(name)).to_owned();
    let text = |name: &str, label: &str, usual: &str| {
        TextField::text(l, name, label).without_spellcheck().value(typed(name, usual)).errors_of(&errors)
    };
    let policy = TextArea::new(l, "policy", t::console::policy(l)).without_spellcheck().optional();
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(text("uses", t::console::token_uses(l), "1").hint(t::console::token_uses_hint(l)))
        .field(text("expires", t::console::token_life(l), "24h").hint(t::console::token_life_hint(l)))
        .field(policy.hint(t::console::policy_hint(l)).value(typed("policy", "")).errors_of(&errors))
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::registration_token(l), errors))
        .text(t::console::token_means(l))
        .with(change)
        .answer(clerk.visit, status)
}

/// What is asked for and until when it would be good, or all that is wrong with it.
async fn read<'f>(
    clerk: &Clerk<'_>,
    form: &'f Form,
    errors: &mut ErrorSummary,
) -> Result<Option<(TokenOrder<'f>, Timestamp)>, Problem> {
    let l = clerk.l();
    let policy = match services::parse_policy(form.value("policy")) {
        Ok(policy) => policy,
        Err(AdminError::Invalid(wrong)) => {
            tell(clerk, &wrong, errors);
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let Ok(uses) = form.value("uses").trim().parse() else {
        errors.add("uses", t::console::token_uses_wrong(l));
        return Ok(None);
    };
    let order = TokenOrder { policy, expires: form.value("expires").trim(), uses };
    match services::plan_registration_token(&clerk.desk(), &order, tools(clerk.visit).allow_loopback).await {
        Ok(until) => Ok(Some((order, until))),
        Err(AdminError::Invalid(wrong)) => {
            tell(clerk, &wrong, errors);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn tell(clerk: &Clerk<'_>, wrong: &[FieldError], errors: &mut ErrorSummary) {
    let l = clerk.l();
    for error in wrong {
        match error.field.as_str() {
            "uses" => errors.add("uses", t::console::token_uses_wrong(l)),
            "expires" => errors.add("expires", t::console::token_life_wrong(l)),
            _ => errors.add("policy", problems::at_line(l, error)),
        }
    }
}

fn confirm(
    clerk: &Clerk<'_>,
    form: &Form,
    order: &TokenOrder<'_>,
    until: Timestamp,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let policy = match form.value("policy").trim() {
        "" => Cell::text(t::console::policy_usual(l)),
        text => Cell::Lines(text.lines().map(str::to_owned).collect()),
    };
    let facts = vec![
        (t::console::token_uses(l).to_owned(), Cell::text(order.uses.to_string())),
        (t::console::until(l).to_owned(), Cell::time(l, Some(until))),
        (t::console::policy(l).to_owned(), policy),
    ];
    let confirmation = Confirmation {
        title: t::console::token_question(l).to_owned(),
        facts,
        means: Some(t::console::token_means(l).to_owned()),
        button: t::console::make_token(l).to_owned(),
        dangerous: false,
    };
    clerk.confirm(form, confirmation)
}

/// The token, once: after this page only its hash is left.
fn shown(clerk: &Clerk<'_>, made: RegistrationToken) -> Result<Answer, Problem> {
    let l = clerk.l();
    let alert = Alert::success(l, t::console::token_made(l)).focused();
    let mut frame = clerk.frame(t::console::registration_token(l)).alert(Some(alert)).script("copy.js");
    frame.language_control = None;
    let facts = vec![
        (t::console::token_uses(l).to_owned(), Cell::text(made.uses.to_string())),
        (
            t::console::until(l).to_owned(),
            Cell::time(l, super::super::moment::parse(&made.expires).ok().flatten()),
        ),
    ];
    Sheet::new(frame)
        .with(Facts::new("token", facts))
        .with(Alert::warning(l, t::console::secret_once(l)))
        .with(secret::part(l, t::console::registration_token(l), made.token))
        .with(Links(vec![Link::new(t::console::services(l), clerk.home())]))
        .answer(clerk.visit, 200)
}
