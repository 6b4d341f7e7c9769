ALTER TABLE authorization_request DROP COLUMN level_declined_by;
DROP TABLE second_step;
DROP TABLE recovery_code_sheet;
DROP TABLE recovery_code;
DROP TABLE authenticator_enrolment;
DROP TABLE authenticator_app;
