//! The import of the old ONE-key directory: each entry once, whatever is run again or at the same time.

use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::one_key::ImportDecision::{Add, Refuse, Unchanged};
use idp_domain::one_key::{EntryKey, EntryRefusal, ImportDecision, OneKeyId};
use idp_domain::secret::HashKey;
use idp_store::{DirectoryAccount, DirectoryBatch};

on_both_databases! {
    an_entry_becomes_an_account_with_all_that_it_says
    the_same_entries_again_change_nothing
    contradictions_are_refused_within_and_between_transactions
    an_account_that_is_there_already_is_left_alone
    what_became_of_an_account_does_not_bring_its_entry_back
    two_imports_at_once_add_each_entry_once
}

fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

/// An entry that knows two services; `says` stands for all the rest that it says.
fn entry(world: &World, id: &str, says: &str) -> DirectoryAccount {
    let hash = HashKey::new(&[7; 32]);
    let one_key_id = OneKeyId::parse_imported(id).unwrap();
    DirectoryAccount {
        id: AccountId::random_one_key(&mut *world.rng.lock().unwrap()),
        key: EntryKey {
            id: hash.hash("id", &[one_key_id.key().as_bytes()]),
            entry: hash.hash("entry", &[id.as_bytes(), says.as_bytes()]),
        },
        password_hash: format!("imported:{says}"),
        email: EmailAddress::parse(&format!("{says}@Example.com")).ok(),
        language: Language::French,
        created_at: at(0),
        last_sign_in_at: Some(at(1)),
        questions: (1..=3).map(|n| (format!("Question {n}?"), format!("imported:{n}"))).collect(),
        services: vec![(client("fishing"), format!("F-{id}")), (client("hunting"), format!("H-{id}"))],
        one_key_id,
    }
}

async fn import(world: &World, accounts: Vec<DirectoryAccount>) -> Vec<ImportDecision> {
    let batch = DirectoryBatch { accounts, terms_version: 1, now: at(10) };
    world.store.import_one_key_accounts(batch).await.unwrap()
}

async fn an_entry_becomes_an_account_with_all_that_it_says(world: World) {
    let maple = entry(&world, "Maple.Leaf", "a");
    let id = maple.id.clone();
    let mut bare = entry(&world, "bob", "b");
    (bare.email, bare.last_sign_in_at) = (None, None);
    bare.questions.clear();
    bare.services.clear();
    assert_eq!(import(&world, vec![maple, bare]).await, [Add, Add]);
    let account = world.store.find_account(id.clone()).await.unwrap().unwrap();
    assert_eq!((account.name.as_str(), account.language), ("Maple.Leaf", Language::French));
    assert_eq!((account.created_at, account.last_sign_in_at), (at(0), Some(at(1))));
    assert_eq!((account.password_hash.as_deref(), account.terms_version), (Some("imported:a"), 1));
    let recovery = "SELECT recovery_email || ' ' || recovery_email_key AS value FROM one_key_account";
    assert_eq!(
        world.query(&format!("{recovery} WHERE account_id = '{id}'")),
        ["a@Example.com a@example.com"]
    );
    assert_eq!(world.count("one_key_account"), 2);
    let questions = "SELECT CAST(position AS TEXT) || question || answer_hash AS value FROM one_key_question ORDER BY position";
    let expected = ["1own:Question 1?imported:1", "2own:Question 2?imported:2", "3own:Question 3?imported:3"];
    assert_eq!(world.query(questions), expected);
    let services =
        "SELECT account_id || client_id || legacy_subject AS value FROM connected_service ORDER BY client_id";
    assert_eq!(
        world.query(services),
        [format!("{id}fishingF-Maple.Leaf"), format!("{id}huntingH-Maple.Leaf")]
    );
    let audit = world.query("SELECT body AS value FROM audit_record");
    assert_eq!(audit, [r#"{"event":"one_key_accounts_imported","accounts":2}"#]);
}

async fn the_same_entries_again_change_nothing(world: World) {
    let entries = || vec![entry(&world, "first.one", "a"), entry(&world, "second.one", "b")];
    assert_eq!(import(&world, entries()).await, [Add, Add]);
    let before = world.query("SELECT id || password_hash AS value FROM account ORDER BY id");
    assert_eq!(import(&world, entries()).await, [Unchanged, Unchanged]);
    let three = [entries(), vec![entry(&world, "third.one", "c")]].concat();
    assert_eq!(import(&world, three).await, [Unchanged, Unchanged, Add]);
    let after = world.query("SELECT id || password_hash AS value FROM account ORDER BY id");
    assert!(after.len() == 3 && before.iter().all(|row| after.contains(row)));
    assert_eq!(world.count("audit_record"), 2, "no record where nothing was done");
    assert_eq!(import(&world, Vec::new()).await, []);
}

async fn contradictions_are_refused_within_and_between_transactions(world: World) {
    let same_subject = |id: &str| {
        let mut other = entry(&world, id, "x");
        other.services = vec![(client("hunting"), "H-first.one".into())];
        other
    };
    let taken = || Refuse(EntryRefusal::SubjectTaken(client("hunting")));
    let batch = || {
        vec![
            entry(&world, "first.one", "a"),
            entry(&world, "first.one", "a"),
            entry(&world, "FIRST.ONE", "a"),
            entry(&world, "first.one", "b"),
            same_subject("second.one"),
            // The same subject at another service is another person, or not; nobody can know.
            DirectoryAccount {
                services: vec![(client("camping"), "H-first.one".into())],
                ..entry(&world, "third.one", "c")
            },
        ]
    };
    let contradiction = || Refuse(EntryRefusal::Contradiction);
    let said = import(&world, batch()).await;
    assert_eq!(said, [Add, Unchanged, contradiction(), contradiction(), taken(), Add]);
    let said = import(&world, batch()).await;
    assert_eq!(said, [Unchanged, Unchanged, contradiction(), contradiction(), taken(), Unchanged]);
    assert_eq!(world.count("account"), 2);
}

async fn an_account_that_is_there_already_is_left_alone(world: World) {
    let account = AccountId::random_one_key(&mut *world.rng.lock().unwrap());
    world.execute(&format!(
        "INSERT INTO account (id, one_key_id, one_key_id_key, password_hash, language, status, terms_version, created_at, \
         password_changed_at) VALUES ('{account}', 'Maple.Leaf', 'maple.leaf', 'theirs', 'en', 'active', 1, 0, 0)"
    ));
    let said = import(&world, vec![entry(&world, "MAPLE.leaf", "a"), entry(&world, "other.one", "b")]).await;
    assert_eq!(said, [Refuse(EntryRefusal::IdTaken), Add]);
    let hash = world.query("SELECT password_hash AS value FROM account WHERE one_key_id_key = 'maple.leaf'");
    assert_eq!(hash, ["theirs"]);
}

async fn what_became_of_an_account_does_not_bring_its_entry_back(world: World) {
    import(&world, vec![entry(&world, "first.one", "a"), entry(&world, "second.one", "b")]).await;
    world.execute("UPDATE account SET one_key_id = 'renamed', one_key_id_key = 'renamed' WHERE one_key_id = 'first.one'");
    world.execute("UPDATE account SET password_hash = 'new'");
    world.execute("DELETE FROM account WHERE one_key_id = 'second.one'");
    let again = vec![entry(&world, "first.one", "a"), entry(&world, "second.one", "b")];
    assert_eq!(import(&world, again).await, [Unchanged, Unchanged]);
    assert_eq!(world.query("SELECT one_key_id || password_hash AS value FROM account"), ["renamednew"]);
    assert_eq!(world.count("connected_service"), 2);
}

async fn two_imports_at_once_add_each_entry_once(world: World) {
    let other = world.another_node();
    for round in 0..20 {
        let entries = |range: std::ops::Range<u32>| {
            let accounts = range.map(|n| entry(&world, &format!("person.{round}.{n}"), "a")).collect();
            DirectoryBatch { accounts, terms_version: 1, now: at(10) }
        };
        let (one, two) = tokio::join!(
            world.store.import_one_key_accounts(entries(0..20)),
            other.import_one_key_accounts(entries(10..30)),
        );
        let both = [one.unwrap(), two.unwrap()].concat();
        assert_eq!(both.iter().filter(|decision| **decision == Add).count(), 30, "{both:?}");
        assert_eq!(both.iter().filter(|decision| **decision == Unchanged).count(), 10, "{both:?}");
    }
    assert_eq!((world.count("account"), world.count("imported_one_key")), (600, 600));
}
