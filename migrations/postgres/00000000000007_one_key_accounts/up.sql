-- A ONE-key account is an account like any other, so that a session, a code, a token and a service can belong to it; it
-- has an ID where a My Ontario Account has an address, and exactly one of the two.
ALTER TABLE account ALTER COLUMN email DROP NOT NULL;
ALTER TABLE account ALTER COLUMN email_key DROP NOT NULL;
ALTER TABLE account ADD COLUMN one_key_id TEXT;
ALTER TABLE account ADD COLUMN one_key_id_key TEXT UNIQUE;
ALTER TABLE account ADD CONSTRAINT account_has_one_name CHECK (
    (email IS NULL) = (email_key IS NULL)
    AND (one_key_id IS NULL) = (one_key_id_key IS NULL)
    AND (email IS NULL) <> (one_key_id IS NULL)
);

-- What only a ONE-key account has: the address to which its ID and a code may be mailed. Nothing else is sent there.
CREATE TABLE one_key_account (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    recovery_email TEXT,
    recovery_email_key TEXT
);
CREATE INDEX one_key_account_by_recovery_email ON one_key_account (recovery_email_key);

-- Its three questions, in order: of our list, or the person's own; the folded answer as a password hash.
CREATE TABLE one_key_question (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    question TEXT NOT NULL,
    answer_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, position)
);

-- The identifier by which a service has known an imported ONE-key account, from before this server: its `sub` there.
ALTER TABLE connected_service ADD COLUMN legacy_subject TEXT;
CREATE UNIQUE INDEX connected_service_by_legacy_subject ON connected_service (client_id, legacy_subject)
    WHERE legacy_subject IS NOT NULL;
