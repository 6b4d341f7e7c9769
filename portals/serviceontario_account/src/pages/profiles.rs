//! S6: profiles to view, add, change and delete.

use super::{SideList, act, id, read, saved_alert};
use crate::profile::Profile;
use crate::{records, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Choice, ErrorSummary, FormTokens, RadioGroup, TextField};
use ontario_language::Language;
use portal_front::address::{Address, AddressFields};
use portal_front::handlers::Answer;
use portal_front::{Form, Member, PortalError, Visit, form_status};

#[derive(Template)]
#[template(path = "profiles.html")]
struct ProfilesPage {
    frame: Frame,
    side: SideList,
    profiles: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    frame: Frame,
    rows: Vec<(&'static str, String)>,
    /// Its own address.
    page: String,
}

#[derive(Template)]
#[template(path = "profile_form.html")]
struct ProfileFormPage {
    frame: Frame,
    tokens: FormTokens,
    names: [TextField; 3],
    address: AddressFields,
    email: TextField,
    language: RadioGroup,
    cancel: String,
}

/// GET `/{l}/profiles`
pub(crate) async fn list(visit: &Visit, member: Member<'_>) -> Answer {
    let profiles = read(visit, member, |c, account| records::list_profiles(c, account.id).map(Some)).await?;
    let page = ProfilesPage {
        frame: visit.frame(texts::profiles(visit.language)).wide().alert(saved_alert(visit)),
        side: SideList::new(visit),
        profiles: profiles.into_iter().map(|profile| profile_link(visit, profile)).collect(),
    };
    visit.html(StatusCode::OK, &page)
}

/// The name of a profile, and its page.
pub(crate) fn profile_link(visit: &Visit, (id, profile): (i64, Profile)) -> (String, String) {
    (profile.name, visit.path(&format!("profiles/{id}")))
}

async fn find(visit: &Visit, member: Member<'_>) -> Result<Profile, PortalError> {
    let id = id(visit)?;
    read(visit, member, move |c, account| records::find_profile(c, account.id, id)).await
}

/// GET `/{l}/profiles/{id}`
pub(crate) async fn view(visit: &Visit, member: Member<'_>) -> Answer {
    let (language, id) = (visit.language, id(visit)?);
    let profile = find(visit, member).await?;
    let spoken = Language::from_code(&profile.language).unwrap_or_default();
    let mut rows = vec![
        (texts::first_name(language), profile.first_name),
        (texts::last_name(language), profile.last_name),
    ];
    rows.extend(profile.address.rows(language));
    rows.push((texts::email(language), profile.email));
    rows.push((texts::language_label(language), spoken.name().to_owned()));
    let page = ProfilePage {
        frame: visit
            .frame(texts::profile(language))
            .heading(profile.name)
            .back(visit.path("profiles"))
            .alert(saved_alert(visit)),
        rows,
        page: visit.path(&format!("profiles/{id}")),
    };
    visit.html(StatusCode::OK, &page)
}

/// GET `/{l}/profiles/new`
pub(crate) async fn new(visit: &Visit, member: Member<'_>) -> Answer {
    let account = read(visit, member, |_, account| Ok(Some(account))).await?;
    let first = Profile {
        email: account.email,
        address: Address::in_canada(),
        language: visit.language.code().to_owned(),
        ..Profile::default()
    };
    let shown = visit.held().await?.map_or(first, |held| Profile::typed(&held));
    form_page(visit, &shown, ErrorSummary::new(visit.language), "profiles")
}

/// GET `/{l}/profiles/{id}/edit`
pub(crate) async fn edit(visit: &Visit, member: Member<'_>) -> Answer {
    let kept = find(visit, member).await?;
    let shown = visit.held().await?.map_or(kept, |held| Profile::typed(&held));
    let back = format!("profiles/{}", id(visit)?);
    form_page(visit, &shown, ErrorSummary::new(visit.language), &back)
}

fn form_page(visit: &Visit, profile: &Profile, errors: ErrorSummary, back: &str) -> Answer {
    let (language, status) = (visit.language, form_status(&errors));
    let text = |name: &'static str, label: &str, value: &str, purpose: &'static str| {
        TextField::text(language, name, label).value(value).autocomplete(purpose).errors_of(&errors)
    };
    let email = TextField::email(language, "email", texts::email(language)).value(&profile.email);
    let languages = Language::ALL.map(Choice::language);
    let spoken = RadioGroup::new(language, "language", texts::language_label(language), languages.into());
    let page = ProfileFormPage {
        tokens: visit.form_tokens()?,
        names: [
            text("name", texts::profile_name(language), &profile.name, "off")
                .hint(texts::profile_name_hint(language)),
            text("first_name", texts::first_name(language), &profile.first_name, "given-name"),
            text("last_name", texts::last_name(language), &profile.last_name, "family-name"),
        ],
        address: AddressFields::new(language, &profile.address, &errors),
        email: email.errors_of(&errors),
        language: spoken.selected(Some(&profile.language)).errors_of(&errors),
        cancel: visit.path(back),
        frame: visit
            .frame(match back {
                "profiles" => texts::add_profile(language),
                _ => texts::edit_profile(language),
            })
            .language_button()
            .errors(errors),
    };
    visit.html(status, &page)
}

/// POST `/{l}/profiles/new`
pub(crate) async fn add(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    save(visit, member, form, None).await
}

/// POST `/{l}/profiles/{id}/edit`
pub(crate) async fn change(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    save(visit, member, form, Some(id(visit)?)).await
}

async fn save(visit: &Visit, member: Member<'_>, form: &Form, id: Option<i64>) -> Answer {
    let typed = Profile::typed(form);
    let profile = match typed.checked(visit.language) {
        Ok(profile) => profile,
        Err(errors) => {
            let back = id.map_or("profiles".to_owned(), |id| format!("profiles/{id}"));
            return form_page(visit, &typed, errors, &back);
        }
    };
    let (fields, now) = (serde_json::to_string(&profile)?, visit.now);
    act(visit, member, form, move |c, account| {
        let saved = match id {
            Some(id) => records::update_profile(c, account.id, id, &fields, now)?.then_some(id),
            None => records::insert_profile(c, account.id, &fields, now)?,
        };
        Ok(saved.map(|id| format!("profiles/{id}?saved=1")))
    })
    .await
}

/// GET `/{l}/profiles/{id}/delete`
pub(crate) async fn ask_delete(visit: &Visit, member: Member<'_>) -> Answer {
    let language = visit.language;
    let text = texts::delete_profile_text(language, find(visit, member).await?.name);
    let back = format!("profiles/{}", id(visit)?);
    super::ask_delete(visit, texts::delete_profile(language), &text, texts::delete(language), &back)
}

/// POST `/{l}/profiles/{id}/delete`
pub(crate) async fn delete(visit: &Visit, member: Member<'_>, form: &Form) -> Answer {
    let (id, now) = (id(visit)?, visit.now);
    act(visit, member, form, move |c, account| {
        records::delete_profile(c, account.id, id, now)?;
        Ok(Some("profiles".to_owned()))
    })
    .await
}
