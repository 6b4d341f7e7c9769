//! D3: publishing a signing key that was made elsewhere as the next one. The key is typed, never shown.

use super::super::Clerk;
use super::super::change::Confirmation;
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Sheet};
use crate::adapters::key_import::ImportError;
use crate::admin::keys::{self, KeyTools};
use crate::admin::{AdminError, FieldError};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::SigningAlgorithm;
use ontario_design::components::{Choice, ErrorSummary, Select, TextArea};

const ACT: Act = Act::Write(Area::Keys);
/// The field of the key.
const KEY: &str = "private_key";

/// `/{l}/admin/keys/import`
pub struct Import;

impl FormPage for Import {
    const ACT: Act = ACT;
    type Subject = ();

    async fn find(_clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<()> {
        Ok(Ok(()))
    }

    async fn page(
        clerk: &Clerk<'_>,
        (): &(),
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page(clerk, status, form, errors)
    }

    async fn receive(clerk: &Clerk<'_>, (): &(), form: &Form) -> Result<Answer, Problem> {
        import(clerk, form).await
    }
}

/// The form; a key that was typed is never put back into it.
fn page(
    clerk: &Clerk<'_>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let algorithms = SigningAlgorithm::ALL.map(|it| Choice::new(it.as_str(), it.as_str()));
    let change = clerk
        .form(t::continue_(l), clerk.home())
        .field(
            Select::new(l, "algorithm", t::console::algorithm(l), algorithms.to_vec())
                .without_flag()
                .selected(form.map(|form| form.value("algorithm")))
                .errors_of(&errors),
        )
        .field(
            TextArea::new(l, KEY, t::console::private_key(l))
                .without_spellcheck()
                .hint(t::console::private_key_hint(l))
                .errors_of(&errors),
        )
        .field(clerk.reason_field(form, &errors));
    Sheet::new(clerk.form_frame(t::console::import_key(l), errors))
        .text(t::console::import_means(l))
        .with(change)
        .answer(clerk.visit, status)
}

async fn import(clerk: &Clerk<'_>, form: &Form) -> Result<Answer, Problem> {
    let l = clerk.l();
    let mut errors = clerk.no_errors();
    let algorithm = SigningAlgorithm::parse(form.value("algorithm"));
    if algorithm.is_none() {
        errors.add("algorithm", t::choice_required(l));
    }
    let key = clerk.typed_secret(form, KEY);
    if key.is_none() {
        errors.add(KEY, t::console::private_key_missing(l));
    }
    clerk.check_reason(form, &mut errors);
    let (Some(algorithm), Some(key), true) = (algorithm, key, errors.is_empty()) else {
        return page(clerk, 422, Some(form), errors);
    };
    let desk = clerk.desk();
    let kid = match keys::plan_import(&desk, algorithm, &key).await {
        Ok(kid) => kid,
        Err(AdminError::Invalid(wrong)) => {
            errors.add(KEY, words(l, &wrong));
            return page(clerk, 422, Some(form), errors);
        }
        Err(error) => return Err(error.into()),
    };
    if !clerk.is_confirmed(form) {
        return confirm(clerk, form, algorithm, kid);
    }
    match keys::import(&desk, KeyTools::of(&clerk.visit.app), algorithm, &key, form.value("reason")).await {
        Ok(_) => Ok(clerk.done_at(&clerk.home(), "imported")),
        Err(AdminError::Conflict(_)) => {
            clerk.refuse(409, t::console::import_key(l), t::console::key_known(l))
        }
        Err(error) => Err(error.into()),
    }
}

fn confirm(
    clerk: &Clerk<'_>,
    form: &Form,
    algorithm: SigningAlgorithm,
    kid: String,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let confirmation = Confirmation {
        title: t::console::import_question(l).to_owned(),
        facts: vec![
            (t::console::kid(l).to_owned(), Cell::Code(kid)),
            (t::console::algorithm(l).to_owned(), Cell::text(algorithm.as_str())),
        ],
        means: Some(t::console::import_means(l).to_owned()),
        button: t::console::import_key(l).to_owned(),
        dangerous: false,
    };
    clerk.confirm_with_secret(form, KEY, &[], confirmation)
}

/// Why a key can't be taken, in the page's language.
fn words(l: Language, wrong: &[FieldError]) -> &'static str {
    let problem = wrong.first().map_or("", |error| error.problem.as_str());
    match ImportError::ALL.into_iter().find(|error| error.to_string() == problem) {
        Some(ImportError::Encrypted) => t::console::key_encrypted(l),
        Some(ImportError::Public) => t::console::key_public(l),
        Some(ImportError::Mismatch) => t::console::key_mismatch(l),
        Some(ImportError::Weak) => t::console::key_weak(l),
        Some(ImportError::OtherUse) => t::console::key_other_use(l),
        Some(ImportError::Unreadable) | None => t::console::key_unreadable(l),
    }
}
