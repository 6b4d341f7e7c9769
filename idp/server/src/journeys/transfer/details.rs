//! T2, T3 and T5: the ONE-key account's ID and password, by the old rules: what once was set is checked by its hash alone.
//!
//! 1. The attempt is counted and one hash computed, as at O1; nothing is told apart before the right password.
//! 2. One transaction decides, closes the ONE-key account, carries its services over, writes audit and mails.

use super::{Asked, DONE, HELP, ONE_KEY, PATH, asked, mail, receipt};
use crate::adapters::rng::rng;
use crate::journeys::one_key::{self, PasswordTry, recover, recover_id, try_password};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::ids::TransferId;
use idp_domain::transfer::{TransferChoice, TransferDecision, TransferRefusal, may_be_transferred};
use idp_store::{PasswordProof, RefusedTransfer, Transfer, TransferOutcome};
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, PasswordField, StepIndicator, TextField};

#[derive(Template)]
#[template(path = "transfer/details.html")]
struct DetailsPage {
    frame: Frame,
    step: StepIndicator,
    action: String,
    tokens: FormTokens,
    id: TextField,
    password: PasswordField,
    help: String,
}

/// `GET /{l}/transfer/one-key`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let held = match held_form::take(visit).await? {
        Some(form) => Some(form),
        None => held_form::take_after_sign_in(visit, &asked.session.account.id).await?,
    };
    let id = held.map(|form| form.value("onekey_id").to_owned()).unwrap_or_default();
    page(visit, 200, &asked, &id, ErrorSummary::new(visit.language))
}

fn page(
    visit: &Visit,
    status: u16,
    asked: &Asked,
    id: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = DetailsPage {
        step: StepIndicator::new(l, 2, 2),
        action: visit.url(ONE_KEY),
        tokens: visit.form_tokens(),
        id: TextField::text(l, "onekey_id", t::one_key::id(l))
            .autocomplete("section-onekey username")
            .without_spellcheck()
            .value(id)
            .errors_of(&errors),
        password: PasswordField::current(l, "onekey_password", t::password(l))
            .autocomplete("section-onekey current-password")
            .errors_of(&errors),
        help: visit.url(HELP),
        frame: visit
            .signed_in_frame(t::transfer::details_title(l), &asked.session)
            .language_button()
            .back(visit.url(PATH))
            .alert(recover::saved_alert(visit))
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/transfer/one-key`
///
/// # Errors
/// Too many attempts from this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => {
            // Their session ended by time: the ID is there again once they are asked again.
            if visit.session().await?.is_none()
                && let Some(account) = visit.account_of_session().await?
            {
                held_form::hold_for(visit, form, &account).await?;
            }
            return Ok(answer);
        }
    };
    let l = visit.language;
    let parsed = one_key::sign_in::parse(visit, form, "onekey_id", "onekey_password");
    let (id, password) = match parsed {
        Ok(typed) => typed,
        Err(errors) => return page(visit, 422, &asked, form.value("onekey_id"), errors),
    };
    let message = match try_password(visit, &id, &password).await? {
        PasswordTry::Right { account, proof, .. } => match transfer(visit, &asked, &account, proof).await? {
            TransferOutcome::Done => return Ok(visit.dress(Answer::see_other(visit.url(DONE)))),
            TransferOutcome::AlreadyDecided => return Err(Problem::StepDone),
            TransferOutcome::Gone => return Err(Problem::Forbidden),
            TransferOutcome::Superseded => one_key::superseded(visit, &account).await?,
            TransferOutcome::Refused(TransferRefusal::AlreadyTransferred) => {
                t::transfer::already(l).to_owned()
            }
            TransferOutcome::Refused(TransferRefusal::Locked) => locked(visit, &account).await?,
        },
        PasswordTry::Slow(words) => words,
        PasswordTry::Wrong => t::one_key::sign_in_bad(l).to_owned(),
    };
    let mut errors = ErrorSummary::new(l);
    errors.add_linked("onekey_password", "onekey_id", message);
    page(visit, 422, &asked, &id, errors)
}

/// What opens a locked ONE-key account: a new password, or, where support locked it, nothing but support.
async fn locked(visit: &Visit, one_key: &Account) -> Result<String, Problem> {
    let l = visit.language;
    let lock = visit.app.store.find_account_lock(one_key.id.clone()).await?;
    Ok(lock.map_or_else(|| t::one_key::locked(l).to_owned(), |lock| t::locked_text(l, lock.reference)))
}

/// After the right password: everything, or nothing.
async fn transfer(
    visit: &Visit,
    asked: &Asked,
    one_key: &Account,
    proof: PasswordProof,
) -> Result<TransferOutcome, Problem> {
    let store = &visit.app.store;
    let account = &asked.session.account;
    if let Err(refusal) = may_be_transferred(one_key.status) {
        let refused = RefusedTransfer {
            id: TransferId::random(&mut rng()),
            account: account.id.clone(),
            one_key: one_key.id.clone(),
            client: asked.client.id.clone(),
            now: visit.now,
        };
        store.record_refused_transfer(refused).await?;
        return Ok(TransferOutcome::Refused(refusal));
    }
    let details = store.find_one_key_details(one_key.id.clone()).await?;
    let decision = TransferDecision {
        id: TransferId::random(&mut rng()),
        account: account.id.clone(),
        choice: TransferChoice::Transferred(one_key.id.clone()),
        client: asked.client.id.clone(),
        decided_at: visit.now,
    };
    let receipt = receipt(visit, &decision).await?;
    let own = account.email().map(|email| (email, account.language, Some(receipt)));
    let other = details
        .recovery_email
        .as_ref()
        .filter(|other| account.email().map(EmailAddress::key) != Some(other.key()));
    let addresses = own.into_iter().chain(other.map(|email| (email, one_key.language, None)));
    let mails = addresses.map(|(to, language, receipt)| mail(visit, to, language, true, receipt));
    let transfer = Transfer {
        mails: mails.collect::<Result<_, _>>()?,
        id: decision.id,
        account: decision.account,
        proof,
        client: decision.client,
        now: decision.decided_at,
    };
    Ok(store.transfer_one_key(transfer).await?)
}

/// T3: `GET /{l}/transfer/help`
///
/// # Errors
/// The database is away.
pub async fn help(visit: &Visit) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let mut text = vec![t::transfer::help_text(l).to_owned()];
    text.extend(visit.in_force.help.phone_in(visit.language).map(|phone| t::transfer::help_phone(l, phone)));
    let from_here = |path: &str| {
        let url = visit.url(path);
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}from=transfer")
    };
    let frame = visit.signed_in_frame(t::transfer::help_title(l), &asked.session).back(visit.url(ONE_KEY));
    MessagePage::new(frame, "transfer-help", text)
        .link(t::transfer::forgot_id(l), from_here(recover_id::PATH))
        .link(t::transfer::forgot_password(l), from_here(recover::start::PATH))
        .answer(visit, 200)
}
