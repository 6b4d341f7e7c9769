//! A new ONE-key password, typed twice: O2, the last step of O6, and O11.

use crate::locales as t;
use crate::web::form::Form;
use idp_domain::Language;
use idp_domain::one_key::{OneKeyId, OneKeyPasswordRule, check_one_key_password};
use idp_domain::secret::{Secret, equal_in_constant_time};
use ontario_design::components::{ErrorSummary, PasswordField, PasswordRules};

/// The two fields; `rules` are ONE-key's, with the ID or its field.
pub fn fields(
    l: Language,
    label: &str,
    rules: PasswordRules,
    errors: &ErrorSummary,
) -> (PasswordField, PasswordField) {
    (
        PasswordField::new_password(l, "password", label).rules(rules).errors_of(errors),
        PasswordField::new_password(l, "password2", t::one_key::confirm_password(l)).errors_of(errors),
    )
}

/// Reads both fields; says everything that is wrong.
pub fn parse(l: Language, form: &Form, id: Option<&OneKeyId>, errors: &mut ErrorSummary) -> Secret {
    let password = form.secret("password");
    if password.expose().is_empty() {
        errors.add("password", t::new_password_required(l));
        return password;
    }
    let broken = check_one_key_password(password.expose(), id);
    errors.add_password_rules("password", broken.iter().map(|rule| words(l, *rule).to_owned()).collect());
    let again = form.secret("password2");
    if !equal_in_constant_time(password.expose().as_bytes(), again.expose().as_bytes()) {
        errors.add("password2", t::one_key::passwords_differ(l));
    }
    password
}

fn words(l: Language, rule: OneKeyPasswordRule) -> &'static str {
    match rule {
        OneKeyPasswordRule::Length => t::one_key::password_length(l),
        OneKeyPasswordRule::UpperCase => t::password_upper(l),
        OneKeyPasswordRule::LowerCase => t::password_lower(l),
        OneKeyPasswordRule::Digit => t::password_digit(l),
        OneKeyPasswordRule::Symbol => t::password_symbol(l),
        OneKeyPasswordRule::Space => t::one_key::password_space(l),
        OneKeyPasswordRule::Id => t::one_key::password_id(l),
    }
}
