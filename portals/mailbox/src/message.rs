//! What of a mail is shown.

use mail_parser::{Address, Message, MessageParser, PartType};
use ontario_language::{Language, format_date_time, iso_date_time};

const MOST_FIELD_CHARS: usize = 300;
const MOST_TEXT_CHARS: usize = 200_000;
/// Punctuation that ends a sentence rather than an address.
const AFTER_AN_ADDRESS: &[char] = &['.', ',', ';', ':', '!', '?', ')', ']', '’', '\''];

/// A mail's fields, ready to show; absent ones are `None`.
pub(crate) struct Summary {
    pub(crate) subject: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// For `<time datetime>` and for people.
    pub(crate) time: Option<(String, String)>,
}

/// A piece of the text: an address that one can follow, or words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) is_link: bool,
}

/// A mail that is opened.
pub(crate) struct Opened {
    pub(crate) summary: Summary,
    pub(crate) text: Vec<Piece>,
    pub(crate) html: Option<String>,
}

/// The fields of a mail of which the beginning is given.
pub(crate) fn summarize(bytes: &[u8], language: Language) -> Summary {
    summary(MessageParser::default().parse_headers(bytes).as_ref(), language)
}

/// The whole mail.
pub(crate) fn open(bytes: &[u8], language: Language) -> Opened {
    let message = MessageParser::default().parse(bytes);
    let text = message.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default();
    let text: String = text.chars().take(MOST_TEXT_CHARS).collect();
    let html = message.as_ref().and_then(html_part);
    Opened { summary: summary(message.as_ref(), language), text: pieces(&text), html }
}

fn summary(message: Option<&Message<'_>>, language: Language) -> Summary {
    let seconds = message.and_then(Message::date).map(mail_parser::DateTime::to_timestamp);
    let micros = seconds.and_then(|seconds| seconds.checked_mul(1_000_000));
    Summary {
        subject: message.and_then(Message::subject).map(bounded).filter(|subject| !subject.trim().is_empty()),
        from: message.and_then(Message::from).and_then(addresses),
        to: message.and_then(Message::to).and_then(addresses),
        time: micros.map(|micros| (iso_date_time(micros), format_date_time(language, micros))),
    }
}

/// Only a part that really is HTML, not text turned into it.
fn html_part(message: &Message<'_>) -> Option<String> {
    let part = message.part(*message.html_body.first()?)?;
    match &part.body {
        PartType::Html(html) => Some(html.chars().take(MOST_TEXT_CHARS).collect()),
        _ => None,
    }
}

fn addresses(address: &Address<'_>) -> Option<String> {
    let list: Vec<&str> = address.iter().filter_map(|one| one.address.as_deref()).take(5).collect();
    (!list.is_empty()).then(|| bounded(&list.join(", ")))
}

fn bounded(text: &str) -> String {
    text.chars().take(MOST_FIELD_CHARS).collect()
}

/// Cuts a text into words and the `http` and `https` addresses among them.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = address_start(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"«»".contains(c)).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(AFTER_AN_ADDRESS);
        push(&mut pieces, before, false);
        push(&mut pieces, address, true);
        rest = &from[address.len()..];
    }
    push(&mut pieces, rest, false);
    pieces
}

fn address_start(text: &str) -> Option<usize> {
    // More than the scheme, or the loop above would not get on.
    let follows = |at: &usize, scheme: &str| {
        text[at + scheme.len()..].chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '[')
    };
    let first =
        |scheme: &'static str| text.match_indices(scheme).map(|(at, _)| at).find(|at| follows(at, scheme));
    [first("http://"), first("https://")].into_iter().flatten().min()
}

fn push(pieces: &mut Vec<Piece>, text: &str, is_link: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.to_owned(), is_link });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<String> {
        pieces(text).into_iter().filter(|piece| piece.is_link).map(|piece| piece.text).collect()
    }

    #[test]
    fn addresses_become_links_without_the_sentence_around_them() {
        assert_eq!(
            links("Open http://localhost:8080/en/a?b=c&d=1. Or (https://x.example)."),
            ["http://localhost:8080/en/a?b=c&d=1", "https://x.example"]
        );
        assert!(links("javascript:alert(1) data:text/html,x http:// https://. ftp://x").is_empty());
    }

    proptest! {
        #[test]
        fn no_character_of_a_text_is_lost(text in "(http://|https://|[a-zé .<>\"]){0,40}") {
            let joined: String = pieces(&text).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn any_bytes_can_be_opened(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = open(&bytes, Language::French);
        }
    }
}
