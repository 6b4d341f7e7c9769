ALTER TABLE sessions DROP COLUMN onekey_subject;
