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
    no_way_title => { "Get help with your second step", "Obtenir de l’aide pour votre deuxième étape" }
    no_way_text => {
        "Contact us. We will check who you are before we help.",
        "Communiquez avec nous. Nous vérifierons votre identité avant de vous aider.",
    }
    code_used_title => { "Recovery code used", "Code de récupération utilisé" }
    codes_left(count) => { "You have {count} codes left.", "Il vous reste {count} codes." }
    no_codes => { "You have no recovery codes.", "Vous n’avez aucun code de récupération." }
    no_codes_advice => {
        "You have no recovery codes. They let you in when you lose your device.",
        "Vous n’avez aucun code de récupération. Ces codes vous donnent accès à votre compte si vous perdez votre appareil.",
    }
    make_codes => { "Make recovery codes", "Créer des codes de récupération" }
    one_code_left => { "You have 1 code left.", "Il vous reste 1 code." }

    // M14
    set_up_title => { "Set up a second step", "Configurer une deuxième étape" }
    service_needs(service) => { "{service} needs a second step.", "{service} exige une deuxième étape." }
    set_up_which => { "What do you want to set up?", "Que voulez-vous configurer?" }

    // C5
    open_app => { "Open your authenticator app", "Ouvrez votre application d’authentification" }
    no_app => { "I don’t have an app", "Je n’ai pas d’application" }
    no_app_text => {
        "Get a free authenticator app from your device’s app store, then come back to this page.",
        "Obtenez une application d’authentification gratuite dans la boutique d’applications de votre appareil, puis revenez à cette page.",
    }
    scan => { "Scan the QR code or enter the key", "Lisez le code QR ou entrez la clé" }
    open_here => { "Open my app on this device", "Ouvrir mon application sur cet appareil" }
    qr_alt => { "QR code; the same key is written below", "Code QR; la même clé est écrite plus bas" }
    copy => { "Copy", "Copier" }
    copied => { "Copied", "Copié" }
    app_code_label => { "Code shown in your app", "Code affiché dans votre application" }
    app_name_label => { "Name", "Nom" }
    app_name_long => { "Name must be 40 characters or fewer", "Le nom doit compter au plus 40 caractères" }
    turn_on => { "Turn on", "Activer" }
    app_is_on(time) => { "Your authenticator app is on since {time}.", "Votre application d’authentification est activée depuis le {time}." }
    app_is_called(name) => { "Name: {name}", "Nom\u{a0}: {name}" }
    app_last_used(time) => { "Last used: {time}", "Dernière utilisation\u{a0}: {time}" }
    remove_app => { "Remove authenticator app", "Retirer l’application d’authentification" }
    app_was_removed => { "Authenticator app removed", "Application d’authentification retirée" }
    remove => { "Remove", "Retirer" }
    remove_app_text => {
        "The codes of your app will no longer be asked for or accepted.",
        "Les codes de votre application ne seront plus demandés ni acceptés.",
    }
    codes_go_too => {
        "It is your last second step: your recovery codes will stop working too.",
        "C’est votre dernière deuxième étape\u{a0}: vos codes de récupération cesseront aussi de fonctionner.",
    }
    set_up_app => { "Set up authenticator app", "Configurer l’application d’authentification" }

    view_codes => { "View recovery codes", "Voir les codes de récupération" }
    no_second_step => { "Your account has no second step.", "Votre compte n’a pas de deuxième étape." }
    add_second_step => { "Add a second step", "Ajouter une deuxième étape" }

    // C7
    codes_text => {
        "Keep these codes where only you can find them. Each works once, when you can’t use your other second step. We show them only now.",
        "Conservez ces codes là où vous seul pouvez les trouver. Chacun sert une fois, quand votre autre deuxième étape n’est pas possible. Nous ne les montrons que maintenant.",
    }
    codes_of(account) => { "Account: {account}", "Compte\u{a0}: {account}" }
    codes_made(time) => { "Made on {time}", "Créés le {time}" }
    codes_file_title => {
        "Recovery codes for My Ontario Account",
        "Codes de récupération du compte Mon Ontario",
    }
    download => { "Download", "Télécharger" }
    codes_saved => { "I have saved these codes", "J’ai conservé ces codes" }
    codes_saved_required => {
        "Check the box when you have saved the codes",
        "Cochez la case après avoir conservé les codes",
    }
    make_new_codes => { "Make new codes", "Créer de nouveaux codes" }
    new_codes_text => {
        "Your old codes will stop working at once.",
        "Vos anciens codes cesseront de fonctionner immédiatement.",
    }
    codes_need_factor => {
        "Set up a second step first. Recovery codes are for the day when you can’t use it.",
        "Configurez d’abord une deuxième étape. Les codes de récupération servent le jour où elle n’est pas possible.",
    }
}
