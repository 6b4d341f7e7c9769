//! D5: one account. Personal data is masked until somebody asks for it with a reason.

use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Facts, Link, Links, Sheet, Table};
use super::super::{Clerk, actor, administrators, enter};
use super::act::Deed;
use super::{READ, WRITE, kind, state, time};
use crate::admin::accounts::{self, AccountView, Look};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Role};
use ontario_design::components::ErrorSummary;

/// `GET /{l}/admin/accounts/{id}`
///
/// # Errors
/// No role, no such account, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let view = look(&clerk, Look::default()).await?;
    page(&clerk, &view)
}

/// An account; that somebody looked is on record.
pub(super) async fn look(clerk: &Clerk<'_>, look: Look<'_>) -> Result<AccountView, Problem> {
    Ok(accounts::show(&clerk.desk(), &clerk.visit.app, clerk.place.subject(), look).await?)
}

fn page(clerk: &Clerk<'_>, view: &AccountView) -> Result<Answer, Problem> {
    let l = clerk.l();
    let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{}/{act}", view.id));
    let mut links = Vec::new();
    if !view.personal_data {
        links.push(Link::new(t::console::show_personal(l), at("personal")));
    }
    if clerk.may(WRITE) {
        let deeds = Deed::ALL.into_iter().filter(|deed| deed.fits(view));
        links.extend(deeds.map(|deed| Link::new(deed.title(l), at(deed.slug()))));
    }
    let alert = clerk.done(|done| Deed::parse(done).map(|deed| deed.done(l).to_owned()));
    Sheet::new(clerk.frame(t::console::one_account(l)).back(clerk.home()).alert(alert))
        .with(Links(links))
        .with(Facts::new("account", facts(clerk, view)))
        .with(sessions(clerk, view))
        .with(events(clerk, view))
        .answer(clerk.visit, 200)
}

fn facts(clerk: &Clerk<'_>, view: &AccountView) -> Vec<(String, Cell)> {
    let l = clerk.l();
    let count = |number: usize| Cell::text(number.to_string());
    let is_french = view.language == Language::French.code();
    let language = if is_french { t::console::in_french(l) } else { t::console::in_english(l) };
    let mut facts: Vec<(&str, Cell)> = vec![
        (t::console::account_id(l), Cell::Code(view.id.clone())),
        (t::console::kind(l), Cell::text(kind(l, view.kind))),
        (t::console::name(l), Cell::text(view.name.clone())),
        (t::console::state(l), Cell::text(state(l, view.state))),
        (t::console::language(l), Cell::text(language)),
        (t::console::created_on(l), time(l, Some(&view.created))),
        (t::console::last_sign_in(l), time(l, view.last_sign_in.as_deref())),
        (t::console::password_set(l), time(l, view.password_set.as_deref())),
    ];
    if let Some(email) = &view.recovery_email {
        facts.push((t::console::recovery_email(l), Cell::text(email.clone())));
    }
    if let Some(lock) = &view.lock {
        let words = vec![lock.reference.clone(), actor::words(l, &lock.by), lock.reason.clone()];
        facts.push((t::console::lock(l), Cell::Lines(words)));
        facts.push((t::console::locked_since(l), time(l, Some(&lock.since))));
    }
    if let Some(activation) = &view.activation {
        facts.push((t::console::last_mail(l), time(l, activation.last_mail.as_deref())));
        facts.push((t::console::until(l), time(l, Some(&activation.until))));
        facts.push((t::console::wrong_codes(l), Cell::text(activation.wrong_codes.to_string())));
    }
    let app = view.factors.authenticator_app.as_ref();
    let roles = view.roles.iter().filter_map(|word| Role::parse(word));
    let roles: Vec<&str> = roles.map(|it| administrators::role(l, it)).collect();
    facts.extend([
        (t::account::authenticator_app(l), time(l, app.map(|app| app.added.as_str()))),
        (t::account::passkeys(l), Cell::text(view.factors.passkeys.to_string())),
        (t::account::recovery_codes(l), Cell::text(view.factors.recovery_codes.to_string())),
        (t::account::services(l), count(view.services)),
        (t::console::partners(l), count(view.partners.len())),
        (t::console::roles(l), Cell::text(roles.join(", "))),
    ]);
    if let Some(transfer) = &view.transfer {
        let decision = match transfer.decision {
            "transferred" => t::console::account_transferred(l),
            "declined" => t::console::account_not_transferred(l),
            _ => t::console::undecided(l),
        };
        facts.push((t::account::transfer(l), Cell::text(decision)));
        facts.push((t::console::decided(l), time(l, transfer.decided.as_deref())));
        facts.push((
            t::console::other_account(l),
            Cell::text(transfer.other_account.clone().unwrap_or_default()),
        ));
    }
    let mut facts: Vec<(String, Cell)> =
        facts.into_iter().map(|(label, cell)| (label.to_owned(), cell)).collect();
    facts.extend(super::removal_fact(l, view));
    facts
}

fn sessions(clerk: &Clerk<'_>, view: &AccountView) -> Table {
    let l = clerk.l();
    let columns = vec![t::account::first_seen(l), t::account::last_seen(l), t::account::browser(l)];
    let rows = view.sessions.iter().map(|session| {
        vec![
            time(l, Some(&session.began)),
            time(l, Some(&session.last_seen)),
            Cell::text(session.browser.clone().unwrap_or_default()),
        ]
    });
    Table::new("sessions", t::account::sessions(l), columns, rows.collect(), t::console::no_sessions(l))
}

/// What happened; a word that nobody knows stands for itself.
fn event_words(l: Language, word: &str) -> String {
    t::audit::event(l, word).map_or_else(|| word.to_owned(), str::to_owned)
}

fn events(clerk: &Clerk<'_>, view: &AccountView) -> Table {
    let l = clerk.l();
    let columns = vec![t::console::time(l), t::console::action(l), t::account::browser(l)];
    let rows = view.events.iter().map(|event| {
        vec![
            time(l, Some(&event.at)),
            Cell::text(event_words(l, &event.event)),
            Cell::text(event.browser.clone().unwrap_or_default()),
        ]
    });
    Table::new("events", t::console::events_caption(l), columns, rows.collect(), t::console::no_events(l))
}

/// `/{l}/admin/accounts/{id}/personal`
pub struct Personal;

impl FormPage for Personal {
    const ACT: Act = READ;
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
        ask(clerk, status, form, errors)
    }

    /// Nothing is changed, so that nothing is confirmed; the look is on record.
    async fn receive(clerk: &Clerk<'_>, (): &(), form: &Form) -> Result<Answer, Problem> {
        let mut errors = clerk.no_errors();
        clerk.check_reason(form, &mut errors);
        if !errors.is_empty() {
            return ask(clerk, 422, Some(form), errors);
        }
        let view = look(clerk, Look { personal_data: true, why: Some(form.value("reason")) }).await?;
        page(clerk, &view)
    }
}

fn ask(clerk: &Clerk<'_>, status: u16, form: Option<&Form>, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = clerk.l();
    let back = clerk.url(clerk.place.section(), &format!("/{}", clerk.place.subject()));
    Sheet::new(clerk.form_frame(t::console::show_personal(l), errors.clone()))
        .text(t::console::looks_are_recorded(l))
        .with(clerk.form(t::console::show(l), back).field(clerk.reason_field(form, &errors)))
        .answer(clerk.visit, status)
}
