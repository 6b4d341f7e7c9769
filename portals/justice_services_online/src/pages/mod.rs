//! What people see, one file per part of the way.

pub(crate) mod account;
pub(crate) mod contact;
pub(crate) mod contact_form;
pub(crate) mod exit;
pub(crate) mod file;
pub(crate) mod lists;
pub(crate) mod register;
pub(crate) mod start;
pub(crate) mod terms;

use crate::store::{self, Registration};
use crate::{Justice, texts};
use portal_front::{Member, PortalError, Visit};
use relying_party::browser_session::CookieSecret;

/// Somebody who is registered.
pub(crate) struct Registered {
    pub(crate) account_id: i64,
    pub(crate) registration: Registration,
}

/// Who is registered; everybody else has to be on a page of the registration first.
pub(crate) async fn registered(visit: &Visit, member: Member<'_>) -> Result<Registered, PortalError> {
    let version = visit.data::<Justice>()?.terms.version;
    let person = member.session.person.clone();
    let found = visit.front.database.read(move |c| store::find_account(c, &person)).await?;
    let first = |page: &str| PortalError::Elsewhere(visit.path(page));
    let account = found.filter(|account| account.terms_version >= version);
    let account = account.ok_or_else(|| first("register/terms"))?;
    let registration = account.registration.ok_or_else(|| first("register/contact"))?;
    Ok(Registered { account_id: account.id, registration })
}

/// A row of the menu: text, address, whether it is this page.
pub(crate) struct MenuItem {
    text: &'static str,
    href: String,
    current: bool,
}

/// The menu of the pages of an account.
pub(crate) fn menu(visit: &Visit) -> Vec<MenuItem> {
    let language = visit.language;
    let pages = [
        ("account", texts::my_account(language)),
        ("drafts", texts::drafts(language)),
        ("transactions", texts::transactions(language)),
        ("contact", texts::contact_title(language)),
        ("terms", texts::terms_of_use(language)),
    ];
    let item = |(page, text)| MenuItem { text, href: visit.path(page), current: visit.page == page };
    pages.map(item).into()
}

/// `JSO-7K3M9-Q2TXY`: 50 random bits in signs that nobody confuses.
pub(crate) fn random_reference(prefix: &str) -> String {
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let secret = CookieSecret::random();
    // 64 signs onto 32: each of ours has two of theirs.
    let place = |byte: u8| BASE64.iter().position(|sign| *sign == byte).unwrap_or(0);
    let sign = |byte: u8| char::from(SIGNS[place(byte) % SIGNS.len()]);
    let signs: String = secret.expose().bytes().take(10).map(sign).collect();
    format!("{prefix}-{}-{}", &signs[..5], &signs[5..])
}

#[cfg(test)]
mod tests {
    use super::random_reference;

    #[test]
    fn references_are_random_and_of_one_form() {
        let (one, other) = (random_reference("JSO"), random_reference("JSO"));
        assert_ne!(one, other);
        assert_eq!(one.len(), "JSO-7K3M9-Q2TXY".len());
        assert!(one.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'), "{one}");
    }
}
