//! D3: signing keys.

ontario_language::messages! {
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
}
