//! ONE-key, the legacy account (`product.md` section 3): its ID, its password's rules, its three questions, how it is
//! recovered, and the modes in which it closes down. Not how it is carried over (`transfer`).

mod directory;
mod id;
mod legacy_hash;
mod made_up;
mod mode;
mod part;
mod password;
mod question;
mod recovery;

pub use directory::{
    DirectoryEntry, EntryKey, EntryRefusal, ImportDecision, KnownOfEntry, RawEntry, decide_import,
};
pub use id::{OneKeyId, OneKeyIdError};
pub use legacy_hash::{
    Argon2Hash, Argon2Variant, BcryptHash, Digest, LegacyHash, LegacyHashError, LegacyHashLimits, Pbkdf2Hash,
    SaltedShaHash,
};
pub use made_up::{QuestionCount, SharedQuestions, made_up_questions};
pub use mode::OneKeyMode;
pub use part::{ChangedOneKeyPart, OneKeyPart};
pub use password::{OneKeyPasswordRule, check_one_key_password};
pub use question::{
    ListedQuestion, QUESTIONS, SecurityAnswer, SecurityAnswerError, SecurityQuestion, SecurityQuestionError,
    check_answers, questions_differ,
};
pub use recovery::{ROUNDS, RecoveryDecision, decide_round};

/// What can't be seen: joiners, marks of direction, fillers. They make two texts differ that look alike.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
