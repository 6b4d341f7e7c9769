//! The life of signing keys, and wrapped secrets.

use crate::world::{World, at};
use idp_domain::administration::Actor;
use idp_domain::signing_key::{KeyState, SigningAlgorithm};
use idp_store::{KeyPromotion, NewSigningKey};

fn promotion(key: &NewSigningKey, seconds: u64) -> KeyPromotion {
    let (algorithm, kid) = (key.algorithm, key.kid.clone());
    KeyPromotion { algorithm, kid, reason: Some("test".into()), by: Actor::Operator, now: at(seconds) }
}

/// `(kid, state)` of every key of an algorithm, oldest first.
async fn states(world: &World, algorithm: SigningAlgorithm) -> Vec<(String, KeyState)> {
    let keys = world.store.list_signing_keys().await.unwrap();
    keys.into_iter().filter(|key| key.algorithm == algorithm).map(|key| (key.kid, key.state)).collect()
}

async fn an_algorithm_has_one_next_key_and_one_active(world: World) {
    let algorithm = SigningAlgorithm::Es256;
    let [first, second, third] = [0; 3].map(|_| world.key(algorithm));
    assert!(world.store.insert_next_key(first.clone(), at(0)).await.unwrap());
    assert!(!world.store.insert_next_key(second.clone(), at(1)).await.unwrap(), "there is one");
    let other = world.key(SigningAlgorithm::EdDsa);
    assert!(world.store.insert_next_key(other.clone(), at(1)).await.unwrap(), "each algorithm has its own");

    assert!(world.store.promote_next_key(promotion(&first, 10)).await.unwrap());
    assert!(!world.store.promote_next_key(promotion(&first, 11)).await.unwrap(), "it is active already");
    assert!(!world.store.promote_next_key(promotion(&second, 11)).await.unwrap(), "nobody published it");
    assert!(world.store.insert_next_key(second.clone(), at(20)).await.unwrap());
    assert!(!world.store.insert_next_key(third, at(21)).await.unwrap());
    assert!(world.store.promote_next_key(promotion(&second, 30)).await.unwrap());
    let expected = vec![(first.kid.clone(), KeyState::Retired), (second.kid.clone(), KeyState::Active)];
    assert_eq!(states(&world, algorithm).await, expected);
    assert_eq!(states(&world, SigningAlgorithm::EdDsa).await, [(other.kid, KeyState::Next)]);

    let keys = world.store.list_signing_keys().await.unwrap();
    let old = keys.iter().find(|key| key.kid == first.kid).unwrap();
    assert_eq!((old.published_at, old.activated_at, old.retired_at), (at(0), Some(at(10)), Some(at(30))));
    assert_eq!((&old.private_key, &old.public_jwk), (&first.private_key, &first.public_jwk));
    assert_eq!(old.removed_at, None);
}

async fn the_database_itself_refuses_a_second_active_key(world: World) {
    let [first, second] = [0; 2].map(|_| world.key(SigningAlgorithm::Rs256));
    world.store.insert_next_key(first.clone(), at(0)).await.unwrap();
    world.store.promote_next_key(promotion(&first, 10)).await.unwrap();
    world.store.insert_next_key(second, at(20)).await.unwrap();
    let forced = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        world.execute("UPDATE signing_key SET state = 'active' WHERE state = 'next'");
    }));
    assert!(forced.is_err());
    assert_eq!(world.count("signing_key WHERE state = 'active'"), 1);
}

async fn only_a_retired_key_leaves_the_key_set(world: World) {
    let [first, second] = [0; 2].map(|_| world.key(SigningAlgorithm::Es256));
    world.store.insert_next_key(first.clone(), at(0)).await.unwrap();
    assert!(!world.store.remove_retired_key(first.kid.clone(), at(1)).await.unwrap(), "next");
    world.store.promote_next_key(promotion(&first, 10)).await.unwrap();
    assert!(!world.store.remove_retired_key(first.kid.clone(), at(11)).await.unwrap(), "active");
    world.store.insert_next_key(second.clone(), at(20)).await.unwrap();
    world.store.promote_next_key(promotion(&second, 30)).await.unwrap();
    assert!(world.store.remove_retired_key(first.kid.clone(), at(40)).await.unwrap());
    assert!(!world.store.remove_retired_key(first.kid.clone(), at(41)).await.unwrap(), "gone already");
    let expected = vec![(first.kid, KeyState::Removed), (second.kid, KeyState::Active)];
    assert_eq!(states(&world, SigningAlgorithm::Es256).await, expected);
}

async fn a_wrapped_secret_never_changes(world: World) {
    let name = "subject-salt".to_owned();
    assert_eq!(world.store.find_wrapped_secret(name.clone()).await.unwrap(), None);
    let keep = async |value: &[u8]| {
        world.store.find_or_insert_wrapped_secret(name.clone(), value.to_vec(), at(0)).await.unwrap()
    };
    assert_eq!(keep(b"first").await, b"first");
    assert_eq!(keep(b"second").await, b"first");
    assert_eq!(world.store.find_wrapped_secret(name.clone()).await.unwrap(), Some(b"first".to_vec()));
}

on_both_databases! {
    an_algorithm_has_one_next_key_and_one_active
    the_database_itself_refuses_a_second_active_key
    only_a_retired_key_leaves_the_key_set
    a_wrapped_secret_never_changes
}
