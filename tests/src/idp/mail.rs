//! Mails as the file transport leaves them.

use mail_parser::MessageParser;
use std::path::Path;

/// A mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address it went to.
    pub to: String,
    /// Decoded.
    pub subject: String,
    /// The plain part, decoded, with `\n` line ends.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
    /// Without its angle brackets.
    pub message_id: String,
    /// As it was written.
    pub source: String,
}

impl Mail {
    /// Reads a message.
    pub fn parse(source: &[u8]) -> Self {
        let message = MessageParser::default().parse(source).expect("a mail has headers");
        let to = message.to().and_then(|to| to.first()).and_then(|to| to.address());
        Self {
            to: to.unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap_or_default().replace("\r\n", "\n"),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            source: String::from_utf8_lossy(source).into_owned(),
        }
    }

    /// The six digits that stand on a line of their own.
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        self.text.lines().find(is_code).unwrap_or_else(|| panic!("no code in {}", self.text)).to_owned()
    }

    /// The link that activates, as the half in `language` (`en`, `fr`) has it.
    pub fn link(&self, language: &str) -> String {
        self.link_to(&format!("/{language}/activate?t="))
    }

    /// The link for a new password, likewise.
    pub fn reset_link(&self, language: &str) -> String {
        self.link_to(&format!("/{language}/forgot-password/link?t="))
    }

    fn link_to(&self, mark: &str) -> String {
        let link = self.text.lines().find(|line| line.contains(mark));
        link.unwrap_or_else(|| panic!("no link in {}", self.text)).to_owned()
    }
}

/// Every mail in a folder, oldest first: their names begin with the time.
pub(super) fn read_folder(folder: &Path) -> Vec<Mail> {
    let entries =
        std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    files.iter().map(|file| Mail::parse(&std::fs::read(file).expect("a mail can be read"))).collect()
}
