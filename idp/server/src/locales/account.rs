//! The texts of the account's own pages (pages.md section 4), in both languages.

ontario_language::messages! {
    // The navigation
    navigation => { "Account", "Compte" }
    menu => { "Account menu", "Menu du compte" }
    home => { "Home", "Accueil" }
    profile => { "Profile", "Profil" }
    security => { "Security", "Sécurité" }
    activity => { "Activity", "Activité" }
    services => { "Connected services", "Services connectés" }

    // What the pages are called
    change_password => { "Change password", "Changer le mot de passe" }
    change_email => { "Change email", "Changer l’adresse courriel" }
    authenticator_app => { "Authenticator app", "Application d’authentification" }
    passkeys => { "Passkeys", "Clés d’accès" }
    recovery_codes => { "Recovery codes", "Codes de récupération" }
    sessions => { "Sessions", "Sessions ouvertes" }
    transfer => { "ONE-key transfer", "Transfert ONE-key" }
    close => { "Close account", "Fermer le compte" }
    data => { "Your data", "Vos données" }

    // C0
    confirm_title => { "Confirm it’s you", "Confirmez votre identité" }
    go_on_to(page) => { "You will go on to: {page}", "Vous passerez ensuite à\u{a0}: {page}" }
    password_wrong => { "The password is not correct", "Le mot de passe est incorrect" }
    too_many_wrong => {
        "Too many wrong passwords. Sign in again.",
        "Trop de mots de passe erronés. Connectez-vous de nouveau.",
    }
}
