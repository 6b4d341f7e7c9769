DROP TABLE mails;
DROP TABLE messages;
DROP TABLE applications;
DROP TABLE enrolments;
DROP TABLE profiles;
ALTER TABLE activities DROP COLUMN service;
DROP INDEX accounts_by_use;
ALTER TABLE accounts DROP COLUMN noticed_30_at;
ALTER TABLE accounts DROP COLUMN noticed_60_at;
