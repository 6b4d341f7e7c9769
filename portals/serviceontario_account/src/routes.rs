//! The portal's own addresses, all under `/{l}/`; the others are the front's.

use crate::Portal;
use crate::pages::{applications, home, landing, lists, profiles, settings, setup};
use actix_web::web;
use portal_front::Front;
use portal_front::handlers::{member_form, member_page, page};

pub(crate) fn configure(app: &mut web::ServiceConfig, front: &web::Data<Front>, portal: &web::Data<Portal>) {
    app.app_data(portal.clone());
    portal_front::routes::configure(app, front, |scope| {
        let at = web::resource::<&str>;
        scope
            .service(at("/").route(page(landing::landing)))
            .service(
                at("/setup/terms").route(member_page(setup::terms)).route(member_form(setup::accept_terms)),
            )
            .service(at("/setup/done").route(member_page(setup::done)))
            .service(at("/terms").route(page(setup::terms_text)))
            .service(at("/home").route(member_page(home::home)))
            .service(at("/activities").route(member_page(lists::activities)))
            .service(at("/messages").route(member_page(lists::messages)))
            .service(at("/messages/{id}").route(member_page(lists::message)))
            .service(at("/closed").route(page(settings::closed)))
            .configure(own_things)
    });
}

/// What people add, change and delete.
fn own_things(app: &mut web::ServiceConfig) {
    let at = web::resource::<&str>;
    app.service(at("/profiles").route(member_page(profiles::list)))
        .service(at("/profiles/new").route(member_page(profiles::new)).route(member_form(profiles::add)))
        .service(at("/profiles/{id}").route(member_page(profiles::view)))
        .service(
            at("/profiles/{id}/edit").route(member_page(profiles::edit)).route(member_form(profiles::change)),
        )
        .service(
            at("/profiles/{id}/delete")
                .route(member_page(profiles::ask_delete))
                .route(member_form(profiles::delete)),
        )
        .service(at("/settings").route(member_page(settings::settings)).route(member_form(settings::save)))
        .service(
            at("/settings/close").route(member_page(settings::ask_close)).route(member_form(settings::close)),
        )
        .service(
            at("/services").route(member_page(applications::list)).route(member_form(applications::begin)),
        )
        .service(at("/services/submitted").route(member_page(applications::submitted)))
        .service(at("/drafts").route(member_page(lists::drafts)))
        .service(
            at("/drafts/{id}").route(member_page(applications::draft)).route(member_form(applications::save)),
        )
        .service(
            at("/drafts/{id}/delete")
                .route(member_page(applications::ask_delete))
                .route(member_form(applications::delete)),
        );
}
