//! Every text of the hub in both languages (pages.md P1 to P3).

ontario_language::messages! {
    service_name => { "Sign-in service (test)", "Service de connexion (essai)" }
    test_partner => { "Test partner – not a real bank", "Partenaire d’essai – pas une vraie banque" }
    cancel => { "Cancel", "Annuler" }

    // P1
    language_title => { "Sign-in partner", "Partenaire de connexion" }
    language_name => { "English", "Français" }
    language_text => {
        "Your bank confirms it is you. It never learns which service you use, and we never see your password.",
        "Votre banque confirme votre identité. Elle ne sait pas quel service vous utilisez et nous ne voyons jamais votre mot de passe.",
    }

    // P2
    partners_title => { "Choose your sign-in partner", "Choisissez votre partenaire de connexion" }
    partners_terms => {
        "By choosing a partner you accept the terms and privacy statement of the sign-in service.",
        "En choisissant un partenaire, vous acceptez les conditions et l’énoncé de confidentialité du service de connexion.",
    }
    search => { "Search", "Rechercher" }
    search_label => { "Name of your partner", "Nom de votre partenaire" }
    no_partner => { "No partner has that name.", "Aucun partenaire ne porte ce nom." }
    unavailable => {
        "This partner is not available now. Choose another or try later.",
        "Ce partenaire n’est pas disponible en ce moment. Choisissez-en un autre ou réessayez plus tard.",
    }

    // P2b
    sign_in_title(bank) => { "Sign in to {bank}", "Se connecter à {bank}" }
    sign_in_heading => { "Sign in", "Se connecter" }
    user => { "User name", "Nom d’utilisateur" }
    password => { "Password", "Mot de passe" }
    user_required => { "Enter your user name", "Entrez votre nom d’utilisateur" }
    password_required => { "Enter your password", "Entrez votre mot de passe" }
    wrong => { "The user name or password is not correct", "Le nom d’utilisateur ou le mot de passe est incorrect" }
    another => { "Choose another partner", "Choisir un autre partenaire" }

    // P3
    terms_title => { "Terms of the sign-in service", "Conditions du service de connexion" }
    terms_first => {
        "We noticed that you use this sign-in service for the first time. Read its terms, then accept or decline them.",
        "Vous utilisez ce service de connexion pour la première fois. Lisez ses conditions, puis acceptez-les ou refusez-les.",
    }
    terms_identifier => {
        "The service that sent you here gets an identifier that is always the same for you there, and nothing else: not your name, your account or your bank.",
        "Le service qui vous a envoyé ici reçoit un identifiant toujours le même pour vous à cet endroit, et rien d’autre\u{a0}: ni votre nom, ni votre compte, ni votre banque.",
    }
    terms_bank => {
        "Your bank confirms that you signed in. It does not learn where you go.",
        "Votre banque confirme que vous avez ouvert une session. Elle n’apprend pas où vous allez.",
    }
    terms_demonstration => {
        "This is a demonstration: the banks are made up, and nothing leaves this machine.",
        "Ceci est une démonstration\u{a0}: les banques sont inventées et rien ne quitte cette machine.",
    }
    accept => { "Accept and continue", "Accepter et continuer" }
    decline => { "Decline and leave", "Refuser et quitter" }

    not_valid_title => { "Request not valid", "Demande non valide" }
    not_valid_text => {
        "This request cannot be used, or it took too long. Go back to the service that you came from and begin again.",
        "Cette demande ne peut pas être utilisée ou a pris trop de temps. Retournez au service d’où vous venez et recommencez.",
    }
    about_title => { "About this test service", "À propos de ce service d’essai" }
}
