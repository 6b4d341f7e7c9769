//! Sign-in partners as an operator keeps them, and the links of accounts to them.

use super::Conn;
use super::accounts::{AccountRow, find_account_by_email};
use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::second_factors::{lock_factors, second_factors};
use crate::keeping::update;
use crate::schema::{account, partner_link, sign_in_partner};
use crate::{NewPartner, PartnerLink, Result, StoreError, StoredPartner, UnlinkOutcome, UnlinkPartner};
use diesel::prelude::*;
use idp_domain::account::Account;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::client::BilingualText;
use idp_domain::ids::AccountId;
use idp_domain::secret::KeyedHash;
use idp_domain::sign_in_partner::{PartnerAuthentication, PartnerId, SignInPartner};
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in_partner)]
struct PartnerRow {
    id: String,
    name_en: String,
    name_fr: String,
    issuer: String,
    client_id: String,
    authentication: String,
    algorithm: Option<String>,
    credential: Vec<u8>,
    position: i64,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl PartnerRow {
    fn into_domain(self) -> Result<StoredPartner> {
        let corrupt = || StoreError::Corrupt("sign_in_partner");
        let algorithm = match self.algorithm.as_deref() {
            Some(text) => Some(SigningAlgorithm::parse(text).ok_or_else(corrupt)?),
            None => None,
        };
        Ok(StoredPartner {
            partner: SignInPartner {
                id: PartnerId::parse(&self.id).ok_or_else(corrupt)?,
                name: BilingualText { en: self.name_en, fr: self.name_fr },
                issuer: self.issuer,
                client_id: self.client_id,
                authentication: PartnerAuthentication::parse(&self.authentication).ok_or_else(corrupt)?,
                algorithm,
                position: self.position,
            },
            credential: self.credential,
            created_at: Timestamp::from_micros(self.created_at),
            disabled_at: self.disabled_at.map(Timestamp::from_micros),
        })
    }
}

pub fn list_partners(conn: &mut Conn) -> Result<Vec<StoredPartner>> {
    let rows: Vec<PartnerRow> = sign_in_partner::table
        .order((sign_in_partner::position, sign_in_partner::id))
        .limit(100)
        .select(PartnerRow::as_select())
        .load(conn)?;
    rows.into_iter().map(PartnerRow::into_domain).collect()
}

pub fn find_partner(conn: &mut Conn, id: PartnerId) -> Result<Option<StoredPartner>> {
    let row = sign_in_partner::table.find(id.as_str()).select(PartnerRow::as_select());
    row.first(conn).optional()?.map(PartnerRow::into_domain).transpose()
}

pub fn insert_partner(conn: &mut Conn, new: NewPartner) -> Result<bool> {
    let NewPartner { partner, credential, order, now } = new;
    let Some(credential) = credential else { return Ok(false) };
    let inserted = diesel::insert_into(sign_in_partner::table)
        .values((
            sign_in_partner::id.eq(partner.id.as_str()),
            sign_in_partner::name_en.eq(&partner.name.en),
            sign_in_partner::name_fr.eq(&partner.name.fr),
            sign_in_partner::issuer.eq(&partner.issuer),
            sign_in_partner::client_id.eq(&partner.client_id),
            sign_in_partner::authentication.eq(partner.authentication.as_str()),
            sign_in_partner::algorithm.eq(partner.algorithm.map(SigningAlgorithm::as_str)),
            sign_in_partner::credential.eq(credential),
            sign_in_partner::position.eq(partner.position),
            sign_in_partner::created_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 1 {
        let Order { by, reason } = order;
        let event = AuditEvent::PartnerAdded { partner: partner.id, by: Some(by), reason };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(inserted == 1)
}

pub fn update_partner(conn: &mut Conn, new: NewPartner) -> Result<bool> {
    let NewPartner { partner, credential, order, now } = new;
    let others = sign_in_partner::table
        .filter(sign_in_partner::issuer.eq(&partner.issuer))
        .filter(sign_in_partner::id.ne(partner.id.as_str()));
    if diesel::select(diesel::dsl::exists(others)).get_result(conn)? {
        return Ok(false);
    }
    let row = || sign_in_partner::table.find(partner.id.as_str());
    if let Some(credential) = credential {
        update(row()).set(sign_in_partner::credential.eq(credential)).execute(conn)?;
    }
    let updated = update(row())
        .set((
            sign_in_partner::name_en.eq(&partner.name.en),
            sign_in_partner::name_fr.eq(&partner.name.fr),
            sign_in_partner::issuer.eq(&partner.issuer),
            sign_in_partner::client_id.eq(&partner.client_id),
            sign_in_partner::authentication.eq(partner.authentication.as_str()),
            sign_in_partner::algorithm.eq(partner.algorithm.map(SigningAlgorithm::as_str)),
            sign_in_partner::position.eq(partner.position),
            sign_in_partner::disabled_at.eq(None::<i64>),
        ))
        .execute(conn)?;
    if updated == 1 {
        let Order { by, reason } = order;
        let event = AuditEvent::PartnerUpdated { partner: partner.id, by: Some(by), reason };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(updated == 1)
}

pub fn disable_partner(conn: &mut Conn, id: PartnerId, order: Order, now: Timestamp) -> Result<bool> {
    let enabled = sign_in_partner::table
        .filter(sign_in_partner::id.eq(id.as_str()))
        .filter(sign_in_partner::disabled_at.is_null());
    let disabled = update(enabled).set(sign_in_partner::disabled_at.eq(now.micros())).execute(conn)?;
    if disabled == 1 {
        let Order { by, reason } = order;
        let event = AuditEvent::PartnerDisabled { partner: id, by: Some(by), reason };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(disabled == 1)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = partner_link)]
struct LinkRow {
    subject_hash: Vec<u8>,
    partner_id: String,
    issuer: String,
    linked_at: i64,
    last_used_at: i64,
}

pub fn list_partner_links(conn: &mut Conn, account: AccountId) -> Result<Vec<PartnerLink>> {
    let rows: Vec<LinkRow> = partner_link::table
        .filter(partner_link::account_id.eq(account.as_str()))
        .order((partner_link::linked_at, partner_link::subject_hash))
        .limit(100)
        .select(LinkRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let corrupt = || StoreError::Corrupt("partner_link");
            Ok(PartnerLink {
                subject: KeyedHash::from_slice(&row.subject_hash).ok_or_else(corrupt)?,
                partner: PartnerId::parse(&row.partner_id).ok_or_else(corrupt)?,
                issuer: row.issuer,
                linked_at: Timestamp::from_micros(row.linked_at),
                last_used_at: Timestamp::from_micros(row.last_used_at),
            })
        })
        .collect()
}

pub fn unlink_partner(conn: &mut Conn, unlink: UnlinkPartner) -> Result<UnlinkOutcome> {
    // Before anything is read: a passkey, or another link, may be taken off at the same time.
    lock_factors(conn, &unlink.account)?;
    let links = || partner_link::table.filter(partner_link::account_id.eq(unlink.account.as_str()));
    let this = || links().filter(partner_link::subject_hash.eq(unlink.subject.as_bytes()));
    let partner: Option<String> = this().select(partner_link::partner_id).first(conn).optional()?;
    let Some(partner) = partner else { return Ok(UnlinkOutcome::Gone) };
    let others: i64 =
        links().filter(partner_link::subject_hash.ne(unlink.subject.as_bytes())).count().get_result(conn)?;
    if others == 0
        && !has_password(conn, &unlink.account)?
        && second_factors(conn, &unlink.account)?.passkeys == 0
    {
        return Ok(UnlinkOutcome::LastWay);
    }
    diesel::delete(this()).execute(conn)?;
    let partner = PartnerId::parse(&partner).ok_or(StoreError::Corrupt("partner_link"))?;
    insert_audit_record(conn, &AuditEvent::PartnerUnlinked { account: unlink.account, partner }, unlink.now)?;
    insert_mail(conn, &unlink.mail, unlink.now)?;
    Ok(UnlinkOutcome::Unlinked)
}

pub fn find_partner_account(conn: &mut Conn, subject: KeyedHash) -> Result<Option<Account>> {
    let row: Option<AccountRow> = partner_link::table
        .inner_join(account::table.on(account::id.eq(partner_link::account_id)))
        .filter(partner_link::subject_hash.eq(subject.as_bytes()))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    row.map(AccountRow::into_domain).transpose()
}

pub fn find_account_of_proven_address(conn: &mut Conn, email_key: String) -> Result<Option<Account>> {
    find_account_by_email(conn, &email_key)
}

/// Whether an account has a password to sign in with.
pub(super) fn has_password(conn: &mut Conn, account: &AccountId) -> Result<bool> {
    let password: Option<Option<String>> =
        account::table.find(account.as_str()).select(account::password_hash).first(conn).optional()?;
    Ok(password.flatten().is_some())
}

/// Makes a link, in the transaction of what it follows from; `false` where the identifier opens an account already.
pub(super) fn insert_partner_link(
    conn: &mut Conn,
    subject: &[u8],
    partner: &PartnerId,
    issuer: &str,
    account: &AccountId,
    now: Timestamp,
) -> Result<bool> {
    let inserted = diesel::insert_into(partner_link::table)
        .values((
            partner_link::subject_hash.eq(subject),
            partner_link::partner_id.eq(partner.as_str()),
            partner_link::issuer.eq(issuer),
            partner_link::account_id.eq(account.as_str()),
            partner_link::linked_at.eq(now.micros()),
            partner_link::last_used_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}
