//! D2, new: a notice in both languages.

use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Sheet};
use super::super::{Clerk, moment};
use crate::admin::AdminError;
use crate::admin::notices::{self, NoticeFile};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::{Act, Area};
use idp_domain::notice::{Notice, NoticeKind, NoticePlace};
use ontario_design::components::{Choice, ErrorSummary, RadioGroup, TextField};

const ACT: Act = Act::Write(Area::Notices);

/// `/{l}/admin/notices/new`
pub struct Add;

impl FormPage for Add {
    const ACT: Act = ACT;
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
        add(clerk, form).await
    }
}

fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let typed = |name: &str| form.map_or("", |form| form.value(name));
    let text =
        |name: &str, label: &str| TextField::text(l, name, label).value(typed(name)).errors_of(&errors);
    let chosen = |name: &str, usual: &str| {
        let value = typed(name);
        if value.is_empty() { usual.to_owned() } else { value.to_owned() }
    };
    let kinds = NoticeKind::ALL.map(|it| Choice::new(it.as_str(), super::kind(l, it)));
    let places = NoticePlace::ALL.map(|it| Choice::new(it.as_str(), super::place(l, it)));
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(text("text_en", t::console::text_en(l)).hint(t::console::notice_text_hint(l)))
        .field(text("text_fr", t::console::text_fr(l)).hint(t::console::notice_text_hint(l)))
        .field(
            RadioGroup::new(l, "kind", t::console::notice_kind(l), kinds.to_vec())
                .selected(Some(&chosen("kind", NoticeKind::Information.as_str())))
                .errors_of(&errors),
        )
        .field(text("start", t::console::start(l)).optional().hint(t::console::start_hint(l)))
        .field(text("end", t::console::end(l)).optional().hint(t::console::end_hint(l)))
        .field(
            RadioGroup::new(l, "where", t::console::where_(l), places.to_vec())
                .selected(Some(&chosen("where", NoticePlace::Everywhere.as_str())))
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::add_notice(l), errors)).with(change).answer(clerk.visit, status)
}

/// What was typed, or what is wrong with it.
fn read(clerk: &Clerk<'_>, form: &Form, errors: &mut ErrorSummary) -> Option<NoticeFile> {
    let l = clerk.l();
    for name in ["text_en", "text_fr"] {
        let text = form.value(name).trim();
        if text.is_empty() {
            errors.add(name, t::console::both_languages(l));
        } else if text.chars().count() > Notice::MAX_TEXT {
            errors.add(name, t::console::notice_long(l, Notice::MAX_TEXT));
        } else if text.chars().any(char::is_control) {
            errors.add(name, t::console::notice_control(l));
        }
    }
    let mut at = |name: &str| {
        moment::parse(form.value(name)).unwrap_or_else(|_| {
            errors.add(name, t::console::moment_format(l));
            None
        })
    };
    let (start, end) = (at("start"), at("end"));
    if end.is_some_and(|end| end <= start.unwrap_or(clerk.visit.now)) {
        errors.add("end", t::console::ends_before_start(l));
    }
    let kind = NoticeKind::parse(form.value("kind"));
    let place = NoticePlace::parse(form.value("where"));
    if kind.is_none() {
        errors.add("kind", t::choice_required(l));
    }
    if place.is_none() {
        errors.add("where", t::choice_required(l));
    }
    Some(NoticeFile {
        text_en: form.value("text_en").to_owned(),
        text_fr: form.value("text_fr").to_owned(),
        kind: kind?,
        start: start.map(crate::admin::instant),
        end: end.map(crate::admin::instant),
        place: place?,
    })
}

async fn add(clerk: &Clerk<'_>, form: &Form) -> Result<Answer, Problem> {
    let mut errors = clerk.no_errors();
    let notice = read(clerk, form, &mut errors);
    clerk.check_reason(form, &mut errors);
    let Some(notice) = notice.filter(|_| errors.is_empty()) else {
        return page(clerk, 422, Some(form), errors);
    };
    if !clerk.is_confirmed(form) {
        return confirm(clerk, form, &notice);
    }
    match notices::add(&clerk.desk(), notice, Some(form.value("reason"))).await {
        Ok(_) => {
            clerk.visit.app.notices.forget();
            Ok(clerk.done_at(&clerk.home(), "added"))
        }
        Err(AdminError::Invalid(_)) => {
            errors.add("text_en", t::console::both_languages(clerk.l()));
            page(clerk, 422, Some(form), errors)
        }
        Err(error) => Err(error.into()),
    }
}

fn confirm(clerk: &Clerk<'_>, form: &Form, notice: &NoticeFile) -> Result<Answer, Problem> {
    let l = clerk.l();
    let time = |name: &str, none: &str| match moment::parse(form.value(name)) {
        Ok(Some(at)) => Cell::time(l, Some(at)),
        _ => Cell::text(none),
    };
    let facts: Vec<(&str, Cell)> = vec![
        (t::console::text_en(l), Cell::text(notice.text_en.trim())),
        (t::console::text_fr(l), Cell::text(notice.text_fr.trim())),
        (t::console::notice_kind(l), Cell::text(super::kind(l, notice.kind))),
        (t::console::start(l), time("start", t::console::at_once(l))),
        (t::console::end(l), time("end", t::console::until_removed(l))),
        (t::console::where_(l), Cell::text(super::place(l, notice.place))),
    ];
    clerk.confirm(
        form,
        Confirmation {
            title: t::console::add_notice_question(l).to_owned(),
            facts: facts.into_iter().map(|(label, cell)| (label.to_owned(), cell)).collect(),
            means: None,
            button: t::console::add_notice(l).to_owned(),
            dangerous: false,
        },
    )
}
