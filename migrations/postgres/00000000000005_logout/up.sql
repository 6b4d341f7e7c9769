-- Which services a session was used for: written when a code is redeemed, so that they can be told of its end.
CREATE TABLE session_service (
    session_id TEXT NOT NULL REFERENCES browser_session (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    first_used_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);

-- The ledger: one delivery for each session that ended and each service that hears of it by back channel. A row holds
-- facts, never a token; its session, account or service may be gone before it is settled.
CREATE TABLE logout_delivery (
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    settled_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (session_id, client_id)
);
CREATE INDEX logout_delivery_by_due ON logout_delivery (next_attempt_at) WHERE settled_at IS NULL;
CREATE INDEX logout_delivery_by_age ON logout_delivery (settled_at);

-- Sessions are found by time while they are open, and deleted by the age of their end.
DROP INDEX browser_session_by_age;
CREATE INDEX browser_session_by_idleness ON browser_session (last_seen_at) WHERE ended_at IS NULL;
CREATE INDEX browser_session_by_beginning ON browser_session (created_at) WHERE ended_at IS NULL;
CREATE INDEX browser_session_by_end ON browser_session (ended_at);
