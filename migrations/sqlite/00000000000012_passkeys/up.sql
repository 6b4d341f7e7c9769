-- By what authenticators know an account: random, and kept when its last passkey goes, so that a new one takes the old one's
-- place on the same device.
CREATE TABLE passkey_user (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    handle TEXT NOT NULL UNIQUE
);

-- Passkeys. A credential belongs to one account of all.
CREATE TABLE passkey (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    credential_id BLOB NOT NULL UNIQUE,
    public_key BLOB NOT NULL,
    sign_count BIGINT NOT NULL,
    backup_eligible BOOLEAN NOT NULL,
    backed_up BOOLEAN NOT NULL,
    transports TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX passkey_by_account ON passkey (account_id, created_at);

-- Challenges that wait for their one answer.
CREATE TABLE passkey_challenge (
    challenge_hash BLOB PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    purpose TEXT NOT NULL,
    account_id TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenge_by_age ON passkey_challenge (expires_at);
