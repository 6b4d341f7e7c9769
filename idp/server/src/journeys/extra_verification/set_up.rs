//! M14: a service, or the console, wants a level for which nothing is set up.

use super::second_step::NOT_NOW;
use crate::console;
use crate::journeys::account::Page;
use crate::journeys::passkeys::relying_party;
use crate::journeys::resume::{self, HIGHEST_ENROLABLE};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::authorization::acr::Missing;
use idp_domain::extra_verification::SecondFactorKind;
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::{Choice, ErrorSummary, FormTokens, RadioGroup};

/// Where it is, after the language.
pub const PATH: &str = "/sign-in/set-up";

#[derive(Template)]
#[template(path = "extra_verification/set_up.html")]
struct SetUpPage {
    frame: Frame,
    text: String,
    action: String,
    tokens: FormTokens,
    way: RadioGroup,
    not_now: ButtonForm,
}

/// What is asked for.
struct Question {
    session: SessionWithAccount,
    /// The service's request; without one the console asks.
    kept: Option<Kept>,
    ways: Vec<SecondFactorKind>,
}

/// `None` where nothing has to be set up.
async fn question(visit: &Visit) -> Result<Option<Question>, Problem> {
    let Some(session) = visit.session().await? else { return Ok(None) };
    let kept = visit.kept_request().await?.filter(|kept| !kept.is_answered());
    let declined_by = kept.as_ref().and_then(|kept| kept.record.level_declined_by.as_ref());
    let standing = resume::standing(visit, &session, declined_by).await?;
    let asked = match &kept {
        Some(kept) => kept.record.request.acr.clone(),
        None if console::is_ahead(visit) => console::asks(),
        None => return Ok(None),
    };
    let Missing::Enrolment { level, .. } = asked.missing(&standing) else { return Ok(None) };
    let enrolable = [SecondFactorKind::AuthenticatorApp, SecondFactorKind::Passkey];
    // Passkeys need a domain: at an issuer that is an IP address there are none (WebAuthn section 5.1.3).
    let here = |kind: &SecondFactorKind| *kind != SecondFactorKind::Passkey || relying_party(visit).is_some();
    let fits = |kind: &SecondFactorKind| (level..=HIGHEST_ENROLABLE).contains(&kind.level()) && here(kind);
    Ok(Some(Question { session, kept, ways: enrolable.into_iter().filter(fits).collect() }))
}

/// `GET /{l}/sign-in/set-up`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match question(visit).await? {
        Some(question) => page(visit, &question, 200, ErrorSummary::new(visit.language)).await,
        None => resume::get(visit).await,
    }
}

async fn page(
    visit: &Visit,
    question: &Question,
    status: u16,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let service = match visit.service_name(question.kept.as_ref()) {
        Some(service) => service,
        None => t::console::service_name(l).to_owned(),
    };
    let choices = question.ways.iter().map(|kind| {
        let label = match kind {
            SecondFactorKind::Passkey => t::extra_verification::way_passkey(l),
            _ => t::extra_verification::way_app(l),
        };
        Choice::new(kind.as_str(), label)
    });
    let template = SetUpPage {
        text: t::extra_verification::service_needs(l, service),
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        way: RadioGroup::new(l, "way", t::extra_verification::set_up_which(l), choices.collect())
            .errors_of(&errors),
        not_now: ButtonForm {
            primary: false,
            // Who would rather not set anything up has no way into the console.
            action: if question.kept.is_some() { visit.url(NOT_NOW) } else { visit.plain_url(NOT_NOW) },
            ..visit.button_form("not-now-form", NOT_NOW, t::extra_verification::not_now(l))
        },
        frame: visit
            .signed_in_frame(t::extra_verification::set_up_title(l), &question.session)
            .errors(errors),
    };
    let to = question.kept.as_ref().map(Kept::redirect_uri);
    Ok(visit.page(status, &template)?.form_may_end_at(to))
}

/// `POST /{l}/sign-in/set-up`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(question) = question(visit).await? else { return resume::get(visit).await };
    let chosen = SecondFactorKind::parse(form.value("way")).filter(|kind| question.ways.contains(kind));
    let path = match chosen {
        Some(SecondFactorKind::AuthenticatorApp) => Page::Totp.path(),
        Some(SecondFactorKind::Passkey) => Page::NewPasskey.path(),
        Some(SecondFactorKind::RecoveryCode) | None => {
            let mut errors = ErrorSummary::new(visit.language);
            errors.add("way", t::choice_required(visit.language));
            return page(visit, &question, 422, errors).await;
        }
    };
    Ok(visit.dress(Answer::see_other(visit.url(path))))
}
