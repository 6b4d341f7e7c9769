//! The sign-in partners of this node: those that an operator added, and the one of the settings. Every sign-in page
//! asks whether there are any.

use super::data_keys::{Sealer, Unopened};
use super::remembered::Remembered;
use super::signing::{PrivateKey, generate};
use crate::config::PartnerSettings;
use idp_domain::client::BilingualText;
use idp_domain::secret::Secret;
use idp_domain::sign_in_partner::{PartnerAuthentication, PartnerId, SignInPartner};
use idp_domain::signing_key::SigningAlgorithm;
use idp_store::{Result, Store, StoredPartner};
use std::sync::Arc;

const PURPOSE: &str = "partner-credential";
/// With which algorithm we prove ourselves to a partner by a key.
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;

/// What proves us to a partner.
pub enum Credential {
    /// A shared secret.
    Secret(Secret),
    /// A key that was made for this partner alone.
    Key(Box<PrivateKey>),
}

/// A partner that people can sign in with.
pub struct KnownPartner {
    /// As it is registered.
    pub partner: SignInPartner,
    /// What proves us to it.
    pub credential: Credential,
}

type Partners = Arc<Vec<Arc<KnownPartner>>>;

/// The partners.
#[derive(Default)]
pub struct PartnerCache(Remembered<(), Vec<Arc<KnownPartner>>>);

impl PartnerCache {
    /// The partners that people can sign in with, in order.
    ///
    /// # Errors
    /// The database is away.
    pub async fn list(
        &self,
        store: &Store,
        sealer: &Sealer,
        settings: Option<&PartnerSettings>,
    ) -> Result<Partners> {
        let read = async {
            let added = store.list_partners().await?;
            let enabled = added.into_iter().filter(|stored| stored.disabled_at.is_none());
            let opened = enabled.filter_map(|stored| open(sealer, stored));
            Ok(settings.map(of_settings).into_iter().chain(opened).map(Arc::new).collect())
        };
        self.0.get_one(read).await
    }

    /// Reads them anew at the next question.
    pub fn forget(&self) {
        self.0.forget(&());
    }
}

/// The partner of `partner.*`.
fn of_settings(settings: &PartnerSettings) -> KnownPartner {
    KnownPartner {
        partner: SignInPartner {
            id: PartnerId::of_settings(),
            name: BilingualText { en: "Sign-in partner".into(), fr: "Partenaire de connexion".into() },
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            authentication: PartnerAuthentication::ClientSecretBasic,
            algorithm: None,
            position: 0,
        },
        credential: Credential::Secret(settings.client_secret.clone()),
    }
}

fn open(sealer: &Sealer, stored: StoredPartner) -> Option<KnownPartner> {
    let opened = open_credential(sealer, stored.partner.authentication, &stored.credential);
    if opened.is_err() {
        tracing::error!(
            partner = stored.partner.id.as_str(),
            "what proves us to a sign-in partner can't be opened"
        );
    }
    Some(KnownPartner { partner: stored.partner, credential: opened.ok()? })
}

fn open_credential(
    sealer: &Sealer,
    authentication: PartnerAuthentication,
    credential: &[u8],
) -> std::result::Result<Credential, Unopened> {
    let plain = sealer.open(PURPOSE, credential)?;
    match authentication {
        PartnerAuthentication::PrivateKeyJwt => {
            let key = PrivateKey::from_pkcs8(ALGORITHM, &plain).map_err(|_| Unopened)?;
            Ok(Credential::Key(Box::new(key)))
        }
        PartnerAuthentication::ClientSecretBasic | PartnerAuthentication::ClientSecretPost => {
            let text = String::from_utf8(plain).map_err(|_| Unopened)?;
            Ok(Credential::Secret(Secret::new(text)))
        }
    }
}

/// Seals a shared secret for the database.
///
/// # Errors
/// The library refuses, which no secret causes.
pub fn seal_secret(sealer: &Sealer, secret: &str) -> std::result::Result<Vec<u8>, Unopened> {
    sealer.seal(PURPOSE, secret.as_bytes())
}

/// Makes a key for a partner: sealed for the database, and what the partner has to be given (a JWK).
///
/// # Errors
/// The library refuses.
pub fn seal_new_key(sealer: &Sealer) -> std::result::Result<(Vec<u8>, String), Unopened> {
    let key = generate(ALGORITHM).map_err(|_| Unopened)?;
    Ok((sealer.seal(PURPOSE, &key.pkcs8)?, key.public_jwk))
}
