//! D1: how the server does. Each figure stands as text; the pictures show the tables under them.

use super::picture::{self, Series};
use super::sheet::{Cell, Facts, Link, Links, Sheet, Table};
use super::{Clerk, Section, enter};
use crate::admin::dashboard::{self, DashboardView, Health, HourView, KeyAge};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::{Act, Area};
use ontario_design::components::Alert;
use ontario_language::{format_date_time, format_time};

/// `GET /{l}/admin`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Dashboard), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let view = dashboard::look(&clerk.desk(), &visit.app.key_schedule()).await?;
    let needs_look = [view.mail, view.clock, view.keys_health()].contains(&Health::Attention);
    let alert = needs_look.then(|| Alert::warning(l, t::console::needs_attention(l)).id("attention"));
    let labels: Vec<String> = view.hours.iter().map(|hour| format_time(l, hour.starts_at.micros())).collect();
    let series = |name: &str, of: fn(&HourView) -> i64| Series {
        name: name.to_owned(),
        values: view.hours.iter().map(of).collect(),
    };
    let sign_ins = [
        series(t::console::sign_ins(l), |hour| hour.sign_ins),
        series(t::console::refused_sign_ins(l), |hour| hour.refused),
    ];
    let people = [
        series(t::console::activations(l), |hour| hour.activations),
        series(t::console::transfers_done(l), |hour| hour.transfers),
    ];
    let delays = [series(t::console::mail_delay(l), |hour| hour.mail_delay_ms)];
    Sheet::new(clerk.frame(t::console::dashboard(l)).alert(alert))
        .text(t::console::looked_at(l, format_date_time(l, visit.now.micros())))
        .with(Links(vec![Link::new(t::console::refresh(l), clerk.home())]))
        .heading(t::console::health(l))
        .with(health(&clerk, &view))
        .heading(t::console::last_day(l))
        .with(totals(&clerk, &view))
        .heading(t::console::sign_ins(l))
        .with(picture::bars("sign-ins-picture", &sign_ins, &labels))
        .with(hours_table(&clerk, &view, "sign-ins", t::console::sign_ins_by_hour(l), &sign_ins))
        .heading(t::console::new_accounts(l))
        .with(picture::bars("activations-picture", &people, &labels))
        .with(hours_table(&clerk, &view, "activations", t::console::new_accounts_by_hour(l), &people))
        .heading(t::console::mail_delays(l))
        .with(picture::bars("mail-picture", &delays, &labels))
        .with(hours_table(&clerk, &view, "mail-delays", t::console::mail_delays_by_hour(l), &delays))
        .answer(visit, 200)
}

/// The words, with a way to the page that tells more where this person may see it.
fn told(clerk: &Clerk<'_>, words: String, section: Section) -> Cell {
    if clerk.may(Act::Read(section.area())) {
        Cell::link(words, clerk.url(section, ""))
    } else {
        Cell::text(words)
    }
}

fn health(clerk: &Clerk<'_>, view: &DashboardView) -> Facts {
    let l = clerk.l();
    let judged = |health: Health, words: String| match health {
        Health::Good => t::console::in_order(l, words),
        Health::Attention => t::console::look_at_this(l, words),
    };
    let mail = t::console::mails_waiting(l, view.waiting_mails, view.oldest_mail_seconds, view.failed_mails);
    let clock = t::console::clock_says(l, format_date_time(l, clerk.visit.now.micros()));
    let key = |key: &KeyAge| match &key.active {
        Some(_) => t::console::key_age(l, key.algorithm, key.days),
        None => t::console::key_missing(l, key.algorithm),
    };
    // A figure alone would be a small target, and a link that says nothing.
    let counted = |count: String, section: Section| format!("{count} – {}", section.title(l));
    let keys = view.keys.iter().map(key).collect::<Vec<_>>().join("; ");
    Facts::new(
        "health",
        vec![
            (
                t::console::database(l).to_owned(),
                Cell::text(judged(Health::Good, t::console::answered_in(l, view.database_ms))),
            ),
            (t::console::mail_queue(l).to_owned(), told(clerk, judged(view.mail, mail), Section::Mail)),
            (t::console::keys(l).to_owned(), told(clerk, judged(view.keys_health(), keys), Section::Keys)),
            (t::console::clock(l).to_owned(), Cell::text(judged(view.clock, clock))),
            (
                t::console::unsealed(l).to_owned(),
                told(clerk, counted(view.unsealed_records.to_string(), Section::Audit), Section::Audit),
            ),
            (
                t::console::notices_shown(l).to_owned(),
                told(clerk, counted(view.notices.to_string(), Section::Notices), Section::Notices),
            ),
        ],
    )
}

fn totals(clerk: &Clerk<'_>, view: &DashboardView) -> Facts {
    let l = clerk.l();
    let figure =
        |label: &str, of: fn(&HourView) -> i64| (label.to_owned(), Cell::text(view.total(of).to_string()));
    let slowest = view.hours.iter().map(|hour| hour.slowest_mail_ms).max().unwrap_or_default();
    Facts::new(
        "last-day",
        vec![
            figure(t::console::sign_ins(l), |hour| hour.sign_ins),
            figure(t::console::refused_sign_ins(l), |hour| hour.refused),
            figure(t::console::delayed_sign_ins(l), |hour| hour.delayed),
            figure(t::console::locked_accounts(l), |hour| hour.locked),
            figure(t::console::activations(l), |hour| hour.activations),
            figure(t::console::transfers_done(l), |hour| hour.transfers),
            figure(t::console::mails_sent(l), |hour| hour.mails),
            (t::console::slowest_mail(l).to_owned(), Cell::text(t::console::milliseconds(l, slowest))),
        ],
    )
}

fn hours_table(
    clerk: &Clerk<'_>,
    view: &DashboardView,
    id: &'static str,
    caption: &'static str,
    series: &[Series],
) -> Table {
    let l = clerk.l();
    let columns = match id {
        "sign-ins" => vec![t::console::hour(l), t::console::sign_ins(l), t::console::refused_sign_ins(l)],
        "activations" => vec![t::console::hour(l), t::console::activations(l), t::console::transfers_done(l)],
        _ => vec![t::console::hour(l), t::console::mail_delay(l)],
    };
    let row = |(n, hour): (usize, &HourView)| {
        let values = series.iter().map(|series| Cell::text(series.values[n].to_string()));
        std::iter::once(Cell::time(l, Some(hour.starts_at))).chain(values).collect()
    };
    let rows = view.hours.iter().enumerate().map(row).collect();
    Table::new(id, caption, columns, rows, "").folded()
}
