-- The sign-in partners that an operator added. What proves us to one is sealed.
CREATE TABLE sign_in_partner (
    id TEXT PRIMARY KEY NOT NULL,
    name_en TEXT NOT NULL,
    name_fr TEXT NOT NULL,
    issuer TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    authentication TEXT NOT NULL,
    algorithm TEXT,
    credential BLOB NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- One browser's way to a partner and back, for the service's request that it came with: nobody is signed in by it before
-- its end, and it ends once. The partner's identifier of the person is a keyed hash over issuer and identifier.
CREATE TABLE partner_journey (
    id TEXT PRIMARY KEY NOT NULL,
    state_hash BLOB NOT NULL UNIQUE,
    browser_hash BLOB NOT NULL,
    request_id TEXT,
    partner_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    account_id TEXT,
    fresh BOOLEAN NOT NULL,
    next TEXT,
    language TEXT NOT NULL,
    answered_at BIGINT,
    subject_hash BLOB,
    email TEXT,
    email_key TEXT,
    email_proven_at BIGINT,
    wrong_tries BIGINT NOT NULL,
    codes_dead_until BIGINT,
    finished_at BIGINT,
    last_seen_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX partner_journey_by_browser ON partner_journey (browser_hash, created_at);
CREATE INDEX partner_journey_by_age ON partner_journey (created_at);

CREATE TABLE partner_code (
    id TEXT PRIMARY KEY NOT NULL,
    journey_id TEXT NOT NULL REFERENCES partner_journey (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX partner_code_by_journey ON partner_code (journey_id, sent_at);

-- Which identifier of which partner opens which account.
CREATE TABLE partner_link (
    subject_hash BLOB PRIMARY KEY NOT NULL,
    partner_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    linked_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX partner_link_by_account ON partner_link (account_id);
