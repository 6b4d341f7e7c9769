use super::saving::MOST_DRAFTS;
use super::*;
use crate::retention::Reminder;
use crate::search::Search;
use crate::session::{Person, SESSION_IDLE, SessionState};
use crate::testing::{self, Folder, signed_in};
use crate::{Database, DatabaseError};
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Words {
    kind: String,
    title: String,
}

impl Answers for Words {
    fn kind(&self) -> &str {
        &self.kind
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn ends_with_session(&self) -> bool {
        self.kind == "session"
    }

    fn brief_kinds() -> Vec<&'static str> {
        vec!["brief"]
    }
}

/// A database with two accounts, 1 and 2.
struct World {
    database: Database,
    _folder: Folder,
}

impl World {
    async fn new() -> Self {
        let (database, folder) = testing::database();
        let world = Self { database, _folder: folder };
        world
            .write(|c| {
                diesel::sql_query("INSERT INTO accounts VALUES (1, 'i', 's'), (2, 'i', 't')").execute(c)
            })
            .await;
        world
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> T {
        self.database.write(work).await.unwrap()
    }

    async fn save(&self, owner: &Owner, change: &Change<Words>, now: i64) -> Saved {
        let (owner, change) = (owner.clone(), change.clone());
        self.write(move |c| save(c, &owner, &change, now)).await
    }

    async fn find(&self, owner: &Owner, handle: &str) -> Option<Draft<Words>> {
        let (owner, handle) = (owner.clone(), handle.to_owned());
        self.write(move |c| find(c, &owner, &handle)).await
    }

    /// What is told when this is done at `now`.
    async fn tend(&self, now: i64) -> Vec<(String, DraftNotice)> {
        let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let all = told.clone();
        let tell = move |_: &mut SqliteConnection, draft: &Draft<Words>, notice| {
            told.lock().unwrap().push((draft.answers.title.clone(), notice));
            Ok(draft.answers.kind != "unreachable")
        };
        self.write(move |c| tend(c, now, tell)).await;
        let all = all.lock().unwrap();
        all.clone()
    }
}

fn first(kind: &str, title: &str) -> Change<Words> {
    Change::new(Words { kind: kind.to_owned(), title: title.to_owned() })
}

fn again(change: &Change<Words>, revision: i64, title: &str) -> Change<Words> {
    let answers = Words { title: title.to_owned(), ..change.answers.clone() };
    Change { revision, answers, handle: change.handle.clone() }
}

#[actix_web::test]
async fn a_draft_is_kept_once_and_changed_only_from_what_was_seen() {
    let world = World::new().await;
    let (ours, theirs) = (Owner::of(1), Owner::of(2));
    let new = first("claim", "One");
    for _ in 0..2 {
        assert_eq!(world.save(&ours, &new, 0).await, Saved::Kept(1), "a double click");
    }
    assert_eq!(world.save(&ours, &again(&new, 1, "Two"), 1).await, Saved::Kept(2));
    assert_eq!(world.save(&ours, &again(&new, 1, "Three"), 2).await, Saved::Changed(2), "another tab");
    assert_eq!(world.save(&ours, &again(&new, 0, "Three"), 2).await, Saved::Changed(2));
    let other_kind = Change { answers: first("other", "Two").answers, ..again(&new, 2, "") };
    assert_eq!(world.save(&ours, &other_kind, 2).await, Saved::Gone);
    assert_eq!(world.save(&theirs, &again(&new, 2, "Theirs"), 2).await, Saved::Gone);
    assert_eq!(world.find(&theirs, &new.handle).await, None);
    let kept = world.find(&ours, &new.handle).await.unwrap();
    assert_eq!((kept.answers.title.as_str(), kept.revision, kept.standing.since), ("Two", 2, 1));
}

#[actix_web::test]
async fn what_was_checked_is_submitted_once_and_stays() {
    let world = World::new().await;
    let ours = Owner::of(1);
    let new = first("claim", "Été");
    world.save(&ours, &new, 0).await;
    let draft = world.find(&ours, &new.handle).await.unwrap();
    let id = draft.id;
    assert_eq!(world.write(move |c| touch(c, id, 5)).await, Saved::Kept(2), "a document is a change too");
    let submit_as = async |revision: i64, number: &str| {
        let submitted = Submitted { at: 9, number: number.into(), enclosed: "e".into(), waits: false };
        let draft = draft.clone();
        world.write(move |c| submit(c, &draft, revision, &submitted)).await
    };
    assert_eq!(submit_as(1, "F-1").await, Saved::Changed(2), "not what was checked");
    assert_eq!(submit_as(2, "F-1").await, Saved::Kept(2));
    assert_eq!(submit_as(2, "F-2").await, Saved::Submitted);
    assert_eq!(world.save(&ours, &again(&new, 2, "Late"), 10).await, Saved::Submitted);
    assert_eq!(world.write(move |c| touch(c, id, 10)).await, Saved::Submitted);
    world.write(move |c| delete(c, id)).await;
    let found = |account_id: i64| {
        world.write(move |c| Ok(find_submitted::<Words>(c, account_id, "F-1")?.map(|draft| draft.submitted)))
    };
    assert_eq!(found(1).await.flatten().unwrap().enclosed, "e");
    assert_eq!(found(2).await, None);
    let searched = |words: &'static str| {
        let search = Search::for_words(words);
        world.write(move |c| Ok(super::search::<Words>(c, 1, List::All, &search)?.1))
    };
    assert_eq!((searched("ete").await, searched("f-1").await, searched("%").await), (1, 1, 0));
}

#[actix_web::test]
async fn a_draft_of_a_session_ends_with_it_and_is_in_no_list() {
    let world = World::new().await;
    let sign_in = async |cookie: &str, now: i64| {
        world.database.insert_session(signed_in(cookie, "s"), now, |_, _: &Person| Ok(())).await.unwrap();
        Owner { account_id: 1, session: cookie.to_owned() }
    };
    let rows = || world.write(|c| drafts::table.count().get_result::<i64>(c));
    let (one, other) = (sign_in("one", 0).await, sign_in("other", 0).await);
    let new = first("session", "Title");
    assert_eq!(world.save(&one, &new, 0).await, Saved::Kept(1));
    assert_eq!(world.find(&other, &new.handle).await, None);
    assert_eq!(world.save(&other, &new, 0).await, Saved::Gone, "the handle is taken, and not theirs");
    assert!(world.write(|c| list::<Words>(c, 1, List::All)).await.is_empty());
    // Its session ends: by time, when its browser comes back …
    let state = world.database.touch_session("one".into(), SESSION_IDLE).await.unwrap();
    assert!(matches!(state, SessionState::Expired(Some(_))) && rows().await == 0);
    // … or never.
    let three = sign_in("three", SESSION_IDLE).await;
    world.save(&three, &new, SESSION_IDLE).await;
    world.write(|c| end_with_sessions(c, 2 * SESSION_IDLE - 1)).await;
    assert_eq!(rows().await, 1, "it is not over yet");
    world.write(|c| end_with_sessions(c, 2 * SESSION_IDLE)).await;
    assert_eq!(rows().await, 0);
    // What was submitted belongs to no session.
    let four = sign_in("four", 3 * SESSION_IDLE).await;
    world.save(&four, &new, 3 * SESSION_IDLE).await;
    let draft = world.find(&four, &new.handle).await.unwrap();
    let submitted = Submitted { at: 1, number: "F".into(), enclosed: String::new(), waits: true };
    world.write(move |c| submit(c, &draft, 1, &submitted)).await;
    world.write(|c| end_with_sessions(c, i64::MAX)).await;
    assert!(world.find(&Owner::of(1), &new.handle).await.is_some());
}

#[actix_web::test]
async fn drafts_end_by_their_kind() {
    let world = World::new().await;
    for (kind, title) in [("claim", "Long"), ("brief", "Short"), ("session", "Of a session")] {
        world.save(&Owner { account_id: 1, session: "s".into() }, &first(kind, title), 0).await;
    }
    assert_eq!(world.tend(BRIEF_LIFE - 1).await, []);
    assert_eq!(world.tend(BRIEF_LIFE).await, [("Short".to_owned(), DraftNotice::Ended)]);
    let ends = |which| [("Long".to_owned(), DraftNotice::Ends(which, TWELVE_MONTHS))];
    for (days, told) in [(305, ends(Reminder::First)), (335, ends(Reminder::Second))] {
        assert_eq!(world.tend(days * DAY - 1).await, []);
        assert_eq!(world.tend(days * DAY).await, told);
        assert_eq!(world.tend(days * DAY).await, [], "once");
    }
    assert_eq!(world.tend(TWELVE_MONTHS).await, [("Long".to_owned(), DraftNotice::Ended)]);
    assert!(world.write(|c| list::<Words>(c, 1, List::All)).await.is_empty());
}

#[actix_web::test]
async fn a_draft_whose_person_can_not_be_told_stays() {
    let world = World::new().await;
    let new = first("unreachable", "Title");
    world.save(&Owner::of(1), &new, 0).await;
    for days in [305, 305, 500] {
        assert!(matches!(world.tend(days * DAY).await[..], [(_, DraftNotice::Ends(Reminder::First, _))]));
    }
    assert_eq!(world.find(&Owner::of(1), &new.handle).await.unwrap().standing.noticed_60_at, None);
}

#[actix_web::test]
async fn the_drafts_of_an_account_are_bounded_and_go_with_it() {
    let world = World::new().await;
    for n in 0..MOST_DRAFTS {
        assert_eq!(world.save(&Owner::of(1), &first("claim", &n.to_string()), n).await, Saved::Kept(1));
    }
    assert_eq!(world.save(&Owner::of(1), &first("claim", "one more"), 0).await, Saved::TooMany);
    assert_eq!(world.save(&Owner::of(2), &first("claim", "another's"), 0).await, Saved::Kept(1));
    let newest = world.write(|c| list::<Words>(c, 1, List::Drafts)).await;
    assert_eq!(newest[0].answers.title, (MOST_DRAFTS - 1).to_string());
    let gone: Result<_, DatabaseError> =
        world.database.write(|c| diesel::sql_query("DELETE FROM accounts WHERE id = 1").execute(c)).await;
    gone.unwrap();
    let late = world.save(&Owner::of(1), &first("claim", "of a page from before"), 0).await;
    assert_eq!(late, Saved::Gone, "what the account had is gone, and it begins nothing");
    let counts = world.write(|c| Ok((count(c, 1, List::All)?, count(c, 2, List::All)?))).await;
    assert_eq!(counts, (0, 1));
}
