-- A browser's attempt to set a new password by a mailed code or link. An address that nobody has gets the same rows.
CREATE TABLE password_reset (
    id TEXT PRIMARY KEY NOT NULL,
    browser_hash BYTEA NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    language TEXT NOT NULL,
    request_id TEXT,
    state TEXT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    codes_dead_until BIGINT,
    proven_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX password_reset_by_browser ON password_reset (browser_hash, created_at);
CREATE INDEX password_reset_by_address ON password_reset (email_key);
CREATE INDEX password_reset_by_age ON password_reset (created_at);

-- Its sent codes and links.
CREATE TABLE password_reset_code (
    id TEXT PRIMARY KEY NOT NULL,
    reset_id TEXT NOT NULL REFERENCES password_reset (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    link_hash BYTEA UNIQUE NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX password_reset_code_by_reset ON password_reset_code (reset_id, sent_at);

-- The notices that an account without use will be deleted: when each mail was written, the day that it names, when it was
-- seen to have been sent, by the clock and in lived time. A use of the account takes them all away.
CREATE TABLE retention_notice (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    mail_id TEXT UNIQUE NOT NULL,
    written_at BIGINT NOT NULL,
    deletes_at BIGINT NOT NULL,
    sent_at BIGINT,
    sent_lived BIGINT,
    PRIMARY KEY (account_id, position)
);

-- How much time the nodes have lived through, in steps that a clock which jumps can't make. One row.
CREATE TABLE lived_time (
    name TEXT PRIMARY KEY NOT NULL,
    seen_at BIGINT NOT NULL,
    lived BIGINT NOT NULL
);

-- Whose last use is long ago, oldest first.
CREATE INDEX account_by_last_sign_in ON account (last_sign_in_at);
