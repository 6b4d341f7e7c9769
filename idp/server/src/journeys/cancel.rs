//! *Cancel*: back to the relying service with `access_denied` (`product.md` 2.5).

use super::{leave, resume};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// `POST /{l}/cancel`
///
/// # Errors
/// The request was answered before, or the database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let Some(kept) = visit.kept_request().await? else { return Err(Problem::StepDone) };
    if !visit.app.store.cancel_authorization_request(kept.record.id.clone(), visit.now).await? {
        return Err(Problem::StepDone);
    }
    leave::with_error(visit, &kept.service()?.client, &kept.record.request.destination, &resume::denied())
}
