//! Lists: what a request asks for after the question mark, 50 entries at a time, and the whole list as CSV.
//!
//! Every list that is known whole is a [`List`]: the way to add, the filter, the table, the ways on, the file, in this order.

use super::Clerk;
use super::sheet::{Cell, Filter, Link, Links, Pager, Sheet, Table};
use crate::admin::csv;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::filters::HtmlSafe;
use ontario_design::components::{Alert, Choice, Select};
use std::fmt::{self, Display};

/// Entries of a page.
pub const PAGE: usize = 50;
/// The most rows of a CSV file.
pub const CSV_MOST: i64 = 5000;

/// What stands after the question mark, to be changed and asked again.
#[derive(Debug, Clone)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// A request's.
    #[must_use]
    pub fn of(visit: &Visit) -> Self {
        Self(visit.query.pairs().to_vec())
    }

    /// A value; empty where there is none, or nothing that a person could have chosen.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let value = self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
        if value.len() > 200 || value.chars().any(char::is_control) { "" } else { value }
    }

    /// The same without these.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// The same with this.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut query = self.without(&[name, "done", "held"]);
        query.0.push((name.to_owned(), value.to_owned()));
        query
    }

    /// Whether the list is wanted as a file.
    #[must_use]
    pub fn wants(&self, format: &str) -> bool {
        self.get("format") == format
    }

    /// The entries of the page that is asked for, its number, and how many there are.
    #[must_use]
    pub fn page<'a, T>(&self, all: &'a [T]) -> (&'a [T], usize, usize) {
        let pages = all.len().div_ceil(PAGE).max(1);
        let page = self.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
        let from = (page - 1) * PAGE;
        (&all[from..all.len().min(from + PAGE)], page, pages)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish())
    }
}

/// A list that is known whole, as a page and as a file.
pub struct List<'l, T> {
    /// Its table's id, and its file's name.
    pub id: &'static str,
    /// The page's heading.
    pub title: &'static str,
    /// The table's caption.
    pub caption: &'static str,
    /// The table's headings.
    pub columns: Vec<&'static str>,
    /// An entry as a row of it.
    pub row: &'l dyn Fn(&T) -> Vec<Cell>,
    /// The file's headings.
    pub file_columns: &'l [&'l str],
    /// An entry as a line of it.
    pub file_row: &'l dyn Fn(&T) -> Vec<String>,
    /// What narrows it down.
    pub filter: Option<Filter>,
    /// Ways to something new, for those who may.
    pub ways: Vec<Link>,
    /// Where the page belongs, if it is not the part's first.
    pub back: Option<String>,
    /// What was just done.
    pub alert: Option<Alert>,
    /// What stands above the table.
    pub above: Vec<Box<dyn Display>>,
    /// Ways on beside the file.
    pub beside: Vec<Link>,
}

impl<T> List<'_, T> {
    /// Adds something above the table.
    #[must_use]
    pub fn above(mut self, part: impl HtmlSafe + 'static) -> Self {
        self.above.push(Box::new(part));
        self
    }
}

impl Clerk<'_> {
    /// A list, as the page or the file that the request asks for.
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn list<T>(&self, list: List<'_, T>, all: &[T]) -> Result<Answer, Problem> {
        let query = self.query();
        if query.wants("csv") {
            return Ok(self.csv(list.id, list.file_columns, all.iter().map(list.file_row)));
        }
        let (shown, page, pages) = query.page(all);
        let (l, url) = (self.l(), self.here());
        let rows = shown.iter().map(list.row).collect();
        let table = Table::new(list.id, list.caption, list.columns, rows, t::console::nothing_found(l));
        let frame = self.frame(list.title).alert(list.alert);
        let frame = match list.back {
            Some(back) => frame.back(back),
            None => frame,
        };
        let sheet = Sheet::new(frame)
            .with_some((!list.ways.is_empty()).then_some(Links(list.ways)))
            .with_some(list.filter);
        list.above
            .into_iter()
            .fold(sheet, Sheet::with_rendered)
            .with(table)
            .with_some(Pager::numbered(l, &url, &query, page, pages))
            .with(Links(std::iter::once(self.csv_link()).chain(list.beside).collect()))
            .answer(self.visit, 200)
    }

    /// A field that narrows a list down to one of these, or to none of them.
    #[must_use]
    pub fn choice(&self, name: &str, label: &str, choices: impl IntoIterator<Item = Choice>) -> Select {
        let l = self.l();
        let all = std::iter::once(Choice::new("", t::console::all(l))).chain(choices).collect();
        Select::new(l, name, label, all).without_flag().selected(Some(self.query().get(name)))
    }

    /// What the request asks for.
    #[must_use]
    pub fn query(&self) -> Query {
        Query::of(self.visit)
    }

    /// The link to the same list as a file.
    #[must_use]
    pub fn csv_link(&self) -> Link {
        let query = self.query().without(&["page", "before"]).with("format", "csv");
        Link::new(t::console::download_csv(self.l()), format!("{}{query}", self.here()))
    }

    /// A list as a file.
    #[must_use]
    pub fn csv(&self, name: &str, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Answer {
        self.visit.dress(Answer::text_file(&format!("{name}.csv"), csv::table(columns, rows)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_there_is_the_last_one() {
        let all: Vec<usize> = (0..120).collect();
        for (asked, page, first, length) in [
            ("", 1, 0, 50),
            ("2", 2, 50, 50),
            ("3", 3, 100, 20),
            ("9", 3, 100, 20),
            ("0", 1, 0, 50),
            ("-1", 1, 0, 50),
        ] {
            let query = Query(vec![("page".to_owned(), asked.to_owned())]);
            let (entries, number, pages) = query.page(&all);
            assert_eq!((number, entries[0], entries.len(), pages), (page, first, length, 3), "{asked}");
        }
        assert_eq!(Query(Vec::new()).page::<u8>(&[]), ([].as_slice(), 1, 1));
    }

    #[test]
    fn a_query_is_written_as_it_was_asked() {
        let query = Query(vec![("q".to_owned(), "a&b é".to_owned()), ("done".to_owned(), "x".to_owned())]);
        assert_eq!(query.with("page", "2").to_string(), "?q=a%26b+%C3%A9&page=2");
        assert_eq!(query.without(&["q", "done"]).to_string(), "");
        let hostile = Query(vec![("q".to_owned(), "a\u{0}b".to_owned())]);
        assert_eq!(hostile.get("q"), "");
    }
}
