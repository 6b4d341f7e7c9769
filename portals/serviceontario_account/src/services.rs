//! The services that can be added here: samples, each with one short form.

use ontario_language::Language;

/// How long a draft of it is kept (pages.md S3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DraftLife {
    /// 12 months, with notices 60 and 30 days before.
    TwelveMonths,
    /// 30 days, told when it is over: security guards, private investigators and agencies.
    ThirtyDays,
}

/// A service.
pub(crate) struct SampleService {
    /// In addresses and in the database.
    pub(crate) slug: &'static str,
    pub(crate) name: [&'static str; 2],
    pub(crate) draft_life: DraftLife,
    /// What is submitted waits for a payment, without end.
    pub(crate) needs_payment: bool,
}

pub(crate) const SERVICES: [SampleService; 5] = [
    SampleService {
        slug: "birth-certificate",
        name: ["Birth certificate", "Certificat de naissance"],
        draft_life: DraftLife::TwelveMonths,
        needs_payment: false,
    },
    SampleService {
        slug: "outdoors-card",
        name: ["Outdoors card", "Carte Plein air"],
        draft_life: DraftLife::TwelveMonths,
        needs_payment: false,
    },
    SampleService {
        slug: "security-guard",
        name: ["Security guard licence", "Permis d’agent de sécurité"],
        draft_life: DraftLife::ThirtyDays,
        needs_payment: true,
    },
    SampleService {
        slug: "private-investigator",
        name: ["Private investigator licence", "Permis d’enquêteur privé"],
        draft_life: DraftLife::ThirtyDays,
        needs_payment: true,
    },
    SampleService {
        slug: "security-agency",
        name: ["Security or investigation agency licence", "Permis d’agence de sécurité ou d’enquête"],
        draft_life: DraftLife::ThirtyDays,
        needs_payment: true,
    },
];

pub(crate) fn find(slug: &str) -> Option<&'static SampleService> {
    SERVICES.iter().find(|service| service.slug == slug)
}

/// A service's name; of one that is no longer offered, nothing.
pub(crate) fn name(language: Language, slug: Option<&str>) -> &'static str {
    slug.and_then(find).map_or("", |service| language.pick(service.name[0], service.name[1]))
}
