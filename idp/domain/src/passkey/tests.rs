//! The rules one by one, against a small authenticator whose every answer can be bent.

use super::*;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256,
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
    P384(EcdsaKeyPair),
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
            Self::P384(key) => {
                let point = key.public_key().as_ref();
                [
                    &[0xa5, 0x01, 0x02, 0x03, 0x38, 0x22, 0x20, 0x02, 0x21][..],
                    &bytes(&point[1..49]),
                    &[0x22],
                    &bytes(&point[49..]),
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
            Self::Ec(key) | Self::P384(key) => {
                key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
            }
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// The two ceremonies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Get,
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
    fn new(key: &Key, kind: Kind, begun: &Ceremony) -> Self {
        let (type_, made) = match kind {
            Kind::Create => ("webauthn.create", 0x40),
            Kind::Get => ("webauthn.get", 0),
        };
        Self {
            client_data: json!({"type": type_, "challenge": begun.options["challenge"], "origin": ISSUER, "crossOrigin": false, "other": [1]}),
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

fn handle() -> UserHandle {
    UserHandle::parse(&b64([9; 32])).unwrap()
}

/// As the database keeps it. The key is what an authenticator sent: so kept them the versions that read it by themselves.
fn passkey(key: &Key) -> Passkey {
    Passkey {
        id: PasskeyId::parse("p").unwrap(),
        account_id: AccountId::parse("a").unwrap(),
        credential_id: CredentialId::from_bytes(&[7; 32]).unwrap(),
        public_key: key.cose(),
        sign_count: 0,
        backup_eligible: false,
        backed_up: false,
        transports: vec!["cable".into(), "usb".into()],
        name: PasskeyName::parse("Key").unwrap(),
        created_at: Timestamp::EPOCH,
        last_used_at: None,
    }
}

fn registration(existing: &[Passkey]) -> Ceremony {
    let facts = CreationFacts {
        relying_party: &relying_party(),
        relying_party_name: "My Ontario Account",
        handle: &handle(),
        user_name: "jo ☃@example.test",
        existing,
    };
    Ceremony::registration(&facts).unwrap()
}

fn register_with(
    key: &Key,
    statement: impl FnOnce(&Draft) -> Vec<u8>,
    bend: impl FnOnce(&mut Draft),
) -> Result<NewCredential, PasskeyError> {
    let begun = registration(&[]);
    let mut draft = Draft::new(key, Kind::Create, &begun);
    bend(&mut draft);
    let statement = statement(&draft);
    RegistrationResponse::parse(&draft.registration(&statement))?.verify(&begun.state, &relying_party())
}

fn register(key: &Key, bend: impl FnOnce(&mut Draft)) -> Result<NewCredential, PasskeyError> {
    register_with(key, |_| vec![0xa0], bend)
}

/// A sign-in by anybody, or a proof by an account's own passkey.
fn begin(passkey: &Passkey, purpose: ChallengePurpose) -> Ceremony {
    match purpose {
        ChallengePurpose::SignIn => Ceremony::sign_in(&relying_party()).unwrap(),
        _ => Ceremony::proof(&relying_party(), std::slice::from_ref(passkey)).unwrap(),
    }
}

fn assert_for(
    key: &Key,
    passkey: &Passkey,
    purpose: ChallengePurpose,
    bend: impl FnOnce(&mut Draft),
) -> Result<VerifiedAssertion, PasskeyError> {
    let begun = begin(passkey, purpose);
    let mut draft = Draft::new(key, Kind::Get, &begun);
    if purpose == ChallengePurpose::SignIn {
        draft.user_handle = Some(b64([9; 32]));
    }
    bend(&mut draft);
    AssertionResponse::parse(&draft.assertion(key), purpose)?.verify(
        &begun.state,
        passkey,
        &handle(),
        &relying_party(),
    )
}

fn assert_with(
    key: &Key,
    passkey: &Passkey,
    bend: impl FnOnce(&mut Draft),
) -> Result<VerifiedAssertion, PasskeyError> {
    assert_for(key, passkey, ChallengePurpose::Confirm, bend)
}

const PROOFS: [ChallengePurpose; 3] =
    [ChallengePurpose::SignIn, ChallengePurpose::SecondStep, ChallengePurpose::Confirm];

#[test]
fn each_offered_algorithm_registers_and_signs_in_and_is_kept_as_it_came() {
    for key in Key::all() {
        let made = register(&key, |draft| {
            draft.flags |= 0x18;
            draft.sign_count = 3;
        });
        let made = made.unwrap();
        assert_eq!((made.sign_count, made.backup_eligible, made.backed_up), (3, true, true));
        assert_eq!(made.transports, ["hybrid", "internal"]);
        assert_eq!(made.public_key, key.cose());
        for purpose in PROOFS {
            let verified = assert_for(&key, &passkey(&key), purpose, |draft| draft.sign_count = 1).unwrap();
            assert_eq!(verified, VerifiedAssertion { sign_count: 1, backed_up: false });
        }
        for other in Key::all() {
            let outcome = assert_with(&key, &passkey(&other), |_| {});
            assert!(outcome.is_err(), "another key of the same or another algorithm");
        }
    }
    // Longer than what most make, and with another exponent.
    let long = Key::Rsa(rsa::KeyPair::generate(rsa::KeySize::Rsa3072).unwrap());
    assert_eq!(register(&long, |_| {}).unwrap().public_key, long.cose());
    assert!(assert_with(&long, &passkey(&long), |_| {}).is_ok());
    let modulus = [&[0x81][..], &[0x11; 255]].concat();
    let three = [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &bytes(&modulus), &[0x21], &bytes(&[3])].concat();
    let made = register(&long, |draft| draft.cose.clone_from(&three));
    assert_eq!(made.unwrap().public_key, three);
}

/// A way to bend an answer, and what it is told.
type Bend = (&'static str, fn(&mut Draft), PasskeyError);

/// Each for what both ceremonies have.
fn bends() -> Vec<Bend> {
    use PasskeyError as E;
    vec![
        ("another type", |d| d.client_data["type"] = "payment.get".into(), E::Type),
        ("no type", |d| d.client_data["type"] = Json::Null, E::Type),
        ("no origin", |d| d.client_data["origin"] = Json::Null, E::Type),
        ("another challenge", |d| d.client_data["challenge"] = b64([1; 16]).into(), E::Challenge),
        ("a long challenge", |d| d.client_data["challenge"] = b64([1; 32]).into(), E::Challenge),
        ("no challenge", |d| d.client_data["challenge"] = Json::Null, E::Challenge),
        ("another origin", |d| d.client_data["origin"] = "https://evil.example".into(), E::Origin),
        ("another port", |d| d.client_data["origin"] = "https://signin.example.ca:8443".into(), E::Origin),
        ("its own port", |d| d.client_data["origin"] = "https://signin.example.ca:443".into(), E::Origin),
        ("another scheme", |d| d.client_data["origin"] = "http://signin.example.ca".into(), E::Origin),
        ("a subdomain", |d| d.client_data["origin"] = "https://x.signin.example.ca".into(), E::Origin),
        ("a trailing slash", |d| d.client_data["origin"] = "https://signin.example.ca/".into(), E::Origin),
        ("another case", |d| d.client_data["origin"] = "https://SignIn.example.ca".into(), E::Origin),
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
        ("a long answer", |d| d.client_data["pad"] = "x".repeat(20_000).into(), E::Malformed),
    ]
}

#[test]
fn each_rule_of_both_ceremonies_is_told() {
    let [key, ..] = Key::all();
    for (what, bend, error) in bends() {
        assert_eq!(register(&key, bend), Err(error), "registration: {what}");
        for purpose in PROOFS {
            assert_eq!(assert_for(&key, &passkey(&key), purpose, bend), Err(error), "{purpose:?}: {what}");
        }
    }
    assert_eq!(register(&key, |d| d.client_data["type"] = "webauthn.get".into()), Err(PasskeyError::Type));
    let swapped = |d: &mut Draft| d.client_data["type"] = "webauthn.create".into();
    assert_eq!(assert_with(&key, &passkey(&key), swapped), Err(PasskeyError::Type));
}

#[test]
fn a_registration_holds_one_whole_credential_of_an_offered_algorithm() {
    use PasskeyError as E;
    let [key, ed, rsa] = Key::all();
    let cose = key.cose();
    let with_key = |cose: Vec<u8>| register(&key, |draft| draft.cose = cose);
    let replaced = |at: usize, byte: u8| {
        let mut cose = cose.clone();
        cose[at] = byte;
        with_key(cose)
    };
    assert_eq!(register(&key, |draft| draft.flags &= !0x40), Err(E::Malformed));
    for length in [0, 15, 1024] {
        assert_eq!(
            register(&key, |draft| draft.credential_id = vec![1; length]),
            Err(E::Malformed),
            "{length}"
        );
    }
    for length in [16, 1023] {
        assert!(register(&key, |draft| draft.credential_id = vec![1; length]).is_ok(), "{length}");
    }
    // One that works, but that nobody offered.
    let p384 = Key::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap());
    assert_eq!(register(&p384, |_| {}), Err(E::Algorithm));
    // kty, alg (ES384's number, then none), curve, a label, a byte of the point.
    for (at, byte) in [(2, 1), (4, 0x37), (4, 0xf6), (6, 2), (7, 0x23), (20, cose[20] ^ 1)] {
        assert_eq!(replaced(at, byte), Err(E::Key), "{at}");
    }
    // An EdDSA key that says ES256, and the other way round.
    for (mut cose, alg) in [(ed.cose(), 0x26), (cose.clone(), 0x27)] {
        cose[4] = alg;
        assert_eq!(with_key(cose), Err(E::Key));
    }
    // A modulus of 1024 bits, an even exponent, an optional parameter, an even modulus.
    let rsa_key =
        |n: &[u8], e: &[u8]| [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20][..], &bytes(n), &[0x21], &bytes(e)].concat();
    assert_eq!(with_key(rsa_key(&[0x81; 128], &[1, 0, 1])), Err(E::Key));
    assert_eq!(with_key(rsa_key(&[0x81; 256], &[2])), Err(E::Key));
    assert_eq!(with_key(rsa_key(&[0x82; 256], &[1, 0, 1])), Err(E::Key));
    let mut more = rsa.cose();
    more[0] = 0xa5;
    more.extend([0x02, 0x01]);
    assert_eq!(with_key(more), Err(E::Key));
}

#[test]
fn only_no_attestation_or_its_own_is_taken() {
    let [key, other, _] = Key::all();
    let own_with = |signer: &Key, alg: u8| {
        let statement = |draft: &Draft| {
            [head(5, 2), text("alg"), vec![alg], text("sig"), bytes(&draft.signature(signer))].concat()
        };
        register_with(&key, statement, |draft| draft.format = "packed").map(drop)
    };
    let with = |format, statement: &[u8]| {
        register_with(&key, |_| statement.to_vec(), |draft| draft.format = format).map(drop)
    };
    let refused = Err(PasskeyError::Attestation);
    assert_eq!(with("none", &[0xa0]), Ok(()));
    assert_eq!(with("none", &[0xa1, 0x61, b'x', 0x01]), refused);
    assert_eq!(own_with(&key, 0x26), Ok(()));
    assert_eq!(own_with(&key, 0x27), refused);
    assert_eq!(own_with(&other, 0x26), refused);
    assert_eq!(with("packed", &[0xa0]), refused);
    assert_eq!(with("fido-u2f", &[0xa0]), refused);
    assert_eq!(with("none", &[0x01]), refused);
}

#[test]
fn extensions_that_nobody_asked_for_say_nothing() {
    let [key, ..] = Key::all();
    // "credProtect": 2, as browsers ask for by themselves where a credential is discoverable.
    let protected = |draft: &mut Draft| {
        draft.flags |= 0x80;
        draft.extensions = [head(5, 1), text("credProtect"), vec![2]].concat();
    };
    assert!(register(&key, protected).is_ok());
}

#[test]
fn an_assertion_is_its_passkeys_and_goes_on_from_the_last() {
    use PasskeyError as E;
    let [key, ..] = Key::all();
    let count = |old, new| {
        let passkey = Passkey { sign_count: old, ..passkey(&key) };
        assert_with(&key, &passkey, |draft| draft.sign_count = new).map(|used| used.sign_count)
    };
    assert_eq!(count(0, 0), Ok(0));
    assert_eq!(count(0, 1), Ok(1));
    assert_eq!(count(5, 6), Ok(6));
    for (old, new) in [(5, 5), (5, 4), (5, 0), (u32::MAX, 0)] {
        assert_eq!(count(old, new), Err(E::Counter), "{old} {new}");
    }
    let synced = Passkey { backup_eligible: true, ..passkey(&key) };
    assert_eq!(assert_with(&key, &synced, |_| {}), Err(E::BackupEligibility));
    let eligible = |draft: &mut Draft| draft.flags |= 0x08;
    assert_eq!(assert_with(&key, &passkey(&key), eligible), Err(E::BackupEligibility));
    let backed = |draft: &mut Draft| draft.flags |= 0x18;
    assert_eq!(assert_with(&key, &synced, backed).map(|used| used.backed_up), Ok(true));
    let backed_up = Passkey { backed_up: true, ..synced };
    assert_eq!(assert_with(&key, &backed_up, eligible).map(|used| used.backed_up), Ok(false));
    let other = |draft: &mut Draft| draft.credential_id = vec![8; 32];
    for purpose in PROOFS {
        assert_eq!(assert_for(&key, &passkey(&key), purpose, other), Err(E::Unknown), "{purpose:?}");
    }
}

#[test]
fn who_has_not_said_who_they_are_says_it_by_the_handle() {
    use PasskeyError as E;
    let [key, ..] = Key::all();
    let (anybody, known) = (ChallengePurpose::SignIn, ChallengePurpose::SecondStep);
    for (purpose, value, expected) in [
        (known, Some(b64([9; 32])), Ok(())),
        (anybody, Some(b64([9; 32])), Ok(())),
        (known, None, Ok(())),
        (known, Some(String::new()), Ok(())),
        (anybody, None, Err(E::UserHandle)),
        (anybody, Some(String::new()), Err(E::UserHandle)),
        (known, Some(b64([8; 32])), Err(E::UserHandle)),
        (anybody, Some(b64([8; 32])), Err(E::UserHandle)),
        (anybody, Some(b64([9; 31])), Err(E::Malformed)),
    ] {
        let outcome = assert_for(&key, &passkey(&key), purpose, |draft| draft.user_handle.clone_from(&value));
        assert_eq!(outcome.map(drop), expected, "{purpose:?} {value:?}");
    }
}

#[test]
fn what_was_signed_can_not_be_changed() {
    let [key, ..] = Key::all();
    let begun = begin(&passkey(&key), ChallengePurpose::Confirm);
    let honest: Json = serde_json::from_str(&Draft::new(&key, Kind::Get, &begun).assertion(&key)).unwrap();
    let verify = |json: &Json| {
        AssertionResponse::parse(&json.to_string(), ChallengePurpose::Confirm)?.verify(
            &begun.state,
            &passkey(&key),
            &handle(),
            &relying_party(),
        )
    };
    assert!(verify(&honest).is_ok());
    let mut other = honest.clone();
    let mut client_data: Json = Draft::new(&key, Kind::Get, &begun).client_data;
    client_data["other"] = json!([2]);
    other["response"]["clientDataJSON"] = b64(client_data.to_string()).into();
    assert_eq!(verify(&other), Err(PasskeyError::Signature));
    let mut other = honest.clone();
    let draft = Draft { sign_count: 9, ..Draft::new(&key, Kind::Get, &begun) };
    other["response"]["authenticatorData"] = b64(draft.authenticator_data()).into();
    assert_eq!(verify(&other), Err(PasskeyError::Signature));
    for signature in ["", "AA", "####"] {
        let mut other = honest.clone();
        other["response"]["signature"] = signature.into();
        assert!(verify(&other).is_err());
    }
}

#[test]
fn an_answer_is_to_what_was_kept_for_it() {
    let [key, ..] = Key::all();
    let known = passkey(&key);
    let begun = begin(&known, ChallengePurpose::Confirm);
    let response = Draft::new(&key, Kind::Get, &begun).assertion(&key);
    let response = AssertionResponse::parse(&response, ChallengePurpose::Confirm).unwrap();
    assert_eq!(response.challenge(), begun.challenge);
    assert_eq!(response.challenge(), TokenHash::of(begun.options["challenge"].as_str().unwrap()));
    let verify =
        |state: &CeremonyState| response.verify(state, &known, &handle(), &relying_party()).map(drop);
    assert_eq!(verify(&begun.state), Ok(()));
    let challenge = Err(PasskeyError::Challenge);
    for state in [begin(&known, ChallengePurpose::Confirm).state, CeremonyState::from_bytes(vec![1, 2, 3])] {
        assert_eq!(verify(&state), challenge);
    }
    assert_eq!(verify(&registration(&[]).state), challenge, "of another ceremony");
    // One that another passkey of the account was asked for.
    let other = Passkey { credential_id: CredentialId::from_bytes(&[8; 32]).unwrap(), ..passkey(&key) };
    let begun = begin(&other, ChallengePurpose::Confirm);
    let response = Draft::new(&key, Kind::Get, &begun).assertion(&key);
    let response = AssertionResponse::parse(&response, ChallengePurpose::Confirm).unwrap();
    let outcome = response.verify(&begun.state, &known, &handle(), &relying_party());
    assert_eq!(outcome, Err(PasskeyError::Unknown));
}

#[test]
fn what_is_no_answer_is_read_without_harm() {
    let nested = "[".repeat(5000);
    for junk in [
        "",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{}",
        "[{}]",
        &nested,
        "{\"response\":[]}",
        "{\"response\":1}",
        "{\"type\":\"public-key\",\"response\":{\"transports\":1,\"userHandle\":\"\"}}",
        "{\"type\":\"public-key\",\"id\":\"AA\",\"response\":{\"userHandle\":[1]}}",
    ] {
        assert!(RegistrationResponse::parse(junk).is_err(), "{junk:.40}");
        for purpose in PROOFS {
            assert!(AssertionResponse::parse(junk, purpose).is_err(), "{junk:.40}");
        }
    }
}

#[test]
fn a_relying_party_is_a_domain() {
    let made =
        |issuer| RelyingParty::of_issuer(issuer).map(|rp| (rp.id().to_owned(), rp.origin().to_owned()));
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
    let Ceremony { options, state, .. } = registration(&[passkey(&key)]);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["excludeCredentials"][0]["id"], b64([7; 32]));
    assert_eq!(options["excludeCredentials"][0]["transports"], json!(["usb"]), "browsers know no cable");
    assert_eq!(options["rp"], json!({"id": "signin.example.ca", "name": "My Ontario Account"}));
    let name = "jo ☃@example.test";
    assert_eq!(options["user"], json!({"id": handle().to_base64url(), "name": name, "displayName": name}));
    assert!(!state.as_bytes().windows(2).any(|bytes| bytes == b"jo"));
    let algorithms: Vec<_> =
        options["pubKeyCredParams"].as_array().unwrap().iter().map(|one| &one["alg"]).collect();
    assert_eq!(algorithms, [-8, -7, -257]);
    assert_eq!(u128::from(options["timeout"].as_u64().unwrap()), CHALLENGE_LIFE.as_millis());
    assert_ne!(registration(&[]).options["challenge"], options["challenge"]);
    let options = Ceremony::sign_in(&relying_party()).unwrap().options;
    assert_eq!(
        (&options["userVerification"], &options["allowCredentials"]),
        (&"required".into(), &json!([]))
    );
    let options = begin(&passkey(&key), ChallengePurpose::Confirm).options;
    assert_eq!(
        (&options["userVerification"], &options["rpId"]),
        (&"required".into(), &"signin.example.ca".into())
    );
    assert_eq!(options["allowCredentials"][0]["id"], b64([7; 32]));
    assert_eq!(Ceremony::proof(&relying_party(), &[]).map(drop), Err(PasskeyError::Unknown));
}

proptest! {
    #[test]
    fn no_answer_panics(text in "\\PC{0,120}", data in proptest::collection::vec(any::<u8>(), 0..120)) {
        let key = Key::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap());
        let stored = Passkey { public_key: data.clone(), ..passkey(&key) };
        let _ = RegistrationResponse::parse(&text);
        let begun = registration(&[]);
        let answer = |kind, challenge: &Json| json!({"type": "public-key", "id": b64([7; 32]), "response": {
            "clientDataJSON": b64(json!({"type": kind, "challenge": challenge, "origin": ISSUER}).to_string()),
            "attestationObject": b64(&data), "authenticatorData": b64(&data), "signature": b64(&data),
            "userHandle": b64([9; 32]),
        }}).to_string();
        let object = answer("webauthn.create", &begun.options["challenge"]);
        if let Ok(response) = RegistrationResponse::parse(&object) {
            prop_assert!(response.verify(&begun.state, &relying_party()).is_err());
        }
        for purpose in PROOFS {
            let _ = AssertionResponse::parse(&text, purpose);
            let begun = begin(&stored, purpose);
            let object = answer("webauthn.get", &begun.options["challenge"]);
            if let Ok(response) = AssertionResponse::parse(&object, purpose) {
                prop_assert!(response.verify(&begun.state, &stored, &handle(), &relying_party()).is_err());
                let state = CeremonyState::from_bytes(data.clone());
                prop_assert!(response.verify(&state, &passkey(&key), &handle(), &relying_party()).is_err());
            }
        }
    }
}
