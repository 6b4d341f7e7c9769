//! The settings: a TOML file, environment variables over it, secrets from either or from a file that they name.
//!
//! Every mistake is found at once and named with its place. What each setting means and its default stands with its
//! field, one struct for each section of the file.

mod reader;

pub use reader::Mistake;
use reader::{Reader, Span};

use actix_web::http::header::HeaderName;
use idp_domain::retention::RetentionPolicy;
use idp_domain::secret::Secret;
use idp_domain::settings::{Adjustable, Lifetimes, RULES};
use idp_domain::sign_in_partner::check_issuer as check_partner_issuer;
use idp_domain::signing_key::KeySchedule;
use idp_domain::time::Timestamp;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `server.*`
    pub server: ServerSettings,
    /// `database.url`: `sqlite://PATH` or `postgres://…`; default `sqlite://var/idp.db`.
    pub database_url: Secret,
    /// `keys.*`
    pub keys: KeySettings,
    /// `mail.*`
    pub mail: MailSettings,
    /// `lifetimes.*`, `limits.*`, `help.*`, `brand.logo_file` and `onekey.mode`: the start values of what can be changed while
    /// the nodes run; `idp_domain::settings` has each with its default. What holds is [`crate::app::App::in_force`].
    pub adjustable: Adjustable,
    /// `retention.inactive_after` `30 months`: how long an account may be unused before it is deleted; `.notices`
    /// `[60d, 30d]`: how long before that its person is told
    pub retention: RetentionPolicy,
    /// `passwords.*`
    pub passwords: PasswordSettings,
    /// `network.allow_loopback`: takes `http` loopback addresses of web clients; default `false`.
    pub allow_loopback: bool,
    /// `dpop.require_nonce`: every DPoP proof must hold a nonce of ours; default `false`.
    pub dpop_require_nonce: bool,
    /// `partner.*`; default none.
    pub partner: Option<PartnerSettings>,
    /// `brand.demonstration_notice`; default `true`.
    pub demonstration_notice: bool,
}

/// `server.*`
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// `server.issuer`: required; `https`, or `http` for a loopback host; no final slash.
    pub issuer: String,
    /// `server.listen`; default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// `server.metrics_listen`: where `/metrics` is served, to whoever can reach it; default nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// `server.trusted_proxies`: addresses whose `X-Forwarded-For` is believed; default none.
    pub trusted_proxies: Vec<IpAddr>,
    /// `server.client_certificate_header`: where a trusted proxy names the certificate of a client's connection; default
    /// none, and then no service proves itself by a certificate.
    pub client_certificate_header: Option<HeaderName>,
    /// `server.body_timeout`: how long a request's body may take to come; default `30s`.
    pub body_timeout: Duration,
    /// `server.maintenance_until`: until then pages answer 503 with this time (RFC 3339); default none.
    pub maintenance_until: Option<Timestamp>,
}

impl ServerSettings {
    /// Whether people reach the server over TLS, so that its cookies are `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.issuer.starts_with("https://")
    }
}

/// `keys.*`
#[derive(Debug, Clone)]
pub struct KeySettings {
    /// `keys.master_key`: 32 bytes in base64; required.
    pub master_key: Secret,
    /// `keys.other_master_key`: while the master key is being exchanged, the other of the two; default none.
    pub other_master_key: Option<Secret>,
    /// `keys.rotate_every` `90d`, `.publish_ahead` `24h`, `.jwks_max_age` `1h`.
    pub schedule: KeySchedule,
}

/// `mail.*`
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// `mail.transport`: `smtp` or `file`; default `file`.
    pub transport: MailTransport,
    /// `mail.from`; default `noreply@localhost.localdomain`.
    pub from: String,
    /// `mail.timeout`: how long one mail may take to be handed over; default `20s`.
    pub timeout: Duration,
}

/// Where mails go.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// `mail.smtp_url`: `smtp://…` (with `?tls=required` for STARTTLS) or `smtps://user:password@host:465`.
    Smtp(Secret),
    /// `mail.directory`: one `.eml` each; default `var/mail`.
    File(PathBuf),
}

/// `passwords.*`
#[derive(Debug, Clone, Copy)]
pub struct PasswordSettings {
    /// `m` of `passwords.argon2`, in KiB; `m=19456,t=2,p=1`
    pub memory_kib: u32,
    /// `t` of `passwords.argon2`
    pub iterations: u32,
    /// `p` of `passwords.argon2`
    pub parallelism: u32,
    /// `passwords.concurrent`: how many hashes run at once; default the number of cores
    pub concurrent: usize,
}

/// `partner.*`: one sign-in partner; `idp partners` keeps more.
#[derive(Debug, Clone)]
pub struct PartnerSettings {
    /// `partner.issuer`: the partner's issuer, to the letter
    pub issuer: String,
    /// `partner.client_id`: by which it knows this server
    pub client_id: String,
    /// `partner.client_secret`: sent by HTTP Basic
    pub client_secret: Secret,
}

impl Settings {
    /// Reads `file`, or `config/default.toml` where there is one, and the environment over it.
    ///
    /// # Errors
    /// Every mistake, with its place.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<Mistake>> {
        let default = Path::new("config/default.toml");
        let file = file.or_else(|| default.exists().then_some(default));
        let mut reader = Reader::new(file, environment);
        let settings = Self::read(&mut reader);
        reader.finish(settings)
    }

    fn read(reader: &mut Reader) -> Self {
        let adjustable = adjustable(reader);
        Self {
            server: ServerSettings::read(reader),
            database_url: reader.secret("database.url").unwrap_or_else(|| Secret::new("sqlite://var/idp.db")),
            keys: KeySettings::read(reader, &adjustable.lifetimes),
            mail: MailSettings::read(reader),
            adjustable,
            retention: retention(reader),
            passwords: PasswordSettings::read(reader),
            allow_loopback: reader.flag("network.allow_loopback", false),
            dpop_require_nonce: reader.flag("dpop.require_nonce", false),
            partner: PartnerSettings::read(reader),
            demonstration_notice: reader.flag("brand.demonstration_notice", true),
        }
    }
}

/// Every setting that can be changed later on, by its own rule.
fn adjustable(reader: &mut Reader) -> Adjustable {
    let mut values = Adjustable::default();
    for rule in &RULES {
        if let Some(text) = reader.text(rule.key)
            && let Err(problem) = values.set(rule, &text)
        {
            reader.mistake(rule.key, &problem.to_string());
        }
    }
    values
}

impl PartnerSettings {
    /// All three, or none.
    fn read(reader: &mut Reader) -> Option<Self> {
        let (issuer, client_id) = (reader.text("partner.issuer"), reader.text("partner.client_id"));
        let client_secret = reader.secret("partner.client_secret");
        let allow_loopback = reader.flag("network.allow_loopback", false);
        if let Some(issuer) = &issuer
            && let Err(problem) = check_partner_issuer(issuer, allow_loopback)
        {
            reader.mistake("partner.issuer", problem);
        }
        match (issuer, client_id, client_secret) {
            (Some(issuer), Some(client_id), Some(client_secret)) => {
                Some(Self { issuer, client_id, client_secret })
            }
            (None, None, None) => None,
            (issuer, client_id, _) => {
                let missing = match (issuer, client_id) {
                    (None, _) => "partner.issuer",
                    (_, None) => "partner.client_id",
                    _ => "partner.client_secret",
                };
                reader.mistake(missing, "a sign-in partner has an issuer, a client_id and a client_secret");
                None
            }
        }
    }
}

impl ServerSettings {
    fn read(reader: &mut Reader) -> Self {
        let issuer = reader.required("server.issuer").unwrap_or_default();
        if !issuer.is_empty()
            && let Err(problem) = check_issuer(&issuer)
        {
            reader.mistake("server.issuer", problem);
        }
        let trusted_proxies = reader.parsed_list("server.trusted_proxies", "a list of IP addresses");
        let client_certificate_header =
            reader.parsed("server.client_certificate_header", "the name of a header such as Client-Cert");
        if client_certificate_header.is_some() && trusted_proxies.is_empty() {
            reader.mistake(
                "server.client_certificate_header",
                "it is believed from server.trusted_proxies only: name them",
            );
        }
        let listen = reader.parsed("server.listen", "an address and a port such as 127.0.0.1:8080");
        let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let metrics_listen =
            reader.parsed("server.metrics_listen", "an address and a port such as 127.0.0.1:9464");
        if metrics_listen == Some(listen) {
            reader.mistake("server.metrics_listen", "it must be another one than server.listen");
        }
        Self {
            issuer,
            listen,
            metrics_listen,
            trusted_proxies,
            client_certificate_header,
            body_timeout: reader.duration("server.body_timeout", 30 * SECOND),
            maintenance_until: reader
                .parsed("server.maintenance_until", "a time such as 2026-11-22T05:00:00Z")
                .map(|at: chrono::DateTime<chrono::FixedOffset>| {
                    Timestamp::from_micros(at.timestamp_micros())
                }),
        }
    }
}

/// OIDC Discovery section 3: https, no query, no fragment. `http` is for a loopback host only.
fn check_issuer(issuer: &str) -> Result<(), &'static str> {
    let url = url::Url::parse(issuer).map_err(|_| "it must be a URL such as https://signin.example.ca")?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err("it must be https; http is for a loopback host only");
    }
    if issuer.contains(['?', '#']) || !url.username().is_empty() || url.password().is_some() {
        return Err("it must have no query, fragment or user name");
    }
    if url.path() != "/" || issuer.ends_with('/') {
        return Err("it must have no path and no final slash");
    }
    Ok(())
}

impl KeySettings {
    fn read(reader: &mut Reader, lifetimes: &Lifetimes) -> Self {
        // An empty one is none: a file that nothing was mounted on.
        let master_key = reader.required_secret("keys.master_key");
        let other_master_key = reader.secret("keys.other_master_key");
        let other = other_master_key.as_ref().filter(|key| !key.expose().is_empty());
        for (name, key) in [("keys.master_key", master_key.as_ref()), ("keys.other_master_key", other)] {
            let Some(key) = key else { continue };
            if crate::adapters::data_keys::parse_master_key(key).is_none() {
                reader.mistake(name, "it must be 32 bytes in base64: make one with openssl rand -base64 32");
            }
        }
        let schedule = KeySchedule {
            rotate_every: reader.duration("keys.rotate_every", 90 * DAY),
            publish_ahead: reader.duration("keys.publish_ahead", DAY),
            jwks_max_age: reader.duration("keys.jwks_max_age", HOUR),
            longest_token: lifetimes.longest_token(),
            formerly: None,
        };
        if schedule.publish_ahead < schedule.jwks_max_age {
            reader.mistake("keys.publish_ahead", "it must not be shorter than keys.jwks_max_age");
        }
        Self { master_key: master_key.unwrap_or_else(|| Secret::new("")), other_master_key, schedule }
    }
}

impl MailSettings {
    fn read(reader: &mut Reader) -> Self {
        let directory = reader.text("mail.directory").unwrap_or_else(|| "var/mail".into());
        let smtp_url = reader.secret("mail.smtp_url");
        let transport = match reader.text("mail.transport").as_deref() {
            None | Some("file") => MailTransport::File(PathBuf::from(directory)),
            Some("smtp") => {
                let url = smtp_url.unwrap_or_else(|| Secret::new(""));
                if AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).is_err() {
                    reader.mistake(
                        "mail.smtp_url",
                        "it must be like smtps://user:password@mail.example.ca:465",
                    );
                }
                MailTransport::Smtp(url)
            }
            Some(_) => {
                reader.mistake("mail.transport", "it must be smtp or file");
                MailTransport::File(PathBuf::from(directory))
            }
        };
        let from = reader.text("mail.from").unwrap_or_else(|| "noreply@localhost.localdomain".into());
        if from.parse::<lettre::message::Mailbox>().is_err() {
            reader.mistake("mail.from", "it must be an e-mail address");
        }
        Self { transport, from, timeout: reader.duration("mail.timeout", 20 * SECOND) }
    }
}

/// A twelfth of a year, as `30 months` is read.
const MONTH: Duration = Duration::from_secs(2_629_746);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const SECOND: Duration = Duration::from_secs(1);

fn retention(reader: &mut Reader) -> RetentionPolicy {
    let inactive_after = reader.duration("retention.inactive_after", MONTH * 30);
    let notices = reader.parsed_list("retention.notices", "a list of two spans such as 60d, 30d");
    let notices = match notices.as_slice() {
        [] => [60 * DAY, 30 * DAY],
        [Span(first), Span(second)] if inactive_after > *first && first > second && !second.is_zero() => {
            [*first, *second]
        }
        _ => {
            reader.mistake(
                "retention.notices",
                "it must be two spans, the longer one first, both shorter than retention.inactive_after",
            );
            [60 * DAY, 30 * DAY]
        }
    };
    RetentionPolicy { inactive_after, notices }
}

impl PasswordSettings {
    fn read(reader: &mut Reader) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let concurrent = reader.number("passwords.concurrent", u32::try_from(cores).unwrap_or(2), 1..=256);
        let cost = reader.text("passwords.argon2").unwrap_or_else(|| "m=19456,t=2,p=1".into());
        let mut figure = |name: &str, default: u32, range: std::ops::RangeInclusive<u32>| {
            let found = cost.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            let number = found.map_or(Some(default), |text| text.trim().parse().ok());
            number.filter(|number| range.contains(number)).unwrap_or_else(|| {
                reader.mistake(
                    "passwords.argon2",
                    "it must be like m=19456,t=2,p=1 (KiB of memory, passes, lanes)",
                );
                default
            })
        };
        Self {
            memory_kib: figure("m", 19_456, 8..=4_194_304),
            iterations: figure("t", 2, 1..=100),
            parallelism: figure("p", 1, 1..=64),
            concurrent: usize::try_from(concurrent).unwrap_or(2),
        }
    }
}
