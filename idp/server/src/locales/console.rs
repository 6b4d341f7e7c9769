//! The texts of the administration console (pages.md section 9), in both languages: those of several pages, and of the
//! small parts; each large part has a file of its own.

mod accounts;
mod keys;
mod mails;
mod partners;
mod services;

pub use accounts::*;
pub use keys::*;
pub use mails::*;
pub use partners::*;
pub use services::*;

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
    download_signed => { "Download everything, signed", "Tout télécharger, avec signature" }
    check_chain => { "Check the chain", "Vérifier la chaîne" }
    verified_to(number) => { "Verified to {number}", "Vérifié jusqu’à {number}" }
    broken_at(number) => {
        "The chain is broken: record {number} is missing or was altered",
        "La chaîne est rompue\u{a0}: l’inscription {number} manque ou a été modifiée",
    }
    records_followed => { "Records followed", "Inscriptions suivies" }
    head_hash => { "Hash of the last record", "Hachage de la dernière inscription" }

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

    // Of a service or an account; of a key it is `created`.
    created_on => { "Created", "Créé" }

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
