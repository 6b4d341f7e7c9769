//! Making the secrets of relying services.

use super::rng::rng;
use idp_domain::client::Client;
use idp_domain::ids::ClientSecretId;
use idp_domain::secret::{Secret, TokenHash, equal_in_constant_time, random_token};
use idp_store::{NewClientSecret, RegisteredService, SecretChange};

/// A secret as it is stored.
#[must_use]
pub fn stored(secret: &Secret) -> NewClientSecret {
    NewClientSecret { id: ClientSecretId::random(&mut rng()), hash: TokenHash::of(secret.expose()) }
}

/// A secret for a client whose method has one: `given`, or a new one of 256 bits.
#[must_use]
pub fn secret_for(client: &Client, given: Option<Secret>) -> Option<Secret> {
    client.authentication_method.has_secret().then(|| given.unwrap_or_else(|| random_token(&mut rng())))
}

/// Whether a secret is one of the service's.
#[must_use]
pub fn is_of(service: &RegisteredService, secret: &Secret) -> bool {
    let hash = TokenHash::of(secret.expose());
    service.secrets.iter().any(|stored| equal_in_constant_time(stored, hash.as_bytes()))
}

/// What a replaced registration means for the secrets, and the new one where there is one.
#[must_use]
pub fn change(
    before: &RegisteredService,
    after: &Client,
    given: Option<Secret>,
) -> (SecretChange, Option<Secret>) {
    if !after.authentication_method.has_secret() {
        return (SecretChange::Remove, None);
    }
    let stays = match &given {
        Some(secret) => is_of(before, secret),
        None => !before.secrets.is_empty(),
    };
    if stays {
        return (SecretChange::Keep, None);
    }
    let secret = given.unwrap_or_else(|| random_token(&mut rng()));
    (SecretChange::Replace(stored(&secret)), Some(secret))
}
