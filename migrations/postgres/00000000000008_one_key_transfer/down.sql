DROP TABLE transfer_decision;
DROP TABLE one_key_recovery;
ALTER TABLE one_key_account DROP COLUMN previous_sign_in_at;
DROP TABLE operator_setting;
