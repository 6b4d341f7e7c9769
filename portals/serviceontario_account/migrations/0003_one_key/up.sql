-- The subject that the person's transferred ONE-key account had here.
ALTER TABLE sessions ADD COLUMN onekey_subject TEXT;
