//! A person's authenticator app, and the second step that it makes.

use super::page::Page;
use super::visitor::Visitor;
use super::{Account, TestIdp};
use idp_domain::extra_verification::TotpSecret;
use idp_domain::time::Timestamp;
use std::time::Duration;

/// An app that holds a key, and the recovery codes that were made with it.
pub struct AuthenticatorApp {
    secret: TotpSecret,
    /// As they were shown.
    pub recovery_codes: Vec<String>,
}

impl AuthenticatorApp {
    /// The app with a key as a person types it.
    pub fn with_key(key: &str) -> Self {
        let mut bits = 0_u64;
        let mut count = 0;
        let mut bytes = Vec::new();
        for character in key.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|byte| *byte == character);
            bits = (bits << 5) | u64::try_from(value.expect("base32")).expect("a small number");
            count += 5;
            if count >= 8 {
                count -= 8;
                bytes.push(u8::try_from((bits >> count) & 0xff).expect("a byte"));
            }
        }
        let secret = TotpSecret::from_slice(&bytes).expect("20 bytes");
        Self { secret, recovery_codes: Vec::new() }
    }

    /// What it shows now.
    pub fn code(&self, idp: &TestIdp) -> String {
        self.code_at(idp.now())
    }

    /// What it shows then.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.secret.code_at(now)
    }

    /// Six digits that are no code of any time near.
    pub fn wrong_code(&self, idp: &TestIdp) -> String {
        let near: Vec<String> = (0..5)
            .map(|n| {
                self.secret.code_at(idp.now().minus(Duration::from_mins(1)).plus(Duration::from_secs(30 * n)))
            })
            .collect();
        let wrong = (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code));
        wrong.expect("five codes are not ten")
    }
}

impl TestIdp {
    /// Turns an authenticator app on at its page (C5), and puts its recovery codes away (C7). The code that it takes is
    /// spent, so the clock is moved on by a step.
    pub async fn turn_app_on(&self, visitor: &Visitor) -> AuthenticatorApp {
        let page = visitor.get("/en/account/totp").await;
        let mut app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
        let answer = visitor.submit(&page, "f", &[("code", &app.code(self))]).await;
        assert_eq!(answer.location(), Some("/en/account/recovery-codes"), "{answer:#?}");
        let codes = visitor.follow(answer).await;
        app.recovery_codes = codes.words_of("codes").split(' ').map(str::to_owned).collect();
        let answer = visitor.submit(&codes, "f", &[("saved", "yes")]).await;
        assert_eq!(answer.status, 303, "{answer:#?}");
        self.advance(Duration::from_secs(30));
        app
    }

    /// An account whose person has an authenticator app; `visitor` is signed in then.
    pub async fn create_account_with_app(
        &self,
        visitor: &Visitor,
        email: &str,
    ) -> (Account, AuthenticatorApp) {
        let account = self.create_account(visitor, email).await;
        let app = self.turn_app_on(visitor).await;
        (account, app)
    }

    /// Makes the second step that `answer` leads to; the answer to its form.
    pub async fn second_step(&self, visitor: &Visitor, answer: Page, app: &AuthenticatorApp) -> Page {
        let page = visitor.follow(answer).await;
        visitor.submit(&page, "f", &[("code", &app.code(self))]).await
    }
}
