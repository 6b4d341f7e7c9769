//! D8: a new partner, and an entry changed. The secret that the partner gave us is typed, never shown.

use super::super::Clerk;
use super::super::change::{ChangeForm, Confirmation};
use super::super::form_page::{FormPage, Found};
use super::super::sheet::{Cell, Facts, Link, Links, Sheet};
use super::WRITE;
use crate::admin::AdminError;
use crate::admin::partners::{self, PartnerView, PlanError, SavedPartnerView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::Language;
use idp_domain::administration::Act;
use idp_domain::sign_in_partner::{PartnerAuthentication, PartnerFault, PartnerFile, SignInPartner};
use idp_domain::signing_key::SigningAlgorithm;
use ontario_design::components::{Alert, Choice, ErrorSummary, PasswordField, Select, TextField};
use serde_json::{Map, Value};

/// The field of the secret.
const SECRET: &str = "client_secret";
/// Each field of one line, and the member of a partner's file that it is.
const TEXTS: [(&str, &str); 4] =
    [("name_en", "name"), ("name_fr", "name#fr"), ("issuer", "issuer"), ("client_id", "client_id")];
/// Each choice, likewise.
const CHOICES: [(&str, &str); 2] =
    [("authentication", "token_endpoint_auth_method"), ("algorithm", "id_token_signed_response_alg")];

/// Every field, as they stand in the form.
const ORDER: [&str; 9] =
    ["id", "name_en", "name_fr", "issuer", "client_id", "authentication", SECRET, "algorithm", "position"];

/// `/{l}/admin/partners/new` and `/{l}/admin/partners/{id}/edit`: none is named where one is new.
pub struct Save;

impl FormPage for Save {
    const ACT: Act = WRITE;
    type Subject = Option<PartnerView>;

    async fn find(clerk: &Clerk<'_>, _form: Option<&Form>) -> Found<Option<PartnerView>> {
        if clerk.place.is_new() { Ok(Ok(None)) } else { Ok(find(clerk).await?.map(Some)) }
    }

    async fn page(
        clerk: &Clerk<'_>,
        partner: &Option<PartnerView>,
        status: u16,
        form: Option<&Form>,
        errors: ErrorSummary,
    ) -> Result<Answer, Problem> {
        page(clerk, partner.as_ref(), status, form, errors)
    }

    async fn receive(
        clerk: &Clerk<'_>,
        partner: &Option<PartnerView>,
        form: &Form,
    ) -> Result<Answer, Problem> {
        save(clerk, partner.as_ref(), form).await
    }
}

/// The partner that the address names; that of the settings is changed there alone.
async fn find(clerk: &Clerk<'_>) -> Found<PartnerView> {
    let partner = partners::show(&clerk.desk(), &clerk.visit.app, clerk.place.subject()).await?;
    if partner.is_of_settings {
        let l = clerk.l();
        return clerk.refuse(409, t::console::change(l), t::console::partner_of_settings(l)).map(Err);
    }
    Ok(Ok(partner))
}

fn title(clerk: &Clerk<'_>, partner: Option<&PartnerView>) -> String {
    let l = clerk.l();
    match partner {
        Some(partner) => t::console::change_service(l, l.pick(&partner.name_en, &partner.name_fr)),
        None => t::console::add_partner(l).to_owned(),
    }
}

/// What stands in a field: what was typed, what is registered, or what is usual.
fn value(form: Option<&Form>, partner: Option<&PartnerView>, field: &str) -> String {
    match (form, partner) {
        (Some(form), _) => form.value(field).to_owned(),
        (None, Some(partner)) => match field {
            "name_en" => partner.name_en.clone(),
            "name_fr" => partner.name_fr.clone(),
            "issuer" => partner.issuer.clone(),
            "client_id" => partner.client_id.clone(),
            "authentication" => partner.authentication.to_owned(),
            "algorithm" => partner.algorithm.clone().unwrap_or_default(),
            _ => partner.position.to_string(),
        },
        (None, None) if field == "position" => "0".to_owned(),
        (None, None) => String::new(),
    }
}

fn page(
    clerk: &Clerk<'_>,
    partner: Option<&PartnerView>,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let change = clerk.form(t::continue_(l), clerk.home());
    let change = match partner {
        Some(_) => change,
        None => change.field(
            TextField::text(l, "id", t::console::partner_id(l))
                .without_spellcheck()
                .hint(t::console::partner_id_hint(l))
                .value(value(form, partner, "id"))
                .errors_of(&errors),
        ),
    };
    let change = fields(clerk, change, partner, form, &errors).field(clerk.reason_field(form, &errors));
    let note = partner.is_some_and(|partner| partner.state == "disabled");
    Sheet::new(clerk.form_frame(title(clerk, partner), errors))
        .with_some(note.then(|| Alert::informational(l, t::console::partner_will_be_enabled(l))))
        .with(change)
        .answer(clerk.visit, status)
}

fn fields(
    clerk: &Clerk<'_>,
    change: ChangeForm,
    partner: Option<&PartnerView>,
    form: Option<&Form>,
    errors: &ErrorSummary,
) -> ChangeForm {
    let l = clerk.l();
    let text = |field: &str| {
        TextField::text(l, field, label(l, field)).value(value(form, partner, field)).errors_of(errors)
    };
    let select = |field: &str, choices: Vec<Choice>| {
        let select = Select::new(l, field, label(l, field), choices).without_flag();
        select.selected(Some(&value(form, partner, field))).errors_of(errors)
    };
    let methods = PartnerAuthentication::ALL.map(|it| Choice::new(it.as_str(), it.as_str()));
    let algorithms = SigningAlgorithm::ALL.map(|it| Choice::new(it.as_str(), it.as_str()));
    let any = Choice::new("", t::console::each_algorithm(l));
    let secret = PasswordField::new_password(l, SECRET, label(l, SECRET)).optional().errors_of(errors);
    let hint = match partner {
        Some(_) => t::console::partner_secret_stays(l),
        None => t::console::partner_secret_hint(l),
    };
    change
        .field(text("name_en"))
        .field(text("name_fr"))
        .field(text("issuer").without_spellcheck().hint(t::console::issuer_hint(l)))
        .field(text("client_id").without_spellcheck().hint(t::console::partner_client_hint(l)))
        .field(select("authentication", methods.to_vec()))
        .field(secret.hint(hint))
        .field(select("algorithm", std::iter::once(any).chain(algorithms).collect()))
        .field(text("position").hint(t::console::position_hint(l)))
}

fn label(l: Language, field: &str) -> &'static str {
    match field {
        "id" => t::console::partner_id(l),
        "name_en" => t::console::name_en(l),
        "name_fr" => t::console::name_fr(l),
        "issuer" => t::console::issuer(l),
        "client_id" => t::console::client_id(l),
        "authentication" => t::console::client_authentication(l),
        "algorithm" => t::console::algorithm(l),
        "position" => t::console::order(l),
        _ => t::console::secret(l),
    }
}

/// What was typed as a partner's file; what no file could hold is an error of the page.
fn read(
    clerk: &Clerk<'_>,
    partner: Option<&PartnerView>,
    form: &Form,
    errors: &mut ErrorSummary,
) -> Option<PartnerFile> {
    let mut members = Map::new();
    let id = partner.map_or_else(|| form.value("id").trim(), |partner| partner.id.as_str());
    members.insert("id".to_owned(), id.into());
    for (field, member) in TEXTS {
        members.insert(member.to_owned(), form.value(field).trim().into());
    }
    for (field, member) in CHOICES {
        let chosen = form.value(field);
        if !chosen.is_empty() {
            members.insert(member.to_owned(), chosen.into());
        }
    }
    if let Some(secret) = clerk.typed_secret(form, SECRET) {
        members.insert(SECRET.to_owned(), secret.expose().into());
    }
    match form.value("position").trim().parse::<i32>() {
        Ok(position) => _ = members.insert("position".to_owned(), position.into()),
        Err(_) => errors.add("position", t::console::position_wrong(clerk.l())),
    }
    serde_json::from_value(Value::Object(members)).ok()
}

async fn save(clerk: &Clerk<'_>, partner: Option<&PartnerView>, form: &Form) -> Result<Answer, Problem> {
    let mut errors = clerk.no_errors();
    let file = read(clerk, partner, form, &mut errors);
    let planned = match file.clone() {
        Some(file) => partners::plan(&clerk.desk(), &clerk.visit.app, file).await,
        None => Err(PlanError::Faults(Vec::new())),
    };
    let planned = match planned {
        Ok(planned) => Some(planned),
        Err(PlanError::Faults(wrong)) => {
            tell(clerk.l(), &wrong, &mut errors);
            None
        }
        Err(PlanError::Admin(error)) => return Err(error.into()),
    };
    errors.sort_by_fields(ORDER.into_iter());
    clerk.check_reason(form, &mut errors);
    let (Some(file), Some(planned), true) = (file, planned, errors.is_empty()) else {
        return page(clerk, partner, 422, Some(form), errors);
    };
    if !clerk.is_confirmed(form) {
        return confirm(clerk, partner, form, &planned);
    }
    let (desk, app, why) = (clerk.desk(), &clerk.visit.app, Some(form.value("reason")));
    let saved = match partner {
        Some(_) => partners::update(&desk, app, file, why).await,
        None => partners::add(&desk, app, file, why).await,
    };
    match saved {
        Ok(saved) if partner.is_some() && saved.jwks.is_none() => Ok(clerk.done_at(&clerk.home(), "updated")),
        Ok(saved) => shown(clerk, partner.is_none(), &saved),
        Err(AdminError::Conflict(_)) => {
            let field = if partner.is_none() { "id" } else { "issuer" };
            errors.add(field, t::console::partner_taken(clerk.l()));
            page(clerk, partner, 422, Some(form), errors)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts each fault where its field is, in the page's language.
fn tell(l: Language, wrong: &[PartnerFault], errors: &mut ErrorSummary) {
    for fault in wrong {
        let (field, words) = match fault {
            PartnerFault::Id => ("id", t::console::partner_id_wrong(l)),
            PartnerFault::Name => ("name_en", t::console::partner_name_wrong(l)),
            PartnerFault::NameFr => ("name_fr", t::console::partner_name_wrong(l)),
            PartnerFault::IssuerOfSettings => ("issuer", t::console::partner_of_settings(l)),
            PartnerFault::Issuer(_) => ("issuer", t::console::issuer_wrong(l)),
            PartnerFault::ClientId => ("client_id", t::console::partner_client_wrong(l)),
            PartnerFault::SecretBesideKey => (SECRET, t::console::partner_secret_none(l)),
            PartnerFault::Secret | PartnerFault::SecretMissing => {
                (SECRET, t::console::partner_secret_wrong(l))
            }
            PartnerFault::Method => ("authentication", t::choice_required(l)),
            PartnerFault::Algorithm => ("algorithm", t::choice_required(l)),
        };
        errors.add(field, words);
    }
}

fn confirm(
    clerk: &Clerk<'_>,
    partner: Option<&PartnerView>,
    form: &Form,
    planned: &SignInPartner,
) -> Result<Answer, Problem> {
    let l = clerk.l();
    let algorithm = planned.algorithm.map_or(t::console::each_algorithm(l), SigningAlgorithm::as_str);
    let has_secret = clerk.typed_secret(form, SECRET).is_some();
    let facts = vec![
        (t::console::partner_id(l), Cell::Code(planned.id.to_string())),
        (t::console::name_en(l), Cell::text(&planned.name.en)),
        (t::console::name_fr(l), Cell::text(&planned.name.fr)),
        (t::console::issuer(l), Cell::text(&planned.issuer)),
        (t::console::client_id(l), Cell::Code(planned.client_id.clone())),
        (t::console::client_authentication(l), Cell::text(planned.authentication.as_str())),
        (t::console::algorithm(l), Cell::text(algorithm)),
        (t::console::order(l), Cell::text(planned.position.to_string())),
        (
            t::console::partner_secret_new(l),
            Cell::text(if has_secret { t::console::yes(l) } else { t::console::no(l) }),
        ),
    ];
    let confirmation = Confirmation {
        title: match partner {
            Some(_) => t::console::change_partner_question(l).to_owned(),
            None => t::console::add_partner_question(l).to_owned(),
        },
        facts: facts.into_iter().map(|(label, cell)| (label.to_owned(), cell)).collect(),
        means: Some(t::console::partner_means(l).to_owned()),
        button: t::account::save(l).to_owned(),
        dangerous: false,
    };
    clerk.confirm_with_secret(form, SECRET, &[], confirmation)
}

/// What has to be registered with the partner.
fn shown(clerk: &Clerk<'_>, is_new: bool, saved: &SavedPartnerView) -> Result<Answer, Problem> {
    let l = clerk.l();
    let done = if is_new { t::console::partner_added(l) } else { t::console::partner_updated(l) };
    let mut facts = vec![
        (t::console::partner_id(l).to_owned(), Cell::Code(saved.id.clone())),
        (t::console::redirect_uris(l).to_owned(), Cell::Code(saved.redirect_uri.clone())),
    ];
    let key = saved.jwks.as_ref().map(|jwks| (t::console::jwks(l).to_owned(), Cell::Code(jwks.to_string())));
    facts.extend(key);
    let mut frame = clerk.frame(t::console::partners(l)).alert(Some(Alert::success(l, done).focused()));
    frame.language_control = None;
    let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{}/{act}", saved.id));
    Sheet::new(frame)
        .text(t::console::give_the_partner(l))
        .with(Facts::new("saved", facts))
        .with(Links(vec![
            Link::new(t::console::test_connection(l), at("test")),
            Link::new(t::console::partners(l), clerk.home()),
        ]))
        .answer(clerk.visit, 200)
}
