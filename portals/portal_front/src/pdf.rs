//! Whether an uploaded file is a PDF: by its content, never by what the browser says of it.

use crate::{UploadedFile, is_hidden, texts};
use ontario_language::Language;

/// The largest file, bytes.
pub const MAX_SIZE: usize = 5 * 1024 * 1024;
/// The same, as people read it.
pub const MAX_MEGABYTES: usize = MAX_SIZE / (1024 * 1024);
/// The longest name, characters.
const MAX_NAME: usize = 255;
/// ISO 32000-2 section 7.5.5: the end is marked by `%%EOF`; readers look for it in the last 1,024 bytes.
const END: usize = 1024;

/// A file that was checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    /// As the person's computer calls it; any script.
    pub name: String,
    /// All of it.
    pub content: Vec<u8>,
}

/// Why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PdfError {
    /// Nothing is in it.
    Empty,
    /// More than [`MAX_SIZE`].
    TooLarge,
    /// Something else, or only a part of one.
    NotPdf,
    /// Path parts, hidden characters, too long, or not `.pdf`.
    Name,
}

impl PdfError {
    /// What the person reads.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Empty => texts::pdf_empty(language).to_owned(),
            Self::TooLarge => texts::pdf_too_large(language, MAX_MEGABYTES),
            Self::NotPdf => texts::pdf_not_pdf(language).to_owned(),
            Self::Name => texts::pdf_name(language, MAX_NAME),
        }
    }
}

impl Pdf {
    /// What came in, if it is one. [`Upload::read`](crate::Upload::read) has to be told [`MAX_SIZE`].
    ///
    /// # Errors
    /// Why not.
    pub fn of(file: UploadedFile) -> Result<Self, PdfError> {
        file.content.ok_or(PdfError::TooLarge).and_then(|content| Self::check(&file.name, content))
    }

    fn check(name: &str, content: Vec<u8>) -> Result<Self, PdfError> {
        if content.is_empty() {
            return Err(PdfError::Empty);
        }
        if content.len() > MAX_SIZE {
            return Err(PdfError::TooLarge);
        }
        if !is_plain_name(name) {
            return Err(PdfError::Name);
        }
        if !is_pdf(&content) {
            return Err(PdfError::NotPdf);
        }
        Ok(Self { name: name.to_owned(), content })
    }
}

/// A name of any script without path, control and hidden characters, that ends in `.pdf`.
fn is_plain_name(name: &str) -> bool {
    let path =
        |sign: char| matches!(sign, '/' | '\\' | ':' | '\u{2044}' | '\u{2215}' | '\u{ff0f}' | '\u{ff3c}');
    let plain =
        !name.chars().any(|sign| sign.is_control() || is_hidden(sign) || path(sign) || sign == '\u{fffd}');
    let stem = name.get(..name.len().saturating_sub(4)).unwrap_or_default();
    let ends = name.get(stem.len()..).is_some_and(|end| end.eq_ignore_ascii_case(".pdf"));
    plain && ends && !stem.trim_matches(['.', ' ']).is_empty() && name.chars().count() <= MAX_NAME
}

/// ISO 32000-2 section 7.5.2: it begins with `%PDF-1.n` or `%PDF-2.n`, so that it is nothing else at the same time,
/// and it ends with the place of the cross-reference table and `%%EOF`.
fn is_pdf(content: &[u8]) -> bool {
    let version = content.strip_prefix(b"%PDF-").and_then(|rest| rest.get(..3));
    let known = version
        .is_some_and(|version| matches!(version, [b'1' | b'2', b'.', digit] if digit.is_ascii_digit()));
    let end = &content[content.len().saturating_sub(END)..];
    let position = |words: &[u8]| end.windows(words.len()).rposition(|window| window == words);
    let place = position(b"startxref").zip(position(b"%%EOF")).is_some_and(|(start, eof)| start < eof);
    known && place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SMALLEST_PDF as SMALLEST;
    use proptest::prelude::*;

    fn refused(name: &str, content: &[u8]) -> Option<PdfError> {
        Pdf::check(name, content.to_vec()).err()
    }

    #[test]
    fn a_pdf_is_one_by_its_content() {
        assert_eq!(refused("claim.pdf", SMALLEST), None);
        assert_eq!(refused("claim.pdf", b""), Some(PdfError::Empty));
        let (cut, after) = (&SMALLEST[..SMALLEST.len() - 8], [b"<html>", SMALLEST].concat());
        let late = [SMALLEST, &vec![b' '; 2000]].concat();
        for content in [
            b"%PDF-1.4".as_slice(),
            b"%PDF-",
            b"PK\x03\x04",
            b"<script>alert(1)</script>",
            b"\x89PNG\r\n\x1a\n",
            cut,
            &after,
            &late,
            b"%PDF-9.9\nstartxref\n1\n%%EOF",
            b"%PDF-1.x\nstartxref\n1\n%%EOF",
            b"%PDF-1.4\n%%EOF\nstartxref\n1",
        ] {
            assert_eq!(
                refused("claim.pdf", content),
                Some(PdfError::NotPdf),
                "{}",
                String::from_utf8_lossy(content)
            );
        }
    }

    #[test]
    fn a_pdf_has_an_end() {
        let mut largest = SMALLEST.to_vec();
        let filling = vec![b'\n'; MAX_SIZE - SMALLEST.len()];
        largest.splice(9..9, filling);
        assert_eq!(refused("claim.pdf", &largest), None);
        largest.insert(9, b'\n');
        assert_eq!(refused("claim.pdf", &largest), Some(PdfError::TooLarge));
    }

    #[test]
    fn names_of_every_script_are_taken_and_odd_ones_are_not() {
        for name in [
            "claim.pdf",
            "Déclaration n° 2.PDF",
            "دعوى.pdf",
            "訴状.pdf",
            "תביעה.pdf",
            "a.b.pdf",
            "=1+1.pdf",
            "<b>.pdf",
        ] {
            assert_eq!(refused(name, SMALLEST), None, "{name}");
        }
        let (long, longest) = (format!("{}.pdf", "é".repeat(252)), format!("{}.pdf", "é".repeat(251)));
        assert_eq!(refused(&longest, SMALLEST), None);
        for name in [
            "",
            ".pdf",
            "...pdf",
            "claim",
            "claim.pdf.exe",
            "claim.pdf ",
            "../claim.pdf",
            "/etc/claim.pdf",
            "C:\\claim.pdf",
            "a\u{0}.pdf",
            "a\r\nSet-Cookie: x.pdf",
            "fdp\u{202e}exe.pdf",
            "a\u{2066}b.pdf",
            "a\u{200b}.pdf",
            &long,
            "é",
        ] {
            assert_eq!(refused(name, SMALLEST), Some(PdfError::Name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_at_all_is_looked_at_without_a_fault(name in ".*", content in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let _ = Pdf::check(&name, content.clone());
            let begun = [b"%PDF-1.7".as_slice(), &content].concat();
            let _ = Pdf::check("a.pdf", begun);
        }
    }
}
