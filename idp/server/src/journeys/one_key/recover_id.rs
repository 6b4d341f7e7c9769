//! O7: the IDs of an address are mailed to it. The page never says whether there were any.

use super::recover::{choice, start, way_back};
use super::{count_network, frame, plain_frame};
use crate::journeys::sign_in::email_error;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::EmailAddress;
use idp_domain::one_key::OneKeyId;
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};
use std::time::Duration;

/// Where it is.
pub const PATH: &str = "/one-key/recover/id";
/// What it says afterwards.
pub const SENT: &str = "/one-key/recover/id/sent";

/// How long the mail waits for a mail server.
const MAIL_LIFE: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "one_key/recover_id.html")]
struct RecoverIdPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    email: TextField,
    back: String,
}

/// `GET /{l}/one-key/recover/id`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let held = held_form::take(visit).await?;
    let email = held.map(|form| form.value("email").to_owned()).unwrap_or_default();
    page(visit, 200, &email, ErrorSummary::new(visit.language))
}

fn page(visit: &Visit, status: u16, email: &str, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = RecoverIdPage {
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        email: TextField::email(l, "email", t::email(l))
            .hint(t::one_key::recover_id_hint(l))
            .value(email)
            .errors_of(&errors),
        back: visit.side_url(choice::PATH),
        frame: frame(visit, t::one_key::recover_id_title(l)).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover/id`
///
/// # Errors
/// Too many attempts from this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("email", t::form_stale(l));
        return page(visit, 422, form.value("email"), errors);
    }
    let email = match EmailAddress::parse(form.value("email")) {
        Ok(email) => email,
        Err(error) => {
            errors.add("email", email_error(l, error));
            return page(visit, 422, form.value("email"), errors);
        }
    };
    count_network(visit, "one-key-recovery").await?;
    // A mail is sealed whether or not there is anything to say.
    let ids = visit.app.store.list_one_key_ids(email.key()).await?;
    let found = !ids.is_empty();
    let ids = ids.iter().map(OneKeyId::to_string).collect();
    let envelope = Envelope { to: email.clone(), language: l, mail: Mail::OneKeyIds { ids } };
    let mail = envelope
        .seal(&visit.app.data_keys.content, visit.now.plus(MAIL_LIFE))
        .map_err(|error| Problem::internal(&error))?;
    let address = visit.app.data_keys.hash.hash("mail-address", &[email.key().as_bytes()]);
    let limits = visit.in_force.limits.mail;
    visit.app.store.mail_one_key_ids(address, mail, found, limits, visit.now).await?;
    Ok(visit.dress(Answer::see_other(visit.side_url(SENT))))
}

/// `GET /{l}/one-key/recover/id/sent`
///
/// # Errors
/// The page can't be rendered.
pub async fn sent(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let call = match visit.in_force.help.phone_in(visit.language) {
        Some(phone) => t::one_key::no_email_on_file_call(l, phone),
        None => t::one_key::no_email_on_file(l).to_owned(),
    };
    let apart = t::one_key::mails_apart(l, visit.in_force.limits.mail.interval.as_secs());
    let text = vec![t::one_key::id_sent(l).to_owned(), apart, call];
    let (back, address) = way_back(visit);
    MessagePage::new(plain_frame(visit, t::one_key::recover_id_title(l)), "one-key-id-sent", text)
        .button(t::one_key::go_on_to_password(l), visit.side_url(start::PATH))
        .link(back, address)
        .answer(visit, 200)
}
