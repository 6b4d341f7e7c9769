-- The authenticator app of an account. The secret rests sealed; a step at or before the last accepted one is refused.
CREATE TABLE authenticator_app (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret BLOB NOT NULL,
    last_step BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    last_used_at BIGINT
);

-- A key that is shown to a session until its app proves that it has it.
CREATE TABLE authenticator_enrolment (
    session_id TEXT PRIMARY KEY NOT NULL REFERENCES browser_session (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authenticator_enrolment_by_age ON authenticator_enrolment (expires_at);

-- Recovery codes by keyed hash; each is spent by setting when it was used.
CREATE TABLE recovery_code (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

-- New recovery codes, sealed, for the session that made them, until it says that they are kept elsewhere.
CREATE TABLE recovery_code_sheet (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL,
    codes BLOB NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX recovery_code_sheet_by_age ON recovery_code_sheet (expires_at);

-- What a browser has proven of an account that asks for a second step; there is no session yet. Without a service's
-- request the request is empty.
CREATE TABLE second_step (
    id TEXT PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    methods TEXT NOT NULL,
    request_id TEXT NOT NULL,
    completed_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX second_step_by_browser ON second_step (browser_hash, created_at);
CREATE INDEX second_step_by_age ON second_step (expires_at);

-- Who would rather not make or set up a second step, in this request.
ALTER TABLE authorization_request ADD COLUMN level_declined_by TEXT;
