//! Shows the design on loopback, under the strict policy: `cargo run -p ontario-design --example gallery -- 8090`, then
//! `/en/sign-in`, `/en/sign-in-error`, `/en/everything`, `/en/everything-error` and the same under `/fr/`.
//! `/en/signed-in?2,6` has the time-out warning after 2 of 6 seconds.

use askama::Template;
use ontario_design::components::{
    Alert, Checkbox, Choice, CodeField, Details, ErrorSummary, FormTokens, PasswordField, PasswordRule,
    PasswordRules, RadioGroup, ReadOnlyField, Select, StepIndicator, TextField,
};
use ontario_design::{Frame, SessionTimeout, SignInAgain, Site, assets, content_security_policy, texts};
use ontario_language::Language;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

ontario_language::messages! {
    sign_in => { "Sign in", "Se connecter" }
    sign_in_heading => { "Sign in to My Ontario Account", "Se connecter à un compte Mon Ontario" }
    create_account => { "Create an account", "Créer un compte" }
    email => { "Email", "Courriel" }
    email_hint => {
        "The email address you registered with",
        "L’adresse courriel avec laquelle vous vous êtes inscrit"
    }
    password => { "Password", "Mot de passe" }
    remember => { "Remember me", "Se souvenir de moi" }
    remember_hint => {
        "Keeps your email filled in on this device. Do not use on a shared device.",
        "Garde votre courriel rempli sur cet appareil. À éviter sur un appareil partagé."
    }
    wrong => {
        "The email address or password is not correct",
        "L’adresse courriel ou le mot de passe est incorrect"
    }
    email_required => { "Enter your email address", "Entrez votre adresse courriel" }
    one_option => { "Choose one of the options", "Choisissez l’une des options" }
    code_required => { "Enter the code", "Entrez le code" }
    name => { "Last name", "Nom de famille" }
    phone => { "Phone number", "Numéro de téléphone" }
    search => { "Search", "Recherche" }
    language_for_messages => { "Language for messages", "Langue des messages" }
    country => { "Country", "Pays" }
    canada => { "Canada", "Canada" }
    other_country => { "United States", "États-Unis" }
    terms => { "I accept the terms of service", "J’accepte les conditions de service" }
    terms_link => { "terms of service", "conditions de service" }
    accept => { "Check the box to accept the terms", "Cochez la case pour accepter les conditions" }
    symbol => {
        "Password must include a symbol, like ! or #",
        "Le mot de passe doit comprendre un symbole, comme ! ou #"
    }
    digit => { "Password must include a number", "Le mot de passe doit comprendre un chiffre" }
    no_email => { "Did not get an email?", "Vous n’avez pas reçu de courriel?" }
    junk => { "Check your junk mail.", "Vérifiez vos courriels indésirables." }
    once_only => {
        "You can do this only once. If you answer No, you cannot transfer later.",
        "Vous ne pouvez le faire qu’une fois. Si vous répondez Non, vous ne pourrez pas transférer plus tard."
    }
    sent => { "We sent you an email.", "Nous vous avons envoyé un courriel." }
    cancel => { "Cancel", "Annuler" }
    portal => { "ServiceOntario account", "Compte ServiceOntario" }
}

#[derive(Template)]
#[template(path = "examples/sign_in.html")]
struct SignInPage {
    frame: Frame,
    tokens: FormTokens,
    email: TextField,
    password: PasswordField,
    remember: Checkbox,
    sign_in: &'static str,
}

#[derive(Template)]
#[template(path = "examples/everything.html")]
struct EverythingPage {
    frame: Frame,
    step: StepIndicator,
    tokens: FormTokens,
    fields: Vec<TextField>,
    password: PasswordField,
    code: CodeField,
    user_name: ReadOnlyField,
    languages: RadioGroup,
    country: Select,
    terms: Checkbox,
    create: &'static str,
    cancel: &'static str,
    print: &'static str,
    details: Details,
    alerts: Vec<Alert>,
}

fn tokens() -> FormTokens {
    FormTokens::new("c".repeat(43)).transaction(Some("t".repeat(43))).once("o".repeat(22))
}

fn sign_in_page(l: Language, errors: ErrorSummary, site: &Arc<Site>) -> askama::Result<String> {
    let page = SignInPage {
        tokens: tokens(),
        email: TextField::email(l, "email", email(l)).hint(email_hint(l)).errors_of(&errors),
        password: PasswordField::current(l, "password", password(l)).errors_of(&errors),
        remember: Checkbox::new(l, "remember", remember(l)).hint(remember_hint(l)),
        sign_in: sign_in(l),
        frame: Frame::new(l, site, sign_in(l))
            .heading(sign_in_heading(l))
            .continue_to(Some(portal(l).to_owned()))
            .language_button()
            .errors(errors),
    };
    page.render()
}

fn everything_page(l: Language, errors: ErrorSummary, site: &Arc<Site>) -> askama::Result<String> {
    let mut rules = PasswordRules::new(l).user_name_field("email");
    if !errors.is_empty() {
        rules = rules.judged(&[PasswordRule::Digit, PasswordRule::Symbol]);
    }
    let page = EverythingPage {
        step: StepIndicator::new(l, 1, 2),
        tokens: tokens(),
        fields: vec![
            TextField::email(l, "email", email(l))
                .hint(email_hint(l))
                .value("jo@example.ca")
                .errors_of(&errors),
            TextField::text(l, "last_name", name(l)).autocomplete("family-name").optional(),
            TextField::tel(l, "phone", phone(l)).width(20),
            TextField::search(l, "q", search(l)),
        ],
        password: PasswordField::new_password(l, "password", password(l)).rules(rules).errors_of(&errors),
        code: CodeField::new(l, "code", code_required(l)).errors_of(&errors),
        user_name: ReadOnlyField::user_name(l, "user_name", email(l), "jo@example.ca"),
        languages: RadioGroup::new(
            l,
            "language",
            language_for_messages(l),
            Language::ALL.map(Choice::language).to_vec(),
        )
        .selected(Some(l.code()))
        .errors_of(&errors),
        country: Select::new(
            l,
            "country",
            country(l),
            vec![Choice::new("CA", canada(l)), Choice::new("US", other_country(l))],
        )
        .autocomplete("country")
        .errors_of(&errors),
        terms: Checkbox::new(l, "terms", terms(l))
            .required()
            .link(terms_link(l), "/terms")
            .errors_of(&errors),
        create: create_account(l),
        cancel: cancel(l),
        print: texts::print(l),
        details: Details::new(no_email(l), vec![junk(l).to_owned()]),
        alerts: vec![
            Alert::warning(l, once_only(l)),
            Alert::informational(l, sent(l)).heading(sign_in(l)).link(cancel(l), "/"),
            Alert::error(l, wrong(l)),
        ],
        frame: Frame::new(l, site, create_account(l))
            .back(format!("/{}/sign-in", l.code()))
            .bar_link(sign_in(l), "/")
            .bar_sign_out("/sign-out", tokens())
            .notice(Some(sent(l).to_owned()))
            .alert(errors.is_empty().then(|| Alert::success(l, sent(l)).role("status")))
            .language_button()
            .errors(errors),
    };
    page.render()
}

fn errors_of_everything(l: Language) -> ErrorSummary {
    let mut errors = ErrorSummary::new(l);
    errors.add("email", email_required(l));
    errors.add_password_rules("password", vec![digit(l).to_owned(), symbol(l).to_owned()]);
    errors.add("code", code_required(l));
    errors.add("language", one_option(l));
    errors.add("country", one_option(l));
    errors.add("terms", accept(l));
    errors
}

fn page(path: &str, query: &str, site: &Arc<Site>) -> Option<askama::Result<String>> {
    let (code, slug) = path.strip_prefix('/')?.split_once('/')?;
    let l = Language::from_code(code)?;
    let none = ErrorSummary::new(l);
    Some(match slug {
        "sign-in" => sign_in_page(l, none, site),
        "sign-in-error" => {
            let mut errors = none;
            errors.add("email", email_required(l));
            errors.add_linked("password", "email", wrong(l));
            sign_in_page(l, errors, site)
        }
        "everything" => everything_page(l, none, site),
        "everything-error" => everything_page(l, errors_of_everything(l), site),
        "signed-in" => signed_in_page(l, query, site),
        _ => return None,
    })
}

fn signed_in_page(l: Language, query: &str, site: &Arc<Site>) -> askama::Result<String> {
    let mut seconds = query.split(',').filter_map(|figure| figure.parse().ok());
    let session = SessionTimeout {
        warn_after: seconds.next().unwrap_or(780),
        end_after: seconds.next().unwrap_or(900),
        keep_action: format!("/{}/session/keep", l.code()),
        tokens: FormTokens::new("c".repeat(43)),
        sign_out_action: format!("/{}/sign-out", l.code()),
        expired_href: format!("/{}/session-expired", l.code()),
        draft_is_saved: false,
        sign_in_again: seconds
            .next()
            .map(|end_after| SignInAgain { end_after, href: String::from("/again") }),
    };
    let page = SignInPage {
        tokens: tokens(),
        email: TextField::email(l, "email", email(l)),
        password: PasswordField::current(l, "password", password(l)),
        remember: Checkbox::new(l, "remember", remember(l)),
        sign_in: sign_in(l),
        frame: Frame::new(l, site, sign_in(l)).language_link("/").session(session),
    };
    page.render()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).map_or(Ok(8090), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let site = Arc::new(Site::new(texts::my_ontario_account));
    for stream in listener.incoming() {
        // A browser that goes away in the middle is no reason to stop.
        let _ = answer(stream?, &site);
    }
    Ok(())
}

fn answer(mut stream: TcpStream, site: &Arc<Site>) -> Result<(), Box<dyn std::error::Error>> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let target = line.split(' ').nth(1).unwrap_or("/").to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut sent = String::new();
    reader.take(length).read_to_string(&mut sent)?;
    let (status, kind, body) = if let Some(asset) = path.strip_prefix("/static/").and_then(assets::find) {
        ("200 OK", asset.content_type, asset.bytes.to_vec())
    } else if path.ends_with("/session/keep") {
        ("204 No Content", "text/plain", Vec::new())
    } else if line.starts_with("POST") {
        ("200 OK", "text/plain", sent.into_bytes())
    } else if let Some(html) = page(path, query, site) {
        ("200 OK", "text/html; charset=utf-8", html?.into_bytes())
    } else {
        ("404 Not Found", "text/plain", path.as_bytes().to_vec())
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\
         X-Content-Type-Options: nosniff\r\nContent-Security-Policy: {}\r\n\r\n",
        body.len(),
        content_security_policy(&[])
    )?;
    Ok(stream.write_all(&body)?)
}
