//! The rules for a new password on a page: how they are listed, and what is wrong with one (pages.md M2).

use crate::locales as t;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::account::{Account, EmailAddress, PasswordRule, check_password};
use idp_domain::secret::Secret;
use ontario_design::components::{ErrorSummary, PasswordRule as ShownRule, PasswordRules};

/// The list with each rule marked, once a password was sent that broke these.
#[must_use]
pub fn judged(rules: PasswordRules, broken: Option<&[PasswordRule]>) -> PasswordRules {
    match broken {
        Some(broken) => rules.judged(&broken.iter().filter_map(|rule| shown(*rule)).collect::<Vec<_>>()),
        None => rules,
    }
}

fn shown(rule: PasswordRule) -> Option<ShownRule> {
    match rule {
        PasswordRule::Length => Some(ShownRule::Length),
        PasswordRule::Digit => Some(ShownRule::Digit),
        PasswordRule::Symbol => Some(ShownRule::Symbol),
        PasswordRule::LowerCase => Some(ShownRule::LowerCase),
        PasswordRule::UpperCase => Some(ShownRule::UpperCase),
        PasswordRule::UserName => Some(ShownRule::UserName),
        PasswordRule::Common | PasswordRule::TooLong => None,
    }
}

fn words(l: Language, rule: PasswordRule) -> &'static str {
    match rule {
        PasswordRule::Length => t::password_short(l),
        PasswordRule::Digit => t::password_digit(l),
        PasswordRule::Symbol => t::password_symbol(l),
        PasswordRule::LowerCase => t::password_lower(l),
        PasswordRule::UpperCase => t::password_upper(l),
        PasswordRule::UserName => t::password_name(l),
        PasswordRule::Common => t::password_common(l),
        PasswordRule::TooLong => t::password_long(l),
    }
}

/// Adds what is wrong with the password of the field `password`; the broken rules, where one was typed.
pub fn check(
    errors: &mut ErrorSummary,
    l: Language,
    password: &Secret,
    email: Option<&EmailAddress>,
) -> Option<Vec<PasswordRule>> {
    if password.expose().is_empty() {
        errors.add("password", t::new_password_required(l));
        return None;
    }
    let broken = check_password(password.expose(), email);
    errors.add_password_rules("password", broken.iter().map(|rule| words(l, *rule).to_owned()).collect());
    Some(broken)
}

/// Whether a password is the account's current one or a remembered former one. Asked only of whoever proved that the account
/// is theirs; it takes a hash for each of the few that are remembered.
///
/// # Errors
/// The database is away, or the password threads are busy.
pub async fn was_used(visit: &Visit, account: &Account, password: &Secret) -> Result<bool, Problem> {
    let former = visit.app.store.list_former_passwords(account.id.clone()).await?;
    for hash in account.password_hash.clone().into_iter().chain(former) {
        if visit.app.hasher.verify(password.clone(), Some(hash)).await?.matches {
            return Ok(true);
        }
    }
    Ok(false)
}
