//! Settings that hold for all nodes at once, and win over each node's file (page D9). What may be set, and to what, is one
//! table: `idp_domain::settings`.

use super::{AdminError, Desk, instant, reason};
use crate::adapters::in_force::{over, read_logo};
use crate::config::Settings;
use idp_domain::administration::{Act, Area};
use idp_domain::settings::{self, Kind, RULES, Rule, span};
use idp_store::{OperatorSetting, SettingChange, SettingOutcome};
use serde::Serialize;
use std::path::Path;

/// A setting as all faces show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingView {
    /// Its name: `lifetimes.session_idle`.
    pub key: String,
    /// What holds, as it is typed; empty where there is nothing.
    pub value: String,
    /// `database` where it was set for all nodes, else `settings`: the file, the environment or the default.
    pub from: &'static str,
    /// What holds where nothing is set for all nodes.
    pub start: String,
    /// `span`, `number`, `text` or `choice`.
    pub kind: &'static str,
    /// The least that it may be.
    pub least: Option<String>,
    /// The most that it may be.
    pub most: Option<String>,
    /// The words to choose from; empty where it is no choice.
    pub choices: &'static [&'static str],
    /// Whether it can be set while the nodes run. Others stand in the file only.
    pub changeable: bool,
    /// Since when it holds for all nodes.
    pub changed: Option<String>,
}

/// A change of a setting.
#[derive(Debug, Clone, Copy)]
pub struct SettingOrder<'a> {
    /// What it is to hold; none takes away what was set for all nodes.
    pub value: Option<&'a str>,
    /// What whoever changes it saw before; none where they didn't look.
    pub seen: Option<&'a str>,
    /// Why.
    pub why: Option<&'a str>,
}

/// Every setting of the page, first those that can be changed.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>, given: &Settings) -> Result<Vec<SettingView>, AdminError> {
    desk.admit(Act::Read(Area::Settings)).await?;
    let stored = desk.store.list_operator_settings().await?;
    let changeable = RULES.iter().map(|rule| view(rule, given, &stored));
    Ok(changeable.chain(fixed(given)).collect())
}

/// One that can be changed.
///
/// # Errors
/// Not allowed, or there is none of that name.
pub async fn show(desk: &Desk<'_>, given: &Settings, key: &str) -> Result<SettingView, AdminError> {
    desk.admit(Act::Read(Area::Settings)).await?;
    let rule = find(key)?;
    Ok(view(rule, given, &desk.store.list_operator_settings().await?))
}

/// Sets one for all nodes, or takes away what was set.
///
/// # Errors
/// Not allowed, no such setting, it can't hold the value, or somebody else changed it since it was seen.
pub async fn set(
    desk: &Desk<'_>,
    given: &Settings,
    key: &str,
    order: SettingOrder<'_>,
) -> Result<SettingView, AdminError> {
    desk.admit(Act::Write(Area::Settings)).await?;
    let rule = find(key)?;
    let why = order.why.map(reason).transpose()?;
    let value = order.value.map(|text| checked(rule, given, text)).transpose()?;
    let change = SettingChange {
        name: rule.key.to_owned(),
        value,
        start: given.adjustable.text(rule),
        seen: order.seen.map(str::to_owned),
        order: desk.order(why),
        now: desk.now,
    };
    match desk.store.change_setting(change).await? {
        SettingOutcome::Changed | SettingOutcome::Unchanged => {}
        SettingOutcome::Overtaken(holds) => {
            return Err(AdminError::Conflict(format!("{key} was changed meanwhile: it is {holds} now")));
        }
    }
    Ok(view(rule, given, &desk.store.list_operator_settings().await?))
}

/// Whether a setting can hold a value; `None` takes away what was set, which is always possible.
///
/// # Errors
/// There is no such setting that can be changed, or it can't hold the value.
pub fn check(given: &Settings, key: &str, value: Option<&str>) -> Result<(), AdminError> {
    let rule = find(key)?;
    value.map(|text| checked(rule, given, text)).transpose().map(|_| ())
}

fn find(key: &str) -> Result<&'static Rule, AdminError> {
    settings::find(key)
        .ok_or_else(|| AdminError::NotFound(format!("setting {key} that can be changed while the nodes run")))
}

/// A value as it is kept: read by its rule and written anew, so that `60s` and `1m` are one.
fn checked(rule: &Rule, given: &Settings, text: &str) -> Result<String, AdminError> {
    let mut values = given.adjustable.clone();
    values.set(rule, text).map_err(|error| AdminError::invalid("value", &error))?;
    if rule.key == "brand.logo_file"
        && let Some(path) = &values.logo_file
    {
        let path = Path::new(path);
        if !path.is_absolute() {
            return Err(AdminError::invalid("value", &"it must be a full path, the same on every node"));
        }
        read_logo(path).map_err(|problem| AdminError::invalid("value", &problem))?;
    }
    Ok(values.text(rule))
}

fn view(rule: &Rule, given: &Settings, stored: &[OperatorSetting]) -> SettingView {
    let set = stored.iter().find(|setting| setting.name == rule.key);
    // What can't hold any more doesn't: the value of the node's own settings does.
    let value = over(&given.adjustable, set.map(std::slice::from_ref).unwrap_or_default()).text(rule);
    let (least, most) = match &rule.kind {
        Kind::Line { .. } | Kind::Choice { .. } => (None, None),
        kind => kind.bounds().unzip(),
    };
    SettingView {
        key: rule.key.to_owned(),
        value,
        from: if set.is_some() { "database" } else { "settings" },
        start: given.adjustable.text(rule),
        kind: rule.kind.as_str(),
        least,
        most,
        choices: rule.kind.choices(),
        changeable: true,
        changed: set.map(|setting| instant(setting.changed_at)),
    }
}

/// What an administrator wants to see beside them, and only the file can change.
fn fixed(given: &Settings) -> Vec<SettingView> {
    let (retention, schedule, passwords) = (&given.retention, &given.keys.schedule, &given.passwords);
    let argon2 = format!("m={},t={},p={}", passwords.memory_kib, passwords.iterations, passwords.parallelism);
    let [first, second] = retention.notices.map(span::text);
    let all = [
        ("passwords.argon2", argon2, "text"),
        ("retention.inactive_after", span::text(retention.inactive_after), "span"),
        ("retention.notices", format!("{first}, {second}"), "text"),
        ("keys.rotate_every", span::text(schedule.rotate_every), "span"),
        ("keys.publish_ahead", span::text(schedule.publish_ahead), "span"),
        ("keys.jwks_max_age", span::text(schedule.jwks_max_age), "span"),
    ];
    let fixed = |(key, value, kind): (&str, String, &'static str)| SettingView {
        key: key.to_owned(),
        start: value.clone(),
        value,
        from: "settings",
        kind,
        least: None,
        most: None,
        choices: &[],
        changeable: false,
        changed: None,
    };
    all.into_iter().map(fixed).collect()
}
