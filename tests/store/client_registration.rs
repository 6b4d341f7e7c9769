//! Services that register themselves, changes of a registration, and their pictures.

use crate::world::{World, at};
use idp_domain::administration::Order;
use idp_domain::client::{Client, RegistrationPolicy};
use idp_domain::ids::{ClientId, InitialAccessTokenId};
use idp_domain::secret::TokenHash;
use idp_store::{
    Cutoffs, FetchedLogo, NewClientRegistration, NewInitialAccessToken, SecretChange, ServiceUpdate, Store,
    UpdateOutcome,
};

async fn initial_token(world: &World, uses: u32) -> TokenHash {
    let hash = world.token();
    let new = NewInitialAccessToken {
        id: world.id(InitialAccessTokenId::parse),
        hash,
        policy: RegistrationPolicy::default(),
        uses,
        expires_at: at(100),
        order: Order::of_operator(),
        now: at(0),
    };
    world.store.insert_initial_access_token(new).await.unwrap();
    hash
}

fn registration(world: &World, initial_token: TokenHash, now: u64) -> NewClientRegistration {
    NewClientRegistration {
        initial_token,
        client: world.client(),
        secret: Some(world.client_secret()),
        registration_token: world.token(),
        policy: RegistrationPolicy::default(),
        now: at(now),
    }
}

async fn an_initial_token_is_good_to_its_end_and_for_its_uses(world: World) {
    let (store, token) = (&world.store, initial_token(&world, 2).await);
    assert!(store.find_registration_policy(world.token(), at(1)).await.unwrap().is_none());
    assert!(!store.register_client(registration(&world, world.token(), 1)).await.unwrap());
    assert!(!store.register_client(registration(&world, token, 100)).await.unwrap(), "its end is over");
    assert!(store.find_registration_policy(token, at(100)).await.unwrap().is_none());
    for _ in 0..2 {
        assert!(store.find_registration_policy(token, at(99)).await.unwrap().is_some());
        assert!(store.register_client(registration(&world, token, 99)).await.unwrap());
    }
    assert!(store.find_registration_policy(token, at(99)).await.unwrap().is_none());
    assert!(!store.register_client(registration(&world, token, 99)).await.unwrap());
    assert_eq!((world.count("relying_service"), world.count("client_registration")), (2, 2));
}

async fn an_identifier_that_is_taken_costs_no_use(world: World) {
    let token = initial_token(&world, 1).await;
    let mut new = registration(&world, token, 1);
    new.client = world.service().await;
    assert!(world.store.register_client(new).await.is_err());
    assert!(world.store.register_client(registration(&world, token, 1)).await.unwrap(), "it was rolled back");
}

async fn two_nodes_share_the_uses_of_a_token(world: World) {
    let (one, other): (Store, Store) = (world.store.clone(), world.another_node());
    for _ in 0..5 {
        let token = initial_token(&world, 3).await;
        let tries: Vec<_> = (0..8)
            .map(|n| {
                let (store, new) =
                    (if n % 2 == 0 { one.clone() } else { other.clone() }, registration(&world, token, 1));
                tokio::spawn(async move { store.register_client(new).await.unwrap() })
            })
            .collect();
        let mut won = 0;
        for task in tries {
            won += usize::from(task.await.unwrap());
        }
        assert_eq!(won, 3);
    }
}

async fn a_registration_opens_to_its_own_token_only(world: World) {
    let token = initial_token(&world, 2).await;
    let (one, other) = (registration(&world, token, 1), registration(&world, token, 1));
    for new in [&one, &other] {
        assert!(world.store.register_client(new.clone()).await.unwrap());
    }
    let id = one.client.id.clone();
    let find = async |token| world.store.find_client_registration(id.clone(), token).await.unwrap();
    assert_eq!(find(one.registration_token).await.unwrap().service.client, one.client);
    assert!(find(other.registration_token).await.is_none() && find(token).await.is_none());
}

async fn update(world: &World, before: &Client, after: &Client, secret: SecretChange) -> UpdateOutcome {
    let (before, client) = (before.clone(), after.clone());
    world
        .store
        .update_service(ServiceUpdate { before, client, secret, order: Order::of_service(), now: at(5) })
        .await
        .unwrap()
}

async fn an_update_replaces_registration_and_secrets(world: World) {
    let first = world.service().await;
    let mut client = first.clone();
    let secrets = async |id: &ClientId| world.store.find_service(id.clone()).await.unwrap().unwrap().secrets;
    let before = secrets(&client.id).await;
    client.name.en = "Hunting licences".into();
    assert_eq!(update(&world, &first, &client, SecretChange::Keep).await, UpdateOutcome::Updated);
    let found = world.store.find_service(client.id.clone()).await.unwrap().unwrap();
    assert_eq!((found.client.name.en.as_str(), found.created_at), ("Hunting licences", at(0)));
    assert_eq!(found.secrets, before);
    // Made from what is no more: what was changed meanwhile isn't undone.
    assert_eq!(update(&world, &first, &first, SecretChange::Remove).await, UpdateOutcome::Changed);
    assert_eq!(secrets(&client.id).await, before);
    let secret = world.client_secret();
    let replace = SecretChange::Replace(secret.clone());
    assert_eq!(update(&world, &client, &client, replace).await, UpdateOutcome::Updated);
    assert_eq!(secrets(&client.id).await, [secret.hash.as_bytes().to_vec()]);
    assert_eq!(update(&world, &client, &client, SecretChange::Remove).await, UpdateOutcome::Updated);
    assert!(secrets(&client.id).await.is_empty());
    let nobody = world.client();
    assert_eq!(update(&world, &nobody, &nobody, SecretChange::Keep).await, UpdateOutcome::Gone);
}

async fn a_disabled_service_is_not_found_and_its_tokens_have_ended(world: World) {
    let (owner, client) = (world.owner().await, world.service().await);
    let code = world.code_to_issue(&owner, &client, at(0));
    world.store.issue_code(code.clone()).await.unwrap();
    let redemption = world.redemption(&code, at(0));
    let token = redemption.token.hash;
    world.store.redeem_code(redemption).await.unwrap();
    assert!(world.store.find_access_token(token, at(1)).await.unwrap().is_some());
    assert!(world.store.disable_service(client.id.clone(), Order::of_service(), at(2)).await.unwrap());
    assert!(!world.store.disable_service(client.id.clone(), Order::of_service(), at(3)).await.unwrap());
    assert!(world.store.find_access_token(token, at(2)).await.unwrap().is_none());
    assert_eq!(world.count("token_grant WHERE end_reason = 'service_disabled'"), 1);
    assert!(world.store.find_service(client.id.clone()).await.unwrap().is_none());
    let kept = world.store.find_service_even_disabled(client.id.clone()).await.unwrap().unwrap();
    assert_eq!(kept.disabled_at, Some(at(2)));
    assert_eq!(update(&world, &client, &client, SecretChange::Keep).await, UpdateOutcome::Gone);
    assert!(
        !world.store.insert_service(client, None, Order::of_operator(), at(4)).await.unwrap(),
        "its id stays taken"
    );
    assert!(world.store.list_redirect_origins().await.unwrap().is_empty());
    assert_eq!(world.count("audit_record WHERE body LIKE '%service_disabled%'"), 1);
}

async fn origins_are_those_of_the_redirect_addresses(world: World) {
    world.service().await;
    let origins = world.store.list_redirect_origins().await.unwrap();
    assert_eq!(origins.into_iter().collect::<Vec<_>>(), ["https://fishing.example"]);
}

async fn a_picture_is_claimed_once_and_kept_for_its_address_only(world: World) {
    let mut client = world.client();
    client.links.logo_uri = Some("https://fishing.example/1".into());
    assert!(world.store.insert_service(client.clone(), None, Order::of_operator(), at(0)).await.unwrap());
    let other = world.another_node();
    let (one, two) =
        tokio::join!(world.store.take_due_logos(at(1), at(60), 10), other.take_due_logos(at(1), at(60), 10));
    let due: Vec<_> = one.unwrap().into_iter().chain(two.unwrap()).collect();
    assert_eq!((due.len(), due[0].attempts), (1, 1));
    let before = client.clone();
    client.links.logo_uri = Some("https://fishing.example/2".into());
    assert_eq!(update(&world, &before, &client, SecretChange::Keep).await, UpdateOutcome::Updated);
    let fetched = |uri: &str, image: Option<Vec<u8>>| FetchedLogo {
        client_id: client.id.clone(),
        uri: uri.into(),
        image: image.map(|image| ("image/png", image)),
        retry_at: Some(at(100)),
    };
    world.store.settle_logo(fetched("https://fishing.example/1", Some(vec![1]))).await.unwrap();
    assert!(world.store.find_logo(client.id.clone()).await.unwrap().is_none(), "it came too late");
    world.store.settle_logo(fetched("https://fishing.example/2", None)).await.unwrap();
    assert!(world.store.take_due_logos(at(99), at(160), 10).await.unwrap().is_empty());
    assert_eq!(world.store.take_due_logos(at(100), at(160), 10).await.unwrap().len(), 1);
    world.store.settle_logo(fetched("https://fishing.example/2", Some(vec![2]))).await.unwrap();
    let found = world.store.find_logo(client.id.clone()).await.unwrap();
    assert_eq!(found, Some(("image/png".into(), vec![2])));
    assert!(world.store.take_due_logos(at(1000), at(1060), 10).await.unwrap().is_empty());
    assert!(world.store.find_service(client.id.clone()).await.unwrap().unwrap().has_logo);
}

async fn a_token_leaves_when_its_end_is_over(world: World) {
    initial_token(&world, 1).await;
    for (now, left) in [(100, 1), (101, 0)] {
        let before = at(0);
        let cutoffs = Cutoffs {
            now: at(now),
            registrations: before,
            sessions: before,
            counters: before,
            failures: before,
            mails: before,
            replays: before,
            grants: before,
        };
        world.store.delete_expired(cutoffs, 10).await.unwrap();
        assert_eq!(world.count("initial_access_token"), left);
    }
}

on_both_databases! {
    an_initial_token_is_good_to_its_end_and_for_its_uses
    an_identifier_that_is_taken_costs_no_use
    two_nodes_share_the_uses_of_a_token
    a_registration_opens_to_its_own_token_only
    an_update_replaces_registration_and_secrets
    a_disabled_service_is_not_found_and_its_tokens_have_ended
    origins_are_those_of_the_redirect_addresses
    a_picture_is_claimed_once_and_kept_for_its_address_only
    a_token_leaves_when_its_end_is_over
}
