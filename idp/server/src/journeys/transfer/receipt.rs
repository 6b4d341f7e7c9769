//! The receipt: a signed statement of the decision, to print or to keep, and the page where anybody checks one.

use super::{DONE, RECEIPT, VERIFY, signed_in};
use crate::adapters::receipts;
use crate::journeys::account::Page;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::time::Timestamp;
use idp_domain::transfer::{ReceiptClaims, ReceiptDecision};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens, TextField};
use ontario_language::format_date_time;

#[derive(Template)]
#[template(path = "transfer/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    facts: Vec<String>,
    code: String,
    download: String,
}

/// `GET /{l}/transfer/receipt`; with `download`, as a file.
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let app = &visit.app;
    let Some(decision) = app.store.find_transfer_decision(session.account.id.clone()).await? else {
        return Err(Problem::NotFound);
    };
    let (claims, code) = receipts::issue(app, &decision).await.map_err(|error| Problem::internal(&error))?;
    if visit.query.get("download").ok().flatten().is_some() {
        return Ok(visit.dress(Answer::text_file("one-key-receipt.txt", format!("{code}\n"))));
    }
    let l = visit.language;
    let url = visit.url(RECEIPT);
    let waits = visit.kept_request().await?.is_some_and(|kept| !kept.is_answered());
    let back = visit.url(if waits { DONE } else { Page::Transfer.path() });
    let separator = if url.contains('?') { '&' } else { '?' };
    let mut facts = facts(l, &claims);
    facts.push(t::transfer::check_at(l, format!("{}/{}{VERIFY}", app.issuer(), l.code())));
    let page = ReceiptPage {
        facts,
        code,
        download: format!("{url}{separator}download=1"),
        frame: visit.signed_in_frame(t::transfer::receipt_title(l), &session).back(back),
    };
    visit.page(200, &page)
}

/// What a receipt says, in words.
fn facts(l: Language, claims: &ReceiptClaims) -> Vec<String> {
    let at = format_date_time(l, Timestamp::from_seconds(claims.iat).micros());
    let what = match claims.decision {
        ReceiptDecision::Transferred => t::transfer::transferred_on(l, at),
        ReceiptDecision::Declined => t::transfer::declined_on(l, at),
    };
    vec![what, t::transfer::number(l, &claims.jti)]
}

#[derive(Template)]
#[template(path = "transfer/verify.html")]
struct VerifyPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    facts: Vec<String>,
    receipt: TextField,
}

/// `GET /{l}/receipts/verify`
///
/// # Errors
/// The page can't be rendered.
pub async fn verify_page(visit: &Visit) -> Result<Answer, Problem> {
    page(visit, 200, "", Vec::new(), ErrorSummary::new(visit.language))
}

fn page(
    visit: &Visit,
    status: u16,
    receipt: &str,
    facts: Vec<String>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let genuine = (!facts.is_empty()).then(|| Alert::success(l, t::transfer::genuine(l)).focused());
    let template = VerifyPage {
        action: visit.url(VERIFY),
        tokens: visit.form_tokens(),
        facts,
        receipt: TextField::text(l, "receipt", t::transfer::verify_field(l))
            .hint(t::transfer::verify_hint(l))
            .without_spellcheck()
            .value(receipt)
            .errors_of(&errors),
        frame: visit.frame(t::transfer::verify_title(l)).language_button().alert(genuine).errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/receipts/verify`
///
/// # Errors
/// The database is away.
pub async fn verify(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let typed: String = form.value("receipt").split_whitespace().collect();
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("receipt", t::form_stale(l));
    } else if typed.is_empty() {
        errors.add("receipt", t::transfer::receipt_required(l));
    }
    if !errors.is_empty() {
        return page(visit, 422, &typed, Vec::new(), errors);
    }
    let claims = receipts::verify(&visit.app.keys, &visit.app.store, visit.app.issuer(), &typed).await?;
    if let Some(claims) = claims {
        return page(visit, 200, &typed, facts(l, &claims), errors);
    }
    errors.add("receipt", t::transfer::not_genuine(l));
    page(visit, 422, &typed, Vec::new(), errors)
}
