//! Every text of the portal in both languages.

ontario_language::messages! {
    service_name => { "ServiceOntario account", "Compte ServiceOntario" }
    create_or_sign_in => {
        "Create a My Ontario Account / Sign in",
        "Créer un compte Mon Ontario/Ouvrir une session"
    }
    account_home => { "Account home", "Page d’accueil du compte" }
    continue_button => { "Continue", "Continuer" }
    exit => { "Exit", "Quitter" }

    landing_title => { "Sign in or create an account", "Ouvrir une session ou créer un compte" }
    landing_lead => {
        "Use one account for your ServiceOntario services: apply, follow your requests and read your messages.",
        "Utilisez un seul compte pour vos services de ServiceOntario\u{a0}: présentez une demande, suivez-la et lisez vos messages."
    }
    landing_how_heading => { "How to sign in", "Comment ouvrir une session" }
    landing_how => {
        "You sign in with My Ontario Account. If you do not have one, you can create it on the next page with an email address and a password.",
        "Vous ouvrez une session avec un compte Mon Ontario. Si vous n’en avez pas, vous pouvez le créer à la page suivante avec une adresse courriel et un mot de passe."
    }
    landing_one_key_heading => { "If you used ONE-key", "Si vous utilisiez ONE-key" }
    landing_one_key => {
        "ServiceOntario account used to work with ONE-key. It now works with My Ontario Account. When you sign in, you may be asked whether to transfer your ONE-key account. If you do, you find your services and your history here again.",
        "Le compte ServiceOntario fonctionnait avec ONE-key. Il fonctionne maintenant avec un compte Mon Ontario. À l’ouverture de session, on peut vous demander si vous voulez transférer votre compte ONE-key. Si vous le faites, vous retrouvez ici vos services et votre historique."
    }
    landing_help => { "Help with signing in", "Aide pour ouvrir une session" }

    set_up_title => { "Set up your account", "Créer votre compte" }
    set_up_heading => { "Set up your ServiceOntario account", "Créez votre compte ServiceOntario" }
    email => { "Email", "Courriel" }
    email_hint => { "This will be your default email", "Ce sera votre courriel par défaut" }
    terms => { "Terms", "Termes et conditions" }
    terms_title => { "Terms and conditions", "Termes et conditions" }
    terms_demonstration => {
        "These terms are a demonstration text. They bind nobody.",
        "Ces conditions sont un texte de démonstration. Elles n’engagent personne."
    }
    terms_inactive_heading => { "Inactive accounts", "Comptes inactifs" }
    terms_inactive => {
        "We delete an account that nobody has signed in to for 30 months. We write to you 60 days and 30 days before. Sign in once to keep the account.",
        "Nous supprimons un compte auquel personne ne s’est connecté pendant 30 mois. Nous vous écrivons 60 jours et 30 jours avant. Ouvrez une session pour garder le compte."
    }
    terms_drafts_heading => { "Form drafts", "Ébauches de formulaire" }
    terms_drafts => {
        "We keep a draft for 12 months after your last change. We write to you 60 days and 30 days before we delete it.",
        "Nous gardons une ébauche pendant 12 mois après votre dernière modification. Nous vous écrivons 60 jours et 30 jours avant de la supprimer."
    }
    terms_exceptions_heading => { "Exceptions", "Exceptions" }
    terms_exception_security => {
        "Drafts for a security guard, a private investigator or an agency are kept for 30 days. We write to you when one expires.",
        "Les ébauches pour un agent de sécurité, un enquêteur privé ou une agence sont gardées pendant 30 jours. Nous vous écrivons quand l’une d’elles expire."
    }
    terms_exception_payment => {
        "Submitted applications that wait for a payment stay without an end date.",
        "Les demandes soumises qui attendent un paiement restent sans date de fin."
    }
    terms_accept => {
        "I accept the terms and conditions above",
        "J’accepte les termes et conditions ci-dessus"
    }
    terms_required => { "Check the box to accept the terms", "Cochez la case pour accepter les conditions" }

    done_title => { "Account created", "Compte créé" }
    done_heading => {
        "Thank you! Your ServiceOntario account was created.",
        "Merci! Votre compte ServiceOntario a été créé."
    }
    done_text => {
        "From now on, sign in with My Ontario Account to get here.",
        "À partir de maintenant, ouvrez une session avec le compte Mon Ontario pour arriver ici."
    }

    fifteen_minutes => {
        "For your security, you will be signed out after 15 minutes without activity.",
        "Pour votre sécurité, votre session prendra fin après 15 minutes d’inactivité."
    }
    in_this_account => { "In this account", "Dans ce compte" }
    activities => { "Activities", "Activités" }
    account_help => { "Account help", "Aide sur le compte" }
    privacy => { "Privacy", "Confidentialité" }
    enrolled_services => { "Enrolled services", "Services inscrits" }
    no_services => { "You are not enrolled in any service.", "Vous n’êtes inscrit à aucun service." }
    one_key_records => { "Records from ONE-key", "Dossiers de ONE-key" }
    one_key_attached => {
        "Your earlier ONE-key records are attached.",
        "Vos dossiers ONE-key antérieurs sont joints."
    }
    messages => { "Messages", "Messages" }
    no_messages => { "No messages", "Aucun message" }
    no_activity => { "No activity yet", "Aucune activité" }
    no_activity_this_month => { "No activity in this month", "Aucune activité pendant ce mois" }
    date_time => { "Date/Time", "Date/Heure" }
    activity => { "Activity", "Activité" }
    status => { "Status", "État" }
    status_done => { "Done", "Terminée" }
    month => { "Month", "Mois" }
    all_months => { "All months", "Tous les mois" }
    show => { "Show", "Afficher" }
    sorted_oldest_first => { "oldest first", "de la plus ancienne à la plus récente" }
    sort_oldest_first => { "show the oldest first", "afficher la plus ancienne en premier" }
    sort_newest_first => { "show the newest first", "afficher la plus récente en premier" }
    sorted_newest_first => { "newest first", "de la plus récente à la plus ancienne" }
    default_email(email) => { "Default email: {email}", "Courriel par défaut\u{a0}: {email}" }
    activity_account_created => { "Account created", "Compte créé" }
    activity_signed_in => { "Signed in", "Session ouverte" }
    activity_one_key_transferred => { "ONE-key account transferred", "Compte ONE-key transféré" }

}
