//! Telling services that a session has ended: the logout token (OIDC Back-Channel Logout 1.0), when a delivery is tried
//! again, and the address of a frame (OIDC Front-Channel Logout 1.0).

use crate::client::Client;
use crate::ids::SessionId;
use crate::time::Timestamp;
use serde::Serialize;
use std::time::Duration;
use url::Url;

/// `typ` of a logout token (section 2.4): it can't be taken for an ID token (RFC 8725 section 3.11).
pub const LOGOUT_TOKEN_TYPE: &str = "logout+jwt";
/// How long a logout token is good (section 4: at most two minutes). It is made when it is sent.
pub const LOGOUT_TOKEN_LIFETIME: Duration = Duration::from_mins(2);
/// How long after the session's end a service is still told.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// The wait after the first failed try; each later one is four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The claims of a logout token (section 2.4), in the order in which they are written. A `nonce` must never be there.
#[derive(Debug, Clone, Serialize)]
pub struct LogoutTokenClaims<'a> {
    /// The issuer, to the letter.
    pub iss: &'a str,
    /// The client.
    pub aud: &'a str,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// Another one at each try: a service that took a token, and whose answer was lost, must not refuse the next.
    pub jti: &'a str,
    /// The person at this client.
    pub sub: &'a str,
    /// The session that ended.
    pub sid: &'a str,
    /// What happened.
    pub events: LogoutEvents,
}

/// One event without members of its own.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LogoutEvents {
    /// A session ended.
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    pub backchannel_logout: NoMembers,
}

/// `{}`
#[derive(Debug, Clone, Default, Serialize)]
pub struct NoMembers {}

impl<'a> LogoutTokenClaims<'a> {
    /// The token that tells `client` at `now` that `session` has ended.
    #[must_use]
    pub fn new(
        iss: &'a str,
        client: &'a Client,
        sub: &'a str,
        session: &'a SessionId,
        jti: &'a str,
        now: Timestamp,
    ) -> Self {
        Self {
            iss,
            aud: client.id.as_str(),
            iat: now.seconds(),
            exp: now.plus(LOGOUT_TOKEN_LIFETIME).seconds(),
            jti,
            sub,
            sid: session.as_str(),
            events: LogoutEvents::default(),
        }
    }
}

/// What follows a try that brought no acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryDecision {
    /// It is tried again then.
    RetryAt(Timestamp),
    /// The service can't be told any more.
    GiveUp,
}

/// Decides after the try number `attempts` of a delivery that was queued at `queued_at`: after 5, 20, 80, 320 and 1280
/// seconds, then every hour, for a day.
#[must_use]
pub fn decide_retry(attempts: u32, queued_at: Timestamp, now: Timestamp) -> RetryDecision {
    let factor = 4_u32.saturating_pow(attempts.saturating_sub(1));
    let at = now.plus(FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT));
    if at > queued_at.plus(GIVE_UP_AFTER) { RetryDecision::GiveUp } else { RetryDecision::RetryAt(at) }
}

/// The address that a frame loads so that `client` ends its own session (Front-Channel Logout section 3): `iss` and
/// `sid`, both or none, as it registered; the rest of the address stays to the letter.
#[must_use]
pub fn frontchannel_address(client: &Client, issuer: &str, session: &SessionId) -> Option<String> {
    let uri = client.logout.frontchannel_uri.as_deref()?;
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "https" || url.scheme() == "http")?;
    if !client.logout.frontchannel_session_required {
        return Some(uri.to_owned());
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", issuer)
        .append_pair("sid", session.as_str())
        .finish();
    let separator = if url.query().is_some() { '&' } else { '?' };
    Some(format!("{uri}{separator}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientMetadata;
    use crate::ids::ClientId;

    fn client(more: &[(&str, serde_json::Value)]) -> Client {
        let mut file = serde_json::json!({
            "client_name": "Fishing licences",
            "client_name#fr": "Permis de pêche",
            "redirect_uris": ["https://rp.example.ca/callback"],
            "scope": "openid",
        });
        for (name, value) in more {
            file[*name] = value.clone();
        }
        let metadata: ClientMetadata = serde_json::from_value(file).unwrap();
        metadata.check(ClientId::parse("fishing").unwrap(), false).unwrap().client
    }

    #[test]
    fn a_logout_token_says_what_the_specification_asks_and_nothing_else() {
        let (client, session) = (client(&[]), SessionId::parse("s").unwrap());
        let now = Timestamp::from_seconds(100);
        let claims = LogoutTokenClaims::new("https://idp.example.ca", &client, "sub", &session, "j", now);
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            r#"{"iss":"https://idp.example.ca","aud":"fishing","iat":100,"exp":220,"jti":"j","sub":"sub","sid":"s","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}"#
        );
    }

    #[test]
    fn tries_back_off_to_an_hour_and_end_after_a_day() {
        let queued = Timestamp::EPOCH;
        let mut now = queued;
        let mut waits = Vec::new();
        for attempts in 1..1000 {
            match decide_retry(attempts, queued, now) {
                RetryDecision::RetryAt(at) => {
                    waits.push(at.since(now).as_secs());
                    now = at;
                }
                RetryDecision::GiveUp => break,
            }
        }
        assert_eq!(waits[..6], [5, 20, 80, 320, 1280, 3600]);
        assert_eq!(waits.len(), 28);
        assert!(now.since(queued) <= GIVE_UP_AFTER);
        assert_eq!(decide_retry(u32::MAX, queued, queued), RetryDecision::RetryAt(queued.plus(LONGEST_WAIT)));
    }

    #[test]
    fn a_frames_address_has_issuer_and_session_where_the_client_wants_them() {
        let session = SessionId::parse("s-1").unwrap();
        let address = |more: &[(&str, serde_json::Value)]| {
            frontchannel_address(&client(more), "https://idp.example.ca", &session)
        };
        let uri = |text: &str| ("frontchannel_logout_uri", serde_json::json!(text));
        let required = ("frontchannel_logout_session_required", serde_json::json!(true));
        assert_eq!(address(&[]), None);
        assert_eq!(
            address(&[uri("https://rp.example.ca/bye?a=%20b")]).unwrap(),
            "https://rp.example.ca/bye?a=%20b"
        );
        assert_eq!(
            address(&[uri("https://rp.example.ca/bye?a=%20b"), required.clone()]).unwrap(),
            "https://rp.example.ca/bye?a=%20b&iss=https%3A%2F%2Fidp.example.ca&sid=s-1"
        );
        assert_eq!(
            address(&[uri("https://rp.example.ca/bye"), required]).unwrap(),
            "https://rp.example.ca/bye?iss=https%3A%2F%2Fidp.example.ca&sid=s-1"
        );
    }
}
