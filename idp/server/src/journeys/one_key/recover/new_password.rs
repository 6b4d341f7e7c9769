//! O6: the new password.

use super::{PROOF_LIFE, RecoverPage, html, over, proven_attempt, way_back};
use crate::adapters::signing::random_salt;
use crate::journeys::one_key::{frame, id_hash, new_password, notices, sign_in};
use crate::journeys::transfer;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::one_key::{OneKeyId, OneKeyPart};
use idp_store::{FinishOneKeyRecovery, OneKeyRecovery};
use ontario_design::components::{ErrorSummary, PasswordField, PasswordRules, ReadOnlyField};

/// Where it is.
pub const PATH: &str = "/one-key/recover/password/new";

/// `GET /{l}/one-key/recover/password/new`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match proven_attempt(visit).await? {
        Ok(recovery) => page(visit, 200, &recovery, ErrorSummary::new(visit.language)),
        Err(over) => Ok(over),
    }
}

fn page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let user_name = ReadOnlyField::user_name(l, "user_name", t::one_key::id(l), &recovery.typed_id);
    let rules = PasswordRules::one_key(l).user_name(recovery.typed_id.as_str());
    let (password, password2): (PasswordField, PasswordField) =
        new_password::fields(l, t::one_key::new_password(l), rules, &errors);
    let template = RecoverPage {
        id: "recover-new",
        text: Vec::new(),
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        fields: vec![html(&user_name)?, html(&password)?, html(&password2)?],
        button: t::one_key::save_password(l),
        again: None,
        links: vec![way_back(visit)],
        frame: frame(visit, t::one_key::new_password_title(l))
            .language_link(visit.here_in(l.other()))
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover/password/new`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let recovery = match proven_attempt(visit).await? {
        Ok(recovery) => recovery,
        Err(over) => return Ok(over),
    };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        errors.add("password", t::form_stale(visit.language));
    }
    let id = OneKeyId::parse_imported(&recovery.typed_id).ok();
    let password = new_password::parse(visit.language, form, id.as_ref(), &mut errors);
    if !errors.is_empty() {
        return page(visit, 422, &recovery, errors);
    }
    let (account, address) = (recovery.account.as_ref(), recovery.recovery_email.as_ref());
    let mail = match account {
        Some(account) => notices::changed(visit, account, address, vec![OneKeyPart::Password])?,
        None => None,
    };
    let finish = FinishOneKeyRecovery {
        recovery: recovery.id.clone(),
        password_hash: visit.app.hasher.hash(password, random_salt()).await?,
        counted: id_hash(visit, "one-key-sign-in", &OneKeyId::key_of(&recovery.typed_id)),
        mail,
        proven_after: visit.now.minus(PROOF_LIFE),
        now: visit.now,
    };
    if !visit.app.store.finish_one_key_recovery(finish).await? {
        return over(visit);
    }
    let path = if visit.comes_from_transfer() { transfer::ONE_KEY } else { sign_in::PATH };
    let url = visit.url(path);
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(visit.dress(Answer::see_other(format!("{url}{separator}saved=1"))))
}
