//! D8: testing a connection, and disabling a partner.

use super::super::Clerk;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::{Cell, Link, Links, Sheet, Table};
use super::{WRITE, state};
use crate::admin::AdminError;
use crate::admin::partners::{self, CheckView, ConnectionView, PartnerView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::Language;
use idp_domain::administration::Act;
use ontario_design::components::Alert;

/// `/{l}/admin/partners/{id}/test`
pub struct Test;

/// `/{l}/admin/partners/{id}/disable`
pub struct Disable;

async fn find(clerk: &Clerk<'_>) -> Result<PartnerView, Problem> {
    Ok(partners::show(&clerk.desk(), &clerk.visit.app, clerk.place.subject()).await?)
}

fn facts(l: Language, partner: &PartnerView) -> Vec<(String, Cell)> {
    vec![
        (t::console::name(l).to_owned(), Cell::text(l.pick(&partner.name_en, &partner.name_fr).clone())),
        (t::console::issuer(l).to_owned(), Cell::text(partner.issuer.clone())),
        (t::console::state(l).to_owned(), Cell::text(state(l, partner.state))),
    ]
}

impl PlainChange for Test {
    const ACT: Act = WRITE;
    type Subject = PartnerView;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<PartnerView> {
        Ok(Ok(find(clerk).await?))
    }

    fn words(clerk: &Clerk<'_>, partner: &PartnerView, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::test_connection(l).to_owned(),
            question: t::console::test_question(l).to_owned(),
            means: Some(t::console::test_means(l).to_owned()),
            facts: facts(l, partner),
            dangerous: false,
            cancel: clerk.home(),
        }
    }

    async fn act(clerk: &Clerk<'_>, partner: &PartnerView, form: &Form) -> Result<Answer, Problem> {
        let why = Some(form.value("reason"));
        tested(clerk, &partners::test(&clerk.desk(), &clerk.visit.app, &partner.id, why).await?)
    }
}

impl PlainChange for Disable {
    const ACT: Act = WRITE;
    type Subject = PartnerView;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<PartnerView> {
        let partner = find(clerk).await?;
        if partner.state == "disabled" || partner.is_of_settings {
            return refused(clerk).map(Err);
        }
        Ok(Ok(partner))
    }

    fn words(clerk: &Clerk<'_>, partner: &PartnerView, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::disable(l).to_owned(),
            question: t::console::disable_partner_question(l).to_owned(),
            means: Some(t::console::disable_partner_means(l).to_owned()),
            facts: facts(l, partner),
            dangerous: true,
            cancel: clerk.home(),
        }
    }

    async fn act(clerk: &Clerk<'_>, partner: &PartnerView, form: &Form) -> Result<Answer, Problem> {
        let why = Some(form.value("reason"));
        match partners::disable(&clerk.desk(), &clerk.visit.app, &partner.id, why).await {
            Ok(()) => Ok(clerk.done_at(&clerk.home(), "disabled")),
            Err(AdminError::Conflict(_) | AdminError::NotFound(_)) => refused(clerk),
            Err(error) => Err(error.into()),
        }
    }
}

fn refused(clerk: &Clerk<'_>) -> Result<Answer, Problem> {
    let l = clerk.l();
    clerk.refuse(409, t::console::disable(l), t::console::cannot_disable_partner(l))
}

/// What was looked at, in words.
fn check(l: Language, name: &str) -> &'static str {
    match name {
        "discovery" => t::console::check_discovery(l),
        "authorization_endpoint" => t::console::check_authorization(l),
        "token_endpoint" => t::console::check_token(l),
        "keys" => t::console::check_keys(l),
        "authentication" => t::console::client_authentication(l),
        _ => t::console::algorithm(l),
    }
}

/// What was found there: addresses and registered names stand for themselves, our own words don't.
fn found(l: Language, it: &CheckView) -> String {
    match (it.name, it.passed) {
        ("discovery", false) => t::console::found_failed(l, &it.detail),
        ("discovery", true) => t::console::found_itself(l).to_owned(),
        ("token_endpoint", false) => t::console::found_none(l).to_owned(),
        ("keys", _) => t::console::found_keys(l, it.detail.split(' ').next().unwrap_or_default()),
        _ => it.detail.clone(),
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
    let row = |it: &CheckView| {
        let result = if it.passed { t::console::well(l) } else { t::console::not_well(l) };
        vec![Cell::text(check(l, it.name)), Cell::text(result), Cell::text(found(l, it))]
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
