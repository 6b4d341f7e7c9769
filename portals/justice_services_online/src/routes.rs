//! Every address of the portal beside the front's.

use crate::Justice;
use crate::pages::{account, contact, exit, file, lists, register, start, terms};
use actix_web::{Scope, web};
use portal_front::Front;
use portal_front::handlers::{member_form, page};
use portal_front::routes::Pages;

pub(crate) fn configure(
    app: &mut web::ServiceConfig,
    front: &web::Data<Front>,
    justice: &web::Data<Justice>,
) {
    app.app_data(justice.clone());
    portal_front::routes::configure(app, front, pages);
}

fn pages(scope: Scope) -> Scope {
    scope
        .open("/", start::landing)
        .open("/civil", start::civil)
        .open("/family", start::family)
        .open("/terms", terms::general)
        .open("/terms/civil", terms::civil)
        .open("/terms/family", terms::family)
        .form("/register/terms", register::terms, register::accept_terms)
        .form("/register/contact", register::contact, register::confirm)
        .member("/register/done", register::done)
        .member("/account", account::account)
        .member("/contact", contact::contact)
        .form("/contact/edit", contact::edit, contact::save)
        .service(web::resource("/exit").route(page(exit::exit)).route(member_form(exit::leave)))
        .member("/drafts", lists::drafts)
        .form("/drafts/{handle}/delete", lists::ask_delete, lists::delete)
        .member("/transactions", lists::transactions)
        .member("/transactions/{number}", lists::transaction)
        .form("/file/{kind}", file::begin, file::save)
        .form("/file/{kind}/{handle}", file::edit, file::save)
        .upload("/file/{kind}/{handle}/document", file::document::show, file::document::upload)
        .form("/file/{kind}/{handle}/check", file::check::show, file::check::submit)
}
