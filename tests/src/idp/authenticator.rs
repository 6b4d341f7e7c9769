//! A device with passkeys, in software: it makes credentials, remembers which account they are of, and signs. Every answer can
//! be bent before it is signed, as a broken or hostile one would be.

use super::{Page, TestIdp, Visitor};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::Mutex;
use url::Url;

/// User present.
pub const PRESENT: u8 = 0x01;
/// User verified.
pub const VERIFIED: u8 = 0x04;
/// Backup eligible.
pub const ELIGIBLE: u8 = 0x08;
/// Backed up.
pub const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// What an answer says, before it is signed and written down.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The members of the collected client data.
    pub client_data: Value,
    /// For which relying party.
    pub rp_id: String,
    /// UP, UV, BE, BS.
    pub flags: u8,
    /// The counter.
    pub sign_count: u32,
    /// The credential.
    pub credential_id: Vec<u8>,
    /// Whose it says it is, in base64url.
    pub user_handle: Option<String>,
    /// The COSE algorithm's byte of a new key: 0x26 is ES256.
    pub algorithm: u8,
    /// Put in place of the attestation object.
    pub attestation_object: Option<Vec<u8>>,
}

struct Credential {
    id: Vec<u8>,
    key: EcdsaKeyPair,
    rp_id: String,
    user_handle: String,
}

/// A device.
pub struct Authenticator {
    /// Its origin, as its browser sees it.
    origin: String,
    flags: u8,
    count: Mutex<u32>,
    credentials: Mutex<Vec<Credential>>,
}

impl Authenticator {
    /// One whose credentials stay on it and whose counter goes on.
    pub fn new(issuer: &str) -> Self {
        Self { origin: issuer.to_owned(), flags: 0, count: Mutex::new(0), credentials: Mutex::default() }
    }

    /// One whose credentials are shared by its owner's devices; as those do, it counts nothing.
    pub fn synced(issuer: &str) -> Self {
        Self { flags: ELIGIBLE | BACKED_UP, ..Self::new(issuer) }
    }

    /// How many credentials it holds.
    pub fn len(&self) -> usize {
        self.credentials.lock().expect("no test panics here").len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `navigator.credentials.create`, its answer as the script writes it.
    pub fn create(&self, options: &Value, bend: impl FnOnce(&mut Draft)) -> String {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let user_handle = text(&options["user"]["id"]);
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        let mut draft =
            self.draft("webauthn.create", &text(&options["challenge"]), &text(&options["rp"]["id"]), &id);
        bend(&mut draft);
        let point = key.public_key().as_ref();
        let mut credential = vec![0; 16];
        credential.extend(u16::try_from(draft.credential_id.len()).expect("a short one").to_be_bytes());
        credential.extend(&draft.credential_id);
        credential.extend([0xa5, 0x01, 0x02, 0x03, draft.algorithm, 0x20, 0x01, 0x21, 0x58, 0x20]);
        credential.extend(&point[1..33]);
        credential.extend([0x22, 0x58, 0x20]);
        credential.extend(&point[33..]);
        let data = [authenticator_data(&draft, HAS_CREDENTIAL), credential].concat();
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("identifiers here are short"));
        object.extend(data);
        let object = draft.attestation_object.unwrap_or(object);
        let mut credentials = self.credentials.lock().expect("no test panics here");
        credentials.push(Credential {
            id: draft.credential_id.clone(),
            key,
            rp_id: draft.rp_id,
            user_handle,
        });
        json!({
            "id": b64(&draft.credential_id), "type": "public-key",
            "response": {
                "clientDataJSON": b64(draft.client_data.to_string()),
                "attestationObject": b64(object),
                "transports": ["internal"],
            },
        })
        .to_string()
    }

    /// `navigator.credentials.get` with the newest credential that fits, its answer as the script writes it.
    pub fn get(&self, options: &Value, bend: impl FnOnce(&mut Draft)) -> String {
        let rp_id = text(&options["rpId"]);
        let allowed: Vec<String> = options["allowCredentials"]
            .as_array()
            .map(|allowed| allowed.iter().map(|known| text(&known["id"])).collect())
            .unwrap_or_default();
        let credentials = self.credentials.lock().expect("no test panics here");
        let fits = |credential: &&Credential| {
            credential.rp_id == rp_id && (allowed.is_empty() || allowed.contains(&b64(&credential.id)))
        };
        let credential = credentials.iter().rev().find(fits).expect("a credential that fits");
        let mut draft = self.draft("webauthn.get", &text(&options["challenge"]), &rp_id, &credential.id);
        draft.user_handle = Some(credential.user_handle.clone());
        bend(&mut draft);
        let data = authenticator_data(&draft, 0);
        let client_data = draft.client_data.to_string();
        let hash = digest(&SHA256, client_data.as_bytes());
        let signed = [data.as_slice(), hash.as_ref()].concat();
        let signature = credential.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": b64(&draft.credential_id), "type": "public-key",
            "response": {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": draft.user_handle,
            },
        })
        .to_string()
    }

    fn draft(&self, kind: &str, challenge: &str, rp_id: &str, id: &[u8]) -> Draft {
        let mut count = self.count.lock().expect("no test panics here");
        if self.flags & ELIGIBLE == 0 {
            *count += 1;
        }
        Draft {
            client_data: json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}),
            rp_id: rp_id.to_owned(),
            flags: PRESENT | VERIFIED | self.flags,
            sign_count: *count,
            credential_id: id.to_vec(),
            user_handle: None,
            algorithm: 0x26,
            attestation_object: None,
        }
    }
}

fn authenticator_data(draft: &Draft, more: u8) -> Vec<u8> {
    let hash = digest(&SHA256, draft.rp_id.as_bytes());
    [hash.as_ref(), &[draft.flags | more], &draft.sign_count.to_be_bytes()].concat()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Visitor {
    /// Asks for a ceremony's options as the script would, from the form `id` of a page; the answer, whatever it is.
    pub async fn passkey_options(&self, page: &Page, id: &str) -> Page {
        let mut form = page.form(id);
        form.action = options_of(page);
        self.post(&form).await
    }

    /// Lets the device answer the form `id` of a page, and sends it; `typed` is filled in.
    pub async fn use_passkey(
        &self,
        page: &Page,
        id: &str,
        typed: &[(&str, &str)],
        device: &Authenticator,
    ) -> Page {
        let answer = self.passkey_answer(page, id, device, |_| {}).await;
        let typed = [typed, &[("credential", answer.as_str())]].concat();
        self.submit(page, id, &typed).await
    }

    /// The device's answer to the form `id` of a page, bent.
    pub async fn passkey_answer(
        &self,
        page: &Page,
        id: &str,
        device: &Authenticator,
        bend: impl FnOnce(&mut Draft),
    ) -> String {
        let options = self.passkey_options(page, id).await;
        assert_eq!(options.status, 200, "{options:?}");
        let options = options.json();
        if options["user"].is_object() { device.create(&options, bend) } else { device.get(&options, bend) }
    }
}

/// Where the page's script asks for options.
fn options_of(page: &Page) -> String {
    let (_, rest) =
        page.body.split_once("data-options=\"").unwrap_or_else(|| panic!("no passkey form: {page:?}"));
    let address = rest.split_once('"').expect("an address").0;
    let base = Url::parse(&page.url).expect("an address");
    base.join(address).expect("an address").to_string()
}

impl TestIdp {
    /// A device of the person.
    pub fn authenticator(&self) -> Authenticator {
        Authenticator::new(&self.issuer)
    }

    /// Adds a passkey to the account of a visitor who signed in a moment ago.
    pub async fn add_passkey(&self, visitor: &Visitor, device: &Authenticator, name: &str) {
        let page = visitor.get("/en/account/passkeys/new").await;
        let answer = visitor.use_passkey(&page, "f", &[("name", name)], device).await;
        assert_eq!(answer.location(), Some("/en/account/passkeys?done=added"), "{answer:?}");
    }

    /// Makes the second step with a passkey in a session that hasn't, as a page asks for that changes something.
    pub async fn step_by_passkey(&self, visitor: &Visitor, device: &Authenticator) {
        let page = visitor.follow(visitor.get("/en/account/passkeys/new").await).await;
        let answer = visitor.use_passkey(&page, "passkey-form", &[], device).await;
        assert_eq!(answer.location(), Some("/en/account/passkeys/new"), "{answer:?}");
    }

    /// Signs in with nothing but a passkey; the answer to the form.
    pub async fn sign_in_by_passkey(&self, visitor: &Visitor, device: &Authenticator) -> Page {
        let page = visitor.get("/en/sign-in").await;
        visitor.use_passkey(&page, "passkey-form", &[], device).await
    }
}
