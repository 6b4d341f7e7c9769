-- Times are microseconds since 1970 (UTC).
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    terms_version INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    last_signed_in_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE activities (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX activities_by_account ON activities (account_id, at);

CREATE TABLE pending_sign_ins (
    state TEXT PRIMARY KEY NOT NULL,
    browser_hash TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    destination TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    created_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_by_browser ON pending_sign_ins (browser_hash, created_at);
CREATE INDEX pending_sign_ins_by_age ON pending_sign_ins (created_at);

CREATE TABLE sessions (
    cookie_hash TEXT PRIMARY KEY NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    id_token TEXT NOT NULL,
    destination TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_age ON sessions (last_seen_at);
