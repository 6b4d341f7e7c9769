//! Sessions of the examples after the sign-in: refreshed while they last.

use crate::for_each_example;
use crate::world::{Example, World};

for_each_example! {
    tokens_are_refreshed_until_the_session_ends
}

async fn tokens_are_refreshed_until_the_session_ends(example: Example) {
    let world = World::start().await;
    let party = world.run(example).await;
    let person = world.person(&party);
    person.sign_in("/sign-in", &world.account).await;
    // Twice: the second time with the successor of the first refresh token.
    for _ in 0..2 {
        let answer = person.press("/refresh").await;
        assert_eq!(
            (answer.status, &answer.json()["refreshed"]),
            (200, &true.into()),
            "{answer:?}\n{}",
            party.output()
        );
    }
    // Past the server, so that nobody is told: the service learns it from the answer.
    world.idp.execute("UPDATE browser_session SET ended_at = last_seen_at");
    let answer = person.press("/refresh").await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_grant".into()), "{answer:?}");
}
