//! Code redemption and refresh rotation, model-checked: every interleaving of two nodes, lost answers, crashes, retries,
//! a thief and the passing of time over a small world, by the domain's own decisions; then many serial runs of the same
//! world against the real store.
//!
//! What the model adds to the decisions is how a transaction reads and writes: it decides on what it read, writes only if
//! the row still holds what it decided on, and looks once more where it doesn't (`queries/grants.rs`).

use crate::builders::GRANTS;
use crate::world::{World, at};
use idp_domain::authorization::claims_request::ClaimsRequest;
use idp_domain::authorization::code::{Redemption, RedemptionError, decide_redemption};
use idp_domain::grant::access::AccessRequest;
use idp_domain::grant::refresh::{
    ANSWERED_AGAIN_FOR, RefreshDecision, RefreshError, RefreshRequest, decide_refresh,
};
use idp_domain::grant::{CurrentRefresh, Standing, TokenGrant};
use idp_domain::ids::{AccountId, ClientId, GrantId, SessionId};
use idp_store::{RedemptionOutcome, RefreshOutcome};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stateright::{Checker, Model, Property};

/// What the database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Rows {
    code_spent: bool,
    grant: Option<GrantRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct GrantRow {
    number: u32,
    since: Option<u64>,
    ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Request {
    Redeem,
    Refresh(u32),
    Revoke,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Outcome {
    Redeemed,
    Replayed,
    /// The number of the token that is good from now on.
    Answered(u32),
    Refused(RefreshRefusal),
    Revoked(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum RefreshRefusal {
    Unknown,
    Reused,
    Ended,
    Other,
}

impl From<RefreshError> for RefreshRefusal {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Unknown => Self::Unknown,
            RefreshError::Reused => Self::Reused,
            RefreshError::Ended => Self::Ended,
            _ => Self::Other,
        }
    }
}

/// The values that the decisions look at and that never change here.
#[derive(Debug, Clone)]
struct Constants {
    code: idp_domain::authorization::code::AuthorizationCode,
    standing: Standing,
}

impl Constants {
    fn new() -> Self {
        let code = idp_domain::authorization::code::AuthorizationCode {
            client_id: ClientId::parse("service").unwrap(),
            redirect_uri: "https://fishing.example/callback".into(),
            code_challenge: None,
            account_id: AccountId::parse("account").unwrap(),
            session_id: SessionId::parse("session").unwrap(),
            scope: idp_domain::authorization::scope::Scope::from_stored("openid offline_access"),
            resources: Vec::new(),
            nonce: None,
            authenticated_at: at(0),
            methods: Vec::new(),
            level: idp_domain::session::AuthenticationLevel::One,
            dpop_jkt: None,
            claims: ClaimsRequest::default(),
            grant_id: GrantId::parse("grant").unwrap(),
            expires_at: at(60),
        };
        let standing = Standing { account_is_active: true, password_changed_at: at(0), session: None };
        Self { code, standing }
    }

    fn grant(&self, row: &GrantRow) -> TokenGrant {
        let mut grant = TokenGrant::issue(&self.code, true, None, &GRANTS, at(0));
        grant.refresh = Some(CurrentRefresh { number: row.number, since: row.since.map(at) });
        grant.ended_at = row.ended.then(|| at(0));
        grant
    }

    fn decide(&self, row: &GrantRow, number: u32, now: u64) -> RefreshDecision {
        let sent = RefreshRequest {
            client_id: self.code.client_id.clone(),
            number,
            access: AccessRequest::default(),
            jkt: None,
            rotates: true,
        };
        decide_refresh(&self.grant(row), &self.standing, &sent, &GRANTS, at(now))
    }

    /// What a transaction that began by reading `read` does to `rows`, and answers. Without `conditional` it writes
    /// whatever it finds.
    fn commit(&self, rows: &mut Rows, read: &Rows, request: Request, now: u64, conditional: bool) -> Outcome {
        match request {
            Request::Redeem => self.redeem(rows, read, now, conditional),
            Request::Refresh(number) => {
                let mut seen = read.grant;
                for _ in 0..2 {
                    let Some(row) = seen else { return Outcome::Refused(RefreshRefusal::Unknown) };
                    match self.decide(&row, number, now) {
                        RefreshDecision::Refuse(error) => return Outcome::Refused(error.into()),
                        RefreshDecision::Repeat(_) => return Outcome::Answered(number + 1),
                        RefreshDecision::Keep(_) => return Outcome::Answered(number),
                        RefreshDecision::EndGrant => {
                            rows.grant = rows.grant.map(|row| GrantRow { ended: true, ..row });
                            return Outcome::Refused(RefreshRefusal::Reused);
                        }
                        RefreshDecision::Rotate(_) => {
                            let still = rows.grant.is_some_and(|row| row.number == number && !row.ended);
                            if still || !conditional {
                                let ended = rows.grant.is_some_and(|row| row.ended);
                                rows.grant = Some(GrantRow { number: number + 1, since: Some(now), ended });
                                return Outcome::Answered(number + 1);
                            }
                            seen = rows.grant;
                        }
                    }
                }
                unreachable!("a token that another node spent is not the current one")
            }
            Request::Revoke => {
                let there = rows.grant.is_some_and(|row| !row.ended);
                rows.grant = rows.grant.map(|row| GrantRow { ended: true, ..row });
                Outcome::Revoked(there)
            }
        }
    }

    fn redeem(&self, rows: &mut Rows, read: &Rows, now: u64, conditional: bool) -> Outcome {
        let sent = Redemption {
            client_id: &self.code.client_id,
            redirect_uri: Some(&self.code.redirect_uri),
            code_verifier: None,
            jkt: None,
        };
        if !read.code_spent {
            assert_eq!(decide_redemption(&self.code, sent, at(now)), Ok(()));
            if !rows.code_spent || !conditional {
                *rows =
                    Rows { code_spent: true, grant: Some(GrantRow { number: 0, since: None, ended: false }) };
                return Outcome::Redeemed;
            }
        }
        rows.grant = rows.grant.map(|row| GrantRow { ended: true, ..row });
        Outcome::Replayed
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Client,
    Thief,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Idle,
    /// It has read, and not yet written.
    Working(Who, Request, Rows),
    /// It has committed; the answer is on its way.
    Answering(Who, Outcome),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    now: u64,
    rows: Rows,
    nodes: [Node; 2],
    /// The newest refresh token of each.
    client: Option<u32>,
    thief: Option<u32>,
    requests_left: u8,
    ticks_left: u8,
    losses_left: u8,
    redemptions: u8,
    /// Each answered refresh: the token, its successor, and when.
    answers: Vec<(u32, u32, u64)>,
    rotated_after_its_end: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Action {
    Send(usize, Who, Request),
    Commit(usize),
    Deliver(usize),
    /// The node dies, or the answer is lost.
    Lose(usize),
    Steal,
    Tick,
}

fn ended(state: &State) -> bool {
    state.rows.grant.is_some_and(|row| row.ended)
}

/// A world to be searched.
struct Worlds {
    constants: Constants,
    /// Whether there is a thief, and a client that hurries: else the client sends one request at a time and asks again
    /// within ten seconds.
    hostile: bool,
    conditional: bool,
    requests: u8,
    /// How much time a tick is.
    tick: u64,
    ticks: u8,
}

impl Worlds {
    fn new(hostile: bool, requests: u8) -> Self {
        let (tick, ticks) = if hostile { (6, 3) } else { (3, 3) };
        Self { constants: Constants::new(), hostile, conditional: true, requests, tick, ticks }
    }

    fn requests_of(&self, state: &State, who: Who) -> Vec<Request> {
        let held = match who {
            Who::Client => state.client,
            Who::Thief => state.thief,
        };
        let mut requests: Vec<Request> = held.map(Request::Refresh).into_iter().collect();
        let busy = state.nodes.iter().any(|node| matches!(node, Node::Working(Who::Client, ..)));
        if who == Who::Client {
            if !self.hostile && busy {
                return Vec::new();
            }
            if held.is_none() && (self.hostile || !state.rows.code_spent) {
                requests.push(Request::Redeem);
            }
            if self.hostile && held.is_some() {
                requests.push(Request::Revoke);
            }
        }
        requests
    }
}

impl Model for Worlds {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            now: 0,
            rows: Rows { code_spent: false, grant: None },
            nodes: [Node::Idle, Node::Idle],
            client: None,
            thief: None,
            requests_left: self.requests,
            ticks_left: self.ticks,
            losses_left: 2,
            redemptions: 0,
            answers: Vec::new(),
            rotated_after_its_end: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (n, node) in state.nodes.iter().enumerate() {
            match node {
                Node::Idle if state.requests_left > 0 => {
                    for who in [Who::Client, Who::Thief] {
                        actions.extend(
                            self.requests_of(state, who).into_iter().map(|r| Action::Send(n, who, r)),
                        );
                    }
                }
                Node::Idle => {}
                Node::Working(..) => actions.push(Action::Commit(n)),
                Node::Answering(..) => actions.push(Action::Deliver(n)),
            }
            if *node != Node::Idle && state.losses_left > 0 {
                actions.push(Action::Lose(n));
            }
        }
        if self.hostile && state.client.is_some() && state.thief.is_none() {
            actions.push(Action::Steal);
        }
        if state.ticks_left > 0 {
            actions.push(Action::Tick);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Send(n, who, request) => {
                state.requests_left -= 1;
                state.nodes[n] = Node::Working(who, request, state.rows);
            }
            Action::Commit(n) => {
                let Node::Working(who, request, read) = state.nodes[n].clone() else { return None };
                let before = state.rows;
                let outcome =
                    self.constants.commit(&mut state.rows, &read, request, state.now, self.conditional);
                let was_over = before.grant.is_some_and(|row| row.ended);
                let rotated = before.grant.map(|row| row.number) != state.rows.grant.map(|row| row.number);
                state.rotated_after_its_end |= was_over && rotated;
                state.redemptions += u8::from(outcome == Outcome::Redeemed);
                if let (Request::Refresh(number), Outcome::Answered(next)) = (request, outcome) {
                    state.answers.push((number, next, state.now));
                    state.answers.sort_unstable();
                }
                state.nodes[n] = Node::Answering(who, outcome);
            }
            Action::Deliver(n) => {
                let Node::Answering(who, outcome) = state.nodes[n].clone() else { return None };
                let number = match outcome {
                    Outcome::Redeemed => Some(0),
                    Outcome::Answered(number) => Some(number),
                    _ => None,
                };
                let held = if who == Who::Client { &mut state.client } else { &mut state.thief };
                *held = (*held).max(number);
                state.nodes[n] = Node::Idle;
            }
            Action::Lose(n) => {
                state.losses_left -= 1;
                state.nodes[n] = Node::Idle;
            }
            Action::Steal => state.thief = state.client,
            Action::Tick => {
                state.ticks_left -= 1;
                state.now += self.tick;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::<Self>::always("a code is redeemed once", |_, state| state.redemptions <= 1),
            Property::<Self>::always("a token has one successor", |_, state| {
                state.answers.iter().all(|(number, next, _)| *next == number + 1)
            }),
            Property::<Self>::always("all answers to one token lie within ten seconds", |_, state| {
                let first = |number| {
                    let of_it = state.answers.iter().filter(|(other, _, _)| *other == number);
                    of_it.map(|(_, _, when)| *when).min().unwrap_or_default()
                };
                let limit = ANSWERED_AGAIN_FOR.as_secs();
                state.answers.iter().all(|(number, _, when)| when - first(*number) <= limit)
            }),
            Property::<Self>::always("what has ended is not renewed", |_, state| {
                !state.rotated_after_its_end
            }),
            Property::<Self>::sometimes("two nodes answer one token", |_, state| {
                state.answers.windows(2).any(|pair| pair[0].0 == pair[1].0)
            }),
        ];
        if self.hostile {
            properties.extend([
                Property::<Self>::sometimes("a reuse ends the grant", |_, state| {
                    ended(state)
                        && state.nodes.iter().any(|node| {
                            matches!(node, Node::Answering(_, Outcome::Refused(RefreshRefusal::Reused)))
                        })
                }),
                Property::<Self>::sometimes("a replayed code ends the grant", |_, state| {
                    let replayed = |node: &Node| matches!(node, Node::Answering(_, Outcome::Replayed));
                    ended(state) && state.nodes.iter().any(replayed)
                }),
            ]);
        } else {
            properties.extend([
                Property::<Self>::always("an honest client is never cut off", |_, state| !ended(state)),
                Property::<Self>::sometimes("it goes on after a lost answer", |_, state| {
                    state.losses_left == 0 && state.client == Some(2)
                }),
            ]);
        }
        properties
    }
}

#[test]
fn no_interleaving_redeems_a_code_twice_or_gives_a_token_two_successors() {
    let checked = Worlds::new(true, 4).checker().threads(2).spawn_bfs().join();
    checked.assert_properties();
    assert!(checked.unique_state_count() > 10_000, "{}", checked.unique_state_count());
}

#[test]
fn no_lost_answer_or_crash_cuts_an_honest_client_off() {
    let checked = Worlds::new(false, 6).checker().threads(2).spawn_bfs().join();
    checked.assert_properties();
    assert!(checked.unique_state_count() > 1_000, "{}", checked.unique_state_count());
}

/// The checker would find it if the writes were not conditional.
#[test]
fn writes_that_are_not_conditional_are_found_out() {
    let worlds = Worlds { conditional: false, ..Worlds::new(true, 4) };
    let checked = worlds.checker().threads(2).spawn_bfs().join();
    assert!(checked.discovery("a code is redeemed once").is_some());
    assert!(checked.discovery("what has ended is not renewed").is_some());
}

/// Serial runs of the same world against the store: what the model says happens.
async fn the_store_does_what_the_model_says(world: World) {
    const RUNS: u64 = 60;
    let constants = Constants::new();
    let (owner, client) = (world.owner().await, world.service().await);
    for run in 0..RUNS {
        let mut rng = StdRng::seed_from_u64(run);
        let code = world.code_to_issue(&owner, &client, at(0));
        world.store.issue_code(code.clone()).await.unwrap();
        let mut rows = Rows { code_spent: false, grant: None };
        let (mut now, mut told) = (0, Vec::new());
        for _ in 0..8 {
            now += [0, 0, 4, 7][rng.random_range(0..4_usize)];
            let current = rows.grant.map_or(0, |row| row.number);
            let request = match rng.random_range(0..12) {
                0 | 1 => Request::Redeem,
                2 if run % 3 == 0 => Request::Revoke,
                3 => Request::Refresh(current.saturating_sub(2)),
                4 | 5 => Request::Refresh(current.saturating_sub(1)),
                6 => Request::Refresh(current + 1),
                _ if rows.code_spent => Request::Refresh(current),
                _ => Request::Redeem,
            };
            let read = rows;
            let expected = constants.commit(&mut rows, &read, request, now, true);
            told.push((now, request, expected));
            let outcome = match request {
                Request::Redeem => {
                    let mut redemption = world.redemption(&code, at(now));
                    redemption.may_refresh = true;
                    match world.store.redeem_code(redemption).await.unwrap() {
                        RedemptionOutcome::Redeemed(_) => Outcome::Redeemed,
                        RedemptionOutcome::Refused(RedemptionError::Replayed) => Outcome::Replayed,
                        RedemptionOutcome::Refused(error) => panic!("{error}: {told:?}"),
                    }
                }
                Request::Refresh(number) => {
                    let refresh = world.refresh(&code, number, at(now));
                    match world.store.refresh_grant(refresh).await.unwrap() {
                        RefreshOutcome::Refreshed(refreshed) => Outcome::Answered(refreshed.number),
                        RefreshOutcome::Refused(error) => Outcome::Refused(error.into()),
                    }
                }
                Request::Revoke => {
                    let (id, client) = (code.code.grant_id.clone(), client.id.clone());
                    Outcome::Revoked(world.store.revoke_grant(id, client, at(now)).await.unwrap())
                }
            };
            assert_eq!(outcome, expected, "run {run}: {told:?}");
        }
    }
}

on_both_databases! {
    the_store_does_what_the_model_says
}
