//! D9: one setting. Its range stands in the hint.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Facts, Sheet};
use super::{WRITE, range};
use crate::admin::AdminError;
use crate::admin::settings::{self, SettingOrder, SettingView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;
use ontario_design::components::{Checkbox, Choice, ErrorSummary, Select, TextField};

/// `/{l}/admin/settings/{key}`
pub struct Change;

impl FormPage for Change {
    const ACT: Act = WRITE;
    type Subject = SettingView;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<SettingView> {
        Ok(Ok(settings::show(&clerk.desk(), &clerk.visit.app.settings, clerk.place.subject()).await?))
    }

    async fn page(
        clerk: &Clerk<'_>,
        setting: &SettingView,
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page(clerk, setting, status, form, errors)
    }

    async fn receive(clerk: &Clerk<'_>, setting: &SettingView, form: &Form) -> Result<Answer, Problem> {
        change(clerk, setting, form).await
    }
}

fn facts(clerk: &Clerk<'_>, setting: &SettingView) -> Vec<(String, Cell)> {
    let l = clerk.l();
    vec![
        (t::console::setting(l).to_owned(), Cell::Code(setting.key.clone())),
        (t::console::value(l).to_owned(), Cell::text(setting.value.clone())),
        (t::console::file_value(l).to_owned(), Cell::text(setting.start.clone())),
    ]
}

fn page(
    clerk: &Clerk<'_>,
    setting: &SettingView,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let value = form.map_or(setting.value.as_str(), |form| form.value("value"));
    let change = clerk.form(t::continue_(l), clerk.home());
    let change = if setting.choices.is_empty() {
        let field = TextField::text(l, "value", t::console::new_value(l)).without_spellcheck().value(value);
        let range = range(l, setting);
        let field = if range.is_empty() { field } else { field.hint(range) };
        change.field(field.optional().errors_of(&errors))
    } else {
        let choices = setting.choices.iter().map(|word| Choice::new(*word, *word)).collect();
        let field = Select::new(l, "value", t::console::new_value(l), choices);
        change.field(field.without_flag().selected(Some(value)).errors_of(&errors))
    };
    let reset = Checkbox::new(l, "reset", t::console::reset(l))
        .hint(t::console::reset_hint(l))
        .checked(form.is_some_and(|form| form.is_checked("reset")));
    let change = change.field(reset).field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::change_setting(l), errors))
        .with(Facts::new("setting", facts(clerk, setting)))
        .with(change)
        .answer(clerk.visit, status)
}

async fn change(clerk: &Clerk<'_>, setting: &SettingView, form: &Form) -> Result<Answer, Problem> {
    let l = clerk.l();
    let (key, started) = (setting.key.as_str(), &clerk.visit.app.settings);
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    let value = (!form.is_checked("reset")).then(|| form.value("value").trim());
    let checked = settings::check(started, key, value);
    match checked {
        Err(AdminError::Invalid(_)) => errors.add("value", wrong(clerk, setting)),
        Err(error) => return Err(error.into()),
        Ok(()) => {}
    }
    if !errors.is_empty() {
        return page(clerk, setting, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let mut facts = facts(clerk, setting);
        let after = value.unwrap_or(&setting.start);
        facts.push((t::console::new_value(l).to_owned(), Cell::text(after)));
        let confirmation = Confirmation {
            title: t::console::setting_question(l).to_owned(),
            facts,
            means: Some(t::console::settings_hold(l).to_owned()),
            button: t::account::save(l).to_owned(),
            dangerous: false,
        };
        return clerk.confirm(form, confirmation);
    }
    let order = SettingOrder { value, seen: Some(&setting.value), why: Some(form.value("reason")) };
    match settings::set(&clerk.desk(), started, key, order).await {
        Ok(_) => {
            clerk.visit.app.follow_settings().await?;
            Ok(clerk.done_at(&clerk.home(), "set"))
        }
        Err(AdminError::Conflict(_)) => {
            clerk.refuse(409, t::console::change_setting(l), t::console::setting_overtaken(l))
        }
        Err(AdminError::Invalid(_)) => {
            errors.add("value", wrong(clerk, setting));
            page(clerk, setting, 422, Some(form), errors)
        }
        Err(error) => Err(error.into()),
    }
}

fn wrong(clerk: &Clerk<'_>, setting: &SettingView) -> String {
    let l = clerk.l();
    match range(l, setting) {
        range if range.is_empty() => t::console::value_wrong(l).to_owned(),
        range => t::console::value_out_of_range(l, range),
    }
}
