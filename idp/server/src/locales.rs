//! Every text of the identity server's pages, in both languages, named after what it says (pages.md sections 0 to 1
//! and 6). Mails have theirs in `mail`, components theirs in the design crate.

pub mod account;
pub mod audit;
pub mod console;
pub mod extra_verification;
pub mod one_key;
pub mod passkeys;
pub mod recovery;
pub mod sign_in_partner;
pub mod transfer;

use idp_domain::account::AccountKind;
use std::time::Duration;

ontario_language::messages! {
    service_name => { "My Ontario Account", "Compte Mon Ontario" }

    // Shared words.
    sign_in => { "Sign in", "Se connecter" }
    sign_out => { "Sign out", "Fin de session" }
    cancel => { "Cancel", "Annuler" }
    continue_ => { "Continue", "Continuer" }
    or => { "or", "ou" }
    planned_outage(text) => { "Planned outage: {text}", "Interruption prévue : {text}" }
    your_account => { "Your account", "Votre compte" }
    contact_us => { "Contact us", "Nous joindre" }
    back_to_sign_in => { "Back to sign-in page", "Retour à la page de connexion" }
    create_an_account => { "Create an account", "Créer un compte" }
    email => { "Email", "Courriel" }
    password => { "Password", "Mot de passe" }
    toronto_time(time) => { "{time} (Toronto time)", "{time} (heure de Toronto)" }

    // Errors (pages.md 0.4).
    email_required => { "Enter your email address", "Entrez votre adresse courriel" }
    email_format => {
        "Enter your email address in the correct format, like name@example.com",
        "Entrez votre adresse courriel dans le bon format, par exemple nom@exemple.ca",
    }
    email_long => { "Email address must be 254 characters or fewer", "L’adresse courriel doit compter au plus 254 caractères" }
    password_required => { "Enter your password", "Entrez votre mot de passe" }
    new_password_required => { "Enter a password", "Entrez un mot de passe" }
    password_short => { "Password must have at least 8 characters", "Le mot de passe doit compter au moins 8 caractères" }
    password_digit => { "Password must include a number", "Le mot de passe doit comprendre un chiffre" }
    password_symbol => { "Password must include a symbol, like ! or #", "Le mot de passe doit comprendre un symbole, comme ! ou #" }
    password_lower => { "Password must include a lower-case letter", "Le mot de passe doit comprendre une lettre minuscule" }
    password_upper => { "Password must include an upper-case letter", "Le mot de passe doit comprendre une lettre majuscule" }
    password_name => {
        "Password must not contain part of your email address or ID",
        "Le mot de passe ne doit contenir aucune partie de votre adresse courriel ou de votre ID",
    }
    password_common => {
        "This password is too easy to guess. Choose another one",
        "Ce mot de passe est trop facile à deviner. Choisissez-en un autre",
    }
    password_reused => {
        "Choose a password you have not used before",
        "Choisissez un mot de passe que vous n’avez jamais utilisé",
    }
    password_long => { "Password must be 256 characters or fewer", "Le mot de passe doit compter au plus 256 caractères" }
    sign_in_bad => { "The email address or password is not correct", "L’adresse courriel ou le mot de passe est incorrect" }
    sign_in_slow(span) => {
        "Too many attempts. Wait {span}, or reset your password",
        "Trop de tentatives. Attendez {span} ou réinitialisez votre mot de passe",
    }
    code_required => { "Enter the code", "Entrez le code" }
    code_format => { "The code has 6 digits", "Le code compte 6 chiffres" }
    code_wrong => {
        "This code is not correct. Check the newest email and try again",
        "Ce code est incorrect. Vérifiez le courriel le plus récent et réessayez",
    }
    code_expired => { "This code has expired. Send a new code", "Ce code a expiré. Envoyez un nouveau code" }
    code_tries => { "Too many wrong codes. Send a new code", "Trop de codes erronés. Envoyez un nouveau code" }
    resend_wait(span) => {
        "Wait {span} before sending another code",
        "Attendez {span} avant d’envoyer un autre code",
    }
    resend_max(time) => {
        "You have asked for too many codes. Try again at {time}",
        "Vous avez demandé trop de codes. Réessayez à {time}",
    }
    terms_required => { "Check the box to accept the terms", "Cochez la case pour accepter les conditions" }
    choice_required => { "Choose one of the options", "Choisissez l’une des options" }
    form_stale => {
        "This page was open too long. Check your answers and send them again",
        "Cette page est restée ouverte trop longtemps. Vérifiez vos réponses et envoyez-les de nouveau",
    }

    // M1
    sign_in_heading => { "Sign in to My Ontario Account", "Se connecter à un compte Mon Ontario" }
    no_account => { "Don’t have an account?", "Vous n’avez pas de compte?" }
    email_hint_registered => { "The email address you registered with", "L’adresse courriel avec laquelle vous vous êtes inscrit" }
    remember_me => { "Remember me", "Se souvenir de moi" }
    remember_hint => {
        "Keeps your email filled in on this device. Do not use on a shared device.",
        "Garde votre courriel rempli sur cet appareil. À éviter sur un appareil partagé.",
    }

    // What a service says about itself (RFC 7591 section 2).
    client_logo(client) => { "Logo of {client}", "Logo de «\u{a0}{client}\u{a0}»" }
    client_about(client) => { "About {client}", "À propos de «\u{a0}{client}\u{a0}»" }
    client_policy(client) => { "Privacy policy of {client}", "Politique de confidentialité de «\u{a0}{client}\u{a0}»" }
    client_terms(client) => { "Terms of use of {client}", "Conditions d’utilisation de «\u{a0}{client}\u{a0}»" }

    // M2
    email_hint_code => { "We will send a code to this address", "Nous enverrons un code à cette adresse" }
    language_for_messages => { "Language for messages", "Langue des messages" }
    accept_terms => { "I accept the terms of service", "J’accepte les conditions de service" }
    accept_terms_link => { "terms of service", "conditions de service" }

    // M3, M4
    verify_title => { "Verify by email", "Vérification par courriel" }
    we_sent_an_email => { "We sent you an email.", "Nous vous avons envoyé un courriel." }
    sent_to => { "We sent a code to", "Nous avons envoyé un code à" }
    enter_code_or_link => {
        "Enter the 6-digit code, or open the link in the email on this device and browser.",
        "Entrez le code à 6 chiffres, ou ouvrez le lien du courriel sur cet appareil et dans ce navigateur.",
    }
    code_works_until(minutes, time) => {
        "The code works for {minutes} minutes, until {time}.",
        "Le code est valide {minutes} minutes, jusqu’à {time}.",
    }
    enter_the_code => { "Enter the code", "Saisissez le code" }
    verify => { "Verify", "Vérifier" }
    no_email => { "Did not get an email?", "Vous n’avez pas reçu de courriel?" }
    check_junk => { "Check your junk mail.", "Vérifiez vos courriels indésirables." }
    send_it_again => { "Send it again", "L’envoyer de nouveau" }
    use_a_different_email => { "Use a different email", "Utiliser une autre adresse courriel" }
    new_email_sent(time) => {
        "New email sent at {time}. Use the newest code.",
        "Nouveau courriel envoyé à {time}. Utilisez le code le plus récent.",
    }
    sign_up_over_title => { "Sign-up expired", "Inscription expirée" }
    sign_up_expired => {
        "This sign-up has expired. Create your account again.",
        "Cette inscription a expiré. Créez votre compte de nouveau.",
    }

    // M5 and the mailed link
    activated_title => { "Account activated", "Compte activé" }
    account_ready => { "Your My Ontario Account is ready.", "Votre compte Mon Ontario est prêt." }
    finish_activation => { "Finish activation", "Terminer l’activation" }
    link_title => { "Finish activation", "Terminer l’activation" }
    link_press_button => {
        "Press the button to activate your My Ontario Account.",
        "Appuyez sur le bouton pour activer votre compte Mon Ontario.",
    }
    link_other_browser_title => { "Use the code instead", "Utilisez plutôt le code" }
    link_other_browser => {
        "Open this on the device where you started, or enter the code there.",
        "Ouvrez ce lien sur l’appareil où vous avez commencé, ou entrez-y le code.",
    }

    // M11
    consent_title(client) => { "{client} wants your information", "{client} demande vos renseignements" }
    consent_intro(client) => { "If you allow it, {client} gets:", "Si vous l’autorisez, {client} reçoit\u{a0}:" }
    consent_pairwise => {
        "an identifier that stands for you in this service only",
        "un identifiant qui vous représente dans ce service seulement",
    }
    consent_public => { "an identifier that stands for you", "un identifiant qui vous représente" }
    consent_email(email) => { "your email address: {email}", "votre adresse courriel\u{a0}: {email}" }
    consent_english => { "your language: English", "votre langue\u{a0}: anglais" }
    consent_french => { "your language: French", "votre langue\u{a0}: français" }
    consent_earlier_account => {
        "the identifier of your earlier ONE-key account, if you transferred one",
        "l’identifiant de votre ancien compte ONE-key, si vous en avez transféré un",
    }
    consent_offline => {
        "access to this information while you are not signed in",
        "un accès à ces renseignements lorsque vous n’êtes pas connecté",
    }
    consent_remembered => {
        "We remember your choice, and ask again only if the service wants more.",
        "Nous retenons votre choix et ne vous redemanderons que si le service en veut davantage.",
    }
    allow => { "Allow", "Autoriser" }
    do_not_allow => { "Do not allow", "Refuser" }

    // M12, M13
    continue_to(client) => { "Continue to {client}", "Continuer vers {client}" }
    leaving_text => { "Press the button to go on.", "Appuyez sur le bouton pour continuer." }
    choose_session_title => { "Choose an account", "Choisir un compte" }
    signed_in_as(email) => { "You are signed in as {email}", "Session ouverte\u{a0}: {email}" }
    use_a_different_account => { "Use a different account", "Utiliser un autre compte" }

    // H1
    account_title => { "Your account", "Votre compte" }
    account_email => { "Email", "Courriel" }
    account_language => { "Language for messages", "Langue des messages" }
    account_last_sign_in => { "Last sign-in", "Dernière connexion" }
    account_services => { "Connected services", "Services connectés" }
    no_services => { "No services yet", "Aucun service pour le moment" }
    last_used(time) => { "last used {time}", "dernière utilisation\u{a0}: {time}" }

    // X2, X3, sign out
    expired_title => { "Session expired", "Session expirée" }
    expired_text(minutes) => {
        "You were signed out after {minutes} minutes without activity.",
        "Votre session a pris fin après {minutes} minutes d’inactivité.",
    }
    draft_was_saved => { "Your draft was saved.", "Votre ébauche a été enregistrée." }
    answers_not_saved => { "Your answers were not saved.", "Vos réponses n’ont pas été enregistrées." }
    sign_in_again => { "Sign in again", "Se reconnecter" }
    signed_out_title => { "You are signed out.", "Votre session est fermée." }
    back_to(client) => { "Back to {client}", "Retour à {client}" }
    signed_out_text(account) => {
        "Your session in {account} has ended.",
        "Votre session dans {account} a pris fin.",
    }
    also_signed_out_of => { "You were also signed out of:", "Votre session a aussi été fermée dans\u{a0}:" }
    not_signed_out_of(client) => {
        "We could not sign you out of {client}. Close your browser to be safe.",
        "Nous n’avons pas pu fermer votre session dans {client}. Par prudence, fermez votre navigateur.",
    }
    sign_out_question_title => { "Sign out", "Fin de session" }
    sign_out_question(account) => {
        "Do you want to sign out of {account}?",
        "Voulez-vous fermer votre session dans {account}?",
    }
    sign_out_question_from(client, account) => {
        "{client} asks to sign you out of {account}. Do you want to?",
        "{client} demande de fermer votre session dans {account}. Le voulez-vous?",
    }
    stay_signed_in => { "Stay signed in", "Rester connecté" }

    // X4 to X8
    step_done => { "This step is finished.", "Cette étape est terminée." }
    step_done_text => {
        "You already did this. Go on from where you are.",
        "Vous avez déjà fait cette étape. Continuez là où vous en êtes.",
    }
    other_account_title => { "Another account is signed in", "Un autre compte est ouvert" }
    other_account_text => {
        "Since you opened this page, another account was signed in to in this browser. Nothing was changed.",
        "Depuis que vous avez ouvert cette page, une session a été ouverte dans un autre compte dans ce navigateur. Rien n’a changé.",
    }
    link_used => { "This link was already used", "Ce lien a déjà servi" }
    link_expired => { "This link has expired", "Ce lien a expiré" }
    link_text => {
        "Nothing was changed. If your account is not active yet, ask for a new email.",
        "Rien n’a changé. Si votre compte n’est pas encore actif, demandez un nouveau courriel.",
    }
    send_a_new_one => { "Send a new one", "En envoyer un nouveau" }
    bad_request_title => { "Request not valid", "Demande non valide" }
    bad_request_text => {
        "The service you came from sent a request we cannot use.",
        "Le service d’où vous venez a envoyé une demande que nous ne pouvons pas utiliser.",
    }
    bad_form_title => { "Form not readable", "Formulaire illisible" }
    bad_form_text => {
        "We could not read what was sent. Go back, check the page and send it again.",
        "Nous n’avons pas pu lire ce qui a été envoyé. Retournez à la page, vérifiez-la et envoyez-la de nouveau.",
    }
    forbidden_title => { "You do not have access to this page", "Vous n’avez pas accès à cette page" }
    forbidden_text => {
        "The request did not come from a page of ours, or the page is not yours. Start again from the sign-in page.",
        "La demande ne venait pas d’une de nos pages, ou la page n’est pas la vôtre. Recommencez à la page de connexion.",
    }
    not_found_title => { "Page not found", "Page introuvable" }
    not_found_text => {
        "Check the address, or start from the sign-in page.",
        "Vérifiez l’adresse ou commencez à la page de connexion.",
    }
    method_title => { "This page cannot be used that way", "Cette page ne peut pas être utilisée ainsi" }
    method_text => {
        "Open the page again and use its buttons and links.",
        "Ouvrez la page de nouveau et utilisez ses boutons et ses liens.",
    }
    too_many_title => { "Too many requests", "Trop de demandes" }
    too_many_text(span) => {
        "Too many requests. Try again in {span}.",
        "Trop de demandes. Réessayez dans {span}.",
    }
    maintenance_title => { "Closed for maintenance", "Fermé pour entretien" }
    maintenance_text(time) => { "Closed for maintenance until {time}", "Fermé pour entretien jusqu’au {time}" }
    busy_title => { "We are very busy", "Nous sommes très occupés" }
    busy_text => {
        "We cannot answer right now. Nothing was changed. Try again in a few seconds.",
        "Nous ne pouvons pas répondre en ce moment. Rien n’a changé. Réessayez dans quelques secondes.",
    }
    internal_title => { "Something went wrong", "Un problème est survenu" }
    internal_text => {
        "Something went wrong on our side. Try again in a few minutes.",
        "Un problème est survenu de notre côté. Réessayez dans quelques minutes.",
    }
    reference(id, time) => { "Reference: {id}, {time}", "Référence\u{a0}: {id}, {time}" }
    cookies_off_title => { "Cookies are blocked", "Les témoins sont bloqués" }
    cookies_off_text => {
        "Your browser is blocking cookies. Allow them for this site to sign in.",
        "Votre navigateur bloque les témoins. Autorisez-les pour ce site afin de vous connecter.",
    }

    // X9, X10
    terms_title => { "Terms of use", "Conditions d’utilisation" }
    terms_updated_title => { "Our terms of use have changed", "Nos conditions d’utilisation ont changé" }
    terms_updated_text => {
        "Read them, and accept them to go on. If you do not accept them, sign out.",
        "Lisez-les, puis acceptez-les pour continuer. Si vous ne les acceptez pas, fermez votre session.",
    }
    accept => { "Accept", "Accepter" }
    privacy_title => { "Privacy", "Confidentialité" }
    accessibility_title => { "Accessibility", "Accessibilité" }
    cookies_title => { "Cookies", "Témoins" }
    help_title => { "Help", "Aide" }
    locked_title => { "Your account is locked", "Votre compte est verrouillé" }
    locked_text(id) => {
        "Your account is locked. Contact us with reference {id}.",
        "Votre compte est verrouillé. Communiquez avec nous en donnant la référence {id}.",
    }
}

/// The account's name as it stands in a sentence of a page that the accounts of both kinds reach.
#[must_use]
pub fn account_in_a_sentence(l: ontario_language::Language, kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::MyOntario => l.pick("My Ontario Account", "Mon Ontario"),
        AccountKind::OneKey => one_key::service_name(l),
    }
}

/// `1 minute`, `5 minutes`: in both languages alike.
#[must_use]
pub fn in_minutes(count: u64) -> String {
    format!("{count} minute{}", if count == 1 { "" } else { "s" })
}

/// A span in the largest unit that says it exactly; a day is `24 hours`, as people say.
#[must_use]
pub fn in_words(l: ontario_language::Language, span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [
        (2_629_746, 1, l.pick(["month", "months"], ["mois", "mois"])),
        (86_400, 2, l.pick(["day", "days"], ["jour", "jours"])),
        (3600, 1, l.pick(["hour", "hours"], ["heure", "heures"])),
        (60, 1, ["minute", "minutes"]),
    ];
    let fitting =
        units.into_iter().find(|(unit, least, _)| seconds.is_multiple_of(*unit) && seconds / unit >= *least);
    let (unit, _, [one, many]) =
        fitting.unwrap_or((1, 0, l.pick(["second", "seconds"], ["seconde", "secondes"])));
    let count = seconds / unit;
    format!("{count}\u{a0}{}", if count == 1 { one } else { many })
}

/// `1 second`, `5 seconds`.
#[must_use]
pub fn in_seconds(l: ontario_language::Language, count: u64) -> String {
    let one = l.pick("second", "seconde");
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ontario_language::Language;

    #[test]
    fn one_of_something_is_said_in_the_singular() {
        assert_eq!((in_minutes(1), in_minutes(15)), ("1 minute".to_owned(), "15 minutes".to_owned()));
        assert_eq!(in_seconds(Language::English, 1), "1 second");
        assert_eq!(in_seconds(Language::French, 1), "1 seconde");
        assert_eq!(in_seconds(Language::French, 30), "30 secondes");
    }

    #[test]
    fn a_span_is_said_in_the_largest_unit_that_says_it_exactly() {
        for (seconds, english, french) in [
            (2_629_746 * 30, "30\u{a0}months", "30\u{a0}mois"),
            (2_629_746, "1\u{a0}month", "1\u{a0}mois"),
            (86_400 * 60, "60\u{a0}days", "60\u{a0}jours"),
            (86_400, "24\u{a0}hours", "24\u{a0}heures"),
            (3600, "1\u{a0}hour", "1\u{a0}heure"),
            (5400, "90\u{a0}minutes", "90\u{a0}minutes"),
            (60, "1\u{a0}minute", "1\u{a0}minute"),
            (61, "61\u{a0}seconds", "61\u{a0}secondes"),
            (1, "1\u{a0}second", "1\u{a0}seconde"),
        ] {
            let span = Duration::from_secs(seconds);
            assert_eq!(in_words(Language::English, span), english);
            assert_eq!(in_words(Language::French, span), french);
        }
    }
}
