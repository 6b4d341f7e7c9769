//! M11: whether a service may have what it asks for. Services of the government's own don't ask, unless they say
//! `prompt=consent`.

use super::client_card::{ClientLinkList, ClientLogo};
use super::resume::{self, Pending};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::Language;
use idp_domain::account::Account;
use idp_domain::client::{Client, SubjectType};
use idp_domain::consent::{Disclosure, Disclosures, asked, is_needed, may_be_remembered};
use idp_domain::ids::AccountId;
use idp_domain::secret::equal_in_constant_time;
use idp_store::{Consent, RegisteredService, SessionWithAccount};
use ontario_design::Frame;
use std::sync::Arc;

/// Where the page is, after the language.
pub const PATH: &str = "/consent";

#[derive(Template)]
#[template(path = "consent/page.html")]
struct ConsentPage {
    frame: Frame,
    signed_in_as: String,
    intro: String,
    items: Vec<String>,
    /// Whether the answer holds for later requests too.
    remembered: bool,
    forms: [ButtonForm; 2],
    logo: ClientLogo,
    links: ClientLinkList,
}

/// Whether `account` allows what `pending` asks for, in this request or before.
///
/// # Errors
/// The database is away.
pub async fn is_given(visit: &Visit, pending: &Pending<'_>, account: &AccountId) -> Result<bool, Problem> {
    let (request, client) = (pending.request, pending.client);
    if !is_needed(request, client) || pending.consented_account == Some(account) {
        return Ok(true);
    }
    if !may_be_remembered(request, client) {
        return Ok(false);
    }
    let remembered = visit.app.store.find_consent(account.clone(), client.id.clone()).await?;
    Ok(remembered.is_some_and(|consent| asked(request, client).is_subset(&consent.disclosures)))
}

/// What the page is about.
struct Question {
    session: SessionWithAccount,
    kept: Kept,
    service: Arc<RegisteredService>,
    asked: Disclosures,
}

impl Question {
    /// Binds the answer to the person who was asked and to what was asked: a form left open in one tab says nothing for
    /// somebody who signed in in another.
    fn seal(&self, visit: &Visit) -> String {
        let words: Vec<&str> = self.asked.iter().map(|disclosure| disclosure.as_str()).collect();
        let parts = [
            self.session.account.id.as_str().as_bytes(),
            self.kept.record.id.as_str().as_bytes(),
            &words.join(" ").into_bytes(),
        ];
        visit.app.data_keys.hash.hash("consent", &parts).to_base64url()
    }
}

/// The question that this visit is about; `None` where there is none to answer.
async fn question(visit: &Visit) -> Result<Option<Question>, Problem> {
    let Some(session) = visit.session().await? else { return Ok(None) };
    let Some(kept) = visit.kept_request().await?.filter(|kept| !kept.is_answered()) else { return Ok(None) };
    let service = Arc::clone(kept.service()?);
    let needed = is_needed(&kept.record.request, &service.client);
    let asked = asked(&kept.record.request, &service.client);
    Ok(needed.then_some(Question { session, kept, service, asked }))
}

/// `GET /{l}/consent`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match question(visit).await? {
        Some(question) => page(visit, &question),
        None => resume::get(visit).await,
    }
}

/// `POST /{l}/consent`: the person allows it. Not allowing it is `/{l}/cancel`.
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(question) = question(visit).await? else { return resume::get(visit).await };
    let sealed = question.seal(visit);
    if form.stale || !equal_in_constant_time(form.value("question").as_bytes(), sealed.as_bytes()) {
        return page(visit, &question);
    }
    let given = Consent {
        account_id: question.session.account.id.clone(),
        client_id: question.service.client.id.clone(),
        disclosures: question.asked,
        given_at: visit.now,
    };
    visit.app.store.give_consent(question.kept.record.id, given).await?;
    resume::go_on(visit, Some(&question.session)).await
}

fn page(visit: &Visit, question: &Question) -> Result<Answer, Problem> {
    let l = visit.language;
    let (client, account) = (&question.service.client, &question.session.account);
    let name = client.name.get(l);
    let allow = ButtonForm {
        fields: vec![("question", question.seal(visit))],
        ..visit.button_form("allow-form", PATH, t::allow(l))
    };
    let deny = ButtonForm { primary: false, ..visit.button_form("deny-form", "/cancel", t::do_not_allow(l)) };
    let page = ConsentPage {
        frame: visit.plain_frame(t::consent_title(l, name)),
        signed_in_as: t::signed_in_as(l, account.name.as_str()),
        intro: t::consent_intro(l, name),
        items: question
            .asked
            .iter()
            .filter_map(|disclosure| words(l, client, account, *disclosure))
            .collect(),
        remembered: may_be_remembered(&question.kept.record.request, client),
        forms: [allow, deny],
        logo: ClientLogo::new(l, Some(&question.service)),
        links: ClientLinkList::new(l, Some(&question.service)),
    };
    Ok(visit.page(200, &page)?.form_may_end_at(Some(question.kept.redirect_uri())))
}

/// What is given, in words; nothing of what this person hasn't got.
pub(super) fn words(
    l: Language,
    client: &Client,
    account: &Account,
    disclosure: Disclosure,
) -> Option<String> {
    Some(match (disclosure, client.subject_type) {
        (Disclosure::Identifier, SubjectType::Pairwise) => t::consent_pairwise(l).into(),
        (Disclosure::Identifier, SubjectType::Public) => t::consent_public(l).into(),
        (Disclosure::Email, _) => t::consent_email(l, account.email()?.as_str()),
        (Disclosure::Language, _) => match account.language {
            Language::English => t::consent_english(l).into(),
            Language::French => t::consent_french(l).into(),
        },
        (Disclosure::EarlierAccount, _) => t::consent_earlier_account(l).into(),
        (Disclosure::OfflineAccess, _) => t::consent_offline(l).into(),
    })
}
