//! Changes that ask for their reason and little else: what differs from one to the next is a [`PlainChange`], and each of them
//! is a [`FormPage`] whose first POST is checked and shows what will be done. Only the POST that confirms it acts.

use super::Clerk;
use super::change::{ChangeForm, Confirmation};
use super::form_page::{FormPage, Found};
use super::sheet::{Cell, Facts, Sheet};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::administration::Act;
use ontario_design::components::{Alert, ErrorSummary};

/// What the pages of a change say.
pub struct Words {
    /// What the change is called: the form's heading, and the button that does it.
    pub title: String,
    /// The question of the page that asks once more.
    pub question: String,
    /// What it means.
    pub means: Option<String>,
    /// What it is about.
    pub facts: Vec<(String, Cell)>,
    /// Whether it can't be undone.
    pub dangerous: bool,
    /// Where whoever turns back is led.
    pub cancel: String,
}

/// A change that asks for its reason and little else.
pub trait PlainChange {
    /// What it needs.
    const ACT: Act;
    /// What it is about.
    type Subject;

    /// What the address names; with the form, if one came.
    fn find(clerk: &Clerk<'_>, form: Option<&Form>) -> impl Future<Output = Found<Self::Subject>>;

    /// What its pages say; of what was typed too, once there is a form.
    fn words(clerk: &Clerk<'_>, subject: &Self::Subject, form: Option<&Form>) -> Words;

    /// Adds what is asked beside the reason.
    fn fields(
        _clerk: &Clerk<'_>,
        _subject: &Self::Subject,
        _form: Option<&Form>,
        _errors: &ErrorSummary,
        change: ChangeForm,
    ) -> ChangeForm {
        change
    }

    /// Checks what was typed beside the reason.
    fn check(_clerk: &Clerk<'_>, _subject: &Self::Subject, _form: &Form, _errors: &mut ErrorSummary) {}

    /// Does it, and says so.
    fn act(
        clerk: &Clerk<'_>,
        subject: &Self::Subject,
        form: &Form,
    ) -> impl Future<Output = Result<Answer, Problem>>;
}

impl<C: PlainChange> FormPage for C {
    const ACT: Act = <C as PlainChange>::ACT;
    type Subject = <C as PlainChange>::Subject;

    fn find(clerk: &Clerk<'_>, form: Option<&Form>) -> impl Future<Output = Found<Self::Subject>> {
        <C as PlainChange>::find(clerk, form)
    }

    async fn page(
        clerk: &Clerk<'_>,
        subject: &Self::Subject,
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page::<C>(clerk, subject, status, form, errors)
    }

    /// The form again where something is wrong, what will be done, or the deed.
    async fn receive(clerk: &Clerk<'_>, subject: &Self::Subject, form: &Form) -> Result<Answer, Problem> {
        let mut errors = clerk.no_errors();
        C::check(clerk, subject, form, &mut errors);
        clerk.check_reason(form, &mut errors);
        if !errors.is_empty() {
            return page::<C>(clerk, subject, 422, Some(form), errors);
        }
        if !clerk.is_confirmed(form) {
            let Words { title, question, means, facts, dangerous, .. } = C::words(clerk, subject, Some(form));
            let confirmation = Confirmation { title: question, facts, means, button: title, dangerous };
            return clerk.confirm(form, confirmation);
        }
        C::act(clerk, subject, form).await
    }
}

/// The form; `act` shows it again where the operation itself finds something wrong with what was typed.
///
/// # Errors
/// The template fails, which no data causes.
pub fn page<C: PlainChange>(
    clerk: &Clerk<'_>,
    subject: &C::Subject,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let Words { title, means, facts, dangerous, cancel, .. } = C::words(clerk, subject, None);
    let change = C::fields(clerk, subject, form, &errors, clerk.form(t::continue_(l), cancel))
        .field(clerk.reason_field(form, &errors));
    let sheet = Sheet::new(clerk.form_frame(title, errors));
    let sheet = match means {
        Some(means) if dangerous => sheet.with(Alert::warning(l, means)),
        Some(means) => sheet.text(means),
        None => sheet,
    };
    sheet.with(Facts::new("about", facts)).with(change).answer(clerk.visit, status)
}
