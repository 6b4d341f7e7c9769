//! The list, a mail, and its HTML part.

use crate::clock::{self, ClockPart};
use crate::folder::MailName;
use crate::message::{self, Piece, Summary};
use crate::{Mailbox, texts};
use actix_web::error::BlockingError;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use askama::Template;
use ontario_design::{Frame, assets, content_security_policy};
use ontario_language::Language;
use serde::Deserialize;

/// For the HTML part of a mail: nothing is loaded, run or sent; links open in the window when a person follows them.
const SANDBOX: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                       frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";
const STYLE_SHEET: &str = include_str!("../static/mailbox.css");
const LAST_PAGE: usize = 1000;

#[derive(Debug, thiserror::Error)]
pub(crate) enum MailboxError {
    #[error("the folder of mails cannot be read: {0}")]
    Folder(#[from] std::io::Error),
    #[error("a page does not render: {0}")]
    Render(#[from] askama::Error),
    #[error("the blocking pool is gone")]
    Stopping(#[from] BlockingError),
}

impl ResponseError for MailboxError {
    fn error_response(&self) -> HttpResponse {
        tracing::error!(error = %self, "a request failed");
        HttpResponse::InternalServerError().content_type("text/plain; charset=utf-8").body(format!(
            "{}\n{}\n",
            texts::failure_text(Language::English),
            texts::failure_text(Language::French)
        ))
    }
}

type Answer = Result<HttpResponse, MailboxError>;

/// Every address of the viewer.
pub(crate) fn configure(app: &mut web::ServiceConfig, mailbox: &web::Data<Mailbox>) {
    let policy = format!("{}; frame-src 'self'", content_security_policy(&[]));
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, policy))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"));
    app.app_data(mailbox.clone()).service(
        web::scope("")
            .wrap(headers)
            .route("/", web::get().to(root))
            .route("/mailbox.css", web::get().to(style_sheet))
            .route("/static/{file}", web::get().to(asset))
            .route("/{l:en|fr}/", web::get().to(list))
            .route("/{l:en|fr}/clock", web::post().to(clock::post))
            .route("/{l:en|fr}/mail/{name}", web::get().to(mail))
            .route("/{l:en|fr}/mail/{name}/html", web::get().to(html_part))
            .default_service(web::to(not_found)),
    );
}

/// The language of the browser decides; each page links to the other.
async fn root(request: HttpRequest) -> HttpResponse {
    let header = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = header.and_then(Language::from_accept_language).unwrap_or_default();
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/{}/", language.code()))).finish()
}

async fn style_sheet() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE_SHEET)
}

async fn asset(request: HttpRequest, mailbox: web::Data<Mailbox>, file: web::Path<String>) -> Answer {
    let Some(asset) = assets::find(&file) else { return not_found(request, mailbox).await };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes))
}

/// One line of the list.
struct Line {
    href: String,
    summary: Summary,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    refresh: String,
    lines: Vec<Line>,
    newer: Option<String>,
    older: Option<String>,
    clock: Option<ClockPart>,
}

#[derive(Deserialize)]
struct ListQuery {
    page: Option<String>,
}

/// `/{l}/`
async fn list(
    mailbox: web::Data<Mailbox>,
    language: web::Path<Language>,
    query: web::Query<ListQuery>,
) -> Answer {
    let language = *language;
    // Pages count from 1; anything else is the first.
    let page =
        query.page.as_deref().and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).clamp(1, LAST_PAGE);
    let folder = mailbox.folder.clone();
    let (mails, more) = web::block(move || folder.list(page - 1)).await??;
    let code = language.code();
    let href = |name: &MailName| format!("/{code}/mail/{}", name.as_str());
    let lines = mails
        .iter()
        .map(|(name, content)| Line {
            href: href(name),
            summary: message::summarize(&content.bytes, language),
        })
        .collect();
    let address = |language: Language, page: usize| match page {
        1 => format!("/{}/", language.code()),
        page => format!("/{}/?page={page}", language.code()),
    };
    html(&ListPage {
        frame: Frame::new(language, &mailbox.site, texts::list_title(language))
            .language_link(address(language.other(), page))
            .wide(),
        refresh: address(language, page),
        lines,
        newer: (page > 1).then(|| address(language, page - 1)),
        older: more.then(|| address(language, page + 1)),
        clock: mailbox.clock.as_ref().map(|clock| clock.part(language)),
    })
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    frame: Frame,
    summary: Summary,
    cut: bool,
    text: Vec<Piece>,
    html: Option<String>,
    html_title: String,
}

/// `/{l}/mail/{name}`
async fn mail(
    request: HttpRequest,
    mailbox: web::Data<Mailbox>,
    path: web::Path<(Language, String)>,
) -> Answer {
    let (language, name) = path.into_inner();
    let Some((opened, cut)) = open(&mailbox, language, &name).await? else {
        return not_found(request, mailbox).await;
    };
    let subject = opened.summary.subject.clone().unwrap_or_else(|| texts::no_subject(language).to_owned());
    let address = |language: Language| format!("/{}/mail/{name}", language.code());
    html(&MailPage {
        frame: Frame::new(language, &mailbox.site, subject.clone())
            .language_link(address(language.other()))
            .back(format!("/{}/", language.code()))
            .wide(),
        summary: opened.summary,
        cut,
        text: opened.text,
        html: opened.html.map(|_| format!("{}/html", address(language))),
        html_title: texts::html_frame(language, subject),
    })
}

/// `/{l}/mail/{name}/html`: the HTML as it came, under a policy that lets it do nothing.
async fn html_part(
    request: HttpRequest,
    mailbox: web::Data<Mailbox>,
    path: web::Path<(Language, String)>,
) -> Answer {
    let (language, name) = path.into_inner();
    let part = open(&mailbox, language, &name).await?.and_then(|(opened, _)| opened.html);
    let Some(part) = part else { return not_found(request, mailbox).await };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, SANDBOX))
        .content_type("text/html; charset=utf-8")
        // Links lead the whole window on: the pages they lead to refuse to be framed.
        .body(format!("<!DOCTYPE html><base target=\"_top\">{part}")))
}

async fn open(
    mailbox: &Mailbox,
    language: Language,
    name: &str,
) -> Result<Option<(message::Opened, bool)>, MailboxError> {
    let Some(name) = MailName::parse(name) else { return Ok(None) };
    let folder = mailbox.folder.clone();
    let opened = web::block(move || {
        let content = folder.open(&name)?;
        Ok::<_, std::io::Error>(content.map(|content| (message::open(&content.bytes, language), content.cut)))
    });
    Ok(opened.await??)
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {
    frame: Frame,
    list: String,
}

async fn not_found(request: HttpRequest, mailbox: web::Data<Mailbox>) -> Answer {
    let language = request.path().split('/').nth(1).and_then(Language::from_code).unwrap_or_default();
    let page = NotFoundPage {
        frame: Frame::new(language, &mailbox.site, texts::not_found_title(language))
            .language_link(format!("/{}/", language.other().code())),
        list: format!("/{}/", language.code()),
    };
    Ok(HttpResponse::build(StatusCode::NOT_FOUND)
        .content_type("text/html; charset=utf-8")
        .body(page.render()?))
}

fn html(page: &impl Template) -> Answer {
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.render()?))
}
