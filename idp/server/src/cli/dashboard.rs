//! `idp dashboard`: how the server does, and the last 24 hours in figures.

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::dashboard::{self, DashboardView, Health, HourView, KeyAge};
use crate::config::Settings;
use idp_store::Store;
use serde_json::json;

/// Does it.
pub async fn run(output: &Output, settings: &Settings) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    let view = dashboard::look(&desk, &settings.keys.schedule).await?;
    output.say(&text(&view), &json!(view));
    Ok(())
}

/// A name and a figure a line, then what each hour brought.
fn text(view: &DashboardView) -> String {
    let word = |health: Health| match health {
        Health::Good => "good",
        Health::Attention => "needs attention",
    };
    let mut lines = vec![
        format!("at: {}", view.at),
        format!("database: answered in {} ms", view.database_ms),
        format!(
            "mail: {}; waiting {}, the oldest for {} s; given up in 24 hours {}",
            word(view.mail),
            view.waiting_mails,
            view.oldest_mail_seconds,
            view.failed_mails
        ),
    ];
    lines.extend(
        view.keys.iter().map(|key| format!("key {}: {}; {}", key.algorithm, word(key.health), age(key))),
    );
    lines.push(format!("clock: {}", word(view.clock)));
    lines.push(format!("audit records not sealed yet: {}", view.unsealed_records));
    lines.push(format!("notices shown now: {}", view.notices));
    let total = |name: &str, of: fn(&HourView) -> i64| format!("{name} in 24 hours: {}", view.total(of));
    lines.extend([
        total("sign-ins", |hour| hour.sign_ins),
        total("refused sign-ins", |hour| hour.refused),
        total("sign-ins slowed down", |hour| hour.delayed),
        total("accounts locked", |hour| hour.locked),
        total("activations", |hour| hour.activations),
        total("transfers", |hour| hour.transfers),
        total("mails sent", |hour| hour.mails),
    ]);
    let busy =
        view.hours.iter().filter(|hour| hour.sign_ins + hour.refused + hour.activations + hour.mails > 0);
    lines.extend(busy.map(|hour| {
        format!(
            "{}: sign-ins {}, refused {}, activations {}, transfers {}, mails {} after {} ms",
            hour.starts,
            hour.sign_ins,
            hour.refused,
            hour.activations,
            hour.transfers,
            hour.mails,
            hour.mail_delay_ms
        )
    }));
    lines.join("\n")
}

fn age(key: &KeyAge) -> String {
    match (&key.active, &key.followed) {
        (Some(kid), Some(followed)) => format!("{kid} signs for {} days, until {followed}", key.days),
        _ => "no key signs".to_owned(),
    }
}
