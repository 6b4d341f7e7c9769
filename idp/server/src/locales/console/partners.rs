//! D8: sign-in partners.

ontario_language::messages! {
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
}
