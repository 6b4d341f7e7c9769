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
use actix_web::http::StatusCode;
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens};
use portal_front::handlers::Answer;
use portal_front::{Acted, Form, Member, PortalError, Visit};

/// Why a page of an account is not shown.
enum Absent {
    /// The person has no account yet: they have to accept the terms first.
    Account,
    /// The account has no such thing.
    Thing,
}

impl Absent {
    fn error(&self, visit: &Visit) -> PortalError {
        match self {
            Self::Account => PortalError::Elsewhere(visit.path("setup/terms")),
            Self::Thing => PortalError::NotFound,
        }
    }
}

/// Reads something of the member's account.
pub(crate) async fn read<T, F>(visit: &Visit, member: Member<'_>, work: F) -> Result<T, PortalError>
where
    T: Send + 'static,
    F: FnOnce(&mut SqliteConnection, Account) -> QueryResult<Option<T>> + Send + 'static,
{
    let person = member.session.person.clone();
    let found = visit.front.database.read(move |c| {
        let Some(account) = accounts::find(c, &person)? else { return Ok(Err(Absent::Account)) };
        Ok(work(c, account)?.ok_or(Absent::Thing))
    });
    found.await?.map_err(|absent| absent.error(visit))
}

/// Lets a form change something of the member's account, once; `work` gives the page that follows, nothing where the account
/// has no such thing.
pub(crate) async fn act<F>(visit: &Visit, member: Member<'_>, form: &Form, work: F) -> Answer
where
    F: FnOnce(&mut SqliteConnection, Account) -> QueryResult<Option<String>> + Send + 'static,
{
    let person = member.session.person.clone();
    let acted = visit.act_once(form, move |c| {
        let Some(account) = accounts::find(c, &person)? else { return Ok(Acted::Refused(Absent::Account)) };
        Ok(work(c, account)?.map_or(Acted::Refused(Absent::Thing), Acted::Led))
    });
    acted.await?.map_err(|absent| absent.error(visit))
}

/// The id in the address.
pub(crate) fn id(visit: &Visit) -> Result<i64, PortalError> {
    visit.part("id").parse().map_err(|_| PortalError::NotFound)
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
        let at_provider = |page: &str| format!("{}/{}/{page}", visit.front.provider_origin, language.code());
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
                (texts::account_help(language), at_provider("help"), false),
                (texts::privacy(language), at_provider("privacy"), false),
                own(texts::terms(language), "terms"),
            ],
        }
    }
}

/// A page that asks whether something is to be deleted.
#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    frame: Frame,
    tokens: FormTokens,
    text: String,
    confirm: &'static str,
    cancel: String,
}

/// Asks before deleting.
pub(crate) fn confirm_page(
    visit: &Visit,
    title: &'static str,
    text: String,
    confirm: &'static str,
    cancel: &str,
) -> Answer {
    let page = ConfirmPage {
        frame: visit.frame(title),
        tokens: visit.form_tokens()?,
        text,
        confirm,
        cancel: visit.path(cancel),
    };
    visit.html(StatusCode::OK, &page)
}

/// "Saved", after a redirect that says so.
pub(crate) fn saved_alert(visit: &Visit) -> Option<Alert> {
    let query: Vec<(String, String)> = visit.query().ok()?;
    let is_saved = query.iter().any(|(name, value)| name == "saved" && value == "1");
    is_saved.then(|| Alert::success(visit.language, texts::saved(visit.language)).role("status"))
}
