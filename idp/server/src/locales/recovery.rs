//! The texts of a forgotten password (pages.md M8 to M10, and 0.4).

ontario_language::messages! {
    forgot_password => { "Forgot your password?", "Mot de passe oublié?" }
    sign_in_stopped => {
        "Too many attempts. Reset your password to sign in",
        "Trop de tentatives. Réinitialisez votre mot de passe pour vous connecter",
    }

    // M8
    reset_title => { "Reset your password", "Réinitialiser votre mot de passe" }
    email_hint => { "The email address you registered with", "L’adresse courriel avec laquelle vous vous êtes inscrit" }

    // M9
    code_title => { "Enter the reset code", "Entrez le code de réinitialisation" }
    if_there_is_an_account(email) => {
        "If there is an account for {email}, we sent a code.",
        "S’il existe un compte pour {email}, nous avons envoyé un code.",
    }
    link_only => {
        "Too many wrong codes for this address. Open the link in the email, on this device and browser",
        "Trop de codes erronés pour cette adresse. Ouvrez le lien du courriel, sur cet appareil et dans ce navigateur",
    }
    over_title => { "Reset expired", "Réinitialisation expirée" }
    over_text => {
        "This password reset has expired. Your password was not changed. Start again.",
        "Cette réinitialisation a expiré. Votre mot de passe n’a pas changé. Recommencez.",
    }
    start_again => { "Start again", "Recommencer" }

    // The mailed link
    link_title => { "Reset your password", "Réinitialiser votre mot de passe" }
    link_press_button => {
        "Press the button to choose a new password for your My Ontario Account.",
        "Appuyez sur le bouton pour choisir un nouveau mot de passe pour votre compte Mon Ontario.",
    }
    link_nothing_changed => {
        "Nothing was changed. Ask for a new email if you still need to reset your password.",
        "Rien n’a changé. Demandez un nouveau courriel si vous devez encore réinitialiser votre mot de passe.",
    }

    // M10
    new_title => { "Choose a new password", "Choisissez un nouveau mot de passe" }
    new_password => { "New password", "Nouveau mot de passe" }
    save_password => { "Save password", "Enregistrer le mot de passe" }
    ends_sessions => {
        "When you save it, you will be signed out everywhere.",
        "Lorsque vous l’enregistrerez, toutes vos sessions prendront fin.",
    }
    password_changed => { "Password changed. Sign in.", "Mot de passe modifié. Connectez-vous." }
}
