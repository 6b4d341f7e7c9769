//! The decision on a transfer, model-checked: two My Ontario Accounts, two ONE-key accounts, two nodes; double clicks, tabs, the
//! back button (all of them are more requests), a crash before and after the commit, a lost answer and a retry. Then the
//! same requests, at once, against the real store; `transfer_replay` runs schedules of the
//! model there, step by step.
//!
//! A transaction is three steps, as in `queries/transfer.rs`: it locks the account's row and looks for a decision; it closes
//! the ONE-key account by a conditional update, which waits for that row; it writes everything and commits.

use crate::builders::{Owner, PASSWORD_HASH};
use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::ids::{AccountId, TransferId};
use idp_domain::one_key::OneKeyId;
use idp_domain::secret::Secret;
use idp_domain::transfer::{TransferChoice, TransferRefusal};
use idp_store::{DeclineTransfer, NewOneKeyAccount, PasswordProof, Store, Transfer, TransferOutcome};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stateright::{Checker, Model, Property};

/// What an account decides, by the number of the ONE-key account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    Yes(usize),
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    pub account: usize,
    pub choice: Choice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    AlreadyDecided,
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    Idle,
    /// The transaction has begun; it wants the account's row.
    Begun(Request),
    /// It holds the account's row and found no decision; it wants the ONE-key account's row.
    Decides(Request),
    /// It holds both rows and has found the ONE-key account open, or needs none.
    Writes(Request),
    /// Committed; the answer is on its way.
    Answers(Request, Outcome),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub decisions: [Option<Choice>; 2],
    pub closed: [bool; 2],
    pub nodes: [Node; 2],
    /// What a person was told is done.
    acknowledged: Vec<Request>,
    requests_left: u8,
    losses_left: u8,
    /// A decision was written over another one.
    overwritten: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Send(usize, Request),
    Step(usize),
    /// The node dies, or its answer is lost.
    Lose(usize),
}

pub struct Worlds {
    /// Whether the rows are locked and the update is conditional, as in the store.
    pub guarded: bool,
}

fn holds_account(node: &Node, account: usize) -> bool {
    matches!(node, Node::Decides(request) | Node::Writes(request) if request.account == account)
}

fn holds_one_key(node: &Node, wanted: Choice) -> bool {
    matches!(node, Node::Writes(request) if request.choice == wanted && wanted != Choice::No)
}

impl Worlds {
    /// One step of a transaction; `None` while it waits for a row that another one holds.
    fn step(&self, state: &mut State, n: usize) -> Option<()> {
        let other = state.nodes[1 - n];
        state.nodes[n] = match state.nodes[n] {
            Node::Idle => return None,
            Node::Begun(request) => {
                if self.guarded && holds_account(&other, request.account) {
                    return None;
                }
                if state.decisions[request.account].is_some() {
                    Node::Answers(request, Outcome::AlreadyDecided)
                } else {
                    Node::Decides(request)
                }
            }
            Node::Decides(request) => {
                if self.guarded && holds_one_key(&other, request.choice) {
                    return None;
                }
                match request.choice {
                    Choice::Yes(one_key) if state.closed[one_key] => Node::Answers(request, Outcome::Refused),
                    _ => Node::Writes(request),
                }
            }
            Node::Writes(request) => {
                state.overwritten |= state.decisions[request.account].is_some();
                state.decisions[request.account] = Some(request.choice);
                if let Choice::Yes(one_key) = request.choice {
                    state.closed[one_key] = true;
                }
                Node::Answers(request, Outcome::Done)
            }
            Node::Answers(request, outcome) => {
                if outcome == Outcome::Done {
                    state.acknowledged.push(request);
                }
                Node::Idle
            }
        };
        Some(())
    }
}

impl Model for Worlds {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            decisions: [None; 2],
            closed: [false; 2],
            nodes: [Node::Idle; 2],
            acknowledged: Vec::new(),
            requests_left: 5,
            losses_left: 2,
            overwritten: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (n, node) in state.nodes.iter().enumerate() {
            if *node != Node::Idle {
                actions.push(Action::Step(n));
                if state.losses_left > 0 {
                    actions.push(Action::Lose(n));
                }
            } else if state.requests_left > 0 {
                for account in 0..2 {
                    for choice in [Choice::Yes(0), Choice::Yes(1), Choice::No] {
                        actions.push(Action::Send(n, Request { account, choice }));
                    }
                }
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Send(n, request) => {
                state.requests_left -= 1;
                state.nodes[n] = Node::Begun(request);
            }
            Action::Step(n) => self.step(&mut state, n)?,
            // Before the commit nothing was written, after it everything was: only the answer is lost.
            Action::Lose(n) => {
                state.losses_left -= 1;
                state.nodes[n] = Node::Idle;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a decision is never written over another", |_, state: &State| {
                !state.overwritten
            }),
            Property::always(
                "a one-key account is closed if and only if one account has it",
                |_, state: &State| {
                    (0..2).all(|one_key| {
                        let owners =
                            state.decisions.iter().filter(|d| **d == Some(Choice::Yes(one_key))).count();
                        owners == usize::from(state.closed[one_key])
                    })
                },
            ),
            Property::always("what was acknowledged is what is on record", |_, state: &State| {
                state.acknowledged.iter().all(|told| state.decisions[told.account] == Some(told.choice))
            }),
            Property::always("no two transactions wait for each other", |model: &Self, state: &State| {
                let waits =
                    |n: usize| state.nodes[n] != Node::Idle && model.step(&mut state.clone(), n).is_none();
                !(waits(0) && waits(1))
            }),
            Property::sometimes("both accounts decide", |_, state: &State| {
                state.decisions.iter().all(Option::is_some)
            }),
            Property::sometimes("an answer is lost after the commit", |_, state: &State| {
                state.losses_left < 2 && state.acknowledged.is_empty() && state.decisions[0].is_some()
            }),
        ]
    }
}

#[test]
fn sc_102_every_interleaving_decides_exactly_once() {
    let checker = Worlds { guarded: true }.checker().threads(2).spawn_bfs().join();
    assert!(checker.unique_state_count() > 10_000, "{}", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn a_model_without_locks_is_found_out() {
    let checker = Worlds { guarded: false }.checker().threads(2).spawn_bfs().join();
    assert!(checker.discovery("a decision is never written over another").is_some());
    assert!(checker.discovery("a one-key account is closed if and only if one account has it").is_some());
}

pub async fn one_key(world: &World, n: usize) -> AccountId {
    let account = AccountId::random_one_key(&mut *world.rng.lock().unwrap());
    let new = NewOneKeyAccount {
        account: account.clone(),
        id: OneKeyId::parse(&format!("{n}.{}", &world.keyed().to_base64url()[..12].replace(['-', '_'], "x")))
            .unwrap(),
        password_hash: PASSWORD_HASH.into(),
        language: Language::French,
        terms_version: 1,
        questions: Vec::new(),
        recovery_email: None,
        session: world.session(),
        now: at(0),
    };
    assert!(world.store.register_one_key(new).await.unwrap());
    account
}

pub async fn ask(
    world: &World,
    store: &Store,
    owners: &[Owner; 2],
    one_keys: &[AccountId; 2],
    request: Request,
    id: &str,
) -> Outcome {
    let id = TransferId::parse(id).unwrap();
    let account = owners[request.account].account.clone();
    let client = idp_domain::ids::ClientId::parse("asking").unwrap();
    match request.choice {
        Choice::No => {
            let mail = world.mail("transfer");
            let decline = DeclineTransfer { id, account, client, mail, now: at(5) };
            if store.decline_transfer(decline).await.unwrap() {
                Outcome::Done
            } else {
                Outcome::AlreadyDecided
            }
        }
        Choice::Yes(n) => {
            let transfer = Transfer {
                id,
                account,
                proof: PasswordProof {
                    account: one_keys[n].clone(),
                    hash: Secret::new(PASSWORD_HASH),
                    counted: world.keyed(),
                },
                client,
                mails: vec![world.mail("transfer"), world.mail("transfer")],
                now: at(5),
            };
            match store.transfer_one_key(transfer).await.unwrap() {
                TransferOutcome::Done => Outcome::Done,
                TransferOutcome::AlreadyDecided => Outcome::AlreadyDecided,
                TransferOutcome::Refused(TransferRefusal::AlreadyTransferred) => Outcome::Refused,
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Checks what each account's requests came to against what is on record; how many mails that makes.
async fn mails_due(
    world: &World,
    owners: &[Owner],
    one_keys: &[AccountId],
    requests: &[Request],
    outcomes: &[Outcome],
) -> usize {
    let mut written = 0;
    for (number, owner) in owners.iter().enumerate() {
        let mine = || requests.iter().zip(outcomes).filter(move |(request, _)| request.account == number);
        let done: Vec<Choice> = mine()
            .filter(|(_, outcome)| **outcome == Outcome::Done)
            .map(|(request, _)| request.choice)
            .collect();
        assert!(done.len() <= 1, "{done:?}");
        let decision = world.store.find_transfer_decision(owner.account.clone()).await.unwrap();
        let on_record = decision.map(|decision| match decision.choice {
            TransferChoice::Declined => Choice::No,
            TransferChoice::Transferred(one_key) => {
                Choice::Yes(one_keys.iter().position(|known| *known == one_key).unwrap())
            }
        });
        assert_eq!(on_record, done.first().copied(), "what was acknowledged is on record, and nothing else");
        let services = world.store.list_connected_services(owner.account.clone()).await.unwrap().len();
        assert_eq!(services, usize::from(matches!(on_record, Some(Choice::Yes(_)))), "all of it or nothing");
        written += match on_record {
            Some(Choice::Yes(_)) => 2,
            Some(Choice::No) => 1,
            None => 0,
        };
    }
    written
}

/// A ONE-key account that was carried over is closed, and its sessions with it; any other is as it was.
fn each_is_closed_or_open(world: &World, one_keys: &[AccountId]) {
    for one_key in one_keys {
        let owners = world.count(&format!("transfer_decision WHERE one_key_account_id = '{one_key}'"));
        let closed = world.count(&format!("account WHERE id = '{one_key}' AND status = 'transferred'"));
        let live =
            world.count(&format!("browser_session WHERE account_id = '{one_key}' AND ended_at IS NULL"));
        assert_eq!((owners, live), (closed, 1 - closed), "closed, and its sessions with it");
    }
}

/// Ten rounds of a fresh world in one database: eight requests at once from two nodes.
async fn sc_102_the_real_store_decides_exactly_once(world: World) {
    let mut rng = StdRng::seed_from_u64(4);
    let other = world.another_node();
    let service = world.service().await;
    for round in 0..10 {
        let owners = [world.owner().await, world.owner().await];
        let one_keys = [one_key(&world, 0).await, one_key(&world, 1).await];
        for one_key in &one_keys {
            world.execute(&format!(
                "INSERT INTO connected_service (account_id, client_id, first_used_at, last_used_at) \
                 VALUES ('{one_key}', '{}', 1, 2)",
                service.id
            ));
        }
        let requests: Vec<Request> = (0..8)
            .map(|_| {
                let choice =
                    [Choice::Yes(0), Choice::Yes(1), Choice::Yes(0), Choice::No][rng.random_range(0..4)];
                Request { account: rng.random_range(0..2), choice }
            })
            .collect();
        let mails = world.count("outbox_mail WHERE kind = 'transfer'");
        let ids: Vec<String> = (0..8).map(|n| format!("t-{round}-{n}")).collect();
        let asked = requests.iter().zip(&ids).enumerate().map(|(n, (request, id))| {
            let store = if n % 2 == 0 { &world.store } else { &other };
            ask(&world, store, &owners, &one_keys, *request, id)
        });
        let outcomes = futures_util::future::join_all(asked).await;
        let written = mails_due(&world, &owners, &one_keys, &requests, &outcomes).await;
        each_is_closed_or_open(&world, &one_keys);
        assert_eq!(
            world.count("outbox_mail WHERE kind = 'transfer'") - mails,
            written,
            "mails of what was done only"
        );
    }
    let decided =
        world.count("audit_record WHERE body LIKE '%\"transferred\"%' OR body LIKE '%transfer_declined%'");
    assert_eq!(decided, world.count("transfer_decision"), "each on record once");
}

on_both_databases! {
    sc_102_the_real_store_decides_exactly_once
}
