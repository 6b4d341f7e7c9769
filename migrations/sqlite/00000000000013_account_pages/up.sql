-- In a few words of our own which browser a session is in, when its person last proved again who they are, and how often
-- that failed in a row.
ALTER TABLE browser_session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE browser_session ADD COLUMN proven_at BIGINT;
ALTER TABLE browser_session ADD COLUMN wrong_proofs BIGINT NOT NULL DEFAULT 0;

-- The hashes of an account's passwords before this one: the newest few, so that none of them comes back.
CREATE TABLE former_password (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    replaced_at BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, replaced_at)
);

-- One change of an account's address: asked for, proven at the new address, undone from the old one.
CREATE TABLE email_change (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    old_email TEXT NOT NULL,
    old_email_key TEXT NOT NULL,
    new_email TEXT NOT NULL,
    new_email_key TEXT NOT NULL,
    state TEXT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    codes_dead_until BIGINT,
    undo_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    changed_at BIGINT
);
CREATE INDEX email_change_by_account ON email_change (account_id, created_at);
CREATE INDEX email_change_by_old_email ON email_change (old_email_key);
CREATE INDEX email_change_by_age ON email_change (created_at);

-- Its sent codes. Where the new address has an account already, nothing that can be typed fits.
CREATE TABLE email_change_code (
    id TEXT PRIMARY KEY NOT NULL,
    change_id TEXT NOT NULL REFERENCES email_change (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX email_change_code_by_change ON email_change_code (change_id, sent_at);

-- What the person of an account can read of what happened to it. The audit's record of the same fact stays when this goes.
CREATE TABLE account_activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    recorded_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    browser TEXT NOT NULL
);
CREATE INDEX account_activity_by_account ON account_activity (account_id, recorded_at);
CREATE INDEX account_activity_by_age ON account_activity (recorded_at);
