//! The link that N6 brings to the old address: opening it changes nothing, its button does, in any browser and without a
//! session, since whoever reads that mailbox may have been robbed of the account. The address holds a secret, so the page
//! sends no referrer.

use crate::journeys::recovery;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::email_change::{UndoDecision, decide_undo};
use idp_domain::secret::TokenHash;
use idp_store::UndoOutcome;

/// Where it is, after the language.
pub const PATH: &str = "/account/email/undo";

/// `GET /{l}/account/email/undo?t=…`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let token = visit.query.get("t").ok().flatten().unwrap_or_default();
    let Some(facts) = visit.app.store.find_email_undo(TokenHash::of(token)).await? else {
        return Err(Problem::LinkExpired);
    };
    match decide_undo(&facts, visit.now) {
        UndoDecision::TakeBack => {}
        UndoDecision::AlreadyUsed => return Err(Problem::LinkUsed),
        UndoDecision::Expired => return Err(Problem::LinkExpired),
    }
    let l = visit.language;
    let form = ButtonForm {
        fields: vec![("t", token.to_owned())],
        ..visit.button_form("undo-form", PATH, t::account::keep_email(l))
    };
    let frame = visit
        .frame(t::account::keep_email(l))
        .language_link(format!("/{}{PATH}?t={token}", l.other().code()));
    let paragraphs = vec![t::account::keep_email_text(l).to_owned()];
    Ok(MessagePage::new(frame, "email-undo-page", paragraphs).form(form).answer(visit, 200)?.no_referrer())
}

/// `POST /{l}/account/email/undo`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let undo = TokenHash::of(form.value("t"));
    let text = match visit.app.store.undo_email_change(undo, visit.now).await? {
        UndoOutcome::Restored => t::account::email_restored(l),
        UndoOutcome::Stopped => t::account::email_kept(l),
        UndoOutcome::AlreadyUsed => return Err(Problem::LinkUsed),
        UndoOutcome::Expired => return Err(Problem::LinkExpired),
    };
    let frame =
        visit.frame(t::account::email_kept_title(l)).language_link(format!("/{}/sign-in", l.other().code()));
    // A new password ends no passkey of whoever was in.
    let paragraphs =
        [text, t::account::choose_new_password(l), t::account::check_ways_in(l)].map(str::to_owned).to_vec();
    MessagePage::new(frame, "email-kept-page", paragraphs)
        .button(t::account::reset_password(l), visit.plain_url(recovery::PATH))
        .link(t::sign_in(l), visit.plain_url("/sign-in"))
        .link(t::contact_us(l), visit.plain_url("/contact"))
        .answer(visit, 200)
}
