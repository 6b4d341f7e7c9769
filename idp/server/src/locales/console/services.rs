//! D4: relying services.

ontario_language::messages! {
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
    changed_from_to(label, before, after) => { "{label}: from {before} to {after}", "{label}\u{a0}: de {before} à {after}" }
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
    services_from_file => { "Services from a file", "Services à partir d’un fichier" }
    services_file => { "File of services", "Fichier des services" }
    services_file_hint => {
        "Paste it here: TOML of at most 32,000 bytes, like the file to download from the list of services",
        "Collez-le ici\u{a0}: du TOML d’au plus 32\u{a0}000 octets, comme le fichier à télécharger de la liste des services",
    }
    services_file_missing => { "Paste the file", "Collez le fichier" }
    services_file_long => {
        "The file must have 32,000 bytes or fewer: apply it in parts, or by command",
        "Le fichier doit compter au plus 32\u{a0}000 octets\u{a0}: appliquez-le en parties, ou par commande",
    }
    services_file_means => {
        "New services are added and changed ones replaced, all or none; those that the file does not name stay as they are. You see what would change before anything does.",
        "Les nouveaux services sont ajoutés et ceux qui diffèrent remplacés, tous ou aucun; ceux que le fichier ne nomme pas restent tels quels. Vous voyez ce qui changerait avant que rien ne change.",
    }
    apply_question => { "Apply this file?", "Appliquer ce fichier?" }
    apply_file => { "Apply", "Appliquer" }
    file_applied => { "The file was applied", "Le fichier a été appliqué" }
    file_changed_meanwhile => {
        "Somebody changed one of these services since you were shown this. Apply the file again to see what differs now.",
        "Quelqu’un a modifié un de ces services depuis cet affichage. Appliquez de nouveau le fichier pour voir ce qui diffère maintenant.",
    }
    file_redirect(entry) => {
        "Redirect URI {entry} must be https and exact",
        "l’URI de redirection {entry} doit être https et exacte",
    }
    file_entry(label, entry, problem) => {
        "{label}, entry {entry}: {problem}",
        "{label}, élément {entry}\u{a0}: {problem}",
    }
    right_missing(scope) => {
        "A program in this file has or would get the right {scope}, which you do not have",
        "Un programme de ce fichier a ou obtiendrait le droit {scope}, que vous n’avez pas",
    }
    file_line(line, words) => { "Line {line}: {words}", "Ligne {line}\u{a0}: {words}" }
    member_is(label, value) => { "{label}: {value}", "{label}\u{a0}: {value}" }
    unchanged => { "Unchanged", "Sans changement" }
    secret_will_be_made => { "A secret will be made and shown once", "Un secret sera créé et affiché une seule fois" }
    secret_from_file => {
        "The secret in the file takes the place of all others",
        "Le secret du fichier remplace tous les autres",
    }
    secrets_will_end => { "Its secrets end", "Ses secrets prennent fin" }
    secrets_once => {
        "Copy the secrets now. They will not be shown again.",
        "Copiez les secrets maintenant. Ils ne seront plus affichés.",
    }
    secret_of(id) => { "Client secret of {id}", "Secret du client {id}" }
    download_file => { "Download as a file to apply", "Télécharger en fichier à appliquer" }
    registration_token => { "Registration token", "Jeton d’inscription" }
    token_means => {
        "With this token services register themselves, under the rules that you lay down here. Whoever has it can: keep its uses and its life short.",
        "Avec ce jeton, des services s’inscrivent eux-mêmes, selon les règles fixées ici. Quiconque le détient le peut\u{a0}: limitez le nombre d’inscriptions et la durée.",
    }
    token_uses => { "How many services can register", "Nombre de services qui peuvent s’inscrire" }
    token_uses_hint => { "1 to 1000", "De 1 à 1000" }
    token_uses_wrong => { "Enter a number from 1 to 1000", "Entrez un nombre de 1 à 1000" }
    token_life => { "For how long", "Durée" }
    token_life_hint => { "Like 24h or 30d, at most 366d", "Par exemple 24h ou 30d, au plus 366d" }
    token_life_wrong => { "Enter a span like 24h or 30d, at most 366d", "Entrez une durée comme 24h ou 30d, au plus 366d" }
    policy => { "Rules", "Règles" }
    policy_hint => {
        "TOML, the administrator’s names of a service’s file, like minimum_acr",
        "En TOML, avec les noms réservés à l’administration dans le fichier d’un service, comme minimum_acr",
    }
    policy_usual => { "The usual ones", "Les règles habituelles" }
    token_question => { "Make a registration token?", "Créer un jeton d’inscription?" }
    make_token => { "Make the token", "Créer le jeton" }
    token_made => { "The token was made", "Le jeton a été créé" }
}
