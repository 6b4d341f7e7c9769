//! `POST /backchannel-logout`: the provider says that a session has ended there (OpenID Connect Back-Channel Logout 1.0).
//! For programs: it answers with statuses, never with a page.

use crate::Front;
use actix_web::{HttpResponse, web};
use relying_party::Failure;
use serde::Deserialize;
use serde_json::json;

/// Section 2.5.
#[derive(Deserialize)]
pub(crate) struct LogoutForm {
    logout_token: String,
}

/// 200 when the sessions have ended or none was there, 400 for a token that is wrong or came before (section 2.8), 503
/// when it can't be looked at now: the provider sends another one later.
pub(crate) async fn post(front: web::Data<Front>, form: web::Form<LogoutForm>) -> HttpResponse {
    let now = front.now();
    let notice = match front.relying_party.verify_logout_token(&form.logout_token, now).await {
        Ok(notice) => notice,
        Err(error) => {
            tracing::warn!(%error, "a logout token was refused");
            return match error.failure() {
                Failure::Unreachable => HttpResponse::ServiceUnavailable().finish(),
                _ => refused(),
            };
        }
    };
    match front.database.end_sessions(front.settings.issuer.clone(), notice, now).await {
        Ok(true) => HttpResponse::Ok().finish(),
        Ok(false) => {
            tracing::warn!("a logout token came twice");
            refused()
        }
        Err(error) => {
            tracing::error!(%error, "sessions could not be ended");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}

fn refused() -> HttpResponse {
    HttpResponse::BadRequest()
        .json(json!({"error": "invalid_request", "error_description": "the logout token is not valid"}))
}
