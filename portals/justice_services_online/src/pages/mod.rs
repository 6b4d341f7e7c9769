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

/// Somebody who is registered.
pub(crate) struct Registered {
    pub(crate) account_id: i64,
    pub(crate) registration: Registration,
}

/// How far somebody's registration is.
pub(crate) enum Progress {
    Nothing,
    TermsAccepted,
    Registered(Box<Registered>),
}

pub(crate) async fn progress(visit: &Visit, member: Member<'_>) -> Result<Progress, PortalError> {
    let version = visit.data::<Justice>()?.terms.version;
    let person = member.session.person.clone();
    let account = visit.front.database.read(move |c| store::find_account(c, &person)).await?;
    let Some(account) = account.filter(|account| account.terms_version >= version) else {
        return Ok(Progress::Nothing);
    };
    Ok(account.registration.map_or(Progress::TermsAccepted, |registration| {
        Progress::Registered(Box::new(Registered { account_id: account.id, registration }))
    }))
}

/// Who is registered; everybody else has to be on a page of the registration first.
pub(crate) async fn registered(visit: &Visit, member: Member<'_>) -> Result<Registered, PortalError> {
    match progress(visit, member).await? {
        Progress::Registered(registered) => Ok(*registered),
        Progress::TermsAccepted => Err(PortalError::Elsewhere(visit.path("register/contact"))),
        Progress::Nothing => Err(PortalError::Elsewhere(visit.path("register/terms"))),
    }
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
