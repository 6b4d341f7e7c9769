//! Verifying an assertion (WebAuthn Level 3 section 7.2).

use super::authenticator_data::AuthenticatorData;
use super::client_data::ClientData;
use super::public_key::CredentialKey;
use super::{
    Ceremony, CredentialId, Evidence, LONGEST_RESPONSE, Passkey, PasskeyError, RelyingParty, UserHandle,
    decode, signed_message,
};
use crate::secret::{TokenHash, equal_in_constant_time};
use serde::Deserialize;

/// A browser's answer to a sign-in.
#[derive(Debug)]
pub struct AssertionResponse {
    /// Which credential it says it is.
    pub credential_id: CredentialId,
    client_data: ClientData,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user_handle: Option<String>,
}

/// What a verified assertion changes in its passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Where the counter stands now.
    pub sign_count: u32,
    /// Whether the credential is backed up now.
    pub backed_up: bool,
}

#[derive(Deserialize)]
struct CredentialJson {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    response: ResponseJson,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResponseJson {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

impl AssertionResponse {
    /// Reads what the script sent (section 5.1.8, `AuthenticationResponseJSON`).
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
        let response = credential.response;
        Ok(Self {
            credential_id: CredentialId::from_bytes(&decode(&credential.id)?)?,
            client_data: ClientData::parse(&decode(&response.client_data_json)?)?,
            authenticator_data: decode(&response.authenticator_data)?,
            signature: decode(&response.signature)?,
            user_handle: response.user_handle.filter(|handle| !handle.is_empty()),
        })
    }

    /// The challenge that it answers.
    #[must_use]
    pub fn challenge(&self) -> TokenHash {
        self.client_data.challenge()
    }

    /// Runs the rules of section 7.2 after its challenge was taken and its passkey was found. `handle` is that of the
    /// passkey's account; `handle_needed` where nobody has said yet who it is (step 6: then the answer must).
    ///
    /// # Errors
    /// The first that is broken.
    pub fn verify(
        &self,
        passkey: &Passkey,
        handle: &UserHandle,
        handle_needed: bool,
        relying_party: &RelyingParty,
    ) -> Result<VerifiedAssertion, PasskeyError> {
        let is_theirs = |given: &String| equal_in_constant_time(given.as_bytes(), handle.as_str().as_bytes());
        if !self.user_handle.as_ref().map_or(!handle_needed, is_theirs) {
            return Err(PasskeyError::UserHandle);
        }
        let authenticator_data = AuthenticatorData::parse(&self.authenticator_data)?;
        let evidence = Evidence {
            ceremony: Ceremony::Get,
            client_data: &self.client_data,
            authenticator_data: &authenticator_data,
            relying_party,
        };
        evidence.check()?;
        // "Verify that currentBe equals credentialRecord.backupEligible."
        if authenticator_data.is_backup_eligible() != passkey.backup_eligible {
            return Err(PasskeyError::BackupEligibility);
        }
        let key = CredentialKey::parse(&passkey.public_key)?;
        if !key.verifies(&signed_message(&self.authenticator_data, &self.client_data), &self.signature) {
            return Err(PasskeyError::Signature);
        }
        // "If authData.signCount is nonzero or credentialRecord.signCount is nonzero": it must be greater, and we refuse
        // what isn't.
        let (old, new) = (passkey.sign_count, authenticator_data.sign_count);
        if (old != 0 || new != 0) && new <= old {
            return Err(PasskeyError::Counter);
        }
        Ok(VerifiedAssertion { sign_count: new, backed_up: authenticator_data.is_backed_up() })
    }
}
