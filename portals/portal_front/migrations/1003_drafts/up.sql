-- What people fill in over time and submit once. Times are microseconds since 1970 (UTC). The accounts are the portal's.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Random, made with the first form: a double click keeps one draft.
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- JSON, as the portal reads it.
    answers TEXT NOT NULL,
    -- Title and number without case and accents, to be searched.
    folded TEXT NOT NULL,
    -- Raised by every change, so that two tabs can't overwrite each other unseen.
    revision BIGINT NOT NULL,
    -- Only of a draft that ends with this session.
    session_hash TEXT,
    changed_at BIGINT NOT NULL,
    noticed_60_at BIGINT,
    noticed_30_at BIGINT,
    -- The three that follow come with the submission; what was enclosed is the portal's.
    submitted_at BIGINT,
    number TEXT UNIQUE,
    enclosed TEXT,
    -- Whether what was submitted still waits for its person, for a payment for example.
    waits BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (account_id, handle)
);
CREATE INDEX drafts_by_account ON drafts (account_id, changed_at);
CREATE INDEX drafts_by_session ON drafts (session_hash);
CREATE INDEX drafts_by_age ON drafts (submitted_at, changed_at);
