//! O6: the ID, and the way to prove whose it is.

use super::{RecoverPage, html, seal, underway, waiting_for_code, way_back};
use crate::adapters::rng::rng;
use crate::journeys::one_key::{count_network, frame, recover_id};
use crate::locales as t;
use crate::mail::Mail;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::activation::ActivationCode;
use idp_domain::ids::OneKeyRecoveryId;
use idp_domain::one_key::OneKeyId;
use idp_domain::secret::random_token;
use idp_store::{NewOneKeyCode, NewOneKeyRecovery, OneKeyRecovery};
use ontario_design::components::{Choice, ErrorSummary, RadioGroup, TextField};

/// Where it is.
pub const PATH: &str = "/one-key/recover/password";

/// `GET /{l}/one-key/recover/password`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let held = held_form::take(visit).await?;
    page(visit, 200, held.as_ref(), ErrorSummary::new(visit.language))
}

fn page(visit: &Visit, status: u16, form: Option<&Form>, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let value = |name: &str| form.map(|form| form.value(name).to_owned()).unwrap_or_default();
    let id = TextField::text(l, "id", t::one_key::id(l))
        .autocomplete("username")
        .without_spellcheck()
        .value(value("id"))
        .errors_of(&errors);
    let ways = vec![
        Choice::new("questions", t::one_key::way_questions(l)),
        Choice::new("email", t::one_key::way_email(l)).hint(t::one_key::way_email_hint(l)),
    ];
    let way =
        RadioGroup::new(l, "way", t::one_key::way(l), ways).selected(Some(&value("way"))).errors_of(&errors);
    let template = RecoverPage {
        id: "recover-password",
        text: Vec::new(),
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        fields: vec![html(&id)?, html(&way)?],
        button: t::continue_(l),
        again: None,
        links: vec![(t::one_key::forgot_id(l), visit.side_url(recover_id::PATH)), way_back(visit)],
        frame: frame(visit, t::one_key::reset_title(l)).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover/password`
///
/// # Errors
/// Too many attempts from this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("id", t::form_stale(l));
    }
    let typed: String = form.value("id").trim().chars().take(100).collect();
    if typed.is_empty() {
        errors.add("id", t::one_key::id_required(l));
    }
    let way = form.value("way");
    if !matches!(way, "questions" | "email") {
        errors.add("way", t::choice_required(l));
    }
    if !errors.is_empty() {
        return page(visit, 422, Some(form), errors);
    }
    count_network(visit, "one-key-recovery").await?;
    if way == "email"
        && let Some(recovery) = waiting_for_code(visit, &typed).await?
    {
        return send_code(visit, &recovery).await;
    }
    let new = NewOneKeyRecovery {
        id: OneKeyRecoveryId::random(&mut rng()),
        browser: visit.browser_hash(),
        typed_id: typed,
        now: visit.now,
    };
    visit.app.store.start_one_key_recovery(new).await?;
    if way == "questions" {
        return Ok(visit.dress(Answer::see_other(visit.side_url(super::questions::PATH))));
    }
    match underway(visit).await? {
        Ok(recovery) => send_code(visit, &recovery).await,
        Err(over) => Ok(over),
    }
}

/// Draws, seals and counts the same for every ID; only an address gets a mail.
pub(super) async fn send_code(visit: &Visit, recovery: &OneKeyRecovery) -> Result<Answer, Problem> {
    let app = &visit.app;
    let code = ActivationCode::random(&mut rng());
    let mail = seal(
        visit,
        recovery,
        Mail::OneKeyCode { code: code.expose().to_owned() },
        app.in_force().lifetimes.activation_code,
    )?;
    let address = recovery
        .recovery_email
        .as_ref()
        .map_or_else(|| OneKeyId::key_of(&recovery.typed_id), idp_domain::account::EmailAddress::key);
    let new = NewOneKeyCode {
        recovery: recovery.id.clone(),
        code: code.hash(&app.data_keys.hash, recovery.id.as_str()),
        decoy: app.data_keys.hash.hash("decoy", &[random_token(&mut rng()).expose().as_bytes()]),
        address_hash: app.data_keys.hash.hash("mail-address", &[address.as_bytes()]),
        mail,
        send: recovery.recovery_email.is_some(),
        now: visit.now,
    };
    app.store.send_one_key_code(new, app.in_force().limits.mail).await?;
    Ok(visit.dress(Answer::see_other(visit.side_url(super::code::PATH))))
}
