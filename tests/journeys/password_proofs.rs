//! What is under way with a password when its owner sets another one, through HTTP: the attempt is counted and waits for the
//! hasher, the owner is faster, and what was typed is answered like a wrong password.

use crate::imported_accounts::import;
use idp_domain::ids::{AccountId, MailId, OneKeyRecoveryId, SessionId};
use idp_domain::secret::{KeyedHash, Secret, TokenHash};
use idp_store::{
    ChangeOneKey, FinishOneKeyRecovery, NewMail, NewOneKeyRecovery, OneKeyChange, OneKeyChangeEnd,
    PasswordChange, PasswordProof,
};
use idp_tests::idp::one_key::ONE_KEY_PASSWORD;
use idp_tests::idp::{Database, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::wait::until;
use std::time::Duration;
use tokio::task::JoinHandle;

on_sqlite_and_postgres! {
    sc_072_sc_099_a_sign_in_under_way_with_the_old_password_is_refused
    sc_072_a_one_key_sign_in_under_way_does_not_bring_the_old_password_back
    sc_103_a_transfer_under_way_with_the_old_one_key_password_decides_nothing
    sc_099_a_proof_under_way_with_the_old_password_proves_nothing
}

const EMAIL: &str = "person@example.test";
const ID: &str = "Maple.Leaf";
const NEW: &str = "Rideau-Canal-1832";
/// Of `Lac-Bleu-42`, by another system.
const IMPORTED: &str = "$2y$04$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW";

/// One password is looked at at a time, so that others wait in a queue. One account of the old directory has a slow hash.
async fn start(database: Database) -> TestIdp {
    let idp = TestIdp::start_with(database, &[("IDP_PASSWORDS__CONCURRENT", "1")]).await;
    let slow = IMPORTED.replace("$04$", "$12$");
    assert_eq!(import(&idp, &format!("onekey_id,password_hash\nslow.one,{slow}\n")).await.added, 1);
    idp
}

fn password_of(idp: &TestIdp, column: &str, name: &str) -> String {
    idp.query(&format!("SELECT password_hash AS value FROM account WHERE {column} = '{name}'")).concat()
}

/// Work that the hasher has before it comes to whatever is typed now: some seconds of bcrypt.
fn busy(idp: &TestIdp) -> JoinHandle<()> {
    let (hasher, slow) = (idp.app.hasher.clone(), password_of(idp, "one_key_id", "slow.one"));
    tokio::spawn(async move {
        let all = (0..6).map(|_| hasher.verify(Secret::new("something else"), Some(slow.clone())));
        futures_util::future::join_all(all).await;
    })
}

/// Sends a form while the hasher is busy, lets the owner be faster, and gives the answer.
async fn overtaken(
    idp: &TestIdp,
    visitor: &Visitor,
    page: &Page,
    typed: &[(&str, &str)],
    owner: impl AsyncFnOnce(),
) -> Page {
    idp.execute("DELETE FROM sign_in_failure");
    let work = busy(idp);
    let sent = async { visitor.submit(page, "f", typed).await };
    let faster = async {
        until("the attempt to be counted", async || {
            (idp.count("sign_in_failure WHERE failures = 1") == 1).then_some(())
        })
        .await;
        owner().await;
        assert!(!work.is_finished(), "the password was looked at before");
    };
    let (answer, ()) = tokio::join!(sent, faster);
    answer
}

fn counted(idp: &TestIdp) -> KeyedHash {
    idp.app.data_keys.hash.hash("test", &[b"owner"])
}

fn mail(idp: &TestIdp) -> NewMail {
    let expires_at = idp.now().plus(Duration::from_hours(1));
    NewMail {
        id: MailId::parse("the-owners").unwrap(),
        kind: "password_changed",
        payload: vec![1],
        expires_at,
    }
}

/// What its owner proves of the account with this name.
async fn proof(idp: &TestIdp, column: &str, name: &str) -> PasswordProof {
    let id = idp.query(&format!("SELECT id AS value FROM account WHERE {column} = '{name}'")).remove(0);
    let account = idp.app.store.find_account(AccountId::parse(&id).unwrap()).await.unwrap().unwrap();
    PasswordProof::of(&account, counted(idp)).unwrap()
}

fn session_of(idp: &TestIdp, account: &AccountId) -> SessionId {
    let open = format!(
        "SELECT id AS value FROM browser_session WHERE account_id = '{account}' AND ended_at IS NULL"
    );
    SessionId::parse(&idp.query(&open)[0]).unwrap()
}

/// The owner changes the password, as another node would do it.
async fn change(idp: &TestIdp, new_hash: &str) {
    let proof = proof(idp, "email", EMAIL).await;
    let change = PasswordChange {
        session: session_of(idp, &proof.account),
        proof,
        secret: TokenHash::of("the owner's new cookie"),
        new_hash: new_hash.into(),
        end_others: true,
        mail: mail(idp),
        now: idp.now(),
    };
    assert!(idp.app.store.change_password(change).await.unwrap());
}

async fn change_one_key(idp: &TestIdp, new_hash: &str) {
    let proof = proof(idp, "one_key_id", ID).await;
    let change = ChangeOneKey {
        session: session_of(idp, &proof.account),
        proof,
        change: OneKeyChange::Password(new_hash.into()),
        mail: None,
        now: idp.now(),
    };
    assert_eq!(idp.app.store.change_one_key(change).await.unwrap(), OneKeyChangeEnd::Changed);
}

/// The owner of a ONE-key account answers their questions and sets a new password.
async fn recover(idp: &TestIdp, new_hash: &str) {
    let (store, id) = (&idp.app.store, OneKeyRecoveryId::parse("the-owners").unwrap());
    let browser = TokenHash::of("the owner's browser");
    let new = NewOneKeyRecovery { id: id.clone(), browser, typed_id: ID.into(), now: idp.now() };
    store.start_one_key_recovery(new).await.unwrap();
    store.prove_one_key_recovery(id.clone(), counted(idp), Vec::new(), idp.now()).await.unwrap();
    let finish = FinishOneKeyRecovery {
        recovery: id,
        password_hash: new_hash.into(),
        counted: counted(idp),
        mail: None,
        proven_after: idp.now().minus(Duration::from_mins(15)),
        now: idp.now(),
    };
    assert!(store.finish_one_key_recovery(finish).await.unwrap());
}

async fn hash(idp: &TestIdp, password: &str) -> String {
    idp.app.hasher.hash(Secret::new(password), [3; 16]).await.unwrap()
}

async fn sc_072_sc_099_a_sign_in_under_way_with_the_old_password_is_refused(database: Database) {
    let idp = start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    let new = hash(&idp, NEW).await;
    let thief = idp.visitor();
    let page = thief.get("/en/sign-in").await;
    let typed = [("email", EMAIL), ("password", PASSWORD)];
    let answer = overtaken(&idp, &thief, &page, &typed, async || change(&idp, &new).await).await;
    let wrong = idp.sign_in(&idp.visitor(), EMAIL, "Wrong-1234-word").await;
    assert_eq!((answer.status, answer.errors()), (wrong.status, wrong.errors()));
    assert!(thief.cookie("idp_session").is_none(), "{answer:?}");
    assert_eq!(thief.get("/en/account").await.location(), Some("/en/sign-in"));
    assert_eq!(idp.count("browser_session WHERE ended_at IS NULL"), 1, "the owner's");
    assert_eq!(idp.count("audit_record WHERE body LIKE '%wrong_password%'"), 2);
    idp.advance(Duration::from_mins(1));
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(idp.sign_in(&idp.visitor(), EMAIL, NEW).await.location(), Some("/en/account"));
}

async fn sc_072_a_one_key_sign_in_under_way_does_not_bring_the_old_password_back(database: Database) {
    let idp = start(database).await;
    // Its first use would replace what was imported.
    assert_eq!(import(&idp, &format!("onekey_id,password_hash\n{ID},{IMPORTED}\n")).await.added, 1);
    let new = hash(&idp, "Bouleau-77").await;
    let thief = idp.visitor();
    let page = thief.get("/en/one-key/sign-in").await;
    let typed = [("id", ID), ("password", "Lac-Bleu-42")];
    let answer = overtaken(&idp, &thief, &page, &typed, async || recover(&idp, &new).await).await;
    assert_eq!(answer.errors(), ["The ONE-key ID or password is not correct"], "{answer:?}");
    assert_eq!(thief.get("/en/one-key/account").await.location(), Some("/en/one-key/sign-in"));
    assert_eq!(password_of(&idp, "one_key_id", ID), new);
    idp.advance(Duration::from_mins(1));
    assert_eq!(idp.sign_in_with_one_key(&thief, ID, "Lac-Bleu-42").await.status, 422);
    assert_eq!(idp.sign_in_with_one_key(&idp.visitor(), ID, "Bouleau-77").await.status, 303);
}

async fn sc_103_a_transfer_under_way_with_the_old_one_key_password_decides_nothing(database: Database) {
    let idp = start(database).await;
    let service = idp.service_with("used_one_key = true\n").await;
    let one_key = idp.create_one_key(&idp.visitor(), ID, "old@example.test").await;
    idp.enrol(&one_key, service.client.id.as_str(), "old-4711");
    let thief = idp.visitor();
    let account = idp.create_account(&thief, EMAIL).await;
    let page = idp.authorize(&thief, &service.request(), &account).await;
    let page = thief.follow(thief.submit(&page, "f", &[("transfer", "yes")]).await).await;
    let new = hash(&idp, "Bouleau-77").await;
    let typed = [("onekey_id", ID), ("onekey_password", ONE_KEY_PASSWORD)];
    let answer = overtaken(&idp, &thief, &page, &typed, async || change_one_key(&idp, &new).await).await;
    assert_eq!(answer.errors(), ["The ONE-key ID or password is not correct"], "{answer:?}");
    assert_eq!((idp.count("transfer_decision"), idp.count("transfer_refusal")), (0, 0));
    assert_eq!(idp.count("outbox_mail WHERE kind = 'transfer'"), 0);
    // The question is open, for who knows the new one.
    idp.advance(Duration::from_mins(1));
    let typed = [("onekey_id", ID), ("onekey_password", "Bouleau-77")];
    let done = thief.submit(&answer, "f", &typed).await;
    assert!(done.location().is_some_and(|to| to.contains("/transfer/done")), "{done:?}");
}

async fn sc_099_a_proof_under_way_with_the_old_password_proves_nothing(database: Database) {
    let idp = start(database).await;
    let owner = idp.visitor();
    idp.create_account(&owner, EMAIL).await;
    idp.advance(Duration::from_mins(6));
    let new = hash(&idp, NEW).await;
    let page = owner.get("/en/account/confirm?next=security").await;
    assert_eq!(page.status, 200, "{page:?}");
    let kept_open = async || {
        let proof = proof(&idp, "email", EMAIL).await;
        // Elsewhere, and without ending this session.
        idp.execute(&format!("UPDATE account SET password_hash = '{new}' WHERE id = '{}'", proof.account));
    };
    let answer = overtaken(&idp, &owner, &page, &[("password", PASSWORD)], kept_open).await;
    assert_eq!((answer.status, answer.errors().len()), (422, 1), "{answer:?}");
    assert_eq!(idp.count("browser_session WHERE wrong_proofs = 1 AND ended_at IS NULL"), 1);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%identity_refused%'"), 1);
    let right = owner.submit(&answer, "f", &[("password", NEW)]).await;
    assert_eq!(right.location(), Some("/en/account/security"), "{right:?}");
}
