//! O9 and O10: the services that one is enrolled in, and all that there are: by kind, from A to Z, searched.
//!
//! Choosing a service goes to where its sign-in begins; it enrols by coming back with a request, as any service does.

use super::{manage, signed_in, signed_in_frame};
use crate::locales::one_key as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::AccountKind;
use idp_domain::client::{Category, Client};
use idp_store::SessionWithAccount;
use ontario_design::Frame;
use ontario_design::components::FormTokens;
use ontario_language::{Language, format_date_time};

/// O9.
pub const PATH: &str = "/one-key/services";
/// O10.
pub const ALL: &str = "/one-key/services/all";
/// The search.
pub const SEARCH: &str = "/one-key/services/search";
/// The kinds of service.
pub const CATEGORIES: &str = "/one-key/services/category";

/// What the side list leads to: words, address, and whether it is here.
struct MenuLine {
    label: &'static str,
    href: String,
    here: bool,
}

/// One service.
struct ServiceLine {
    name: String,
    href: Option<String>,
    ministry: Option<String>,
    description: Option<String>,
    key: String,
    category: Category,
}

/// A letter or a category with its services; an empty letter is only shown among the letters.
struct Group {
    heading: String,
    services: Vec<ServiceLine>,
}

#[derive(Template)]
#[template(path = "one_key/services.html")]
struct ServicesPage {
    frame: Frame,
    welcome: String,
    last_login: Option<String>,
    menu: Vec<MenuLine>,
    sign_out: String,
    tokens: FormTokens,
    search: String,
    q: String,
    count: Option<String>,
    count_one: &'static str,
    count_many: String,
    count_none: String,
    empty: Option<(String, String)>,
    letters: bool,
    groups: Vec<Group>,
}

/// Which list a page shows.
enum Shown {
    Enrolled,
    Category(Category),
    ByCategory,
    AtoZ,
    Found(String),
}

/// `GET /{l}/one-key/services`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    show(visit, Shown::Enrolled).await
}

/// `GET /{l}/one-key/services/all`
///
/// # Errors
/// The database is away.
pub async fn all(visit: &Visit) -> Result<Answer, Problem> {
    show(visit, Shown::AtoZ).await
}

/// `GET /{l}/one-key/services/search?q=`
///
/// # Errors
/// The database is away.
pub async fn search(visit: &Visit) -> Result<Answer, Problem> {
    let q: String = visit.query.get("q").ok().flatten().unwrap_or_default().chars().take(100).collect();
    show(visit, Shown::Found(q.trim().to_owned())).await
}

/// `GET /{l}/one-key/services/category` and `/category/{c}`
///
/// # Errors
/// The database is away, or there is no such category.
pub async fn category(visit: &Visit) -> Result<Answer, Problem> {
    match visit.path.strip_prefix(CATEGORIES).unwrap_or_default().trim_start_matches('/') {
        "" => show(visit, Shown::ByCategory).await,
        "personal" => show(visit, Shown::Category(Category::Personal)).await,
        "business" => show(visit, Shown::Category(Category::Business)).await,
        _ => Err(Problem::NotFound),
    }
}

async fn show(visit: &Visit, shown: Shown) -> Result<Answer, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let clients: Vec<Client> = if matches!(shown, Shown::Enrolled) {
        let enrolled = visit.app.store.list_connected_services(session.account.id.clone()).await?;
        enrolled.into_iter().map(|service| service.client).collect()
    } else {
        let all = visit.app.store.list_services().await?;
        all.into_iter().map(|service| service.client).filter(|c| c.takes(AccountKind::OneKey)).collect()
    };
    let wanted = |client: &Client| match &shown {
        Shown::Enrolled | Shown::ByCategory | Shown::AtoZ => true,
        Shown::Category(category) => client.category == *category,
        Shown::Found(q) => client.is_found_by(l, q),
    };
    let mut lines: Vec<ServiceLine> =
        clients.iter().filter(|client| wanted(client)).map(|client| line(l, client)).collect();
    lines.sort_by(|one, other| one.key.cmp(&other.key));
    page(visit, &session, &shown, lines).await
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    shown: &Shown,
    lines: Vec<ServiceLine>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let title = match shown {
        Shown::Enrolled => t::my_services(l),
        Shown::Category(category) => category_name(l, *category),
        Shown::ByCategory => t::by_category(l),
        Shown::AtoZ => t::all_services(l),
        Shown::Found(_) => t::find_services(l),
    };
    let details = visit.app.store.find_one_key_details(session.account.id.clone()).await?;
    let last = details.previous_sign_in_at.or(session.account.last_sign_in_at);
    let q = if let Shown::Found(q) = shown { q.clone() } else { String::new() };
    let empty = lines.is_empty().then(|| empty_text(l, shown));
    let count = matches!(shown, Shown::Found(_)).then(|| found(l, lines.len()));
    let letters = matches!(shown, Shown::AtoZ | Shown::Category(_));
    let template = ServicesPage {
        welcome: t::welcome(l, session.account.name.as_str()),
        last_login: last.map(|at| t::last_login(l, format_date_time(l, at.micros()))),
        menu: menu(visit),
        sign_out: visit.url("/sign-out"),
        tokens: visit.form_tokens(),
        search: visit.url(SEARCH),
        q,
        count: count.filter(|_| empty.is_none()),
        count_one: t::one_service_found(l),
        count_many: t::services_found(l, "{n}"),
        count_none: t::no_match(l, "{q}"),
        empty: empty.map(|text| (text, visit.url(ALL))),
        letters,
        groups: match shown {
            Shown::ByCategory => by_category(l, lines),
            _ => group(lines, letters),
        },
        frame: signed_in_frame(visit, title, session)
            .language_link(language_url(visit))
            .wide()
            .script("services.js"),
    };
    visit.page(200, &template)
}

/// The same page in the other language, with what is searched.
fn language_url(visit: &Visit) -> String {
    let url = visit.url_in(visit.language.other(), &visit.path);
    let q = visit.query.get("q").ok().flatten().unwrap_or_default();
    if q.is_empty() {
        return url;
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    format!("{url}{separator}q={q}")
}

fn empty_text(l: Language, shown: &Shown) -> String {
    match shown {
        Shown::Enrolled => t::not_enrolled(l).to_owned(),
        Shown::Found(q) => t::no_match(l, q),
        Shown::Category(_) | Shown::ByCategory | Shown::AtoZ => t::no_services(l).to_owned(),
    }
}

fn found(l: Language, count: usize) -> String {
    if count == 1 { t::one_service_found(l).to_owned() } else { t::services_found(l, count) }
}

fn menu(visit: &Visit) -> Vec<MenuLine> {
    let l = visit.language;
    let categories = |name: &str| format!("{CATEGORIES}{name}");
    [
        (t::my_services(l), PATH.to_owned()),
        (t::manage(l), manage::PATH.to_owned()),
        (t::business_services(l), categories("/business")),
        (t::personal_services(l), categories("/personal")),
        (t::by_category(l), categories("")),
        (t::all_services(l), ALL.to_owned()),
    ]
    .into_iter()
    .map(|(label, path)| MenuLine { label, here: path == visit.path, href: visit.url(&path) })
    .collect()
}

fn line(l: Language, client: &Client) -> ServiceLine {
    let name = client.name.get(l).to_owned();
    let text =
        |text: &Option<idp_domain::client::BilingualText>| text.as_ref().map(|text| text.get(l).to_owned());
    ServiceLine {
        key: client.sort_key(l),
        category: client.category,
        href: client.initiate_login_uri.clone(),
        ministry: text(&client.ministry),
        description: text(&client.description),
        name,
    }
}

fn category_name(l: Language, category: Category) -> &'static str {
    match category {
        Category::Personal => t::personal_services(l),
        Category::Business => t::business_services(l),
    }
}

/// Under the name of each category that has a service.
fn by_category(l: Language, lines: Vec<ServiceLine>) -> Vec<Group> {
    let (business, personal) = lines.into_iter().partition(|line| line.category == Category::Business);
    let group = |category, services| Group { heading: category_name(l, category).to_owned(), services };
    vec![group(Category::Business, business), group(Category::Personal, personal)]
}

fn group(lines: Vec<ServiceLine>, by_letter: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    if by_letter {
        groups.extend(('A'..='Z').map(|letter| Group { heading: letter.to_string(), services: Vec::new() }));
    }
    groups.push(Group { heading: if by_letter { "#".into() } else { String::new() }, services: Vec::new() });
    for line in lines {
        let letter = line.key.chars().next().unwrap_or('#').to_ascii_uppercase().to_string();
        let at = groups.iter().position(|group| group.heading == letter).unwrap_or(groups.len() - 1);
        if let Some(group) = groups.get_mut(at) {
            group.services.push(line);
        }
    }
    if groups.last().is_some_and(|group| by_letter && group.services.is_empty()) {
        groups.pop();
    }
    groups
}
