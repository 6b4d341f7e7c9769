//! The texts of extra verification (pages.md M6, M7, M14, C5 and C7), in both languages.

ontario_language::messages! {
    // Errors (pages.md 0.4).
    totp_wrong => {
        "This code is not correct. Wait for the next code in your app and try again",
        "Ce code est incorrect. Attendez le prochain code de votre application et réessayez",
    }
    recovery_code_wrong => {
        "This recovery code is not correct or was already used",
        "Ce code de récupération est incorrect ou a déjà servi",
    }

    // M6
    second_step_title => { "Enter your security code", "Entrez votre code de sécurité" }
    totp_label => {
        "6-digit code from your authenticator app",
        "Code à 6 chiffres de votre application d’authentification",
    }
    use_another_way => { "Use another way", "Utiliser une autre façon" }
    not_now => { "Not now", "Pas maintenant" }
    too_late => {
        "The second step took too long. Sign in again.",
        "La deuxième étape a pris trop de temps. Connectez-vous de nouveau.",
    }

    // M7
    other_way_title => { "Use another way", "Utiliser une autre façon" }
    which_way => { "How do you want to confirm that it’s you?", "Comment voulez-vous confirmer votre identité?" }
    way_passkey => { "Passkey", "Clé d’accès" }
    way_app => { "Authenticator app", "Application d’authentification" }
    way_recovery_code => { "Recovery code", "Code de récupération" }
    way_none => { "I have none of these", "Je n’ai aucun de ces moyens" }
    recovery_code_label => { "Recovery code", "Code de récupération" }
    recovery_code_hint => {
        "Only if you chose it above: 10 letters and digits, like 0a1b2-c3d4e",
        "Seulement si vous l’avez choisi ci-dessus\u{a0}: 10 lettres et chiffres, par exemple 0a1b2-c3d4e",
    }
    no_way_title => { "Contact us", "Nous joindre" }
    no_way_text => {
        "Contact us. We will check who you are before we help.",
        "Communiquez avec nous. Nous vérifierons votre identité avant de vous aider.",
    }
    code_used_title => { "Recovery code used", "Code de récupération utilisé" }
    codes_left(count) => { "You have {count} codes left.", "Il vous reste {count} codes." }
    one_code_left => { "You have 1 code left.", "Il vous reste 1 code." }
}
