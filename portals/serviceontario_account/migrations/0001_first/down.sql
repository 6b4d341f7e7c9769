DROP TABLE sessions;
DROP TABLE pending_sign_ins;
DROP TABLE activities;
DROP TABLE accounts;
