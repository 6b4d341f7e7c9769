//! The mailed link: opening it changes nothing, so that a mail scanner can't spend it; its button does (guide S2,
//! step 11). In another browser it says to use the code. The address holds a secret, so this page sends no referrer and
//! posts elsewhere.

use crate::adapters::rng::rng;
use crate::journeys::{new_session, resume};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::activation::{LinkDecision, decide_link};
use idp_domain::ids::AccountId;
use idp_domain::secret::{TokenHash, equal_in_constant_time};
use idp_domain::session::AuthenticationMethod;
use idp_store::{ActivationOutcome, LinkAttempt};

/// Where the link's page and its button are, after the language.
pub const PATH: &str = "/activate";

/// `GET /{l}/activate?t=…`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let token = visit.query.get("t").ok().flatten().unwrap_or_default();
    let Some(facts) = visit.app.store.find_link(TokenHash::of(token)).await? else {
        return Err(Problem::LinkExpired);
    };
    let same_browser = equal_in_constant_time(&facts.browser, visit.browser_hash().as_bytes());
    let limits = visit.in_force.activation_limits();
    let answer = match decide_link(&facts.registration, facts.sent_at, same_browser, visit.now, &limits) {
        LinkDecision::AlreadyUsed => return Err(Problem::LinkUsed),
        LinkDecision::Expired => return Err(Problem::LinkExpired),
        LinkDecision::OtherBrowser => other_browser(visit),
        LinkDecision::Activate => {
            // Pressing the button may lead straight on to the service that the person came from.
            let kept = visit.find_kept(facts.request_id).await?;
            let to = kept.map(|kept| kept.redirect_uri().to_owned());
            button(visit, token).map(|answer| answer.form_may_end_at(to.as_deref()))
        }
    };
    Ok(answer?.no_referrer())
}

fn button(visit: &Visit, token: &str) -> Result<Answer, Problem> {
    let l = visit.language;
    let form = ButtonForm {
        fields: vec![("t", token.to_owned())],
        ..visit.button_form("activate-form", PATH, t::finish_activation(l))
    };
    let other = format!("/{}{PATH}?t={token}", l.other().code());
    let frame = visit.frame(t::link_title(l)).language_link(other);
    let paragraphs = vec![t::link_press_button(l).to_owned()];
    MessagePage::new(frame, "activate-page", paragraphs).form(form).answer(visit, 200)
}

fn other_browser(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::link_other_browser_title(l));
    MessagePage::new(frame, "other-browser-page", vec![t::link_other_browser(l).into()]).answer(visit, 200)
}

/// `POST /{l}/activate`
///
/// # Errors
/// X5 for a link that was used or has expired.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = new_session::start(visit, AuthenticationMethod::Password).await?;
    let secret = session.new.secret;
    let attempt = LinkAttempt {
        link: TokenHash::of(form.value("t")),
        browser: visit.browser_hash(),
        account: AccountId::random(&mut rng()),
        session: session.new,
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    };
    match visit.app.store.activate_by_link(attempt).await? {
        ActivationOutcome::Activated { request_id } => {
            let live = resume::just_signed_in(visit, secret).await?;
            let answer = resume::go_on_with(visit, request_id, live.as_ref()).await?;
            Ok(answer.cookie(session.cookie))
        }
        ActivationOutcome::OtherBrowser => other_browser(visit),
        ActivationOutcome::AlreadyActivated => Err(Problem::LinkUsed),
        _ => Err(Problem::LinkExpired),
    }
}
