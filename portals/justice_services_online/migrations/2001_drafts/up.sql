-- Filings are kept in the front's table of drafts from here on (crate `portal-front`); their documents stay here.
INSERT INTO drafts (
    id, account_id, handle, kind, answers, folded, revision, session_hash, changed_at, noticed_60_at, noticed_30_at,
    submitted_at, number, enclosed
)
SELECT
    id, account_id, handle, kind, json_object('kind', kind, 'title', title, 'court', court), folded, revision, session_hash,
    changed_at, noticed_60_at, noticed_30_at, submitted_at, number, contact
FROM filings;

CREATE TABLE draft_documents (
    draft_id INTEGER PRIMARY KEY NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    content BLOB NOT NULL
);
INSERT INTO draft_documents SELECT filing_id, name, size, content FROM documents;
DROP TABLE documents;
DROP TABLE filings;
ALTER TABLE draft_documents RENAME TO documents;
