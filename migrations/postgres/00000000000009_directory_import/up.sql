-- Which entries of the old directory were imported, by keyed hash of the ID under which each came, so that its file can
-- be run again. It says nothing of the account, and stays when that goes or changes its ID: an account that somebody
-- closed must not come back with the next run.
CREATE TABLE imported_one_key (
    id_hash BYTEA PRIMARY KEY NOT NULL,
    entry_hash BYTEA NOT NULL,
    imported_at BIGINT NOT NULL
);
