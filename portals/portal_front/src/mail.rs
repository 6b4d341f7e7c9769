//! Mails as files of a folder, for demonstrations and tests: text and simple HTML, both languages, the person's first.

use crate::PortalError;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use ontario_language::{Language, iso_date_time};
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
#[derive(Debug, Clone)]
pub enum LetterLine {
    /// A paragraph.
    Words(String),
    /// The address that the line before it names.
    Link(String),
}

/// A mail. Its words must come from the portal, never from a person: they are not escaped.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Unique in the portal: a second writing replaces the first.
    pub name: String,
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

impl MailFolder {
    /// Writes a mail aside and renames it: it is complete when it appears.
    ///
    /// # Errors
    /// [`PortalError::Internal`]: an address is none, or the folder can't be written to.
    pub fn write(&self, letter: Letter) -> Result<(), PortalError> {
        let digits = iso_date_time(letter.at);
        let digits: String = digits.chars().take(19).filter(char::is_ascii_digit).collect();
        let name = format!("{digits}-{}", letter.name);
        let message = self.compose(&letter, &name);
        let message = message.ok_or_else(|| PortalError::Internal("a mail can't be composed".to_owned()))?;
        let folder =
            |error: std::io::Error| PortalError::Internal(format!("the mail folder: {}", error.kind()));
        std::fs::create_dir_all(&self.directory).map_err(folder)?;
        let aside = self.directory.join(format!(".{name}.part"));
        std::fs::write(&aside, message).map_err(folder)?;
        std::fs::rename(aside, self.directory.join(format!("{name}.eml"))).map_err(folder)
    }

    fn compose(&self, letter: &Letter, name: &str) -> Option<Vec<u8>> {
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
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text(halves)))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html(halves)));
        Some(builder.multipart(parts).ok()?.formatted())
    }
}

type Half<'l> = (Language, &'l [LetterLine]);

fn text(halves: [Half<'_>; 2]) -> String {
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
                LetterLine::Link(address) => writeln!(text, "{address}"),
            };
        }
        let _ = writeln!(text, "\n{}", never_ask(language));
    }
    text
}

fn html(halves: [Half<'_>; 2]) -> String {
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
                LetterLine::Link(address) => writeln!(html, "<p><a href=\"{address}\">{address}</a></p>"),
            };
        }
        let _ = writeln!(html, "<p>{}</p>\n</div>", never_ask(language));
    }
    html.push_str("</body></html>\n");
    html
}
