//! The document behind `sector_identifier_uri`: whoever owns it says which redirect addresses share its pairwise
//! subjects (OIDC Core 8.1).

use super::outbound::Outbound;
use idp_domain::client::{Client, MetadataError};

/// The longest document that is read.
const LIMIT: usize = 256 * 1024;

/// Whether the client's redirect addresses are all in its sector document. OIDC Dynamic Client Registration section 5:
/// this MUST be looked at when a client is registered, since a stranger who joined a sector would learn its subjects.
///
/// # Errors
/// No answer, no JSON array of strings, or an address that isn't in it. Why there was no answer is not told: that would
/// make us look around in other networks for whoever asks.
pub async fn check(outbound: &Outbound, client: &Client) -> Result<(), MetadataError> {
    let Some(uri) = &client.sector_identifier_uri else { return Ok(()) };
    let wrong = |problem: &str| MetadataError {
        field: "sector_identifier_uri",
        line: None,
        problem: problem.to_owned(),
    };
    let fetched = outbound.get(uri, "application/json", LIMIT).await.map_err(|error| {
        tracing::info!(client = %client.id, %error, "a sector document could not be fetched");
        wrong("its document could not be fetched")
    })?;
    let listed: Vec<String> = serde_json::from_slice(&fetched.body)
        .map_err(|_| wrong("its document must be a JSON array of addresses (OIDC Core 8.1)"))?;
    let is_listed = |uri: &str| listed.iter().any(|listed| listed == uri);
    if client.redirect_uris.iter().all(|uri| is_listed(uri.as_str())) {
        Ok(())
    } else {
        Err(wrong("its document does not list all of the redirect_uris (OIDC Core 8.1)"))
    }
}
