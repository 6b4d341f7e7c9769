//! M7: another way to make the second step. Only what is set up is offered.

use super::second_step::{self, over, ways_out};
use super::{Asked, Tried, Typed, asked, attempt, go_on};
use crate::journeys::passkeys::second_step as by_passkey;
use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::extra_verification::{RecoveryCode, SecondFactorKind, SecondFactors};
use ontario_design::Frame;
use ontario_design::components::{Alert, Choice, ErrorSummary, FormTokens, RadioGroup, TextField};

/// Where it is, after the language.
pub const PATH: &str = "/sign-in/other-way";
/// Where somebody with none of these is told what to do, after the language.
pub const NONE: &str = "/sign-in/other-way/none";
/// Where the codes that are left are counted, after the language.
pub const USED: &str = "/sign-in/other-way/used";

/// What is sent by who has none of these.
const NO_WAY: &str = "none";

#[derive(Template)]
#[template(path = "extra_verification/other_way.html")]
struct OtherWayPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    way: RadioGroup,
    recovery: Option<TextField>,
    forms: Vec<ButtonForm>,
}

/// `GET /{l}/sign-in/other-way`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take(visit).await?;
    let chosen = held.as_ref().map_or("", |form| form.value("way"));
    page(visit, &asked, 200, chosen, ErrorSummary::new(visit.language)).await
}

fn label(visit: &Visit, kind: SecondFactorKind) -> &'static str {
    let l = visit.language;
    match kind {
        SecondFactorKind::Passkey => t::extra_verification::way_passkey(l),
        SecondFactorKind::AuthenticatorApp => t::extra_verification::way_app(l),
        SecondFactorKind::RecoveryCode => t::extra_verification::way_recovery_code(l),
    }
}

async fn page(
    visit: &Visit,
    asked: &Asked,
    status: u16,
    chosen: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let ways = asked.factors.ways(asked.waiting.level());
    let choices = ways.iter().map(|kind| Choice::new(kind.as_str(), label(visit, *kind)));
    let none = Choice::new(NO_WAY, t::extra_verification::way_none(l));
    let recovery = asked.takes(SecondFactorKind::RecoveryCode).then(|| {
        TextField::text(l, "recovery", t::extra_verification::recovery_code_label(l))
            .optional()
            .hint(t::extra_verification::recovery_code_hint(l))
            .autocomplete("off")
            .width(20)
            .without_spellcheck()
            .errors_of(&errors)
    });
    let template = OtherWayPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        way: RadioGroup::new(l, "way", t::extra_verification::which_way(l), choices.chain([none]).collect())
            .selected(Some(chosen).filter(|chosen| !chosen.is_empty()))
            .errors_of(&errors),
        recovery,
        forms: ways_out(visit, asked),
        frame: visit
            .frame(t::extra_verification::other_way_title(l))
            .continue_to(visit.service_name(asked.kept.as_ref()))
            .language_button()
            .back(visit.url(second_step::PATH))
            .errors(errors),
    };
    let to = asked.kept.as_ref().map(Kept::redirect_uri);
    Ok(visit.page(status, &template)?.form_may_end_at(to))
}

/// `POST /{l}/sign-in/other-way`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let typed = form.value("recovery");
    let word = form.value("way");
    let chosen = match SecondFactorKind::parse(word) {
        // Whoever has typed a code has chosen it.
        None if word.is_empty() && !typed.is_empty() => Some(SecondFactorKind::RecoveryCode),
        kind => kind,
    };
    let (field, message) = match chosen.filter(|kind| asked.takes(*kind)) {
        _ if form.stale => ("way", t::form_stale(l).to_owned()),
        Some(SecondFactorKind::AuthenticatorApp) => {
            return Ok(visit.dress(Answer::see_other(visit.url(second_step::PATH))));
        }
        Some(SecondFactorKind::Passkey) => {
            return Ok(visit.dress(Answer::see_other(visit.url(by_passkey::PATH))));
        }
        Some(SecondFactorKind::RecoveryCode) if typed.trim().is_empty() => {
            ("recovery", t::code_required(l).to_owned())
        }
        Some(SecondFactorKind::RecoveryCode) => match try_code(visit, &asked, typed).await? {
            Ok(answer) => return Ok(answer),
            Err(message) => ("recovery", message),
        },
        None if word == NO_WAY => return Ok(visit.dress(Answer::see_other(visit.url(NONE)))),
        None => ("way", t::choice_required(l).to_owned()),
    };
    let mut errors = ErrorSummary::new(l);
    errors.add(field, message);
    page(visit, &asked, 422, chosen.map_or("", SecondFactorKind::as_str), errors).await
}

/// Tries a recovery code; what can't be one is no try.
async fn try_code(visit: &Visit, asked: &Asked, typed: &str) -> Result<Result<Answer, String>, Problem> {
    let l = visit.language;
    let wrong = || Ok(Err(t::extra_verification::recovery_code_wrong(l).to_owned()));
    let Some(code) = RecoveryCode::parse(typed) else { return wrong() };
    match attempt(visit, asked, &Typed::RecoveryCode(code)).await? {
        Tried::Right(Some(signed_in)) => {
            let answer = Answer::see_other(visit.url(USED));
            Ok(Ok(visit.dress(answer).cookie(signed_in.cookie)))
        }
        Tried::Right(None) => Ok(Ok(go_on(visit, &asked.waiting, None).await?)),
        Tried::Gone => Ok(Ok(over(visit))),
        Tried::Wrong => wrong(),
        Tried::Slow(words) => Ok(Err(words)),
    }
}

/// `GET /{l}/sign-in/other-way/none`
///
/// # Errors
/// The template fails, which no data causes.
pub async fn none(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::extra_verification::no_way_title(l)).back(visit.url(PATH));
    let mut text = vec![t::extra_verification::no_way_text(l).to_owned()];
    text.extend(visit.in_force.help.phone_in(visit.language).map(|phone| t::transfer::help_phone(l, phone)));
    MessagePage::new(frame, "no-way-page", text)
        .link(t::contact_us(l), visit.url("/contact"))
        .answer(visit, 200)
}

/// `GET /{l}/sign-in/other-way/used`: how many codes are left.
///
/// # Errors
/// The database is away.
pub async fn used(visit: &Visit) -> Result<Answer, Problem> {
    let Some(session) = visit.session().await? else { return resume::go_on(visit, None).await };
    let l = visit.language;
    let factors = visit.app.store.find_second_factors(session.account.id.clone()).await?;
    let kept = visit.kept_request().await?;
    let to = kept.as_ref().map(Kept::redirect_uri);
    let frame = visit
        .plain_frame(t::extra_verification::code_used_title(l))
        .continue_to(visit.service_name(kept.as_ref()))
        .alert(Some(Alert::warning(l, codes_left(visit, &factors)).role("status")));
    let page = MessagePage::new(frame, "code-used-page", Vec::new()).form(visit.button_form(
        "continue-form",
        USED,
        t::continue_(l),
    ));
    Ok(page.answer(visit, 200)?.form_may_end_at(to))
}

/// How many recovery codes are left, in words.
#[must_use]
pub fn codes_left(visit: &Visit, factors: &SecondFactors) -> String {
    match factors.recovery_codes {
        0 => t::extra_verification::no_codes(visit.language).to_owned(),
        1 => t::extra_verification::one_code_left(visit.language).to_owned(),
        count => t::extra_verification::codes_left(visit.language, count),
    }
}

/// `POST /{l}/sign-in/other-way/used`
///
/// # Errors
/// The database is away.
pub async fn leave(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
