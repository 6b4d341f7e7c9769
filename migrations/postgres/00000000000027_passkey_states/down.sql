ALTER TABLE passkey_challenge DROP COLUMN state;
