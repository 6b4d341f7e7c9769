//! The portal's own addresses, all under `/{l}/`; the others are the front's.

use crate::Portal;
use crate::pages::{home, landing, setup};
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
    });
}
