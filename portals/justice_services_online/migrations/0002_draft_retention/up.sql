-- When a draft's person was told of its end, 60 and 30 days before. Times are microseconds since 1970 (UTC).
ALTER TABLE filings ADD COLUMN noticed_60_at BIGINT;
ALTER TABLE filings ADD COLUMN noticed_30_at BIGINT;
CREATE INDEX filings_by_age ON filings (submitted_at, changed_at);
-- Mails wait in the front's table from here on (crate `portal-front`).
DROP TABLE waiting_mails;
