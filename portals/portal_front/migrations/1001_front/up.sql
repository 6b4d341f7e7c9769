-- Times are microseconds since 1970 (UTC).
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
    -- The session at the provider.
    sid TEXT,
    email TEXT,
    locale TEXT,
    -- The subject that the person's transferred ONE-key account had here.
    onekey_subject TEXT,
    id_token TEXT NOT NULL,
    refresh_token TEXT,
    refreshed_at BIGINT NOT NULL,
    destination TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    -- How it ended: by itself, here, or at the provider.
    ended TEXT CHECK (ended IN ('idle', 'here', 'provider'))
);
CREATE INDEX sessions_by_age ON sessions (last_seen_at);
CREATE INDEX sessions_by_subject ON sessions (issuer, subject);
CREATE INDEX sessions_by_sid ON sessions (issuer, sid);

-- Logout tokens that were used, as long as they could be sent again.
CREATE TABLE used_logout_tokens (
    jti TEXT PRIMARY KEY NOT NULL,
    remember_until BIGINT NOT NULL
);
CREATE INDEX used_logout_tokens_by_age ON used_logout_tokens (remember_until);

-- Forms that have acted, and where they led: a double click is led there too.
CREATE TABLE submissions (
    id_hash TEXT PRIMARY KEY NOT NULL,
    location TEXT NOT NULL,
    remember_until BIGINT NOT NULL
);
CREATE INDEX submissions_by_age ON submissions (remember_until);

-- What was typed into a page whose language was changed or whose session was over.
CREATE TABLE held_forms (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    page TEXT NOT NULL,
    fields TEXT NOT NULL,
    hold_until BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject, page)
);
CREATE INDEX held_forms_by_age ON held_forms (hold_until);
