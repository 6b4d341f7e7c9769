DROP INDEX account_by_last_sign_in;
DROP TABLE lived_time;
DROP TABLE retention_notice;
DROP TABLE password_reset_code;
DROP TABLE password_reset;
