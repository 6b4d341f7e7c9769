-- What was good once and carries its own end (the jti of client assertions and DPoP proofs), by keyed hash, for all nodes.
CREATE TABLE spent_identifier (
    key BLOB PRIMARY KEY NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_identifier_by_age ON spent_identifier (expires_at);
