//! The rules one by one, against a small authenticator whose every answer can be bent.

use super::*;
use crate::secret::{Secret, TokenHash};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const ISSUER: &str = "https://signin.example.ca";

fn relying_party() -> RelyingParty {
    RelyingParty::of_issuer(ISSUER).unwrap()
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn head(major: u8, argument: usize) -> Vec<u8> {
    match argument {
        0..=23 => vec![major << 5 | u8::try_from(argument).unwrap()],
        24..=255 => vec![major << 5 | 0x18, u8::try_from(argument).unwrap()],
        _ => [&[major << 5 | 0x19][..], &u16::try_from(argument).unwrap().to_be_bytes()].concat(),
    }
}

fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len()), content.to_vec()].concat()
}

fn text(content: &str) -> Vec<u8> {
    [head(3, content.len()), content.as_bytes().to_vec()].concat()
}

enum Key {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
}

impl Key {
    fn all() -> [Self; 3] {
        [
            Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()),
            Self::Ed(Ed25519KeyPair::generate().unwrap()),
            Self::Rsa(rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap()),
        ]
    }

    fn cose(&self) -> Vec<u8> {
        match self {
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                [
                    &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21][..],
                    &bytes(&point[1..33]),
                    &[0x22],
                    &bytes(&point[33..]),
                ]
                .concat()
            }
            Self::Ed(key) => {
                [&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21][..], &bytes(key.public_key().as_ref())]
                    .concat()
            }
            Self::Rsa(key) => {
                let (n, e) = (key.public_key().modulus(), key.public_key().exponent());
                let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
                [&[0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20][..], &bytes(n), &[0x21], &bytes(e)]
                    .concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ec(key) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// An answer before it is written down.
struct Draft {
    client_data: Json,
    rp_id: &'static str,
    flags: u8,
    sign_count: u32,
    extensions: Vec<u8>,
    credential_id: Vec<u8>,
    cose: Vec<u8>,
    format: &'static str,
    user_handle: Option<String>,
    type_: &'static str,
}

impl Draft {
    fn new(key: &Key, ceremony: Ceremony) -> Self {
        let made = if ceremony == Ceremony::Create { 0x40 } else { 0 };
        Self {
            client_data: json!({"type": ceremony.client_data_type(), "challenge": "Y2hhbGxlbmdl", "origin": ISSUER, "crossOrigin": false, "other": [1]}),
            rp_id: "signin.example.ca",
            flags: 0x05 | made,
            sign_count: 0,
            extensions: vec![],
            credential_id: vec![7; 32],
            cose: key.cose(),
            format: "none",
            user_handle: None,
            type_: "public-key",
        }
    }

    fn authenticator_data(&self) -> Vec<u8> {
        let hash = digest(&SHA256, self.rp_id.as_bytes());
        let mut data = [hash.as_ref(), &[self.flags], &self.sign_count.to_be_bytes()].concat();
        if self.flags & 0x40 != 0 {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
            data.extend(&self.credential_id);
            data.extend(&self.cose);
        }
        data.extend(&self.extensions);
        data
    }

    fn signature(&self, key: &Key) -> Vec<u8> {
        let client_data = self.client_data.to_string();
        let hash = digest(&SHA256, client_data.as_bytes());
        key.sign(&[&self.authenticator_data(), hash.as_ref()].concat())
    }

    fn registration(&self, statement: &[u8]) -> String {
        let object = [
            head(5, 3),
            text("fmt"),
            text(self.format),
            text("attStmt"),
            statement.to_vec(),
            text("authData"),
            bytes(&self.authenticator_data()),
        ];
        json!({
            "id": b64(&self.credential_id), "rawId": b64(&self.credential_id), "type": self.type_,
            "response": {
                "clientDataJSON": b64(self.client_data.to_string()),
                "attestationObject": b64(object.concat()),
                "transports": ["internal", "javascript:", "hybrid", "internal"],
            },
            "clientExtensionResults": {"credProps": {"rk": true}},
        })
        .to_string()
    }

    fn assertion(&self, key: &Key) -> String {
        json!({
            "id": b64(&self.credential_id), "type": self.type_,
            "response": {
                "clientDataJSON": b64(self.client_data.to_string()),
                "authenticatorData": b64(self.authenticator_data()),
                "signature": b64(self.signature(key)),
                "userHandle": self.user_handle,
            },
        })
        .to_string()
    }
}

fn register(draft: &Draft) -> Result<NewCredential, PasskeyError> {
    RegistrationResponse::parse(&draft.registration(&[0xa0]))?.verify(&relying_party())
}

fn handle() -> UserHandle {
    UserHandle::parse(&b64([9; 32])).unwrap()
}

fn passkey(key: &Key) -> Passkey {
    Passkey {
        id: PasskeyId::parse("p").unwrap(),
        account_id: AccountId::parse("a").unwrap(),
        credential_id: CredentialId::from_bytes(&[7; 32]).unwrap(),
        public_key: key.cose(),
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
        transports: vec![],
        name: PasskeyName::parse("Key").unwrap(),
        created_at: Timestamp::EPOCH,
        last_used_at: None,
    }
}

fn assert_with(
    key: &Key,
    passkey: &Passkey,
    handle_needed: bool,
    bend: impl FnOnce(&mut Draft),
) -> Result<VerifiedAssertion, PasskeyError> {
    let mut draft = Draft::new(key, Ceremony::Get);
    bend(&mut draft);
    AssertionResponse::parse(&draft.assertion(key))?.verify(
        passkey,
        &handle(),
        handle_needed,
        &relying_party(),
    )
}

#[test]
fn each_offered_algorithm_registers_and_signs_in() {
    for key in Key::all() {
        let mut draft = Draft::new(&key, Ceremony::Create);
        draft.flags |= 0x18;
        draft.sign_count = 3;
        let made = register(&draft).unwrap();
        assert_eq!((made.sign_count, made.backup_eligible, made.backed_up), (3, true, true));
        assert_eq!(made.transports, ["hybrid", "internal"]);
        assert_eq!(made.public_key, key.cose());
        let bend = |draft: &mut Draft| draft.sign_count = 1;
        let verified = assert_with(&key, &passkey(&key), false, bend).unwrap();
        assert_eq!(verified, VerifiedAssertion { sign_count: 1, backed_up: false });
        for other in Key::all() {
            assert_eq!(assert_with(&key, &passkey(&other), false, |_| {}), Err(PasskeyError::Signature));
        }
    }
}

/// A way to bend an answer, and what it is told.
type Bend = (&'static str, fn(&mut Draft), PasskeyError);

/// Each for what both ceremonies have.
fn bends() -> Vec<Bend> {
    use PasskeyError as E;
    vec![
        ("another type", |d| d.client_data["type"] = "payment.get".into(), E::Type),
        ("no type", |d| d.client_data["type"] = Json::Null, E::Malformed),
        ("another origin", |d| d.client_data["origin"] = "https://evil.example".into(), E::Origin),
        ("another port", |d| d.client_data["origin"] = "https://signin.example.ca:8443".into(), E::Origin),
        ("another scheme", |d| d.client_data["origin"] = "http://signin.example.ca".into(), E::Origin),
        ("a subdomain", |d| d.client_data["origin"] = "https://x.signin.example.ca".into(), E::Origin),
        ("a trailing slash", |d| d.client_data["origin"] = "https://signin.example.ca/".into(), E::Origin),
        ("an application", |d| d.client_data["origin"] = "android:apk-key-hash:x".into(), E::Origin),
        ("in a frame", |d| d.client_data["crossOrigin"] = true.into(), E::Embedded),
        ("a top origin", |d| d.client_data["topOrigin"] = ISSUER.into(), E::Embedded),
        ("another relying party", |d| d.rp_id = "example.ca", E::RelyingParty),
        ("nobody present", |d| d.flags &= !0x01, E::UserNotPresent),
        ("nobody verified", |d| d.flags &= !0x04, E::UserNotVerified),
        ("backed up but not eligible", |d| d.flags |= 0x10, E::BackupState),
        ("extensions that are missing", |d| d.flags |= 0x80, E::Malformed),
        (
            "extensions that are no map",
            |d| {
                d.flags |= 0x80;
                d.extensions = vec![0x01];
            },
            E::Malformed,
        ),
        ("something behind", |d| d.extensions = vec![0xa0], E::Malformed),
        ("not a public key", |d| d.type_ = "password", E::Malformed),
        ("a long client data", |d| d.client_data["pad"] = "x".repeat(5000).into(), E::Malformed),
    ]
}

#[test]
fn each_rule_of_both_ceremonies_is_told() {
    let [key, ..] = Key::all();
    for (what, bend, error) in bends() {
        let mut draft = Draft::new(&key, Ceremony::Create);
        bend(&mut draft);
        assert_eq!(register(&draft), Err(error), "registration: {what}");
        assert_eq!(assert_with(&key, &passkey(&key), false, bend), Err(error), "assertion: {what}");
    }
    let swapped = Draft::new(&key, Ceremony::Get);
    assert_eq!(register(&swapped), Err(PasskeyError::Type));
    let extended = |d: &mut Draft| {
        d.flags |= 0x80;
        d.extensions = vec![0xa1, 0x61, b'x', 0xf5];
    };
    assert!(assert_with(&key, &passkey(&key), false, extended).is_ok());
}

#[test]
fn a_registration_holds_one_whole_credential_of_an_offered_algorithm() {
    use PasskeyError as E;
    let [key, ..] = Key::all();
    let cose = key.cose();
    let with = |bend: &dyn Fn(&mut Draft)| {
        let mut draft = Draft::new(&key, Ceremony::Create);
        bend(&mut draft);
        register(&draft)
    };
    let replaced = |at: usize, byte: u8| {
        let mut cose = cose.clone();
        cose[at] = byte;
        with(&|draft| draft.cose.clone_from(&cose))
    };
    assert_eq!(with(&|draft| draft.flags &= !0x40), Err(E::Malformed));
    assert_eq!(with(&|draft| draft.credential_id = vec![]), Err(E::Malformed));
    assert_eq!(with(&|draft| draft.credential_id = vec![1; 1024]), Err(E::Malformed));
    assert!(with(&|draft| draft.credential_id = vec![1; 1023]).is_ok());
    // alg: ES384, then no number.
    assert_eq!(replaced(4, 0x37), Err(E::Algorithm));
    assert_eq!(replaced(4, 0xf6), Err(E::Malformed));
    // kty, curve, a label, a byte of the point.
    for (at, byte) in [(2, 1), (6, 2), (7, 0x23), (20, cose[20] ^ 1)] {
        assert_eq!(replaced(at, byte), Err(E::Key), "{at}");
    }
    // An EdDSA key that says ES256, and the other way round.
    let [_, ed, rsa] = Key::all();
    for (mut cose, alg) in [(ed.cose(), 0x26), (cose.clone(), 0x27)] {
        cose[4] = alg;
        assert_eq!(with(&|draft| draft.cose.clone_from(&cose)), Err(E::Key));
    }
    // A modulus of 1024 bits, an even one's exponent, an optional parameter.
    let short = [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &bytes(&[0x81; 128]), &[0x21], &bytes(&[1, 0, 1])];
    assert_eq!(with(&|draft| draft.cose = short.concat()), Err(E::Key));
    let even = [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &bytes(&[0x81; 256]), &[0x21], &bytes(&[2])];
    assert_eq!(with(&|draft| draft.cose = even.concat()), Err(E::Key));
    let mut more = rsa.cose();
    more[0] = 0xa5;
    more.extend([0x02, 0x01]);
    assert_eq!(with(&|draft| draft.cose.clone_from(&more)), Err(E::Key));
}

#[test]
fn only_no_attestation_or_its_own_is_taken() {
    let [key, other, _] = Key::all();
    let with = |format, statement: &[u8]| {
        let draft = Draft { format, ..Draft::new(&key, Ceremony::Create) };
        RegistrationResponse::parse(&draft.registration(statement))?.verify(&relying_party()).map(drop)
    };
    let own = |key: &Key, alg: u8| {
        let signature = Draft::new(key, Ceremony::Create).signature(key);
        [head(5, 2), text("alg"), vec![alg], text("sig"), bytes(&signature)].concat()
    };
    let refused = Err(PasskeyError::Attestation);
    assert_eq!(with("none", &[0xa0]), Ok(()));
    assert_eq!(with("none", &[0xa1, 0x61, b'x', 0x01]), refused);
    assert_eq!(with("packed", &own(&key, 0x26)), Ok(()));
    assert_eq!(with("packed", &own(&key, 0x27)), refused);
    assert_eq!(with("packed", &own(&other, 0x26)), refused);
    assert_eq!(with("packed", &[0xa0]), refused);
    assert_eq!(with("fido-u2f", &[0xa0]), refused);
    assert_eq!(with("none", &[0x01]), Err(PasskeyError::Malformed));
}

#[test]
fn an_assertion_is_its_passkeys_and_goes_on_from_the_last() {
    use PasskeyError as E;
    let [key, ..] = Key::all();
    let count = |old, new| {
        let passkey = Passkey { sign_count: old, ..passkey(&key) };
        assert_with(&key, &passkey, false, |draft| draft.sign_count = new).map(|used| used.sign_count)
    };
    assert_eq!(count(0, 0), Ok(0));
    assert_eq!(count(0, 1), Ok(1));
    assert_eq!(count(5, 6), Ok(6));
    for (old, new) in [(5, 5), (5, 4), (5, 0), (u32::MAX, 0)] {
        assert_eq!(count(old, new), Err(E::Counter), "{old} {new}");
    }
    let synced = Passkey { backup_eligible: true, ..passkey(&key) };
    assert_eq!(assert_with(&key, &synced, false, |_| {}), Err(E::BackupEligibility));
    let eligible = |draft: &mut Draft| draft.flags |= 0x08;
    assert_eq!(assert_with(&key, &passkey(&key), false, eligible), Err(E::BackupEligibility));
    let backed = |draft: &mut Draft| draft.flags |= 0x18;
    assert_eq!(assert_with(&key, &synced, false, backed).map(|used| used.backed_up), Ok(true));
    let given = |value: &str| {
        let value = value.to_owned();
        move |draft: &mut Draft| draft.user_handle = Some(value)
    };
    for (needed, value, expected) in [
        (false, b64([9; 32]), Ok(())),
        (true, b64([9; 32]), Ok(())),
        (false, String::new(), Ok(())),
        (true, String::new(), Err(E::UserHandle)),
        (false, b64([8; 32]), Err(E::UserHandle)),
        (true, b64([9; 31]), Err(E::UserHandle)),
    ] {
        let outcome = assert_with(&key, &passkey(&key), needed, given(&value)).map(drop);
        assert_eq!(outcome, expected, "{needed} {value}");
    }
    assert_eq!(assert_with(&key, &passkey(&key), true, |_| {}), Err(E::UserHandle));
}

#[test]
fn what_was_signed_can_not_be_changed() {
    let [key, ..] = Key::all();
    let honest: Json = serde_json::from_str(&Draft::new(&key, Ceremony::Get).assertion(&key)).unwrap();
    let verify = |json: &Json| {
        AssertionResponse::parse(&json.to_string())?.verify(
            &passkey(&key),
            &handle(),
            false,
            &relying_party(),
        )
    };
    assert!(verify(&honest).is_ok());
    let mut other = honest.clone();
    let mut client_data: Json = Draft::new(&key, Ceremony::Get).client_data;
    client_data["challenge"] = "b3RoZXI".into();
    other["response"]["clientDataJSON"] = b64(client_data.to_string()).into();
    assert_eq!(verify(&other), Err(PasskeyError::Signature));
    let mut other = honest.clone();
    let draft = Draft { sign_count: 9, ..Draft::new(&key, Ceremony::Get) };
    other["response"]["authenticatorData"] = b64(draft.authenticator_data()).into();
    assert_eq!(verify(&other), Err(PasskeyError::Signature));
    for signature in ["", "AA", "####"] {
        let mut other = honest.clone();
        other["response"]["signature"] = signature.into();
        assert!(verify(&other).is_err());
    }
}

#[test]
fn the_challenge_is_found_by_its_hash() {
    let [key, ..] = Key::all();
    let draft = Draft::new(&key, Ceremony::Get);
    let response = AssertionResponse::parse(&draft.assertion(&key)).unwrap();
    assert_eq!(response.challenge(), TokenHash::of("Y2hhbGxlbmdl"));
}

#[test]
fn a_relying_party_is_a_domain() {
    let made = |issuer| RelyingParty::of_issuer(issuer).map(|rp| (rp.id, rp.origin));
    let pair = |id: &str, origin: &str| Some((id.to_owned(), origin.to_owned()));
    assert_eq!(made("https://signin.example.ca"), pair("signin.example.ca", "https://signin.example.ca"));
    assert_eq!(made("http://localhost:8080"), pair("localhost", "http://localhost:8080"));
    assert_eq!(made("https://signin.example.ca/x"), pair("signin.example.ca", "https://signin.example.ca"));
    for address in ["http://127.0.0.1:8080", "http://[::1]", "", "x"] {
        assert_eq!(made(address), None);
    }
}

#[test]
fn options_ask_for_a_discoverable_credential_with_verification_and_nothing_of_the_person_stays() {
    let [key, ..] = Key::all();
    let (relying_party, challenge) = (relying_party(), Secret::new("c"));
    let facts = CreationFacts {
        relying_party: &relying_party,
        relying_party_name: "My Ontario Account",
        handle: &handle(),
        user_name: "jo@example.test",
        existing: &[passkey(&key)],
        challenge: &challenge,
    };
    let options = creation_options(&facts);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["excludeCredentials"][0]["id"], b64([7; 32]));
    assert_eq!(options["user"]["id"], handle().as_str());
    let algorithms: Vec<_> = (0..3).map(|n| options["pubKeyCredParams"][n]["alg"].clone()).collect();
    assert_eq!(algorithms, [-7, -8, -257]);
    let options = request_options(&relying_party, &[], &challenge);
    assert_eq!(
        (&options["userVerification"], &options["allowCredentials"]),
        (&"required".into(), &json!([]))
    );
}

proptest! {
    #[test]
    fn no_answer_panics(text in "\\PC{0,120}", data in proptest::collection::vec(any::<u8>(), 0..120)) {
        let _ = RegistrationResponse::parse(&text);
        let _ = AssertionResponse::parse(&text);
        let object = json!({"type": "public-key", "id": b64(&data), "response": {
            "clientDataJSON": b64(r#"{"type":"webauthn.create","challenge":"","origin":""}"#),
            "attestationObject": b64(&data), "authenticatorData": b64(&data), "signature": b64(&data),
        }}).to_string();
        if let Ok(response) = RegistrationResponse::parse(&object) {
            prop_assert!(response.verify(&relying_party()).is_err());
        }
        let _ = AuthenticatorData::parse(&data);
        let _ = CredentialKey::parse(&data);
    }
}
