//! Ready-made accounts. They come about as every account does: a registration, its mail, its code; only that nobody
//! needs to read the mail.

use crate::folder::Folder;
use crate::{DemoError, one_key, partner_hub};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationCode;
use idp_domain::administration::Role;
use idp_domain::extra_verification::{TotpCode, TotpSecret};
use idp_domain::ids::{AccountId, ActivationCodeId, RegistrationId, SessionId};
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::session::AuthenticationMethod;
use idp_server::adapters::rng::rng;
use idp_server::adapters::signing::random_salt;
use idp_server::admin::{Desk, administrators};
use idp_server::app::App;
use idp_server::journeys::extra_verification::seal_totp_secret;
use idp_server::journeys::information::TERMS_VERSION;
use idp_server::mail::{Envelope, Mail};
use idp_store::{
    ActivationOutcome, CodeAttempt, MailFate, NewActivationCode, NewAuthenticatorApp, NewRegistration,
    NewSession,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Somebody who can sign in at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyMadeAccount {
    /// `my-ontario-account`, `one-key`, or `sign-in-partner`: an account at the made-up banks.
    pub kind: String,
    /// What to type as the user name at any of the banks; empty for the other kinds.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// What to type as the ONE-key ID; empty for the other kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub one_key_id: String,
    /// What to type as the e-mail address; for ONE-key the one for recovering, empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// What to type as the password. Not a secret: everybody who has the source knows it.
    pub password: String,
    /// What to type into an authenticator app, whose codes are asked for after the password.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub totp_key: String,
    /// What ONE-key asks where the password is forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<ReadyMadeQuestion>,
    /// The services that the ONE-key account is enrolled in, by client id: they wait to be transferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
}

/// A security question of a ONE-key account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyMadeQuestion {
    /// As it is asked.
    pub question: String,
    /// What to type.
    pub answer: String,
}

fn resident() -> ReadyMadeAccount {
    ReadyMadeAccount {
        kind: "my-ontario-account".to_owned(),
        user: String::new(),
        one_key_id: String::new(),
        email: "resident@example.test".to_owned(),
        password: "Trillium-Lake-1867".to_owned(),
        totp_key: String::new(),
        questions: Vec::new(),
        services: Vec::new(),
    }
}

/// The key of the administrator's app: in a demonstration everybody may know it.
const TOTP_SECRET: [u8; 20] = *b"demonstration secret";

/// Somebody who signs in with two steps, as administrators must.
fn administrator() -> ReadyMadeAccount {
    ReadyMadeAccount {
        email: "administrator@example.test".to_owned(),
        password: "Nipissing-Lake-1867".to_owned(),
        totp_key: totp_secret().map(|secret| secret.to_base32()).unwrap_or_default(),
        ..resident()
    }
}

/// Somebody who has an account at every one of the made-up banks, and none here yet.
fn partner_person() -> ReadyMadeAccount {
    ReadyMadeAccount {
        kind: "sign-in-partner".to_owned(),
        user: partner_hub::PARTNER_USER.to_owned(),
        email: String::new(),
        password: partner_hub::PARTNER_PASSWORD.to_owned(),
        ..resident()
    }
}

fn totp_secret() -> Option<TotpSecret> {
    TotpSecret::from_slice(&TOTP_SECRET)
}

/// Makes the accounts at the first start, and later those that an older demonstration did not have. Before the workers
/// run, so that their activation mail isn't sent.
pub(crate) async fn make(app: &App, folder: &Folder) -> Result<Vec<ReadyMadeAccount>, DemoError> {
    let mut accounts = vec![resident(), administrator()];
    accounts.extend(one_key::accounts());
    accounts.push(partner_person());
    let kept = folder.accounts().unwrap_or_default();
    if kept == accounts {
        trust(app).await?;
        return Ok(accounts);
    }
    for account in [resident(), administrator()] {
        if !kept.contains(&account) {
            register_and_activate(app, &account).await?;
        }
    }
    trust(app).await?;
    one_key::make(app, folder).await?;
    folder.keep_accounts(&accounts)?;
    Ok(accounts)
}

/// Trusts the administrator with every role, so that each page of the console can be seen.
async fn trust(app: &App) -> Result<(), DemoError> {
    let desk = Desk::of_operator(&app.store, app.clock.now());
    for role in Role::ALL {
        administrators::grant(&desk, &administrator().email, role, None)
            .await
            .map_err(|error| DemoError::idp(&error))?;
    }
    Ok(())
}

async fn register_and_activate(app: &App, account: &ReadyMadeAccount) -> Result<(), DemoError> {
    let failed = |error: &dyn std::fmt::Display| DemoError::idp(error);
    let (now, browser) = (app.clock.now(), random_token(&mut rng()));
    let email = EmailAddress::parse(&account.email).map_err(|error| failed(&format!("{error:?}")))?;
    let hash = app.hasher.hash(Secret::new(&account.password), random_salt()).await;
    let (registration, code) = (RegistrationId::random(&mut rng()), ActivationCode::random(&mut rng()));
    let new = NewRegistration {
        id: registration.clone(),
        browser: TokenHash::of(browser.expose()),
        address_hash: app.data_keys.hash.hash("demo-address", &[email.key().as_bytes()]),
        password_hash: hash.map_err(|error| failed(&error))?,
        language: Language::English,
        terms_version: TERMS_VERSION,
        request_id: None,
        code: NewActivationCode {
            id: ActivationCodeId::random(&mut rng()),
            code: code.hash(&app.data_keys.hash, registration.as_str()),
            link: TokenHash::of(random_token(&mut rng()).expose()),
            decoy: app.data_keys.hash.hash("demo-decoy", &[browser.expose().as_bytes()]),
        },
        activation_mail: mail(app, &email)?,
        exists_mail: mail(app, &email)?,
        email,
        now,
    };
    app.store.start_registration(new, app.in_force().limits.mail).await.map_err(|error| failed(&error))?;
    take_mails(app).await.map_err(|error| failed(&error))?;
    let has_app = !account.totp_key.is_empty();
    activate(app, registration, &code, &browser, has_app).await?;
    take_mails(app).await.map_err(|error| failed(&error))
}

async fn activate(
    app: &App,
    registration: RegistrationId,
    code: &ActivationCode,
    browser: &Secret,
    has_app: bool,
) -> Result<(), DemoError> {
    let (session, account) = (SessionId::random(&mut rng()), AccountId::random(&mut rng()));
    let attempt = CodeAttempt {
        typed: code.hash(&app.data_keys.hash, registration.as_str()),
        registration,
        account: account.clone(),
        session: NewSession {
            id: session.clone(),
            secret: TokenHash::of(random_token(&mut rng()).expose()),
            device: TokenHash::of(browser.expose()),
            replaces: None,
            methods: vec![AuthenticationMethod::Password],
            network: app.data_keys.hash.hash("audit-network", &[b"demo"]).to_base64url(),
            browser: String::new(),
        },
        limits: app.in_force().activation_limits(),
        now: app.clock.now(),
    };
    match app.store.activate_by_code(attempt).await.map_err(|error| DemoError::idp(&error))? {
        // Nobody has this session's cookie.
        ActivationOutcome::Activated { .. } => {
            if has_app {
                turn_app_on(app, account, session.clone()).await?;
            }
            app.store
                .end_session(session, None, app.clock.now())
                .await
                .map_err(|error| DemoError::idp(&error))?;
        }
        // An earlier start made the account and was stopped before it could note so.
        other => tracing::warn!(?other, "a ready-made account was there already"),
    }
    Ok(())
}

/// Turns the authenticator app on, as its owner would at its page; the code of the step before now is spent by it.
async fn turn_app_on(app: &App, account: AccountId, session: SessionId) -> Result<(), DemoError> {
    let now = app.clock.now();
    let secret = totp_secret().ok_or_else(|| DemoError::idp(&"the app's key has another length"))?;
    let code = TotpCode::parse(&secret.code_at(now.minus(Duration::from_secs(30))));
    let step = code.ok().and_then(|code| secret.verify(&code, now));
    let step = step.ok_or_else(|| DemoError::idp(&"the app's code doesn't fit"))?;
    let email = EmailAddress::parse(&administrator().email).map_err(|error| DemoError::idp(&error))?;
    let sealed =
        seal_totp_secret(app, &secret).map_err(|_| DemoError::idp(&"the app's key can't be sealed"))?;
    let failed = |error: idp_store::StoreError| DemoError::idp(&error);
    let until = now.plus(Duration::from_mins(1));
    let shown = app.store.start_authenticator_enrolment(session.clone(), sealed, now, until).await;
    let new = NewAuthenticatorApp {
        account,
        session,
        secret: shown.map_err(failed)?,
        name: String::new(),
        step,
        codes: None,
        mail: mail(app, &email)?,
        now,
    };
    app.store.add_authenticator_app(new).await.map_err(failed)?;
    Ok(())
}

fn mail(app: &App, to: &EmailAddress) -> Result<idp_store::NewMail, DemoError> {
    let mail = Mail::AccountExists {
        sign_in: format!("{}/{{l}}/sign-in", app.issuer()),
        reset: format!("{}/{{l}}/forgot-password", app.issuer()),
    };
    let envelope = Envelope { to: to.clone(), language: Language::English, mail };
    envelope
        .seal(&app.data_keys.content, app.clock.now().plus(Duration::from_mins(1)))
        .map_err(|error| DemoError::idp(&error))
}

/// The mailbox begins empty: what waits is taken out, as if it had been sent.
async fn take_mails(app: &App) -> idp_store::Result<()> {
    let now = app.clock.now();
    for mail in app.store.take_due_mails(now, now.plus(Duration::from_mins(1)), 20).await? {
        app.store.settle_mail(mail.id, MailFate::Sent, now).await?;
    }
    Ok(())
}
