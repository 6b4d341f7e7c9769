DROP TABLE signing_key_log;
ALTER TABLE signing_key DROP COLUMN revoked_at;
