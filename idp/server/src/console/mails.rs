//! D7: the mail outbox: the list, one mail, and what is done with it.

mod act;

pub use act::{Cancel, Resend};

use super::list::{CSV_MOST, PAGE};
use super::sheet::{Cell, Facts, Filter, Link, Links, Pager, Sheet, Table};
use super::{Clerk, enter, moment};
use crate::adapters::mail_worker::figures;
use crate::admin::mails::{self, MailView, Preview};
use crate::config::MailTransport;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use askama::filters::HtmlSafe;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_domain::ids::MailId;
use idp_store::{MailState, OutboxQuery};
use ontario_design::components::{Alert, Choice};

const READ: Act = Act::Read(Area::Mail);
const WRITE: Act = Act::Write(Area::Mail);

/// A mail's state in words.
fn state(l: Language, word: &str) -> &'static str {
    match MailState::parse(word) {
        Some(MailState::Waiting) => t::console::mail_waiting(l),
        Some(MailState::Sent) => t::console::mail_sent(l),
        Some(MailState::Failed) | None => t::console::mail_failed(l),
    }
}

/// Which mail it is, in words.
fn kind(l: Language, kind: &str) -> &str {
    match kind {
        "activation" | "partner_code" | "new_address_code" | "one_key_code" => t::console::mail_code(l),
        "password_code" => t::console::mail_password_code(l),
        "account_exists" => t::console::mail_account_exists(l),
        "password_changed" => t::console::mail_password_changed(l),
        "account_unused" => t::console::mail_account_unused(l),
        "new_device" => t::console::mail_new_device(l),
        "second_step" => t::console::mail_second_step(l),
        "email_changing" => t::console::mail_email_changing(l),
        "account_closed" => t::console::mail_account_closed(l),
        "support" => t::console::mail_support(l),
        "transfer" => t::console::mail_transfer(l),
        "partner_linked" | "partner_unlinked" => t::console::mail_partner_linked(l),
        "one_key_changed" => t::console::mail_one_key_changed(l),
        "one_key_ids" | "one_key_recovery_closed" => t::console::mail_one_key(l),
        other => other,
    }
}

/// A view's instant.
fn time(l: Language, text: Option<&str>) -> Cell {
    Cell::time(l, text.and_then(|text| moment::parse(text).ok().flatten()))
}

/// `GET /{l}/admin/mail`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query, url) = (clerk.l(), clerk.query(), clerk.home());
    let file = query.wants("csv");
    let asked = OutboxQuery {
        state: MailState::parse(query.get("state")),
        before: MailId::parse(query.get("before")),
        most: if file { CSV_MOST } else { i64::try_from(PAGE).unwrap_or(50) + 1 },
    };
    let sealer = &visit.app.data_keys.content;
    let mut found = mails::list(&clerk.desk(), sealer, asked).await?;
    if file {
        return Ok(csv(&clerk, &found));
    }
    let goes_on = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().map(|mail| mail.id.clone()).filter(|_| goes_on);
    let columns = vec![
        t::console::mail_kind(l),
        t::console::mail_to(l),
        t::console::state(l),
        t::console::tries(l),
        t::console::written(l),
        t::console::settled(l),
        t::console::error(l),
    ];
    let rows = found.iter().map(|mail| row(&clerk, mail)).collect();
    let alert = clerk.done(|done| (done == "cancelled").then(|| t::console::mail_cancelled(l).to_owned()));
    Sheet::new(clerk.frame(t::console::mail(l)).alert(alert))
        .with(filter(&clerk))
        .with(Table::new("mails", t::console::mails_caption(l), columns, rows, t::console::nothing_found(l)))
        .with_some(Pager::after(l, &url, &query, last.as_deref()))
        .with(Links(vec![clerk.csv_link()]))
        .answer(visit, 200)
}

fn filter(clerk: &Clerk<'_>) -> Filter {
    let l = clerk.l();
    let states = [MailState::Waiting, MailState::Sent, MailState::Failed]
        .map(|it| Choice::new(it.as_str(), state(l, it.as_str())));
    Filter::new(l, clerk.home()).field(clerk.choice("state", t::console::state(l), states))
}

fn row(clerk: &Clerk<'_>, mail: &MailView) -> Vec<Cell> {
    let l = clerk.l();
    let url = clerk.url(clerk.place.section(), &format!("/{}", mail.id));
    vec![
        Cell::Links(vec![Link::new(kind(l, &mail.kind), url).about(mail.id.clone())]),
        Cell::text(mail.to.clone().unwrap_or_default()),
        Cell::text(state(l, mail.state)),
        Cell::text(mail.tries.to_string()),
        time(l, Some(&mail.created)),
        time(l, mail.settled.as_deref()),
        Cell::text(mail.error.clone().unwrap_or_default()),
    ]
}

fn csv(clerk: &Clerk<'_>, mails: &[MailView]) -> Answer {
    let columns = ["id", "kind", "to", "state", "tries", "written", "next_try", "settled", "error"];
    let rows = mails.iter().map(|mail| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            mail.id.clone(),
            mail.kind.clone(),
            text(&mail.to),
            mail.state.to_owned(),
            mail.tries.to_string(),
            mail.created.clone(),
            text(&mail.next_try),
            text(&mail.settled),
            text(&mail.error),
        ]
    });
    clerk.csv("mails", &columns, rows)
}

fn facts(l: Language, mail: &MailView) -> Vec<(String, Cell)> {
    let facts: Vec<(&str, Cell)> = vec![
        (t::console::mail_kind(l), Cell::text(kind(l, &mail.kind))),
        (t::console::mail_to(l), Cell::text(mail.to.clone().unwrap_or_default())),
        (t::console::state(l), Cell::text(state(l, mail.state))),
        (t::console::tries(l), Cell::text(mail.tries.to_string())),
        (t::console::written(l), time(l, Some(&mail.created))),
        (t::console::next_try(l), time(l, mail.next_try.as_deref())),
        (t::console::settled(l), time(l, mail.settled.as_deref())),
        (t::console::error(l), Cell::text(mail.error.clone().unwrap_or_default())),
        (t::console::mail_id(l), Cell::Code(mail.id.clone())),
    ];
    facts.into_iter().map(|(label, cell)| (label.to_owned(), cell)).collect()
}

/// What a mail says.
#[derive(Template)]
#[template(path = "console/message.html")]
struct Message {
    label: &'static str,
    text: String,
}

impl HtmlSafe for Message {}

/// `GET /{l}/admin/mail/{id}`
///
/// # Errors
/// No role, no such mail, or the database is away.
pub async fn show(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, id) = (clerk.l(), clerk.place.subject().to_owned());
    let sealer = &visit.app.data_keys.content;
    let mail = mails::show(&clerk.desk(), sealer, &id).await?;
    // A server whose mails go to a folder is one for trials: whoever tries it out may read them there too.
    let whole = matches!(visit.app.settings.mail.transport, MailTransport::File(_));
    let preview = mails::preview(&clerk.desk(), sealer, &figures(&visit.app), &id, whole).await?;
    let alert = clerk.done(|done| (done == "resent").then(|| t::console::mail_resent(l).to_owned()));
    let waits = mail.state == MailState::Waiting.as_str();
    let actions = (waits && clerk.may(WRITE)).then(|| {
        let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{id}/{act}"));
        Links(vec![
            Link::new(t::console::resend(l), at("resend")).button(),
            Link::new(t::console::cancel_mail(l), at("cancel")),
        ])
    });
    let sheet = Sheet::new(clerk.frame(kind(l, &mail.kind)).back(clerk.home()).alert(alert))
        .with_some(actions)
        .with(Facts::new("mail", facts(l, &mail)))
        .heading(t::console::preview(l));
    let sheet = match preview {
        Some(Preview { subject, text }) => {
            let note = if whole { t::console::preview_whole(l) } else { t::console::preview_hidden(l) };
            sheet
                .with(Alert::informational(l, note))
                .with(Message { label: t::console::preview(l), text: format!("{subject}\n\n{text}") })
        }
        None => sheet.text(t::console::text_erased(l)),
    };
    sheet.answer(visit, 200)
}
