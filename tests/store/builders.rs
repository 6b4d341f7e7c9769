//! What the store is given, with random identifiers and otherwise ordinary values.

use crate::world::{World, at};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationLimits;
use idp_domain::administration::Order;
use idp_domain::authorization::acr::AcrRequest;
use idp_domain::authorization::claims_request::ClaimsRequest;
use idp_domain::authorization::code::AuthorizationCode;
use idp_domain::authorization::destination::{Destination, ResponseMode};
use idp_domain::authorization::pkce::CodeChallenge;
use idp_domain::authorization::scope::Scope;
use idp_domain::authorization::{AuthorizationRequest, Prompt};
use idp_domain::client::{Client, ClientMetadata};
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::grant::GrantLimits;
use idp_domain::grant::access::{Access, AccessRequest};
use idp_domain::grant::refresh::RefreshRequest;
use idp_domain::ids::{
    AccountId, ActivationCodeId, AuthorizationRequestId, ClientId, ClientSecretId, GrantId, MailId,
    RegistrationId, SecondStepId, SessionId,
};
use idp_domain::lockout::LockoutLimits;
use idp_domain::mail_allowance::MailLimits;
use idp_domain::secret::{HashKey, KeyedHash, Secret, TokenHash};
use idp_domain::session::{AuthenticationLevel, AuthenticationMethod, SessionLimits};
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use idp_store::{
    ActivationOutcome, CodeAttempt, IssueCode, LinkAttempt, NewAccessToken, NewActivationCode,
    NewAuthorizationRequest, NewClientSecret, NewClientToken, NewMail, NewPushedRequest, NewRegistration,
    NewSecondStep, NewSession, NewSigningKey, PasswordProof, RedeemCode, RefreshGrant, ResendActivation,
    SignInAttempt, SignInSuccess,
};
use std::time::Duration;

pub const MAIL_LIMITS: MailLimits =
    MailLimits { interval: Duration::from_secs(30), per_hour: 5, per_day: 10 };
pub const LOCKOUT: LockoutLimits = LockoutLimits { before_delay: 5, stop: 100 };
pub const ACTIVATION: ActivationLimits = ActivationLimits {
    code_lifetime: Duration::from_mins(30),
    resend_window: Duration::from_hours(24),
    tries: 5,
    tries_total: 20,
};
/// Of every account's first password.
pub const PASSWORD_HASH: &str = "$argon2id$registration";
/// Access tokens live for an hour, so that a test has time.
pub const GRANTS: GrantLimits = GrantLimits {
    session: SessionLimits { idle: Duration::from_mins(15), max: Duration::from_hours(12) },
    refresh_token: Duration::from_hours(30 * 24),
    access_token: Duration::from_hours(1),
};
pub const REDIRECT_URI: &str = "https://fishing.example/callback";
/// With its challenge from RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An activated account and the browser that it was activated in.
#[derive(Clone)]
pub struct Owner {
    pub account: AccountId,
    pub email: EmailAddress,
    pub session: NewSession,
}

/// An address's keyed hash.
pub fn address_hash(email: &EmailAddress) -> KeyedHash {
    HashKey::new(&[7; 32]).hash("address", &[email.key().as_bytes()])
}

impl World {
    /// An identifier of any kind.
    pub fn id<T>(&self, parse: impl Fn(&str) -> Option<T>) -> T {
        parse(&self.keyed().to_base64url()[..22]).unwrap()
    }

    pub fn email(&self) -> EmailAddress {
        let name = self.keyed().to_base64url()[..12].replace(['-', '_'], "x");
        EmailAddress::parse(&format!("{name}@example.com")).unwrap()
    }

    pub fn account_id(&self) -> AccountId {
        self.id(AccountId::parse)
    }

    pub fn mail(&self, kind: &'static str) -> NewMail {
        let payload = format!("sealed {kind}").into_bytes();
        NewMail { id: self.id(MailId::parse), kind, payload, expires_at: at(1_000_000) }
    }

    fn code(&self) -> NewActivationCode {
        let id = self.id(ActivationCodeId::parse);
        NewActivationCode { id, code: self.keyed(), link: self.token(), decoy: self.keyed() }
    }

    pub fn session(&self) -> NewSession {
        NewSession {
            id: self.id(SessionId::parse),
            secret: self.token(),
            device: self.token(),
            replaces: None,
            methods: vec![AuthenticationMethod::Password],
            network: "network".into(),
            browser: "Firefox, Linux".into(),
        }
    }

    pub fn registration(&self, email: &EmailAddress, now: Timestamp) -> NewRegistration {
        NewRegistration {
            id: self.id(RegistrationId::parse),
            browser: self.token(),
            email: email.clone(),
            address_hash: address_hash(email),
            password_hash: PASSWORD_HASH.into(),
            language: Language::French,
            terms_version: 3,
            request_id: Some(self.id(AuthorizationRequestId::parse)),
            code: self.code(),
            activation_mail: self.mail("activation"),
            exists_mail: self.mail("account_exists"),
            now,
        }
    }

    pub fn resend(&self, of: &NewRegistration, now: Timestamp) -> ResendActivation {
        ResendActivation {
            order: None,
            registration: of.id.clone(),
            address_hash: of.address_hash,
            code: self.code(),
            activation_mail: self.mail("activation"),
            exists_mail: self.mail("account_exists"),
            limits: ACTIVATION,
            now,
        }
    }

    pub fn code_attempt(&self, of: &NewRegistration, typed: KeyedHash, now: Timestamp) -> CodeAttempt {
        CodeAttempt {
            registration: of.id.clone(),
            typed,
            account: self.account_id(),
            session: self.session(),
            limits: ACTIVATION,
            now,
        }
    }

    pub fn link_attempt(&self, link: TokenHash, browser: TokenHash, now: Timestamp) -> LinkAttempt {
        let (account, session) = (self.account_id(), self.session());
        LinkAttempt { link, browser, account, session, limits: ACTIVATION, now }
    }

    /// An account that was registered and activated at the beginning.
    pub async fn owner(&self) -> Owner {
        let email = self.email();
        let new = self.registration(&email, at(0));
        self.store.start_registration(new.clone(), MAIL_LIMITS).await.unwrap();
        let attempt = self.code_attempt(&new, new.code.code, at(0));
        let owner = Owner { account: attempt.account.clone(), email, session: attempt.session.clone() };
        let outcome = self.store.activate_by_code(attempt).await.unwrap();
        assert!(matches!(outcome, ActivationOutcome::Activated { .. }), "{outcome:?}");
        owner
    }

    pub fn sign_in(&self, email: &EmailAddress, device: Option<TokenHash>, now: Timestamp) -> SignInAttempt {
        let key = HashKey::new(&[8; 32]);
        let device_bytes = device.map(|hash| hash.as_bytes().to_vec()).unwrap_or_default();
        SignInAttempt {
            email_key: email.key(),
            browser: self.token(),
            device,
            address_hash: key.hash("address", &[email.key().as_bytes()]),
            device_key: key.hash("device", &[email.key().as_bytes(), &device_bytes]),
            network: None,
            limits: LOCKOUT,
            now,
        }
    }

    /// The password that every account here begins with, right.
    pub fn sign_in_success(&self, account: &AccountId, counted: KeyedHash, now: Timestamp) -> SignInSuccess {
        let hash = Secret::new(PASSWORD_HASH);
        SignInSuccess {
            proof: PasswordProof { account: account.clone(), hash, counted },
            session: self.session(),
            new_password_hash: None,
            second_step: self.second_step(None, now),
            new_device_mail: self.mail("new_device"),
            now,
        }
    }

    pub fn second_step(&self, request_id: Option<AuthorizationRequestId>, now: Timestamp) -> NewSecondStep {
        NewSecondStep {
            id: self.id(SecondStepId::parse),
            purpose: SecondStepPurpose::SignIn,
            request_id,
            expires_at: now.plus(Duration::from_mins(15)),
        }
    }

    /// A checked service; not stored.
    pub fn client(&self) -> Client {
        let file = serde_json::json!({
            "client_name": "Fishing licences",
            "client_name#fr": "Permis de pêche",
            "redirect_uris": [REDIRECT_URI],
            "scope": "openid email",
        });
        let metadata: ClientMetadata = serde_json::from_value(file).unwrap();
        metadata.check(self.id(ClientId::parse), false).unwrap().client
    }

    pub fn client_secret(&self) -> NewClientSecret {
        NewClientSecret { id: self.id(ClientSecretId::parse), hash: self.token() }
    }

    /// A registered service.
    pub async fn service(&self) -> Client {
        let client = self.client();
        let secret = self.client_secret();
        assert!(
            self.store
                .insert_service(client.clone(), Some(secret), Order::of_operator(), at(0))
                .await
                .unwrap()
        );
        client
    }

    pub fn authorization_request(&self, client: &Client) -> NewAuthorizationRequest {
        let request = AuthorizationRequest {
            client_id: client.id.clone(),
            destination: Destination {
                redirect_uri: REDIRECT_URI.into(),
                state: Some("état".into()),
                response_mode: ResponseMode::Query,
            },
            scope: Scope::from_stored("openid email"),
            nonce: Some("nonce".into()),
            code_challenge: CodeChallenge::parse(CHALLENGE),
            prompt: Prompt::default(),
            max_age: None,
            ui_locale: Some(Language::French),
            login_hint: None,
            hinted_subject: None,
            acr: AcrRequest::default(),
            claims: ClaimsRequest::default(),
            resources: vec!["https://api.example.ca/".into()],
            dpop_jkt: None,
            received_at: at(0),
        };
        let id = self.id(AuthorizationRequestId::parse);
        NewAuthorizationRequest { id, browser: self.token(), request, pushed: None, expires_at: at(3600) }
    }

    /// A pushed request that may arrive until `at(60)`.
    pub fn pushed_request(&self, client: &Client) -> NewPushedRequest {
        let request = self.authorization_request(client).request;
        NewPushedRequest { reference: self.token(), request, expires_at: at(60) }
    }

    /// A code that lives for 60 seconds from `now`.
    pub fn code_to_issue(&self, owner: &Owner, client: &Client, now: Timestamp) -> IssueCode {
        let code = AuthorizationCode {
            client_id: client.id.clone(),
            redirect_uri: REDIRECT_URI.into(),
            code_challenge: CodeChallenge::parse(CHALLENGE),
            account_id: owner.account.clone(),
            session_id: owner.session.id.clone(),
            scope: Scope::from_stored("openid email"),
            nonce: Some("nonce".into()),
            authenticated_at: at(0),
            methods: vec![AuthenticationMethod::Password],
            level: AuthenticationLevel::One,
            claims: ClaimsRequest::default(),
            resources: vec![],
            dpop_jkt: None,
            grant_id: self.id(GrantId::parse),
            expires_at: now.plus(Duration::from_mins(1)),
        };
        IssueCode { hash: self.token(), code, request_id: None, pushed: None, now }
    }

    /// Everything right; the access token lives for an hour.
    pub fn redemption(&self, issued: &IssueCode, now: Timestamp) -> RedeemCode {
        RedeemCode {
            hash: issued.hash,
            client_id: issued.code.client_id.clone(),
            redirect_uri: Some(REDIRECT_URI.into()),
            code_verifier: Some(VERIFIER.into()),
            access: AccessRequest { issuer: "https://signin.example.ca".into(), ..AccessRequest::default() },
            token: NewAccessToken { hash: self.token(), jkt: None },
            may_refresh: false,
            refresh_jkt: None,
            limits: GRANTS,
            now,
        }
    }

    /// An honest refresh by token `number` of the grant that `issued` bought.
    pub fn refresh(&self, issued: &IssueCode, number: u32, now: Timestamp) -> RefreshGrant {
        RefreshGrant {
            grant_id: issued.code.grant_id.clone(),
            sent: RefreshRequest {
                client_id: issued.code.client_id.clone(),
                number,
                access: AccessRequest::default(),
                jkt: None,
                rotates: true,
            },
            token: NewAccessToken { hash: self.token(), jkt: None },
            limits: GRANTS,
            now,
        }
    }

    /// An opaque token of a service's own.
    pub fn client_token(&self, client: &Client, now: Timestamp, expires_at: Timestamp) -> NewClientToken {
        NewClientToken {
            hash: self.token(),
            client_id: client.id.clone(),
            access: Access { scope: Scope::from_stored("keys:read"), audience: Vec::new() },
            jkt: None,
            issued_at: now,
            expires_at,
        }
    }

    pub fn key(&self, algorithm: SigningAlgorithm) -> NewSigningKey {
        NewSigningKey {
            kid: self.keyed().to_base64url(),
            algorithm,
            private_key: vec![0, 159, 146, 150],
            public_jwk: "{}".into(),
        }
    }
}
