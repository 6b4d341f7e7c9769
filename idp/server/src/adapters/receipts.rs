//! The signed receipt of a transfer decision: a JWS of a type of its own, by the key that signs now. Any key that ever
//! signed checks it, so an old receipt stays good after its key has left the key set.

use crate::adapters::key_ring::KeyRing;
use crate::adapters::own_jwt::OwnJwt;
use crate::app::App;
use idp_domain::ids::ClientId;
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::transfer::{RECEIPT_TYPE, ReceiptClaims, TransferChoice, TransferDecision};
use idp_store::Store;

/// The algorithm of receipts: short, and known everywhere.
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;
/// A receipt is far shorter.
const LONGEST: usize = 16 * 1024;

/// Signs the receipt of a decision.
///
/// # Errors
/// The database is away, or there is no key.
pub async fn issue(app: &App, decision: &TransferDecision) -> Result<(ReceiptClaims, String), String> {
    let services: Vec<ClientId> = match &decision.choice {
        TransferChoice::Transferred(one_key) => {
            app.store.list_enrolments(one_key.clone()).await.map_err(|error| error.to_string())?
        }
        TransferChoice::Declined => Vec::new(),
    };
    let claims = ReceiptClaims::of(app.issuer(), decision, services);
    let key = app.keys.active(ALGORITHM).map_err(|error| error.to_string())?;
    let signed = key.sign_jwt(RECEIPT_TYPE, &claims).map_err(|error| error.to_string())?;
    Ok((claims, signed))
}

/// Whether a text is a receipt of ours: its type, its key, its signature, its issuer, and the decision on record.
///
/// # Errors
/// The database is away.
pub async fn verify(
    keys: &KeyRing,
    store: &Store,
    issuer: &str,
    text: &str,
) -> idp_store::Result<Option<ReceiptClaims>> {
    let Some(claims) = verify_signature(keys, issuer, text) else { return Ok(None) };
    let on_record = store.find_transfer_by_id(claims.jti.clone()).await?;
    let same = on_record.is_some_and(|decision| {
        let known = ReceiptClaims::of(issuer, &decision, claims.services.clone());
        known == claims
    });
    Ok(same.then_some(claims))
}

/// The claims of a text that we signed as a receipt.
fn verify_signature(keys: &KeyRing, issuer: &str, text: &str) -> Option<ReceiptClaims> {
    if text.len() > LONGEST {
        return None;
    }
    let receipt = OwnJwt { kind: RECEIPT_TYPE, issuer: Some(issuer), required: &["iss"] };
    receipt.read(text, |kid| keys.find_public(kid))
}
