//! The ends of sessions, one by one and many at once.

use super::{Nodes, ROUNDS, TASKS, count, turn};
use crate::builders::GRANTS;
use crate::world::{World, at};
use idp_domain::session::SessionEndReason;
use idp_store::{EndSessions, Store};

async fn a_session_is_ended_once(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for _ in 0..ROUNDS {
        let id = world.owner().await.session.id;
        let ended = nodes
            .race(vec![id; TASKS], |store, id| async move { store.end_session(id, None, at(1)).await })
            .await;
        assert_eq!(count(&ended, |ended| *ended), 1);
    }
}

/// Password changes, sign-outs and the sweep of what is over, all over the same sessions: each is ended once, and none of
/// them waits in a circle with another.
async fn many_who_end_many_sessions_never_wait_for_each_other_in_a_circle(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    for round in 1..=ROUNDS {
        let owner = world.owner().await;
        let mut ids = vec![owner.session.id.clone()];
        for _ in 0..20 {
            let success = world.sign_in_success(&owner.account, world.keyed(), at(0));
            ids.push(success.session.id.clone());
            world.store.complete_sign_in(success).await.unwrap();
        }
        let raced: Vec<_> = (0..TASKS).map(|n| (n, ids[n].clone(), owner.account.clone())).collect();
        let ended = nodes
            .race(raced, |store: Store, (n, id, account)| async move {
                let now = at(24 * 3600);
                match n % 4 {
                    0 => store.end_expired_sessions(GRANTS.session, now, 100).await,
                    1 => store.end_session(id, None, now).await.map(usize::from),
                    _ => {
                        let reason = SessionEndReason::PasswordChanged;
                        let except = (n % 4 == 2).then_some(id);
                        store.end_sessions_of_account(EndSessions { account, except, reason, now }).await
                    }
                }
            })
            .await;
        assert_eq!(ended.iter().sum::<usize>(), ids.len(), "{ended:?}");
        let records = "audit_record WHERE body LIKE '%session_ended%' OR body LIKE '%signed_out%'";
        assert_eq!(world.count(records), round * ids.len());
    }
}

on_both_databases! {
    a_session_is_ended_once
    many_who_end_many_sessions_never_wait_for_each_other_in_a_circle
}
