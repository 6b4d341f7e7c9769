//! N10: the mail that confirms a registration, written as a file of the mail folder. It holds no name and no address of
//! the account.

use crate::store::{WaitingMail, delete_mail, list_waiting_mails};
use crate::texts as t;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use ontario_language::{Language, format_date_time};
use portal_front::{Database, DatabaseError};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How mails leave this portal.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Where each mail becomes a file.
    pub directory: PathBuf,
    /// The address that they come from.
    pub from: String,
}

/// Why a mail stays waiting. Holds nothing of the mail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the mail folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the mail can't be composed")]
    Compose,
}

/// Writes every mail that waits. A mail whose file was written and whose row stayed is written again over the same file.
pub(crate) async fn deliver(
    database: &Database,
    settings: &MailSettings,
    base_url: &str,
) -> Result<(), MailError> {
    for mail in database.read(list_waiting_mails).await? {
        let message = compose(&mail, settings, base_url).ok_or(MailError::Compose)?;
        let (directory, name) = (settings.directory.clone(), file_name(&mail));
        let written = actix_web::web::block(move || write(&directory, &name, &message)).await;
        written.map_err(|_| MailError::Compose)??;
        database.write(move |c| delete_mail(c, mail.id)).await?;
    }
    Ok(())
}

/// Sorted by time; the random reference keeps apart what happens at once.
fn file_name(mail: &WaitingMail) -> String {
    let digits = ontario_language::iso_date_time(mail.at);
    let digits: String = digits.chars().take(19).filter(char::is_ascii_digit).collect();
    format!("{digits}-jso-{}-{}", mail.id, mail.reference)
}

/// Complete when it appears: written aside, then renamed.
fn write(directory: &Path, name: &str, message: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let aside = directory.join(format!(".{name}.part"));
    std::fs::write(&aside, message)?;
    std::fs::rename(aside, directory.join(format!("{name}.eml")))
}

#[derive(Clone)]
struct Raw(&'static str, String);

fn compose(mail: &WaitingMail, settings: &MailSettings, base_url: &str) -> Option<Vec<u8>> {
    let [english, french] = Language::ALL;
    let domain = settings.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let headers =
        [Raw("Auto-Submitted", "auto-generated".to_owned()), Raw("Content-Language", "en, fr".to_owned())];
    let mut builder = Message::builder()
        .from(settings.from.parse().ok()?)
        .to(mail.address.parse().ok()?)
        .subject(format!("{} / {}", t::mail_subject(english), t::mail_subject(french)))
        .date(std::time::UNIX_EPOCH + std::time::Duration::from_micros(u64::try_from(mail.at).ok()?))
        .message_id(Some(format!("<{}@{domain}>", file_name(mail))));
    for Raw(name, value) in headers {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let halves =
        [mail.language, mail.language.other()].map(|language| (language, lines(mail, language, base_url)));
    let parts = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text(&halves)))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html(&halves)));
    Some(builder.multipart(parts).ok()?.formatted())
}

/// A line of text, or the address that the line before it leads to.
enum Line {
    Words(String),
    Link(String),
}

fn lines(mail: &WaitingMail, language: Language, base_url: &str) -> Vec<Line> {
    vec![
        Line::Words(t::mail_hello(language).to_owned()),
        Line::Words(t::mail_registered(language, format_date_time(language, mail.at))),
        Line::Words(t::mail_reference(language, &mail.reference)),
        Line::Words(t::mail_link(language).to_owned()),
        Line::Link(format!("{base_url}/{}/account", language.code())),
        Line::Words(t::mail_never_ask(language).to_owned()),
    ]
}

fn text(halves: &[(Language, Vec<Line>); 2]) -> String {
    let mut text = format!("{}\n", t::mail_other_half(halves[0].0));
    for (n, (_, lines)) in halves.iter().enumerate() {
        if n > 0 {
            text.push_str("\n----------------------------------------\n");
        }
        for line in lines {
            // Writing to a String can't fail.
            let _ = match line {
                Line::Words(words) => writeln!(text, "\n{words}"),
                Line::Link(address) => writeln!(text, "{address}"),
            };
        }
    }
    text
}

/// Nothing in it comes from the person, so nothing has to be escaped.
fn html(halves: &[(Language, Vec<Line>); 2]) -> String {
    let first = halves[0].0;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"></head><body style=\"font:16px/1.5 sans-serif\">\n\
         <p lang=\"{}\">{}</p>\n",
        first.tag(),
        first.other().tag(),
        t::mail_other_half(first)
    );
    for (n, (language, lines)) in halves.iter().enumerate() {
        let _ = writeln!(html, "{}<div lang=\"{}\">", if n > 0 { "<hr>\n" } else { "" }, language.tag());
        for line in lines {
            let _ = match line {
                Line::Words(words) => writeln!(html, "<p>{words}</p>"),
                Line::Link(address) => writeln!(html, "<p><a href=\"{address}\">{address}</a></p>"),
            };
        }
        html.push_str("</div>\n");
    }
    html.push_str("</body></html>\n");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_holds_both_languages_the_accounts_first_and_nothing_of_the_person() {
        let settings =
            MailSettings { directory: PathBuf::new(), from: "Justice <noreply@jso.example.test>".into() };
        let mail = WaitingMail {
            id: 7,
            address: "bernie@example.test".into(),
            language: Language::French,
            reference: "JSO-7K3M-9Q2T".into(),
            at: 1_795_287_900_000_000,
        };
        let bytes = compose(&mail, &settings, "http://localhost:8082").unwrap();
        let raw = String::from_utf8(bytes).unwrap();
        assert!(
            raw.contains("Auto-Submitted: auto-generated\r\n")
                && raw.contains("Content-Language: en, fr\r\n")
        );
        assert!(
            raw.contains("From: \"Justice\" <noreply@jso.example.test>")
                || raw.contains("From: Justice <noreply@")
        );
        let halves = [Language::French, Language::English]
            .map(|language| (language, lines(&mail, language, "http://localhost:8082")));
        let text = text(&halves);
        assert!(text.starts_with("An English message follows.\n\nBonjour,\n"));
        assert!(text.contains("confirmée le 21 novembre 2026, 14 h 05 (heure de Toronto).\n\nVotre numéro de référence\u{a0}: JSO-7K3M-9Q2T"));
        assert!(
            text.contains("http://localhost:8082/fr/account\n")
                && text.contains("http://localhost:8082/en/account\n")
        );
        let html = html(&halves);
        assert!(html.contains("<div lang=\"fr-CA\">") && !html.contains("<img") && !raw.contains("Bernie"));
    }
}
