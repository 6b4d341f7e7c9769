//! The structure that screen readers and the error summary rely on, and the escaping of hostile text.

use super::*;
use askama::Template;
use ontario_language::Language::{self, English, French};

const HOSTILE: &str = "\"><script>alert('x')</script>&lt;";

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

fn assert_harmless(html: &str) {
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("'x'"), "{html}");
}

#[test]
fn an_error_stands_between_hint_and_field_and_describes_it() {
    let html = TextField::email(English, "email", "Email")
        .hint("A hint")
        .value("a@b")
        .error(Some(String::from("Wrong")))
        .render()
        .unwrap();
    let place = |part: &str| html.find(part).unwrap_or_else(|| panic!("{part} is not in {html}"));
    assert!(place("for=\"email\"") < place("id=\"email-hint\""));
    assert!(place("id=\"email-hint\"") < place("id=\"email-error\""));
    assert!(place("id=\"email-error\"") < place("<input"));
    assert!(html.contains("aria-describedby=\"email-hint email-error\""));
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("<span class=\"ontario-show-for-sr\">Error: </span>"));
    assert!(html.contains("value=\"a@b\""));
}

#[test]
fn a_field_without_error_says_nothing_of_one() {
    let html = TextField::text(French, "ville", "Ville").optional().autocomplete("address-level2").width(20);
    let html = html.error(None).render().unwrap();
    for absent in ["aria-invalid", "aria-describedby", "error", "required"] {
        assert!(!html.contains(absent), "{absent} in {html}");
    }
    assert!(html.contains("(facultatif)"));
    assert!(html.contains("autocomplete=\"address-level2\""));
    assert!(html.contains("ontario-input--20-char-width"));
}

#[test]
fn required_is_said_in_words_in_both_languages() {
    for (language, flag) in [(English, "(required)"), (French, "(obligatoire)")] {
        let html = CodeField::new(language, "code", "Code").render().unwrap();
        assert!(html.contains(flag), "{html}");
        for attribute in ["inputmode=\"numeric\"", "autocomplete=\"one-time-code\"", "spellcheck=\"false\""] {
            assert!(html.contains(attribute), "{html}");
        }
        assert!(!html.contains("maxlength") && !html.contains("value="), "{html}");
    }
}

#[test]
fn a_password_is_never_sent_back_and_its_rules_describe_it() {
    let html = PasswordField::new_password(French, "password", "Mot de passe")
        .rules(PasswordRules::new(French).user_name_field("email").judged(&[PasswordRule::Digit]))
        .error(Some(String::from("Non")))
        .render()
        .unwrap();
    assert!(!html.contains("value="), "{html}");
    assert!(!html.contains("maxlength"), "{html}");
    assert!(html.contains("aria-describedby=\"pw-rules password-error\""));
    assert_eq!(count(&html, "<li data-rule="), 6);
    assert_eq!(count(&html, "(respectée)"), 5);
    assert_eq!(count(&html, "(non respectée)"), 1);
    assert!(html.contains("data-many=\"{met} règles respectées sur 6\""));
    // The control needs a script, so it is hidden until the script shows it.
    assert!(html.contains("type=\"button\" hidden aria-pressed=\"false\" aria-controls=\"password\""));
}

#[test]
fn rules_are_neither_met_nor_broken_before_anything_was_sent() {
    let html = PasswordRules::new(English).user_name(HOSTILE).render().unwrap();
    assert!(!html.contains("class=\"app-rule--"), "{html}");
    assert_harmless(&html);
}

#[test]
fn the_summary_links_to_fields_and_gives_them_the_same_words() {
    let mut errors = ErrorSummary::new(English);
    assert!(errors.is_empty());
    assert_eq!(errors.render().unwrap().trim(), "");
    errors.add("email", "Enter your email address");
    errors.add_linked("password", "email", "Not correct");
    let html = errors.render().unwrap();
    assert!(html.contains(
        "<div class=\"ontario-alert ontario-alert--error\" id=\"error-summary\" role=\"group\" tabindex=\"-1\" \
         autofocus aria-labelledby=\"es-h\">"
    ));
    assert!(html.contains("id=\"es-h\">There is a problem<"));
    assert_eq!(count(&html, "<a href=\"#email\">"), 2);
    assert_eq!(errors.messages("password"), ["Not correct"]);
    let field = PasswordField::current(English, "password", "Password").errors_of(&errors).render().unwrap();
    assert!(field.contains("<span>Not correct</span>"), "{field}");
}

#[test]
fn several_broken_password_rules_are_one_line_in_the_summary_and_all_at_the_field() {
    let mut errors = ErrorSummary::new(French);
    errors.add_password_rules("password", vec![String::from("Un"), String::from("Deux")]);
    let html = errors.render().unwrap();
    assert_eq!(count(&html, "<li>"), 1);
    assert!(html.contains("Choisissez un mot de passe qui respecte toutes les règles"));
    assert_eq!(errors.messages("password"), ["Un", "Deux"]);

    let mut one = ErrorSummary::new(French);
    one.add_password_rules("password", vec![String::from("Un")]);
    assert!(one.render().unwrap().contains("<a href=\"#password\">Un</a>"));
    let mut none = ErrorSummary::new(French);
    none.add_password_rules("password", Vec::new());
    assert!(none.is_empty());
}

#[test]
fn hostile_text_is_escaped_everywhere() {
    let mut errors = ErrorSummary::new(English);
    errors.add("a", HOSTILE);
    errors.push(ErrorEntry {
        field: HOSTILE.to_owned(),
        target: HOSTILE.to_owned(),
        summary: HOSTILE.to_owned(),
        inline: Vec::new(),
    });
    let choices = || vec![Choice::new(HOSTILE, HOSTILE).hint(HOSTILE)];
    let rendered = [
        errors.render(),
        TextField::text(English, "a", HOSTILE).hint(HOSTILE).value(HOSTILE).errors_of(&errors).render(),
        CodeField::new(English, "a", HOSTILE).hint(HOSTILE).errors_of(&errors).render(),
        PasswordField::current(English, "a", HOSTILE).hint(HOSTILE).errors_of(&errors).render(),
        ReadOnlyField::user_name(English, "a", HOSTILE, HOSTILE).render(),
        Checkbox::new(English, "a", HOSTILE).link(HOSTILE, HOSTILE).hint(HOSTILE).errors_of(&errors).render(),
        RadioGroup::new(English, "a", HOSTILE, choices()).selected(Some(HOSTILE)).errors_of(&errors).render(),
        Select::new(English, "a", HOSTILE, choices()).selected(Some(HOSTILE)).errors_of(&errors).render(),
        Alert::warning(English, HOSTILE).heading(HOSTILE).link(HOSTILE, HOSTILE).render(),
        Details::new(HOSTILE, vec![HOSTILE.to_owned()]).render(),
        FormTokens::new(HOSTILE).transaction(Some(HOSTILE.to_owned())).once(HOSTILE).render(),
    ];
    for html in rendered {
        assert_harmless(&html.unwrap());
    }
}

#[test]
fn the_first_radio_button_is_where_the_summary_leads() {
    let choices = Language::ALL.map(Choice::language).to_vec();
    let html = RadioGroup::new(French, "language", "Langue", choices).selected(Some("fr")).render().unwrap();
    assert!(
        html.contains(
            "id=\"language\" name=\"language\" type=\"radio\" value=\"en\" autocomplete=\"off\" required"
        ),
        "{html}"
    );
    assert!(
        html.contains(
            "id=\"language-2\" name=\"language\" type=\"radio\" value=\"fr\" autocomplete=\"off\" checked"
        ),
        "{html}"
    );
    assert!(html.contains("for=\"language-2\" lang=\"fr\">Français</label>"), "{html}");
    assert!(html.contains("<legend"));
}

#[test]
fn a_checkbox_label_may_hold_a_link_or_none() {
    let html = Checkbox::new(English, "terms", "I accept the terms of service")
        .link("terms of service", "/en/terms");
    assert!(
        html.render().unwrap().contains(">I accept the <a href=\"/en/terms\">terms of service</a></label>")
    );
    let html = Checkbox::new(English, "accept", "I accept the terms and have read the notice")
        .link("terms", "/en/terms")
        .link("notice", "/en/privacy");
    let label = ">I accept the <a href=\"/en/terms\">terms</a> and have read the <a href=\"/en/privacy\">notice</a></label>";
    assert!(html.render().unwrap().contains(label));
    let html =
        Checkbox::new(English, "terms", "I accept").link("elsewhere", "/x").checked(true).render().unwrap();
    assert!(!html.contains("<a ") && html.contains(" checked"), "{html}");
}

#[test]
fn an_alert_names_its_kind_for_those_who_do_not_see_it() {
    let html = Alert::success(French, "Envoyé").role("status").focused().id("sent").render().unwrap();
    assert!(html.contains("id=\"sent\" role=\"status\" tabindex=\"-1\" autofocus"), "{html}");
    assert!(html.contains("Réussite\u{a0}: </span>Envoyé"), "{html}");
}

#[test]
fn tokens_are_hidden_fields_and_not_in_debug_output() {
    let tokens = FormTokens::new("secret").transaction(None).once("1");
    assert_eq!(
        tokens.render().unwrap().trim(),
        "<input type=\"hidden\" name=\"_csrf\" value=\"secret\"><input type=\"hidden\" name=\"_once\" value=\"1\">"
    );
    assert!(!format!("{tokens:?}").contains("secret"));
}
