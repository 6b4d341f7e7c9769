//! A page with a form: what differs from one to the next is a [`FormPage`], and the two handlers here are the same for all.
//!
//! 1. The page is opened and its thing found; where the change isn't possible as things stand, a page says so.
//! 2. GET shows the form, with what its person typed before they had to go elsewhere.
//! 3. POST is the page's own affair: [`super::plain_change`] has it for changes that ask for little.

use super::{Clerk, enter};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::Act;
use ontario_design::components::ErrorSummary;

/// What a page is about, or the page that says why it isn't possible.
pub type Found<T> = Result<Result<T, Answer>, Problem>;

/// A page with a form.
pub trait FormPage {
    /// What it needs.
    const ACT: Act;
    /// What it is about.
    type Subject;

    /// What the address names; with the form, if one came.
    fn find(clerk: &Clerk<'_>, form: Option<&Form>) -> impl Future<Output = Found<Self::Subject>>;

    /// The form, with what was typed and what is wrong with it.
    fn page(
        clerk: &Clerk<'_>,
        subject: &Self::Subject,
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> impl Future<Output = Result<Answer, Problem>>;

    /// What comes of a form: the page again where something is wrong, what will be done, or the deed.
    fn receive(
        clerk: &Clerk<'_>,
        subject: &Self::Subject,
        form: &Form,
    ) -> impl Future<Output = Result<Answer, Problem>>;
}

/// GET: the form.
///
/// # Errors
/// No role, no such thing, or the database is away.
pub async fn get<P: FormPage>(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, P::ACT, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let subject = match P::find(&clerk, None).await? {
        Ok(subject) => subject,
        Err(answer) => return Ok(answer),
    };
    let held = clerk.held().await?;
    P::page(&clerk, &subject, 200, held.as_ref(), clerk.no_errors()).await
}

/// POST: whatever the page does.
///
/// # Errors
/// No role, no such thing, or the database is away.
pub async fn post<P: FormPage>(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let clerk = match enter(visit, P::ACT, Some(form)).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    match P::find(&clerk, Some(form)).await? {
        Ok(subject) => P::receive(&clerk, &subject, form).await,
        Err(answer) => Ok(answer),
    }
}
