//! What is wrong with a registration, at the field where it was typed and in the page's language.

use super::{fields, told};
use crate::admin::FieldError;
use crate::locales as t;
use idp_domain::Language;
use ontario_design::components::ErrorSummary;

/// The rules' words, in the order of their files; a rule that says more goes on after these.
const WORDS: &[(&str, &str)] = &[
    ("name at least one", "indiquez-en au moins une"),
    ("at most 50", "au plus 50"),
    ("at most 20 of at most 254 characters", "au plus 20, d’au plus 254 caractères"),
    ("it must contain openid", "la portée doit contenir openid"),
    ("refresh_token goes with authorization_code", "refresh_token va avec authorization_code"),
    (
        "a public client can't use client_credentials",
        "un client public ne peut pas utiliser client_credentials",
    ),
    ("a public client can't do without PKCE", "un client public ne peut pas se passer de PKCE"),
    ("fapi2 can't do without PKCE", "le profil FAPI 2.0 ne peut pas se passer de PKCE"),
    ("fapi2 takes PS256, ES256 or EdDSA", "le profil FAPI 2.0 accepte PS256, ES256 ou EdDSA"),
    ("fapi2 takes the issuer alone", "le profil FAPI 2.0 n’accepte que l’émetteur"),
    (
        "this method of authentication needs jwks_uri or jwks",
        "cette méthode d’authentification exige jwks_uri ou jwks",
    ),
    ("jwks and jwks_uri can't both be there", "jwks et jwks_uri ne peuvent pas être là tous les deux"),
    ("it must be an absolute URI", "ce doit être une URI absolue d’au plus 2000 caractères ASCII"),
    ("it must not have a fragment", "l’URI ne doit pas avoir de fragment"),
    (
        "it must not have a user name or password",
        "l’URI ne doit contenir ni nom d’utilisateur ni mot de passe",
    ),
    ("it must be https and exact", "l’URI doit être https et exacte"),
    ("this scheme is not allowed", "ce schéma n’est pas permis"),
    ("it must be another word than \"new\"", "choisissez un autre mot que «\u{a0}new\u{a0}»"),
    (
        "it must have 1 to 128 characters",
        "l’identifiant doit compter de 1 à 128 caractères parmi A–Z a–z 0–9 - . _ ~",
    ),
    ("not a level of this server", "ce n’est pas un niveau de ce serveur"),
    (
        "it can't be changed: every person's sub would change",
        "ce choix ne peut plus changer\u{a0}: l’identifiant (sub) de chaque personne changerait",
    ),
    (
        "every person's sub hangs on the host",
        "l’identifiant (sub) de chaque personne dépend de l’hôte et changerait\u{a0}: conservez-y un sector_identifier_uri",
    ),
    (
        "it is needed, since the subject_type is pairwise",
        "il faut un sector_identifier_uri\u{a0}: les URI de redirection ont plusieurs hôtes",
    ),
    (
        "name the service, so that it can be applied again",
        "nommez le service, pour que le fichier puisse resservir",
    ),
    ("it is of the same service as", "le fichier nomme déjà ce service plus haut"),
    ("it is disabled, for good", "ce service est désactivé pour toujours"),
    ("it is no TOML", "ce n’est pas du TOML"),
    ("it is no registration", "ce n’est pas une inscription de service"),
    ("it is no policy", "ce n’est pas une règle d’inscription"),
    (
        "a service that registers itself gets no scope of the administration",
        "un service qui s’inscrit lui-même n’obtient aucune portée de l’administration",
    ),
    (
        "the documents take too long",
        "les documents sectoriels prennent trop de temps\u{a0}: appliquez le fichier en plusieurs parties",
    ),
];

/// Puts each error where its field is, unless that field is known to be wrong already.
pub fn tell(l: Language, wrong: &[FieldError], errors: &mut ErrorSummary) {
    let known = errors.clone();
    for error in wrong {
        let (name, line) = parts(error);
        let field = fields::input_of(name);
        if !known.has(field) {
            errors.add(field, words(l, name, line, &error.problem));
        }
    }
}

/// A member, and the entry of it where it is a list.
fn parts(error: &FieldError) -> (&str, Option<&str>) {
    error.field.split_once(" line ").map_or((error.field.as_str(), None), |(name, line)| (name, Some(line)))
}

/// What is wrong at a line of a file.
pub fn at_line(l: Language, error: &FieldError) -> String {
    let words = if matches!(error.field.as_str(), "file" | "policy") {
        file_words(l, &error.problem)
    } else {
        in_file(l, error)
    };
    match &error.at {
        Some(at) => t::console::file_line(l, at.line, words),
        None => words,
    }
}

/// What can't be read; in French by the rule, and the name that it is about.
fn file_words(l: Language, problem: &str) -> String {
    let name = problem.split('`').nth(1).map(|name| format!("\u{a0}: {name}"));
    match l {
        Language::English => problem.to_owned(),
        Language::French => format!("{}{}", in_french(problem), name.unwrap_or_default()),
    }
}

fn in_french(problem: &str) -> &'static str {
    let known = WORDS.iter().find(|(english, _)| problem.starts_with(english));
    known.map_or(t::console::breaks_a_rule(Language::French), |&(_, french)| french)
}

/// At a line of a file that line says where; which entry of a list, since several may stand on one.
fn in_file(l: Language, error: &FieldError) -> String {
    match parts(error) {
        (name, Some(entry)) if name.ends_with("redirect_uris") => t::console::file_redirect(l, entry),
        (name, Some(entry)) => {
            t::console::file_entry(l, told::label(l, name), entry, rule(l, &error.problem))
        }
        (name, None) => words(l, name, None, &error.problem),
    }
}

fn rule(l: Language, problem: &str) -> &str {
    match l {
        Language::English => problem,
        Language::French => in_french(problem),
    }
}

fn words(l: Language, name: &str, line: Option<&str>, problem: &str) -> String {
    if let (Some(line), true) = (line, name.ends_with("redirect_uris")) {
        return t::console::redirect_line(l, line);
    }
    let label = told::label(l, name);
    match line {
        Some(line) => t::console::field_line_wrong(l, label, line, rule(l, problem)),
        None => t::console::field_wrong(l, label, rule(l, problem)),
    }
}
