//! C10: the services that the account has used, what each receives, and disconnecting one.

use super::{Page, ShownTime, done, done_at, frame, signed_in};
use crate::journeys::consent;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::account::Account;
use idp_domain::client::Client;
use idp_domain::consent::{Disclosures, registered};
use idp_domain::ids::ClientId;
use idp_store::{ConnectedService, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::Alert;

/// Where one is disconnected, after the language.
pub const DISCONNECT: &str = "/account/services/disconnect";

struct ServiceLine {
    name: String,
    first_used: ShownTime,
    last_used: ShownTime,
    receives: Vec<String>,
    open: Option<String>,
    disconnect: String,
}

#[derive(Template)]
#[template(path = "account/services.html")]
struct ServicesPage {
    frame: Frame,
    services: Vec<ServiceLine>,
}

/// `GET /{l}/account/services`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Services, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let id = &session.account.id;
    let consents = visit.app.store.list_consents(id.clone()).await?;
    let mut services = Vec::new();
    for service in visit.app.store.list_connected_services(id.clone()).await? {
        let allowed = consents.iter().find(|consent| consent.client_id == service.client.id);
        let given =
            allowed.map_or_else(|| registered(&service.client), |consent| consent.disclosures.clone());
        let open = address(visit, &service.client).await?;
        services.push(line(visit, &session.account, &service, &given, open));
    }
    let page = ServicesPage {
        services,
        frame: frame(visit, Page::Services, t::account::services(l), &session).alert(
            (done(visit) == Some("disconnected"))
                .then(|| Alert::success(l, t::account::disconnected(l)).focused()),
        ),
    };
    visit.page(200, &page)
}

fn line(
    visit: &Visit,
    account: &Account,
    service: &ConnectedService,
    given: &Disclosures,
    open: Option<String>,
) -> ServiceLine {
    let l = visit.language;
    let client = &service.client;
    ServiceLine {
        name: client.name.get(l).to_owned(),
        first_used: ShownTime::new(l, service.first_used_at),
        last_used: ShownTime::new(l, service.last_used_at),
        receives: receives(l, client, account, given),
        open,
        disconnect: format!("{}?service={}", visit.plain_url(DISCONNECT), client.id.as_str()),
    }
}

/// Where a service begins; a disabled one opens nothing.
///
/// # Errors
/// The database is away.
pub(super) async fn address(visit: &Visit, client: &Client) -> Result<Option<String>, Problem> {
    let served = visit.app.find_service(&client.id).await?.is_some();
    Ok(client.initiate_login_uri.clone().filter(|_| served))
}

/// What a service is given, in words.
pub(super) fn receives(l: Language, client: &Client, account: &Account, given: &Disclosures) -> Vec<String> {
    given.iter().filter_map(|disclosure| consent::words(l, client, account, *disclosure)).collect()
}

/// The connected service that `id` names, if it is one of this account's.
async fn connected(
    visit: &Visit,
    session: &SessionWithAccount,
    id: &str,
) -> Result<Option<ConnectedService>, Problem> {
    let services = visit.app.store.list_connected_services(session.account.id.clone()).await?;
    Ok(services.into_iter().find(|service| service.client.id.as_str() == id))
}

/// `GET /{l}/account/services/disconnect?service=…`
///
/// # Errors
/// X7 for a service that the account isn't connected with.
pub async fn ask(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Services, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let id = visit.query.get("service").ok().flatten().unwrap_or_default();
    let Some(service) = connected(visit, &session, id).await? else { return Err(Problem::NotFound) };
    let name = service.client.name.get(l);
    let query = format!("?service={}", service.client.id.as_str());
    let form = ButtonForm {
        action: visit.plain_url(DISCONNECT),
        fields: vec![("service", service.client.id.as_str().to_owned())],
        ..visit.button_form("disconnect-form", DISCONNECT, t::account::disconnect(l))
    };
    let texts = vec![
        t::account::disconnect_text(l, name),
        t::account::disconnect_keeps(l, name),
        t::account::disconnect_again(l, name),
    ];
    let frame = frame(visit, Page::Services, t::account::disconnect_title(l, name), &session)
        .language_link(format!("/{}{DISCONNECT}{query}", l.other().code()));
    MessagePage::new(frame, "disconnect-page", texts)
        .form(form)
        .link(t::cancel(l), visit.plain_url(Page::Services.path()))
        .answer(visit, 200)
}

/// `POST /{l}/account/services/disconnect`
///
/// # Errors
/// The database is away.
pub async fn disconnect(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Services, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let Some(client) = ClientId::parse(form.value("service")) else { return Err(Problem::BadForm) };
    if visit.app.store.disconnect_service(session.account.id.clone(), client, visit.now).await? {
        Ok(done_at(visit, Page::Services, "disconnected"))
    } else {
        Ok(visit.dress(Answer::see_other(visit.plain_url(Page::Services.path()))))
    }
}
