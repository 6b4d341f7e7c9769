//! The texts of passkeys (pages.md M1, M5, C6), in both languages.

ontario_language::messages! {
    // M1, M5
    sign_in => { "Sign in with a passkey", "Se connecter avec une clé d’accès" }
    faster => { "Sign in faster next time", "Se connecter plus vite la prochaine fois" }
    not_now => { "Not now", "Pas maintenant" }
    cancelled => {
        "The passkey was not used. Try again, or choose another way",
        "La clé d’accès n’a pas été utilisée. Réessayez ou choisissez une autre façon",
    }

    // C0
    confirm => { "Use a passkey", "Utiliser une clé d’accès" }

    // M6, M7
    step_text => {
        "Your browser will ask for your face, fingerprint or device PIN.",
        "Votre navigateur demandera votre visage, votre empreinte ou le NIP de votre appareil.",
    }

    // C6
    title => { "Passkeys", "Clés d’accès" }
    none_yet => { "No passkeys yet", "Aucune clé d’accès pour le moment" }
    added => { "Added", "Ajoutée" }
    last_used => { "Last used", "Dernière utilisation" }
    never_used => { "Not used yet", "Pas encore utilisée" }
    where_kept => { "Kept", "Emplacement" }
    synced => { "Synced between your devices", "Synchronisée entre vos appareils" }
    can_be_synced => { "On one device, can be synced", "Sur un seul appareil, peut être synchronisée" }
    one_device => { "On one device only", "Sur un seul appareil" }
    rename => { "Rename", "Renommer" }
    remove => { "Remove", "Retirer" }
    add => { "Add a passkey", "Ajouter une clé d’accès" }
    full(most) => {
        "You have {most} passkeys. Remove one to add another.",
        "Vous avez {most} clés d’accès. Retirez-en une pour en ajouter une autre.",
    }
    explain => {
        "Sign in with your face, fingerprint or device PIN.",
        "Connectez-vous avec votre visage, votre empreinte ou le NIP de votre appareil.",
    }
    not_shared => { "Do not add one on a shared device.", "N’en ajoutez pas sur un appareil partagé." }
    without_script => {
        "Passkeys need JavaScript. You can use an authenticator app instead.",
        "Les clés d’accès exigent JavaScript. Vous pouvez utiliser une application d’authentification.",
    }
    exists => {
        "This device already has a passkey for your account",
        "Cet appareil a déjà une clé d’accès pour votre compte",
    }
    unsupported => { "This browser cannot use passkeys", "Ce navigateur ne prend pas en charge les clés d’accès" }
    name => { "Name", "Nom" }
    name_hint => { "To tell it from your other passkeys", "Pour la distinguer de vos autres clés d’accès" }
    name_required => { "Enter a name", "Entrez un nom" }
    name_long => { "Name must be 40 characters or fewer", "Le nom doit compter au plus 40 caractères" }
    rename_title => { "Rename passkey", "Renommer la clé d’accès" }
    save => { "Save", "Enregistrer" }
    remove_title => { "Remove passkey", "Retirer la clé d’accès" }
    remove_text(name) => {
        "You will no longer be able to sign in with the passkey “{name}”. Delete it on your device too.",
        "Vous ne pourrez plus vous connecter avec la clé d’accès «\u{a0}{name}\u{a0}». Supprimez-la aussi sur votre appareil.",
    }
    needed(service) => { "{service} needs a second step.", "{service} exige une deuxième étape." }
    last_way => {
        "This passkey is your only way to sign in. Set a password first.",
        "Cette clé d’accès est votre seule façon de vous connecter. Définissez d’abord un mot de passe.",
    }
    was_added => { "Passkey added", "Clé d’accès ajoutée" }
    was_renamed => { "Passkey renamed", "Clé d’accès renommée" }
    was_removed => { "Passkey removed", "Clé d’accès retirée" }
}
