//! Who may do what to accounts, partners and transfers: each role and each act; a refusal is on record.

use crate::support::{id_of, records};
use idp_domain::administration::{Authority, Order, RemovedFactors, Role, RoleChange};
use idp_domain::ids::AccountId;
use idp_server::admin::accounts::{self, Look};
use idp_server::admin::{AdminError, Desk, partners, transfers};
use idp_server::app::App;
use idp_store::RoleOrder;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::sync::Arc;

on_sqlite_and_postgres! {
    sc_104_each_role_does_its_own_acts_and_a_refusal_is_on_record
    the_last_who_has_a_role_is_neither_locked_nor_closed
    of_two_administrators_who_lock_one_another_one_stays
    of_two_who_lock_an_account_at_the_same_moment_one_does
}

fn admin(account: &str, roles: &[Role]) -> Authority {
    Authority::Administrator { account: AccountId::parse(account).unwrap(), roles: roles.to_vec() }
}

/// The acts on a thing that is not there: who may is told so, who may not is told that.
async fn forbidden_acts(desk: &Desk<'_>, app: &App) -> Vec<&'static str> {
    let id = "nobody";
    let why = Some("a reason");
    let file = || {
        partners::parse(
            "id = \"x\"\nname = \"x\"\n\"name#fr\" = \"x\"\nissuer = \"nowhere\"\nclient_id = \"x\"\n",
        )
        .unwrap()
    };
    let look = Look { personal_data: false, why };
    let outcomes: Vec<(&str, Result<(), AdminError>)> = vec![
        ("find", accounts::find(desk, app, id, why).await.map(drop)),
        ("show", accounts::show(desk, app, id, look).await.map(drop)),
        ("list removals", accounts::list_removals(desk, None).await.map(drop)),
        ("show removal", accounts::show_removal(desk, id).await.map(drop)),
        ("lock", accounts::lock(desk, app, id, "a reason").await.map(drop)),
        ("unlock", accounts::unlock(desk, app, id, why).await.map(drop)),
        ("resend", accounts::resend(desk, app, id, why).await.map(drop)),
        ("end sessions", accounts::end_sessions(desk, app, id, why).await.map(drop)),
        ("close", accounts::close(desk, app, id, "a reason").await.map(drop)),
        ("export", accounts::export(desk, app, id, why).await.map(drop)),
        ("ask", accounts::ask_removal(desk, app, id, RemovedFactors::All, "a reason").await.map(drop)),
        ("approve", accounts::approve_removal(desk, app, id, id, why).await.map(drop)),
        ("refuse", accounts::refuse_removal(desk, app, id, id, why).await.map(drop)),
        ("list partners", partners::list(desk, app).await.map(drop)),
        ("add partner", partners::add(desk, app, file(), why).await.map(drop)),
        ("update partner", partners::update(desk, app, file(), why).await.map(drop)),
        ("disable partner", partners::disable(desk, app, id, why).await),
        ("test partner", partners::test(desk, app, id, why).await.map(drop)),
        ("count transfers", transfers::count(desk, None, None).await.map(drop)),
        ("list transfers", transfers::list(desk, None).await.map(drop)),
        ("conflicts", transfers::conflicts(desk, None).await.map(drop)),
    ];
    let forbidden = |outcome: &Result<(), AdminError>| matches!(outcome, Err(AdminError::Forbidden(_)));
    outcomes.iter().filter(|(_, outcome)| forbidden(outcome)).map(|(name, _)| *name).collect()
}

const LOOKS: [&str; 4] = ["find", "show", "list removals", "show removal"];
const ACTS: [&str; 9] =
    ["lock", "unlock", "resend", "end sessions", "close", "export", "ask", "approve", "refuse"];
const PARTNERS: [&str; 4] = ["add partner", "update partner", "disable partner", "test partner"];

async fn sc_104_each_role_does_its_own_acts_and_a_refusal_is_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    let looks_at_partners = ["list partners"];
    let mut refused = 0;
    for (roles, expected) in [
        (vec![Role::Support], [&looks_at_partners[..], &PARTNERS].concat()),
        (vec![Role::ServiceAdmin], [&LOOKS[..], &ACTS].concat()),
        (vec![Role::KeyAdmin], [&LOOKS[..], &ACTS, &looks_at_partners, &PARTNERS].concat()),
        (vec![Role::Auditor], [&ACTS[..], &PARTNERS].concat()),
        (vec![Role::Support, Role::ServiceAdmin], vec![]),
        (
            vec![],
            [
                &LOOKS[..],
                &ACTS,
                &looks_at_partners,
                &PARTNERS,
                &["count transfers", "list transfers", "conflicts"],
            ]
            .concat(),
        ),
    ] {
        let authority = admin("colleague", &roles);
        let desk = Desk::new(&idp.app.store, &authority, idp.now());
        assert_eq!(forbidden_acts(&desk, &idp.app).await, expected, "{roles:?}");
        refused += expected.len();
        assert_eq!(records(&idp, "administration_refused").len(), refused, "{roles:?}");
    }
    let records = records(&idp, "administration_refused");
    assert!(
        records.iter().all(|record| record.contains("\"by\":\"administrator:colleague\"")),
        "{records:?}"
    );
    assert!(records.iter().any(|record| record.contains("\"act\":\"accounts:write\"")), "{records:?}");
    assert_eq!(forbidden_acts(&Desk::of_operator(&idp.app.store, idp.now()), &idp.app).await, [""; 0]);
}

async fn grant(idp: &TestIdp, id: &str, role: Role) {
    let order = RoleOrder {
        account: AccountId::parse(id).unwrap(),
        role,
        order: Order::of_operator(),
        now: idp.now(),
    };
    assert_eq!(idp.app.store.grant_role(order).await.unwrap(), RoleChange::Done);
}

async fn the_last_who_has_a_role_is_neither_locked_nor_closed(database: Database) {
    let idp = TestIdp::start(database).await;
    let person = idp.visitor();
    let mut ids = Vec::new();
    for (email, visitor) in [("one@example.test", &person), ("two@example.test", &idp.visitor())] {
        idp.create_account(visitor, email).await;
        ids.push(id_of(&idp, email).await);
    }
    let desk = Desk::of_operator(&idp.app.store, idp.now());
    let app = &idp.app;
    grant(&idp, &ids[0], Role::KeyAdmin).await;
    for refused in
        [accounts::lock(&desk, app, &ids[0], "x").await, accounts::close(&desk, app, &ids[0], "x").await]
    {
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("keep at least one administrator"), "{text}");
    }
    // Its person doesn't close it either.
    idp.advance(std::time::Duration::from_secs(1));
    let page = person.get("/en/account/close").await;
    let refused = person.submit(&page, "f", &[("confirm", "one@example.test")]).await;
    assert_eq!(
        (refused.status, refused.errors()),
        (409, vec!["Keep at least one administrator with this role".to_owned()])
    );
    grant(&idp, &ids[1], Role::KeyAdmin).await;
    assert!(accounts::lock(&desk, app, &ids[0], "x").await.is_ok(), "another one has it");
    // A locked one doesn't count, neither here nor where a role is taken.
    assert!(accounts::lock(&desk, app, &ids[1], "x").await.is_err());
    let revoke = RoleOrder {
        account: AccountId::parse(&ids[1]).unwrap(),
        role: Role::KeyAdmin,
        order: Order::of_operator(),
        now: idp.now(),
    };
    assert_eq!(idp.app.store.revoke_role(revoke).await.unwrap(), RoleChange::LastOfRole);
    // Support closes nobody who is trusted with something: a key-admin takes the role first.
    let text = accounts::close(&desk, app, &ids[0], "x").await.unwrap_err().to_string();
    assert!(text.contains("has the role key-admin"), "{text}");
    assert_eq!(idp.count("account"), 2);
}

async fn of_two_administrators_who_lock_one_another_one_stays(database: Database) {
    let idp = TestIdp::start(database).await;
    let node = idp.another_node().await;
    let mut ids = Vec::new();
    for email in ["one@example.test", "two@example.test"] {
        idp.create_account(&idp.visitor(), email).await;
        let id = id_of(&idp, email).await;
        for role in Role::ALL {
            grant(&idp, &id, role).await;
        }
        ids.push(id);
    }
    let (one, two) = (admin(&ids[0], &[Role::Support]), admin(&ids[1], &[Role::Support]));
    for round in 0..5 {
        let desks = [Desk::new(&idp.app.store, &one, idp.now()), Desk::new(&node.store, &two, idp.now())];
        let (first, second) = tokio::join!(
            accounts::lock(&desks[0], &idp.app, &ids[1], "an incident"),
            accounts::lock(&desks[1], &node, &ids[0], "an incident")
        );
        assert_eq!([&first, &second].iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        assert_eq!(idp.count("account WHERE status = 'active'"), 1, "round {round}");
        let locked = usize::from(first.is_ok());
        accounts::unlock(&desks[0], &idp.app, &ids[locked], Some("over")).await.unwrap();
    }
}

async fn of_two_who_lock_an_account_at_the_same_moment_one_does(database: Database) {
    let idp = TestIdp::start(database).await;
    let node: Arc<App> = idp.another_node().await;
    idp.create_account(&idp.visitor(), "one@example.test").await;
    let id = id_of(&idp, "one@example.test").await;
    for round in 1..6 {
        let desks = [Desk::of_operator(&idp.app.store, idp.now()), Desk::of_operator(&node.store, idp.now())];
        let (first, second) = tokio::join!(
            accounts::lock(&desks[0], &idp.app, &id, "one"),
            accounts::lock(&desks[1], &node, &id, "two")
        );
        assert_eq!([&first, &second].iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        assert_eq!(records(&idp, "account_locked").len(), round);
        let (first, second) = tokio::join!(
            accounts::unlock(&desks[0], &idp.app, &id, None),
            accounts::unlock(&desks[1], &node, &id, None)
        );
        assert_eq!([&first, &second].iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
    }
}
