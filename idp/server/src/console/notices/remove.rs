//! D2: taking a notice down.

use super::super::Clerk;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::Cell;
use crate::admin::notices;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::{Act, Area};
use idp_domain::notice::Notice;

/// `/{l}/admin/notices/{id}/remove`
pub struct Remove;

impl PlainChange for Remove {
    const ACT: Act = Act::Write(Area::Notices);
    type Subject = Notice;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<Notice> {
        Ok(Ok(notices::find(&clerk.desk(), clerk.place.subject()).await?))
    }

    fn words(clerk: &Clerk<'_>, notice: &Notice, _form: Option<&Form>) -> Words {
        let l = clerk.l();
        Words {
            title: t::console::remove_notice(l).to_owned(),
            question: t::console::remove_notice_question(l).to_owned(),
            means: None,
            facts: vec![
                (t::console::text_en(l).to_owned(), Cell::text(&notice.text.en)),
                (t::console::text_fr(l).to_owned(), Cell::text(&notice.text.fr)),
                (t::console::where_(l).to_owned(), Cell::text(super::place(l, notice.place))),
            ],
            dangerous: true,
            cancel: clerk.home(),
        }
    }

    async fn act(clerk: &Clerk<'_>, _notice: &Notice, form: &Form) -> Result<Answer, Problem> {
        notices::remove(&clerk.desk(), clerk.place.subject(), Some(form.value("reason"))).await?;
        clerk.visit.app.notices.forget();
        Ok(clerk.done_at(&clerk.home(), "removed"))
    }
}
