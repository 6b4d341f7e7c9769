//! The texts of the transfer (pages.md section 3), in both languages.

ontario_language::messages! {
    // T1
    title => { "Transfer your ONE-key account", "Transférer votre compte ONE-key" }
    question(service) => { "Did you use ONE-key for {service}?", "Utilisiez-vous ONE-key pour {service}?" }
    now => {
        "Transfer it now to keep the services and information you had there.",
        "Transférez-le maintenant pour garder les services et les renseignements qui s’y trouvent.",
    }
    once => {
        "You can do this only once. If you answer No, you cannot transfer later.",
        "Vous ne pouvez le faire qu’une fois. Si vous répondez Non, vous ne pourrez pas transférer plus tard.",
    }
    leaving => {
        "If you leave this page, nothing is decided: we will ask again at your next sign-in.",
        "Si vous quittez cette page, rien n’est décidé\u{a0}: nous vous reposerons la question à votre prochaine connexion.",
    }
    yes => { "Yes, transfer it", "Oui, le transférer" }
    no => { "No, I have nothing to transfer", "Non, je n’ai rien à transférer" }

    // T2, T3
    details_title => { "Your ONE-key account", "Votre compte ONE-key" }
    for_good => { "This moves your ONE-key account for good.", "Votre compte ONE-key sera transféré définitivement." }
    already => { "This ONE-key account was already transferred", "Ce compte ONE-key a déjà été transféré" }
    help_title => { "Can’t access your ONE-key account?", "Vous ne pouvez pas accéder à votre compte ONE-key?" }
    help_text => {
        "Recover your ONE-key ID or reset its password; then come back to the transfer. Nothing is decided until then.",
        "Récupérez votre ID ONE-key ou réinitialisez son mot de passe, puis revenez au transfert. D’ici là, rien n’est décidé.",
    }
    help_phone(phone) => { "ServiceOntario: {phone}", "ServiceOntario\u{a0}: {phone}" }
    forgot_id => { "I forgot my ONE-key ID", "J’ai oublié mon ID ONE-key" }
    forgot_password => { "I forgot my ONE-key password", "J’ai oublié mon mot de passe ONE-key" }

    // T4
    confirm_title => { "Confirm: do not transfer", "Confirmer\u{a0}: ne pas transférer" }
    confirm_text => {
        "You will not be able to transfer a ONE-key account later.",
        "Vous ne pourrez pas transférer de compte ONE-key plus tard.",
    }
    understand => { "I understand this cannot be undone", "Je comprends que ce choix est définitif" }
    understand_required => { "Check the box to confirm", "Cochez la case pour confirmer" }
    confirm => { "Confirm", "Confirmer" }
    go_back => { "Go back", "Retour" }

    // T6, the receipt and its verification
    done_title => { "Transfer completed", "Transfert terminé" }
    done => { "Your ONE-key account was transferred.", "Votre compte ONE-key a été transféré." }
    done_services => { "Services that came along", "Services transférés" }
    done_no_services => { "Your ONE-key account was enrolled in no service.", "Votre compte ONE-key n’était inscrit à aucun service." }
    id_no_longer_works => {
        "Your ONE-key ID no longer works. Use My Ontario Account from now on.",
        "Votre ID ONE-key ne fonctionne plus. Utilisez désormais votre compte Mon Ontario.",
    }
    receipt => { "Receipt", "Reçu" }
    receipt_title => { "Receipt of your decision", "Reçu de votre décision" }
    receipt_text => {
        "Keep this receipt. It is signed, so that a help desk can check it at the address below.",
        "Conservez ce reçu. Il est signé afin qu’un service d’aide puisse le vérifier à l’adresse ci-dessous.",
    }
    receipt_download => { "Download the receipt", "Télécharger le reçu" }
    receipt_code => { "Signed receipt", "Reçu signé" }
    transferred_on(time) => { "ONE-key account transferred on {time}", "Compte ONE-key transféré le {time}" }
    declined_on(time) => { "Transfer declined on {time}", "Transfert refusé le {time}" }
    number(id) => { "Number: {id}", "Numéro\u{a0}: {id}" }
    check_at(url) => { "To check it: {url}", "Pour le vérifier\u{a0}: {url}" }
    verify_title => { "Check a receipt", "Vérifier un reçu" }
    verify_field => { "Receipt", "Reçu" }
    verify_hint => {
        "The whole text of the signed receipt, which begins with eyJ",
        "Le texte complet du reçu signé, qui commence par eyJ",
    }
    check => { "Check", "Vérifier" }
    receipt_required => { "Enter the receipt", "Entrez le reçu" }
    genuine => { "This receipt is genuine.", "Ce reçu est authentique." }
    not_genuine => { "This is not a receipt of ours, or it was changed", "Ce n’est pas un de nos reçus, ou il a été modifié" }
}
