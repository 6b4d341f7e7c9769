//! C11: what became of the one question about ONE-key.

use super::{Page, frame, signed_in};
use crate::journeys::transfer::RECEIPT;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::Account;
use idp_domain::transfer::TransferChoice;
use ontario_language::format_date_time;

/// `GET /{l}/account/transfer`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Transfer, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let decided = visit.app.store.find_transfer_decision(session.account.id.clone()).await?.is_some();
    let text = words(visit, &session.account).await?;
    let frame = frame(visit, Page::Transfer, t::account::transfer(l), &session);
    let page = MessagePage::new(frame, "transfer-status", vec![text]);
    let page = if decided { page.link(t::account::receipt(l), visit.plain_url(RECEIPT)) } else { page };
    page.link(t::contact_us(l), visit.plain_url("/contact")).answer(visit, 200)
}

/// The state in one sentence.
///
/// # Errors
/// The database is away.
pub(super) async fn words(visit: &Visit, account: &Account) -> Result<String, Problem> {
    let l = visit.language;
    let store = &visit.app.store;
    let Some(decision) = store.find_transfer_decision(account.id.clone()).await? else {
        return Ok(t::account::not_asked(l).to_owned());
    };
    let date = format_date_time(l, decision.decided_at.micros());
    Ok(match decision.choice {
        TransferChoice::Declined => t::account::not_transferred(l, date),
        TransferChoice::Transferred(one_key) => {
            let one_key = store.find_account(one_key).await?;
            let id = one_key.map(|account| masked(account.name.as_str())).unwrap_or_default();
            t::account::transferred(l, id, date)
        }
    })
}

/// Enough of an ID to know one's own by: its first and its last character.
fn masked(id: &str) -> String {
    let mut characters = id.chars();
    match (characters.next(), characters.next_back()) {
        (Some(first), Some(last)) => format!("{first}••••{last}"),
        _ => "••••".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_id_shows_neither_its_middle_nor_its_length() {
        assert_eq!(masked("raven.42"), "r••••2");
        assert_eq!(masked("é1"), "é••••1");
        assert_eq!(masked("a"), "••••");
    }
}
