//! The terms of use, to read again: of the whole service, of its civil and of its family part.

use crate::{Justice, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use portal_front::Visit;
use portal_front::handlers::Answer;
use portal_front::terms::TermsText;

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage {
    frame: Frame,
    terms: TermsText,
    is_general: bool,
}

/// `/{l}/terms`
pub(crate) async fn general(visit: &Visit) -> Answer {
    page(visit, "general", texts::terms_of_use(visit.language))
}

/// `/{l}/terms/civil`
pub(crate) async fn civil(visit: &Visit) -> Answer {
    page(visit, "civil", texts::terms_civil(visit.language))
}

/// `/{l}/terms/family`
pub(crate) async fn family(visit: &Visit) -> Answer {
    page(visit, "family", texts::terms_family(visit.language))
}

fn page(visit: &Visit, part: &str, title: &str) -> Answer {
    let page = TermsPage {
        frame: visit.frame(title),
        terms: visit.data::<Justice>()?.terms.text(visit.language, part, 2),
        is_general: part == "general",
    };
    visit.html(StatusCode::OK, &page)
}

#[cfg(test)]
mod tests {
    use crate::demonstration_terms;
    use portal_front::terms::Terms;

    #[test]
    fn the_terms_are_complete_in_both_languages_or_refused() {
        assert!(demonstration_terms().is_ok());
        let file = include_str!("../../data/terms.toml");
        for (old, new) in [
            ("version = 1", "version = 0"),
            ("fr = \"Documents\"", "fr = \" \""),
            ("date =", "day ="),
            ("[[civil]]", "[[civic]]"),
        ] {
            let changed = file.replace(old, new);
            assert!(
                file.contains(old) && Terms::parse(&changed, &["general", "civil", "family"]).is_err(),
                "{new}"
            );
        }
    }
}
