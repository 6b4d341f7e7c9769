//! What browsers and authenticators send, as it is handed to the library that verifies: whatever comes is read without harm,
//! nothing unsigned is believed, and no registration stands whose key can't be read back. The first byte chooses what the rest
//! is.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::ids::{AccountId, PasskeyId};
use idp_domain::passkey::{
    AssertionResponse, Ceremony, CeremonyState, ChallengePurpose, CreationFacts, CredentialId, Passkey,
    PasskeyError, PasskeyName, RegistrationResponse, RelyingParty, UserHandle,
};
use idp_domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const ORIGIN: &str = "https://a.test";

fn b64(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, begun: &Ceremony) -> String {
    b64(json!({"type": kind, "challenge": begun.options["challenge"], "origin": ORIGIN})
        .to_string()
        .as_bytes())
}

fn passkey(public_key: &[u8]) -> Passkey {
    Passkey {
        id: PasskeyId::parse("p").expect("an identifier"),
        account_id: AccountId::parse("a").expect("an identifier"),
        credential_id: CredentialId::from_bytes(&[7; 32]).expect("an identifier"),
        public_key: public_key.to_vec(),
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
        transports: vec![],
        name: PasskeyName::parse("Key").expect("a name"),
        created_at: Timestamp::EPOCH,
        last_used_at: None,
    }
}

/// Registers with this attestation object; what it is kept as can be read again.
fn register(object: &[u8], party: &RelyingParty, handle: &UserHandle) {
    let begun = Ceremony::registration(&CreationFacts {
        relying_party: party,
        relying_party_name: "a",
        handle,
        user_name: "a",
        existing: &[],
    })
    .expect("a beginning");
    let answer = json!({"type": "public-key", "response": {
        "clientDataJSON": client_data("webauthn.create", &begun), "attestationObject": b64(object),
    }});
    let Ok(response) = RegistrationResponse::parse(&answer.to_string()) else { return };
    if let Ok(made) = response.verify(&begun.state, party) {
        assert!((16..=1023).contains(&made.id.as_bytes().len()));
        assert!(made.backup_eligible || !made.backed_up);
        let made = Passkey { credential_id: made.id, ..passkey(&made.public_key) };
        let id = b64(made.credential_id.as_bytes());
        let refused = prove(&made, &id, &[0; 37], &[1; 64], None, party, handle);
        assert!(refused.is_err_and(|reason| reason != PasskeyError::Key));
    }
}

/// Proves with this data and this signature.
fn prove(
    passkey: &Passkey,
    id: &str,
    data: &[u8],
    signature: &[u8],
    state: Option<CeremonyState>,
    party: &RelyingParty,
    handle: &UserHandle,
) -> Result<(), PasskeyError> {
    let begun = Ceremony::proof(party, std::slice::from_ref(passkey)).expect("a beginning");
    let answer: Value = json!({"type": "public-key", "id": id, "response": {
        "clientDataJSON": client_data("webauthn.get", &begun),
        "authenticatorData": b64(data), "signature": b64(signature),
    }});
    let response = AssertionResponse::parse(&answer.to_string(), ChallengePurpose::Confirm)?;
    response.verify(&state.unwrap_or(begun.state), passkey, handle, party).map(drop)
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let party = RelyingParty::of_issuer(ORIGIN).expect("a domain");
    let handle = UserHandle::parse(&b64(&[9; 32])).expect("a handle");
    let id = b64(&[7; 32]);
    match kind % 5 {
        0 => {
            let _ = RegistrationResponse::parse(&text);
            for purpose in ChallengePurpose::ALL {
                let _ = AssertionResponse::parse(&text, purpose);
            }
        }
        1 => {
            if let Ok(name) = PasskeyName::parse(&text) {
                assert!(name.as_str().chars().count() <= PasskeyName::LONGEST);
                assert_eq!(PasskeyName::parse(name.as_str()), Ok(name.clone()));
            }
        }
        // A key, then what it would have signed, then the library's own notes.
        2 => assert!(prove(&passkey(rest), &id, &[0; 37], &[1; 64], None, &party, &handle).is_err()),
        3 => {
            // Ed25519's base point.
            let head = [0xa4_u8, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20];
            let key = [&head[..], &[0x58], &[0x66; 31]].concat();
            let (data, signature) = rest.split_at(rest.len().min(37));
            let state = rest.len().is_multiple_of(2).then(|| CeremonyState::from_bytes(rest.to_vec()));
            assert!(prove(&passkey(&key), &id, data, signature, state, &party, &handle).is_err());
        }
        _ => register(rest, &party, &handle),
    }
});
