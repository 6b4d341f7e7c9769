-- Times are microseconds since 1970. Tokens rest as SHA-256, short codes and addresses as keyed hashes.

-- An activated My Ontario Account. The one unique address is what makes the first activation win.
CREATE TABLE account (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    terms_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    last_sign_in_at BIGINT
);

-- One attempt to create an account in one browser; it holds no address.
CREATE TABLE registration (
    id TEXT PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    terms_version BIGINT NOT NULL,
    request_id TEXT,
    state TEXT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    codes_dead_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX registration_by_browser ON registration (browser_hash, created_at);
CREATE INDEX registration_by_email ON registration (email_key);
CREATE INDEX registration_by_age ON registration (created_at);

CREATE TABLE activation_code (
    id TEXT PRIMARY KEY NOT NULL,
    registration_id TEXT NOT NULL REFERENCES registration (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    link_hash BLOB NOT NULL UNIQUE,
    sent_at BIGINT NOT NULL
);
CREATE INDEX activation_code_by_registration ON activation_code (registration_id, sent_at);

-- Mails that anybody can cause, by keyed hash of the address, for the limits.
CREATE TABLE mail_allowance (
    id TEXT PRIMARY KEY NOT NULL,
    address_hash BLOB NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX mail_allowance_by_address ON mail_allowance (address_hash, sent_at);
CREATE INDEX mail_allowance_by_age ON mail_allowance (sent_at);

-- The payload holds address and text, encrypted, and is erased once sent.
CREATE TABLE outbox_mail (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    payload BLOB,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    last_error TEXT
);
CREATE INDEX outbox_mail_by_due ON outbox_mail (state, next_attempt_at);

CREATE TABLE browser_session (
    id TEXT PRIMARY KEY NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    methods TEXT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX browser_session_by_account ON browser_session (account_id);
CREATE INDEX browser_session_by_age ON browser_session (last_seen_at);

-- A browser that has signed in to an account before.
CREATE TABLE known_device (
    device_hash BLOB NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (device_hash, account_id)
);
CREATE INDEX known_device_by_account ON known_device (account_id);

-- Wrong passwords in a row, by keyed hash of the address (or of address and known device).
CREATE TABLE sign_in_failure (
    key BLOB PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (last_at);

-- What one network did in one window, by keyed hash of purpose and address.
CREATE TABLE network_counter (
    key BLOB NOT NULL,
    window_start BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (key, window_start)
);
CREATE INDEX network_counter_by_age ON network_counter (window_start);

-- A relying service's request, kept while the person signs in; worthless without the browser's cookie.
CREATE TABLE authorization_request (
    id TEXT PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL,
    account_chosen BOOLEAN NOT NULL,
    completed_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorization_request_by_age ON authorization_request (expires_at);

CREATE TABLE authorization_code (
    code_hash BLOB PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    code TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX authorization_code_by_age ON authorization_code (expires_at);

CREATE TABLE access_token (
    token_hash BLOB PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX access_token_by_grant ON access_token (grant_id);
CREATE INDEX access_token_by_age ON access_token (expires_at);

CREATE TABLE connected_service (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id)
);

CREATE TABLE relying_service (
    client_id TEXT PRIMARY KEY NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE client_secret (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES relying_service (client_id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX client_secret_by_client ON client_secret (client_id);

CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    private_key BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT,
    removed_at BIGINT
);
CREATE UNIQUE INDEX signing_key_one_active ON signing_key (algorithm) WHERE state = 'active';
CREATE UNIQUE INDEX signing_key_one_next ON signing_key (algorithm) WHERE state = 'next';

-- Random values that never change, wrapped by the master key.
CREATE TABLE wrapped_secret (
    name TEXT PRIMARY KEY NOT NULL,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

-- A form's single-use id and the answer that it got, encrypted under the id itself, of which only the hash is kept.
CREATE TABLE form_submission (
    once_hash BLOB PRIMARY KEY NOT NULL,
    answer BLOB,
    expires_at BIGINT NOT NULL
);
CREATE INDEX form_submission_by_age ON form_submission (expires_at);

-- What was typed before a language switch or a session's end, encrypted, never secrets.
CREATE TABLE held_form (
    key BLOB PRIMARY KEY NOT NULL,
    fields BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX held_form_by_age ON held_form (expires_at);

-- Written in the transaction of what it records; number and hash come from the sealer.
CREATE TABLE audit_record (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    recorded_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    number BIGINT UNIQUE,
    hash BLOB
);
CREATE INDEX audit_record_unsealed ON audit_record (id) WHERE number IS NULL;

-- Which node does a job that only one may do, and until when.
CREATE TABLE lease (
    name TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);
