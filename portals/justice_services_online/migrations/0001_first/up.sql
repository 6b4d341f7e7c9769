-- Times are microseconds since 1970 (UTC).
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    terms_version INTEGER NOT NULL,
    terms_accepted_at BIGINT NOT NULL,
    -- The four that follow come with the confirmed registration.
    reference TEXT UNIQUE,
    registered_at BIGINT,
    -- JSON.
    contact TEXT,
    contact_changed_at BIGINT,
    UNIQUE (issuer, subject)
);

CREATE TABLE filings (
    id INTEGER PRIMARY KEY NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Random, made with the first form: a double click saves one draft.
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    court TEXT NOT NULL,
    -- Title and number without case and accents, to be searched.
    folded TEXT NOT NULL,
    -- Raised by every change, so that two tabs can't overwrite each other unseen.
    revision BIGINT NOT NULL,
    -- Only of a family filing that is not submitted: it ends with this session.
    session_hash TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- The three that follow come with the submission; the contact information (JSON) stays what it was then.
    submitted_at BIGINT,
    number TEXT UNIQUE,
    contact TEXT,
    UNIQUE (account_id, handle)
);
CREATE INDEX filings_by_account ON filings (account_id, changed_at);
CREATE INDEX filings_by_session ON filings (session_hash);

CREATE TABLE documents (
    filing_id INTEGER PRIMARY KEY NOT NULL REFERENCES filings (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    content BLOB NOT NULL
);

-- Mails that wait to be written; a row goes with its mail.
CREATE TABLE waiting_mails (
    id INTEGER PRIMARY KEY NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    reference TEXT NOT NULL,
    at BIGINT NOT NULL
);
