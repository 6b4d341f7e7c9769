CREATE TABLE filings (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    court TEXT NOT NULL,
    folded TEXT NOT NULL,
    revision BIGINT NOT NULL,
    session_hash TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    submitted_at BIGINT,
    number TEXT UNIQUE,
    contact TEXT,
    noticed_60_at BIGINT,
    noticed_30_at BIGINT,
    UNIQUE (account_id, handle)
);
CREATE INDEX filings_by_account ON filings (account_id, changed_at);
CREATE INDEX filings_by_session ON filings (session_hash);
CREATE INDEX filings_by_age ON filings (submitted_at, changed_at);
INSERT INTO filings
SELECT
    id, account_id, handle, kind, answers ->> 'title', answers ->> 'court', folded, revision, session_hash, changed_at,
    changed_at, submitted_at, number, enclosed, noticed_60_at, noticed_30_at
FROM drafts;

CREATE TABLE filing_documents (
    filing_id INTEGER PRIMARY KEY NOT NULL REFERENCES filings (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    content BLOB NOT NULL
);
INSERT INTO filing_documents SELECT draft_id, name, size, content FROM documents;
DROP TABLE documents;
ALTER TABLE filing_documents RENAME TO documents;
DELETE FROM drafts;
