//! C2: the sign-in partners that open the account, and taking one off. Which bank a person uses nobody here knows: a line is a
//! partner's entry and the time of the link.

use super::{Page, ShownTime, done, done_at, frame, not_me, recently_proven, signed_in};
use crate::journeys::recovery;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::Account;
use idp_store::{NewMail, PartnerLink, SessionWithAccount, UnlinkOutcome, UnlinkPartner};
use ontario_design::Frame;
use ontario_design::components::Alert;
use std::time::Duration;

/// Where one is taken off, after the language.
pub const UNLINK: &str = "/account/partners/unlink";

/// How long the mail about it waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

/// A linked partner.
pub(super) struct PartnerLine {
    /// As its entry calls it.
    pub(super) name: String,
    linked: ShownTime,
    last_used: ShownTime,
    unlink: String,
}

#[derive(Template)]
#[template(path = "account/partners.html")]
struct PartnersPage {
    frame: Frame,
    partners: Vec<PartnerLine>,
}

/// The links as people see them.
///
/// # Errors
/// The database is away.
pub(super) async fn lines(visit: &Visit, links: &[PartnerLink]) -> Result<Vec<PartnerLine>, Problem> {
    let l = visit.language;
    let known = visit.app.sign_in_partners().await?;
    let line = |link: &PartnerLink| {
        // A partner that was disabled since has no entry that is shown to people.
        let entry = known.iter().find(|known| known.partner.id == link.partner);
        PartnerLine {
            name: entry.map_or(t::sign_in_partner::partner(l), |known| known.partner.name.get(l)).to_owned(),
            linked: ShownTime::new(l, link.linked_at),
            last_used: ShownTime::new(l, link.last_used_at),
            unlink: format!("{}?link={}", visit.plain_url(UNLINK), link.subject.to_base64url()),
        }
    };
    Ok(links.iter().map(line).collect())
}

/// `GET /{l}/account/partners`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Partners, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let links = visit.app.store.list_partner_links(session.account.id.clone()).await?;
    let page = PartnersPage {
        partners: lines(visit, &links).await?,
        frame: frame(visit, Page::Partners, t::account::partners(l), &session).alert(
            (done(visit) == Some("unlinked")).then(|| Alert::success(l, t::account::unlinked(l)).focused()),
        ),
    };
    visit.page(200, &page)
}

/// The link of this account that is named.
async fn named(visit: &Visit, account: &Account, name: &str) -> Result<(PartnerLink, PartnerLine), Problem> {
    let links = visit.app.store.list_partner_links(account.id.clone()).await?;
    let link = links.into_iter().find(|link| link.subject.to_base64url() == name).ok_or(Problem::NotFound)?;
    let shown = lines(visit, std::slice::from_ref(&link)).await?.pop().ok_or(Problem::NotFound)?;
    Ok((link, shown))
}

/// `GET /{l}/account/partners/unlink?link=…`
///
/// # Errors
/// X7 for what is not linked to the account; the database is away.
pub async fn ask(visit: &Visit) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Partners, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let name = visit.query.get("link").ok().flatten().unwrap_or_default();
    let (link, shown) = named(visit, &session.account, name).await?;
    page(visit, &session, &link, &shown, 200)
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    link: &PartnerLink,
    shown: &PartnerLine,
    status: u16,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let subject = link.subject.to_base64url();
    let alert = (status != 200).then(|| {
        Alert::warning(l, t::account::unlink_last_way(l))
            .link(t::account::set_password(l), visit.plain_url(recovery::PATH))
            .id("refused")
            .focused()
    });
    let form = ButtonForm {
        action: visit.plain_url(UNLINK),
        fields: vec![("link", subject.clone())],
        ..visit.button_form("unlink-form", UNLINK, t::account::unlink(l))
    };
    let frame = frame(visit, Page::Partners, t::account::unlink_title(l, &shown.name), session)
        .language_link(format!("/{}{UNLINK}?link={subject}", l.other().code()))
        .alert(alert);
    MessagePage::new(frame, "unlink-page", vec![t::account::unlink_text(l, &shown.name)])
        .form(form)
        .link(t::cancel(l), visit.plain_url(Page::Partners.path()))
        .answer(visit, status)
}

/// `POST /{l}/account/partners/unlink`
///
/// # Errors
/// X7 for what is not linked to the account; the database is away.
pub async fn unlink(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Partners, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let (link, shown) = named(visit, &session.account, form.value("link")).await?;
    let request = UnlinkPartner {
        account: session.account.id.clone(),
        subject: link.subject,
        mail: mail(visit, &session.account)?,
        now: visit.now,
    };
    match visit.app.store.unlink_partner(request).await? {
        UnlinkOutcome::Unlinked => Ok(done_at(visit, Page::Partners, "unlinked")),
        UnlinkOutcome::Gone => Err(Problem::NotFound),
        UnlinkOutcome::LastWay => page(visit, &session, &link, &shown, 422),
    }
}

fn mail(visit: &Visit, account: &Account) -> Result<NewMail, Problem> {
    let Some(to) = account.email().cloned() else { return Err(Problem::Forbidden) };
    let mail = Mail::PartnerUnlinked { at: visit.now.micros(), account: not_me::address(visit) };
    let envelope = Envelope { to, language: account.language, mail };
    let sealed = envelope.seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE));
    sealed.map_err(|error| Problem::internal(&error))
}
