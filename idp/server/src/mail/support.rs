//! The mails of what support does to an account, of either kind: their texts and what each holds.

use super::SupportAct;
use super::render::Block;
use idp_domain::Language;
use ontario_language::format_date_time;

ontario_language::messages! {
    locked_subject => { "Your account was locked", "Votre compte a été verrouillé" }
    unlocked_subject => { "Your account was unlocked", "Votre compte a été déverrouillé" }
    sessions_subject => { "You were signed out everywhere", "Toutes vos sessions ont été fermées" }
    second_step_subject => {
        "Second step added, removed or reset",
        "Deuxième étape ajoutée, retirée ou réinitialisée",
    }
    copied_subject => { "Your data was copied", "Vos données ont été copiées" }
    closed_subject => { "Your account is closed", "Votre compte est fermé" }

    my_ontario => { "My Ontario Account", "compte Mon Ontario" }
    one_key => { "ONE-key account", "compte ONE-key" }

    locked(account) => {
        "Support locked your {account}. Nobody can sign in to it, and everybody was signed out of it.",
        "Le soutien a verrouillé votre {account}. Personne ne peut y ouvrir de session, et toutes ses sessions ont été fermées.",
    }
    locked_reference(reference) => {
        "When you contact us about it, name this reference: {reference}",
        "Lorsque vous communiquerez avec nous à ce sujet, donnez cette référence\u{a0}: {reference}",
    }
    unlocked(account) => {
        "Support unlocked your {account}. You can sign in to it again.",
        "Le soutien a déverrouillé votre {account}. Vous pouvez de nouveau y ouvrir une session.",
    }
    sessions_ended(account) => {
        "Support ended every session of your {account}, also at the services that you use with it.",
        "Le soutien a fermé toutes les sessions de votre {account}, y compris dans les services que vous utilisez avec celui-ci.",
    }
    removal_asked(account) => {
        "Somebody at support began to remove the second step of your {account}. It is removed once a second person at support agrees. If you did not ask for it, stop it: sign in with your second step.",
        "Une personne du soutien a entrepris de retirer la deuxième étape de votre {account}. Elle sera retirée dès qu’une deuxième personne du soutien aura donné son accord. Si vous ne l’avez pas demandé, arrêtez le retrait\u{a0}: ouvrez une session avec votre deuxième étape.",
    }
    removal_refused(account) => {
        "Support did not remove the second step of your {account}: it is as it was.",
        "Le soutien n’a pas retiré la deuxième étape de votre {account}\u{a0}: rien n’a changé.",
    }
    removed(account) => {
        "Support removed the second step of your {account}, and everybody was signed out of it. Sign in and set up a new one.",
        "Le soutien a retiré la deuxième étape de votre {account}, et toutes ses sessions ont été fermées. Ouvrez une session et configurez-en une nouvelle.",
    }
    copied(account) => {
        "Support took a copy of what is kept about your {account}, as you can do yourself on its pages.",
        "Le soutien a fait une copie de ce qui est conservé au sujet de votre {account}, comme vous pouvez le faire vous-même dans ses pages.",
    }
    one_key_copied => {
        "Support took a copy of what is kept about your ONE-key account.",
        "Le soutien a fait une copie de ce qui est conservé au sujet de votre compte ONE-key.",
    }
    closed(account) => {
        "Support closed your {account}. Its sign-in details and its activity were deleted.",
        "Le soutien a fermé votre {account}. Ses données de connexion et son activité ont été supprimées.",
    }
    closed_services => {
        "The services that you used keep their own records.",
        "Les services que vous avez utilisés conservent leurs propres dossiers.",
    }
    time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    not_asked => {
        "If you did not ask for it and do not know why, contact us at once.",
        "Si vous ne l’avez pas demandé et n’en connaissez pas la raison, communiquez avec nous sans tarder.",
    }
}

pub(super) fn subject(act: &SupportAct, l: Language) -> &'static str {
    match act {
        SupportAct::Locked(_) => locked_subject(l),
        SupportAct::Unlocked => unlocked_subject(l),
        SupportAct::SessionsEnded => sessions_subject(l),
        SupportAct::RemovalAsked | SupportAct::RemovalRefused | SupportAct::SecondStepRemoved => {
            second_step_subject(l)
        }
        SupportAct::DataCopied => copied_subject(l),
        SupportAct::Closed => closed_subject(l),
    }
}

/// What such a mail holds.
pub(super) fn blocks(at: i64, act: &SupportAct, is_one_key: bool, l: Language) -> Vec<Block> {
    let account = if is_one_key { one_key(l) } else { my_ontario(l) };
    let words = match act {
        SupportAct::Locked(_) => locked(l, account),
        SupportAct::Unlocked => unlocked(l, account),
        SupportAct::SessionsEnded => sessions_ended(l, account),
        SupportAct::RemovalAsked => removal_asked(l, account),
        SupportAct::RemovalRefused => removal_refused(l, account),
        SupportAct::SecondStepRemoved => removed(l, account),
        SupportAct::DataCopied if is_one_key => one_key_copied(l).to_owned(),
        SupportAct::DataCopied => copied(l, account),
        SupportAct::Closed => closed(l, account),
    };
    let mut blocks = vec![Block::Paragraph(words), Block::Paragraph(time(l, format_date_time(l, at)))];
    if let SupportAct::Locked(reference) = act {
        blocks.push(Block::Paragraph(locked_reference(l, reference)));
    }
    if *act == SupportAct::Closed {
        blocks.push(Block::Paragraph(closed_services(l).to_owned()));
    }
    blocks.push(Block::Paragraph(not_asked(l).to_owned()));
    blocks
}
