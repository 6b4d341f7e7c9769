//! Every text of the portal in both languages; the terms of use are configuration.

ontario_language::messages! {
    service_name => { "Justice Services Online", "Services de justice en ligne" }
    one_key => { "ONE-key", "ONE-key" }
    next => { "Next", "Suivant" }
    back => { "Back", "Retour" }
    edit => { "Edit", "Modifier" }
    view => { "View", "Consulter" }
    yes => { "Yes", "Oui" }
    no => { "No", "Non" }

    civil => { "Civil", "Affaires civiles" }
    family => { "Family", "Droit de la famille" }
    landing_title => { "Court documents online", "Documents judiciaires en ligne" }
    landing_lead => {
        "File court documents online: start a civil claim, answer one, or apply for a divorce together.",
        "Déposez des documents judiciaires en ligne\u{a0}: introduisez une action civile, répondez-y ou demandez conjointement un divorce."
    }
    civil_title => { "File civil case documents online", "Déposer en ligne des documents d’affaires civiles" }
    family_title => {
        "File a joint divorce application online",
        "Déposer en ligne une demande conjointe en divorce"
    }
    start_have_ready => {
        "Have your PDF documents and a payment card ready.",
        "Ayez en main vos documents PDF et une carte de paiement."
    }
    start_civil_session => {
        "After 15 minutes without activity your session ends; your information is saved.",
        "Après 15 minutes d’inactivité, votre session prend fin; vos renseignements sont enregistrés."
    }
    start_family_session => {
        "After 15 minutes without activity your session ends; your information is not saved.",
        "Après 15 minutes d’inactivité, votre session prend fin; vos renseignements ne sont pas enregistrés."
    }
    start_shoulder => {
        "Do not enter your password where others or a camera can see it.",
        "N’entrez pas votre mot de passe à la vue d’autres personnes ou d’une caméra."
    }
    start_account => {
        "You sign in with ONE-key or with My Ontario Account. If you have neither, you can create one on the next page.",
        "Vous ouvrez une session avec ONE-key ou avec un compte Mon Ontario. Si vous n’avez ni l’un ni l’autre, vous pouvez en créer un à la page suivante."
    }
    start_demonstration => {
        "In this demonstration nothing is sent to a court and nothing is paid.",
        "Dans cette démonstration, rien n’est envoyé à un tribunal et rien n’est payé."
    }
    file_documents => { "File your documents", "Déposer vos documents" }
    file_application => { "File your application", "Déposer votre demande" }

    register_title => {
        "Justice Services account registration",
        "Inscription au compte des Services de justice"
    }
    welcome => {
        "Welcome to Justice Services Online",
        "Bienvenue aux Services de justice en ligne"
    }
    terms_of_use => { "Terms of use", "Conditions d’utilisation" }
    terms_civil => { "Civil Claims Online terms of use", "Conditions d’utilisation des actions civiles en ligne" }
    terms_family => {
        "Family Claims Online terms of use",
        "Conditions d’utilisation des demandes en droit de la famille en ligne"
    }
    terms_accept => {
        "I have read and agree to the terms of use, and consent to the collection and use of my personal information described in them",
        "J’ai lu et j’accepte les conditions d’utilisation, et je consens à la collecte et à l’utilisation de mes renseignements personnels qui y sont décrites"
    }

    contact_title => { "Contact information", "Coordonnées" }
    contact_hint => {
        "If you file for a lawyer, enter the lawyer’s details.",
        "Si vous déposez pour un avocat ou une avocate, entrez ses coordonnées."
    }
    role => { "You are", "Vous êtes" }
    role_lawyer => { "a lawyer", "un avocat ou une avocate" }
    role_individual => {
        "an individual representing myself in a court proceeding",
        "une personne qui se représente elle-même dans une instance"
    }
    firm => {
        "Firm, business or corporation name",
        "Nom du cabinet, de l’entreprise ou de la société"
    }
    ext => { "Extension", "Poste" }
    fax => { "Fax number", "Télécopieur" }
    email => { "Email address", "Adresse courriel" }
    role_required => {
        "Tell us who you are: a lawyer or an individual",
        "Indiquez si vous êtes avocat ou avocate, ou un particulier"
    }
    fax_format => {
        "Enter a fax number, like 416-555-0124",
        "Entrez un numéro de télécopieur, par exemple 416 555-0124"
    }
    ext_format => {
        "The extension has at most 8 digits",
        "Le poste compte au plus 8 chiffres"
    }
    confirm_registration => { "Confirm registration", "Confirmer l’inscription" }

    registered_title => { "Registration confirmed", "Inscription confirmée" }
    registered_text(reference) => {
        "Your Justice Services account is set up. Your reference is {reference}.",
        "Votre compte des Services de justice est créé. Votre numéro de référence est {reference}."
    }
    registered_mail(email) => {
        "We sent a confirmation to {email}.",
        "Nous avons envoyé une confirmation à {email}."
    }
    registered_saved => { "What we saved", "Ce que nous avons enregistré" }
    go_to_my_account => { "Go to my account", "Aller à mon compte" }

    my_account => { "My account", "Mon compte" }
    menu => { "Menu", "Menu" }
    services => { "Services", "Services" }
    /// After a button's word, for those who hear it alone.
    of_name(name) => { ": {name}", "\u{a0}: {name}" }
    kind_statement => {
        "File a Statement of Claim or Notice of Action",
        "Déposer une déclaration ou un avis d’action"
    }
    kind_another => { "File another document", "Déposer un autre document" }
    kind_another_hint => {
        "For example a notice of intent to defend",
        "Par exemple un avis d’intention de présenter une défense"
    }
    kind_divorce => { "File a joint divorce application", "Déposer une demande conjointe en divorce" }
    transactions => { "Transactions", "Transactions" }
    drafts_intro => {
        "Filings that you started, saved and did not submit. We keep a draft for 12 months after your last change.",
        "Dépôts que vous avez commencés, enregistrés et non soumis. Nous gardons une ébauche pendant 12 mois après votre dernière modification."
    }
    transactions_intro => {
        "Documents that you submitted, and your drafts.",
        "Documents que vous avez soumis, et vos ébauches."
    }
    drafts_count(count) => { "Drafts: {count}", "Ébauches\u{a0}: {count}" }
    transactions_count(count) => { "Transactions: {count}", "Transactions\u{a0}: {count}" }
    view_drafts => { "View or search drafts", "Consulter ou chercher des ébauches" }
    view_transactions => { "View or search transactions", "Consulter ou chercher des transactions" }
    view_contact => { "View or edit contact information", "Consulter ou modifier les coordonnées" }
    view_terms => { "Read the terms of use", "Lire les conditions d’utilisation" }
    search_hint => { "Part of a title or a number", "Une partie d’un intitulé ou d’un numéro" }
    no_transactions => { "No transactions", "Aucune transaction" }
    nothing_found(q) => { "Nothing found for “{q}”", "Aucun résultat pour «\u{a0}{q}\u{a0}»" }
    file => { "File", "Dossier" }
    kind => { "Type", "Genre" }
    action => { "Action", "Action" }
    status_draft => { "Draft", "Ébauche" }
    status_submitted => { "Submitted", "Soumis" }
    untitled => { "Without a title", "Sans titre" }
    draft_deleted => { "The draft was deleted.", "L’ébauche a été supprimée." }
    delete_title => { "Delete this draft?", "Supprimer cette ébauche?" }
    delete_text => {
        "Its answers and its document will be gone for good.",
        "Ses réponses et son document disparaîtront pour de bon."
    }
    keep_draft => { "Keep the draft", "Garder l’ébauche" }
    delete_draft => { "Delete the draft", "Supprimer l’ébauche" }

    contact_future => {
        "Changes apply to future filings only. For an existing case, send the court office a signed and dated letter with your full name, your new contact information and your file numbers.",
        "Les changements visent seulement les dépôts futurs. Pour une instance en cours, envoyez au greffe une lettre signée et datée avec votre nom complet, vos nouvelles coordonnées et vos numéros de dossier."
    }
    contact_saved => {
        "Your contact information was saved.",
        "Vos coordonnées ont été enregistrées."
    }
    contact_edit_title => { "Edit contact information", "Modifier les coordonnées" }

    fifteen_civil => {
        "If your session ends, what you entered is saved as a draft.",
        "Si votre session prend fin, ce que vous avez entré est enregistré comme ébauche."
    }
    fifteen_family => {
        "If your session ends, what you entered is not saved.",
        "Si votre session prend fin, ce que vous avez entré n’est pas enregistré."
    }
    title => { "Title of the proceeding", "Intitulé de l’instance" }
    title_short => { "Title", "Intitulé" }
    title_hint => {
        "The names of the parties, like Martin v. Tremblay",
        "Les noms des parties, par exemple Martin c. Tremblay"
    }
    title_required => { "Enter a title", "Entrez un intitulé" }
    court => { "Court location", "Lieu du tribunal" }
    court_required => { "Choose a court location", "Choisissez le lieu du tribunal" }
    document => { "Document", "Document" }
    document_hint(megabytes) => {
        "One PDF file of at most {megabytes} MB. A new file replaces the one that you uploaded before.",
        "Un fichier PDF d’au plus {megabytes} Mo. Un nouveau fichier remplace celui que vous avez téléversé auparavant."
    }
    document_present(name, size) => { "Uploaded: {name} ({size})", "Téléversé\u{a0}: {name} ({size})" }
    document_none => { "No document", "Aucun document" }
    document_remove => { "Remove this document", "Retirer ce document" }
    kilobytes(count) => { "{count} KB", "{count} Ko" }
    draft_saved => { "Your draft was saved.", "Votre ébauche a été enregistrée." }
    check_conflict => {
        "This filing was changed in another tab or window. Check it again before you submit it.",
        "Ce dépôt a été modifié dans un autre onglet ou une autre fenêtre. Vérifiez-le de nouveau avant de le soumettre."
    }
    check_title => { "Check your filing", "Vérifier votre dépôt" }
    check_contact => {
        "The court will use the contact information of your account as it is now:",
        "Le tribunal utilisera les coordonnées de votre compte, telles qu’elles sont maintenant\u{a0}:"
    }
    check_demonstration => {
        "This is a demonstration: nothing is sent to a court.",
        "Ceci est une démonstration\u{a0}: rien n’est envoyé à un tribunal."
    }
    change => { "Change", "Modifier" }
    submitted_title => { "Filing submitted", "Dépôt soumis" }
    submitted_text(number) => {
        "We received your filing. Its transaction number is {number}.",
        "Nous avons reçu votre dépôt. Son numéro de transaction est {number}."
    }
    transaction_title => { "Transaction", "Transaction" }
    transaction_number => { "Transaction number", "Numéro de transaction" }
    contact_at_filing => { "Contact information at the time of filing", "Coordonnées au moment du dépôt" }
    step_done_title => { "This step is finished.", "Cette étape est terminée." }
    step_done_text => { "This filing was submitted before.", "Ce dépôt a déjà été soumis." }
    too_many_drafts => {
        "You have 100 drafts, which is the most that we keep. Delete one to start another.",
        "Vous avez 100 ébauches, le maximum que nous gardons. Supprimez-en une pour en commencer une autre."
    }

    exit_title => { "Exit", "Quitter" }
    exit_heading => {
        "You have left Justice Services Online",
        "Vous avez quitté les Services de justice en ligne"
    }
    exit_question(account) => { "Also sign out of {account}?", "Fermer aussi la session {account}?" }
    exit_question_text => {
        "If you do not, the next person at this device can still get into your account until the session ends.",
        "Sinon, la prochaine personne à cet appareil peut encore accéder à votre compte jusqu’à la fin de la session."
    }
    exit_drafts => {
        "Your saved drafts are kept. Answers in a family filing that you did not submit are gone.",
        "Vos ébauches enregistrées sont gardées. Les réponses d’un dépôt en droit de la famille que vous n’avez pas soumis ont disparu."
    }
    exit_ask_heading => { "Exit Justice Services Online?", "Quitter les Services de justice en ligne?" }
    exit_ask_text => {
        "Answers in a family filing that you have not submitted will be lost. Saved drafts are kept.",
        "Les réponses d’un dépôt en droit de la famille non soumis seront perdues. Les ébauches enregistrées sont gardées."
    }


    mail_subject => { "Registration confirmed", "Inscription confirmée" }
    mail_registered(date) => {
        "Your registration with Justice Services Online was confirmed on {date}.",
        "Votre inscription aux Services de justice en ligne a été confirmée le {date}."
    }
    mail_reference(reference) => { "Your reference: {reference}", "Votre numéro de référence\u{a0}: {reference}" }
    mail_drafts_link => { "Go to your drafts", "Aller à vos ébauches" }
    mail_link => { "Go to your account", "Aller à votre compte" }
}

pub(crate) use portal_front::texts::{
    cancel, choose, continue_button, date, delete, draft_conflict, draft_ends_subject, draft_ends_text,
    draft_expired_subject, draft_expired_text, drafts, exit, fifteen_minutes, first_name,
    first_name_required, kept_until, last_name, last_name_required, my_ontario_account, no_drafts, save,
    save_draft, start, status, submit, terms_required, too_long,
};
