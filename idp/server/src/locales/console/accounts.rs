//! D5: people’s accounts, for support.

ontario_language::messages! {
    search => { "Address, ONE-key ID, account ID or reference", "Adresse, ID ONE-key, identifiant de compte ou référence" }
    search_hint => {
        "In full: a part of a name finds nothing.",
        "En entier\u{a0}: une partie d’un nom ne donne rien.",
    }
    search_wrong => { "Enter up to 320 characters on one line", "Entrez au plus 320 caractères sur une seule ligne" }
    looks_are_recorded => {
        "Every look and every act is in the audit log, with your name.",
        "Chaque consultation et chaque opération figure au journal d’audit, sous votre nom.",
    }
    accounts_caption => { "Accounts found", "Comptes trouvés" }
    one_account => { "Account", "Compte" }
    kind => { "Kind", "Nature" }
    registration => { "Registration", "Inscription en attente" }
    account_active => { "Active", "Actif" }
    account_locked => { "Locked", "Verrouillé" }
    account_transferred => { "Transferred", "Transféré" }
    account_not_transferred => { "Not transferred", "Non transféré" }
    in_english => { "English", "Anglais" }
    in_french => { "French", "Français" }
    account_waiting => { "Waiting for activation", "En attente d’activation" }
    language => { "Language", "Langue" }
    password_set => { "Password set", "Mot de passe établi" }
    recovery_email => { "Address for recovery", "Adresse de récupération" }
    lock => { "Lock: reference, by whom, why", "Verrou\u{a0}: référence, auteur, motif" }
    locked_since => { "Locked since", "Verrouillé depuis" }
    last_mail => { "Last activation mail", "Dernier courriel d’activation" }
    until => { "Until", "Jusqu’à" }
    wrong_codes => { "Wrong codes", "Codes erronés" }
    removal_waits => { "Removal that waits: what, by whom, why", "Retrait en attente\u{a0}: quoi, auteur, motif" }
    decided => { "Decided", "Décidé" }
    other_account => { "Other account", "Autre compte" }
    no_sessions => { "No open sessions", "Aucune session ouverte" }
    events_caption => { "Last 20 events", "20 derniers événements" }
    no_events => { "No events in 90 days", "Aucun événement en 90 jours" }
    show_personal => { "Show personal data", "Afficher les données personnelles" }
    all_factors => { "All second factors", "Tous les deuxièmes facteurs" }
    asked_by => { "Asked by", "Demandé par" }
    removals_caption => {
        "Removals of second factors that wait for another person",
        "Retraits de deuxièmes facteurs qui attendent une autre personne",
    }
    deed_question(deed) => { "{deed}: are you sure?", "{deed}\u{a0}: en êtes-vous certain?" }
    lock_account => { "Lock", "Verrouiller" }
    lock_means => {
        "Nobody can sign in to this account, and its sessions end. Its person is told by mail, with a reference.",
        "Plus personne ne pourra se connecter à ce compte, et ses sessions prennent fin. La personne en est avisée par courriel, avec une référence.",
    }
    lock_refused => {
        "This account cannot be locked: it is not active, or it is the last with an administrator role.",
        "Ce compte ne peut pas être verrouillé\u{a0}: il n’est pas actif ou il est le dernier à avoir un rôle d’administration.",
    }
    account_was_locked => { "The account was locked", "Le compte a été verrouillé" }
    unlock_account => { "Unlock", "Déverrouiller" }
    unlock_means => {
        "Its person can sign in again, and is told by mail.",
        "La personne pourra de nouveau se connecter; elle en est avisée par courriel.",
    }
    unlock_refused => { "This account is not locked", "Ce compte n’est pas verrouillé" }
    account_was_unlocked => { "The account was unlocked", "Le compte a été déverrouillé" }
    end_sessions => { "End sessions", "Fermer les sessions" }
    end_sessions_means => {
        "Every session of this account and all access of services end. Its person is told by mail.",
        "Toutes les sessions de ce compte et tout accès des services prennent fin. La personne en est avisée par courriel.",
    }
    sessions_ended => { "The sessions were ended", "Les sessions ont été fermées" }
    resend_activation => { "Resend activation mail", "Renvoyer le courriel d’activation" }
    resend_activation_means => {
        "A new code is sent to the address. Nobody sees it here.",
        "Un nouveau code est envoyé à l’adresse. Personne ne le voit ici.",
    }
    resend_refused => {
        "No mail can be sent now: the registration is over, or the address had too many mails.",
        "Aucun courriel ne peut être envoyé maintenant\u{a0}: l’inscription est terminée ou l’adresse a reçu trop de courriels.",
    }
    activation_resent => { "The activation mail was sent again", "Le courriel d’activation a été renvoyé" }
    ask_removal => { "Ask for removal of a second factor", "Demander le retrait d’un deuxième facteur" }
    ask_removal_means => {
        "Another person of support has to approve it within a day. The account’s person is told by mail.",
        "Une autre personne du soutien doit l’approuver dans la journée. Le titulaire du compte en est avisé par courriel.",
    }
    removal_asked => { "Another person now has to approve the removal", "Une autre personne doit maintenant approuver le retrait" }
    approve_removal => { "Approve the removal", "Approuver le retrait" }
    approve_removal_means => {
        "The second factors go at once, and every session ends. Its person is told by mail.",
        "Les deuxièmes facteurs sont retirés aussitôt, et toutes les sessions prennent fin. La personne en est avisée par courriel.",
    }
    removal_done => { "The second factors were removed", "Les deuxièmes facteurs ont été retirés" }
    refuse_removal => { "Refuse the removal", "Refuser le retrait" }
    refuse_removal_means => { "The second factors stay.", "Les deuxièmes facteurs restent." }
    removal_refused => { "The removal was refused", "Le retrait a été refusé" }
    removal_two_persons => {
        "This is not possible: one person asks, another approves within a day, and neither for their own account.",
        "C’est impossible\u{a0}: une personne demande, une autre approuve dans la journée, et ni l’une ni l’autre pour son propre compte.",
    }
    close_account => { "Close the account", "Fermer le compte" }
    close_means => {
        "Everything that is kept of its person is deleted. This cannot be undone. The person is told by mail.",
        "Tout ce qui est conservé de la personne est supprimé. Cette opération est irréversible. La personne en est avisée par courriel.",
    }
    close_refused => {
        "This account cannot be closed: it was carried over, or its person has an administrator role.",
        "Ce compte ne peut pas être fermé\u{a0}: il a été transféré ou la personne a un rôle d’administration.",
    }
    account_closed => { "The account was closed", "Le compte a été fermé" }
}
