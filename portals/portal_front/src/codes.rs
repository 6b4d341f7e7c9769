//! Enums whose variants have a name in addresses and in the database.

/// Makes an enum with `ALL`, `code` and `from_code`:
///
/// ```
/// portal_front::codes! {
///     /// What is filed.
///     pub enum Kind { Claim = "claim", Defence = "defence" }
/// }
/// assert_eq!((Kind::Claim.code(), Kind::from_code("defence")), ("claim", Some(Kind::Defence)));
/// assert_eq!((Kind::ALL.len(), Kind::from_code("Claim")), (2, None));
/// ```
#[macro_export]
macro_rules! codes {
    (
        $(#[$meta:meta])* $visibility:vis enum $name:ident {
            $($(#[$of_variant:meta])* $variant:ident = $code:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$of_variant])* #[doc = $code] $variant),+
        }

        impl $name {
            /// In the order in which they are shown.
            $visibility const ALL: [Self; [$($code),+].len()] = [$(Self::$variant),+];

            /// In addresses and in the database.
            #[must_use]
            $visibility fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// By its code.
            #[must_use]
            $visibility fn from_code(code: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.code() == code)
            }
        }
    };
}
