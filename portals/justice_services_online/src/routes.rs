//! Every address of the portal beside the front's.

use crate::Justice;
use crate::pages::{account, contact, exit, file, lists, register, start, terms};
use actix_web::{Scope, web};
use portal_front::Front;
use portal_front::handlers::{member_body, member_form, member_page, page};

pub(crate) fn configure(
    app: &mut web::ServiceConfig,
    front: &web::Data<Front>,
    justice: &web::Data<Justice>,
) {
    app.app_data(justice.clone());
    portal_front::routes::configure(app, front, pages);
}

fn pages(scope: Scope) -> Scope {
    let at = |path: &str| web::resource(path.to_owned());
    let scope = scope
        .service(at("/").route(page(start::landing)))
        .service(at("/civil").route(page(start::civil)))
        .service(at("/family").route(page(start::family)))
        .service(at("/terms").route(page(terms::general)))
        .service(at("/terms/civil").route(page(terms::civil)))
        .service(at("/terms/family").route(page(terms::family)))
        .service(
            at("/register/terms")
                .route(member_page(register::terms))
                .route(member_form(register::accept_terms)),
        )
        .service(
            at("/register/contact")
                .route(member_page(register::contact))
                .route(member_form(register::confirm)),
        )
        .service(at("/register/done").route(member_page(register::done)))
        .service(at("/account").route(member_page(account::account)))
        .service(at("/contact").route(member_page(contact::contact)))
        .service(at("/contact/edit").route(member_page(contact::edit)).route(member_form(contact::save)))
        .service(at("/exit").route(page(exit::exit)).route(member_form(exit::leave)));
    filings(scope)
}

fn filings(scope: Scope) -> Scope {
    let at = |path: &str| web::resource(path.to_owned());
    scope
        .service(at("/drafts").route(member_page(lists::drafts)))
        .service(
            at("/drafts/{handle}/delete")
                .route(member_page(lists::ask_delete))
                .route(member_form(lists::delete)),
        )
        .service(at("/transactions").route(member_page(lists::transactions)))
        .service(at("/transactions/{number}").route(member_page(lists::transaction)))
        .service(at("/file/{kind}").route(member_page(file::begin)).route(member_form(file::save)))
        .service(at("/file/{kind}/{handle}").route(member_page(file::edit)).route(member_form(file::save)))
        .service(
            at("/file/{kind}/{handle}/document")
                .route(member_page(file::document::show))
                .route(member_body(file::document::upload)),
        )
        .service(
            at("/file/{kind}/{handle}/check")
                .route(member_page(file::check::show))
                .route(member_form(file::check::submit)),
        )
}
