//! What people see, one file per part of the way.

pub(crate) mod applications;
pub(crate) mod home;
pub(crate) mod landing;
pub(crate) mod lists;
pub(crate) mod profiles;
pub(crate) mod settings;
pub(crate) mod setup;

use crate::accounts::{self, Account};
use crate::texts;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::components::Alert;
use portal_front::handlers::Answer;
use portal_front::{Acted, Form, Member, PortalError, Question, Visit};

/// Reads something of the member's account. Who has none yet has to accept the terms first; what the account doesn't have is
/// not found.
pub(crate) async fn read<T, F>(visit: &Visit, member: Member<'_>, work: F) -> Result<T, PortalError>
where
    T: Send + 'static,
    F: FnOnce(&mut SqliteConnection, Account) -> QueryResult<Option<T>> + Send + 'static,
{
    let (person, terms) = (member.session.person.clone(), visit.path("setup/terms"));
    let found = visit.front.database.read(move |c| match accounts::find(c, &person)? {
        Some(account) => Ok(work(c, account)?.ok_or(PortalError::NotFound)),
        None => Ok(Err(PortalError::Elsewhere(terms))),
    });
    found.await?
}

/// Lets a form change something of the member's account, once; `work` gives the page that follows, nothing where the account
/// has no such thing.
pub(crate) async fn act<F>(visit: &Visit, member: Member<'_>, form: &Form, work: F) -> Answer
where
    F: FnOnce(&mut SqliteConnection, Account) -> QueryResult<Option<String>> + Send + 'static,
{
    let (person, terms) = (member.session.person.clone(), visit.path("setup/terms"));
    let acted = visit.act_once(form, move |c| match accounts::find(c, &person)? {
        Some(account) => Ok(work(c, account)?.map_or(Acted::Refused(PortalError::NotFound), Acted::Led)),
        None => Ok(Acted::Refused(PortalError::Elsewhere(terms))),
    });
    acted.await?
}

/// The id in the address.
pub(crate) fn id(visit: &Visit) -> Result<i64, PortalError> {
    visit.part("id").parse().map_err(|_| PortalError::NotFound)
}

/// The address of one of the provider's own pages.
pub(crate) fn at_provider(visit: &Visit, page: &str) -> String {
    format!("{}/{}/{page}", visit.front.provider_origin, visit.language.code())
}

/// The side list (S5), as every page of an account has it.
#[derive(Template)]
#[template(path = "side_list.html")]
pub(crate) struct SideList {
    label: &'static str,
    links: Vec<(&'static str, String, bool)>,
}

impl askama::filters::HtmlSafe for SideList {}

impl SideList {
    pub(crate) fn new(visit: &Visit) -> Self {
        let language = visit.language;
        let own = |text: &'static str, page: &str| (text, visit.path(page), visit.page == page);
        Self {
            label: texts::in_this_account(language),
            links: vec![
                own(texts::account_home(language), "home"),
                own(texts::activities(language), "activities"),
                own(texts::profiles(language), "profiles"),
                own(texts::drafts(language), "drafts"),
                own(texts::messages(language), "messages"),
                own(texts::settings(language), "settings"),
                (texts::account_help(language), at_provider(visit, "help"), false),
                (texts::privacy(language), at_provider(visit, "privacy"), false),
                own(texts::terms(language), "terms"),
            ],
        }
    }
}

/// Asks before deleting.
pub(crate) fn ask_delete(visit: &Visit, title: &str, text: &str, delete: &str, back: &str) -> Answer {
    let no = ("cancel", texts::cancel(visit.language), back);
    visit.ask(visit.frame(title), Question { about: None, text, yes: ("confirm", delete), warns: false, no })
}

/// "Saved", after a redirect that says so.
pub(crate) fn saved_alert(visit: &Visit) -> Option<Alert> {
    let is_saved = visit.asked("saved").as_deref() == Some("1");
    is_saved.then(|| Alert::success(visit.language, texts::saved(visit.language)).role("status"))
}
