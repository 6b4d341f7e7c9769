DROP TABLE consent;
ALTER TABLE authorization_request DROP COLUMN consented_account;
ALTER TABLE authorization_request DROP COLUMN pushed_hash;
DROP TABLE pushed_request;
