//! What forms do with what no page of ours sends: a refusal with its words in both languages, nothing changed, never our
//! own fault.

use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Database, Form, PASSWORD, Page, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_096_a_foreign_or_missing_csrf_token_or_origin_changes_nothing
    a_form_of_one_person_does_nothing_in_the_session_of_another
    x8_without_cookies_every_form_says_so
    forms_that_cannot_be_read_are_refused_in_both_languages
    a_page_that_was_open_too_long_says_so_and_keeps_what_was_typed
}

const EMAIL: &str = "person@example.test";

/// Every form of the server as a page gives it, in a browser that may send it. The names are the paths.
struct Scene {
    idp: TestIdp,
    /// Signed in.
    person: Visitor,
    /// Waits for a code.
    newcomer: Visitor,
    language: &'static str,
}

impl Scene {
    async fn at(database: Database, language: &'static str) -> Self {
        let idp = TestIdp::start(database).await;
        let (person, newcomer) = (idp.visitor(), idp.visitor());
        idp.create_account(&person, EMAIL).await;
        let path = format!("/{language}/create-account");
        idp.register_address(&newcomer, &path, "newcomer@example.test").await;
        idp.deliver().await;
        Self { idp, person, newcomer, language }
    }

    /// Forms with the browser that has them, filled in so that each would act.
    async fn forms(&self) -> Vec<(&Visitor, Form)> {
        let l = self.language;
        let service = self.idp.service().await;
        let mut forms = Vec::new();
        let page = self.newcomer.get(&format!("/{l}/sign-in")).await;
        forms.push((&self.newcomer, page.form("f").with("email", EMAIL).with("password", PASSWORD)));
        let page = self.newcomer.get(&format!("/{l}/create-account")).await;
        let typed = page
            .form("f")
            .with("email", "another@example.test")
            .with("password", PASSWORD)
            .with("terms", "yes");
        forms.push((&self.newcomer, typed));
        let mail = self.idp.mail_to("newcomer@example.test").await;
        let page = self.newcomer.get(&format!("/{l}/create-account/verify")).await;
        forms.push((&self.newcomer, page.form("f").with("code", &mail.code())));
        forms.push((&self.newcomer, page.form("resend-form")));
        let page = self.newcomer.get(&mail.link(l)).await;
        forms.push((&self.newcomer, page.form("activate-form")));
        let page = self.newcomer.follow(self.newcomer.get(&service.request().path()).await).await;
        forms.push((&self.newcomer, page.form("cancel-form")));
        let page = self.person.get(&format!("/{l}/account")).await;
        let mut keep = page.form("sign-out-form");
        forms.push((&self.person, page.form("sign-out-form")));
        keep.action = format!("/{l}/session/keep");
        forms.push((&self.person, keep));
        let page =
            self.person.get(&format!("/end-session?ui_locales={l}&client_id={}", service.client.id)).await;
        forms.push((&self.person, page.form("sign-out-form")));
        let request = service.request().with("prompt", "select_account").with("ui_locales", l);
        let page = self.person.follow(self.person.get(&request.path()).await).await;
        forms.push((&self.person, page.form("continue-form")));
        forms.push((&self.person, page.form("other-form")));
        let page = self.person.get(&format!("/{l}/create-account/done")).await;
        forms.push((&self.person, page.form("finish-form")));
        forms
    }

    /// What a refused form must leave as it was.
    fn state(&self) -> Vec<usize> {
        [
            "account",
            "registration",
            "registration WHERE wrong_tries > 0",
            "outbox_mail",
            "browser_session",
            "browser_session WHERE ended_at IS NOT NULL",
            "sign_in_failure",
            "authorization_code",
            "authorization_request WHERE completed_at IS NOT NULL",
            "authorization_request WHERE account_chosen",
            "held_form",
        ]
        .map(|table| self.idp.count(table))
        .to_vec()
    }

    /// Sends each form, changed by `change`, and expects `status` and the words; nothing may change.
    async fn each_is_refused<F>(&self, what: &str, change: F, statuses: &[u16], words: [&str; 2])
    where
        F: AsyncFn(&Visitor, &Form) -> Page,
    {
        let forms = self.forms().await;
        let before = self.state();
        for (visitor, form) in &forms {
            let page = change(visitor, form).await;
            assert!(statuses.contains(&page.status), "{what} at {}: {page:?}", form.action);
            let words = words[usize::from(form.action.starts_with("/fr"))];
            assert!(page.text().contains(words), "{what} at {}: {page:?}", form.action);
            has_page_headers(&page);
        }
        assert_eq!(self.state(), before, "{what}");
    }
}

fn has_page_headers(page: &Page) {
    assert!(page.header("content-type").starts_with("text/html"), "{page:?}");
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{page:?}");
    assert_eq!(
        (page.header("cache-control"), page.header("x-content-type-options")),
        ("no-store", "nosniff")
    );
    assert!(["same-origin", "no-referrer"].contains(&page.header("referrer-policy")), "{page:?}");
}

/// Sends a form with other headers than a page of ours would.
pub(crate) async fn send(
    visitor: &Visitor,
    form: &Form,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> Page {
    let request = visitor.request(Method::POST, &form.action);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    visitor.send(request.body(body)).await
}

const FORBIDDEN: [&str; 2] = ["You do not have access to this page", "Vous n’avez pas accès à cette page"];
const UNREADABLE: [&str; 2] = ["Form not readable", "Formulaire illisible"];

async fn sc_096_a_foreign_or_missing_csrf_token_or_origin_changes_nothing(database: Database) {
    for language in ["en", "fr"] {
        let scene = Scene::at(database, language).await;
        let stranger = scene.idp.visitor();
        let foreign = stranger.get("/en/sign-in").await.form("f").value("_csrf").to_owned();
        let csrf = async |token: &str| {
            let change =
                async |visitor: &Visitor, form: &Form| visitor.post(&form.clone().with("_csrf", token)).await;
            scene.each_is_refused("a foreign token", change, &[403], FORBIDDEN).await;
        };
        csrf(&foreign).await;
        csrf("AAAA").await;
        csrf(&"A".repeat(3000)).await;
        let without =
            async |visitor: &Visitor, form: &Form| visitor.post(&form.clone().without("_csrf")).await;
        scene.each_is_refused("no token", without, &[403], FORBIDDEN).await;
        let altered = async |visitor: &Visitor, form: &Form| {
            let token = form.value("_csrf");
            let flipped = if token[30..].starts_with('A') { "B" } else { "A" };
            let middle = format!("{}{flipped}{}", &token[..30], &token[31..]);
            visitor.post(&form.clone().with("_csrf", &middle)).await
        };
        scene.each_is_refused("an altered token", altered, &[403], FORBIDDEN).await;
        for header in [
            ("Origin", "https://evil.test"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let change = async |visitor: &Visitor, form: &Form| {
                send(visitor, form, &[("Content-Type", FORM), header], form.encoded()).await
            };
            scene.each_is_refused(header.1, change, &[403], FORBIDDEN).await;
        }
        // The page of the mailed link sends no referrer, so browsers send `Origin: null` from it, and nowhere else.
        let null = async |visitor: &Visitor, form: &Form| {
            let other = if form.action.ends_with("/activate") { "https://evil.test" } else { "null" };
            send(visitor, form, &[("Content-Type", FORM), ("Origin", other)], form.encoded()).await
        };
        scene.each_is_refused("null", null, &[403], FORBIDDEN).await;
    }
}

async fn a_form_of_one_person_does_nothing_in_the_session_of_another(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, "first@example.test").await;
    let service = idp.service_with("used_one_key = true\n").await;
    let asked = visitor.follow(visitor.get(&service.request().path()).await).await;
    let confirm_no = visitor.follow(visitor.submit(&asked, "f", &[("transfer", "no")]).await).await;
    let email = visitor.get("/en/account/email").await;
    let profile = visitor.get("/fr/account/profile").await;
    let (sign_out, later) = (visitor.get("/en/sign-out").await, visitor.get("/en/sign-out").await);
    // In another tab somebody else signs in.
    let second = idp.create_account(&idp.visitor(), "second@example.test").await;
    visitor.submit(&sign_out, "sign-out-form", &[]).await;
    assert_eq!(idp.sign_in(&visitor, &second.email, &second.password).await.status, 303);
    for (page, typed, words) in [
        (&confirm_no, ("understand", "yes"), "Another account is signed in"),
        (&email, ("email", "other@example.test"), "Another account is signed in"),
        (&profile, ("language", "fr"), "Un autre compte est ouvert"),
    ] {
        let answer = visitor.submit(page, "f", &[typed]).await;
        assert!(answer.status == 409 && answer.text().contains(words), "{typed:?}: {answer:?}");
    }
    assert_eq!((idp.count("transfer_decision"), idp.count("email_change")), (0, 0));
    assert_eq!(idp.count("account WHERE language = 'fr'"), 0);
    let own = visitor.get("/en/account/profile").await;
    assert_eq!(visitor.submit(&own, "f", &[("language", "fr")]).await.status, 303);
    assert_eq!(
        visitor.submit(&later, "sign-out-form", &[]).await.status,
        303,
        "whoever presses it is signed out"
    );
    assert_eq!(visitor.get("/en/account").await.location(), Some("/en/sign-in"));
}

async fn x8_without_cookies_every_form_says_so(database: Database) {
    for language in ["en", "fr"] {
        let scene = Scene::at(database, language).await;
        let change = async |_: &Visitor, form: &Form| scene.idp.visitor().post(form).await;
        let words = ["Your browser is blocking cookies.", "Votre navigateur bloque les témoins."];
        scene.each_is_refused("no cookies", change, &[400], words).await;
    }
}

async fn forms_that_cannot_be_read_are_refused_in_both_languages(database: Database) {
    for language in ["en", "fr"] {
        let scene = Scene::at(database, language).await;
        let own = [
            ("Origin", scene.idp.issuer.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", FORM),
        ];
        let extra = async |what: &str, extra: &str| {
            let change = async |visitor: &Visitor, form: &Form| {
                send(visitor, form, &own, format!("{}&{extra}", form.encoded())).await
            };
            scene.each_is_refused(what, change, &[400], UNREADABLE).await;
        };
        extra("no UTF-8", "x=%FF%FE").await;
        extra("NUL", "x=a%00b").await;
        extra("no UTF-8 in a name", "%C3%28=1").await;
        extra("doubled", "x=1&x=2").await;
        extra("too many", &(0..70).map(|n| format!("n{n}=1")).collect::<Vec<_>>().join("&")).await;
        extra("huge", &format!("x={}", "y".repeat(70_000))).await;
        for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
            let change = async |visitor: &Visitor, form: &Form| {
                send(visitor, form, &[own[0], own[1], ("Content-Type", kind)], form.encoded()).await
            };
            scene.each_is_refused(kind, change, &[400], UNREADABLE).await;
        }
        let binary = async |visitor: &Visitor, form: &Form| {
            send(visitor, form, &own, vec![0xFF_u8, 0, 0xC3, b'=', b'%']).await
        };
        scene.each_is_refused("bytes", binary, &[400, 403], ["", ""]).await;
        let doubled = async |visitor: &Visitor, form: &Form| {
            send(visitor, form, &own, format!("{0}&{0}", form.encoded())).await
        };
        scene.each_is_refused("everything twice", doubled, &[400], UNREADABLE).await;
        for form in
            scene.forms().await.iter().map(|(_, form)| form).filter(|form| !form.action.ends_with("/keep"))
        {
            for once in ["", &"x".repeat(65)] {
                let visitor = &scene.person;
                let answer = visitor.post(&form.clone().with("_once", once)).await;
                assert!(matches!(answer.status, 400 | 403), "{answer:?}");
            }
        }
        // More than any form may have: not even read.
        let page = scene.person.get(&format!("/{language}/sign-out")).await;
        let form = page.form("sign-out-form");
        let answer =
            send(&scene.person, &form, &own, format!("{}&x={}", form.encoded(), "y".repeat(1_000_000))).await;
        assert!(matches!(answer.status, 400 | 413), "{answer:?}");
        assert_eq!(scene.person.get(&format!("/{language}/account")).await.status, 200);
    }
}

async fn a_page_that_was_open_too_long_says_so_and_keeps_what_was_typed(database: Database) {
    for (language, words) in [
        ("en", "This page was open too long. Check your answers and send them again"),
        (
            "fr",
            "Cette page est restée ouverte trop longtemps. Vérifiez vos réponses et envoyez-les de nouveau",
        ),
    ] {
        let scene = Scene::at(database, language).await;
        let forms = scene.forms().await;
        scene.idp.advance(Duration::from_hours(13));
        let before = scene.state();
        for (visitor, form) in &forms[..3] {
            let answer = visitor.post(form).await;
            assert_eq!(answer.status, 422, "{answer:?}");
            assert!(answer.errors().iter().any(|error| error == words), "{answer:?}");
            assert_eq!(answer.form("f").value("email"), form.value("email"), "{answer:?}");
        }
        assert_eq!(scene.state(), before);
        // The page that comes back can be sent.
        let (visitor, form) = &forms[0];
        let fresh = visitor.post(form).await;
        let answer = visitor.submit(&fresh, "f", &[("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
}
