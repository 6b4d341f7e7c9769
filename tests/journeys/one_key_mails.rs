//! The mails of ONE-key and its transfer (N7, N11), as they were, in both languages.

use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::one_key::OneKeyPart;
use idp_server::mail::{Envelope, Figures, Mail, TransferReceipt, render};
use std::fmt::Write as _;
use std::time::Duration;

/// 2026-07-01 at noon in Toronto.
const NOON: i64 = 1_782_921_600_000_000;

fn receipt() -> TransferReceipt {
    let check = "https://idp.example.ca/{l}/receipts/verify".to_owned();
    TransferReceipt { signed: "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl".to_owned(), check }
}

fn changed(parts: &[OneKeyPart]) -> Mail {
    let recover = "https://idp.example.ca/{l}/one-key/recover/password".to_owned();
    Mail::OneKeyChanged { at: NOON, parts: parts.to_vec(), recover }
}

fn all(language: Language) -> String {
    let mails = [
        Mail::Transfer { at: NOON, transferred: true, receipt: Some(receipt()) },
        Mail::Transfer { at: NOON, transferred: true, receipt: None },
        Mail::Transfer { at: NOON, transferred: false, receipt: Some(receipt()) },
        Mail::OneKeyIds { ids: vec!["Maple.Leaf".into(), "Birch.Leaf <x>".into()] },
        Mail::OneKeyCode { code: "530155".into() },
        Mail::OneKeyRecoveryClosed { until: NOON },
        changed(&[OneKeyPart::Id]),
        changed(&[OneKeyPart::Password]),
        changed(&[OneKeyPart::Questions, OneKeyPart::Email]),
    ];
    let figures = Figures {
        activation_code: Duration::from_mins(30),
        activation_resend: Duration::from_hours(24),
        inactive_months: 30,
    };
    let mut text = String::new();
    for mail in mails {
        let to = EmailAddress::parse("person@example.test").unwrap();
        let mail = render(&Envelope { to, language, mail }, &figures);
        writeln!(text, "Subject: {}\n\n{}\n=== HTML ===\n{}\n", mail.subject, mail.text, mail.html).unwrap();
    }
    text
}

#[test]
fn the_mails_of_one_key_are_as_they_were() {
    insta::assert_snapshot!("english", all(Language::English));
    insta::assert_snapshot!("french", all(Language::French));
}
