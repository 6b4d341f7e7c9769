//! Moving the demonstration's clock forward, so that what takes minutes or months can be seen now. Never backward: what has
//! happened would lie in the future.
//!
//! Only a page of the mailbox can do it: its form holds a token that no other site can read. A form acts once, because it says
//! from where the clock is moved.

use crate::{Mailbox, texts};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand::fill;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ontario_language::{Language, format_date_time, iso_date_time};
use serde::Deserialize;
use std::sync::Arc;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

type Text = fn(Language) -> &'static str;

/// The steps that are offered: what is sent, what is shown, how far.
const STEPS: [(&str, Text, i64); 6] = [
    ("5-minutes", texts::five_minutes, 5 * MINUTE),
    ("15-minutes", texts::fifteen_minutes, 15 * MINUTE),
    ("30-minutes", texts::thirty_minutes, 30 * MINUTE),
    ("24-hours", texts::twenty_four_hours, DAY),
    ("60-days", texts::sixty_days, 60 * DAY),
    ("30-months", texts::thirty_months, 913 * DAY),
];

/// The clock that all programs of a demonstration share.
#[derive(Clone)]
pub struct MovableClock {
    /// This instant: microseconds since 1970 (UTC).
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// How far it has been moved: microseconds.
    pub offset: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Moves it from one offset to another; `false` where it isn't at the first any more, or the new one can't be kept.
    pub shift: Arc<dyn Fn(i64, i64) -> bool + Send + Sync>,
}

/// The clock with the token of its form.
#[derive(Clone)]
pub(crate) struct ClockForm {
    clock: MovableClock,
    token: String,
}

/// What the list shows of it.
pub(crate) struct ClockPart {
    pub(crate) action: String,
    pub(crate) machine_time: String,
    pub(crate) time: String,
    pub(crate) token: String,
    pub(crate) from: i64,
    pub(crate) steps: Vec<(&'static str, &'static str)>,
}

impl ClockForm {
    pub(crate) fn new(clock: MovableClock) -> Self {
        let mut bytes = [0; 32];
        // Without randomness the token is one that nobody sends: the clock stays.
        let token = match fill(&mut bytes) {
            Ok(()) => BASE64_URL_SAFE_NO_PAD.encode(bytes),
            Err(_) => String::new(),
        };
        Self { clock, token }
    }

    pub(crate) fn part(&self, language: Language) -> ClockPart {
        let now = (self.clock.now)();
        ClockPart {
            action: format!("/{}/clock", language.code()),
            machine_time: iso_date_time(now),
            time: format_date_time(language, now),
            token: self.token.clone(),
            from: (self.clock.offset)(),
            steps: STEPS.iter().map(|(value, text, _)| (*value, text(language))).collect(),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct MoveForm {
    token: String,
    from: i64,
    step: String,
}

/// POST `/{l}/clock`
pub(crate) async fn post(
    request: HttpRequest,
    mailbox: web::Data<Mailbox>,
    language: web::Path<Language>,
    form: web::Form<MoveForm>,
) -> HttpResponse {
    let Some(own) = &mailbox.clock else { return HttpResponse::NotFound().finish() };
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let is_own = !own.token.is_empty()
        && verify_slices_are_equal(own.token.as_bytes(), form.token.as_bytes()).is_ok()
        && site.is_none_or(|site| site == "same-origin");
    if !is_own {
        return HttpResponse::Forbidden().finish();
    }
    let Some((_, _, step)) = STEPS.iter().find(|(value, _, _)| *value == form.step) else {
        return HttpResponse::BadRequest().finish();
    };
    // Of a double click only the first moves it. The years end somewhere: a clock that is far ahead stays.
    let to = form.from.saturating_add(*step);
    if to < 100 * 365 * DAY {
        (own.clock.shift)(form.from, to);
    }
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/{}/", language.code()))).finish()
}
