//! X10: an account that support has locked. The page is an answer to the right password, or to another proof; by its address
//! it is there in the other language too.

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::AccountKind;
use idp_domain::administration::LockReference;

/// Where it is, after the language.
pub const PATH: &str = "/locked";
/// What the address of a ONE-key account's page says.
const ONE_KEY: (&str, &str) = ("account", "one-key");

/// The page with the reference of the lock, by which support finds the account.
///
/// # Errors
/// The template fails, which no data causes.
pub fn page(visit: &Visit, kind: AccountKind, reference: &LockReference) -> Result<Answer, Problem> {
    let l = visit.language;
    let other = visit.url_in(l.other(), PATH);
    let separator = if other.contains('?') { '&' } else { '?' };
    let account =
        if kind == AccountKind::OneKey { format!("&{}={}", ONE_KEY.0, ONE_KEY.1) } else { String::new() };
    let other = format!("{other}{separator}reference={reference}{account}");
    let frame = visit.frame_of(kind, t::locked_title(l)).language_link(other);
    MessagePage::new(frame, "locked-page", vec![t::locked_text(l, reference)])
        .link(t::contact_us(l), visit.url("/contact"))
        .answer(visit, 403)
}

/// `GET /{l}/locked`: it says no more than its address does.
///
/// # Errors
/// The template fails, which no data causes.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let given = |name| visit.query.get(name).ok().flatten();
    let Some(reference) = given("reference").and_then(LockReference::parse) else {
        return Ok(visit.dress(Answer::see_other(visit.url("/sign-in"))));
    };
    let is_one_key = given(ONE_KEY.0) == Some(ONE_KEY.1);
    page(visit, if is_one_key { AccountKind::OneKey } else { AccountKind::MyOntario }, &reference)
}
