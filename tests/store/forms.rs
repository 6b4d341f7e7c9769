//! Single-use form ids, and what was typed and is held.

use crate::world::{World, at};
use idp_store::Submission;

async fn a_form_is_submitted_once_and_its_answer_repeated(world: World) {
    let once = world.token();
    assert_eq!(world.store.find_submission(once).await.unwrap(), Submission::New);
    assert_eq!(world.store.begin_submission(once, at(100)).await.unwrap(), Submission::New);
    assert_eq!(world.store.begin_submission(once, at(100)).await.unwrap(), Submission::Pending);
    world.store.finish_submission(once, vec![0, 1, 255]).await.unwrap();
    let answered = Submission::Answered(vec![0, 1, 255]);
    assert_eq!(world.store.begin_submission(once, at(100)).await.unwrap(), answered);
    assert_eq!(world.store.find_submission(once).await.unwrap(), answered);
    world.store.release_submission(once).await.unwrap();
    assert_eq!(world.store.find_submission(once).await.unwrap(), answered, "an answer is not given back");
    assert_eq!(world.store.begin_submission(world.token(), at(100)).await.unwrap(), Submission::New);
}

async fn a_form_with_which_nothing_was_done_can_be_submitted_again(world: World) {
    let once = world.token();
    world.store.begin_submission(once, at(100)).await.unwrap();
    world.store.release_submission(once).await.unwrap();
    assert_eq!(world.store.begin_submission(once, at(100)).await.unwrap(), Submission::New);
}

async fn a_held_form_is_taken_once_and_in_time(world: World) {
    let key = world.keyed();
    world.store.hold_form(key, b"first".to_vec(), at(100)).await.unwrap();
    world.store.hold_form(key, b"second".to_vec(), at(200)).await.unwrap();
    assert_eq!(world.store.take_held_form(world.keyed(), at(1)).await.unwrap(), None);
    assert_eq!(world.store.take_held_form(key, at(200)).await.unwrap(), Some(b"second".to_vec()));
    assert_eq!(world.store.take_held_form(key, at(200)).await.unwrap(), None);
    world.store.hold_form(key, b"third".to_vec(), at(300)).await.unwrap();
    assert_eq!(world.store.take_held_form(key, at(301)).await.unwrap(), None, "too late");
}

on_both_databases! {
    a_form_is_submitted_once_and_its_answer_repeated
    a_form_with_which_nothing_was_done_can_be_submitted_again
    a_held_form_is_taken_once_and_in_time
}
