-- A disabled service is unknown to every endpoint; its id is never given out again.
ALTER TABLE relying_service ADD COLUMN disabled_at BIGINT;

-- Who may register services by themselves (RFC 7591 section 3), how often, and what the administrator lays down for them.
CREATE TABLE initial_access_token (
    id TEXT PRIMARY KEY NOT NULL,
    token_hash BYTEA UNIQUE NOT NULL,
    policy TEXT NOT NULL,
    uses_left BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX initial_access_token_by_age ON initial_access_token (expires_at);

-- Which services may read, replace and end their own registration (RFC 7592), and what the administrator laid down.
CREATE TABLE client_registration (
    client_id TEXT PRIMARY KEY NOT NULL REFERENCES relying_service (client_id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The picture behind a service's logo_uri, fetched by us and served by us; without one until it could be fetched.
CREATE TABLE client_logo (
    client_id TEXT PRIMARY KEY NOT NULL REFERENCES relying_service (client_id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    content_type TEXT,
    image BYTEA,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT
);
CREATE INDEX client_logo_due ON client_logo (next_attempt_at);
