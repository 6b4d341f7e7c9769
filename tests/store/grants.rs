//! Grants: refreshed, reused, ended; and the access tokens that belong to them or to a service alone.

use crate::builders::Owner;
use crate::world::{World, at};
use idp_domain::audit::AuditEvent;
use idp_domain::authorization::scope::Scope;
use idp_domain::client::Client;
use idp_domain::grant::GrantEnd;
use idp_domain::grant::access::AccessError;
use idp_domain::grant::refresh::RefreshError;
use idp_domain::secret::TokenHash;
use idp_store::{IssueCode, RefreshGrant, RefreshOutcome};

/// A person, a service, and a grant with refresh token 0, redeemed at `at(1)`.
struct Scene {
    world: World,
    owner: Owner,
    client: Client,
    code: IssueCode,
    /// Of the first access token.
    first: TokenHash,
}

impl Scene {
    async fn of(world: World, scope: &str) -> Self {
        let (owner, client) = (world.owner().await, world.service().await);
        let mut code = world.code_to_issue(&owner, &client, at(0));
        code.code.scope = Scope::from_stored(scope);
        assert!(world.store.issue_code(code.clone()).await.unwrap());
        let mut redemption = world.redemption(&code, at(1));
        redemption.may_refresh = true;
        let first = redemption.token.hash;
        world.store.redeem_code(redemption).await.unwrap();
        Self { world, owner, client, code, first }
    }

    async fn online(world: World) -> Self {
        Self::of(world, "openid email").await
    }

    async fn offline(world: World) -> Self {
        Self::of(world, "openid email offline_access").await
    }

    fn request(&self, number: u32, seconds: u64) -> RefreshGrant {
        self.world.refresh(&self.code, number, at(seconds))
    }

    /// The number of the token that is good then, and the access token's hash; or why not.
    async fn send(&self, refresh: RefreshGrant) -> Result<(u32, TokenHash), RefreshError> {
        let hash = refresh.token.hash;
        match self.world.store.refresh_grant(refresh).await.unwrap() {
            RefreshOutcome::Refreshed(refreshed) => Ok((refreshed.number, hash)),
            RefreshOutcome::Refused(error) => Err(error),
        }
    }

    async fn refresh(&self, number: u32, seconds: u64) -> Result<(u32, TokenHash), RefreshError> {
        self.send(self.request(number, seconds)).await
    }

    async fn opens(&self, token: TokenHash, seconds: u64) -> bool {
        self.world.store.find_access_token(token, at(seconds)).await.unwrap().is_some()
    }

    fn end_reason(&self) -> String {
        self.world.query("SELECT coalesce(end_reason, '-') AS value FROM token_grant").remove(0)
    }
}

async fn a_refresh_spends_the_token_and_names_the_next(world: World) {
    let scene = Scene::online(world).await;
    let (next, token) = scene.refresh(0, 100).await.unwrap();
    assert_eq!(next, 1);
    assert!(scene.opens(token, 101).await && scene.opens(scene.first, 101).await);
    let (next, _) = scene.refresh(1, 200).await.unwrap();
    assert_eq!(next, 2);
    assert_eq!(scene.world.count("token_grant"), 1, "the family doesn't grow");
}

async fn a_spent_token_is_answered_alike_for_ten_seconds(world: World) {
    let scene = Scene::online(world).await;
    assert_eq!(scene.refresh(0, 100).await.unwrap().0, 1);
    assert_eq!(scene.refresh(0, 105).await.unwrap().0, 1);
    assert_eq!(scene.refresh(0, 110).await.unwrap().0, 1, "the tenth second counts");
    assert_eq!(scene.refresh(0, 111).await, Err(RefreshError::Reused), "and is not prolonged by asking");
    assert_eq!(scene.end_reason(), "refresh_token_reused");
    assert!(!scene.opens(scene.first, 112).await);
    assert_eq!(scene.refresh(1, 112).await, Err(RefreshError::Ended), "the honest one's token too");
}

async fn a_spent_token_whose_successor_was_used_ends_the_grant(world: World) {
    let scene = Scene::offline(world).await;
    scene.refresh(0, 100).await.unwrap();
    scene.refresh(1, 101).await.unwrap();
    assert_eq!(scene.refresh(0, 102).await, Err(RefreshError::Reused));
    let records = scene.world.query("SELECT body AS value FROM audit_record ORDER BY id DESC LIMIT 1");
    let event = AuditEvent::RefreshTokenReused {
        client: scene.client.id.clone(),
        grant: scene.code.code.grant_id.clone(),
    };
    assert_eq!(records, [serde_json::to_string(&event).unwrap()]);
    let before = scene.world.count("audit_record");
    assert_eq!(scene.refresh(0, 103).await, Err(RefreshError::Ended));
    assert_eq!(scene.world.count("audit_record"), before, "it is over: nothing more to say");
}

async fn what_is_not_the_clients_or_not_yet_there_touches_nothing(world: World) {
    let scene = Scene::online(world).await;
    scene.refresh(0, 100).await.unwrap();
    let thief = scene.world.service().await;
    for number in [0, 1] {
        let mut stolen = scene.request(number, 1000);
        stolen.sent.client_id = thief.id.clone();
        assert_eq!(scene.send(stolen).await, Err(RefreshError::OtherClient));
    }
    assert_eq!(scene.refresh(7, 101).await, Err(RefreshError::Unknown), "from after a backup");
    let mut wider = scene.request(1, 102);
    wider.sent.access.scope = Some("openid profile".into());
    assert_eq!(scene.send(wider).await, Err(RefreshError::Access(AccessError::WiderScope)));
    let mut bound = scene.request(1, 103);
    bound.sent.jkt = Some("a key".into());
    scene.send(bound).await.expect("what isn't bound may be used with any key");
    assert_eq!(scene.end_reason(), "-");
}

async fn a_token_that_is_not_rotated_stays_good(world: World) {
    let scene = Scene::offline(world).await;
    for seconds in [100, 200, 100_000] {
        let mut refresh = scene.request(0, seconds);
        refresh.sent.rotates = false;
        assert_eq!(scene.send(refresh).await.unwrap().0, 0);
    }
}

async fn a_bound_token_needs_its_key(world: World) {
    let scene = Scene::online(world).await;
    scene.world.execute("UPDATE token_grant SET jkt = 'the key'");
    for key in [None, Some("another key".to_owned())] {
        let mut refresh = scene.request(0, 100);
        refresh.sent.jkt = key;
        assert_eq!(scene.send(refresh).await, Err(RefreshError::OtherKey));
    }
    let mut refresh = scene.request(0, 101);
    refresh.sent.jkt = Some("the key".into());
    assert_eq!(scene.send(refresh).await.unwrap().0, 1);
}

async fn a_grant_ends_with_its_session_unless_it_is_offline(world: World) {
    let scene = Scene::online(world).await;
    scene.world.store.end_session(scene.owner.session.id.clone(), None, at(50)).await.unwrap();
    assert_eq!(scene.refresh(0, 51).await, Err(RefreshError::Ended));
    assert!(!scene.opens(scene.first, 51).await);
    assert_eq!(scene.end_reason(), "session_ended");
}

async fn an_offline_grant_outlives_its_session(world: World) {
    let scene = Scene::offline(world).await;
    scene.world.store.end_session(scene.owner.session.id.clone(), None, at(50)).await.unwrap();
    assert_eq!(scene.refresh(0, 51).await.unwrap().0, 1);
    assert!(scene.opens(scene.first, 51).await);
    scene.world.execute("DELETE FROM browser_session");
    assert_eq!(scene.refresh(1, 80_000).await.unwrap().0, 2, "also when its row has gone");
}

async fn a_refresh_keeps_its_session_alive_and_an_idle_one_ends_it(world: World) {
    let scene = Scene::online(world).await;
    for number in 0..4 {
        // Every 14 minutes.
        assert_eq!(scene.refresh(number, 840 * u64::from(number + 1)).await.unwrap().0, number + 1);
    }
    assert_eq!(scene.refresh(4, 840 * 4 + 901).await, Err(RefreshError::Ended), "15 idle minutes");
    // Not by its own doing: the session came to nobody's notice yet.
    assert_eq!(scene.end_reason(), "-");
}

async fn no_grant_is_refreshed_past_its_end(world: World) {
    const MONTH: u64 = 30 * 24 * 3600;
    let scene = Scene::offline(world).await;
    assert_eq!(scene.refresh(0, MONTH / 2).await.unwrap().0, 1);
    assert_eq!(scene.refresh(1, MONTH + 1).await.unwrap().0, 2, "the last second counts");
    assert_eq!(scene.refresh(2, MONTH + 2).await, Err(RefreshError::Ended));
}

async fn a_changed_password_or_a_locked_account_ends_every_grant(world: World) {
    let scene = Scene::offline(world).await;
    let account = &scene.owner.account;
    scene.world.execute(&format!("UPDATE account SET status = 'locked' WHERE id = '{account}'"));
    assert_eq!(scene.refresh(0, 100).await, Err(RefreshError::Ended));
    assert!(!scene.opens(scene.first, 100).await);
    scene.world.execute(&format!("UPDATE account SET status = 'active' WHERE id = '{account}'"));
    assert_eq!(scene.refresh(0, 101).await.unwrap().0, 1);
    let changed = at(200).micros();
    scene
        .world
        .execute(&format!("UPDATE account SET password_changed_at = {changed} WHERE id = '{account}'"));
    assert_eq!(scene.refresh(1, 201).await, Err(RefreshError::Ended), "even where nobody ended it");
    assert!(!scene.opens(scene.first, 201).await);
    let ended = scene.world.store.end_grants_of_account(account.clone(), GrantEnd::PasswordChanged, at(202));
    assert_eq!(ended.await.unwrap(), 1);
    assert_eq!(scene.end_reason(), "password_changed");
}

async fn a_revoked_grant_takes_every_token_along(world: World) {
    let scene = Scene::offline(world).await;
    let (_, second) = scene.refresh(0, 100).await.unwrap();
    let id = scene.code.code.grant_id.clone();
    let thief = scene.world.service().await;
    assert!(!scene.world.store.revoke_grant(id.clone(), thief.id, at(101)).await.unwrap());
    assert!(scene.opens(second, 101).await);
    assert!(scene.world.store.revoke_grant(id.clone(), scene.client.id.clone(), at(102)).await.unwrap());
    assert!(!scene.opens(second, 102).await && !scene.opens(scene.first, 102).await);
    assert_eq!(scene.refresh(1, 102).await, Err(RefreshError::Ended));
    assert!(!scene.world.store.revoke_grant(id, scene.client.id.clone(), at(103)).await.unwrap(), "once");
}

async fn a_revoked_access_token_goes_alone(world: World) {
    let scene = Scene::online(world).await;
    let (_, second) = scene.refresh(0, 100).await.unwrap();
    let thief = scene.world.service().await;
    assert!(!scene.world.store.revoke_access_token(second, thief.id, at(101)).await.unwrap());
    assert!(scene.world.store.revoke_access_token(second, scene.client.id.clone(), at(101)).await.unwrap());
    assert!(!scene.opens(second, 101).await && scene.opens(scene.first, 101).await);
    assert_eq!(scene.refresh(1, 102).await.unwrap().0, 2);
}

async fn a_token_of_a_service_is_revoked_by_that_service_only(world: World) {
    let (client, thief) = (world.service().await, world.service().await);
    let stored = world.client_token(&client, at(0), at(600));
    world.store.insert_client_token(stored.clone()).await.unwrap();
    let mut theirs = stored.clone();
    theirs.client_id = thief.id.clone();
    assert!(!world.store.revoke_client_token(theirs, at(1)).await.unwrap());
    let facts = world.store.find_client_token(stored.hash).await.unwrap().unwrap();
    assert_eq!((facts.client_id, facts.is_revoked), (client.id.clone(), false));
    assert!(world.store.revoke_client_token(stored.clone(), at(1)).await.unwrap());
    assert!(world.store.find_client_token(stored.hash).await.unwrap().unwrap().is_revoked);
    // A JWT, which was not stored before.
    let jwt = world.client_token(&client, at(0), at(600));
    assert!(world.store.find_client_token(jwt.hash).await.unwrap().is_none());
    assert!(world.store.revoke_client_token(jwt.clone(), at(1)).await.unwrap());
    assert!(!world.store.revoke_client_token(jwt.clone(), at(2)).await.unwrap(), "once");
    assert!(world.store.find_client_token(jwt.hash).await.unwrap().unwrap().is_revoked);
}

on_both_databases! {
    a_refresh_spends_the_token_and_names_the_next
    a_spent_token_is_answered_alike_for_ten_seconds
    a_spent_token_whose_successor_was_used_ends_the_grant
    what_is_not_the_clients_or_not_yet_there_touches_nothing
    a_token_that_is_not_rotated_stays_good
    a_bound_token_needs_its_key
    a_grant_ends_with_its_session_unless_it_is_offline
    an_offline_grant_outlives_its_session
    a_refresh_keeps_its_session_alive_and_an_idle_one_ends_it
    no_grant_is_refreshed_past_its_end
    a_changed_password_or_a_locked_account_ends_every_grant
    a_revoked_grant_takes_every_token_along
    a_revoked_access_token_goes_alone
    a_token_of_a_service_is_revoked_by_that_service_only
}
