//! Ports, sockets and the addresses that they make.

use crate::DemoError;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

/// Where each program listens on loopback; 0 takes a free port.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// The identity server.
    pub idp: u16,
    /// The ServiceOntario account portal.
    pub serviceontario: u16,
    /// The portal of Justice Services Online.
    pub justice: u16,
    /// The hub of the sign-in partners.
    pub partner_hub: u16,
    /// The mailbox.
    pub mailbox: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Self { idp: 8080, serviceontario: 8081, justice: 8082, partner_hub: 8083, mailbox: 8084 }
    }
}

impl Ports {
    /// Free ports, whichever.
    pub const FREE: Self = Self { idp: 0, serviceontario: 0, justice: 0, partner_hub: 0, mailbox: 0 };
}

/// Where each program is, as a browser says it: `http://localhost:8080`, no final slash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// The identity server; its issuer too.
    pub idp: String,
    /// The ServiceOntario account portal: where to begin.
    pub serviceontario: String,
    /// Justice Services Online: where to begin there.
    #[serde(default)]
    pub justice: String,
    /// The hub of the sign-in partners; its issuer too.
    #[serde(default)]
    pub partner_hub: String,
    /// The mails.
    pub mailbox: String,
}

impl Addresses {
    /// Whether what was registered for these addresses works at those. Older data know one portal only, and no partner.
    pub(crate) fn fits(&self, now: &Self) -> bool {
        let justice = self.justice.is_empty() || self.justice == now.justice;
        let partner_hub = self.partner_hub.is_empty() || self.partner_hub == now.partner_hub;
        self.idp == now.idp && self.serviceontario == now.serviceontario && justice && partner_hub
    }
}

/// Bound sockets.
pub(crate) struct Sockets {
    pub(crate) idp: TcpListener,
    pub(crate) serviceontario: TcpListener,
    pub(crate) justice: TcpListener,
    pub(crate) partner_hub: TcpListener,
    pub(crate) mailbox: TcpListener,
}

impl Sockets {
    pub(crate) fn bind(ports: Ports) -> Result<Self, DemoError> {
        Ok(Self {
            idp: bind(ports.idp, "identity server", "--idp-port")?,
            serviceontario: bind(ports.serviceontario, "ServiceOntario account", "--serviceontario-port")?,
            justice: bind(ports.justice, "Justice Services Online", "--justice-port")?,
            partner_hub: bind(ports.partner_hub, "sign-in partner hub", "--partner-hub-port")?,
            mailbox: bind(ports.mailbox, "mailbox", "--mailbox-port")?,
        })
    }

    pub(crate) fn addresses(&self) -> Addresses {
        Addresses {
            idp: address(&self.idp),
            serviceontario: address(&self.serviceontario),
            justice: address(&self.justice),
            partner_hub: address(&self.partner_hub),
            mailbox: address(&self.mailbox),
        }
    }
}

fn bind(port: u16, program: &'static str, option: &'static str) -> Result<TcpListener, DemoError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => DemoError::PortInUse { port, program, option },
        _ => DemoError::Port { port, program, option, error },
    })
}

fn address(listener: &TcpListener) -> String {
    // A bound socket always knows its port.
    let port = listener.local_addr().map_or(0, |address| address.port());
    format!("http://localhost:{port}")
}
