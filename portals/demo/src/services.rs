//! The relying services of the demonstration, registered as an operator would register them.

use crate::folder::Folder;
use crate::{Addresses, DemoError};
use idp_domain::ids::ClientId;
use idp_domain::secret::Secret;
use idp_server::app::App;
use idp_server::cli::services;
use serviceontario_account::SystemNotice;

/// The portal of ServiceOntario.
pub(crate) const SERVICEONTARIO: &str = "serviceontario-account";
/// Justice Services Online.
pub(crate) const JUSTICE: &str = "justice-services-online";
/// The algorithm of their ID tokens.
pub(crate) const ALGORITHM: &str = "ES256";

/// What the portals authenticate themselves with.
pub(crate) struct Secrets {
    pub(crate) serviceontario: Secret,
    pub(crate) justice: Secret,
}

/// Registers the portals that aren't yet.
pub(crate) async fn register(
    app: &App,
    folder: &Folder,
    addresses: &Addresses,
) -> Result<Secrets, DemoError> {
    let serviceontario = |secret: &str| serviceontario(&addresses.serviceontario, secret);
    let justice = |secret: &str| justice(&addresses.justice, secret);
    Ok(Secrets {
        serviceontario: register_one(app, folder, SERVICEONTARIO, serviceontario).await?,
        justice: register_one(app, folder, JUSTICE, justice).await?,
    })
}

async fn register_one(
    app: &App,
    folder: &Folder,
    client_id: &str,
    file: impl Fn(&str) -> String,
) -> Result<Secret, DemoError> {
    let secret = folder.client_secret(client_id)?;
    let id = ClientId::parse(client_id).ok_or_else(|| DemoError::idp(&"a client id is none"))?;
    if app.store.find_service(id).await.map_err(|error| DemoError::idp(&error))?.is_none() {
        let file = file(secret.expose());
        let added = services::add(&app.store, &file, app.settings.allow_loopback, app.clock.now()).await;
        added.map_err(|error| DemoError::idp(&error))?;
    }
    Ok(secret)
}

/// The file that `idp services add` would take.
fn serviceontario(base_url: &str, secret: &str) -> String {
    format!(
        r#"
client_id = "{SERVICEONTARIO}"
client_secret = "{secret}"
client_name = "ServiceOntario account"
"client_name#fr" = "Compte ServiceOntario"
redirect_uris = ["{base_url}/callback"]
post_logout_redirect_uris = ["{base_url}/"]
initiate_login_uri = "{base_url}/sign-in"
backchannel_logout_uri = "{base_url}/backchannel-logout"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["authorization_code", "refresh_token"]
scope = "openid email profile"
subject_type = "pairwise"
id_token_signed_response_alg = "{ALGORITHM}"
accounts = ["my-ontario"]
used_one_key = true
require_pkce = true
first_party = true
category = "personal"
contacts = ["team@example.test"]
"#
    )
}

/// The same for Justice Services Online: ONE-key first, My Ontario Account too.
fn justice(base_url: &str, secret: &str) -> String {
    format!(
        r#"
client_id = "{JUSTICE}"
client_secret = "{secret}"
client_name = "Justice Services Online"
"client_name#fr" = "Services de justice en ligne"
redirect_uris = ["{base_url}/callback"]
post_logout_redirect_uris = ["{base_url}/"]
initiate_login_uri = "{base_url}/sign-in"
backchannel_logout_uri = "{base_url}/backchannel-logout"
token_endpoint_auth_method = "client_secret_basic"
grant_types = ["authorization_code", "refresh_token"]
scope = "openid email profile"
subject_type = "pairwise"
id_token_signed_response_alg = "{ALGORITHM}"
accounts = ["one-key", "my-ontario"]
used_one_key = true
require_pkce = true
first_party = true
category = "personal"
ministry = "Attorney General"
"ministry#fr" = "Procureur général"
description = "File civil claims and joint divorce applications"
"description#fr" = "Dépôt d’actions civiles et de demandes conjointes en divorce"
contacts = ["team@example.test"]
"#
    )
}

/// What the first page of the portal tells everybody.
pub(crate) fn notices() -> Vec<SystemNotice> {
    vec![
        SystemNotice {
            at: 1_795_287_900_000_000,
            text: [
                "Court counters are closed on December 25 and 26. What is due on those days is due on the next working day.",
                "Les comptoirs des greffes sont fermés les 25 et 26 décembre. Les délais qui tombent ces jours-là sont reportés au jour ouvrable suivant.",
            ],
        },
        SystemNotice {
            at: 1_794_510_000_000_000,
            text: [
                "ONE-key is no longer used here. You can carry your ONE-key account over when you sign in.",
                "ONE-key n’est plus utilisé ici. Vous pouvez transférer votre compte ONE-key à l’ouverture de session.",
            ],
        },
    ]
}
