//! D7: trying a waiting mail again at once, and taking it out of the outbox.

use super::super::change::Confirmation;
use super::super::sheet::{Facts, Sheet};
use super::super::{Clerk, enter};
use super::{WRITE, facts};
use crate::admin::AdminError;
use crate::admin::mails::{self, MailView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use ontario_design::components::ErrorSummary;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Resend,
    Cancel,
}

impl Deed {
    fn title(self, l: Language) -> &'static str {
        match self {
            Self::Resend => t::console::resend(l),
            Self::Cancel => t::console::cancel_mail(l),
        }
    }

    fn question(self, l: Language) -> &'static str {
        match self {
            Self::Resend => t::console::resend_question(l),
            Self::Cancel => t::console::cancel_mail_question(l),
        }
    }

    fn means(self, l: Language) -> &'static str {
        match self {
            Self::Resend => t::console::resend_means(l),
            Self::Cancel => t::console::cancel_mail_means(l),
        }
    }
}

/// `GET /{l}/admin/mail/{id}/resend`
///
/// # Errors
/// No role, no such mail, or the database is away.
pub async fn resend(visit: &Visit) -> Result<Answer, Problem> {
    get(visit, Deed::Resend).await
}

/// `GET /{l}/admin/mail/{id}/cancel`
///
/// # Errors
/// No role, no such mail, or the database is away.
pub async fn cancel(visit: &Visit) -> Result<Answer, Problem> {
    get(visit, Deed::Cancel).await
}

/// `POST /{l}/admin/mail/{id}/resend`
///
/// # Errors
/// No role, no such mail, or the database is away.
pub async fn resend_post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    post(visit, form, Deed::Resend).await
}

/// `POST /{l}/admin/mail/{id}/cancel`
///
/// # Errors
/// No role, no such mail, or the database is away.
pub async fn cancel_post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    post(visit, form, Deed::Cancel).await
}

async fn get(visit: &Visit, deed: Deed) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let mail = find(&clerk).await?;
    if mail.state != "waiting" {
        return settled(&clerk, deed);
    }
    let held = clerk.held().await?;
    page(&clerk, deed, &mail, 200, held.as_ref(), clerk.no_errors())
}

async fn find(clerk: &Clerk<'_>) -> Result<MailView, Problem> {
    Ok(mails::show(&clerk.desk(), &clerk.visit.app.data_keys.content, clerk.place.subject()).await?)
}

fn settled(clerk: &Clerk<'_>, deed: Deed) -> Result<Answer, Problem> {
    clerk.refuse(409, deed.title(clerk.l()), t::console::waits_no_more(clerk.l()))
}

fn page(
    clerk: &Clerk<'_>,
    deed: Deed,
    mail: &MailView,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let back = clerk.url(clerk.place.section(), &format!("/{}", mail.id));
    Sheet::new(clerk.form_frame(deed.title(l), errors.clone()))
        .text(deed.means(l))
        .with(Facts::new("mail", facts(l, mail)))
        .with(clerk.form(t::continue_(l), back).field(clerk.reason_field(form, &errors)))
        .answer(clerk.visit, status)
}

async fn post(visit: &Visit, form: &Form, deed: Deed) -> Result<Answer, Problem> {
    let clerk = match enter(visit, WRITE, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let mail = find(&clerk).await?;
    if mail.state != "waiting" {
        return settled(&clerk, deed);
    }
    let mut errors = clerk.no_errors();
    clerk.check_reason(form, &mut errors);
    if !errors.is_empty() {
        return page(&clerk, deed, &mail, 422, Some(form), errors);
    }
    if !clerk.is_confirmed(form) {
        let confirmation = Confirmation {
            title: deed.question(l).to_owned(),
            facts: facts(l, &mail),
            warning: (deed == Deed::Cancel).then(|| deed.means(l).to_owned()),
            button: deed.title(l).to_owned(),
            dangerous: deed == Deed::Cancel,
        };
        return clerk.confirm(form, confirmation);
    }
    let (desk, why) = (clerk.desk(), Some(form.value("reason")));
    let done = match deed {
        Deed::Resend => mails::retry(&desk, Some(&mail.id), why).await.map(|_| ()),
        Deed::Cancel => mails::cancel(&desk, &mail.id, why).await,
    };
    match (done, deed) {
        (Ok(()), Deed::Resend) => {
            Ok(clerk.done_at(&clerk.url(clerk.place.section(), &format!("/{}", mail.id)), "resent"))
        }
        (Ok(()), Deed::Cancel) => Ok(clerk.done_at(&clerk.home(), "cancelled")),
        (Err(AdminError::Conflict(_)), deed) => settled(&clerk, deed),
        (Err(error), _) => Err(error.into()),
    }
}
