//! Schedules of the model of the transfer (`transfer_model`), replayed against the real store on two nodes: each request is
//! sent when its transaction comes to its end in the model, and its outcome and all that is on record afterwards must be the
//! model's. A node that dies before its commit sends nothing; one that dies after it sends, and nobody hears the answer.

use crate::builders::Owner;
use crate::transfer_model::{Action, Choice, Node, Outcome, Request, State, Worlds, ask, one_key};
use crate::world::World;
use idp_domain::ids::AccountId;
use idp_domain::transfer::TransferChoice;
use idp_store::Store;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use stateright::Model;

/// How many random walks through the model are replayed.
const WALKS: usize = 60;
const MODEL: Worlds = Worlds { guarded: true };

/// Two nodes, two accounts, two ONE-key accounts, beside the model's state.
struct Replay<'a> {
    world: &'a World,
    nodes: [Store; 2],
    owners: [Owner; 2],
    one_keys: [AccountId; 2],
    state: State,
    name: String,
    sent: usize,
}

impl<'a> Replay<'a> {
    async fn begin(world: &'a World, nodes: &[Store; 2], name: &str) -> Self {
        Self {
            world,
            nodes: nodes.clone(),
            owners: [world.owner().await, world.owner().await],
            one_keys: [one_key(world, 0).await, one_key(world, 1).await],
            state: MODEL.init_states().remove(0),
            name: name.to_owned(),
            sent: 0,
        }
    }

    /// Takes an action in the model and, where it ends a transaction, in the store; `false` where the model takes none.
    async fn take(&mut self, action: Action) -> bool {
        let Some(next) = MODEL.next_state(&self.state, action) else { return false };
        if let Action::Step(n) = action
            && let Node::Answers(request, expected) = next.nodes[n]
        {
            self.sent += 1;
            let id = format!("{}-{}", self.name, self.sent);
            let found = ask(self.world, &self.nodes[n], &self.owners, &self.one_keys, request, &id).await;
            assert_eq!(found, expected, "{}: {request:?} in {:?}", self.name, self.state);
        }
        self.state = next;
        true
    }

    async fn must(&mut self, action: Action) {
        assert!(self.take(action).await, "{}: {action:?} in {:?}", self.name, self.state);
    }

    /// One request from its beginning to its answer.
    async fn whole(&mut self, node: usize, request: Request) {
        self.must(Action::Send(node, request)).await;
        while self.state.nodes[node] != Node::Idle {
            self.must(Action::Step(node)).await;
        }
    }

    /// What is on record is what the model says.
    async fn compare(&self) {
        for (n, owner) in self.owners.iter().enumerate() {
            let decision = self.world.store.find_transfer_decision(owner.account.clone()).await.unwrap();
            let on_record = decision.map(|decision| match decision.choice {
                TransferChoice::Declined => Choice::No,
                TransferChoice::Transferred(id) => {
                    Choice::Yes(self.one_keys.iter().position(|known| *known == id).unwrap())
                }
            });
            assert_eq!(on_record, self.state.decisions[n], "{}: account {n}", self.name);
        }
        for (n, id) in self.one_keys.iter().enumerate() {
            let closed = self.world.count(&format!("account WHERE id = '{id}' AND status = 'transferred'"));
            assert_eq!(closed == 1, self.state.closed[n], "{}: ONE-key account {n}", self.name);
        }
    }
}

const fn yes(account: usize, one_key: usize) -> Request {
    Request { account, choice: Choice::Yes(one_key) }
}

const fn no(account: usize) -> Request {
    Request { account, choice: Choice::No }
}

async fn sc_102_named_schedules_end_in_the_store_as_in_the_model(world: World) {
    use Action::{Lose, Send, Step};
    let nodes = [world.store.clone(), world.another_node()];
    // Two clicks, one on each node: the second waits for the account's row.
    let mut replay = Replay::begin(&world, &nodes, "double-click").await;
    for action in [Send(0, yes(0, 0)), Send(1, yes(0, 0)), Step(0), Step(0), Step(0), Step(1)] {
        replay.must(action).await;
    }
    assert_eq!(replay.state.nodes[1], Node::Answers(yes(0, 0), Outcome::AlreadyDecided));
    replay.compare().await;
    // Yes in one tab, no in another, then the back button and yes to the other ONE-key account.
    let mut replay = Replay::begin(&world, &nodes, "two-tabs").await;
    for action in [Send(0, no(0)), Send(1, yes(0, 1)), Step(0), Step(0), Step(0), Step(1), Step(1), Step(0)] {
        replay.must(action).await;
    }
    replay.whole(0, yes(0, 0)).await;
    replay.compare().await;
    // The answer is lost after the commit, then asked for again at the other node.
    let mut replay = Replay::begin(&world, &nodes, "lost-answer").await;
    for action in [Send(0, yes(0, 0)), Step(0), Step(0), Step(0), Lose(0)] {
        replay.must(action).await;
    }
    replay.whole(1, yes(0, 0)).await;
    replay.compare().await;
    // The node dies before its commit; the person tries again and changes their mind.
    let mut replay = Replay::begin(&world, &nodes, "dead-node").await;
    for action in [Send(0, yes(1, 0)), Step(0), Step(0), Lose(0)] {
        replay.must(action).await;
    }
    replay.compare().await;
    replay.whole(1, no(1)).await;
    replay.whole(0, yes(1, 0)).await;
    replay.compare().await;
    // Two people with one ONE-key account; whom it was taken from decides otherwise.
    let mut replay = Replay::begin(&world, &nodes, "rivals").await;
    for action in [Send(0, yes(0, 0)), Send(1, yes(1, 0)), Step(1), Step(0), Step(0), Step(0), Step(1)] {
        replay.must(action).await;
    }
    assert_eq!(replay.state.nodes[1], Node::Answers(yes(1, 0), Outcome::Refused));
    replay.must(Step(1)).await;
    replay.whole(1, yes(1, 1)).await;
    replay.compare().await;
}

async fn sc_102_random_walks_through_the_model_end_in_the_store_alike(world: World) {
    let nodes = [world.store.clone(), world.another_node()];
    let mut rng = StdRng::seed_from_u64(102);
    for walk in 0..WALKS {
        let mut replay = Replay::begin(&world, &nodes, &format!("walk-{walk}")).await;
        let mut waits = 0;
        while waits < 20 {
            let mut actions = Vec::new();
            MODEL.actions(&replay.state, &mut actions);
            if actions.is_empty() {
                break;
            }
            let action = actions[rng.random_range(0..actions.len())];
            waits = if replay.take(action).await { 0 } else { waits + 1 };
        }
        replay.compare().await;
    }
}

on_both_databases! {
    sc_102_named_schedules_end_in_the_store_as_in_the_model
    sc_102_random_walks_through_the_model_end_in_the_store_alike
}
