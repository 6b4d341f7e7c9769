/// A set of texts, each in English and in French, as functions of the language.
///
/// A text without placeholders gives a `&'static str`, one with placeholders a `String`. A missing language, a
/// placeholder that is not given or one that a language leaves out does not compile.
///
/// ```
/// ontario_language::messages! {
///     sign_in => { "Sign in", "Se connecter" }
///     wait(minutes) => { "Wait {minutes} minutes", "Attendez {minutes} minutes" }
/// }
/// use ontario_language::Language;
/// assert_eq!(sign_in(Language::French), "Se connecter");
/// assert_eq!(wait(Language::English, 3), "Wait 3 minutes");
/// ```
///
/// ```compile_fail
/// ontario_language::messages! { wait(minutes) => { "Wait {minutes} minutes", "Attendez" } }
/// ```
#[macro_export]
macro_rules! messages {
    ($( $(#[$meta:meta])* $name:ident $(($($arg:ident),+))? => { $english:literal, $french:literal $(,)? } )+) => {
        $( $crate::messages!(@one $(#[$meta])* $name $(($($arg),+))? , $english, $french); )+
    };
    (@one $(#[$meta:meta])* $name:ident, $english:literal, $french:literal) => {
        $(#[$meta])*
        #[doc = $english]
        #[must_use]
        pub fn $name(language: $crate::Language) -> &'static str {
            language.pick($english, $french)
        }
    };
    (@one $(#[$meta:meta])* $name:ident ($($arg:ident),+), $english:literal, $french:literal) => {
        $(#[$meta])*
        #[doc = $english]
        #[must_use]
        pub fn $name(language: $crate::Language, $($arg: impl ::std::fmt::Display),+) -> String {
            match language {
                $crate::Language::English => format!($english, $($arg = $arg),+),
                $crate::Language::French => format!($french, $($arg = $arg),+),
            }
        }
    };
}
