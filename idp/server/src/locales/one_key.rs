//! The texts of the ONE-key pages (pages.md section 5), in both languages.

use idp_domain::Language;
use idp_domain::one_key::{ListedQuestion, SecurityQuestion};

ontario_language::messages! {
    service_name => { "ONE-key", "ONE-key" }

    // O1
    sign_in_heading => { "Sign in with your ONE-key ID", "Connectez-vous avec votre ID ONE-key" }
    id => { "ONE-key ID", "ID ONE-key" }
    id_required => { "Enter your ONE-key ID", "Entrez votre ID ONE-key" }
    sign_in_bad => { "The ONE-key ID or password is not correct", "L’ID ONE-key ou le mot de passe est incorrect" }
    moved_title => { "This ONE-key account was moved", "Ce compte ONE-key a été transféré" }
    moved => {
        "This ONE-key account was moved to My Ontario Account. Sign in there.",
        "Ce compte ONE-key a été transféré à Mon Ontario. Connectez-vous à votre compte Mon Ontario.",
    }
    locked => {
        "This ONE-key account is locked. Reset its password first",
        "Ce compte ONE-key est verrouillé. Réinitialisez d’abord son mot de passe",
    }
    new_to_one_key => { "New to ONE-key?", "Nouveau sur ONE-key?" }
    about => {
        "A ONE-key account gives you secure access to Ontario government programs and services.",
        "Un compte ONE-key vous donne un accès sécurisé aux programmes et services du gouvernement de l’Ontario.",
    }
    keep_safe => {
        "Keep a printed copy in a safe place. Do not give your ONE-key ID or your password to anybody.",
        "Conservez une copie imprimée en lieu sûr. Ne donnez à personne votre ID ONE-key ni votre mot de passe.",
    }
    no_id => { "Don’t have a ONE-key ID?", "Vous n’avez pas d’ID ONE-key?" }
    sign_up_now => { "Sign up now!", "Inscrivez-vous!" }
    learn_more => { "Learn more", "En savoir plus" }
    cannot_access => { "Can’t access your account?", "Vous ne pouvez pas accéder à votre compte?" }
    with_one_key => { "Sign in with ONE-key", "Se connecter avec ONE-key" }
    with_my_ontario => { "Sign in with My Ontario Account", "Se connecter avec un compte Mon Ontario" }
    closing => {
        "ONE-key takes no new accounts. Create a My Ontario Account instead.",
        "ONE-key n’accepte plus de nouveaux comptes. Créez plutôt un compte Mon Ontario.",
    }
    retired_title => { "ONE-key is no longer available", "ONE-key n’est plus offert" }
    retired_text => {
        "You can no longer sign in with ONE-key. Sign in with a My Ontario Account, or create one. At your first sign-in to a service that used ONE-key, you can transfer your ONE-key account.",
        "Vous ne pouvez plus vous connecter avec ONE-key. Connectez-vous avec un compte Mon Ontario ou créez-en un. À votre première connexion à un service qui utilisait ONE-key, vous pourrez transférer votre compte ONE-key.",
    }

    // O2
    register_title => { "ONE-key account registration", "Inscription à un compte ONE-key" }
    register_account => { "Your ONE-key account", "Votre compte ONE-key" }
    register_questions => { "Your security questions", "Vos questions de sécurité" }
    register_questions_text => {
        "They prove who you are if you forget your password. Capital letters, accents and spaces in an answer do not matter.",
        "Elles prouvent votre identité si vous oubliez votre mot de passe. Les majuscules, les accents et les espaces d’une réponse ne comptent pas.",
    }
    register_recovery => { "Recovering your ID", "Récupération de votre ID" }
    choose_id => { "Choose your ONE-key ID", "Choisissez votre ID ONE-key" }
    id_hint => {
        "8 to 100 characters, with a letter; no space, * \\ + or \"",
        "De 8 à 100 caractères, dont une lettre; sans espace, * \\ + ni \"",
    }
    confirm_password => { "Confirm your password", "Confirmez votre mot de passe" }
    accept => {
        "I accept the terms and conditions of use and have read the notice of collection",
        "J’accepte les conditions d’utilisation et j’ai lu l’avis de collecte",
    }
    accept_notice_link => { "notice of collection", "avis de collecte" }
    accept_link => { "terms and conditions of use", "conditions d’utilisation" }
    question(n) => { "Security question {n}", "Question de sécurité {n}" }
    own_question(n) => { "Your own question {n}", "Votre propre question {n}" }
    own_question_hint => {
        "Only if you chose to write your own; 10 to 120 characters",
        "Seulement si vous avez choisi d’écrire la vôtre; de 10 à 120 caractères",
    }
    answer(n) => { "Answer to question {n}", "Réponse à la question {n}" }
    select_question => { "Select a question", "Choisissez une question" }
    write_own => { "Write my own question", "Écrire ma propre question" }
    email_optional => { "Email address", "Adresse courriel" }
    email_hint => { "Lets you recover your ONE-key ID", "Permet de récupérer votre ID ONE-key" }
    sign_up => { "Sign up", "S’inscrire" }
    id_missing => { "Enter an ID", "Entrez un ID" }
    id_length => { "ID must have 8 to 100 characters", "L’ID doit compter de 8 à 100 caractères" }
    id_letter => { "ID must include a letter", "L’ID doit comprendre une lettre" }
    id_signs => {
        "ID must not contain a space, *, \\, + or \"",
        "L’ID ne doit contenir ni espace, ni *, \\, + ou \"",
    }
    id_taken(suggestions) => {
        "This ID is not available. Try another one, for example {suggestions}",
        "Cet ID n’est pas disponible. Essayez-en un autre, par exemple {suggestions}",
    }
    password_length => { "Password must have 8 to 16 characters", "Le mot de passe doit compter de 8 à 16 caractères" }
    password_space => { "Password must not contain a space", "Le mot de passe ne doit pas contenir d’espace" }
    password_id => { "Password must not be your ID", "Le mot de passe ne doit pas être votre ID" }
    passwords_differ => { "The two passwords do not match", "Les deux mots de passe ne correspondent pas" }
    choose_a_question => { "Choose a question", "Choisissez une question" }
    own_length => { "Your question must have 10 to 120 characters", "Votre question doit compter de 10 à 120 caractères" }
    questions_differ => { "Choose three different questions", "Choisissez trois questions différentes" }
    answer_short => { "Enter an answer of at least 3 characters", "Entrez une réponse d’au moins 3 caractères" }
    answer_long => { "Enter an answer of at most 80 characters", "Entrez une réponse d’au plus 80 caractères" }
    answers_differ => {
        "Answers must be different from each other",
        "Les réponses doivent être différentes les unes des autres",
    }
    answer_guessable => {
        "The answer must not be the question or your ID",
        "La réponse ne doit être ni la question ni votre ID",
    }

    // The list of questions.
    q_first_concert => { "What was the first concert you went to?", "Quel a été le premier concert auquel vous êtes allé?" }
    q_childhood_nickname => { "What nickname did your family give you as a child?", "Quel surnom votre famille vous donnait-elle dans votre enfance?" }
    q_favourite_teacher => { "Which teacher do you remember best?", "De quel enseignant ou enseignante gardez-vous le meilleur souvenir?" }
    q_first_book => { "What was the first book you could not put down?", "Quel est le premier livre que vous avez lu d’un trait?" }
    q_favourite_toy => { "Which toy did you keep the longest?", "Quel jouet avez-vous gardé le plus longtemps?" }
    q_first_dish => { "What was the first dish you learned to cook?", "Quel est le premier plat que vous avez appris à cuisiner?" }
    q_friends_street => { "On which street did your best friend in primary school live?", "Dans quelle rue habitait votre meilleur ami à l’école primaire?" }
    q_dream_job => { "What did you want to become when you were ten?", "Que vouliez-vous devenir à dix ans?" }
    q_first_holiday => { "Where was the first holiday you remember?", "Où avez-vous passé les premières vacances dont vous vous souvenez?" }
    q_first_film => { "What was the first film you saw in a cinema?", "Quel est le premier film que vous avez vu au cinéma?" }
    q_first_purchase => { "What did you buy with the first money you earned?", "Qu’avez-vous acheté avec le premier argent que vous avez gagné?" }

    // O3
    registered_title => { "You have registered", "Vous êtes inscrit" }
    registered => { "You have registered. Your ONE-key ID is", "Vous êtes inscrit. Votre ID ONE-key est" }
    registered_on(date) => { "Date: {date}", "Date\u{a0}: {date}" }
    help_phone(phone) => { "Help: {phone}", "Aide\u{a0}: {phone}" }
    print => { "Print", "Imprimer" }
    print_hint => { "Use your browser’s print command", "Utilisez la commande d’impression du navigateur" }

    // O5 to O7
    recover_title => { "Can’t access your account?", "Vous ne pouvez pas accéder à votre compte?" }
    recover_what => { "What did you forget?", "Qu’avez-vous oublié?" }
    forgot_password => { "I forgot my password", "J’ai oublié mon mot de passe" }
    forgot_id => { "I forgot my ID", "J’ai oublié mon ID" }
    forgot_both => { "Both", "Les deux" }
    reset_title => { "Reset your ONE-key password", "Réinitialiser votre mot de passe ONE-key" }
    way => { "How do you want to prove who you are?", "Comment voulez-vous prouver votre identité?" }
    way_questions => { "Answer my three security questions", "Répondre à mes trois questions de sécurité" }
    way_email => { "Get a code by email", "Recevoir un code par courriel" }
    way_email_hint => {
        "Only if your ONE-key account has an email address",
        "Seulement si votre compte ONE-key a une adresse courriel",
    }
    questions_title => { "Answer your security questions", "Répondez à vos questions de sécurité" }
    check_answers => { "Check answers", "Vérifier les réponses" }
    answers_wrong => { "One or more answers are not correct", "Une ou plusieurs réponses sont incorrectes" }
    recovery_closed(time) => { "Recovery is closed until {time}.", "La récupération est fermée jusqu’au {time}." }
    code_title => { "Enter the code from the email", "Entrez le code reçu par courriel" }
    code_sent(id) => {
        "If ONE-key ID {id} has an email address, we sent a code to it.",
        "Si l’ID ONE-key {id} a une adresse courriel, nous y avons envoyé un code.",
    }
    code_minutes(minutes) => { "The code works for {minutes} minutes.", "Le code est valide {minutes} minutes." }
    code_sent_again(seconds) => {
        "If this ONE-key ID has an email address, we sent a new code to it. Use the newest code. There are at least {seconds} seconds between two emails.",
        "Si cet ID ONE-key a une adresse courriel, nous y avons envoyé un nouveau code. Utilisez le code le plus récent. Au moins {seconds} secondes séparent deux courriels.",
    }
    mails_apart(seconds) => {
        "There are at least {seconds} seconds between two emails. If you asked for one just before, wait that long, then ask again.",
        "Au moins {seconds} secondes séparent deux courriels. Si vous venez d’en demander un, attendez ce temps, puis demandez-le de nouveau.",
    }
    new_password_title => { "Choose a new ONE-key password", "Choisissez un nouveau mot de passe ONE-key" }
    save_password => { "Save password", "Enregistrer le mot de passe" }
    password_saved => { "Password changed. Sign in.", "Mot de passe modifié. Connectez-vous." }
    password_saved_for_transfer => {
        "ONE-key password changed. Enter it here to transfer the account.",
        "Mot de passe ONE-key modifié. Entrez-le ici pour transférer le compte.",
    }
    recovery_over => {
        "This took too long, or it was done already. Start again.",
        "Cela a pris trop de temps, ou c’est déjà fait. Recommencez.",
    }
    start_again => { "Start again", "Recommencer" }
    recover_id_title => { "Recover your ONE-key ID", "Récupérer votre ID ONE-key" }
    recover_id_hint => {
        "The address that you gave when you registered",
        "L’adresse que vous avez donnée à l’inscription",
    }
    id_sent => {
        "If this address belongs to a ONE-key account, we sent the ID to it.",
        "Si cette adresse correspond à un compte ONE-key, nous y avons envoyé l’ID.",
    }
    no_email_on_file => {
        "If your account has no email address, contact us.",
        "Si votre compte n’a pas d’adresse courriel, communiquez avec nous.",
    }
    no_email_on_file_call(phone) => {
        "If your account has no email address, call {phone}.",
        "Si votre compte n’a pas d’adresse courriel, appelez au {phone}.",
    }
    go_on_to_password => { "Go on to reset the password", "Continuer pour réinitialiser le mot de passe" }
    back_to_transfer => { "Back to the transfer", "Retour au transfert" }

    // O9, O10
    welcome(id) => { "Welcome, {id}", "Bienvenue, {id}" }
    last_login(time) => { "Last login: {time}", "Dernière connexion\u{a0}: {time}" }
    my_services => { "My Services", "Mes services" }
    manage => { "Manage my account", "Gérer mon compte" }
    business_services => { "Business services", "Services aux entreprises" }
    personal_services => { "Personal services", "Services aux particuliers" }
    by_category => { "Services by category", "Services par catégorie" }
    all_services => { "All services from A to Z", "Tous les services de A à Z" }
    log_out => { "Log out", "Fermer la session" }
    not_enrolled => { "You are not enrolled in any service yet.", "Vous n’êtes inscrit à aucun service." }
    find_services => { "Find available services", "Trouver un service" }
    find => { "Find", "Trouver" }
    services_found(n) => { "{n} services found", "{n} services trouvés" }
    one_service_found => { "1 service found", "1 service trouvé" }
    no_match(q) => { "No service matches “{q}”.", "Aucun service ne correspond à «\u{a0}{q}\u{a0}»." }
    see_all => { "See all services.", "Voir tous les services." }
    letters => { "Letters", "Lettres" }
    menu => { "Services", "Services" }
    no_services => { "There is no service here yet.", "Il n’y a encore aucun service ici." }

    // O11
    change_id => { "Change ID", "Changer l’ID" }
    change_password => { "Change password", "Changer le mot de passe" }
    change_recovery => { "Change recovery information", "Changer les renseignements de récupération" }
    change_language => { "Change language", "Changer la langue" }
    remove_email => { "Remove email address", "Supprimer l’adresse courriel" }
    change_email => { "Change email address", "Changer l’adresse courriel" }
    new_id => { "New ONE-key ID", "Nouvel ID ONE-key" }
    current_password => { "Current password", "Mot de passe actuel" }
    new_password => { "New password", "Nouveau mot de passe" }
    password_wrong => { "The current password is not correct", "Le mot de passe actuel est incorrect" }
    save => { "Save", "Enregistrer" }
    saved => { "Saved", "Enregistré" }
    email_on_file => { "Email address for recovery", "Adresse courriel pour la récupération" }
    no_email => { "None", "Aucune" }
}

/// A question as people read it.
#[must_use]
pub fn question_text(l: Language, question: &SecurityQuestion) -> String {
    match question {
        SecurityQuestion::Listed(listed) => listed_question(l, *listed).to_owned(),
        SecurityQuestion::Own(words) => words.clone(),
    }
}

/// A question of the list.
#[must_use]
pub fn listed_question(l: Language, question: ListedQuestion) -> &'static str {
    match question {
        ListedQuestion::FirstConcert => q_first_concert(l),
        ListedQuestion::ChildhoodNickname => q_childhood_nickname(l),
        ListedQuestion::FavouriteTeacher => q_favourite_teacher(l),
        ListedQuestion::FirstBook => q_first_book(l),
        ListedQuestion::FavouriteToy => q_favourite_toy(l),
        ListedQuestion::FirstDish => q_first_dish(l),
        ListedQuestion::FriendsStreet => q_friends_street(l),
        ListedQuestion::DreamJob => q_dream_job(l),
        ListedQuestion::FirstHoliday => q_first_holiday(l),
        ListedQuestion::FirstFilm => q_first_film(l),
        ListedQuestion::FirstPurchase => q_first_purchase(l),
    }
}
