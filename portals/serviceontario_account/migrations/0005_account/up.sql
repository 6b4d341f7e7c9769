-- Times are microseconds since 1970 (UTC).
ALTER TABLE accounts ADD COLUMN noticed_60_at BIGINT;
ALTER TABLE accounts ADD COLUMN noticed_30_at BIGINT;
CREATE INDEX accounts_by_use ON accounts (last_signed_in_at);

-- The service that an activity is about.
ALTER TABLE activities ADD COLUMN service TEXT;

CREATE TABLE profiles (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- What people typed, as JSON: the fields of `profile.rs`.
    fields TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX profiles_by_account ON profiles (account_id);

CREATE TABLE enrolments (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, service)
);

CREATE TABLE applications (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'awaiting_payment')),
    applicant TEXT NOT NULL,
    details TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    noticed_60_at BIGINT,
    noticed_30_at BIGINT
);
CREATE INDEX applications_by_account ON applications (account_id);
CREATE INDEX applications_by_age ON applications (state, changed_at);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- The service and the day that it is about.
    service TEXT,
    day BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX messages_by_account ON messages (account_id, at);

-- Mails that wait to be written; they outlive the account that they are about.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    kind TEXT NOT NULL,
    service TEXT,
    day BIGINT,
    at BIGINT NOT NULL
);
