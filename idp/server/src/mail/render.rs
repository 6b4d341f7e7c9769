//! A mail as text and as simple HTML, from one list of blocks, so that both halves and both parts say the same.

use super::texts as t;
use super::{Envelope, Mail, SecondStepChange, TransferReceipt, account, one_key, recovery, support};
use idp_domain::Language;
use ontario_language::{format_date, format_date_time};
use std::fmt::Write;
use std::time::Duration;

/// A mail ready to be sent.
pub struct RenderedMail {
    /// Both languages, joined by " / ", English first as people know it.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML: no image, no table, nothing from elsewhere.
    pub html: String,
}

/// The figures that mails name, from the settings.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// How long a code works.
    pub activation_code: Duration,
    /// How long new ones can be asked for.
    pub activation_resend: Duration,
    /// How many months an account may be unused.
    pub inactive_months: u64,
}

/// A part of a mail, in both of its forms.
pub(super) enum Block {
    /// Words.
    Paragraph(String),
    /// A code, on a line of its own.
    Code(String),
    /// A signed text, too long for one line of a screen.
    Signed(String),
    /// A link, with its purpose and its address.
    Link { text: &'static str, url: String },
}

/// Writes a mail, its account's language first.
#[must_use]
pub fn render(envelope: &Envelope, figures: &Figures) -> RenderedMail {
    let subject = |language| match &envelope.mail {
        Mail::AccountUnused { deletes_at, .. } => {
            recovery::unused_subject(language, format_date(language, *deletes_at))
        }
        mail => fixed_subject(mail, language).to_owned(),
    };
    let (first, second) = (envelope.language, envelope.language.other());
    let halves =
        [(first, blocks(&envelope.mail, first, figures)), (second, blocks(&envelope.mail, second, figures))];
    let [english, french] = Language::ALL;
    RenderedMail {
        subject: format!("{} / {}", subject(english), subject(french)),
        text: text(&halves),
        html: html(first, &halves),
    }
}

/// The subject of a mail whose subject says nothing of its values.
fn fixed_subject(mail: &Mail, language: Language) -> &'static str {
    match mail {
        Mail::AccountUnused { .. } => "",
        Mail::PasswordCode { .. } => recovery::code_subject(language),
        Mail::PasswordChanged { .. } => recovery::changed_subject(language),
        Mail::Activation { .. } | Mail::PartnerCode { .. } => t::activation_subject(language),
        Mail::PartnerLinked { .. } => t::partner_linked_subject(language),
        Mail::PartnerUnlinked { .. } => t::partner_unlinked_subject(language),
        Mail::AccountExists { .. } => t::exists_subject(language),
        Mail::NewDevice { .. } => t::new_device_subject(language),
        Mail::SecondStep { change: SecondStepChange::Refused, .. } => {
            t::second_step_refused_subject(language)
        }
        Mail::SecondStep { .. } => t::second_step_subject(language),
        Mail::NewAddressCode { .. } => account::code_subject(language),
        Mail::EmailChanging { .. } => account::email_subject(language),
        Mail::AccountClosed { .. } => account::closed_subject(language),
        Mail::Support { act, .. } => support::subject(act, language),
        Mail::Transfer { .. } => t::transfer_subject(language),
        Mail::OneKeyIds { .. } => t::one_key_ids_subject(language),
        Mail::OneKeyCode { .. } => t::one_key_code_subject(language),
        Mail::OneKeyChanged { parts, .. } => one_key::subject(parts, language),
        Mail::OneKeyRecoveryClosed { .. } => t::one_key_closed_subject(language),
    }
}

fn blocks(mail: &Mail, language: Language, figures: &Figures) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    let mut blocks = vec![paragraph(t::hello(language))];
    blocks.extend(match mail {
        Mail::Activation { code, link } => vec![
            paragraph(t::activation_code(language)),
            Block::Code(code.clone()),
            paragraph(t::activation_link(language)),
            Block::Link { text: t::activation_link_text(language), url: with_language(link, language) },
            Block::Paragraph(t::activation_time(language, figures.activation_code.as_secs().div_ceil(60))),
            Block::Paragraph(t::activation_resend(
                language,
                figures.activation_resend.as_secs().div_ceil(3600),
            )),
            paragraph(t::activation_not_me(language)),
        ],
        Mail::AccountExists { sign_in, reset } => vec![
            paragraph(t::exists_body(language)),
            paragraph(t::exists_sign_in(language)),
            Block::Link { text: t::exists_link_text(language), url: with_language(sign_in, language) },
            Block::Link { text: t::exists_reset_text(language), url: with_language(reset, language) },
            paragraph(t::exists_not_me(language)),
        ],
        mail @ (Mail::PasswordCode { .. } | Mail::PasswordChanged { .. } | Mail::AccountUnused { .. }) => {
            recovery::blocks(mail, language, figures)
        }
        Mail::NewDevice { at, browser, account } => vec![
            paragraph(t::new_device_body(language)),
            Block::Paragraph(t::new_device_time(language, format_date_time(language, *at))),
            Block::Paragraph(t::new_device_browser(language, browser)),
            paragraph(t::new_device_not_me(language)),
            Block::Link { text: t::new_device_link_text(language), url: with_language(account, language) },
        ],
        Mail::SecondStep { at, change, account } => vec![
            paragraph(second_step_words(language, *change)),
            Block::Paragraph(t::new_device_time(language, format_date_time(language, *at))),
            paragraph(t::new_device_not_me(language)),
            Block::Link { text: t::new_device_link_text(language), url: with_language(account, language) },
        ],
        Mail::Support { at, act, one_key } => support::blocks(*at, act, *one_key, language),
        Mail::PartnerCode { .. } | Mail::PartnerLinked { .. } | Mail::PartnerUnlinked { .. } => {
            partner_blocks(mail, language)
        }
        mail => one_key_blocks(mail, language, figures),
    });
    blocks.push(paragraph(t::never_ask(language)));
    blocks
}

fn second_step_words(language: Language, change: SecondStepChange) -> &'static str {
    match change {
        SecondStepChange::PasskeyAdded => t::passkey_added(language),
        SecondStepChange::PasskeyRemoved => t::passkey_removed(language),
        SecondStepChange::AppAdded => t::app_added(language),
        SecondStepChange::AppRemoved => t::app_removed(language),
        SecondStepChange::RecoveryCodesMade => t::recovery_codes_made(language),
        SecondStepChange::RecoveryCodeUsed => t::recovery_code_used(language),
        SecondStepChange::Refused => t::second_step_refused(language),
    }
}

fn partner_blocks(mail: &Mail, language: Language) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    match mail {
        Mail::PartnerCode { code, minutes } => vec![
            paragraph(t::activation_code(language)),
            Block::Code(code.clone()),
            Block::Paragraph(t::partner_code_time(language, minutes)),
            paragraph(t::partner_code_not_me(language)),
        ],
        Mail::PartnerLinked { at, account } | Mail::PartnerUnlinked { at, account } => vec![
            paragraph(if matches!(mail, Mail::PartnerLinked { .. }) {
                t::partner_linked_body(language)
            } else {
                t::partner_unlinked_body(language)
            }),
            Block::Paragraph(t::new_device_time(language, format_date_time(language, *at))),
            paragraph(t::new_device_not_me(language)),
            Block::Link { text: t::new_device_link_text(language), url: with_language(account, language) },
        ],
        _ => Vec::new(),
    }
}

fn one_key_blocks(mail: &Mail, language: Language, figures: &Figures) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    match mail {
        Mail::Transfer { at, transferred, receipt } => {
            let body = if *transferred { t::transferred_body(language) } else { t::declined_body(language) };
            let time = t::transfer_time(language, format_date_time(language, *at));
            let mut blocks =
                vec![paragraph(body), Block::Paragraph(time), paragraph(t::transfer_not_me(language))];
            if let Some(TransferReceipt { signed, check }) = receipt {
                blocks.push(paragraph(t::receipt_keep(language)));
                let url = with_language(check, language);
                blocks.push(Block::Link { text: t::receipt_check(language), url });
                blocks.push(Block::Signed(signed.clone()));
            }
            blocks
        }
        Mail::OneKeyIds { ids } => {
            let mut blocks = vec![paragraph(t::one_key_ids_body(language))];
            blocks.extend(ids.iter().map(|id| Block::Paragraph(id.clone())));
            blocks.push(paragraph(t::one_key_not_me(language)));
            blocks
        }
        Mail::OneKeyCode { code } => vec![
            paragraph(t::one_key_code_body(language)),
            Block::Code(code.clone()),
            Block::Paragraph(t::one_key_code_time(language, figures.activation_code.as_secs().div_ceil(60))),
            paragraph(t::one_key_not_me(language)),
        ],
        mail @ Mail::OneKeyChanged { .. } => one_key::blocks(mail, language),
        Mail::OneKeyRecoveryClosed { until } => {
            vec![Block::Paragraph(t::one_key_closed_body(language, format_date_time(language, *until)))]
        }
        mail => account::blocks(mail, language, figures.activation_code),
    }
}

/// Links are kept with `{l}` where the page's language goes.
pub(super) fn with_language(url: &str, language: Language) -> String {
    url.replace("{l}", language.code())
}

fn text(halves: &[(Language, Vec<Block>); 2]) -> String {
    let mut text = format!("{}\n", t::other_half(halves[0].0));
    for (n, (_, blocks)) in halves.iter().enumerate() {
        if n > 0 {
            text.push_str("\n----------------------------------------\n");
        }
        for block in blocks {
            // Writing to a String can't fail.
            let _ = match block {
                Block::Paragraph(words) => writeln!(text, "\n{words}"),
                Block::Code(code) | Block::Signed(code) => writeln!(text, "\n{code}"),
                Block::Link { text: words, url } => writeln!(text, "\n{words}\n{url}"),
            };
        }
    }
    text
}

fn html(first: Language, halves: &[(Language, Vec<Block>); 2]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"></head><body style=\"font:16px/1.5 sans-serif\">\n\
         <p lang=\"{}\">{}</p>\n",
        first.tag(),
        first.other().tag(),
        escape(t::other_half(first))
    );
    for (n, (language, blocks)) in halves.iter().enumerate() {
        let _ = writeln!(html, "{}<div lang=\"{}\">", if n > 0 { "<hr>\n" } else { "" }, language.tag());
        for block in blocks {
            let _ = match block {
                Block::Paragraph(words) => writeln!(html, "<p>{}</p>", escape(words)),
                Block::Code(code) => writeln!(html, "<p style=\"font:32px monospace\">{}</p>", escape(code)),
                Block::Signed(signed) => writeln!(
                    html,
                    "<p style=\"font:16px monospace;overflow-wrap:anywhere\">{}</p>",
                    escape(signed)
                ),
                Block::Link { text, url } => {
                    writeln!(html, "<p><a href=\"{0}\">{1}</a><br>{0}</p>", escape(url), escape(text))
                }
            };
        }
        html.push_str("</div>\n");
    }
    html.push_str("</body></html>\n");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use idp_domain::account::EmailAddress;

    fn rendered(language: Language, mail: Mail) -> RenderedMail {
        let to = EmailAddress::parse("person@example.test").unwrap();
        let figures = Figures {
            activation_code: Duration::from_mins(30),
            activation_resend: Duration::from_hours(24),
            inactive_months: 30,
        };
        render(&Envelope { to, language, mail }, &figures)
    }

    fn activation() -> Mail {
        Mail::Activation { code: "530155".into(), link: "https://idp.example.ca/{l}/activate?t=x".into() }
    }

    #[test]
    fn the_code_stands_alone_on_a_line_in_both_halves_and_never_in_the_subject() {
        let mail = rendered(Language::French, activation());
        assert_eq!(mail.text.lines().filter(|line| *line == "530155").count(), 2);
        assert_eq!(mail.html.matches(">530155</p>").count(), 2);
        assert_eq!(mail.subject, "Activate My Ontario Account / Activer le compte Mon Ontario");
        assert!(mail.text.starts_with("An English message follows.\n\nBonjour,"));
        assert!(mail.text.contains("https://idp.example.ca/fr/activate?t=x\n"));
        assert!(mail.text.contains("https://idp.example.ca/en/activate?t=x\n"));
    }

    #[test]
    fn figures_come_from_the_settings() {
        let to = EmailAddress::parse("person@example.test").unwrap();
        let figures = Figures {
            activation_code: Duration::from_mins(2),
            activation_resend: Duration::from_hours(2),
            inactive_months: 30,
        };
        let mail = render(&Envelope { to, language: Language::English, mail: activation() }, &figures);
        assert!(mail.text.contains("work for 2 minutes.") && mail.text.contains("within 2 hours"));
        assert!(mail.text.contains("valides 2 minutes.") && mail.text.contains("dans les 2 heures"));
    }

    #[test]
    fn text_and_html_say_the_same_and_nothing_runs_in_it() {
        let hostile = Mail::NewDevice {
            at: 0,
            browser: "<script>alert(1)</script>".into(),
            account: "https://idp.example.ca/{l}/account".into(),
        };
        let mail = rendered(Language::English, hostile);
        assert!(!mail.html.contains("<script") && !mail.html.contains("<img"));
        for line in mail.text.lines().filter(|line| !line.is_empty() && !line.starts_with("---")) {
            assert!(mail.html.contains(&escape(line)), "{line} is not in the HTML");
        }
    }
}
