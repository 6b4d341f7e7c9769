//! The portal's own addresses, all under `/{l}/`; the others are the front's.

use crate::Portal;
use crate::pages::{applications, home, landing, lists, profiles, settings, setup};
use actix_web::web;
use portal_front::Front;
use portal_front::routes::Pages;

pub(crate) fn configure(app: &mut web::ServiceConfig, front: &web::Data<Front>, portal: &web::Data<Portal>) {
    app.app_data(portal.clone());
    portal_front::routes::configure(app, front, |scope| {
        scope
            .open("/", landing::landing)
            .open("/terms", setup::terms_text)
            .form("/setup/terms", setup::terms, setup::accept_terms)
            .member("/setup/done", setup::done)
            .member("/home", home::home)
            .member("/activities", lists::activities)
            .member("/messages", lists::messages)
            .member("/messages/{id}", lists::message)
            .member("/profiles", profiles::list)
            .form("/profiles/new", profiles::new, profiles::add)
            .member("/profiles/{id}", profiles::view)
            .form("/profiles/{id}/edit", profiles::edit, profiles::change)
            .form("/profiles/{id}/delete", profiles::ask_delete, profiles::delete)
            .form("/settings", settings::settings, settings::save)
            .form("/settings/close", settings::ask_close, settings::close)
            .open("/closed", settings::closed)
            .form("/services", applications::list, applications::begin)
            .member("/services/submitted", applications::submitted)
            .member("/drafts", lists::drafts)
            .form("/drafts/{handle}", applications::draft, applications::save)
            .form("/drafts/{handle}/delete", applications::ask_delete, applications::delete)
    });
}
