//! O11: what a person changes of their ONE-key account. Everything but the language asks for the password again.

use super::questions::{self, QuestionFields};
use super::register::{email_field, id_field, parse_email, parse_id, suggestions};
use super::{
    PasswordTry, new_password, notices, refuse, services, signed_in, signed_in_frame, signed_in_with,
    try_password,
};
use crate::adapters::signing::random_salt;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{AccountStatus, EmailAddress};
use idp_domain::audit::SignInRefusal;
use idp_domain::one_key::{OneKeyId, OneKeyPart};
use idp_domain::secret::Secret;
use idp_store::{ChangeOneKey, OneKeyChange, OneKeyChangeEnd, PasswordProof, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{
    Alert, Choice, ErrorSummary, FormTokens, PasswordField, PasswordRules, RadioGroup, ReadOnlyField,
    TextField,
};
use ontario_language::Language;

/// Where it is.
pub const PATH: &str = "/one-key/account";

/// What can be changed, each on a page of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `/id`
    Id,
    /// `/password`
    Password,
    /// `/recovery`
    Recovery,
    /// `/language`
    Language,
    /// `/email`: only the address for recovering.
    Email,
}

impl Part {
    /// Every part with its address.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Id, "/one-key/account/id"),
        (Self::Password, "/one-key/account/password"),
        (Self::Recovery, "/one-key/account/recovery"),
        (Self::Language, "/one-key/account/language"),
        (Self::Email, "/one-key/account/email"),
    ];

    fn path(self) -> &'static str {
        Self::ALL.iter().find(|(part, _)| *part == self).map_or(PATH, |(_, path)| path)
    }

    fn title(self, l: Language) -> &'static str {
        match self {
            Self::Id => t::one_key::change_id(l),
            Self::Password => t::one_key::change_password(l),
            Self::Recovery => t::one_key::change_recovery(l),
            Self::Language => t::one_key::change_language(l),
            Self::Email => t::one_key::change_email(l),
        }
    }
}

#[derive(Template)]
#[template(path = "one_key/manage.html")]
struct ManagePage {
    frame: Frame,
    id: String,
    language: Language,
    email: String,
    parts: Vec<(&'static str, String)>,
    services: String,
}

/// `GET /{l}/one-key/account`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let details = visit.app.store.find_one_key_details(session.account.id.clone()).await?;
    let saved = visit.query.get("saved").ok().flatten().is_some();
    let page = ManagePage {
        id: session.account.name.as_str().to_owned(),
        language: session.account.language,
        email: details
            .recovery_email
            .map_or_else(|| t::one_key::no_email(l).to_owned(), |email| email.as_str().to_owned()),
        parts: Part::ALL.iter().map(|(part, path)| (part.title(l), visit.url(path))).collect(),
        services: visit.url(services::PATH),
        frame: signed_in_frame(visit, t::one_key::manage(l), &session)
            .alert(saved.then(|| Alert::success(l, t::one_key::saved(l)).focused())),
    };
    visit.page(200, &page)
}

#[derive(Template)]
#[template(path = "one_key/change.html")]
struct ChangePage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    user_name: ReadOnlyField,
    id: Option<TextField>,
    new_password: Option<(PasswordField, PasswordField)>,
    language: Option<RadioGroup>,
    questions: Vec<QuestionFields>,
    email: Option<TextField>,
    current: Option<PasswordField>,
    back: String,
}

/// `GET /{l}/one-key/account/…`
///
/// # Errors
/// The database is away.
pub async fn part(visit: &Visit, part: Part) -> Result<Answer, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take_for(visit, &session.account.id).await?;
    page(visit, &session, part, 200, held.as_ref(), ErrorSummary::new(visit.language)).await
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    part: Part,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let details = visit.app.store.find_one_key_details(session.account.id.clone()).await?;
    let on_file = details.recovery_email.map(|email| email.as_str().to_owned()).unwrap_or_default();
    let value =
        |name: &str, stored: &str| form.map_or_else(|| stored.to_owned(), |form| form.value(name).to_owned());
    let rules = PasswordRules::one_key(l).user_name(session.account.name.as_str());
    let has_email = matches!(part, Part::Recovery | Part::Email);
    let template = ChangePage {
        action: visit.url(part.path()),
        tokens: visit.form_tokens(),
        user_name: ReadOnlyField::user_name(l, "user_name", t::one_key::id(l), session.account.name.as_str()),
        id: (part == Part::Id).then(|| id_field(l, t::one_key::new_id(l), &value("id", ""), &errors)),
        new_password: (part == Part::Password)
            .then(|| new_password::fields(l, t::one_key::new_password(l), rules, &errors)),
        language: (part == Part::Language).then(|| {
            let choices = Language::ALL.map(Choice::language).to_vec();
            RadioGroup::new(l, "language", t::language_for_messages(l), choices)
                .selected(Some(&value("language", session.account.language.code())))
                .errors_of(&errors)
        }),
        questions: if part == Part::Recovery { questions::fields(l, form, &errors) } else { Vec::new() },
        email: has_email.then(|| email_field(l, &value("email", &on_file), &errors)),
        current: (part != Part::Language).then(|| {
            PasswordField::current(l, "current", t::one_key::current_password(l)).errors_of(&errors)
        }),
        back: visit.url(PATH),
        frame: signed_in_frame(visit, part.title(l), session).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/account/…`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn save(visit: &Visit, form: &Form, part: Part) -> Result<Answer, Problem> {
    let session = match signed_in_with(visit, form).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        let field = if part == Part::Language { "language" } else { "current" };
        errors.add(field, t::form_stale(visit.language));
    }
    let wanted = parse(visit.language, form, part, &session, &mut errors);
    let Some(wanted) = wanted.filter(|_| errors.is_empty()) else {
        return page(visit, &session, part, 422, Some(form), errors).await;
    };
    let wanted = match wanted {
        Wanted::Language(language) => {
            let account = session.account.id.clone();
            visit.app.store.change_one_key_language(account, language, visit.now).await?;
            return Ok(saved(visit));
        }
        Wanted::Part(wanted) => wanted,
    };
    let end = match prove(visit, form, &session).await? {
        Ok(proof) => change(visit, &session, proof, &wanted).await?,
        Err(message) => {
            errors.add("current", message);
            return page(visit, &session, part, 422, Some(form), errors).await;
        }
    };
    match (end, &wanted) {
        (OneKeyChangeEnd::Changed, _) => return Ok(saved(visit)),
        (OneKeyChangeEnd::Gone, _) => {
            return Ok(visit.dress(Answer::see_other(visit.url(super::sign_in::PATH))));
        }
        (OneKeyChangeEnd::Taken, WantedPart::Id(id)) => {
            errors.add("id", t::one_key::id_taken(visit.language, suggestions(visit, id).await?));
        }
        (OneKeyChangeEnd::Taken | OneKeyChangeEnd::Superseded, _) => {
            refuse(visit, Some(&session.account), SignInRefusal::WrongPassword).await?;
            errors.add("current", t::one_key::password_wrong(visit.language));
        }
    }
    page(visit, &session, part, 422, Some(form), errors).await
}

fn saved(visit: &Visit) -> Answer {
    let url = visit.url(PATH);
    let separator = if url.contains('?') { '&' } else { '?' };
    visit.dress(Answer::see_other(format!("{url}{separator}saved=1")))
}

/// What is to be changed.
enum Wanted {
    Language(Language),
    Part(WantedPart),
}

/// What asks for the password again, before anything is hashed.
enum WantedPart {
    Id(OneKeyId),
    Password(Secret),
    Recovery(questions::Answered, Option<EmailAddress>),
    Email(Option<EmailAddress>),
}

fn parse(
    l: Language,
    form: &Form,
    part: Part,
    session: &SessionWithAccount,
    errors: &mut ErrorSummary,
) -> Option<Wanted> {
    let id = OneKeyId::parse_imported(session.account.name.as_str()).ok();
    // The errors in the order of the fields: the current password stands before the new one, elsewhere at the end.
    let no_password = part != Part::Language && form.secret("current").expose().is_empty();
    if no_password && part == Part::Password {
        errors.add("current", t::password_required(l));
    }
    let wanted = match part {
        Part::Id => parse_id(l, form, errors).map(WantedPart::Id).map(Wanted::Part),
        Part::Password => {
            let password = new_password::parse(l, form, id.as_ref(), errors);
            Some(Wanted::Part(WantedPart::Password(password)))
        }
        Part::Recovery => {
            let answered = questions::parse(l, form, id.as_ref(), errors);
            let email = parse_email(l, form, errors);
            answered.map(|answered| Wanted::Part(WantedPart::Recovery(answered, email)))
        }
        Part::Email => Some(Wanted::Part(WantedPart::Email(parse_email(l, form, errors)))),
        Part::Language => {
            let language = Language::from_code(form.value("language"));
            if language.is_none() {
                errors.add("language", t::choice_required(l));
            }
            language.map(Wanted::Language)
        }
    };
    if no_password && part != Part::Password {
        errors.add("current", t::password_required(l));
    }
    wanted
}

/// The password again, counted like one at the sign-in page; or what is wrong with it.
async fn prove(
    visit: &Visit,
    form: &Form,
    session: &SessionWithAccount,
) -> Result<Result<PasswordProof, String>, Problem> {
    let l = visit.language;
    let typed = form.secret("current");
    Ok(match try_password(visit, session.account.name.as_str(), &typed).await? {
        PasswordTry::Right { account, proof, .. } if account.status == AccountStatus::Active => Ok(proof),
        PasswordTry::Right { account, .. } => {
            refuse(visit, Some(&account), SignInRefusal::Locked).await?;
            Err(t::one_key::locked(l).to_owned())
        }
        PasswordTry::Wrong => Err(t::one_key::password_wrong(l).to_owned()),
        PasswordTry::Slow(words) => Err(words),
    })
}

async fn change(
    visit: &Visit,
    session: &SessionWithAccount,
    proof: PasswordProof,
    wanted: &WantedPart,
) -> Result<OneKeyChangeEnd, Problem> {
    let account = &session.account;
    let before = visit.app.store.find_one_key_details(account.id.clone()).await?.recovery_email;
    let of_address = |after: &Option<EmailAddress>| notices::of_address(before.as_ref(), after.as_ref());
    let (change, parts) = match wanted {
        WantedPart::Id(id) => (OneKeyChange::Id(id.clone()), vec![OneKeyPart::Id]),
        WantedPart::Password(password) => {
            let hash = visit.app.hasher.hash(password.clone(), random_salt()).await?;
            (OneKeyChange::Password(hash), vec![OneKeyPart::Password])
        }
        WantedPart::Recovery(answered, email) => {
            let questions = questions::hash(visit, answered.clone()).await?;
            let parts = [OneKeyPart::Questions].into_iter().chain(of_address(email));
            (OneKeyChange::Recovery { questions, email: email.clone() }, parts.collect())
        }
        WantedPart::Email(email) => {
            (OneKeyChange::Email(email.clone()), of_address(email).into_iter().collect())
        }
    };
    let mail = notices::changed(visit, account, before.as_ref(), parts)?;
    let session = session.session.id.clone();
    let change = ChangeOneKey { proof, session, change, mail, now: visit.now };
    Ok(visit.app.store.change_one_key(change).await?)
}
