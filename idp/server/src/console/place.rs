//! The console's pages by name: which part each belongs to, and where it is. The address that a person comes back to is
//! always one of these, never a text from elsewhere.

use crate::locales as t;
use idp_domain::Language;
use idp_domain::administration::Area;

/// Where the console is, after the language.
pub const PATH: &str = "/admin";

/// The longest segment of an address: a `client_id` has at most so many characters.
const LONGEST: usize = 128;

/// A part of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// D1
    Dashboard,
    /// D2
    Notices,
    /// D3
    Keys,
    /// D4
    Services,
    /// D5
    Accounts,
    /// D6
    Audit,
    /// D7
    Mail,
    /// D8
    Partners,
    /// D9
    Settings,
    /// D10
    Administrators,
    /// D11
    Transfers,
}

impl Section {
    /// In the order of the navigation.
    pub const ALL: [Self; 11] = [
        Self::Dashboard,
        Self::Notices,
        Self::Keys,
        Self::Services,
        Self::Accounts,
        Self::Audit,
        Self::Mail,
        Self::Partners,
        Self::Settings,
        Self::Administrators,
        Self::Transfers,
    ];

    /// Its word in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Dashboard => "",
            Self::Notices => "notices",
            Self::Keys => "keys",
            Self::Services => "services",
            Self::Accounts => "accounts",
            Self::Audit => "audit",
            Self::Mail => "mail",
            Self::Partners => "partners",
            Self::Settings => "settings",
            Self::Administrators => "admins",
            Self::Transfers => "transfers",
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn area(self) -> Area {
        match self {
            Self::Dashboard => Area::Dashboard,
            Self::Notices => Area::Notices,
            Self::Keys => Area::Keys,
            Self::Services => Area::Services,
            Self::Accounts => Area::Accounts,
            Self::Audit => Area::Audit,
            Self::Mail => Area::Mail,
            Self::Partners => Area::Partners,
            Self::Settings => Area::Settings,
            Self::Administrators => Area::Administrators,
            Self::Transfers => Area::Transfers,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(self, l: Language) -> &'static str {
        match self {
            Self::Dashboard => t::console::dashboard(l),
            Self::Notices => t::console::notices(l),
            Self::Keys => t::console::keys(l),
            Self::Services => t::console::services(l),
            Self::Accounts => t::console::accounts(l),
            Self::Audit => t::console::audit(l),
            Self::Mail => t::console::mail(l),
            Self::Partners => t::console::partners(l),
            Self::Settings => t::console::settings(l),
            Self::Administrators => t::console::administrators(l),
            Self::Transfers => t::console::transfers(l),
        }
    }

    /// Where it is, after the language.
    #[must_use]
    pub fn path(self) -> String {
        match self.slug() {
            "" => PATH.to_owned(),
            slug => format!("{PATH}/{slug}"),
        }
    }
}

/// A page of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    section: Section,
    path: String,
}

impl Place {
    /// The page at an address, after the language. Whether there is one, its handler knows.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(PATH)?;
        if rest.is_empty() {
            return Some(Self { section: Section::Dashboard, path: path.to_owned() });
        }
        let segments: Vec<&str> = rest.strip_prefix('/')?.split('/').collect();
        let section = Section::ALL
            .into_iter()
            .find(|section| !section.slug().is_empty() && section.slug() == segments[0])?;
        let is_good = segments.len() <= 3 && segments.iter().all(|segment| is_segment(segment));
        is_good.then(|| Self { section, path: path.to_owned() })
    }

    /// The page by its name in `next`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::at(&format!("/{name}"))
    }

    /// Its name in `next`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// The part that it belongs to.
    #[must_use]
    pub fn section(&self) -> Section {
        self.section
    }

    /// Where it is, after the language.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The thing that the page is about; none where its address names an act alone: `/admin/keys/rotate`.
    #[must_use]
    pub fn thing(&self) -> Option<&str> {
        let acts = ["", "new", "rotate", "import", "chain", "grant"];
        Some(self.subject()).filter(|subject| !acts.contains(subject))
    }

    /// Whether it is the page of something new.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.path == format!("{}/new", self.section.path())
    }

    /// What its address names within the part: `/admin/keys/{this}/revoke`.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.path.split('/').nth(3).unwrap_or_default()
    }
}

fn is_segment(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    !text.is_empty() && text.len() <= LONGEST && !matches!(text, "." | "..") && text.bytes().all(allowed)
}
