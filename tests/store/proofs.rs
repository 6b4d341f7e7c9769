//! A password's proof is bound to the password that it proved: whatever is spent after its person has set another one is
//! refused, whole. Each test begins a proof, lets the owner be faster, and only then spends it.

use crate::builders::{ACTIVATION, LOCKOUT, MAIL_LIMITS, Owner};
use crate::password_reset::{attempt, finish, reset};
use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::extra_verification::TotpStep;
use idp_domain::ids::{
    AccountId, ClientId, EmailChangeCodeId, EmailChangeId, OneKeyRecoveryId, PartnerJourneyId, SessionId,
    TransferId,
};
use idp_domain::lockout::LockoutDecision;
use idp_domain::one_key::{OneKeyId, SecurityQuestion};
use idp_domain::secret::{KeyedHash, Secret};
use idp_domain::session::SessionEndReason;
use idp_domain::sign_in_partner::PartnerId;
use idp_domain::time::Timestamp;
use idp_store::{
    AppOutcome, ChangeOneKey, EmailChangeAttempt, EmailChangeMail, EmailChangeOutcome, EndSessions,
    FinishOneKeyRecovery, FinishSecondStep, LinkAfterSecondStep, LinkPartner, NewAuthenticatorApp,
    NewEmailChange, NewEmailChangeCode, NewOneKeyAccount, NewOneKeyRecovery, NewPartnerJourney,
    NewRecoveryCodes, NewSecurityQuestion, NewSession, OneKeyChange, OneKeyChangeEnd, OneKeySignInAttempt,
    OneKeySignInSuccess, PasswordChange, PasswordProof, ProofAttempt, ProofStart, ResetProof, SecondProof,
    SecondStepEnd, SecondStepTarget, SessionProof, SessionProofEnd, SignInEnd, TakePartnerAnswer, Transfer,
    TransferOutcome,
};
use std::sync::Arc;
use tokio::sync::Barrier;

const NEW: &str = "$argon2id$new";
const REHASHED: &str = "$argon2id$old password, hashed anew";

/// How an owner gets rid of who knows the password.
#[derive(Debug, Clone, Copy)]
enum Faster {
    /// By a mailed code.
    Resets,
    /// In a session of theirs, elsewhere too.
    Changes,
}

impl World {
    /// The account as it is stored.
    async fn account(&self, id: &AccountId) -> Account {
        self.store.find_account(id.clone()).await.unwrap().unwrap()
    }

    async fn password_of(&self, id: &AccountId) -> Option<String> {
        self.account(id).await.password_hash
    }

    /// What a sign-in attempt with the right password proves at this instant.
    async fn prove(&self, owner: &Owner, now: Timestamp) -> PasswordProof {
        let start = self.store.begin_sign_in(self.sign_in(&owner.email, None, now)).await.unwrap().unwrap();
        assert_eq!(start.decision, LockoutDecision::Try);
        PasswordProof::of(&start.account.unwrap(), start.counted).unwrap()
    }

    async fn be_faster(&self, owner: &Owner, how: Faster) {
        match how {
            Faster::Resets => {
                let new = reset(self, owner, at(10));
                self.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
                let typed = attempt(self, &new, new.code.code, self.keyed(), at(11));
                let proof = self.store.prove_reset_by_code(typed).await.unwrap();
                assert_eq!(proof, ResetProof::Proven { request_id: None });
                assert!(self.store.finish_password_reset(finish(self, &new, NEW)).await.unwrap());
            }
            Faster::Changes => assert!(self.change_password(owner, &owner.session, at(20)).await),
        }
        assert_eq!(self.password_of(&owner.account).await.as_deref(), Some(NEW), "{how:?}");
    }

    async fn change_password(&self, owner: &Owner, session: &NewSession, now: Timestamp) -> bool {
        let change = PasswordChange {
            proof: PasswordProof::of(&self.account(&owner.account).await, self.keyed()).unwrap(),
            session: session.id.clone(),
            secret: self.token(),
            new_hash: NEW.into(),
            end_others: true,
            mail: self.mail("password_changed"),
            now,
        };
        self.store.change_password(change).await.unwrap()
    }

    /// Turns an authenticator app on in the owner's session.
    async fn turn_app_on(&self, owner: &Owner) -> AppOutcome {
        let (session, secret) = (owner.session.id.clone(), self.token().as_bytes().to_vec());
        let shown = self.store.start_authenticator_enrolment(session.clone(), secret, at(1), at(100));
        let new = NewAuthenticatorApp {
            account: owner.account.clone(),
            session,
            secret: shown.await.unwrap(),
            name: "Phone".into(),
            step: TotpStep::latest_at(at(2)),
            codes: None,
            mail: self.mail("second_step"),
            now: at(2),
        };
        self.store.add_authenticator_app(new).await.unwrap()
    }

    async fn end_session_of(&self, owner: &Owner) {
        let reason = SessionEndReason::EndedElsewhere;
        let end = EndSessions { account: owner.account.clone(), except: None, reason, now: at(5) };
        assert_eq!(self.store.end_sessions_of_account(end).await.unwrap(), 1);
    }

    fn open_sessions(&self, id: &AccountId) -> usize {
        self.count(&format!("browser_session WHERE account_id = '{id}' AND ended_at IS NULL"))
    }
}

async fn sc_072_sc_099_a_sign_in_whose_password_was_replaced_meanwhile_starts_no_session(world: World) {
    for (how, rehashed, open) in [
        (Faster::Resets, None, 0),
        (Faster::Resets, Some(REHASHED), 0),
        (Faster::Changes, None, 1),
        (Faster::Changes, Some(REHASHED), 1),
    ] {
        let owner = world.owner().await;
        let proof = world.prove(&owner, at(5)).await;
        world.be_faster(&owner, how).await;
        let mails = world.count("outbox_mail");
        let mut success = world.sign_in_success(&owner.account, proof.counted, at(21));
        success.proof = proof;
        success.new_password_hash = rehashed.map(str::to_owned);
        let secret = success.session.secret;
        assert_eq!(world.store.complete_sign_in(success).await.unwrap(), SignInEnd::Superseded, "{how:?}");
        assert!(world.store.find_session(secret).await.unwrap().is_none());
        assert_eq!(world.open_sessions(&owner.account), open, "{how:?}: the owner's own");
        assert_eq!(world.password_of(&owner.account).await.as_deref(), Some(NEW));
        assert_ne!(world.account(&owner.account).await.last_sign_in_at, Some(at(21)));
        assert_eq!((world.count("outbox_mail"), world.count("second_step")), (mails, 0));
    }
}

async fn an_account_that_was_locked_meanwhile_is_told_to_who_knows_its_password_only(world: World) {
    let owner = world.owner().await;
    let proof = world.prove(&owner, at(5)).await;
    let mut success = world.sign_in_success(&owner.account, proof.counted, at(6));
    success.proof = proof;
    world.execute("UPDATE account SET status = 'locked'");
    assert_eq!(world.store.complete_sign_in(success.clone()).await.unwrap(), SignInEnd::Gone);
    world.execute("UPDATE account SET password_hash = '$argon2id$other'");
    assert_eq!(world.store.complete_sign_in(success).await.unwrap(), SignInEnd::Superseded);
}

async fn sc_099_a_first_proof_whose_password_was_replaced_leads_to_no_second_step(world: World) {
    let owner = world.owner().await;
    assert!(matches!(world.turn_app_on(&owner).await, AppOutcome::Added { .. }));
    let (early, late) = (world.prove(&owner, at(5)).await, world.prove(&owner, at(5)).await);
    let mut waiting = world.sign_in_success(&owner.account, early.counted, at(6));
    waiting.proof = early;
    assert_eq!(world.store.complete_sign_in(waiting.clone()).await.unwrap(), SignInEnd::SecondStep);
    assert_eq!(world.count("second_step"), 1);
    world.be_faster(&owner, Faster::Changes).await;
    // What waited is forgotten, and what comes late doesn't wait.
    assert_eq!(world.count("second_step"), 0);
    let finish = FinishSecondStep {
        account: owner.account.clone(),
        proof: SecondProof::Totp(TotpStep::latest_at(at(90))),
        target: SecondStepTarget::SignIn {
            id: waiting.second_step.id,
            session: Box::new(world.session()),
            new_device_mail: world.mail("new_device"),
        },
        counted: world.keyed(),
        now: at(21),
    };
    assert_eq!(world.store.finish_second_step(finish).await.unwrap(), SecondStepEnd::Gone);
    let mut success = world.sign_in_success(&owner.account, late.counted, at(22));
    success.proof = late;
    assert_eq!(world.store.complete_sign_in(success).await.unwrap(), SignInEnd::Superseded);
    assert_eq!((world.count("second_step"), world.open_sessions(&owner.account)), (0, 1));
}

async fn sc_072_of_a_reset_and_many_sign_ins_at_once_no_session_of_the_old_password_stays(world: World) {
    let stores = [world.store.clone(), world.another_node()];
    for _ in 0..6 {
        let owner = world.owner().await;
        let new = reset(&world, &owner, at(10));
        world.store.start_password_reset(new.clone(), MAIL_LIMITS).await.unwrap();
        let typed = attempt(&world, &new, new.code.code, world.keyed(), at(11));
        world.store.prove_reset_by_code(typed).await.unwrap();
        let barrier = Arc::new(Barrier::new(9));
        let mut tasks = Vec::new();
        for n in 0..8 {
            let mut success = world.sign_in_success(&owner.account, world.keyed(), at(20));
            success.new_password_hash = (n % 2 == 0).then(|| REHASHED.to_owned());
            let (store, barrier) = (stores[n % 2].clone(), Arc::clone(&barrier));
            tasks.push(tokio::spawn(async move {
                barrier.wait().await;
                store.complete_sign_in(success).await.unwrap();
            }));
        }
        let (store, finish) = (stores[0].clone(), finish(&world, &new, NEW));
        let reset = tokio::spawn(async move {
            barrier.wait().await;
            store.finish_password_reset(finish).await.unwrap()
        });
        for task in tasks {
            task.await.unwrap();
        }
        assert!(reset.await.unwrap());
        assert_eq!(world.open_sessions(&owner.account), 0);
        assert_eq!(world.password_of(&owner.account).await.as_deref(), Some(NEW));
    }
}

async fn sc_099_a_password_is_changed_by_its_own_proof_and_in_an_open_session_only(world: World) {
    let owner = world.owner().await;
    let stale = PasswordChange {
        proof: world.prove(&owner, at(5)).await,
        session: owner.session.id.clone(),
        secret: world.token(),
        new_hash: "$argon2id$the other's".into(),
        end_others: true,
        mail: world.mail("password_changed"),
        now: at(21),
    };
    world.be_faster(&owner, Faster::Changes).await;
    assert!(!world.store.change_password(stale).await.unwrap());
    assert_eq!(world.password_of(&owner.account).await.as_deref(), Some(NEW));

    let owner = world.owner().await;
    let before = world.password_of(&owner.account).await;
    world.end_session_of(&owner).await;
    assert!(!world.change_password(&owner, &owner.session, at(6)).await, "signed out elsewhere meanwhile");
    assert_eq!(world.password_of(&owner.account).await, before);
    assert_eq!(world.count("former_password"), 1);
}

async fn sc_099_a_session_is_not_proven_anew_by_a_password_that_was_replaced(world: World) {
    let owner = world.owner().await;
    let attempt = ProofAttempt {
        session: owner.session.id.clone(),
        account: owner.account.clone(),
        counted: world.keyed(),
        tries: 5,
        limits: LOCKOUT,
        now: at(5),
    };
    assert_eq!(world.store.begin_proof(attempt.clone()).await.unwrap(), ProofStart::Try);
    let proof = |password, now| SessionProof {
        session: owner.session.id.clone(),
        account: owner.account.clone(),
        secret: world.token(),
        password: Some(password),
        now,
    };
    let stale = PasswordProof::of(&world.account(&owner.account).await, attempt.counted).unwrap();
    world.be_faster(&owner, Faster::Changes).await;
    let end = world.store.complete_proof(proof(stale, at(21))).await.unwrap();
    assert_eq!(end, SessionProofEnd::Superseded);
    assert_eq!(world.count("browser_session WHERE wrong_proofs = 0"), 1, "the change's own proof");
    assert_eq!(world.count(&format!("browser_session WHERE proven_at = {}", at(21).micros())), 0);
    let fresh = PasswordProof::of(&world.account(&owner.account).await, attempt.counted).unwrap();
    let end = world.store.complete_proof(proof(fresh, at(22))).await.unwrap();
    assert_eq!(end, SessionProofEnd::Proven);
}

/// A ONE-key account whose hash was imported, and the session that it registered in.
async fn one_key(world: &World) -> (AccountId, OneKeyId, NewSession) {
    let account = AccountId::random_one_key(&mut *world.rng.lock().unwrap());
    let name = world.keyed().to_base64url()[..12].replace(['-', '_'], "x");
    let id = OneKeyId::parse(&format!("maple.{name}")).unwrap();
    let session = world.session();
    let new = NewOneKeyAccount {
        account: account.clone(),
        id: id.clone(),
        password_hash: "$2b$12$imported".into(),
        language: Language::French,
        terms_version: 1,
        questions: vec![question("old answer")],
        recovery_email: Some(EmailAddress::parse("old@example.com").unwrap()),
        session: session.clone(),
        now: at(0),
    };
    assert!(world.store.register_one_key(new).await.unwrap());
    (account, id, session)
}

fn question(answer_hash: &str) -> NewSecurityQuestion {
    let question = SecurityQuestion::Own("Which dish in winter?".into());
    NewSecurityQuestion { question, answer_hash: answer_hash.into() }
}

async fn prove_one_key(world: &World, id: &OneKeyId) -> PasswordProof {
    let attempt = OneKeySignInAttempt {
        id_key: id.key(),
        device: world.token(),
        id_hash: world.keyed(),
        device_key: world.keyed(),
        stand_in: AccountId::first_one_key(),
        network: None,
        limits: LOCKOUT,
        now: at(5),
    };
    let start = world.store.begin_one_key_sign_in(attempt).await.unwrap().unwrap();
    PasswordProof::of(&start.account.unwrap(), start.counted).unwrap()
}

/// The owner answers their questions and sets a new password.
async fn recover(world: &World, id: &OneKeyId) {
    let recovery = world.id(OneKeyRecoveryId::parse);
    let new = NewOneKeyRecovery {
        id: recovery.clone(),
        browser: world.token(),
        typed_id: id.as_str().into(),
        now: at(10),
    };
    world.store.start_one_key_recovery(new).await.unwrap();
    let counted = world.keyed();
    world.store.prove_one_key_recovery(recovery.clone(), counted, Vec::new(), at(11)).await.unwrap();
    let finish = FinishOneKeyRecovery {
        recovery,
        password_hash: NEW.into(),
        counted,
        mail: None,
        proven_after: at(0),
        now: at(20),
    };
    assert!(world.store.finish_one_key_recovery(finish).await.unwrap());
}

async fn sc_072_a_one_key_sign_in_whose_password_was_recovered_meanwhile_leaves_the_new_one(world: World) {
    for rehashed in [None, Some(REHASHED)] {
        let (account, id, _) = one_key(&world).await;
        let proof = prove_one_key(&world, &id).await;
        recover(&world, &id).await;
        let success = OneKeySignInSuccess {
            proof,
            session: world.session(),
            new_password_hash: rehashed.map(str::to_owned),
            now: at(21),
        };
        let secret = success.session.secret;
        assert_eq!(world.store.complete_one_key_sign_in(success).await.unwrap(), SignInEnd::Superseded);
        assert!(world.store.find_session(secret).await.unwrap().is_none());
        assert_eq!(world.open_sessions(&account), 0);
        assert_eq!(world.password_of(&account).await.as_deref(), Some(NEW), "the new one still works");
    }
    // An outdated hash that nobody has replaced gives way at its first use.
    let (account, id, _) = one_key(&world).await;
    let success = OneKeySignInSuccess {
        proof: prove_one_key(&world, &id).await,
        session: world.session(),
        new_password_hash: Some(REHASHED.into()),
        now: at(21),
    };
    assert_eq!(world.store.complete_one_key_sign_in(success).await.unwrap(), SignInEnd::SignedIn);
    assert_eq!(world.password_of(&account).await.as_deref(), Some(REHASHED));
}

async fn sc_102_sc_103_a_transfer_whose_one_key_password_was_recovered_meanwhile_decides_nothing(
    world: World,
) {
    let ((account, id, _), owner) = (one_key(&world).await, world.owner().await);
    let transfer = |proof| Transfer {
        id: world.id(TransferId::parse),
        account: owner.account.clone(),
        proof,
        client: ClientId::parse("asking").unwrap(),
        mails: vec![world.mail("transfer")],
        now: at(21),
    };
    let stale = prove_one_key(&world, &id).await;
    recover(&world, &id).await;
    let outcome = world.store.transfer_one_key(transfer(stale)).await.unwrap();
    assert_eq!(outcome, TransferOutcome::Superseded);
    assert_eq!((world.count("transfer_decision"), world.count("transfer_refusal")), (0, 0));
    assert_eq!(world.count("outbox_mail WHERE kind = 'transfer'"), 0);
    assert_eq!(world.count("account WHERE status = 'active' AND one_key_id IS NOT NULL"), 1);
    let fresh = prove_one_key(&world, &id).await;
    assert_eq!(fresh.account, account);
    let outcome = world.store.transfer_one_key(transfer(fresh)).await.unwrap();
    assert_eq!(outcome, TransferOutcome::Done, "the owner's own");
}

/// Every part of a ONE-key account that asks for its password.
fn parts() -> Vec<OneKeyChange> {
    let other = || EmailAddress::parse("other@example.com").ok();
    vec![
        OneKeyChange::Id(OneKeyId::parse("somebody.else").unwrap()),
        OneKeyChange::Password("$argon2id$the other's".into()),
        OneKeyChange::Recovery { questions: vec![question("their answer")], email: other() },
        OneKeyChange::Email(other()),
        OneKeyChange::Email(None),
    ]
}

async fn sc_099_no_part_of_a_one_key_account_changes_by_a_password_that_was_replaced(world: World) {
    for change in parts() {
        let (account, id, session) = one_key(&world).await;
        let proof = prove_one_key(&world, &id).await;
        recover(&world, &id).await;
        let label = format!("{change:?}");
        let change = ChangeOneKey { proof, session: session.id, change, mail: None, now: at(21) };
        let end = world.store.change_one_key(change).await.unwrap();
        assert_eq!(end, OneKeyChangeEnd::Superseded, "{label}");
        assert_untouched(&world, &account, &id, NEW).await;
    }
}

async fn sc_099_no_part_of_a_one_key_account_changes_in_a_session_that_ended_meanwhile(world: World) {
    for change in parts() {
        let (account, id, session) = one_key(&world).await;
        let (mine, theirs) = (session.id.clone(), world.owner().await.session.id);
        world.store.end_session(session.id, None, at(4)).await.unwrap();
        for session in [mine, theirs] {
            let proof = prove_one_key(&world, &id).await;
            let (change, mail) = (change.clone(), None);
            let change = ChangeOneKey { proof, session, change, mail, now: at(21) };
            assert_eq!(world.store.change_one_key(change).await.unwrap(), OneKeyChangeEnd::Gone);
        }
        assert_untouched(&world, &account, &id, "$2b$12$imported").await;
    }
}

async fn assert_untouched(world: &World, account: &AccountId, id: &OneKeyId, hash: &str) {
    let found = world.account(account).await;
    assert_eq!((found.name.as_str(), found.password_hash.as_deref()), (id.as_str(), Some(hash)));
    let email =
        format!("one_key_account WHERE account_id = '{account}' AND recovery_email = 'old@example.com'");
    let answers = format!("one_key_question WHERE account_id = '{account}' AND answer_hash = 'old answer'");
    assert_eq!((world.count(&email), world.count(&answers)), (1, 1));
}

/// A browser whose partner vouched for somebody, and that has proven the owner's address.
async fn partner_journey(world: &World, owner: &Owner) -> PartnerJourneyId {
    let partner = PartnerId::parse("bank").unwrap();
    let new = NewPartnerJourney {
        id: world.id(PartnerJourneyId::parse),
        state: world.token(),
        browser: world.token(),
        request_id: None,
        partner: partner.clone(),
        issuer: "https://bank.example".into(),
        account: None,
        link: None,
        fresh: false,
        next: None,
        language: Language::English,
        now: at(3),
    };
    let answer =
        TakePartnerAnswer { state: new.state, browser: new.browser, partner, begun_after: at(0), now: at(4) };
    let id = new.id.clone();
    world.store.insert_partner_journey(new).await.unwrap();
    assert!(world.store.take_partner_answer(answer).await.unwrap().is_some());
    assert!(world.store.keep_partner_subject(id.clone(), world.keyed(), at(4)).await.unwrap());
    world.execute(&format!(
        "UPDATE partner_journey SET email = '{}', email_key = '{}', email_proven_at = {} WHERE id = '{}'",
        owner.email.as_str(),
        owner.email.key(),
        at(4).micros(),
        id.as_str()
    ));
    id
}

fn link(world: &World, journey: &PartnerJourneyId, owner: &Owner, password: PasswordProof) -> LinkPartner {
    LinkPartner {
        journey: journey.clone(),
        account: owner.account.clone(),
        password: Some(password),
        session: world.session(),
        second_step: world.second_step(None, at(21)),
        linked_mail: world.mail("partner_linked"),
        new_device_mail: world.mail("new_device"),
        now: at(21),
    }
}

async fn sc_072_a_partner_is_not_linked_by_a_password_that_was_replaced(world: World) {
    for how in [Faster::Resets, Faster::Changes] {
        let owner = world.owner().await;
        let journey = partner_journey(&world, &owner).await;
        let stale = world.prove(&owner, at(5)).await;
        world.be_faster(&owner, how).await;
        let sessions = world.open_sessions(&owner.account);
        let end = world.store.link_partner(link(&world, &journey, &owner, stale)).await.unwrap();
        assert_eq!(end, SignInEnd::Superseded, "{how:?}");
        assert_eq!((world.count("partner_link"), world.open_sessions(&owner.account)), (0, sessions));
        assert_eq!(world.count("outbox_mail WHERE kind = 'partner_linked'"), 0);
        assert_eq!(world.count("partner_journey WHERE finished_at IS NULL"), 1, "the owner may go on");
        // Nor by somebody else's password.
        let other = world.owner().await;
        let theirs = world.prove(&other, at(22)).await;
        let end = world.store.link_partner(link(&world, &journey, &owner, theirs)).await.unwrap();
        assert_eq!((end, world.count("partner_link")), (SignInEnd::Gone, 0));
        let fresh = world.prove(&owner, at(22)).await;
        let end = world.store.link_partner(link(&world, &journey, &owner, fresh)).await.unwrap();
        assert_eq!((end, world.count("partner_link")), (SignInEnd::SignedIn, 1));
        world.execute("DELETE FROM partner_link; DELETE FROM partner_journey");
        world.execute("DELETE FROM outbox_mail");
    }
}

async fn a_link_that_waits_for_a_second_step_is_made_in_the_session_of_that_step_only(world: World) {
    let owner = world.owner().await;
    assert!(matches!(world.turn_app_on(&owner).await, AppOutcome::Added { .. }));
    let journey = partner_journey(&world, &owner).await;
    let proof = world.prove(&owner, at(5)).await;
    let end = world.store.link_partner(link(&world, &journey, &owner, proof)).await.unwrap();
    assert_eq!((end, world.count("partner_link")), (SignInEnd::SecondStep, 0));
    let browser = world.token();
    let hex: String =
        browser.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let stored = if world.is_sqlite() { format!("X'{hex}'") } else { format!("'\\x{hex}'") };
    world.execute(&format!("UPDATE partner_journey SET browser_hash = {stored}"));
    let after = |session: &SessionId| LinkAfterSecondStep {
        browser,
        request_id: None,
        account: owner.account.clone(),
        session: session.clone(),
        seen_after: at(0),
        linked_mail: world.mail("partner_linked"),
        now: at(22),
    };
    let ended = world.session();
    let mut success = world.sign_in_success(&owner.account, world.keyed(), at(6));
    success.session = ended.clone();
    for session in [ended.id, world.owner().await.session.id] {
        assert!(!world.store.link_partner_after_second_step(after(&session)).await.unwrap());
    }
    assert_eq!(world.count("partner_link"), 0);
    assert!(world.store.link_partner_after_second_step(after(&owner.session.id)).await.unwrap());
    assert_eq!(world.count("partner_link"), 1);
}

fn email_change(world: &World, owner: &Owner, code: KeyedHash) -> NewEmailChange {
    NewEmailChange {
        id: world.id(EmailChangeId::parse),
        account: owner.account.clone(),
        session: owner.session.id.clone(),
        old_email: owner.email.clone(),
        new_email: world.email(),
        address_hash: world.keyed(),
        account_hash: world.keyed(),
        code: NewEmailChangeCode {
            id: world.id(EmailChangeCodeId::parse),
            code,
            decoy: world.keyed(),
            code_mail: world.mail("new_address_code"),
            exists_mail: world.mail("account_exists"),
        },
        undo: world.token(),
        notice_mail: world.mail("email_changing"),
        now: at(6),
    }
}

async fn what_hangs_on_a_session_that_ended_meanwhile_is_not_done(world: World) {
    let owner = world.owner().await;
    let code = world.keyed();
    let waiting = email_change(&world, &owner, code);
    let started = world.store.start_email_change(waiting.clone(), MAIL_LIMITS).await.unwrap();
    assert!(matches!(started, EmailChangeMail::Mail(_)), "{started:?}");
    world.end_session_of(&owner).await;
    let again = world.store.start_email_change(email_change(&world, &owner, code), MAIL_LIMITS).await;
    assert_eq!(again.unwrap(), EmailChangeMail::Over);
    assert_eq!(world.count("email_change"), 1);
    let attempt = EmailChangeAttempt {
        account: owner.account.clone(),
        session: owner.session.id.clone(),
        change: waiting.id,
        typed: code,
        limits: ACTIVATION,
        now: at(7),
    };
    assert_eq!(world.store.confirm_email_change(attempt).await.unwrap(), EmailChangeOutcome::Over);
    assert_eq!(world.account(&owner.account).await.email(), Some(&owner.email));
    assert_eq!(world.turn_app_on(&owner).await, AppOutcome::Refused);
    let codes = NewRecoveryCodes {
        hashes: vec![world.keyed()],
        sheet: vec![1],
        session: owner.session.id.clone(),
        expires_at: at(100),
    };
    let made =
        world.store.make_recovery_codes(owner.account.clone(), codes, world.mail("second_step"), at(8)).await;
    assert!(!made.unwrap());
    assert_eq!((world.count("authenticator_app"), world.count("recovery_code")), (0, 0));
}

/// A proof names a stored hash; nothing prints it.
async fn a_proof_prints_no_hash(world: World) {
    let proof = PasswordProof {
        account: world.account_id(),
        hash: Secret::new("$argon2id$v=19$secret"),
        counted: world.keyed(),
    };
    assert!(!format!("{proof:?}").contains("argon2id"), "{proof:?}");
}

on_both_databases! {
    sc_072_sc_099_a_sign_in_whose_password_was_replaced_meanwhile_starts_no_session
    an_account_that_was_locked_meanwhile_is_told_to_who_knows_its_password_only
    sc_099_a_first_proof_whose_password_was_replaced_leads_to_no_second_step
    sc_072_of_a_reset_and_many_sign_ins_at_once_no_session_of_the_old_password_stays
    sc_099_a_password_is_changed_by_its_own_proof_and_in_an_open_session_only
    sc_099_a_session_is_not_proven_anew_by_a_password_that_was_replaced
    sc_072_a_one_key_sign_in_whose_password_was_recovered_meanwhile_leaves_the_new_one
    sc_102_sc_103_a_transfer_whose_one_key_password_was_recovered_meanwhile_decides_nothing
    sc_099_no_part_of_a_one_key_account_changes_by_a_password_that_was_replaced
    sc_099_no_part_of_a_one_key_account_changes_in_a_session_that_ended_meanwhile
    sc_072_a_partner_is_not_linked_by_a_password_that_was_replaced
    a_link_that_waits_for_a_second_step_is_made_in_the_session_of_that_step_only
    what_hangs_on_a_session_that_ended_meanwhile_is_not_done
    a_proof_prints_no_hash
}
