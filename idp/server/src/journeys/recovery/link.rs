//! The mailed link: opening it changes nothing, so that a mail scanner can't spend it; its button does. In another browser
//! it says to use the code. The address holds a secret, so this page sends no referrer and posts elsewhere.

use super::{LINK, NEW, prover, url_of};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::activation::{LinkDecision, decide_link};
use idp_domain::secret::{TokenHash, equal_in_constant_time};
use idp_store::{ResetLinkAttempt, ResetProof};

/// `GET /{l}/forgot-password/link?t=…`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let token = visit.query.get("t").ok().flatten().unwrap_or_default();
    let Some(link) = visit.app.store.find_reset_link(TokenHash::of(token)).await? else {
        return Err(Problem::LinkExpired);
    };
    let same_browser = equal_in_constant_time(&link.browser, visit.browser_hash().as_bytes());
    let limits = visit.in_force.activation_limits();
    match decide_link(&link.facts.as_mailed_code(), link.sent_at, same_browser, visit.now, &limits) {
        LinkDecision::AlreadyUsed => Err(Problem::LinkUsed),
        LinkDecision::Expired => Err(Problem::LinkExpired),
        LinkDecision::OtherBrowser => Ok(other_browser(visit)?.no_referrer()),
        LinkDecision::Activate => Ok(button(visit, token)?.no_referrer()),
    }
}

fn button(visit: &Visit, token: &str) -> Result<Answer, Problem> {
    let l = visit.language;
    let form = ButtonForm {
        fields: vec![("t", token.to_owned())],
        ..visit.button_form("reset-form", LINK, t::continue_(l))
    };
    let other = format!("/{}{LINK}?t={token}", l.other().code());
    let frame = visit.frame(t::recovery::link_title(l)).language_link(other);
    let paragraphs = vec![t::recovery::link_press_button(l).to_owned()];
    MessagePage::new(frame, "reset-link-page", paragraphs).form(form).answer(visit, 200)
}

fn other_browser(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::link_other_browser_title(l));
    MessagePage::new(frame, "other-browser-page", vec![t::link_other_browser(l).into()]).answer(visit, 200)
}

/// `POST /{l}/forgot-password/link`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let attempt = ResetLinkAttempt {
        link: TokenHash::of(form.value("t")),
        proof: prover(visit),
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    };
    match visit.app.store.prove_reset_by_link(attempt).await? {
        ResetProof::Proven { request_id } => {
            Ok(visit.dress(Answer::see_other(url_of(visit, NEW, request_id.as_ref()))))
        }
        ResetProof::OtherBrowser => other_browser(visit),
        ResetProof::AlreadyProven => Err(Problem::LinkUsed),
        _ => Err(Problem::LinkExpired),
    }
}
