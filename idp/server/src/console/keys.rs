//! D3: signing keys. The list with its time line, rotating, and revoking in an emergency.

mod import;
mod revoke;
mod rotate;

pub use import::Import;
pub use revoke::Revoke;
pub use rotate::Rotate;

use super::list::List;
use super::picture::{self, Life, Picture, Stretch};
use super::sheet::{Cell, Filter, Link};
use super::{Clerk, enter};
use crate::admin::instant;
use crate::admin::keys::{self, published_until};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::{KeySchedule, KeyState, SigningAlgorithm};
use idp_store::StoredSigningKey;
use ontario_design::components::Choice;
use ontario_language::format_date;

const WRITE: Act = Act::Write(Area::Keys);

/// Where a key is rotated, after the part's address.
pub const ROTATE: &str = "/rotate";

/// The state of a key in words.
#[must_use]
pub fn state(l: Language, state: KeyState) -> &'static str {
    match state {
        KeyState::Next => t::console::key_next(l),
        KeyState::Active => t::console::key_active(l),
        KeyState::Retired => t::console::key_retired(l),
        KeyState::Removed => t::console::key_removed(l),
        KeyState::Revoked => t::console::key_revoked(l),
    }
}

const STATES: [KeyState; 5] =
    [KeyState::Next, KeyState::Active, KeyState::Retired, KeyState::Removed, KeyState::Revoked];

/// `GET /{l}/admin/keys`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Keys), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    let schedule = &visit.app.key_schedule();
    let mut all = keys::list(&clerk.desk()).await?;
    // The newest first: those that matter now.
    all.reverse();
    all.retain(|key| {
        let fits = |name: &str, word: &str| query.get(name).is_empty() || query.get(name) == word;
        fits("state", key.state.as_str()) && fits("algorithm", key.algorithm.as_str())
    });
    let alert = clerk.done(|done| match done {
        "rotated" => Some(t::console::rotated(l).to_owned()),
        "imported" => Some(t::console::key_imported(l).to_owned()),
        "revoked" => Some(t::console::revoked(l).to_owned()),
        _ => None,
    });
    let states = STATES.map(|it| Choice::new(it.as_str(), state(l, it)));
    let algorithms = SigningAlgorithm::ALL.map(|it| Choice::new(it.as_str(), it.as_str()));
    let filter = Filter::new(l, clerk.home())
        .field(clerk.choice("state", t::console::state(l), states))
        .field(clerk.choice("algorithm", t::console::algorithm(l), algorithms));
    let import = clerk.url(clerk.place.section(), "/import");
    let import = clerk.may(WRITE).then(|| Link::new(t::console::import_key(l), import));
    let list = List {
        id: "keys",
        title: t::console::keys(l),
        caption: t::console::keys_caption(l),
        columns: vec![
            t::console::kid(l),
            t::console::key_use(l),
            t::console::algorithm(l),
            t::console::state(l),
            t::console::created(l),
            t::console::first_used(l),
            t::console::last_used(l),
            t::console::published_until(l),
            t::console::actions(l),
        ],
        row: &|key| row(&clerk, key, schedule),
        file_columns: &FILE,
        file_row: &|key| file_line(key, schedule),
        filter: Some(filter),
        ways: clerk.way_to(WRITE, t::console::rotate_now(l), ROTATE).into_iter().chain(import).collect(),
        back: None,
        alert,
        above: Vec::new(),
        beside: vec![Link::new(t::console::key_log(l), "/.well-known/signing-keys-log")],
    };
    let list = list.above(line(&clerk, query.page(&all).0, schedule));
    clerk.list(list, &all)
}

fn row(clerk: &Clerk<'_>, key: &StoredSigningKey, schedule: &KeySchedule) -> Vec<Cell> {
    let l = clerk.l();
    let last_used = match key.state {
        KeyState::Active => Cell::text(t::console::in_use(l)),
        _ if key.activated_at.is_none() => Cell::text(""),
        _ => Cell::time(l, key.retired_at.or(key.revoked_at)),
    };
    let until = match key.state {
        KeyState::Next | KeyState::Active => Cell::text(t::console::until_followed(l)),
        _ => Cell::time(l, published_until(key, schedule)),
    };
    let revocable = key.state != KeyState::Revoked && clerk.may(WRITE);
    let actions = if revocable {
        let url = clerk.url(clerk.place.section(), &format!("/{}/revoke", key.kid));
        Cell::Links(vec![Link::new(t::console::revoke_in_emergency(l), url).about(key.kid.clone())])
    } else {
        Cell::text("")
    };
    vec![
        Cell::Code(key.kid.clone()),
        Cell::text(t::console::signatures(l)),
        Cell::text(key.algorithm.as_str()),
        Cell::text(state(l, key.state)),
        Cell::time(l, Some(key.published_at)),
        Cell::time(l, key.activated_at),
        last_used,
        until,
        actions,
    ]
}

const NEXT: &str = "#5a8fc4";
const ACTIVE: &str = "#00478f";
const RETIRED: &str = "#767676";
const REVOKED: &str = "#a30000";

/// Each key's life: published, signing, still published. What lies ahead is drawn as planned.
fn line(clerk: &Clerk<'_>, keys: &[StoredSigningKey], schedule: &KeySchedule) -> Picture {
    let (l, now) = (clerk.l(), clerk.visit.now);
    let life = |key: &StoredSigningKey| {
        let end = published_until(key, schedule);
        let mut stretches = Vec::new();
        let begun = key.activated_at;
        let first_end = begun.or(end).unwrap_or_else(|| schedule.ready_at(key.published_at, false).max(now));
        stretches.push(Stretch { from: key.published_at, until: first_end, fill: NEXT });
        if let Some(begun) = begun {
            let planned = begun.plus(schedule.rotate_every).max(now);
            let until = key.retired_at.or(key.revoked_at).unwrap_or(planned);
            stretches.push(Stretch { from: begun, until, fill: ACTIVE });
        }
        if let (Some(retired), Some(end)) = (key.retired_at, end) {
            stretches.push(Stretch { from: retired, until: end.max(retired), fill: RETIRED });
        }
        if let Some(revoked) = key.revoked_at {
            stretches.push(Stretch { from: revoked, until: revoked, fill: REVOKED });
        }
        Life {
            name: format!("{} {} – {}", key.algorithm.as_str(), key.kid, state(l, key.state)), stretches
        }
    };
    let lives: Vec<Life> = keys.iter().map(life).collect();
    let ends = lives.iter().flat_map(|life| &life.stretches);
    let from = ends.clone().map(|it| it.from).min().unwrap_or(now);
    let until = ends.map(|it| it.until).max().unwrap_or(now);
    let words = [
        format_date(l, from.micros()),
        t::console::today(l).to_owned(),
        format_date(l, until.max(now).micros()),
    ];
    let legend = [
        (NEXT, t::console::legend_next(l)),
        (ACTIVE, t::console::legend_active(l)),
        (RETIRED, t::console::legend_retired(l)),
        (REVOKED, t::console::legend_revoked(l)),
    ];
    picture::time_line("key-line", &lives, now, words, &legend)
}

const FILE: [&str; 9] =
    ["kid", "use", "algorithm", "state", "published", "activated", "retired", "published_until", "revoked"];

fn file_line(key: &StoredSigningKey, schedule: &KeySchedule) -> Vec<String> {
    let at = |at: Option<_>| at.map(instant).unwrap_or_default();
    vec![
        key.kid.clone(),
        "sig".to_owned(),
        key.algorithm.as_str().to_owned(),
        key.state.as_str().to_owned(),
        instant(key.published_at),
        at(key.activated_at),
        at(key.retired_at),
        at(published_until(key, schedule)),
        at(key.revoked_at),
    ]
}
