CREATE TABLE applications (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'awaiting_payment')),
    applicant TEXT NOT NULL,
    details TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    noticed_60_at BIGINT,
    noticed_30_at BIGINT
);
CREATE INDEX applications_by_account ON applications (account_id);
CREATE INDEX applications_by_age ON applications (state, changed_at);
INSERT INTO applications
SELECT
    id, account_id, kind,
    CASE WHEN submitted_at IS NULL THEN 'draft' WHEN waits THEN 'awaiting_payment' ELSE 'submitted' END,
    answers ->> 'applicant', answers ->> 'details', changed_at, noticed_60_at, noticed_30_at
FROM drafts;
DELETE FROM drafts;
