//! Every text of the viewer in both languages.

ontario_language::messages! {
    service_name => { "Demonstration mailbox", "Boîte aux lettres de démonstration" }
    list_title => { "Mails", "Courriels" }
    explanation => {
        "A tool of the demonstration: it shows the mails that the services would have sent. Nothing left this machine.",
        "Un outil de la démonstration\u{a0}: il montre les courriels que les services auraient envoyés. Rien n’a quitté cette machine."
    }
    refresh => { "Refresh", "Actualiser" }
    empty => { "No mails yet", "Aucun courriel" }
    subject => { "Subject", "Objet" }
    to => { "To", "À" }
    from => { "From", "De" }
    time => { "Time", "Heure" }
    no_subject => { "(no subject)", "(sans objet)" }
    unknown => { "unknown", "inconnu" }
    newer => { "Newer mails", "Courriels plus récents" }
    older => { "Older mails", "Courriels plus anciens" }
    text_part => { "Text", "Texte" }
    html_part => { "HTML", "HTML" }
    html_frame(subject) => { "HTML part of the mail: {subject}", "Partie HTML du courriel\u{a0}: {subject}" }
    no_text => { "This mail has no text.", "Ce courriel n’a pas de texte." }
    cut => {
        "This mail is too long: only its beginning is shown.",
        "Ce courriel est trop long\u{a0}: seul le début est affiché."
    }
    not_found_title => { "Page not found", "Page introuvable" }
    not_found_text => {
        "There is no such mail or page.",
        "Ce courriel ou cette page n’existe pas."
    }
    failure_text => { "The folder of mails cannot be read.", "Le dossier des courriels ne peut pas être lu." }
    to_list => { "All mails", "Tous les courriels" }
    clock_heading => { "The demonstration’s clock", "L’horloge de la démonstration" }
    clock_now => { "It is now", "Il est maintenant le" }
    clock_note => {
        "All programs of the demonstration follow it. It can be moved forward only; a new start with --reset sets it right.",
        "Tous les programmes de la démonstration la suivent. Elle ne peut qu’avancer; un nouveau départ avec --reset la remet à l’heure."
    }
    clock_legend => { "Move it forward by", "L’avancer de" }
    five_minutes => { "5 minutes", "5 minutes" }
    fifteen_minutes => { "15 minutes", "15 minutes" }
    thirty_minutes => { "30 minutes", "30 minutes" }
    twenty_four_hours => { "24 hours", "24 heures" }
    sixty_days => { "60 days", "60 jours" }
    thirty_months => { "30 months", "30 mois" }
}
