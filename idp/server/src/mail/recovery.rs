//! The mails of a forgotten password and of accounts without use (N5, N8, N12).

use super::Mail;
use super::render::{Block, Figures, with_language};
use idp_domain::Language;
use ontario_language::{format_date, format_date_time};

ontario_language::messages! {
    code_subject => { "Your one-time code", "Votre code à usage unique" }
    changed_subject => { "Your password was changed", "Votre mot de passe a été modifié" }

    code_body => {
        "Somebody asked for a new password for your My Ontario Account. If it was you, enter this code on the page where you started:",
        "Quelqu’un a demandé un nouveau mot de passe pour votre compte Mon Ontario. Si c’était vous, entrez ce code sur la page où vous avez commencé\u{a0}:",
    }
    code_link => {
        "Or, on the same device and in the same browser, open this link:",
        "Ou, sur le même appareil et dans le même navigateur, ouvrez ce lien\u{a0}:",
    }
    code_link_text => { "Choose a new password", "Choisir un nouveau mot de passe" }
    code_time(minutes) => {
        "The code and the link work for {minutes} minutes.",
        "Le code et le lien sont valides {minutes} minutes.",
    }
    code_not_me => {
        "If it was not you, do nothing: your password is as it was.",
        "Si ce n’était pas vous, ne faites rien\u{a0}: votre mot de passe n’a pas changé.",
    }

    changed_body => {
        "The password of your My Ontario Account was changed.",
        "Le mot de passe de votre compte Mon Ontario a été modifié.",
    }
    changed_time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    changed_not_me => {
        "If it was not you, set a new password at once and contact us:",
        "Si ce n’était pas vous, choisissez sans tarder un nouveau mot de passe et communiquez avec nous\u{a0}:",
    }
    unused_subject(date) => { "Your account will be deleted on {date}", "Votre compte sera supprimé le {date}" }
    unused_body(months) => {
        "You have not used your My Ontario Account for a long time. An account that is not used for {months} months is deleted.",
        "Vous n’avez pas utilisé votre compte Mon Ontario depuis longtemps. Un compte inutilisé pendant {months} mois est supprimé.",
    }
    unused_date(date) => { "We will delete it on {date}.", "Nous le supprimerons le {date}." }
    unused_keep => { "To keep it, sign in before then:", "Pour le garder, connectez-vous avant cette date\u{a0}:" }
    unused_link_text => { "Sign in to My Ontario Account", "Se connecter à un compte Mon Ontario" }
    unused_nothing => {
        "If you no longer need it, do nothing. The services that you used keep their own records.",
        "Si vous n’en avez plus besoin, ne faites rien. Les services que vous avez utilisés conservent leurs propres dossiers.",
    }

    changed_link_text => { "It was not me: set a new password", "Ce n’était pas moi\u{a0}: choisir un nouveau mot de passe" }
}

/// What such a mail says; nothing for another part's.
pub(super) fn blocks(mail: &Mail, language: Language, figures: &Figures) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    match mail {
        Mail::PasswordCode { code, link } => vec![
            paragraph(code_body(language)),
            Block::Code(code.clone()),
            paragraph(code_link(language)),
            Block::Link { text: code_link_text(language), url: with_language(link, language) },
            Block::Paragraph(code_time(language, figures.activation_code.as_secs().div_ceil(60))),
            paragraph(code_not_me(language)),
        ],
        Mail::PasswordChanged { at, not_me } => vec![
            paragraph(changed_body(language)),
            Block::Paragraph(changed_time(language, format_date_time(language, *at))),
            paragraph(changed_not_me(language)),
            Block::Link { text: changed_link_text(language), url: with_language(not_me, language) },
        ],
        Mail::AccountUnused { deletes_at, sign_in } => vec![
            Block::Paragraph(unused_body(language, figures.inactive_months)),
            Block::Paragraph(unused_date(language, format_date(language, *deletes_at))),
            paragraph(unused_keep(language)),
            Block::Link { text: unused_link_text(language), url: with_language(sign_in, language) },
            paragraph(unused_nothing(language)),
        ],
        _ => Vec::new(),
    }
}
