//! The account's pages by name: where each is, what it is called, to which entry of the navigation it belongs. The
//! address that a person comes back to is always one of these, never a text from elsewhere.

use crate::console::Place;
use crate::locales as t;
use crate::web::visit::Visit;
use idp_domain::Language;
use std::fmt;

/// A page of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// H1
    Home,
    /// C1
    Profile,
    /// C2
    Security,
    /// C3
    Password,
    /// C4
    Email,
    /// C5
    Totp,
    /// C6
    Passkeys,
    /// C6, new
    NewPasskey,
    /// C7
    RecoveryCodes,
    /// C2, the sign-in partners that are linked
    Partners,
    /// C8
    Sessions,
    /// C9
    Activity,
    /// C10
    Services,
    /// C11
    Transfer,
    /// C12
    Close,
    /// C13
    Data,
}

impl Page {
    /// Every page with its name in `next`.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Home, "home"),
        (Self::Profile, "profile"),
        (Self::Security, "security"),
        (Self::Password, "password"),
        (Self::Email, "email"),
        (Self::Totp, "totp"),
        (Self::Passkeys, "passkeys"),
        (Self::NewPasskey, "passkeys-new"),
        (Self::RecoveryCodes, "recovery-codes"),
        (Self::Partners, "partners"),
        (Self::Sessions, "sessions"),
        (Self::Activity, "activity"),
        (Self::Services, "services"),
        (Self::Transfer, "transfer"),
        (Self::Close, "close"),
        (Self::Data, "data"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(page, _)| *page == self).map_or("home", |(_, name)| name)
    }

    /// Where it is, after the language.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/account",
            Self::Profile => "/account/profile",
            Self::Security => "/account/security",
            Self::Password => "/account/password",
            Self::Email => "/account/email",
            Self::Totp => "/account/totp",
            Self::Passkeys => "/account/passkeys",
            Self::NewPasskey => "/account/passkeys/new",
            Self::RecoveryCodes => "/account/recovery-codes",
            Self::Partners => "/account/partners",
            Self::Sessions => "/account/sessions",
            Self::Activity => "/account/activity",
            Self::Services => "/account/services",
            Self::Transfer => "/account/transfer",
            Self::Close => "/account/close",
            Self::Data => "/account/data",
        }
    }

    /// The page at an address, after the language.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().map(|(page, _)| page).find(|page| page.path() == path)
    }

    /// What it is called.
    #[must_use]
    pub fn title(self, l: Language) -> &'static str {
        match self {
            Self::Home => t::account_title(l),
            Self::Profile => t::account::profile(l),
            Self::Security => t::account::security(l),
            Self::Password => t::account::change_password(l),
            Self::Email => t::account::change_email(l),
            Self::Totp => t::account::authenticator_app(l),
            Self::Passkeys => t::account::passkeys(l),
            Self::NewPasskey => t::passkeys::add(l),
            Self::RecoveryCodes => t::account::recovery_codes(l),
            Self::Partners => t::account::partners(l),
            Self::Sessions => t::account::sessions(l),
            Self::Activity => t::account::activity(l),
            Self::Services => t::account::services(l),
            Self::Transfer => t::account::transfer(l),
            Self::Close => t::account::close(l),
            Self::Data => t::account::data(l),
        }
    }

    /// To which entry of the navigation it belongs.
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::Home => Section::Home,
            Self::Profile | Self::Transfer | Self::Data => Section::Profile,
            Self::Security
            | Self::Password
            | Self::Email
            | Self::Totp
            | Self::Passkeys
            | Self::NewPasskey
            | Self::RecoveryCodes
            | Self::Partners
            | Self::Sessions
            | Self::Close => Section::Security,
            Self::Activity => Section::Activity,
            Self::Services => Section::Services,
        }
    }
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// H1
    Home,
    /// C1
    Profile,
    /// C2
    Security,
    /// C9
    Activity,
    /// C10
    Services,
    /// X9
    Help,
}

impl Section {
    /// In their order.
    pub const ALL: [Self; 6] =
        [Self::Home, Self::Profile, Self::Security, Self::Activity, Self::Services, Self::Help];

    /// The words of its link.
    #[must_use]
    pub fn label(self, l: Language) -> &'static str {
        match self {
            Self::Home => t::account::home(l),
            Self::Profile => t::account::profile(l),
            Self::Security => t::account::security(l),
            Self::Activity => t::account::activity(l),
            Self::Services => t::account::services(l),
            Self::Help => t::help_title(l),
        }
    }

    /// Where it leads, after the language.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => Page::Home.path(),
            Self::Profile => Page::Profile.path(),
            Self::Security => Page::Security.path(),
            Self::Activity => Page::Activity.path(),
            Self::Services => Page::Services.path(),
            Self::Help => "/help",
        }
    }
}

/// Where a person goes on after signing in or proving again who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of their account.
    Account(Page),
    /// A page of the console.
    Console(Place),
}

impl From<Page> for Target {
    fn from(page: Page) -> Self {
        Self::Account(page)
    }
}

impl From<Place> for Target {
    fn from(place: Place) -> Self {
        Self::Console(place)
    }
}

impl Target {
    fn parse(text: &str) -> Option<Self> {
        let page = Page::ALL.into_iter().find(|(_, known)| *known == text);
        page.map(|(page, _)| Self::Account(page)).or_else(|| Place::named(text).map(Self::Console))
    }

    /// The page at an address, after the language.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Page::at(path).map(Self::Account).or_else(|| Place::at(path).map(Self::Console))
    }

    fn name(&self) -> &str {
        match self {
            Self::Account(page) => page.name(),
            Self::Console(place) => place.name(),
        }
    }

    /// Where it is, after the language.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Account(page) => page.path(),
            Self::Console(place) => place.path(),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self, l: Language) -> &'static str {
        match self {
            Self::Account(page) => page.title(l),
            Self::Console(place) => place.section().title(l),
        }
    }
}

/// A page to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Which.
    pub page: Target,
    /// Whether what was typed there is held for its person.
    pub filled: bool,
}

/// No name ends with it: `:` is in none.
const FILLED: &str = ":filled";

impl Return {
    /// A page where nothing is held.
    #[must_use]
    pub fn to(page: impl Into<Target>) -> Self {
        Self { page: page.into(), filled: false }
    }

    /// Reads `next`: one of our own names, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_suffix(FILLED);
        Some(Self { page: Target::parse(name.unwrap_or(text))?, filled: name.is_some() })
    }

    /// The page itself.
    #[must_use]
    pub fn target(&self, language: Language) -> String {
        let held = if self.filled { "?held=1" } else { "" };
        format!("/{}{}{held}", language.code(), self.page.path())
    }

    /// The page itself, with the service's request on whose way it is.
    #[must_use]
    pub fn target_within(&self, visit: &Visit) -> String {
        let url = self.target(visit.language);
        match &visit.tx {
            Some(tx) => format!("{url}{}tx={tx}", if self.filled { "&" } else { "?" }),
            None => url,
        }
    }

    /// Another page, which leads on to this one, and keeps the service's request if there is one.
    #[must_use]
    pub fn url(&self, visit: &Visit, path: &str) -> String {
        let tx = visit.tx.as_ref().map(|tx| format!("tx={tx}"));
        let next = (self.page != Target::Account(Page::Home)).then(|| format!("next={self}"));
        let query: Vec<String> = tx.into_iter().chain(next).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("{}{separator}{}", visit.plain_url(path), query.join("&"))
    }
}

impl fmt::Display for Return {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.page.name(), if self.filled { FILLED } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_pages_to_come_back_to() {
        for (page, name) in Page::ALL {
            assert_eq!(Return::parse(name), Some(Return::to(page)));
            let filled = Return { page: page.into(), filled: true };
            assert_eq!(Return::parse(&filled.to_string()), Some(filled));
            assert!(page.path().starts_with("/account"));
        }
        for name in ["admin", "admin/keys", "admin/services/a.b~c/secret"] {
            let back = Return::parse(&format!("{name}:filled")).unwrap();
            assert_eq!(back.target(Language::French), format!("/fr/{name}?held=1"));
            assert_eq!(back.to_string(), format!("{name}:filled"));
        }
        for hostile in [
            "",
            "/account",
            "//evil.test",
            "https://evil.test",
            "security/",
            "SECURITY",
            ":filled",
            "admin/",
            "admin//evil.test",
            "admin/keys/..",
            "admin/keys?x=1",
            "admin/keys/é/revoke",
            "admin/nowhere",
            "admin/keys/a/b/c",
        ] {
            assert_eq!(Return::parse(hostile), None, "{hostile}");
        }
    }
}
