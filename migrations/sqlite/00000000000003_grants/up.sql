-- What one redeemed code bought: every token of it belongs here and ends with it. Its refresh token is not stored: it is
-- made from the row's id, its number and a key (ADR 20), so the row says only which number is the current one.
CREATE TABLE token_grant (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- A JSON list: the resources that were authorized (RFC 8707); empty where none was named.
    resources TEXT NOT NULL,
    -- The claims parameter (OIDC Core 5.5) as JSON.
    claims TEXT,
    authenticated_at BIGINT NOT NULL,
    methods TEXT NOT NULL,
    level TEXT NOT NULL,
    -- Whether it outlives the session (offline_access).
    offline BOOLEAN NOT NULL,
    -- Thumbprint of the key that a public client's refresh token is bound to (RFC 9449 section 5).
    jkt TEXT,
    -- Number of the current refresh token, and when it followed the one before it; no number where none was given.
    refresh_number BIGINT,
    refreshed_at BIGINT,
    created_at BIGINT NOT NULL,
    -- After that nothing of it works, and the row may go. Ending it sets both.
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);
CREATE INDEX token_grant_by_session ON token_grant (session_id);
CREATE INDEX token_grant_by_account ON token_grant (account_id);
CREATE INDEX token_grant_by_age ON token_grant (expires_at);

-- A JSON list; without one the token is for us alone.
ALTER TABLE access_token ADD COLUMN audience TEXT;
ALTER TABLE access_token ADD COLUMN issued_at BIGINT;
-- Thumbprint of the key that it is bound to (RFC 9449 section 6).
ALTER TABLE access_token ADD COLUMN jkt TEXT;

-- Access tokens of a service's own (client credentials). A JWT is here only once it was revoked.
CREATE TABLE client_token (
    token_hash BLOB PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT,
    jkt TEXT,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX client_token_by_age ON client_token (expires_at);
