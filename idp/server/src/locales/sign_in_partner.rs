//! The texts of signing in with a partner (pages.md section 2).

ontario_language::messages! {
    partner => { "Sign-in partner", "Partenaire de connexion" }
    partner_named(name) => { "Sign-in partner: {name}", "Partenaire de connexion\u{a0}: {name}" }
    failed => {
        "Sign-in with the partner was cancelled or failed. Nothing was changed.",
        "La connexion par le partenaire a été annulée ou a échoué. Rien n’a changé.",
    }
    declined => { "You declined. Nothing was saved.", "Vous avez refusé. Rien n’a été enregistré." }
    unavailable => {
        "This partner is not available now. Choose another or try later.",
        "Ce partenaire n’est pas disponible en ce moment. Choisissez-en un autre ou réessayez plus tard.",
    }

    // P4
    email_title => {
        "Enter your email address to continue",
        "Entrez votre adresse courriel pour continuer",
    }
    email_once => {
        "This is your first time here with your sign-in partner. We ask for your email address only once.",
        "C’est votre première visite ici avec votre partenaire de connexion. Nous ne demandons votre adresse courriel qu’une seule fois.",
    }

    // P5
    verify_title => { "Verify by email", "Vérification par courriel" }
    code => { "Verification code", "Code de vérification" }
    accept_terms => {
        "I accept the terms of use for validating the account",
        "J’accepte les conditions d’utilisation pour la validation du compte",
    }
    accept_terms_link => { "terms of use", "conditions d’utilisation" }
    no_code => { "Did not get a code?", "Vous n’avez pas reçu de code?" }
    send_again => { "Send a code again", "Envoyer de nouveau un code" }
    minutes_left(minutes) => { "Minutes left for this code: {minutes}", "Minutes restantes pour ce code\u{a0}: {minutes}" }
    one_minute_left => {
        "One minute left for this code. You can send a code again.",
        "Il reste une minute pour ce code. Vous pouvez envoyer de nouveau un code.",
    }

    // P6
    link_title => { "Link to your account", "Associer à votre compte" }
    link_text => {
        "There is already an account for this email. Sign in once to link your partner.",
        "Un compte existe déjà pour ce courriel. Connectez-vous une fois pour associer votre partenaire.",
    }
    link => { "Link", "Associer" }
    use_another_email => { "Use another email", "Utiliser un autre courriel" }
    by_partner => { "Use the sign-in partner of this account", "Utiliser le partenaire de connexion de ce compte" }

    // P7
    done_title => { "Your account is ready", "Votre compte est prêt" }
    ready => { "Your account is ready.", "Votre compte est prêt." }
    ready_for(client) => {
        "Your account is ready. Continue to {client}.",
        "Votre compte est prêt. Continuez vers {client}.",
    }
}
