DROP TABLE account_activity;
DROP TABLE email_change_code;
DROP TABLE email_change;
DROP TABLE former_password;
ALTER TABLE browser_session DROP COLUMN wrong_proofs;
ALTER TABLE browser_session DROP COLUMN proven_at;
ALTER TABLE browser_session DROP COLUMN browser;
