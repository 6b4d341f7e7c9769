//! The mail about a change of a ONE-key account (as N5 and N6 of the other kind), to the address that was on file before it.

use super::render::{Block, with_language};
use super::{Mail, recovery};
use idp_domain::Language;
use idp_domain::one_key::OneKeyPart;
use ontario_language::format_date_time;

ontario_language::messages! {
    changed_subject => { "Your ONE-key account was changed", "Votre compte ONE-key a été modifié" }

    id_changed => { "The ID of your ONE-key account was changed.", "L’ID de votre compte ONE-key a été modifié." }
    password_changed => {
        "The password of your ONE-key account was changed.",
        "Le mot de passe de votre compte ONE-key a été modifié.",
    }
    questions_changed => {
        "The security questions of your ONE-key account were changed.",
        "Les questions de sécurité de votre compte ONE-key ont été modifiées.",
    }
    email_changed => {
        "The email address for recovery of your ONE-key account was changed or removed. It was this one until now.",
        "L’adresse courriel pour la récupération de votre compte ONE-key a été modifiée ou supprimée. C’était celle-ci jusqu’à présent.",
    }
    time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    not_me => {
        "If it was not you, set a new password at once and contact us:",
        "Si ce n’était pas vous, choisissez sans tarder un nouveau mot de passe et communiquez avec nous\u{a0}:",
    }
    not_me_link => { "It was not me: set a new password", "Ce n’était pas moi\u{a0}: choisir un nouveau mot de passe" }
}

fn words(part: OneKeyPart, l: Language) -> &'static str {
    match part {
        OneKeyPart::Id => id_changed(l),
        OneKeyPart::Password => password_changed(l),
        OneKeyPart::Questions => questions_changed(l),
        OneKeyPart::Email => email_changed(l),
    }
}

/// A new password has the subject of every account's.
pub(super) fn subject(parts: &[OneKeyPart], l: Language) -> &'static str {
    if parts == [OneKeyPart::Password] { recovery::changed_subject(l) } else { changed_subject(l) }
}

/// What it holds; nothing for any other.
pub(super) fn blocks(mail: &Mail, l: Language) -> Vec<Block> {
    let Mail::OneKeyChanged { at, parts, recover } = mail else { return Vec::new() };
    let mut blocks: Vec<Block> =
        parts.iter().map(|part| Block::Paragraph(words(*part, l).to_owned())).collect();
    blocks.push(Block::Paragraph(time(l, format_date_time(l, *at))));
    blocks.push(Block::Paragraph(not_me(l).to_owned()));
    blocks.push(Block::Link { text: not_me_link(l), url: with_language(recover, l) });
    blocks
}
