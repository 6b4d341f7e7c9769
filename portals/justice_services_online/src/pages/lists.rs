//! J5 and J6: drafts and transactions, searched and paged; deleting a draft; one transaction.

use super::contact_form::rows;
use super::{MenuItem, Registered, menu, registered};
use crate::contact::Contact;
use crate::store::{self, Filing, List, Listed, PAGE_LENGTH};
use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens, TextField};
use ontario_language::{Language, format_date, format_date_time, iso_date_time};
use portal_front::handlers::Answer;
use portal_front::retention::TWELVE_MONTHS;
use portal_front::{Form, Member, PortalError, Visit, one_line, redirect};
use serde::Deserialize;

/// Longer than any title or number.
const MAX_SEARCH: usize = 200;

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    q: String,
    page: Option<String>,
    notice: Option<String>,
    /// The language control: a button of the search form, so that what was typed goes along.
    #[serde(rename = "_lang")]
    language: Option<String>,
}

/// One row of a table.
struct Row {
    title: String,
    kind: &'static str,
    machine_date: String,
    date: String,
    status: &'static str,
    /// Of a draft: when it ends if nothing happens.
    kept_until: Option<(String, String)>,
    number: Option<String>,
    href: String,
    delete: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    menu: Vec<MenuItem>,
    intro: &'static str,
    action: String,
    search: TextField,
    searched: bool,
    rows: Vec<Row>,
    no_rows: String,
    previous: Option<String>,
    next: Option<String>,
    page_text: String,
}

#[derive(Template)]
#[template(path = "delete_draft.html")]
struct DeletePage {
    frame: Frame,
    tokens: FormTokens,
    title: String,
    keep: String,
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
    show_list(visit, member, List::Drafts).await
}

/// GET `/{l}/transactions` (J6)
pub(crate) async fn transactions(visit: &Visit, member: Member<'_>) -> Answer {
    show_list(visit, member, List::Transactions).await
}

async fn show_list(visit: &Visit, member: Member<'_>, list: List) -> Answer {
    let account = registered(visit, member).await?;
    let query: ListQuery = visit.query()?;
    let q: String = one_line(&query.q).chars().take(MAX_SEARCH).collect();
    if let Some(language) = query.language.as_deref().and_then(Language::from_code) {
        let mut answer = redirect(&href(&format!("/{}/{}", language.code(), visit.page), &q, 1));
        // A cookie that the header can't hold is only not set.
        let _ = answer.add_cookie(&visit.language_cookie(language));
        return Ok(answer);
    }
    let page = query.page.as_deref().and_then(|page| page.parse::<i64>().ok()).unwrap_or(1).max(1);
    let (id, searched) = (account.account_id, q.clone());
    let listed = visit.front.database.read(move |c| store::list(c, id, list, &searched, page)).await?;
    let pages = (listed.total + PAGE_LENGTH - 1) / PAGE_LENGTH;
    if page > pages.max(1) {
        return Ok(redirect(&href(&visit.path(&visit.page), &q, pages.max(1))));
    }
    list_page(visit, list, &listed, &q, (page, pages), query.notice.as_deref())
}

fn list_page(
    visit: &Visit,
    list: List,
    listed: &Listed,
    q: &str,
    (page, pages): (i64, i64),
    notice: Option<&str>,
) -> Answer {
    let language = visit.language;
    let own = visit.path(&visit.page);
    let done = match notice {
        Some("deleted") => Some(texts::draft_deleted(language)),
        Some("saved") => Some(texts::draft_saved(language)),
        _ => None,
    };
    let done = done.map(|text| Alert::success(language, text).role("status").focused());
    let (title, intro, none) = match list {
        List::Drafts => (texts::drafts(language), texts::drafts_intro(language), texts::no_drafts(language)),
        List::Transactions => (
            texts::transactions(language),
            texts::transactions_intro(language),
            texts::no_transactions(language),
        ),
    };
    let page = ListPage {
        frame: visit.frame(title).wide().language_button().alert(done),
        menu: menu(visit),
        intro,
        search: TextField::search(language, "q", texts::search(language))
            .hint(texts::search_hint(language))
            .value(q),
        searched: !q.is_empty(),
        rows: listed.filings.iter().map(|filing| row(visit, filing)).collect(),
        no_rows: if q.is_empty() { none.to_owned() } else { texts::nothing_found(language, q) },
        previous: (page > 1).then(|| href(&own, q, page - 1)),
        next: (page < pages).then(|| href(&own, q, page + 1)),
        page_text: texts::page_of(language, page, pages),
        action: own,
    };
    visit.html(StatusCode::OK, &page)
}

fn row(visit: &Visit, filing: &Filing) -> Row {
    let language = visit.language;
    let title = titled(language, &filing.answers.title);
    let (status, number, href, delete) = match &filing.submitted {
        Some(submitted) => (
            texts::status_submitted(language),
            Some(submitted.number.clone()),
            visit.path(&format!("transactions/{}", submitted.number)),
            None,
        ),
        None => (
            texts::status_draft(language),
            None,
            visit.path(&format!("file/{}/{}", filing.kind.code(), filing.handle)),
            Some(visit.path(&format!("drafts/{}/delete", filing.handle))),
        ),
    };
    Row {
        title,
        kind: filing.kind.name(language),
        machine_date: iso_date_time(filing.changed_at),
        date: format_date(language, filing.changed_at),
        status,
        kept_until: filing.submitted.is_none().then(|| {
            let end = filing.standing.end(TWELVE_MONTHS);
            (iso_date_time(end), format_date(language, end))
        }),
        number,
        href,
        delete,
    }
}

fn titled(language: Language, title: &str) -> String {
    if title.is_empty() { texts::untitled(language).to_owned() } else { title.to_owned() }
}

/// A list's address with its search and page.
fn href(own: &str, q: &str, page: i64) -> String {
    let query: Vec<String> = [
        (!q.is_empty()).then(|| format!("q={}", percent_encoded(q))),
        (page > 1).then(|| format!("page={page}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if query.is_empty() { own.to_owned() } else { format!("{own}?{}", query.join("&")) }
}

/// RFC 3986 section 2.1.
fn percent_encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A draft of this account, by the handle of the address.
async fn draft(visit: &Visit, account: &Registered) -> Result<Option<Filing>, PortalError> {
    let (id, handle) = (account.account_id, visit.part("handle").to_owned());
    let find = move |c: &mut _| store::find_filing(c, id, &handle, "");
    Ok(visit.front.database.read(find).await?.filter(|filing| filing.submitted.is_none()))
}

/// GET `/{l}/drafts/{handle}/delete`
pub(crate) async fn ask_delete(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let Some(draft) = draft(visit, &account).await? else { return Err(PortalError::NotFound) };
    let language = visit.language;
    let page = DeletePage {
        frame: visit.frame(texts::delete_title(language)),
        tokens: visit.form_tokens()?,
        title: titled(language, &draft.answers.title),
        keep: visit.path("drafts"),
    };
    visit.html(StatusCode::OK, &page)
}

/// POST `/{l}/drafts/{handle}/delete`. At a second click it is gone already, which is what was asked.
pub(crate) async fn delete(visit: &Visit, member: Member<'_>, _: &Form) -> Answer {
    let account = registered(visit, member).await?;
    if let Some(draft) = draft(visit, &account).await? {
        visit.front.database.write(move |c| store::delete_draft(c, draft.id)).await?;
    }
    Ok(redirect(&visit.path("drafts?notice=deleted")))
}

/// GET `/{l}/transactions/{number}`
pub(crate) async fn transaction(visit: &Visit, member: Member<'_>) -> Answer {
    let account = registered(visit, member).await?;
    let (id, number) = (account.account_id, visit.part("number").to_owned());
    let found = visit.front.database.read(move |c| store::find_transaction(c, id, &number)).await?;
    let Some((filing, submitted)) =
        found.and_then(|filing| Some((filing.submitted.clone()?, filing)).map(|(s, f)| (f, s)))
    else {
        return Err(PortalError::NotFound);
    };
    let language = visit.language;
    let is_new = visit.query::<ListQuery>()?.notice.as_deref() == Some("submitted");
    let done = is_new.then(|| {
        let text = texts::submitted_text(language, &submitted.number);
        Alert::success(language, text).heading(texts::submitted_title(language)).role("status").focused()
    });
    let contact = serde_json::from_str::<Contact>(&submitted.contact).ok();
    let mut shown = vec![
        (texts::transaction_number(language), submitted.number),
        (texts::status(language), texts::status_submitted(language).to_owned()),
        (texts::date(language), format_date_time(language, submitted.at)),
    ];
    shown.extend(filing_rows(language, &filing));
    let page = TransactionPage {
        frame: visit.frame(texts::transaction_title(language)).alert(done),
        menu: menu(visit),
        rows: shown,
        contact: contact.map(|contact| rows(language, &contact)).unwrap_or_default(),
    };
    visit.html(StatusCode::OK, &page)
}

/// What is filed, as label and value.
pub(crate) fn filing_rows(language: Language, filing: &Filing) -> Vec<(&'static str, String)> {
    let document = match &filing.document {
        Some((name, size)) => format!("{name} ({})", size_text(language, *size)),
        None => texts::document_none(language).to_owned(),
    };
    vec![
        (texts::kind(language), filing.kind.name(language).to_owned()),
        (texts::title(language), filing.answers.title.clone()),
        (texts::court(language), filing.answers.court.clone()),
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
    fn a_search_goes_into_an_address_and_nowhere_else() {
        assert_eq!(href("/en/drafts", "", 1), "/en/drafts");
        assert_eq!(
            href("/en/drafts", "é & \"<#?%\r", 2),
            "/en/drafts?q=%C3%A9%20%26%20%22%3C%23%3F%25%0D&page=2"
        );
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(size_text(Language::English, 1), "1 KB");
        assert_eq!(size_text(Language::French, 1025), "2 Ko");
    }
}
