DROP TABLE passkey_challenge;
DROP TABLE passkey;
DROP TABLE passkey_user;
