//! Words of the frame and of the components. The names of services are functions of the language, as
//! [`crate::Site::new`] takes them.

ontario_language::messages! {
    my_ontario_account => { "My Ontario Account", "Compte Mon Ontario" }
    one_key => { "ONE-key", "ONE-key" }
    serviceontario_account => { "ServiceOntario account", "Compte ServiceOntario" }
    justice_services_online => { "Justice Services Online", "Services de justice en ligne" }
    administration => { "Administration", "Administration" }

    wordmark => { "Ontario", "Ontario" }
    skip_to_content => { "Skip to main content", "Passer au contenu principal" }
    demonstration_notice => {
        "Demonstration – not a Government of Ontario service",
        "Démonstration – ce n’est pas un service du gouvernement de l’Ontario"
    }
    demonstration_label => { "About this site", "À propos de ce site" }
    system_notice_label => { "Notice", "Avis" }
    back => { "Back", "Retour" }
    sign_out => { "Sign out", "Fin de session" }
    continue_to(client) => { "to continue to {client}", "pour continuer vers {client}" }
    footer_label => { "About this service", "À propos de ce service" }
    session_label => { "Session", "Session" }
    accessibility => { "Accessibility", "Accessibilité" }
    privacy => { "Privacy", "Confidentialité" }
    terms_of_use => { "Terms of use", "Conditions d’utilisation" }
    help => { "Help:", "Aide\u{a0}:" }
    contact_us => { "Contact us", "Nous joindre" }
    copyright_demonstration => { "© The team behind this demonstration", "© L’équipe de cette démonstration" }
    error_title(title) => { "Error: {title}", "Erreur\u{a0}: {title}" }
    error_prefix => { "Error:", "Erreur\u{a0}:" }

    required => { "(required)", "(obligatoire)" }
    optional => { "(optional)", "(facultatif)" }
    there_is_a_problem => { "There is a problem", "Il y a un problème" }
    choose_a_password_that_meets_the_rules => {
        "Choose a password that meets all the rules",
        "Choisissez un mot de passe qui respecte toutes les règles"
    }
    success => { "Success:", "Réussite\u{a0}:" }
    warning => { "Warning:", "Avertissement\u{a0}:" }
    information => { "Information:", "Renseignement\u{a0}:" }
    step_of(step, steps) => { "Step {step} of {steps}", "Étape {step} sur {steps}" }

    show_password => { "Show password", "Afficher le mot de passe" }
    password_is_visible => { "Your password is visible", "Votre mot de passe est visible" }
    password_is_hidden => { "Your password is hidden", "Votre mot de passe est masqué" }
    password_rules => { "Password rules", "Règles pour le mot de passe" }
    rule_length => { "at least 8 characters", "au moins 8 caractères" }
    rule_digit => { "at least 1 number", "au moins 1 chiffre" }
    rule_symbol => { "at least 1 symbol", "au moins 1 symbole" }
    rule_lower_case => { "at least 1 lower-case letter", "au moins 1 lettre minuscule" }
    rule_upper_case => { "at least 1 upper-case letter", "au moins 1 lettre majuscule" }
    rule_user_name => {
        "no part of your username (email)",
        "aucune partie de votre nom d’utilisateur (courriel)"
    }
    rule_one_key_length => { "8 to 16 characters", "de 8 à 16 caractères" }
    rule_space => { "no space", "aucune espace" }
    rule_id => { "not your ID", "différent de votre ID" }
    rule_met => { "met", "respectée" }
    rule_not_met => { "not met", "non respectée" }
    /// For 0 and 1.
    rule_met_count(met, rules) => { "{met} of {rules} rules met", "{met} règle respectée sur {rules}" }
    /// From 2.
    rules_met(met, rules) => { "{met} of {rules} rules met", "{met} règles respectées sur {rules}" }

    print => { "Print", "Imprimer" }
    copy => { "Copy", "Copier" }
    copied => { "Copied", "Copié" }

    do_you_need_more_time => { "Do you need more time?", "Avez-vous besoin de plus de temps?" }
    signed_out_in_minutes(minutes) => {
        "You will be signed out in {minutes} minutes.",
        "Votre session prendra fin dans {minutes} minutes."
    }
    signed_out_in_one_minute => {
        "You will be signed out in 1 minute.",
        "Votre session prendra fin dans 1 minute."
    }
    signed_out_in_seconds(seconds) => {
        "You will be signed out in {seconds} seconds.",
        "Votre session prendra fin dans {seconds} secondes."
    }
    not_saved_will_be_lost => {
        "Anything not saved will be lost.",
        "Ce qui n’est pas enregistré sera perdu."
    }
    draft_is_saved => { "Your draft is saved.", "Votre ébauche est enregistrée." }
    stay_signed_in => { "Stay signed in", "Rester connecté" }
    sign_in_again => { "Sign in again", "Se reconnecter" }
    signed_out_after(minutes) => {
        "For your security, you will be signed out after {minutes} minutes without activity.",
        "Pour votre sécurité, votre session prendra fin après {minutes} minutes d’inactivité."
    }
}
