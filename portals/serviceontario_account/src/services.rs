//! The services that can be added here: samples, each with one short form.

use ontario_language::Language;

/// A service.
pub(crate) struct SampleService {
    /// In addresses and in the database.
    pub(crate) slug: &'static str,
    name: [&'static str; 2],
    /// Of a security guard, a private investigator or an agency: its drafts are kept for 30 days only, and what is submitted
    /// waits for a payment without end (pages.md S3).
    pub(crate) is_security_licence: bool,
}

const fn service(slug: &'static str, english: &'static str, french: &'static str) -> SampleService {
    SampleService { slug, name: [english, french], is_security_licence: false }
}

const fn security_licence(slug: &'static str, english: &'static str, french: &'static str) -> SampleService {
    SampleService { is_security_licence: true, ..service(slug, english, french) }
}

pub(crate) const SERVICES: [SampleService; 5] = [
    service("birth-certificate", "Birth certificate", "Certificat de naissance"),
    service("outdoors-card", "Outdoors card", "Carte Plein air"),
    security_licence("security-guard", "Security guard licence", "Permis d’agent de sécurité"),
    security_licence("private-investigator", "Private investigator licence", "Permis d’enquêteur privé"),
    security_licence(
        "security-agency",
        "Security or investigation agency licence",
        "Permis d’agence de sécurité ou d’enquête",
    ),
];

pub(crate) fn find(slug: &str) -> Option<&'static SampleService> {
    SERVICES.iter().find(|service| service.slug == slug)
}

/// A service's name; of one that is no longer offered, nothing.
pub(crate) fn name(language: Language, slug: Option<&str>) -> &'static str {
    slug.and_then(find).map_or("", |service| language.pick(service.name[0], service.name[1]))
}
