//! The texts of the administration console (pages.md section 9), in both languages.

ontario_language::messages! {
    service_name => { "Administration", "Administration" }
    menu => { "Administration menu", "Menu d’administration" }
    no_role => { "This account has no administrator role", "Ce compte n’a aucun rôle d’administration" }
    other_role => {
        "This page needs an administrator role that you do not have.",
        "Cette page exige un rôle d’administration que vous n’avez pas.",
    }

    // What the pages are called
    dashboard => { "Dashboard", "Tableau de bord" }
    notices => { "Notices", "Avis" }
    keys => { "Keys", "Clés" }
    services => { "Relying services", "Services clients" }
    accounts => { "Accounts", "Comptes" }
    audit => { "Audit log", "Journal d’audit" }
    mail => { "Mail outbox", "Courriels sortants" }
    partners => { "Partners", "Partenaires" }
    settings => { "Settings", "Paramètres" }
    administrators => { "Administrators", "Administrateurs" }
    transfers => { "Transfers", "Transferts" }

    // Lists
    show => { "Show", "Afficher" }
    all => { "All", "Tous" }
    actions => { "Actions", "Actions" }
    state => { "State", "État" }
    nothing_found => { "Nothing found", "Aucun résultat" }
    newest => { "Newest", "Les plus récents" }
    older => { "Older", "Plus anciens" }
    download_csv => { "Download as CSV", "Télécharger en format CSV" }

    // Changes
    reason => { "Say why", "Indiquez pourquoi" }
    reason_hint => {
        "Up to 200 characters. It stays in the audit log for good: write nothing personal.",
        "Au plus 200 caractères. Le texte reste au journal d’audit pour toujours\u{a0}: n’écrivez rien de personnel.",
    }
    reason_long => { "The reason must be 200 characters or fewer", "Le motif doit compter au plus 200 caractères" }
    reason_control => { "Write the reason on one line", "Écrivez le motif sur une seule ligne" }
    reason_told => { "Reason", "Motif" }
    check_and_confirm => {
        "Check what will be done. Nothing has changed yet.",
        "Vérifiez ce qui sera fait. Rien n’a encore changé.",
    }
    change_answers => { "Go back and change it", "Revenir en arrière et modifier" }
    nothing_changed => { "Nothing was changed.", "Rien n’a changé." }

    // D1
    needs_attention => { "Something needs attention.", "Un élément demande votre attention." }
    looked_at(time) => { "As of {time}", "En date du {time}" }
    refresh => { "Refresh", "Actualiser" }
    health => { "Health", "État du système" }
    in_order(words) => { "In order: {words}", "En ordre\u{a0}: {words}" }
    look_at_this(words) => { "Needs attention: {words}", "À vérifier\u{a0}: {words}" }
    database => { "Database", "Base de données" }
    answered_in(ms) => { "answered in {ms} ms", "réponse en {ms} ms" }
    mail_queue => { "Mail queue", "File des courriels" }
    mails_waiting(waiting, seconds, failed) => {
        "waiting {waiting}, the oldest for {seconds} s; given up in 24 hours {failed}",
        "en attente {waiting}, le plus ancien depuis {seconds} s; abandonnés en 24 heures {failed}",
    }
    key_age(algorithm, days) => { "{algorithm} in use, age in days {days}", "{algorithm} en service, âge en jours {days}" }
    key_missing(algorithm) => { "{algorithm} has no key in use", "{algorithm} n’a aucune clé en service" }
    clock => { "Clock", "Horloge" }
    clock_says(time) => { "it says {time}", "elle indique {time}" }
    unsealed => { "Audit records not sealed yet", "Inscriptions d’audit pas encore scellées" }
    notices_shown => { "Notices shown now", "Avis affichés maintenant" }
    last_day => { "Last 24 hours", "Dernières 24 heures" }
    hour => { "Hour from", "Heure à partir de" }
    sign_ins => { "Sign-ins", "Connexions" }
    sign_ins_by_hour => { "Sign-ins by hour, as a table", "Connexions par heure, en tableau" }
    refused_sign_ins => { "Failed sign-ins", "Connexions échouées" }
    delayed_sign_ins => { "Sign-ins slowed down", "Connexions ralenties" }
    locked_accounts => { "Accounts locked", "Comptes verrouillés" }
    new_accounts => { "Activations and transfers", "Activations et transferts" }
    new_accounts_by_hour => { "Activations and transfers by hour, as a table", "Activations et transferts par heure, en tableau" }
    activations => { "Activations", "Activations" }
    transfers_done => { "ONE-key transfers", "Transferts ONE-key" }
    mails_sent => { "Mails sent", "Courriels envoyés" }
    mail_delays => { "Mail delays", "Délais des courriels" }
    mail_delays_by_hour => { "Mail delays by hour, as a table", "Délais des courriels par heure, en tableau" }
    mail_delay => { "Mean delay in ms", "Délai moyen en ms" }
    slowest_mail => { "Slowest mail", "Courriel le plus lent" }
    milliseconds(ms) => { "{ms} ms", "{ms} ms" }

    // D3
    keys_caption => { "Signing keys, newest first", "Clés de signature, les plus récentes d’abord" }
    kid => { "Key ID (kid)", "Identifiant de clé (kid)" }
    key_use => { "Use", "Usage" }
    signatures => { "Signatures", "Signatures" }
    algorithm => { "Algorithm", "Algorithme" }
    created => { "Created", "Créée" }
    first_used => { "First used", "Première utilisation" }
    last_used => { "Last used", "Dernière utilisation" }
    in_use => { "In use", "En service" }
    published_until => { "Published until", "Publiée jusqu’à" }
    until_followed => { "Until it is followed", "Jusqu’à son remplacement" }
    key_next => { "Next", "Suivante" }
    key_active => { "Active", "Active" }
    key_retired => { "Retired", "Retirée du service" }
    key_removed => { "Removed", "Supprimée" }
    key_revoked => { "Revoked", "Révoquée" }
    legend_next => { "Published, not signing", "Publiée, ne signe pas" }
    legend_active => { "Signing", "Signe" }
    legend_retired => { "Still published", "Encore publiée" }
    legend_revoked => { "Revoked", "Révoquée" }
    today => { "Now", "Maintenant" }
    key_log => { "Public log of keys", "Journal public des clés" }
    rotate_now => { "Rotate now", "Renouveler maintenant" }
    rotated => { "The keys were rotated", "Les clés ont été renouvelées" }
    rotate_question => { "Rotate the keys?", "Renouveler les clés?" }
    rotate_means_tokens => {
        "The next key signs from now on. The key that signs now stays published until the last token that it signed has expired, so no token stops working.",
        "La clé suivante signe dès maintenant. La clé actuelle reste publiée jusqu’à l’expiration du dernier jeton qu’elle a signé\u{a0}: aucun jeton ne cesse de fonctionner.",
    }
    rotate_means_caches => {
        "Services may keep the set of keys for a while. The next key was published long enough before, so each of them knows it.",
        "Les services peuvent conserver le jeu de clés un certain temps. La clé suivante a été publiée assez tôt pour que chacun la connaisse.",
    }
    plan_caption => { "What a rotation would do", "Effet d’un renouvellement" }
    signs_now => { "Signs now", "Signe maintenant" }
    signs_next => { "Would sign", "Signerait" }
    possible_from => { "Possible from", "Possible à partir de" }
    now => { "Now", "Maintenant" }
    each_algorithm => { "Each algorithm", "Chaque algorithme" }
    rotate_early => { "Do not wait for the whole time of publishing ahead", "Ne pas attendre toute la durée de publication préalable" }
    rotate_early_hint => {
        "The time that services may keep the set of keys still has to pass.",
        "La durée pendant laquelle les services peuvent conserver le jeu de clés doit quand même s’écouler.",
    }
    next_must_be_published(time) => {
        "The next key must be published until {time} first",
        "La prochaine clé doit d’abord être publiée jusqu’au {time}",
    }
    somebody_was_faster => {
        "Somebody else rotated the keys just now",
        "Quelqu’un d’autre vient de renouveler les clés",
    }
    will_follow(next, active, time) => {
        "{next} follows {active}, which stays published until {time}",
        "{next} remplace {active}, qui reste publiée jusqu’au {time}",
    }
    stays_until(active, time) => {
        "{active} goes on: the next key may sign from {time}",
        "{active} continue\u{a0}: la clé suivante pourra signer à partir de {time}",
    }
    has_no_next => { "There is no next key yet", "Il n’y a pas encore de clé suivante" }
    revoke_in_emergency => { "Revoke in emergency", "Révoquer d’urgence" }
    revoke_question => { "Revoke this key?", "Révoquer cette clé?" }
    revoked => { "The key was revoked", "La clé a été révoquée" }
    revoked_before => { "This key was revoked before", "Cette clé a déjà été révoquée" }
    revoking_active => {
        "This key signs now. Everything that it signed stops being trusted at once, and people may have to sign in again. The next key signs in its place.",
        "Cette clé signe maintenant. Tout ce qu’elle a signé cesse aussitôt d’être fiable, et des personnes devront peut-être se reconnecter. La clé suivante signe à sa place.",
    }
    revoking_other => {
        "Everything that this key signed stops being trusted at once. This cannot be undone.",
        "Tout ce que cette clé a signé cesse aussitôt d’être fiable. Cette opération est irréversible.",
    }
    type_the_kid => { "Type the key ID to confirm", "Entrez l’identifiant de la clé pour confirmer" }
    not_the_kid => { "This is not the ID of this key", "Ce n’est pas l’identifiant de cette clé" }
    import_key => { "Import a key", "Importer une clé" }
    import_question => { "Import this key?", "Importer cette clé?" }
    import_means => {
        "A key that was made elsewhere is published as the next one of its algorithm and waits as any next key does. The next key before it is withdrawn; it never signed.",
        "Une clé créée ailleurs est publiée comme clé suivante de son algorithme et attend comme toute clé suivante. La clé suivante qui la précédait est retirée; elle n’a jamais signé.",
    }
    private_key => { "Private key", "Clé privée" }
    private_key_hint => {
        "PEM (PKCS#8, PKCS#1 or SEC 1) or a JWK, without a password. It is never shown again: destroy the file afterwards.",
        "PEM (PKCS#8, PKCS#1 ou SEC 1) ou un JWK, sans mot de passe. Elle n’est plus jamais affichée\u{a0}: détruisez ensuite le fichier.",
    }
    private_key_missing => { "Enter the private key", "Entrez la clé privée" }
    key_imported => { "The key was imported and is published", "La clé a été importée et publiée" }
    key_known => { "This key is or was one of ours, or the keys changed just now", "Cette clé est ou a été l’une des nôtres, ou les clés viennent de changer" }
    key_unreadable => { "Enter a private key as PEM or as a JWK", "Entrez une clé privée en format PEM ou JWK" }
    key_encrypted => { "This key has a password: decrypt it first", "Cette clé a un mot de passe\u{a0}: déchiffrez-la d’abord" }
    key_public => { "This key has no private part", "Cette clé n’a pas de partie privée" }
    key_mismatch => {
        "This is no whole private key for this algorithm",
        "Ce n’est pas une clé privée entière pour cet algorithme",
    }
    key_weak => {
        "An RSA key must have 2048 to 4096 bits and an exponent of at least 65537",
        "Une clé RSA doit compter de 2048 à 4096 bits et avoir un exposant d’au moins 65537",
    }
    key_other_use => {
        "The key says itself that it is for something else",
        "La clé indique elle-même qu’elle sert à autre chose",
    }

    // D2
    notices_caption => { "Notices on the sign-in pages, newest first", "Avis sur les pages de connexion, les plus récents d’abord" }
    add_notice => { "Add a notice", "Ajouter un avis" }
    add_notice_question => { "Add this notice?", "Ajouter cet avis?" }
    notice_added => { "The notice was added", "L’avis a été ajouté" }
    remove => { "Remove", "Retirer" }
    remove_notice => { "Remove a notice", "Retirer un avis" }
    remove_notice_question => { "Remove this notice?", "Retirer cet avis?" }
    notice_removed => { "The notice was removed", "L’avis a été retiré" }
    text_en => { "Text in English", "Texte en anglais" }
    text_fr => { "Text in French", "Texte en français" }
    both_languages => { "Enter the text in both languages", "Entrez le texte dans les deux langues" }
    notice_text_hint => { "Up to 500 characters, on one line", "Au plus 500 caractères, sur une seule ligne" }
    notice_long(most) => { "The text must be {most} characters or fewer", "Le texte doit compter au plus {most} caractères" }
    notice_control => { "Write the text on one line", "Écrivez le texte sur une seule ligne" }
    notice_kind => { "Kind", "Nature" }
    kind_information => { "Information", "Renseignement" }
    kind_outage => { "Planned outage", "Interruption prévue" }
    start => { "Start", "Début" }
    end => { "End", "Fin" }
    start_hint => {
        "For example 2026-11-21 14:05, Toronto time. Empty: at once.",
        "Par exemple 2026-11-21 14:05, heure de Toronto. Vide\u{a0}: tout de suite.",
    }
    end_hint => {
        "For example 2026-11-21 14:05, Toronto time. Empty: until it is removed.",
        "Par exemple 2026-11-21 14:05, heure de Toronto. Vide\u{a0}: jusqu’à son retrait.",
    }
    moment_format => {
        "Enter a date and a time, like 2026-11-21 14:05",
        "Entrez une date et une heure, par exemple 2026-11-21 14:05",
    }
    ends_before_start => { "The end must be after the start", "La fin doit venir après le début" }
    at_once => { "At once", "Tout de suite" }
    until_removed => { "When it is removed", "À son retrait" }
    where_ => { "Where", "Où" }
    everywhere => { "Both sign-in pages", "Les deux pages de connexion" }
    notice_shown => { "Shown now", "Affiché maintenant" }
    notice_planned => { "Planned", "Prévu" }
    notice_over => { "Over", "Terminé" }

    // D4
    services_caption => { "Relying services", "Services clients" }
    new_service => { "New service", "Nouveau service" }
    name_or_id => { "Name or client ID", "Nom ou identifiant de client" }
    client_id => { "Client ID", "Identifiant de client" }
    client_id_is_made => { "Made when the service is saved", "Créé à l’enregistrement du service" }
    client_id_hint => { "Made up where you leave it empty", "Créé pour vous si vous le laissez vide" }
    client_id_taken => { "This client ID is taken", "Cet identifiant de client est déjà pris" }
    name => { "Name", "Nom" }
    name_en => { "Name in English", "Nom en anglais" }
    name_fr => { "Name in French", "Nom en français" }
    description_en => { "Description in English", "Description en anglais" }
    description_fr => { "Description in French", "Description en français" }
    ministry_en => { "Ministry in English", "Ministère en anglais" }
    ministry_fr => { "Ministry in French", "Ministère en français" }
    service_type => { "Type", "Type" }
    type_web => { "Web application", "Application Web" }
    type_native => { "Application on the person’s device", "Application sur l’appareil de la personne" }
    grants => { "Grant types", "Types d’autorisation" }
    profile => { "Profile", "Profil" }
    redirect_uris => { "Redirect URIs", "URI de redirection" }
    redirect_line(line) => {
        "Redirect URI line {line} must be https and exact",
        "Ligne {line}\u{a0}: l’URI de redirection doit être https et exacte",
    }
    post_logout_uris => { "Post-logout URIs", "URI après la fin de session" }
    one_a_line => { "One a line", "Une par ligne" }
    logout_uri => { "Back-channel logout URI", "URI de fin de session (back-channel)" }
    login_uri => { "URI where a sign-in begins", "URI où commence une connexion" }
    scopes => { "Scopes and claims", "Portées et attributs" }
    scopes_hint => {
        "Scopes with blanks between them. Each scope brings its claims.",
        "Portées séparées par des espaces. Chaque portée apporte ses attributs.",
    }
    client_authentication => { "Client authentication", "Authentification du client" }
    jwks_uri => { "JWKS URI", "URI du JWKS" }
    jwks => { "JWKS", "JWKS" }
    keys_hint => {
        "The service’s public keys: an address or the set itself, not both",
        "Les clés publiques du service\u{a0}: une adresse ou le jeu lui-même, mais pas les deux",
    }
    accounts_taken => { "Accounts taken", "Comptes acceptés" }
    both_first(first, second) => { "{first} first, {second} too", "{first} d’abord, {second} aussi" }
    level_needed => { "Level needed", "Niveau exigé" }
    used_one_key => { "Used ONE-key before", "Utilisait ONE-key auparavant" }
    subject_type => { "Subject type", "Type de sujet" }
    pairwise => { "Pairwise: another identifier in each sector", "Par secteur (pairwise)\u{a0}: un autre identifiant dans chaque secteur" }
    public_subject => { "Public: one identifier everywhere", "Public\u{a0}: un seul identifiant partout" }
    category => { "Category", "Catégorie" }
    category_personal => { "Personal", "Particuliers" }
    category_business => { "Business", "Entreprises" }
    require_pkce => { "PKCE is required", "PKCE est obligatoire" }
    first_party => { "First-party: people are not asked for consent", "Service du gouvernement\u{a0}: aucun consentement n’est demandé" }
    contacts => { "Contacts", "Personnes-ressources" }
    contacts_hint => { "Email addresses, one a line", "Adresses courriel, une par ligne" }
    more => { "More members of the registration", "Autres membres de l’enregistrement" }
    more_hint => { "A JSON object, for what has no field here", "Un objet JSON, pour ce qui n’a pas de champ ici" }
    more_wrong => {
        "A member is unknown or has a value of another type",
        "Un membre est inconnu ou a une valeur d’un autre type",
    }
    not_json => { "Enter valid JSON", "Entrez du JSON valide" }
    has_its_field(name) => { "{name} has a field of its own above", "{name} a son propre champ plus haut" }
    no_secret_here => {
        "Leave the secret out: it is made for you and shown once",
        "N’indiquez pas le secret\u{a0}: il est créé pour vous et affiché une seule fois",
    }
    breaks_a_rule => { "this value breaks a rule of registrations", "cette valeur enfreint une règle des enregistrements" }
    field_wrong(label, problem) => { "{label}: {problem}", "{label}\u{a0}: {problem}" }
    field_line_wrong(label, line, problem) => { "{label}, line {line}: {problem}", "{label}, ligne {line}\u{a0}: {problem}" }
    yes => { "Yes", "Oui" }
    no => { "No", "Non" }
    enabled => { "Enabled", "Activé" }
    disabled => { "Disabled", "Désactivé" }
    good_secrets => { "Secrets that work", "Secrets valides" }
    change => { "Change", "Modifier" }
    change_service(name) => { "Change {name}", "Modifier {name}" }
    change_service_question => { "Save these changes?", "Enregistrer ces modifications?" }
    add_service_question => { "Add this service?", "Ajouter ce service?" }
    nothing_differs => { "Nothing differs from what is registered", "Rien ne diffère de ce qui est enregistré" }
    before(value) => { "Before: {value}", "Avant\u{a0}: {value}" }
    after(value) => { "After: {value}", "Après\u{a0}: {value}" }
    service_added => { "The service was added", "Le service a été ajouté" }
    service_updated => { "The service was changed", "Le service a été modifié" }
    changed_meanwhile => {
        "Somebody else changed this service just now. Open it again.",
        "Quelqu’un d’autre vient de modifier ce service. Ouvrez-le de nouveau.",
    }
    go_to_service => { "Go to the service", "Aller au service" }
    secret => { "Client secret", "Secret du client" }
    secret_once => {
        "Copy the secret now. It will not be shown again.",
        "Copiez le secret maintenant. Il ne sera plus affiché.",
    }
    new_secret => { "New secret", "Nouveau secret" }
    secret_question => { "Make a new secret?", "Créer un nouveau secret?" }
    secret_made => { "A new secret was made", "Un nouveau secret a été créé" }
    secret_means => {
        "The newest secret works on beside the new one, so that the service can change over. Any older one stops working.",
        "Le secret le plus récent reste valide à côté du nouveau, pour que le service puisse faire le changement. Tout secret plus ancien cesse de fonctionner.",
    }
    has_no_secret => { "This service proves itself without a secret", "Ce service s’authentifie sans secret" }
    disable => { "Disable", "Désactiver" }
    disable_question => { "Disable this service?", "Désactiver ce service?" }
    disabling => {
        "Nobody can sign in to this service any more, and its tokens end at once. A disabled service stays disabled.",
        "Plus personne ne pourra se connecter à ce service, et ses jetons prennent fin aussitôt. Un service désactivé le reste.",
    }
    service_disabled => { "The service was disabled", "Le service a été désactivé" }
    is_disabled => { "This service is disabled", "Ce service est désactivé" }
    service_history => { "History", "Historique" }
    history_caption => { "Changes of the registration, newest first", "Modifications de l’enregistrement, les plus récentes d’abord" }
    number => { "Number", "Numéro" }
    what_changed => { "What changed", "Ce qui a changé" }
    changed_from_to(label, before, after) => { "{label}: {before} → {after}", "{label}\u{a0}: {before} → {after}" }
    history_added => { "Added", "Ajouté" }
    history_updated => { "Changed", "Modifié" }
    history_secret => { "New secret", "Nouveau secret" }
    history_disabled => { "Disabled", "Désactivé" }
    test_redirect => { "Test a redirect URI", "Tester une URI de redirection" }
    redirect_uri => { "Redirect URI", "URI de redirection" }
    redirect_hint => {
        "As the service sends it, to the letter. Nobody is sent there.",
        "Telle que le service l’envoie, à la lettre. Personne n’y est envoyé.",
    }
    redirect_taken => { "A request may name this address", "Une demande peut nommer cette adresse" }
    redirect_refused => { "A request that names this address is refused", "Une demande qui nomme cette adresse est refusée" }
    registered_caption => { "Registered redirect URIs", "URI de redirection enregistrées" }
    difference => { "First difference", "Première différence" }
    difference_none => { "It is this one", "C’est celle-ci" }
    difference_blanks => { "There are blanks around it", "Des espaces l’entourent" }
    difference_case => { "Upper and lower case differ", "Les majuscules et les minuscules diffèrent" }
    difference_slash => { "One of them ends with a slash", "L’une d’elles se termine par une barre oblique" }
    difference_no_uri => { "It is no absolute URI", "Ce n’est pas une URI absolue" }
    difference_scheme => { "Another scheme", "Un autre schéma" }
    difference_host => { "Another host", "Un autre hôte" }
    difference_port => { "Another port", "Un autre port" }
    difference_path => { "Another path", "Un autre chemin" }
    difference_query => { "Another query", "Une autre chaîne de requête" }
    difference_fragment => { "It has a fragment", "Elle a un fragment" }
    difference_letters => {
        "The same address, written in another way",
        "La même adresse, écrite autrement",
    }

    // D6
    audit_caption => { "Audit records, newest first", "Inscriptions d’audit, les plus récentes d’abord" }
    time => { "Time", "Heure" }
    actor => { "Actor", "Auteur" }
    action => { "Action", "Action" }
    target => { "Target", "Cible" }
    result => { "Result", "Résultat" }
    network => { "Network (keyed hash)", "Réseau (hachage à clé)" }
    reference => { "Reference", "Référence" }
    refused => { "Refused", "Refusé" }
    done => { "Done", "Fait" }
    not_sealed => { "Not sealed yet", "Pas encore scellée" }
    from => { "From", "Du" }
    to => { "To", "Au" }
    moment_hint => { "Like 2026-11-21 14:05, Toronto time", "Par exemple 2026-11-21 14:05, heure de Toronto" }
    actor_hint => { "Like operator or administrator:ID", "Par exemple operator ou administrator:ID" }
    target_hint => { "An identifier", "Un identifiant" }
    word_format => { "Use letters, digits and - _ : . ~ only", "N’utilisez que des lettres, des chiffres et - _ : . ~" }
    download_json => { "Download as JSON", "Télécharger en format JSON" }
    check_chain => { "Check the chain", "Vérifier la chaîne" }
    verified_to(number) => { "Verified to {number}", "Vérifié jusqu’à {number}" }
    broken_at(number) => {
        "The chain is broken: record {number} is missing or was altered",
        "La chaîne est rompue\u{a0}: l’inscription {number} manque ou a été modifiée",
    }
    records_followed => { "Records followed", "Inscriptions suivies" }
    head_hash => { "Hash of the last record", "Hachage de la dernière inscription" }

    // D7
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

    // D10
    admins_caption => { "Administrators, by address", "Administrateurs, par adresse" }
    account => { "Account", "Compte" }
    account_id => { "Account ID", "Identifiant du compte" }
    role => { "Role", "Rôle" }
    roles => { "Roles", "Rôles" }
    factors => { "Second factors", "Deuxièmes facteurs" }
    passkeys(number) => { "Passkeys: {number}", "Clés d’accès\u{a0}: {number}" }
    last_sign_in => { "Last sign-in", "Dernière connexion" }
    key_admin => { "Key administrator (key-admin)", "Gestion des clés (key-admin)" }
    service_admin => { "Service administrator (service-admin)", "Gestion des services (service-admin)" }
    support => { "Support (support)", "Soutien (support)" }
    auditor => { "Auditor (auditor)", "Audit (auditor)" }
    key_admin_tasks => { "Keys, settings and administrators", "Clés, paramètres et administrateurs" }
    service_admin_tasks => { "Relying services, partners and notices", "Services clients, partenaires et avis" }
    support_tasks => { "Accounts and mails", "Comptes et courriels" }
    auditor_tasks => { "Reads everything, changes nothing", "Consulte tout, ne modifie rien" }
    grant_role => { "Grant a role", "Accorder un rôle" }
    grant_hint => { "The address of a My Ontario Account", "L’adresse d’un compte Mon Ontario" }
    grant_question => { "Grant this role?", "Accorder ce rôle?" }
    role_granted => { "The role was granted", "Le rôle a été accordé" }
    role_unchanged => { "The account had this role already", "Le compte avait déjà ce rôle" }
    no_active_account => {
        "No active My Ontario Account has this address",
        "Aucun compte Mon Ontario actif n’a cette adresse",
    }
    revoke_role => { "Revoke a role", "Retirer un rôle" }
    revoke_role_question => { "Revoke this role?", "Retirer ce rôle?" }
    role_revoked => { "The role was revoked", "Le rôle a été retiré" }
    own_role => { "This is your own role: you lose it at once.", "C’est votre propre rôle\u{a0}: vous le perdez aussitôt." }
    keep_one => {
        "Keep at least one administrator with this role",
        "Conservez au moins un administrateur ayant ce rôle",
    }

    // D5
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

    // D8
    partners_caption => { "Sign-in partners, in their order", "Partenaires de connexion, dans leur ordre" }
    issuer => { "Issuer", "Émetteur" }
    order => { "Order", "Ordre" }
    test_connection => { "Test the connection", "Tester la connexion" }
    test_question => { "Test the connection to this partner?", "Tester la connexion à ce partenaire?" }
    test_means => {
        "The partner’s description and keys are fetched and checked. Nobody is sent there.",
        "La description et les clés du partenaire sont récupérées et vérifiées. Personne n’y est envoyé.",
    }
    connection_works => { "The connection works", "La connexion fonctionne" }
    connection_fails => { "The connection does not work", "La connexion ne fonctionne pas" }
    checks_caption => { "What was checked", "Ce qui a été vérifié" }
    check => { "Check", "Vérification" }
    found => { "Found", "Constaté" }
    well => { "In order", "En ordre" }
    not_well => { "Not in order", "Pas en ordre" }
    disable_partner_question => { "Disable this partner?", "Désactiver ce partenaire?" }
    disable_partner_means => {
        "Nobody can sign in with this partner until its entry is changed and saved again.",
        "Plus personne ne pourra se connecter avec ce partenaire tant que son entrée n’est pas modifiée et enregistrée de nouveau.",
    }
    cannot_disable_partner => {
        "This partner is disabled, or it stands in the server’s own settings",
        "Ce partenaire est désactivé ou figure dans les paramètres du serveur lui-même",
    }
    partner_disabled => { "The partner was disabled", "Le partenaire a été désactivé" }
    add_partner => { "Add a partner", "Ajouter un partenaire" }
    add_partner_question => { "Add this partner?", "Ajouter ce partenaire?" }
    change_partner_question => { "Save these changes?", "Enregistrer ces modifications?" }
    partner_means => {
        "People can sign in with this partner at once. Whom it vouches for is believed.",
        "Il est aussitôt possible de se connecter avec ce partenaire. Ses réponses sur l’identité des personnes sont tenues pour vraies.",
    }
    partner_added => { "The partner was added", "Le partenaire a été ajouté" }
    partner_updated => { "The partner was changed", "Le partenaire a été modifié" }
    partner_will_be_enabled => {
        "This partner is disabled. Saving it enables it.",
        "Ce partenaire est désactivé. L’enregistrer le réactive.",
    }
    partner_of_settings => {
        "This partner stands in the server’s own settings and is changed there",
        "Ce partenaire figure dans les paramètres du serveur lui-même et s’y modifie",
    }
    partner_taken => {
        "Another partner has this ID or this issuer",
        "Un autre partenaire a cet identifiant ou cet émetteur",
    }
    give_the_partner => {
        "Register these values with the partner.",
        "Enregistrez ces valeurs auprès du partenaire.",
    }
    partner_id => { "Partner ID", "Identifiant du partenaire" }
    partner_id_hint => {
        "1 to 32 of a–z, 0–9 and -. It stands in the redirect URI and cannot be changed.",
        "De 1 à 32 caractères parmi a–z, 0–9 et -. Il figure dans l’URI de redirection et ne peut plus changer.",
    }
    partner_id_wrong => {
        "Use 1 to 32 of a–z, 0–9 and -, but not “default”",
        "Utilisez de 1 à 32 caractères parmi a–z, 0–9 et -, mais pas «\u{a0}default\u{a0}»",
    }
    partner_name_wrong => { "Enter a name of up to 100 characters on one line", "Entrez un nom d’au plus 100 caractères sur une seule ligne" }
    issuer_hint => { "To the letter, like https://hub.example.ca", "À la lettre, par exemple https://hub.example.ca" }
    issuer_wrong => {
        "The issuer must be https, without a query, a fragment or a user name",
        "L’émetteur doit être https, sans chaîne de requête, fragment ni nom d’utilisateur",
    }
    partner_client_hint => { "By which the partner knows us", "Celui par lequel le partenaire nous connaît" }
    partner_client_wrong => { "Enter 1 to 255 printable ASCII characters", "Entrez de 1 à 255 caractères ASCII imprimables" }
    partner_secret_hint => {
        "From the partner; none for private_key_jwt, for which a key is made here",
        "Fourni par le partenaire; aucun pour private_key_jwt, pour lequel une clé est créée ici",
    }
    partner_secret_stays => {
        "Empty: the one that is kept stays. None for private_key_jwt.",
        "Vide\u{a0}: celui qui est conservé reste valide. Aucun pour private_key_jwt.",
    }
    partner_secret_new => { "Secret replaced", "Secret remplacé" }
    partner_secret_none => { "private_key_jwt has no secret: leave it empty", "private_key_jwt n’a pas de secret\u{a0}: laissez ce champ vide" }
    partner_secret_wrong => {
        "Enter the secret: 1 to 1024 printable ASCII characters",
        "Entrez le secret\u{a0}: de 1 à 1024 caractères ASCII imprimables",
    }
    position_hint => { "A whole number; the smallest comes first", "Un nombre entier; le plus petit vient en premier" }
    position_wrong => { "Enter a whole number", "Entrez un nombre entier" }
    check_discovery => { "Description", "Description" }
    check_authorization => { "Authorization endpoint", "Point d’autorisation" }
    check_token => { "Token endpoint", "Point d’échange de jetons" }
    check_keys => { "Keys", "Clés" }
    found_itself => { "The issuer is itself", "L’émetteur est bien lui-même" }
    found_none => { "It names none", "Aucun n’est indiqué" }
    found_keys(number) => { "Keys: {number}", "Clés\u{a0}: {number}" }
    found_failed(detail) => { "{detail}", "Impossible de l’obtenir; message technique en anglais\u{a0}: {detail}" }

    // D9
    settings_caption => { "Settings", "Paramètres" }
    settings_hold => {
        "What is set here holds for all nodes within a second.",
        "Ce qui est réglé ici vaut pour tous les nœuds en moins d’une seconde.",
    }
    password_minimum(most) => {
        "Passwords have 8 to {most} characters, with all four kinds; this cannot be changed.",
        "Les mots de passe comptent de 8 à {most} caractères des quatre sortes; cela ne peut pas être modifié.",
    }
    setting => { "Setting", "Paramètre" }
    group => { "Group", "Groupe" }
    value => { "Value", "Valeur" }
    may_be => { "May be", "Valeurs permises" }
    set_by => { "Set by", "Réglé par" }
    set_here => { "The console or a command", "La console ou une commande" }
    set_by_file => { "The server’s own settings", "Les paramètres du serveur" }
    changed_at => { "Changed", "Modifié" }
    from_to(least, most) => { "From {least} to {most}", "De {least} à {most}" }
    group_lifetimes => { "Time-outs", "Délais" }
    group_limits => { "Limits", "Limites" }
    group_help => { "Phone and address", "Téléphone et adresse" }
    group_brand => { "Logo file", "Fichier du logo" }
    group_passwords => { "Passwords", "Mots de passe" }
    group_retention => { "Unused accounts", "Comptes inutilisés" }
    change_setting => { "Change a setting", "Modifier un paramètre" }
    setting_question => { "Change this setting?", "Modifier ce paramètre?" }
    setting_set => { "The setting was changed", "Le paramètre a été modifié" }
    setting_overtaken => {
        "Somebody else changed this setting just now. Look at it again.",
        "Quelqu’un d’autre vient de modifier ce paramètre. Consultez-le de nouveau.",
    }
    new_value => { "New value", "Nouvelle valeur" }
    file_value => { "In the server’s own settings", "Dans les paramètres du serveur" }
    reset => { "Go back to the server’s own settings", "Revenir aux paramètres du serveur" }
    reset_hint => {
        "What was set here is taken away; the new value above does not count.",
        "Ce qui a été réglé ici est retiré; la nouvelle valeur ci-dessus ne compte pas.",
    }
    value_wrong => { "This setting cannot have this value", "Ce paramètre ne peut pas avoir cette valeur" }
    value_out_of_range(range) => {
        "This setting cannot have this value: {range}",
        "Ce paramètre ne peut pas avoir cette valeur\u{a0}: {range}",
    }

    // D11
    decisions => { "Decisions", "Décisions" }
    day => { "Day (UTC)", "Jour (UTC)" }
    service => { "Service", "Service" }
    said_yes => { "Transferred", "Transférés" }
    said_no => { "Not transferred", "Non transférés" }
    failed => { "Failed", "Échoués" }
    days_caption => { "Decisions by day and service", "Décisions par jour et par service" }
    undecided => { "Undecided", "Sans décision" }
    undecided_caption => {
        "Accounts that used a service and have not decided",
        "Comptes qui ont utilisé un service et n’ont pas décidé",
    }
    conflicts => { "Conflicts", "Conflits" }
    conflicts_caption => {
        "Transfers refused in the last 90 days, newest first",
        "Transferts refusés dans les 90 derniers jours, les plus récents d’abord",
    }
    one_key_account => { "ONE-key account", "Compte ONE-key" }
    carried_over_to => { "Carried over to", "Transféré à" }
    span_wrong => { "From must be before To, by a year at most", "La date «\u{a0}Du\u{a0}» doit précéder la date «\u{a0}Au\u{a0}», d’au plus un an" }
}
