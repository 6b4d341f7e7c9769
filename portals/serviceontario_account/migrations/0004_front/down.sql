-- As the front's own `down.sql` has just deleted them.
CREATE TABLE pending_sign_ins (
    state TEXT PRIMARY KEY NOT NULL,
    browser_hash TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    destination TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    created_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_by_browser ON pending_sign_ins (browser_hash, created_at);
CREATE INDEX pending_sign_ins_by_age ON pending_sign_ins (created_at);

CREATE TABLE sessions (
    cookie_hash TEXT PRIMARY KEY NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT NOT NULL,
    id_token TEXT NOT NULL,
    destination TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_age ON sessions (last_seen_at);
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
-- The subject that the person's transferred ONE-key account had here.
ALTER TABLE sessions ADD COLUMN onekey_subject TEXT;
