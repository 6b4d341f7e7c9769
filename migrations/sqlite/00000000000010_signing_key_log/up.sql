ALTER TABLE signing_key ADD COLUMN revoked_at BIGINT;

-- The public log of keys: appended to only, each entry signed by the key before it.
CREATE TABLE signing_key_log (
    number BIGINT PRIMARY KEY NOT NULL,
    kid TEXT NOT NULL,
    event TEXT NOT NULL,
    entry TEXT NOT NULL
);
CREATE UNIQUE INDEX signing_key_log_once ON signing_key_log (kid, event);
