//! Every change to an account shows in its history, in the audit and, where it bears on security, in a mail: one walk through
//! all of them, in the order in which a person could make them.

use super::{EMAIL, fill, person};
use idp_tests::idp::{Database, PASSWORD, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    every_change_is_in_the_history_in_a_mail_and_in_the_audit
}

const NEW_PASSWORD: &str = "Sentier-Vert-11";

/// What a change has to leave behind.
struct Traces {
    /// The first entry of the history says this.
    history: &'static str,
    /// The same in French.
    history_fr: &'static str,
    /// The newest mail to the owner has this in its subject; none where no mail is due.
    mail: Option<&'static str>,
    /// The audit has this event.
    event: &'static str,
}

struct Before {
    mails: usize,
    events: usize,
}

fn events(idp: &TestIdp, event: &str) -> usize {
    idp.count(&format!("audit_record WHERE body LIKE '%\"event\":\"{event}\"%'"))
}

async fn before(idp: &TestIdp, traces: &Traces) -> Before {
    Before { mails: idp.mails_to(EMAIL).await.len(), events: events(idp, traces.event) }
}

async fn left(idp: &TestIdp, owner: &Visitor, traces: &Traces, before: Before) {
    let Traces { history, history_fr, mail, event } = traces;
    for (page, words) in [("/en/account/activity", history), ("/fr/account/activity", history_fr)] {
        let page = owner.get(page).await;
        let (_, list) = page.body.split_once("<li class=\"app-card\">").unwrap_or_else(|| panic!("{page:?}"));
        let newest = list.split("</li>").next().unwrap();
        assert!(newest.contains(words), "{words} is not the newest: {newest}");
    }
    assert_eq!(events(idp, event), before.events + 1, "{event}");
    let mails = idp.mails_to(EMAIL).await;
    match mail {
        Some(subject) => {
            assert_eq!(mails.len(), before.mails + 1, "{history}");
            let newest = mails.last().unwrap();
            assert!(newest.subject.contains(subject), "{history}: {newest:?}");
            // Whoever it was not can act on it without signing in, as somebody else may have the second step now.
            for l in ["en", "fr"] {
                let pages = ["activity/not-me", "email/undo?t="].map(|page| format!("/{l}/account/{page}"));
                assert!(pages.iter().any(|page| newest.text.contains(page)), "{history}: {newest:?}");
            }
        }
        None => assert_eq!(mails.len(), before.mails, "{history}"),
    }
    // Mails to one address are half a minute apart, and a code of an app is good for as long.
    idp.advance(Duration::from_secs(31));
}

async fn every_change_is_in_the_history_in_a_mail_and_in_the_audit(database: Database) {
    const SECOND_STEP: Option<&str> = Some("Second step added, removed or reset");
    let (idp, owner) = person(database).await;
    idp.advance(Duration::from_secs(31));
    let traces = Traces {
        history: "Language changed",
        history_fr: "Langue modifiée",
        mail: None,
        event: "language_changed",
    };
    let start = before(&idp, &traces).await;
    fill(&owner, "/en/account/profile", &[("language", "fr")]).await;
    left(&idp, &owner, &traces, start).await;

    let traces = Traces {
        history: "Password changed",
        history_fr: "Mot de passe modifié",
        mail: Some("Your password was changed"),
        event: "password_changed",
    };
    let start = before(&idp, &traces).await;
    fill(&owner, "/en/account/password", &[("current", PASSWORD), ("password", NEW_PASSWORD)]).await;
    left(&idp, &owner, &traces, start).await;
    second_factors(&idp, &owner, SECOND_STEP).await;
}

async fn second_factors(idp: &TestIdp, owner: &Visitor, mail: Option<&'static str>) {
    let traces = Traces {
        history: "Second step added",
        history_fr: "Deuxième étape ajoutée",
        mail,
        event: "second_factor_added",
    };
    let start = before(idp, &traces).await;
    idp.turn_app_on(owner).await;
    // The codes that come with it are an entry of their own, the newest; one mail tells both.
    let codes = Traces {
        history: "New recovery codes made",
        history_fr: "Nouveaux codes de récupération créés",
        mail,
        event: "recovery_codes_made",
    };
    left(idp, owner, &codes, Before { events: 0, ..start }).await;
    assert_eq!(events(idp, traces.event), 1);

    let start = before(idp, &codes).await;
    let page = owner.get("/en/account/recovery-codes/new").await;
    owner.submit(&page, "new-codes-form", &[]).await;
    left(idp, owner, &codes, start).await;

    let device = idp.authenticator();
    let traces =
        Traces {
            history: "Passkey added", history_fr: "Clé d’accès ajoutée", mail, event: "passkey_added"
        };
    let start = before(idp, &traces).await;
    idp.add_passkey(owner, &device, "Phone").await;
    left(idp, owner, &traces, start).await;

    let traces = Traces {
        history: "Second step removed",
        history_fr: "Deuxième étape retirée",
        mail,
        event: "second_factor_removed",
    };
    let start = before(idp, &traces).await;
    let page = owner.get("/en/account/totp/remove").await;
    owner.submit(&page, "remove-form", &[]).await;
    left(idp, owner, &traces, start).await;
}
