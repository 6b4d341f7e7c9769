DROP TABLE client_token;
ALTER TABLE access_token DROP COLUMN jkt;
ALTER TABLE access_token DROP COLUMN issued_at;
ALTER TABLE access_token DROP COLUMN audience;
DROP TABLE token_grant;
