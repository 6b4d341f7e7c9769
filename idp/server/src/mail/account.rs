//! The mails of the account's own pages (N6, N8, and the code for a new address): their texts and what each holds.

use super::Mail;
use super::render::Block;
use idp_domain::Language;
use idp_domain::email_change::UNDO_WINDOW;
use ontario_language::format_date_time;
use std::time::Duration;

ontario_language::messages! {
    code_subject => { "Your one-time code", "Votre code à usage unique" }
    email_subject => {
        "Your email address is being changed",
        "Votre adresse courriel est en cours de modification",
    }
    closed_subject => { "Your account is closed", "Votre compte est fermé" }

    time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    code_body => {
        "To make this the email address of your My Ontario Account, enter this code on the page where you started:",
        "Pour que cette adresse courriel devienne celle de votre compte Mon Ontario, entrez ce code sur la page où vous avez commencé\u{a0}:",
    }
    code_time(minutes) => { "The code works for {minutes} minutes.", "Le code est valide {minutes} minutes." }
    code_not_me => {
        "If you did not ask for it, do nothing: nothing is changed without the code.",
        "Si vous n’avez rien demandé, ne faites rien\u{a0}: sans le code, rien ne change.",
    }

    email_body => {
        "Somebody who is signed in to your My Ontario Account asked for another email address. If it was you, do nothing.",
        "Une personne dont la session est ouverte dans votre compte Mon Ontario a demandé une autre adresse courriel. Si c’était vous, ne faites rien.",
    }
    email_undo(days) => {
        "If it was not you, open this link within {days} days. Your account keeps this address, or gets it back, and everybody is signed out of it.",
        "Si ce n’était pas vous, ouvrez ce lien dans les {days} jours. Votre compte garde cette adresse ou la retrouve, et toutes ses sessions sont fermées.",
    }
    email_undo_link => { "Keep this email address", "Garder cette adresse courriel" }

    closed_body => {
        "Your My Ontario Account is closed. Its sign-in details and its activity were deleted.",
        "Votre compte Mon Ontario est fermé. Ses données de connexion et son activité ont été supprimées.",
    }
    closed_services => {
        "The services that you used keep their own records. You can create a new account with this email address at any time.",
        "Les services que vous avez utilisés conservent leurs propres dossiers. Vous pouvez en tout temps créer un nouveau compte avec cette adresse courriel.",
    }
    closed_not_me => { "If it was not you, contact us at once.", "Si ce n’était pas vous, communiquez avec nous sans tarder." }
}

/// What a mail of the account's pages holds; nothing for any other.
pub(super) fn blocks(mail: &Mail, l: Language, code_life: Duration) -> Vec<Block> {
    let words = |text: &str| Block::Paragraph(text.to_owned());
    let at_time = |at: &i64| Block::Paragraph(time(l, format_date_time(l, *at)));
    let link = |text: &'static str, url: &str| Block::Link { text, url: url.replace("{l}", l.code()) };
    match mail {
        Mail::NewAddressCode { code } => vec![
            words(code_body(l)),
            Block::Code(code.clone()),
            Block::Paragraph(code_time(l, code_life.as_secs().div_ceil(60))),
            words(code_not_me(l)),
        ],
        Mail::EmailChanging { at, undo } => vec![
            words(email_body(l)),
            at_time(at),
            Block::Paragraph(email_undo(l, UNDO_WINDOW.as_secs() / 86_400)),
            link(email_undo_link(l), undo),
        ],
        Mail::AccountClosed { at } => {
            vec![words(closed_body(l)), at_time(at), words(closed_services(l)), words(closed_not_me(l))]
        }
        _ => Vec::new(),
    }
}
