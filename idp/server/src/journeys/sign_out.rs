//! Signing out: a POST ends the session here; a GET only asks. What a relying service asks for
//! (`endpoints::end_session`) ends here too.

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::ids::ClientId;

/// `GET /{l}/sign-out`: a confirm button.
///
/// # Errors
/// The page can't be rendered.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::sign_out_question_title(l));
    MessagePage::new(frame, "sign-out-page", vec![t::sign_out_question(l).into()])
        .form(visit.button_form("sign-out-form", "/sign-out", t::sign_out(l)))
        .link(t::stay_signed_in(l), visit.url("/account"))
        .answer(visit, 200)
}

/// `POST /{l}/sign-out`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    end(visit, None).await?;
    let answer = Answer::see_other(visit.url("/signed-out"));
    Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)))
}

/// Ends this browser's session, if it has one.
///
/// # Errors
/// The database is away.
pub async fn end(visit: &Visit, client: Option<ClientId>) -> Result<(), Problem> {
    if let Some(session) = visit.session().await? {
        visit.app.store.end_session(session.session.id, client, visit.now).await?;
    }
    Ok(())
}

/// X3: `GET /{l}/signed-out`
///
/// # Errors
/// The page can't be rendered.
pub async fn signed_out(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let named = visit.query.get("client").ok().flatten().and_then(ClientId::parse);
    let client = match &named {
        Some(id) => visit.app.find_service(id).await?,
        None => None,
    };
    let other = named.map(|id| format!("?client={id}")).unwrap_or_default();
    let frame =
        visit.frame(t::signed_out_title(l)).language_link(format!("/{}/signed-out{other}", l.other().code()));
    let page = MessagePage::new(frame, "signed-out-page", vec![t::signed_out_text(l).into()])
        .button(t::sign_in(l), visit.url("/sign-in"));
    // Only where the service itself registered that a sign-in begins.
    let back = client.as_ref().and_then(|service| {
        let uri = service.client.initiate_login_uri.clone()?;
        Some((t::back_to(l, service.client.name.get(l)), uri))
    });
    match back {
        Some((label, uri)) => page.link(label, uri),
        None => page,
    }
    .answer(visit, 200)
}
