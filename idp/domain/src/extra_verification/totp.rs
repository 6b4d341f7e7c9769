//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of 30 seconds, as every authenticator app has them.
//!
//! 1. A code is looked for in the step of now and the one before and after it (RFC 6238 section 5.2).
//! 2. The step in which it was found is told, so that the caller accepts each step once: one at or before the last
//!    accepted step is refused.

use crate::activation::{ActivationCode, ActivationCodeError};
use crate::time::Timestamp;
use rand::CryptoRng;
use std::fmt;
use totp_rs::{Builder, Secret, Totp};

/// Length of a secret: 160 bits (RFC 4226 section 4, R6).
const LENGTH: usize = 20;

/// What an authenticator app and this server share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; LENGTH]);

/// Six digits as a person typed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpCode(ActivationCode);

/// The number of a 30-second step since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotpStep(i64);

impl TotpCode {
    /// Reads what a person typed, as kindly as any code (pages.md 0.3).
    ///
    /// # Errors
    /// Nothing typed, or not six digits.
    pub fn parse(typed: &str) -> Result<Self, ActivationCodeError> {
        ActivationCode::parse(typed).map(Self)
    }
}

impl TotpStep {
    /// The last step of which a code may be typed at `now`.
    #[must_use]
    pub fn latest_at(now: Timestamp) -> Self {
        Self(now.seconds().div_euclid(30) + 1)
    }

    /// As it is stored.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }
}

impl TotpSecret {
    /// Draws a new one.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; LENGTH];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads one back; `None` unless it has 20 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// The 20 bytes, to be sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn totp(&self) -> Totp {
        Builder::new().with_secret(Secret::new_stack(self.0)).build_noncompliant()
    }

    /// The step that `code` is of, if it is of one near `now`.
    #[must_use]
    pub fn verify(&self, code: &TotpCode, now: Timestamp) -> Option<TotpStep> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        let step = self.totp().check(code.0.expose(), seconds)?;
        i64::try_from(step).ok().map(TotpStep)
    }

    /// The code that an app shows at `now`.
    #[must_use]
    pub fn code_at(&self, now: Timestamp) -> String {
        self.totp().generate(u64::try_from(now.seconds()).unwrap_or_default()).to_string()
    }

    /// The key as a person types it: base32 (RFC 4648 section 6) without padding.
    #[must_use]
    pub fn to_base32(&self) -> String {
        Secret::new_stack(self.0).to_base32()
    }

    /// The key in groups of four.
    #[must_use]
    pub fn grouped(&self) -> String {
        let text = self.to_base32();
        let groups: Vec<&str> = (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
        groups.join(" ")
    }

    /// What the QR code holds and a link on the same device opens: `otpauth://totp/…`. A colon would end the issuer's or
    /// the account's name.
    #[must_use]
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> String {
        let plain = |text: &str| text.replace(':', " ");
        let totp = Builder::new()
            .with_secret(Secret::new_stack(self.0))
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build_noncompliant();
        totp.to_url().unwrap_or_default()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_of_a_step_beyond_the_latest_is_taken() {
        let secret = TotpSecret::from_slice(&[7; 20]).unwrap();
        let now = Timestamp::from_seconds(1_000_000_015);
        for ahead in 0..4 {
            let at = now.plus(std::time::Duration::from_secs(30 * ahead));
            let code = TotpCode::parse(secret.code_at(at).as_str()).unwrap();
            if let Some(step) = secret.verify(&code, now) {
                assert!(step <= TotpStep::latest_at(now), "{ahead}");
            }
        }
    }
    use proptest::prelude::*;
    use std::time::Duration;

    /// RFC 6238 appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let secret = TotpSecret::from_slice(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(secret.code_at(at), code);
            let typed = TotpCode::parse(code).unwrap();
            assert_eq!(secret.verify(&typed, at).map(TotpStep::number), Some(seconds / 30));
        }
        assert_eq!(TotpSecret::from_slice(b"short"), None);
        assert_eq!(format!("{secret:?}"), "TotpSecret([redacted])");
    }

    #[test]
    fn the_key_can_be_typed_scanned_or_opened() {
        let secret = TotpSecret::from_slice(b"12345678901234567890").unwrap();
        assert_eq!(secret.grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret.otpauth_uri("Compte Mon Ontario", "a:b+c@example.test"),
            "otpauth://totp/Compte%20Mon%20Ontario:a%20b%2Bc%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Compte%20Mon%20Ontario"
        );
    }

    #[test]
    fn a_clock_before_1970_proves_nothing() {
        let secret = TotpSecret::from_slice(&[7; 20]).unwrap();
        let code = TotpCode::parse(&secret.code_at(Timestamp::EPOCH)).unwrap();
        assert_eq!(secret.verify(&code, Timestamp::from_seconds(-1)), None);
    }

    proptest! {
        #[test]
        fn a_code_is_good_in_its_step_and_its_neighbours_only(bytes in any::<[u8; 20]>(), at in 100_000_i64..4_000_000_000, late in 0_u64..300) {
            let secret = TotpSecret::from_slice(&bytes).unwrap();
            let then = Timestamp::from_seconds(at);
            let code = TotpCode::parse(&secret.code_at(then)).unwrap();
            let now = then.plus(Duration::from_secs(late));
            let steps = now.seconds() / 30 - at / 30;
            let found = secret.verify(&code, now).map(TotpStep::number);
            // The same digits may come again by chance; then they are of another step.
            let fits = if steps <= 1 { found.is_some() } else { found != Some(at / 30) };
            prop_assert!(fits);
        }
    }
}
