//! A list that is searched and paged by its address, `?q=…&page=2`: everything works without a script, and a page can be
//! bookmarked.

use crate::{PortalError, Visit, one_line, texts};
use askama::Template;
use ontario_design::components::TextField;
use ontario_language::Language;

/// Rows of a list on one page.
pub const PAGE_LENGTH: i64 = 20;
/// Longer than any title or number.
const MAX_WORDS: usize = 200;
/// Nobody has more pages.
const MOST_PAGES: i64 = 1_000_000;

/// What a list was asked for.
#[derive(Clone)]
pub struct Search {
    /// What is looked for; empty for everything.
    pub words: String,
    page: i64,
}

impl Search {
    /// What the address says.
    ///
    /// # Errors
    /// The language control is a button of the search form, so that what was typed goes along: it leads to the same list in
    /// the other language.
    pub fn of(visit: &Visit) -> Result<Self, PortalError> {
        let typed = visit.asked("q").unwrap_or_default();
        let words = one_line(&typed).chars().take(MAX_WORDS).collect();
        let page = visit.asked("page").and_then(|page| page.parse::<i64>().ok()).unwrap_or(1);
        let search = Self { words, page: page.clamp(1, MOST_PAGES) };
        match visit.asked("_lang").as_deref().and_then(Language::from_code) {
            Some(language) => {
                let list = format!("/{}/{}", language.code(), visit.page);
                Err(PortalError::Elsewhere(address(&list, &search.words, 1)))
            }
            None => Ok(search),
        }
    }

    #[cfg(test)]
    pub(crate) fn for_words(words: &str) -> Self {
        Self { words: words.to_owned(), page: 1 }
    }

    /// Rows before this page.
    #[must_use]
    pub fn offset(&self) -> i64 {
        (self.page - 1) * PAGE_LENGTH
    }

    /// The form and the links of a list with so many rows in all; `hint` says what can be looked for.
    ///
    /// # Errors
    /// A page behind the last one leads to that.
    pub fn parts(self, visit: &Visit, total: i64, hint: &str) -> Result<SearchParts, PortalError> {
        let (language, list) = (visit.language, visit.path(&visit.page));
        let pages = ((total + PAGE_LENGTH - 1) / PAGE_LENGTH).max(1);
        let link = |page| address(&list, &self.words, page);
        if self.page > pages {
            return Err(PortalError::Elsewhere(link(pages)));
        }
        let field = TextField::search(language, "q", texts::search(language)).hint(hint).value(&self.words);
        let position = texts::page_of(language, self.page, pages);
        let links = PageLinks {
            language,
            previous: (self.page > 1).then(|| link(self.page - 1)),
            next: (self.page < pages).then(|| link(self.page + 1)),
            position: position.clone(),
        };
        let form = SearchForm { language, action: list, field, is_searched: !self.words.is_empty() };
        Ok(SearchParts { form, links, position })
    }
}

/// What stands before and after the rows.
pub struct SearchParts {
    /// The field with its button, and the way back to everything.
    pub form: SearchForm,
    /// To the page before and after this one, where there are any.
    pub links: PageLinks,
    /// `Page 1 of 3`
    pub position: String,
}

/// The field with its button, and the way back to everything.
#[derive(Template)]
#[template(path = "search_form.html")]
pub struct SearchForm {
    language: Language,
    action: String,
    field: TextField,
    is_searched: bool,
}

impl askama::filters::HtmlSafe for SearchForm {}

/// To the page before and after this one.
#[derive(Template)]
#[template(path = "page_links.html")]
pub struct PageLinks {
    language: Language,
    previous: Option<String>,
    next: Option<String>,
    position: String,
}

impl askama::filters::HtmlSafe for PageLinks {}

/// A list's address with its search and page.
fn address(list: &str, words: &str, page: i64) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !words.is_empty() {
        query.append_pair("q", words);
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish().as_str() {
        "" => list.to_owned(),
        query => format!("{list}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_goes_into_an_address_and_nowhere_else() {
        assert_eq!(address("/en/drafts", "", 1), "/en/drafts");
        assert_eq!(
            address("/en/drafts", "é & \"<#?%\r", 2),
            "/en/drafts?q=%C3%A9+%26+%22%3C%23%3F%25%0D&page=2"
        );
    }
}
