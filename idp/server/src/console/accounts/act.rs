//! D5: what support does to an account. Its person is told of each by mail.

use super::super::Clerk;
use super::super::change::ChangeForm;
use super::super::form_page::Found;
use super::super::plain_change::{PlainChange, Words};
use super::super::sheet::Cell;
use super::show::look;
use super::{WRITE, kind, removed, state};
use crate::admin::AdminError;
use crate::admin::accounts::{self, AccountView, Look};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use idp_domain::Language;
use idp_domain::administration::{Act, RemovedFactors};
use ontario_design::components::{Choice, ErrorSummary, RadioGroup};

/// Each of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Lock,
    Unlock,
    EndSessions,
    Resend,
    AskRemoval,
    ApproveRemoval,
    RefuseRemoval,
    Close,
}

impl Deed {
    pub const ALL: [Self; 8] = [
        Self::Unlock,
        Self::Lock,
        Self::EndSessions,
        Self::Resend,
        Self::AskRemoval,
        Self::ApproveRemoval,
        Self::RefuseRemoval,
        Self::Close,
    ];

    /// Its word in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::EndSessions => "end-sessions",
            Self::Resend => "resend",
            Self::AskRemoval => "remove-factor",
            Self::ApproveRemoval => "approve-removal",
            Self::RefuseRemoval => "refuse-removal",
            Self::Close => "close",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.slug() == word)
    }

    pub fn title(self, l: Language) -> &'static str {
        match self {
            Self::Lock => t::console::lock_account(l),
            Self::Unlock => t::console::unlock_account(l),
            Self::EndSessions => t::console::end_sessions(l),
            Self::Resend => t::console::resend_activation(l),
            Self::AskRemoval => t::console::ask_removal(l),
            Self::ApproveRemoval => t::console::approve_removal(l),
            Self::RefuseRemoval => t::console::refuse_removal(l),
            Self::Close => t::console::close_account(l),
        }
    }

    /// What it means for the person.
    fn means(self, l: Language) -> &'static str {
        match self {
            Self::Lock => t::console::lock_means(l),
            Self::Unlock => t::console::unlock_means(l),
            Self::EndSessions => t::console::end_sessions_means(l),
            Self::Resend => t::console::resend_activation_means(l),
            Self::AskRemoval => t::console::ask_removal_means(l),
            Self::ApproveRemoval => t::console::approve_removal_means(l),
            Self::RefuseRemoval => t::console::refuse_removal_means(l),
            Self::Close => t::console::close_means(l),
        }
    }

    pub fn done(self, l: Language) -> &'static str {
        match self {
            Self::Lock => t::console::account_was_locked(l),
            Self::Unlock => t::console::account_was_unlocked(l),
            Self::EndSessions => t::console::sessions_ended(l),
            Self::Resend => t::console::activation_resent(l),
            Self::AskRemoval => t::console::removal_asked(l),
            Self::ApproveRemoval => t::console::removal_done(l),
            Self::RefuseRemoval => t::console::removal_refused(l),
            Self::Close => t::console::account_closed(l),
        }
    }

    /// Why it may not be possible as things stand.
    fn refused(self, l: Language) -> &'static str {
        match self {
            Self::Lock => t::console::lock_refused(l),
            Self::Unlock => t::console::unlock_refused(l),
            Self::Resend => t::console::resend_refused(l),
            Self::AskRemoval | Self::ApproveRemoval | Self::RefuseRemoval => {
                t::console::removal_two_persons(l)
            }
            Self::Close => t::console::close_refused(l),
            Self::EndSessions => t::console::nothing_changed(l),
        }
    }

    fn is_final(self) -> bool {
        matches!(self, Self::Close | Self::ApproveRemoval | Self::Lock)
    }

    /// Whether it can be done to an account as it stands.
    pub fn fits(self, view: &AccountView) -> bool {
        let registration = view.kind == "registration";
        let has_factor = view.factors.authenticator_app.is_some() || view.factors.passkeys > 0;
        match self {
            Self::Lock => view.state == "active",
            Self::Unlock => view.state == "locked",
            Self::EndSessions | Self::Close => !registration && view.state != "transferred",
            Self::Resend => registration,
            Self::AskRemoval => has_factor && view.removal.is_none(),
            Self::ApproveRemoval | Self::RefuseRemoval => view.removal.is_some(),
        }
    }
}

/// `/{l}/admin/accounts/{id}/{act}`
pub struct Help;

fn facts(l: Language, view: &AccountView) -> Vec<(String, Cell)> {
    let mut facts = vec![
        (t::console::account_id(l).to_owned(), Cell::Code(view.id.clone())),
        (t::console::kind(l).to_owned(), Cell::text(kind(l, view.kind))),
        (t::console::name(l).to_owned(), Cell::text(view.name.clone())),
        (t::console::state(l).to_owned(), Cell::text(state(l, view.state))),
    ];
    facts.extend(super::removal_fact(l, view));
    facts
}

/// Which removal waits: who approves names the one that they saw.
fn request(view: &AccountView) -> &str {
    view.removal.as_ref().map_or("", |removal| removal.request.as_str())
}

impl PlainChange for Help {
    const ACT: Act = WRITE;
    type Subject = (Deed, AccountView);

    async fn find(clerk: &Clerk<'_>, form: Option<&Form>) -> Found<(Deed, AccountView)> {
        let l = clerk.l();
        let word = clerk.place.path().rsplit('/').next().unwrap_or_default();
        let deed = Deed::parse(word).ok_or(Problem::NotFound)?;
        let view = look(clerk, Look::default()).await?;
        let saw_the_same = form.is_none_or(|form| form.value("request") == request(&view));
        if deed.fits(&view) && saw_the_same {
            return Ok(Ok((deed, view)));
        }
        clerk.refuse(409, deed.title(l), deed.refused(l)).map(Err)
    }

    fn words(clerk: &Clerk<'_>, (deed, view): &(Deed, AccountView), form: Option<&Form>) -> Words {
        let l = clerk.l();
        let mut facts = facts(l, view);
        let factors = form.and_then(|form| RemovedFactors::parse(form.value("factors")));
        facts.extend(
            factors.map(|it| (t::console::factors(l).to_owned(), Cell::text(removed(l, it.as_str())))),
        );
        Words {
            title: deed.title(l).to_owned(),
            question: t::console::deed_question(l, deed.title(l)),
            means: Some(deed.means(l).to_owned()),
            facts,
            dangerous: deed.is_final(),
            cancel: clerk.url(clerk.place.section(), &format!("/{}", view.id)),
        }
    }

    fn fields(
        clerk: &Clerk<'_>,
        (deed, view): &(Deed, AccountView),
        form: Option<&Form>,
        errors: &ErrorSummary,
        change: ChangeForm,
    ) -> ChangeForm {
        let l = clerk.l();
        let factors = (*deed == Deed::AskRemoval).then(|| {
            let choices =
                ["authenticator_app", "passkeys", "all"].map(|word| Choice::new(word, removed(l, word)));
            RadioGroup::new(l, "factors", t::console::factors(l), choices.to_vec())
                .selected(form.map(|form| form.value("factors")))
                .errors_of(errors)
        });
        change.hidden("request", request(view)).field_if(factors)
    }

    fn check(clerk: &Clerk<'_>, (deed, _): &(Deed, AccountView), form: &Form, errors: &mut ErrorSummary) {
        if *deed == Deed::AskRemoval && RemovedFactors::parse(form.value("factors")).is_none() {
            errors.add("factors", t::choice_required(clerk.l()));
        }
    }

    async fn act(
        clerk: &Clerk<'_>,
        (deed, view): &(Deed, AccountView),
        form: &Form,
    ) -> Result<Answer, Problem> {
        let l = clerk.l();
        match act(clerk, *deed, view, form).await {
            Ok(()) if *deed == Deed::Close => Ok(clerk.done_at(&clerk.home(), deed.slug())),
            Ok(()) => {
                let url = clerk.url(clerk.place.section(), &format!("/{}", view.id));
                Ok(clerk.done_at(&url, deed.slug()))
            }
            Err(AdminError::Conflict(_)) => clerk.refuse(409, deed.title(l), deed.refused(l)),
            Err(error) => Err(error.into()),
        }
    }
}

async fn act(clerk: &Clerk<'_>, deed: Deed, view: &AccountView, form: &Form) -> Result<(), AdminError> {
    let (desk, app, id) = (clerk.desk(), &clerk.visit.app, view.id.as_str());
    let (why, request) = (form.value("reason"), request(view));
    match deed {
        Deed::Lock => accounts::lock(&desk, app, id, why).await.map(|_| ()),
        Deed::Unlock => accounts::unlock(&desk, app, id, Some(why)).await.map(|_| ()),
        Deed::EndSessions => accounts::end_sessions(&desk, app, id, Some(why)).await.map(|_| ()),
        Deed::Resend => accounts::resend(&desk, app, id, Some(why)).await.map(|_| ()),
        Deed::Close => accounts::close(&desk, app, id, why).await.map(|_| ()),
        Deed::AskRemoval => {
            let factors = RemovedFactors::parse(form.value("factors")).unwrap_or(RemovedFactors::All);
            accounts::ask_removal(&desk, app, id, factors, why).await.map(|_| ())
        }
        Deed::ApproveRemoval => {
            accounts::approve_removal(&desk, app, id, request, Some(why)).await.map(|_| ())
        }
        Deed::RefuseRemoval => accounts::refuse_removal(&desk, app, id, request, Some(why)).await.map(|_| ()),
    }
}
