//! What the pages of mailed codes say of the mail that was just asked for. It travels in their address.

use crate::locales as t;
use crate::web::visit::Visit;
use idp_domain::mail_allowance::MailDecision;
use idp_domain::time::{Timestamp, seconds_rounded_up};
use ontario_design::components::Alert;
use ontario_language::format_time;

/// The page at `path`, with what became of the mail.
#[must_use]
pub fn url_after(visit: &Visit, path: &str, decision: MailDecision) -> String {
    let (news, at) = match decision {
        MailDecision::Send => ("sent", visit.now),
        MailDecision::WaitUntil(at) => ("wait", at),
        MailDecision::TooManyUntil(at) => ("max", at),
    };
    let url = visit.url(path);
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mail={news}&at={}", at.seconds())
}

/// The same for a mail that was asked for again.
#[must_use]
pub fn url_after_resend(visit: &Visit, path: &str, decision: MailDecision) -> String {
    format!("{}&again=1", url_after(visit, path, decision))
}

/// Until when the code works that was sent last, in words; nothing where none was sent yet.
#[must_use]
pub fn works_until(visit: &Visit, last_sent_at: Option<Timestamp>) -> Option<String> {
    let l = visit.language;
    let lifetime = visit.in_force.lifetimes.activation_code;
    let time = t::toronto_time(l, format_time(l, last_sent_at?.plus(lifetime).micros()));
    Some(t::code_works_until(l, lifetime.as_secs().div_ceil(60), time))
}

/// What the page's address says of its mail; `first` are the words for the first one that was sent.
#[must_use]
pub fn news(visit: &Visit, first: Option<&str>) -> Option<Alert> {
    let l = visit.language;
    let value = |name| visit.query.get(name).ok().flatten();
    let at = Timestamp::from_seconds(value("at")?.parse().ok()?);
    let time = t::toronto_time(l, format_time(l, at.micros()));
    Some(match value("mail")? {
        "sent" if value("again").is_some() => Alert::success(l, t::new_email_sent(l, time)).focused(),
        "sent" => Alert::success(l, first?).role("status"),
        "wait" if at > visit.now => {
            let span = t::in_seconds(l, seconds_rounded_up(at.since(visit.now)));
            Alert::warning(l, t::resend_wait(l, span)).focused()
        }
        "max" if at > visit.now => Alert::warning(l, t::resend_max(l, time)).focused(),
        _ => return None,
    })
}
