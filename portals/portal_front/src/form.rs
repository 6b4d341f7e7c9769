//! A posted form: read once, bounded, its typed values held for the person where they can't act now, and each form
//! acting once.

use crate::database::{Database, DatabaseError};
use crate::error::PortalError;
use crate::schema::{held_forms, submissions};
use crate::session::Person;
use diesel::prelude::*;
use percent_encoding::percent_decode;
use relying_party::SECOND;

/// The longest body of a form.
pub const MAX_BODY: usize = 64 * 1024;
const MOST_FIELDS: usize = 100;
/// How long a double click is led where the first one was (pages.md 0.3).
const REMEMBERED: i64 = 10 * 60 * SECOND;
/// How long typed values wait for their person (pages.md 0.6).
const HELD: i64 = 30 * 60 * SECOND;
/// Values beyond this are not held.
const MOST_HELD: usize = 4096;

/// The fields of a form, each once. Names that begin with `_` are the front's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`]: too many fields, a doubled one, or one that isn't text.
    pub fn parse(body: &[u8]) -> Result<Self, PortalError> {
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(body).into_owned().take(MOST_FIELDS + 1).collect();
        // A U+FFFD that somebody pasted is a sign like others; one that stands for broken bytes is not text.
        let is_text = percent_decode(body).decode_utf8().is_ok();
        let fits = fields.len() <= MOST_FIELDS
            && is_text
            && fields.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0'))
            && fields
                .iter()
                .enumerate()
                .all(|(n, (name, _))| fields[..n].iter().all(|(other, _)| other != name));
        if fits { Ok(Self(fields)) } else { Err(PortalError::BadRequest) }
    }

    /// A form with these fields.
    #[must_use]
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field as it was typed; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field without the blanks around it.
    #[must_use]
    pub fn trimmed(&self, name: &str) -> &str {
        self.value(name).trim()
    }

    /// Whether a box is checked.
    #[must_use]
    pub fn is_checked(&self, name: &str) -> bool {
        self.value(name) == "yes"
    }

    /// What people typed: everything but the front's own fields.
    #[must_use]
    pub fn typed(&self) -> Vec<(&str, &str)> {
        let typed = self.0.iter().filter(|(name, value)| !name.starts_with('_') && value.len() <= MOST_HELD);
        typed.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// What became of a form that may act once.
pub enum Acted<R> {
    /// It acted, now or at the first of several clicks; the page that follows, with its language.
    Led(String),
    /// It was refused, and can be sent again.
    Refused(R),
}

impl Database {
    /// Lets a form act once: `work` does its part and gives the page that follows, in one transaction with the note that
    /// this form has acted. A second click is led to the same page. A refusal is an `Ok` value: what it wrote is kept.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn act_once<R, F>(&self, id_hash: String, now: i64, work: F) -> Result<Acted<R>, DatabaseError>
    where
        R: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<Acted<R>> + Send + 'static,
    {
        self.write(move |c| {
            diesel::delete(submissions::table.filter(submissions::remember_until.le(now))).execute(c)?;
            let before =
                submissions::table.find(&id_hash).select(submissions::location).first(c).optional()?;
            if let Some(location) = before {
                return Ok(Acted::Led(location));
            }
            let acted = work(c)?;
            if let Acted::Led(location) = &acted {
                let row = (
                    submissions::id_hash.eq(&id_hash),
                    submissions::location.eq(location),
                    submissions::remember_until.eq(now + REMEMBERED),
                );
                diesel::insert_into(submissions::table).values(row).execute(c)?;
            }
            Ok(acted)
        })
        .await
    }

    /// What this person typed into this page, if it is still held.
    pub(crate) async fn find_held(
        &self,
        person: &Person,
        page: &str,
        now: i64,
    ) -> Result<Option<Form>, DatabaseError> {
        let key = (person.issuer.clone(), person.subject.clone(), page.to_owned());
        let found = self.read(move |c| {
            let held = held_forms::table.find(key).filter(held_forms::hold_until.gt(now));
            held.select(held_forms::fields).first::<String>(c).optional()
        });
        Ok(found.await?.and_then(|fields| serde_json::from_str(&fields).ok()).map(Form))
    }
}

/// Holds what was typed for its person and page; the newest stays.
pub(crate) fn hold(
    c: &mut SqliteConnection,
    person: &Person,
    page: &str,
    form: &Form,
    now: i64,
) -> QueryResult<()> {
    diesel::delete(held_forms::table.filter(held_forms::hold_until.le(now))).execute(c)?;
    let Ok(fields) = serde_json::to_string(&form.typed()) else { return Ok(()) };
    let held = (held_forms::fields.eq(fields), held_forms::hold_until.eq(now + HELD));
    diesel::insert_into(held_forms::table)
        .values((
            held_forms::issuer.eq(&person.issuer),
            held_forms::subject.eq(&person.subject),
            held_forms::page.eq(page),
            held.clone(),
        ))
        .on_conflict((held_forms::issuer, held_forms::subject, held_forms::page))
        .do_update()
        .set(held)
        .execute(c)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, signed_in};
    use proptest::prelude::*;

    #[test]
    fn a_form_has_each_field_once_and_is_text() {
        let form = Form::parse(b"a=1&b=%C3%A9+x&_csrf=t&c=yes").unwrap();
        assert_eq!((form.value("a"), form.value("b"), form.value("none")), ("1", "é x", ""));
        assert!(form.is_checked("c") && !form.is_checked("a"));
        assert_eq!(form.typed(), [("a", "1"), ("b", "é x"), ("c", "yes")]);
        let pasted = Form::parse("a=Mus%EF%BF%BDe&b=\u{FFFD}".as_bytes()).unwrap();
        assert_eq!((pasted.value("a"), pasted.value("b")), ("Mus\u{FFFD}e", "\u{FFFD}"));
        let many = "x=1&".repeat(200);
        for body in [&b"a=1&a=2"[..], b"a=%FF", b"a=%EF%BF", b"a=%00", b"\xff=1", many.as_bytes()] {
            assert!(Form::parse(body).is_err(), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::parse(&body);
        }
    }

    #[actix_web::test]
    async fn a_form_acts_once_and_leads_to_the_same_page_for_ten_minutes() {
        let (database, _folder) = testing::database();
        let act = async |now: i64, acted: Acted<u8>| {
            let location = format!("/en/{now}");
            let acted = database.act_once("id".into(), now, move |_| Ok(acted)).await.unwrap();
            (acted, location)
        };
        assert!(matches!(act(0, Acted::Refused(7)).await.0, Acted::Refused(7)));
        for now in [1, 2, REMEMBERED] {
            let (acted, _) = act(now, Acted::Led(format!("/en/{now}"))).await;
            assert!(matches!(acted, Acted::Led(location) if location == "/en/1"), "{now}");
        }
        let late = act(REMEMBERED + 1, Acted::Led("/en/late".into())).await.0;
        assert!(matches!(late, Acted::Led(location) if location == "/en/late"));
    }

    #[actix_web::test]
    async fn typed_values_are_held_for_their_person_and_page_for_30_minutes() {
        let (database, _folder) = testing::database();
        let (ours, theirs) = (signed_in("c", "s").person, signed_in("d", "t").person);
        for value in ["first", "Ł<&\u{202e}"] {
            let (person, form) =
                (ours.clone(), Form::of(vec![("name".into(), value.into()), ("_csrf".into(), "t".into())]));
            database.write(move |c| hold(c, &person, "profiles/1", &form, 0)).await.unwrap();
        }
        let found = database.find_held(&ours, "profiles/1", HELD - 1).await.unwrap().unwrap();
        assert_eq!(found, Form::of(vec![("name".into(), "Ł<&\u{202e}".into())]));
        assert_eq!(database.find_held(&ours, "profiles/1", HELD).await.unwrap(), None);
        assert_eq!(database.find_held(&theirs, "profiles/1", 0).await.unwrap(), None);
        assert_eq!(database.find_held(&ours, "profiles/2", 0).await.unwrap(), None);
    }
}
