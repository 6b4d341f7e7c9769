//! C2: how the account is protected, each thing with the page that changes it.

use super::{Page, done, frame, signed_in};
use crate::journeys::extra_verification::other_way::codes_left;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::extra_verification::SecondFactors;
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::Alert;
use ontario_language::format_date_time;

/// One line of the summary.
pub struct Row {
    /// The page that changes it.
    pub page: Page,
    /// What it is.
    pub name: &'static str,
    /// How it stands.
    pub state: String,
    /// What can be done, in words that say what.
    pub action: &'static str,
}

/// A line as the template shows it.
struct ShownRow {
    name: &'static str,
    state: String,
    action: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage {
    frame: Frame,
    rows: Vec<ShownRow>,
}

/// `GET /{l}/account/security`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Security, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let rows = rows(visit, &session).await?;
    let message = match done(visit) {
        Some("password") => Some(t::account::password_changed(l).to_owned()),
        Some("email") => Some(t::account::email_changed(l, session.account.name.as_str())),
        Some("app-removed") => Some(t::extra_verification::app_was_removed(l).to_owned()),
        _ => None,
    };
    let page = SecurityPage {
        rows: rows
            .into_iter()
            .map(|row| ShownRow {
                name: row.name,
                state: row.state,
                action: row.action,
                href: visit.plain_url(row.page.path()),
            })
            .collect(),
        frame: frame(visit, Page::Security, t::account::security(l), &session)
            .alert(message.map(|message| Alert::success(l, message).focused())),
    };
    visit.page(200, &page)
}

/// The authenticator app's line.
fn app_row(l: Language, factors: &SecondFactors) -> Row {
    let app = factors.authenticator_app.as_ref();
    Row {
        page: Page::Totp,
        name: t::account::authenticator_app(l),
        state: app.map_or_else(
            || t::account::none(l).to_owned(),
            |app| t::extra_verification::app_is_on(l, format_date_time(l, app.added_at.micros())),
        ),
        action: match app {
            Some(_) => t::extra_verification::remove_app(l),
            None => t::extra_verification::set_up_app(l),
        },
    }
}

/// How the second step stands: the app, the passkeys, and the recovery codes where there is something they can stand in for.
pub(super) fn second_step_rows(visit: &Visit, factors: &SecondFactors) -> Vec<Row> {
    let l = visit.language;
    let passkeys = match factors.passkeys {
        0 => t::account::none(l).to_owned(),
        count => count.to_string(),
    };
    let mut rows = vec![
        app_row(l, factors),
        Row {
            page: Page::Passkeys,
            name: t::account::passkeys(l),
            state: passkeys,
            action: t::account::see_passkeys(l),
        },
    ];
    if !factors.is_empty() {
        rows.push(Row {
            page: Page::RecoveryCodes,
            name: t::account::recovery_codes(l),
            state: codes_left(visit, factors),
            action: t::extra_verification::view_codes(l),
        });
    }
    rows
}

/// The lines, in their order.
async fn rows(visit: &Visit, session: &SessionWithAccount) -> Result<Vec<Row>, Problem> {
    let l = visit.language;
    let account = &session.account;
    let mut rows = Vec::new();
    if account.password_hash.is_some() {
        let changed = visit.app.store.find_password_change(account.id.clone()).await?;
        rows.push(Row {
            page: Page::Password,
            name: t::password(l),
            state: changed
                .map_or_else(String::new, |at| t::account::changed_on(l, format_date_time(l, at.micros()))),
            action: t::account::change_password(l),
        });
    }
    rows.push(Row {
        page: Page::Email,
        name: t::email(l),
        state: account.name.as_str().to_owned(),
        action: t::account::change_email(l),
    });
    let factors = visit.app.store.find_second_factors(account.id.clone()).await?;
    rows.extend(second_step_rows(visit, &factors));
    let partners = visit.app.store.list_partner_links(account.id.clone()).await?;
    if !partners.is_empty() {
        let names = super::partners::lines(visit, &partners).await?.into_iter().map(|line| line.name);
        rows.push(Row {
            page: Page::Partners,
            name: t::account::partners(l),
            state: names.collect::<Vec<_>>().join(", "),
            action: t::account::unlink_partner(l),
        });
    }
    let open = super::sessions::live(visit, &account.id).await?.len();
    rows.push(Row {
        page: Page::Sessions,
        name: t::account::sessions(l),
        state: if open < 2 {
            t::account::one_open_session(l).into()
        } else {
            t::account::open_sessions(l, open)
        },
        action: t::account::see_sessions(l),
    });
    rows.push(Row {
        page: Page::Close,
        name: t::account::the_account(l),
        state: String::new(),
        action: t::account::close(l),
    });
    Ok(rows)
}
