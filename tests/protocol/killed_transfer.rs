//! The decision on a transfer while the server is killed (`kill -9`) before, around and after its commit: whatever was
//! acknowledged stays, nothing is decided twice, and nothing is half done.
//!
//! 1. The accounts are made at a node in the test's process. The decisions go to a second node, the program itself.
//! 2. In each round an account says *yes* in one browser and *no* in another, and a second account wants the same ONE-key
//!    account; then the program is killed.
//! 3. What got no answer is asked again at the node that lives, as a person would: from a fresh page.
//!
//! `IDP_TEST_KILLS` says how many rounds; without it they are few.

use crate::program::command;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use idp_domain::ids::AccountId;
use idp_tests::idp::one_key::ONE_KEY_PASSWORD;
use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Account, Database, Form, OneKey, Page, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::wait::{LIMIT, until};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use std::cell::Cell;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Child;

on_sqlite_and_postgres! {
    sc_102_a_killed_server_loses_no_decision_and_makes_none_twice
}

fn rounds() -> usize {
    std::env::var("IDP_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// The program as one more node.
struct Node {
    child: Child,
    port: u16,
}

impl Node {
    async fn start(idp: &TestIdp) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = command(idp);
        command.env("IDP_SERVER__LISTEN", format!("127.0.0.1:{port}")).arg("serve");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let healthy = || idp.http().get(format!("http://127.0.0.1:{port}/readyz")).send();
        until("the node", async || healthy().await.ok().filter(|answer| answer.status() == 200)).await;
        Self { child, port }
    }

    /// SIGKILL.
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Who decides what, with the page on which that is done.
struct Decider {
    account: AccountId,
    visitor: Visitor,
    page: Page,
    says_yes: bool,
    one_key: OneKey,
    is_answered: Cell<bool>,
}

/// What a person was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Done,
    Refused,
}

impl Decider {
    fn form(&self, page: &Page) -> Form {
        let form = page.form("f");
        if self.says_yes {
            form.with("onekey_id", &self.one_key.id).with("onekey_password", ONE_KEY_PASSWORD)
        } else {
            form.with("understand", "yes")
        }
    }

    /// Sends the form to the program, which may die meanwhile.
    async fn decide_at(&self, idp: &TestIdp, port: u16) -> Told {
        let form = self.form(&self.page);
        let url = format!("http://localhost:{port}{}", form.action);
        let request = self.visitor.request(Method::POST, &url).header("Origin", &idp.issuer);
        let request = request.header("Sec-Fetch-Site", "same-origin").header("Content-Type", FORM);
        let answer = request.body(form.encoded()).send().await;
        self.is_answered.set(true);
        match answer {
            Ok(answer) => {
                let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
                told(answer.status().as_u16(), to)
            }
            Err(_) => Told::Nothing,
        }
    }

    /// Opens the page anew at the node that lives and, if there still is something to decide, decides.
    async fn ask_again(&self) -> Told {
        let page = self.visitor.get(&self.page.url).await;
        if page.status != 200 {
            assert!(matches!(page.status, 303 | 409), "{page:?}");
            return Told::Refused;
        }
        let answer = self.visitor.post(&self.form(&page)).await;
        told(answer.status, answer.location())
    }
}

fn told(status: u16, location: Option<&str>) -> Told {
    match status {
        303 if location.is_some_and(|to| to.contains("/transfer/done") || to.contains("code=")) => Told::Done,
        303 | 409 | 422 => Told::Refused,
        503 => Told::Nothing,
        other => panic!("{other} {location:?}"),
    }
}

/// From T1 to the page on which the answer is final.
async fn decider(
    idp: &TestIdp,
    service: &Service,
    account: &Account,
    one_key: &OneKey,
    says_yes: bool,
) -> Decider {
    let visitor = idp.visitor();
    let page = idp.authorize(&visitor, &service.request(), account).await;
    let choice = if says_yes { "yes" } else { "no" };
    let page = visitor.follow(visitor.submit(&page, "f", &[("transfer", choice)]).await).await;
    let id = format!("SELECT id AS value FROM account WHERE email_key = '{}'", account.email);
    let account = AccountId::parse(&idp.query(&id)[0]).unwrap();
    Decider { account, visitor, page, says_yes, one_key: one_key.clone(), is_answered: Cell::new(false) }
}

/// Yes and no of one account, and yes of another one, over the same ONE-key account.
async fn deciders(idp: &TestIdp, service: &Service, round: usize) -> [Decider; 3] {
    let one_key = idp.create_one_key(&idp.visitor(), &format!("Maple.Leaf{round}"), "old@example.test").await;
    idp.enrol(&one_key, service.client.id.as_str(), &format!("old-{round}"));
    let owner = idp.create_account(&idp.visitor(), &format!("owner{round}@example.test")).await;
    let rival = idp.create_account(&idp.visitor(), &format!("rival{round}@example.test")).await;
    [
        decider(idp, service, &owner, &one_key, true).await,
        decider(idp, service, &owner, &one_key, false).await,
        decider(idp, service, &rival, &one_key, true).await,
    ]
}

/// Keeps every writer of the file waiting until it is dropped.
fn hold_writers(idp: &TestIdp) -> SqliteConnection {
    let path = idp.database_url().trim_start_matches("sqlite://");
    let mut connection = SqliteConnection::establish(path).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").unwrap();
    connection
}

/// When the program is killed in a round.
async fn wait_to_kill(idp: &TestIdp, round: usize, database: Database, rng: &mut StdRng, of: &[Decider; 3]) {
    match round % 3 {
        // While its writes wait; PostgreSQL has no lock for all of them.
        0 if database == Database::Sqlite => {
            let held = hold_writers(idp);
            tokio::time::sleep(Duration::from_millis(60)).await;
            drop(held);
        }
        // As soon as a decision is there: its answer is still on the way. On a machine so slow that everybody was told to try
        // again (503) there is none to wait for.
        1 => {
            let begun = Instant::now();
            while !is_decided(idp, &of[0]).await && !is_decided(idp, &of[2]).await {
                if of.iter().all(|decider| decider.is_answered.get()) {
                    break;
                }
                assert!(begun.elapsed() < LIMIT, "nobody decides, and nobody is answered");
                tokio::task::yield_now().await;
            }
        }
        _ => tokio::time::sleep(Duration::from_micros(rng.random_range(0..60_000))).await,
    }
}

async fn is_decided(idp: &TestIdp, decider: &Decider) -> bool {
    idp.app.store.find_transfer_decision(decider.account.clone()).await.unwrap().is_some()
}

/// The choice on record: the ONE-key account, `-` for none; `None` while it is open.
fn on_record(idp: &TestIdp, account: &AccountId) -> Option<String> {
    let rows = idp.query(&format!(
        "SELECT coalesce(one_key_account_id, '-') AS value FROM transfer_decision WHERE account_id = '{account}'"
    ));
    assert!(rows.len() <= 1, "{rows:?}");
    rows.into_iter().next()
}

/// What somebody was told is done is what is on record.
fn nothing_is_lost(idp: &TestIdp, deciders: &[Decider; 3], told: &[Told]) {
    for (decider, _) in deciders.iter().zip(told).filter(|(_, told)| **told == Told::Done) {
        let record = on_record(idp, &decider.account).expect("what was acknowledged is on record");
        assert_eq!(record != "-", decider.says_yes, "and as it was acknowledged");
    }
}

/// All that a *yes* does was done, or none of it.
fn nothing_is_half_done(idp: &TestIdp) {
    let orphans = idp.count(
        "account WHERE status = 'transferred' AND id NOT IN \
         (SELECT one_key_account_id FROM transfer_decision WHERE one_key_account_id IS NOT NULL)",
    );
    let open = idp.count(
        "transfer_decision JOIN account ON account.id = one_key_account_id WHERE status <> 'transferred'",
    );
    let live = idp.count(
        "browser_session JOIN account ON account.id = account_id \
         WHERE status = 'transferred' AND ended_at IS NULL",
    );
    assert_eq!((orphans, open, live), (0, 0, 0), "closed if and only if it was carried over");
    let decided = idp.count("transfer_decision");
    let yes = idp.count("transfer_decision WHERE one_key_account_id IS NOT NULL");
    let known = idp.count(
        "connected_service JOIN transfer_decision ON connected_service.account_id = transfer_decision.account_id",
    );
    assert_eq!(known, yes, "its service is the account's now");
    let mails = idp.count("outbox_mail WHERE kind = 'transfer'");
    assert_eq!(mails, decided + yes, "one mail, and one to the old address");
    let audited =
        idp.count("audit_record WHERE body LIKE '%\"transferred\"%' OR body LIKE '%transfer_declined%'");
    assert_eq!(audited, decided, "on record once");
}

async fn sc_102_a_killed_server_loses_no_decision_and_makes_none_twice(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("used_one_key = true\n").await;
    let mut rng = StdRng::seed_from_u64(102);
    let mut unanswered = 0;
    for round in 0..rounds() {
        let deciders = deciders(&idp, &service, round).await;
        let node = Node::start(&idp).await;
        let [yes, no, rival] = &deciders;
        let port = node.port;
        let (a, b, c, ()) = tokio::join!(
            yes.decide_at(&idp, port),
            no.decide_at(&idp, port),
            rival.decide_at(&idp, port),
            async {
                wait_to_kill(&idp, round, database, &mut rng, &deciders).await;
                node.kill().await;
            }
        );
        let mut told = [a, b, c];
        nothing_is_lost(&idp, &deciders, &told);
        for (decider, told) in deciders.iter().zip(&mut told).filter(|(_, told)| **told == Told::Nothing) {
            let before = on_record(&idp, &decider.account);
            *told = decider.ask_again().await;
            unanswered += usize::from(before.is_some());
            assert!(before.is_none() || *told == Told::Refused, "decided, though nobody was told");
        }
        nothing_is_lost(&idp, &deciders, &told);
        assert!(on_record(&idp, &yes.account).is_some(), "in the end it is decided: {told:?}");
        nothing_is_half_done(&idp);
    }
    assert!(unanswered > 0, "some decision was committed and its answer lost");
}
