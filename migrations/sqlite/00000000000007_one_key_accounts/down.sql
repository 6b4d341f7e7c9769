PRAGMA foreign_keys = OFF;
DROP INDEX connected_service_by_legacy_subject;
ALTER TABLE connected_service DROP COLUMN legacy_subject;
DROP TABLE one_key_question;
DROP TABLE one_key_account;
CREATE TABLE account_made_anew (
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
INSERT INTO account_made_anew SELECT
    id, email, email_key, password_hash, language, status, terms_version, created_at, password_changed_at, last_sign_in_at
FROM account WHERE email IS NOT NULL;
DROP TABLE account;
ALTER TABLE account_made_anew RENAME TO account;
DELETE FROM browser_session WHERE account_id NOT IN (SELECT id FROM account);
DELETE FROM known_device WHERE account_id NOT IN (SELECT id FROM account);
DELETE FROM access_token WHERE account_id NOT IN (SELECT id FROM account);
DELETE FROM connected_service WHERE account_id NOT IN (SELECT id FROM account);
PRAGMA foreign_keys = ON;
