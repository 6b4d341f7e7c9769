DROP TABLE client_logo;
DROP TABLE client_registration;
DROP TABLE initial_access_token;
ALTER TABLE relying_service DROP COLUMN disabled_at;
