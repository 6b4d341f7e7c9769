//! The order and the ids of the frame, as pages.md 0.1 gives them.

use crate::components::{Alert, ErrorSummary, FormTokens};
use crate::{Frame, SessionTimeout, SignInAgain, Site, texts};
use askama::Template;
use ontario_language::Language::{self, English, French};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "examples/plain.html")]
struct PlainPage {
    frame: Frame,
    text: &'static str,
}

fn render(frame: Frame) -> String {
    PlainPage { frame, text: "<b>" }.render().unwrap()
}

fn frame(language: Language) -> Frame {
    Frame::new(
        language,
        &Arc::new(Site::new(texts::my_ontario_account)),
        language.pick("Sign in", "Se connecter"),
    )
}

fn session() -> SessionTimeout {
    SessionTimeout {
        warn_after: 780,
        end_after: 900,
        keep_action: String::from("/en/session/keep"),
        tokens: FormTokens::new("csrf"),
        sign_out_action: String::from("/en/sign-out"),
        expired_href: String::from("/en/session-expired"),
        draft_is_saved: false,
        sign_in_again: None,
    }
}

fn assert_order(html: &str, parts: &[&str]) {
    let mut from = 0;
    for part in parts {
        let at = html[from..].find(part).unwrap_or_else(|| panic!("{part} is missing or out of order"));
        from += at + part.len();
    }
}

#[test]
fn the_body_has_its_parts_in_order() {
    let mut errors = ErrorSummary::new(English);
    errors.add("email", "Wrong");
    let html = render(
        frame(English)
            .language_button()
            .bar_link("Account", "/en/account")
            .bar_sign_out("/en/sign-out", FormTokens::new("csrf"))
            .back("/en/")
            .notice(Some(String::from("Notice")))
            .alert(Some(Alert::success(English, "Saved").id("saved")))
            .continue_to(Some(String::from("A & B")))
            .errors(errors),
    );
    assert_order(
        &html,
        &[
            "<html lang=\"en-CA\">",
            "<title>Error: Sign in – My Ontario Account</title>",
            "id=\"skip\" href=\"#main\"",
            "id=\"lang-control\"",
            "id=\"service\"",
            "id=\"sign-out\"",
            "id=\"back\"",
            "<main id=\"main\" tabindex=\"-1\">",
            "id=\"notice\"",
            "id=\"error-summary\"",
            "id=\"saved\"",
            "<h1",
            "to continue to A &#38; B",
            "<p>&#60;b&#62;</p>",
            "<footer",
            "href=\"/en/accessibility\"",
            "href=\"/en/privacy\"",
            "href=\"/en/terms\"",
            "href=\"/en/contact\"",
        ],
    );
    assert_eq!(html.matches("<h1").count(), 1);
}

#[test]
fn a_default_button_of_the_form_comes_before_the_language_button() {
    let html = render(frame(French).language_button().default_button("way", "verify"));
    assert_order(
        &html,
        &[
            "form=\"f\" type=\"submit\" tabindex=\"-1\" aria-hidden=\"true\" name=\"way\" value=\"verify\"></button>",
            "form=\"f\" type=\"submit\" name=\"_lang\" value=\"en\" formnovalidate lang=\"en\">English</button>",
        ],
    );
    let html = render(frame(English).language_link("/fr/sign-in?tx=1"));
    assert!(!html.contains("form=\"f\""));
    assert!(html.contains("href=\"/fr/sign-in?tx=1\" lang=\"fr\" hreflang=\"fr-CA\">Français</a>"));
    assert!(!html.contains("aria-label=\"Fran"));
}

#[test]
fn a_page_without_error_has_a_plain_title_in_its_language() {
    let html = render(frame(French));
    assert!(html.contains("<title>Se connecter – Compte Mon Ontario</title>"));
    assert!(html.contains("Démonstration – ce n’est pas un service du gouvernement de l’Ontario"));
    let mut errors = ErrorSummary::new(French);
    errors.add("a", "b");
    assert!(render(frame(French).errors(errors)).contains("<title>Erreur\u{a0}: Se connecter – Compte"));
}

#[test]
fn the_operator_switches_the_demonstration_notice_off_and_sets_a_logo() {
    let mut site = Site::new(texts::one_key);
    site.demonstration = false;
    site.logo = Some(String::from("/logo.svg"));
    site.copyright = Some(String::from("© Somebody"));
    site.information_base = String::from("https://id.example");
    let html = render(Frame::new(English, &Arc::new(site), "Page"));
    assert!(!html.contains("emonstration"), "{html}");
    assert!(html.contains("src=\"/logo.svg\"") && html.contains("© Somebody"));
    assert!(html.contains("href=\"https://id.example/en/privacy\""));
}

#[test]
fn the_time_out_warning_carries_its_times_and_texts() {
    let mut timeout = session();
    let html = render(frame(English).session(timeout.clone()));
    assert!(html.contains("data-warn=\"780\" data-end=\"900\""));
    assert!(html.contains("data-minutes=\"You will be signed out in {n} minutes.\""));
    assert!(html.contains("You will be signed out in 2 minutes.</span> Anything not saved will be lost."));
    assert!(html.contains("/static/session."));
    assert!(!html.contains("data-absolute") && !html.contains("id=\"session-again\""));
    timeout.draft_is_saved = true;
    timeout.sign_in_again = Some(SignInAgain { end_after: 43_200, href: String::from("/fr/again") });
    let html = render(frame(French).session(timeout));
    assert!(html.contains("data-absolute=\"43200\"") && html.contains("Votre ébauche est enregistrée."));
}

#[test]
fn a_signed_in_page_with_typed_input_tells_its_time_and_keeps_its_values_over_signing_in_again() {
    let mut timeout = session();
    timeout.sign_in_again = Some(SignInAgain { end_after: 43_200, href: String::from("/en/again") });
    let plain = render(frame(English).language_link("/fr/").session(timeout.clone()));
    assert!(plain.contains("href=\"/en/again\"") && plain.contains("data-expired=\"/en/session-expired\""));
    assert!(!plain.contains("time-limit") && !plain.contains("_again"));
    let typed = render(frame(English).language_button().session(timeout.clone()));
    assert!(typed.contains("you will be signed out after 15 minutes without activity."));
    assert!(typed.contains("form=\"f\" name=\"_again\" value=\"1\" formnovalidate>Sign in again</button>"));
    assert!(typed.contains("data-expired=\"/en/session-expired?answers=lost\""));
    timeout.draft_is_saved = true;
    let draft = render(frame(French).language_button().session(timeout));
    assert!(draft.contains("votre session prendra fin après 15 minutes d’inactivité."));
    assert!(draft.contains("data-expired=\"/en/session-expired\""));
}

#[test]
fn a_page_has_no_inline_style_script_or_handler() {
    let html = render(frame(English).language_button().session(session()).script("continue.js"));
    for forbidden in [" style=", "<style", " onclick", " onload", "javascript:", "data:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html.matches("<script").count(), html.matches("<script src=\"/static/").count());
    assert!(html.len() <= 8 * 1024, "{}", html.len());
}
