//! Relying services and their secrets.

use crate::world::{World, at};
use idp_domain::administration::Order;

async fn a_service_is_registered_once_with_its_secret(world: World) {
    let (client, secret) = (world.client(), world.client_secret());
    assert!(
        world
            .store
            .insert_service(client.clone(), Some(secret.clone()), Order::of_operator(), at(5))
            .await
            .unwrap()
    );
    let mut other = client.clone();
    other.name.en = "Somebody else".into();
    let refused = world
        .store
        .insert_service(other, Some(world.client_secret()), Order::of_operator(), at(6))
        .await
        .unwrap();
    assert!(!refused, "the id is taken");
    let found = world.store.find_service(client.id.clone()).await.unwrap().unwrap();
    assert_eq!((found.client, found.created_at), (client, at(5)));
    assert_eq!(found.secrets, [secret.hash.as_bytes().to_vec()]);
    assert!(world.store.find_service(world.client().id).await.unwrap().is_none());
}

async fn services_are_listed_by_id(world: World) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.service().await.id);
    }
    let public = world.client();
    assert!(world.store.insert_service(public.clone(), None, Order::of_operator(), at(0)).await.unwrap());
    ids.push(public.id.clone());
    ids.sort();
    let listed = world.store.list_services().await.unwrap();
    assert_eq!(listed.iter().map(|service| service.client.id.clone()).collect::<Vec<_>>(), ids);
    let without = listed.iter().find(|service| service.client.id == public.id).unwrap();
    assert!(without.secrets.is_empty());
}

async fn of_the_secrets_of_a_service_the_two_newest_work(world: World) {
    let client = world.client();
    let [first, second, third, fourth] = [0; 4].map(|_| world.client_secret());
    assert!(
        !world
            .store
            .rotate_client_secret(client.id.clone(), first.clone(), Order::of_operator(), at(0))
            .await
            .unwrap()
    );
    assert!(
        world
            .store
            .insert_service(client.clone(), Some(first.clone()), Order::of_operator(), at(0))
            .await
            .unwrap()
    );
    let secrets = async || {
        let mut secrets = world.store.find_service(client.id.clone()).await.unwrap().unwrap().secrets;
        secrets.sort();
        secrets
    };
    let both = |one: &idp_store::NewClientSecret, other: &idp_store::NewClientSecret| {
        let mut both = vec![one.hash.as_bytes().to_vec(), other.hash.as_bytes().to_vec()];
        both.sort();
        both
    };
    for (seconds, older, newer) in [(1, &first, &second), (2, &second, &third), (3, &third, &fourth)] {
        assert!(
            world
                .store
                .rotate_client_secret(client.id.clone(), newer.clone(), Order::of_operator(), at(seconds))
                .await
                .unwrap()
        );
        assert_eq!(secrets().await, both(older, newer));
    }
    assert_eq!(world.count("audit_record WHERE body LIKE '%client_secret_rotated%'"), 3);
}

on_both_databases! {
    of_the_secrets_of_a_service_the_two_newest_work
    a_service_is_registered_once_with_its_secret
    services_are_listed_by_id
}
