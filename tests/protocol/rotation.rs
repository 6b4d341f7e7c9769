//! Keys rotate in working hours: sign-ins, refreshes and verifications go on at three relying services that keep the key
//! set in three ways, and not one verification fails.

use idp_domain::administration::Actor;
use idp_domain::signing_key::SigningAlgorithm;
use idp_server::adapters::key_ring::{Rotation, RotationOrder, rotate};
use idp_server::app::App;
use idp_tests::idp::service::verify_with;
use idp_tests::idp::{Account, Database, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use jsonwebtoken::jwk::JwkSet;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

on_sqlite_and_postgres! {
    r11_three_services_with_different_caches_see_no_failed_verification_in_a_day_of_rotations
    r11_a_node_that_dies_in_the_middle_of_a_rotation_costs_no_verification
}

/// How a service keeps the key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// For a fixed time, whatever the answer's header says.
    FixedTime(i64),
    /// Until a token has an unknown `kid`; then it asks again, at most once in this many seconds.
    UnknownKid(i64),
    /// For as long as it ever may: `keys.jwks_max_age`, an hour.
    Hourly,
}

/// A relying service at work.
struct Worker {
    service: Service,
    habit: Habit,
    set: Option<(i64, JwkSet)>,
    refresh_token: Option<String>,
    verified: usize,
    fetched: usize,
}

impl Worker {
    async fn new(idp: &TestIdp, algorithm: &str, habit: Habit) -> Self {
        let lines = "grant_types = [\"authorization_code\", \"refresh_token\"]\n";
        let file = format!("{}{lines}", idp_tests::idp::service::REGISTRATION);
        let service = idp.register(&file.replace("ES256", algorithm)).await;
        Self { service, habit, set: None, refresh_token: None, verified: 0, fetched: 0 }
    }

    fn must_fetch(&self, now: i64, token: &str) -> bool {
        let Some((fetched_at, set)) = &self.set else { return true };
        match self.habit {
            Habit::FixedTime(seconds) => now >= fetched_at + seconds,
            Habit::Hourly => now >= fetched_at + 3600,
            Habit::UnknownKid(pause) => {
                let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
                set.find(&kid).is_none() && now >= fetched_at + pause
            }
        }
    }

    async fn verify(&mut self, idp: &TestIdp, token: &str) {
        let now = idp.now().seconds();
        if self.must_fetch(now, token) {
            self.set = Some((now, serde_json::from_value(idp.visitor().get("/jwks").await.json()).unwrap()));
            self.fetched += 1;
        }
        let set = &self.set.as_ref().unwrap().1;
        verify_with(set, &self.service, &idp.issuer, token).unwrap_or_else(|problem| {
            panic!("{:?} after {} verifications: {problem}", self.habit, self.verified)
        });
        self.verified += 1;
    }

    /// Signs in, and refreshes what the last sign-in brought.
    async fn work(&mut self, idp: &TestIdp, visitor: &Visitor, account: &Account) {
        if let Some(token) = self.refresh_token.take() {
            let answer = idp.refresh(&self.service, &token, &[]).await;
            // Twelve hours end every session, and its tokens with it.
            if answer.status == 200 {
                let id_token = answer.json()["id_token"].as_str().unwrap().to_owned();
                self.verify(idp, &id_token).await;
            } else {
                assert_eq!(answer.json()["error"], "invalid_grant");
            }
        }
        let tokens = idp.sign_in_at(visitor, &self.service.clone(), account).await;
        self.verify(idp, &tokens.id_token).await;
        self.refresh_token = tokens.refresh_token;
    }
}

async fn r11_three_services_with_different_caches_see_no_failed_verification_in_a_day_of_rotations(
    database: Database,
) {
    let settings = [
        ("IDP_KEYS__ROTATE_EVERY", "3h"),
        ("IDP_KEYS__PUBLISH_AHEAD", "2h"),
        ("IDP_KEYS__JWKS_MAX_AGE", "1h"),
    ];
    let idp = TestIdp::start_with(database, &settings).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let mut workers = [
        Worker::new(&idp, "ES256", Habit::FixedTime(300)).await,
        Worker::new(&idp, "RS256", Habit::UnknownKid(60)).await,
        Worker::new(&idp, "EdDSA", Habit::Hourly).await,
    ];
    let mut promoted = 0;
    for step in 0..(24 * 6) {
        idp.advance(Duration::from_mins(10));
        let (store, keys) = (&idp.app.store, &idp.app.data_keys.master);
        // By schedule, and now and then on demand: as early as caches allow.
        if step % 7 == 0 {
            for worker in &workers {
                let algorithm = worker.service.client.id_token_algorithm;
                let schedule = &idp.app.settings.keys.schedule;
                let order = RotationOrder {
                    by: Actor::Operator,
                    reason: Some("an exercise".to_owned()),
                    is_early: true,
                };
                let outcome = rotate(store, keys, schedule, algorithm, order, idp.now()).await.unwrap();
                promoted += usize::from(matches!(outcome, Rotation::Promoted(_)));
            }
        }
        // The rotation falls into the services' work.
        let [one, two, three] = &mut workers;
        tokio::join!(idp.tend_keys(), one.work(&idp, &visitor, &account), async {
            two.work(&idp, &idp.visitor(), &account).await;
            three.work(&idp, &idp.visitor(), &account).await;
        });
    }
    assert!(promoted >= 20, "{promoted} rotations on demand");
    let activated = idp.count("audit_record WHERE body LIKE '%key_activated%'");
    assert!(activated >= 40, "{activated} rotations in all");
    for worker in &workers {
        assert!(worker.verified >= 280, "{:?}: {}", worker.habit, worker.verified);
        assert!(worker.fetched >= 7, "{:?}: {}", worker.habit, worker.fetched);
    }
}

/// Rotates on demand, on a node that dies when its work has gone on `steps` times: what it had committed by then stays, and
/// nothing follows. Whether it came to its end.
async fn dying_rotation(node: &App, algorithm: SigningAlgorithm, steps: usize) -> bool {
    let schedule = node.key_schedule();
    let order = RotationOrder { by: Actor::Operator, reason: Some("an exercise".to_owned()), is_early: true };
    let (store, keys, now) = (&node.store, &node.data_keys.master, node.clock.now());
    let mut rotation = pin!(rotate(store, keys, &schedule, algorithm, order, now));
    let mut left = steps;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        rotation.as_mut().poll(context).map(|outcome| outcome.is_ok())
    })
    .await
}

async fn r11_a_node_that_dies_in_the_middle_of_a_rotation_costs_no_verification(database: Database) {
    const STEPS: usize = 28;
    let settings = [("IDP_KEYS__PUBLISH_AHEAD", "1h"), ("IDP_KEYS__JWKS_MAX_AGE", "1h")];
    let idp = TestIdp::start_with(database, &settings).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let mut workers = [
        Worker::new(&idp, "ES256", Habit::FixedTime(300)).await,
        Worker::new(&idp, "RS256", Habit::UnknownKid(60)).await,
        Worker::new(&idp, "EdDSA", Habit::Hourly).await,
    ];
    let node = idp.another_node().await;
    let (mut died, mut ended) = (0, 0);
    for step in 0..STEPS {
        idp.advance(Duration::from_mins(35));
        let algorithms = workers.each_ref().map(|worker| worker.service.client.id_token_algorithm);
        let [one, two, three] = &mut workers;
        let rotations = async {
            for (n, algorithm) in algorithms.into_iter().enumerate() {
                if dying_rotation(&node, algorithm, (step + n) % 7).await {
                    ended += 1;
                } else {
                    died += 1;
                }
            }
        };
        // The node that lives follows in between, and takes up what the other left.
        tokio::join!(
            rotations,
            async {
                one.work(&idp, &visitor, &account).await;
                idp.tend_keys().await;
            },
            async {
                two.work(&idp, &idp.visitor(), &account).await;
                three.work(&idp, &idp.visitor(), &account).await;
            }
        );
    }
    idp.tend_keys().await;
    assert!(died >= STEPS && ended >= STEPS / 2, "{died} died, {ended} came to their end");
    for state in ["active", "next"] {
        let kept = format!("signing_key WHERE state = '{state}'");
        assert_eq!(idp.count(&kept), SigningAlgorithm::ALL.len(), "{state}");
    }
    assert!(idp.count("audit_record WHERE body LIKE '%key_activated%'") >= STEPS / 2);
    for worker in &workers {
        assert!(worker.verified >= STEPS, "{:?}: {}", worker.habit, worker.verified);
    }
}
