//! Where the parameters of a request really are: in the request itself, or in a request object (RFC 9101, OIDC Core
//! section 6) that stands in it or at an address that its client registered.

use crate::adapters::verification::is_signed_by;
use crate::app::App;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::authorization::request_object::{
    MAX_OBJECT, ObjectError, merge, only_inside_counts, read, read_claims, registered_reference,
};
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode};
use idp_domain::client::Client;
use idp_domain::time::Timestamp;

/// A request's parameters, put together.
pub struct Assembled {
    /// Those that count.
    pub parameters: Parameters,
    /// Whether the client signed them.
    pub signed: bool,
}

/// Puts a request's parameters together. `pushed` says that the client itself sent them.
///
/// # Errors
/// The request object doesn't stand, or can't be had.
pub async fn assemble(
    app: &App,
    client: &Client,
    sent: &Parameters,
    pushed: bool,
    now: Timestamp,
) -> Result<Assembled, AuthorizationError> {
    let object = match (sent.get_within("request", MAX_OBJECT), sent.get("request_uri")) {
        (Ok(None), Ok(None)) => return Ok(Assembled { parameters: sent.clone(), signed: false }),
        (Ok(Some(object)), Ok(None)) => object.to_owned(),
        (Ok(None), Ok(Some(uri))) => fetch(app, client, uri).await?,
        (Err(_), Ok(None)) => return Err(ObjectError::Malformed.into()),
        (Ok(None), Err(_)) => return Err(unusable("request_uri is malformed")),
        _ => {
            // RFC 9101 section 5: the two MUST NOT be used together.
            let description = "request and request_uri can't both be sent";
            return Err(AuthorizationError { code: AuthorizationErrorCode::InvalidRequest, description });
        }
    };
    let inside = verify(app, client, &object, now).await.inspect_err(|error| {
        tracing::info!(client = %client.id, %error, "a request object was refused");
    })?;
    let parameters = merge(sent, inside, only_inside_counts(client, pushed))?;
    Ok(Assembled { parameters, signed: true })
}

/// The parameters of an object that a registered key of the client signed.
async fn verify(app: &App, client: &Client, object: &str, now: Timestamp) -> Result<Parameters, ObjectError> {
    let jwt = read(object, client)?;
    let keys = app.client_keys.find(client, jwt.kid(), jwt.algorithm, now).await;
    if !keys.iter().any(|key| is_signed_by(&jwt, key)) {
        return Err(ObjectError::Signature);
    }
    read_claims(&jwt, client, app.issuer(), now)
}

/// RFC 9101 section 5.2: an object at an address, with all the limits of what this server asks of others.
async fn fetch(app: &App, client: &Client, uri: &str) -> Result<String, AuthorizationError> {
    let reference = registered_reference(uri, client)
        .ok_or_else(|| unusable("request_uri is not registered for this client"))?;
    let accept = "application/oauth-authz-req+jwt, application/jwt";
    let fetched = app.outbound.get(reference.address, accept, MAX_OBJECT).await.map_err(|error| {
        tracing::info!(client = %client.id, %error, "a request object could not be fetched");
        unusable("request_uri gives no answer")
    })?;
    if !reference.is_of(&fetched.body) {
        return Err(unusable("the content is not what the fragment of request_uri says"));
    }
    let text =
        String::from_utf8(fetched.body).map_err(|_| unusable("request_uri gives no request object"))?;
    Ok(text.trim().to_owned())
}

fn unusable(description: &'static str) -> AuthorizationError {
    AuthorizationError { code: AuthorizationErrorCode::InvalidRequestUri, description }
}
