//! A sign-in partner: an OpenID provider that vouches for a person by an identifier that means nothing else
//! (`product.md` 2.3). Here are what an operator says of it, what its answer to the browser may be, and how many mails a
//! journey gets. Not the exchange with it, nor its tokens: the server's adapter has those.

mod fault;

pub use fault::PartnerFault;

use crate::activation::ActivationLimits;
use crate::authorization::parameters::Parameters;
use crate::client::BilingualText;
use crate::mail_allowance::MailLimits;
use crate::secret::{HashKey, KeyedHash};
use crate::signing_key::SigningAlgorithm;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

/// A partner's name in addresses: 1 to 32 of `a–z 0–9 -`. Each partner has a callback address of its own, so that the answer
/// of one can't be brought in as another's (RFC 9700 section 4.4.2.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartnerId(String);

impl PartnerId {
    /// The partner of the settings `partner.*`.
    pub const OF_SETTINGS: &'static str = "default";

    /// Reads one; `None` when it breaks the rule above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (!text.is_empty() && text.len() <= 32 && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The one of the settings.
    #[must_use]
    pub fn of_settings() -> Self {
        Self(Self::OF_SETTINGS.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How we prove ourselves at a partner's token endpoint (OIDC Core section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartnerAuthentication {
    /// A shared secret in the `Authorization` header.
    ClientSecretBasic,
    /// A shared secret in the body.
    ClientSecretPost,
    /// An assertion that we sign with a key made for this partner alone.
    PrivateKeyJwt,
}

impl PartnerAuthentication {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt];

    /// The registered name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// Reads a registered name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// A partner as it is registered, but for what proves us to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPartner {
    /// Its name in addresses.
    pub id: PartnerId,
    /// The name that people read.
    pub name: BilingualText,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// By which it knows us.
    pub client_id: String,
    /// How we prove ourselves to it.
    pub authentication: PartnerAuthentication,
    /// The one algorithm of its ID tokens; any asymmetric one of ours where none is said.
    pub algorithm: Option<SigningAlgorithm>,
    /// Where it stands among the partners.
    pub position: i64,
}

impl SignInPartner {
    /// The algorithms that its ID tokens may be signed with. A shared secret never signs one.
    #[must_use]
    pub fn algorithms(&self) -> Vec<SigningAlgorithm> {
        self.algorithm.map_or_else(|| SigningAlgorithm::ALL.to_vec(), |one| vec![one])
    }
}

/// A partner's file, as it is written (`idp partners add --file`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerFile {
    id: String,
    name: String,
    #[serde(rename = "name#fr")]
    name_fr: String,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    token_endpoint_auth_method: Option<String>,
    id_token_signed_response_alg: Option<String>,
    #[serde(default, deserialize_with = "crate::whole_number::optional")]
    position: Option<i64>,
}

/// A file that was checked.
#[derive(Debug, Clone)]
pub struct CheckedPartner {
    /// The partner.
    pub partner: SignInPartner,
    /// The shared secret, where the file has one.
    pub secret: Option<String>,
}

impl PartnerFile {
    /// Checks it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(self, allow_loopback: bool) -> Result<CheckedPartner, Vec<PartnerFault>> {
        let mut wrong = Vec::new();
        let id = PartnerId::parse(&self.id).filter(|id| id.as_str() != PartnerId::OF_SETTINGS);
        if id.is_none() {
            wrong.push(PartnerFault::Id);
        }
        for (fault, text) in [(PartnerFault::Name, &self.name), (PartnerFault::NameFr, &self.name_fr)] {
            if text.trim().is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
                wrong.push(fault);
            }
        }
        if let Err(problem) = check_issuer(&self.issuer, allow_loopback) {
            wrong.push(PartnerFault::Issuer(problem));
        }
        if !is_printable(&self.client_id, 255) {
            wrong.push(PartnerFault::ClientId);
        }
        let authentication = match &self.token_endpoint_auth_method {
            None => Some(PartnerAuthentication::ClientSecretBasic),
            Some(text) => PartnerAuthentication::parse(text),
        };
        if authentication.is_none() {
            wrong.push(PartnerFault::Method);
        }
        let has_key = authentication == Some(PartnerAuthentication::PrivateKeyJwt);
        match &self.client_secret {
            Some(_) if has_key => wrong.push(PartnerFault::SecretBesideKey),
            Some(secret) if !is_printable(secret, 1024) => wrong.push(PartnerFault::Secret),
            _ => {}
        }
        let algorithm = self.id_token_signed_response_alg.as_deref().map(SigningAlgorithm::parse);
        if algorithm == Some(None) {
            wrong.push(PartnerFault::Algorithm);
        }
        match (id, authentication) {
            (Some(id), Some(authentication)) if wrong.is_empty() => Ok(CheckedPartner {
                partner: SignInPartner {
                    id,
                    name: BilingualText { en: self.name, fr: self.name_fr },
                    issuer: self.issuer,
                    client_id: self.client_id,
                    authentication,
                    algorithm: algorithm.flatten(),
                    position: self.position.unwrap_or(0),
                },
                secret: self.client_secret,
            }),
            _ => Err(wrong),
        }
    }
}

fn is_printable(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// OIDC Discovery section 2: `https`, no query, no fragment. `http` is for loopback, where that may be called.
///
/// # Errors
/// What is wrong, in a few words.
pub fn check_issuer(issuer: &str, allow_loopback: bool) -> Result<(), &'static str> {
    let url = Url::parse(issuer).map_err(|_| "it must be a URL such as https://hub.example.ca")?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let fits = match url.scheme() {
        "https" => !loopback || allow_loopback,
        "http" => loopback && allow_loopback,
        _ => false,
    };
    if !fits {
        return Err("it must be https; http and loopback are for network.allow_loopback");
    }
    if issuer.contains(['?', '#']) || !url.username().is_empty() || url.password().is_some() {
        return Err("it must have no query, fragment or user name");
    }
    Ok(())
}

/// A partner's identifier of a person (OIDC Core section 2): never kept as it is, nor shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PartnerSubject(String);

impl PartnerSubject {
    /// Reads a `sub`: 1 to 255 printable ASCII characters without blanks.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (is_printable(text, 255) && !text.contains(' ')).then(|| Self(text.to_owned()))
    }

    /// As it rests in the database: bound to its issuer, since two partners may say the same of two people (OIDC Core
    /// section 5.7).
    #[must_use]
    pub fn hash(&self, key: &HashKey, issuer: &str) -> KeyedHash {
        key.hash("partner-subject", &[issuer.as_bytes(), self.0.as_bytes()])
    }
}

impl fmt::Debug for PartnerSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartnerSubject([redacted])")
    }
}

/// What a partner's answer, brought by the browser, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerAnswer {
    /// A code to redeem.
    Code(String),
    /// The person turned back.
    Cancelled,
    /// The person did not accept the partner's terms.
    Declined,
    /// Anything else.
    Failed(&'static str),
}

/// The word of a hub for terms that were not accepted, in `error_description`; the one word of it that is read.
pub const TERMS_DECLINED: &str = "terms_declined";

impl PartnerAnswer {
    /// Reads it. RFC 9207 section 2.4: an `iss` that is there MUST be the issuer of the request, and one that was promised MUST
    /// be there.
    #[must_use]
    pub fn parse(query: &Parameters, issuer: &str, iss_promised: bool) -> Self {
        let value = |name| query.get(name);
        let (Ok(iss), Ok(code), Ok(error), Ok(description)) =
            (value("iss"), value("code"), value("error"), value("error_description"))
        else {
            return Self::Failed("a parameter came twice, or is too long");
        };
        match iss {
            Some(iss) if iss != issuer => return Self::Failed("it names another issuer"),
            None if iss_promised => return Self::Failed("it names no issuer"),
            _ => {}
        }
        match (code, error) {
            (_, Some("access_denied")) if description == Some(TERMS_DECLINED) => Self::Declined,
            (_, Some("access_denied")) => Self::Cancelled,
            (_, Some(_)) => Self::Failed("it says that something went wrong"),
            (Some(code), None) if !code.is_empty() && code.len() <= 4096 => Self::Code(code.to_owned()),
            _ => Self::Failed("it has neither a code nor an error"),
        }
    }
}

/// The figures of a journey's code and mails.
#[derive(Debug, Clone, Copy)]
pub struct PartnerCodeLimits {
    /// Of the code.
    pub activation: ActivationLimits,
    /// Of the journey's mails: the first and ten more (`product.md` 2.3).
    pub journey: MailLimits,
    /// Of all journeys' mails to one address: what several people behind it may need, and no flood.
    pub address: MailLimits,
}

/// The first mail and ten more.
pub const MAILS_OF_A_JOURNEY: u32 = 11;

impl PartnerCodeLimits {
    /// Mails `interval` apart; a code is good for `code_lifetime`, its journey for `journey_life`.
    #[must_use]
    pub fn new(
        interval: Duration,
        code_lifetime: Duration,
        journey_life: Duration,
        tries: u32,
        tries_total: u32,
    ) -> Self {
        let mails = |most: u32| MailLimits { interval, per_hour: most, per_day: 4 * most };
        Self {
            activation: ActivationLimits { code_lifetime, resend_window: journey_life, tries, tries_total },
            journey: mails(MAILS_OF_A_JOURNEY),
            address: mails(3 * MAILS_OF_A_JOURNEY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> PartnerFile {
        PartnerFile {
            id: "hub".into(),
            name: "Hub".into(),
            name_fr: "Carrefour".into(),
            issuer: "https://hub.example.ca".into(),
            client_id: "idp".into(),
            client_secret: Some("secret".into()),
            token_endpoint_auth_method: None,
            id_token_signed_response_alg: Some("ES256".into()),
            position: None,
        }
    }

    fn answer(query: &str, promised: bool) -> PartnerAnswer {
        let query = Parameters::parse(query.as_bytes()).unwrap();
        PartnerAnswer::parse(&query, "https://hub.example.ca", promised)
    }

    #[test]
    fn a_good_file_is_taken_and_each_mistake_is_named() {
        let checked = file().check(false).unwrap();
        assert_eq!(checked.partner.algorithms(), [SigningAlgorithm::Es256]);
        for (broken, at) in [
            (PartnerFile { id: "Hub!".into(), ..file() }, "id"),
            (PartnerFile { id: "default".into(), ..file() }, "id"),
            (PartnerFile { name: " ".into(), ..file() }, "name"),
            (PartnerFile { name_fr: "x".repeat(101), ..file() }, "name#fr"),
            (PartnerFile { issuer: "http://hub.example.ca".into(), ..file() }, "issuer"),
            (PartnerFile { issuer: "http://localhost:1".into(), ..file() }, "issuer"),
            (PartnerFile { issuer: "https://hub.example.ca/?x".into(), ..file() }, "issuer"),
            (PartnerFile { client_id: "é".into(), ..file() }, "client_id"),
            (PartnerFile { client_secret: Some("a\nb".into()), ..file() }, "client_secret"),
            (
                PartnerFile { token_endpoint_auth_method: Some("none".into()), ..file() },
                "token_endpoint_auth_method",
            ),
            (
                PartnerFile { token_endpoint_auth_method: Some("private_key_jwt".into()), ..file() },
                "client_secret",
            ),
            (
                PartnerFile { id_token_signed_response_alg: Some("HS256".into()), ..file() },
                "id_token_signed_response_alg",
            ),
        ] {
            let wrong = broken.check(false).unwrap_err();
            assert_eq!(wrong.iter().map(|fault| fault.field()).collect::<Vec<_>>(), [at], "{wrong:?}");
        }
        assert!(PartnerFile { issuer: "http://localhost:1".into(), ..file() }.check(true).is_ok());
        let none = PartnerFile { id_token_signed_response_alg: None, ..file() }.check(false).unwrap();
        assert_eq!(none.partner.algorithms(), SigningAlgorithm::ALL);
    }

    #[test]
    fn an_answer_is_its_issuers_or_none() {
        let code = PartnerAnswer::Code("c".into());
        assert_eq!(answer("code=c", false), code);
        assert_eq!(answer("code=c&iss=https%3A%2F%2Fhub.example.ca", true), code);
        for (query, promised) in [
            ("code=c", true),
            ("code=c&iss=https%3A%2F%2Fother.example.ca", false),
            ("code=c&iss=https%3A%2F%2Fhub.example.ca%2F", false),
            ("code=c&code=d", false),
            ("code=", false),
            ("", false),
            ("error=server_error", false),
            ("error=access_denied&iss=https%3A%2F%2Fother.example.ca", false),
        ] {
            assert!(matches!(answer(query, promised), PartnerAnswer::Failed(_)), "{query}");
        }
        assert!(matches!(answer(&format!("code={}", "x".repeat(4097)), false), PartnerAnswer::Failed(_)));
    }

    #[test]
    fn turning_back_and_declining_the_terms_are_told_apart() {
        assert_eq!(answer("error=access_denied", false), PartnerAnswer::Cancelled);
        assert_eq!(answer("error=access_denied&error_description=x", false), PartnerAnswer::Cancelled);
        assert_eq!(
            answer("error=access_denied&error_description=terms_declined", false),
            PartnerAnswer::Declined
        );
        // An error goes before a code: a partner that says both has not vouched for anybody.
        assert_eq!(answer("code=c&error=access_denied", false), PartnerAnswer::Cancelled);
    }

    #[test]
    fn a_subject_is_bounded_hidden_and_its_issuers_own() {
        for text in ["", " ", "a b", "é", "a\u{7f}", &"x".repeat(256)] {
            assert!(PartnerSubject::parse(text).is_none(), "{text}");
        }
        let subject = PartnerSubject::parse(&"x".repeat(255)).unwrap();
        assert_eq!(format!("{subject:?}"), "PartnerSubject([redacted])");
        let key = HashKey::new(&[1; 32]);
        assert_ne!(subject.hash(&key, "https://a.example"), subject.hash(&key, "https://b.example"));
    }
}
