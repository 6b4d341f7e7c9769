-- A request that its client pushed (RFC 9126), checked; its reference is kept as SHA-256. It must arrive at the
-- authorization endpoint before expires_at, is spent with the answer, and is remembered as long as a journey may take.
CREATE TABLE pushed_request (
    reference_hash BYTEA PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL,
    request TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    forget_at BIGINT NOT NULL
);
CREATE INDEX pushed_request_by_age ON pushed_request (forget_at);

-- The pushed request that a kept one came from, and who allowed it in this journey.
ALTER TABLE authorization_request ADD COLUMN pushed_hash BYTEA;
ALTER TABLE authorization_request ADD COLUMN consented_account TEXT;

-- What a person lets a service have, as the words of idp-domain's Disclosure with blanks between them.
CREATE TABLE consent (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    disclosures TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id)
);
