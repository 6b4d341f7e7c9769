//! C6: the passkeys of an account.

use super::{new, relying_party, remove, rename};
use crate::journeys::account::{self, Page};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::ids::AccountId;
use idp_domain::passkey::{MOST_PASSKEYS, Passkey};
use idp_domain::time::Timestamp;
use ontario_design::Frame;
use ontario_design::components::Alert;
use ontario_language::{format_date_time, iso_date_time};

/// Where it is, after the language.
pub const PATH: &str = Page::Passkeys.path();

/// What was just done, told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// A passkey was added.
    Added,
    /// One was named anew.
    Renamed,
    /// One was removed.
    Removed,
}

impl Done {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Added, "added"), (Self::Renamed, "renamed"), (Self::Removed, "removed")];

    /// Back to the list, which says so.
    #[must_use]
    pub fn answer(self, visit: &Visit) -> Answer {
        let word = Self::ALL.iter().find(|(done, _)| *done == self).map_or("", |(_, word)| word);
        visit.dress(Answer::see_other(format!("/{}{PATH}?done={word}", visit.language.code())))
    }

    fn of(visit: &Visit) -> Option<Self> {
        let word = visit.query.get("done").ok().flatten()?;
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(done, _)| *done)
    }

    fn words(self, l: Language) -> &'static str {
        match self {
            Self::Added => t::passkeys::was_added(l),
            Self::Renamed => t::passkeys::was_renamed(l),
            Self::Removed => t::passkeys::was_removed(l),
        }
    }
}

struct Line {
    name: String,
    added: (String, String),
    last_used: Option<(String, String)>,
    kept: &'static str,
    rename: String,
    remove: String,
}

#[derive(Template)]
#[template(path = "passkeys/list.html")]
struct ListPage {
    frame: Frame,
    passkeys: Vec<Line>,
    add: Option<String>,
    most: usize,
    back: String,
    back_label: &'static str,
}

/// `GET /{l}/account/passkeys`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven_to_look(visit, Page::Passkeys, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let passkeys = visit.app.store.list_passkeys(session.account.id.clone()).await?;
    let alert = alert(visit, &session.account.id).await?;
    let has_room = passkeys.len() < MOST_PASSKEYS && relying_party(visit).is_some();
    let page = ListPage {
        passkeys: passkeys.iter().map(|passkey| line(visit, passkey)).collect(),
        add: has_room.then(|| visit.url(new::PATH)),
        most: MOST_PASSKEYS,
        back: visit.url(Page::Security.path()),
        back_label: Page::Security.title(l),
        frame: account::frame(visit, Page::Passkeys, t::passkeys::title(l), &session).alert(alert),
    };
    visit.page(200, &page)
}

/// What was just done; where the account has no way in without its devices, the way to one.
async fn alert(visit: &Visit, account: &AccountId) -> Result<Option<Alert>, Problem> {
    let l = visit.language;
    let factors = visit.app.store.find_second_factors(account.clone()).await?;
    let without_codes = !factors.is_empty() && factors.recovery_codes == 0;
    let advice = t::extra_verification::no_codes_advice(l);
    let alert = match (Done::of(visit), without_codes) {
        (None, false) => return Ok(None),
        (Some(done), false) => return Ok(Some(Alert::success(l, done.words(l)).focused())),
        (Some(done), true) => Alert::success(l, format!("{}. {advice}", done.words(l))).focused(),
        (None, true) => Alert::warning(l, advice),
    };
    let make = visit.url(Page::RecoveryCodes.path());
    Ok(Some(alert.link(t::extra_verification::make_codes(l), make)))
}

fn line(visit: &Visit, passkey: &Passkey) -> Line {
    let l = visit.language;
    let time = |at: Timestamp| (iso_date_time(at.micros()), format_date_time(l, at.micros()));
    Line {
        name: passkey.name.to_string(),
        added: time(passkey.created_at),
        last_used: passkey.last_used_at.map(time),
        kept: match (passkey.backup_eligible, passkey.backed_up) {
            (_, true) => t::passkeys::synced(l),
            (true, false) => t::passkeys::can_be_synced(l),
            (false, false) => t::passkeys::one_device(l),
        },
        rename: visit.url(&rename::path(&passkey.id)),
        remove: visit.url(&remove::path(&passkey.id)),
    }
}
