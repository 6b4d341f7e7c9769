//! Journeys through a sign-in partner. Each is spent by one conditional update, in the transaction that gives what it buys.

mod code;
mod link;
mod way;

pub use code::{activate_by_partner, send_partner_code};
pub use link::{link_partner, link_partner_after_second_step, link_partner_by_passkey};
pub use way::{
    insert_partner_journey, keep_partner_subject, record_refused_partner_answer, sign_in_by_partner,
    take_partner_answer,
};

use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{partner_code, partner_journey};
use crate::{PartnerJourney, Result, StoreError};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::{RegistrationFacts, RegistrationState};
use idp_domain::ids::{AccountId, AuthorizationRequestId, PartnerJourneyId};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::sign_in_partner::PartnerId;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = partner_journey)]
struct JourneyRow {
    id: String,
    request_id: Option<String>,
    partner_id: String,
    issuer: String,
    account_id: Option<String>,
    fresh: bool,
    next: Option<String>,
    language: String,
    subject_hash: Option<Vec<u8>>,
    email: Option<String>,
    email_key: Option<String>,
    email_proven_at: Option<i64>,
    wrong_tries: i64,
    codes_dead_until: Option<i64>,
    finished_at: Option<i64>,
    last_seen_at: i64,
    created_at: i64,
    link_journey_id: Option<String>,
}

const CORRUPT: StoreError = StoreError::Corrupt("partner_journey");

impl JourneyRow {
    fn facts(&self) -> RegistrationFacts {
        let state = match self.finished_at {
            Some(_) => RegistrationState::Activated,
            None => RegistrationState::Open,
        };
        RegistrationFacts {
            state,
            created_at: Timestamp::from_micros(self.created_at),
            wrong: u32::try_from(self.wrong_tries).unwrap_or(u32::MAX),
            codes_dead_until: self.codes_dead_until.map(Timestamp::from_micros),
        }
    }

    fn partner(&self) -> Result<PartnerId> {
        PartnerId::parse(&self.partner_id).ok_or(CORRUPT)
    }

    fn language(&self) -> Result<Language> {
        Language::from_code(&self.language).ok_or(CORRUPT)
    }

    fn into_domain(self, last_sent_at: Option<i64>) -> Result<PartnerJourney> {
        let subject = self.subject_hash.as_deref();
        let email = self.email.as_deref().map(EmailAddress::parse).transpose().map_err(|_| CORRUPT)?;
        Ok(PartnerJourney {
            id: PartnerJourneyId::parse(&self.id).ok_or(CORRUPT)?,
            request_id: self.request_id.as_deref().and_then(AuthorizationRequestId::parse),
            partner: self.partner()?,
            account: self.account_id.as_deref().and_then(AccountId::parse),
            link: self.link_journey_id.as_deref().and_then(PartnerJourneyId::parse),
            fresh: self.fresh,
            next: self.next.clone(),
            language: self.language()?,
            subject: subject.map(|bytes| KeyedHash::from_slice(bytes).ok_or(CORRUPT)).transpose()?,
            email,
            email_proven_at: self.email_proven_at.map(Timestamp::from_micros),
            facts: self.facts(),
            last_sent_at: last_sent_at.map(Timestamp::from_micros),
            last_seen_at: Timestamp::from_micros(self.last_seen_at),
            issuer: self.issuer,
        })
    }
}

pub fn find_partner_journey(
    conn: &mut Conn,
    browser: TokenHash,
    request: Option<AuthorizationRequestId>,
) -> Result<Option<PartnerJourney>> {
    let answered = || {
        partner_journey::table
            .filter(partner_journey::browser_hash.eq(browser.as_bytes()))
            .filter(partner_journey::subject_hash.is_not_null())
            .order(partner_journey::created_at.desc())
            .select(JourneyRow::as_select())
    };
    let row: Option<JourneyRow> = match request {
        Some(id) => answered().filter(partner_journey::request_id.eq(id.as_str())).first(conn).optional()?,
        None => answered().filter(partner_journey::request_id.is_null()).first(conn).optional()?,
    };
    let Some(row) = row else { return Ok(None) };
    let last_sent_at = partner_code::table
        .filter(partner_code::journey_id.eq(&row.id))
        .select(diesel::dsl::max(partner_code::sent_at))
        .first::<Option<i64>>(conn)?;
    row.into_domain(last_sent_at).map(Some)
}

pub fn touch_partner_journey(conn: &mut Conn, id: PartnerJourneyId, now: Timestamp) -> Result<()> {
    let row = partner_journey::table
        .filter(partner_journey::id.eq(id.as_str()))
        .filter(partner_journey::last_seen_at.lt(now.micros()));
    update(row).set(partner_journey::last_seen_at.eq(now.micros())).execute(conn)?;
    Ok(())
}

/// Reads an open journey so that no other transaction decides on it before this one ends: the update takes the row's lock on
/// both databases.
fn lock_journey(conn: &mut Conn, id: &PartnerJourneyId) -> Result<Option<JourneyRow>> {
    Ok(update(partner_journey::table.find(id.as_str()))
        .set(partner_journey::wrong_tries.eq(partner_journey::wrong_tries))
        .returning(JourneyRow::as_returning())
        .get_result(conn)
        .optional()?)
}

/// Spends a journey; whether it was there to spend.
fn finish(conn: &mut Conn, id: &PartnerJourneyId, now: Timestamp) -> Result<bool> {
    let open = partner_journey::table
        .filter(partner_journey::id.eq(id.as_str()))
        .filter(partner_journey::finished_at.is_null());
    let finished = update(open).set(partner_journey::finished_at.eq(now.micros())).execute(conn)?;
    Ok(finished == 1)
}
