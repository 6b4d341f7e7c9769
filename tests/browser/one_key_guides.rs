//! The people's guides about ONE-key, walked in the demonstration as they tell it (pages.md section 10): guide S0's steps 2 to
//! 4 (sign up, sign in, My Services), and guide S2's third journey (a new My Ontario Account, then the transfer). S2's fourth,
//! with an account that exists, is `one_key::carry_over`. Then what the guides leave out: recovering, managing, by keyboard.

use crate::keyboard::{tab_to, tab_to_text, type_text};
use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options, tick};
use idp_tests::browser::{Browser, BrowserOptions, Key};

const ID: &str = "flowers.bernie";
const OTHER_ID: &str = "bernie.flowers";
const PASSWORD: &str = "Ontario-45";
const OTHER_PASSWORD: &str = "Toronto-46";
const EMAIL: &str = "bernie@example.test";
/// Of an account of the old directory that is enrolled at the portal.
const OLD_ID: &str = "loon.lake88";

/// What is looked for on ONE-key's own pages.
struct OneKeyWords {
    common: &'static Words,
    sign_up_now: &'static str,
    register_title: &'static str,
    choose_id: &'static str,
    confirm_password: &'static str,
    accept: &'static str,
    question: &'static str,
    answer: &'static str,
    questions: [&'static str; 3],
    email: &'static str,
    sign_up: &'static str,
    registered: &'static str,
    print: &'static str,
    print_hint: &'static str,
    my_services_title: &'static str,
    not_enrolled: &'static str,
    all_services: &'static str,
    all_services_title: &'static str,
    find_services: &'static str,
    find: &'static str,
    no_match: &'static str,
    manage: &'static str,
    change_id: &'static str,
    new_id: &'static str,
    current_password: &'static str,
    save: &'static str,
    saved: &'static str,
    log_out: &'static str,
    welcome: &'static str,
    last_login: &'static str,
    cannot_access: &'static str,
    forgot_both: &'static str,
    id_sent: &'static str,
    go_on: &'static str,
    by_questions: &'static str,
    by_email: &'static str,
    check_answers: &'static str,
    answers_wrong: &'static str,
    new_password: &'static str,
    save_password: &'static str,
    password_saved: &'static str,
    back_to_transfer: &'static str,
}

const EN: OneKeyWords = OneKeyWords {
    common: &ENGLISH,
    sign_up_now: "Sign up now!",
    register_title: "ONE-key account registration – ONE-key",
    choose_id: "Choose your ONE-key ID",
    confirm_password: "Confirm your password",
    accept: "I accept the terms and conditions of use and have read the notice of collection",
    question: "Security question",
    answer: "Answer to question",
    questions: [
        "What was the first concert you went to?",
        "Which toy did you keep the longest?",
        "Where was the first holiday you remember?",
    ],
    email: "Email address",
    sign_up: "Sign up",
    registered: "You have registered. Your ONE-key ID is flowers.bernie.",
    print: "Print",
    print_hint: "Use your browser’s print command",
    my_services_title: "My Services – ONE-key",
    not_enrolled: "You are not enrolled in any service yet.",
    all_services: "All services from A to Z",
    all_services_title: "All services from A to Z – ONE-key",
    find_services: "Find available services",
    find: "Find",
    no_match: "No service matches",
    manage: "Manage my account",
    change_id: "Change ID",
    new_id: "New ONE-key ID",
    current_password: "Current password",
    save: "Save",
    saved: "Saved",
    log_out: "Log out",
    welcome: "Welcome, bernie.flowers",
    last_login: "Last login: ",
    cannot_access: "Can’t access your account?",
    forgot_both: "Both",
    id_sent: "If this address belongs to a ONE-key account, we sent the ID to it.",
    go_on: "Go on to reset the password",
    by_questions: "Answer my three security questions",
    by_email: "Get a code by email",
    check_answers: "Check answers",
    answers_wrong: "One or more answers are not correct",
    new_password: "New password",
    save_password: "Save password",
    password_saved: "Password changed. Sign in.",
    back_to_transfer: "Back to the transfer",
};

const FR: OneKeyWords = OneKeyWords {
    common: &FRENCH,
    sign_up_now: "Inscrivez-vous!",
    register_title: "Inscription à un compte ONE-key – ONE-key",
    choose_id: "Choisissez votre ID ONE-key",
    confirm_password: "Confirmez votre mot de passe",
    accept: "J’accepte les conditions d’utilisation et j’ai lu l’avis de collecte",
    question: "Question de sécurité",
    answer: "Réponse à la question",
    questions: [
        "Quel a été le premier concert auquel vous êtes allé?",
        "Quel jouet avez-vous gardé le plus longtemps?",
        "Où avez-vous passé les premières vacances dont vous vous souvenez?",
    ],
    email: "Adresse courriel",
    sign_up: "S’inscrire",
    registered: "Vous êtes inscrit. Votre ID ONE-key est flowers.bernie.",
    print: "Imprimer",
    print_hint: "Utilisez la commande d’impression du navigateur",
    my_services_title: "Mes services – ONE-key",
    not_enrolled: "Vous n’êtes inscrit à aucun service.",
    all_services: "Tous les services de A à Z",
    all_services_title: "Tous les services de A à Z – ONE-key",
    find_services: "Trouver un service",
    find: "Trouver",
    no_match: "Aucun service ne correspond",
    manage: "Gérer mon compte",
    change_id: "Changer l’ID",
    new_id: "Nouvel ID ONE-key",
    current_password: "Mot de passe actuel",
    save: "Enregistrer",
    saved: "Enregistré",
    log_out: "Fermer la session",
    welcome: "Bienvenue, bernie.flowers",
    last_login: "Dernière connexion",
    cannot_access: "Vous ne pouvez pas accéder à votre compte?",
    forgot_both: "Les deux",
    id_sent: "Si cette adresse correspond à un compte ONE-key, nous y avons envoyé l’ID.",
    go_on: "Continuer pour réinitialiser le mot de passe",
    by_questions: "Répondre à mes trois questions de sécurité",
    by_email: "Recevoir un code par courriel",
    check_answers: "Vérifier les réponses",
    answers_wrong: "Une ou plusieurs réponses sont incorrectes",
    new_password: "Nouveau mot de passe",
    save_password: "Enregistrer le mot de passe",
    password_saved: "Mot de passe modifié. Connectez-vous.",
    back_to_transfer: "Retour au transfert",
};

/// One walk: the programs, a browser, the words; whether scripts run.
struct Walk {
    world: World,
    browser: Browser,
    words: &'static OneKeyWords,
    scripts: bool,
}

impl Walk {
    async fn begin(words: &'static OneKeyWords, options: BrowserOptions, scripts: bool) -> Self {
        Self { world: World::start().await, browser: Browser::open(options).await, words, scripts }
    }

    fn at(&self, path: &str) -> String {
        self.world.idp(&format!("/{}/one-key/{path}", self.words.common.language.code()))
    }

    /// A page is there: a picture of it, and nothing beyond the window's edge.
    async fn look(&self, name: &str) {
        let language = self.words.common.language.code();
        self.browser.screenshot(&format!("{language}-one-key-guide-{name}")).await;
        if self.scripts {
            assert!(!self.browser.has_horizontal_scroll().await, "{name}");
        }
    }

    async fn says(&self, words: &str) {
        self.browser.wait_for_text(words).await;
    }

    /// O1.
    async fn sign_in(&self, id: &str, password: &str) {
        self.browser.fill(self.words.common.one_key_id, id).await;
        self.browser.fill(self.words.common.password, password).await;
        self.browser.click(self.words.common.sign_in).await;
    }

    /// O2, filled in and sent.
    async fn register(&self) {
        let (browser, words) = (&self.browser, self.words);
        browser.fill(words.choose_id, ID).await;
        browser.fill(words.common.password, PASSWORD).await;
        browser.fill(words.confirm_password, PASSWORD).await;
        tick(browser, words.accept).await;
        for (n, question) in (1..).zip(words.questions) {
            browser.select(&format!("{} {n}", words.question), question).await;
            browser.fill(&format!("{} {n}", words.answer), &format!("Réponse {n}")).await;
        }
        browser.fill(words.email, EMAIL).await;
        self.look("o2").await;
        browser.click(words.sign_up).await;
    }
}

/// Guide S0, steps 2 to 4.
async fn guide_s0(walk: &Walk) {
    let Walk { browser, words, .. } = walk;
    // Step 2 a: no ID yet.
    browser.goto(&walk.at("sign-in")).await;
    walk.look("o1").await;
    browser.click(words.sign_up_now).await;
    // Step 3: complete the registration page, click Sign up.
    browser.wait_for_title(words.register_title).await;
    walk.register().await;
    // Step 4: registered; print the page, click Continue.
    walk.says(words.registered).await;
    let text = browser.text().await;
    assert!(!text.contains(PASSWORD), "{text}");
    assert_eq!(text.contains(words.print_hint), !walk.scripts, "the button stands in its place: {text}");
    assert_eq!(text.lines().any(|line| line == words.print), walk.scripts, "the button needs its script");
    if walk.scripts {
        browser.execute("window.print = () => { window.printed = true; }", vec![]).await;
        browser.click(words.print).await;
        assert_eq!(browser.execute("return window.printed === true", vec![]).await, true);
    }
    walk.look("o3").await;
    browser.click(words.common.continue_).await;
    // My Services; All Services from A to Z.
    browser.wait_for_title(words.my_services_title).await;
    walk.says(words.not_enrolled).await;
    walk.look("o9").await;
    browser.click(words.all_services).await;
    browser.wait_for_title(words.all_services_title).await;
    walk.look("o10").await;
}

/// O9 to O11, and out.
async fn search_and_manage(walk: &Walk) {
    let Walk { browser, words, .. } = walk;
    browser.goto(&walk.at("services")).await;
    browser.fill(words.find_services, "zzz").await;
    browser.click(words.find).await;
    walk.says(words.no_match).await;
    browser.click(words.manage).await;
    walk.look("o11").await;
    browser.click(words.change_id).await;
    browser.fill(words.new_id, OTHER_ID).await;
    browser.fill(words.current_password, PASSWORD).await;
    walk.look("o11-id").await;
    browser.click(words.save).await;
    walk.says(words.saved).await;
    browser.goto(&walk.at("services")).await;
    browser.click(words.log_out).await;
    walk.says(words.common.signed_out).await;
    assert!(browser.title().await.ends_with("– ONE-key"), "it stays ONE-key's page");
    walk.look("signed-out").await;
    // Guide S0, step 2 b: with an ID, sign in.
    browser.click(words.common.sign_in).await;
    walk.sign_in(OTHER_ID, PASSWORD).await;
    walk.says(words.welcome).await;
    walk.says(words.last_login).await;
    browser.click(words.log_out).await;
}

/// O5, O7, O6 by the questions, then by the code.
async fn recover(walk: &Walk) {
    let Walk { browser, words, world, .. } = walk;
    browser.goto(&walk.at("sign-in")).await;
    browser.click(words.cannot_access).await;
    walk.look("o5").await;
    browser.choose(words.forgot_both).await;
    browser.click(words.common.continue_).await;
    browser.fill(words.common.email, EMAIL).await;
    walk.look("o7").await;
    browser.click(words.common.continue_).await;
    walk.says(words.id_sent).await;
    // The first one told of the new ID, which no notice repeats.
    assert!(!world.mail(EMAIL, 1).await.contains(OTHER_ID));
    assert!(world.mail(EMAIL, 2).await.contains(OTHER_ID));
    browser.click(words.go_on).await;
    browser.fill(words.common.one_key_id, OTHER_ID).await;
    browser.choose(words.by_questions).await;
    walk.look("o6").await;
    browser.click(words.common.continue_).await;
    for third in ["autre chose", "REPONSE  3"] {
        for (question, answer) in words.questions.iter().zip(["réponse 1", "Reponse2", third]) {
            browser.fill(question, answer).await;
        }
        browser.click(words.check_answers).await;
        if third == "autre chose" {
            walk.says(words.answers_wrong).await;
            walk.look("o6-questions").await;
        }
    }
    walk.says(words.save_password).await;
    walk.look("o6-new").await;
    browser.fill(words.new_password, OTHER_PASSWORD).await;
    browser.fill(words.confirm_password, OTHER_PASSWORD).await;
    browser.click(words.save_password).await;
    walk.says(words.password_saved).await;
    walk.sign_in(OTHER_ID, OTHER_PASSWORD).await;
    walk.says(words.welcome).await;
    // Mails to an address are half a minute apart.
    world.advance(std::time::Duration::from_secs(31));
    browser.goto(&walk.at("recover/password")).await;
    browser.fill(words.common.one_key_id, OTHER_ID).await;
    browser.choose(words.by_email).await;
    browser.click(words.common.continue_).await;
    // The third one told of the new password.
    let mail = world.mail(EMAIL, 4).await;
    let code = mail.lines().map(str::trim).find(|line| line.len() == 6 && line.parse::<u32>().is_ok());
    browser.fill(words.common.enter_the_code, code.expect("a code")).await;
    walk.look("o6-code").await;
    browser.click(words.common.verify).await;
    walk.says(words.save_password).await;
}

async fn walk_one_key(words: &'static OneKeyWords, options: BrowserOptions, scripts: bool) {
    let walk = Walk::begin(words, options, scripts).await;
    guide_s0(&walk).await;
    search_and_manage(&walk).await;
    recover(&walk).await;
}

/// Guide S2, third journey: steps 1 to 11 make a My Ontario Account, 12 asks, 13 proves, 14 is the portal.
async fn guide_s2_third_journey(words: &'static OneKeyWords, options: BrowserOptions, scripts: bool) {
    let walk = Walk::begin(words, options, scripts).await;
    let (world, browser, common) = (&walk.world, &walk.browser, words.common);
    let one_key = world.one_key(OLD_ID);
    let mail = world.register(browser, common, "new.resident@example.test").await;
    browser.fill(common.enter_the_code, &mail.code).await;
    browser.click(common.verify).await;
    browser.wait_for_title(common.activated_title).await;
    browser.click(common.finish_activation).await;
    // Step 12: the question; yes.
    browser.wait_for_title(common.transfer_title).await;
    if walk.scripts {
        let seen = browser.execute("return document.querySelector('legend').offsetHeight > 1", vec![]).await;
        assert_eq!(seen, false, "the heading asks already");
    }
    walk.look("t1").await;
    browser.choose(common.transfer_yes).await;
    browser.click(common.continue_).await;
    browser.wait_for_title(common.details_title).await;
    // The remark at step 13: who forgot them clicks "Can't access your account?", and comes back, in either language.
    browser.click(words.cannot_access).await;
    walk.look("t3").await;
    let forgot = if common.language == ENGLISH.language { EN_FORGOT } else { FR_FORGOT };
    browser.click(forgot).await;
    browser.click(common.other_language).await;
    let other = if common.language == ENGLISH.language { &FR } else { &EN };
    browser.click(other.common.other_language).await;
    browser.click(words.back_to_transfer).await;
    // Step 13: ID and password, Continue.
    browser.wait_for_title(common.details_title).await;
    browser.fill(common.one_key_id, &one_key.0).await;
    browser.fill(common.password, &one_key.1).await;
    walk.look("t2").await;
    browser.click(common.continue_).await;
    browser.wait_for_title(common.transferred_title).await;
    walk.look("t6").await;
    browser.click(common.continue_).await;
    // Step 14: the portal, which says that the transfer succeeded.
    browser.wait_for_title(common.home_title).await;
    walk.says(common.records_attached).await;
    walk.look("portal").await;
}

const EN_FORGOT: &str = "I forgot my ONE-key password";
const FR_FORGOT: &str = "J’ai oublié mon mot de passe ONE-key";

#[tokio::test]
async fn guide_s0_steps_2_to_4_in_english_on_a_phone() {
    walk_one_key(&EN, options(&ENGLISH).phone(), true).await;
}

#[tokio::test]
async fn guide_s0_steps_2_to_4_in_french_without_javascript() {
    walk_one_key(&FR, options(&FRENCH).size(520, 900).without_javascript(), false).await;
}

#[tokio::test]
async fn guide_s2_third_journey_in_french_on_a_phone() {
    guide_s2_third_journey(&FR, options(&FRENCH).phone(), true).await;
}

#[tokio::test]
async fn guide_s2_third_journey_in_english_without_javascript() {
    guide_s2_third_journey(&EN, options(&ENGLISH).size(520, 900).without_javascript(), false).await;
}

#[tokio::test]
async fn one_key_is_used_by_keyboard_alone() {
    let walk = Walk::begin(&EN, options(&ENGLISH), true).await;
    let Walk { browser, words, .. } = &walk;
    browser.goto(&walk.at("sign-in")).await;
    tab_to_text(browser, words.sign_up_now).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(words.register_title).await;
    for (id, typed) in [("id", ID), ("password", PASSWORD), ("password2", PASSWORD)] {
        tab_to(browser, id).await;
        type_text(browser, typed).await;
    }
    tab_to(browser, "accept").await;
    browser.press(' ').await;
    for n in 1..=3 {
        tab_to(browser, &format!("q{n}")).await;
        for _ in 0..n {
            browser.press(Key::Down).await;
        }
        tab_to(browser, &format!("a{n}")).await;
        type_text(browser, &format!("answer {n}")).await;
    }
    tab_to_text(browser, words.sign_up).await;
    browser.press(Key::Enter).await;
    walk.says(words.registered).await;
    tab_to_text(browser, words.common.continue_).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(words.my_services_title).await;
    tab_to(browser, "q").await;
    type_text(browser, "zzz").await;
    browser.press(Key::Enter).await;
    walk.says(words.no_match).await;
    tab_to_text(browser, words.manage).await;
    browser.press(Key::Enter).await;
    walk.says(words.change_id).await;
    tab_to_text(browser, words.common.sign_out).await;
    browser.press(Key::Enter).await;
    walk.says(words.common.signed_out).await;
    // Recovering: the radio buttons by arrow keys.
    browser.goto(&walk.at("recover")).await;
    tab_to(browser, "what").await;
    browser.press(' ').await;
    tab_to_text(browser, words.common.continue_).await;
    browser.press(Key::Enter).await;
    walk.says(words.by_questions).await;
    tab_to(browser, "id").await;
    type_text(browser, ID).await;
    tab_to(browser, "way").await;
    browser.press(' ').await;
    tab_to_text(browser, words.common.continue_).await;
    browser.press(Key::Enter).await;
    walk.says(words.check_answers).await;
    for n in 1..=3 {
        tab_to(browser, &format!("answer{n}")).await;
        type_text(browser, &format!("Answer {n}")).await;
    }
    browser.press(Key::Enter).await;
    walk.says(words.save_password).await;
}
