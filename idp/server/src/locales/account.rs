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

    // H1

    last_sign_in => { "Last sign-in", "Dernière connexion" }
    see_activity => { "See all activity", "Voir toute l’activité" }
    password_changed_on => { "Password changed", "Mot de passe modifié" }
    open_sessions_label => { "Open sessions", "Sessions ouvertes" }
    see_services => { "See what they receive", "Voir ce qu’ils reçoivent" }
    see_profile => { "See and change your profile", "Voir et modifier votre profil" }
    see_security => { "See and change your security", "Voir et modifier votre sécurité" }
    see_transfer => { "See the transfer", "Voir le transfert" }

    // C1
    created_on => { "Account created", "Compte créé" }
    saved => { "Saved", "Enregistré" }
    save => { "Save", "Enregistrer" }
    nothing_else => {
        "We keep no name, no telephone number and no date of birth.",
        "Nous ne conservons ni nom, ni numéro de téléphone, ni date de naissance.",
    }
    copy_of_data => { "Download your data", "Télécharger vos données" }

    // C2
    changed_on(time) => { "Changed {time}", "Modifié\u{a0}: {time}" }
    one_open_session => { "1 open session", "1 session ouverte" }
    /// From 2.
    open_sessions(sessions) => { "{sessions} open sessions", "{sessions} sessions ouvertes" }
    none => { "None", "Aucune" }
    see_passkeys => { "Add, rename or remove passkeys", "Ajouter, renommer ou retirer des clés d’accès" }
    see_sessions => { "Sessions", "Sessions ouvertes" }
    the_account => { "The account", "Le compte" }
    password_changed => { "Your password was changed", "Votre mot de passe a été modifié" }
    email_changed(email) => {
        "Your email address is now {email}",
        "Votre adresse courriel est maintenant {email}",
    }

    // C3
    current_password => { "Current password", "Mot de passe actuel" }
    new_password => { "New password", "Nouveau mot de passe" }
    sign_out_elsewhere => { "Sign out everywhere else", "Fermer mes autres sessions" }
    current_password_wrong => { "The current password is not correct", "Le mot de passe actuel est incorrect" }

    // C4
    email_now => { "Your email address now", "Votre adresse courriel actuelle" }
    new_email => { "New email address", "Nouvelle adresse courriel" }
    email_same => {
        "That is already your email address. Enter a different one",
        "C’est déjà votre adresse courriel. Entrez-en une autre",
    }
    email_until_then => {
        "Until you enter the code, you sign in with the address you have now. We also tell that address.",
        "Tant que vous n’avez pas entré le code, vous vous connectez avec l’adresse actuelle. Nous l’en avisons aussi.",
    }
    email_waits(email) => {
        "The change to {email} waits for its code.",
        "Le changement pour {email} attend son code.",
    }
    enter_code => { "Enter the 6-digit code.", "Entrez le code à 6 chiffres." }
    keep_email => { "Keep this email address", "Garder cette adresse courriel" }
    keep_email_text => {
        "Press the button if you did not ask for another email address. Your account keeps the address that this mail went to, or gets it back, and everybody is signed out of it.",
        "Appuyez sur le bouton si vous n’avez pas demandé une autre adresse courriel. Votre compte garde l’adresse à laquelle ce courriel a été envoyé ou la retrouve, et toutes ses sessions sont fermées.",
    }
    undo_link_over => {
        "Nothing was changed now. If you did not ask for another email address, contact us.",
        "Rien n’a changé maintenant. Si vous n’avez pas demandé une autre adresse courriel, communiquez avec nous.",
    }
    email_kept_title => { "Your email address is kept", "Votre adresse courriel est conservée" }
    email_kept => {
        "The change was stopped, and everybody is signed out of your account.",
        "Le changement a été arrêté, et toutes les sessions de votre compte sont fermées.",
    }
    email_restored => {
        "Your account has this address again, and everybody is signed out of it.",
        "Votre compte a retrouvé cette adresse, et toutes ses sessions sont fermées.",
    }
    choose_new_password => {
        "Whoever asked for the change may know your password. Choose a new one now.",
        "La personne qui a demandé le changement connaît peut-être votre mot de passe. Choisissez-en un nouveau maintenant.",
    }
    check_ways_in => {
        "Then sign in and remove every passkey, authenticator app and sign-in partner that is not yours. Contact us if you cannot sign in.",
        "Connectez-vous ensuite et retirez toute clé d’accès, application d’authentification ou partenaire de connexion qui n’est pas à vous. Communiquez avec nous si vous ne pouvez pas vous connecter.",
    }
    reset_password => { "Reset your password", "Réinitialiser votre mot de passe" }

    // C8
    unknown_browser => { "Unknown browser", "Navigateur inconnu" }
    this_session => { "This session", "Cette session" }
    first_seen => { "Signed in", "Ouverte" }
    last_seen => { "Last seen", "Dernière activité" }
    sign_out_of_session => { "Sign out", "Fermer la session" }
    sign_out_all_others => { "Sign out everywhere else", "Fermer toutes les autres sessions" }
    session_ended => { "The session was ended", "La session a été fermée" }
    other_sessions_ended => { "All other sessions were ended", "Toutes les autres sessions ont été fermées" }

    // C9
    activity_page(page, pages) => { "Activity, page {page} of {pages}", "Activité, page {page} sur {pages}" }
    page_of(page, pages) => { "Page {page} of {pages}", "Page {page} sur {pages}" }
    pages_label => { "Pages", "Pages" }
    previous => { "Newer", "Plus récentes" }
    next => { "Older", "Plus anciennes" }
    show => { "Show", "Afficher" }
    show_button => { "Show", "Afficher" }
    kind_all => { "Everything", "Tout" }
    kind_sign_in => { "Sign-ins and sessions", "Connexions et sessions" }
    kind_change => { "Changes", "Modifications" }
    kind_service => { "Services", "Services" }
    no_activity => { "Nothing to show", "Rien à afficher" }
    ninety_days => {
        "What happened to your account in the last 90 days.",
        "Ce qui s’est passé dans votre compte au cours des 90 derniers jours.",
    }
    when => { "Time", "Heure" }
    event => { "What", "Quoi" }
    browser => { "Browser", "Navigateur" }
    method => { "Method", "Méthode" }
    not_recognised => { "I don’t recognise this", "Je ne reconnais pas cette activité" }
    about(what, time) => { "{what}, {time}", "{what}, {time}" }

    signed_in => { "Signed in", "Connexion" }
    signed_in_new_browser => { "Signed in from a new browser", "Connexion dans un nouveau navigateur" }
    failed_password => { "Sign-in failed: wrong password", "Échec de connexion\u{a0}: mot de passe erroné" }
    failed_delayed => { "Sign-in refused: too many attempts", "Connexion refusée\u{a0}: trop de tentatives" }
    failed_locked => { "Sign-in refused: account locked", "Connexion refusée\u{a0}: compte verrouillé" }
    signed_out => { "Signed out", "Fin de session" }
    ended => { "Session ended", "Session fermée" }
    ended_by_time => { "Session ended: no activity", "Session fermée\u{a0}: inactivité" }
    ended_by_password => { "Session ended: the password was changed", "Session fermée\u{a0}: mot de passe modifié" }
    ended_elsewhere => { "Session ended from another browser", "Session fermée dans un autre navigateur" }
    ended_by_undo => {
        "Session ended: the email address was kept",
        "Session fermée\u{a0}: adresse courriel conservée",
    }
    ended_by_wrong_passwords => {
        "Session ended: too many wrong passwords",
        "Session fermée\u{a0}: trop de mots de passe erronés",
    }
    recovery_code => { "Recovery code", "Code de récupération" }
    passkey => { "Passkey", "Clé d’accès" }
    second_step_failed => { "Second step failed", "Échec de la deuxième étape" }
    second_step_made => { "Second step made", "Deuxième étape franchie" }
    did_use_recovery_code => { "Recovery code used", "Code de récupération utilisé" }
    did_add_factor => { "Second step added", "Deuxième étape ajoutée" }
    did_remove_factor => { "Second step removed", "Deuxième étape retirée" }
    did_make_recovery_codes => { "New recovery codes made", "Nouveaux codes de récupération créés" }
    proven => { "Confirmed it was you", "Identité confirmée" }
    proof_refused => { "Confirming it was you failed", "Échec de la confirmation d’identité" }
    created => { "Account created", "Compte créé" }
    terms_accepted => { "Terms of use accepted", "Conditions d’utilisation acceptées" }
    one_key_transferred => { "ONE-key account transferred", "Compte ONE-key transféré" }
    one_key_declined => { "ONE-key transfer declined", "Transfert ONE-key refusé" }
    one_key_refused => { "ONE-key transfer did not succeed", "Échec du transfert ONE-key" }
    did_change_password => { "Password changed", "Mot de passe modifié" }
    did_add_passkey => { "Passkey added", "Clé d’accès ajoutée" }
    did_rename_passkey => { "Passkey renamed", "Clé d’accès renommée" }
    partners => { "Sign-in partners", "Partenaires de connexion" }
    unlink_partner => { "Unlink sign-in partner", "Dissocier le partenaire de connexion" }
    linked_on => { "Linked", "Associé" }
    no_partners => { "No sign-in partner is linked to your account", "Aucun partenaire de connexion n’est associé à votre compte" }
    unlink_title(name) => { "Unlink “{name}”?", "Dissocier «\u{a0}{name}\u{a0}»?" }
    unlink_text(name) => {
        "“{name}” will no longer sign you in to this account. You can link it again: choose it at sign-in and enter the email address of this account.",
        "«\u{a0}{name}\u{a0}» ne vous connectera plus à ce compte. Vous pouvez l’associer de nouveau\u{a0}: choisissez-le à la connexion et entrez l’adresse courriel de ce compte.",
    }
    unlink => { "Unlink", "Dissocier" }
    unlinked => { "Sign-in partner unlinked", "Partenaire de connexion dissocié" }
    unlink_last_way => {
        "This sign-in partner is your only way to sign in. Set a password or add a passkey first.",
        "Ce partenaire de connexion est votre seule façon de vous connecter. Définissez d’abord un mot de passe ou ajoutez une clé d’accès.",
    }
    set_password => { "Set a password", "Définir un mot de passe" }
    did_link_partner => { "Sign-in partner linked", "Partenaire de connexion associé" }
    did_unlink_partner => { "Sign-in partner unlinked", "Partenaire de connexion dissocié" }
    did_remove_passkey => { "Passkey removed", "Clé d’accès retirée" }
    did_reset_password => { "Password reset", "Mot de passe réinitialisé" }
    did_change_language => { "Language changed", "Langue modifiée" }
    did_start_email => { "Change of email address asked for", "Changement d’adresse courriel demandé" }
    did_change_email => { "Email address changed", "Adresse courriel modifiée" }
    did_undo_email => { "Change of email address undone", "Changement d’adresse courriel annulé" }
    did_export => { "Data downloaded", "Données téléchargées" }
    support_locked => { "Account locked by support", "Compte verrouillé par le soutien" }
    support_unlocked => { "Account unlocked by support", "Compte déverrouillé par le soutien" }
    support_ended_sessions => {
        "All sessions ended by support",
        "Toutes les sessions fermées par le soutien",
    }
    support_asked_removal => {
        "Support began to remove the second step",
        "Le soutien a entrepris de retirer la deuxième étape",
    }
    support_refused_removal => {
        "Support kept the second step",
        "Le soutien a conservé la deuxième étape",
    }
    stopped_removal => {
        "Removal of the second step stopped by using it",
        "Retrait de la deuxième étape arrêté par son utilisation",
    }
    support_removed => { "Second step removed by support", "Deuxième étape retirée par le soutien" }
    support_exported => { "Data copied by support", "Données copiées par le soutien" }
    did_report => { "Activity reported to support", "Activité signalée au soutien" }
    went_to(service) => { "Went to {service}", "Visite de {service}" }
    allowed(service) => { "Let {service} have information", "Renseignements autorisés à {service}" }
    took_back(service) => { "Took that back from {service}", "Autorisation retirée à {service}" }
    disconnected_from(service) => { "Disconnected {service}", "{service} déconnecté" }

    // C9b
    not_me => { "This was not me", "Ce n’était pas moi" }
    not_me_text => {
        "If somebody else used your account, choose a new password, sign out everywhere and tell us.",
        "Si quelqu’un d’autre a utilisé votre compte, choisissez un nouveau mot de passe, fermez toutes vos sessions et avisez-nous.",
    }
    not_me_signed_out => {
        "Reset your password: this signs everybody out. Then sign in and look at your activity.",
        "Réinitialisez votre mot de passe\u{a0}: toutes les sessions seront fermées. Connectez-vous ensuite et vérifiez votre activité.",
    }
    sign_out_everywhere => { "Sign out everywhere", "Fermer toutes mes sessions" }
    tell_support => { "Tell support", "Aviser le soutien" }
    sign_in_and_see => { "Sign in and see your activity", "Se connecter et voir votre activité" }
    support_told => { "Support was told", "Le soutien a été avisé" }
    support_next => {
        "Give this reference when you contact us.",
        "Donnez cette référence lorsque vous communiquez avec nous.",
    }

    // C10
    receives => { "Receives", "Reçoit" }
    first_used => { "First used", "Première utilisation" }
    last_used => { "Last used", "Dernière utilisation" }
    open => { "Open", "Ouvrir" }
    disconnect => { "Disconnect", "Déconnecter" }
    disconnect_title(service) => { "Disconnect {service}", "Déconnecter {service}" }
    disconnect_text(service) => {
        "{service} will get nothing more from your account. Your permission for it ends.",
        "{service} ne recevra plus rien de votre compte. L’autorisation que vous lui avez donnée prend fin.",
    }
    disconnect_keeps(service) => {
        "{service} keeps the records that it has. To have them deleted, ask {service}.",
        "{service} conserve les dossiers qu’il a déjà. Pour les faire supprimer, adressez-vous à {service}.",
    }
    disconnect_again(service) => {
        "The next time you sign in to {service}, it is connected again.",
        "À votre prochaine connexion à {service}, il sera de nouveau connecté.",
    }
    disconnected => { "The service was disconnected", "Le service a été déconnecté" }

    // C11
    not_asked => { "You have not been asked yet", "La question ne vous a pas encore été posée" }
    not_transferred(date) => {
        "You chose not to transfer on {date}",
        "Vous avez choisi de ne pas transférer le {date}",
    }
    transferred(id, date) => {
        "ONE-key ID {id} transferred on {date}",
        "ID ONE-key {id} transféré le {date}",
    }
    receipt => { "See the receipt", "Voir le reçu" }

    // C12
    close_deletes => {
        "We will delete your sign-in details and your activity.",
        "Nous supprimerons vos données de connexion et votre activité.",
    }
    close_loses => { "You will lose access to:", "Vous perdrez l’accès à\u{a0}:" }
    close_keeps => { "These services keep their own records.", "Ces services conservent leurs propres dossiers." }
    type_your_email => { "Type your email address to confirm", "Entrez votre adresse courriel pour confirmer" }
    not_your_email => { "This is not your email address", "Ce n’est pas votre adresse courriel" }
    last_of_role => {
        "Keep at least one administrator with this role",
        "Conservez au moins un administrateur ayant ce rôle",
    }
    close_my_account => { "Close my account", "Fermer mon compte" }
    closed => { "Your account is closed.", "Votre compte est fermé." }

    // C13
    data_text => {
        "A file in the JSON format with everything that we keep about you. It holds no password and no code, but it is about you: keep it safe.",
        "Un fichier JSON qui contient tout ce que nous conservons à votre sujet. Il ne contient ni mot de passe ni code, mais il porte sur vous\u{a0}: gardez-le en lieu sûr.",
    }
    data_size(kilobytes, time) => {
        "About {kilobytes} KB, as of {time}.",
        "Environ {kilobytes} Ko, en date du {time}.",
    }
    download => { "Download", "Télécharger" }
}
