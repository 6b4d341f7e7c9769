//! The texts that every portal has, in both languages.

ontario_language::messages! {
    my_ontario_account => { "My Ontario Account", "Compte Mon Ontario" }
    sign_in => { "Sign in", "Connexion" }
    sign_in_again => { "Sign in again", "Se reconnecter" }
    notice_cancelled => {
        "You did not sign in. Nothing was changed.",
        "Vous n’avez pas ouvert de session. Rien n’a été modifié."
    }
    notice_signed_out => { "You are signed out.", "Votre session est fermée." }
    notice_signed_out_here_only(service, account) => {
        "You are signed out of {service}. We could not sign you out of {account}. Close your browser to be safe.",
        "Votre session dans «\u{a0}{service}\u{a0}» est fermée. Nous n’avons pas pu fermer votre session dans «\u{a0}{account}\u{a0}». Par prudence, fermez votre navigateur."
    }
    expired_title => { "Session expired", "Session expirée" }
    expired_heading => {
        "You were signed out after 15 minutes without activity.",
        "Votre session a pris fin après 15 minutes d’inactivité."
    }
    expired_text => {
        "Or you were signed in for 12 hours, which is the longest time, or you signed out elsewhere. Nothing that you saved is lost.",
        "Ou vous étiez connecté depuis 12 heures, la durée maximale, ou vous avez fermé votre session ailleurs. Rien de ce que vous avez enregistré n’est perdu."
    }
    stale_title => { "Sign-in not finished", "Ouverture de session inachevée" }
    stale_text => {
        "This sign-in is too old, was already used, or was begun in another browser. Start again from here.",
        "Cette ouverture de session est trop ancienne, a déjà servi ou a commencé dans un autre navigateur. Recommencez à partir d’ici."
    }
    unreachable_title => { "Sign-in is not available", "Ouverture de session non disponible" }
    unreachable_text(account) => {
        "We cannot reach {account} at the moment. Try again in a few minutes.",
        "Nous ne pouvons pas joindre «\u{a0}{account}\u{a0}» en ce moment. Réessayez dans quelques minutes."
    }
    invalid_title => { "Sign-in failed", "Échec de l’ouverture de session" }
    invalid_text => {
        "We received an answer that we cannot use. You are not signed in. Start again from here.",
        "Nous avons reçu une réponse que nous ne pouvons pas utiliser. Vous n’êtes pas connecté. Recommencez à partir d’ici."
    }
    bad_request_title => { "Request not valid", "Demande non valide" }
    bad_request_text => {
        "We cannot use what your browser sent. Go back and try again.",
        "Nous ne pouvons pas utiliser ce que votre navigateur a envoyé. Revenez en arrière et réessayez."
    }
    forbidden_title => { "You do not have access to this page", "Vous n’avez pas accès à cette page" }
    forbidden_text => {
        "The form was open too long, or your browser is blocking cookies. Allow cookies for this site and try again.",
        "Le formulaire est resté ouvert trop longtemps, ou votre navigateur bloque les témoins. Autorisez les témoins pour ce site et réessayez."
    }
    not_found_title => { "Page not found", "Page introuvable" }
    not_found_text => {
        "Check the address, or start from the first page.",
        "Vérifiez l’adresse ou partez de la première page."
    }
    too_large_title => { "Too much was sent", "Envoi trop volumineux" }
    too_large_text => {
        "Go back, shorten what you entered and try again.",
        "Revenez en arrière, raccourcissez ce que vous avez entré et réessayez."
    }
    failure_title => { "Something went wrong", "Un problème est survenu" }
    failure_text => {
        "Something went wrong on our side. Try again in a few minutes.",
        "Un problème est survenu de notre côté. Réessayez dans quelques minutes."
    }
    reference(reference) => { "Reference: {reference}", "Référence\u{a0}: {reference}" }
    to_first_page => { "Go to the first page", "Aller à la première page" }
    draft_was_saved => { "Your draft was saved.", "Votre ébauche a été enregistrée." }
    answers_not_saved => { "Your answers were not saved.", "Vos réponses n’ont pas été enregistrées." }
    answers_are_held => {
        "Sign in again within 30 minutes, and what you typed is filled in.",
        "Reconnectez-vous dans les 30 minutes, et ce que vous avez saisi sera rempli."
    }

    exit => { "Exit", "Quitter" }
    save => { "Save", "Enregistrer" }
    cancel => { "Cancel", "Annuler" }
    delete => { "Delete", "Supprimer" }
    continue_button => { "Continue", "Continuer" }
    terms_required => { "Check the box to accept the terms", "Cochez la case pour accepter les conditions" }
    last_name => { "Last name", "Nom de famille" }
    first_name => { "First name", "Prénom" }
    address => {
        "Address (street name, number, unit, P.O. box)",
        "Adresse (rue, numéro, unité, case postale)"
    }
    city => { "City, town or village", "Ville ou village" }
    country => { "Country", "Pays" }
    province => { "Province/State", "Province ou État" }
    postal => { "Postal/ZIP code", "Code postal ou ZIP" }
    phone => { "Phone number", "Numéro de téléphone" }
    last_name_required => { "Enter your last name", "Entrez votre nom de famille" }
    first_name_required => { "Enter your first name", "Entrez votre prénom" }
    address_required => { "Enter your address", "Entrez votre adresse" }
    city_required => { "Enter a city, town or village", "Entrez une ville ou un village" }
    country_required => { "Choose a country", "Choisissez un pays" }
    postal_required => {
        "Enter a postal code like M5V 2T6",
        "Entrez un code postal, par exemple M5V 2T6"
    }
    zip_required => { "Enter a ZIP code like 14201", "Entrez un code ZIP, par exemple 14201" }
    phone_required => {
        "Enter a phone number, like 416-555-0123",
        "Entrez un numéro de téléphone, par exemple 416 555-0123"
    }
    email_required => { "Enter your email address", "Entrez votre adresse courriel" }
    email_format => {
        "Enter your email address in the correct format, like name@example.com",
        "Entrez votre adresse courriel dans le bon format, par exemple nom@exemple.ca"
    }
    email_long => {
        "Email address must be 254 characters or fewer",
        "L’adresse courriel doit compter au plus 254 caractères"
    }
    start => { "Start", "Commencer" }
    drafts => { "Drafts", "Ébauches" }
    no_drafts => { "No drafts", "Aucune ébauche" }
    date => { "Date", "Date" }
    status => { "Status", "État" }
    fifteen_minutes => {
        "For your security, you will be signed out after 15 minutes without activity.",
        "Pour votre sécurité, votre session prendra fin après 15 minutes d’inactivité."
    }
    save_draft => { "Save draft", "Enregistrer l’ébauche" }
    submit => { "Submit", "Soumettre" }
    choose => { "Choose", "Choisir" }
    update => { "Update", "Mettre à jour" }
    update_hint => {
        "Choose another country, then Update: the list of provinces or states changes.",
        "Choisissez un autre pays, puis Mettre à jour\u{a0}: la liste des provinces ou des États change."
    }
    address_short => { "Address", "Adresse" }
    state_required => { "Choose a state", "Choisissez un État" }
    province_required => { "Choose a province", "Choisissez une province" }
    too_long(field, most) => {
        "{field} must be {most} characters or fewer",
        "{field}\u{a0}: au plus {most} caractères"
    }
    sort_ascending => { "sort in ascending order", "trier en ordre croissant" }
    sort_descending => { "sort in descending order", "trier en ordre décroissant" }
    draft_conflict => {
        "This draft was changed in another tab or window since you opened this page. Check your answers below: if you continue, they replace the other ones.",
        "Cette ébauche a été modifiée dans un autre onglet ou une autre fenêtre depuis l’ouverture de cette page. Vérifiez vos réponses ci-dessous\u{a0}: si vous continuez, elles remplacent les autres."
    }
    kept_until => { "Kept until", "Gardée jusqu’au" }
    draft_ends_subject(day) => {
        "Your draft will be deleted on {day}",
        "Votre ébauche sera supprimée le {day}"
    }
    draft_ends_text(service, day) => {
        "Your draft for {service} will be deleted on {day}. Sign in and change or submit it before to keep what you typed.",
        "Votre ébauche pour «\u{a0}{service}\u{a0}» sera supprimée le {day}. Ouvrez une session et modifiez-la ou soumettez-la avant pour garder ce que vous avez saisi."
    }
    draft_expired_subject => { "Your draft has expired", "Votre ébauche a expiré" }
    draft_expired_text(service, day) => {
        "Your draft for {service} expired on {day} and was deleted.",
        "Votre ébauche pour «\u{a0}{service}\u{a0}» a expiré le {day} et a été supprimée."
    }
    terms_version(version, date) => { "Version {version}, {date}", "Version {version}, {date}" }
    search => { "Search", "Chercher" }
    show_all => { "Show all", "Tout afficher" }
    page_of(page, pages) => { "Page {page} of {pages}", "Page {page} sur {pages}" }
    pages_label => { "Pages of the list", "Pages de la liste" }
    previous_page => { "Previous page", "Page précédente" }
    next_page => { "Next page", "Page suivante" }
    pdf_empty => { "The file is empty. Choose another one", "Le fichier est vide. Choisissez-en un autre" }
    pdf_too_large(megabytes) => {
        "The file must be {megabytes} MB or smaller",
        "Le fichier doit compter au plus {megabytes} Mo"
    }
    pdf_not_pdf => {
        "The file is not a complete PDF. Save your document as a PDF and choose that file",
        "Le fichier n’est pas un PDF complet. Enregistrez votre document au format PDF et choisissez ce fichier"
    }
    pdf_name(most) => {
        "The file name must end in .pdf, have {most} characters or fewer and no slash, colon or hidden character. Rename the file and choose it again",
        "Le nom du fichier doit se terminer par .pdf, compter au plus {most} caractères et ne contenir ni barre oblique, ni deux-points, ni caractère caché. Renommez le fichier et choisissez-le de nouveau"
    }
    choice_required => { "Choose one of the options", "Choisissez l’une des options" }
}
