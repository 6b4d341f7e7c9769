//! Mails as files of a folder, for demonstrations and tests: text and simple HTML, both languages, the person's first.

use crate::PortalError;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use ontario_language::{Language, utc_stamp};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

ontario_language::messages! {
    other_half_follows => { "Un message en français suit.", "An English message follows." }
    hello => { "Hi,", "Bonjour," }
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
    /// The address of a page of the portal, named without its language: `home`. The line before it says what it is.
    Page(String),
}

/// A mail. Its words must come from the portal, never from a person: they are not escaped.
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
}

impl LetterLine {
    /// A page, and the line before it that says what it is.
    #[must_use]
    pub fn link(words: &str, page: &str) -> [Self; 2] {
        [Self::Words(words.to_owned()), Self::Page(page.to_owned())]
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
        let [english, french] = &letter.body;
        let half = |language: Language| (language, language.pick(english, french).as_slice());
        let halves = [half(letter.language), half(letter.language.other())];
        let parts = MultiPart::alternative()
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text(halves, base_url)))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html(halves, base_url)));
        Some(builder.multipart(parts).ok()?.formatted())
    }
}

type Half<'l> = (Language, &'l [LetterLine]);

/// The address of a page, in the half's language.
fn address(base_url: &str, language: Language, page: &str) -> String {
    format!("{base_url}/{}/{page}", language.code())
}

fn text(halves: [Half<'_>; 2], base_url: &str) -> String {
    let mut text = format!("{}\n", other_half_follows(halves[0].0));
    for (n, (language, lines)) in halves.into_iter().enumerate() {
        if n > 0 {
            text.push_str("\n----------------------------------------\n");
        }
        // Writing to a String can't fail.
        let _ = writeln!(text, "\n{}", hello(language));
        for line in lines {
            let _ = match line {
                LetterLine::Words(words) => writeln!(text, "\n{words}"),
                LetterLine::Page(page) => writeln!(text, "{}", address(base_url, language, page)),
            };
        }
        let _ = writeln!(text, "\n{}", never_ask(language));
    }
    text
}

fn html(halves: [Half<'_>; 2], base_url: &str) -> String {
    let first = halves[0].0;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"></head><body style=\"font:16px/1.5 \
         sans-serif\">\n<p lang=\"{}\">{}</p>\n",
        first.tag(),
        first.other().tag(),
        other_half_follows(first)
    );
    for (n, (language, lines)) in halves.into_iter().enumerate() {
        let rule = if n > 0 { "<hr>\n" } else { "" };
        let _ = writeln!(html, "{rule}<div lang=\"{}\">\n<p>{}</p>", language.tag(), hello(language));
        for line in lines {
            let _ = match line {
                LetterLine::Words(words) => writeln!(html, "<p>{words}</p>"),
                LetterLine::Page(page) => {
                    let address = address(base_url, language, page);
                    writeln!(html, "<p><a href=\"{address}\">{address}</a></p>")
                }
            };
        }
        let _ = writeln!(html, "<p>{}</p>\n</div>", never_ask(language));
    }
    html.push_str("</body></html>\n");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_holds_both_languages_the_persons_first_and_can_not_be_sent_elsewhere() {
        let folder =
            MailFolder { directory: PathBuf::new(), from: "Portal <noreply@portal.example.test>".into() };
        let body = |language: Language| {
            let words = language.pick("Your draft was saved:", "Votre ébauche a été enregistrée\u{a0}:");
            vec![LetterLine::Words(words.to_owned()), LetterLine::Page("drafts".to_owned())]
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
        let letter = to("bernie@example.test");
        let halves = [Language::French, Language::English];
        let halves = halves.map(|l| (l, l.pick(&letter.body[0], &letter.body[1]).as_slice()));
        let text = text(halves, "http://localhost:8082");
        assert!(text.starts_with("An English message follows.\n\nBonjour,\n\nVotre ébauche"), "{text}");
        for language in ["fr", "en"] {
            assert!(text.contains(&format!("http://localhost:8082/{language}/drafts\n")));
        }
        let html = html(halves, "http://localhost:8082");
        assert!(html.contains("<div lang=\"fr-CA\">") && !html.contains("<img"));
        let directory = std::env::temp_dir().join(format!("portal-mails-{}", std::process::id()));
        let folder = MailFolder { directory: directory.clone(), from: folder.from };
        folder.write(&to("bernie@example.test"), "jso-1", "http://localhost:8082").unwrap().unwrap();
        assert!(directory.join("20261121T190500.000000Z-jso-1.eml").exists(), "named by the time in UTC");
        std::fs::remove_dir_all(&directory).unwrap();
        for bad in ["", "bernie", "a@b.ca\r\nBcc: x@y.ca"] {
            assert!(folder.compose(&to(bad), "1", "").is_none(), "{bad}");
        }
    }
}
