//! Every text of the portal in both languages.

ontario_language::messages! {
    service_name => { "ServiceOntario account", "Compte ServiceOntario" }
    create_or_sign_in => {
        "Create a My Ontario Account / Sign in",
        "Créer un compte Mon Ontario/Ouvrir une session"
    }
    account_home => { "Account home", "Page d’accueil du compte" }

    landing_title => { "Sign in or create an account", "Ouvrir une session ou créer un compte" }
    landing_lead => {
        "Use one account for your ServiceOntario services: apply, follow your requests and read your messages.",
        "Utilisez un seul compte pour vos services de ServiceOntario\u{a0}: présentez une demande, suivez-la et lisez vos messages."
    }
    landing_how_heading => { "How to sign in", "Comment ouvrir une session" }
    landing_how => {
        "You sign in with My Ontario Account. If you do not have one, you can create it on the next page with an email address and a password.",
        "Vous ouvrez une session avec un compte Mon Ontario. Si vous n’en avez pas, vous pouvez le créer à la page suivante avec une adresse courriel et un mot de passe."
    }
    landing_one_key_heading => { "If you used ONE-key", "Si vous utilisiez ONE-key" }
    landing_one_key => {
        "ServiceOntario account used to work with ONE-key. It now works with My Ontario Account. When you sign in, you are asked whether to transfer your ONE-key account. Answer Yes, and you find your services and your history here again. You can answer only once.",
        "Le compte ServiceOntario fonctionnait avec ONE-key. Il fonctionne maintenant avec un compte Mon Ontario. À l’ouverture de session, on vous demande si vous voulez transférer votre compte ONE-key. Répondez Oui pour retrouver ici vos services et votre historique. Vous ne pouvez répondre qu’une fois."
    }
    landing_help => { "Help with signing in", "Aide pour ouvrir une session" }

    set_up_title => { "Set up your account", "Créer votre compte" }
    set_up_heading => { "Set up your ServiceOntario account", "Créez votre compte ServiceOntario" }
    email => { "Email", "Courriel" }
    email_hint => { "This will be your default email", "Ce sera votre courriel par défaut" }
    terms => { "Terms", "Termes et conditions" }
    terms_title => { "Terms and conditions", "Termes et conditions" }
    terms_demonstration => {
        "These terms are a demonstration text. They bind nobody.",
        "Ces conditions sont un texte de démonstration. Elles n’engagent personne."
    }
    terms_inactive_heading => { "Inactive accounts", "Comptes inactifs" }
    terms_inactive => {
        "We delete an account that nobody has signed in to for 30 months. We write to you 60 days and 30 days before. Sign in once to keep the account.",
        "Nous supprimons un compte auquel personne ne s’est connecté pendant 30 mois. Nous vous écrivons 60 jours et 30 jours avant. Ouvrez une session pour garder le compte."
    }
    terms_drafts_heading => { "Form drafts", "Ébauches de formulaire" }
    terms_drafts => {
        "We keep a draft for 12 months after your last change. We write to you 60 days and 30 days before we delete it.",
        "Nous gardons une ébauche pendant 12 mois après votre dernière modification. Nous vous écrivons 60 jours et 30 jours avant de la supprimer."
    }
    terms_exceptions_heading => { "Exceptions", "Exceptions" }
    terms_exception_security => {
        "Drafts for a security guard, a private investigator or an agency are kept for 30 days. We write to you when one expires.",
        "Les ébauches pour un agent de sécurité, un enquêteur privé ou une agence sont gardées pendant 30 jours. Nous vous écrivons quand l’une d’elles expire."
    }
    terms_exception_payment => {
        "Submitted applications that wait for a payment stay without an end date.",
        "Les demandes soumises qui attendent un paiement restent sans date de fin."
    }
    terms_accept => {
        "I accept the terms and conditions above",
        "J’accepte les termes et conditions ci-dessus"
    }

    done_title => { "Account created", "Compte créé" }
    done_heading => {
        "Thank you! Your ServiceOntario account was created.",
        "Merci! Votre compte ServiceOntario a été créé."
    }
    done_text => {
        "From now on, sign in with My Ontario Account to get here.",
        "À partir de maintenant, ouvrez une session avec le compte Mon Ontario pour arriver ici."
    }

    in_this_account => { "In this account", "Dans ce compte" }
    activities => { "Activities", "Activités" }
    account_help => { "Account help", "Aide sur le compte" }
    privacy => { "Privacy", "Confidentialité" }
    enrolled_services => { "Enrolled services", "Services inscrits" }
    no_services => { "You are not enrolled in any service.", "Vous n’êtes inscrit à aucun service." }
    one_key_records => { "Records from ONE-key", "Dossiers de ONE-key" }
    one_key_attached => {
        "Your earlier ONE-key records are attached.",
        "Vos dossiers ONE-key antérieurs sont joints."
    }
    messages => { "Messages", "Messages" }
    no_messages => { "No messages", "Aucun message" }
    no_activity => { "No activity yet", "Aucune activité" }
    no_activity_this_month => { "No activity in this month", "Aucune activité pendant ce mois" }
    date_time => { "Date/Time", "Date/Heure" }
    activity => { "Activity", "Activité" }
    status_done => { "Done", "Terminée" }
    month => { "Month", "Mois" }
    all_months => { "All months", "Tous les mois" }
    show => { "Show", "Afficher" }
    default_email(email) => { "Default email: {email}", "Courriel par défaut\u{a0}: {email}" }
    activity_account_created => { "Account created", "Compte créé" }
    activity_signed_in => { "Signed in", "Session ouverte" }
    activity_one_key_transferred => { "ONE-key account transferred", "Compte ONE-key transféré" }


    landing_notices => { "System notices", "Avis du système" }
    recommended => { "Recommended", "Recommandé" }
    add_service => { "Add a service", "Ajouter un service" }
    add_profile => { "Add a profile", "Ajouter un profil" }
    profiles => { "Profiles", "Profils" }
    profile => { "Profile", "Profil" }
    draft => { "Draft", "Ébauche" }
    settings => { "Account settings", "Paramètres du compte" }
    view_profile => { "View profile", "Afficher le profil" }
    edit_profile => { "Edit profile", "Modifier le profil" }
    delete_profile => { "Delete this profile", "Supprimer ce profil" }
    delete_profile_text(name) => {
        "The profile {name} and everything in it will be deleted.",
        "Le profil {name} et tout ce qu’il contient seront supprimés."
    }
    no_profiles => { "No profiles yet", "Aucun profil" }
    saved => { "Saved.", "Enregistré." }
    most_recent_activities => { "Most recent", "Plus récentes" }
    most_recent_messages => { "Most recent", "Plus récents" }
    all_activities => { "All", "Toutes" }
    all_messages => { "All", "Tous" }
    service_name_column => { "Service name", "Nom de service" }
    service_column => { "Service", "Service" }
    subject => { "Subject", "Objet" }
    sender => { "Sender", "Expéditeur" }
    status_awaiting_payment => { "Waiting for payment", "En attente de paiement" }
    last_change => { "Last change", "Dernière modification" }
    no_end_date => { "No end date", "Sans date de fin" }
    drafts_note => {
        "A draft that you do not change is deleted on the day shown. We write to you before, or when it expires for a security guard, a private investigator or an agency.",
        "Une ébauche que vous ne modifiez pas est supprimée le jour indiqué. Nous vous écrivons avant, ou quand elle expire pour un agent de sécurité, un enquêteur privé ou une agence."
    }
    activity_service_added(service) => { "Service added: {service}", "Service ajouté\u{a0}: {service}" }
    activity_submitted(service) => { "Application submitted: {service}", "Demande soumise\u{a0}: {service}" }
    activity_profile_added => { "Profile added", "Profil ajouté" }
    activity_profile_changed => { "Profile changed", "Profil modifié" }
    activity_profile_deleted => { "Profile deleted", "Profil supprimé" }
    activity_settings_changed => { "Settings changed", "Paramètres modifiés" }

    profile_name => { "Profile name", "Nom du profil" }
    profile_name_hint => { "Only you see it, for example Family", "Vous seul le voyez, par exemple Famille" }
    language_label => { "Language", "Langue" }
    profile_name_required => { "Enter a name for this profile", "Entrez un nom pour ce profil" }

    default_email_label => { "Default email", "Courriel par défaut" }
    default_email_hint => {
        "We write to this address. It does not change the address that you sign in with.",
        "Nous écrivons à cette adresse. Elle ne change pas l’adresse avec laquelle vous ouvrez une session."
    }
    mail_language => { "Language of our emails", "Langue de nos courriels" }
    close_account => { "Close my account", "Fermer mon compte" }
    close_account_text => {
        "Your profiles, services, drafts and messages here are deleted for good. Your My Ontario Account stays.",
        "Vos profils, services, ébauches et messages ici sont supprimés définitivement. Votre compte Mon Ontario reste."
    }
    closed_title => { "Your account is closed", "Votre compte est fermé" }
    closed_text => {
        "Your ServiceOntario account and everything in it is deleted. You are signed out here.",
        "Votre compte ServiceOntario et tout ce qu’il contenait est supprimé. Votre session ici est fermée."
    }

    applicant => { "Full name of the applicant", "Nom complet de la personne qui présente la demande" }
    applicant_required => {
        "Enter the full name of the applicant",
        "Entrez le nom complet de la personne qui présente la demande"
    }
    details => { "Details of your application", "Détails de votre demande" }
    details_hint => { "For example, why you need it", "Par exemple, pourquoi vous en avez besoin" }
    draft_kept_until(day) => {
        "This draft is kept until {day} if you do not change it.",
        "Cette ébauche est gardée jusqu’au {day} si vous ne la modifiez pas."
    }
    payment_note => {
        "After you submit it, the application waits for your payment without an end date.",
        "Une fois soumise, la demande attend votre paiement sans date de fin."
    }
    delete_draft => { "Delete this draft", "Supprimer cette ébauche" }
    delete_draft_text(service) => {
        "The draft for {service} will be deleted.",
        "L’ébauche pour «\u{a0}{service}\u{a0}» sera supprimée."
    }
    twelve_months => { "A draft is kept for 12 months.", "Une ébauche est gardée pendant 12 mois." }
    thirty_days => { "A draft is kept for 30 days.", "Une ébauche est gardée pendant 30 jours." }
    submitted_title => { "Application submitted", "Demande soumise" }
    submitted_heading => { "We received your application.", "Nous avons reçu votre demande." }
    submitted_text => {
        "You find it in your activities and messages.",
        "Vous la trouvez dans vos activités et vos messages."
    }

    welcome_subject => { "Registration confirmed", "Inscription confirmée" }
    welcome_text => {
        "Your ServiceOntario account was created.",
        "Votre compte ServiceOntario a été créé."
    }
    received_subject(service) => { "We received your application: {service}", "Nous avons reçu votre demande\u{a0}: {service}" }
    received_text(service) => {
        "We received your application for {service}. You do not have to do anything more.",
        "Nous avons reçu votre demande pour «\u{a0}{service}\u{a0}». Vous n’avez rien d’autre à faire."
    }
    payment_subject(service) => { "Payment needed: {service}", "Paiement requis\u{a0}: {service}" }
    payment_text(service) => {
        "We received your application for {service}. It waits for your payment, without an end date.",
        "Nous avons reçu votre demande pour «\u{a0}{service}\u{a0}». Elle attend votre paiement, sans date de fin."
    }
    account_ends_subject(day) => {
        "Your ServiceOntario account will be deleted on {day}",
        "Votre compte ServiceOntario sera supprimé le {day}"
    }
    account_ends_text(day) => {
        "Nobody has signed in to your ServiceOntario account for a long time. It will be deleted on {day}. Sign in once before to keep it.",
        "Personne ne s’est connecté à votre compte ServiceOntario depuis longtemps. Il sera supprimé le {day}. Ouvrez une session avant pour le garder."
    }
    mail_link => { "Go to your ServiceOntario account", "Aller à votre compte ServiceOntario" }
}

pub(crate) use portal_front::texts::{
    cancel, continue_button, date, delete, draft_conflict, draft_ends_subject, draft_ends_text,
    draft_expired_subject, draft_expired_text, drafts, exit, fifteen_minutes, first_name,
    first_name_required, kept_until, last_name, last_name_required, no_drafts, save, save_draft, start,
    status, submit, terms_required,
};

use crate::records::Notice;
use crate::services;
use ontario_language::{Language, format_date};

/// The subject and the words of a message or mail.
pub(crate) fn notice(
    language: Language,
    notice: Notice,
    service: Option<&str>,
    day: Option<i64>,
) -> (String, String) {
    let (l, service) = (language, services::name(language, service));
    let day = format_date(l, day.unwrap_or_default());
    match notice {
        Notice::Welcome => (welcome_subject(l).to_owned(), welcome_text(l).to_owned()),
        Notice::Received => (received_subject(l, service), received_text(l, service)),
        Notice::AwaitingPayment => (payment_subject(l, service), payment_text(l, service)),
        Notice::DraftEnds60 | Notice::DraftEnds30 => {
            (draft_ends_subject(l, &day), draft_ends_text(l, service, &day))
        }
        Notice::DraftExpired => (draft_expired_subject(l).to_owned(), draft_expired_text(l, service, day)),
        Notice::AccountEnds60 | Notice::AccountEnds30 => {
            (account_ends_subject(l, &day), account_ends_text(l, &day))
        }
    }
}
