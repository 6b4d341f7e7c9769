//! Mails as files of a folder, for demonstrations and tests: text and simple HTML, both languages, the person's first.

use crate::PortalError;
use askama::Template;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use ontario_language::{Language, utc_stamp};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

ontario_language::messages! {
    other_half_follows => { "Un message en français suit.", "An English message follows." }
    hello => { "Hello,", "Bonjour," }
    never_ask => { "We never ask for your code or password.", "Nous ne demandons jamais votre code ni votre mot de passe." }
}

/// A folder that mails are written to, one `.eml` file each.
#[derive(Debug, Clone)]
pub struct MailFolder {
    /// It is made when it isn't there.
    pub directory: PathBuf,
    /// The address that they come from.
    pub from: String,
}

/// One line of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LetterLine {
    /// A paragraph.
    Words(String),
    /// What a link is for, and the page of the portal that it leads to, named without its language: `home`.
    Link {
        /// What it is for.
        words: String,
        /// Where it leads.
        page: String,
    },
}

/// A mail. Its words come from the portal, never from a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// Which half comes first.
    pub language: Language,
    /// When: microseconds since 1970 (UTC).
    pub at: i64,
    /// In English and in French.
    pub subject: [String; 2],
    /// In English and in French.
    pub body: [Vec<LetterLine>; 2],
}

impl Letter {
    /// A mail that is made the same way in both languages.
    pub fn new(
        to: impl Into<String>,
        language: Language,
        at: i64,
        subject: impl Fn(Language) -> String,
        body: impl Fn(Language) -> Vec<LetterLine>,
    ) -> Self {
        let (subject, body) = (Language::ALL.map(subject), Language::ALL.map(body));
        Self { to: to.into(), language, at, subject, body }
    }

    /// As text and as HTML.
    fn parts(&self, base_url: &str) -> Option<(String, String)> {
        let [english, french] = &self.body;
        let half = |language: Language| (language, language.pick(english, french).as_slice());
        let (first, halves) = (self.language, [half(self.language), half(self.language.other())]);
        let text = TextPart { first, halves, base_url }.render().ok()?;
        Some((text, HtmlPart { first, halves, base_url }.render().ok()?))
    }
}

impl LetterLine {
    /// A link.
    #[must_use]
    pub fn link(words: &str, page: &str) -> Self {
        Self::Link { words: words.to_owned(), page: page.to_owned() }
    }
}

impl MailFolder {
    /// Writes a mail aside and renames it: it is complete when it appears. Nothing where no mail can be made of it: its
    /// address is none. `name` is the portal's own for it; a second writing replaces the first.
    pub(crate) fn write(
        &self,
        letter: &Letter,
        name: &str,
        base_url: &str,
    ) -> Option<Result<(), PortalError>> {
        // As the identity server names its mails: those of all programs in one folder sort by time.
        let name = format!("{}-{name}", utc_stamp(letter.at));
        let message = self.compose(letter, &name, base_url)?;
        let failed =
            |error: std::io::Error| PortalError::Internal(format!("the mail folder: {}", error.kind()));
        Some(self.place(&name, &message).map_err(failed))
    }

    fn place(&self, name: &str, message: &[u8]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.directory)?;
        let aside = self.directory.join(format!(".{name}.part"));
        std::fs::write(&aside, message)?;
        std::fs::rename(aside, self.directory.join(format!("{name}.eml")))
    }

    fn compose(&self, letter: &Letter, name: &str, base_url: &str) -> Option<Vec<u8>> {
        let domain =
            self.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain.trim_end_matches('>'));
        let mut builder = Message::builder()
            .from(self.from.parse().ok()?)
            .to(letter.to.parse().ok()?)
            .subject(letter.subject.join(" / "))
            .date(UNIX_EPOCH + Duration::from_micros(u64::try_from(letter.at).ok()?))
            .message_id(Some(format!("<{name}@{domain}>")));
        for (header, value) in [("Auto-Submitted", "auto-generated"), ("Content-Language", "en, fr")] {
            let header = HeaderName::new_from_ascii(header.to_owned()).ok()?;
            builder = builder.raw_header(HeaderValue::new(header, value.to_owned()));
        }
        let (text, html) = letter.parts(base_url)?;
        let parts = MultiPart::alternative()
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html));
        Some(builder.multipart(parts).ok()?.formatted())
    }
}

/// A language and its lines; the person's comes first.
type Halves<'l> = [(Language, &'l [LetterLine]); 2];

#[derive(Template)]
#[template(path = "letter.txt")]
struct TextPart<'l> {
    first: Language,
    halves: Halves<'l>,
    base_url: &'l str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct HtmlPart<'l> {
    first: Language,
    halves: Halves<'l>,
    base_url: &'l str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_holds_both_languages_the_persons_first_and_can_not_be_sent_elsewhere() {
        let folder =
            MailFolder { directory: PathBuf::new(), from: "Portal <noreply@portal.example.test>".into() };
        let body = |language: Language| {
            let words = language.pick("Your draft was saved <&", "Votre ébauche a été enregistrée.");
            let link = language.pick("Go to your drafts", "Aller à vos ébauches");
            vec![LetterLine::Words(words.to_owned()), LetterLine::link(link, "drafts")]
        };
        let to = |to: &str| {
            Letter::new(
                to,
                Language::French,
                1_795_287_900_000_000,
                |l| l.pick("Saved", "Gardé").to_owned(),
                body,
            )
        };
        let written = folder.compose(&to("bernie@example.test"), "1", "http://localhost:8082").unwrap();
        let raw = String::from_utf8(written).unwrap();
        for header in ["Auto-Submitted: auto-generated\r\n", "Content-Language: en, fr\r\n", "noreply@portal"]
        {
            assert!(raw.contains(header), "{header}");
        }
        let (text, html) = to("bernie@example.test").parts("http://localhost:8082").unwrap();
        assert!(text.starts_with("An English message follows.\n\nBonjour,\n\nVotre ébauche"), "{text}");
        for (language, words) in [("fr", "Aller à vos ébauches"), ("en", "Go to your drafts")] {
            let url = format!("http://localhost:8082/{language}/drafts");
            assert!(text.contains(&format!("\n\n{words}\n{url}\n")), "{text}");
            assert!(html.contains(&format!("<p><a href=\"{url}\">{words}</a><br>{url}</p>")), "{html}");
        }
        assert!(html.contains("<div lang=\"fr-CA\">") && !html.contains("<img"));
        let directory = std::env::temp_dir().join(format!("portal-mails-{}", std::process::id()));
        let folder = MailFolder { directory: directory.clone(), from: folder.from };
        folder.write(&to("bernie@example.test"), "jso-1", "http://localhost:8082").unwrap().unwrap();
        assert!(directory.join("20261121T190500.000000Z-jso-1.eml").exists(), "named by the time in UTC");
        std::fs::remove_dir_all(&directory).unwrap();
        assert!(text.contains("was saved <&\n") && html.contains("was saved &#60;&#38;</p>"));
        for bad in ["", "bernie", "a@b.ca\r\nBcc: x@y.ca"] {
            assert!(folder.compose(&to(bad), "1", "").is_none(), "{bad}");
        }
    }
}
