CREATE TABLE waiting_mails (
    id INTEGER PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    reference TEXT NOT NULL,
    at BIGINT NOT NULL
);
DROP INDEX filings_by_age;
ALTER TABLE filings DROP COLUMN noticed_30_at;
ALTER TABLE filings DROP COLUMN noticed_60_at;
