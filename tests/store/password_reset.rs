//! Races about a forgotten password: one password of several, and no burst outruns the counts.

use crate::builders::{ACTIVATION, MAIL_LIMITS, Owner};
use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::ids::{ActivationCodeId, PasswordResetId, SecondStepId};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;
use idp_store::{
    FinishPasswordReset, NewActivationCode, NewPasswordReset, NewSecondStep, ResetCodeAttempt,
    ResetLinkAttempt, ResetProof, ResetProver,
};

/// A request for a new password for an address.
pub fn reset(world: &World, owner: &Owner, now: Timestamp) -> NewPasswordReset {
    let code = NewActivationCode {
        id: world.id(ActivationCodeId::parse),
        code: world.keyed(),
        link: world.token(),
        decoy: world.keyed(),
    };
    NewPasswordReset {
        id: world.id(PasswordResetId::parse),
        browser: world.token(),
        email: owner.email.clone(),
        address_hash: world.keyed(),
        language: Language::English,
        request_id: None,
        code,
        mail: world.mail("password_code"),
        network: String::new(),
        now,
    }
}

/// A browser that proves an address.
pub fn prover(world: &World, browser: TokenHash) -> ResetProver {
    let second_step = NewSecondStep {
        id: world.id(SecondStepId::parse),
        purpose: SecondStepPurpose::NewPassword,
        request_id: None,
        expires_at: at(1000),
    };
    ResetProver { browser, second_step, network: String::new() }
}

/// A typed code, counted under keys of its own.
pub fn attempt(
    world: &World,
    new: &NewPasswordReset,
    typed: KeyedHash,
    counted: KeyedHash,
    now: Timestamp,
) -> ResetCodeAttempt {
    ResetCodeAttempt {
        reset: new.id.clone(),
        typed,
        proof: prover(world, new.browser),
        address_key: counted,
        device_key: counted,
        limits: ACTIVATION,
        now,
    }
}

/// The new password of a proven reset, set at `at(20)`.
pub fn finish(world: &World, new: &NewPasswordReset, hash: &str) -> FinishPasswordReset {
    FinishPasswordReset {
        reset: new.id.clone(),
        browser: new.browser,
        password_hash: hash.into(),
        mail: world.mail("password_changed"),
        network: String::new(),
        now: at(20),
    }
}

async fn of_many_that_set_a_password_at_once_one_does(world: World) {
    for round in 0..5 {
        let owner = world.owner().await;
        let new = reset(&world, &owner, at(10));
        world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
        let proof = world
            .store
            .prove_reset_by_code(attempt(&world, &new, new.code.code, world.keyed(), at(11)))
            .await
            .unwrap();
        assert_eq!(proof, ResetProof::Proven { request_id: None });
        let stores = [world.store.clone(), world.another_node()];
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let (store, finish) = (stores[n % 2].clone(), finish(&world, &new, &format!("hash {n}")));
                tokio::spawn(async move { store.finish_password_reset(finish).await.unwrap() })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += usize::from(task.await.unwrap());
        }
        assert_eq!(done, 1);
        assert_eq!(world.count("outbox_mail WHERE kind = 'password_changed'"), round + 1);
        let found = world.store.find_session(owner.session.secret).await.unwrap().unwrap();
        assert!(found.session.ended_at.is_some() && found.account.password_changed_at == at(20));
    }
}

async fn a_burst_of_codes_gets_no_more_than_five_tries(world: World) {
    let owner = world.owner().await;
    let (new, counted) = (reset(&world, &owner, at(10)), world.keyed());
    world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
    let stores = [world.store.clone(), world.another_node()];
    let tasks: Vec<_> = (0..30)
        .map(|n| {
            // The right one comes last; by then it is dead.
            let typed = if n == 29 { new.code.code } else { world.keyed() };
            let (store, attempt) = (stores[n % 2].clone(), attempt(&world, &new, typed, counted, at(11)));
            tokio::spawn(async move { store.prove_reset_by_code(attempt).await.unwrap() })
        })
        .collect();
    let mut looked_at = 0;
    for task in tasks {
        looked_at += usize::from(task.await.unwrap() == ResetProof::Wrong);
    }
    assert!(looked_at <= 4, "{looked_at}");
}

async fn an_address_that_nobody_has_gets_the_same_rows_and_nothing_fits(world: World) {
    let mut owner = world.owner().await;
    owner.email = world.email();
    world.execute("DELETE FROM outbox_mail");
    let new = reset(&world, &owner, at(10));
    world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
    assert_eq!(world.count("password_reset_code"), 1);
    assert_eq!(world.count("outbox_mail"), 0);
    assert!(world.store.take_due_mails(at(11), at(12), 10).await.unwrap().is_empty());
    for typed in [new.code.code, world.keyed()] {
        let proof = world
            .store
            .prove_reset_by_code(attempt(&world, &new, typed, world.keyed(), at(11)))
            .await
            .unwrap();
        assert_eq!(proof, ResetProof::Wrong);
    }
    // Nobody knows its link; even so it opens nothing.
    let link = ResetLinkAttempt {
        link: new.code.link,
        proof: prover(&world, new.browser),
        limits: ACTIVATION,
        now: at(12),
    };
    assert_eq!(world.store.prove_reset_by_link(link).await.unwrap(), ResetProof::Over);
    assert!(!world.store.finish_password_reset(finish(&world, &new, "hash")).await.unwrap());
}

async fn another_browser_sets_no_password(world: World) {
    let owner = world.owner().await;
    let new = reset(&world, &owner, at(10));
    world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
    let link = |browser| ResetLinkAttempt {
        link: new.code.link,
        proof: prover(&world, browser),
        limits: ACTIVATION,
        now: at(12),
    };
    assert_eq!(world.store.prove_reset_by_link(link(world.token())).await.unwrap(), ResetProof::OtherBrowser);
    let proof = world.store.prove_reset_by_link(link(new.browser)).await.unwrap();
    assert_eq!(proof, ResetProof::Proven { request_id: None });
    assert_eq!(world.store.prove_reset_by_link(link(new.browser)).await.unwrap(), ResetProof::AlreadyProven);
    let theirs = FinishPasswordReset { browser: world.token(), ..finish(&world, &new, "hash") };
    assert!(!world.store.finish_password_reset(theirs).await.unwrap());
    let late = FinishPasswordReset { now: at(12 + 15 * 60 + 1), ..finish(&world, &new, "hash") };
    assert!(!world.store.finish_password_reset(late).await.unwrap());
    assert!(world.store.finish_password_reset(finish(&world, &new, "hash")).await.unwrap());
}

on_both_databases! {
    of_many_that_set_a_password_at_once_one_does
    a_burst_of_codes_gets_no_more_than_five_tries
    an_address_that_nobody_has_gets_the_same_rows_and_nothing_fits
    another_browser_sets_no_password
}
