-- What an operator sets by command for all nodes; it wins over the settings file.
CREATE TABLE operator_setting (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

ALTER TABLE one_key_account ADD COLUMN previous_sign_in_at BIGINT;

-- One browser's attempt to recover a ONE-key password. Made for any typed ID; without an account nothing ever fits.
CREATE TABLE one_key_recovery (
    id TEXT PRIMARY KEY NOT NULL,
    browser_hash BYTEA NOT NULL,
    typed_id TEXT NOT NULL,
    account_id TEXT REFERENCES account (id) ON DELETE CASCADE,
    code_hash BYTEA,
    code_sent_at BIGINT,
    proven_at BIGINT,
    finished_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX one_key_recovery_by_browser ON one_key_recovery (browser_hash, created_at);
CREATE INDEX one_key_recovery_by_age ON one_key_recovery (created_at);

-- The one decision of a My Ontario Account. Its primary key and the unique ONE-key account are what make it one.
CREATE TABLE transfer_decision (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    one_key_account_id TEXT UNIQUE,
    client_id TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
