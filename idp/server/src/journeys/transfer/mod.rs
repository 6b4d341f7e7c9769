//! The one-time transfer (guide S2; `product.md` section 4): T1 asks, T2 and T3 take the ONE-key account's proof, T4 confirms
//! the *No*, T6 tells what was done and gives the receipt. Leaving a page decides nothing; the decision is the store's.

pub mod ask;
pub mod decline;
pub mod details;
pub mod done;
pub mod receipt;

use super::resume;
use crate::adapters::receipts;
use crate::mail::{Envelope, Mail, TransferReceipt};
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};
use idp_domain::Language;
use idp_domain::account::{AccountKind, EmailAddress};
use idp_domain::client::Client;
use idp_domain::transfer::TransferDecision;
use idp_store::{NewMail, SessionWithAccount, StoreError};
use std::time::Duration;

/// T1.
pub const PATH: &str = "/transfer";
/// T2.
pub const ONE_KEY: &str = "/transfer/one-key";
/// T3.
pub const HELP: &str = "/transfer/help";
/// T4.
pub const CONFIRM_NO: &str = "/transfer/confirm-no";
/// T6.
pub const DONE: &str = "/transfer/done";
/// The receipt.
pub const RECEIPT: &str = "/transfer/receipt";
/// Where anybody checks one.
pub const VERIFY: &str = "/receipts/verify";

/// How long a mail about the decision waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

/// Whether the question is due: the service used ONE-key before, and this My Ontario Account has not decided.
///
/// # Errors
/// The database is away.
pub(super) async fn is_due(
    visit: &Visit,
    client: &Client,
    session: Option<&SessionWithAccount>,
) -> Result<bool, Problem> {
    let Some(session) = session.filter(|live| live.account.id.kind() == AccountKind::MyOntario) else {
        return Ok(false);
    };
    if !client.used_one_key {
        return Ok(false);
    }
    Ok(visit.app.store.find_transfer_decision(session.account.id.clone()).await?.is_none())
}

/// Somebody who is asked.
struct Asked {
    session: Box<SessionWithAccount>,
    client: Client,
    redirect_uri: String,
}

/// Who is signed in; else where they go. X2 tells whose time was over, and leads them back to the question.
async fn signed_in(visit: &Visit) -> Result<Result<Box<SessionWithAccount>, Answer>, Problem> {
    Ok(match visit.signed_in().await? {
        SignedIn::Yes(session) => Ok(session),
        SignedIn::Expired => Err(visit.dress(Answer::see_other(visit.url("/session-expired")))),
        SignedIn::No => Err(resume::go_on(visit, None).await?),
    })
}

/// Who is asked at this visit; else where they go. A step that is behind them says so (X4).
async fn asked(visit: &Visit) -> Result<Result<Asked, Answer>, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(Err(answer)),
    };
    let kept = visit.kept_request().await?.filter(|kept| !kept.is_answered());
    let Some(kept) = kept else { return Ok(Err(resume::go_on(visit, Some(&*session)).await?)) };
    let service = kept.service()?;
    if is_due(visit, &service.client, Some(&*session)).await? {
        // Nobody decides now; the store holds it too.
        if visit.in_force.transfers_are_held {
            return Err(StoreError::Busy.into());
        }
        let redirect_uri = kept.redirect_uri().to_owned();
        return Ok(Ok(Asked { session, client: service.client.clone(), redirect_uri }));
    }
    if visit.app.store.find_transfer_decision(session.account.id.clone()).await?.is_some() {
        return Err(Problem::StepDone);
    }
    Ok(Err(resume::go_on(visit, Some(&*session)).await?))
}

/// N7; with the receipt, where it goes to the person who decides.
fn mail(
    visit: &Visit,
    to: &EmailAddress,
    language: Language,
    transferred: bool,
    receipt: Option<TransferReceipt>,
) -> Result<NewMail, Problem> {
    let mail = Mail::Transfer { at: visit.now.micros(), transferred, receipt };
    let envelope = Envelope { to: to.clone(), language, mail };
    envelope
        .seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE))
        .map_err(|error| Problem::internal(&error))
}

/// The receipt that goes out with a decision: signed before it is on record, and good from then on.
async fn receipt(visit: &Visit, decision: &TransferDecision) -> Result<TransferReceipt, Problem> {
    let issued = receipts::issue(&visit.app, decision).await;
    let (_, signed) = issued.map_err(|error| Problem::internal(&error))?;
    Ok(TransferReceipt { signed, check: format!("{}/{{l}}{VERIFY}", visit.app.issuer()) })
}
