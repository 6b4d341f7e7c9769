//! What comes next for a person whom a relying service has sent: derived from the facts each time, so that a page can be
//! reloaded, left and returned to, and no transition can be forgotten.

use crate::authorization::acr::{Missing, Standing};
use crate::authorization::{AuthorizationErrorCode, AuthorizationRequest};
use crate::session::{AuthenticationLevel, Session};
use crate::time::Timestamp;
use std::time::Duration;

/// Everything that decides the next step.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The relying service's request.
    pub request: &'a AuthorizationRequest,
    /// The browser's live session.
    pub session: Option<&'a Session>,
    /// Whether the service takes accounts of the session's kind.
    pub account_taken: bool,
    /// Whether the person said with which account to go on, in this request.
    pub account_chosen: bool,
    /// How the service knows the session's person.
    pub subject: Option<&'a str>,
    /// Whether the service's `login_hint` is another e-mail address than that person's.
    pub email_differs: bool,
    /// Whether that person accepted the terms of use as they are now.
    pub terms_accepted: bool,
    /// Whether that person allows what the service asks for, as far as they are asked.
    pub consent_given: bool,
    /// Whether the one question about a transfer is due: the service used ONE-key before, and no decision is stored.
    pub transfer_due: bool,
    /// What the session's person has set up beside the password, and could set up.
    pub standing: Standing,
    /// The request's instant.
    pub now: Timestamp,
}

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The sign-in page (M1).
    SignIn,
    /// The page that asks with which account to go on (M13).
    ChooseAccount,
    /// The page that asks for a second step in the session that is there (M6).
    SecondStep {
        /// The level that it has to reach.
        level: AuthenticationLevel,
    },
    /// The page that offers to set up a second step (M14).
    SetUpSecondStep {
        /// The level that it has to reach.
        level: AuthenticationLevel,
    },
    /// The page with the changed terms of use (X9).
    AcceptTerms,
    /// The page that asks whether the service may have what it asks for (M11).
    Consent,
    /// The page that asks whether a ONE-key account is carried over (T1).
    AskTransfer,
    /// The code is issued.
    Complete,
    /// `prompt=none`, but a page would be needed (OIDC Core 3.1.2.6), or no page would help.
    Refuse(AuthorizationErrorCode),
}

/// Derives the next step.
#[must_use]
pub fn next_step(facts: &Facts<'_>) -> Step {
    let request = facts.request;
    // An account that the service doesn't take is as good as none: there it signs in with one that it takes.
    let session = facts.session.filter(|_| facts.account_taken);
    let is_hinted = request.hinted_subject.as_deref().is_none_or(|hinted| facts.subject == Some(hinted));
    if let Some(session) = session
        && !is_hinted
        && session.authenticated_at >= request.received_at
    {
        // Somebody else than the hinted person has just signed in: the service is told, or it would go on for ever.
        return Step::Refuse(AuthorizationErrorCode::LoginRequired);
    }
    let Some(session) = session.filter(|session| is_hinted && is_fresh_enough(request, session, facts.now))
    else {
        return page(request, Step::SignIn, AuthorizationErrorCode::LoginRequired);
    };
    let signed_in_for_this = session.authenticated_at >= request.received_at;
    // A hint is no demand: with prompt=none the person who is there is answered with.
    let which = request.prompt.select_account || (facts.email_differs && !request.prompt.none);
    if which && !facts.account_chosen && !signed_in_for_this {
        return page(request, Step::ChooseAccount, AuthorizationErrorCode::AccountSelectionRequired);
    }
    if let Some(step) = level_step(request, Standing { level: session.level(), ..facts.standing }) {
        return step;
    }
    if !facts.terms_accepted {
        return page(request, Step::AcceptTerms, AuthorizationErrorCode::InteractionRequired);
    }
    if facts.transfer_due {
        return page(request, Step::AskTransfer, AuthorizationErrorCode::InteractionRequired);
    }
    if !facts.consent_given {
        return page(request, Step::Consent, AuthorizationErrorCode::ConsentRequired);
    }
    Step::Complete
}

/// OIDC Core 5.5.1.1: a level that was asked for voluntarily is no reason to refuse, so that `prompt=none` goes on without
/// it; one that is essential, or the service's own, is.
fn level_step(request: &AuthorizationRequest, standing: Standing) -> Option<Step> {
    let (step, required) = match request.acr.missing(&standing) {
        Missing::Nothing => return None,
        Missing::SecondStep { level, required } => (Step::SecondStep { level }, required),
        Missing::Enrolment { level, required } => (Step::SetUpSecondStep { level }, required),
        Missing::Unreachable => {
            return Some(Step::Refuse(AuthorizationErrorCode::UnmetAuthenticationRequirements));
        }
    };
    if request.prompt.none && !required {
        return None;
    }
    Some(page(request, step, AuthorizationErrorCode::InteractionRequired))
}

fn page(request: &AuthorizationRequest, step: Step, refusal: AuthorizationErrorCode) -> Step {
    if request.prompt.none { Step::Refuse(refusal) } else { step }
}

/// OIDC Core 3.1.2.1: `prompt=login` and an elapsed `max_age` both ask for a new proof; one given after the request
/// arrived is new.
fn is_fresh_enough(request: &AuthorizationRequest, session: &Session, now: Timestamp) -> bool {
    if session.authenticated_at >= request.received_at {
        return true;
    }
    let too_old =
        request.max_age.is_some_and(|age| now.since(session.authenticated_at) > Duration::from_secs(age));
    !request.prompt.login && !too_old
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::acr::AcrRequest;
    use crate::authorization::claims_request::ClaimsRequest;
    use crate::authorization::destination::{Destination, ResponseMode};
    use crate::authorization::scope::Scope;
    use crate::authorization::{AuthorizationErrorCode::LoginRequired, Prompt};
    use crate::ids::{AccountId, ClientId, SessionId};
    use proptest::prelude::*;

    fn request(prompt: Prompt, max_age: Option<u64>, received_at: i64) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: ClientId::parse("rp").unwrap(),
            destination: Destination {
                redirect_uri: "https://rp.example.ca/cb".into(),
                state: None,
                response_mode: ResponseMode::Query,
            },
            scope: Scope::from_stored("openid"),
            nonce: None,
            code_challenge: None,
            prompt,
            max_age,
            ui_locale: None,
            login_hint: None,
            hinted_subject: None,
            acr: AcrRequest::default(),
            claims: ClaimsRequest::default(),
            resources: vec![],
            dpop_jkt: None,
            received_at: Timestamp::from_seconds(received_at),
        }
    }

    fn session(authenticated_at: i64) -> Session {
        Session {
            id: SessionId::parse("s").unwrap(),
            account_id: AccountId::parse("a").unwrap(),
            authenticated_at: Timestamp::from_seconds(authenticated_at),
            methods: vec![],
            created_at: Timestamp::from_seconds(authenticated_at),
            last_seen_at: Timestamp::from_seconds(authenticated_at),
            proven_at: None,
            ended_at: None,
        }
    }

    fn step(prompt: Prompt, max_age: Option<u64>, session: Option<&Session>, chosen: bool, now: i64) -> Step {
        let request = request(prompt, max_age, 1000);
        let now = Timestamp::from_seconds(now);
        next_step(&Facts {
            request: &request,
            session,
            account_taken: true,
            account_chosen: chosen,
            subject: Some("me"),
            email_differs: false,
            terms_accepted: true,
            consent_given: true,
            transfer_due: false,
            standing: Standing::default(),
            now,
        })
    }

    #[test]
    fn each_fact_leads_to_its_page() {
        let (none, login) =
            (Prompt { none: true, ..Prompt::default() }, Prompt { login: true, ..Prompt::default() });
        let select = Prompt { select_account: true, ..Prompt::default() };
        let (old, new) = (session(500), session(1001));
        for (prompt, max_age, session, chosen, expected) in [
            (Prompt::default(), None, None, false, Step::SignIn),
            (Prompt::default(), None, Some(&old), false, Step::Complete),
            (none, None, None, false, Step::Refuse(LoginRequired)),
            (none, None, Some(&old), false, Step::Complete),
            (none, Some(60), Some(&old), false, Step::Refuse(LoginRequired)),
            (login, None, Some(&old), false, Step::SignIn),
            (login, None, Some(&new), false, Step::Complete),
            (Prompt::default(), Some(60), Some(&old), false, Step::SignIn),
            (Prompt::default(), Some(0), Some(&new), false, Step::Complete),
            (Prompt::default(), Some(10_000), Some(&old), false, Step::Complete),
            (select, None, Some(&old), false, Step::ChooseAccount),
            (select, None, Some(&old), true, Step::Complete),
            (select, None, Some(&new), false, Step::Complete),
        ] {
            assert_eq!(step(prompt, max_age, session, chosen, 1002), expected, "{prompt:?} {max_age:?}");
        }
    }

    #[test]
    fn an_account_that_the_service_does_not_take_is_as_good_as_none() {
        let fresh = session(1001);
        let step = |prompt| {
            let request = request(prompt, None, 1000);
            let (session, now) = (Some(&fresh), Timestamp::from_seconds(1002));
            next_step(&Facts {
                request: &request,
                session,
                account_taken: false,
                account_chosen: true,
                subject: Some("me"),
                email_differs: false,
                terms_accepted: true,
                consent_given: true,
                transfer_due: false,
                standing: Standing::default(),
                now,
            })
        };
        assert_eq!(step(Prompt::default()), Step::SignIn);
        assert_eq!(step(Prompt { none: true, ..Prompt::default() }), Step::Refuse(LoginRequired));
    }

    #[test]
    fn a_hint_lets_nobody_else_through_and_does_not_ask_for_ever() {
        let mut request = request(Prompt::default(), None, 1000);
        request.hinted_subject = Some("me".into());
        let step = |session: Option<&Session>, subject| {
            let now = Timestamp::from_seconds(1002);
            next_step(&Facts {
                request: &request,
                session,
                account_taken: true,
                account_chosen: false,
                subject,
                email_differs: false,
                terms_accepted: true,
                consent_given: true,
                transfer_due: false,
                standing: Standing::default(),
                now,
            })
        };
        assert_eq!(step(Some(&session(500)), Some("me")), Step::Complete);
        assert_eq!(step(Some(&session(500)), Some("you")), Step::SignIn);
        assert_eq!(step(None, None), Step::SignIn);
        assert_eq!(step(Some(&session(1001)), Some("me")), Step::Complete);
        assert_eq!(step(Some(&session(1001)), Some("you")), Step::Refuse(LoginRequired));
    }

    #[test]
    fn a_hint_of_another_address_asks_which_account_but_demands_nothing() {
        let step = |prompt, received_at, chosen| {
            let request = request(prompt, None, received_at);
            let old = session(500);
            let now = Timestamp::from_seconds(1002);
            next_step(&Facts {
                request: &request,
                session: Some(&old),
                account_taken: true,
                account_chosen: chosen,
                subject: None,
                email_differs: true,
                terms_accepted: true,
                consent_given: true,
                transfer_due: false,
                standing: Standing::default(),
                now,
            })
        };
        let none = Prompt { none: true, ..Prompt::default() };
        assert_eq!(step(Prompt::default(), 1000, false), Step::ChooseAccount);
        assert_eq!(step(Prompt::default(), 1000, true), Step::Complete);
        assert_eq!(step(Prompt::default(), 400, false), Step::Complete, "signed in for this request");
        assert_eq!(step(none, 1000, false), Step::Complete);
    }

    #[test]
    fn changed_terms_are_accepted_before_anything_is_issued() {
        let (fresh, now) = (session(1001), Timestamp::from_seconds(1002));
        let step = |prompt| {
            let request = request(prompt, None, 1000);
            let facts = Facts {
                request: &request,
                session: Some(&fresh),
                account_taken: true,
                account_chosen: false,
                subject: None,
                email_differs: false,
                terms_accepted: false,
                consent_given: true,
                transfer_due: false,
                standing: Standing::default(),
                now,
            };
            next_step(&facts)
        };
        let none = Prompt { none: true, ..Prompt::default() };
        assert_eq!(step(Prompt::default()), Step::AcceptTerms);
        assert_eq!(step(none), Step::Refuse(AuthorizationErrorCode::InteractionRequired));
    }

    #[test]
    fn consent_comes_last_and_prompt_none_is_told_that_it_is_missing() {
        let (old, now) = (session(500), Timestamp::from_seconds(1002));
        let step = |prompt, terms_accepted, consent_given| {
            let request = request(prompt, None, 1000);
            let facts = Facts {
                request: &request,
                session: Some(&old),
                account_taken: true,
                account_chosen: false,
                subject: None,
                email_differs: false,
                terms_accepted,
                consent_given,
                transfer_due: false,
                standing: Standing::default(),
                now,
            };
            next_step(&facts)
        };
        let none = Prompt { none: true, ..Prompt::default() };
        assert_eq!(step(Prompt::default(), true, false), Step::Consent);
        assert_eq!(step(Prompt::default(), false, false), Step::AcceptTerms);
        assert_eq!(step(none, true, false), Step::Refuse(AuthorizationErrorCode::ConsentRequired));
        assert_eq!(step(none, true, true), Step::Complete);
    }

    #[test]
    fn the_question_about_a_transfer_comes_last_and_never_without_a_page() {
        let (fresh, now) = (session(1001), Timestamp::from_seconds(1002));
        let step = |prompt, terms_accepted, session| {
            let request = request(prompt, None, 1000);
            next_step(&Facts {
                request: &request,
                session,
                account_taken: true,
                account_chosen: false,
                subject: None,
                email_differs: false,
                terms_accepted,
                consent_given: true,
                transfer_due: true,
                standing: Standing::default(),
                now,
            })
        };
        let none = Prompt { none: true, ..Prompt::default() };
        assert_eq!(step(Prompt::default(), true, Some(&fresh)), Step::AskTransfer);
        assert_eq!(step(Prompt::default(), false, Some(&fresh)), Step::AcceptTerms);
        assert_eq!(step(Prompt::default(), true, None), Step::SignIn);
        assert_eq!(step(none, true, Some(&fresh)), Step::Refuse(AuthorizationErrorCode::InteractionRequired));
    }

    #[test]
    fn a_missing_level_is_asked_for_after_the_account_and_before_everything_else() {
        use AuthenticationLevel::{Three, Two};
        let fresh = session(1001);
        let step = |prompt, acr, reachable, enrolable, declined| {
            let request = AuthorizationRequest { acr, ..request(prompt, None, 1000) };
            next_step(&Facts {
                request: &request,
                session: Some(&fresh),
                account_taken: true,
                account_chosen: false,
                subject: None,
                email_differs: false,
                terms_accepted: false,
                consent_given: false,
                transfer_due: true,
                standing: Standing { reachable, enrolable, declined, ..Standing::default() },
                now: Timestamp::from_seconds(1002),
            })
        };
        let one = AuthenticationLevel::One;
        let none = Prompt { none: true, ..Prompt::default() };
        let asked = |minimum, preferred: &[_]| AcrRequest { minimum, preferred: preferred.to_vec() };
        let unmet = Step::Refuse(AuthorizationErrorCode::UnmetAuthenticationRequirements);
        let interaction = Step::Refuse(AuthorizationErrorCode::InteractionRequired);
        let usual = Prompt::default();
        assert_eq!(step(usual, asked(Two, &[]), Two, Three, false), Step::SecondStep { level: Two });
        assert_eq!(step(usual, asked(one, &[Two]), Two, Three, false), Step::SecondStep { level: Two });
        assert_eq!(step(usual, asked(one, &[Two]), Two, Three, true), Step::AcceptTerms);
        assert_eq!(step(usual, asked(Two, &[]), one, Three, true), Step::SetUpSecondStep { level: Two });
        assert_eq!(
            step(usual, asked(one, &[Three]), one, Three, false),
            Step::SetUpSecondStep { level: Three }
        );
        assert_eq!(step(usual, asked(Two, &[]), one, one, false), unmet);
        assert_eq!(step(none, asked(Two, &[]), Two, Three, false), interaction);
        assert_eq!(step(none, asked(Two, &[]), one, Three, false), interaction);
        assert_eq!(step(none, asked(Two, &[]), one, one, false), unmet);
    }

    fn level() -> impl Strategy<Value = AuthenticationLevel> {
        proptest::sample::select(AuthenticationLevel::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn prompt_none_never_shows_a_page(minimum in level(), wanted in level(), reachable in level(), max_age in proptest::option::of(0_u64..5000), auth in proptest::option::of(0_i64..2000), chosen in any::<bool>(), hint in any::<bool>(), consent in any::<bool>()) {
            let mut request = request(Prompt { none: true, ..Prompt::default() }, max_age, 1000);
            request.hinted_subject = Some("me".into());
            request.acr = AcrRequest { minimum, preferred: vec![wanted] };
            let session = auth.map(session);
            let now = Timestamp::from_seconds(2000);
            let subject = Some(if hint { "me" } else { "you" });
            let step = next_step(&Facts { request: &request, session: session.as_ref(), account_taken: true, account_chosen: chosen, subject, email_differs: chosen, terms_accepted: hint, consent_given: consent, transfer_due: chosen, standing: Standing { reachable, enrolable: reachable, ..Standing::default() }, now });
            prop_assert!(matches!(step, Step::Complete | Step::Refuse(_)));
        }

        #[test]
        fn signing_in_always_leads_on(login in any::<bool>(), select in any::<bool>(), max_age in proptest::option::of(0_u64..5000)) {
            let fresh = session(1001);
            prop_assert_eq!(step(Prompt { login, select_account: select, ..Prompt::default() }, max_age, Some(&fresh), false, 1001), Step::Complete);
        }
    }
}
