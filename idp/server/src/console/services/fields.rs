//! The fields of a registration: what each is called, what stands in it, and what member of the registration it becomes.
//! Members without a field of their own are typed as JSON under "more", so that the console can set whatever a file can.

use super::super::change::ChangeForm;
use crate::locales as t;
use crate::web::form::Form;
use idp_domain::Language;
use idp_domain::session::AuthenticationLevel;
use idp_domain::signing_key::SigningAlgorithm;
use ontario_design::components::{Checkbox, Choice, ErrorSummary, Select, TextArea, TextField};
use serde_json::{Map, Value, json};

/// How a member is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One line.
    Text,
    /// A list, an entry a line.
    Lines,
    /// Words with blanks between them.
    Words,
    /// JSON.
    Json,
    /// A box.
    Box,
    /// One of a list; or several of it, as words.
    Choice,
}

/// Each field: its name in the form, its member, how it is typed.
const FIELDS: &[(&str, &str, Kind)] = &[
    ("name_en", "client_name", Kind::Text),
    ("name_fr", "client_name#fr", Kind::Text),
    ("description_en", "description", Kind::Text),
    ("description_fr", "description#fr", Kind::Text),
    ("ministry_en", "ministry", Kind::Text),
    ("ministry_fr", "ministry#fr", Kind::Text),
    ("type", "application_type", Kind::Choice),
    ("grants", "grant_types", Kind::Choice),
    ("profile", "profile", Kind::Choice),
    ("redirect_uris", "redirect_uris", Kind::Lines),
    ("post_logout_uris", "post_logout_redirect_uris", Kind::Lines),
    ("logout_uri", "backchannel_logout_uri", Kind::Text),
    ("login_uri", "initiate_login_uri", Kind::Text),
    ("scopes", "scope", Kind::Words),
    ("authentication", "token_endpoint_auth_method", Kind::Choice),
    ("jwks_uri", "jwks_uri", Kind::Text),
    ("jwks", "jwks", Kind::Json),
    ("accounts", "accounts", Kind::Choice),
    ("level", "minimum_acr", Kind::Choice),
    ("used_one_key", "used_one_key", Kind::Box),
    ("subject_type", "subject_type", Kind::Choice),
    ("algorithm", "id_token_signed_response_alg", Kind::Choice),
    ("category", "category", Kind::Choice),
    ("require_pkce", "require_pkce", Kind::Box),
    ("first_party", "first_party", Kind::Box),
    ("contacts", "contacts", Kind::Lines),
];

/// Members that a registration tells but that nobody types: they follow from the others.
const DERIVED: [&str; 2] = ["client_id", "response_types"];

/// The longest text of a field.
const LONGEST: usize = 20_000;

/// The names of the form's fields, in their order.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    let listed = FIELDS.iter().map(|(field, ..)| *field);
    std::iter::once("client_id").chain(listed).chain(std::iter::once("more"))
}

/// Whether a member is chosen from a list.
pub fn is_chosen(member: &str) -> bool {
    FIELDS.iter().any(|(_, name, kind)| *name == member && *kind == Kind::Choice)
}

/// What stands in the fields, by their names.
pub struct Values(Map<String, Value>);

impl Values {
    /// What was typed.
    pub fn typed(form: &Form) -> Self {
        Self(form.typed().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect())
    }

    /// A registration's.
    pub fn of(members: &Map<String, Value>) -> Self {
        let mut values = Map::new();
        let mut more = members.clone();
        more.retain(|name, _| !DERIVED.contains(&name.as_str()));
        for (field, member, kind) in FIELDS {
            let Some(value) = more.remove(*member) else { continue };
            let separator = if *kind == Kind::Lines { "\n" } else { " " };
            let text = match (kind, &value) {
                (Kind::Box, value) => {
                    if *value == Value::Bool(true) {
                        "yes".to_owned()
                    } else {
                        String::new()
                    }
                }
                (Kind::Json, value) => pretty(value),
                (_, Value::Array(items)) => {
                    items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(separator)
                }
                (_, value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            };
            values.insert((*field).to_owned(), Value::String(text));
        }
        // What is registered without French words has the English ones.
        if !values.contains_key("name_fr") {
            values.extend(values.get("name_en").cloned().map(|name| ("name_fr".to_owned(), name)));
        }
        if !more.is_empty() {
            values.insert("more".to_owned(), Value::String(pretty(&Value::Object(more))));
        }
        Self(values)
    }

    /// What a new service usually has.
    pub fn usual() -> Self {
        let values = json!({
            "type": "web",
            "grants": "authorization_code refresh_token",
            "profile": "openid",
            "scopes": "openid email",
            "authentication": "client_secret_basic",
            "accounts": "my-ontario",
            "level": AuthenticationLevel::One.as_str(),
            "subject_type": "pairwise",
            "algorithm": "ES256",
            "category": "personal",
            "require_pkce": "yes",
            "first_party": "yes",
        });
        Self(values.as_object().cloned().unwrap_or_default())
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The field in which a member is typed.
pub fn input_of(member: &str) -> &'static str {
    let known = FIELDS.iter().find(|(_, name, _)| *name == member).map(|(field, ..)| *field);
    known.unwrap_or(if member == "client_id" { "client_id" } else { "more" })
}

/// What a field is called.
pub fn field_label(l: Language, field: &str) -> &'static str {
    match field {
        "client_id" => t::console::client_id(l),
        "name_en" => t::console::name_en(l),
        "name_fr" => t::console::name_fr(l),
        "description_en" => t::console::description_en(l),
        "description_fr" => t::console::description_fr(l),
        "ministry_en" => t::console::ministry_en(l),
        "ministry_fr" => t::console::ministry_fr(l),
        "type" => t::console::service_type(l),
        "grants" => t::console::grants(l),
        "profile" => t::console::profile(l),
        "redirect_uris" => t::console::redirect_uris(l),
        "post_logout_uris" => t::console::post_logout_uris(l),
        "logout_uri" => t::console::logout_uri(l),
        "login_uri" => t::console::login_uri(l),
        "scopes" => t::console::scopes(l),
        "authentication" => t::console::client_authentication(l),
        "jwks_uri" => t::console::jwks_uri(l),
        "jwks" => t::console::jwks(l),
        "accounts" => t::console::accounts_taken(l),
        "level" => t::console::level_needed(l),
        "used_one_key" => t::console::used_one_key(l),
        "subject_type" => t::console::subject_type(l),
        "algorithm" => t::console::algorithm(l),
        "category" => t::console::category(l),
        "require_pkce" => t::console::require_pkce(l),
        "first_party" => t::console::first_party(l),
        "contacts" => t::console::contacts(l),
        _ => t::console::more(l),
    }
}

/// What can be chosen in a field.
pub fn choices(l: Language, field: &str) -> Vec<Choice> {
    let plain = |words: &[&str]| words.iter().map(|word| Choice::new(*word, *word)).collect::<Vec<_>>();
    let (mine, one_key) = (t::service_name(l), t::one_key::service_name(l));
    match field {
        "type" => {
            vec![
                Choice::new("web", t::console::type_web(l)),
                Choice::new("native", t::console::type_native(l)),
            ]
        }
        "grants" => plain(&[
            "authorization_code",
            "authorization_code refresh_token",
            "client_credentials",
            "authorization_code client_credentials",
            "authorization_code refresh_token client_credentials",
        ]),
        "profile" => vec![Choice::new("openid", "OpenID Connect"), Choice::new("fapi2", "FAPI 2.0")],
        "authentication" => plain(&[
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
            "tls_client_auth",
            "self_signed_tls_client_auth",
            "none",
        ]),
        "accounts" => vec![
            Choice::new("my-ontario", mine),
            Choice::new("one-key", one_key),
            Choice::new("my-ontario one-key", t::console::both_first(l, mine, one_key)),
            Choice::new("one-key my-ontario", t::console::both_first(l, one_key, mine)),
        ],
        "level" => [AuthenticationLevel::One, AuthenticationLevel::Two, AuthenticationLevel::Three]
            .map(|level| Choice::new(level.as_str(), level.as_str()))
            .to_vec(),
        "subject_type" => vec![
            Choice::new("pairwise", t::console::pairwise(l)),
            Choice::new("public", t::console::public_subject(l)),
        ],
        "category" => vec![
            Choice::new("personal", t::console::category_personal(l)),
            Choice::new("business", t::console::category_business(l)),
        ],
        _ => SigningAlgorithm::ALL.map(|it| Choice::new(it.as_str(), it.as_str())).to_vec(),
    }
}

fn hint(l: Language, field: &str) -> Option<&'static str> {
    match field {
        "redirect_uris" | "post_logout_uris" => Some(t::console::one_a_line(l)),
        "contacts" => Some(t::console::contacts_hint(l)),
        "scopes" => Some(t::console::scopes_hint(l)),
        "jwks_uri" | "jwks" => Some(t::console::keys_hint(l)),
        _ => None,
    }
}

fn is_required(field: &str) -> bool {
    matches!(field, "name_en" | "name_fr")
}

/// Adds every field to a form.
pub fn add_to(
    mut form: ChangeForm,
    l: Language,
    values: &Values,
    is_new: bool,
    errors: &ErrorSummary,
) -> ChangeForm {
    if is_new {
        let id = TextField::text(l, "client_id", field_label(l, "client_id"));
        let id = id.optional().without_spellcheck().hint(t::console::client_id_hint(l));
        form = form.field(id.value(values.get("client_id")).errors_of(errors));
    }
    for (field, _, kind) in FIELDS {
        form = one_field(form, l, field, *kind, values, errors);
    }
    form.field(
        TextArea::new(l, "more", field_label(l, "more"))
            .optional()
            .without_spellcheck()
            .hint(t::console::more_hint(l))
            .value(values.get("more"))
            .errors_of(errors),
    )
}

fn one_field(
    form: ChangeForm,
    l: Language,
    field: &str,
    kind: Kind,
    values: &Values,
    errors: &ErrorSummary,
) -> ChangeForm {
    let (label, value, hint) = (field_label(l, field), values.get(field), hint(l, field));
    match kind {
        Kind::Text | Kind::Words => {
            let mut text = TextField::text(l, field, label).value(value).errors_of(errors);
            if !is_required(field) {
                text = text.optional();
            }
            if let Some(hint) = hint {
                text = text.hint(hint);
            }
            form.field(text)
        }
        Kind::Lines | Kind::Json => {
            let mut area = TextArea::new(l, field, label).without_spellcheck().value(value).errors_of(errors);
            area = area.optional();
            if let Some(hint) = hint {
                area = area.hint(hint);
            }
            form.field(area)
        }
        Kind::Box => form.field(Checkbox::new(l, field, label).checked(!value.is_empty()).errors_of(errors)),
        Kind::Choice => {
            let select = Select::new(l, field, label, choices(l, field)).without_flag();
            form.field(select.selected(Some(value)).errors_of(errors))
        }
    }
}

/// What was typed as a registration's members.
pub fn members(
    l: Language,
    form: &Form,
    client_id: Option<&str>,
    errors: &mut ErrorSummary,
) -> Map<String, Value> {
    let mut members = more(l, form, errors);
    let id = client_id.unwrap_or_else(|| form.value("client_id").trim());
    if !id.is_empty() {
        members.insert("client_id".to_owned(), id.into());
    }
    for (field, member, kind) in FIELDS {
        let text = form.value(field).trim();
        if text.len() > LONGEST {
            errors
                .add(field, t::console::field_wrong(l, field_label(l, field), t::console::breaks_a_rule(l)));
            continue;
        }
        if text.is_empty() && is_required(field) {
            errors.add(field, t::console::both_languages(l));
            // Something has to be there, or the other members could not be read.
            members.insert((*member).to_owned(), "".into());
        }
        if let Some(value) = typed_member(l, field, member, *kind, text, errors) {
            members.insert((*member).to_owned(), value);
        }
    }
    members
}

fn typed_member(
    l: Language,
    field: &str,
    member: &str,
    kind: Kind,
    text: &str,
    errors: &mut ErrorSummary,
) -> Option<Value> {
    let list = |items: Vec<&str>| Some(Value::from(items));
    match kind {
        Kind::Box => Some((!text.is_empty()).into()),
        Kind::Lines => list(text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()),
        _ if text.is_empty() => None,
        Kind::Json => {
            let read = serde_json::from_str(text);
            if read.is_err() {
                errors.add(field, t::console::not_json(l));
            }
            read.ok()
        }
        Kind::Choice if matches!(member, "grant_types" | "accounts") => {
            list(text.split_whitespace().collect())
        }
        Kind::Text | Kind::Words | Kind::Choice => Some(text.into()),
    }
}

/// The members that have no field of their own.
fn more(l: Language, form: &Form, errors: &mut ErrorSummary) -> Map<String, Value> {
    let text = form.value("more").trim();
    if text.is_empty() {
        return Map::new();
    }
    let Ok(Value::Object(members)) = serde_json::from_str(text) else {
        errors.add("more", t::console::not_json(l));
        return Map::new();
    };
    let has_field = |name: &String| input_of(name) != "more" || DERIVED.contains(&name.as_str());
    if let Some(name) = members.keys().find(|name| has_field(name)) {
        errors.add("more", t::console::has_its_field(l, name));
    }
    // A secret is made here and shown once; one that was typed would stay in the browser's history of forms.
    if members.contains_key("client_secret") {
        errors.add("more", t::console::no_secret_here(l));
    }
    members
}
