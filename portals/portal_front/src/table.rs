//! A table that is sorted by links (GET), with `aria-sort`; on a phone it is a list. An empty one is a sentence.

use crate::{PortalError, Visit, texts};
use askama::Template;
use ontario_language::{Language, format_date, format_date_time, iso_date_time};

use std::collections::BTreeMap;

/// What the tables of a page were asked for: a value for each name. Only plain values are taken.
pub struct TableQuery(BTreeMap<String, String>);

impl TableQuery {
    /// What the address says.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`].
    pub fn of(visit: &Visit) -> Result<Self, PortalError> {
        let pairs: Vec<(String, String)> = visit.query()?;
        let plain = |text: &str| {
            (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        Ok(Self(pairs.into_iter().filter(|(name, value)| plain(name) && plain(value)).collect()))
    }

    /// What was asked for under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What a form that sets `name` has to send along.
    #[must_use]
    pub fn others(&self, name: &str) -> Vec<(String, String)> {
        self.0.iter().filter(|(other, _)| *other != name).map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    fn with(&self, name: &str, value: &str) -> String {
        let mut all = self.others(name);
        all.push((name.to_owned(), value.to_owned()));
        all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }
}

/// One field of a row.
pub struct Cell {
    sort_key: String,
    text: String,
    machine_time: Option<String>,
    href: Option<String>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { sort_key: text.to_lowercase(), text, machine_time: None, href: None }
    }

    /// A day and its time.
    #[must_use]
    pub fn time(language: Language, at: i64) -> Self {
        Self { text: format_date_time(language, at), ..Self::date(language, at) }
    }

    /// A day.
    #[must_use]
    pub fn date(language: Language, at: i64) -> Self {
        Self {
            // Times before 1970 sort before all others.
            sort_key: format!("{:020}", at.saturating_add(i64::MAX / 2)),
            text: format_date(language, at),
            machine_time: Some(iso_date_time(at)),
            href: None,
        }
    }

    /// With a link.
    #[must_use]
    pub fn link(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }
}

struct Column {
    label: &'static str,
    href: String,
    /// How it is sorted now.
    sorted: Option<&'static str>,
    /// What the link does.
    does: &'static str,
}

/// A table under its caption.
#[derive(Template)]
#[template(path = "table.html")]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    empty: &'static str,
}

impl askama::filters::HtmlSafe for Table {}

impl Table {
    /// `columns` have a name in the address and a label. At first the first column counts, the newest first.
    #[must_use]
    pub fn new(
        visit: &Visit,
        query: &TableQuery,
        name: &str,
        caption: &str,
        columns: &[(&'static str, &'static str)],
        mut rows: Vec<Vec<Cell>>,
        empty: &'static str,
    ) -> Self {
        let asked = query.get(name).unwrap_or_default();
        let (key, ascending) = match asked.strip_prefix('-') {
            Some(key) => (key, false),
            None => (asked, true),
        };
        let known = columns.iter().position(|(column, _)| *column == key);
        let (index, ascending) = known.map_or((0, false), |index| (index, ascending));
        rows.sort_by(|a, b| {
            let order = a.get(index).map(|cell| &cell.sort_key).cmp(&b.get(index).map(|cell| &cell.sort_key));
            if ascending { order } else { order.reverse() }
        });
        let language = visit.language;
        let columns = columns.iter().enumerate().map(|(n, &(column, label))| {
            let is_sorted = n == index;
            let descend = is_sorted && ascending;
            let value = if descend { format!("-{column}") } else { column.to_owned() };
            Column {
                label,
                href: visit.path(&format!("{}?{}#{name}", visit.page, query.with(name, &value))),
                sorted: is_sorted.then_some(if ascending { "ascending" } else { "descending" }),
                does: if descend {
                    texts::sort_descending(language)
                } else {
                    texts::sort_ascending(language)
                },
            }
        });
        Self { caption: caption.to_owned(), columns: columns.collect(), rows, empty }
    }

    /// Only the first so many rows.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.rows.truncate(count);
        self
    }
}
