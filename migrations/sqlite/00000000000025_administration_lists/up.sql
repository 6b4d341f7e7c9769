-- What administrators look at by time: the audit, and the outbox by when a mail was written and when it was settled.
CREATE INDEX audit_record_by_time ON audit_record (recorded_at);
CREATE INDEX outbox_mail_by_writing ON outbox_mail (created_at, id);
CREATE INDEX outbox_mail_by_settling ON outbox_mail (settled_at);
