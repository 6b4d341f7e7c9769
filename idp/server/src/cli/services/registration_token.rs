//! `idp services registration-token`: an initial access token for dynamic registration (RFC 7591 section 3).

use crate::adapters::rng::rng;
use crate::cli::output::Failure;
use idp_domain::client::RegistrationPolicy;
use idp_domain::ids::InitialAccessTokenId;
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::settings::span;
use idp_domain::time::Timestamp;
use idp_store::{NewInitialAccessToken, Store};
use std::time::Duration;

/// The longest life of a token.
const LONGEST: Duration = Duration::from_hours(366 * 24);
/// The most services that can register by one token.
const MOST_USES: u32 = 1000;

/// Makes a token that `uses` services can register by, under what the file `policy` lays down; the token and its end.
///
/// # Errors
/// Everything that is wrong, in one line.
pub async fn issue(
    store: &Store,
    policy: &str,
    expires: &str,
    uses: u32,
    allow_loopback: bool,
    now: Timestamp,
) -> Result<(Secret, Timestamp), Failure> {
    let policy: RegistrationPolicy =
        toml::from_str(policy).map_err(|error| Failure::new(&error.to_string().replace('\n', " ")))?;
    policy.check(allow_loopback).map_err(|errors| {
        Failure::new(&errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let life = span::parse(expires)
        .filter(|life| !life.is_zero() && *life <= LONGEST)
        .ok_or_else(|| Failure::new(&"--expires: a span such as 24h or 30d, at most 366d"))?;
    if !(1..=MOST_USES).contains(&uses) {
        return Err(Failure::new(&"--uses: 1 to 1000"));
    }
    let token = random_token(&mut rng());
    let expires_at = now.plus(life);
    let new = NewInitialAccessToken {
        id: InitialAccessTokenId::random(&mut rng()),
        hash: TokenHash::of(token.expose()),
        policy,
        uses,
        expires_at,
        now,
    };
    store.insert_initial_access_token(new).await?;
    Ok((token, expires_at))
}
