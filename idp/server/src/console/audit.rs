//! D6: the audit log. It is only read: filters, CSV, JSON, the check of its chain, and all of it with its signed head.

use super::list::{CSV_MOST, PAGE, Query};
use super::sheet::{Cell, Facts, Filter, Link, Links, Pager, Sheet, Table};
use super::{Clerk, Section, actor, enter, moment};
use crate::admin::AdminError;
use crate::admin::audit::{self, AuditView, Export};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::download;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_store::{AuditEntry, AuditQuery};
use ontario_design::components::{Alert, Choice, ErrorSummary, TextField};
use serde_json::Value;
use std::sync::Arc;

const ACT: Act = Act::Read(Area::Audit);

/// Whom a record is about: the first of these members that it has.
const TARGETS: [&str; 14] = [
    "account",
    "client",
    "kid",
    "mail",
    "notice",
    "partner",
    "registration",
    "reset",
    "session",
    "transfer",
    "grant",
    "token",
    "setting",
    "mode",
];

/// `GET /{l}/admin/audit`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query, url) = (clerk.l(), clerk.query(), clerk.home());
    let mut errors = clerk.no_errors();
    let file = query.wants("csv") || query.wants("json");
    let most = if file { CSV_MOST } else { i64::try_from(PAGE).unwrap_or(50) + 1 };
    let asked = read(&clerk, &query, most, &mut errors);
    let mut entries = if errors.is_empty() { audit::list(&clerk.desk(), asked).await? } else { Vec::new() };
    if file && errors.is_empty() {
        let views = entries.into_iter().map(AuditView::from).collect::<Vec<_>>();
        return if query.wants("csv") { Ok(csv(&clerk, &views)) } else { json(&clerk, &views) };
    }
    let goes_on = entries.len() > PAGE;
    entries.truncate(PAGE);
    let last = entries.last().map(|entry| entry.position.to_string()).filter(|_| goes_on);
    let columns = vec![
        t::console::time(l),
        t::console::actor(l),
        t::console::action(l),
        t::console::target(l),
        t::console::result(l),
        t::console::network(l),
        t::console::reference(l),
    ];
    let rows = entries.into_iter().map(|entry| row(&clerk, entry)).collect();
    let json_link = Link::new(
        t::console::download_json(l),
        format!("{url}{}", query.without(&["before"]).with("format", "json")),
    );
    let status = if errors.is_empty() { 200 } else { 422 };
    Sheet::new(clerk.frame(t::console::audit(l)).errors(errors.clone()))
        .with(Links(vec![
            Link::new(t::console::check_chain(l), clerk.url(clerk.place.section(), "/chain")),
            Link::new(t::console::download_signed(l), clerk.url(clerk.place.section(), "/export")),
        ]))
        .with(filter(&clerk, &query, &errors))
        .with(Table::new("audit", t::console::audit_caption(l), columns, rows, t::console::nothing_found(l)))
        .with_some(Pager::after(l, &url, &query, last.as_deref()))
        .with(Links(vec![clerk.csv_link(), json_link]))
        .answer(visit, status)
}

fn filter(clerk: &Clerk<'_>, query: &Query, errors: &ErrorSummary) -> Filter {
    let l = clerk.l();
    let field = |name: &str, label: &str| {
        TextField::text(l, name, label)
            .without_flag()
            .without_spellcheck()
            .value(query.get(name))
            .errors_of(errors)
    };
    Filter::new(l, clerk.home())
        .field(field("from", t::console::from(l)).hint(t::console::moment_hint(l)))
        .field(field("to", t::console::to(l)).hint(t::console::moment_hint(l)))
        .field(field("actor", t::console::actor(l)).hint(t::console::actor_hint(l)))
        .field(clerk.choice("action", t::console::action(l), events(l)))
        .field(field("target", t::console::target(l)).hint(t::console::target_hint(l)))
}

/// Every event, by its words.
fn events(l: Language) -> Vec<Choice> {
    let mut events: Vec<(&str, &str)> =
        t::audit::EVENTS.iter().filter_map(|word| Some((t::audit::event(l, word)?, *word))).collect();
    events.sort_unstable();
    events.into_iter().map(|(words, word)| Choice::new(word, words)).collect()
}

/// What is asked for, or what is wrong with it.
fn read(clerk: &Clerk<'_>, query: &Query, most: i64, errors: &mut ErrorSummary) -> AuditQuery {
    let l = clerk.l();
    let mut at = |name: &str| {
        moment::parse(query.get(name)).unwrap_or_else(|_| {
            errors.add(name, t::console::moment_format(l));
            None
        })
    };
    let (from, to) = (at("from"), at("to"));
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '~');
    let mut word = |name: &str| {
        let text = query.get(name);
        if text.chars().all(allowed) {
            return (!text.is_empty()).then(|| text.to_owned());
        }
        errors.add(name, t::console::word_format(l));
        None
    };
    AuditQuery {
        from,
        to,
        actor: word("actor"),
        event: word("action"),
        target: word("target"),
        before: None,
        older_than: query.get("before").parse().ok(),
        most,
    }
}

/// Who did it: an administrator, the schedule, or the person whom it is about.
fn doer(record: &Value) -> Option<(&'static str, &str)> {
    first(record, &["by", "account", "client"])
}

fn target(record: &Value) -> Option<(&'static str, &str)> {
    first(record, &TARGETS)
}

/// The first of these members that a record has.
fn first<'r>(record: &'r Value, names: &[&'static str]) -> Option<(&'static str, &'r str)> {
    names.iter().find_map(|name| Some((*name, record[*name].as_str()?)))
}

fn doer_words(l: Language, record: &Value) -> String {
    match doer(record) {
        Some(("by", by)) => actor::words(l, by),
        Some(("account", account)) => t::audit::person(l, account),
        Some((_, client)) => t::audit::about_service(l, client),
        None => String::new(),
    }
}

fn target_words(l: Language, record: &Value) -> String {
    let Some((name, id)) = target(record) else { return String::new() };
    match name {
        "account" => t::audit::about_account(l, id),
        "client" => t::audit::about_service(l, id),
        "kid" => t::audit::about_key(l, id),
        "mail" => t::audit::about_mail(l, id),
        "notice" => t::audit::about_notice(l, id),
        "partner" => t::audit::about_partner(l, id),
        "registration" => t::audit::about_registration(l, id),
        "reset" => t::audit::about_reset(l, id),
        "session" => t::audit::about_session(l, id),
        "transfer" => t::audit::about_transfer(l, id),
        "grant" => t::audit::about_grant(l, id),
        "token" => t::audit::about_token(l, id),
        "setting" => t::audit::about_setting(l, id),
        _ => t::audit::about_mode(l, id),
    }
}

/// Whether it came about, by the event's own word.
fn is_refused(record: &Value) -> bool {
    let event = record["event"].as_str().unwrap_or_default();
    ["_refused", "_failed", "_replayed", "_reused"].into_iter().any(|end| event.ends_with(end))
}

fn row(clerk: &Clerk<'_>, entry: AuditEntry) -> Vec<Cell> {
    let l = clerk.l();
    let (at, number) = (entry.at, entry.number);
    let record = AuditView::from(entry).record;
    let result = if is_refused(&record) { t::console::refused(l) } else { t::console::done(l) };
    let reference = number.map_or_else(|| t::console::not_sealed(l).to_owned(), |number| number.to_string());
    let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
    let event = text("event");
    let event = t::audit::event(l, &event).map_or(event.clone(), str::to_owned);
    let action = match text("reason") {
        reason if reason.is_empty() => Cell::text(event),
        reason => Cell::Lines(vec![event, reason]),
    };
    vec![
        Cell::time(l, Some(at)),
        Cell::text(doer_words(l, &record)),
        action,
        Cell::text(target_words(l, &record)),
        Cell::text(result),
        Cell::text(text("network")),
        Cell::text(reference),
    ]
}

fn csv(clerk: &Clerk<'_>, views: &[AuditView]) -> Answer {
    let columns = ["number", "time", "actor", "action", "target", "result", "network", "reason", "record"];
    let rows = views.iter().map(|view| {
        let text = |name: &str| view.record[name].as_str().unwrap_or_default().to_owned();
        let result = if is_refused(&view.record) { "refused" } else { "done" };
        vec![
            view.number.map(|number| number.to_string()).unwrap_or_default(),
            view.at.clone(),
            doer(&view.record).map(|(_, id)| id.to_owned()).unwrap_or_default(),
            text("event"),
            target(&view.record).map(|(name, id)| format!("{name}: {id}")).unwrap_or_default(),
            result.to_owned(),
            text("network"),
            text("reason"),
            view.record.to_string(),
        ]
    });
    clerk.csv("audit", &columns, rows)
}

fn json(clerk: &Clerk<'_>, views: &[AuditView]) -> Result<Answer, Problem> {
    let text = serde_json::to_string_pretty(views).map_err(|error| Problem::internal(&error))?;
    Ok(clerk.visit.dress(Answer::text_file("audit.json", text)))
}

/// `GET /{l}/admin/audit/export`: every sealed record and the signed head, as a file.
pub async fn export(request: HttpRequest, visit: Visit) -> HttpResponse {
    let opened = match visit.admit() {
        Ok(()) => begin_export(&visit).await,
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(Ok(response)) => response,
        Ok(Err(answer)) => answer.respond_to(&request),
        Err(problem) => problem.answer(&visit).respond_to(&request),
    }
}

async fn begin_export(visit: &Visit) -> Result<Result<HttpResponse, Answer>, Problem> {
    let elsewhere = |rest: &str| {
        let url = visit.plain_url(&(Section::Audit.path() + rest));
        Ok(Err(visit.dress(Answer::see_other(url))))
    };
    // Who has to sign in first comes back to the page: a file would leave them before an empty one.
    let Ok(clerk) = enter(visit, ACT, None).await? else { return elsewhere("") };
    let export = Export::begin(&clerk.desk()).await?;
    match export.into_body(Data::from(Arc::clone(&visit.app))).await {
        Ok(body) => Ok(Ok(download::ndjson("audit.ndjson", body))),
        // That page says where the chain is broken.
        Err(AdminError::Conflict(_)) => elsewhere("/chain"),
        Err(error) => Err(error.into()),
    }
}

/// `GET /{l}/admin/audit/chain`
///
/// # Errors
/// No role, or the database is away.
pub async fn chain(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let chain = audit::verify(&clerk.desk(), |_| {}).await?;
    let alert = match chain.broken_at {
        None => Alert::success(l, t::console::verified_to(l, chain.records)),
        Some(number) => Alert::error(l, t::console::broken_at(l, number)),
    };
    let facts = vec![
        (t::console::records_followed(l).to_owned(), Cell::text(chain.records.to_string())),
        (t::console::unsealed(l).to_owned(), Cell::text(chain.unsealed.to_string())),
        (t::console::head_hash(l).to_owned(), Cell::Code(chain.head)),
    ];
    Sheet::new(clerk.frame(t::console::check_chain(l)).alert(Some(alert.focused().id("chain"))))
        .with(Facts::new("chain-facts", facts))
        .with(Links(vec![Link::new(t::console::audit(l), clerk.home())]))
        .answer(visit, 200)
}
