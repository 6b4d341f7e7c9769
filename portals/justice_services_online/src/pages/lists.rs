//! J5 and J6: drafts and transactions, searched and paged; deleting a draft; one transaction.

use super::contact_form::rows;
use super::{MenuItem, Registered, menu, registered};
use crate::contact::Contact;
use crate::filing::{Answers, Filing};
use crate::store::{Document, find_document};
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_language::{Language, format_date_time};
use portal_front::drafts::{self, List, Owner};
use portal_front::handlers::Answer;
use portal_front::search::{Search, SearchParts};
use portal_front::{Form, Member, PortalError, Question, Visit};

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    intro: &'static str,
    search: SearchParts,
    filings: Vec<Filing>,
    no_rows: String,
}

#[derive(Template)]
#[template(path = "transaction.html")]
struct TransactionPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    rows: Vec<(&'static str, String)>,
    contact: Vec<(&'static str, String)>,
}

/// GET `/{l}/drafts` (J5)
pub(crate) async fn drafts(visit: &Visit, member: Member<'_>) -> Answer {
    let l = visit.language;
    let words = [texts::drafts(l), texts::drafts_intro(l), texts::no_drafts(l)];
    show_list(visit, member, List::Drafts, words).await
}

/// GET `/{l}/transactions` (J6)
pub(crate) async fn transactions(visit: &Visit, member: Member<'_>) -> Answer {
    let l = visit.language;
    let words = [texts::transactions(l), texts::transactions_intro(l), texts::no_transactions(l)];
    show_list(visit, member, List::All, words).await
}

async fn show_list(
    visit: &Visit,
    member: Member<'_>,
    list: List,
    [title, intro, none]: [&'static str; 3],
) -> Answer {
    let (id, language) = (registered(visit, member).await?.account_id, visit.language);
    let search = Search::of(visit)?;
    let asked = search.clone();
    let found = visit.front.database.read(move |c| drafts::search(c, id, list, &asked));
    let (filings, total) = found.await?;
    let deleted = visit.done("deleted", texts::draft_deleted(language));
    let saved = || visit.done("saved", texts::draft_saved(language));
    let page = ListPage {
        frame: visit.frame(title).wide().language_button().alert(deleted.or_else(saved)),
        menu: menu(visit),
        intro,
        no_rows: match search.words.as_str() {
            "" => none.to_owned(),
            words => texts::nothing_found(language, words),
        },
        search: search.parts(visit, total, texts::search_hint(language))?,
        filings,
    };
    visit.html(StatusCode::OK, &page)
}

/// A draft of this account, by the handle of the address.
async fn draft(visit: &Visit, account: &Registered) -> Result<Option<Filing>, PortalError> {
    let (owner, handle) = (Owner::of(account.account_id), visit.part("handle").to_owned());
    let found: Option<Filing> = visit.front.database.read(move |c| drafts::find(c, &owner, &handle)).await?;
    Ok(found.filter(|filing| filing.submitted.is_none()))
}

/// GET `/{l}/drafts/{handle}/delete`
pub(crate) async fn ask_delete(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let Some(draft) = draft(visit, &account).await? else { return Err(PortalError::NotFound) };
    let language = visit.language;
    let question = Question {
        about: Some(draft.answers.title_to_show(language).to_owned()),
        text: texts::delete_text(language),
        yes: ("delete", texts::delete_draft(language)),
        warns: true,
        no: ("keep", texts::keep_draft(language), "drafts"),
    };
    visit.ask(visit.frame(texts::delete_title(language)), question)
}

/// POST `/{l}/drafts/{handle}/delete`. At a second click it is gone already, which is what was asked.
pub(crate) async fn delete(visit: &Visit, member: Member<'_>, _: &Form) -> Answer {
    let account = registered(visit, member).await?;
    if let Some(draft) = draft(visit, &account).await? {
        visit.front.database.write(move |c| drafts::delete(c, draft.id)).await?;
    }
    visit.go("drafts?notice=deleted")
}

/// GET `/{l}/transactions/{number}`
pub(crate) async fn transaction(visit: &Visit, member: Member<'_>) -> Answer {
    let (id, language) = (registered(visit, member).await?.account_id, visit.language);
    let number = visit.part("number").to_owned();
    let found = visit.front.database.read(move |c| {
        let Some(filing) = drafts::find_submitted::<Answers>(c, id, &number)? else { return Ok(None) };
        Ok(Some((find_document(c, filing.id)?, filing)))
    });
    let (document, filing) = found.await?.ok_or(PortalError::NotFound)?;
    let submitted = filing.submitted.as_ref().ok_or(PortalError::NotFound)?;
    let alert = visit.done("submitted", texts::submitted_text(language, &submitted.number));
    let mut shown = vec![
        (texts::transaction_number(language), submitted.number.clone()),
        (texts::status(language), texts::status_submitted(language).to_owned()),
        (texts::date(language), format_date_time(language, submitted.at)),
    ];
    shown.extend(filing_rows(language, &filing.answers, document));
    let contact = serde_json::from_str::<Contact>(&submitted.enclosed).ok();
    let page = TransactionPage {
        frame: visit
            .frame(texts::transaction_title(language))
            .alert(alert.map(|alert| alert.heading(texts::submitted_title(language)))),
        menu: menu(visit),
        rows: shown,
        contact: contact.map(|contact| rows(language, &contact)).unwrap_or_default(),
    };
    visit.html(StatusCode::OK, &page)
}

/// What is filed, as label and value.
pub(crate) fn filing_rows(
    language: Language,
    answers: &Answers,
    document: Option<Document>,
) -> Vec<(&'static str, String)> {
    let document = match document {
        Some((name, size)) => format!("{name} ({})", size_text(language, size)),
        None => texts::document_none(language).to_owned(),
    };
    vec![
        (texts::kind(language), answers.kind.name(language).to_owned()),
        (texts::title(language), answers.title.clone()),
        (texts::court(language), answers.court.clone()),
        (texts::document(language), document),
    ]
}

/// `12 KB`, never 0.
pub(crate) fn size_text(language: Language, bytes: i64) -> String {
    texts::kilobytes(language, (bytes + 1023) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(size_text(Language::English, 1), "1 KB");
        assert_eq!(size_text(Language::French, 1025), "2 Ko");
    }
}
