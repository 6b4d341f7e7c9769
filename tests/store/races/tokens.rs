//! Codes, refresh tokens and what they buy.

use super::{Nodes, ROUNDS, TASKS, count, times, turn};
use crate::builders::Owner;
use crate::world::{World, at};
use idp_domain::authorization::code::RedemptionError;
use idp_domain::client::Client;
use idp_store::{IssueCode, RedemptionOutcome, RefreshOutcome};

/// A code that was redeemed for a grant that can be refreshed.
async fn with_refresh_token(world: &World, owner: &Owner, client: &Client) -> IssueCode {
    let code = world.code_to_issue(owner, client, at(0));
    world.store.issue_code(code.clone()).await.unwrap();
    let mut redemption = world.redemption(&code, at(1));
    redemption.may_refresh = true;
    world.store.redeem_code(redemption).await.unwrap();
    code
}

async fn of_many_redemptions_of_a_code_one_succeeds(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let (owner, client) = (world.owner().await, world.service().await);
    for _ in 0..ROUNDS * 2 {
        let code = world.code_to_issue(&owner, &client, at(0));
        world.store.issue_code(code.clone()).await.unwrap();
        let redemptions = times(|| world.redemption(&code, at(1)));
        let tokens: Vec<_> = redemptions.iter().map(|redemption| redemption.token.hash).collect();
        let outcomes = nodes
            .race(redemptions, |store, redemption| async move { store.redeem_code(redemption).await })
            .await;
        assert_eq!(count(&outcomes, |outcome| matches!(outcome, RedemptionOutcome::Redeemed(_))), 1);
        let replayed = |outcome: &RedemptionOutcome| {
            matches!(outcome, RedemptionOutcome::Refused(RedemptionError::Replayed))
        };
        assert_eq!(count(&outcomes, replayed), TASKS - 1, "{outcomes:?}");
        for token in tokens {
            let opened = world.store.find_access_token(token, at(2)).await.unwrap();
            assert!(opened.is_none(), "the replays have revoked what the first one bought");
        }
    }
    assert_eq!(world.count("access_token"), ROUNDS * 2);
}

async fn of_many_refreshes_by_one_token_all_get_the_same_successor(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let (owner, client) = (world.owner().await, world.service().await);
    for _ in 0..ROUNDS {
        let code = with_refresh_token(&world, &owner, &client).await;
        for number in 0..3 {
            // Each at another moment of the ten seconds, as the clocks of two nodes may say.
            let seconds = 2 + u64::from(number) * 20;
            let refreshes: Vec<_> =
                (0..TASKS as u64).map(|task| world.refresh(&code, number, at(seconds + task))).collect();
            let tokens: Vec<_> = refreshes.iter().map(|refresh| refresh.token.hash).collect();
            let outcomes = nodes
                .race(refreshes, |store, refresh| async move { store.refresh_grant(refresh).await })
                .await;
            let same = |outcome: &RefreshOutcome| matches!(outcome, RefreshOutcome::Refreshed(done) if done.number == number + 1);
            assert_eq!(count(&outcomes, same), TASKS, "{outcomes:?}");
            for token in tokens {
                assert!(world.store.find_access_token(token, at(seconds + 9)).await.unwrap().is_some());
            }
        }
    }
}

async fn a_grant_ended_amid_refreshes_leaves_no_token_good(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let (owner, client) = (world.owner().await, world.service().await);
    for _ in 0..ROUNDS {
        let code = with_refresh_token(&world, &owner, &client).await;
        let refreshes: Vec<_> = (0..TASKS).map(|n| (n, world.refresh(&code, 0, at(2)))).collect();
        let tokens: Vec<_> = refreshes.iter().map(|(_, refresh)| refresh.token.hash).collect();
        nodes
            .race(refreshes, |store, (n, refresh)| async move {
                if n == 3 {
                    let (grant, client) = (refresh.grant_id, refresh.sent.client_id);
                    store.revoke_grant(grant, client, at(2)).await.map(|_| ())
                } else {
                    store.refresh_grant(refresh).await.map(|_| ())
                }
            })
            .await;
        for token in tokens {
            assert!(world.store.find_access_token(token, at(3)).await.unwrap().is_none());
        }
    }
}

async fn a_sign_out_amid_refreshes_waits_for_none_of_them(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let client = world.service().await;
    for _ in 0..ROUNDS * 2 {
        let owner = world.owner().await;
        let code = with_refresh_token(&world, &owner, &client).await;
        // Late enough that each refresh notes the person's presence in the session that is being ended.
        let raced: Vec<_> = (0..TASKS).map(|n| (n, world.refresh(&code, 0, at(60)))).collect();
        let tokens: Vec<_> = raced.iter().map(|(_, refresh)| refresh.token.hash).collect();
        let session = &owner.session.id;
        nodes
            .race(raced, |store, (n, refresh)| {
                let session = session.clone();
                async move {
                    if n % 4 == 3 {
                        store.end_session(session, None, at(60)).await.map(|_| ())
                    } else {
                        store.refresh_grant(refresh).await.map(|_| ())
                    }
                }
            })
            .await;
        for token in tokens {
            assert!(world.store.find_access_token(token, at(61)).await.unwrap().is_none());
        }
    }
}

async fn of_many_codes_for_one_request_one_is_issued(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let (owner, client) = (world.owner().await, world.service().await);
    for round in 1..=ROUNDS {
        let request = world.authorization_request(&client);
        world.store.insert_authorization_request(request.clone()).await.unwrap();
        let codes = times(|| {
            let mut code = world.code_to_issue(&owner, &client, at(0));
            code.request_id = Some(request.id.clone());
            code
        });
        let outcomes = nodes.race(codes, |store, code| async move { store.issue_code(code).await }).await;
        assert_eq!(count(&outcomes, |issued| *issued), 1);
        assert_eq!(world.count("authorization_code"), round);
    }
}

/// One pushed request in many tabs: some at once with a session, some after a page.
async fn of_many_answers_to_a_pushed_request_one_is_a_code(world: World) {
    let (_turn, nodes) = (turn().await, Nodes::of(&world));
    let (owner, client) = (world.owner().await, world.service().await);
    for round in 1..=ROUNDS {
        let pushed = world.pushed_request(&client);
        world.store.insert_pushed_request(pushed.clone()).await.unwrap();
        let mut codes = Vec::new();
        for number in 0..TASKS {
            let mut code = world.code_to_issue(&owner, &client, at(1));
            if number % 4 < 2 {
                code.pushed = Some(pushed.reference);
            } else {
                let mut kept = world.authorization_request(&client);
                kept.pushed = Some(pushed.reference);
                code.request_id = Some(kept.id.clone());
                world.store.insert_authorization_request(kept).await.unwrap();
            }
            codes.push(code);
        }
        let outcomes = nodes.race(codes, |store, code| async move { store.issue_code(code).await }).await;
        assert_eq!(count(&outcomes, |issued| *issued), 1);
        assert_eq!(world.count("authorization_code"), round);
        let found =
            world.store.find_pushed_request(pushed.reference, client.id.clone(), at(1)).await.unwrap();
        assert!(found.is_none(), "spent");
    }
}

on_both_databases! {
    of_many_redemptions_of_a_code_one_succeeds
    of_many_refreshes_by_one_token_all_get_the_same_successor
    a_grant_ended_amid_refreshes_leaves_no_token_good
    a_sign_out_amid_refreshes_waits_for_none_of_them
    of_many_codes_for_one_request_one_is_issued
    of_many_answers_to_a_pushed_request_one_is_a_code
}
