//! The hashes that imported accounts brought along: how they rest, and whether a password or an answer fits one. Which
//! are taken and how dear they may be is the domain's ([`LegacyHash`]); the hasher's threads do the work.
//!
//! They rest encrypted under a key made from the pepper: some (`{SSHA}`) could be tried by the thousand million a second,
//! and as with our own hashes a stolen database alone must not be enough for that.

use super::data_keys::{Sealer, Unopened};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::{digest, pbkdf2};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::account::normalize_password;
use idp_domain::one_key::{
    Argon2Hash, Argon2Variant, BcryptHash, Digest, LegacyHash, Pbkdf2Hash, SaltedShaHash,
};
use idp_domain::secret::{HashKey, Secret, equal_in_constant_time};
use std::num::NonZeroU32;

/// What a stored hash begins with that another system made; ours begin with `$argon2id$`.
const MARK: &str = "imported:";
const PURPOSE: &str = "imported-hash";

/// Seals and opens imported hashes.
pub struct ImportedHashes(Sealer);

impl ImportedHashes {
    /// With a key made from the pepper, which rests wrapped by the master key.
    ///
    /// # Errors
    /// The library refuses, which no pepper causes.
    pub fn new(pepper: &[u8]) -> Result<Self, Unopened> {
        Sealer::new(HashKey::new(pepper).hash(PURPOSE, &[]).as_bytes()).map(Self)
    }

    /// The text to store for a hash that [`LegacyHash::parse`] takes.
    ///
    /// # Errors
    /// The library refuses, which no input here causes.
    pub fn seal(&self, hash: &Secret) -> Result<String, Unopened> {
        let sealed = self.0.seal(PURPOSE, hash.expose().as_bytes())?;
        Ok(format!("{MARK}{}", BASE64_URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The hash of a stored text; `None` where the text is none of ours to open.
    pub(super) fn open(&self, stored: &str) -> Option<LegacyHash> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(stored.strip_prefix(MARK)?).ok()?;
        let text = String::from_utf8(self.0.open(PURPOSE, &sealed).ok()?).ok()?;
        LegacyHash::parse(&text).ok()
    }
}

/// Whether `hash` was made of this password: of its bytes as typed or, where that is something else, normalized.
pub(super) fn password_fits(hash: &LegacyHash, typed: &Secret) -> bool {
    one_fits(hash, &[typed.expose().to_owned(), normalize_password(typed.expose())])
}

/// Whether `hash` was made of this answer as typed, trimmed, lower-cased or `folded`: nobody knows any more what the old
/// system did with an answer before hashing it.
pub(super) fn answer_fits(hash: &LegacyHash, typed: &Secret, folded: &Secret) -> bool {
    let (typed, folded) = (typed.expose(), folded.expose());
    let trimmed = typed.trim();
    one_fits(hash, &[typed.to_owned(), trimmed.to_owned(), trimmed.to_lowercase(), folded.to_owned()])
}

/// Tries each different text once.
fn one_fits(hash: &LegacyHash, texts: &[String]) -> bool {
    let is_new = |n: usize| texts.get(n).is_some_and(|text| texts.iter().position(|t| t == text) == Some(n));
    texts.iter().enumerate().any(|(n, text)| is_new(n) && fits(hash, text.as_bytes()))
}

fn fits(hash: &LegacyHash, text: &[u8]) -> bool {
    match hash {
        LegacyHash::Argon2(hash) => argon2_fits(hash, text),
        LegacyHash::Bcrypt(hash) => bcrypt_fits(hash, text),
        LegacyHash::Pbkdf2(hash) => pbkdf2_fits(hash, text),
        LegacyHash::SaltedSha(hash) => salted_sha_fits(hash, text),
    }
}

fn argon2_fits(hash: &Argon2Hash, text: &[u8]) -> bool {
    let algorithm = match hash.variant {
        Argon2Variant::D => Algorithm::Argon2d,
        Argon2Variant::I => Algorithm::Argon2i,
        Argon2Variant::Id => Algorithm::Argon2id,
    };
    let version = if hash.is_version_16 { Version::V0x10 } else { Version::V0x13 };
    let Ok(params) = Params::new(hash.memory_kib, hash.iterations, hash.parallelism, Some(hash.hash.len()))
    else {
        return false;
    };
    let mut found = vec![0; hash.hash.len()];
    let computed = Argon2::new(algorithm, version, params).hash_password_into(text, &hash.salt, &mut found);
    computed.is_ok() && equal_in_constant_time(&found, &hash.hash)
}

/// bcrypt reads 72 bytes, the zero at the end included where there is room. Software that let longer passwords be chosen
/// cut them there, so they still fit. No software hashed what stands after a zero byte.
fn bcrypt_fits(hash: &BcryptHash, text: &[u8]) -> bool {
    if text.contains(&0) {
        return false;
    }
    let mut text = text.to_vec();
    text.push(0);
    text.truncate(72);
    let found = bcrypt::bcrypt(hash.cost, hash.salt, &text);
    found.get(..23).is_some_and(|found| equal_in_constant_time(found, &hash.hash))
}

fn pbkdf2_fits(hash: &Pbkdf2Hash, text: &[u8]) -> bool {
    let algorithm = match hash.digest {
        Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    NonZeroU32::new(hash.iterations)
        .is_some_and(|iterations| pbkdf2::verify(algorithm, iterations, &hash.salt, text, &hash.hash).is_ok())
}

fn salted_sha_fits(hash: &SaltedShaHash, text: &[u8]) -> bool {
    let algorithm = match hash.digest {
        Digest::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha256 => &digest::SHA256,
        Digest::Sha512 => &digest::SHA512,
    };
    let mut context = digest::Context::new(algorithm);
    context.update(text);
    context.update(&hash.salt);
    equal_in_constant_time(context.finish().as_ref(), &hash.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tool, password and hash, made by other software.
    fn vectors() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        include_str!("../../vectors/legacy_hashes.tsv").lines().map(|line| {
            let mut parts = line.split('\t');
            (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
        })
    }

    #[test]
    fn each_password_fits_the_hash_that_other_software_made_of_it_and_no_other_does() {
        let mut tools = std::collections::BTreeSet::new();
        for (tool, password, text) in vectors() {
            let hash = LegacyHash::parse(text).unwrap();
            assert!(password_fits(&hash, &Secret::new(password)), "{tool} {password}");
            tools.insert(tool);
            let dear = tool == "Django bcrypt" || tool == "Django argon2";
            let wrong = [password.to_uppercase(), format!("!{password}"), String::new()];
            for wrong in wrong.iter().take(if dear { 1 } else { 3 }) {
                assert!(!password_fits(&hash, &Secret::new(wrong.as_str())), "{tool} {wrong}");
            }
        }
        assert!(tools.len() >= 28, "{tools:?}");
    }

    #[test]
    fn bcrypt_reads_72_bytes_and_nothing_after_a_zero() {
        let hash = |ends: &str| {
            let vector = vectors()
                .find(|(tool, password, _)| *tool == "passlib bcrypt 2b" && password.ends_with(ends));
            LegacyHash::parse(vector.unwrap().2).unwrap()
        };
        let long = hash("what bcrypt does not read");
        let first_72 = "0123456789".repeat(7) + "ab";
        assert!(password_fits(&long, &Secret::new(first_72.as_str())));
        assert!(password_fits(&long, &Secret::new(format!("{first_72}anything"))));
        assert!(!password_fits(&long, &Secret::new(&first_72[..71])));
        let short = hash("Lac-Bleu-42");
        assert!(!password_fits(&short, &Secret::new("Lac-Bleu-42\0")));
        assert!(!password_fits(&short, &Secret::new("Lac-Bleu-42\0tail")));
    }

    #[test]
    fn a_password_is_tried_as_typed_and_normalized() {
        let composed = "Mot de passe à l’été";
        let decomposed = "Mot de passe a\u{300} l’e\u{301}te\u{301}";
        let (_, _, text) = vectors().find(|(_, password, _)| *password == composed).unwrap();
        assert!(password_fits(&LegacyHash::parse(text).unwrap(), &Secret::new(decomposed)));
    }

    #[test]
    fn an_answer_is_tried_as_typed_trimmed_lower_cased_and_folded() {
        // {SSHA} of each, with the salt `salt`.
        let ssha = |of: &str| {
            let mut bytes = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{of}salt").as_bytes())
                .as_ref()
                .to_vec();
            bytes.extend_from_slice(b"salt");
            LegacyHash::parse(&format!("{{SSHA}}{}", base64::prelude::BASE64_STANDARD.encode(bytes))).unwrap()
        };
        let (typed, folded) = (Secret::new(" Île-d’Orléans "), Secret::new("ile-d’orleans"));
        for of in [" Île-d’Orléans ", "Île-d’Orléans", "île-d’orléans", "ile-d’orleans"] {
            assert!(answer_fits(&ssha(of), &typed, &folded), "{of}");
        }
        for of in ["Ile-d’Orleans", "ÎLE-D’ORLÉANS", "île", ""] {
            assert!(!answer_fits(&ssha(of), &typed, &folded), "{of}");
        }
    }

    #[test]
    fn an_imported_hash_rests_sealed_and_opens_with_its_pepper_only() {
        let text = Secret::new("{SSHA}l9g6QutJB7xYfKNyY2Nn7aNLC0K8URrA");
        let hashes = ImportedHashes::new(&[9; 32]).unwrap();
        let stored = hashes.seal(&text).unwrap();
        assert!(stored.starts_with(MARK) && !stored.contains("SSHA"));
        assert!(hashes.open(&stored).is_some());
        assert_ne!(stored, hashes.seal(&text).unwrap());
        assert!(ImportedHashes::new(&[8; 32]).unwrap().open(&stored).is_none());
        assert!(hashes.open(text.expose()).is_none());
        assert!(hashes.open(MARK).is_none());
    }
}
