//! D7: the mail outbox.

ontario_language::messages! {
    mails_caption => { "Mails, newest first", "Courriels, les plus récents d’abord" }
    mail_kind => { "Mail", "Courriel" }
    mail_to => { "To", "Destinataire" }
    mail_id => { "Mail ID", "Identifiant du courriel" }
    tries => { "Tries", "Essais" }
    written => { "Written", "Rédigé" }
    next_try => { "Next try", "Prochain essai" }
    settled => { "Sent or given up", "Envoyé ou abandonné" }
    error => { "Error", "Erreur" }
    mail_waiting => { "Waiting", "En attente" }
    mail_sent => { "Sent", "Envoyé" }
    mail_failed => { "Failed", "Échoué" }
    mail_code => { "Code by mail", "Code par courriel" }
    mail_password_code => { "Code for a new password", "Code pour un nouveau mot de passe" }
    mail_account_exists => { "Address has an account already", "L’adresse a déjà un compte" }
    mail_password_changed => { "Password changed", "Mot de passe modifié" }
    mail_account_unused => { "Unused account will be deleted", "Compte inutilisé sur le point d’être supprimé" }
    mail_new_device => { "New sign-in", "Nouvelle connexion" }
    mail_second_step => { "Second step changed", "Deuxième étape modifiée" }
    mail_email_changing => { "Address is being changed", "Changement d’adresse" }
    mail_account_closed => { "Account closed", "Compte fermé" }
    mail_support => { "What support did", "Intervention du soutien" }
    mail_transfer => { "ONE-key transfer", "Transfert ONE-key" }
    mail_partner_linked => { "Sign-in partner linked", "Partenaire de connexion associé" }
    mail_one_key_changed => { "ONE-key account changed", "Compte ONE-key modifié" }
    mail_one_key => { "ONE-key recovery", "Récupération ONE-key" }
    preview => { "Preview", "Aperçu" }
    preview_hidden => {
        "The code and the secret parts of links are hidden.",
        "Le code et les parties secrètes des liens sont masqués.",
    }
    preview_whole => {
        "This server writes mails to a folder, for trials: the whole message is shown.",
        "Ce serveur écrit les courriels dans un dossier, pour des essais\u{a0}: le message est affiché en entier.",
    }
    text_erased => {
        "The text was erased once the mail was sent or given up.",
        "Le texte a été effacé dès l’envoi ou l’abandon du courriel.",
    }
    resend => { "Resend", "Renvoyer" }
    resend_question => { "Resend this mail?", "Renvoyer ce courriel?" }
    resend_means => { "The mail is tried again at once.", "L’envoi du courriel est retenté tout de suite." }
    mail_resent => { "The mail will be tried again at once", "L’envoi du courriel sera retenté tout de suite" }
    cancel_mail => { "Cancel this mail", "Annuler ce courriel" }
    cancel_mail_question => { "Cancel this mail?", "Annuler ce courriel?" }
    cancel_mail_means => {
        "The mail will never be sent, and its text is erased. The person has to ask for it again.",
        "Le courriel ne sera jamais envoyé et son texte est effacé. La personne devra le redemander.",
    }
    mail_cancelled => { "The mail was cancelled", "Le courriel a été annulé" }
    waits_no_more => {
        "This mail does not wait any more: it was sent or given up",
        "Ce courriel n’est plus en attente\u{a0}: il a été envoyé ou abandonné",
    }
}
