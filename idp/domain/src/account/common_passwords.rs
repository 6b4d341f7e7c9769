//! The passwords that are guessed first. The list and how it is made: `vendor/README.md` of this crate.

use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static LIST: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether `password` is one of the most common, in whatever case it is written.
pub(super) fn is_common(password: &str) -> bool {
    let folded: String = password.nfkc().flat_map(char::to_lowercase).collect();
    LIST.contains(folded.as_str())
}
