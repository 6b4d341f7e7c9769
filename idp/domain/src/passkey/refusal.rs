//! The library's reasons in our words. Of several broken rules the library tells the one that it meets first: what can't be
//! read, then the signature, then what was signed.

use super::PasskeyError;
use webauthn_rp::response::auth::error::{AuthCeremonyErr, AuthenticatorDataErr as AssertedDataErr};
use webauthn_rp::response::register::error::{
    AttestationObjectErr, AttestedCredentialDataErr, AuthenticatorDataErr, RegCeremonyErr,
};

impl From<RegCeremonyErr> for PasskeyError {
    fn from(error: RegCeremonyErr) -> Self {
        use RegCeremonyErr as E;
        match error {
            E::Timeout | E::ChallengeMismatch => Self::Challenge,
            // Its challenge was read before: what is left is its type, or an origin that is none.
            E::CollectedClientData(_) | E::CollectedClientDataRelaxed(_) => Self::Type,
            E::AttestationObject(error) => error.into(),
            E::PubKey(_) => Self::Key,
            E::AttestationSignature => Self::Attestation,
            E::OriginMismatch => Self::Origin,
            E::CrossOrigin | E::TopOriginMismatch => Self::Embedded,
            E::RpIdHashMismatch => Self::RelyingParty,
            E::UserNotPresent => Self::UserNotPresent,
            E::UserNotVerified => Self::UserNotVerified,
            E::BackupEligible | E::BackupNotEligible | E::BackupDoesNotExist => Self::BackupEligibility,
            E::PublicKeyAlgorithmMismatch => Self::Algorithm,
            E::MissingAuthenticatorAttachment
            | E::AuthenticatorAttachmentMismatch
            | E::Extension(_)
            | E::Credential(_) => Self::Malformed,
        }
    }
}

impl From<AttestationObjectErr> for PasskeyError {
    fn from(error: AttestationObjectErr) -> Self {
        use AttestationObjectErr as E;
        match error {
            E::SelfAttestationAlgorithmMismatch | E::Attestation(_) => Self::Attestation,
            E::AuthData(AuthenticatorDataErr::BackupWithoutEligibility) => Self::BackupState,
            E::AuthData(AuthenticatorDataErr::AttestedCredential(AttestedCredentialDataErr::CoseKey(_))) => {
                Self::Key
            }
            _ => Self::Malformed,
        }
    }
}

impl From<AuthCeremonyErr> for PasskeyError {
    fn from(error: AuthCeremonyErr) -> Self {
        use AuthCeremonyErr as E;
        match error {
            E::Timeout | E::ChallengeMismatch => Self::Challenge,
            E::CollectedClientData(_) | E::CollectedClientDataRelaxed(_) => Self::Type,
            E::AuthenticatorData(AssertedDataErr::UserNotPresent) => Self::UserNotPresent,
            E::AuthenticatorData(AssertedDataErr::BackupWithoutEligibility) => Self::BackupState,
            E::PubKey(_) => Self::Key,
            E::AssertionSignature => Self::Signature,
            E::OriginMismatch => Self::Origin,
            E::CrossOrigin | E::TopOriginMismatch => Self::Embedded,
            E::RpIdHashMismatch => Self::RelyingParty,
            E::UserNotVerified => Self::UserNotVerified,
            E::BackupEligible | E::BackupNotEligible | E::BackupDoesNotExist => Self::BackupEligibility,
            E::SignatureCounter => Self::Counter,
            E::UserHandleMismatch | E::MissingUserHandle => Self::UserHandle,
            E::CredentialIdMismatch | E::NoMatchingAllowedCredential => Self::Unknown,
            E::AuthenticatorData(_)
            | E::MissingAuthenticatorAttachment
            | E::AuthenticatorAttachmentMismatch
            | E::Extension(_)
            | E::Credential(_) => Self::Malformed,
        }
    }
}
