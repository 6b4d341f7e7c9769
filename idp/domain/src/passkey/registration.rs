//! Registering a new credential (WebAuthn Level 3 section 7.1).

use super::authenticator_data::AuthenticatorData;
use super::cbor::Value;
use super::client_data::ClientData;
use super::public_key::CredentialKey;
use super::{
    Ceremony, CredentialId, Evidence, LONGEST_RESPONSE, PasskeyError, RelyingParty, TRANSPORTS, decode,
    signed_message,
};
use crate::secret::TokenHash;
use serde::Deserialize;

/// A browser's answer to a registration.
#[derive(Debug)]
pub struct RegistrationResponse {
    client_data: ClientData,
    attestation_object: Vec<u8>,
    transports: Vec<String>,
}

/// A credential that kept every rule. It still has to be the first of its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential {
    /// Its identifier.
    pub id: CredentialId,
    /// Its public key in COSE form.
    pub public_key: Vec<u8>,
    /// Where its counter stands.
    pub sign_count: u32,
    /// Whether it may leave its device.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
    /// How to reach it, for the browser's hints.
    pub transports: Vec<String>,
}

#[derive(Deserialize)]
struct CredentialJson {
    #[serde(rename = "type")]
    kind: String,
    response: ResponseJson,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseJson {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

impl RegistrationResponse {
    /// Reads what the script sent (section 5.1.8, `RegistrationResponseJSON`).
    ///
    /// # Errors
    /// It is too long, or none.
    pub fn parse(json: &str) -> Result<Self, PasskeyError> {
        if json.len() > LONGEST_RESPONSE {
            return Err(PasskeyError::Malformed);
        }
        let credential: CredentialJson = serde_json::from_str(json).map_err(|_| PasskeyError::Malformed)?;
        if credential.kind != "public-key" {
            return Err(PasskeyError::Malformed);
        }
        let mut transports = credential.response.transports;
        transports.retain(|transport| TRANSPORTS.contains(&transport.as_str()));
        transports.sort_unstable();
        transports.dedup();
        Ok(Self {
            client_data: ClientData::parse(&decode(&credential.response.client_data_json)?)?,
            attestation_object: decode(&credential.response.attestation_object)?,
            transports,
        })
    }

    /// The challenge that it answers.
    #[must_use]
    pub fn challenge(&self) -> TokenHash {
        self.client_data.challenge()
    }

    /// Runs the rules of section 7.1 after its challenge was taken.
    ///
    /// # Errors
    /// The first that is broken.
    pub fn verify(&self, relying_party: &RelyingParty) -> Result<NewCredential, PasskeyError> {
        let object = Value::read_all(&self.attestation_object)?;
        let bytes = object.member("authData").and_then(Value::bytes).ok_or(PasskeyError::Malformed)?;
        let authenticator_data = AuthenticatorData::parse(bytes)?;
        let evidence = Evidence {
            ceremony: Ceremony::Create,
            client_data: &self.client_data,
            authenticator_data: &authenticator_data,
            relying_party,
        };
        evidence.check()?;
        let made = authenticator_data.credential.as_ref().ok_or(PasskeyError::Malformed)?;
        let key = CredentialKey::parse(made.public_key)?;
        attestation(&object, &key, &signed_message(bytes, &self.client_data))?;
        Ok(NewCredential {
            id: made.id.clone(),
            public_key: made.public_key.to_vec(),
            sign_count: authenticator_data.sign_count,
            backup_eligible: authenticator_data.is_backup_eligible(),
            backed_up: authenticator_data.is_backed_up(),
            transports: self.transports.clone(),
        })
    }
}

/// Sections 8.7 and 8.2: we ask for none, so a browser sends none, or the credential's own signature (self attestation, which
/// it need not strip: section 5.1.3). A statement by somebody else says something that nobody here could judge.
fn attestation(object: &Value<'_>, key: &CredentialKey, signed: &[u8]) -> Result<(), PasskeyError> {
    let format = object.member("fmt").and_then(Value::text).ok_or(PasskeyError::Malformed)?;
    let Some(Value::Map(members)) = object.member("attStmt") else { return Err(PasskeyError::Malformed) };
    let statement = Value::Map(members.clone());
    let by_itself = || {
        let signature = statement.member("sig").and_then(Value::bytes)?;
        let algorithm = statement.member("alg").and_then(Value::integer)?;
        let is_own = members.len() == 2 && algorithm == key.algorithm.number();
        (is_own && key.verifies(signed, signature)).then_some(())
    };
    match format {
        "none" if members.is_empty() => Ok(()),
        "packed" => by_itself().ok_or(PasskeyError::Attestation),
        _ => Err(PasskeyError::Attestation),
    }
}
