//! The terms of use, to read again: of the whole service, of its civil and of its family part.

use crate::terms::{Section, Terms};
use crate::{Justice, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_language::Language;
use portal_front::Visit;
use portal_front::handlers::Answer;

/// A heading and its paragraphs, in the page's language.
pub(crate) struct SectionText {
    pub(crate) heading: String,
    pub(crate) paragraphs: Vec<String>,
}

pub(crate) fn sections(language: Language, sections: &[Section]) -> Vec<SectionText> {
    let section = |section: &Section| SectionText {
        heading: section.heading.in_language(language).to_owned(),
        paragraphs: section.paragraphs.iter().map(|text| text.in_language(language).to_owned()).collect(),
    };
    sections.iter().map(section).collect()
}

/// `Version 1, November 1, 2026`
pub(crate) fn version(language: Language, terms: &Terms) -> String {
    texts::terms_version(language, terms.version, terms.date.in_language(language))
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage {
    frame: Frame,
    version: String,
    sections: Vec<SectionText>,
    civil: Option<String>,
    family: Option<String>,
}

/// `/{l}/terms`
pub(crate) async fn general(visit: &Visit) -> Answer {
    let (civil, family) = (visit.path("terms/civil"), visit.path("terms/family"));
    page(visit, texts::terms_of_use, |terms| &terms.general, Some((civil, family)))
}

/// `/{l}/terms/civil`
pub(crate) async fn civil(visit: &Visit) -> Answer {
    page(visit, texts::terms_civil, |terms| &terms.civil, None)
}

/// `/{l}/terms/family`
pub(crate) async fn family(visit: &Visit) -> Answer {
    page(visit, texts::terms_family, |terms| &terms.family, None)
}

fn page(
    visit: &Visit,
    title: fn(Language) -> &'static str,
    part: fn(&Terms) -> &[Section],
    parts: Option<(String, String)>,
) -> Answer {
    let justice = visit.data::<Justice>()?;
    let (civil, family) = parts.unzip();
    let page = TermsPage {
        frame: visit.frame(title(visit.language)),
        version: version(visit.language, &justice.terms),
        sections: sections(visit.language, part(&justice.terms)),
        civil,
        family,
    };
    visit.html(StatusCode::OK, &page)
}
