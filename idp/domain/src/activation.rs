//! Activating a My Ontario Account by a mailed six-digit code or link (`product.md` 2.2; guide S2, steps 8 to 11).
//!
//! 1. A registration belongs to one browser and holds no address: the first activated wins and ends the others.
//! 2. Each mail brings one code and one link, both good for 30 minutes. The two newest codes work.
//! 3. Wrong tries are counted over all codes: after each 5 none of the codes sent so far works, 20 in all end it.
//! 4. New mails can be asked for within 24 hours of the registration.

use crate::secret::{HashKey, KeyedHash};
use crate::time::Timestamp;
use rand::{CryptoRng, RngExt};
use std::fmt;
use std::time::Duration;

/// A six-digit code as it is mailed.
#[derive(Clone, PartialEq, Eq)]
pub struct ActivationCode(String);

/// Why what was typed is no code at all; not counted as a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActivationCodeError {
    /// Nothing was typed.
    #[error("no code was given")]
    Missing,
    /// Not six digits.
    #[error("a code has six digits")]
    Malformed,
}

impl ActivationCode {
    /// Draws a new one, each of the million equally likely.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self(format!("{:06}", rng.random_range(0..1_000_000_u32)))
    }

    /// Reads what a person typed: blanks, hyphens and dots are dropped, full-width digits become ASCII (pages.md 0.3).
    ///
    /// # Errors
    /// Nothing typed, or not six digits.
    pub fn parse(typed: &str) -> Result<Self, ActivationCodeError> {
        let dropped = |c: &char| {
            c.is_whitespace() || ".-\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{FF0D}\u{FF0E}".contains(*c)
        };
        let digits: String = typed.chars().take(64).filter(|c| !dropped(c)).map(to_ascii_digit).collect();
        if digits.is_empty() && typed.chars().count() <= 64 {
            return Err(ActivationCodeError::Missing);
        }
        let sound =
            digits.len() == 6 && typed.chars().count() <= 64 && digits.bytes().all(|b| b.is_ascii_digit());
        if sound { Ok(Self(digits)) } else { Err(ActivationCodeError::Malformed) }
    }

    /// The six digits, for the mail.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// How it rests in the database: keyed, and bound to what it activates, since a million values are soon tried.
    #[must_use]
    pub fn hash(&self, key: &HashKey, bound_to: &str) -> KeyedHash {
        key.hash("activation-code", &[bound_to.as_bytes(), self.0.as_bytes()])
    }
}

fn to_ascii_digit(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(c) - 0xFF10, 10).unwrap_or(c),
        _ => c,
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode([redacted])")
    }
}

/// The figures, from the settings `lifetimes.*` and `limits.code_*`.
#[derive(Debug, Clone, Copy)]
pub struct ActivationLimits {
    /// How long a code and a link work.
    pub code_lifetime: Duration,
    /// How long after the registration a new mail may be asked for, and the registration lives.
    pub resend_window: Duration,
    /// Wrong tries after which none of the codes sent so far works.
    pub tries: u32,
    /// Wrong tries that end the activation.
    pub tries_total: u32,
}

/// How far a registration has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationState {
    /// Waiting for its code or link.
    Open,
    /// It became an account.
    Activated,
    /// Too many wrong tries, or another registration of the address was activated first.
    Ended,
}

/// The facts on which a typed code or an opened link is decided.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationFacts {
    /// How far it has come.
    pub state: RegistrationState,
    /// When the person asked for the account.
    pub created_at: Timestamp,
    /// Wrong tries so far, over all codes.
    pub wrong: u32,
    /// Codes sent up to then ceased to work, because five wrong ones were typed.
    pub codes_dead_until: Option<Timestamp>,
}

/// One sent code.
#[derive(Debug, Clone, Copy)]
pub struct SentCode {
    /// The code's keyed hash.
    pub hash: KeyedHash,
    /// When its mail was written.
    pub sent_at: Timestamp,
}

/// What a typed code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeDecision {
    /// The account comes to be.
    Activate,
    /// Not the code; the tries so far are to be kept.
    Wrong(u32),
    /// Another five wrong tries: the codes sent so far die, a new mail is needed. The tries so far are to be kept.
    KillCodes(u32),
    /// Twenty wrong tries: the activation is over.
    End(u32),
    /// The right code, but it has died: a new mail is needed.
    Dead,
    /// The right code, too late.
    Expired,
    /// It was activated before.
    AlreadyActivated,
    /// Over: a new registration is needed.
    AlreadyEnded,
}

/// How many of the newest codes work at a time: a delayed mail must not strand anybody.
pub const WORKING_CODES: u8 = 2;

/// Decides on a typed code. `codes` are those sent, newest first; `typed` is hashed as they are.
#[must_use]
pub fn decide_code(
    facts: &RegistrationFacts,
    codes: &[SentCode],
    typed: KeyedHash,
    now: Timestamp,
    limits: &ActivationLimits,
) -> CodeDecision {
    match facts.state {
        RegistrationState::Activated => return CodeDecision::AlreadyActivated,
        RegistrationState::Ended => return CodeDecision::AlreadyEnded,
        RegistrationState::Open => {}
    }
    if now > facts.created_at.plus(limits.resend_window).plus(limits.code_lifetime) {
        return CodeDecision::AlreadyEnded;
    }
    let is_dead = |code: &SentCode| facts.codes_dead_until.is_some_and(|until| code.sent_at <= until);
    let all_are_dead = codes.iter().take(WORKING_CODES.into()).all(is_dead);
    match codes.iter().take(WORKING_CODES.into()).find(|code| code.hash == typed) {
        Some(code) if !is_dead(code) && now <= code.sent_at.plus(limits.code_lifetime) => {
            CodeDecision::Activate
        }
        Some(code) if !is_dead(code) => CodeDecision::Expired,
        // While a new mail is awaited a dead code is no try; after it, it is a wrong one like any other.
        Some(_) if all_are_dead => CodeDecision::Dead,
        _ => {
            let wrong = facts.wrong.saturating_add(1);
            if wrong >= limits.tries_total {
                CodeDecision::End(wrong)
            } else if wrong.is_multiple_of(limits.tries) || all_are_dead {
                CodeDecision::KillCodes(wrong)
            } else {
                CodeDecision::Wrong(wrong)
            }
        }
    }
}

/// What opening a mailed link, and pressing its button, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkDecision {
    /// The account comes to be.
    Activate,
    /// The browser is not the one where the registration began: it is told to use the code there.
    OtherBrowser,
    /// Past its 30 minutes, or the activation is over.
    Expired,
    /// It was activated before.
    AlreadyUsed,
}

/// Decides on a link: it survives the five wrong tries and keeps its own 30 minutes, but not the end of the activation.
#[must_use]
pub fn decide_link(
    facts: &RegistrationFacts,
    sent_at: Timestamp,
    same_browser: bool,
    now: Timestamp,
    limits: &ActivationLimits,
) -> LinkDecision {
    match facts.state {
        RegistrationState::Activated => LinkDecision::AlreadyUsed,
        RegistrationState::Ended => LinkDecision::Expired,
        RegistrationState::Open if now > sent_at.plus(limits.code_lifetime) => LinkDecision::Expired,
        RegistrationState::Open if !same_browser => LinkDecision::OtherBrowser,
        RegistrationState::Open => LinkDecision::Activate,
    }
}

/// Whether a registration may still ask for a mail.
#[must_use]
pub fn may_resend(facts: &RegistrationFacts, now: Timestamp, limits: &ActivationLimits) -> bool {
    facts.state == RegistrationState::Open && now <= facts.created_at.plus(limits.resend_window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: ActivationLimits = ActivationLimits {
        code_lifetime: Duration::from_mins(30),
        resend_window: Duration::from_hours(24),
        tries: 5,
        tries_total: 20,
    };
    const START: Timestamp = Timestamp::EPOCH;

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(60 * n)
    }

    fn hash(code: &str) -> KeyedHash {
        ActivationCode::parse(code).unwrap().hash(&HashKey::new(&[1; 32]), "registration")
    }

    fn open(wrong: u32) -> RegistrationFacts {
        RegistrationFacts { state: RegistrationState::Open, created_at: START, wrong, codes_dead_until: None }
    }

    fn sent(code: &str, after: Duration) -> SentCode {
        SentCode { hash: hash(code), sent_at: START.plus(after) }
    }

    #[test]
    fn typed_codes_are_read_kindly_and_strictly() {
        use ActivationCodeError::{Malformed, Missing};
        for (typed, expected) in [
            ("530155", Ok("530155")),
            (" 530 155 ", Ok("530155")),
            ("530-155", Ok("530155")),
            ("53.01.55", Ok("530155")),
            ("\u{FF15}\u{FF13}\u{FF10}\u{FF11}\u{FF15}\u{FF15}", Ok("530155")),
            ("", Err(Missing)),
            (" - ", Err(Missing)),
            ("53015", Err(Malformed)),
            ("5301555", Err(Malformed)),
            ("53O155", Err(Malformed)),
            ("٥٣٠١٥٥", Err(Malformed)),
        ] {
            assert_eq!(
                ActivationCode::parse(typed).as_ref().map(ActivationCode::expose).map_err(|e| *e),
                expected,
                "{typed:?}"
            );
        }
        assert_eq!(ActivationCode::parse(&" ".repeat(10_000)), Err(Malformed));
    }

    #[test]
    fn a_code_works_for_its_30_minutes_and_not_a_second_longer() {
        let codes = [sent("111111", Duration::ZERO)];
        let at = |after| decide_code(&open(0), &codes, hash("111111"), START.plus(after), &LIMITS);
        assert_eq!(at(minutes(30)), CodeDecision::Activate);
        assert_eq!(at(minutes(30) + Duration::from_secs(1)), CodeDecision::Expired);
    }

    #[test]
    fn the_two_newest_codes_work_and_the_third_is_dead() {
        let codes = [sent("333333", minutes(2)), sent("222222", minutes(1)), sent("111111", minutes(0))];
        let typed = |code| decide_code(&open(0), &codes, hash(code), START.plus(minutes(3)), &LIMITS);
        assert_eq!(typed("333333"), CodeDecision::Activate);
        assert_eq!(typed("222222"), CodeDecision::Activate);
        assert_eq!(typed("111111"), CodeDecision::Wrong(1));
    }

    #[test]
    fn each_five_wrong_tries_need_a_new_mail_and_twenty_end_it() {
        let codes = [sent("111111", Duration::ZERO)];
        let typed = |code, facts| decide_code(&facts, &codes, hash(code), START.plus(minutes(1)), &LIMITS);
        assert_eq!(typed("000000", open(3)), CodeDecision::Wrong(4));
        for wrong in [4, 9, 14] {
            assert_eq!(typed("000000", open(wrong)), CodeDecision::KillCodes(wrong + 1));
        }
        assert_eq!(typed("000000", open(19)), CodeDecision::End(20));
        let dead = RegistrationFacts { codes_dead_until: Some(START), ..open(5) };
        assert_eq!(typed("111111", dead), CodeDecision::Dead);
        assert_eq!(typed("000000", dead), CodeDecision::KillCodes(6));
        assert_eq!(typed("111111", open(5)), CodeDecision::Activate);
        let ended = RegistrationFacts { state: RegistrationState::Ended, ..open(20) };
        assert_eq!(typed("111111", ended), CodeDecision::AlreadyEnded);
    }

    #[test]
    fn codes_that_died_after_five_wrong_tries_stay_dead_after_a_new_mail() {
        let codes = [sent("222222", minutes(3)), sent("111111", minutes(0))];
        let facts = RegistrationFacts { codes_dead_until: Some(START.plus(minutes(2))), ..open(5) };
        let typed = |code| decide_code(&facts, &codes, hash(code), START.plus(minutes(4)), &LIMITS);
        assert_eq!(typed("111111"), CodeDecision::Wrong(6));
        assert_eq!(typed("222222"), CodeDecision::Activate);
    }

    #[test]
    fn a_link_survives_five_wrong_tries_but_not_its_time_nor_another_browser_nor_the_end() {
        let at = |facts, same, after| decide_link(&facts, START, same, START.plus(after), &LIMITS);
        assert_eq!(at(open(5), true, minutes(30)), LinkDecision::Activate);
        assert_eq!(at(open(0), true, minutes(31)), LinkDecision::Expired);
        assert_eq!(at(open(0), false, minutes(1)), LinkDecision::OtherBrowser);
        let state = |state| RegistrationFacts { state, ..open(0) };
        assert_eq!(at(state(RegistrationState::Ended), true, minutes(1)), LinkDecision::Expired);
        assert_eq!(at(state(RegistrationState::Activated), true, minutes(1)), LinkDecision::AlreadyUsed);
    }

    #[test]
    fn a_new_mail_can_be_asked_for_during_24_hours() {
        assert!(may_resend(&open(5), START.plus(minutes(24 * 60)), &LIMITS));
        assert!(!may_resend(&open(0), START.plus(minutes(24 * 60) + Duration::from_secs(1)), &LIMITS));
    }

    proptest! {
        #[test]
        fn no_sequence_of_guesses_and_mails_gets_more_than_twenty_tries(guesses in proptest::collection::vec(0..1_000_000_u32, 1..60), mail_each in 1..8_usize) {
            let mut facts = open(0);
            let mut codes = vec![sent("111111", Duration::ZERO)];
            let mut tried = 0;
            for (n, guess) in guesses.iter().enumerate() {
                let now = START.plus(Duration::from_secs(n as u64 + 1));
                if n % mail_each == 0 {
                    codes.insert(0, SentCode { hash: hash("111111"), sent_at: now });
                }
                let code = format!("{guess:06}");
                prop_assume!(code != "111111");
                match decide_code(&facts, &codes, hash(&code), now, &LIMITS) {
                    CodeDecision::Wrong(wrong) => { facts.wrong = wrong; tried += 1; }
                    CodeDecision::KillCodes(wrong) => { facts.wrong = wrong; facts.codes_dead_until = Some(now); tried += 1; }
                    CodeDecision::End(wrong) => { facts.wrong = wrong; facts.state = RegistrationState::Ended; tried += 1; }
                    other => prop_assert_eq!(other, CodeDecision::AlreadyEnded),
                }
            }
            prop_assert!(tried <= 20);
        }

        #[test]
        fn every_drawn_code_is_read_back(seed in any::<u64>()) {
            use rand::SeedableRng;
            let code = ActivationCode::random(&mut rand::rngs::StdRng::seed_from_u64(seed));
            prop_assert_eq!(ActivationCode::parse(code.expose()), Ok(code.clone()));
        }
    }
}
