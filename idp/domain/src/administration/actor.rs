//! Who changed something, as the audit names them: one word, or a word and an identifier.

use crate::ids::{AccountId, ClientId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Who changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    /// `operator`: by command.
    Operator,
    /// `schedule`: the server itself, because it was time.
    Schedule,
    /// `service`: a service its own registration, by its registration access token (RFC 7592).
    Service,
    /// `administrator:ACCOUNT`: a person at the console.
    Administrator(AccountId),
    /// `client:CLIENT_ID`: a program at the API.
    ApiClient(ClientId),
}

/// The text names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no actor")]
pub struct UnknownActor;

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Schedule => f.write_str("schedule"),
            Self::Service => f.write_str("service"),
            Self::Administrator(account) => write!(f, "administrator:{account}"),
            Self::ApiClient(client) => write!(f, "client:{client}"),
        }
    }
}

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, UnknownActor> {
        match text.split_once(':') {
            None if text == "operator" => Ok(Self::Operator),
            None if text == "schedule" => Ok(Self::Schedule),
            None if text == "service" => Ok(Self::Service),
            Some(("administrator", id)) => AccountId::parse(id).map(Self::Administrator).ok_or(UnknownActor),
            Some(("client", id)) => ClientId::parse(id).map(Self::ApiClient).ok_or(UnknownActor),
            _ => Err(UnknownActor),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = UnknownActor;

    fn try_from(text: String) -> Result<Self, UnknownActor> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_as_it_was_written() {
        let administrator = Actor::Administrator(AccountId::parse("abc").unwrap());
        let client = Actor::ApiClient(ClientId::parse("reports").unwrap());
        for (actor, text) in [
            (Actor::Operator, "operator"),
            (Actor::Schedule, "schedule"),
            (Actor::Service, "service"),
            (administrator, "administrator:abc"),
            (client, "client:reports"),
        ] {
            assert_eq!(serde_json::to_value(&actor).unwrap(), text);
            assert_eq!(text.parse(), Ok(actor));
        }
        for text in ["", "root", "administrator:", "client:a b", "operator:x"] {
            assert_eq!(text.parse::<Actor>(), Err(UnknownActor), "{text}");
        }
    }
}
