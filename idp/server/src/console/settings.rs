//! D9: settings that hold for all nodes at once.

mod change;

pub use change::Change;

use super::list::List;
use super::sheet::{Cell, Filter, Link, Text};
use super::{Clerk, enter, moment};
use crate::admin::settings::{self, SettingView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::account::PasswordRules;
use idp_domain::administration::{Act, Area};
use ontario_design::components::Choice;

const WRITE: Act = Act::Write(Area::Settings);

/// What a setting is about, by the beginning of its name.
const GROUPS: [&str; 8] =
    ["lifetimes", "limits", "help", "brand", "onekey", "passwords", "retention", "keys"];

fn group(l: Language, key: &str) -> &'static str {
    match key.split('.').next().unwrap_or_default() {
        "lifetimes" => t::console::group_lifetimes(l),
        "limits" => t::console::group_limits(l),
        "help" => t::console::group_help(l),
        "brand" => t::console::group_brand(l),
        "onekey" => t::one_key::service_name(l),
        "passwords" => t::console::group_passwords(l),
        "retention" => t::console::group_retention(l),
        _ => t::console::keys(l),
    }
}

/// What a setting may be.
fn range(l: Language, setting: &SettingView) -> String {
    match (&setting.least, &setting.most) {
        _ if !setting.choices.is_empty() => setting.choices.join(", "),
        (Some(least), Some(most)) => t::console::from_to(l, least, most),
        _ => String::new(),
    }
}

/// `GET /{l}/admin/settings`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Settings), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    let mut all = settings::list(&clerk.desk(), &visit.app.settings).await?;
    let wanted = query.get("group");
    all.retain(|setting| wanted.is_empty() || setting.key.split('.').next() == Some(wanted));
    let groups = GROUPS.map(|it| Choice::new(it, group(l, it)));
    let filter = Filter::new(l, clerk.home()).field(clerk.choice("group", t::console::group(l), groups));
    let list = List {
        id: "settings",
        title: t::console::settings(l),
        caption: t::console::settings_caption(l),
        columns: vec![
            t::console::setting(l),
            t::console::group(l),
            t::console::value(l),
            t::console::may_be(l),
            t::console::set_by(l),
            t::console::changed_at(l),
            t::console::actions(l),
        ],
        row: &|setting| row(&clerk, setting),
        file_columns: &["key", "value", "from", "least", "most", "changed"],
        file_row: &line,
        filter: Some(filter),
        ways: Vec::new(),
        back: None,
        alert: clerk.done(|done| (done == "set").then(|| t::console::setting_set(l).to_owned())),
        above: Vec::new(),
        beside: Vec::new(),
    };
    let list = list
        .above(Text::new(t::console::settings_hold(l)))
        .above(Text::new(t::console::password_minimum(l, PasswordRules::MAX_LENGTH)));
    clerk.list(list, &all)
}

fn row(clerk: &Clerk<'_>, setting: &SettingView) -> Vec<Cell> {
    let l = clerk.l();
    let from = if setting.from == "database" { t::console::set_here(l) } else { t::console::set_by_file(l) };
    let actions = if setting.changeable && clerk.may(WRITE) {
        let url = clerk.url(clerk.place.section(), &format!("/{}", setting.key));
        Cell::Links(vec![Link::new(t::console::change(l), url).about(setting.key.clone())])
    } else {
        Cell::text("")
    };
    vec![
        Cell::Code(setting.key.clone()),
        Cell::text(group(l, &setting.key)),
        Cell::text(setting.value.clone()),
        Cell::text(range(l, setting)),
        Cell::text(from),
        Cell::time(l, setting.changed.as_deref().and_then(|at| moment::parse(at).ok().flatten())),
        actions,
    ]
}

fn line(setting: &SettingView) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        setting.key.clone(),
        setting.value.clone(),
        setting.from.to_owned(),
        text(&setting.least),
        text(&setting.most),
        text(&setting.changed),
    ]
}
