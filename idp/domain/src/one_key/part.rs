//! What of an account its person can change.

use serde::{Deserialize, Serialize};

/// A part that opens the account, or gets it back: a mail tells its person that it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneKeyPart {
    /// The ID.
    Id,
    /// The password.
    Password,
    /// The questions and answers.
    Questions,
    /// The address for recovery.
    Email,
}

/// What was changed, for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedOneKeyPart {
    /// The language, which opens nothing: no mail tells of it.
    Language,
    /// One that a mail tells of; on record under its own name.
    #[serde(untagged)]
    Told(OneKeyPart),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_on_record_by_its_name() {
        let parts = [
            (ChangedOneKeyPart::Language, "\"language\""),
            (ChangedOneKeyPart::Told(OneKeyPart::Id), "\"id\""),
            (ChangedOneKeyPart::Told(OneKeyPart::Password), "\"password\""),
            (ChangedOneKeyPart::Told(OneKeyPart::Questions), "\"questions\""),
            (ChangedOneKeyPart::Told(OneKeyPart::Email), "\"email\""),
        ];
        for (part, name) in parts {
            assert_eq!(serde_json::to_string(&part).unwrap(), name);
            assert_eq!(serde_json::from_str::<ChangedOneKeyPart>(name).unwrap(), part);
        }
        assert!(serde_json::from_str::<ChangedOneKeyPart>("\"another\"").is_err());
    }
}
