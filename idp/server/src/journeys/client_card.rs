//! What a service says about itself to the people that it sends (RFC 7591 section 2): its logo as we fetched it, and
//! links to its own pages. Both parts go into any page that a service's person sees.

use crate::endpoints::client_logo;
use crate::locales as t;
use askama::Template;
use idp_domain::Language;
use idp_store::RegisteredService;

/// The picture, for the top of a page.
#[derive(Template, Default)]
#[template(path = "client_card/logo.html")]
pub struct ClientLogo {
    /// Where we serve it, and what it says.
    image: Option<(String, String)>,
}

/// The links, for its end.
#[derive(Template, Default)]
#[template(path = "client_card/links.html")]
pub struct ClientLinkList {
    /// Stable id, address, words.
    links: Vec<(&'static str, String, String)>,
}

impl askama::filters::HtmlSafe for ClientLogo {}
impl askama::filters::HtmlSafe for ClientLinkList {}

impl ClientLogo {
    /// Of `service`, if there is one and its logo was fetched.
    #[must_use]
    pub fn new(l: Language, service: Option<&RegisteredService>) -> Self {
        let service = service.filter(|service| service.has_logo);
        let image = |service: &RegisteredService| {
            let client = &service.client;
            (client_logo::path_of(&client.id), t::client_logo(l, client.name.get(l)))
        };
        Self { image: service.map(image) }
    }
}

impl ClientLinkList {
    /// Of `service`, if there is one.
    #[must_use]
    pub fn new(l: Language, service: Option<&RegisteredService>) -> Self {
        let Some(client) = service.map(|service| &service.client) else { return Self::default() };
        let (name, links) = (client.name.get(l), &client.links);
        let named = [
            ("client-uri", &links.client_uri, t::client_about(l, name)),
            ("policy-uri", &links.policy_uri, t::client_policy(l, name)),
            ("tos-uri", &links.tos_uri, t::client_terms(l, name)),
        ];
        let shown = |(id, uri, words): (&'static str, &Option<String>, String)| {
            uri.clone().map(|uri| (id, uri, words))
        };
        Self { links: named.into_iter().filter_map(shown).collect() }
    }
}
