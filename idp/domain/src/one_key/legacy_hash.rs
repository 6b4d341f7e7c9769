//! The hashes that an imported ONE-key account brings along (`product.md` 3.8): which formats are taken, and how dear one
//! may be. Not how they are computed, which is the password hasher's.
//!
//! Taken are argon2 (RFC 9106), bcrypt, PBKDF2 (RFC 8018 section 5.2) and LDAP's salted SHA (RFC 2307, `{SSHA}` and
//! `{SSHA512}`), as `OpenLDAP`, htpasswd, passlib and Django write them. All others are refused by name. A hash that is
//! dearer than about a second of work is refused too, so that no line of a file can hold the server up.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;

/// Longest text of a hash.
const MAX_LENGTH: usize = 512;

/// A hash that another system made.
pub enum LegacyHash {
    /// RFC 9106.
    Argon2(Argon2Hash),
    /// `$2a$`, `$2b$` or `$2y$`; for passwords of at most 72 bytes the three are the same.
    Bcrypt(BcryptHash),
    /// RFC 8018 section 5.2 with HMAC.
    Pbkdf2(Pbkdf2Hash),
    /// `H(password ‖ salt)`.
    SaltedSha(SaltedShaHash),
}

/// An argon2 hash.
pub struct Argon2Hash {
    /// Which of the three.
    pub variant: Argon2Variant,
    /// Whether it is version 0x10, from before the RFC, rather than 0x13.
    pub is_version_16: bool,
    /// `m`
    pub memory_kib: u32,
    /// `t`
    pub iterations: u32,
    /// `p`
    pub parallelism: u32,
    /// 8 to 64 bytes.
    pub salt: Vec<u8>,
    /// 16 to 64 bytes.
    pub hash: Vec<u8>,
}

/// RFC 9106 section 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argon2Variant {
    /// `argon2d`
    D,
    /// `argon2i`
    I,
    /// `argon2id`
    Id,
}

/// A bcrypt hash.
pub struct BcryptHash {
    /// The work doubles with each.
    pub cost: u32,
    /// 128 bits.
    pub salt: [u8; 16],
    /// All but the last of the 24 bytes that are computed.
    pub hash: [u8; 23],
}

/// A PBKDF2 hash.
pub struct Pbkdf2Hash {
    /// HMAC's hash function.
    pub digest: Digest,
    /// `c`
    pub iterations: u32,
    /// 1 to 128 bytes.
    pub salt: Vec<u8>,
    /// 16 bytes or more, at most what the hash function gives.
    pub hash: Vec<u8>,
}

/// A salted SHA hash.
pub struct SaltedShaHash {
    /// SHA-1 or SHA-512.
    pub digest: Digest,
    /// 1 to 64 bytes.
    pub salt: Vec<u8>,
    /// What the hash function gives.
    pub hash: Vec<u8>,
}

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 64 bytes.
    Sha512,
}

impl Digest {
    fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// The dearest hashes that are taken, each about a second of work for one core.
pub struct LegacyHashLimits;

impl LegacyHashLimits {
    /// Memory of argon2.
    pub const ARGON2_MEMORY_KIB: u32 = 128 * 1024;
    /// Memory times passes of argon2.
    pub const ARGON2_KIB_PASSES: u64 = 1024 * 1024;
    /// Lanes of argon2.
    pub const ARGON2_LANES: u32 = 16;
    /// Cost of bcrypt.
    pub const BCRYPT_COST: u32 = 14;
    /// Iterations of PBKDF2.
    pub const PBKDF2_ITERATIONS: u32 = 2_000_000;
}

/// Why a hash is not taken. It says nothing of the hash itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LegacyHashError {
    /// Nothing there.
    #[error("the hash is missing")]
    Missing,
    /// Of a known format that is not taken.
    #[error("{0} hashes are not accepted")]
    Refused(&'static str),
    /// Of no known format; perhaps a password in the clear.
    #[error("the hash is in no known format")]
    Unknown,
    /// Not what its format wants.
    #[error("the {0} hash is damaged")]
    Damaged(&'static str),
    /// Too much memory, too many iterations.
    #[error("the {0} hash costs more work than is accepted")]
    TooDear(&'static str),
}

use LegacyHashError::{Damaged, Missing, Refused, TooDear, Unknown};

/// How the text of a hash may begin, without regard to case, and which format that is. The longer of two that begin
/// alike stands first.
const FORMATS: [(&str, Format); 41] = [
    ("$argon2", Format::Argon2),
    ("argon2$argon2", Format::Argon2),
    ("{ARGON2}$argon2", Format::Argon2),
    ("$2a$", Format::Bcrypt),
    ("$2b$", Format::Bcrypt),
    ("$2y$", Format::Bcrypt),
    ("bcrypt$$2", Format::Bcrypt),
    ("{CRYPT}$2", Format::Bcrypt),
    ("$pbkdf2-sha256$", Format::Pbkdf2(Digest::Sha256, Salt::Base64)),
    ("$pbkdf2-sha512$", Format::Pbkdf2(Digest::Sha512, Salt::Base64)),
    ("$pbkdf2-sha1$", Format::Pbkdf2(Digest::Sha1, Salt::Base64)),
    ("$pbkdf2$", Format::Pbkdf2(Digest::Sha1, Salt::Base64)),
    ("{PBKDF2-SHA256}", Format::Pbkdf2(Digest::Sha256, Salt::Base64)),
    ("{PBKDF2-SHA512}", Format::Pbkdf2(Digest::Sha512, Salt::Base64)),
    ("{PBKDF2-SHA1}", Format::Pbkdf2(Digest::Sha1, Salt::Base64)),
    ("{PBKDF2}", Format::Pbkdf2(Digest::Sha1, Salt::Base64)),
    ("pbkdf2_sha256$", Format::Pbkdf2(Digest::Sha256, Salt::Text)),
    ("pbkdf2_sha1$", Format::Pbkdf2(Digest::Sha1, Salt::Text)),
    ("{SSHA512}", Format::SaltedSha("{SSHA512}", Digest::Sha512)),
    ("{SSHA}", Format::SaltedSha("{SSHA}", Digest::Sha1)),
    ("{SSHA256}", Format::Refused("{SSHA256}")),
    ("{SSHA384}", Format::Refused("{SSHA384}")),
    ("{SHA}", Format::Refused("unsalted {SHA}")),
    ("{SHA256}", Format::Refused("unsalted {SHA256}")),
    ("{SHA384}", Format::Refused("unsalted {SHA384}")),
    ("{SHA512}", Format::Refused("unsalted {SHA512}")),
    ("{SMD5}", Format::Refused("{SMD5}")),
    ("{MD5}", Format::Refused("unsalted {MD5}")),
    ("{CRYPT}", Format::Refused("{CRYPT}")),
    ("{CLEARTEXT}", Format::Refused("{CLEARTEXT}")),
    ("$2x$", Format::Refused("faulty bcrypt ($2x$)")),
    ("$apr1$", Format::Refused("Apache MD5 ($apr1$)")),
    ("$1$", Format::Refused("MD5 crypt ($1$)")),
    ("$5$", Format::Refused("SHA-256 crypt ($5$)")),
    ("$6$", Format::Refused("SHA-512 crypt ($6$)")),
    ("$y$", Format::Refused("yescrypt ($y$)")),
    ("$7$", Format::Refused("scrypt ($7$)")),
    ("$scrypt$", Format::Refused("scrypt")),
    ("$bcrypt-sha256$", Format::Refused("bcrypt over SHA-256")),
    ("bcrypt_sha256$", Format::Refused("bcrypt over SHA-256")),
    ("$P$", Format::Refused("phpass ($P$)")),
];

#[derive(Clone, Copy)]
enum Format {
    Argon2,
    Bcrypt,
    Pbkdf2(Digest, Salt),
    SaltedSha(&'static str, Digest),
    Refused(&'static str),
}

/// How a PBKDF2 hash's salt is written.
#[derive(Clone, Copy)]
enum Salt {
    Base64,
    Text,
}

impl LegacyHash {
    /// Reads a hash as the old directory wrote it.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn parse(text: &str) -> Result<Self, LegacyHashError> {
        if text.is_empty() {
            return Err(Missing);
        }
        let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
        let (prefix, format) = FORMATS.into_iter().find(|(prefix, _)| begins(prefix)).ok_or(Unknown)?;
        let rest = text.get(prefix.len()..).filter(|_| text.len() <= MAX_LENGTH);
        match format {
            Format::Refused(name) => Err(Refused(name)),
            // What comes before the PHC string, if anything, and its beginning have no second `$argon2` or `$2`.
            Format::Argon2 => parse_argon2(from_first(text, "$argon2")).map(Self::Argon2),
            Format::Bcrypt => parse_bcrypt(from_first(text, "$2")).map(Self::Bcrypt),
            Format::Pbkdf2(digest, salt) => {
                parse_pbkdf2(rest.ok_or(Damaged("PBKDF2"))?, digest, salt).map(Self::Pbkdf2)
            }
            Format::SaltedSha(name, digest) => {
                rest.and_then(|rest| parse_salted_sha(rest, digest)).map(Self::SaltedSha).ok_or(Damaged(name))
            }
        }
    }
}

impl fmt::Debug for LegacyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyHash([redacted])")
    }
}

fn from_first<'a>(text: &'a str, beginning: &str) -> &'a str {
    let at = text.to_ascii_lowercase().find(beginning).unwrap_or(0);
    text.get(at..).filter(|_| text.len() <= MAX_LENGTH).unwrap_or("")
}

/// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`; without `v` it is version 0x10.
fn parse_argon2(text: &str) -> Result<Argon2Hash, LegacyHashError> {
    let damaged = Damaged("argon2");
    let mut parts = text.split('$').skip(1);
    let mut next = || parts.next().ok_or(damaged);
    let variant = match next()? {
        "argon2d" => Argon2Variant::D,
        "argon2i" => Argon2Variant::I,
        "argon2id" => Argon2Variant::Id,
        _ => return Err(damaged),
    };
    let mut figures = next()?;
    let version = figures.strip_prefix("v=");
    if version.is_some() {
        figures = next()?;
    }
    let is_version_16 = match version {
        None | Some("16") => true,
        Some("19") => false,
        Some(_) => return Err(damaged),
    };
    let (salt, hash) = (next()?, next()?);
    if parts.next().is_some() {
        return Err(damaged);
    }
    let [memory_kib, iterations, parallelism] = argon2_figures(figures).ok_or(damaged)?;
    let passes = u64::from(memory_kib) * u64::from(iterations);
    if memory_kib > LegacyHashLimits::ARGON2_MEMORY_KIB
        || passes > LegacyHashLimits::ARGON2_KIB_PASSES
        || parallelism > LegacyHashLimits::ARGON2_LANES
    {
        return Err(TooDear("argon2"));
    }
    // RFC 9106 section 3.1: at least 8 KiB for each lane.
    if parallelism == 0 || iterations == 0 || memory_kib < 8 * parallelism {
        return Err(damaged);
    }
    let salt = decode(&STANDARD, salt).filter(|salt| (8..=64).contains(&salt.len())).ok_or(damaged)?;
    let hash = decode(&STANDARD, hash).filter(|hash| (16..=64).contains(&hash.len())).ok_or(damaged)?;
    Ok(Argon2Hash { variant, is_version_16, memory_kib, iterations, parallelism, salt, hash })
}

/// `m=…,t=…,p=…`
fn argon2_figures(text: &str) -> Option<[u32; 3]> {
    let mut figures = text.split(',');
    let m = number(figures.next()?.strip_prefix("m=")?)?;
    let t = number(figures.next()?.strip_prefix("t=")?)?;
    let p = number(figures.next()?.strip_prefix("p=")?)?;
    figures.next().is_none().then_some([m, t, p])
}

/// `$2b$12$`, 22 characters of salt, 31 of hash.
fn parse_bcrypt(text: &str) -> Result<BcryptHash, LegacyHashError> {
    let damaged = Damaged("bcrypt");
    let known = ["$2a$", "$2b$", "$2y$"].iter().find_map(|prefix| text.strip_prefix(prefix));
    let (cost, rest) = known.and_then(|rest| rest.split_once('$')).ok_or(damaged)?;
    let cost = number(cost).filter(|_| cost.len() == 2).ok_or(damaged)?;
    let (salt, hash) = rest.split_at_checked(22).ok_or(damaged)?;
    let salt = decode(&BCRYPT, salt).and_then(|salt| salt.try_into().ok()).ok_or(damaged)?;
    let hash = decode(&BCRYPT, hash).and_then(|hash| hash.try_into().ok()).ok_or(damaged)?;
    match cost {
        0..4 => Err(damaged),
        _ if cost > LegacyHashLimits::BCRYPT_COST => Err(TooDear("bcrypt")),
        _ => Ok(BcryptHash { cost, salt, hash }),
    }
}

/// `iterations$salt$hash`
fn parse_pbkdf2(rest: &str, digest: Digest, written: Salt) -> Result<Pbkdf2Hash, LegacyHashError> {
    let damaged = Damaged("PBKDF2");
    let mut parts = rest.split('$');
    let mut next = || parts.next().ok_or(damaged);
    let (iterations, salt, hash) = (number(next()?).ok_or(damaged)?, next()?, next()?);
    if parts.next().is_some() || iterations == 0 {
        return Err(damaged);
    }
    if iterations > LegacyHashLimits::PBKDF2_ITERATIONS {
        return Err(TooDear("PBKDF2"));
    }
    let salt = match written {
        Salt::Base64 => decode_adapted(salt),
        Salt::Text => Some(salt.as_bytes().to_vec()),
    };
    let salt = salt.filter(|salt| (1..=128).contains(&salt.len())).ok_or(damaged)?;
    let fits = |hash: &Vec<u8>| (16..=digest.length()).contains(&hash.len());
    let hash = decode_adapted(hash).filter(fits).ok_or(damaged)?;
    Ok(Pbkdf2Hash { digest, iterations, salt, hash })
}

/// Base64 of the hash followed by the salt.
fn parse_salted_sha(rest: &str, digest: Digest) -> Option<SaltedShaHash> {
    let mut hash = decode(&STANDARD, rest)?;
    let salt = hash.split_off(digest.length().min(hash.len()));
    (1..=64).contains(&salt.len()).then_some(SaltedShaHash { digest, salt, hash })
}

/// Digits only: no sign, no blank.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// With or without padding; bits beyond the last byte are not looked at, since old software let them be anything.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BCRYPT: GeneralPurpose = GeneralPurpose::new(&alphabet::BCRYPT, LENIENT);

fn decode(engine: &GeneralPurpose, text: &str) -> Option<Vec<u8>> {
    engine.decode(text).ok()
}

/// passlib and `OpenLDAP` write `.` for `+`.
fn decode_adapted(text: &str) -> Option<Vec<u8>> {
    decode(&STANDARD, &text.replace('.', "+"))
}

#[cfg(test)]
mod tests;
