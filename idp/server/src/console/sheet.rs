//! A page of the console as a sheet of parts: texts, tables, facts, links, pictures, forms. Every part escapes what it is
//! given, and a sheet takes nothing else.

use super::list::Query;
use crate::journeys::account::ShownTime;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use askama::filters::HtmlSafe;
use idp_domain::Language;
use idp_domain::time::Timestamp;
use ontario_design::Frame;
use std::fmt::Display;

/// A page in the making.
#[derive(Template)]
#[template(path = "console/sheet.html")]
pub struct Sheet {
    frame: Frame,
    parts: Vec<Box<dyn Display>>,
}

impl Sheet {
    /// An empty one.
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        Self { frame, parts: Vec::new() }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: impl HtmlSafe + 'static) -> Self {
        self.parts.push(Box::new(part));
        self
    }

    /// Adds a part, if there is one.
    #[must_use]
    pub fn with_some(self, part: Option<impl HtmlSafe + 'static>) -> Self {
        match part {
            Some(part) => self.with(part),
            None => self,
        }
    }

    /// Adds a part that is known to escape what it holds.
    #[must_use]
    pub(super) fn with_rendered(mut self, part: Box<dyn Display>) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Text::new(text))
    }

    /// Adds a heading of the second level.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Heading { text: text.into() })
    }

    /// Renders it.
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn answer(&self, visit: &Visit, status: u16) -> Result<Answer, Problem> {
        visit.page(status, self)
    }
}

/// A paragraph.
#[derive(Template)]
#[template(source = "<p>{{ text }}</p>", ext = "html")]
pub struct Text {
    text: String,
}

impl Text {
    /// A paragraph.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

#[derive(Template)]
#[template(source = "<h2>{{ text }}</h2>", ext = "html")]
struct Heading {
    text: String,
}

/// What stands in a table or beside a label.
#[derive(Template)]
#[template(path = "console/cell.html")]
pub enum Cell {
    /// Words.
    Text(String),
    /// A name that programs know.
    Code(String),
    /// An instant.
    Time(ShownTime),
    /// Ways on.
    Links(Vec<Link>),
    /// Several lines.
    Lines(Vec<String>),
}

impl Cell {
    /// Words; a dash where there are none.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text: String = text.into();
        Self::Text(if text.is_empty() { "–".to_owned() } else { text })
    }

    /// An instant; a dash where there is none.
    #[must_use]
    pub fn time(l: Language, at: Option<Timestamp>) -> Self {
        at.map_or_else(|| Self::text(""), |at| Self::Time(ShownTime::new(l, at)))
    }

    /// One way on.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Links(vec![Link::new(label, href)])
    }
}

/// A link.
pub struct Link {
    label: String,
    /// Told to assistive technology only: of what, where the words alone don't say.
    about: Option<String>,
    href: String,
    is_button: bool,
}

impl Link {
    /// A plain one.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), about: None, href: href.into(), is_button: false }
    }

    /// Says of what.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// Looks like a button.
    #[must_use]
    pub fn button(mut self) -> Self {
        self.is_button = true;
        self
    }
}

/// Links in a row.
#[derive(Template)]
#[template(path = "console/links.html")]
pub struct Links(pub Vec<Link>);

/// Labels and what they say.
#[derive(Template)]
#[template(path = "console/facts.html")]
pub struct Facts {
    id: &'static str,
    facts: Vec<(String, Cell)>,
}

impl Facts {
    /// Some facts.
    #[must_use]
    pub fn new(id: &'static str, facts: Vec<(String, Cell)>) -> Self {
        Self { id, facts }
    }
}

/// A table, which is a list of labels and values on a phone. The first cell of a row is its heading.
#[derive(Template)]
#[template(path = "console/table.html")]
pub struct Table {
    id: &'static str,
    caption: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    /// What stands in its place where it has no rows.
    empty: &'static str,
    /// Whether it is folded under its caption, beside a picture.
    folded: bool,
}

impl Table {
    /// A table.
    #[must_use]
    pub fn new(
        id: &'static str,
        caption: impl Into<String>,
        columns: Vec<&'static str>,
        rows: Vec<Vec<Cell>>,
        empty: &'static str,
    ) -> Self {
        Self { id, caption: caption.into(), columns, rows, empty, folded: false }
    }

    /// Folds it under its caption: a picture above shows the same.
    #[must_use]
    pub fn folded(mut self) -> Self {
        self.folded = true;
        self
    }
}

/// What narrows a list down: a form that asks by GET.
#[derive(Template)]
#[template(path = "console/filter.html")]
pub struct Filter {
    action: String,
    fields: Vec<Box<dyn Display>>,
    button: &'static str,
}

impl Filter {
    /// A filter without fields yet.
    #[must_use]
    pub fn new(l: Language, action: impl Into<String>) -> Self {
        Self { action: action.into(), fields: Vec::new(), button: crate::locales::console::show(l) }
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: impl HtmlSafe + 'static) -> Self {
        self.fields.push(Box::new(field));
        self
    }
}

/// Where in a list one is, and the ways on.
#[derive(Template)]
#[template(path = "console/pager.html")]
pub struct Pager {
    label: &'static str,
    position: Option<String>,
    /// Label and address.
    previous: Option<(&'static str, String)>,
    next: Option<(&'static str, String)>,
}

impl Pager {
    /// Of a list that is known whole: `page` of `pages`.
    #[must_use]
    pub fn numbered(l: Language, url: &str, query: &Query, page: usize, pages: usize) -> Option<Self> {
        use crate::locales::account as t;
        let at = |page: usize| format!("{url}{}", query.with("page", &page.to_string()));
        (pages > 1).then(|| Self {
            label: t::pages_label(l),
            position: Some(t::page_of(l, page, pages)),
            previous: (page > 1).then(|| (t::previous(l), at(page - 1))),
            next: (page < pages).then(|| (t::next(l), at(page + 1))),
        })
    }

    /// Of a list that goes on after `last`, newest first; the beginning is one link away.
    #[must_use]
    pub fn after(l: Language, url: &str, query: &Query, last: Option<&str>) -> Option<Self> {
        let begun = query.get("before").is_empty();
        (last.is_some() || !begun).then(|| Self {
            label: crate::locales::account::pages_label(l),
            position: None,
            previous: (!begun).then(|| {
                (crate::locales::console::newest(l), format!("{url}{}", query.without(&["before"])))
            }),
            next: last.map(|last| {
                (crate::locales::console::older(l), format!("{url}{}", query.with("before", last)))
            }),
        })
    }
}

impl HtmlSafe for Text {}
impl HtmlSafe for Heading {}
impl HtmlSafe for Cell {}
impl HtmlSafe for Links {}
impl HtmlSafe for Facts {}
impl HtmlSafe for Table {}
impl HtmlSafe for Filter {}
impl HtmlSafe for Pager {}
