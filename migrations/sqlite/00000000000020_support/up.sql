-- By whom and why an account is locked, and the reference by which its person speaks of it (page X10).
CREATE TABLE account_lock (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reference TEXT NOT NULL UNIQUE,
    locked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    locked_at BIGINT NOT NULL
);

-- The removal of second factors that one of support asked for, until another approves it: one for each account.
CREATE TABLE factor_removal (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    factors TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX factor_removal_by_expiry ON factor_removal (expires_at);

-- What a person told support about their account's activity, by the reference that they were given.
CREATE TABLE activity_report (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    reported_at BIGINT NOT NULL
);
CREATE INDEX activity_report_by_account ON activity_report (account_id);
CREATE INDEX activity_report_by_time ON activity_report (reported_at);

-- Transfers that were refused after the right password: the ONE-key account was locked or had been carried over.
CREATE TABLE transfer_refusal (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    one_key_account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    refused_at BIGINT NOT NULL
);
CREATE INDEX transfer_refusal_by_account ON transfer_refusal (account_id);
CREATE INDEX transfer_refusal_by_one_key ON transfer_refusal (one_key_account_id);
CREATE INDEX transfer_refusal_by_time ON transfer_refusal (refused_at, id);
