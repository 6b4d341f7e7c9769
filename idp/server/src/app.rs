//! What every request of one node shares.

use crate::adapters::client_keys::ClientKeyRing;
use crate::adapters::clock::Clock;
use crate::adapters::data_keys::DataKeys;
use crate::adapters::in_force::{InForce, SettingsInForce};
use crate::adapters::key_ring::KeyRing;
use crate::adapters::logout_worker::LogoutsUnderWay;
use crate::adapters::mail_transport::MailTransport;
use crate::adapters::notice_board::NoticeBoard;
use crate::adapters::origin_cache::OriginCache;
use crate::adapters::outbound::Outbound;
use crate::adapters::partner_client::PartnerClient;
use crate::adapters::partners::{KnownPartner, PartnerCache};
use crate::adapters::password_hasher::PasswordHasher;
use crate::adapters::rng::rng;
use crate::adapters::service_cache::ServiceCache;
use crate::config::Settings;
use crate::endpoints::discovery;
use crate::metrics::Metrics;
use crate::web::limits::{MinuteCounter, NetworkLimiter, TooMany};
use crate::web::network;
use crate::web::wrong_proofs::WrongProofs;
use actix_web::HttpRequest;
use actix_web::web::Bytes;
use idp_domain::account::AccountKind;
use idp_domain::client::{Client, ClientAuthenticationMethod};
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::secret::{KeyedHash, random_base64url};
use idp_domain::signing_key::KeySchedule;
use idp_domain::subject::subject_at;
use idp_domain::time::Timestamp;
use idp_domain::transfer::OneKeyClaim;
use idp_store::{RegisteredService, Store};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// One node.
pub struct App {
    /// As the operator set them; what can be changed since is in [`App::in_force`].
    pub settings: Settings,
    in_force: SettingsInForce,
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Salt, pepper, hash key, content key.
    pub data_keys: DataKeys,
    /// The signing keys.
    pub keys: KeyRing,
    /// The relying services.
    pub services: ServiceCache,
    /// The origins of their redirect addresses.
    pub origins: OriginCache,
    /// What other servers are asked.
    pub outbound: Arc<Outbound>,
    /// The relying services' public keys.
    pub client_keys: ClientKeyRing,
    /// The sign-in partners.
    pub partners: PartnerCache,
    /// What the sign-in partners say of themselves.
    pub partner_client: PartnerClient,
    /// The services that are being told of a session's end.
    pub logouts: LogoutsUnderWay,
    /// The notices on the sign-in pages.
    pub notices: NoticeBoard,
    /// argon2id.
    pub hasher: PasswordHasher,
    /// Where mails go.
    pub mail: MailTransport,
    /// The discovery document as it is sent.
    pub discovery: Bytes,
    /// The issuer's host, for `Message-ID`.
    pub issuer_host: String,
    /// This node's name among its equals.
    pub node: String,
    requests: Requests,
    /// Wrong proofs of programs, and where they have proven themselves.
    pub wrong_proofs: WrongProofs,
    /// What this node counts.
    pub metrics: Metrics,
}

/// Requests of this minute, counted by this node.
#[derive(Default)]
struct Requests {
    of_networks: NetworkLimiter<()>,
    /// Those that wait here for each client.
    kept: NetworkLimiter<ClientId>,
    of_clients: MinuteCounter<ClientId>,
    of_public_clients: NetworkLimiter<ClientId>,
}

impl App {
    /// Opens everything: schema, keys, threads.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Arc<Self>, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let now = clock.now();
        let store = Store::open(settings.database_url.expose()).map_err(|error| text(&error))?;
        store.migrate().await.map_err(|error| text(&error))?;
        let data_keys = DataKeys::load(&store, &settings.keys, now).await.map_err(|error| text(&error))?;
        let keys = KeyRing::load(&store, &data_keys.master, now).await.map_err(|error| text(&error))?;
        let hasher = PasswordHasher::start(&settings.passwords, data_keys.pepper.clone())?;
        let in_force = SettingsInForce::load(&store, &settings).await?;
        let host =
            url::Url::parse(&settings.server.issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        let outbound = Arc::new(Outbound::new(settings.allow_loopback));
        Ok(Arc::new(Self {
            client_keys: ClientKeyRing::new(Arc::clone(&outbound)),
            partners: PartnerCache::default(),
            partner_client: PartnerClient::new(Arc::clone(&outbound)),
            outbound,
            mail: MailTransport::open(&settings.mail)?,
            discovery: discovery::document(&settings),
            issuer_host: host.unwrap_or_default(),
            node: random_base64url::<16>(&mut rng()),
            requests: Requests::default(),
            wrong_proofs: WrongProofs::default(),
            metrics: Metrics::new(now),
            services: ServiceCache::default(),
            notices: NoticeBoard::default(),
            logouts: LogoutsUnderWay::default(),
            origins: OriginCache::default(),
            in_force,
            settings,
            store,
            clock,
            data_keys,
            keys,
            hasher,
        }))
    }

    /// The canonical network address of a request.
    #[must_use]
    pub fn network_of(&self, request: &HttpRequest) -> IpAddr {
        network::address_of(request, &self.settings.server.trusted_proxies)
    }

    /// Counts a request of a network: of a page, or of a client that proves nothing.
    ///
    /// # Errors
    /// There were too many in this minute.
    pub fn admit_network(&self, network: IpAddr, now: Timestamp) -> Result<(), TooMany> {
        self.requests.of_networks.count((), network, now, self.in_force().limits.network_requests_per_minute)
    }

    /// Counts a request that anybody can make wait here for a client: a quarter of all that its network may ask for, since
    /// whoever goes on asks for three pages more.
    ///
    /// # Errors
    /// There were too many in this minute.
    pub fn admit_waiting(&self, client: &ClientId, network: IpAddr, now: Timestamp) -> Result<(), TooMany> {
        let most = self.in_force().limits.network_requests_per_minute.div_ceil(4);
        self.requests.kept.count(client.clone(), network, now, most)
    }

    /// Counts a request of a client that was proven before, so that no stranger spends what it may. Anybody can name one that
    /// proves nothing: it is counted from each network apart.
    ///
    /// # Errors
    /// There were more in this minute than `limits.client_requests_per_minute`.
    pub fn admit_client(&self, client: &Client, request: &HttpRequest) -> Result<(), TooMany> {
        let most = self.in_force().limits.client_requests_per_minute;
        if most == 0 {
            return Ok(());
        }
        let (id, now) = (client.id.clone(), self.clock.now());
        if client.authentication_method == ClientAuthenticationMethod::None {
            self.requests.of_public_clients.count(id, self.network_of(request), now, most)
        } else {
            self.requests.of_clients.count(id, now, most)
        }
    }

    /// A registered relying service.
    ///
    /// # Errors
    /// The database is away.
    pub async fn find_service(&self, id: &ClientId) -> idp_store::Result<Option<Arc<RegisteredService>>> {
        self.services.find(&self.store, id).await
    }

    /// The `sub` of an account at a service: every token and every logout names the person by this one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn subject_of(&self, client: &Client, account: &AccountId) -> idp_store::Result<String> {
        if account.kind() == AccountKind::OneKey
            && let Some(legacy) = self.store.find_legacy_subject(account.clone(), client.id.clone()).await?
        {
            return Ok(legacy);
        }
        Ok(subject_at(&self.data_keys.subject_salt, client, account))
    }

    /// Reads a service anew, since its registration was changed here.
    pub fn forget_service(&self, id: &ClientId) {
        self.services.forget(id);
        self.origins.forget();
    }

    /// The claim `onekey` of an account at a service: only where a ONE-key account was carried over that was enrolled
    /// there.
    ///
    /// # Errors
    /// The database is away.
    pub async fn one_key_claim(
        &self,
        client: &Client,
        account: &AccountId,
    ) -> idp_store::Result<Option<OneKeyClaim>> {
        if account.kind() != AccountKind::MyOntario || !client.knew_one_key() {
            return Ok(None);
        }
        let found = self.store.find_transferred_enrolment(account.clone(), client.id.clone()).await?;
        Ok(found.map(|enrolment| OneKeyClaim {
            sub: enrolment
                .legacy_subject
                .unwrap_or_else(|| subject_at(&self.data_keys.subject_salt, client, &enrolment.one_key)),
            transferred_at: enrolment.transferred_at.seconds(),
        }))
    }

    /// The settings that hold now: those of the operator, and what was set since for all nodes over them. A request of a page
    /// asks once ([`crate::web::visit::Visit`] keeps the answer), so that it sees the same to its end.
    #[must_use]
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force.current()
    }

    /// Takes up what was set for all nodes since.
    ///
    /// # Errors
    /// The database is away.
    pub async fn follow_settings(&self) -> idp_store::Result<()> {
        self.in_force.follow(&self.store).await
    }

    /// Spends what is good once and ends at `expires_at`, at most `longest` after it was made; whether it was unspent. What may
    /// have been made before a copy of the database was brought back is not: the copy can't know.
    ///
    /// # Errors
    /// The database is away.
    pub async fn spend(
        &self,
        key: KeyedHash,
        expires_at: Timestamp,
        longest: Duration,
    ) -> idp_store::Result<bool> {
        // With a minute more, since clocks differ.
        let made_after = expires_at.minus(longest + Duration::from_mins(1));
        if self.in_force().restored_at.is_some_and(|restored_at| made_after <= restored_at) {
            return Ok(false);
        }
        self.store.spend_identifier(key, expires_at).await
    }

    /// When which signing key may do what.
    #[must_use]
    pub fn key_schedule(&self) -> KeySchedule {
        let in_force = self.in_force();
        KeySchedule {
            longest_token: in_force.lifetimes.longest_token(),
            formerly: in_force.former_token_life,
            ..self.settings.keys.schedule
        }
    }

    /// The sign-in partners that people can sign in with, in order.
    ///
    /// # Errors
    /// The database is away.
    pub async fn sign_in_partners(&self) -> idp_store::Result<Arc<Vec<Arc<KnownPartner>>>> {
        self.partners.list(&self.store, &self.data_keys.content, self.settings.partner.as_ref()).await
    }

    /// The issuer, to the letter.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.server.issuer
    }
}
