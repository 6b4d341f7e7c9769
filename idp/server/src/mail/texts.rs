//! The texts of the mails (pages.md section 8), each figure from its setting.

ontario_language::messages! {
    activation_subject => { "Activate My Ontario Account", "Activer le compte Mon Ontario" }
    exists_subject => { "You already have an account", "Vous avez déjà un compte" }
    new_device_subject => { "New sign-in to your account", "Nouvelle connexion à votre compte" }

    second_step_subject => {
        "Second step added, removed or reset",
        "Deuxième étape ajoutée, retirée ou réinitialisée",
    }
    transfer_subject => { "ONE-key transfer", "Transfert ONE-key" }
    one_key_ids_subject => { "Your ONE-key ID", "Votre ID ONE-key" }
    one_key_code_subject => { "Your ONE-key reset code", "Votre code de réinitialisation ONE-key" }
    one_key_closed_subject => { "Recovery of your ONE-key account", "Récupération de votre compte ONE-key" }

    hello => { "Hello,", "Bonjour," }
    other_half => { "Un message en français suit.", "An English message follows." }
    never_ask => { "We never ask for your code or password.", "Nous ne demandons jamais votre code ni votre mot de passe." }

    activation_code => {
        "Activate your account by entering this verification code on the page where you started:",
        "Activez votre compte en entrant ce code de vérification sur la page où vous avez commencé\u{a0}:",
    }
    activation_link => {
        "Or, on the same device and in the same browser, open this link:",
        "Ou, sur le même appareil et dans le même navigateur, ouvrez ce lien\u{a0}:",
    }
    activation_link_text => { "Activate the account", "Activer le compte" }
    activation_time(minutes) => {
        "The code and the link work for {minutes} minutes.",
        "Le code et le lien sont valides {minutes} minutes.",
    }
    activation_resend(hours) => {
        "If they have expired, you can have another email sent within {hours} hours of creating your account.",
        "S’ils ont expiré, vous pouvez faire envoyer un autre courriel dans les {hours} heures suivant la création de votre compte.",
    }
    activation_not_me => {
        "If you did not ask for an account, do nothing: without the code nothing is created.",
        "Si vous n’avez pas demandé de compte, ne faites rien\u{a0}: sans le code, rien n’est créé.",
    }

    partner_code_time(minutes) => {
        "The code works for {minutes} minutes, or until your session on that page ends, whichever comes first.",
        "Le code est valide {minutes} minutes ou jusqu’à la fin de votre session sur cette page, selon la première éventualité.",
    }
    partner_code_not_me => {
        "If you did not ask for this code, do nothing: without it nothing is created or linked.",
        "Si vous n’avez pas demandé ce code, ne faites rien\u{a0}: sans lui, rien n’est créé ni associé.",
    }
    partner_linked_subject => { "Sign-in partner linked to your account", "Partenaire de connexion associé à votre compte" }
    partner_unlinked_subject => { "Sign-in partner unlinked from your account", "Partenaire de connexion dissocié de votre compte" }
    partner_unlinked_body => {
        "A sign-in partner was unlinked from your My Ontario Account. It can no longer be used to sign in.",
        "Un partenaire de connexion a été dissocié de votre compte Mon Ontario. Il ne peut plus servir à ouvrir une session.",
    }
    partner_linked_body => {
        "A sign-in partner was linked to your My Ontario Account. It can be used to sign in from now on.",
        "Un partenaire de connexion a été associé à votre compte Mon Ontario. Il peut désormais servir à ouvrir une session.",
    }

    exists_body => {
        "Somebody tried to create a My Ontario Account with this email address, but it already has one.",
        "Quelqu’un a tenté de créer un compte Mon Ontario avec cette adresse courriel, mais elle en a déjà un.",
    }
    exists_sign_in => { "If it was you, sign in here:", "Si c’était vous, connectez-vous ici\u{a0}:" }
    exists_reset_text => { "Choose a new password, if you forgot yours", "Choisir un nouveau mot de passe, si vous avez oublié le vôtre" }
    exists_link_text => { "Sign in to My Ontario Account", "Se connecter à un compte Mon Ontario" }
    exists_not_me => {
        "If it was not you, do nothing: your account is as it was.",
        "Si ce n’était pas vous, ne faites rien\u{a0}: votre compte n’a pas changé.",
    }

    new_device_body => {
        "Your My Ontario Account was used to sign in from a browser that we had not seen before.",
        "Votre compte Mon Ontario a servi à ouvrir une session dans un navigateur que nous n’avions jamais vu.",
    }
    new_device_time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    new_device_browser(browser) => { "Browser: {browser}", "Navigateur\u{a0}: {browser}" }
    app_added => {
        "An authenticator app was added to your My Ontario Account.",
        "Une application d’authentification a été ajoutée à votre compte Mon Ontario.",
    }
    app_removed => {
        "The authenticator app was removed from your My Ontario Account.",
        "L’application d’authentification a été retirée de votre compte Mon Ontario.",
    }
    recovery_codes_made => {
        "New recovery codes were made for your My Ontario Account. The old ones no longer work.",
        "De nouveaux codes de récupération ont été créés pour votre compte Mon Ontario. Les anciens ne fonctionnent plus.",
    }
    second_step_refused_subject => {
        "Sign-in stopped at the second step",
        "Connexion arrêtée à la deuxième étape",
    }
    second_step_refused => {
        "Your password was entered correctly, but the codes after it were wrong several times. Nobody was signed in.",
        "Votre mot de passe a été entré correctement, mais les codes qui ont suivi étaient erronés à plusieurs reprises. Aucune session n’a été ouverte.",
    }
    recovery_code_used => {
        "A recovery code was used to sign in to your My Ontario Account.",
        "Un code de récupération a servi à ouvrir une session dans votre compte Mon Ontario.",
    }
    new_device_not_me => {
        "If it was not you, open this page at once:",
        "Si ce n’était pas vous, ouvrez cette page sans tarder\u{a0}:",
    }
    passkey_added => {
        "A passkey was added to your My Ontario Account. With it one can sign in without your password.",
        "Une clé d’accès a été ajoutée à votre compte Mon Ontario. Elle permet de s’y connecter sans votre mot de passe.",
    }
    passkey_removed => {
        "A passkey was removed from your My Ontario Account.",
        "Une clé d’accès a été retirée de votre compte Mon Ontario.",
    }
    transferred_body => {
        "A ONE-key account was transferred to a My Ontario Account. Its ONE-key ID no longer works.",
        "Un compte ONE-key a été transféré à un compte Mon Ontario. Son ID ONE-key ne fonctionne plus.",
    }
    declined_body => {
        "You chose not to transfer a ONE-key account to your My Ontario Account. This choice is final.",
        "Vous avez choisi de ne pas transférer de compte ONE-key à votre compte Mon Ontario. Ce choix est définitif.",
    }
    transfer_time(time) => { "Time: {time}", "Heure\u{a0}: {time}" }
    receipt_keep => {
        "This is your receipt, signed by us. Keep this mail. Anybody can check the receipt on this page:",
        "Voici votre reçu, signé par nous. Conservez ce courriel. Tout le monde peut vérifier le reçu à cette page\u{a0}:",
    }
    receipt_check => { "Check a receipt", "Vérifier un reçu" }
    transfer_not_me => { "If it was not you, contact us at once.", "Si ce n’était pas vous, communiquez avec nous sans tarder." }

    one_key_ids_body => {
        "Your ONE-key ID, or all of them, for this email address:",
        "Votre ID ONE-key, ou tous vos ID, pour cette adresse courriel\u{a0}:",
    }
    one_key_code_body => {
        "Enter this code on the page where you started:",
        "Entrez ce code sur la page où vous avez commencé\u{a0}:",
    }
    one_key_code_time(minutes) => { "The code works for {minutes} minutes.", "Le code est valide {minutes} minutes." }
    one_key_not_me => {
        "If you did not ask for it, do nothing: nothing was changed.",
        "Si vous n’avez rien demandé, ne faites rien\u{a0}: rien n’a changé.",
    }
    one_key_closed_body(time) => {
        "Somebody gave wrong answers for your ONE-key account several times. Recovering its password is closed until {time}. Nothing was changed.",
        "Quelqu’un a donné plusieurs fois de mauvaises réponses pour votre compte ONE-key. La récupération de son mot de passe est fermée jusqu’au {time}. Rien n’a changé.",
    }

    new_device_link_text => { "This was not me", "Ce n’était pas moi" }
}
