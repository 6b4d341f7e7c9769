DROP INDEX outbox_mail_by_settling;
DROP INDEX outbox_mail_by_writing;
DROP INDEX audit_record_by_time;
