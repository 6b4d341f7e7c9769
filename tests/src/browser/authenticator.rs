//! Chromium's virtual authenticator (WebAuthn Level 3 section 11): a device with passkeys that does as the test says.

use super::Browser;
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A device of the browser; it goes with it.
#[derive(Debug)]
pub struct VirtualAuthenticator {
    client: Client,
    id: String,
}

#[derive(Debug)]
struct Command {
    path: String,
    body: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/webauthn/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    /// Gives the browser a device that keeps passkeys and whose person says yes.
    pub async fn add_authenticator(&self) -> VirtualAuthenticator {
        let body = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        let command = Command { path: "authenticator".to_owned(), body };
        let id = self.client().issue_cmd(command).await;
        let id = id.unwrap_or_else(|error| panic!("no virtual authenticator: {error}"));
        let id = id.as_str().expect("an authenticator has an id").to_owned();
        VirtualAuthenticator { client: self.client().clone(), id }
    }
}

impl VirtualAuthenticator {
    /// Whether its person is verified when it asks.
    pub async fn set_user_verified(&self, verified: bool) {
        let path = format!("authenticator/{}/uv", self.id);
        let command = Command { path, body: json!({"isUserVerified": verified}) };
        let outcome = self.client.issue_cmd(command).await;
        outcome.unwrap_or_else(|error| panic!("the virtual authenticator doesn't obey: {error}"));
    }
}
