-- The session at the provider, and when it was said to be over.
ALTER TABLE sessions ADD COLUMN sid TEXT;
ALTER TABLE sessions ADD COLUMN ended_at BIGINT;
CREATE INDEX sessions_by_subject ON sessions (issuer, subject);
CREATE INDEX sessions_by_sid ON sessions (issuer, sid);

-- Logout tokens that were used, as long as they could be sent again.
CREATE TABLE used_logout_tokens (
    jti TEXT PRIMARY KEY NOT NULL,
    remember_until BIGINT NOT NULL
);
CREATE INDEX used_logout_tokens_by_age ON used_logout_tokens (remember_until);
