CREATE TABLE mails (
    id INTEGER PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    kind TEXT NOT NULL,
    service TEXT,
    day BIGINT,
    at BIGINT NOT NULL
);
