//! Turns every bare error answer (no such page, wrong method, malformed or oversized input, a fault) into a page.

use crate::visit::{language_of, other_language_href};
use crate::{Front, texts};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_language::Language;
use relying_party::browser_session::CookieSecret;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    text: &'static str,
    reference: String,
    first_page: String,
}

type Text = fn(Language) -> &'static str;

/// The middleware.
pub(crate) async fn replace_bare_errors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let answer = next.call(request).await?;
    let status = answer.status();
    let is_page = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return Ok(answer.map_into_left_body());
    }
    let reference: String =
        CookieSecret::random().expose().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    if status.is_server_error() {
        let cause = answer.response().error().map(ToString::to_string);
        tracing::error!(reference, cause, "a request failed");
    }
    let page = page(answer.request(), status, reference);
    Ok(answer.into_response(page).map_into_right_body())
}

fn page(request: &HttpRequest, status: StatusCode, reference: String) -> HttpResponse {
    let language = language_of(request);
    let (title, text): (Text, Text) = match status {
        StatusCode::FORBIDDEN => (texts::forbidden_title, texts::forbidden_text),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            (texts::not_found_title, texts::not_found_text)
        }
        StatusCode::PAYLOAD_TOO_LARGE => (texts::too_large_title, texts::too_large_text),
        status if status.is_client_error() => (texts::bad_request_title, texts::bad_request_text),
        _ => (texts::failure_title, texts::failure_text),
    };
    let mut answer = HttpResponse::build(status);
    let Some(front) = request.app_data::<web::Data<Front>>() else { return answer.finish() };
    let page = ErrorPage {
        frame: Frame::new(language, &front.site, title(language))
            .language_link(other_language_href(request, language)),
        text: text(language),
        reference: texts::reference(language, reference),
        first_page: format!("/{}/", language.code()),
    };
    match page.render() {
        Ok(html) => answer.content_type("text/html; charset=utf-8").body(html),
        Err(_) => answer.finish(),
    }
}
