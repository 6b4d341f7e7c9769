//! How ONE-key closes down (`product.md` 3.7).

/// What ONE-key still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OneKeyMode {
    /// Everything.
    #[default]
    Open,
    /// No new accounts; signing in, managing and recovering go on.
    TransferOnly,
    /// Nobody signs in; only the transfer and recovering go on.
    Retired,
}

impl OneKeyMode {
    /// Every mode, in the order in which ONE-key closes down.
    pub const ALL: [Self; 3] = [Self::Open, Self::TransferOnly, Self::Retired];

    /// The word in settings and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::TransferOnly => "transfer-only",
            Self::Retired => "retired",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    /// Whether new accounts are made.
    #[must_use]
    pub fn takes_registrations(self) -> bool {
        self == Self::Open
    }

    /// Whether anybody may sign in with ONE-key.
    #[must_use]
    pub fn takes_sign_ins(self) -> bool {
        self != Self::Retired
    }
}

impl std::str::FromStr for OneKeyMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or("open, transfer-only or retired")
    }
}
