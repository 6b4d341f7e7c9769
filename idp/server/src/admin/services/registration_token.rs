//! An initial access token for dynamic registration (RFC 7591 section 3).

use crate::adapters::rng::rng;
use crate::admin::{AdminError, Desk, instant, reason};
use idp_domain::administration::{Act, Area};
use idp_domain::client::RegistrationPolicy;
use idp_domain::ids::InitialAccessTokenId;
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::settings::span;
use idp_domain::time::Timestamp;
use idp_store::NewInitialAccessToken;
use std::time::Duration;

/// The longest life of a token.
const LONGEST: Duration = Duration::from_hours(366 * 24);
/// The most services that can register by one token.
const MOST_USES: u32 = 1000;

/// What is asked for.
pub struct TokenOrder<'a> {
    /// What holds for every service that registers by it.
    pub policy: RegistrationPolicy,
    /// How long it is good.
    pub expires: &'a str,
    /// How many services can register by it.
    pub uses: u32,
}

/// A token, which is told once.
#[derive(Debug)]
pub struct RegistrationToken {
    /// It.
    pub token: Secret,
    /// How many services can register by it.
    pub uses: u32,
    /// Until when.
    pub expires: String,
}

/// Reads a policy's file.
///
/// # Errors
/// It is no TOML, or not of the schema.
pub fn parse_policy(text: &str) -> Result<RegistrationPolicy, AdminError> {
    toml::from_str(text)
        .map_err(|error| AdminError::invalid("policy", &super::file::told("it is no policy", &error)))
}

/// Whether a token could be made, and until when it would be good.
///
/// # Errors
/// Not allowed, or all that is wrong with what is asked for.
pub async fn plan_registration_token(
    desk: &Desk<'_>,
    order: &TokenOrder<'_>,
    allow_loopback: bool,
) -> Result<Timestamp, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let mut wrong = order
        .policy
        .check(allow_loopback)
        .err()
        .map(|errors| super::field_errors(&errors))
        .unwrap_or_default();
    let mut add = |field: &str, problem: &str| {
        if let AdminError::Invalid(fields) = AdminError::invalid(field, &problem) {
            wrong.extend(fields);
        }
    };
    let life = span::parse(order.expires).filter(|life| !life.is_zero() && *life <= LONGEST);
    if life.is_none() {
        add("expires", "a span such as 24h or 30d, at most 366d");
    }
    if !(1..=MOST_USES).contains(&order.uses) {
        add("uses", "1 to 1000");
    }
    match life {
        Some(life) if wrong.is_empty() => Ok(desk.now.plus(life)),
        _ => Err(AdminError::Invalid(wrong)),
    }
}

/// Makes a token by which services can register themselves.
///
/// # Errors
/// Not allowed, or all that is wrong with what is asked for.
pub async fn issue_registration_token(
    desk: &Desk<'_>,
    order: TokenOrder<'_>,
    allow_loopback: bool,
    why: Option<&str>,
) -> Result<RegistrationToken, AdminError> {
    desk.admit(Act::Write(Area::Services)).await?;
    let why = why.map(reason).transpose()?;
    let expires_at = plan_registration_token(desk, &order, allow_loopback).await?;
    let token = random_token(&mut rng());
    let new = NewInitialAccessToken {
        id: InitialAccessTokenId::random(&mut rng()),
        hash: TokenHash::of(token.expose()),
        policy: order.policy,
        uses: order.uses,
        expires_at,
        order: desk.order(why),
        now: desk.now,
    };
    desk.store.insert_initial_access_token(new).await?;
    Ok(RegistrationToken { token, uses: order.uses, expires: instant(expires_at) })
}
