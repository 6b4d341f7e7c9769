//! The hub of the sign-in partners, and who has an account at its made-up banks.

use crate::folder::Folder;
use crate::{Addresses, DemoError};
use actix_web::dev::Server;
use idp_server::adapters::clock::Clock;
use partner_hub::{Control, RelyingParty, Settings, TestPerson};
use std::net::TcpListener;
use std::sync::Arc;

/// The identity server at the hub.
pub(crate) const CLIENT_ID: &str = "my-ontario-account";
/// Who can sign in at every one of the made-up banks.
pub const PARTNER_USER: &str = "test-person";
/// With which password.
pub const PARTNER_PASSWORD: &str = "Test-Bank-1";

/// What the identity server proves itself with at the hub.
pub(crate) fn secret(folder: &Folder) -> Result<String, DemoError> {
    Ok(folder.client_secret("partner-hub")?.expose().to_owned())
}

pub(crate) fn server(
    clock: Clock,
    folder: &Folder,
    addresses: &Addresses,
    listener: TcpListener,
) -> Result<Server, DemoError> {
    let settings = Settings {
        issuer: addresses.partner_hub.clone(),
        relying_parties: vec![RelyingParty {
            client_id: CLIENT_ID.to_owned(),
            client_secret: secret(folder)?,
            redirect_uris: vec![format!("{}/partner/callback/default", addresses.idp)],
        }],
        people: vec![TestPerson { user: PARTNER_USER.to_owned(), password: PARTNER_PASSWORD.to_owned() }],
        file: Some(folder.path("partner-hub.json")),
        clock: Arc::new(move || clock.now().micros()),
        control: Control::default(),
    };
    partner_hub::server(settings, listener).map_err(|error| DemoError::Program {
        program: "the hub of the sign-in partners",
        reason: error.to_string(),
    })
}
