//! A registration as it is told: every name with its value, the defaults filled in (RFC 7591 section 3.2.1).

use crate::client::{BilingualText, CertificateSubject, Client, ClientKeys};
use serde::Serialize;
use serde_json::{Map, Value};

/// The members in the making.
struct Members(Map<String, Value>);

impl Members {
    /// Adds a member; what is absent, or can't be JSON, is left out.
    fn set(&mut self, name: &str, value: impl Serialize) {
        match serde_json::to_value(value) {
            Ok(Value::Null) | Err(_) => {}
            Ok(value) => {
                self.0.insert(name.to_owned(), value);
            }
        }
    }

    /// RFC 7591 section 2.2: the French text under its language tag.
    fn text(&mut self, name: &str, text: Option<&BilingualText>) {
        if let Some(text) = text {
            self.set(name, &text.en);
            self.set(&format!("{name}#fr"), (text.fr != text.en).then_some(&text.fr));
        }
    }
}

impl Client {
    /// The registration under the names of a service's file; read again it gives the same client.
    #[must_use]
    pub fn metadata(&self) -> Map<String, Value> {
        let mut members = Members(Map::new());
        members.set("client_id", &self.id);
        self.tell_people(&mut members);
        self.tell_addresses(&mut members);
        self.tell_authentication(&mut members);
        self.tell_requests(&mut members);
        self.tell_tokens(&mut members);
        self.tell_administrators(&mut members);
        members.0
    }

    fn tell_people(&self, members: &mut Members) {
        members.text("client_name", Some(&self.name));
        members.text("description", self.description.as_ref());
        members.set("client_uri", &self.links.client_uri);
        members.set("logo_uri", &self.links.logo_uri);
        members.set("policy_uri", &self.links.policy_uri);
        members.set("tos_uri", &self.links.tos_uri);
        members.set("contacts", (!self.contacts.is_empty()).then_some(&self.contacts));
    }

    fn tell_addresses(&self, members: &mut Members) {
        members.set("application_type", self.application_type);
        members.set("redirect_uris", &self.redirect_uris);
        members.set("post_logout_redirect_uris", &self.post_logout_redirect_uris);
        members.set("initiate_login_uri", &self.initiate_login_uri);
        members.set("backchannel_logout_uri", &self.backchannel_logout_uri);
        members.set("backchannel_logout_session_required", self.logout.backchannel_session_required);
        members.set("frontchannel_logout_uri", &self.logout.frontchannel_uri);
        members.set("frontchannel_logout_session_required", self.logout.frontchannel_session_required);
        members.set("sector_identifier_uri", &self.sector_identifier_uri);
    }

    fn tell_authentication(&self, members: &mut Members) {
        members.set("token_endpoint_auth_method", self.authentication_method);
        members.set("token_endpoint_auth_signing_alg", self.assertion.algorithm);
        match &self.keys {
            ClientKeys::None => {}
            ClientKeys::Inline(jwks) => members.set("jwks", jwks),
            ClientKeys::Uri(uri) => members.set("jwks_uri", uri),
        }
        match &self.certificate {
            None => {}
            Some(CertificateSubject::SubjectDn(text)) => members.set("tls_client_auth_subject_dn", text),
            Some(CertificateSubject::SanDns(text)) => members.set("tls_client_auth_san_dns", text),
            Some(CertificateSubject::SanUri(text)) => members.set("tls_client_auth_san_uri", text),
            Some(CertificateSubject::SanIp(text)) => members.set("tls_client_auth_san_ip", text),
            Some(CertificateSubject::SanEmail(text)) => members.set("tls_client_auth_san_email", text),
        }
    }

    fn tell_requests(&self, members: &mut Members) {
        let requests = &self.requests;
        let people = self.grant_types.iter().any(|grant| grant == "authorization_code");
        members.set("response_types", if people { vec!["code"] } else { Vec::new() });
        members.set("grant_types", &self.grant_types);
        members.set("scope", self.scopes.join(" "));
        members.set("require_pushed_authorization_requests", requests.pushed_only);
        members.set("require_signed_request_object", requests.signed_only);
        members.set("request_object_signing_alg", requests.object_algorithm);
        members.set("request_uris", (!requests.request_uris.is_empty()).then_some(&requests.request_uris));
        members.set("default_max_age", requests.default_max_age);
        members.set("require_auth_time", requests.require_auth_time);
        let levels = &requests.default_acr_values;
        members.set("default_acr_values", (!levels.is_empty()).then_some(levels));
    }

    fn tell_tokens(&self, members: &mut Members) {
        members.set("subject_type", self.subject_type);
        members.set("id_token_signed_response_alg", self.id_token_algorithm);
        members.set("userinfo_signed_response_alg", self.tokens.userinfo_algorithm);
        members.set("authorization_signed_response_alg", self.tokens.authorization_response_algorithm);
        members.set("dpop_bound_access_tokens", self.tokens.dpop_bound);
        members.set("access_token_format", self.tokens.access_token_format);
        members.set("resources", (!self.tokens.resources.is_empty()).then_some(&self.tokens.resources));
        members.set("audiences", (!self.tokens.audiences.is_empty()).then_some(&self.tokens.audiences));
    }

    fn tell_administrators(&self, members: &mut Members) {
        members.set("accounts", &self.accounts);
        members.set("used_one_key", self.used_one_key);
        members.set("minimum_acr", self.minimum_level);
        members.set("profile", self.profile);
        members.set("require_pkce", self.require_pkce);
        members.set("first_party", self.first_party);
        members.set("category", self.category);
        members.text("ministry", self.ministry.as_ref());
        let lenient = self.assertion.lenient_audience.then_some("lenient");
        members.set("token_endpoint_auth_audience", lenient);
    }
}
