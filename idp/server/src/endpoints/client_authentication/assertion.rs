//! `private_key_jwt`: an assertion that one of the client's keys signed, each good once on all nodes.

use crate::adapters::verification::is_signed_by;
use crate::app::App;
use idp_domain::client::Client;
use idp_domain::client::assertion::{Assertion, LONGEST_LIFE, check};
use idp_domain::jwt::Jwt;
use idp_store::StoreError;

/// Whether `text` proves the client to the endpoint at `path`.
///
/// # Errors
/// The database is away.
pub(super) async fn proves(app: &App, path: &str, client: &Client, text: &str) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let refused = |problem: &dyn std::fmt::Display| {
        tracing::info!(client = %client.id, %problem, "a client assertion was refused");
        Ok(false)
    };
    let jwt = match Jwt::parse(text) {
        Ok(jwt) => jwt,
        Err(problem) => return refused(&problem),
    };
    let endpoints = [format!("{}/token", app.issuer()), format!("{}{path}", app.issuer())];
    // What it says first: a token that could never do costs no fetch and no signature.
    let checked = check(&jwt, client, app.issuer(), &endpoints.each_ref().map(String::as_str), now);
    let Assertion { id, expires_at } = match checked {
        Ok(assertion) => assertion,
        Err(problem) => return refused(&problem),
    };
    let keys = app.client_keys.find(client, jwt.kid(), jwt.algorithm, now).await;
    if !keys.iter().any(|key| is_signed_by(&jwt, key)) {
        return refused(&"no key of the client made its signature");
    }
    // RFC 7523 section 3, rule 7. Only a proven assertion is spent, so that nobody spends another's.
    let key = app.data_keys.hash.hash("client assertion", &[client.id.as_str().as_bytes(), id.as_bytes()]);
    if !app.spend(key, expires_at, LONGEST_LIFE).await? {
        return refused(&"its jti was used before");
    }
    Ok(true)
}
