//! D7: trying a waiting mail again at once, and taking it out of the outbox.

use super::super::Clerk;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::{WRITE, facts};
use crate::admin::AdminError;
use crate::admin::mails::{self, MailView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;

/// `/{l}/admin/mail/{id}/resend`
pub struct Resend;

/// `/{l}/admin/mail/{id}/cancel`
pub struct Cancel;

/// A mail that waits: any other is past both.
async fn find(clerk: &Clerk<'_>, title: &str) -> Found<MailView> {
    let mail = mails::show(&clerk.desk(), &clerk.visit.app.data_keys.content, clerk.place.subject()).await?;
    if mail.state == "waiting" { Ok(Ok(mail)) } else { settled(clerk, title).map(Err) }
}

fn settled(clerk: &Clerk<'_>, title: &str) -> Result<Answer, Problem> {
    clerk.refuse(409, title, t::console::waits_no_more(clerk.l()))
}

fn its_page(clerk: &Clerk<'_>, mail: &MailView) -> String {
    clerk.url(clerk.place.section(), &format!("/{}", mail.id))
}

impl PlainChange for Resend {
    const ACT: Act = WRITE;
    type Subject = MailView;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<MailView> {
        find(clerk, t::console::resend(clerk.l())).await
    }

    fn words(clerk: &Clerk<'_>, mail: &MailView, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::resend(l).to_owned(),
            question: t::console::resend_question(l).to_owned(),
            means: Some(t::console::resend_means(l).to_owned()),
            facts: facts(l, mail),
            dangerous: false,
            cancel: its_page(clerk, mail),
        }
    }

    async fn act(clerk: &Clerk<'_>, mail: &MailView, form: &Form) -> Result<Answer, Problem> {
        match mails::retry(&clerk.desk(), Some(&mail.id), Some(form.value("reason"))).await {
            Ok(_) => Ok(clerk.done_at(&its_page(clerk, mail), "resent")),
            Err(AdminError::Conflict(_)) => settled(clerk, t::console::resend(clerk.l())),
            Err(error) => Err(error.into()),
        }
    }
}

impl PlainChange for Cancel {
    const ACT: Act = WRITE;
    type Subject = MailView;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<MailView> {
        find(clerk, t::console::cancel_mail(clerk.l())).await
    }

    fn words(clerk: &Clerk<'_>, mail: &MailView, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::cancel_mail(l).to_owned(),
            question: t::console::cancel_mail_question(l).to_owned(),
            means: Some(t::console::cancel_mail_means(l).to_owned()),
            facts: facts(l, mail),
            dangerous: true,
            cancel: its_page(clerk, mail),
        }
    }

    async fn act(clerk: &Clerk<'_>, mail: &MailView, form: &Form) -> Result<Answer, Problem> {
        match mails::cancel(&clerk.desk(), &mail.id, Some(form.value("reason"))).await {
            Ok(()) => Ok(clerk.done_at(&clerk.home(), "cancelled")),
            Err(AdminError::Conflict(_)) => settled(clerk, t::console::cancel_mail(clerk.l())),
            Err(error) => Err(error.into()),
        }
    }
}
