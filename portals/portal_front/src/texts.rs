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
}
