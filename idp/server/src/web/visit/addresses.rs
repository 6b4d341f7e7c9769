//! The addresses of pages, as this visit goes on to them.

use super::{FormPath, Visit};
use idp_domain::Language;

impl Visit {
    /// `/{l}{path}` with the transaction and the page to go on to.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.url_in(self.language, path)
    }

    /// The same in a given language.
    #[must_use]
    pub fn url_in(&self, language: Language, path: &str) -> String {
        let tx = self.tx.as_ref().map(|tx| format!("tx={tx}"));
        let next = self.next.as_ref().map(|next| format!("next={next}"));
        let query: Vec<String> = tx.into_iter().chain(next).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("/{}{path}{separator}{}", language.code(), query.join("&"))
    }

    /// `/{l}{path}` and nothing else.
    #[must_use]
    pub fn plain_url(&self, path: &str) -> String {
        format!("/{}{path}", self.language.code())
    }

    /// Whether the person is on a side way that goes back to the transfer of a ONE-key account.
    #[must_use]
    pub fn comes_from_transfer(&self) -> bool {
        self.query.get("from").ok().flatten() == Some("transfer")
    }

    /// The address of another page on the same side way: where that goes back to is kept in it.
    #[must_use]
    pub fn side_url(&self, path: &str) -> String {
        self.side_url_in(self.language, path)
    }

    /// This page in a given language; of an address that answers no GET, the page of its form. An endpoint has no language in
    /// its path: the same request asks for the other one.
    #[must_use]
    pub fn here_in(&self, language: Language) -> String {
        // A path that begins like the address of another site would lead there.
        if self.speaks_by_path || self.path.starts_with("//") || self.path.starts_with("/\\") {
            let path = self.form_path.map_or(self.path.as_str(), |FormPath(path)| path);
            return self.side_url_in(language, path);
        }
        let others = self.query.pairs().iter().filter(|(name, _)| name != "ui_locales");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("ui_locales", language.tag())
            .finish();
        format!("{}?{query}", self.path)
    }

    fn side_url_in(&self, language: Language, path: &str) -> String {
        let url = self.url_in(language, path);
        if !self.comes_from_transfer() {
            return url;
        }
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}from=transfer")
    }
}
